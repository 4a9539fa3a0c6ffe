"""The shapes and colours of compared runs as Qt draws them.

Balls, ends of curves, entries of a legend.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from neuroviz.pictures.palette import run_style
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of

_CORNERS = {"s": 4, "^": 3, "D": 4, "p": 5, "*": 10}
_TURNED = {"s": math.pi / 4}
_RADIUS = {"s": 1.22, "^": 1.4, "D": 1.3, "p": 1.15, "*": 1.4}
"""To the corners; so that all shapes look about as large as a circle of radius 1."""
_BALL = 4.8
"""Pixels of the radius of a ball beside a name."""
_WAIST = 0.45
"""Radius of a star between its points, as a share of that to its points."""


@lru_cache(maxsize=8)
def _unit(shape: str) -> QPainterPath:
    """Return a shape of SHAPES round the origin.

    About as large as a circle of radius 1.
    """
    path = QPainterPath()
    if shape == "o":
        path.addEllipse(QRectF(-1, -1, 2, 2))
        return path
    if shape == "P":
        for across in (True, False):
            path.addRect(QRectF(-1.2, -0.45, 2.4, 0.9) if across else QRectF(-0.45, -1.2, 0.9, 2.4))
        return path.simplified()
    corners = _CORNERS[shape]
    turned = _TURNED.get(shape, 0.0)
    points = []
    for corner in range(corners):
        angle = turned + 2 * math.pi * corner / corners
        radius = _RADIUS[shape] * (_WAIST if shape == "*" and corner % 2 else 1.0)
        points.append(QPointF(radius * math.sin(angle), -radius * math.cos(angle)))
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def placed(shape: str, at: QPointF, radius: float) -> QPainterPath:
    """Return a shape round a point, of about a radius, in the units of the point."""
    return QTransform(radius, 0, 0, radius, at.x(), at.y()).map(_unit(shape))


def swatch_icon(widget: QWidget, size: QSize, slot: int, *, active: bool, visible: bool) -> QIcon:
    """Return a piece of a run's curve with its ball on it, pale where it is hidden.

    Parameters
    ----------
    widget
        Where it is to be seen.
    active
        Whether it is the run that goes on, which has the accent, and no dashes.
    """
    style = run_style(slot)
    own = themes.now.palette.run(slot) if visible else themes.now.disabled
    colour = QColor(themes.now.accent if active else own)
    pen = QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if style.dash and not active:
        pen.setDashPattern(list(style.dash))
    middle = QPointF(size.width(), size.height()) / 2

    def paint(painter: QPainter) -> None:
        painter.setPen(pen)
        painter.drawLine(QPointF(0, middle.y()), QPointF(size.width(), middle.y()))
        painter.setPen(QPen(QColor(themes.now.card), 1.5))
        painter.setBrush(colour)
        painter.drawPath(placed(style.shape, middle, _BALL))

    picture = picture_of(paint, size, widget.devicePixelRatioF())
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Disabled)  # as it is, where it cannot be pressed
    return icon
