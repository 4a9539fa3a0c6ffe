"""One line over the window.

What to press at the very first start, and after a crash that the work is there.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import arrange, small_button, text_label


class Welcome(QFrame):
    """The line, with a button that takes it away."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty("hint", True)
        line = QLabel("Press Run and watch one neuron learn AND.")
        line.setObjectName("welcome_line")
        close = small_button("welcome_close", "✕", "Take this line away")
        close.clicked.connect(self.hide)
        arrange(QHBoxLayout(self), (line, 1), close, margins=(2 * themes.GRID, 4, themes.GRID, 4))

    def show_frame(self, frame: Frame) -> None:
        """Go as soon as somebody has run it, or the line speaks of another experiment."""
        settings = frame.settings
        if not self.isHidden() and (
            frame.newest_step or settings.task != "and" or settings.data is not None
        ):
            self.hide()


class OfferBar(QFrame):
    """The line, with a button for each answer."""

    taken = Signal()
    """It is wanted back."""
    left = Signal()
    """It is not wanted now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.setProperty("hint", True)
        self.line = text_label("offer_line", "")
        row = arrange(QHBoxLayout(self), self.line, margins=(2 * themes.GRID, 4, themes.GRID, 4))
        for name, text, signal in (
            ("offer_take", "Bring it back", self.taken),
            ("offer_leave", "Not now", self.left),
        ):
            button = small_button(name, text, spoken=text)
            button.setProperty("answer", True)
            button.clicked.connect(self.hide)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def offer(self, what: str) -> None:
        """Say what there is."""
        self.line.setText(what)
        self.show()
