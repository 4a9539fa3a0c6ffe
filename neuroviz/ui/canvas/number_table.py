"""A small table of numbers in which nothing moves when they change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from neuroviz.core.numbers import with_real_minus
from neuroviz.ui.canvas.tables import dress_table
from neuroviz.ui.theme.parts import LEFT, RIGHT, named

_ROW_HEIGHT = 24
_FOLDED_HEIGHT = 20
_FOLDED = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag.AlignTop
_PADDING = 10  # pixels left and right of a text
_BOLDER = 8  # pixels that a header needs beyond its width in the font of the cells


class NumberTable(QTableWidget):
    """A small table of texts, as high as its rows; only changed texts are written.

    Parameters
    ----------
    name, accessible_name
        Object name, and the table's name for screen readers.
    most_rows
        With more rows than these, the table scrolls.
    """

    folds = False
    """Whether the first column is moved above the others where there is no room side by side."""
    lines = 1
    """Lines that each row takes: 2 where its first text stands above the others."""

    def __init__(self, name: str, accessible_name: str, most_rows: int) -> None:
        super().__init__()
        named(self, name, accessible_name)
        self._most_rows, self._widths = most_rows, list[int]()
        self._texts: tuple[list[str], list[list[str]]] = [], []
        dress_table(self, _ROW_HEIGHT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setMinimumSectionSize(_PADDING)

    def begin(self) -> None:
        """Forget how wide the numbers were, since another experiment has other numbers."""
        self._texts = [], []

    def show_texts(self, headers: list[str], rows: list[list[str]]) -> None:
        """Write headers and rows."""
        if [len(headers), len(rows)] != [len(texts) for texts in self._texts]:
            self._widths = [0] * len(headers)
            self.lines = 1
        self._texts = headers, [list(map(with_real_minus, texts)) for texts in rows]
        self._arrange()
        self.setHorizontalHeaderLabels(headers)
        for row, texts in enumerate(self._texts[1]):
            for column, text in enumerate(texts):
                item = self.item(self.line_of(row, column), column)
                if item is not None:
                    item.setText(text)

    def line_of(self, row: int, column: int) -> int:
        """Return the line of the table that holds a text of a row."""
        return self.lines * row + (self.lines - 1) * (column > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide again whether there is room side by side."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self._texts[0]:
            self.lines = 1
            self.show_texts(*self._texts)

    def _arrange(self) -> None:
        """Give each column the room of its longest text so far, so that nothing moves.

        The first column gets what is left; if nothing is left, the table scrolls sideways.
        """
        headers, rows = self._texts
        advance = self.fontMetrics().horizontalAdvance
        for column, texts in enumerate(zip(headers, *rows, strict=True)):
            widest = max(advance(texts[0]) + _BOLDER, *map(advance, texts[1:])) + _PADDING
            self._widths[column] = max(widest, self._widths[column])
        room = self.viewport().width()
        numbers = sum(self._widths[1:])
        if self.folds and self._widths[0] + numbers > room:
            self.lines = 2
        first = self._widths[0] if self.lines == 1 else _PADDING
        self._shape(self.lines * len(rows), len(headers))
        height = _ROW_HEIGHT if self.lines == 1 else _FOLDED_HEIGHT
        self.verticalHeader().setDefaultSectionSize(height)
        header = self.horizontalHeader()
        mode = QHeaderView.ResizeMode
        wide = first + numbers > room
        header.setSectionResizeMode(0, mode.Fixed if wide else mode.Stretch)
        for column, width in enumerate((first, *self._widths[1:])):
            if wide or column:
                self.setColumnWidth(column, width)
        shown = min(self.rowCount(), self.lines * self._most_rows) * height
        bar = self.horizontalScrollBar().sizeHint().height() if wide else 0
        self.setFixedHeight(header.sizeHint().height() + shown + bar + 2)

    def _shape(self, lines: int, columns: int) -> None:
        """Make the table this many lines high and columns wide."""
        if (self.rowCount(), self.columnCount()) == (lines, columns):
            return
        self.setRowCount(lines)
        self.setColumnCount(columns)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clearSpans()
        for column in range(columns):
            header = QTableWidgetItem()
            header.setTextAlignment(RIGHT if column else LEFT)
            self.setHorizontalHeaderItem(column, header)
        for line in range(lines):
            if self.lines > 1 and line % self.lines == 0:
                self.setSpan(line, 0, 1, columns)
            for column in range(columns):
                item = QTableWidgetItem()
                item.setTextAlignment(self._alignment(column))
                if self.lines > 1 and (line % self.lines == 0) != (column == 0):
                    item.setFlags(Qt.ItemFlag.NoItemFlags)  # empty: nothing to go to or to hear
                self.setItem(line, column, item)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """Return left for words, right for numbers; folded texts of a row stand close together."""
        side = (RIGHT if column else LEFT) & Qt.AlignmentFlag.AlignHorizontal_Mask
        return side | (_FOLDED[column > 0] if self.lines > 1 else Qt.AlignmentFlag.AlignVCenter)
