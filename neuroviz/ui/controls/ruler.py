"""The ruler of the learning rate.

It is a slider on a curve of the loss that each rate leads to, and a section about the curvature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import Ruler, curve_key, flattens, track_ends
from neuroviz.core.numbers import printed, rounded_down, with_real_minus
from neuroviz.core.slices import Work, made
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.controls.breaks import NO_RATE, offer, offer_button
from neuroviz.ui.controls.curvature_numbers import LOADING, CurvatureSection
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.theme.parts import (
    fitted_line,
    in_column,
    named,
    set_tip,
    text_label,
)

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve

_FEW = 128
"""Most parameters whose eigenvalues take a millisecond or two; with more, they are found when
nothing moves."""
_LATER = "With so many weights the curvature is worked out when nothing moves."
_SLICE = 0.003
"""Seconds of work on the curve in one turn; a slice may take as long again."""
_KEPT = 8
"""How many curves are kept, so that they need not be computed again."""


class RateRuler(QWidget):
    """A slider of the learning rate on a curve of the loss that each rate leads to.

    Curvature and regime at the present parameters follow the run, in a section of their own.
    """

    rate_asked = Signal(float)
    """A person sets this learning rate."""
    curve_changed = Signal(object)
    """The RateCurve on show has changed; None for no curve."""

    _frame: Frame | None = None
    _seen: Frame | None = None
    _settings: Settings | None = None
    _work: Work[RateCurve] | None = None
    """The work left on the curve of the settings on show."""
    _ruler: Ruler | None = None
    _reason = LOADING
    """Why there are no marks of the present moment, if there are none."""
    _section: CurvatureSection | None = None
    _silent = _running = False
    _flat = False
    _has_room = False

    def __init__(self) -> None:
        super().__init__()
        self.slider = named(RateSlider(), "learning_rate_slider", "Learning rate, logarithmic")
        self.slider.value_changed.connect(self.rate_asked)
        # The very rate where the handle is taken, so that the ghost is seen.
        self.slider.sliderPressed.connect(lambda: self.rate_asked.emit(self.slider.number()))
        self._rest = Job(self)
        self._idle = Job(self, _SLICE)
        self._curves: list[tuple[dict[str, Any], RateCurve | str]] = []
        """The last curves, or why there is none, with the settings that they depend on; the newest
        last."""
        self._key: dict[str, Any] = {}
        self.why = text_label("why_other_limit", "muted")
        self.flat = offer_button("flat_line")
        in_column(self.slider, within=self, spacing=0)
        self.setFixedHeight(self.slider.height())
        self.slider.ensurePolished()

    def add_section(self, width: int) -> CurvatureSection:
        """Return a section with rows of this width in pixels that says what the curvature is."""
        self._section = CurvatureSection(width)
        self._section.best.clicked.connect(self._on_best_asked)
        self._show_curve()
        self._show_marks()
        return self._section

    def show_settings(self, settings: Settings) -> None:
        """Set the ends of the slider's track for an experiment, and its handle to the rate."""
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

    @property
    def offers(self) -> bool:
        """Whether a task on which a rate blows up is to be offered, with no data of one's own."""
        return self._flat and self._settings is not None and self._settings.data is None

    def be_silent(self, silent: bool) -> None:
        """Show a plain track while more would give away what a person is asked."""
        if silent != self._silent:
            self._silent = silent
            self._show_curve()
            self._go_on()

    def make_room(self, room: bool) -> None:
        """Show the words under the slider if there is room for them."""
        self._has_room = room
        self._show_curve()

    def wait_for_run(self, running: bool) -> None:
        """Compute nothing while a run goes on."""
        self._running = running
        self._go_on()

    def show_frame(self, frame: Frame) -> None:
        """Show a moment; while hidden, only remember it."""
        self._frame = frame
        self._show_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        self._show_if_seen()

    # --- the curve --------------------------------------------------------------------------------

    @property
    def _known(self) -> RateCurve | str | None:
        """The curve of the settings on show, or why there is none; None if it is not known yet."""
        return next((curve for key, curve in self._curves if key == self._key), None)

    def _go_on(self) -> None:
        """Continue with the curve once nothing has moved for a moment."""
        self._idle.drop()
        ready = self._frame is not None and self._frame.ready  # a stored frame has no torch
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
        """Show what is known of the rates, and say where theory differs."""
        if self._settings is None:
            return
        known, ruler = (None, None) if self._silent else (self._known, self._ruler)
        curve = None if isinstance(known, str) else known
        limit = None if curve is None else curve.limit(ruler)
        if curve is not self.slider.curve:
            self.curve_changed.emit(curve)
        self.slider.show_curve(curve, limit)
        said = str(known or "") if curve is None else " ".join(curve.sentences())
        if self._section is not None:
            self._section.offer_best(None if curve is None else curve.best_rate, said)
        search = self._settings.optimizer_entry.search
        flat = self._flat and not self._silent and search is None
        marks = {} if ruler is None or flat else ruler.marks
        ticks = {name: rate for name, rate in marks.items() if rate is not None}
        self.slider.show_ticks(list(ticks.values()))
        offer(self.flat, NO_RATE if flat and self.offers and self._has_room else "")
        why = "" if curve is None or flat else curve.otherwise(ruler)
        if search is not None:
            why = search.rate_in_short
        self.why.setText(fitted_line(why, self.why, self.width()))
        set_tip(self.why, search.rate_words if search else why)
        self.why.setVisible(bool(why) and self._has_room)
        marked = (f"{name} {rounded_down(rate)}" for name, rate in ticks.items())
        names = with_real_minus(", ".join(marked))
        lines = (
            said,
            f"Ticks, theory of one step, not of where a run ends: {names}. {why}".rstrip()
            if ticks
            else "",
            "A double click opens the sweep of learning rates.",
        )
        set_tip(self.slider, "\n".join(filter(None, lines)))
        self.slider.words = _spoken(self._settings.learning_rate, curve, limit)

    # --- showing ----------------------------------------------------------------------------------

    def _show_if_seen(self) -> None:
        if self._frame is not None and self.isVisible():
            self._show_once(self._frame)
            self._go_on()

    def _show_once(self, frame: Frame) -> None:
        """Show a moment, unless its marks are shown already, as after a click on a sample."""
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
            self._show_nothing(LOADING)
        else:
            self._ruler = ruler
            self._show_curve()
            self._show_marks()

    def _show_nothing(self, reason: str) -> None:
        self._ruler = None
        self._reason = reason
        self._show_curve()
        self._show_marks()

    def _show_marks(self) -> None:
        """Show in the section the marks of the present moment, or why there are none."""
        if self._section is None:
            return
        if self._ruler is None:
            self._section.show_nothing(self._reason)
        else:
            assert self._seen is not None
            self._section.show_marks(self._seen, self._ruler)

    def _on_best_asked(self) -> None:
        curve = self.slider.curve
        if curve is not None and curve.best_rate is not None:
            self.rate_asked.emit(curve.best_rate)


def _spoken(rate: float, curve: RateCurve | None, limit: float | None) -> str:
    """Return in words where a rate lies."""
    said = [printed(rate)]
    if limit is not None:
        where = "below" if rate < limit else "above"
        said.append(f"{where} the limit {with_real_minus(rounded_down(limit))}")
    if curve is not None and curve.best is not None:
        said.append(f"best {' to '.join(map(printed, dict.fromkeys(curve.best)))}")
    return ", ".join(said)


def _while_no_button(work: Work[RateCurve]) -> Work[RateCurve]:
    """Hold the work back while a mouse button is down."""
    while True:
        while QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            yield REST / 1000
        try:
            yield next(work)
        except StopIteration as over:
            curve: RateCurve = over.value
            return curve


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
