"""Formulas of the chain rule in letters, from the rows of activation and loss, and with the numbers of a sample."""

from __future__ import annotations

import re

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.formula_text import bracketed, put_in, subscripted
from neuroviz.core.choices.optimizer_stages import Stage
from neuroviz.core.numbers import format_number

__all__ = ["delta_formula", "grad_term", "letters", "of_input", "parameter", "staged"]

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
    activation, loss = anatomy.settings.activation_entry, anatomy.settings.loss_entry
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
