"""The plot of a sweep.

Either axis may be logarithmic, the keyboard moves the reading, a click takes a neuron.
"""

from __future__ import annotations

import math

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent

from neuroviz.ui.canvas.axis import LossAxis
from neuroviz.ui.canvas.plot import Plot

_LABEL_ROOM = 56.0
"""Pixels from one label to the next."""
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class RateAxis(LossAxis):
    """A bottom axis; its labels are wider than they are high, so that fewer fit."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return (spacing, positions); in log mode positions are logarithms."""
        return super().tickValues(
            low, high, size if not self.logMode else size * 28.0 / _LABEL_ROOM
        )


class SweepPlot(Plot):
    """A plot over one axis or two of a sweep."""

    moved = Signal(int, int)
    """The keyboard asks for the neuron so many columns and rows on."""
    taken = Signal()
    """The keyboard takes the neuron that is read."""
    clicked = Signal(QPointF)
    """The mouse takes what is here."""

    def __init__(self) -> None:
        super().__init__("sweep_plot", "learning rate", "loss", RateAxis("bottom"))
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def set_logarithmic(self, *, x: bool, y: bool) -> None:
        """Say on which axes positions are logarithms."""
        self.getAxis("bottom").setLogMode(x=x, y=False)
        self.getAxis("left").setLogMode(x=False, y=y)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the reading with the arrows and take it with Enter; the rest is every plot's."""
        key = Qt.Key(event.key())
        if key in _MOVES and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.moved.emit(*_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, event: MouseClickEvent) -> None:
        if event.double() or event.button() != Qt.MouseButton.LeftButton:
            return
        if self.box.sceneBoundingRect().contains(event.scenePos()):
            point = self.box.mapSceneToView(event.scenePos())
            if math.isfinite(point.x()) and math.isfinite(point.y()):
                self.clicked.emit(point)
