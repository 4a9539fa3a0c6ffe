"""Method: the course of an optimizer on a quadratic loss, and its learning-rate marks.

Along an eigenvector of the Hessian the error, the distance from the optimum, is a number of its
own: a step at learning rate η where the curvature is λ depends on x = ηλ alone. Everything here is
in terms of x.
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
    """What an optimizer does along one direction of a quadratic loss, μ being its momentum."""

    step: Step
    """``step(error, velocity, x, momentum)``, of floats or arrays: both after one update; the
    velocity in units of λ, so that x may change from step to step.
    """
    smooth: Callable[[float], float]
    """Greatest x, of μ, at which the error never changes its sign:
    both factors of a step are real, none negative.
    """
    limit: Callable[[float], float]
    """The x, of μ, above which the error grows without bound."""
    best: Callable[[float, float, float], float]
    """``best(least, greatest, momentum)``: the learning rate at which the slowest direction is
    fastest, of λmin and λmax.
    """
    formulas: tuple[str, str, str]
    """The three marks for a reader: smooth, best, limit."""
    source: str
    """Where the theory comes from, as a key of the table of sources."""

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
        """Return what the error is multiplied by in a step in the long run, without sign.

        The spectral radius.
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
    # The factor falls up to x = 1 and rises beyond it,
    # so that at the best rate both ends have the same.
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
