"""The path of a run, reduced to what a picture can show, and the plane to show it on.

The plane goes through the present point of the run, and is as true as possible to where it began.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at
from neuroviz.core.landscape.loss_grid import gradient_of, losses_at
from neuroviz.core.landscape.plane import (
    FARTHEST,
    Plane,
    coordinates,
    distance,
    point_at,
    slice_plane,
)
from neuroviz.core.numbers import joined, subscripted
from neuroviz.core.training.history_view import LOSS, Rows
from neuroviz.core.types import Floats, Ints, Unique

TRUE_TO = 0.02
"""Share by which a loss on a plane may differ and still be read from it."""
_SMALL = 0.01
"""Below this share of the greatest loss of a path, losses look the same."""
_ON = 1e-9
_MOST_NAMED = 3
_STRAIGHT = 1e-6
"""What is left of a direction at right angles to another is rounding below this share of it."""


def run_plane(settings: Settings, path: Floats, previous: Plane | None = None) -> Plane:
    """Return the plane that a run is shown on, through its present point.

    For one neuron it is that of all weights and the bias. Its first axis is the mean of the
    weights, which all change by the same amount, as long as the loss of the start can be read from
    it. Otherwise it is the direction from the weights of the start to the present ones, so that the
    plane goes through both. With two parameters, or where no landscape reaches, it is the plane of
    the first two.

    With hidden neurons, whose weights change each in its own way, the plane goes through the start
    and the present point, and holds as much of the path between them as such a plane can.

    Parameters
    ----------
    path
        (n, P): from where the run began to where it is.
    previous
        The plane of the frame before, from which the second axis keeps its sign.
    """
    start = path[0]
    now = path[-1]
    count = len(now)
    if count == 2 or np.abs(path).max() > FARTHEST:
        return slice_plane(settings, now, 0, 1)
    if not settings.parameters.linear:
        return _through_both(settings, path, previous)
    together = _together(settings, now)
    along = _along(start, now)
    if along is None or differences(settings, together, start[None])[0] <= TRUE_TO:
        return together
    return along


def moved_plane(settings: Settings, plane: Plane, start: Floats, now: Floats) -> Plane:
    """Return the plane of one neuron's run, moved to the present point without changing its kind.

    :func:`run_plane` may return one of another kind; within a run the plane moves, but does not
    turn over.
    """
    if np.abs(now).max() > FARTHEST:
        return plane
    if plane.kind == "together":
        return _together(settings, now)
    return _along(start, now) or plane


def _along(start: Floats, now: Floats) -> Plane | None:
    went = np.append(now[:-1] - start[:-1], 0.0)
    length = float(np.linalg.norm(went))
    if not 0 < length < np.inf:
        return None
    origin = np.append(start[:-1], 0.0)
    directions = np.stack((went / length, np.eye(len(now))[-1]))
    return Plane(origin, directions, ("weights along the path", "b"), "along")


def _together(settings: Settings, now: Floats) -> Plane:
    *names, bias = settings.parameters.names
    mean = float(now[:-1].mean())
    origin = np.append(now[:-1] - mean, 0.0)
    directions = np.stack((np.append(np.ones(len(names)), 0.0), np.eye(len(now))[-1]))
    held: tuple[tuple[str, float], ...] = ()
    if len(names) == 2:
        held = ((f"{names[1]} − {names[0]}", float(now[1] - now[0])),)
    named = f"all {len(names)} weights"
    if len(names) <= _MOST_NAMED:
        named = subscripted(joined(names))
    return Plane(origin, directions, (f"{named} together", bias), "together", held)


def _through_both(settings: Settings, path: Floats, previous: Plane | None) -> Plane:
    directions = np.stack(_two_of(_ways(settings, path)))
    if previous is not None and directions[1] @ previous.directions[1] < 0:
        directions[1] *= -1
    return Plane(path[0], directions, ("direction 1", "direction 2"), "path")


def _two_of(ways: Iterator[Floats]) -> list[Floats]:
    """Return the first two directions (P,), of length 1, the second at right angles to the first.

    A direction that only rounding makes does not count.
    """
    found: list[Floats] = []
    for way in ways:
        length = float(np.linalg.norm(way))
        rest = way
        for before in 2 * found:  # twice, so that only rounding of it is left
            rest = rest - (rest @ before) * before
        left = float(np.linalg.norm(rest))
        if 0 < length < np.inf and left > _STRAIGHT * length:
            found.append(rest / left)
        if len(found) == 2:
            break
    return found


def _ways(settings: Settings, path: Floats) -> Iterator[Floats]:
    """Yield directions (P,) that a plane through both ends of a path (n, P) may have.

    They lead to its end, and to where it bends most; where it is straight, or there is none yet,
    down the gradient and along the greatest curvatures.
    """
    away = path - path[0]
    end = away[-1]
    square = float(end @ end)
    yield end
    if square > 0:
        # R has the right vectors of the whole matrix, at a fraction of the work.
        triangle = np.linalg.qr(away - np.outer(away @ end / square, end), mode="r")
        scales, ways = np.linalg.svd(triangle)[1:]
        if scales[0] > _STRAIGHT * np.sqrt(square):
            yield ways[0]
    yield -gradient_of(settings, path[-1])
    curvatures, directions = np.linalg.eigh(hessian_at(settings, path[-1]))
    yield from directions.T[np.argsort(-np.abs(curvatures), kind="stable")]


def tells(plane: Plane, *places: Floats) -> bool:
    """Return whether a plane of :func:`run_plane` goes through points (P,)."""
    return plane.kind in ("together", "along", "path") and all(
        distance(plane, place) <= _ON * (1 + np.abs(place).max()) for place in places
    )


def differences(settings: Settings, plane: Plane, path: Floats) -> Floats:
    """Return the shares (m,) by which losses of a path (m, P) differ where it is seen on a plane.

    They are 0 or more.
    """
    u, v = coordinates(plane, path).T
    with np.errstate(all="ignore"):
        # All at once, since a call costs more than some losses.
        own, seen = np.split(losses_at(settings, np.vstack((path, point_at(plane, u, v)))), 2)
        away = np.abs(seen - own) / np.maximum(own, _SMALL * own.max())
    return np.where(seen == own, 0.0, np.nan_to_num(away, nan=np.inf, posinf=np.inf))


class Path(Unique):
    """Some of the rows of a run, first and newest among them."""

    steps: Ints
    """(m,), ascending: the step of each row."""
    parameters: Floats
    """(m, P): the parameters at each of these rows."""
    losses: Floats
    """(m,): the losses stored with them; NaN where none was."""


def path_of(rows: Rows, most: int) -> Path:
    """Return at most ``most`` rows, which must be 8 or more, for a line.

    Half of them are evenly spaced and half are at even ratios, since a run that converges goes most
    of its way in the first few steps. Each comes with the row after it, so that a zigzag is not
    seen from one side only.
    """
    last = len(rows) - 1
    quarter = most // 4
    ratios = np.geomspace(1, max(1, last), quarter)
    first = np.concatenate((ratios - 1, np.linspace(0, last, quarter))).astype(np.int64)
    # np.unique would import masked arrays at every start.
    is_chosen = np.zeros(last + 2, dtype=bool)
    is_chosen[first] = is_chosen[first + 1] = True
    chosen = np.flatnonzero(is_chosen[:last])
    steps = np.append(rows.kept_steps[chosen], rows.newest.step)
    kept = rows.kept_parameters()[:, chosen].T
    newest = np.nan if rows.newest.loss is None else rows.newest.loss
    losses = np.append(rows.kept[LOSS, chosen], newest)
    return Path(steps, np.vstack((kept, rows.newest.parameters)), losses)


def evenly(rows: Rows, most: int) -> Floats:
    """Return the parameters (m, P) at ``most`` evenly spaced rows, or at all if there are fewer."""
    return rows.drawn_map(most).T


def newest(rows: Rows, count: int) -> Floats:
    """Return the parameters (m, P) at the newest rows: up to ``count`` kept ones, and now."""
    return np.vstack((rows.kept_parameters()[:, -count:].T, rows.newest.parameters))
