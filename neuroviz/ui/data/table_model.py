"""The data as an editable table: a row for each sample, in the data's own units."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.table_text import is_number
from neuroviz.core.numbers import (
    exact,
    format_number,
    parse_number,
    printed,
    quoted,
    with_real_minus,
)
from neuroviz.core.types import Floats
from neuroviz.files.data.classes import codes_of
from neuroviz.ui.canvas.tables import Index, Role, TableModel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import RIGHT

_ASIDE = "○"


class DataModel(TableModel):
    """The table of a data set.

    What is typed is emitted as another data set, and comes back through :meth:`show_data`. Columns
    are the inputs and then the targets; rows are in the order of the data, including those held
    out.
    """

    edited = Signal(object)
    """The data set that a person wants by changing a cell."""
    refused = Signal(object, str)
    """A cell that keeps its content, and why; empty once that is over."""
    bad: QPersistentModelIndex | None = None
    """The cell in which something invalid was typed; None for none."""

    def __init__(self, data: Dataset) -> None:
        super().__init__()
        self.dataset = data
        """What is shown."""
        self._aside = frozenset(data.held_out)

    def show_data(self, data: Dataset) -> None:
        """Show a data set; where only cells have changed, only those are drawn again."""
        before = self.dataset
        if data is before:
            return
        same = _alike(before, data)
        if not same:
            self.beginResetModel()
        self.dataset = data
        self._aside = frozenset(data.held_out)
        self.bad = None
        if same:
            self.show_all_changed()
        else:
            self.endResetModel()

    @property
    def shape(self) -> tuple[int, int]:
        """Number of samples, and of inputs and targets together."""
        return self.dataset.rows, len(self.dataset.column_names)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every cell be edited except those computed by a formula."""
        flags = super().flags(index)
        return flags if self._is_formula(index.column()) else flags | Qt.ItemFlag.ItemIsEditable

    def cell(self, row: int, column: int, role: int) -> object:
        """Return a cell's text, its full number to edit, its number to sort by, or its look."""
        data = self.dataset
        if role in _WRITTEN:
            number = _number(data, row, column)
            of_class = column >= data.width and data.classes
            return data.class_names[int(number)] if of_class else _WRITTEN[role](number)
        if role == Role.UserRole:
            return _number(data, row, column)
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ForegroundRole:
            return self._colour(row, column)
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Take what was typed into a cell; its old number, too, ends what was wrong there."""
        if self.bad is not None and self.bad == index:
            self.bad = None
            self.dataChanged.emit(index, index)
            self.refused.emit(index, "")
        return super().setData(index, value, role)

    def take(self, index: Index, text: str) -> bool:
        """Ask for the data with another number in a cell, or say why it cannot be there."""
        row = index.row()
        column = index.column()
        try:
            number = np.array([[self.parsed(text, column)]])
            changed = with_cells(self.dataset, [row], column, number)
        except (ValueError, SettingsError) as error:
            self.bad = QPersistentModelIndex(index)
            self.dataChanged.emit(index, index)
            self.refused.emit(index, str(error))
            return False
        self.edited.emit(changed)
        return True

    def head(self, column: int, role: int) -> object:
        """Return the name of a column on the screen, its name as it is, and what it means."""
        if role == Role.DisplayRole:
            return self.column_name(column)
        if role == Role.EditRole:
            return self.dataset.column_names[column]
        if role == Role.ToolTipRole:
            return self._meaning(column)
        return RIGHT if role == Role.TextAlignmentRole else None

    def column_name(self, column: int) -> str:
        """Return the name of a column on the screen."""
        data = self.dataset
        if column >= data.width:
            return data.column_names[column]
        return data.shown_name(column)

    def _is_formula(self, column: int) -> bool:
        data = self.dataset
        return data.own_width <= column < data.width

    def parsed(self, text: str, column: int) -> float:
        """Return the number that a text in a column means.

        Raises
        ------
        ValueError
            If it means none; the message is one sentence.
        """
        data = self.dataset
        if column < data.width or not data.classes:
            return parse_number(text)
        names = data.class_names
        typed = text.strip()
        codes = codes_of(names, [typed])
        if not any(map(is_number, names)):  # else 1 may be the name of class 0
            codes = {str(code): float(code) for code in range(len(names))} | codes
        elif typed not in codes and is_number(typed):  # a spreadsheet writes 1.0 as 1
            numbers = {float(name): name for name in names if is_number(name)}
            typed = numbers.get(float(typed), typed)
        if typed in codes:
            return codes[typed]
        known = " or ".join(map(quoted, dict.fromkeys(names)))
        what = "neither class" if len(names) == 2 else "none of the classes"
        said = f"{quoted(typed)} is {what}" if typed else "A class is missing"
        raise ValueError(f"{said}: write {known}.")

    def row_head(self, row: int, role: int) -> object:
        """Return the number of a row, from 1, and whether it is held out."""
        aside = row in self._aside
        if role == Role.DisplayRole:
            return f"{_ASIDE} {row + 1}" if aside else str(row + 1)
        if role == Role.ToolTipRole and aside:
            return "Held out: not trained on"
        return RIGHT if role == Role.TextAlignmentRole else None

    def _meaning(self, column: int) -> str:
        data = self.dataset
        if column >= data.width:
            return "Target: what the output should be"
        name = self.column_name(column)
        if self._is_formula(column):
            name = f"{name}, worked out from the others,"
        if data.scaling.name == "none":
            return f"Input {name}, not scaled"
        shift = data.scaling.shift[column]
        scale = data.scaling.scale[column]
        return (
            f"Input {name} in its own unit; "
            f"it is scaled to ({name} − {printed(shift)}) / {printed(scale)}"
        )

    def _colour(self, row: int, column: int) -> QColor | None:
        data = self.dataset
        if self.bad is not None and self.bad == self.index(row, column):
            return QColor(themes.now.error)
        if row in self._aside or self._is_formula(column):
            return QColor(themes.now.muted)
        if column >= data.width and data.classes:
            target = int(_number(data, row, column))
            if len(data.class_names) > 2:
                return QColor(themes.now.class_colours[target])
            one = target == 1
            return QColor(themes.now.positive_text if one else themes.now.negative_text)
        return None


def _number(data: Dataset, row: int, column: int) -> float:
    """Return the number in a cell; for classes 0, 1 …."""
    if column < data.width:
        return float(data.inputs[row, column])
    return float(data.targets.reshape(data.rows, -1)[row, column - data.width])


def _short(number: float) -> str:
    return with_real_minus(format_number(number, 6))


def _whole(number: float) -> str:
    return with_real_minus(exact(number))


_WRITTEN: dict[int, Callable[[float], str]] = {
    Role.DisplayRole: _short,
    Role.ToolTipRole: _whole,
    Role.EditRole: exact,
}
"""How the number in a cell is written for a role."""


def with_cells(data: Dataset, rows: Sequence[int], column: int, numbers: Floats) -> Dataset:
    """Return the data with other numbers in some rows, from a column on.

    Parameters
    ----------
    rows
        n of its rows.
    column
        The first column; the targets are the last columns.
    numbers
        (n, C), with no more columns than there are from there on.

    Raises
    ------
    SettingsError
        If the numbers are not possible there.
    """
    whole = np.column_stack((data.inputs, data.targets))
    whole[list(rows), column : column + numbers.shape[1]] = numbers
    inputs = whole[:, : data.width]
    targets = whole[:, data.width :]
    return replace(data, inputs=inputs, targets=targets.reshape(data.targets.shape))


def _alike(before: Dataset, after: Dataset) -> bool:
    one, other = ((data.inputs.shape, data.target_count, data.classes) for data in (before, after))
    return one == other
