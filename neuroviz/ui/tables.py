"""What the tables share: a model over the frame, the look, and a line of words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView, QVBoxLayout, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.theme import Theme

__all__ = ["FrameModel", "Index", "TablePanel"]

Index = QModelIndex | QPersistentModelIndex
_ROW_HEIGHT = 26
_POINT_SIZE = 9


class FrameModel(QAbstractTableModel):
    """Reads the frame and holds nothing of its own; subclasses give ``columns``, the rows and the data."""

    columns: tuple[str, ...] = ()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.frame: Frame | None = None

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, with other rows."""
        self.beginResetModel()
        self.frame = frame
        self.endResetModel()

    def tell_changed(self) -> None:
        """Have every cell drawn again."""
        last = self.index(self.rowCount() - 1, len(self.columns) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column and how it is aligned."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section]
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @staticmethod
    def alignment(column: int) -> Qt.AlignmentFlag:
        """Return left for the first column, right for the numbers in the others."""
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter


class TablePanel(QWidget):
    """A table over the frame with a line of words under it; subclasses say in :meth:`draw` what a moment shows.

    Parameters
    ----------
    name, accessible_name
        Of the table.
    model
        What it shows.
    note
        Object name of the line of words.
    """

    title = ""

    def __init__(self, name: str, accessible_name: str, model: FrameModel, note: str) -> None:
        super().__init__()
        self._frame_model = model
        self.table = QTableView()
        self.table.setObjectName(name)
        self.table.setAccessibleName(accessible_name)
        self.table.setModel(model)
        self._dress()
        self.note = QLabel()
        self.note.setObjectName(note)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)

    def draw(self, frame: Frame) -> None:
        """Show a moment; called only while somebody can see it."""
        self._frame_model.tell_changed()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        self._frame_model.show_new(frame)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._frame_model.frame = frame
        if self.isVisible():
            self.draw(frame)

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._frame_model.theme = theme
        self.table.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        if self._frame_model.frame is not None:
            self.draw(self._frame_model.frame)

    def _dress(self) -> None:
        font = themes.numeric_font()
        font.setPointSize(_POINT_SIZE)
        self.table.setFont(font)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
