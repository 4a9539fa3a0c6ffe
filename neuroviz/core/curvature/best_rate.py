"""The learning rate with the smallest loss after a number of epochs."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, quadratic_factors
from neuroviz.core.curvature.quadratic import least_loss, no_prediction, start_losses
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.curvature.response import Response
from neuroviz.core.types import Floats

_MOST_NUMBERS = 2**16
"""Rates tried in a round, times directions."""
_ROUNDS = 5
_VALLEYS = 8
_ZOOM = 16


def best_rate(settings: Settings, parameters: Floats, epochs: int) -> float | None:
    """Return the learning rate to take.

    Parameters
    ----------
    settings
        The experiment; its own learning rate does not matter.
    parameters
        (P,): the start.
    epochs
        After which the loss counts, 0 or more.

    Returns
    -------
    Where a run can be predicted and its rate is constant, the rate with the smallest predicted loss, of all that
    are at most the limit; elsewhere the fastest in the worst case, None where there is none.
    """
    ruler = ruler_of(settings, curvature_at(settings, parameters))
    if ruler.limit is None or ruler.best is None or not epochs or not _constant_and_predicted(settings, epochs):
        return ruler.best
    losses = start_losses(settings, parameters)
    if not losses.any():
        return ruler.best
    # A rate far below 1/(λmax·epochs²) has no time to do anything, with any momentum.
    lowest = min(ruler.limit, 1 / quadratic_factors(settings).scales[-1] ** 2) / (16.0 * epochs**2)
    found = _search(settings, losses, epochs, lowest, ruler.limit)
    mark, least = least_loss(settings) + np.exp2(
        _log_excess(settings, losses, epochs, np.array([ruler.best, found]))
    )
    # Where both reach the optimum, as far as a float can tell, the one that is good from every start.
    return ruler.best if mark <= least else found


def _constant_and_predicted(settings: Settings, epochs: int) -> bool:
    return settings.schedule == "constant" and no_prediction(settings, epochs) is None


def _search(settings: Settings, losses: Floats, epochs: int, lowest: float, limit: float) -> float:
    """Return the best rate of a fine grid, then of finer ones about its lowest places: there can be many."""
    count = max(64, min(4096, _MOST_NUMBERS // len(losses)))
    rates = np.concatenate((np.geomspace(lowest, limit, count), np.linspace(limit / count, limit, count)))
    rates.sort()
    width = np.gradient(rates)
    for _ in range(_ROUNDS):
        excess = _log_excess(settings, losses, epochs, rates)
        chosen = np.argsort(excess, kind="stable")[:_VALLEYS]
        centres = rates[chosen, None]
        reach = width[chosen, None]
        steps = np.linspace(-1, 1, 2 * _ZOOM + 1)
        rates = np.clip(centres + reach * steps, lowest, limit).ravel()
        width = np.broadcast_to(reach / _ZOOM, (len(chosen), len(steps))).ravel()
    return float(rates[_log_excess(settings, losses, epochs, rates).argmin()])


def _log_excess(settings: Settings, losses: Floats, epochs: int, rates: Floats) -> Floats:
    """Return the logarithm of what is left above the least loss, for every rate (R,)."""
    moving = losses > 0
    curvatures = quadratic_factors(settings).scales[moving] ** 2
    x = np.multiply.outer(rates, curvatures)
    momentum = settings.hyperparameters.get("momentum", 0.0)
    method = settings.optimizer_entry.quadratic
    assert method is not None  # or no run could be predicted
    transition = method.transition(x, momentum)
    left = Response(x.shape).after(transition, np.array([epochs])).at(0)
    result: Floats = np.logaddexp2.reduce(left.log_squares_times(losses[moving]), axis=-1)
    return result
