"""Tables: the common parts, and the numbers of a plot, which the arrow keys read too."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from msgspec import field
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableView,
    QWidget,
)

from neuroviz.core.data.table_text import apart, as_cell, is_number
from neuroviz.core.numbers import DASH, exact, printed, without_power
from neuroviz.core.types import Floats, Unique
from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    LEFT,
    RIGHT,
    STRETCH,
    in_column,
    in_row,
    named,
    small_button,
    text_label,
)

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROW_HEIGHT = 26


def dress_table(table: QTableView, row_height: int) -> None:
    """Give a table the look of plain rows of numbers, without lines or row headers."""
    table.setFont(themes.numeric_font(smaller=1))
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height)


def share_width(table: QTableView, most: int) -> None:
    """Share the width among up to ``most`` columns; with more, keep their widths and scroll."""
    heads = table.horizontalHeader()
    few = table.model().columnCount() <= most
    mode = QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Interactive
    was_shared = heads.count() > 0 and heads.sectionResizeMode(0) == QHeaderView.ResizeMode.Stretch
    heads.setSectionResizeMode(mode)
    if was_shared and not few:  # they have been squeezed into it
        for column in range(heads.count()):
            heads.resizeSection(column, heads.defaultSectionSize())


def copy_table(table: QTableView, role: int = Role.DisplayRole) -> None:
    """Copy the selected cells; if none or all are selected, copy all with the column names.

    ``role`` says what is copied of cells and names: what is shown of them, or all that there is.
    """
    model = table.model()
    chosen = table.selectionModel().selectedIndexes()
    every = [i for i in range(model.columnCount()) if not table.isColumnHidden(i)]
    rows = sorted({index.row() for index in chosen}) or [*range(model.rowCount())]
    columns = sorted({index.column() for index in chosen}) or every
    lines = [[model.index(row, column).data(role) or "" for column in columns] for row in rows]
    if len(rows) == model.rowCount() and columns == every:
        lines.insert(0, [model.headerData(i, Qt.Orientation.Horizontal, role) for i in columns])
    put_on_clipboard(lines)


def put_on_clipboard(lines: Iterable[Iterable[object]]) -> None:
    """Put rows of cells on the clipboard, as text and as HTML, for spreadsheets and documents."""
    cells = [
        [as_cell(without_power(str(cell)).replace("−", "-")) for cell in line] for line in lines
    ]
    rows = (f"<tr>{''.join(map(_in_html, line))}</tr>" for line in cells)
    mime = QMimeData()
    mime.setText("".join("\t".join(line) + "\n" for line in cells))
    mime.setHtml(f"<table>{''.join(rows)}</table>")
    QGuiApplication.clipboard().setMimeData(mime)


def _in_html(cell: str) -> str:
    """Return a cell of a table; LibreOffice takes 1e-5 for text unless the number is told apart."""
    told = ""
    if is_number(cell) and math.isfinite(float(cell)):
        told = f' sdval="{float(cell)}" sdnum="1033;"'
    return f"<td{told}>{html.escape(cell)}</td>"


class TableModel(QAbstractTableModel):
    """A table; subclasses give its :attr:`shape` and the contents of its cells."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of rows; cells have no children."""
        return 0 if parent.isValid() else self.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of columns; cells have no children."""
        return 0 if parent.isValid() else self.shape[1]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return the data of a cell for a role; Qt calls it."""
        return self.cell(index.row(), index.column(), role) if index.isValid() else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Return the data of a column's or a row's header for a role; Qt calls it."""
        across = orientation == Qt.Orientation.Horizontal
        return self.head(section, role) if across else self.row_head(section, role)

    def cell(self, row: int, column: int, role: int) -> object:
        """Return the data of a cell for a role: its text, look or tooltip."""
        raise NotImplementedError

    def head(self, column: int, role: int) -> object:
        """Return the data of a column's header for a role."""
        raise NotImplementedError

    def row_head(self, row: int, role: int) -> object:
        """Return the data of a row's header for a role; None where rows have none."""
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Take what was typed into a cell, and return whether it was accepted."""
        text = str(value)
        # An editor that was opened and closed again has not changed anything.
        return role == Role.EditRole and text != self.data(index, role) and self.take(index, text)

    def take(self, index: Index, text: str) -> bool:
        """Try to set another text in a cell; return whether it was accepted."""
        return False

    def show_all_changed(self) -> None:
        """Have all cells and the column headers drawn again; the shape must be the same."""
        rows, columns = self.shape
        self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, columns - 1)


class FrameModel(TableModel):
    """Reads the frame, and keeps only the texts that are visible.

    Subclasses give columns, rows, texts and colours.
    """

    columns: tuple[str, ...] = ()
    frame: Frame | None = None

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[range, list[list[str]]] = (range(0), [])
        """The visible rows, and for each column their texts."""

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, with other rows."""
        self.beginResetModel()
        self.frame = frame
        self._shown = (range(0), [])
        self.endResetModel()

    def tell_changed(self, frame: Frame, rows: range) -> None:
        """Have the columns drawn again whose visible texts have changed."""
        old_rows, old = self._shown
        new = [
            [self.text(frame, row, column) for row in rows] for column in range(len(self.columns))
        ]
        self._shown = rows, new
        for column, texts in enumerate(new):
            if rows and (rows != old_rows or texts != old[column]):
                self.dataChanged.emit(self.index(rows[0], column), self.index(rows[-1], column))

    def text(self, frame: Frame, row: int, column: int) -> str:
        """Return the text of a cell."""
        raise NotImplementedError

    def colour(self, frame: Frame, row: int, column: int) -> str | None:
        """Return the colour of a cell's text; None for the usual one."""
        return None

    def cell(self, row: int, column: int, role: int) -> object:
        """Return the text, the colour or the alignment of a cell; subclasses add roles."""
        if self.frame is None:
            return None
        if role == Role.DisplayRole:
            return self.text(self.frame, row, column)
        if role == Role.TextAlignmentRole:
            return self.alignment(column)
        if role == Role.ForegroundRole:
            colour = self.colour(self.frame, row, column)
            return None if colour is None else QColor(colour)
        return None

    @property
    def shape(self) -> tuple[int, int]:
        """The frame's number of rows and the columns; without a frame there are no rows."""
        return 0 if self.frame is None else self.rows_of(self.frame), len(self.columns)

    def rows_of(self, frame: Frame) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def head(self, column: int, role: int) -> object:
        """Return the name of a column, or its alignment."""
        if role == Role.DisplayRole:
            return self.columns[column]
        return self.alignment(column) if role == Role.TextAlignmentRole else None

    @staticmethod
    def alignment(column: int) -> Qt.AlignmentFlag:
        """Return left for the first column, right for the numbers in the others."""
        return LEFT if column == 0 else RIGHT


