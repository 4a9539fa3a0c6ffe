"""The tables, one above the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from neuroviz.ui.theme import theme as themes


class Tables(QWidget):
    """Holds panels with their titles.

    Parameters
    ----------
    panels
        (title, panel, share of the height) in order.
    """

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(themes.GRID)
        for title, panel, share in panels:
            label = QLabel(title)
            label.setProperty("role", "title")
            layout.addWidget(label)
            layout.addWidget(panel, share)
