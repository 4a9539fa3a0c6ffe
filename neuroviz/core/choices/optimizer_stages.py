"""The stages of an update: every number between gradient and new parameters, in each optimizer's own arithmetic.

The ends of the chain, new state and new parameters, are the run's own numbers to the last bit; what lies between is
recomputed in float64, by the same formulas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from neuroviz.core.lazy import np
from neuroviz.core.types import Floats

__all__ = ["Stage", "Update", "adagrad", "adam", "adamw", "momentum", "nesterov", "rmsprop", "sgd"]

Operand: TypeAlias = "Floats | float"


@dataclass(frozen=True, eq=False)
class Stage:
    """One number on the way from the gradient to the new parameters, for every parameter.

    Parameters
    ----------
    symbol, label
        Its letter in the formulas, and its name in words.
    formula
        How it comes from what stands before it, in letters.
    values
        (P,), or one number for all parameters.
    before
        (P,): what it was before this step; None for what is made anew in every step.
    pattern
        The formula with ``{}`` where numbers go.
    operands
        The numbers for those places, each (P,) or one for all.
    """

    symbol: str
    label: str
    formula: str
    values: Operand
    before: Floats | None = None
    pattern: str = ""
    operands: tuple[Operand, ...] = ()

    def of(self, parameter: int) -> float:
        """Return its number for a parameter."""
        return number_of(self.values, parameter)

    def operands_of(self, parameter: int) -> tuple[float, ...]:
        """Return the operands' numbers for a parameter."""
        return tuple(number_of(operand, parameter) for operand in self.operands)


def number_of(values: Operand, parameter: int) -> float:
    """Return the number that belongs to a parameter: one of (P,), or the one for all."""
    return float(np.broadcast_to(values, (parameter + 1,) if np.ndim(values) == 0 else np.shape(values))[parameter])


@dataclass(frozen=True, eq=False)
class Update:
    """One update, before and after.

    Parameters
    ----------
    parameters, grad
        (P,): θ, and the gradient that the optimizer is given.
    state
        (S, P), in the order of the optimizer's names.
    new_parameters, new_state
        (P,) and (S, P): what the run has after the update.
    rate
        The learning rate by its schedule.
    hyperparameters
        The values in force.
    count
        1 at the first update.
    """

    parameters: Floats
    grad: Floats
    state: Floats
    new_parameters: Floats
    new_state: Floats
    rate: float
    hyperparameters: Mapping[str, float]
    count: int


def sgd(update: Update) -> tuple[Stage, ...]:
    """Return θ ← θ − η·g in stages."""
    return _moved(update, "g", update.grad)


def momentum(update: Update) -> tuple[Stage, ...]:
    """Return v ← μ·v + g, then θ ← θ − η·v in stages."""
    velocity = _velocity(update)
    return (velocity, *_moved(update, "v", velocity.values))


def nesterov(update: Update) -> tuple[Stage, ...]:
    """Return v ← μ·v + g, then θ ← θ − η·(g + μ·v) in stages."""
    velocity = _velocity(update)
    share = update.hyperparameters["momentum"]
    ahead = Stage(
        "a",
        "gradient and velocity ahead",
        "g + μ·v",
        update.grad + share * velocity.values,
        pattern="{} + {}·{}",
        operands=(update.grad, share, velocity.values),
    )
    return (velocity, ahead, *_moved(update, "a", ahead.values))


def adagrad(update: Update) -> tuple[Stage, ...]:
    """Return s ← s + g², then θ ← θ − η·g/(√s + ε) in stages."""
    before = update.state[0]
    after = update.new_state[0]
    square = Stage("s", "sum of squares", "s + g²", after, before, "{} + {}²", (before, update.grad))
    return (square, *_divided(update, "g", update.grad, "s", after))


def rmsprop(update: Update) -> tuple[Stage, ...]:
    """Return s ← α·s + (1 − α)·g², then θ ← θ − η·g/(√s + ε) in stages."""
    square = _mean_square(update, 0, "α", update.hyperparameters["alpha"])
    return (square, *_divided(update, "g", update.grad, "s", square.values))


def adam(update: Update) -> tuple[Stage, ...]:
    """Return Adam's two averages, their corrections and its step in stages."""
    return _adam_from(update, "θ", update.parameters)


