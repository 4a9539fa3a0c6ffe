"""OPTIMIZERS: how a gradient becomes a change of the parameters.

An update is a few calls, bound to the two rows they work on: they read parameters, gradient and state of where the
run is and write parameters and state of where it goes. Each repeats torch.optim's arithmetic operation by
operation, without importing torch.optim, whose first use takes a second. What changes from step to step comes in
tensors, so that the calls need not be bound again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from neuroviz.core.catalogue import Catalogue
from neuroviz.core.hyperparameters import Hyperparameter
from neuroviz.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from neuroviz.core.block import Point, Thunk

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

Calls = Callable[["Point", "Point", Mapping[str, float]], "tuple[Thunk, ...]"]
Scalars = Callable[[float, Mapping[str, float], int], tuple[float, ...]]


@dataclass(frozen=True)
class Optimizer:
    """One way to update the parameters.

    Parameters
    ----------
    name, label, formula, reference
        See :class:`~neuroviz.core.catalogue.Entry`.
    scalars
        ``scalars(rate, hyperparameters, count)``: the numbers of one update; rate is the learning rate by its
        schedule, count is 1 at the first update.
    calls
        ``calls(now, then, hyperparameters)``: what writes parameters and state of ``then`` from parameters,
        gradient, state and scalars of ``now``. Of the hyperparameters those may be used that no schedule changes.
    state
        Names of its state tensors, each (P,) and 0 at the start.
    hyperparameters
        Its own numbers beside the learning rate.
    counts
        Whether its scalars depend on the count.
    torch_code
        The constructor that a reader of the notebook would write; ``{name}`` stands for a hyperparameter.
    """

    name: str
    label: str
    formula: str
    reference: str
    scalars: Scalars
    calls: Calls
    torch_code: str
    state: tuple[str, ...] = ()
    hyperparameters: tuple[Hyperparameter, ...] = ()
    counts: bool = False


def _sgd(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    (minus_rate,) = now.scalars
    return (partial(torch.addcmul, now.parameters, now.grad, minus_rate, out=then.parameters),)


def _momentum(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    minus_rate, momentum = now.scalars
    (velocity,) = then.state
    return (
        partial(torch.mul, now.state[0], momentum, out=velocity),
        partial(velocity.add_, now.grad),
        partial(torch.addcmul, now.parameters, velocity, minus_rate, out=then.parameters),
    )


def _nesterov(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    minus_rate, momentum = now.scalars
    (velocity,), (ahead, _) = then.state, then.scratch
    return (
        partial(torch.mul, now.state[0], momentum, out=velocity),
        partial(velocity.add_, now.grad),
        partial(torch.addcmul, now.grad, velocity, momentum, out=ahead),
        partial(torch.addcmul, now.parameters, ahead, minus_rate, out=then.parameters),
    )


def _adagrad(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    minus_rate, eps = now.scalars
    (sum_of_squares,) = then.state
    return (
        partial(torch.addcmul, now.state[0], now.grad, now.grad, out=sum_of_squares),
        *_divided(now.parameters, now.grad, minus_rate, sum_of_squares, eps, then),
    )


def _rmsprop(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    minus_rate, alpha, eps = now.scalars
    (mean_square,) = then.state
    return (
        partial(torch.mul, now.state[0], alpha, out=mean_square),
        partial(mean_square.addcmul_, now.grad, now.grad, value=1 - hyperparameters["alpha"]),
        *_divided(now.parameters, now.grad, minus_rate, mean_square, eps, then),
    )


def _adam(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    return _adam_from(now.parameters, now, then, hyperparameters)


def _adamw(now: Point, then: Point, hyperparameters: Mapping[str, float]) -> tuple[Thunk, ...]:
    decay = now.scalars[-1]
    return (
        partial(torch.mul, now.parameters, decay, out=then.parameters),
        *_adam_from(then.parameters, now, then, hyperparameters),
    )


def _adam_from(
    parameters: Tensor, now: Point, then: Point, hyperparameters: Mapping[str, float]
) -> tuple[Thunk, ...]:
    """Return Adam's calls, which take the step from these parameters."""
    minus_rate, weight, beta2, correction, eps = now.scalars[:5]
    mean, mean_square = then.state
    return (
        partial(torch.lerp, now.state[0], now.grad, weight, out=mean),
        partial(torch.mul, now.state[1], beta2, out=mean_square),
        partial(mean_square.addcmul_, now.grad, now.grad, value=1 - hyperparameters["beta2"]),
        *_divided(parameters, mean, minus_rate, mean_square, eps, then, correction),
    )


