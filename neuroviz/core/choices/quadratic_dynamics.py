"""Method: what an optimizer does on a quadratic loss, and its learning-rate marks.

Along each eigenvector of the Hessian the error, which is the distance from the optimum, is a single
number. What a step at learning rate η does where the curvature is λ depends only on x = ηλ, so
everything here is in terms of x.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from neuroviz.core.lazy import np
from neuroviz.core.types import Floats, Frozen

_HALVINGS = 100

Step = Callable[[Any, Any, Any, float], tuple[Any, Any]]


class Method(Frozen):
    """What an optimizer does along one direction of a quadratic loss; μ is its momentum."""

    step: Step
    """``step(error, velocity, x, momentum)``, of floats or arrays: error and velocity after one
    update. The velocity is in units of λ, so that x may change from step to step."""
    smooth: Callable[[float], float]
    """Greatest x, by μ, at which the error never changes its sign: both factors of a step are real,
    and none is negative."""
    limit: Callable[[float], float]
    """The x, by μ, above which the error grows without bound."""
    best: Callable[[float, float, float], float]
    """``best(least, greatest, momentum)``: the learning rate, by λmin and λmax, at which the
    slowest direction is fastest."""
    formulas: tuple[str, str, str]
    """The three marks for a reader: smooth, best, limit."""
    source: str
    """The source of the theory, a key of the table of sources."""

    def transition(self, x: Floats, momentum: float) -> Floats:
        """Return the matrices (…, 2, 2) that take (error, velocity) over one step."""
        one = np.ones_like(x)
        zero = np.zeros_like(x)
        columns = [
            np.stack(self.step(*start, x, momentum), axis=-1)
            for start in ((one, zero), (zero, one))
        ]
        return np.stack(columns, axis=-1)

    def factor(self, x: float, momentum: float) -> float:
        """Return the absolute factor of the error in a step, in the long run.

        It is the spectral radius.
        """
        a, c = self.step(1.0, 0.0, x, momentum)
        b, d = self.step(0.0, 1.0, x, momentum)
        half = (a + d) / 2
        product = a * d - b * c
        inside = half * half - product
        return math.sqrt(product) if inside < 0 else abs(half) + math.sqrt(inside)


def _heavy_ball(
    error: Floats, velocity: Floats, x: Floats, momentum: float
) -> tuple[Floats, Floats]:
    velocity = momentum * velocity + error
    return error - x * velocity, velocity


def _nesterov(error: Floats, velocity: Floats, x: Floats, momentum: float) -> tuple[Floats, Floats]:
    velocity = momentum * velocity + error
    return error - x * (error + momentum * velocity), velocity


def _best_of_nesterov(least: float, greatest: float, momentum: float) -> float:
    # The factor falls up to x = 1 and rises beyond it, so at the best rate it is the same at both
    # ends.
    low = 1 / greatest
    high = 1 / least
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        slow, steep = (
            NESTEROV.factor(middle * curvature, momentum) for curvature in (least, greatest)
        )
        low, high = (middle, high) if slow > steep else (low, middle)
    return low


HEAVY_BALL = Method(
    step=_heavy_ball,
    smooth=lambda momentum: (1 - math.sqrt(momentum)) ** 2,
    limit=lambda momentum: 2 + 2 * momentum,
    # The factor is the same at equal distances from x = 1 + μ.
    best=lambda least, greatest, momentum: (2 + 2 * momentum) / (least + greatest),
    formulas=("(1 − √μ)²/λmax", "(2 + 2μ)/(λmin + λmax)", "(2 + 2μ)/λmax"),
    source="goh_2017",
)
PLAIN = replace(
    HEAVY_BALL,
    formulas=("1/λmax", "2/(λmin + λmax)", "2/λmax"),
)
NESTEROV = Method(
    step=_nesterov,
    smooth=lambda momentum: ((1 - momentum) / (1 + momentum)) ** 2,
    limit=lambda momentum: (2 + 2 * momentum) / (1 + 2 * momentum),
    best=_best_of_nesterov,
    formulas=("((1 − μ)/(1 + μ))²/λmax", "λmin and λmax shrink alike", "(2 + 2μ)/((1 + 2μ)·λmax)"),
    source="cohen_2021, appendix B",
)
