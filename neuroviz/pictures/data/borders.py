"""Straight borders over a plane, and the names of the classes between them."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import size_of
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.input_names import class_title
from neuroviz.pictures.label_places import clearance
from neuroviz.pictures.marks import Marks, Text
from neuroviz.pictures.palette import Palette, mixed


def middle_and_size(sight: Extent) -> tuple[Floats, Floats]:
    """Return the middle (2,) of the visible range, and its width and height (2,)."""
    size = size_of(sight)
    return np.array(sight[::2]) + size / 2, size


def boundary_line(parameters: Floats, z: float, sight: Extent) -> Floats | None:
    """Return x and y (2, 3) of the line w·x + b = z; None if no part of it is visible.

    The points are an end, the visible point nearest the middle, and the other end.
    """
    scale = np.abs(parameters[:2]).max()
    middle, size = middle_and_size(sight)
    half = size / 2
    if scale == 0:
        return None
    # Scaled, since the squares of the largest weights would overflow.
    length = math.hypot(*(parameters[:2] / scale))
    normal = parameters[:2] / scale / length
    with np.errstate(all="ignore"):  # an infinite value is beyond the plane
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


def straight_borders(layer: Floats, sight: Extent) -> list[tuple[tuple[int, int], Floats]]:
    """Return where two of several outputs are equal and the largest, with the indices of the two.

    Each line (2, 3) is an end, a point between, and the other end.

    Parameters
    ----------
    layer
        (K, 3): two weights and a bias of each output.
    """
    found = []
    for first, second in combinations(range(len(layer)), 2):
        line = boundary_line(layer[first] - layer[second], 0.0, sight)
        if line is None:
            continue
        start = line[:, 0]
        way = line[:, 2] - line[:, 0]
        others = layer[first] - np.delete(layer, (first, second), axis=0)
        there = others[:, :2] @ start + others[:, 2]
        rise = others[:, :2] @ way
        with np.errstate(all="ignore"):
            share = -there / rise
        low = np.max(share, where=rise > 0, initial=0.0)
        high = np.min(share, where=rise < 0, initial=1.0)
        if low < high and not (there[rise == 0] < 0).any():
            shares = np.array((low, (low + high) / 2, high))
            found.append(((first, second), start[:, None] + way[:, None] * shares))
    return found


def places_over(sight: Extent, columns: int, rows: int) -> Floats:
    """Return the centres (rows · columns, 2) of cells over the visible range, the lowest first."""
    left, right, bottom, top = sight
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


NAME_CELLS = 12, 9
"""Columns and rows of the cells, in one of which the name of a class stands."""
_FEWEST = 4
"""Cells in which a class must be the largest for its name to have room, at least."""
_MOST_SAMPLES = 60
_WIDE = 0.5, 1.0
"""Factors of distances, since names are wide."""


def class_names(
    settings: Settings, shares: Floats, sight: Extent, samples: Floats, palette: Palette
) -> Marks:
    """Return the names of the classes, each where its region has most room.

    Parameters
    ----------
    shares
        (9, 12, K), over the visible range.
    samples
        (N, 2): the places that names should keep clear of.
    """
    best = shares.argmax(axis=-1).ravel()
    corner, end = np.reshape(sight, (2, 2)).T
    unit = (end - corner) / NAME_CELLS
    places = places_over((0.0, NAME_CELLS[0], 0.0, NAME_CELLS[1]), *NAME_CELLS)
    edge = (np.hstack((places, NAME_CELLS - places)) * (*_WIDE, *_WIDE)).min(axis=1)
    taken = (samples[:: len(samples) // _MOST_SAMPLES + 1] - corner) / unit
    marks: Marks = {}
    for index in range(settings.outputs):
        own = best == index
        if own.sum() < _FEWEST:
            continue
        others = np.vstack((places[~own], taken))
        room = np.minimum(edge[own], clearance(places[own] * _WIDE, others * _WIDE))
        x, y = corner + places[own][room.argmax()] * unit
        name = class_title(settings, index)
        colour = palette.class_colours[index]
        colour = mixed(colour, palette.ink, 0.35)
        marks["class name", index] = Text(
            float(x), float(y), name, colour, centred=True, halo=palette.ground, bold=True
        )
    return marks
