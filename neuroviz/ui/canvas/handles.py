"""What can be dragged in a plot looks it: a ring and a shadow, a halo under the pointer."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRadialGradient, QTransform

from neuroviz.ui.canvas.drag import Drag, Handle
from neuroviz.ui.canvas.pixels import PixelItem
from neuroviz.ui.theme.run_shapes import placed

HALO, HELD = 0.22, 0.30
"""Opacity of a halo under the pointer, and round what is held."""
GROWS = 1.15
_RING = 2.0
_BEYOND = 10.0
"""Pixels that a halo reaches beyond the handle."""
_SOFT = 4.0
_WHITE = QColor("white")


class HandlesItem(PixelItem):
    """Draws the handles of some kinds; only in the window: no figure has them."""

    def __init__(self, drag: Drag, kinds: Container[str], z: float) -> None:
        super().__init__()
        self.accent = QColor()
        self._drag = drag
        self._kinds = kinds
        self.setZValue(z)
        drag.looks_changed.connect(self.update)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for handle in self._drag.shown:
            if handle.kind in self._kinds and handle.at is not None:
                self._paint(painter, handle, handle.at)

    def _paint(self, painter: QPainter, handle: Handle, at: QPointF) -> None:
        held = handle.name == self._drag.taken
        raised = held or (self._drag.taken is None and handle.name == self._drag.hovered)
        radius = handle.radius * (GROWS if raised else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        if raised:
            painter.setBrush(faded(self.accent, HELD if held else HALO))
            painter.drawEllipse(at, radius + _BEYOND, radius + _BEYOND)
        _shadow(painter, at + QPointF(0, 3 if held else 1.5), radius)
        painter.setBrush(_WHITE)
        painter.drawPath(placed(handle.shape, at, radius))
        if handle.core is not None:
            painter.setBrush(QColor(handle.core))
            painter.drawPath(placed(handle.shape, at, radius - _RING))
        if handle.hollow:
            painter.setBrush(_WHITE)
            painter.drawEllipse(at, radius - 3 * _RING, radius - 3 * _RING)
        if handle.name == self._drag.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((_WHITE, 4.0), (self.accent, 2.0)):
                painter.setPen(QPen(colour, width))
                painter.drawEllipse(at, radius + 5, radius + 5)


def faded(colour: QColor, opacity: float) -> QColor:
    """Return a colour through which the ground is seen."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


def _shadow(painter: QPainter, at: QPointF, radius: float) -> None:
    shade = QRadialGradient(at, radius + _SOFT)
    shade.setColorAt(max(0.0, (radius - 1) / (radius + _SOFT)), QColor(0, 0, 0, 90))
    shade.setColorAt(1.0, QColor(0, 0, 0, 0))
    painter.setBrush(shade)
    painter.drawEllipse(at, radius + _SOFT, radius + _SOFT)
