"""Arithmetic as text: numbers put in the place of letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from neuroviz.core.anatomy.anatomy import Anatomy, Values
from neuroviz.core.choices.optimizer_stages import Stage
from neuroviz.core.numbers import format_number

__all__ = [
    "bracketed",
    "delta_formula",
    "grad_term",
    "letters",
    "of_input",
    "parameter",
    "put_in",
    "staged",
    "subscripted",
    "summed",
    "weighted",
]

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
        Letter of the formula -> its value.
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


_INSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\|[^|]*\|")


def parameter(anatomy: Anatomy, index: int) -> str:
    """Return the name of a parameter: w₁ … b."""
    return subscripted(anatomy.settings.parameter_names[index])


def of_input(anatomy: Anatomy, index: int) -> str:
    """Return what a parameter is multiplied by: x₁ …, and 1 for the bias, or 0 where there is none."""
    if index < anatomy.settings.dataset.width:
        return subscripted(f"x{index + 1}")
    return format_number(anatomy.settings.bias_input)


def letters(anatomy: Anatomy, sample: int) -> dict[str, float]:
    """Return the numbers of a sample by their letters in the formulas."""
    values = anatomy.pre_activation[sample], anatomy.output[sample], anatomy.targets[sample]
    return dict(zip(("z", "ŷ", "y"), map(float, values), strict=True))


def delta_formula(anatomy: Anatomy) -> str:
    """Return ∂ℓ/∂z in letters, from the formulas of loss and activation."""
    activation = anatomy.settings.activation_entry
    loss = anatomy.settings.loss_entry
    fused = loss.fused.get(activation.name)
    if fused is not None:
        return fused.derivative_formula
    factors = [text for text in (loss.derivative_formula, activation.derivative_formula) if text != "1"]
    if "0" in factors:
        return "0"
    return "·".join(map(_factor, factors)) if len(factors) > 1 else "".join(factors)


def grad_term(anatomy: Anatomy, index: int, sample: int | None = None) -> str:
    """Return ∂ℓ/∂θᵢ in letters, or with the numbers of a sample."""
    delta = delta_formula(anatomy)
    if sample is None:
        return f"{_factor(delta)}·{of_input(anatomy, index)}"
    numbers = put_in(_factor(delta), letters(anatomy, sample))
    return f"{numbers}·{bracketed(float(anatomy.extended[sample, index]))}"


def staged(stage: Stage, index: int) -> str:
    """Return how a stage of the update comes about, with the numbers of a parameter."""
    if not stage.pattern:
        return format_number(stage.of(index))
    pieces = stage.pattern.split("{}")
    text = pieces[0]
    for number, piece in zip(stage.operands_of(index), pieces[1:], strict=True):
        first = not text or text.endswith("(")
        text += bracketed(number, first=first, power=piece.startswith("²")) + piece
    return f"{text} = {format_number(stage.of(index))}"


def _factor(text: str) -> str:
    """Return a formula as a factor: in brackets if it is a sum or has cases."""
    outside = text
    while _INSIDE.search(outside):
        outside = _INSIDE.sub("", outside)
    return f"({text})" if " " in outside or outside.startswith("−") else text
