"""Numbers as they are written in the neuron.

They have four significant digits. Terms and their sum have the same decimals, so that they add up
as printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neuroviz.core.numbers import measured, with_real_minus

_DIGITS = 4
_MOST_DECIMALS = 5
"""Most decimals of numbers that share them, so that a column stays narrow."""
_PLAIN = range(-4, 6)
"""Powers of ten of numbers that are written without an exponent."""
_LEAST = 1e-290
"""Smaller numbers cannot be counted in units of their last digit."""
_SAME = 1e-12


def adding_up(terms: Sequence[float], total: float) -> tuple[list[str], str]:
    """Write terms with their signs, and their sum, so that they add up as printed.

    All have the decimals that give the largest four digits, or up to two more if the last digit
    would be wrong. If it still is, the terms that are nearest to the middle between two numbers are
    rounded the other way; that changes no digit that a weight shows as well.
    """
    values = [*terms, total]
    if not _can_share(values):
        return [measured(term, signed=True) for term in terms], measured(total)
    place = _place(values)
    for at in (place, place + 1, place + 2):
        units = _units(values, at)
        if sum(units[:-1]) == units[-1]:
            break
    else:
        units = _apportioned(values, units, at)
    texts = _texts(values, units, at, signed=True)
    return texts[:-1], texts[-1].removeprefix("+")


def in_column(values: Sequence[float], *, signed: bool = False) -> list[str]:
    """Write numbers that stand below each other, with the same decimals."""
    if not _can_share(values):
        return [measured(value, signed=signed) for value in values]
    place = _place(values)
    return _texts(values, _units(values, place), place, signed=signed)


def _power(value: float) -> int:
    """Return the power of ten of the first digit of a number, after rounding."""
    return int(f"{value:.{_DIGITS - 1}e}".partition("e")[2])


def _can_share(values: Sequence[float]) -> bool:
    """Return whether numbers can be counted in units of one last digit."""
    return all(map(math.isfinite, values)) and max(map(abs, values), default=0.0) > _LEAST


def _place(values: Sequence[float]) -> int:
    """Return the decimal place at which numbers end that share decimals.

    Whole numbers, and numbers with few decimals, get no more than they need.
    """
    power = _power(max(values, key=abs))
    place = _DIGITS - 1 - power
    if power not in _PLAIN:
        return place
    place = min(max(place, 0), _MOST_DECIMALS)
    return next(
        (
            fewer
            for fewer in range(place)
            if all(abs(round(value, fewer) - value) <= _SAME * abs(value) for value in values)
        ),
        place,
    )


def _units(values: Sequence[float], place: int) -> list[int]:
    """Return numbers in units of a decimal place, rounded."""
    return [round(value * 10.0**place) for value in values]


def _apportioned(values: Sequence[float], units: list[int], place: int) -> list[int]:
    """Return units of terms that add up to those of their sum, which is the last.

    They stay as they are if a term would have to change by more than one unit.
    """
    missing = units[-1] - sum(units[:-1])
    way = int(math.copysign(1, missing))
    left = {at: way * (values[at] * 10.0**place - units[at]) for at in range(len(values) - 1)}
    others = [at for at in sorted(left, key=left.__getitem__, reverse=True) if values[at]]
    if abs(missing) > len(others):
        return units
    for at in others[: abs(missing)]:
        units[at] += way
    return units


def _texts(values: Sequence[float], units: Sequence[int], place: int, *, signed: bool) -> list[str]:
    """Write numbers given in units of a decimal place, all with the same decimals.

    Without decimals, or with an exponent, 0 is plain, and any other number that rounds to it is
    "≈0".
    """
    power = _power(max(values, key=abs))
    shared = 0 if power in _PLAIN else power
    ending = f"e{shared}" if shared else ""
    decimals = place + shared
    texts = [f"{unit / 10.0**decimals:,.{max(decimals, 0)}f}{ending}" for unit in units]
    plain = bool(shared) or decimals <= 0
    return [
        ("≈0" if value else "0")
        if plain and not unit
        else "+" * (signed and unit > 0) + with_real_minus(text)
        for value, text, unit in zip(values, texts, units, strict=True)
    ]
