"""What the scenes of the neuron are made of.

Texts in boxes, outlined shapes, weights as lines, the activation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QGraphicsSimpleTextItem

from neuroviz.core.choices.activations import Activation
from neuroviz.core.model.model import activation_curve
from neuroviz.core.types import Floats
from neuroviz.pictures.neuron.fit import InputRow, Rect
from neuroviz.pictures.neuron.layout import Layout
from neuroviz.pictures.neuron.numbers import Slot
from neuroviz.ui.canvas.handles import HELD, faded
from neuroviz.ui.theme.colours import Theme

LEFT = 0.0
CENTRE = 0.5
RIGHT = 1.0
"""Share of the room that is left free before a text."""
_LEAST_LETTERS = 3


def rect_of(box: Rect) -> QRectF:
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

    def __init__(self, box: Rect, font: QFont, align: float) -> None:
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
    """What both scenes of the neuron share.

    Texts in boxes, the ground of what is new, light and ring.

    Parameters
    ----------
    slots
        The box of every number, in pixels.
    """

    def __init__(
        self, slots: Mapping[Slot, Rect], size: tuple[float, float], font: QFont, theme: Theme
    ) -> None:
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

    def _text(self, box: Rect, align: float) -> BoxedText:
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


def rounded(box: Rect, radius: float) -> QPainterPath:
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


GRIP = 10.0
"""Pixels of a pill that its dots take, by which it is taken."""
_DOT = 1.0
_APART = 3.8
"""From one dot to the next."""
_HALO = 4.0
_SHADOW, _SHADOW_HELD = 28, 60
"""Opacity of 255."""
_THINNEST = 1.2
_WIDEST = 7.0
_FAINT = 0.35  # of a line that carries nothing, since its input is 0


def width_of(value: float, largest: float) -> float:
    """Return the width of a line in pixels: by its share of the largest parameter."""
    share = abs(value) / largest if largest > 0 and math.isfinite(largest) else 0.0
    return _THINNEST + (_WIDEST - _THINNEST) * min(1.0, share)


class WeightLine:
    """One parameter's line from its input through its pill into the sum."""

    def __init__(self, scene: QGraphicsScene, row: InputRow, layout: Layout, theme: Theme) -> None:
        self._theme = theme
        self._drawn = ("", 0.0, 1.0)
        self._line = QGraphicsPathItem(_path(row, layout))
        self._line.setZValue(0)
        right = row.pill.right if row.cell.y > row.pill.y else row.cell.right
        joined = Rect(row.pill.x, row.pill.y, right - row.pill.x, row.pill.height)
        self._pill = outlined(rounded(joined, row.pill.height / 2), theme.edge, theme.card)
        self.area = rect_of(joined)
        self._shadow = outlined(around(self.area, 1.0).translated(0, 1.5), "", None, 0, 0.8)
        self._shadow.setPen(Qt.PenStyle.NoPen)
        self._halo = outlined(around(self.area, _HALO), "", None, 0, 0.9)
        self._halo.setPen(Qt.PenStyle.NoPen)
        self._grip = outlined(_grip(self.area), theme.muted, theme.muted, 0, 1.3)
        for item in (self._line, self._shadow, self._halo, self._pill, self._grip):
            scene.addItem(item)
        self.dress(0.0, free=True)
        self.show_value(None, 1.0, carries=True)

    def show_value(self, value: float | None, largest: float, *, carries: bool) -> None:
        """Draw the line of a value, the largest of all parameters known.

        None while there is no value.
        """
        colour = self._colour(value)
        width = round(width_of(value or 0.0, largest), 1)
        opacity = 1.0 if carries else _FAINT
        if (colour, width, opacity) == self._drawn:
            return
        self._drawn = colour, width, opacity
        style = Qt.PenStyle.DotLine if not value else Qt.PenStyle.SolidLine
        self._line.setPen(QPen(QColor(colour), width, style, Qt.PenCapStyle.FlatCap))
        self._line.setOpacity(opacity)
        self._pill.setPen(QPen(QColor(colour), 1.2))

    def dress(self, halo: float, *, free: bool) -> None:
        """Let it look as what can be dragged, where it is free, with a halo of some opacity."""
        self._grip.setVisible(free)
        self._shadow.setVisible(free)
        self._shadow.setBrush(QColor(0, 0, 0, _SHADOW_HELD if halo >= HELD else _SHADOW))
        self._halo.setBrush(faded(QColor(self._theme.accent), halo))

    def _colour(self, value: float | None) -> str:
        if not value:
            return self._theme.edge
        return self._theme.positive_line if value > 0 else self._theme.negative


def around(area: QRectF, by: float) -> QPainterPath:
    """Return the outline of a pill that is so many pixels larger on each side."""
    area = area.adjusted(-by, -by, by, by)
    path = QPainterPath()
    path.addRoundedRect(area, area.height() / 2, area.height() / 2)
    return path


