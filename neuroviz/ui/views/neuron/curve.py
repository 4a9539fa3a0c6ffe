"""The activation's box: its curve, and the point (z, ŷ) on it; for a batch the points of all its samples."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from neuroviz.core.choices.activations import Activation
from neuroviz.core.neuron.neuron import activation_curve
from neuroviz.core.types import Floats
from neuroviz.pictures.neuron.fit import Box
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import outlined, rect_of, rounded

_LEAST_REACH = 4.0
_MOST_REACH = 1e12
_POINTS = 81
_MOST_SAMPLES = 60


def reach_of(largest: float, old: float = _LEAST_REACH) -> float:
    """Return how far the axis of z reaches: doubled until it holds the largest, halved when a quarter would do."""
    reach = old
    while reach < min(largest, _MOST_REACH):
        reach *= 2
    while reach > _LEAST_REACH and largest < reach / 4:
        reach /= 2
    return reach


class ActivationBox:
    """A box with the axes, the curve and the points; its place is in pixels."""

    def __init__(self, scene: QGraphicsScene, box: Box, activation: Activation, theme: Theme) -> None:
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
        for item in (outlined(rounded(box, 8), theme.ink, theme.field), self._axes, self._curve, self._points):
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
        return [QPointF(a, b) for a, b in zip(x, area.bottom() - share * area.height(), strict=True)]