class _Table(QTableView):
    """A table that draws its own background, so that Qt does not draw the card under it."""

    def sizeHint(self) -> QSize:
        """Ask for the height of all rows."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def visible_rows(self) -> range:
        """Return the range of rows that are visible, at least in part."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return range(max(0, first), last + 1 if last >= 0 else self.model().rowCount())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the background and the cells."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), themes.now.card)
        painter.end()
        super().paintEvent(event)


class TablePanel(QWidget):
    """A table over the frame, with a line of words under it.

    Subclasses show a moment in :meth:`draw`.

    Parameters
    ----------
    name, accessible_name
        Object name of the table, and its name for screen readers.
    note
        Object name of the line of words.
    """

    def __init__(self, name: str, accessible_name: str, model: FrameModel, note: str) -> None:
        super().__init__()
        self._model = model
        self.table = named(_Table(), name, accessible_name)
        self.table.setModel(model)
        self.table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as signs need it
        dress_table(self.table, _ROW_HEIGHT)
        self.table.horizontalHeader().viewport().setCursor(Qt.CursorShape.WhatsThisCursor)
        self.note = text_label(note, "muted", wrap=True)
        what_is_left = (None, 0)  # the room that the table does not need
        parts = (self.table, 1), self.note, what_is_left
        self.rows = in_column(*parts, within=self)

    def draw(self, frame: Frame) -> None:
        """Show a moment; called only while the panel is visible."""
        self._model.tell_changed(frame, self.table.visible_rows())

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        self._model.show_new(frame)
        rows = self._model.rowCount() * _ROW_HEIGHT
        # The table is no higher than its rows, so that the words stand right below them.
        self.table.setMaximumHeight(self.table.horizontalHeader().sizeHint().height() + rows + 2)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._model.frame = frame
        if self.isVisible():
            self.draw(frame)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        # Not earlier: the style sheet resets it when it styles the table.
        self.table.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        if self._model.frame is not None:
            self.draw(self._model.frame)


_SIZE = 480, 560
_LOW_ROW = 24
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
        dress_table(self.table, _LOW_ROW)
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
