"""The table of the data on screen: sorted for display, and copied to and from the clipboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QTableView,
    QWidget,
)

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import Dataset, with_rows, without_rows
from neuroviz.core.data.table_text import is_number
from neuroviz.core.slices import finished
from neuroviz.files.data.classes import shown
from neuroviz.files.data.form import Wishes
from neuroviz.files.data.source import text_source
from neuroviz.files.data.table import TableReading
from neuroviz.ui.canvas.motion import Glide
from neuroviz.ui.canvas.tables import Index, Role, copy_table, share_width
from neuroviz.ui.data.table_model import DataModel, with_cells
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import named, show_tip

_ROW_HEIGHT = 26
_COLUMN_WIDTH = 96
_FEW = 5
_ONE_OR_TWO = re.compile(r"\s*[-−+]?\d+,\d+\s*")
"""A line that is one number with a decimal comma, or two with a comma between them."""


def clipboard_text() -> str:
    """Return the text on the clipboard, or the HTML of a table if the text has no tabs."""
    # Not from its mimeData, which is None at first on some platforms.
    clipboard = QGuiApplication.clipboard()
    text = clipboard.text()
    html, _ = clipboard.text("html")
    return html if "<table" in html.lower() and "\t" not in text else text


class _Sorted(QSortFilterProxyModel):
    """The rows in another order; an arrow stands before the title that they are sorted by."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        said = super().headerData(section, orientation, role)
        by = orientation == Qt.Orientation.Horizontal and section == self.sortColumn()
        if not by or role != Role.DisplayRole:
            return said
        return f"{'↑' if self.sortOrder() == Qt.SortOrder.AscendingOrder else '↓'} {said}"


