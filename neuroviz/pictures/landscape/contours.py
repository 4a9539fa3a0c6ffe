"""The losses over a plane, on which a run is drawn.

Colours, and contour lines with a gap in each where its number stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.relief import Relief
from neuroviz.core.numbers import printed
from neuroviz.core.slices import Sliced
from neuroviz.core.types import Bools, Extent, Floats, Unique
from neuroviz.pictures.marks import ColourMap, Curve, Marks, Text
from neuroviz.pictures.palette import Palette

if TYPE_CHECKING:
    import contourpy

# In widths and heights of a number:
_EDGE = 0.8
"""How far numbers stand from the edge."""
_APART = 1.5
_FAR = 6.0
"""How far they stand from each other at least, and how far is far enough."""
_CLEAR = 1.1
"""How far they stand from what else is drawn."""
_LEAST_ROOM = 0.5
_ROOM = 1.0
"""How far they stand from other lines at least, and how far is far enough."""
_LETTERS = 4
"""A number is that many letters wide; a longer one needs more."""
_DIGITS = range(3, 8)
"""As many as it takes for two lines to have two numbers."""
_CANDIDATES = 80
_FEWEST = 12


class Contour(Unique):
    """All lines of one loss."""

    x: Floats
    y: Floats
    """(n,): the points of the lines one after the other,
    NaN between them and where the number stands."""
    text: str
    """The loss as a number that no other line has;
    empty where more than 7 digits would tell them apart."""
    label: tuple[float, float] | None
    """The middle of where the number stands; None where there is no room for one."""


class ContourWork(Sliced):
    """Makes the contour lines of losses: the lines at once, their numbers one after the other.

    Parameters
    ----------
    u, v
        (m,) and (n,), ascending.
    losses
        (n, m), 0 or more; what is not finite has no lines.
    at
        (k,): the losses of the lines.
    marked
        (n, 2): where something else is drawn, that no number should cover.
    letter
        (2,): width of a letter and height of a line of text, in units of the axes.
    """

    def __init__(
        self, u: Floats, v: Floats, losses: Floats, at: Floats, marked: Floats, letter: ArrayLike
    ) -> None:
        self._unit = np.multiply(letter, (_LETTERS, 1))
        self._start = np.array((u[0], v[0]))
        # From here on everything is in widths and heights of a number, from the lower left corner.
        self._size = (np.array((u[-1], v[-1])) - self._start) / self._unit
        self._marked = (marked - self._start) / self._unit
        self._texts = _told_apart(at)
        # Of the roots: beside a minimum of 0 they are straight from one point of the grid to the
        # next.
        roots = np.sqrt(losses)
        import contourpy  # here: only what draws contours waits for it

        x, y = np.meshgrid((u - u[0]) / self._unit[0], (v - v[0]) / self._unit[1])
        # The function that makes one would import numpy's masked arrays, at every start.
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
    def done(self) -> bool:
        """Whether each number has been given its place, or has none."""
        return len(self._places) == len(self._lines)

    @property
    def found(self) -> list[Contour]:
        """All lines, with the numbers that have been given their place so far."""
        places = [*self._places, *[None] * (len(self._lines) - len(self._places))]
        return [self._contour(*each) for each in zip(self._lines, places, self._texts, strict=True)]

    def _take_slice(self) -> None:
        index = len(self._places)
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
    """Return losses as numbers of the fewest digits in which no two are the same.

    Empty where there are none.
    """
    for digits in _DIGITS:
        texts = [printed(loss, digits) for loss in losses.tolist()]
        if len(set(texts)) == len(texts):
            return texts
    return [""] * len(losses)


def _resolved(generator: contourpy.ContourGenerator, level: float) -> list[Floats]:
    """Return the lines of a loss but rings round a few cells, whose shape is the grid's."""
    lines = [np.asarray(line) for line in generator.lines(math.sqrt(level))]
    return [line for line in lines if len(line) >= _FEWEST or not np.array_equal(line[0], line[-1])]


def _joined(lines: list[Floats]) -> Floats:
    """Return the points (n, 2) of lines one after the other, NaN after each."""
    gap = np.full((1, 2), np.nan)
    return np.vstack([gap[:0], *(part for line in lines for part in (line, gap))])


def _beside(points: Floats, place: Floats, half: Floats) -> Bools:
    """Return which points (n, 1) a number of some half width and height covers."""
    return np.all(np.abs(points - place) < half, axis=1, keepdims=True)


def _pair(point: Floats) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _place(
    points: Floats, size: Floats, others: Floats, marked: Floats, labels: list[Floats]
) -> Floats | None:
    """Return the point (2,) of a line where its number stands best.

    None where it has no room anywhere. There is to be room between the lines, and the numbers are
    to be far from each other.
    """
    inside = points[np.all((points > _EDGE) & (points < size - _EDGE), axis=1)]
    free = inside[:: max(1, len(inside) // _CANDIDATES)]
    free = free[_nearest(free, marked) > _CLEAR]  # before the other lines, which are the most
    apart = _nearest(free, np.array(labels).reshape(-1, 2))
    free = free[apart > _APART]
    apart = apart[apart > _APART]
    room = _nearest(free, others)
    if not (room > _LEAST_ROOM).any():
        return None
    worth = np.minimum(room, _ROOM) / _ROOM + np.minimum(apart, _FAR) / _FAR
    return free[np.where(room > _LEAST_ROOM, worth, -1.0).argmax()]


def _nearest(points: Floats, others: Floats) -> Floats:
    """Return how far each point (n, 2) is from the nearest of others (k, 2), sideways or upwards.

    Infinitely far if there are none; those that are NaN do not count.
    """
    known = others[~np.isnan(others[:, 0])]
    (x, y), (other_x, other_y) = points.T, known.T
    away = np.maximum(np.abs(x[:, None] - other_x), np.abs(y[:, None] - other_y))
    return away.min(axis=1, initial=np.inf)


class LossMap(Unique):
    """A grid of losses and its scale."""

    u: Floats
    v: Floats
    """(m,) and (n,), ascending, from edge to edge."""
    losses: Floats
    """(n, m); what is not finite has the highest colour."""

    @cached_property
    def scale(self) -> Levels:
        """That of the losses."""
        return levels(self.losses)

    @property
    def extent(self) -> Extent:
        """Which part of the plane it shows."""
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
        """Return colours, and on them contour lines with numbers.

        The colours are even in the logarithm where the scale is.
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
