"""Numbers with so many digits that the equations they stand in hold as they are read.

A result is written with as many digits as what is shown of its operands gives to one unit of the
last: whoever works out 1.8506·1 − 3.0913 comes to what stands there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from neuroviz.core.numbers import DASH, format_number

ROOM = 7
"""Characters that a number has room for."""
_DIGITS = 5
_DECIMALS = 4
_FEWEST = 3
"""Digits that the first number of an equation has at most and, where it is small,
at least; decimals otherwise."""
_LARGEST = 308
_FUZZ = 1e-9  # of a unit: what the floats of the comparison may be off


@dataclass(frozen=True)
class WrittenNumber:
    """A number as it is written."""

    text: str
    """At most ROOM characters, "—" for what is not known."""
    read: float
    """What the text says; NaN where it says nothing."""
    value: float
    """The number itself."""


NOTHING = WrittenNumber(DASH, math.nan, math.nan)


def written(value: float, *, signed: bool = False, expected: float | None = None) -> WrittenNumber:
    """Write a number.

    Parameters
    ----------
    value
        Any float.
    signed
        Whether a positive number has its sign.
    expected
        What the numbers it is made of give as they are shown: the digits of the result end where it
        differs from that by no more than one unit of the last. None for a number that stands for
        itself.
    """
    if math.isnan(value):
        return NOTHING
    if not math.isfinite(value) or value == 0.0:
        return WrittenNumber(format_number(value), value, value)
    sign = "+" if signed and value > 0 else ""
    first = _first_place(value)
    for place in range(first, first - 40, -1):
        text = sign + _written(value, place, ROOM - len(sign))
        read = float(text)
        if len(text) <= ROOM and (expected is None or _holds(read, expected, place)):
            return WrittenNumber(text.replace("-", "−"), read, value)
    return WrittenNumber("0", 0.0, value)


def product_of(value: float, *factors: WrittenNumber) -> WrittenNumber:
    """Write a product of shown factors."""
    return _made(value, math.prod(factor.read for factor in factors))


def sum_of(value: float, terms: Sequence[WrittenNumber]) -> WrittenNumber:
    """Write a sum of shown terms."""
    return _made(value, sum(term.read for term in terms))


def mean_of(value: float, terms: Sequence[WrittenNumber]) -> WrittenNumber:
    """Write a mean of shown numbers."""
    return _made(value, sum(term.read for term in terms) / len(terms))


def _made(value: float, expected: float) -> WrittenNumber:
    """Write a result; where an operand is not known, as a number that stands for itself."""
    return written(value, expected=expected if math.isfinite(expected) else None)


def _holds(read: float, expected: float, place: int) -> bool:
    return abs(read - expected) <= 10.0 ** min(-place, _LARGEST) * (1 + _FUZZ) + 1e-12 * abs(
        expected
    )


def _first_place(value: float) -> int:
    """Return after which place the digits end at first.

    4 decimals, at most 5 digits, of small numbers 3.
    """
    exponent = int(f"{value:e}".partition("e")[2])
    return min(
        max(_DECIMALS, _FEWEST - 1 - exponent), _DIGITS - 1 - exponent if exponent != _DIGITS else 0
    )


def _written(value: float, place: int, room: int) -> str:
    """Write a number to a decimal place, with the zeros that are known.

    Unless the number ends before.
    """
    try:
        rounded = round(value, place)
    except OverflowError:  # beyond the largest float; its digits can be written all the same
        rounded = value
    if rounded == 0.0:
        return f"{0.0:.{min(max(place, 0), _DECIMALS)}f}"
    exponent = int(f"{rounded:e}".partition("e")[2])
    if place >= 0 and -_DECIMALS <= exponent <= _DIGITS:
        text = f"{rounded:.{place}f}"
        plain = text.rstrip("0").rstrip(".") if float(text) == value and "." in text else text
        if len(plain) <= room:
            return plain
    mantissa, _, power = f"{rounded:.{max(0, place + exponent)}e}".partition("e")
    return f"{mantissa}e{int(power)}"
