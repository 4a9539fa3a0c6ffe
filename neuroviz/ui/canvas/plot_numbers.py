"""The numbers of a plot: a table that can be read row by row, and places for the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from msgspec import field
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QTableView, QWidget

from neuroviz.core.data.table_text import apart
from neuroviz.core.numbers import DASH, exact, printed
from neuroviz.core.types import Floats, Unique
from neuroviz.ui.canvas.tables import Role, TableModel, dress_table, put_on_clipboard
from neuroviz.ui.theme.parts import DIALOG, RIGHT, STRETCH, in_column, in_row, named, small_button

_SIZE = 480, 560
_ROW = 24
MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_PageUp: (-10, 0),
    Qt.Key.Key_PageDown: (10, 0),
}
"""Key -> by how many places and things the keyboard goes on."""
Cell = tuple[int, int]


class PlotNumbers(Unique):
    """The numbers of what a plot shows."""

    columns: Mapping[str, NDArray[Any]] = {}
    """Header -> numbers (N,), or names; NaN where a number is missing."""
    places: Floats = field(default_factory=lambda: np.empty((0, 0, 2)))
    """(R, S, 2): what the keyboard can read, in units of the axes: R places from left to right or
    in some other order, with S things at each, one above the other."""
    begins: Cell = (-1, 0)
    """The cell that is read first."""
    each: str = ""
    """What there is at each place; the name is read aloud with its number."""

    def moved(self, cell: Cell | None, key: Qt.Key) -> Cell | None:
        """Return the cell to which a key leads, from None the first one; None if there is none."""
        shape = np.array(self.places.shape[:2])
        if not shape.all():
            return None
        to = np.array(self.begins) % shape if cell is None else np.add(cell, MOVES[key])
        row, thing = np.clip(to, 0, shape - 1).tolist()
        return row, thing

    def name_of(self, cell: Cell) -> str:
        """Return what is read aloud before the reading at a cell."""
        return f"{self.each} {cell[0] + 1:,} of {len(self.places):,}: " if self.each else ""


def headed(columns: Iterable[tuple[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Return columns by header; where two have the same word, the second gets a number."""
    headers, numbers = zip(*columns, strict=True)
    return dict(zip(apart(headers), numbers, strict=True))


class _NumbersModel(TableModel):
    numbers = PlotNumbers()

    @property
    def shape(self) -> tuple[int, int]:
        lengths = [len(column) for column in self.numbers.columns.values()]
        return max(lengths, default=0), len(lengths)

    def show(self, numbers: PlotNumbers) -> None:
        """Show these numbers; if rows are only added, the selection stays."""
        before = self.shape
        self.layoutAboutToBeChanged.emit()
        self.numbers = numbers
        self.layoutChanged.emit()
        if np.less(self.shape, before).any():
            self.beginResetModel()
            self.endResetModel()

    def head(self, column: int, role: int) -> object:
        if role == Role.TextAlignmentRole:
            return RIGHT
        return [*self.numbers.columns][column] if role == Role.DisplayRole else None

    def cell(self, row: int, column: int, role: int) -> object:
        """Return a number; screen readers get its header too, or in the first column the row."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role not in (Role.DisplayRole, Role.AccessibleTextRole):
            return None
        cells = [
            (name, _written(numbers[row], partial(printed, digits=6)))
            for name, numbers in self.numbers.columns.items()
        ]
        if role == Role.DisplayRole:
            return cells[column][1]
        read = cells if column == 0 else [cells[column]]
        return ", ".join(f"{name} {value or DASH}" for name, value in read)


class PlotTable(QDialog):
    """A window with the numbers of a plot; Ctrl+C copies the selected rows, or else all."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        self.model = _NumbersModel(self)
        self.table = named(QTableView(), "plot_numbers", title)
        self.table.setModel(self.model)
        dress_table(self.table, _ROW)
        self.table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self._copy)
        tip = "Copy all rows, for a spreadsheet"
        copy = small_button("copy_numbers", "Copy all", tip, clicked=self._copy_all)
        buttons = in_row(STRETCH, copy)
        in_column((self.table, 1), buttons, within=self, margins=DIALOG)

    def _copy_all(self) -> None:
        self.table.selectAll()
        self._copy()

    def _copy(self) -> None:
        """Copy the selected rows, or all, with the headers, all digits, separated by tabs."""
        columns = self.model.numbers.columns
        chosen = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        rows = chosen or range(self.model.rowCount())
        cells = ([_written(c[row], exact) for c in columns.values()] for row in rows)
        put_on_clipboard([columns, *cells])


def _written(value: float | str, write: Callable[[float], str]) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else write(value)
