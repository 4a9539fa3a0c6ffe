"""Separability: whether one neuron with a threshold can get every row right."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.tasks import Dataset

__all__ = ["separable"]

_ITERATIONS = 2_000


@lru_cache(maxsize=8)
def separable(dataset: Dataset) -> bool | None:
    """Return whether a line (plane …) parts the two classes of a data set; None where it stays open.

    True comes with a certificate, a plane that was found; False with the origin in the convex hull of the rows
    ±(x, 1), where there can be no plane. The point of the hull nearest the origin is sought by Gilbert's
    iteration, which stops at either. Reference: Gilbert 1966, SIAM Journal on Control 4, 61-80.
    """
    if not dataset.classes:
        return None
    rows = np.column_stack((dataset.inputs, np.ones(dataset.samples))) * (2 * dataset.targets - 1)[:, None]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    nearest = rows.mean(axis=0)
    for _ in range(_ITERATIONS):
        products = rows @ nearest
        if products.min() > 0:
            return True
        if nearest @ nearest < 1e-24:
            return False
        towards = rows[products.argmin()] - nearest
        share = min(1.0, -(nearest @ towards) / (towards @ towards))
        nearest = nearest + share * towards
    return None
