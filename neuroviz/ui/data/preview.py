"""The rows of a table to import: heads say what each column is for, and cells can be edited."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from neuroviz.core.data.dataset import MOST_CLASSES
from neuroviz.core.numbers import capitalized
from neuroviz.files.data.understood import Understood
from neuroviz.ui.canvas.tables import Index, Role, TableModel, share_width
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ENTER, LEFT, RIGHT, named

_ROWS = 6
_FEWEST_ROWS = 3
"""Rows that are visible at once, and in a low window; the others are scrolled to."""
_ROW_HEIGHT = 24
_HEAD = 42
_BAR = 12
"""Height in pixels of the columns' heads, and of the horizontal scroll bar."""
_COLUMN = 116
_FEW = 6
"""Width of a column in pixels; and columns, at most, that share the whole width."""
_MARGIN = 6
_ARROW = 10
ROLES = {
    "input": "Input",
    "target": "Target",
    "beside": "Target, beside the first",
    "unused": "Not used",
}
"""What a column can be for: names, with their texts in the menu."""
_SHOWN = {
    "input": "✓ input",
    "target": "◎ target",
    "beside": "◎ target, too",
    "unused": "not used",
}
_EMPTY = "empty"


class _PreviewModel(TableModel):
    """The rows of the table, with cells marked that cannot be used."""

    mended = Signal(int, int, str)
    """Row and column of a cell, and what a person has written into it."""
    understood: Understood | None = None

    def show_understood(self, found: Understood | None) -> None:
        """Show what was understood, None for nothing; the same rows stay where they are."""
        before = self.understood
        if found is not None and before is not None and found.table.lines and _alike(before, found):
            self.understood = found
            self.show_all_changed()
            return
        self.beginResetModel()
        self.understood = found
        self.endResetModel()

    def role_of(self, column: int) -> str:
        """Return what a column is for, a name in ROLES."""
        assert self.understood is not None
        if column in self.understood.targets:
            return "target" if column == self.understood.target else "beside"
        return "input" if column in self.understood.inputs else "unused"

    @property
    def takes_targets(self) -> bool:
        """Whether another column can become a target beside the first."""
        found = self.understood
        if found is None or len(found.class_names) > 2:
            return False
        return len(found.targets) < min(MOST_CLASSES, len(found.table.names) - 1)

    @property
    def shape(self) -> tuple[int, int]:
        if self.understood is None:
            return 0, 0
        return len(self.understood.table.lines), len(self.understood.table.names)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def cell(self, row: int, column: int, role: int) -> object:
        assert self.understood is not None
        table = self.understood.table
        bad = self.understood.is_fault(row, column)
        if role == Role.DisplayRole:
            return table.shown(row, column) or (_EMPTY if bad else "")
        if role == Role.EditRole:
            return table.written(row, column)
        if role == Role.ToolTipRole:
            return _tip(self.understood, row, column)
        if role == Role.BackgroundRole and bad:
            return QColor(themes.now.bad.background)
        if role == Role.ForegroundRole:
            unused = self.role_of(column) == "unused"
            return QColor(
                themes.now.bad.text if bad else themes.now.muted if unused else themes.now.ink
            )
        if role == Role.FontRole:
            return _font(self.understood, row, column)
        return self._side(column) if role == Role.TextAlignmentRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        """Return right for a column that is mostly numbers, else left."""
        assert self.understood is not None
        table = self.understood.table
        return RIGHT if 2 * len(table.words[column]) < len(table.lines) else LEFT

    def take(self, index: Index, text: str) -> bool:
        self.mended.emit(index.row(), index.column(), text)
        return True

    def row_head(self, row: int, role: int) -> object:
        assert self.understood is not None
        table = self.understood.table
        if role == Role.ToolTipRole:
            return f"{table.form.unit.capitalize()} {table.lines[row]:,} of what was read"
        return f"{table.lines[row]:,}" if role == Role.DisplayRole else None

    def head(self, column: int, role: int) -> object:
        assert self.understood is not None
        name = self.understood.table.names[column]
        if role == Role.DisplayRole:
            return f"{name}\n{_SHOWN[self.role_of(column)]}"
        if role == Role.ToolTipRole:
            return f"{name}\nClick to choose what this column is for"
        return self._side(column) if role == Role.TextAlignmentRole else None


def _font(found: Understood, row: int, column: int) -> QFont | None:
    """Return the font of a cell that is empty or was edited; None for any other."""
    font = QFont(themes.application().font())
    if found.is_fault(row, column) and not found.table.shown(row, column):
        font.setItalic(True)
    elif (row, column) in found.table.mended:
        font.setWeight(QFont.Weight.DemiBold)
    else:
        return None
    return font


def _tip(found: Understood, row: int, column: int) -> str | None:
    if found.is_fault(row, column):
        return capitalized(str(found.fault_at(row, column)))
    return found.table.written(row, column) or None


def _alike(before: Understood, found: Understood) -> bool:
    return (before.table.lines, before.table.names) == (found.table.lines, found.table.names)


