"""Axes that are drawn once, and name decades as people write them."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

__all__ = ["LossAxis", "StillAxis"]

_LABEL_ROOM = 28.0  # pixels from one label to the next
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STRIDES = (1, 2, 5, 10, 20, 50, 100)  # decades
_PLAIN = 4  # decades up to which a power of ten is written out


class StillAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An axis that does not draw itself at every frame: its plot draws it into its background, see `draw`."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        # Not hidden: a hidden label has no room.
        self.label.setOpacity(0.0)

    @property
    def stale(self) -> bool:
        """Whether it looks other than when it was last drawn."""
        return self.picture is None

    def update(self, *_: object) -> None:
        """Have the whole plot drawn, since Qt does not ask an item without contents."""
        scene = self.scene()
        if scene is not None:
            scene.update()

    def draw(self, painter: QPainter) -> None:
        """Draw line, ticks, grid and label, in the coordinates of the scene."""
        painter.save()
        painter.setTransform(self.sceneTransform(), True)
        self.paint(painter, None, None)
        painter.restore()
        if self.label.isVisible():
            painter.save()
            painter.setTransform(self.label.sceneTransform(), True)
            self.label.paint(painter, QStyleOptionGraphicsItem(), None)
            painter.restore()


class LossAxis(StillAxis):
    """A left axis; in log mode its ticks stand at whole decades, and at 2 and 5 where there is room."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return (spacing, positions); in log mode positions are logarithms."""
        if not self.logMode:
            ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return ticks
        most = max(2.0, size / _LABEL_ROOM)
        least = (high - low) / most
        stride = next((s for s in _STRIDES if s >= least), _STRIDES[-1])
        first, last = math.ceil(low), math.floor(high)
        decades = [float(n) for n in range(first, last + 1) if n % stride == 0]
        if 3 * (high - low) > most or not math.isfinite(high - low):
            return [(float(stride), decades)]
        parts = [n + math.log10(m) for n in range(first - 1, last + 1) for m in (1, 2, 5)]
        return [(1.0, [value for value in parts if low <= value <= high])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels."""
        if not self.logMode:
            labels: list[str] = super().tickStrings(values, scale, spacing)
            return labels
        return [_power_of_ten(value) for value in values]


def _power_of_ten(exponent: float) -> str:
    whole = math.floor(exponent + 1e-9)
    mantissa = round(10 ** (exponent - whole))
    if abs(whole) <= _PLAIN:
        return f"{mantissa * 10.0**whole:,.{max(0, -whole)}f}"
    power = "10" + str(whole).translate(_SUPERSCRIPTS)
    return power if mantissa == 1 else f"{mantissa}·{power}"
