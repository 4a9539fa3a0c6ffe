"""What is drawn of a sweep over two axes: the losses as colours, and their legend; rates are decades."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from neuroviz.core.numbers import format_number
from neuroviz.core.sweep.grid import Axis
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Floats
from neuroviz.pictures.palette import LOSS
from neuroviz.pictures.sweep.scene import MapScene, map_scene, outer_edges
from neuroviz.ui.canvas.mark_items import ColourMapItem, CurveItem, Labels, PointsItem
from neuroviz.ui.sweep.plot import SweepPlot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.palettes import DARK_INK, LIGHT_INK, colour_table
from neuroviz.ui.theme.parts import STRETCH, arrange, text_label

_PADDING = 4.0
_LARGEST_CROSS = 9.0
_BAR = QSize(120, 10)
_STOPS = 16


class MapLayer:
    """The losses as a map, with a cross where one diverged, and letters of the minima that starts end in.

    Parameters
    ----------
    result
        A sweep over rates and momenta, or over starts.
    """

    def __init__(self, result: SweepResult, theme: Theme, plot: SweepPlot) -> None:
        self._result = result
        self._theme = theme
        self._plot = plot
        self.scene: MapScene = map_scene(result)
        across, up = result.grid.axes
        self._logarithmic = across.logarithmic
        self._x = _positions(across, across.values)
        self._y = up.values
        self.limits = (*_positions(across, np.array(outer_edges(across))).tolist(), *outer_edges(up))
        """Left, right, bottom and top of the map."""
        veil = QColor(DARK_INK)
        veil.setAlpha(190)
        self._texts = self._named()
        self._labels = Labels([LIGHT_INK.name()] * len(self._texts), themes.text_font(), veil)
        self._ring = PointsItem(symbol="s", size=13, brush=None, pen=pg.mkPen(LIGHT_INK, width=2))
        self._shadow = PointsItem(symbol="s", size=17, brush=None, pen=pg.mkPen(DARK_INK, width=2))
        self._crosses = PointsItem(
            symbol="x", size=_LARGEST_CROSS, brush=None, pen=pg.mkPen(theme.error, width=1.2)
        )
        x, y = result.grid.coordinates.values()
        lost = result.diverged
        self._crosses.setData(_positions(across, x)[lost], y[lost])
        self.items: list[pg.GraphicsObject] = [
            self._colours(),
            self._crosses,
            *self._limit_lines(),
            self._labels,
            self._shadow,
            self._ring,
        ]

    def prepare(self) -> None:
        """Make the axes fit."""
        across, up = self._result.grid.axes
        self._plot.set_logarithmic(x=self._logarithmic, y=False)
        self._plot.label_axes(self._theme, across.label + (" (log scale)" if self._logarithmic else ""), up.label)

    def settle(self) -> None:
        """Give letters and crosses their places and sizes, in the present size and range."""
        (left, right), (bottom, top) = self._plot.box.viewRange()
        width, height = self._plot.pixels()
        metrics = QFontMetricsF(themes.text_font())
        places = []
        for text, x, y in self._texts:
            half = (metrics.horizontalAdvance(text) / 2 + _PADDING) * (right - left) / width
            places.append((text, min(x - half, right - 2.2 * half), y))
        self._labels.show_texts(places)
        cells = (
            width / (right - left) * abs(self._x[1] - self._x[0]),
            height / (top - bottom) * abs(self._y[1] - self._y[0]),
        )
        self._crosses.setSize(max(2.0, min(_LARGEST_CROSS, 0.5 * min(cells))))

    def nearest(self, x: float, y: float) -> int:
        """Return the neuron of the cell that a place is in, or nearest to."""
        row = abs(self._y - y).argmin()
        column = abs(self._x - x).argmin()
        return int(row) * len(self._x) + int(column)

    def moved(self, neuron: int, columns: int, rows: int) -> int:
        """Return the neuron so many columns and rows on, none beyond the edges."""
        row, column = divmod(neuron, len(self._x))
        row = min(max(row + rows, 0), len(self._y) - 1)
        return row * len(self._x) + min(max(column + columns, 0), len(self._x) - 1)

    def mark(self, neuron: int | None) -> None:
        """Put a frame round the cell of a neuron."""
        at = [] if neuron is None else [divmod(neuron, len(self._x))]
        for item in (self._shadow, self._ring):
            item.setData(self._x[[column for _, column in at]], self._y[[row for row, _ in at]])

    # --- items -------------------------------------------------------------------------------------------

    def _named(self) -> list[tuple[str, float, float]]:
        """Return the texts on the map and where each has its middle."""
        texts = [
            (basin.letter, float(self._x[column]), float(self._y[row]))
            for basin in self.scene.basins
            for row, column in basin.places
        ]
        if len(self.scene.limits):
            # On the last but one row: the line goes on above it.
            row = len(self._y) - 2 if len(self._y) > 2 else 0
            x = float(np.log10(self.scene.limits[row]))
            if math.isfinite(x) and self.limits[0] < x < self.limits[1]:
                texts.append((self.scene.limit_name, x, float(self._y[row])))
        return texts

    def _colours(self) -> ColourMapItem:
        colours = ColourMapItem()
        table = self._table()
        shares = (self.scene.values - self.scene.low) / (self.scene.high - self.scene.low)
        # The last colour is that of a neuron that diverged.
        shown: Floats = np.where(np.isnan(shares), 1.0, shares.clip(0, 1) * (len(table) - 1.5) / len(table))
        colours.show_map(shown, table, self.limits)
        return colours

    def _table(self) -> NDArray[np.uint8]:
        card = QColor(self._theme.card)
        table: NDArray[np.uint8] = colour_table(LOSS).copy()
        table[-1] = card.red(), card.green(), card.blue()
        return table

    def _limit_lines(self) -> list[CurveItem]:
        """Return the limit of the rate over the momentum, light on dark, so that it is seen on any colour."""
        if not len(self.scene.limits):
            return []
        lines = []
        for colour, width in ((DARK_INK, 4.0), (LIGHT_INK, 1.6)):
            line = CurveItem("finite")
            line.setPen(themes.pen(colour.name(), width, self._plot))
            line.setData(np.log10(self.scene.limits), self._y)
            lines.append(line)
        return lines


def _positions(axis: Axis, values: Floats) -> Floats:
    result: Floats = np.log10(values) if axis.logarithmic else values
    return result


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colours from low to high."""
        table = colour_table(LOSS)
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for stop in range(_STOPS + 1):
            red, green, blue = table[(len(table) - 2) * stop // _STOPS].tolist()
            gradient.setColorAt(stop / _STOPS, f"#{red:02x}{green:02x}{blue:02x}")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)


class MapLegend(QWidget):
    """Stands under the map."""

    def __init__(self) -> None:
        super().__init__()
        self._low = text_label("", "muted")
        self._high = text_label("", "muted")
        self._rest = text_label("sweep_minima", "muted", wrap=True)
        for label in (self._low, self._high, self._rest):
            label.setFont(themes.numeric_font())
        scale = arrange(QHBoxLayout(), self._low, _Bar(), self._high, STRETCH, spacing=themes.GRID)
        arrange(QVBoxLayout(self), scale, self._rest, spacing=2, margins=(4, 2, 4, 2))

    def show_scene(self, scene: MapScene, *, diverged: bool) -> None:
        """Explain a map."""
        at_least, at_most = ("≤ ", "≥ ") if scene.cut else ("", "")
        self._low.setText(f"loss {at_least}{format_number(10**scene.low, 3)}")
        self._high.setText(f"{at_most}{format_number(10**scene.high, 3)}" + ("     × diverged" if diverged else ""))
        said = [f"{basin.letter}: loss {basin.loss}, {basin.share:.1%} of the starts" for basin in scene.basins]
        self._rest.setText("\n".join(said))
        self._rest.setVisible(bool(said))