class DataTable(QTableView):
    """The table; it asks for other data by :attr:`edited`, and the model then shows them."""

    edited = Signal(object)
    """The data set that a person wants."""
    refused = Signal(str)
    """Why something is not possible, in one sentence; empty once that is over."""

    def __init__(self, model: DataModel) -> None:
        super().__init__()
        named(self, "data_table", "The data, a row for each sample")
        self._data = model
        # A row that is typed into stays where it is.
        self._sorted = _Sorted(self, sortRole=Role.UserRole, dynamicSortFilter=False)
        self._sorted.setSourceModel(model)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)  # it leads out; from a cell that is typed into, to the next
        self.setFont(themes.numeric_font())
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setDefaultSectionSize(_COLUMN_WIDTH)
        self._sorted.layoutAboutToBeChanged.connect(Glide(self.viewport(), fades=True).leave)
        model.edited.connect(self._ask)
        model.refused.connect(self._on_refused)

    def fill_width(self) -> None:
        """Let few columns share the whole width; many keep their width, with a scroll bar."""
        share_width(self, _FEW)

    # --- what is chosen ---------------------------------------------------------------------------

    def chosen_rows(self) -> list[int]:
        """Return the rows of the data that have a selected cell, in their order on the screen."""
        places = {index.row() for index in self.selectionModel().selectedIndexes()}
        return self._rows_at(sorted(places))

    def _rows_at(self, places: Iterable[int]) -> list[int]:
        """Return the rows of the data at these places on the screen."""
        return [self._sorted.mapToSource(self._sorted.index(at, 0)).row() for at in places]

    # --- rows -------------------------------------------------------------------------------------

    def add_row(self) -> None:
        """Ask for one more row at the end, a copy of the selected one or the last, and go to it."""
        data = self._data.dataset
        chosen = self.chosen_rows()
        like = chosen[-1] if chosen else data.rows - 1
        self._ask(with_rows(data, data.inputs[[like]], data.targets[[like]]))
        if self._data.rowCount() > data.rows:
            self.go_to(data.rows)

    def remove_rows(self) -> None:
        """Ask for the data without the selected rows."""
        rows = self.chosen_rows()
        if not rows:
            self.refused.emit("No row is chosen: click one, or drag over several.")
            return
        try:
            self._ask(without_rows(self._data.dataset, rows))
        except SettingsError as error:
            self.refused.emit(str(error))

    def go_to(self, row: int) -> None:
        """Select the first cell of a row of the data, and scroll to it."""
        place = self._sorted.mapFromSource(self._data.index(row, 0))
        self.setCurrentIndex(place)
        self.scrollTo(place)

    # --- the clipboard ----------------------------------------------------------------------------

    def copy(self) -> None:
        """Copy the selected cells to the last bit, or all with their names."""
        copy_table(self, Role.EditRole)

    def paste(self) -> None:
        """Paste the table on the clipboard at the current cell, adding rows where needed."""
        try:
            self._ask(self._pasted(_cells(clipboard_text())))
        except (ValueError, SettingsError) as error:
            self.refused.emit(str(error))

    def _pasted(self, cells: list[list[str]]) -> Dataset:
        """Return the data with the given texts in cells from the current one on.

        Raises
        ------
        ValueError
            If a text is not possible in its cell; the message says where, in one sentence.
        """
        data = self._data.dataset
        first = self.currentIndex() if self.currentIndex().isValid() else self._sorted.index(0, 0)
        column = first.column()
        width = len(data.column_names)
        if len(cells[0]) == width:
            column = 0
        if column + len(cells[0]) > width:
            raise ValueError(
                f"{len(cells[0])} columns do not fit from here on: the table has {width}; "
                "choose a cell farther left, or File > Open data for another table."
            )
        if len(cells) > 1 and not any(map(is_number, cells[0])) and any(map(is_number, cells[1])):
            cells = cells[1:]  # the names of the columns
        numbers = np.array([self._row(row, line, column) for row, line in enumerate(cells)])
        free = self._sorted.rowCount() - first.row()
        if len(numbers) > free and numbers.shape[1] < width:
            raise ValueError(
                f"{len(numbers)} rows do not fit from here on, "
                f"and new ones need all {width} columns."
            )
        places = self._rows_at(range(first.row(), self._sorted.rowCount()))
        changed = with_cells(data, places[: len(numbers)], column, numbers[:free])
        rest = numbers[free:]
        if not len(rest):
            return changed
        inputs = rest[:, : data.width]
        targets = rest[:, data.width :]
        return with_rows(changed, inputs, targets.reshape(-1, *data.targets.shape[1:]))

    def _row(self, row: int, line: Sequence[str], column: int) -> list[float]:
        numbers = []
        for offset, text in enumerate(line):
            try:
                numbers.append(self._data.parsed(text, column + offset))
            except ValueError as error:
                name = self._data.column_name(column + offset)
                raise ValueError(f"Pasted row {row + 1}, column {name}: {error}") from None
        return numbers

    def event(self, event: QEvent) -> bool:
        """Keep the keys for copy and paste from the window, where they would import data."""
        own = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(any(event.matches(key) for key in own))
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste and remove with their keys; a single cell is emptied, to be typed anew."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if len(self.selectionModel().selectedIndexes()) == 1:
                self._empty_cell()
            else:
                self.remove_rows()
        else:
            super().keyPressEvent(event)

    def _empty_cell(self) -> None:
        self.edit(self.currentIndex())
        editor = self.viewport().focusWidget()
        if isinstance(editor, QLineEdit):
            editor.clear()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Go to the cell below after Enter, as in a spreadsheet; what is refused can be mended."""
        super().closeEditor(editor, hint)
        entered = hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache
        if entered and self._data.bad is None:
            down = self.CursorAction.MoveDown
            self.setCurrentIndex(self.moveCursor(down, Qt.KeyboardModifier.NoModifier))

    # --- hearing ----------------------------------------------------------------------------------

    def _ask(self, data: Dataset) -> None:
        self.refused.emit("")
        self.edited.emit(data)

    def _on_refused(self, index: Index, sentence: str) -> None:
        """Say at the cell what is wrong with what was typed there; empty for nothing any more."""
        if not sentence:
            self.refused.emit("")
            return
        place = self._sorted.mapFromSource(index)
        said = f"Row {index.row() + 1}, {self._data.column_name(index.column())}: {sentence}"
        self.refused.emit(said)
        area = self.visualRect(place)
        show_tip(self.viewport().mapToGlobal(area.bottomLeft()), sentence, self.viewport(), area)


def _cells(text: str) -> list[list[str]]:
    """Return the cells of a table in text, separated by tabs, or in HTML, Markdown or another form.

    Raises
    ------
    SettingsError, ValueError
        If there is no table, or it can be read in two ways.
    """
    plain = text.strip("\r\n")
    lines = plain.split("\n")
    if all(map(_ONE_OR_TWO.fullmatch, lines)):
        one = lines[0].strip()
        point = one.replace(",", ".")
        raise ValueError(
            f"{one!r} can be read in two ways: write {point}, or a tab between two numbers."
        )
    wishes = Wishes(
        header=False, separator="\t" if "\t" in plain or not set(plain) & set(",;|") else None
    )
    table = finished(TableReading(text_source(text), wishes).work())
    if table.ragged:
        raise ValueError(f"This is no table: {table.ragged[0]}.")
    columns = range(len(table.names))
    return [[shown(table, row, column) for column in columns] for row in range(len(table.lines))]
