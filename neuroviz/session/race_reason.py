"""Why a race was won, as far as its runs prove it."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.edits import changed
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.numbers import counted, printed
from neuroviz.core.training.history_view import LEARNING_RATE, Rows
from neuroviz.session.race_moment import RaceMoment, times
from neuroviz.session.run import ListedRun

_LONGER = 1.5
"""Times rate × gradient that momentum's steps must add up to, to be given as the reason."""
_OFTEN = 0.1
"""Share of epochs in which the loss rises, from which on it is said to swing."""


def why(race: RaceMoment) -> str:
    """Return in a sentence what the winner did that the others did not.

    It is empty where nothing can be proved, where no run has won alone, and where a person took
    part.
    """
    if race.next is None or race.next.winner is None:
        return ""
    first, second, *_ = race.runners
    if second.stopped:
        return "It alone stayed finite."
    histories = {run: run.rows for run in race.runs if run.rows is not None}
    if any(rows.stride > 1 for rows in histories.values()):
        return ""  # not every step is kept
    won, near = (
        next(run for run in race.runs if run.number == one.number) for one in (first, second)
    )
    losses = zip(race.runs, race.stored, strict=True)
    rises = {run: int((np.diff(own) > 0).sum()) for run, (_, own) in losses}
    epochs = histories[near].newest.epoch
    if said := _of_rates(won, histories[won], rises):
        return said
    longer = _longer(histories[won]) if _is_momentum_alone(won, near) else 0.0
    if longer >= _LONGER:
        return f"Its steps add up to {times(longer)} rate × gradient: that is momentum."
    if rises[near] < max(2 * rises[won] + 1, _OFTEN * epochs):
        return ""
    rose = f"rose {counted(rises[won], 'time')}" if rises[won] else "never rose"
    return f"Its loss {rose}, that of {near.name} {counted(rises[near], 'time')}."


def _of_rates(won: ListedRun, rows: Rows, rises: dict[ListedRun, int]) -> str:
    """Say what makes a rate the best, where the runs differ in nothing but the rate; else "".

    ``rises`` says how often the loss of each run rose.
    """
    rate = won.settings.learning_rate
    settings = won.settings
    others = {run: run.settings.learning_rate for run in rises if run is not won}
    if any(changed(settings, run.settings) != ("learning_rate",) for run in others):
        return ""
    ruler = ruler_of(settings, curvature_at(settings, rows.kept_before(0).parameters))
    best = None if ruler.conditions or not ruler.quadratic else ruler.best
    if best is not None and all(abs(rate - best) < abs(other - best) for other in others.values()):
        return f"Its rate is the nearest to {printed(best)}, the fastest in the worst case."
    wild = all(run.stopped or rises[run] for run, other in others.items() if other > rate)
    if rises[won] or not wild:
        return ""
    return "Its rate is the largest with which the loss never rose."


def _is_momentum_alone(won: ListedRun, near: ListedRun) -> bool:
    """Return whether momentum alone sets a run apart from another, by SGD at the same rate."""
    same = won.settings.learning_rate == near.settings.learning_rate
    return same and "momentum" in won.settings.hyperparameters and near.settings.optimizer == "sgd"


def _longer(rows: Rows) -> float:
    """Return the summed length of the steps, as a multiple of summed rate × gradient."""
    path = np.column_stack((rows.kept_parameters(), rows.newest.parameters))
    slopes = np.linalg.norm(rows.kept_parameters(grad=True), axis=0)
    taken = np.linalg.norm(np.diff(path), axis=0).sum()
    alone = slopes @ rows.kept[LEARNING_RATE]
    return float(taken / alone) if alone else 0.0
