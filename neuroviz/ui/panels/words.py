"""What is going on, in words: the named state, why, and one thing to try, or a button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.numbers import format_number
from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.fitting import fitted, height_of
from neuroviz.ui.pace import Pace

__all__ = ["WordsPanel"]

_LINES = 3
_BELOW = 0.9  # of the limit: the rate that the button takes


class WordsPanel(QFrame):
    """A chip with the state and lines beside it; of one height, whatever they say."""

    rate_asked = Signal(float)
    """This learning rate is to be set."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.state = QLabel()
        self.state.setObjectName("state")
        self.state.setAccessibleName("State of the run")
        self.state.setMinimumWidth(104)
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._below = QToolButton()
        self._below.setText("Use a rate below the limit")
        self._below.setObjectName("rate_below_limit")
        self._below.setAccessibleName("Use a rate below the limit")
        self._below.setProperty("small", True)
        self._below.clicked.connect(self._on_below_clicked)
        self._below.hide()
        self._place()
        self._event: str | None = None
        self._words = ""
        self._explained, self._rate = "", 0.0
        self._pace = Pace()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words to another width."""
        super().resizeEvent(event)
        self._fit()

    def show_frame(self, frame: Frame, *, running: bool) -> None:
        """Say the state of the run; before torch is loaded, that it is being loaded."""
        diagnosis = frame.diagnosis
        if diagnosis is None:
            self._show("loading", "torch is being loaded; a press on Run waits for it.", "neutral")
            return
        if self._pace.due() or not running:
            with self._pace:
                self._explain(frame)
        self._below.setVisible(bool(self._explained))
        words = f"{diagnosis.sentence} {self._explained or diagnosis.remedy}"
        self._show(diagnosis.state, f"{self._event} {words}" if self._event else words, diagnosis.mood)

    def tell(self, event: str | None) -> None:
        """Put what just happened (why Run paused) before the state's words, from the next frame on."""
        self._event = event

    def _place(self) -> None:
        signs = QWidget()
        left = QVBoxLayout(signs)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addStretch(1)
        left.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self._below)
        left.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2 * themes.GRID)
        layout.addWidget(signs)
        layout.addWidget(self.sentence, 1)
        self.state.setFixedHeight(height_of(1, self.state) + 10)
        self.sentence.setFixedHeight(height_of(_LINES, self.sentence))
        self._below.ensurePolished()
        # Room for the button also while it is hidden.
        signs.setFixedHeight(self.state.height() + left.spacing() + self._below.sizeHint().height())

    def _explain(self, frame: Frame) -> None:
        """Find out why the run diverges, and below which rate it would not."""
        self._explained, self._rate = "", 0.0
        try:
            divergence, ruler = frame.divergence, frame.ruler if frame.divergence else None
        except SettingsError:  # so far out that the curvature is not finite
            return
        if divergence is None or ruler is None or ruler.limit is None:
            return
        # Not the limit of the direction that grows most: along another the curvature may be greater.
        self._explained, self._rate = divergence.sentence, _BELOW * ruler.limit
        self._below.setToolTip(
            f"Set the learning rate to {format_number(self._rate)}, {_BELOW:g} of the limit, and go on from here."
        )

    def _show(self, state: str, words: str, mood: str) -> None:
        if words != self._words:
            self._words = words
            self._fit()
        if self.state.text() == state and self.state.property("chip") == mood:
            return
        self.state.setText(state)
        self.state.setProperty("chip", mood)
        themes.repolish(self.state)

    def _fit(self) -> None:
        """Write as much of the words as there is room for, and all of them where the pointer rests."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        shown = fitted(self._words, self.sentence)
        self.sentence.setText(shown)
        self.sentence.setToolTip("" if shown == self._words else self._words)

    def _on_below_clicked(self) -> None:
        self.rate_asked.emit(self._rate)
