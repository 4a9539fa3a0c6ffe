"""Rounding: which numbers of a run are only what its floats leave.

They are shown as 0, or as on the threshold.
"""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.numbers import format_number, measured
from neuroviz.core.types import Bools, Floats

_SLACK = {"float64": 1e-12, "float32": 1e-6}
"""Beside numbers of about 1, anything smaller is rounding: some thousand units of the last bit, ten
in float32."""
_DIGITS = 32
"""Units of the last digit by which ŷ − y may be off."""
_TINY_LOSS = 1e-4
"""No larger loss is rounding, whatever the targets; nearly all losses are larger."""


def is_rounding(settings: Settings, parameters: Floats) -> Bools:
    """Return which parameters (P,) other than 0 move no sample's z by more than rounding."""
    slack = _SLACK[settings.precision]
    sizes = np.abs(parameters)
    small = (sizes > 0) & (sizes < slack)
    if not small.any():  # nearly always so, and asked at every frame
        return small
    # A step function shows the sign of the smallest number, and no run made it.
    if not settings.activation_entry.trainable or settings.parameters.hidden:
        return np.zeros_like(small)
    reach = np.abs(settings.coded_inputs).max(axis=0, initial=0.0)
    outputs = settings.outputs
    return small & (sizes * np.append(np.tile(reach, outputs), [1.0] * outputs) < slack)


def without_rounding(settings: Settings, parameters: Floats) -> Floats:
    """Return parameters (P,) with 0 for those that are no more than rounding."""
    noise = is_rounding(settings, parameters)
    return np.where(noise, 0.0, parameters) if noise.any() else parameters


def slack(settings: Settings) -> float:
    """Return the size of rounding beside numbers of about 1."""
    return _SLACK[settings.precision]


def may_be_rounding(settings: Settings, value: float) -> bool:
    """Return whether a number may be rounding beside numbers of up to 1,000."""
    return 0 < abs(value) < 1_000 * _SLACK[settings.precision]


def is_rounding_of_mean(settings: Settings, mean: float, shares: Floats) -> bool:
    """Return whether a mean, such as a gradient, is only rounding of terms that cancel."""
    return abs(mean) < _SLACK[settings.precision] * float(np.abs(shares).mean())


def settled(settings: Settings, value: float) -> float:
    """Return a sum such as z, or a bias, as 0 where it is no more than rounding."""
    return float(settled_sums(settings, np.asarray(value)))


def settled_sums(settings: Settings, sums: Floats) -> Floats:
    """Return sums of any shape, as 0 where they are no more than rounding."""
    noise = (np.abs(sums) < _SLACK[settings.precision]) & settings.activation_entry.trainable
    return np.where(noise, 0.0, sums)


def largest_rounding(settings: Settings) -> float:
    """Return the loss that errors ŷ − y of the size of rounding make; smaller ones tell nothing.

    It is 0 for a loss without such errors.
    """
    entry = settings.loss_entry
    if entry.slopes is None or not entry.informative or entry.margin != "difference":
        return 0.0
    error = _DIGITS * float(
        np.finfo(settings.precision).eps * np.abs(settings.coded_targets).max(initial=0.0)
    )
    return float(entry.value(torch.tensor(error, dtype=torch.float64), torch.tensor(0.0)))


def settled_loss(settings: Settings, loss: float) -> float:
    """Return a loss, as 0 where it is no more than rounding."""
    return 0.0 if 0 < loss < _TINY_LOSS and loss <= largest_rounding(settings) else loss


def settled_losses(settings: Settings, losses: Floats) -> Floats:
    """Return losses of any shape, as 0 where they are no more than rounding."""
    small = (losses > 0) & (losses < _TINY_LOSS)
    return (
        np.where(small & (losses <= largest_rounding(settings)), 0.0, losses)
        if small.any()
        else losses
    )


def is_rounding_of_errors(settings: Settings, loss: float, slope: float) -> bool:
    """Return whether a loss and its slope are only rounding.

    The slope of an absolute error is ±1 even then.
    """
    return settled_loss(settings, loss) == 0 < loss and may_be_rounding(settings, slope)


def loss_said(settings: Settings, loss: float | None, digits: int = 4) -> str:
    """Write a loss as :func:`~neuroviz.core.numbers.measured` does, 0 where it is rounding."""
    return measured(None if loss is None else settled_loss(settings, loss), digits)


def plain_loss(settings: Settings, loss: float | None) -> str:
    """Write a loss for a terminal, with six digits and so that it can be typed back.

    It is 0 where it is no more than rounding.
    """
    return format_number(None if loss is None else settled_loss(settings, loss), 6)


def above_threshold(settings: Settings, output: Floats) -> Bools:
    """Return where outputs of any shape are above the threshold by more than rounding: class 1.

    Raises
    ------
    ValueError
        If there is no threshold, since the targets are numbers.
    """
    threshold = settings.threshold
    if threshold is None:
        raise ValueError("There is no threshold: the targets are numbers.")
    return output > threshold + _SLACK[settings.precision] * max(1.0, abs(threshold))
