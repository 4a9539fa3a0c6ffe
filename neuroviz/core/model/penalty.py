"""The penalties of an experiment at parameters, in float64.

There are value, gradient, curvature and kinks. Penalties of the weights leave the bias free, since
the distance of all outputs from 0 is no question of size (Hastie, Tibshirani and Friedman 2009,
section 3.4.1).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuroviz.core.choices.penalties import Penalty
from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats


def penalty_at(settings: Settings, parameters: Floats) -> Floats:
    """Return what the penalties add to the mean loss, (…), at parameters (…, P).

    It is 0 where there are no penalties.
    """
    weights = parameters[..., settings.parameters.where("weights")]
    with np.errstate(over="ignore", invalid="ignore"):  # an overflow is an infinite loss
        terms = [strength * row.value(weights).sum(axis=-1) for row, strength in settings.penalties]
        return np.sum(terms, axis=0) if terms else np.zeros(parameters.shape[:-1])


def penalty_gradient(settings: Settings, parameters: Floats) -> Floats:
    """Return the penalties' part (…, P) of the gradient at parameters (…, P).

    It is 0 for parameters without a penalty.
    """
    result = np.zeros_like(parameters, dtype=np.float64)
    where = settings.parameters.where("weights")
    for row, strength in settings.penalties:
        result[..., where] += strength * row.derivative(parameters[..., where])
    return result


def penalty_bends(settings: Settings) -> Floats:
    """Return the penalties' second derivative by each parameter, (P,), away from kinks.

    None of them is below 0.
    """
    return _of_weights(settings, lambda row: row.curvature)


def penalty_bend(settings: Settings) -> float:
    """Return the greatest second derivative of the penalties."""
    return float(penalty_bends(settings).max())


def penalty_rows(settings: Settings) -> Floats:
    """Return R (m, P) with the Hessian RᵀR of the penalties.

    It has a row for each parameter by which the second derivative is not 0.
    """
    bends = penalty_bends(settings)
    return np.diag(np.sqrt(bends))[bends > 0]


def penalty_kinks(settings: Settings) -> Floats:
    """Return the jump of the penalties' slope from 0 to either side of each kink, (P,)."""
    return _of_weights(settings, lambda row: row.kinked)


def _of_weights(settings: Settings, number: Callable[[Penalty], float]) -> Floats:
    """Return a number of the penalties times their strengths for each weight, else 0, (P,)."""
    result = np.zeros(settings.parameters.count)
    total = sum(strength * number(row) for row, strength in settings.penalties)
    result[settings.parameters.where("weights")] = total
    return result