def _divided(
    parameters: Tensor,
    direction: Tensor,
    minus_rate: Tensor,
    square: Tensor,
    eps: Tensor,
    then: Point,
    correction: Tensor | None = None,
) -> tuple[Thunk, ...]:
    """Return the calls that write parameters − rate·direction/(√square/correction + ε)."""
    divisor, scaled = then.scratch
    return (
        partial(torch.sqrt, square, out=divisor),
        *((partial(divisor.div_, correction),) if correction is not None else ()),
        partial(divisor.add_, eps),
        partial(torch.mul, direction, minus_rate, out=scaled),
        partial(torch.addcdiv, parameters, scaled, divisor, out=then.parameters),
    )


def _adam_scalars(rate: float, h: Mapping[str, float], count: int) -> tuple[float, ...]:
    beta1, beta2 = h["beta1"], h["beta2"]
    return -rate / (1 - beta1**count), 1 - beta1, beta2, math.sqrt(1 - beta2**count), h["eps"]


OPTIMIZERS: Catalogue[Optimizer] = Catalogue(
    "optimizer",
    (
        Optimizer(
            name="sgd",
            label="SGD",
            formula="θ ← θ − η·g",
            reference="Robbins and Monro 1951; Cauchy 1847",
            scalars=lambda rate, h, count: (-rate,),
            calls=_sgd,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate})",
        ),
        Optimizer(
            name="momentum",
            label="SGD with momentum",
            formula="v ← μ·v + g;  θ ← θ − η·v",
            reference="Polyak 1964",
            scalars=lambda rate, h, count: (-rate, h["momentum"]),
            calls=_momentum,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum})",
            state=("velocity",),
            hyperparameters=(_MOMENTUM,),
        ),
        Optimizer(
            name="nesterov",
            label="SGD with Nesterov momentum",
            formula="v ← μ·v + g;  θ ← θ − η·(g + μ·v)",
            reference="Nesterov 1983; Sutskever et al. 2013, ICML",
            scalars=lambda rate, h, count: (-rate, h["momentum"]),
            calls=_nesterov,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum}, nesterov=True)",
            state=("velocity",),
            hyperparameters=(_MOMENTUM,),
        ),
        Optimizer(
            name="adagrad",
            label="Adagrad",
            formula="s ← s + g²;  θ ← θ − η·g/(√s + ε)",
            reference="Duchi, Hazan and Singer 2011, JMLR 12",
            scalars=lambda rate, h, count: (-rate, h["eps"]),
            calls=_adagrad,
            torch_code="torch.optim.Adagrad(parameters, lr={learning_rate}, eps={eps})",
            state=("sum_of_squares",),
            hyperparameters=(_EPS,),
        ),
        Optimizer(
            name="rmsprop",
            label="RMSprop",
            formula="s ← α·s + (1 − α)·g²;  θ ← θ − η·g/(√s + ε)",
            reference="Tieleman and Hinton 2012, lecture 6.5",
            scalars=lambda rate, h, count: (-rate, h["alpha"], h["eps"]),
            calls=_rmsprop,
            torch_code="torch.optim.RMSprop(parameters, lr={learning_rate}, alpha={alpha}, eps={eps})",
            state=("mean_square",),
            hyperparameters=(_ALPHA, _EPS),
        ),
        Optimizer(
            name="adam",
            label="Adam",
            formula="m ← β₁·m + (1 − β₁)·g;  s ← β₂·s + (1 − β₂)·g²;  θ ← θ − η·m̂/(√ŝ + ε)",
            reference="Kingma and Ba 2015, arXiv:1412.6980",
            scalars=_adam_scalars,
            calls=_adam,
            torch_code="torch.optim.Adam(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps})",
            state=("mean", "mean_square"),
            hyperparameters=(_BETA1, _BETA2, _EPS),
            counts=True,
        ),
        Optimizer(
            name="adamw",
            label="AdamW",
            formula="θ ← (1 − η·λ)·θ, then as Adam",
            reference="Loshchilov and Hutter 2019, arXiv:1711.05101",
            scalars=lambda rate, h, count: (*_adam_scalars(rate, h, count), 1 - rate * h["weight_decay"]),
            calls=_adamw,
            torch_code="torch.optim.AdamW(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps}, "
            "weight_decay={weight_decay})",
            state=("mean", "mean_square"),
            hyperparameters=(_BETA1, _BETA2, _EPS, _WEIGHT_DECAY),
            counts=True,
        ),
    ),
)
