"""Growth: choices with which the loss of a run must grow for ever, wherever the run is."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import is_quadratic, stable_limit
from neuroviz.core.model.penalty import penalty_rows
from neuroviz.core.types import Floats

_ROUNDING = 1e-9
_DEFECTIVE = 1e-6
"""How far a factor must be above 1: where two eigenvectors coincide, as for a direction in which
nothing moves, eigenvalues have only half their digits."""
_MOST_NUMBERS = 64
"""Most numbers in a run's state for which the factor is computed; more would take too long."""
_MOST_STEPS = 100
"""Most steps in an epoch for which the factor is computed."""


def is_convex(settings: Settings) -> bool:
    """Return whether the loss is convex.

    It is with an identity output, with the activation that belongs to the loss, and with softmax of
    the sums of classes. The penalties are convex, and so is a sum of convex functions.

    Reference: McCullagh and Nelder 1989, Generalized Linear Models, on canonical links.
    """
    canonical = settings.activation == "identity" or settings.fused is not None
    return not settings.hidden and canonical


def climbs_plainly(settings: Settings) -> bool:
    """Return whether the run is plain full-batch gradient ascent."""
    return (
        settings.breaks_it("ascent")
        and settings.batch_size == "full"
        and settings.optimizer == "sgd"
    )


def must_grow(settings: Settings, rate: float, momentum: float) -> bool:
    """Return whether the loss must grow without end at this constant learning rate.

    If it must, it must at any larger rate too, except in the last of three cases. Above the exact
    limit of a quadratic loss, the error grows along the steepest direction. Every step of plain
    gradient ascent raises a convex loss, since such a loss lies above its tangents. And where an
    epoch multiplies the errors of a quadratic loss by more than 1, they grow with every epoch; that
    is proved of this rate alone.
    """
    limit = stable_limit(settings, momentum)
    if limit is not None:
        return rate > limit * (1 + _ROUNDING)
    if rate <= 0:
        return False
    if climbs_plainly(settings) and is_convex(settings):
        return True
    factor = epoch_factor(settings, rate, momentum) if settings.schedule == "constant" else None
    return factor is not None and factor > 1 + _DEFECTIVE


def epoch_factor(settings: Settings, rate: float, momentum: float) -> float | None:
    """Return the factor by which an epoch multiplies errors of a quadratic loss in the long run.

    It is None for other losses, for optimizers without that theory, for several outputs, for
    shuffled batches, and where it would take too long. It is the spectral radius of what the steps
    of an epoch, with batches in a fixed order, do to errors, velocity and the sum of gradients.
    """
    linear = (
        settings.optimizer_entry.quadratic is not None
        and is_quadratic(settings)
        and settings.parameters.linear
    )
    fixed = settings.batch_size == "full" or not settings.shuffle
    small = (
        3 * settings.parameters.count <= _MOST_NUMBERS and settings.steps_per_epoch <= _MOST_STEPS
    )
    if not (linear and fixed and small):
        return None
    rows = settings.design
    bent = penalty_rows(settings)
    matrix = np.eye(3 * rows.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(rows), settings.samples_per_step):
            batch = rows[first : first + settings.samples_per_step]
            hessian = 2 * batch.T @ batch / len(batch) + bent.T @ bent
            matrix = _step(settings, hessian, rate, momentum) @ matrix
    return float(np.abs(np.linalg.eigvals(matrix)).max()) if np.isfinite(matrix).all() else math.inf


def _step(settings: Settings, hessian: Floats, rate: float, momentum: float) -> Floats:
    """Return the matrix (3P, 3P) of one step on a batch with this Hessian (P, P)."""
    zero = np.zeros_like(hessian)
    one = np.eye(len(hessian))
    grad = np.hstack((hessian, zero, one if settings.breaks_it("no_zero_grad") else zero))
    turned = -grad if settings.breaks_it("ascent") else grad
    velocity = turned + momentum * np.hstack((zero, one, zero))
    ahead = turned + momentum * velocity if settings.optimizer == "nesterov" else velocity
    return np.vstack((np.hstack((one, zero, zero)) - rate * ahead, velocity, grad))
