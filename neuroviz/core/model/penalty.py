"""What the penalties of an experiment come to at parameters, in float64.

Value, gradient, curvature and kinks. Those of the weights leave the bias free: how far all outputs
lie from 0 is no question of size (Hastie, Tibshirani and Friedman 2009, section 3.4.1).
"""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats


def penalty_at(settings: Settings, parameters: Floats) -> Floats:
    """Return what is added to the mean loss of the samples, (…), at parameters (…, P).

    0 where nothing is.
    """
    where = settings.parameters.where
    with np.errstate(over="ignore", invalid="ignore"):  # what is no float is an infinite loss
        terms = [
            strength * row.value(parameters[..., where(row.kind)]).sum(axis=-1)
            for row, strength in settings.penalties
        ]
        return np.sum(terms, axis=0) if terms else np.zeros(parameters.shape[:-1])


def penalty_gradient(settings: Settings, parameters: Floats) -> Floats:
    """Return the penalties' share (…, P) of the gradient at parameters (…, P).

    0 where nothing is penalised.
    """
    result = np.zeros_like(parameters, dtype=np.float64)
    for row, strength in settings.penalties:
        where = settings.parameters.where(row.kind)
        result[..., where] += strength * row.derivative(parameters[..., where])
    return result


def penalty_bends(settings: Settings) -> Floats:
    """Return the penalties' second derivative by each parameter, (P,), 0 or more.

    Away from kinks.
    """
    result = np.zeros(settings.parameters.count)
    for row, strength in settings.penalties:
        result[settings.parameters.where(row.kind)] += strength * row.curvature
    return result


def penalty_bend(settings: Settings) -> float:
    """Return the greatest of them."""
    return float(penalty_bends(settings).max())


def penalty_rows(settings: Settings) -> Floats:
    """Return R (m, P) with the Hessian RᵀR of the penalties.

    A row for each parameter by which they bend.
    """
    bends = penalty_bends(settings)
    return np.diag(np.sqrt(bends))[bends > 0]


def penalty_kinks(settings: Settings) -> Floats:
    """Return the jumps of the penalties' slope at each parameter's kink, (P,).

    From 0 to either side.
    """
    result = np.zeros(settings.parameters.count)
    for row, strength in settings.penalties:
        if row.kinked:
            result[settings.parameters.where(row.kind)] += strength
    return result
