"""The update of one step: where it leads to, and what the optimizer is given."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from neuroviz.core.anatomy.forward_backward import Rate
from neuroviz.core.choices.optimizer_stages import Stage
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.training.row import Row
from neuroviz.core.training.stepper import block_of
from neuroviz.core.types import Floats


def arrival(settings: Settings, row: Row, direction: Floats, hyperparameters: Mapping[str, float]) -> Floats:
    """Return parameters and state (1 + S, P) after a step, by the optimizer's own calls, to the last bit.

    Parameters
    ----------
    direction
        (P,): the gradient as the optimizer is given it.
    """
    optimizer = settings.optimizer_entry
    width = len(row.parameters)
    block = block_of(settings, 1)
    block.write(0, np.concatenate((row.parameters, direction, row.state.ravel())))
    block.grow(2)
    block.set_scalars([optimizer.code.scalars(row.learning_rate, hyperparameters, row.step)])
    with torch.inference_mode():
        now, then = block.points
        for call in optimizer.code.calls(now, then, hyperparameters):
            call()
    return np.delete(block.numbers(2)[1].reshape(-1, width), 1, axis=0)


def grad_stage(new: Floats, used: Floats, old: Floats | None) -> Stage:
    """Return the gradient (P,) that is used: the new one, or with the old one where zero_grad is forgotten."""
    if old is None:
        return Stage("g", "gradient", "∂L/∂θ", used)
    return Stage("g", "accumulated gradient", "g + ∂L/∂θ", used, old, "{} + {}", (old, new))


def penalty_stages(
    settings: Settings, parameters: Floats, mean: Floats, penalty: Floats, new: Floats
) -> tuple[Stage, ...]:
    """Return how a gradient is made of the samples' and the penalties'; nothing where there are none.

    Parameters
    ----------
    parameters
        (P,); the bias, which is not penalised, counts as a weight of 0.
    mean, penalty, new
        (P,): the mean gradient of the batch, that of the penalties, and both together.
    """
    if not settings.penalties:
        return ()
    weights = np.append(parameters[:-1], 0.0)
    formula = " + ".join(row.grad_formula for row, _ in settings.penalties)
    pattern = " + ".join(f"{{}}·{row.derivative_formula}" for row, _ in settings.penalties)
    operands = tuple(number for _, strength in settings.penalties for number in (strength, weights))
    return (
        Stage("ḡ", "mean gradient of the samples", "mean ∂ℓ/∂θ", mean),
        Stage("p", "gradient of the penalty, 0 for the bias", formula, penalty, None, pattern, operands),
        Stage("g", "gradient", "ḡ + p", new, None, "{} + {}", (mean, penalty)),
    )


def turned_stage(grad: Floats) -> Stage:
    """Return the gradient (P,) with its sign turned, as gradient ascent uses it."""
    return Stage("g", "gradient, turned for ascent", "−g", -grad, grad, "−{}", (grad,))


def rate_stage(settings: Settings, rate: Rate) -> Stage:
    """Return the learning rate by its schedule."""
    formula = settings.schedule_entry.formula
    if settings.schedule == "constant":
        return Stage("η", "learning rate", formula, rate.value)
    return Stage("η", "learning rate", formula, rate.value, pattern="{}·{}", operands=(rate.base, rate.factor))
