"""What is drawn of a sweep over learning rates; positions are decades."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF

from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.label_places import Room
from neuroviz.pictures.sweep.scene import AIR, CurveScene, curve_scene
from neuroviz.ui.canvas.mark_items import CurveItem, Labels, PointsItem
from neuroviz.ui.sweep.plot import SweepPlot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

_MARGIN = 0.015
_ROW = 20.0
_GAP = 4.0
_PADDING = 4.0
"""Pixels from one name to the next, between a line and its name, and that a label adds before its text."""


class CurveLayer:
    """The losses as a curve, with the marks of the ruler, and what has no place in it at the edges.

    Parameters
    ----------
    result
        A sweep over learning rates alone.
    """

    def __init__(self, result: SweepResult, theme: Theme, plot: SweepPlot) -> None:
        self._theme = theme
        self._plot = plot
        self.scene: CurveScene = curve_scene(result)
        self._x = np.log10(self.scene.rates)
        low, high = self.scene.span
        self._edges = low + AIR / 3 * (high - low), high - AIR / 3 * (high - low)
        self._names = Labels([theme.muted] * 8, themes.text_font(), QColor(theme.card))
        self._names.setZValue(-1)
        self._ring = PointsItem(size=13, brush=None, pen=pg.mkPen(theme.ink, width=2))
        self._ring.setZValue(30)
        self.items: list[pg.GraphicsObject] = [
            *self._lines(),
            self._curve(),
            *self._points(),
            self._names,
            self._ring,
        ]

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of what is to be in sight."""
        margin = _MARGIN * (self._x[-1] - self._x[0])
        return float(self._x[0] - margin), float(self._x[-1] + margin), *self.scene.span

    def prepare(self) -> None:
        """Make the axes fit."""
        self._plot.set_logarithmic(x=True, y=self.scene.log)
        label = "loss (log scale)" if self.scene.log else "loss (linear: none is above 0)"
        self._plot.label_axes(self._theme, "learning rate (log scale)", label)

    def settle(self) -> None:
        """Write the names where they have room, in the present size and range."""
        (left, right), (bottom, top) = self._plot.box.viewRange()
        across = (right - left) / self._plot.pixels()[0]
        up = (top - bottom) / self._plot.pixels()[1]
        width = QFontMetricsF(themes.text_font()).horizontalAdvance
        places = self._beside_marks(left, right, bottom, top)
        if self._has_level:
            places.append(("loss at the start", left, self._height(self.scene.first) + 0.6 * _ROW * up))
        for text, which, edge, side in self._at_edges():
            if which.any():
                x = min(float(self._x[which][0]), right - (width(text) + 3 * _GAP) * across)
                places.append((text, x, edge - side * 0.9 * _ROW * up))
        self._names.show_texts([*places, *[("", 0.0, 0.0)] * (8 - len(places))])

    def nearest(self, x: float, y: float) -> int:
        """Return the neuron whose rate is nearest to a place."""
        return int(abs(self._x - x).argmin())

    def moved(self, neuron: int, columns: int, rows: int) -> int:
        """Return the neuron so many columns on, none beyond the ends."""
        return min(max(neuron + columns, 0), len(self._x) - 1)

    def mark(self, neuron: int | None) -> None:
        """Put a ring round a neuron."""
        chosen = slice(0) if neuron is None else slice(neuron, neuron + 1)
        self._ring.setData(self._x[chosen], self._places[chosen])

    def _beside_marks(self, left: float, right: float, bottom: float, top: float) -> list[tuple[str, float, float]]:
        """Return the names of the ruler's marks in sight, where neither the curve nor another name is."""
        rates = {name: rate for name, rate in self.scene.marks.items() if left < np.log10(rate) < right}
        texts = {f"{name} {rounded_down(rate, 3)}": rate for name, rate in rates.items()}
        lines = [(float(np.log10(rate)) - left) / (right - left) for rate in texts.values()]
        width, height = self._plot.pixels()
        metrics = QFontMetricsF(themes.text_font())
        letter = max((metrics.horizontalAdvance(text) / len(text) for text in texts), default=1.0) / width
        room = Room(letter, _ROW / height, 1 - 2 * _ROW / height)
        room.add((self._x - left) / (right - left), (self._heights() - bottom) / (top - bottom))
        for line in lines:
            room.add(np.array([line, line]), np.array([0.0, 1.0]))
        places = []
        for line, text in zip(lines, texts, strict=True):
            x, y = room.room_for(text, [line, min(lines), max(lines)])
            middle = bottom + (y + _ROW / height / 2) * (top - bottom)
            places.append((text, left + (x - _PADDING / width) * (right - left), middle))
        return places

    # --- items -------------------------------------------------------------------------------------------

    @property
    def _has_level(self) -> bool:
        return not self.scene.log or self.scene.first > 0

    @property
    def _places(self) -> Floats:
        """(n,): at which height each neuron is drawn."""
        scene = self.scene
        heights = self._heights()
        heights[scene.zeros] = self._edges[0]
        heights[scene.beyond | scene.diverged] = self._edges[1]
        return heights

    def _heights(self) -> Floats:
        heights: Floats = np.log10(self.scene.losses) if self.scene.log else self.scene.losses.copy()
        return heights

    def _height(self, loss: float) -> float:
        return float(np.log10(loss)) if self.scene.log else loss

    def _at_edges(self) -> list[tuple[str, Bools, float, int]]:
        """Return what stands at the edges: its name, which neurons, the height, and on which side the name is."""
        scene = self.scene
        return [
            ("diverged", scene.diverged, self._edges[1], 1),
            (f"above {format_number(scene.ceiling, 3)}", scene.beyond, self._edges[1], 1),
            ("loss 0", scene.zeros, self._edges[0], -1),
        ]

    def _lines(self) -> list[pg.GraphicsObject]:
        pen = themes.pen(self._theme.muted, 1, self._plot)
        pen.setStyle(Qt.PenStyle.DashLine)
        lines = [pg.InfiniteLine(float(np.log10(rate)), 90, pen) for rate in self.scene.marks.values()]
        if self._has_level:
            dots = themes.pen(self._theme.muted, 1, self._plot)
            dots.setStyle(Qt.PenStyle.DotLine)
            lines.append(pg.InfiniteLine(self._height(self.scene.first), 0, dots))
        for line in lines:
            line.setZValue(-2)
        return lines

    def _curve(self) -> CurveItem:
        curve = CurveItem("finite")
        curve.setPen(themes.pen(self._theme.accent, 1.6, self._plot))
        curve.setData(self._x, self._heights())
        return curve

    def _points(self) -> list[PointsItem]:
        theme = self._theme
        scene = self.scene
        kinds = (
            (~np.isnan(scene.losses), "o", theme.accent, None, 6),
            (scene.diverged, "x", theme.error, theme.error, 9),
            (scene.beyond, "t1", theme.ink, None, 9),
            (scene.zeros, "o", theme.card, theme.ink, 8),
        )
        made = []
        for which, symbol, brush, pen, size in kinds:
            points = PointsItem(
                symbol=symbol, size=size, brush=brush, pen=pg.mkPen(pen, width=1.5) if pen else None
            )
            points.setData(self._x[which], self._places[which])
            made.append(points)
        return made
