"""Items of a plot that are drawn in pixels, over all of what is in sight."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTransform

from neuroviz.core.types import Floats

_FAR = 1e6
"""Pixels beyond which Qt's arithmetic is of no use."""


def in_pixels(transform: QTransform, points: Floats) -> Floats:
    """Return where points (…, 2) of a plane that is not turned stand on screen.

    No farther off than Qt can draw.
    """
    scale = (transform.m11(), transform.m22())
    shift = (transform.dx(), transform.dy())
    with np.errstate(over="ignore"):
        result: Floats = np.clip(points * scale + shift, -_FAR, _FAR)
    return result


class PixelItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An item whose bounds are what is in sight; it takes no clicks."""

    def boundingRect(self) -> QRectF:
        """Return the part of the plane in sight."""
        return self.viewRect() or QRectF()

    def contains(self, point: QPointF) -> bool:
        """Let the plot under it have the mouse."""
        return False

    def viewTransformChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        super().viewTransformChanged()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw in pixels."""
        to_pixels = painter.transform()
        painter.resetTransform()
        self.paint_pixels(painter, to_pixels)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw with a painter whose units are logical pixels."""
        raise NotImplementedError(f"{type(self).__name__} must paint")
