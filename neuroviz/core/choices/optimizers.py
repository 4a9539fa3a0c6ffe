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
from neuroviz.core.choices import optimizer_stages
from neuroviz.core.choices.hyperparameters import ALPHA, BETA1, BETA2, EPS, MOMENTUM, WEIGHT_DECAY, Hyperparameter
from neuroviz.core.choices.optimizer_stages import Stage, Update
from neuroviz.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from neuroviz.core.types import Point, Thunk

__all__ = ["OPTIMIZERS", "Optimizer"]

_ONE_ROUNDING = "multiplies and adds with one rounding"
_ADAM_CODE = (
    "mean.lerp_(grad, 1 - beta1)",
    "mean_square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)",
    "divisor = mean_square.sqrt() / math.sqrt(1 - beta2 ** (step + 1)) + eps",
    "theta -= rate / (1 - beta1 ** (step + 1)) * mean / divisor",
)

Calls = Callable[["Point", "Point", Mapping[str, float]], "tuple[Thunk, ...]"]
Scalars = Callable[[float, Mapping[str, float], int], tuple[float, ...]]
Stages = Callable[[Update], tuple[Stage, ...]]


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
    stages
        ``stages(update)``: every number between gradient and new parameters of one update, for a reader.
    torch_code
        The constructor that a reader of the notebook would write; ``{name}`` stands for a hyperparameter.
    tensor_code
        The update written out, line by line, to the last bit as ``calls``: of ``theta``, ``grad``, ``rate``,
        ``step`` (0 at the first update), the state's and the hyperparameters' names.
    code_note
        Why a line of it is not written more simply; empty where there is nothing to explain.
    """

    name: str
    label: str
    formula: str
    reference: str
    scalars: Scalars
    calls: Calls
    stages: Stages
    torch_code: str
    tensor_code: tuple[str, ...]
    code_note: str = ""
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
    beta1 = h["beta1"]
    beta2 = h["beta2"]
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
            stages=optimizer_stages.sgd,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate})",
            tensor_code=("theta.add_(grad, alpha=-rate)",),
            code_note=f"add_ {_ONE_ROUNDING}",
        ),
        Optimizer(
            name="momentum",
            label="SGD with momentum",
            formula="v ← μ·v + g;  θ ← θ − η·v",
            reference="Polyak 1964",
            scalars=lambda rate, h, count: (-rate, h["momentum"]),
            calls=_momentum,
            stages=optimizer_stages.momentum,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum})",
            tensor_code=("velocity = momentum * velocity + grad", "theta.add_(velocity, alpha=-rate)"),
            code_note=f"add_ {_ONE_ROUNDING}",
            state=("velocity",),
            hyperparameters=(MOMENTUM,),
        ),
        Optimizer(
            name="nesterov",
            label="SGD with Nesterov momentum",
            formula="v ← μ·v + g;  θ ← θ − η·(g + μ·v)",
            reference="Nesterov 1983; Sutskever et al. 2013, ICML",
            scalars=lambda rate, h, count: (-rate, h["momentum"]),
            calls=_nesterov,
            stages=optimizer_stages.nesterov,
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum}, nesterov=True)",
            tensor_code=(
                "velocity = momentum * velocity + grad",
                "ahead = grad.add(velocity, alpha=momentum)",
                "theta.add_(ahead, alpha=-rate)",
            ),
            code_note=f"add_ {_ONE_ROUNDING}",
            state=("velocity",),
            hyperparameters=(MOMENTUM,),
        ),
        Optimizer(
            name="adagrad",
            label="Adagrad",
            formula="s ← s + g²;  θ ← θ − η·g/(√s + ε)",
            reference="Duchi, Hazan and Singer 2011, JMLR 12",
            scalars=lambda rate, h, count: (-rate, h["eps"]),
            calls=_adagrad,
            stages=optimizer_stages.adagrad,
            torch_code="torch.optim.Adagrad(parameters, lr={learning_rate}, eps={eps})",
            tensor_code=(
                "sum_of_squares.addcmul_(grad, grad)",
                "theta -= rate * grad / (sum_of_squares.sqrt() + eps)",
            ),
            code_note=f"addcmul_ {_ONE_ROUNDING}",
            state=("sum_of_squares",),
            hyperparameters=(EPS,),
        ),
        Optimizer(
            name="rmsprop",
            label="RMSprop",
            formula="s ← α·s + (1 − α)·g²;  θ ← θ − η·g/(√s + ε)",
            reference="Tieleman and Hinton 2012, lecture 6.5",
            scalars=lambda rate, h, count: (-rate, h["alpha"], h["eps"]),
            calls=_rmsprop,
            stages=optimizer_stages.rmsprop,
            torch_code="torch.optim.RMSprop(parameters, lr={learning_rate}, alpha={alpha}, eps={eps})",
            tensor_code=(
                "mean_square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)",
                "theta -= rate * grad / (mean_square.sqrt() + eps)",
            ),
            code_note=f"addcmul_ {_ONE_ROUNDING}",
            state=("mean_square",),
            hyperparameters=(ALPHA, EPS),
        ),
        Optimizer(
            name="adam",
            label="Adam",
            formula="m ← β₁·m + (1 − β₁)·g;  s ← β₂·s + (1 − β₂)·g²;  θ ← θ − η·m̂/(√ŝ + ε)",
            reference="Kingma and Ba 2015, arXiv:1412.6980",
            scalars=_adam_scalars,
            calls=_adam,
            stages=optimizer_stages.adam,
            torch_code="torch.optim.Adam(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps})",
            tensor_code=_ADAM_CODE,
            code_note=f"lerp_ and addcmul_ {_ONE_ROUNDING}",
            state=("mean", "mean_square"),
            hyperparameters=(BETA1, BETA2, EPS),
            counts=True,
        ),
        Optimizer(
            name="adamw",
            label="AdamW",
            formula="θ ← (1 − η·λ)·θ, then as Adam",
            reference="Loshchilov and Hutter 2019, arXiv:1711.05101",
            scalars=lambda rate, h, count: (*_adam_scalars(rate, h, count), 1 - rate * h["weight_decay"]),
            calls=_adamw,
            stages=optimizer_stages.adamw,
            torch_code="torch.optim.AdamW(parameters, lr={learning_rate}, betas=({beta1}, {beta2}), eps={eps}, "
            "weight_decay={weight_decay})",
            tensor_code=("theta *= 1 - rate * weight_decay", *_ADAM_CODE),
            code_note=f"lerp_ and addcmul_ {_ONE_ROUNDING}",
            state=("mean", "mean_square"),
            hyperparameters=(BETA1, BETA2, EPS, WEIGHT_DECAY),
            counts=True,
        ),
    ),
)
