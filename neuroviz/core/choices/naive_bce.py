"""NAIVE_BCE: binary cross-entropy as commonly written, from the rounded ŷ. Not in LOSSES: a switch turns it on."""

from __future__ import annotations

import dataclasses

from neuroviz.core.choices.losses import LOSSES, Loss
from neuroviz.core.lazy import torch
from neuroviz.core.types import Tensor

LEAST_SLOPE = 1e-12
"""torch takes ŷ·(1 − ŷ) to be at least this where it divides by it."""


def _value(output: Tensor, target: Tensor) -> Tensor:
    known = output.nan_to_num(nan=0.5)  # torch raises an error at NaN, where a run must stop by itself
    losses = torch.nn.functional.binary_cross_entropy(known, target.expand_as(known), reduction="none")
    return torch.where(output.isnan(), output, losses)


def _derivative(output: Tensor, target: Tensor) -> Tensor:
    return (output - target) / ((1 - output) * output).clamp(min=LEAST_SLOPE)


NAIVE_BCE: Loss = dataclasses.replace(
    LOSSES["bce"],
    label="BCE of the rounded ŷ",
    formula="mean −[y·log ŷ + (1 − y)·log(1 − ŷ)], each log at least −100, in nats",
    reference="torch.nn.BCELoss",
    sample_formula="−[y·max(log ŷ, −100) + (1 − y)·max(log(1 − ŷ), −100)]",
    value=_value,
    derivative=_derivative,
    derivative_formula=f"(ŷ − y)/max(ŷ·(1 − ŷ), {LEAST_SLOPE:g})",
    sample_code='torch.nn.functional.binary_cross_entropy(output, target, reduction="none")',
    fused={},
    refuses_nan=True,
)
"""ŷ = σ(z) first, then the loss of ŷ. Where ŷ is rounded to 0 or 1 the sigmoid's slope is exactly 0, and with it
the gradient, however wrong the neuron is."""