def _grip(area: QRectF) -> QPainterPath:
    """Return the six dots at the left of a pill."""
    path = QPainterPath()
    left = QPointF(area.x() + 7, area.center().y())
    for column in (0, 1):
        for row in (-1, 0, 1):
            path.addEllipse(left + QPointF(column * _APART, row * _APART), _DOT, _DOT)
    return path


def _path(row: InputRow, layout: Layout) -> QPainterPath:
    """Return the way from the input to the sum, open where the pill and the product stand."""
    y = row.pill.middle[1]
    circle = layout.shapes["sum"]
    end = QPointF(circle.x + circle.width / 2, circle.middle[1])
    right = row.pill.right if layout.bus is not None else row.cell.right
    bias = row.index == layout.rows[-1].index
    start = right if bias else layout.fan
    path = QPainterPath(QPointF(row.input.right, y))
    path.lineTo(row.pill.x, y)
    if layout.bus is not None and not bias:
        path.moveTo(right, y)
        path.lineTo(row.product.x - 3, y)
    path.moveTo(start, y)
    path.lineTo(layout.fan, y)
    bend = (circle.x - layout.fan) * 0.6
    path.cubicTo(
        QPointF(layout.fan + bend, y), QPointF(circle.x - bend, end.y()), QPointF(circle.x, end.y())
    )
    path.lineTo(end)
    return path


_LEAST_REACH = 4.0
_MOST_REACH = 1e12
_POINTS = 81
_MOST_SAMPLES = 60


def reach_of(largest: float, old: float = _LEAST_REACH) -> float:
    """Return how far the axis of z reaches.

    Doubled until it holds the largest, halved when a quarter would do.
    """
    reach = old
    while reach < min(largest, _MOST_REACH):
        reach *= 2
    while reach > _LEAST_REACH and largest < reach / 4:
        reach /= 2
    return reach


class ActivationBox:
    """A box with the axes, the curve and the points; its place is in pixels."""

    def __init__(
        self, scene: QGraphicsScene, box: Rect, activation: Activation, theme: Theme
    ) -> None:
        self._activation = activation
        self._reach = 0.0
        self._area = rect_of(box).adjusted(6, 6, -6, -6)
        self._axes = outlined(QPainterPath(), theme.edge, None, 1.0, 2)
        self._curve = outlined(QPainterPath(), theme.ink, None, 1.6, 2)
        self._points = QGraphicsPathItem()
        self._points.setPen(QPen(QColor(theme.card), 1))
        self._points.setBrush(QBrush(QColor(theme.accent)))
        self._points.setZValue(2.5)
        self._low = 0.0
        self._high = 1.0
        for item in (
            outlined(rounded(box, 8), theme.ink, theme.field),
            self._axes,
            self._curve,
            self._points,
        ):
            scene.addItem(item)

    def show_points(self, z: Floats, output: Floats) -> None:
        """Draw the points (z, ŷ), both (N,); none while nothing is computed."""
        if not len(z):
            self._points.setPath(QPainterPath())
            return
        self._follow(reach_of(float(np.abs(z).max()), self._reach or _LEAST_REACH))
        path = QPainterPath()
        radius = 4.0 if len(z) == 1 else 2.6
        for point in self._placed(z[:_MOST_SAMPLES], output[:_MOST_SAMPLES]):
            path.addEllipse(point, radius, radius)
        self._points.setPath(path)

    def show_curve(self) -> None:
        """Draw the curve, once torch is loaded."""
        self._follow(self._reach or _LEAST_REACH)

    def _follow(self, reach: float) -> None:
        if reach == self._reach:
            return
        self._reach = reach
        z = np.linspace(-reach, reach, _POINTS)
        output = activation_curve(self._activation, z)
        self._low, self._high = min(float(output.min()), -0.1), max(float(output.max()), 0.1)
        path = QPainterPath()
        path.addPolygon(QPolygonF(self._placed(z, output)))
        self._curve.setPath(path)
        zero = self._placed(np.zeros(1), np.zeros(1))[0]
        axes = QPainterPath(QPointF(self._area.left(), zero.y()))
        axes.lineTo(self._area.right(), zero.y())
        axes.moveTo(zero.x(), self._area.top())
        axes.lineTo(zero.x(), self._area.bottom())
        self._axes.setPath(axes)

    def _placed(self, z: Floats, output: Floats) -> list[QPointF]:
        """Return points in the area, those beyond its ends on its edge."""
        area: QRectF = self._area
        x = area.left() + (np.clip(z / self._reach, -1, 1) + 1) / 2 * area.width()
        share = np.clip((output - self._low) / (self._high - self._low), 0, 1)
        return [
            QPointF(a, b) for a, b in zip(x, area.bottom() - share * area.height(), strict=True)
        ]
