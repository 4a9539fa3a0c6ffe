"""Fewer points for the same picture: what of a long curve can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.types import Floats

__all__ = ["bent", "downsampled", "downsampled_band"]

Indices = NDArray[np.int64]
_RUNS = (32, 8)
"""Points that are looked at together: where they are straight, two are left of them."""


def downsampled(values: Floats, most: int) -> tuple[Indices, Floats]:
    """Return indices and values of at most ``2·most + 4`` points that keep the outline of a curve (N,).

    The values must stand at even distances. They are cut into blocks, and of each block the least and the
    greatest stay, so that no spike is lost; the first and the last value stay too. One pass over memory, since
    this runs at every screen frame.
    """
    return downsampled_band(values, values, most)


def downsampled_band(low: Floats, high: Floats, most: int) -> tuple[Indices, Floats]:
    """Return the same for a curve of which only the extremes (N,) since the point before are known."""
    count = len(low)
    size = -(-count // max(1, most))
    if size <= 2 and (low is high or not count):
        return np.arange(count), low
    whole = count // size * size
    starts = np.arange(0, whole, size)
    least = starts + low[:whole].reshape(-1, size).argmin(axis=1)
    greatest = starts + high[:whole].reshape(-1, size).argmax(axis=1)
    if whole < count:
        least = np.append(least, whole + low[whole:].argmin())
        greatest = np.append(greatest, whole + high[whole:].argmax())
    first = least <= greatest
    indices = np.where(first, (least, greatest), (greatest, least)).T.ravel()
    values = np.where(first, (low[least], high[greatest]), (high[greatest], low[least])).T.ravel()
    return np.concatenate(([0], indices, [count - 1])), np.concatenate((low[:1], values, high[-1:]))


def bent(x: Floats, y: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Return which points of a curve (N,) to keep so that no other is farther than that, in y, from its lines.

    Runs of some dozen points, or some, are left out between their ends where all of them are so near; x ascends.
    """
    kept = np.ones(len(x), dtype=bool)
    for run in _RUNS:
        runs = (len(x) - 1) // run
        if runs > 0:
            kept[: runs * run].reshape(runs, run)[_straight(x, y, run, runs, tolerance), 1:] = False
    return kept


def _straight(x: Floats, y: Floats, run: int, runs: int, tolerance: float) -> NDArray[np.bool_]:
    """Return which runs of so many points (runs,) are straight; the point after each is its end."""
    across = x[: runs * run].reshape(runs, run)
    up = y[: runs * run].reshape(runs, run)
    start = across[:, :1]
    height = up[:, :1]
    length = x[run::run][:runs, None] - start
    rise = y[run::run][:runs, None] - height
    line = height + (across - start) / np.maximum(length, np.finfo(np.float64).tiny) * rise
    straight: NDArray[np.bool_] = np.abs(up - line).max(axis=1) <= tolerance
    return straight
