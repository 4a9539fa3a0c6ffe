"""An entry of the list of runs: what it says, how it is drawn, and how its name is edited."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from textwrap import shorten

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QTextDocument
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import DASH, exact
from neuroviz.session.run import ListedRun
from neuroviz.ui.canvas.tables import Index, Role
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Chip
from neuroviz.ui.theme.icons import swatch_icon
from neuroviz.ui.theme.parts import named

_ALIKE = "same settings as the others"


def is_shown(run: ListedRun) -> bool:
    """Return whether a run is drawn; the active one always is."""
    return run.visible or run.active


def marks_of(run: ListedRun) -> tuple[str, ...]:
    """Return the labels beside a run's name: "now", "stopped", or "racing" if it has neither."""
    said = (("now", run.active), ("stopped", run.stopped))
    marks = tuple(mark for mark, holds in said if holds)
    return marks or (("racing",) if run.racing else ())


def numbers_of(run: ListedRun) -> tuple[str, str]:
    """Return a run's epoch and loss, as they are written."""
    step, loss = run.rows.last_loss if run.rows else (0, None)
    epoch = f"{step // run.rows.steps_per_epoch:,}" if run.rows else DASH
    return epoch, loss_said(run.settings, loss)


def stand_of(run: ListedRun) -> str:
    """Return a run's epoch and loss in words."""
    epoch, loss = numbers_of(run)
    return f"epoch {epoch} · loss {loss}"


