"""How an entry of the list of runs is drawn, and where its name is typed."""

from __future__ import annotations

import html
import math
from textwrap import shorten

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextDocument
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from neuroviz.ui.canvas.tables import Index
from neuroviz.ui.runs.run_entries import RunEntry, RunsModel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Chip, Theme
from neuroviz.ui.theme.run_shapes import swatch_icon

_PAD = 6
_SWATCH = QSize(30, 16)
_TEXT = 64
"""Pixels above and below the words, of a swatch, and left of the words."""
_LONGEST_NAME = 80
_LONGEST = 100
"""Letters of a name, and of how a run differs; all of it is in the tooltip."""


class RunCells(QStyledItemDelegate):
    """Draws check box and swatch as the style does; beside them name, marks, and what is new."""

    def __init__(self, view: QListView, model: RunsModel, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.theme = theme

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
        theme = self.theme
        ink = theme.ink if line.visible else theme.muted
        words.setHtml(
            f'<span style="color: {ink}">{name}<br>'
            + (f'<span style="color: {theme.muted}">{differs}</span><br>' if differs else "")
            + f"{html.escape(line.stand)}</span>"
        )
        return words

    def _mark(self, mark: str) -> str:
        theme = self.theme
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
            self._view, _SWATCH, self.theme, line.slot, active=line.active, visible=line.visible
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
            painter.setPen(QPen(QColor(self.theme.accent), 2))
        if picked or state & flag.State_MouseOver:
            painter.setBrush(QColor(self.theme.selected if picked else self.theme.hover))
        painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line for the name."""
        editor = QLineEdit(parent)
        editor.setObjectName("run_name")
        editor.setAccessibleName("Name of the run")
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
