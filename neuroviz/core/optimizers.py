"""OPTIMIZERS: how a gradient becomes a change of the parameters.

An update works in place on the parameters (P,) and on its state, tensors of the same shape. Each repeats
torch.optim's arithmetic operation by operation, without importing torch.optim, whose first use takes a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuroviz.core.catalogue import Catalogue
from neuroviz.core.hyperparameters import Hyperparameter

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["OPTIMIZERS", "Optimizer"]


_MOMENTUM = Hyperparameter(
    "momentum", "Momentum", 0.0, 1.0, 0.9, "share of the velocity kept from step to step", below=1.0
)
_EPS = Hyperparameter("eps", "Epsilon", 0.0, 1.0, 1e-8, "added to the divisor", logarithmic=True)
_BETA1 = Hyperparameter("beta1", "Beta 1", 0.0, 1.0, 0.9, "share kept of the mean gradient", below=1.0)
_BETA2 = Hyperparameter("beta2", "Beta 2", 0.0, 1.0, 0.999, "share kept of the mean square", below=1.0)
_ALPHA = Hyperparameter("alpha", "Alpha", 0.0, 1.0, 0.99, "share kept of the mean square", below=1.0)
_WEIGHT_DECAY = Hyperparameter(
    "weight_decay",
    "Weight decay",
    0.0,
    1e3,
    0.01,
    "share of each parameter taken off, times the learning rate",
)

Update = Callable[["Tensor", "Tensor", Mapping[str, "Tensor"], float, Mapping[str, float], int], None]


@dataclass(frozen=True)
class Optimizer:
    """One way to update the parameters.

    Parameters
    ----------
    name, label, formula, reference
        See :class:`~neuroviz.core.catalogue.Entry`.
    update
        ``update(parameters, grad, state, learning_rate, hyperparameters, count)``: changes parameters and
        state in place; count is 1 at the first update.
    state
        Names of its state tensors, each as the parameters and 0 at the start.
    hyperparameters
        Its own numbers beside the learning rate.
    torch_code
        The constructor that a reader of the notebook would write; ``{name}`` stands for a hyperparameter.
    """

    name: str
    label: str
    formula: str
    reference: str
    update: Update
    torch_code: str
    state: tuple[str, ...] = ()
    hyperparameters: tuple[Hyperparameter, ...] = ()


def _sgd(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    parameters.add_(grad, alpha=-learning_rate)


def _momentum(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    velocity = state["velocity"].mul_(hyperparameters["momentum"]).add_(grad)
    parameters.add_(velocity, alpha=-learning_rate)


def _nesterov(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    momentum = hyperparameters["momentum"]
    velocity = state["velocity"].mul_(momentum).add_(grad)
    parameters.add_(grad.add(velocity, alpha=momentum), alpha=-learning_rate)


def _adagrad(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    sum_of_squares = state["sum_of_squares"].addcmul_(grad, grad)
    parameters.addcdiv_(grad, sum_of_squares.sqrt().add_(hyperparameters["eps"]), value=-learning_rate)


def _rmsprop(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    alpha = hyperparameters["alpha"]
    mean_square = state["mean_square"].mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
    parameters.addcdiv_(grad, mean_square.sqrt().add_(hyperparameters["eps"]), value=-learning_rate)


def _adam(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    beta1, beta2 = hyperparameters["beta1"], hyperparameters["beta2"]
    mean = state["mean"].lerp_(grad, 1 - beta1)
    mean_square = state["mean_square"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    correction = math.sqrt(1 - beta2**count)
    divisor = (mean_square.sqrt() / correction).add_(hyperparameters["eps"])
    parameters.addcdiv_(mean, divisor, value=-learning_rate / (1 - beta1**count))


def _adamw(
    parameters: Tensor,
    grad: Tensor,
    state: Mapping[str, Tensor],
    learning_rate: float,
    hyperparameters: Mapping[str, float],
    count: int,
) -> None:
    parameters.mul_(1 - learning_rate * hyperparameters["weight_decay"])
    _adam(parameters, grad, state, learning_rate, hyperparameters, count)


OPTIMIZERS: Catalogue[Optimizer] = Catalogue(
    "optimizer",
    (
        Optimizer(
            name="sgd",
            label="SGD",
            formula="θ ← θ − η·g",
            reference="Robbins and Monro 1951; Cauchy 1847",
            update=_sgd,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate})",
        ),
        Optimizer(
            name="momentum",
            label="SGD with momentum",
            formula="v ← μ·v + g;  θ ← θ − η·v",
            reference="Polyak 1964",
            update=_momentum,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum})",
            state=("velocity",),
            hyperparameters=(_MOMENTUM,),
        ),
        Optimizer(
            name="nesterov",
            label="SGD with Nesterov momentum",
            formula="v ← μ·v + g;  θ ← θ − η·(g + μ·v)",
            reference="Nesterov 1983; Sutskever et al. 2013, ICML",
            update=_nesterov,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum}, nesterov=True)",
            state=("velocity",),
            hyperparameters=(_MOMENTUM,),
        ),
        Optimizer(
            name="adagrad",
            label="Adagrad",
            formula="s ← s + g²;  θ ← θ − η·g/(√s + ε)",
            reference="Duchi, Hazan and Singer 2011, JMLR 12",
            update=_adagrad,
            torch_code="torch.optim.Adagrad(parameters, lr={learning_rate}, eps={eps})",
            state=("sum_of_squares",),
            hyperparameters=(_EPS,),
        ),
        Optimizer(
            name="rmsprop",
            label="RMSprop",
            formula="s ← α·s + (1 − α)·g²;  θ ← θ − η·g/(√s + ε)",
            reference="Tieleman and Hinton 2012, lecture 6.5",
            update=_rmsprop,
            torch_code="torch.optim.RMSprop(parameters, lr={learning_rate}, alpha={alpha}, eps={eps})",
            state=("mean_square",),
            hyperparameters=(_ALPHA, _EPS),
        ),
        Optimizer(
            name="adam",
            label="Adam",
            formula="m ← β₁·m + (1 − β₁)·g;  s ← β₂·s + (1 − β₂)·g²;  θ ← θ − η·m̂/(√ŝ + ε)",
            reference="Kingma and Ba 2015, arXiv:1412.6980",
            update=_adam,
            torch_code="torch.optim.Adam(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps})",
            state=("mean", "mean_square"),
            hyperparameters=(_BETA1, _BETA2, _EPS),
        ),
        Optimizer(
            name="adamw",
            label="AdamW",
            formula="θ ← (1 − η·λ)·θ, then as Adam",
            reference="Loshchilov and Hutter 2019, arXiv:1711.05101",
            update=_adamw,
            torch_code="torch.optim.AdamW(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps}, "
            "weight_decay={weight_decay})",
            state=("mean", "mean_square"),
            hyperparameters=(_BETA1, _BETA2, _EPS, _WEIGHT_DECAY),
        ),
    ),
)
