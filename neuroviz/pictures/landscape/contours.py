"""The losses over a plane, on which runs are drawn.

They are colours, and contour lines with a gap in each for its number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.loss_grid import loss_grid_work
from neuroviz.core.landscape.plane import Plane
from neuroviz.core.landscape.relief import Relief
from neuroviz.core.numbers import printed
from neuroviz.core.slices import Work
from neuroviz.core.types import Bools, Extent, Floats, Unique
from neuroviz.pictures.marks import ColourMap, Curve, Marks, Text
from neuroviz.pictures.palette import Palette

if TYPE_CHECKING:
    import contourpy

# Distances in widths and heights of a number:
_EDGE = 0.8
"""Least distance of numbers from the edge."""
_APART = 1.5
_FAR = 6.0
"""Least distance between two numbers, and a distance that is large enough."""
_CLEAR = 1.1
"""Least distance of numbers from whatever else is drawn."""
_LEAST_ROOM = 0.5
_ROOM = 1.0
"""Least distance of numbers from other lines, and a distance that is large enough."""
_LETTERS = 4
"""Width of a number in letters; a longer one needs more."""
_DIGITS = range(3, 8)
"""Digits of the numbers, tried in turn until no two lines have the same number."""
_CANDIDATES = 80
_FEWEST = 12


class Contour(Unique):
    """All lines of one loss."""

    x: Floats
    y: Floats
    """(n,): the points of the lines, one line after the other, with NaN between them and where the
    number stands."""
    text: str
    """The loss as a number that no other line has; empty if more than 7 digits would be needed."""
    label: tuple[float, float] | None
    """The centre of the number; None where there is no room for one."""


class ContourWork:
    """Makes the contour lines of losses: the lines at once, their numbers one after the other.

    Parameters
    ----------
    u, v
        (m,) and (n,), ascending: the coordinates of the grid.
    losses
        (n, m), at least 0; there are no lines where a loss is not finite.
    at
        (k,): the losses of the lines.
    marked
        (n, 2): places of other marks, which no number may cover.
    letter
        (2,): width of a letter and height of a line of text, in units of the axes.
    """

    def __init__(
        self, u: Floats, v: Floats, losses: Floats, at: Floats, marked: Floats, letter: ArrayLike
    ) -> None:
        self._unit = np.multiply(letter, (_LETTERS, 1))
        self._start = np.array((u[0], v[0]))
        # From here on all coordinates are in widths and heights of a number, from the lower left
        # corner.
        self._size = (np.array((u[-1], v[-1])) - self._start) / self._unit
        self._marked = (marked - self._start) / self._unit
        self._texts = _told_apart(at)
        # Lines are drawn of the square roots: beside a minimum of 0 these are straight between
        # points of the grid.
        roots = np.sqrt(losses)
        import contourpy  # here: only what draws contours waits for it

        x, y = np.meshgrid((u - u[0]) / self._unit[0], (v - v[0]) / self._unit[1])
        # contourpy's factory function would import numpy's masked arrays at every start.
        kind = contourpy.SerialContourGenerator
        generator = kind(
            x,
            y,
            roots,
            ~np.isfinite(roots),
            corner_mask=True,
            line_type=kind.default_line_type,
            fill_type=kind.default_fill_type,
            quad_as_tri=False,
            z_interp=contourpy.ZInterp.Linear,
        )
        self._lines = [_joined(_resolved(generator, level)) for level in at]
        self._places: list[Floats | None] = []

    @property
    def found(self) -> list[Contour]:
        """All lines, with the numbers that have been placed so far."""
        places = [*self._places, *[None] * (len(self._lines) - len(self._places))]
        return [self._contour(*each) for each in zip(self._lines, places, self._texts, strict=True)]

    def work(self) -> Work[list[Contour]]:
        """Find the place of each number, one in a slice; return all lines."""
        for index in range(len(self._lines)):
            self._place_number(index)
            yield None
        return self.found

    def _place_number(self, index: int) -> None:
        line = self._lines[index]
        others = np.vstack([np.empty((0, 2)), *self._lines[:index], *self._lines[index + 1 :]])
        labels = [place for place in self._places if place is not None]
        text = self._texts[index]
        place = _place(line, self._size, others, self._marked, labels) if text else None
        self._places.append(place)
        if place is not None:
            half = np.array((max(1.0, len(text) / _LETTERS), 1.0)) * 0.6
            self._lines[index] = np.where(_beside(line, place, half), np.nan, line)

    def _contour(self, line: Floats, place: Floats | None, text: str) -> Contour:
        x, y = (self._start + self._unit * line).T
        label = None if place is None else _pair(self._start + self._unit * place)
        return Contour(x, y, text, label)


def _told_apart(losses: Floats) -> list[str]:
    """Return losses as numbers with the fewest digits in which all of them differ.

    The numbers are empty if no such digits are found.
    """
    for digits in _DIGITS:
        texts = [printed(loss, digits) for loss in losses.tolist()]
        if len(set(texts)) == len(texts):
            return texts
    return [""] * len(losses)


def _resolved(generator: contourpy.ContourGenerator, level: float) -> list[Floats]:
    """Return the lines of a loss, without rings around a few cells, which only show the grid."""
    lines = [np.asarray(line) for line in generator.lines(math.sqrt(level))]
    return [line for line in lines if len(line) >= _FEWEST or not np.array_equal(line[0], line[-1])]


def _joined(lines: list[Floats]) -> Floats:
    """Return the points (n, 2) of lines one after the other, with NaN after each line."""
    gap = np.full((1, 2), np.nan)
    return np.vstack([gap[:0], *(part for line in lines for part in (line, gap))])


def _beside(points: Floats, place: Floats, half: Floats) -> Bools:
    """Return which points (n, 1) are covered by a number with this half width and height."""
    return np.all(np.abs(points - place) < half, axis=1, keepdims=True)


def _pair(point: Floats) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _place(
    points: Floats, size: Floats, others: Floats, marked: Floats, labels: list[Floats]
) -> Floats | None:
    """Return the point (2,) of a line at which its number stands best; None without room.

    A good place has room between the lines, and is far from other numbers.
    """
    inside = points[np.all((points > _EDGE) & (points < size - _EDGE), axis=1)]
    free = inside[:: max(1, len(inside) // _CANDIDATES)]
    free = free[_nearest(free, marked) > _CLEAR]  # before the other lines, which take longest
    apart = _nearest(free, np.array(labels).reshape(-1, 2))
    free = free[apart > _APART]
    apart = apart[apart > _APART]
    room = _nearest(free, others)
    if not (room > _LEAST_ROOM).any():
        return None
    worth = np.minimum(room, _ROOM) / _ROOM + np.minimum(apart, _FAR) / _FAR
    return free[np.where(room > _LEAST_ROOM, worth, -1.0).argmax()]


def _nearest(points: Floats, others: Floats) -> Floats:
    """Return the distance of each point (n, 2) from the nearest of others (k, 2).

    It is the greater one of the distances sideways and upwards, and infinite if there are no
    others; NaN are ignored.
    """
    known = others[~np.isnan(others[:, 0])]
    (x, y), (other_x, other_y) = points.T, known.T
    away = np.maximum(np.abs(x[:, None] - other_x), np.abs(y[:, None] - other_y))
    return away.min(axis=1, initial=np.inf)


class LossMap(Unique):
    """A grid of losses, and its scale."""

    u: Floats
    v: Floats
    """(m,) and (n,), ascending, from edge to edge of the plot."""
    losses: Floats
    """(n, m); a loss that is not finite gets the highest colour."""

    @cached_property
    def scale(self) -> Levels:
        """The scale of the losses."""
        return levels(self.losses)

    @property
    def extent(self) -> Extent:
        """The part of the plane that it covers."""
        return self.u[0], self.u[-1], self.v[0], self.v[-1]

    @cached_property
    def relief(self) -> Relief:
        """The losses as heights."""
        return Relief(self.scale.heights(self.losses))

    def contour_work(self, marked: Floats, letter: ArrayLike, every: int = 1) -> ContourWork:
        """Return the lines of its scale by every so many points, their numbers still to be placed.

        Places and letters are those of a :class:`ContourWork`.
        """
        last = len(self.u) - 1
        chosen = np.append(np.arange(0, last, every), last)
        losses = self.losses[np.ix_(chosen, chosen)]
        return ContourWork(
            self.u[chosen], self.v[chosen], losses, self.scale.values, marked, letter
        )

    def marks(self, palette: Palette, lines: Sequence[Contour] = ()) -> Marks:
        """Return the colours, and over them contour lines with numbers.

        If the scale is logarithmic, so are the colours.
        """
        marks: Marks = {"losses": self._colours(palette)}
        for number, line in enumerate(lines):
            marks["line", number] = Curve(
                line.x, line.y, palette.contour, width=palette.contour_width
            )
        for number, line in enumerate(lines):
            if line.label is not None:
                marks["number", number] = Text(
                    *line.label,
                    line.text,
                    palette.on_loss,
                    centred=True,
                    ground=palette.number_ground,
                )
        return marks

    def _colours(self, palette: Palette) -> ColourMap:
        half_u, half_v = (
            float(axis[-1] - axis[0]) / (len(axis) - 1) / 2 for axis in (self.u, self.v)
        )
        extent = (self.u[0] - half_u, self.u[-1] + half_u, self.v[0] - half_v, self.v[-1] + half_v)
        low = self.scale.low
        high = self.scale.high
        label = "loss"
        shown = self.losses
        if self.scale.log:
            low = math.log10(low)
            high = math.log10(high)
            label = "log₁₀ of the loss"
            shown = low + (high - low) * self.scale.heights(self.losses)
        shown = np.where(np.isnan(shown), high, shown)
        return ColourMap(shown, extent, palette.loss, low, high, label, smooth=True)


def loss_map_work(settings: Settings, plane: Plane, extent: Extent, points: int) -> Work[LossMap]:
    """Return the losses in a part of a plane, at so many points along each axis, in slices."""
    u = np.linspace(*extent[:2], points)
    v = np.linspace(*extent[2:], points)
    losses = yield from loss_grid_work(settings, plane, u, v)
    return LossMap(u, v, losses)
