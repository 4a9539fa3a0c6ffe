"""The small curve of an activation, with the axes it needs to be read."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.model.model import activation_curve
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

_REACH = 4.0


_HEIGHT = 64


class ActivationCurve(QWidget):
    """φ(z) for z from −4 to 4; empty until torch is loaded."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Curve of the activation")
        self._theme = theme
        self._name = "identity"
        self._ready = False

    def show_activation(self, name: str, *, ready: bool) -> None:
        """Show another activation; ``ready`` says whether torch is loaded."""
        if (name, ready) != (self._name, self._ready):
            self._name = name
            self._ready = ready
            self.setToolTip(ACTIVATIONS[name].formula)
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curve and formula."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(2, 4, 92, self.height() - 8)
        painter.setPen(QPen(QColor(self._theme.grid), 1))
        painter.drawRoundedRect(area, 4, 4)
        self._write_formula(painter, area.right() + 10)
        if self._ready:
            self._draw_curve(painter, area.adjusted(4, 4, -4, -4))

    def _write_formula(self, painter: QPainter, left: float) -> None:
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(themes.text_font(smaller=1))
        place = QRectF(left, 0, self.width() - left, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, int(flags), ACTIVATIONS[self._name].formula)

    def _draw_curve(self, painter: QPainter, area: QRectF) -> None:
        z = np.linspace(-_REACH, _REACH, 121)
        value = activation_curve(ACTIVATIONS[self._name], z)
        low = min(float(value.min()), -0.2)
        high = max(float(value.max()), 0.2)
        x = area.left() + (z + _REACH) / (2 * _REACH) * area.width()
        y = area.bottom() - (value - low) / (high - low) * area.height()
        zero = area.bottom() + low / (high - low) * area.height()
        painter.setPen(QPen(QColor(self._theme.edge), 1))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.drawLine(
            QPointF(area.center().x(), area.top()), QPointF(area.center().x(), area.bottom())
        )
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