class _Heads(QHeaderView):
    """A column's name, and what it is for, with an arrow; a click offers other uses."""

    _under = -1

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setSectionsClickable(True)
        self.setMouseTracking(True)
        self.setFixedHeight(_HEAD)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._under = self.logicalIndexAt(event.position().toPoint())
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._under = -1
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw name and use."""
        model = self.model()
        name, _, purpose = str(model.headerData(section, self.orientation())).rpartition("\n")
        side = model.headerData(section, self.orientation(), Role.TextAlignmentRole)
        used = purpose != _SHOWN["unused"]
        painter.save()
        painter.fillRect(rect, themes.now.hover if section == self._under else themes.now.card)
        painter.setPen(themes.now.edge)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        room = rect.adjusted(_MARGIN, 3, -_MARGIN, -4)
        font = QFont(themes.application().font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(themes.now.ink if used else themes.now.muted)
        self._write(painter, room, name, side, Qt.AlignmentFlag.AlignTop)
        font.setPointSizeF(font.pointSizeF() - 1)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(themes.now.accent if used else themes.now.muted)
        beside = room.adjusted(0, 0, -_ARROW - 2, 0)
        self._write(painter, beside, purpose, side, Qt.AlignmentFlag.AlignBottom)
        width = painter.fontMetrics().horizontalAdvance(purpose)
        width = beside.width() if side == RIGHT else min(width, room.width() - _ARROW)
        x = room.left() + width + 5
        y = room.bottom() - painter.fontMetrics().height() // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolyline([QPoint(x, y - 1), QPoint(x + 3, y + 2), QPoint(x + 6, y - 1)])
        painter.restore()

    @staticmethod
    def _write(
        painter: QPainter, room: QRect, text: str, side: Qt.AlignmentFlag, edge: Qt.AlignmentFlag
    ) -> None:
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        across = side & Qt.AlignmentFlag.AlignHorizontal_Mask
        painter.drawText(room, across | edge | Qt.TextFlag.TextSingleLine, fitting)


class _CurrentFramed(QStyledItemDelegate):
    """Frames the cell that has the focus, since filling it would hide whether it is at fault."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if index == self._view.currentIndex():
            bad = index.data(Role.BackgroundRole) is not None
            painter.save()
            painter.setPen(QPen(QColor(themes.now.error if bad else themes.now.accent), 2))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
            painter.restore()


class Preview(QTableView):
    """The rows of the table.

    A click on the head of a column offers what it can be for; a double click on a cell edits it.
    """

    wanted = Signal(int, str)
    """A column, and what a person wants it to be for: a name in ROLES."""
    mended = Signal(int, int, str)
    """Row and column of a cell, and what a person has written into it."""
    looked_at = Signal(int, int)
    """Row and column of the cell that has the focus."""
    _asked = 0
    """The column for which the menu is open."""

    def __init__(self) -> None:
        super().__init__()
        named(
            self, "import_preview", "Rows of the table; Space lets you choose what a column is for"
        )
        self._model = _PreviewModel()
        self.setModel(self._model)
        self.setHorizontalHeader(_Heads())
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setItemDelegate(_CurrentFramed(self))
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setDefaultSectionSize(_COLUMN)
        self.horizontalHeader().setMinimumSectionSize(_COLUMN // 2)
        self.setMinimumHeight(_HEAD + _FEWEST_ROWS * _ROW_HEIGHT + _BAR + 2)
        self.menu = named(QMenu(self), "import_roles")
        for name, label in ROLES.items():
            action = self.menu.addAction(label)
            action.setObjectName(f"import_role_{name}")
            action.setCheckable(True)
            action.setData(name)
            action.setEnabled(False)
        self.menu.triggered.connect(lambda action: self.wanted.emit(self._asked, action.data()))
        self.horizontalHeader().sectionClicked.connect(self.offer_roles)
        self._model.mended.connect(self.mended)

    def sizeHint(self) -> QSize:
        """Return the size for six rows."""
        return QSize(super().sizeHint().width(), _HEAD + _ROWS * _ROW_HEIGHT + _BAR + 2)

    def show_understood(self, found: Understood | None) -> None:
        """Show what was understood, None for nothing, and close a menu that is now outdated."""
        self.menu.close()
        for action in self.menu.actions():
            action.setEnabled(False)
        self._model.show_understood(found)
        share_width(self, _FEW)

    def go_to(self, row: int, column: int) -> None:
        """Move the focus to a cell, and scroll to it."""
        index = self._model.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def is_at_fault(self) -> bool:
        """Return whether the cell that has the focus cannot be used."""
        index = self.currentIndex()
        found = self._model.understood
        return index.isValid() and found is not None and found.is_fault(index.row(), index.column())

    def offer_roles(self, column: int) -> None:
        """Open the menu of what a column can be for, below its head."""
        role = self._model.role_of(column)
        self._asked = column
        for action in self.menu.actions():
            action.setChecked(action.data() == role)
            # There must be a target: it changes when another column is made the target.
            free = role != "target" or action.data() == role
            action.setEnabled(free and (action.data() != "beside" or self._model.takes_targets))
        heads = self.horizontalHeader()
        self.menu.popup(
            heads.mapToGlobal(QPoint(heads.sectionViewportPosition(column), heads.height()))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Space in a column do the same as a click on its head, and Enter a double click."""
        cell = self.currentIndex()
        if not cell.isValid() or self.state() == self.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in ENTER:
            self.edit(cell)
        elif event.key() == Qt.Key.Key_Space:
            self.offer_roles(cell.column())
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Report which cell has the focus."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.looked_at.emit(current.row(), current.column())
