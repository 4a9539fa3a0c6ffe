"""Divergence: which direction blows up, how fast, and up to which learning rate it would not."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import Curvature, curvature_at, is_quadratic
from neuroviz.core.curvature.quadratic import errors_along
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.numbers import format_number, subscripted
from neuroviz.core.types import Floats, Unique

_TERMS = 4
"""Most parameters that are named in a sentence."""
_SAME = 1e-9
"""Relative distance within which two curvatures are the same, and their directions a plane."""


class Divergence(Unique):
    """Why a run diverges."""

    direction: Floats
    """(P,), of length 1: the direction that blows up."""
    curvature: float
    """The eigenvalue λ of the Hessian along it."""
    factor: float
    """The absolute factor of its error in a step, in the long run; above 1."""
    limit: float
    """The learning rate up to which its error would not grow."""
    sentence: str
    """Which error grows, where and how fast."""


def divergence(
    settings: Settings, parameters: Floats, learning_rate: float | None = None
) -> Divergence | None:
    """Return why a run diverges at this rate; None if it does not, or if theory does not tell.

    Parameters
    ----------
    settings
        The experiment.
    parameters
        (P,): where the run is. Among the directions that grow, the one that raises the loss most
        there is named. A loss that is not quadratic gives None, since its curvature here does not
        tell how a next step ends.
    learning_rate
        The learning rate of the step, after its schedule; None for that of the settings.
    """
    if not is_quadratic(settings) or settings.batch_size != "full":
        return None
    rate = settings.learning_rate if learning_rate is None else learning_rate
    curvature = curvature_at(settings, parameters)
    ruler = ruler_of(settings, curvature)
    method = settings.optimizer_entry.quadratic
    if ruler.limit is None or method is None or not ruler.overshoots(rate):
        return None
    momentum = settings.hyperparameters.get("momentum", 0.0)
    size, direction = _grown(settings, parameters, curvature, method.limit(momentum) / rate)
    factor = method.factor(rate * size, momentum)
    limit = method.limit(momentum) / size
    return Divergence(direction, size, factor, limit, _cause(settings, direction, size, factor))


def _grown(
    settings: Settings, parameters: Floats, curvature: Curvature, stable: float
) -> tuple[float, Floats]:
    """Return the curvature above ``stable`` that adds most to the loss, and its direction."""
    sizes = curvature.curvatures
    directions = curvature.directions
    errors = errors_along(settings, parameters)
    chosen = int(np.where(sizes > stable, sizes * errors**2, -1.0).argmax())
    plane = np.isclose(sizes, sizes[chosen], rtol=_SAME, atol=0.0)
    error = directions[:, plane] @ errors[plane]
    length = float(np.linalg.norm(error))
    return float(sizes[chosen]), error / length if length else directions[:, chosen]


def _cause(settings: Settings, direction: Floats, size: float, factor: float) -> str:
    largest = np.sort(np.argsort(-np.abs(direction), kind="stable")[:_TERMS])
    names = settings.parameters.names
    terms = ", ".join(f"{subscripted(names[i])} {format_number(direction[i], 2)}" for i in largest)
    more = ", …" if len(direction) > _TERMS else ""
    steps = (
        "in every step, in the long run"
        if settings.hyperparameters.get("momentum")
        else "in every step"
    )
    return (
        f"The error along the direction ({terms}{more}), "
        f"where the curvature is {format_number(size)}, grows {format_number(factor)}-fold {steps}."
    )
