"""One line at the very first start: what to press."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import small_button


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
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * themes.GRID, 4, themes.GRID, 4)
        row.addWidget(line, 1)
        row.addWidget(close)

    def show_frame(self, frame: Frame) -> None:
        """Go as soon as somebody has run it, or the experiment is another than the line speaks of."""
        settings = frame.settings
        if not self.isHidden() and (frame.newest_step or settings.task != "and" or settings.data is not None):
            self.hide()
