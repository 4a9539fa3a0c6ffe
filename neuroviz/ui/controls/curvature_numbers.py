"""What the curvature says of the learning rate: numbers, marks, and the regime in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel

from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.numbers import DASH, printed, rounded_down, with_real_minus
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.field import FormSection
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    RIGHT,
    STRETCH,
    ValueLabel,
    fitted,
    height_of,
    in_column,
    in_row,
    set_tip,
    small_button,
    text_label,
    wrapped_label,
)

LOADING = "It comes in a moment."
_NO_CURVE = "The best rate is known once the curve under the slider is."
_VALUE = 80
_SYMBOL = 44
_LINES = 5  # lines of the sentence
_CAPTIONS = ("smooth to", "fastest in the worst case", "limit")
_RATES = ("rate_smooth", "rate_best", "rate_limit")
_TIPS = (
    "No step overshoots up to this rate.",
    "The rate at which the slowest direction is fastest in the end, over all starts.",
    "Above this rate errors grow.",
)
_LOCAL_LIMIT = (
    "Above this rate a step from here overshoots, and the loss may rise; "
    "further on the limit may differ."
)


class CurvatureSection(FormSection):
    """What the curvature says: its line has the greatest one, and under it are rows of numbers.

    The regime of the rate in force stands below them. Closed or hidden, they are not written.

    Parameters
    ----------
    width
        Width in pixels of a row.
    """

    _missed: tuple[Frame, Ruler] | None = None
    """The newest moment that came while it was closed or hidden."""
    _said = ""

    def __init__(self, width: int) -> None:
        super().__init__("curvature", "Curvature")
        self._width = width
        self._where = text_label("curvature_where", "muted")
        self._regime = text_label("regime", "caption")
        self._words = wrapped_label("regime_sentence", "muted")
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        rows = in_column(self._where, spacing=4)
        rows.addLayout(self._table())
        rows.addSpacing(4)
        rows.addWidget(self._regime)
        rows.addWidget(self._words)
        # Fixed width and height, so that other words do not start a new layout.
        self._regime.setFixedSize(width, height_of(1, self._regime))
        self._words.setFixedSize(width, height_of(_LINES, self._words))
        self.best = small_button("set_best", "Take the best rate")
        self.rows.addLayout(rows)
        self.rows.addWidget(self.best, 0, Qt.AlignmentFlag.AlignLeft)
        self.header.toggled.connect(self._show_missed)

    def show_nothing(self, reason: str) -> None:
        """Say why there are no numbers."""
        self.summarize("λ max" if reason == LOADING else f"λ max {DASH}")
        self._missed = None
        for value in self._values.values():
            value.setText(DASH)
        self._where.setText("")
        self._say(DASH, reason, "")

    def show_marks(self, frame: Frame, ruler: Ruler) -> None:
        """Show the curvature and the marks of a moment, at once or when they are seen."""
        assert frame.curvature is not None
        self.summarize(f"λ max {printed(frame.curvature.greatest)}")
        self._missed = frame, ruler
        self._show_missed()

    def offer_best(self, best: float | None, said: str) -> None:
        """Offer the best rate, with what is said of the rates; None if it is not known."""
        self.best.setEnabled(best is not None)
        use = f"Use {printed(best)}. " if best else ""
        set_tip(self.best, f"{use}{said or _NO_CURVE}")

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        self._show_missed()

    def _show_missed(self) -> None:
        if self._missed is None or not (self.is_open and self.isVisible()):
            return
        frame, ruler = self._missed
        self._missed = None
        assert frame.curvature is not None
        assert frame.row is not None
        curvature = frame.curvature
        rate = frame.row.learning_rate
        numbers = map(printed, (curvature.least, curvature.greatest, curvature.condition_number))
        marks = map(rounded_down, (ruler.safe, ruler.best, ruler.limit))
        for value, text in zip(self._values.values(), (*numbers, *marks), strict=True):
            value.setText(with_real_minus(text))
        self._show_formulas(ruler)
        where = "the same everywhere" if ruler.quadratic else "local, at these weights"
        noisy = frame.settings.batch_size != "full"
        self._where.setText(where.split(",")[0] + ", for noise-free gradients" if noisy else where)
        regime = ruler.regime(rate)
        scheduled = "" if rate == frame.settings.learning_rate else f"{printed(rate)}: "
        words = " ".join(filter(None, (ruler.reason, regime.sentence if regime else None)))
        but = _contradicted(frame, ruler, rate)
        tip = "\n".join((*filter(None, (but, words)), *ruler.notes))
        name = f"{regime.name}{' at this spot' if but else ''}" if regime else DASH
        self._say(scheduled + name, but or words, tip)

    def _table(self) -> QGridLayout:
        """Return the grid of numbers, each with its caption."""
        table = QGridLayout()
        table.setHorizontalSpacing(0)
        table.setVerticalSpacing(2)
        table.setColumnStretch(0, 1)
        least, greatest = (
            self._labels(f"lambda_{end}", f"λ {end}", themes.scaled(_SYMBOL))
            for end in ("min", "max")
        )
        eigenvalues = in_row(*least, STRETCH, *greatest, spacing=0)
        table.addLayout(eigenvalues, 0, 0, 1, 2)
        rows = (("condition_number", "condition number"), *zip(_RATES, _CAPTIONS, strict=True))
        for row, (name, caption) in enumerate(rows, start=1):
            left, value = self._labels(name, caption, self._width - themes.scaled(_VALUE))
            table.addWidget(left, row, 0, Qt.AlignmentFlag.AlignLeft)
            table.addWidget(value, row, 1)
        return table

    def _labels(self, name: str, caption: str, width: int) -> tuple[QLabel, QLabel]:
        """Return the caption, of this width, and the value of a number; their sizes are fixed."""
        left = text_label(f"{name}_caption", "muted", caption)
        value = ValueLabel(name, "value", caption, DASH)
        value.setFont(themes.numeric_font(smaller=1))
        value.setAlignment(RIGHT)
        height = height_of(1, left)
        left.setFixedSize(width, height)
        value.setFixedSize(themes.scaled(_VALUE), height)
        self._captions[name] = left
        self._values[name] = value
        return left, value

    def _show_formulas(self, ruler: Ruler) -> None:
        """Add to each mark's name its formula, which depends on the optimizer."""
        formulas = ruler.formulas or ("", "", "")
        tips = _TIPS if ruler.quadratic else (*_TIPS[:-1], _LOCAL_LIMIT)
        for name, caption, formula, tip in zip(_RATES, _CAPTIONS, formulas, tips, strict=True):
            shown = caption if name == "rate_best" else f"{caption} {formula}".rstrip()
            self._captions[name].setText(shown)
            absent = ruler.reason if self._values[name].text() == DASH else None
            set_tip(self._captions[name], absent or f"{tip}\n{formula}")

    def _say(self, regime: str, words: str, tip: str) -> None:
        self._regime.setText(regime)
        if words != self._said:
            self._said = words
            self._words.setText(fitted(words, self._words))
        for label in (self._regime, self._words, self._where):
            set_tip(label, tip)


def _contradicted(frame: Frame, ruler: Ruler, rate: float) -> str:
    """Return a sentence where the run contradicts local marks of its rate, else an empty text."""
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
    return f"The marks hold only for the curvature at this spot: the run is {state} all the same."
