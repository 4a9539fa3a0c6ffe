"""Numbers as they are written in the neuron.

Four significant digits each; terms and their sum share decimals, so that what is printed adds up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neuroviz.core.numbers import four, with_real_minus

_DIGITS = 4
_MOST_DECIMALS = 5
"""Of numbers that share them: a column is no wider than that."""
_PLAIN = range(-4, 6)
"""Powers of ten of numbers that are written without an exponent."""
_LEAST = 1e-290
"""What is smaller cannot be counted in units of its last digit."""
_SAME = 1e-12


def adding_up(terms: Sequence[float], total: float) -> tuple[list[str], str]:
    """Write terms with their signs, and their sum, so that the sum holds as it is printed.

    All have the decimals that give the largest four digits, or up to two more where the last digit
    would not hold. Where it does not hold then either, what is nearest to the middle between two
    numbers is rounded the other way: no digit that a weight has, too, is another one then.
    """
    values = [*terms, total]
    if not _can_share(values):
        return [four(term, signed=True) for term in terms], four(total)
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
    """Write numbers under each other, with as many decimals."""
    if not _can_share(values):
        return [four(value, signed=signed) for value in values]
    place = _place(values)
    return _texts(values, _units(values, place), place, signed=signed)


def _with_sign(text: str, *, signed: bool) -> str:
    return f"{'+' if signed else ''}{with_real_minus(text)}"


def _power(value: float) -> int:
    """Return the power of ten of the first digit of a number as it is rounded."""
    return int(f"{value:.{_DIGITS - 1}e}".partition("e")[2])


def _can_share(values: Sequence[float]) -> bool:
    """Return whether numbers can be counted in units of one last digit."""
    return all(map(math.isfinite, values)) and max(map(abs, values), default=0.0) > _LEAST


def _place(values: Sequence[float]) -> int:
    """Return after which decimal numbers end that share decimals.

    Whole numbers, and those that end before, have no more than they need.
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
    """Return numbers in units of a decimal place."""
    return [round(value * 10.0**place) for value in values]


def _apportioned(values: Sequence[float], units: list[int], place: int) -> list[int]:
    """Return units of terms that come to those of their sum, which is the last.

    As they are where that takes more than one unit of each.
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
    """Write numbers that are given in units of a decimal place, all with as many decimals.

    Without a decimal 0 is plain, and a number that is none but rounds to it has a sign of that.
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
        else _with_sign(text, signed=signed and unit > 0)
        for value, text, unit in zip(values, texts, units, strict=True)
    ]
