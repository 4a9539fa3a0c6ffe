"""Two inputs: the output as a colour map over the plane, with the line where it crosses the threshold."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from neuroviz.core.neuron.boundary import crossings, on_scale, output_at
from neuroviz.core.numbers import fixed, format_number
from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.marks import ColourMap, Curve, Labels
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.class_colours import diverging_table, two_colour_table
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.data.parts import ClassPoints, margins

__all__ = ["PlaneScene"]

_CELL = 3  # pixels
_MOST_LABELS = 8
_NORMAL = 46.0  # length of the arrow, pixels
_HEAD = 9.0
_OFFSET = 12.0  # pixels from a point to its label
_PADDING = 8.0  # pixels round the text of a label, both sides together
_LARGE = 1e300
_POINT = 8.0  # half the size of a point, pixels


class PlaneScene:
    """The plane of two inputs."""

    title = "Output over the plane"
    x_label = "x₁"
    y_label = "x₂"

    def __init__(self) -> None:
        self.two_colours = False
        self._image = ColourMap()
        self._lines = [Curve(), Curve()]
        self._arrow = Curve("finite")
        self._points = ClassPoints()
        self._labels: Labels | None = None
        self._letters = QFontMetricsF(themes.numeric_font())
        self._sides: tuple[int, ...] = ()
        self._known: tuple[float, float] | None = None

    def add(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Put map, lines, arrow, points and their outputs into the plot."""
        for item in (self._image, *self._lines, self._arrow):
            plot.addItem(item)
        for line in self._lines:
            pen = themes.pen(theme.ink, 1.6, plot)
            pen.setStyle(Qt.PenStyle.DashLine)
            line.setPen(pen)
        self._arrow.setPen(themes.pen(theme.ink, 2, plot))
        self._points.add(plot, theme, classes=frame.settings.dataset.classes)
        if frame.settings.dataset.samples <= _MOST_LABELS:
            colours = [theme.ink] * frame.settings.dataset.samples
            self._labels = Labels(colours, themes.numeric_font(), _veil(theme.card))
            self._labels.setZValue(25)
            plot.addItem(self._labels)

    def positions(self, frame: Frame) -> Floats:
        """Return the inputs themselves."""
        return frame.settings.coded_inputs

    def draw(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Show what the neuron says at every point of the plane, where there is room for any."""
        if plot.box.size().isEmpty():
            return
        inputs = frame.settings.coded_inputs
        plot.show_range(*margins(inputs[:, 0], 0.5), *margins(inputs[:, 1], 0.4))
        self._points.draw(frame, inputs)
        self._draw_labels(plot, frame)
        self._image.setVisible(frame.parameters is not None)
        if frame.parameters is not None:
            self._draw_map(plot, frame, frame.parameters, theme)
        self._draw_lines(plot, frame)

    def _draw_labels(self, plot: Plot, frame: Frame) -> None:
        if self._labels is None:
            return
        inputs = frame.settings.coded_inputs
        outputs = frame.prediction.output if frame.prediction else [None] * len(inputs)
        pixel = plot.box.viewPixelSize()
        if pixel != self._known:
            self._known = pixel
            room = self._letters.horizontalAdvance("-0.000") + _PADDING
            self._sides = _free_sides(inputs, pixel, room, self._letters.height())
        places = []
        for output, side, (x, y) in zip(outputs, self._sides, inputs, strict=True):
            text = _short(output) if side else ""
            start = _OFFSET if side > 0 else -_OFFSET - _PADDING - self._letters.horizontalAdvance(text)
            places.append((text, float(x) + start * pixel[0], float(y)))
        self._labels.show_texts(places)

    def _draw_map(self, plot: Plot, frame: Frame, parameters: Floats, theme: Theme) -> None:
        (left, right), (bottom, top) = plot.box.viewRange()
        columns, rows = (max(2, pixels // _CELL) for pixels in plot.pixels())
        place = (left, right, bottom, top)
        settings = frame.settings
        output = output_at(settings, parameters, _grid(place, columns, rows))
        if self.two_colours and settings.threshold is not None:
            values = (output > settings.threshold).astype(np.float64)
            table = two_colour_table(theme)
        else:
            values = on_scale(settings, output)
            table = diverging_table(theme)
        self._image.show_map(values.reshape(rows, columns), table, place)

    def _draw_lines(self, plot: Plot, frame: Frame) -> None:
        """Draw w·x + b = z for every z at the threshold, and w itself at the first of them."""
        (left, right), (bottom, top) = plot.box.viewRange()
        centre = np.array([(left + right) / 2, (bottom + top) / 2])
        reach = float(np.hypot(right - left, top - bottom))
        threshold = frame.settings.threshold
        theta = frame.parameters
        at: list[float] = []
        if theta is not None and np.abs(theta).max() > _LARGE:
            theta = theta / _LARGE  # beside such weights no z of a crossing is to be told from 0
        size = 0.0
        if theta is not None and threshold is not None:
            size = float(np.hypot(theta[0], theta[1]))
            at = list(crossings(frame.settings.activation, threshold)) if size > 0 else []
        feet = [_foot(theta, z, centre) for z in at if theta is not None]
        for index, line in enumerate(self._lines):
            near = index < len(feet) and np.hypot(*(feet[index] - centre)) < reach
            if not near or theta is None:
                line.setData()
                continue
            along = np.array([-theta[1], theta[0]]) / size * reach
            line.setData(*np.array([feet[index] - along, feet[index] + along]).T)
        self._draw_normal(plot, theta, feet)

    def _draw_normal(self, plot: Plot, theta: Floats | None, feet: list[Floats]) -> None:
        (left, right), (bottom, top) = plot.box.viewRange()
        inside = [foot for foot in feet if left < foot[0] < right and bottom < foot[1] < top]
        if not inside or theta is None:
            self._arrow.setData()
            return
        weights = theta[:2]
        unit = weights / np.hypot(*weights)
        pixel = plot.box.viewPixelSize()[0]
        side = np.array([-unit[1], unit[0]]) * _HEAD * 0.5 * pixel
        tip = inside[-1] + unit * _NORMAL * pixel
        back = tip - unit * _HEAD * pixel
        gap = np.full(2, np.nan)
        self._arrow.setData(*np.array([inside[-1], tip, gap, back + side, tip, back - side]).T)


@lru_cache(maxsize=1)
def _grid(place: tuple[float, float, float, float], columns: int, rows: int) -> Floats:
    """Return the centres (rows · columns, 2) of cells that fill a part of the plane."""
    left, right, bottom, top = place
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _foot(parameters: Floats | None, z: float, centre: Floats) -> Floats:
    """Return the point of the line w·x + b = z nearest the centre."""
    assert parameters is not None
    # Divided by |w| first: squares of weights such as 1e-200 would be 0.
    size = float(np.hypot(parameters[0], parameters[1]))
    unit = parameters[:2] / size
    foot: Floats = centre + ((z - parameters[2]) / size - unit @ centre) * unit
    return foot


def _free_sides(points: Floats, pixel: tuple[float, float], width: float, height: float) -> tuple[int, ...]:
    """Return on which side of each point (N, 2) its label hides nothing: 1 right, −1 left, 0 none.

    Parameters
    ----------
    points
        In data coordinates.
    pixel
        The size of a pixel there; 0 where the view is so far in or out that a float cannot tell.
    width, height
        Of a label, in pixels.
    """
    if not min(pixel) > 0:
        return (1,) * len(points)
    return _sides(points / np.array(pixel), width, height)


def _sides(at: Floats, width: float, height: float) -> tuple[int, ...]:
    points = [QRectF(x - _POINT, y - _POINT, 2 * _POINT, 2 * _POINT) for x, y in at]
    placed: list[QRectF] = []
    sides = []
    for x, y in at:
        for side in (1, -1):
            left = x + _OFFSET if side > 0 else x - _OFFSET - width
            label = QRectF(left, y - height / 2, width, height)
            if not any(label.intersects(other) for other in (*points, *placed)):
                placed.append(label)
                break
        else:
            side = 0
        sides.append(side)
    return tuple(sides)


def _short(output: float | None) -> str:
    return fixed(output, 3) if output is None or abs(output) < 1e4 else format_number(output, 3)


def _veil(colour: str) -> QColor:
    result = QColor(colour)
    result.setAlpha(200)
    return result
