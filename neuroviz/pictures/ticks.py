"""Numbers along an axis: plain decimals or powers of ten, never an offset in the corner."""

import itertools
import math
from collections.abc import Sequence

from neuroviz.core.numbers import power_of_ten
from neuroviz.pictures.marks import LARGEST

_STRIDES = (1, 2, 5, 10, 20, 50, 100, 300)
"""Decades between two numbers of a logarithmic axis."""


def even_ticks(low: float, high: float, count: int) -> list[float]:
    """Divide an axis evenly at round numbers, into about so many parts."""
    from matplotlib.ticker import MaxNLocator  # only here, since films need none of matplotlib

    locator = MaxNLocator(nbins=count, steps=[1, 2, 5, 10], min_n_ticks=2)
    unit = unit_of(low, high)
    found = [unit * float(number) for number in locator.tick_values(low / unit, high / unit)]
    return [number for number in found if low <= number <= high]


def unit_of(low: float, high: float) -> float:
    """Return the divisor that keeps matplotlib's arithmetic from overflowing."""
    return 1e9 if max(-low, high) > LARGEST else 1.0


def tick_labels(values: Sequence[float]) -> list[str]:
    """Write the numbers of an evenly divided axis with equally many decimals.

    They look like 0.05, 10,000 or 2·10⁻⁷. A minus sign is U+2212, and zero has no sign.
    """
    if not values:
        return []
    largest = max(abs(value) for value in values)
    step = min((abs(b - a) for a, b in itertools.pairwise(values)), default=largest) or 1.0
    exponent = math.floor(math.log10(largest)) if largest else 0
    if -4 <= exponent < 6:
        return [_decimal(value, _decimals(values, step)) for value in values]
    scaled = [_over_power(value, exponent) for value in values]
    decimals = _decimals(scaled, _over_power(step, exponent))
    power = power_of_ten(exponent)
    return [f"{_decimal(value, decimals)}·{power}" if value else "0" for value in scaled]


def log_ticks(low: float, high: float, count: int = 8) -> list[float]:
    """Choose the numbers of a logarithmic axis: powers of ten, or 1, 2, 5 times those if few fit.

    They ascend. There are none where not even two fit, and an even division is better.

    Parameters
    ----------
    low, high
        Ends of the axis, both greater than 0.
    count
        About how many numbers there is room for.
    """
    first = math.floor(math.log10(low))
    last = math.ceil(math.log10(high))
    factors = (1, 2, 5) if 3 * (math.log10(high) - math.log10(low)) < count - 1 else (1,)
    widest = next(n for n in _STRIDES if n * count >= last - first)
    narrower = [(stride, factors) for stride in reversed(_STRIDES) if stride <= widest]
    # At the widest stride there may be only one number, as 1 at five decades from 0.0001 to 10,000;
    # of all powers of ten, too, as between 4 and 90 on a small page, where 60 and 80 would overlap.
    for stride, factors in (*narrower, (1, (1, 2, 5))):
        places = range(math.ceil(first / stride) * stride, last + 1, stride)
        ticks = [float(f"{factor}e{place}") for place in places for factor in factors]
        inside = [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
        if len(inside) > 1:
            return inside
    return []


def log_labels(values: Sequence[float]) -> list[str]:
    """Write the ascending, positive numbers of a logarithmic axis.

    They are plain if all are from 0.0001 to 10,000, else powers of ten.
    """
    if all(0.99e-4 <= value <= 1.01e4 for value in values):
        return [f"{value:,.4f}".rstrip("0").rstrip(".") for value in values]
    return [_log_label(value) for value in values]


def _log_label(value: float) -> str:
    """Write a number as a power of ten, with a factor before it unless that is 1."""
    exponent = math.floor(math.log10(value) + 1e-9)
    factor = _over_power(value, exponent)
    return (
        power_of_ten(exponent) if abs(factor - 1) < 1e-6 else f"{factor:g}·{power_of_ten(exponent)}"
    )


def _over_power(value: float, exponent: int) -> float:
    """Divide by a power of ten in two steps, since the power itself may overflow."""
    half = exponent // 2
    return value / 10.0**half / 10.0 ** (exponent - half)


def _decimals(values: Sequence[float], step: float) -> int:
    for decimals in range(16):
        if all(abs(round(value, decimals) - value) <= 1e-3 * step for value in values):
            return decimals
    return 16


def _decimal(value: float, decimals: int) -> str:
    """Write a number with a fixed number of decimals; zero has no sign."""
    text = f"{value:,.{decimals}f}"
    return (
        text.replace("-", "−") if any(digit in text for digit in "123456789") else text.lstrip("-")
    )
