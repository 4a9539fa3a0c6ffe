"""The path of a run, reduced to what a picture can show, and the plane that it is told on.

The plane goes through where the run is, and is as true as can be where it began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.axis_ranges import FARTHEST
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.plane import Plane, coordinates, distance, point_at, slice_plane
from neuroviz.core.numbers import subscripted
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Ints

TRUE_TO = 0.02
"""By what share of itself a loss may be another on a plane, to be told by it all the same."""
_SMALL = 0.01
"""What is smaller than this share of the greatest loss of a path is no larger to the eye."""
_ON = 1e-9
_MOST_NAMED = 3


def run_plane(settings: Settings, start: Floats, now: Floats) -> Plane:
    """Return a plane of all weights and the bias, through where a run is.

    Its first axis is the mean of the weights, which change by as much, as long as the loss of the
    start can be read from it; else it is the way from the weights of the start to these, so that
    the plane goes through both. Of two parameters, or where no
    landscape reaches, it is that of the first two.

    Parameters
    ----------
    start, now
        (P,): where the run began, and where it is.
    """
    count = len(now)
    if count == 2 or np.abs((start, now)).max() > FARTHEST:
        return slice_plane(settings, now, 0, 1)
    together = _together(settings, now)
    went = np.append(now[:-1] - start[:-1], 0.0)
    length = float(np.linalg.norm(went))
    if not 0 < length < np.inf or differences(settings, together, start[None])[0] <= TRUE_TO:
        return together
    origin = np.append(start[:-1], 0.0)
    directions = np.stack((went / length, np.eye(count)[-1]))
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


def tells(plane: Plane, *places: Floats) -> bool:
    """Return whether a plane is one of :func:`run_plane` that goes through places (P,)."""
    return plane.kind in ("together", "along") and all(
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


@dataclass(frozen=True, eq=False)
class Path:
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
    chosen = np.unique(np.minimum(np.concatenate((first, first + 1, [last])), last))[:-1]
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
