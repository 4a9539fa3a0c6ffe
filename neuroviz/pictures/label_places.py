"""Arithmetic: curves that look the same with fewer points, labels that hide no label or line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from neuroviz.core.types import Bools, Floats, Ints, Line

COLUMNS = 2000
"""Columns that a figure's width is divided into, finer than print shows."""
_FINE = 400
"""Points of a line that are checked for being in a text's way."""
_RUNS = (32, 8, 4)
"""Lengths of the runs of points that are checked together; a straight run keeps its two ends."""


def thin(x: Floats, y: Floats, columns: int = COLUMNS) -> Line:
    """Leave out the points of a long curve that cannot be seen.

    A curve that runs to the right keeps the lowest and the highest point of each column, so that no
    spike is lost, its first and its last point, and its gaps. Any other curve, such as a path over
    a plane, loses the points that stay within one cell of a grid of `columns` x `columns` from the
    point before.

    Parameters
    ----------
    x, y
        (N,): the curve; where a coordinate is not finite, it has a gap.

    Returns
    -------
    tuple of two ndarrays
        (M,) each: the curve itself if N is at most twice `columns`.
    """
    if len(x) <= 2 * columns:
        return x, y
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any():
        return x[:0], y[:0]
    x_cells = _cells(x, finite, columns)
    if np.all(np.diff(x[finite]) >= 0):
        kept = _extremes(x_cells, y, finite)
    else:
        moved = (np.diff(x_cells) != 0) | (np.diff(_cells(y, finite, columns)) != 0)
        kept = np.flatnonzero(np.concatenate([[True], moved]))
    kept = np.union1d(kept, [0, len(x) - 1])
    return x[kept], y[kept]


def _cells(values: Floats, finite: Bools, columns: int) -> Ints:
    """Return the cell of every value, from 0 to columns - 1; -1 where there is a gap."""
    low = values[finite].min()
    high = values[finite].max()
    # Halves, since high - low overflows for the largest numbers.
    span = high / 2 - low / 2 or 1.0
    cells = np.full(len(values), -1, dtype=np.int64)
    share = (values[finite] / 2 - low / 2) / span
    cells[finite] = np.minimum((share * columns).astype(np.int64), columns - 1)
    return cells


def _extremes(cells: Ints, y: Floats, finite: Bools) -> Ints:
    """Return the indices of the lowest and highest point of every column, and of gaps between."""
    indices = np.flatnonzero(finite)
    ordered = indices[np.lexsort((y[indices], cells[indices]))]
    starts = np.flatnonzero(np.diff(cells[ordered], prepend=-1))
    ends = np.append(starts[1:], len(ordered)) - 1
    # One point that is not finite makes a gap;
    # of the gaps within one column, the first and the last are enough.
    gaps = np.flatnonzero(~finite[1:] & finite[:-1]) + 1
    before = cells[gaps - 1]
    first = np.diff(before, prepend=-1) != 0
    last = np.diff(before, append=-1) != 0
    return np.unique(
        np.concatenate([ordered[starts], ordered[ends], gaps[first | last], gaps[first | last] - 1])
    )


def bent(x: Floats, y: Floats, tolerance: float) -> Bools:
    """Return which points (N,) of a curve to keep so that its lines stay within a tolerance in y.

    Runs of 32, then of 8, then of 4 points keep only their ends where they are straight to that
    tolerance; x must ascend.
    """
    kept = np.ones(len(x), dtype=bool)
    for run in _RUNS:
        runs = (len(x) - 1) // run
        if runs > 0:
            kept[: runs * run].reshape(runs, run)[_straight(x, y, run, runs, tolerance), 1:] = False
    return kept


