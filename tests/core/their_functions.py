"""What activations, losses and schedules are compared with.

torch's own functions, and closed forms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import mpmath
import numpy as np
import torch
from torch.nn import functional
from torch.optim import lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

Tensor = torch.Tensor

OUTPUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: 1.0 * z,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "step": lambda z: 0.0 * z + (z > 0),
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "gelu": functional.gelu,
    "silu": functional.silu,
}
"""Activations, each as a notebook would write it."""
SAMPLE_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": lambda output, target: functional.mse_loss(output, target, reduction="none"),
    "bce": lambda output, target: functional.binary_cross_entropy(output, target, reduction="none"),
    "cross_entropy": lambda output, target: functional.cross_entropy(
        output[:, None], target[:, None], reduction="none"
    ),
    "mae": lambda output, target: functional.l1_loss(output, target, reduction="none"),
    "huber": lambda output, target: functional.huber_loss(output, target, reduction="none"),
    "hinge": lambda output, target: torch.relu(1 - target * output),
    "perceptron": lambda output, target: functional.margin_ranking_loss(
        output, torch.zeros_like(output), target.expand_as(output), reduction="none"
    ),
}
"""Losses of every sample."""
MODULES: dict[str, Callable[[], torch.nn.Module]] = {
    "identity": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "leaky_relu": torch.nn.LeakyReLU,
    "elu": torch.nn.ELU,
    "softplus": lambda: torch.nn.Softplus(threshold=40.0),
    "gelu": torch.nn.GELU,
    "silu": torch.nn.SiLU,
}
"""The modules of those that can be trained."""
EXACT: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else z * mpmath.mpf(0.01),
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "step": lambda z: mpmath.mpf(z > 0),
    "tanh": mpmath.tanh,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "elu": lambda z: z if z > 0 else mpmath.exp(z) - 1,
    "gelu": lambda z: z * mpmath.ncdf(z),
}
"""The same without torch, in numbers of mpmath, of as many digits as are asked for."""
EXACT_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "mse": lambda output, target: (output - target) ** 2,
    "bce": lambda output, target: -mpmath.log(output if target else 1 - output),
    "mae": lambda output, target: abs(output - target),
    "huber": lambda output, target: (
        (output - target) ** 2 / 2
        if abs(output - target) <= 1
        else abs(output - target) - mpmath.mpf(1) / 2
    ),
    "hinge": lambda output, target: max(mpmath.mpf(0), 1 - output * target),
}
"""Losses of a sample in such numbers."""
FACTORS: dict[str, Callable[[int, int, float], float]] = {
    "constant": lambda e, period, gamma: 1.0,
    "step_decay": lambda e, period, gamma: gamma ** math.floor(e / period),
    "exponential": lambda e, period, gamma: gamma ** (e / period),
    "cosine": lambda e, period, gamma: 0.5 * (1 + math.cos(math.pi * min(e, period) / period)),
    "warmup": lambda e, period, gamma: min(1.0, (e + 1) / period),
}
"""What a schedule multiplies the learning rate by in an epoch."""
SCHEDULERS: dict[str, Callable[[torch.optim.Optimizer, int], LRScheduler]] = {
    "constant": lambda optimizer, period: lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0),
    "step_decay": lambda optimizer, period: lr_scheduler.StepLR(
        optimizer, step_size=period, gamma=0.5
    ),
    "exponential": lambda optimizer, period: lr_scheduler.ExponentialLR(
        optimizer, gamma=0.01 ** (1 / period)
    ),
    "cosine": lambda optimizer, period: lr_scheduler.CosineAnnealingLR(optimizer, T_max=period),
    "warmup": lambda optimizer, period: lr_scheduler.LambdaLR(
        optimizer, lambda e: min(1.0, (e + 1) / period)
    ),
}
"""The same by torch's own schedules up to the end of the period, with our default gamma."""


def widest_margin(rows: np.ndarray) -> float:
    """Return the largest margin of a plane through the origin on whose one side all rows lie.

    By every set of up to three rows that may hold it: the shortest normal that has 1 at each.
    """
    shortest = np.inf
    for size in (1, 2, 3):
        chosen = rows[np.array(list(combinations(range(len(rows)), size)))]
        normals = np.linalg.pinv(chosen) @ np.ones(size)
        fits = (rows @ normals.T).min(axis=0) > 1 - 1e-9
        shortest = np.linalg.norm(normals[fits], axis=1).min(initial=shortest)
    return 1 / shortest
