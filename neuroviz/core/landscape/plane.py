"""Plane: two directions of the parameters that a loss landscape is shown over, and its ranges.

It tells where on it parameters lie, and its ranges follow a run without jumping.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import round_up
from neuroviz.core.types import Bools, Extent, Floats, Unique

_FAR = 1e306
"""Greater distances are cut to this, so that sums of several of them stay floats."""
_STRAIGHT = 1e-9
"""A second singular value below this share of the first is rounding: the path is a straight
line."""


class Plane(Unique):
    """A plane in the space of the parameters: θ = origin + u·directions[0] + v·directions[1]."""

    origin: Floats
    """(P,): the parameters at u = v = 0."""
    directions: Floats
    """(2, P), at right angles: along u and along v; of length 1, except where u is a mean."""
    names: tuple[str, str]
    """The names of the two axes."""
    kind: Literal["whole", "slice", "together", "along", "path", "principal"]
    """"whole" if the neuron has only these two parameters; "slice" if the others are held fixed;
    "together" if all weights change by the same amount; "along" if they change as between the start
    of a run and its present point; "path" for a plane through both points, along which all
    parameters change; "principal" for the principal directions of a path."""
    held: tuple[tuple[str, float], ...] = ()
    """Names and values of what a slice holds fixed, which are parameters or a difference; else
    empty."""
    share: float | None = None
    """The share, 0 … 1, of a path's squared distances from its centre that a principal plane holds;
    else None."""


def within(places: Floats, extent: Extent) -> Bools:
    """Return which points (…, 2) are within ranges, (…)."""
    low, high = np.reshape(extent, (2, 2)).T
    return np.asarray(((places >= low) & (places <= high)).all(axis=-1))


def ends_of(values: Floats) -> tuple[float, float]:
    """Return the least and the greatest of numbers, (N,) with at least one."""
    return float(values.min()), float(values.max())


def size_of(extent: Extent) -> Floats:
    """Return the width and the height (2,) of ranges."""
    left, right, bottom, top = extent
    return np.array((right - left, top - bottom))


def slice_plane(settings: Settings, parameters: Floats, first: int, second: int) -> Plane:
    """Return the plane of two parameters through the present point.

    Its coordinates are their values.

    Parameters
    ----------
    parameters
        (P,): the values that the others are held at.
    first, second
        Indices of the parameters, 0 … P − 1, in the order of the axes.

    Raises
    ------
    SettingsError
        If they are not two different parameters of this neuron.
    """
    names = settings.parameters.names
    chosen = (first, second)
    if first == second or not all(0 <= index < len(names) for index in chosen):
        raise SettingsError(f"A slice needs two different parameters out of {', '.join(names)}.")
    origin = np.array(parameters, dtype=np.float64)
    origin[list(chosen)] = 0.0
    held = tuple((names[i], float(origin[i])) for i in range(len(names)) if i not in chosen)
    kind: Literal["whole", "slice"] = "slice" if held else "whole"
    return Plane(
        origin, np.eye(len(names))[list(chosen)], (names[first], names[second]), kind, held
    )


def principal_plane(path: Floats, previous: Plane | None = None) -> Plane:
    """Return the plane that holds most of a path.

    It goes through the path's centre, along its two principal directions.

    Parameters
    ----------
    path
        (n, P), n at least 1: the parameters over the rows.
    previous
        The plane of the frame before. Each direction keeps its sign from there, since the sign of a
        principal direction is arbitrary. Without it the greatest component is positive.

    References
    ----------
    Pearson 1901, Philosophical Magazine 2, 559-572; for paths of training Li et al.
    2018, arXiv:1712.09913.
    """
    # The squares of the parameters of a run that diverges overflow.
    scale = float(np.abs(path).max()) or 1.0
    centre = (path / scale).mean(axis=0)
    # R has the singular values and right vectors of the whole matrix, at a fraction of the work.
    triangle = np.linalg.qr(path / scale - centre, mode="r")
    values, vectors = np.linalg.svd(triangle)[1:]
    squares = values**2
    share = float(squares[:2].sum() / squares.sum()) if squares.any() else 1.0
    if len(values) < 2 or values[1] <= _STRAIGHT * values[0]:
        vectors = _any_plane_along(vectors[0] if values[0] else np.eye(len(centre))[0], previous)
    directions = _signed(vectors[:2], previous)
    return Plane(
        centre * scale,
        directions,
        ("principal direction 1", "principal direction 2"),
        "principal",
        (),
        share,
    )


def point_at(plane: Plane, u: Floats | float, v: Floats | float) -> Floats:
    """Return the parameters (…, P) at coordinates (…) of a plane."""
    first, second = plane.directions
    return plane.origin + np.multiply.outer(u, first) + np.multiply.outer(v, second)


def coordinates(plane: Plane, parameters: Floats) -> Floats:
    """Return the coordinates (…, 2) of parameters (…, P), projected onto a plane."""
    return components(plane, _away(plane, parameters))


def components(plane: Plane, vectors: Floats) -> Floats:
    """Return the components (…, 2) in a plane of vectors (…, P), such as gradients."""
    return vectors @ plane.directions.T / np.square(plane.directions).sum(axis=1)


def distance(plane: Plane, parameters: Floats) -> Floats:
    """Return the distances (…) of parameters (…, P) from a plane, in units of the parameters."""
    away = _away(plane, parameters)
    # Subtracted twice, so that points on the plane are off it by no more than rounding.
    for _ in range(2):
        away = away - components(plane, away) @ plane.directions
    scale = float(np.abs(away).max(initial=0.0)) or 1.0
    return scale * np.linalg.norm(away / scale, axis=-1)


def _away(plane: Plane, parameters: Floats) -> Floats:
    """Return parameters (…, P) relative to the origin."""
    with np.errstate(over="ignore"):
        return np.clip(parameters - plane.origin, -_FAR, _FAR)


def _any_plane_along(direction: Floats, previous: Plane | None) -> Floats:
    """Return directions (2, P) of a plane that holds a straight path.

    Any second direction will do, but it must always be the same. It is that of the previous plane
    if there is one, else an axis of the parameters, made perpendicular to the first.
    """
    second = (
        previous.directions[1] if previous else np.eye(len(direction))[np.abs(direction).argmin()]
    )
    across = second - (second @ direction) * direction
    if np.linalg.norm(across) < 0.1:
        return _any_plane_along(direction, None)
    return np.stack((direction, across / np.linalg.norm(across)))


def _signed(vectors: Floats, previous: Plane | None) -> Floats:
    """Return vectors (2, P), each with the sign that it must have."""
    if previous is not None and previous.directions.shape == vectors.shape:
        signs = np.sign((vectors * previous.directions).sum(axis=1))
    else:
        signs = np.sign(vectors[np.arange(2), np.abs(vectors).argmax(axis=1)])
    return vectors * np.where(signs == 0, 1.0, signs)[:, None]


FARTHEST = 1e154
"""How far a landscape reaches in each direction; the square of anything farther overflows."""
_LEAST_SPAN = 1.0
"""Size of the surroundings that are shown of a run that has hardly moved."""
_ROUNDING = 1e-6
"""Least span, as a share of the coordinates; below it ticks would look alike."""
_MARGIN = 0.3
"""Room on each side of what must be shown, as a share of its span."""
_EDGE = 0.04
"""Share of a range that is kept free at both ends, so that the edge never cuts a ball."""
_TICKS = 8
_ROOM = 2.5
"""A range shrinks once it is longer than a new one by this factor."""
_FARTHER = 20.0
"""A minimum farther away than this many spans of the path is left out, since the path would be a
point beside it."""
_LARGEST = 1e300


def axis_ranges(
    plane: Plane,
    path: Floats,
    ball: Floats,
    minimum: Floats | None = None,
    previous: Extent | None = None,
) -> Extent:
    """Return the ranges of both axes that show a run on a plane, with round ends.

    They change seldom: the previous ranges stay while they hold everything that must be shown, with
    room for a ball, and are not far too large for it. New ones have room on all sides, so that a
    path that grows a thousandfold changes them some twenty times.

    Parameters
    ----------
    path
        (n, P), n may be 0: the parameters over the rows.
    ball
        (P,): where the run is.
    minimum
        (P,): shown too, unless it is too far away; None where there is none.
    previous
        The ranges of the frame before.
    """
    points = _on(plane, np.vstack((path, ball)))
    low = points.min(axis=0)
    high = points.max(axis=0)
    if minimum is not None:
        wanted = _on(plane, minimum)
        with_it = np.maximum(high, wanted) - np.minimum(low, wanted)
        if (with_it <= _FARTHER * np.maximum(high - low, _LEAST_SPAN)).all():
            low = np.minimum(low, wanted)
            high = np.maximum(high, wanted)
    held = (None, None) if previous is None else (previous[:2], previous[2:])
    x, y = (_range(*ends) for ends in zip(low.tolist(), high.tolist(), held, strict=True))
    return (*x, *y)


def together(path: Floats, others: Sequence[Floats]) -> Floats:
    """Return the points (n, P) of a path and of the others that the ranges must hold with it.

    Among several runs from one start, one that diverges goes beyond the edge, since otherwise all
    others would be a point. Runs that go more than twenty times as far as the median one are left
    out.

    Parameters
    ----------
    path
        (m, P): the run that is always included.
    others
        (m, P) each.
    """
    if not others:
        return path
    reaches = [_reach(each - path[0]) for each in (path, *others)]
    # The median of two is the nearer one, which may hardly have moved.
    least = _LEAST_SPAN if len(reaches) > 2 else _FARTHER
    farthest = _FARTHER * max(float(np.quantile(reaches, 0.5, method="lower")), least)
    kept = [each for each, reach in zip(others, reaches[1:], strict=True) if reach <= farthest]
    return np.vstack((path, *kept))


def around(first: Extent, second: Extent) -> Extent:
    """Return the ranges that hold two others."""
    left, right, bottom, top = zip(first, second, strict=True)
    return min(left), max(right), min(bottom), max(top)


def is_off_the_page(extent: Extent) -> bool:
    """Return whether ranges reach farther than any landscape can be drawn."""
    return max(map(abs, extent)) > FARTHEST


def _range(low: float, high: float, previous: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range of one axis that holds low … high, the previous one or a round one."""
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
