"""Explain: why a number in the neuron is what it is, with two other ways to the same number."""

from __future__ import annotations

from functools import partial

import numpy as np
from msgspec.structs import asdict

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.explanations import (
    WORDS,
    Asked,
    Terms,
    Words,
    in_letters,
    other_losses,
    terms_of,
)
from neuroviz.core.anatomy.finite_difference import (
    SLOPES,
    Slope,
    kink_distance,
    slope_of,
    weight_kink_distance,
)
from neuroviz.core.anatomy.unit import behind_loss
from neuroviz.core.choices.losses import LEAST_SLOPE
from neuroviz.core.numbers import DASH, format_number
from neuroviz.core.types import Frozen

_DIGITS = 6
"""Digits to which the three numbers should agree."""
_VALUE = "This is a value, not a derivative."
_ROUNDED = (
    "A value, not a derivative, and so small that it is lost when the run rounds: it has no effect."
)
_NEAR = 1e-3
"""A finite difference nearer than this to a kink may reach across it."""


class Quantity(Frozen):
    """A quantity that can be explained."""

    kind: str
    """A key of WORDS."""
    index: int | tuple[int, int] | None = None
    """Index of the input for "input"; of the parameter for "product", "grad", "old_grad", "weight"
    and "update"; (stage, parameter) for "stage"; else None."""


class Explanation(Words):
    """Why a number is what it is, in words, with two other ways to the number."""

    slope: Slope | None
    """The number by autograd and by a finite difference; None where nothing is differentiated."""
    digits: int
    """Digits to which the three numbers agree, up to 6; 0 where they do not."""
    texts: tuple[str, str, str]
    """The three numbers as they are shown, equal where they agree."""
    terms: Terms | None
    """The numbers of each sample, where a mean over several is explained."""
    note: str
    """What one must know to compare the three; "" if there is nothing."""


def explain(anatomy: Anatomy, quantity: Quantity, sample: int | None = None) -> Explanation:
    """Return the explanation of a number.

    Parameters
    ----------
    sample
        Index of the sample on show; None for the mean over the batch.

    Raises
    ------
    KeyError
        If there is no such kind.
    IndexError
        If there is no such parameter, stage or sample.
    """
    behind = ("loss", "target") if anatomy.settings.is_hidden else ("loss",)
    if quantity.kind in behind:
        anatomy = behind_loss(anatomy, sample)
    stage, index = quantity.index if isinstance(quantity.index, tuple) else (0, quantity.index or 0)
    asked = Asked(anatomy, quantity.kind, index, stage, sample)
    words = in_letters(anatomy.settings, WORDS[quantity.kind](asked))
    answer = partial(Explanation, terms=terms_of(asked), **asdict(words))
    if quantity.kind not in SLOPES:
        texts = (format_number(words.value, _DIGITS), DASH, DASH)
        note = _ROUNDED if words.arithmetic.endswith("≈ 0") else _VALUE
        alone = not (asked.several or asked.penalised)
        if quantity.kind == "loss" and alone and anatomy.whole.settings.outputs == 1:
            note = f"{note} {other_losses(anatomy, int(asked.samples[0]))}".strip()
        return answer(slope=None, digits=_DIGITS, texts=texts, note=note)
    if np.isnan(words.value):
        why = anatomy.untold_reason or "This number is not finite."
        return answer(slope=None, digits=0, texts=(DASH, DASH, DASH), note=why, arithmetic=DASH)
    slope = _slope(asked)
    digits, texts = _agreement(words.value, slope)
    return answer(
        slope=slope, digits=digits, texts=texts, note=_note(asked, words.value, slope, digits)
    )


def _slope(asked: Asked) -> Slope:
    """Return the derivative in two ways.

    An old gradient that was not set to 0 is added to both.
    """
    penalised = asked.sample is None
    slope = slope_of(asked.anatomy, asked.kind, asked.index, asked.samples, penalised=penalised)
    if asked.kind != "grad" or asked.sample is not None:
        return slope
    old = float(asked.anatomy.accumulated[asked.index])
    return Slope(slope.autograd + old, slope.difference + old, slope.error)


def _agreement(value: float, slope: Slope) -> tuple[int, tuple[str, str, str]]:
    """Return the number of digits to which the three agree, and their texts."""
    # A difference that is 0 within its error counts as 0 where the others are 0.
    zero = value == 0 == slope.autograd and abs(slope.difference) <= slope.error
    numbers = value, slope.autograd, 0.0 if zero else slope.difference
    for digits in range(_DIGITS, 0, -1):
        first, second, third = (format_number(number, digits) for number in numbers)
        if first == second == third:
            return digits, (first, second, third)
    first, second, third = (format_number(number) for number in numbers)
    return 0, (first, second, third)


def _note(asked: Asked, value: float, slope: Slope, digits: int) -> str:
    anatomy = asked.anatomy
    distance = kink_distance(anatomy, asked.samples)
    if asked.kind == "grad" and asked.sample is None:
        distance = min(distance, weight_kink_distance(anatomy, asked.index))
    if distance < _NEAR and digits < _DIGITS:
        at = "At" if distance == 0 else "So near to"
        return (
            f"{at} a kink there is no one slope: autograd takes that of one side, "
            "and the finite difference sees both."
        )
    if np.isnan(slope.difference):
        return (
            "ŷ is at the edge of what the loss accepts, "
            "so there is no finite difference on both sides of it."
        )
    if digits == _DIGITS:
        if asked.kind == "loss_by_output" and anatomy.settings.others is not None:
            return "The other shares make room for this one in proportion: they all add up to 1."
        old = anatomy.breaks("no_zero_grad") and asked.kind == "grad" and asked.sample is None
        return "The old gradient, which was not discarded, is added to all three." if old else ""
    if _is_clamped(asked):
        return (
            "So near to 0 or 1 torch divides by at least 1e-12: "
            "its slope is no longer that of the loss."
        )
    if abs(value) <= 10.0**digits * 10 * slope.error:
        return f"The finite difference is accurate only to about ±{format_number(slope.error, 1)}."
    if anatomy.settings.precision == "float32":
        return "The run computes in float32, with about 7 digits; the finite difference in float64."
    return "So far out the rounding of ŷ costs the run's own number some digits."


def _is_clamped(asked: Asked) -> bool:
    """Return whether torch uses another divisor than the formula of BCE as commonly written."""
    output = asked.anatomy.output[asked.samples]
    return asked.anatomy.breaks("naive_bce") and bool((output * (1 - output) < LEAST_SLOPE).any())
