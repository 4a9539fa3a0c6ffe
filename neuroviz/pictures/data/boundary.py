"""What is drawn over the plane of two inputs: the line w·x + b = z, and w as an arrow."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Arrow, Marks, Text

_ARROW = 0.2
"""The length of the arrow as a share of the plane."""
_NAME_OFF = 4.0
"""Cells from the arrow to its name."""
_FREE = 6.0
"""Cells round the name of the arrow that are to be free; more is no better."""
_BESIDE = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0)
"""Cells from a sample to the right, over what is written there."""


def boundary_line(parameters: Floats, z: float, middle: Floats, size: Floats) -> Floats | None:
    """Return x and y (2, 3) of the line w·x + b = z: an end, its point nearest the middle, and the other end.

    None if it does not cross the plane, which has this middle and size.
    """
    scale = np.abs(parameters[:2]).max()
    half = size / 2
    if scale == 0:
        return None
    length = math.hypot(*(parameters[:2] / scale))  # the squares of the largest weights are no floats
    normal = parameters[:2] / scale / length
    with np.errstate(all="ignore"):  # what is infinite is beyond the plane
        distance = (z - parameters[2]) / scale / length - normal @ middle
        foot = distance * normal
        along = np.array((-normal[1], normal[0]))
        cuts = np.sort(((-half - foot) / along, (half - foot) / along), axis=0)
    first = cuts[0].max()
    last = cuts[1].min()
    if not (abs(distance) <= math.hypot(*half) and first < last):
        return None
    points: Floats = middle + foot + np.outer((first, min(last, max(first, 0.0)), last), along)
    return points.T


def weights_arrow(
    weights: Floats,
    start: Floats,
    middle: Floats,
    size: Floats,
    cells: tuple[int, int],
    taken: Floats,
    ink: str,
) -> Marks:
    """Return the direction of w as an arrow that stays within the plane, with its name beside it.

    The name stands right of the arrow or left of it, where it is not behind a sample or the output written there.
    """
    step = weights / math.hypot(*(weights / size))  # as long as the plane
    share = step / size
    room = min((size / 2 - np.sign(step) * (start - middle)) / np.maximum(abs(step), 1e-300))
    step = min(_ARROW, 0.9 * room) * step
    across = np.array((share[1] * cells[1], -share[0] * cells[0]))  # to the right of it, as it is seen
    beside = max(_NAME_OFF, 0.045 * min(cells)) * across / np.hypot(*across) * size / cells
    places = [start + along * step + side * beside for along in (0.4, 0.75, 1.1) for side in (1, -1)]
    inside = [place for place in places if (abs(place - middle) < 0.47 * size).all()] or places[:1]
    x, y = max(inside, key=lambda place: min(_FREE, _distance(place, taken, cells / size)))
    return {
        "w": Arrow(float(start[0]), float(start[1]), float(step[0]), float(step[1]), ink),
        "w name": Text(float(x), float(y), "w", ink),
    }


def _distance(place: Floats, samples: Floats, cells: Floats) -> float:
    """Return how far, in cells, a place is from the nearest sample (N, 2) and what is written beside it."""
    beside = np.concatenate([samples + np.array((right / cells[0], 0.0)) for right in _BESIDE])
    return float(np.min(np.hypot(*((beside - place) * cells).T), initial=math.inf))
