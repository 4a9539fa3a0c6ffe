"""Slopes: a derivative of the neuron by autograd, and by a finite difference.

Autograd uses a graph made for this purpose.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, neuron_of
from neuroviz.core.model.penalty import penalty_kinks
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
