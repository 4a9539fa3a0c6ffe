"""The combo box of the tasks, in groups, with what each is for; and ways to bring own data."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QStandardItemModel,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import GROUPS, OWN, TASKS
from neuroviz.core.data.generators import GENERATORS
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.numbers import capitalized, counted, elided
from neuroviz.ui.canvas.tables import Index
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.theme.parts import LEFT, SCROLL_BAR, fitted_line, height_of, set_tip, text_label

_PURPOSE = Qt.ItemDataRole.AccessibleDescriptionRole
"""The role of the line that says what a task is for; it is drawn as well as read aloud."""
_MARGIN = 8
_WIDEST = 240
"""Most pixels of a name, as own data can have a long one."""
_SPACE = 6  # pixels added to a row's height
_FRAME = 10
"""Pixels of both edges of the list together."""
_ACTIVE = QPalette.ColorGroup.Active
_ROLE = QPalette.ColorRole
_COLOURS = (_ROLE.Text, _ROLE.PlaceholderText, _ROLE.Highlight, _ROLE.HighlightedText)
_OWN_GROUP = "Own data"
_WAYS = {
    "open": ("Open…", "a table in a file: CSV, TSV, a spreadsheet"),
    "paste": ("Paste", "a table copied from a spreadsheet or a page"),
    "new": ("New…", "blobs, a ring, a spiral, a line, points round f(x)"),
    "draw": ("Draw…", "an empty plane, and a click for each point"),
}
"""Way to bring one's own data -> its label and what it is for."""


