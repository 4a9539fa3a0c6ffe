"""What the scenes of the neuron are made of: a text in a box, shapes with an outline, and what both share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QGraphicsSimpleTextItem

from neuroviz.pictures.neuron.fit import Box
from neuroviz.pictures.neuron.numbers import Slot
from neuroviz.ui.theme.colours import Theme

LEFT = 0.0
CENTRE = 0.5
RIGHT = 1.0
"""Share of the room that is left free before a text."""
_LEAST_LETTERS = 3


def rect_of(box: Box) -> QRectF:
    """Return a box as Qt has it."""
    return QRectF(box.x, box.y, box.width, box.height)


class BoxedText(QGraphicsSimpleTextItem):
    """A line of text that stands in a box, and is cut with "…" where the box ends.

    Parameters
    ----------
    box
        The room that the text has, in pixels of the scene.
    align
        LEFT, CENTRE or RIGHT.
    """

    def __init__(self, box: Box, font: QFont, align: float) -> None:
        super().__init__()
        self.box = box
        self._align = align
        self._text = ""
        self._colour = ""
        self._metrics = QFontMetricsF(font)
        self.setFont(font)
        self.setZValue(3)

    def show_text(self, text: str, colour: str) -> None:
        """Write this, if something else stands there."""
        if colour != self._colour:
            self._colour = colour
            self.setBrush(QBrush(QColor(colour)))
        if text != self._text:
            self._text = text
            self._write(text)

    def whole_text(self) -> str:
        """Return the text, uncut."""
        return self._text

    @property
    def cut(self) -> bool:
        """Whether there is no room for all of it."""
        return self.text() != self._text

    @property
    def too_short(self) -> bool:
        """Whether so little of it is left that it tells nothing."""
        return self.cut and len(self.text()) < _LEAST_LETTERS

    def _write(self, text: str) -> None:
        width = self._metrics.horizontalAdvance(text)
        if width > self.box.width + 1:
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.box.width)
            width = self._metrics.horizontalAdvance(text)
        self.setText(text)
        y = self.box.y + (self.box.height - self._metrics.height()) / 2
        self.setPos(self.box.x + self._align * (self.box.width - width), y)


class NumbersScene(QGraphicsScene):
    """What both scenes of the neuron share: texts in boxes, the ground of what is new, light and ring.

    Parameters
    ----------
    slots
        The box of every number, in pixels.
    """

    def __init__(self, slots: Mapping[Slot, Box], size: tuple[float, float], font: QFont, theme: Theme) -> None:
        super().__init__()
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setBackgroundBrush(QColor(theme.card))
        self.setSceneRect(QRectF(0, 0, *size))
        self.slots = slots
        self._theme = theme
        self._font = font
        self._fresh = self._ground(theme.selected, 1.5)
        self._hovered = self._ground(theme.hover, 1.4)
        self._focused = outlined(QPainterPath(), theme.accent, None, 2, 4)
        self.addItem(self._focused)

    def hover(self, slot: Slot | None) -> None:
        """Light the number under the pointer."""
        self._hovered.setPath(self._ring(slot))

    def focus(self, slot: Slot | None) -> None:
        """Put the ring round the number that has the keyboard."""
        self._focused.setPath(self._ring(slot))

    def _ring(self, slot: Slot | None) -> QPainterPath:
        return QPainterPath() if slot is None else rounded(self.slots[slot], 4)

    def _text(self, box: Box, align: float) -> BoxedText:
        item = BoxedText(box, self._font, align)
        self.addItem(item)
        return item

    def _show_fresh(self, slots: Iterable[Slot]) -> None:
        """Put a ground under what the part of the step on show has just computed."""
        path = QPainterPath()
        for slot in slots:
            path.addRoundedRect(rect_of(self.slots[slot]).adjusted(-2, 0, 2, 0), 4, 4)
        self._fresh.setPath(path)

    def _ground(self, colour: str, z: float) -> QGraphicsPathItem:
        item = outlined(QPainterPath(), colour, colour, 0, z)
        item.setPen(QPen(QColor(colour), 0))
        self.addItem(item)
        return item


def rounded(box: Box, radius: float) -> QPainterPath:
    """Return a box with round corners."""
    path = QPainterPath()
    radius = min(radius, box.width / 2, box.height / 2)
    path.addRoundedRect(rect_of(box), radius, radius)
    return path


def outlined(
    path: QPainterPath, edge: str, fill: str | None, width: float = 1.2, z: float = 1
) -> QGraphicsPathItem:
    """Return a shape with an outline, filled where a colour is given."""
    item = QGraphicsPathItem(path)
    item.setPen(QPen(QColor(edge), width))
    item.setBrush(QColor(fill) if fill else QBrush(Qt.BrushStyle.NoBrush))
    item.setZValue(z)
    return item


def arrow_head(x: float, y: float, size: float, direction: int) -> QPainterPath:
    """Return the head of an arrow whose tip is at (x, y), pointing right (1) or left (−1)."""
    path = QPainterPath()
    path.moveTo(x, y)
    path.lineTo(x - direction * size, y - size / 2)
    path.lineTo(x - direction * size, y + size / 2)
    path.closeSubpath()
    return path
