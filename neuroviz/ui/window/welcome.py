"""One line at the very first start: what to press."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from neuroviz.ui.theme import theme as themes

__all__ = ["Welcome"]


class Welcome(QFrame):
    """The line, with a button that takes it away."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty("hint", True)
        line = QLabel("Press Run and watch one neuron learn AND.")
        line.setObjectName("welcome_line")
        close = QToolButton()
        close.setObjectName("welcome_close")
        close.setText("✕")
        close.setToolTip("Take this line away")
        close.setAccessibleName("Take this line away")
        close.setProperty("small", True)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * themes.GRID, 4, themes.GRID, 4)
        row.addWidget(line, 1)
        row.addWidget(close)
