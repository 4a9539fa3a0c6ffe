"""The table of the runs of a step: one line for each, the active one on a ground of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from neuroviz.ui.theme import theme as themes


class RunsTable(QFrame):
    """Titles and lines as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson_table")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self.hide()

    def show_table(self, titles: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Show a table; one without lines is hidden."""
        while item := self._grid.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column, title in enumerate(titles):
            self._put(title, 0, column, "caption")
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                self._put(cell, row + 1, column, "value")
        self.setVisible(bool(lines))

    def _put(self, text: str, row: int, column: int, role: str) -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setWordWrap(column > 0)
        if role == "value":
            label.setFont(themes.numeric_font())
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, row, column)
