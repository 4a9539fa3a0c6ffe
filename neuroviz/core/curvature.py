"""Curvature: what the second derivatives of the loss say about learning rates."""

from __future__ import annotations

import numpy as np

from neuroviz.core.settings import Settings
from neuroviz.core.tasks import Floats

__all__ = ["quadratic_hessian", "stable_limit"]


def quadratic_hessian(settings: Settings) -> Floats | None:
    """Return the Hessian (P, P) of the mean loss where it is the same everywhere, None elsewhere.

    It is with an identity output and the mean squared error: (2/N)·XᵀX, a column of ones in X for the bias.
    """
    if settings.activation != "identity" or settings.loss != "mse":
        return None
    inputs = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    return 2 / settings.dataset.samples * inputs.T @ inputs


def stable_limit(settings: Settings, momentum: float = 0.0) -> float | None:
    """Return the learning rate above which the run must diverge, None where there is no such exact limit.

    2/λmax for gradient descent on a quadratic loss, (2 + 2μ)/λmax with momentum μ; full batches only.
    Reference: Goh 2017, Why Momentum Really Works, Distill.
    """
    hessian = quadratic_hessian(settings)
    if hessian is None or settings.batch_size != "full" or settings.optimizer not in ("sgd", "momentum"):
        return None
    return float((2 + 2 * momentum) / np.linalg.eigvalsh(hessian)[-1])
