"""The ruler of the learning rate.

A slider on the curve of what each rate comes to, and a section with what the curvature says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import Ruler, curve_key, flattens, track_ends
from neuroviz.core.numbers import DASH, format_number, printed, rounded_down
from neuroviz.core.slices import Work, made
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.controls.breaks import NO_RATE, offer, offer_button
from neuroviz.ui.controls.field import FormSection
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.parts import (
    FLUSH,
    arrange,
    fitted,
    height_of,
    set_tip,
    small_button,
    text_label,
    wrapped_label,
)

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve

_LOADING = "It comes in a moment."
_FEW = 128
"""Parameters whose eigenvalues take a millisecond or two;
those of more are found when nothing moves."""
_NO_CURVE = "The best rate is known once the curve under the slider is."
_LATER = "With so many weights the curvature is worked out when nothing moves."
_VALUE = 68
_SYMBOL = 44
_LINES = 5  # of words
_CAPTIONS = ("smooth to", "fastest in the worst case", "limit")
_RATES = ("rate_smooth", "rate_best", "rate_limit")
_TIPS = (
    "No step overshoots up to this rate.",
    "The rate at which the slowest direction is fastest in the end, over all starts.",
    "Above this rate errors grow.",
)
_LOCAL_LIMIT = (
    "Above this rate a step from here overshoots, and the loss may rise; "
    "further on the limit may be another."
)
_SLICE = 0.003
"""Seconds of work on the curve in a turn: a slice of it may take as long again."""
_KEPT = 8
"""Curves of other settings that are not worked out again."""


class RateRuler(QWidget):
    """A slider of the learning rate on the curve of what each comes to.

    Curvature and regime at the present parameters follow the run.

    Parameters
    ----------
    width
        Pixels that there are for the section's rows.
    """

    rate_asked = Signal(float)
    """This learning rate is to be set."""
    curve_changed = Signal(object)
    """What is known of the rates on show, a RateCurve; None for nothing."""

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__()
        self._width = width
        self.slider = RateSlider(theme)
        self.slider.setObjectName("learning_rate_slider")
        self.slider.setAccessibleName("Learning rate, logarithmic")
        self.slider.value_changed.connect(self.rate_asked)
        self.slider.sliderPressed.connect(self._on_taken)
        self._frame: Frame | None = None
        self._seen: Frame | None = None
        self._rest = Job(self)
        self._idle = Job(self, _SLICE)
        self._curves: list[tuple[dict[str, Any], RateCurve | str]] = []
        """The last ones, the newest at the end, or why there is none, by what they depend on."""
        self._settings: Settings | None = None
        self._key: dict[str, Any] = {}
        self._work: Work[RateCurve] | None = None
        """What is still to be done for the curve of the settings on show."""
        self._ruler: Ruler | None = None
        self._silent = self._running = False
        self._where = text_label("curvature_where", "muted")
        self._regime = text_label("regime", "caption")
        self._words = wrapped_label("regime_sentence", "muted")
        self._said = ""
        self._best = small_button(
            "set_best", "Take the best rate", spoken="Take the best learning rate"
        )
        self._best.clicked.connect(self._on_best_clicked)
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        self.why = text_label("why_other_limit", "muted")
        self.flat = offer_button("flat_line")
        self._flat = False
        self._has_room = False
        self._place()
        self._show_nothing(_LOADING)

    def show_settings(self, settings: Settings) -> None:
        """Lay the slider's track where an experiment's rates are, its handle at its rate."""
        low, high = track_ends(settings)
        self.slider.set_ends(low, high)
        self.slider.set_number(settings.learning_rate)
        self._flat = flattens(settings)
        self._settings = settings
        key = curve_key(settings)
        if key != self._key:
            self._key = key
            self._work = None
            self._idle.drop()
        self._show_curve()

    def be_silent(self, silent: bool) -> None:
        """Show a plain track, where more would tell what a person is asked."""
        if silent != self._silent:
            self._silent = silent
            self._show_curve()
            self._go_on()

    def make_room(self, room: bool) -> None:
        """Say what there is to say under the slider where there is room for it."""
        self._has_room = room
        self._show_curve()

    def wait_for_run(self, running: bool) -> None:
        """Work nothing out while a run goes on."""
        self._running = running
        self._go_on()

    def show_frame(self, frame: Frame) -> None:
        """Show a moment, hidden none."""
        self._frame = frame
        self._show_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        self._show_if_seen()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.slider.apply_theme(theme)

    # --- building ---------------------------------------------------------------------------------

    def _place(self) -> None:
        arrange(QVBoxLayout(self), self.slider, spacing=0, margins=FLUSH)
        self.setFixedHeight(self.slider.height())
        self.slider.ensurePolished()
        self.section = FormSection("curvature", "Curvature")
        below = self.section.rows
        below.setSpacing(4)
        below.addWidget(self._where)
        below.addLayout(self._table())
        below.addWidget(self._best, 0, Qt.AlignmentFlag.AlignLeft)
        below.addSpacing(4)
        below.addWidget(self._regime)
        below.addWidget(self._words)
        # Fixed both ways, so that other words ask nothing of the layout.
        self._regime.setFixedSize(self._width, height_of(1, self._regime))
        self._words.setFixedSize(self._width, height_of(_LINES, self._words))

    def _table(self) -> QGridLayout:
        """Return the rows of numbers, each with its caption."""
        table = QGridLayout()
        table.setHorizontalSpacing(0)
        table.setVerticalSpacing(2)
        table.setColumnStretch(0, 1)
        eigenvalues = QHBoxLayout()
        eigenvalues.setSpacing(0)
        for name, caption in (("lambda_min", "λ min"), ("lambda_max", "λ max")):
            for label in self._labels(name, caption, themes.scaled(_SYMBOL)):
                eigenvalues.addWidget(label)
        eigenvalues.insertStretch(2)
        table.addLayout(eigenvalues, 0, 0, 1, 2)
        rows = (("condition_number", "condition number"), *zip(_RATES, _CAPTIONS, strict=True))
        for row, (name, caption) in enumerate(rows, start=1):
            left, value = self._labels(name, caption, self._width - themes.scaled(_VALUE))
            table.addWidget(left, row, 0, Qt.AlignmentFlag.AlignLeft)
            table.addWidget(value, row, 1)
        return table

    def _labels(self, name: str, caption: str, width: int) -> tuple[QLabel, QLabel]:
        """Return caption, of this width, and value of a number; fixed, so that nothing jumps."""
        left = text_label(f"{name}_caption", "muted", caption)
        value = text_label(name, "value", DASH)
        value.setFont(themes.numeric_font(smaller=1))
        value.setAccessibleName(caption)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        height = height_of(1, left)
        left.setFixedSize(width, height)
        value.setFixedSize(themes.scaled(_VALUE), height)
        self._captions[name], self._values[name] = left, value
        return left, value

    # --- the curve --------------------------------------------------------------------------------

    @property
    def _known(self) -> RateCurve | str | None:
        """What is known of the settings on show, or why nothing is; None if nothing yet."""
        return next((curve for key, curve in self._curves if key == self._key), None)

    def _go_on(self) -> None:
        """Go on with the curve when nothing has moved for a moment."""
        self._idle.drop()
        ready = self._frame is not None and self._frame.rows is not None
        still = not (self._running or self._silent) and self.isVisible()
        if not (ready and still) or self._settings is None or self._known is not None:
            return
        if self._work is None:
            from neuroviz.core.sweep.rate_curve import curve_work  # needs torch

            self._work = _while_no_button(curve_work(self._settings))
        self._idle.start(self._work, self._keep, lambda error: self._keep(str(error)), after=REST)

    def _keep(self, curve: RateCurve | str) -> None:
        self._work = None
        self._curves = [*self._curves[1 - _KEPT :], (self._key, curve)]
        self._show_curve()

    def _show_curve(self) -> None:
        """Show what is known of the rates, and say where theory has it otherwise."""
        if self._settings is None:
            return
        known, ruler = (None, None) if self._silent else (self._known, self._ruler)
        curve = None if isinstance(known, str) else known
        limit = None if curve is None else curve.limit(ruler)
        if curve is not self.slider.curve:
            self.curve_changed.emit(curve)
        self.slider.show_curve(curve, limit)
        said = str(known or "") if curve is None else " ".join(curve.sentences())
        best = None if curve is None else curve.best_rate
        self._best.setEnabled(best is not None)
        take = f"Take {printed(best)}. " if best else ""
        set_tip(self._best, f"{take}{said or _NO_CURVE}")
        flat = self._flat and not self._silent
        marks = {} if ruler is None or flat else ruler.marks
        ticks = {name: rate for name, rate in marks.items() if rate is not None}
        self.slider.show_ticks(list(ticks.values()))
        offer(self.flat, NO_RATE if flat and self._has_room else "")
        why = "" if curve is None or flat else curve.otherwise(ruler)
        self.why.setText(why)
        self.why.setVisible(bool(why) and self._has_room)
        names = ", ".join(f"{name} {rounded_down(rate)}" for name, rate in ticks.items())
        lines = (
            said,
            f"Ticks, theory of one step, not of where a run ends: {names}. {why}".rstrip()
            if ticks
            else "",
            "A double click opens the sweep of learning rates.",
        )
        set_tip(self.slider, "\n".join(filter(None, lines)))
        self.slider.setAccessibleDescription(_spoken(self._settings.learning_rate, curve, limit))

    # --- showing ----------------------------------------------------------------------------------

    def _show_if_seen(self) -> None:
        if self._frame is not None and self.isVisible():
            self._show_once(self._frame)
            self._go_on()

    def _show_once(self, frame: Frame) -> None:
        """Show a moment unless it is the one on show: a click on a sample changes nothing here."""
        self._rest.drop()
        if self._seen is not None and _same(self._seen, frame):
            return
        if frame.parameters is None or len(frame.parameters) <= _FEW:
            self._find(frame)
            return
        self._seen = None
        self._show_nothing(_LATER)
        self._rest.start(made(frame), self._find, after=REST)

    def _find(self, frame: Frame) -> None:
        """Find the marks of a moment, and show them."""
        self._seen = frame
        try:
            ruler = frame.ruler
        except SettingsError as error:  # a curvature that is not finite
            self._show_nothing(str(error))
            return
        if ruler is None:
            self._show_nothing(_LOADING)
        else:
            self._show(frame, ruler)

    def _show_nothing(self, reason: str) -> None:
        self._ruler = None
        self._show_curve()
        self.section.summarize("λ max" if reason == _LOADING else f"λ max {DASH}")
        for value in self._values.values():
            value.setText(DASH)
        self._where.setText("")
        self._say(DASH, reason, "")

    def _show(self, frame: Frame, ruler: Ruler) -> None:
        assert frame.curvature is not None
        assert frame.row is not None
        self._ruler = ruler
        self._show_curve()
        curvature = frame.curvature
        rate = frame.row.learning_rate
        numbers = map(
            format_number, (curvature.least, curvature.greatest, curvature.condition_number)
        )
        marks = map(rounded_down, (ruler.safe, ruler.best, ruler.limit))
        for value, text in zip(self._values.values(), (*numbers, *marks), strict=True):
            value.setText(text)
        self._show_formulas(ruler)
        where = "the same everywhere" if ruler.quadratic else "local, at these weights"
        noisy = frame.settings.batch_size != "full"
        self._where.setText(where.split(",")[0] + ", for noise-free gradients" if noisy else where)
        regime = ruler.regime(rate)
        scheduled = "" if rate == frame.settings.learning_rate else f"{format_number(rate)}: "
        words = " ".join(filter(None, (ruler.reason, regime.sentence if regime else None)))
        but = _contradicted(frame, ruler, rate)
        tip = "\n".join((*filter(None, (but, words)), *ruler.notes))
        name = f"{regime.name}{' at this spot' if but else ''}" if regime else DASH
        self._say(scheduled + name, but or words, tip)
        self.section.summarize(f"λ max {format_number(curvature.greatest)}")

    def _show_formulas(self, ruler: Ruler) -> None:
        """Name the marks with what they are computed by, which depends on the optimizer."""
        formulas = ruler.formulas or ("", "", "")
        tips = _TIPS if ruler.quadratic else (*_TIPS[:-1], _LOCAL_LIMIT)
        for name, caption, formula, tip in zip(_RATES, _CAPTIONS, formulas, tips, strict=True):
            shown = caption if name == "rate_best" else f"{caption} {formula}".rstrip()
            self._captions[name].setText(shown)
            absent = ruler.reason if self._values[name].text() == DASH else None
            set_tip(self._captions[name], absent or f"{tip}\n{formula}")

    def _on_taken(self) -> None:
        """Ask for the very rate that is taken hold of, so that what would follow is seen."""
        self.rate_asked.emit(self.slider.number())

    def _on_best_clicked(self) -> None:
        curve = self.slider.curve
        if curve is not None and curve.best_rate is not None:
            self.rate_asked.emit(curve.best_rate)

    def _say(self, regime: str, words: str, tip: str) -> None:
        self._regime.setText(regime)
        if words != self._said:
            self._said = words
            self._words.setText(fitted(words, self._words))
        for label in (self._regime, self._words, self._where):
            set_tip(label, tip)


def _spoken(rate: float, curve: RateCurve | None, limit: float | None) -> str:
    """Return where a rate lies, in words."""
    said = [f"learning rate {printed(rate)}"]
    if limit is not None:
        said.append(f"{'below' if rate < limit else 'above'} the limit {rounded_down(limit)}")
    if curve is not None and curve.best is not None:
        said.append(f"best {' to '.join(map(printed, dict.fromkeys(curve.best)))}")
    return ", ".join(said)


def _while_no_button(work: Work[RateCurve]) -> Work[RateCurve]:
    """Wait with work for as long as a hand is on something."""
    while True:
        while QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            yield REST / 1000
        try:
            yield next(work)
        except StopIteration as over:
            curve: RateCurve = over.value
            return curve


def _contradicted(frame: Frame, ruler: Ruler, rate: float) -> str:
    """Return that the run does not do what local marks say of its rate; empty where it may."""
    if (
        ruler.quadratic
        or ruler.limit is None
        or ruler.overshoots(rate)
        or not frame.evidence_is_near
    ):
        return ""
    state = frame.diagnosis.state if frame.diagnosis else ""
    if state not in ("cycling", "rising"):
        return ""
    return f"The marks are for the curvature at this spot alone: the run is {state} all the same."


def _same(old: Frame, new: Frame) -> bool:
    """Return whether two frames have the same marks and the same rate."""
    if old.row is None or new.row is None:
        return old.row is new.row
    return (
        old.ready == new.ready
        and old.settings is new.settings
        and old.row.step == new.row.step
        and old.row.learning_rate == new.row.learning_rate
        and np.array_equal(old.row.parameters, new.row.parameters)
    )
