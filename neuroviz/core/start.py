"""The start of a run: the parameters before the first step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.neuron.neuron import dtype_of

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["initial_parameters"]


def initial_parameters(settings: Settings) -> Tensor:
    """Return the start θ₀ (P,): typed, zero, or drawn in float32 from a generator of the run's own.

    "uniform" draws what ``torch.nn.Linear(D, 1)`` draws after ``torch.manual_seed(seed)``; in float64 the
    same seed would give other numbers. Where the bias is left out it is 0, and the weights are
    the same. Reference: He et al. 2015, arXiv:1502.01852, as torch applies it.
    """
    width = settings.dataset.width
    if settings.weights is not None:
        return torch.tensor([*settings.weights, settings.bias], dtype=dtype_of(settings))
    generator = torch.Generator().manual_seed(settings.seed)
    weight, bias = torch.zeros(1, width), torch.zeros(1)
    if settings.init == "uniform":
        bound = 1 / math.sqrt(width)
        torch.nn.init.kaiming_uniform_(weight, a=math.sqrt(5), generator=generator)
        torch.nn.init.uniform_(bias, -bound, bound, generator=generator)
    elif settings.init == "normal":
        weight.normal_(generator=generator)
        bias.normal_(generator=generator)
    if settings.breaks_it("no_bias"):
        bias.zero_()
    return torch.cat((weight[0], bias)).to(dtype_of(settings))
