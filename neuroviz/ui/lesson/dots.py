"""The dots of a lesson: one for each step, the present one drawn out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from neuroviz.ui.theme.colours import Theme

_DOT = 8
_LONG = 24
_GAP = 8
_ROOM = 24
"""Pixels of height, so that a dot can be hit."""


class Dots(QWidget):
    """Which step of how many it is; a click on one that was reached before goes there."""

    asked = Signal(int)
    """Number of a step, from 0."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lesson_dots")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._steps = 1
        self._here = 0
        self._reached = 0

    def sizeHint(self) -> QSize:
        """Return the size of all dots."""
        return QSize(_LONG + (self._steps - 1) * (_DOT + _GAP), _ROOM)

    def show_step(self, here: int, steps: int, reached: int) -> None:
        """Show that it is this step of so many, counted from 0, and how far a person has come."""
        self._here = here
        self._steps = steps
        self._reached = reached
        words = f"Step {here + 1} of {steps}"
        self.setAccessibleName(words)
        self.setToolTip(words if not reached else f"{words}: click on a dot to go back there")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._theme = theme
        self.update()

    def place_of(self, step: int) -> QRectF:
        """Return where the dot of a step is."""
        left = step * (_DOT + _GAP) + (_LONG - _DOT if step > self._here else 0)
        return QRectF(left, (_ROOM - _DOT) / 2, _LONG if step == self._here else _DOT, _DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots: those that were reached in the accent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(self._steps):
            painter.setBrush(QColor(self._theme.accent if step <= self._reached else self._theme.edge))
            painter.drawRoundedRect(self.place_of(step), _DOT / 2, _DOT / 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the step whose dot was hit."""
        hit = QPointF(event.position().x(), _ROOM / 2)
        for step in range(self._reached + 1):
            if self.place_of(step).adjusted(-_GAP / 2, 0, _GAP / 2, 0).contains(hit):
                self.asked.emit(step)
                return
