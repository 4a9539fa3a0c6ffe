"""Marks on a logarithmic track: which of them merge, the zoom that parts them, and room for their names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from neuroviz.core.curvature.rate_ruler import Ruler

__all__ = ["MERGED", "Mark", "Zoom", "grouped", "marks_of", "spread", "zoom_on"]

MERGED = 8.0
"""Pixels; marks nearer than this merge."""
_PARTED = 12.0  # pixels between the nearest two marks of a zoom, at least
_INSIDE = (0.2, 0.8)  # of the width of a zoom, where its outer marks stand
_SAME = 1e-9  # relative distance within which two marks are one, whatever the zoom
_GAP = 6.0  # pixels between names


@dataclass(frozen=True)
class Mark:
    """A learning rate with a name: smooth, best or limit."""

    name: str
    rate: float


@dataclass(frozen=True)
class Zoom:
    """A stretch of learning rates, logarithmic.

    Parameters
    ----------
    start
        Natural logarithm of the rate at its left end.
    scale
        Pixels to a factor of e.
    """

    start: float
    scale: float

    def place(self, rate: float) -> float:
        """Return the pixels from the left end to a rate above 0."""
        return (math.log(rate) - self.start) * self.scale


def marks_of(ruler: Ruler | None) -> tuple[Mark, ...]:
    """Return the marks that are there, ascending."""
    if ruler is None:
        return ()
    rates = {"smooth": ruler.safe, "best": ruler.best, "limit": ruler.limit}
    return tuple(Mark(name, rate) for name, rate in rates.items() if rate is not None)


def grouped(marks: Sequence[Mark], pixel_of: Callable[[float], float]) -> list[tuple[Mark, ...]]:
    """Return the marks, those together that stand nearer to their neighbour than 8 pixels."""
    groups: list[tuple[Mark, ...]] = []
    for mark in marks:
        if groups and pixel_of(mark.rate) - pixel_of(groups[-1][-1].rate) < MERGED:
            groups[-1] += (mark,)
        else:
            groups.append((mark,))
    return groups


def zoom_on(marks: Sequence[Mark], width: float) -> Zoom:
    """Return the zoom that parts two marks or more, as wide as that allows.

    Where all do not fit in, the nearest two do.
    """
    places = [math.log(mark.rate) for mark in marks]
    gaps = [after - before for before, after in pairwise(places) if after - before > _SAME]
    room = (_INSIDE[1] - _INSIDE[0]) * width
    fitting = room / (sum(gaps) or 1.0)
    scale = max(fitting, _PARTED / min(gaps, default=1.0))
    if scale > fitting and gaps[0] == min(gaps):
        return Zoom(places[0] - _INSIDE[0] * width / scale, scale)
    return Zoom(places[-1] - _INSIDE[1] * width / scale, scale)


def spread(centres: Sequence[float], widths: Sequence[float], right: float) -> list[float]:
    """Return the left ends of names that would stand at ascending centres, moved apart, between 0 and ``right``."""
    lefts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]
    for _ in lefts:  # the ends of a row of neighbours need as many rounds to move
        for i in range(len(lefts) - 1):
            overlap = lefts[i] + widths[i] + _GAP - lefts[i + 1]
            if overlap > 0:
                lefts[i] -= overlap / 2
                lefts[i + 1] += overlap / 2
    low = 0.0
    for i, width in enumerate(widths):
        lefts[i] = low = max(low, lefts[i])
        low += width + _GAP
    high = right
    for i in reversed(range(len(lefts))):
        lefts[i] = min(lefts[i], high - widths[i])
        high = lefts[i] - _GAP
    return lefts
