"""Fewer points for the same picture: what of a long curve can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.tasks import Floats

__all__ = ["outline"]


def outline(values: Floats, most: int) -> NDArray[np.int64]:
    """Return the ascending indices of at most ``2·most + 2`` values (N,) that keep the outline of their curve.

    The values must stand at even distances. They are cut into blocks, and of each block the least and the
    greatest stay, so that no spike is lost; the first and the last value stay too. One pass over memory, since
    this runs at every screen frame.
    """
    count = len(values)
    size = -(-count // max(1, most))
    if size <= 2:
        return np.arange(count)
    whole = count // size * size
    blocks = values[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    ends = np.sort(np.column_stack((starts + blocks.argmin(axis=1), starts + blocks.argmax(axis=1))), axis=1)
    picked = np.concatenate(([0], ends.ravel(), _of_tail(values[whole:], whole), [count - 1]))
    return picked[np.concatenate(([True], np.diff(picked) > 0))]


def _of_tail(tail: Floats, start: int) -> NDArray[np.int64]:
    """Return the indices of the extremes of what is left over, in order."""
    if not len(tail):
        return np.empty(0, dtype=np.int64)
    return np.sort(np.array([start + tail.argmin(), start + tail.argmax()]))