def _straight(x: Floats, y: Floats, run: int, runs: int, tolerance: float) -> Bools:
    """Return which of the first runs of ``run`` points are straight, (runs,).

    Each of them ends at the point after it.
    """
    across = x[: runs * run].reshape(runs, run)
    up = y[: runs * run].reshape(runs, run)
    start = across[:, :1]
    height = up[:, :1]
    length = x[run::run][:runs, None] - start
    rise = y[run::run][:runs, None] - height
    line = height + (across - start) / np.maximum(length, np.finfo(np.float64).tiny) * rise
    return np.abs(up - line).max(axis=1) <= tolerance


def evenly(line: Floats, count: int) -> Floats:
    """Return so many places (count, 2) along a line (n, 2), as many between any two points."""
    along = np.linspace(0, len(line) - 1, count)
    return np.column_stack([np.interp(along, np.arange(len(line)), each) for each in line.T])


def spread(positions: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Move positions apart to a least distance, as little as possible, and keep their order.

    With too little room they are closer together. They can be given in any order, and are returned
    in the same.

    Parameters
    ----------
    low, high
        The range in which they may stand.
    """
    count = len(positions)
    if count > 1:
        distance = min(distance, (high - low) / (count - 1))
    order = sorted(range(count), key=lambda i: positions[i])
    # Groups of touching labels, as (sum of wanted starts, size). A group stands at the mean, as in
    # isotonic regression, which is the least movement in squares.
    groups: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        room = (low + rank * distance, high - (count - 1 - rank) * distance)
        total = min(max(positions[index], room[0]), room[1]) - rank * distance
        size = 1
        while groups and groups[-1][0] / groups[-1][1] > total / size:
            total = total + groups[-1][0]
            size = size + groups[-1][1]
            groups.pop()
        groups.append((total, size))
    starts = [total / size for total, size in groups for _ in range(size)]
    placed = {index: starts[rank] + rank * distance for rank, index in enumerate(order)}
    return [placed[i] for i in range(count)]


class Room:
    """The part of a plot that is taken, as points in shares of its width and height.

    Parameters
    ----------
    letter
        Width of a letter, and approximate distance of a text from its line, as a share of the plot.
    line
        Height of a line of text.
    top
        Height up to which texts may stand.
    """

    def __init__(self, letter: float, line: float, top: float) -> None:
        self._letter = letter
        self._line = line
        self._top = top
        self._points: Floats = np.zeros((0, 2))

    def add(self, x: Floats, y: Floats) -> None:
        """Add the points of a line (n,), without pieces that have an end that is not drawn."""
        points = evenly(np.column_stack((x, y)), _FINE)
        self._points = np.vstack((self._points, points[np.isfinite(points).all(axis=1)]))

    def room_for(self, text: str, lines: Sequence[float]) -> tuple[float, float]:
        """Return left and bottom of a free place to the left or right of one of the lines.

        The first line is preferred. Where no place is free, it is the one that hides least.
        """
        width = self._letter * len(text)
        best = max(0.0, lines[0] - self._letter - width), self._line
        least = math.inf
        for place in self._beside(width, lines):
            hidden = self._hidden(*place, width)
            if hidden < least:
                best = place
                least = hidden
            if least == 0:
                break
        left, bottom = best
        middle = bottom + self._line / 2
        # From now on, this text is in the way of others.
        self.add(*np.array([[left, middle], [left + width, middle]]).T)
        return best

    def _beside(self, width: float, lines: Sequence[float]) -> Iterator[tuple[float, float]]:
        """Yield left and bottom of every place where a text of this width is within the plot."""
        for beside in lines:
            for bottom in np.arange(
                self._line / 4, self._top - 2 * self._line, self._line
            ).tolist():
                for left in (beside - self._letter - width, beside + self._letter):
                    if left > 0 and left + width < 1:
                        yield left, bottom

    def _hidden(self, left: float, bottom: float, width: float) -> int:
        """Return how many of the points a text would hide."""
        corner = np.array([left, bottom]), np.array([left + width, bottom + self._line])
        return int(((corner[0] <= self._points) & (self._points <= corner[1])).all(axis=1).sum())
