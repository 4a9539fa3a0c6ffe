"""Ranges: how much of a plane of parameters is shown, following the run without jumping."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neuroviz.core.landscape.plane import Plane, coordinates
from neuroviz.core.numbers import round_up
from neuroviz.core.types import Floats

Extent = tuple[float, float, float, float]
"""Left, right, bottom and top."""

FARTHEST = 1e154
"""How far a landscape reaches to each side: of anything farther off the square is no float."""
_LEAST_SPAN = 1.0
"""A run that has hardly moved is seen in surroundings of this size."""
_ROUNDING = 1e-6
"""The least span as a share of the coordinates, below which ticks could not be told apart."""
_MARGIN = 0.3
"""Room on each side of what is of interest, as a share of its span."""
_EDGE = 0.04
"""Share of a range that is kept free at both ends, so that a ball is never cut by the edge."""
_TICKS = 8
_ROOM = 2.5
"""How many times as long as it would be anew a range may be before it shrinks."""
_FAR = 20.0
"""A minimum beyond so many spans of the path is left out: the path would be a point beside it."""
_LARGEST = 1e300


def axis_ranges(
    plane: Plane,
    path: Floats,
    ball: Floats,
    minimum: Floats | None = None,
    previous: Extent | None = None,
) -> Extent:
    """Return the ranges of both axes that show a run on a plane: round numbers that seldom change.

    The previous ranges stay while they hold all that is of interest, with room for a ball, and are
    not far too large for it; new ones have room to all sides, so that a path that grows a
    thousandfold changes them some twenty times.

    Parameters
    ----------
    path
        (n, P), n may be 0: the parameters over the rows.
    ball
        (P,): where the run is.
    minimum
        (P,): shown too if it is not too far away; None where there is none.
    previous
        The ranges of the frame before.
    """
    points = _on(plane, np.vstack((path, ball)))
    low = points.min(axis=0)
    high = points.max(axis=0)
    if minimum is not None:
        wanted = _on(plane, minimum)
        with_it = np.maximum(high, wanted) - np.minimum(low, wanted)
        if (with_it <= _FAR * np.maximum(high - low, _LEAST_SPAN)).all():
            low = np.minimum(low, wanted)
            high = np.maximum(high, wanted)
    held = (None, None) if previous is None else (previous[:2], previous[2:])
    x, y = (_range(*ends) for ends in zip(low.tolist(), high.tolist(), held, strict=True))
    return (*x, *y)


def together(path: Floats, others: Sequence[Floats]) -> Floats:
    """Return the rows (n, P) of a path and of those others that the ranges are to hold with it.

    Of several runs from one start one that diverges goes beyond the edge: with it in sight all
    others would be a point. Left out are those that come more than twenty times as far as the
    middle one of all.

    Parameters
    ----------
    path
        (m, P): the run that is always held.
    others
        (m, P) each.
    """
    if not others:
        return path
    reaches = [_reach(each - path[0]) for each in (path, *others)]
    # Of two the nearer is the middle one, and it may hardly have moved.
    least = _LEAST_SPAN if len(reaches) > 2 else _FAR
    farthest = _FAR * max(float(np.quantile(reaches, 0.5, method="lower")), least)
    kept = [each for each, reach in zip(others, reaches[1:], strict=True) if reach <= farthest]
    return np.vstack((path, *kept))


def around(first: Extent, second: Extent) -> Extent:
    """Return the ranges that hold both."""
    left, right, bottom, top = zip(first, second, strict=True)
    return min(left), max(right), min(bottom), max(top)


def is_off_the_page(extent: Extent) -> bool:
    """Return whether ranges reach farther than any landscape can be drawn."""
    return max(map(abs, extent)) > FARTHEST


def _range(low: float, high: float, previous: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range of one axis that holds low … high.

    The previous one, or one with round ends.
    """
    span = max(high - low, _LEAST_SPAN, _ROUNDING * max(abs(low), abs(high)))
    missing = (span - (high - low)) / 2
    tick = round_up((1 + 2 * _MARGIN) * span / _TICKS)
    room = missing + _MARGIN * span
    first = math.floor((low - room) / tick)
    last = math.ceil((high + room) / tick)
    new = float(f"{first * tick:.12g}"), float(f"{last * tick:.12g}")  # 4.8, not 4.800000000000001
    if previous is None:
        return new
    free = _EDGE * (previous[1] - previous[0])
    fits = previous[0] + free <= low and high <= previous[1] - free
    return previous if fits and previous[1] - previous[0] <= _ROOM * (new[1] - new[0]) else new


def _reach(away: Floats) -> float:
    return min(float(np.abs(away).max(initial=0.0)), _LARGEST)


def _on(plane: Plane, parameters: Floats) -> Floats:
    return np.clip(coordinates(plane, parameters), -_LARGEST, _LARGEST)
