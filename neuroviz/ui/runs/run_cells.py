"""How an entry of the list of runs is drawn.

Where in it a click switches, and where a name is typed.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from neuroviz.ui.canvas.tables import Index
from neuroviz.ui.runs.run_entries import RunEntry, RunsModel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Chip, Theme
from neuroviz.ui.theme.run_shapes import paint_swatch, run_colour

_PAD = 8
_GAP = 2
_BOX = 16
_SWITCH = 32
_HALF = 15  # of a swatch
_TEXT = 72
_LINES = 3
"""Lines in which a run may say how it differs; all of it is in the tooltip."""
_SHAPE = 5.0
_LONGEST_NAME = 80
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_TALL = 10**6


class RunCells(QStyledItemDelegate):
    """Draws check box, swatch, name with marks, differences, epoch and loss."""

    def __init__(self, view: QListView, model: RunsModel, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.theme = theme
        self._name, self._small = themes.numeric_font(), themes.numeric_font(smaller=1)
        self._name.setWeight(QFont.Weight.DemiBold)
        self._name_metrics = QFontMetrics(self._name)
        self._metrics = QFontMetrics(self._small)

    # --- where things stand -----------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Leave room for the differences in lines of the list's width."""
        line = self._model.lines[index.row()]
        width = self._view.viewport().width()
        height = self._name_metrics.height() + _GAP + self._metrics.height() + 2 * _PAD
        differs = self._differs_height(line, width - _TEXT - _PAD)
        return QSize(width, height + (differs + _GAP if differs else 0))

    def _differs_height(self, line: RunEntry, width: int) -> int:
        if not line.differs:
            return 0
        asked = self._metrics.boundingRect(QRect(0, 0, width, _TALL), _WRAP, line.differs).height()
        return min(asked, _LINES * self._metrics.lineSpacing())

    def _name_rect(self, line: RunEntry, rect: QRect) -> QRect:
        height = self._name_metrics.height()
        marks = sum(self._chip_width(mark) + 4 for mark in line.marks)
        return QRect(
            rect.left() + _TEXT,
            rect.top() + _PAD,
            max(24, rect.width() - _TEXT - _PAD - marks),
            height,
        )

    def _chip_width(self, mark: str) -> int:
        return self._metrics.horizontalAdvance(mark) + 12

    # --- drawing ----------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw an entry."""
        line = self._model.lines[index.row()]
        rect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        self._paint_box(painter, line, rect)
        self._paint_swatch(painter, line, rect)
        self._paint_words(painter, line, rect)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        flag = QStyle.StateFlag
        inside = QRectF(option.rect).adjusted(1, 1, -1, -1)
        picked = bool(state & flag.State_Selected)
        if picked or state & flag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.selected if picked else self.theme.hover))
            painter.drawRoundedRect(inside, 6, 6)
        if state & flag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_box(self, painter: QPainter, line: RunEntry, rect: QRect) -> None:
        box = QStyleOptionButton()
        box.rect = QRect(rect.left() + _PAD, self._middle(rect) - _BOX // 2, _BOX, _BOX)
        on = QStyle.StateFlag.State_On if line.visible else QStyle.StateFlag.State_Off
        box.state = on if line.active else QStyle.StateFlag.State_Enabled | on
        self._view.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter)

    def _paint_swatch(self, painter: QPainter, line: RunEntry, rect: QRect) -> None:
        """Draw a piece of the run's curve with its ball on it; where it is hidden, faintly."""
        colour = QColor(self.theme.accent if line.active else run_colour(line.slot, self.theme))
        middle = QPointF(rect.left() + _SWITCH + _HALF, self._middle(rect) + 0.5)
        painter.setOpacity(1.0 if line.visible else 0.4)
        paint_swatch(
            painter, line.slot, middle, _HALF, _SHAPE, colour, self.theme.card, solid=line.active
        )
        painter.setOpacity(1.0)

    def _middle(self, rect: QRect) -> int:
        """Return the height at which check box, swatch and name stand."""
        return rect.top() + _PAD + self._name_metrics.height() // 2

    def _paint_words(self, painter: QPainter, line: RunEntry, rect: QRect) -> None:
        name = self._name_rect(line, rect)
        theme = self.theme
        painter.setFont(self._name)
        painter.setPen(QColor(theme.ink if line.visible else theme.muted))
        elided = self._name_metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(self._small)
        self._paint_marks(painter, line, rect)
        painter.setPen(QColor(theme.muted))
        room = QRect(name.left(), name.bottom() + 1 + _GAP, rect.right() - name.left() - _PAD, 0)
        room.setHeight(self._differs_height(line, room.width()))
        if line.differs:
            painter.drawText(room, _WRAP, self._cut(line.differs, room))
            room.translate(0, room.height() + _GAP)
        room.setHeight(self._metrics.height())
        painter.setPen(QColor(theme.ink if line.visible else theme.muted))
        painter.drawText(
            room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.stand
        )

    def _paint_marks(self, painter: QPainter, line: RunEntry, rect: QRect) -> None:
        right = rect.right() + 1 - _PAD
        for mark in reversed(line.marks):
            width = self._chip_width(mark)
            chip = QRectF(right - width, rect.top() + _PAD, width, self._name_metrics.height())
            colours = self._chip(mark)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.background))
            painter.drawRoundedRect(chip, 7, 7)
            painter.setPen(QColor(colours.text))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, mark)
            right -= width + 4

    def _chip(self, mark: str) -> Chip:
        theme = self.theme
        return {"now": Chip(theme.accent, theme.on_accent), "stopped": theme.bad}.get(
            mark, theme.neutral
        )

    def _cut(self, text: str, room: QRect) -> str:
        """Return a text, cut at a word with "…" where its lines are not enough."""
        tall = QRect(0, 0, room.width(), _TALL)
        shown = text
        while text and self._metrics.boundingRect(tall, _WRAP, shown).height() > room.height():
            text = text.rpartition(" ")[0]
            shown = f"{text} …"
        return shown

    # --- clicks and names -------------------------------------------------------------------------

    def editorEvent(
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Switch at a click into the column of the check boxes.

        A second one there opens no editor.
        """
        if (
            not isinstance(event, QMouseEvent)
            or event.position().x() - option.rect.left() >= _SWITCH
        ):
            return False
        if (
            event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        ):
            self._model.switch(index)
        return True

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
            editor.setText(self._model.lines[index.row()].name)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Take what was typed."""
        assert isinstance(editor, QLineEdit)
        self._model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the line over the name, at its whole width."""
        rect = self._name_rect(self._model.lines[index.row()], option.rect)
        height = editor.sizeHint().height()
        editor.setGeometry(
            rect.left() - 8,
            rect.center().y() - height // 2,
            option.rect.right() - rect.left() + 4,
            height,
        )
