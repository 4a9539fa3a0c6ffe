"""Fewer points for the same picture of a long curve."""

from __future__ import annotations

import numpy as np

from neuroviz.core.types import Bools, Floats, Ints

Indices = Ints
Ends = tuple[Indices, Floats]
"""Indices and values, (k, 2) each, of the least and the greatest point of each of k blocks."""
_NONE: Ends = (np.empty((0, 2), dtype=np.int64), np.empty((0, 2)))
_RUNS = (32, 8)
"""Lengths of the runs of points that are checked together; a straight run keeps its two ends."""


def outline(low: Floats, high: Floats, most: int) -> tuple[Indices, Floats]:
    """Return indices and values of at most ``2·most + 4`` points with the outline of a curve.

    The values must be evenly spaced. They are divided into blocks, and of each block the least and
    the greatest are kept, so that no spike is lost; the first and the last value are kept too.

    Parameters
    ----------
    low, high
        (N,): the extremes of the curve since the previous point; the same array where all points
        are known.
    most
        Pixel columns, from 1.
    """
    count = len(low)
    size = _size_of_blocks(count, most)
    if size <= 2 and (low is high or not count):
        return np.arange(count), low
    whole = count // size * size
    ends = [_ends(low[:whole], high, 0, size), _ends(low, high, whole, count - whole)]
    indices, values = zip(*ends, strict=True)
    return (
        np.concatenate(([0], *map(np.ravel, indices), [count - 1])),
        np.concatenate((low[:1], *map(np.ravel, values), high[-1:])),
    )


def _size_of_blocks(count: int, most: int) -> int:
    """Return the number of points in a block, 1 … 7 times a power of 2.

    Such sizes change seldom while a curve grows.
    """
    size = -(-count // max(1, most))
    step = 1 << max(0, size.bit_length() - 3)
    return -(-size // step) * step


def _ends(low: Floats, high: Floats, start: int, size: int) -> Ends:
    """Return the least and the greatest of each block of points, in the order they occur."""
    if start >= len(low):
        return _NONE
    blocks = low[start:].reshape(-1, size)
    starts = start + size * np.arange(len(blocks))
    least = starts + blocks.argmin(axis=1)
    greatest = starts + high[start : start + blocks.size].reshape(-1, size).argmax(axis=1)
    indices = np.column_stack((least, greatest))
    values = np.column_stack((low[least], high[greatest]))
    turned = least > greatest
    indices[turned] = indices[turned, ::-1]
    values[turned] = values[turned, ::-1]
    return indices, values


def bent(x: Floats, y: Floats, tolerance: float) -> Bools:
    """Return which points (N,) of a curve to keep so that its lines stay within a tolerance in y.

    Runs of 32, then of 8 points keep only their ends where they are straight to that tolerance; x
    must ascend.
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
