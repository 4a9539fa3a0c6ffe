"""Arithmetic: curves that look the same with fewer points, labels that hide no label or line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.core.types import Bools, Floats, Ints, Line

COLUMNS = 2000
"""Columns that a figure's width is divided into, finer than print shows."""
GRID = np.stack(np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 9)), axis=-1).reshape(-1, 2)
"""Points of a text, as shares of half its size."""
_OF_TEXT = 3
"""How often a point of a text counts: hiding it costs more than hiding a mark."""
_CELLS = 500
"""Cells along each side of a plot, in which points are counted."""
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


def clearance(places: Floats, taken: Floats) -> Floats:
    """Return the distance (n,) of each place (n, 2) from the nearest that is taken (m, 2)."""
    result: Floats = np.hypot(*(places[:, None] - taken).T).min(axis=0, initial=np.inf)
    return result


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
    """A plot and what is drawn in it, as points that no text should hide.

    Parameters
    ----------
    low, high
        (2,): two opposite corners, in any units.
    """

    def __init__(self, low: ArrayLike, high: ArrayLike) -> None:
        self._low, self._high = np.array((low, high), dtype=np.float64)
        self._points: Floats = np.zeros((0, 2))

    def add(self, points: Floats) -> None:
        """Add points (n, 2); those that are not finite or not in the plot are nowhere."""
        with np.errstate(invalid="ignore"):
            inside = ((self._low <= points) & (points <= self._high)).all(axis=1)
        self._points = np.concatenate((self._points, points[inside]))

    def cover(self, middle: Floats, half: Floats) -> None:
        """Add the box of a text by its middle (2,) and half its size (2,)."""
        self.add(np.repeat(middle + half * GRID, _OF_TEXT, axis=0))

    def place(
        self, middles: Floats, half: Floats, cost: Floats | float = 0.0
    ) -> tuple[int, ...] | None:
        """Return the index of the place where a text hides least; None if it is whole nowhere.

        Of equal places it is the first. From now on, this text is in the way of others.

        Parameters
        ----------
        middles
            (…, 2): the places that are tried.
        half
            (2,): half the size of the text.
        cost
            What else is bad about a place, in points that it would hide.
        """
        low = middles - half
        high = middles + half
        whole = ((self._low <= low) & (high <= self._high)).all(axis=-1)  # no place that is NaN
        if not whole.any():
            return None
        hidden = np.where(whole, cost, np.inf)
        hidden[whole] += self._hidden(low[whole], high[whole])
        best = tuple(map(int, np.unravel_index(hidden.argmin(), hidden.shape)))
        self.cover(middles[best], half)
        return best

    def _hidden(self, low: Floats, high: Floats) -> Ints:
        """Return how many points are in each of the boxes (…, 2), to a cell of the plot.

        By sums over all cells up to each: of samples there can be millions.
        """
        scale = _CELLS / (self._high - self._low)

        def cells(places: Floats) -> Ints:
            return np.moveaxis(((places - self._low) * scale).astype(np.intp), -1, 0)

        x, y = cells(self._points).clip(0, _CELLS - 1)
        counts = np.bincount(x * _CELLS + y, minlength=_CELLS**2).reshape(_CELLS, _CELLS)
        sums = np.pad(counts.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        left, bottom = cells(low).clip(0, _CELLS)
        right, top = (cells(high) + 1).clip(0, _CELLS)
        found: Ints = sums[right, top] - sums[left, top] - sums[right, bottom] + sums[left, bottom]
        return found
