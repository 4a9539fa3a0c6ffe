"""Parts that the contents of the data view share: points by class, marks of the wrong ones, ranges."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPainterPath

from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.marks import Points
from neuroviz.ui.canvas.plot import round_up
from neuroviz.ui.theme.colours import Theme

__all__ = ["ClassPoints", "margins", "reaching"]


class ClassPoints:
    """The samples as points: circles for class 1, squares for class 0, a cross on those that are wrong."""

    def __init__(self, size: int = 13) -> None:
        self._items = {
            1: Points(symbol="o", size=size),
            0: Points(symbol="s", size=size - 1),
        }
        # Two strokes and no filling: the class under them stays seen.
        self._wrong = Points(symbol=_strokes(), size=size + 9, brush=None)
        for item in (*self._items.values(), self._wrong):
            item.setZValue(20)

    def add(self, plot: pg.PlotWidget, theme: Theme, *, classes: bool) -> None:
        """Put the points into a plot, in the colours of their classes, or in ink where there are none."""
        outline = QColor(theme.card)
        for positive, item in self._items.items():
            colour = theme.positive if positive else theme.negative
            item.setBrush(colour if classes else theme.ink)
            item.setPen(pg.mkPen(outline, width=1.5))
            plot.addItem(item)
        self._wrong.setPen(pg.mkPen(theme.error, width=2.5))
        plot.addItem(self._wrong)

    def draw(self, frame: Frame, positions: Floats) -> None:
        """Place the points at positions (N, 2)."""
        dataset = frame.settings.dataset
        classes = dataset.targets == 1 if dataset.classes else np.ones(dataset.samples, dtype=bool)
        for positive, item in self._items.items():
            item.setData(*positions[classes == bool(positive)].T)
        right = frame.right
        self._wrong.setData(*positions[np.zeros(len(positions), dtype=bool) if right is None else ~right].T)


def _strokes() -> QPainterPath:
    path = QPainterPath()
    for start, end in (((-0.5, -0.5), (0.5, 0.5)), ((-0.5, 0.5), (0.5, -0.5))):
        path.moveTo(*start)
        path.lineTo(*end)
    return path


def margins(values: Floats, share: float, least: float = 1.0) -> tuple[float, float]:
    """Return low and high of values with a share of their span added at both ends."""
    low = float(values.min())
    high = float(values.max())
    room = share * ((high - low) or max(least, abs(low)))
    return low - room, high + room


def reaching(bottom: float, top: float, outputs: Floats) -> tuple[float, float]:
    """Return a range that holds the outputs too, in rounded steps, so that it does not jump."""
    least = float(outputs.min())
    greatest = float(outputs.max())
    if greatest > top:
        top = round_up(1.05 * greatest) if greatest > 0 else 0.0
    if least < bottom:
        bottom = -round_up(-1.05 * least) if least < 0 else -0.05 * top
    return bottom, top
