"""Small curves: one of the activation, and one of the loss along a line."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from neuroviz.core.anatomy.anatomy import LossAlong
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.model.model import activation_curve
from neuroviz.core.numbers import format_number
from neuroviz.core.types import Floats
from neuroviz.ui.theme import theme as themes

_REACH = 4.0


_HEIGHT = 64


class SmallCurve(QWidget):
    """A curve in a frame, with words at its right."""

    _words = ""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, words and curve."""
        painter = themes.painter(self)
        area = QRectF(2, 4, 92, self.height() - 8)
        painter.setPen(QPen(QColor(themes.now.grid), 1))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(themes.now.muted)
        painter.setFont(themes.text_font(smaller=1))
        place = QRectF(self.rect()).adjusted(area.right() + 10, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, int(flags), self._words)
        self._draw(painter, area.adjusted(4, 4, -4, -4))

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the content of the frame."""

    def _draw_line(self, painter: QPainter, x: Floats, y: Floats) -> None:
        painter.setPen(QPen(QColor(themes.now.accent), 2))
        painter.drawPolyline([*map(QPointF, x, y)])


class LossAlongCurve(SmallCurve):
    """The loss along the negative gradient, with the step that exact line search takes."""

    _line: LossAlong | None = None

    def __init__(self) -> None:
        super().__init__("Loss along the negative gradient")
        self.hide()

    def show_line(self, line: LossAlong | None) -> None:
        """Show the loss along another line; None hides the curve."""
        self._line = line
        self.setVisible(line is not None)
        if line is None:
            return
        rate = format_number(line.found)
        self._words = f"the loss along −g: least at the rate α = {rate}"
        if line.ends:
            self._words = f"the loss along −g falls up to the longest rate, {rate}"
        self.setAccessibleDescription(self._words)
        self.update()

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        assert self._line is not None  # it is hidden without one
        losses = self._line.losses
        span = float(np.ptp(losses)) or 1.0
        x = np.linspace(area.left(), area.right(), len(losses))
        y = area.bottom() - (losses - losses.min()) / span * area.height()
        self._draw_line(painter, x, y)
        at = self._line.place
        painter.setBrush(themes.now.accent)
        painter.drawEllipse(QPointF(x[at], y[at]), 3, 3)


class ActivationCurve(SmallCurve):
    """φ(z) for z from −4 to 4; empty until torch is loaded."""

    _name = "identity"
    _ready = False

    def __init__(self) -> None:
        super().__init__("Curve of the activation")
        self._words = ACTIVATIONS["identity"].formula

    def show_activation(self, name: str, *, ready: bool) -> None:
        """Show another activation; ``ready`` says whether torch is loaded."""
        if (name, ready) != (self._name, self._ready):
            self._name = name
            self._ready = ready
            self._words = ACTIVATIONS[name].formula
            self.setToolTip(self._words)
            self.update()

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        if not self._ready:
            return
        z = np.linspace(-_REACH, _REACH, 121)
        value = activation_curve(ACTIVATIONS[self._name], z)
        low = min(float(value.min()), -0.2)
        high = max(float(value.max()), 0.2)
        x = area.left() + (z + _REACH) / (2 * _REACH) * area.width()
        y = area.bottom() - (value - low) / (high - low) * area.height()
        zero = area.bottom() + low / (high - low) * area.height()
        painter.setPen(QPen(QColor(themes.now.edge), 1))
        painter.drawLine(QLineF(area.left(), zero, area.right(), zero))
        middle = area.center().x()
        painter.drawLine(QLineF(middle, area.top(), middle, area.bottom()))
        self._draw_line(painter, x, y)
