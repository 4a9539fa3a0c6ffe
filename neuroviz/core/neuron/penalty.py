"""What the penalties of an experiment come to at parameters, in float64: value, gradient and curvature.

The bias, last of the parameters, is not penalised: how far all outputs lie from 0 is no question of size (Hastie,
Tibshirani and Friedman 2009, section 3.4.1).
"""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats


def penalty_at(settings: Settings, parameters: Floats) -> Floats:
    """Return what is added to the mean loss of the samples, (…), at parameters (…, P); 0 where nothing is."""
    weights = parameters[..., :-1]
    with np.errstate(over="ignore", invalid="ignore"):  # what is no float is an infinite loss
        terms = [strength * row.value(weights).sum(axis=-1) for row, strength in settings.penalties]
        result: Floats = np.sum(terms, axis=0) if terms else np.zeros(parameters.shape[:-1])
    return result


def penalty_gradient(settings: Settings, parameters: Floats) -> Floats:
    """Return the penalties' share (…, P) of the gradient at parameters (…, P); of the bias it is 0."""
    result = np.zeros_like(parameters, dtype=np.float64)
    for row, strength in settings.penalties:
        result[..., :-1] += strength * row.derivative(parameters[..., :-1])
    return result


def penalty_bend(settings: Settings) -> float:
    """Return the penalties' second derivative by each weight, 0 or more; away from kinks."""
    return float(sum(strength * row.curvature for row, strength in settings.penalties))


def penalty_rows(settings: Settings) -> Floats:
    """Return R (D, P) with the Hessian RᵀR of the penalties, (0, P) where they do not bend."""
    width = settings.dataset.width
    bend = penalty_bend(settings)
    return np.sqrt(bend) * np.eye(width if bend else 0, width + 1)
