"""Arithmetic as text: numbers put in the place of letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from neuroviz.core.anatomy.anatomy import Anatomy, Values
from neuroviz.core.numbers import format_number

__all__ = ["bracketed", "put_in", "subscripted", "summed", "weighted"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LETTER = re.compile(r"e⁻ᶻ|eᶻ|ŷ|(?<![A-Za-z′])[yz](?![A-Za-z])")
_TERMS = 4
"""Most terms of a sum that are written out."""


def subscripted(name: str) -> str:
    """Return a name with its number below the line: w1 is w₁."""
    return name.translate(_SUBSCRIPTS)


def bracketed(value: float, *, first: bool = False, power: bool = False) -> str:
    """Return a number as it stands in a formula: in brackets if it has a sign of its own.

    Where it comes ``first`` nothing stands before it that the sign runs into; before a ``power`` the sign or an
    exponent of its own would be misread.
    """
    text = format_number(value)
    signed = text[0] in "-−"
    return f"({text})" if (signed and not first) or (power and (signed or "e" in text)) else text


def summed(terms: Sequence[str], most: int = _TERMS) -> str:
    """Return a sum of terms, those beyond the most folded away; a leading minus becomes the sum's own."""
    shown = terms if len(terms) <= most else [*terms[: most - 1], f"… {len(terms) - most + 1} more"]
    signs = (f" − {term[1:]}" if term[0] in "-−" else f" + {term}" for term in shown[1:])
    return shown[0] + "".join(signs)


def weighted(anatomy: Anatomy, values: Values) -> list[str]:
    """Return the terms of z: wᵢ·xᵢ, and the bias where there is one."""
    pairs = zip(anatomy.weights, values.inputs, strict=True)
    terms = [f"{bracketed(weight, first=True)}·{bracketed(value)}" for weight, value in pairs]
    return terms if anatomy.breaks("no_bias") else [*terms, format_number(anatomy.bias)]


def put_in(formula: str, numbers: Mapping[str, float]) -> str:
    """Return a formula of ŷ, y and z with numbers in their places.

    Parameters
    ----------
    formula
        Such as "2·(ŷ − y)" or "1/(1 + e⁻ᶻ)".
    numbers
        By letter.
    """

    def number(match: re.Match[str]) -> str:
        letter = match.group()
        if letter == "eᶻ":
            return f"e^{bracketed(numbers['z'])}"
        if letter == "e⁻ᶻ":
            return f"e^{bracketed(-numbers['z'])}"
        power = formula[match.end() :].startswith("²")
        return bracketed(numbers[letter], first=_is_first(formula, match.start()), power=power)

    return _LETTER.sub(number, formula)


def _is_first(formula: str, position: int) -> bool:
    """Return whether nothing stands before a letter that a minus sign would run into."""
    return position == 0 or formula[position - 1] in "([|" or formula[:position].endswith(("if ", "d = "))