def adamw(update: Update) -> tuple[Stage, ...]:
    """Return AdamW's decay, and then Adam's stages."""
    decay = update.hyperparameters["weight_decay"]
    decayed = (1 - update.rate * decay) * update.parameters
    stage = Stage(
        "θ′",
        "parameters after weight decay",
        "(1 − η·λ)·θ",
        decayed,
        update.parameters,
        "(1 − {}·{})·{}",
        (update.rate, decay, update.parameters),
    )
    return (stage, *_adam_from(update, "θ′", decayed))


def _adam_from(update: Update, name: str, parameters: Floats) -> tuple[Stage, ...]:
    """Return Adam's stages, which take the step from these parameters."""
    share1 = update.hyperparameters["beta1"]
    share2 = update.hyperparameters["beta2"]
    mean = Stage(
        "m",
        "mean gradient",
        "β₁·m + (1 − β₁)·g",
        update.new_state[0],
        update.state[0],
        "{}·{} + (1 − {})·{}",
        (share1, update.state[0], share1, update.grad),
    )
    square = _mean_square(update, 1, "β₂", share2)
    correction1 = _correction("c₁", "β₁", share1, update.count)
    correction2 = _correction("c₂", "β₂", share2, update.count)
    mean_hat = _quotient("m̂", "corrected mean gradient", mean, correction1)
    square_hat = _quotient("ŝ", "corrected mean square", square, correction2)
    return (
        *(mean, square, correction1, correction2, mean_hat, square_hat),
        *_divided(update, "m̂", mean_hat.values, "ŝ", square_hat.values, name, parameters),
    )


def _velocity(update: Update) -> Stage:
    share = update.hyperparameters["momentum"]
    before = update.state[0]
    return Stage(
        "v", "velocity", "μ·v + g", update.new_state[0], before, "{}·{} + {}", (share, before, update.grad)
    )


def _mean_square(update: Update, index: int, letter: str, share: float) -> Stage:
    before = update.state[index]
    return Stage(
        "s",
        "mean square of the gradient",
        f"{letter}·s + (1 − {letter})·g²",
        update.new_state[index],
        before,
        "{}·{} + (1 − {})·{}²",
        (share, before, share, update.grad),
    )


def _correction(symbol: str, letter: str, share: float, count: int) -> Stage:
    """Return what the average has too little of so early: it began at 0."""
    name = "mean gradient" if letter == "β₁" else "mean square"
    return Stage(
        symbol,
        f"correction of the {name}",
        f"1 − {letter}ᵗ",
        1 - share**count,
        pattern="1 − {}^{}",
        operands=(share, float(count)),
    )


def _quotient(symbol: str, label: str, above: Stage, below: Stage) -> Stage:
    return Stage(
        symbol,
        label,
        f"{above.symbol}/{below.symbol}",
        np.asarray(above.values) / below.values,
        pattern="{}/{}",
        operands=(above.values, below.values),
    )


def _divided(
    update: Update,
    symbol: str,
    direction: Operand,
    square_symbol: str,
    square: Operand,
    name: str = "θ",
    parameters: Floats | None = None,
) -> tuple[Stage, ...]:
    """Return the divisor √square + ε, the step −η·direction/divisor and the new parameters."""
    eps = update.hyperparameters["eps"]
    divisor = Stage(
        "d",
        "divisor",
        f"√{square_symbol} + ε",
        np.sqrt(square) + eps,
        pattern="√{} + {}",
        operands=(square, eps),
    )
    step = Stage(
        "Δθ",
        "step",
        f"−η·{symbol}/d",
        -update.rate * direction / divisor.values,
        pattern="−{}·{}/{}",
        operands=(update.rate, direction, divisor.values),
    )
    return (divisor, step, _arrived(update, name, parameters, step))


def _moved(update: Update, symbol: str, direction: Operand) -> tuple[Stage, ...]:
    """Return the step −η·direction and the new parameters."""
    step = Stage(
        "Δθ",
        "step",
        f"−η·{symbol}",
        -update.rate * direction,
        pattern="−{}·{}",
        operands=(update.rate, direction),
    )
    return (step, _arrived(update, "θ", None, step))


def _arrived(update: Update, name: str, parameters: Floats | None, step: Stage) -> Stage:
    """Return the new parameters: the run's own."""
    start = update.parameters if parameters is None else parameters
    return Stage(
        "θ",
        "new parameters",
        f"{name} + Δθ",
        update.new_parameters,
        update.parameters,
        "{} + {}",
        (start, step.values),
    )
