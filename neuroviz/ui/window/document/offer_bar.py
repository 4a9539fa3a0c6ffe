"""One line after a crash: the work of then is there, if it is wanted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import small_button, text_label


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
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * themes.GRID, 4, themes.GRID, 4)
        row.addWidget(self.line)
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
