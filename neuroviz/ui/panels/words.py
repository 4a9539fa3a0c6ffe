"""What is going on, in words: the named state, why, and one thing to try."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes

__all__ = ["WordsPanel"]

_WIDE = 900


class WordsPanel(QFrame):
    """A chip with the state and two lines beside it; of one height, whatever they say."""

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
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2 * themes.GRID)
        self.state.setFixedHeight(self.state.fontMetrics().lineSpacing() + 10)
        layout.addWidget(self.state)
        layout.addWidget(self.sentence, 1)
        self._event: str | None = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for two lines, three where the window is narrow, whatever the words are."""
        super().resizeEvent(event)
        lines = 2 if self.width() >= _WIDE else 3
        self.sentence.setFixedHeight(lines * self.sentence.fontMetrics().lineSpacing() + 2)

    def show_frame(self, frame: Frame) -> None:
        """Say the state of the run; before torch is loaded, that it is being loaded."""
        diagnosis = frame.diagnosis
        if diagnosis is None:
            self._show("loading", "torch is being loaded; a press on Run waits for it.", "neutral")
            return
        words = f"{diagnosis.sentence} {diagnosis.remedy}"
        self._show(diagnosis.state, f"{self._event} {words}" if self._event else words, diagnosis.mood)

    def tell(self, event: str | None) -> None:
        """Put what just happened (why Run paused) before the state's words, from the next frame on."""
        self._event = event

    def _show(self, state: str, words: str, mood: str) -> None:
        if self.sentence.text() != words:
            self.sentence.setText(words)
            self.sentence.setToolTip("")
        if self.state.text() == state and self.state.property("chip") == mood:
            return
        self.state.setText(state)
        self.state.setProperty("chip", mood)
        themes.repolish(self.state)
