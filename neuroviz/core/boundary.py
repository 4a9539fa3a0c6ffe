"""Boundary: where the output crosses the threshold between the classes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.activations import ACTIVATIONS
from neuroviz.core.neuron import activation_curve

__all__ = ["crossings"]

_REACH = 100.0
_POINTS = 20_001
_HALVINGS = 60


@lru_cache(maxsize=32)
def crossings(activation: str, threshold: float) -> tuple[float, ...]:
    """Return each z, −100 … 100, at which "φ(z) > threshold" changes, ascending.

    One for a monotone activation, two for GELU or SiLU at a threshold between their minimum and 0, none where
    the threshold is out of reach. By bisection between the points of a fine grid.
    """
    entry = ACTIVATIONS.find(activation)
    grid = np.linspace(-_REACH, _REACH, _POINTS)
    above = activation_curve(entry, grid) > threshold
    index = np.flatnonzero(above[1:] != above[:-1])
    low, high, side = grid[index], grid[index + 1], above[index]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left = (activation_curve(entry, middle) > threshold) == side
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return tuple(0.0 if abs(z) < 1e-12 else float(z) for z in (low + high) / 2)
