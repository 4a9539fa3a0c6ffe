"""The weights as lines, each with its pill: wide by the size, orange or blue by the sign."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from neuroviz.pictures.neuron.fit import Box, Row
from neuroviz.pictures.neuron.layout import Layout
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import outlined, rounded

_THINNEST = 1.2
_WIDEST = 7.0
_FAINT = 0.35  # of a line that carries nothing, since its input is 0


def width_of(value: float, largest: float) -> float:
    """Return the width of a line in pixels: by its share of the largest parameter."""
    share = abs(value) / largest if largest > 0 and math.isfinite(largest) else 0.0
    return _THINNEST + (_WIDEST - _THINNEST) * min(1.0, share)


class WeightLine:
    """One parameter's line from its input through its pill into the sum."""

    def __init__(self, scene: QGraphicsScene, row: Row, layout: Layout, theme: Theme) -> None:
        self._theme = theme
        self._drawn = ("", 0.0, 1.0)
        self._line = QGraphicsPathItem(_path(row, layout))
        self._line.setZValue(0)
        right = row.pill.right if row.cell.y > row.pill.y else row.cell.right
        joined = Box(row.pill.x, row.pill.y, right - row.pill.x, row.pill.height)
        self._pill = outlined(rounded(joined, row.pill.height / 2), theme.edge, theme.card)
        for item in (self._line, self._pill):
            scene.addItem(item)
        self.show_value(None, 1.0, carries=True)

    def show_value(self, value: float | None, largest: float, *, carries: bool) -> None:
        """Draw the line of a value, the largest of all parameters known; None while there is no value."""
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

    def _colour(self, value: float | None) -> str:
        if not value:
            return self._theme.edge
        return self._theme.positive if value > 0 else self._theme.negative


def _path(row: Row, layout: Layout) -> QPainterPath:
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
    path.cubicTo(QPointF(layout.fan + bend, y), QPointF(circle.x - bend, end.y()), QPointF(circle.x, end.y()))
    path.lineTo(end)
    return path