class TaskBox(ChoiceBox):
    """Choose a task by its name, or bring one's own data.

    :attr:`purpose` is a label that says what the chosen task is for.
    """

    data_asked = Signal(str)
    """A person wants to use their own data, by one of "open", "paste", "new" and "draw"."""

    def __init__(self) -> None:
        tasks = sorted(TASKS.values(), key=lambda task: GROUPS.index(task.group))
        super().__init__(
            {task.name: task.label for task in tasks},
            {task.name: f"{task.formula}\n{task.reference}" for task in tasks},
        )
        self._shown = self.name()
        self._head_groups()
        self.purpose = text_label("task_purpose", "muted")
        self.purpose.setFixedHeight(height_of(1, self.purpose))

    def showPopup(self) -> None:
        """Open the list under the box, wide enough for its lines, and cut only between them."""
        if self._delegate is None:
            self._delegate = _TaskDelegate(self)
            self.setView(_TaskList(self))
            self.setItemDelegate(self._delegate)
        # Own data may have brought a longer name.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + _FRAME + SCROLL_BAR)
        screen = self.screen().availableGeometry()
        under = screen.bottom() - self.mapToGlobal(self.rect().bottomLeft()).y() - _FRAME
        self.setMaxVisibleItems(max(1, under // self.view().sizeHintForRow(0)))
        super().showPopup()

    def show_task(self, settings: Settings) -> None:
        """Show the task of an experiment, or its own data, without a signal.

        The purpose label follows.
        """
        own = settings.data is not None and not settings.data_changed
        with QSignalBlocker(self):
            self._list_own(_own_label(settings) if own else None)
        self.set_name(OWN if own else settings.task)
        data = settings.dataset
        rows = f"{counted(data.samples, 'sample')}, {counted(data.width, 'input')}"
        said = SCALINGS[data.scaling.name].said.removeprefix("inputs ")
        rows += f", {said}" if said else ""
        if settings.held_out is not None:
            rows += f", {settings.held_out.rows:,} held out"
        purpose = TASKS[settings.task].purpose if settings.data is None else rows
        self.setAccessibleDescription(purpose)
        self._fit_purpose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the purpose label, which is as wide as the box and the caption beside it."""
        super().resizeEvent(event)
        self._fit_purpose()

    def _fit_purpose(self) -> None:
        purpose = self.accessibleDescription()
        row = self.parentWidget() or self
        self.purpose.setText(fitted_line(purpose, self.purpose, row.width()))
        set_tip(self.purpose, purpose)

    def _list_own(self, label: str | None) -> None:
        """List one's own data under this label; None removes them."""
        row = self.findData(OWN)
        if label is None:
            if row >= 0:
                self.removeItem(row)
            return
        if row < 0:
            row = self.count() - len(_WAYS)
            self.insertItem(row, label, OWN)
            self.setItemData(row, "the data in use", _PURPOSE)
        self.setItemText(row, capitalized(label))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Skip the entries that open a dialog.

        An arrow key on the closed box only changes the task.
        """
        self._offer_ways(False)
        super().keyPressEvent(event)
        self._offer_ways(True)

    def _offer_ways(self, offered: bool) -> None:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.count() - len(_WAYS), self.count()):
            model.item(row).setEnabled(offered)

    def _on_index_changed(self, index: int) -> None:
        way = self.itemData(index)
        if way not in _WAYS:
            super()._on_index_changed(index)
            return
        self.set_name(self._shown)
        self.data_asked.emit(way)

    def set_name(self, name: str) -> None:
        """Show a name without a signal."""
        super().set_name(name)
        self._shown = name

    def _head_groups(self) -> None:
        """Put each group's name, which cannot be chosen, before its first task."""
        names = [self.itemData(index) for index in range(self.count())]
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        row = 0
        for group, members in groupby(names, key=lambda name: TASKS[name].group):
            self.insertItem(row, capitalized(group))
            model.item(row).setFlags(Qt.ItemFlag.NoItemFlags)
            row += 1
            for name in members:
                self.setItemData(row, TASKS[name].purpose, _PURPOSE)
                row += 1
        self.addItem(_OWN_GROUP)
        model.item(row).setFlags(Qt.ItemFlag.NoItemFlags)
        for way, (label, purpose) in _WAYS.items():
            self.addItem(label, way)
            self.setItemData(self.count() - 1, purpose, _PURPOSE)
        self.setCurrentIndex(self.findData(names[0]))


def _own_label(settings: Settings) -> str:
    """Return the label of own data: their origin, shortened, or the kind of made-up data.

    The box has no room for the options after the kind.
    """
    origin = settings.dataset.origin
    kind = origin.partition(":noise=")[0]
    return (
        f"own data, {GENERATORS[kind].label if kind in GENERATORS else elided(origin)}"
        if origin
        else "own data"
    )


class _TaskList(QListView):
    """The list; Home goes to the first task.

    The row before it is the name of a group, where Qt would stay.
    """

    def moveCursor(
        self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return the index to which a key leads."""
        if action == QListView.CursorAction.MoveHome:
            return self.model().index(1, 0)
        return super().moveCursor(action, modifiers)


class _TaskDelegate(QStyledItemDelegate):
    """Draws each task's name with what it is for beside it, and the names of the groups."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room for a line; all are equally high, so that none is cut."""
        metrics = option.fontMetrics
        said = metrics.horizontalAdvance(index.data(_PURPOSE) or "")
        return QSize(_widest_name(index, metrics) + said + 3 * _MARGIN, metrics.height() + _SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row of the list."""
        font = QFont(option.font)
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() - 1)
        ink, muted, lit, on_lit = (option.palette.color(_ACTIVE, role) for role in _COLOURS)
        area = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        name = index.data()
        purpose = index.data(_PURPOSE)
        painter.save()
        if purpose is None:
            small.setWeight(QFont.Weight.DemiBold)
            _write(painter, area, small, muted, name)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(option.rect, lit)
                ink = muted = on_lit
            widest = _widest_name(index, option.fontMetrics)
            name = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, widest)
            _write(painter, area, font, ink, name)
            _write(painter, area.adjusted(widest + _MARGIN, 0, 0, 0), small, muted, purpose)
        painter.restore()


def _widest_name(index: Index, metrics: QFontMetrics) -> int:
    """Return the pixels of the widest name of a task, at most ``_WIDEST``."""
    rows = (index.sibling(row, 0) for row in range(index.model().rowCount()))
    names = (row.data() for row in rows if row.data(_PURPOSE) is not None)
    return min(_WIDEST, max(map(metrics.horizontalAdvance, names)))


def _write(painter: QPainter, area: QRect, font: QFont, colour: QColor, text: str) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, int(LEFT), text)
