"""Levels: the losses of a landscape's contour lines, and the scale of its colours."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.types import Floats, Unique

_LOGARITHMIC_FROM = 100.0
"""Ratio of greatest to least loss above which the scale is logarithmic."""
_FEWEST = 8
_MOST = 12
_BEST = 10
_FLAT = 1e-12
_LEAST = 1e-300
"""Losses that differ by no more than this are the same, since among so small ones there are hardly
any numbers, let alone round ones."""
_FEW = 1e-3
_STRETCH = 1e3
_STEPS = (1.0, 2.0, 5.0, 2.5, 1.5, 3.0, 4.0, 7.5)
"""Steps of a linear scale, the rounder ones first."""
_PATTERNS = (
    ((1, 1.5, 2, 3, 5, 7), 1),
    ((1, 2, 3, 5), 1),
    ((1, 2, 5), 1),
    ((1, 3), 1),
    ((1, 5, 20), 2),
    ((1,), 1),
    ((1, 30), 3),
    *(((1,), decades) for decades in range(2, 65)),
)
"""Round numbers of a logarithmic scale, and the number of decades after which they repeat, from
close to far apart."""


class Levels(Unique):
    """The scale of a landscape, with its contour lines."""

    values: Floats
    """(k,), ascending: the losses of the contour lines, 8 to 12 round numbers; none where the loss
    is the same everywhere."""
    log: bool
    low: float
    """The lower end of the scale; above 0 if it is logarithmic."""
    high: float
    """The upper end of the scale, above ``low``."""

    def heights(self, losses: Floats | float) -> Floats:
        """Return the positions of losses (…) on the scale, from 0 at its low end to 1.

        Losses beyond the ends are at the ends.
        """
        clipped = np.clip(losses, self.low, self.high)
        if self.log:
            # Logarithms first, since for a loss that has collapsed the ratio of the greatest to the
            # least overflows.
            return (np.log(clipped) - math.log(self.low)) / (
                math.log(self.high) - math.log(self.low)
            )
        return (clipped - self.low) / (self.high - self.low)


def levels(losses: Floats) -> Levels:
    """Return the scale of a grid of losses (n, m), 0 or more; those not finite do not count.

    It is logarithmic where the greatest loss is over a hundred times the least. A loss that has no
    position there, such as 0, is shown at its low end. That end is the least loss above 0, except
    that a few points that happen to be at a minimum of 0, which in float64 may be next to nothing,
    do not stretch the scale by more than a factor of 1000.
    """
    finite = losses[np.isfinite(losses)]
    low, high = ends_of(finite) if finite.size else (0.0, 0.0)
    if high - low <= max(_FLAT * high, _LEAST):
        above = low + (low or 1.0)
        return Levels(
            np.empty(0), False, *((low, above) if math.isfinite(above) else (low / 2, low))
        )
    if high <= _LOGARITHMIC_FROM * low:
        return Levels(_linear(low, high), False, low, high)
    positive = finite[finite > 0]
    few = int(_FEW * positive.size)
    low = max(float(positive.min()), float(np.partition(positive, few)[few]) / _STRETCH)
    if high <= _LOGARITHMIC_FROM * low:  # without the zeros the range is small
        return Levels(_linear(0.0, high), False, 0.0, high)
    return Levels(_logarithmic(low, high), True, low, high)


def _linear(low: float, high: float) -> Floats:
    """Return multiples of a round step between two losses."""
    exponent = math.floor(math.log10((high - low) / _BEST))
    found = []
    steps = (k * 10.0**power for k in _STEPS for power in (exponent, exponent + 1))
    for step in filter(math.isfinite, steps):
        found.append(
            step * np.arange(math.ceil(low / step), math.floor(high / step) + 1, dtype=np.float64)
        )
    return _best(found)


def _logarithmic(low: float, high: float) -> Floats:
    """Return round numbers at about even ratios between two losses."""
    first = math.floor(math.log10(low))
    last = math.ceil(math.log10(high))
    found = []
    for factors, period in _PATTERNS:
        powers = range(first // period * period, last + 1, period)
        numbers = np.array([float(f"{factor}e{power}") for power in powers for factor in factors])
        found.append(numbers[(numbers >= low) & (numbers <= high)])
    return _best(found)


def _best(choices: list[Floats]) -> Floats:
    """Return the first choice of 8 to 12 numbers, else the one whose count is nearest to 10."""
    fitting = [numbers for numbers in choices if _FEWEST <= len(numbers) <= _MOST]
    return fitting[0] if fitting else min(choices, key=lambda numbers: abs(len(numbers) - _BEST))
