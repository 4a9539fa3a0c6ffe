"""What ours are compared with.

torch.optim's own optimizers, and the rule of each as its paper has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

_DEFAULTS = {
    "momentum": 0.9,
    "alpha": 0.99,
    "beta1": 0.9,
    "beta2": 0.999,
    "eps": 1e-8,
    "weight_decay": 0.01,
}
"""torch's own, but for Adagrad's eps."""

Letters = dict[str, Any]


@dataclass(frozen=True)
class Theirs:
    """One of torch's own."""

    kind: Callable[..., torch.optim.Optimizer]
    """Its class."""
    rate: float
    """A learning rate at which it gets somewhere in 200 steps."""
    stages: Callable[[Letters], Letters]
    """What every stage comes to, by its letter, from the letters before the step."""
    numbers: dict[str, float] = field(default_factory=dict)
    """A value of each of our hyperparameters that is not its default."""
    state: dict[str, str] = field(default_factory=dict)
    """What torch calls the tensors of our state."""
    given: dict[str, Any] = field(default_factory=dict)
    """What else makes it ours."""

    def made(
        self,
        parameters: Iterable[torch.Tensor],
        rate: float,
        numbers: dict[str, float] | None = None,
        **more: Any,
    ) -> torch.optim.Optimizer:
        """Return the optimizer; hyperparameters that are not given have torch's own defaults."""
        numbers = {name: _DEFAULTS[name] for name in self.numbers} | (numbers or {})
        if "beta1" in numbers:
            more["betas"] = (numbers.pop("beta1"), numbers.pop("beta2"))
        return self.kind(parameters, lr=rate, **numbers, **self.given, **more)


def _sgd(n: Letters) -> Letters:
    return {"Δθ": -n["η"] * n["g"], "θ": n["θ"] - n["η"] * n["g"]}


def _momentum(n: Letters) -> Letters:
    v = n["μ"] * n["v"] + n["g"]
    return {"v": v, "Δθ": -n["η"] * v, "θ": n["θ"] - n["η"] * v}


def _nesterov(n: Letters) -> Letters:
    v = n["μ"] * n["v"] + n["g"]
    a = n["g"] + n["μ"] * v
    return {"v": v, "a": a, "Δθ": -n["η"] * a, "θ": n["θ"] - n["η"] * a}


def _adagrad(n: Letters) -> Letters:
    s = n["s"] + n["g"] ** 2
    return _by_root(n, n["θ"], n["g"], s, {"s": s})


def _rmsprop(n: Letters) -> Letters:
    s = n["α"] * n["s"] + (1 - n["α"]) * n["g"] ** 2
    return _by_root(n, n["θ"], n["g"], s, {"s": s})


def _adam(n: Letters, start: Any = None) -> Letters:
    m = n["β₁"] * n["m"] + (1 - n["β₁"]) * n["g"]
    s = n["β₂"] * n["s"] + (1 - n["β₂"]) * n["g"] ** 2
    c1, c2 = 1 - n["β₁"] ** n["t"], 1 - n["β₂"] ** n["t"]
    known = {"m": m, "s": s, "c₁": c1, "c₂": c2, "ĝ": m / c1, "ŝ": s / c2}
    return _by_root(n, n["θ"] if start is None else start, m / c1, s / c2, known)


def _adamw(n: Letters) -> Letters:
    decayed = n["θ"] - n["η"] * n["λ"] * n["θ"]
    return {"θ′": decayed, **_adam(n, decayed)}


def _by_root(n: Letters, start: Any, direction: Any, square: Any, known: Letters) -> Letters:
    divisor = square**0.5 + n["ε"]
    step = -n["η"] * direction / divisor
    return {**known, "d": divisor, "Δθ": step, "θ": start + step}


_VELOCITY = {"velocity": "momentum_buffer"}
_MOMENTS = {"mean": "exp_avg", "mean_square": "exp_avg_sq"}
_ADAM = {"beta1": 0.79, "beta2": 0.93, "eps": 0.037}
optim = torch.optim

THEIRS: dict[str, Theirs] = {
    "sgd": Theirs(optim.SGD, 0.3, _sgd),
    "momentum": Theirs(optim.SGD, 0.05, _momentum, {"momentum": 0.63}, _VELOCITY),
    "nesterov": Theirs(
        optim.SGD, 0.05, _nesterov, {"momentum": 0.74}, _VELOCITY, {"nesterov": True}
    ),
    "adagrad": Theirs(optim.Adagrad, 0.3, _adagrad, {"eps": 0.037}, {"sum_of_squares": "sum"}),
    "rmsprop": Theirs(
        optim.RMSprop, 0.01, _rmsprop, {"alpha": 0.83, "eps": 0.037}, {"mean_square": "square_avg"}
    ),
    "adam": Theirs(optim.Adam, 0.05, _adam, _ADAM, _MOMENTS),
    "adamw": Theirs(optim.AdamW, 0.05, _adamw, {**_ADAM, "weight_decay": 0.31}, _MOMENTS),
}
