"""What the tables share: a model over the frame, the look, and a line of words."""

from __future__ import annotations

import html
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from neuroviz.core.data.table_text import as_cell
from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, in_column, named, text_label

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROW_HEIGHT = 26
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""How words and numbers stand in the cells of a table."""


def dress_table(table: QTableView, row_height: int) -> None:
    """Give a table the look of numbers in rows, without lines or names of rows."""
    table.setFont(themes.numeric_font(smaller=1))
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height)


def share_width(table: QTableView, most: int) -> None:
    """Give up to so many columns all the room there is, and more their width with a bar."""
    few = table.model().columnCount() <= most
    mode = QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Interactive
    table.horizontalHeader().setSectionResizeMode(mode)


def copy_table(table: QTableView) -> None:
    """Put the chosen cells on the clipboard; if none or all are, all, with the names of columns."""
    model = table.model()
    chosen = table.selectionModel().selectedIndexes()
    every = [i for i in range(model.columnCount()) if not table.isColumnHidden(i)]
    rows = sorted({index.row() for index in chosen}) or [*range(model.rowCount())]
    columns = sorted({index.column() for index in chosen}) or every
    lines = [[model.index(row, column).data() or "" for column in columns] for row in rows]
    if len(rows) == model.rowCount() and columns == every:
        lines.insert(0, [model.headerData(i, Qt.Orientation.Horizontal) for i in columns])
    put_on_clipboard(lines)


def put_on_clipboard(lines: Iterable[Iterable[object]]) -> None:
    """Put rows of cells on the clipboard, as spreadsheets and documents take them."""
    cells = [[as_cell(str(cell).replace("−", "-")) for cell in line] for line in lines]
    rows = (
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in line)}</tr>" for line in cells
    )
    mime = QMimeData()
    mime.setText("".join("\t".join(line) + "\n" for line in cells))
    mime.setHtml(f"<table>{''.join(rows)}</table>")
    QGuiApplication.clipboard().setMimeData(mime)


class TableModel(QAbstractTableModel):
    """A table; subclasses give its :attr:`shape` and what stands in its cells."""

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of columns."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of rows; no cell has any below it."""
        return 0 if parent.isValid() else self.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of columns; no cell has any below it."""
        return 0 if parent.isValid() else self.shape[1]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return what there is to a cell, in Qt's way to ask."""
        return self.cell(index.row(), index.column(), role) if index.isValid() else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Return what there is to the name of a column or a row, in Qt's way to ask."""
        across = orientation == Qt.Orientation.Horizontal
        return self.head(section, role) if across else self.row_head(section, role)

    def cell(self, row: int, column: int, role: int) -> object:
        """Return what there is to a cell: its text, how it looks, what else is told of it."""
        raise NotImplementedError

    def head(self, column: int, role: int) -> object:
        """Return what there is to the name of a column."""
        raise NotImplementedError

    def row_head(self, row: int, role: int) -> object:
        """Return what there is to the name of a row, where rows have any."""
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Take what was typed into a cell, and return whether it is taken."""
        text = str(value)
        # An editor that was opened and closed again has changed nothing.
        return role == Role.EditRole and text != self.data(index, role) and self.take(index, text)

    def take(self, index: Index, text: str) -> bool:
        """Ask for another text in a cell, where that can be; return whether it can be there."""
        return False

    def show_all_changed(self) -> None:
        """Have all cells and the names of the columns drawn again.

        While the table keeps its shape.
        """
        rows, columns = self.shape
        self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, columns - 1)


class FrameModel(TableModel):
    """Reads the frame and keeps only what stands on screen.

    Subclasses give columns, rows, texts, colours.
    """

    columns: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self._shown: tuple[range, list[list[str]]] = (range(0), [])
        """The rows in sight, and for each column the texts that stand there."""

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, with other rows."""
        self.beginResetModel()
        self.frame = frame
        self._shown = (range(0), [])
        self.endResetModel()

    def tell_changed(self, frame: Frame, rows: range) -> None:
        """Have the columns drawn again in which another text stands now, of the rows in sight."""
        old_rows, old = self._shown
        new = [
            [self.text(frame, row, column) for row in rows] for column in range(len(self.columns))
        ]
        self._shown = rows, new
        for column, texts in enumerate(new):
            if rows and (rows != old_rows or texts != old[column]):
                self.dataChanged.emit(self.index(rows[0], column), self.index(rows[-1], column))

    def text(self, frame: Frame, row: int, column: int) -> str:
        """Return what stands in a cell."""
        raise NotImplementedError

    def colour(self, frame: Frame, row: int, column: int) -> str | None:
        """Return the colour in which it stands there, None for ink."""
        return None

    def cell(self, row: int, column: int, role: int) -> object:
        """Return the text of a cell, its colour and how it is aligned; subclasses know more."""
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
        """As many rows as the frame has of what they are of; none without one."""
        return 0 if self.frame is None else self.rows_of(self.frame), len(self.columns)

    def rows_of(self, frame: Frame) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def head(self, column: int, role: int) -> object:
        """Return the name of a column and how it is aligned."""
        if role == Role.DisplayRole:
            return self.columns[column]
        return self.alignment(column) if role == Role.TextAlignmentRole else None

    @staticmethod
    def alignment(column: int) -> Qt.AlignmentFlag:
        """Return left for the first column, right for the numbers in the others."""
        return LEFT if column == 0 else RIGHT


class _Table(QTableView):
    """A table that draws its own ground.

    So that Qt need not draw the card under it at every frame.
    """

    def sizeHint(self) -> QSize:
        """Ask for all rows."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def visible_rows(self) -> range:
        """Return which rows can be seen, in part at least."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return range(max(0, first), last + 1 if last >= 0 else self.model().rowCount())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and cells."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(themes.now.card))
        painter.end()
        super().paintEvent(event)


class TablePanel(QWidget):
    """A table over the frame with a line of words under it.

    Subclasses say in :meth:`draw` what a moment shows.

    Parameters
    ----------
    name, accessible_name
        Object name of the table, and what screen readers call it.
    note
        Object name of the line of words.
    """

    def __init__(self, name: str, accessible_name: str, model: FrameModel, note: str) -> None:
        super().__init__()
        self._frame_model = model
        self.table = named(_Table(), name, accessible_name)
        self.table.setModel(model)
        self.table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as signs of numbers are
        dress_table(self.table, _ROW_HEIGHT)
        self.table.horizontalHeader().viewport().setCursor(Qt.CursorShape.WhatsThisCursor)
        self.note = text_label(note, "muted", wrap=True)
        what_is_left = (None, 0)  # of the room that the table does not need
        parts = (self.table, 1), self.note, what_is_left
        self.rows = in_column(*parts, within=self, margins=FLUSH)

    def draw(self, frame: Frame) -> None:
        """Show a moment; called only while somebody can see it."""
        self._frame_model.tell_changed(frame, self.table.visible_rows())

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        self._frame_model.show_new(frame)
        rows = self._frame_model.rowCount() * _ROW_HEIGHT
        # No higher than its rows, so that the words stand right under them.
        self.table.setMaximumHeight(self.table.horizontalHeader().sizeHint().height() + rows + 2)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._frame_model.frame = frame
        if self.isVisible():
            self.draw(frame)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        # Not before: the style sheet takes it back when it dresses the table.
        self.table.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        if self._frame_model.frame is not None:
            self.draw(self._frame_model.frame)
