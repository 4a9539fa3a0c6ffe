"""Where a slider of learning rates goes, and whether any rate there blows up."""

from __future__ import annotations

import math
from typing import Any

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import np
from neuroviz.core.model.penalty import penalty_bend

_BELOW = 3
"""Decades of the slider below the largest rate that the data are sure to bear, at least,"""
_ABOVE = 1
"""and above it."""
_LEAST = 3
"""Decades from one end of the slider to the other, at least."""
_USUAL = 1e9
"""Inputs beyond which products of them and of rates may be no numbers any more."""
_ADAPTIVE = (1e-5, 10.0)
"""Where an optimizer scales its steps itself, the data say nothing."""


def flattens(settings: Settings) -> bool:
    """Return whether the loss flattens out, so that no learning rate blows up.

    An output between two limits bounds the gradient of every sample, and so every step: parameters
    grow at most evenly. Not with a penalty, which bends everywhere, nor with what is broken.
    """
    low, high = settings.activation_entry.output_range
    usual = float(np.abs(settings.coded_inputs).max()) < _USUAL
    return math.isfinite(high - low) and usual and not (settings.breaks or settings.penalties)


def track_ends(settings: Settings) -> tuple[float, float]:
    """Return from where to where a slider of learning rates goes: whole powers of ten.

    They lie round 2/λ, as far as a rate can be chosen, with λ about the greatest curvature that
    there can be: that of (1/N)·X̃ᵀX̃, for an activation between two limits times a quarter of their
    distance, and that of L2. A run changes nothing in them, so that it moves no handle.
    """
    if settings.optimizer_entry.quadratic is None:
        return _ADAPTIVE
    inputs = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    low, high = settings.activation_entry.output_range
    # In logarithms, of inputs scaled to 1: the square of a very large one is beyond the floats.
    largest = float(np.abs(inputs).max())
    norm = math.log10(largest) + math.log10(float(np.linalg.norm(inputs / largest, 2)))
    curvature = math.log10(min(1.0, (high - low) / 4)) + 2 * norm - math.log10(len(inputs))
    if bend := penalty_bend(settings):
        curvature = float(np.logaddexp(curvature * math.log(10), math.log(bend))) / math.log(10)
    limit = math.log10(2) - curvature
    least, most = (round(math.log10(end)) for end in (LEARNING_RATE.low, LEARNING_RATE.high))
    first = min(max(math.floor(limit - _BELOW), least), most - _LEAST)
    last = min(max(math.ceil(limit + _ABOVE), first + _LEAST), most)
    return 10.0**first, 10.0**last


def curve_key(settings: Settings) -> dict[str, Any]:
    """Return what the losses at the end of runs depend on that differ in their rate alone."""
    return {**settings.defining, "learning_rate": None, "epochs": settings.epochs}
