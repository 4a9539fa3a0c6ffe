"""An entry of the list of runs: what it says, how it is drawn, and where its name is typed."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from textwrap import shorten

from msgspec import Struct
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
from neuroviz.session.runs import ListedRun
from neuroviz.ui.canvas.tables import Index, Role
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Chip
from neuroviz.ui.theme.icons import swatch_icon
from neuroviz.ui.theme.parts import named

_ALIKE = "same settings as the others"


class RunEntry(Struct, frozen=True):
    """One entry."""

    number: int
    name: str
    slot: int
    visible: bool
    """Whether it is drawn: the active one always is."""
    active: bool
    """As in :class:`~neuroviz.session.runs.ListedRun`, as number, name and slot are."""
    differs: str
    """In what it differs from the others, in words."""
    epoch: str
    loss: str
    tip: str
    """The same with every digit."""
    marks: tuple[str, ...]
    """What else there is to say: "now", "stopped"; "racing" where it is none of these."""

    @property
    def stand(self) -> str:
        """Its epoch and its loss."""
        return f"epoch {self.epoch} · loss {self.loss}"

    @property
    def spoken(self) -> str:
        """The whole entry for a screen reader."""
        shown = "shown" if self.visible else "hidden"
        return ", ".join(
            part for part in (self.name, *self.marks, self.differs, self.stand, shown) if part
        )


def entry_of(run: ListedRun, *, alone: bool) -> RunEntry:
    """Return what the list says of a run; the only one differs from none."""
    step, loss = run.rows.last_loss if run.rows else (0, None)
    epoch = f"{step // run.rows.steps_per_epoch:,}" if run.rows else DASH
    said = (("now", run.active), ("stopped", run.stopped))
    marks = tuple(mark for mark, holds in said if holds)
    differs = run.differs or ("" if alone else _ALIKE)
    digits = "" if loss is None else f"loss {exact(loss)} at epoch {epoch}"
    return RunEntry(
        number=run.number,
        name=run.name,
        slot=run.slot,
        visible=run.visible or run.active,
        active=run.active,
        differs=differs,
        epoch=epoch,
        loss=loss_said(run.settings, loss),
        tip="\n".join(part for part in (run.name, differs, digits) if part),
        marks=marks or (("racing",) if run.racing else ()),
    )


class RunsModel(QAbstractListModel):
    """The entries; a typed name and a pressed check box leave as signals.

    They come back as other entries.
    """

    renamed = Signal(int, str)
    switched = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[RunEntry, ...] = ()

    def show(self, lines: Sequence[RunEntry]) -> bool:
        """Take other entries; return whether they are of other runs than before."""
        others = [line.number for line in lines] != [line.number for line in self.lines]
        if others:
            self.beginResetModel()
            self.lines = tuple(lines)
            self.endResetModel()
            return True
        old = self.lines
        self.lines = tuple(lines)
        for row, (before, after) in enumerate(zip(old, self.lines, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row), self.index(row))
        return False

    def row_of(self, number: int | None) -> int | None:
        """Return where a run stands; None if it does not."""
        return next((row for row, line in enumerate(self.lines) if line.number == number), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every entry be picked and renamed, and all but the active one be switched."""
        flags = (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        )
        return flags if self.lines[index.row()].active else flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return the name, the rest in words, and whether the run is shown."""
        line = self.lines[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return line.name
        if role == Role.CheckStateRole:
            return Qt.CheckState.Checked if line.visible else Qt.CheckState.Unchecked
        return {Role.ToolTipRole: line.tip, Role.AccessibleTextRole: line.spoken}.get(Role(role))

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Ask for another name, where an empty one changes nothing, or for a run to be switched."""
        line = self.lines[index.row()]
        name = str(value).strip()
        if role == Role.CheckStateRole:
            self.switch(index)
        elif role == Role.EditRole and name and name != line.name:
            self.renamed.emit(line.number, name)
        return False

    def switch(self, index: Index) -> None:
        """Ask for a run to be shown, or to be hidden; the active one is always shown."""
        line = self.lines[index.row()]
        if not line.active:
            self.switched.emit(line.number, not line.visible)


_PAD = 6
_SWATCH = QSize(30, 16)
_TEXT = 64
"""Pixels above and below the words, of a swatch, and left of the words."""
_LONGEST_NAME = 80
_LONGEST = 100
"""Letters of a name, and of how a run differs; all of it is in the tooltip."""


class RunCells(QStyledItemDelegate):
    """Draws check box and swatch as the style does; beside them name, marks, and what is new."""

    def __init__(self, view: QListView, model: RunsModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Leave room for the words in lines of the list's width."""
        width = self._view.viewport().width()
        words = self._words(self._model.lines[index.row()], width)
        return QSize(width, math.ceil(words.size().height()) + 2 * _PAD)

    def _words(self, line: RunEntry, width: int) -> QTextDocument:
        """Return what is written in a list of some width."""
        words = QTextDocument()
        words.setDocumentMargin(0)
        words.setDefaultFont(themes.numeric_font(smaller=1))
        words.setTextWidth(width - _TEXT - _PAD)
        marks = "".join(map(self._mark, line.marks))
        name = f'<b style="font-size: {themes.point_size()}pt">{html.escape(line.name)}</b>{marks}'
        differs = html.escape(shorten(line.differs, _LONGEST, placeholder=" …"))
        theme = themes.now
        ink = theme.ink if line.visible else theme.muted
        words.setHtml(
            f'<span style="color: {ink}">{name}<br>'
            + (f'<span style="color: {theme.muted}">{differs}</span><br>' if differs else "")
            + f"{html.escape(line.stand)}</span>"
        )
        return words

    def _mark(self, mark: str) -> str:
        theme = themes.now
        special = {"now": Chip(theme.accent, theme.on_accent), "stopped": theme.bad}
        colours = special.get(mark, theme.neutral)
        look = f"color: {colours.text}; background: {colours.background}"
        return f' <span style="{look}">&nbsp;{mark}&nbsp;</span>'

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Have a check box, and a swatch for an icon, at the height of the name."""
        super().initStyleOption(option, index)
        line = self._model.lines[index.row()]
        option.rect.adjust(_PAD // 2, _PAD, 0, 0)
        option.rect.setHeight(option.fontMetrics.height())
        option.text = ""
        option.icon = swatch_icon(
            self._view, _SWATCH, line.slot, active=line.active, visible=line.visible
        )
        option.decorationSize = _SWATCH
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        if line.active:  # which cannot be switched off
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
        self._words(self._model.lines[index.row()], option.rect.width()).drawContents(painter)
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
            painter.setBrush(QColor(themes.now.selected if picked else themes.now.hover))
        painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line for the name."""
        editor = named(QLineEdit(parent), "run_name", "Name of the run")
        editor.setMaxLength(_LONGEST_NAME)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the name; a run that goes on does not take away what is being typed."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            super().setEditorData(editor, index)
            editor.selectAll()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the line over the name, as wide as there is room."""
        rect = option.rect.adjusted(_TEXT - _PAD, 1, -_PAD, 0)
        rect.setHeight(editor.sizeHint().height())
        editor.setGeometry(rect)
