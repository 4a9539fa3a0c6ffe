"""Overlap: the few samples that show why no line parts two classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.data.dataset import Dataset
from neuroviz.core.types import Bools, Floats

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Overlap:
    """Two groups of samples, one of each class, with a point in common.

    Any line has it on one side alone.
    """

    one: tuple[int, ...]
    other: tuple[int, ...]
    """Indices of samples of one class and of the other: a point, the ends of a segment, the corners
    of a triangle. The point in common lies on both.
    """


@lru_cache(maxsize=8)
def overlap(dataset: Dataset) -> Overlap | None:
    """Return up to four samples that no line parts by class.

    None where a line does, or of more than two inputs. Two classes cannot be parted where their
    convex hulls meet. In the plane that is where an edge of one crosses an edge of the other, or
    where a sample of one lies inside the other. Reference: Kirchberger 1903, Mathematische Annalen
    57, 509-540: four samples are enough to show it.
    """
    if not dataset.classes or dataset.width > 2:
        return None
    classes = [np.flatnonzero(dataset.targets == target) for target in (0.0, 1.0)]
    if not all(map(len, classes)):
        return None
    if dataset.width == 1:
        return _between(dataset.inputs[:, 0], *classes)
    hulls = [_hull(dataset.inputs, members) for members in classes]
    return _crossing(dataset.inputs, *hulls) or _inside(dataset.inputs, *hulls)


def _between(x: Floats, zeros: Indices, ones: Indices) -> Overlap | None:
    """Return a sample that lies between two of the other class."""
    for members, others in ((zeros, ones), (ones, zeros)):
        low = int(others[x[others].argmin()])
        high = int(others[x[others].argmax()])
        within = members[(x[members] >= x[low]) & (x[members] <= x[high])]
        if len(within):
            return Overlap((int(within[0]),), tuple(dict.fromkeys((low, high))))
    return None


def _turn(a: Floats, b: Floats, c: Floats) -> Floats:
    """Return twice the signed areas of triangles with corners (…, 2).

    Positive where they turn left.
    """
    first = b - a
    second = c - a
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def _on_one_side(a: Floats, b: Floats, c: Floats, d: Floats) -> Bools:
    """Return whether c and d lie on the same side of the line through a and b.

    Neither is on it then.
    """
    # By signs: areas of data as large, or as small, as they may be have no product.
    return np.sign(_turn(a, b, c)) * np.sign(_turn(a, b, d)) > 0


def _hull(points: Floats, members: Indices) -> list[int]:
    """Return the corners of the convex hull of some points (N, 2), anticlockwise.

    Andrew's monotone chain.
    """
    _, first = np.unique(points[members], axis=0, return_index=True)  # sorted by x, then y
    order: list[int] = members[first].tolist()
    if len(order) < 3:
        return order
    halves = [_half(points, chain) for chain in (order, order[::-1])]
    return halves[0][:-1] + halves[1][:-1]


def _half(points: Floats, order: list[int]) -> list[int]:
    chain: list[int] = []
    for index in order:
        while len(chain) > 1 and _turn(*points[[chain[-2], chain[-1], index]]) <= 0:
            chain.pop()
        chain.append(index)
    return chain


def _edges(corners: list[int]) -> Indices:
    """Return the edges (E, 2) of a hull as indices of their ends.

    Of a single point that point twice.
    """
    ring = [*corners, corners[0]]
    return np.array(list(pairwise(ring)))


def _crossing(points: Floats, one: list[int], other: list[int]) -> Overlap | None:
    first = _edges(one)
    second = _edges(other)
    a, b = points[first[:, None, :]].transpose(2, 0, 1, 3)
    c, d = points[second[None, :, :]].transpose(2, 0, 1, 3)
    apart = _on_one_side(a, b, c, d) | _on_one_side(c, d, a, b)
    boxes = ((np.maximum(a, b) >= np.minimum(c, d)) & (np.maximum(c, d) >= np.minimum(a, b))).all(
        axis=-1
    )
    found = np.argwhere(~apart & boxes)
    if not len(found):
        return None
    i, j = found[0]
    return Overlap(*(tuple(dict.fromkeys(edge.tolist())) for edge in (first[i], second[j])))


def _inside(points: Floats, one: list[int], other: list[int]) -> Overlap | None:
    """Return a corner of one hull, and the triangle of the other in which it lies."""
    for inner, outer in ((one, other), (other, one)):
        if len(outer) < 3:
            continue
        pivot = outer[0]
        for second, third in pairwise(outer[1:]):
            triangle = points[[pivot, second, third]]
            sides = _turn(triangle, np.roll(triangle, -1, axis=0), points[inner[0]])
            if (sides >= 0).all():
                return Overlap((inner[0],), (pivot, second, third))
    return None
