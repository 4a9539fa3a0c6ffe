"""The path of a run, reduced to what a picture can show, and the plane that it is told on.

The plane goes through where the run is, and is as true as can be where it began.
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
from neuroviz.core.numbers import subscripted
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Ints, Unique

TRUE_TO = 0.02
"""By what share of itself a loss may be another on a plane, to be told by it all the same."""
_SMALL = 0.01
"""What is smaller than this share of the greatest loss of a path is no larger to the eye."""
_ON = 1e-9
_MOST_NAMED = 3
_STRAIGHT = 1e-6
"""What is left of a direction at right angles to another, as a share of it, is rounding below."""


def run_plane(settings: Settings, path: Floats, previous: Plane | None = None) -> Plane:
    """Return the plane that a run is told on, through where it is.

    One neuron's is that of all weights and the bias. Its first axis is the mean of the weights,
    which change by as much, as long as the loss of the start can be read from it; else it is the
    way from the weights of the start to these, so that the plane goes through both. Of two
    parameters, or where no landscape reaches, it is that of the first two.

    With hidden neurons, whose weights change each in its own way, it goes through start and present
    place, and holds as much of the path between them as such a plane can.

    Parameters
    ----------
    path
        (n, P): where the run began, first, and where it is, last.
    previous
        The plane of the frame before: the second axis keeps to the side that it was on.
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
    """Return a plane of one neuron's run, of the same kind, through where it is by now.

    That of :func:`run_plane` may be of the other kind: one moves in a run, and does not turn over.
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
        named = subscripted(f"{', '.join(names[:-1])} and {names[-1]}")
    return Plane(origin, directions, (f"{named} together", bias), "together", held)


def _through_both(settings: Settings, path: Floats, previous: Plane | None) -> Plane:
    directions = np.stack(_two_of(_ways(settings, path)))
    if previous is not None and directions[1] @ previous.directions[1] < 0:
        directions[1] *= -1
    return Plane(path[0], directions, ("direction 1", "direction 2"), "path")


def _two_of(ways: Iterator[Floats]) -> list[Floats]:
    """Return the first two directions (P,), of length 1, the second at right angles to the first.

    What only rounding makes a direction is none.
    """
    found: list[Floats] = []
    for way in ways:
        length = float(np.linalg.norm(way))
        rest = way
        for before in 2 * found:  # twice, so that no more than rounding of it is left
            rest = rest - (rest @ before) * before
        left = float(np.linalg.norm(rest))
        if 0 < length < np.inf and left > _STRAIGHT * length:
            found.append(rest / left)
        if len(found) == 2:
            break
    return found


def _ways(settings: Settings, path: Floats) -> Iterator[Floats]:
    """Yield directions (P,) that a plane through both ends of a path (n, P) may have.

    To its end, and to where it bends most; where it is straight, or none yet, down the gradient and
    along the greatest curvatures.
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
    """Return whether a plane is one of :func:`run_plane` that goes through places (P,)."""
    return plane.kind in ("together", "along", "path") and all(
        distance(plane, place) <= _ON * (1 + np.abs(place).max()) for place in places
    )


def differences(settings: Settings, plane: Plane, path: Floats) -> Floats:
    """Return by what share the losses of a path (m, P) are others where it is seen on a plane.

    (m,), 0 or more.
    """
    u, v = coordinates(plane, path).T
    with np.errstate(all="ignore"):
        # At once: a call costs more than some losses.
        own, seen = np.split(losses_at(settings, np.vstack((path, point_at(plane, u, v)))), 2)
        away = np.abs(seen - own) / np.maximum(own, _SMALL * own.max())
    return np.where(seen == own, 0.0, np.nan_to_num(away, nan=np.inf, posinf=np.inf))


class Path(Unique):
    """Some of the rows of a run, first and newest among them."""

    steps: Ints
    """(m,), ascending: the step of each row."""
    parameters: Floats
    """(m, P): the parameters at each of them."""


def path_of(rows: Rows, most: int) -> Path:
    """Return at most so many rows, at least 8, for a line.

    Half of them stand at even distances and half at even ratios, since a run that converges goes
    most of its way in the first few steps; each is there with the row after it, so that a zigzag is
    not seen from one side only.
    """
    last = len(rows) - 1
    quarter = most // 4
    ratios = np.geomspace(1, max(1, last), quarter)
    first = np.concatenate((ratios - 1, np.linspace(0, last, quarter))).astype(np.int64)
    # A set: to ask np.unique would import its masked arrays, at every start.
    chosen = sorted({row for row in (*first.tolist(), *(first + 1).tolist()) if row < last})
    steps = np.append(rows.kept_steps[chosen], rows.newest.step)
    kept = rows.kept_parameters()[:, chosen].T
    return Path(steps, np.vstack((kept, rows.newest.parameters)))


def evenly(rows: Rows, most: int) -> Floats:
    """Return the parameters (m, P) at no more than so many rows at even distances.

    All where there are as few.
    """
    return rows.drawn_map(most).T


def newest(rows: Rows, count: int) -> Floats:
    """Return the parameters (m, P) at the last rows that are kept, m up to a count, and now."""
    return np.vstack((rows.kept_parameters()[:, -count:].T, rows.newest.parameters))