class RunsModel(QAbstractListModel):
    """The runs of the list; a typed name and a pressed check box are emitted as signals.

    The session answers with new runs; a run in which nothing has changed is the same object as
    before.
    """

    renamed = Signal(int, str)
    switched = Signal(int, bool)
    listed: tuple[ListedRun, ...] = ()

    def show(self, runs: Sequence[ListedRun]) -> bool:
        """Take new runs, and return whether they are others than before."""
        old = self.listed
        if [run.number for run in runs] != [run.number for run in old]:
            self.beginResetModel()
            self.listed = tuple(runs)
            self.endResetModel()
            return True
        self.listed = tuple(runs)
        for row, (before, after) in enumerate(zip(old, self.listed, strict=True)):
            if before is not after:
                self.dataChanged.emit(self.index(row), self.index(row))
        return False

    def row_of(self, number: int) -> int | None:
        """Return the row of a run; None if it is not listed."""
        return next((row for row, run in enumerate(self.listed) if run.number == number), None)

    def differs(self, run: ListedRun) -> str:
        """Return how a run differs from the others; empty if it is the only one."""
        return run.differs or ("" if len(self.listed) == 1 else _ALIKE)

    def spoken(self, run: ListedRun) -> str:
        """Return the whole entry as a screen reader says it."""
        shown = "shown" if is_shown(run) else "hidden"
        said = (run.name, *marks_of(run), self.differs(run), stand_of(run), shown)
        return ", ".join(filter(None, said))

    def tip(self, run: ListedRun) -> str:
        """Return the name, the differences, and the loss with every digit."""
        said = [run.name, self.differs(run)]
        if run.rows is not None:
            said.append(f"loss {exact(run.rows.last_loss[1])} at epoch {numbers_of(run)[0]}")
        return "\n".join(filter(None, said))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self.listed)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every entry be picked and renamed, and all but the active one be shown or hidden."""
        flags = (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        )
        return flags if self.listed[index.row()].active else flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return the name, the rest in words, or whether the run is shown."""
        run = self.listed[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return run.name
        if role == Role.CheckStateRole:
            return Qt.CheckState.Checked if is_shown(run) else Qt.CheckState.Unchecked
        if role == Role.ToolTipRole:
            return self.tip(run)
        return self.spoken(run) if role == Role.AccessibleTextRole else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Ask for another name or for a run to be switched; an empty name changes nothing.

        The answer is always False, since the session makes the change.
        """
        run = self.listed[index.row()]
        name = str(value).strip()
        if role == Role.CheckStateRole:
            self.switch(index)
        elif role == Role.EditRole and name and name != run.name:
            self.renamed.emit(run.number, name)
        return False

    def switch(self, index: Index) -> None:
        """Ask for a run to be shown or hidden; the active one is always shown."""
        run = self.listed[index.row()]
        if not run.active:
            self.switched.emit(run.number, not run.visible)


_PAD = 6
_SWATCH = QSize(30, 16)
_TEXT = 64
"""In pixels: the space above and below the text, the size of a swatch, and the space left of the
text."""
_LONGEST_NAME = 80
_LONGEST = 100
"""Greatest number of letters of a name, and of how a run differs; the tooltip has all of it."""


class RunCells(QStyledItemDelegate):
    """Draws an entry: check box and swatch as the style does, then name, marks, and what is new."""

    def __init__(self, view: QListView, model: RunsModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that the text needs when it wraps to the width of the list."""
        width = self._view.viewport().width()
        words = self._words(self._model.listed[index.row()], width)
        return QSize(width, math.ceil(words.size().height()) + 2 * _PAD)

    def _words(self, run: ListedRun, width: int) -> QTextDocument:
        """Return the text of an entry, in a list of some width in pixels."""
        font = themes.numeric_font(smaller=1)
        words = QTextDocument(documentMargin=0, defaultFont=font, textWidth=width - _TEXT - _PAD)
        marks = "".join(map(self._mark, marks_of(run)))
        name = f'<b style="font-size: {themes.point_size()}pt">{html.escape(run.name)}</b>{marks}'
        differs = html.escape(shorten(self._model.differs(run), _LONGEST, placeholder=" …"))
        theme = themes.now
        ink = theme.ink if is_shown(run) else theme.muted
        words.setHtml(
            f'<span style="color: {ink}">{name}<br>'
            + (f'<span style="color: {theme.muted}">{differs}</span><br>' if differs else "")
            + f"{html.escape(stand_of(run))}</span>"
        )
        return words

    def _mark(self, mark: str) -> str:
        theme = themes.now
        special = {"now": Chip(theme.accent, theme.on_accent), "stopped": theme.bad}
        colours = special.get(mark, theme.neutral)
        look = f"color: {colours.text}; background: {colours.background}"
        return f' <span style="{look}">&nbsp;{mark}&nbsp;</span>'

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Put a check box, and a swatch as the icon, at the height of the name."""
        super().initStyleOption(option, index)
        run = self._model.listed[index.row()]
        option.rect.adjust(_PAD // 2, _PAD, 0, 0)
        option.rect.setHeight(option.fontMetrics.height())
        option.text = ""
        option.icon = swatch_icon(
            self._view, _SWATCH, run.slot, active=run.active, visible=is_shown(run)
        )
        option.decorationSize = _SWATCH
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        if run.active:  # it cannot be switched off
            option.state &= ~QStyle.StateFlag.State_Enabled

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw an entry."""
        self._paint_ground(painter, option)
        parts = QStyleOptionViewItem(option)
        self.initStyleOption(parts, index)
        flag = QStyle.StateFlag
        parts.state &= ~(flag.State_Selected | flag.State_HasFocus | flag.State_MouseOver)
        item = QStyle.ControlElement.CE_ItemViewItem
        self._view.style().drawControl(item, parts, painter, self._view)
        painter.save()
        painter.translate(option.rect.left() + _TEXT, option.rect.top() + _PAD)
        self._words(self._model.listed[index.row()], option.rect.width()).drawContents(painter)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        flag = QStyle.StateFlag
        picked = bool(state & flag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & flag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QPen(QColor(themes.now.accent), 2))
        if picked or state & flag.State_MouseOver:
            painter.setBrush(themes.now.selected if picked else themes.now.hover)
        painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a field for the name."""
        return named(QLineEdit(parent, maxLength=_LONGEST_NAME), "run_name", "Name of the run")

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the name, but keep what is being typed while the run goes on."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            super().setEditorData(editor, index)
            editor.selectAll()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the field over the name, as wide as there is room."""
        rect = option.rect.adjusted(_TEXT - _PAD, 1, -_PAD, 0)
        rect.setHeight(editor.sizeHint().height())
        editor.setGeometry(rect)
