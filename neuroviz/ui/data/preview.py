"""The rows of a table that is to come in, and over each column what it is for."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from neuroviz.files.data.understood import Understood
from neuroviz.ui.canvas.tables import Index
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

_ROWS = 7
"""How many of them are seen at once; the others are scrolled to."""
_ROW_HEIGHT = 24
_HEADER = 32
_BAR = 16
"""Pixels for the names of the columns, and for the bar that scrolls sideways."""
_FEW = 6
"""Columns that share all the width there is."""
_TARGET = "target"
_INPUT = "✓ input"
_UNUSED = "not used"


class _Model(QAbstractTableModel):
    """The first row says what each column is for; below it are the rows of the table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._understood: Understood | None = None

    def show_understood(self, found: Understood | None) -> None:
        """Show what was understood; None for nothing."""
        self.beginResetModel()
        self._understood = found
        self.endResetModel()

    def role_of(self, column: int) -> str:
        """Return what a column is for."""
        assert self._understood is not None
        if column == self._understood.target:
            return _TARGET
        return _INPUT if column in self._understood.inputs else _UNUSED

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self._understood is None else len(self._understood.table.lines) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self._understood is None else len(self._understood.table.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._understood is None or not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.role_of(column) if row == 0 else self._understood.table.shown(row - 1, column)
        if role == Qt.ItemDataRole.ToolTipRole and row == 0 and self.role_of(column) != _TARGET:
            return "Click to use this column as an input, or to leave it out"
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._colour(row, column))
        if role == Qt.ItemDataRole.FontRole and row == 0:
            font = QFont(themes.application().font())
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def _colour(self, row: int, column: int) -> str:
        what = self.role_of(column)
        if what == _UNUSED:
            return self._theme.muted
        if row and self._is_bad(row - 1, column):
            return self._theme.error
        return self._theme.accent if row == 0 else self._theme.ink

    def _is_bad(self, row: int, column: int) -> bool:
        """Return whether a cell holds a word where a number is needed."""
        assert self._understood is not None
        classes = column == self._understood.target and self._understood.classes
        return not classes and row in self._understood.table.words[column]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if self._understood is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._understood.table.names[section]
        return "" if section == 0 else f"{self._understood.table.lines[section - 1]:,}"


class Preview(QTableView):
    """A click on what a column is for makes an input of it, or leaves it out."""

    toggled = Signal(int)
    """The column that a person wants as an input, or not any more."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("import_preview")
        self.setAccessibleName("Rows of the table")
        self._model = _Model(theme)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.clicked.connect(self._on_clicked)
        self.setFixedHeight(_HEADER + (_ROWS + 1) * _ROW_HEIGHT + _BAR)

    def show_understood(self, found: Understood | None) -> None:
        """Show what was understood; None for nothing."""
        self._model.show_understood(found)
        few = self._model.columnCount() <= _FEW
        mode = QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Interactive
        self.horizontalHeader().setSectionResizeMode(mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Space on what a column is for do what a click does."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.row() == 0 and self._model.role_of(index.column()) != _TARGET:
            self.toggled.emit(index.column())
