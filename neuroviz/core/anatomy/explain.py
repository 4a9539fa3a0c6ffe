"""Explain: why a number in the neuron is what it is, with two other ways to the same number.

These are a derivative by autograd, from a graph made for this purpose, and by a finite difference.
"""

from __future__ import annotations

from collections.abc import Callable
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
from neuroviz.core.anatomy.unit import behind_loss
from neuroviz.core.choices.losses import LEAST_SLOPE
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, neuron_of
from neuroviz.core.model.penalty import penalty_kinks
from neuroviz.core.numbers import DASH, format_number
from neuroviz.core.types import Frozen, Ints, Tensor

SLOPES = ("loss_by_output", "output_by_pre_activation", "loss_by_pre_activation", "grad")
"""The kinds of quantities that are derivatives."""
_STEPS = tuple(10 ** (-0.5 * power) for power in range(2, 17))
"""Steps that are tried, in units of the quantity; the one with the least error is used."""
_EPSILON = 2.0**-52
_LEAST_UNIT = 1e-290
"""A smaller unit leaves no room for a step to both sides."""


class Slope(Frozen):
    """One derivative, found in two ways."""

    autograd: float
    """By torch, in the precision of the run; ∂ℓ/∂ŷ of a fused loss in float64."""
    difference: float
    """By a central finite difference of fourth order, in float64; NaN where ŷ is at the edge of
    what the loss accepts, so that there is nothing on one side."""
    error: float
    """The approximate error of the difference."""


Along = Callable[["Tensor"], "Tensor"]


def slope_of(
    anatomy: Anatomy, kind: str, index: int, samples: Ints, *, penalised: bool = False
) -> Slope:
    """Return a derivative as its mean over samples.

    Parameters
    ----------
    kind
        One of SLOPES.
    index
        Index of the parameter, for "grad".
    samples
        (m,): the indices of the samples.
    penalised
        Whether the loss of "grad" includes the penalties.
    """

    def along(dtype: torch.dtype) -> Along:
        own = _along(anatomy, kind, index, samples, dtype)
        if not (penalised and kind == "grad" and anatomy.settings.penalties):
            return own
        added = _penalty_along(anatomy, index, dtype)
        return lambda shift: own(shift) + added(shift)

    # The run itself does not compute a factor of a fused loss.
    is_factor = kind == "loss_by_output" and anatomy.settings.fused
    precision = torch.float64 if is_factor else dtype_of(anatomy.settings)
    with torch.inference_mode(False):
        shift = torch.zeros(1, dtype=precision, requires_grad=True)
        (autograd,) = torch.autograd.grad(along(precision)(shift).sum(), shift)
    unit = _unit(anatomy, kind, index, samples)
    far = max(1.0, float(np.abs(anatomy.pre_activation[samples]).max()))
    difference, error = _difference(along(torch.float64), unit, far)
    return Slope(float(autograd), difference, error)


def weight_kink_distance(anatomy: Anatomy, index: int) -> float:
    """Return the distance of a parameter from the kink of a penalty of it; ∞ for none."""
    kinked = penalty_kinks(anatomy.settings)[index] > 0
    return abs(float(anatomy.row.parameters[index])) if kinked else np.inf


def kink_distance(anatomy: Anatomy, samples: Ints) -> float:
    """Return the least distance of samples from a kink, in z or in the loss's margin."""
    settings = anatomy.settings
    output = anatomy.output[samples]
    target = anatomy.targets[samples]
    margin = output - target if settings.loss_entry.margin == "difference" else output * target
    distances = [
        np.abs(anatomy.pre_activation[samples] - kink).min()
        for kink in settings.activation_entry.kinks
    ]
    distances += [np.abs(margin - kink).min() for kink in settings.loss_entry.kinks]
    return float(min(distances, default=np.inf))


def _along(anatomy: Anatomy, kind: str, index: int, samples: Ints, dtype: torch.dtype) -> Along:
    """Return the mean over samples as a function (k,) of shifts (k,) of the variable."""
    neuron = neuron_of(anatomy.settings)
    inputs = torch.tensor(anatomy.extended[samples], dtype=dtype)
    z = inputs.mv(torch.tensor(anatomy.row.parameters, dtype=dtype))
    others = anatomy.settings.others
    above = z if others is None else z - torch.tensor(others[samples], dtype=dtype)

    def losses(shift: Tensor) -> Tensor:
        moved = inputs[:, index] if kind == "grad" else torch.ones_like(z)
        return anatomy.losses_of_sum(z + shift[:, None] * moved, samples).mean(-1)

    def outputs(shift: Tensor) -> Tensor:
        return neuron.output(above + shift[:, None]).mean(-1)

    def losses_of_output(shift: Tensor) -> Tensor:
        return anatomy.losses_of_output(neuron.output(above) + shift[:, None], samples).mean(-1)

    return {"output_by_pre_activation": outputs, "loss_by_output": losses_of_output}.get(
        kind, losses
    )


def _penalty_along(anatomy: Anatomy, index: int, dtype: torch.dtype) -> Along:
    """Return the penalties as a function (k,) of shifts (k,) of a parameter."""
    neuron = neuron_of(anatomy.settings)
    parameters = torch.tensor(anatomy.row.parameters, dtype=dtype)
    direction = torch.eye(len(parameters), dtype=dtype)[index]
    return lambda shift: neuron.penalty(parameters + shift[:, None] * direction)


def _difference(along: Along, unit: float, far: float) -> tuple[float, float]:
    """Return the finite difference with the step of the least error, and that error.

    They are NaN and ∞ where there is no room. The error is what a smaller step changes, plus what
    rounding does to values of that size.

    Parameters
    ----------
    along
        The function (k,) of shifts (k,).
    unit
        The size of a shift.
    far
        The greatest absolute z, or 1 if that is more: z is rounded before anything else.
    """
    if unit < _LEAST_UNIT:
        return np.nan, np.inf
    steps = unit * torch.tensor(_STEPS, dtype=torch.float64)
    with torch.inference_mode():
        values = torch.stack([along(share * steps) for share in (-2, -1, 1, 2)]).numpy()
    sizes = steps.numpy()
    slopes = (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * sizes)
    size = np.abs(values).max(axis=0) + far
    rounding = _EPSILON * size / sizes
    errors = np.abs(np.diff(slopes)) + rounding[:-1]
    best = int(np.nan_to_num(errors, nan=np.inf).argmin())
    return float(slopes[best]), float(errors[best])


def _unit(anatomy: Anatomy, kind: str, index: int, samples: Ints) -> float:
    """Return the size of a shift that changes z by about 1.

    For ∂ℓ/∂ŷ it keeps ŷ within the outputs that the loss accepts.
    """
    if kind == "grad":
        return 1 / max(float(np.abs(anatomy.extended[samples, index]).max()), 1e-3)
    low, high = anatomy.settings.loss_entry.accepts
    if kind != "loss_by_output" or np.isinf(low):
        return 1.0
    output = anatomy.output[samples]
    return float(min((output - low).min(), (high - output).min()))


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
