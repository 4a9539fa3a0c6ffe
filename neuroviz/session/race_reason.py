"""Why a race was won, as far as its runs prove it."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.choices.differences import changed
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.numbers import printed
from neuroviz.core.training.history_view import LEARNING_RATE
from neuroviz.session.race_moment import RaceMoment, times
from neuroviz.session.runs import ListedRun

_LONGER = 1.5
"""How many times as long as rate × gradient momentum's steps are, if they tell anything."""
_OFTEN = 0.1
"""The share of epochs in which a loss rises that swings."""


def why(race: RaceMoment) -> str:
    """Return in a sentence what the winner did that the others did not.

    Empty where nothing can be proved, where nobody has won alone, and where a person took part.
    """
    if race.next is None or race.next.winner is None:
        return ""
    first, second, *_ = race.runners
    if second.stopped:
        return "It alone stayed finite."
    numbers = [run.number for run in race.runs]
    won, near = (numbers.index(one.number) for one in (first, second))
    return _by_rate(race, won) or _by_momentum(race, won, near) or _by_rises(race, won, near)


def _by_rate(race: RaceMoment, won: int) -> str:
    """Compare rates, where the runs differ in nothing else."""
    winner = race.runs[won]
    others = [run for run in race.runs if run is not winner]
    if any(run.edits for run in race.runs) or any(
        changed(winner.settings, run.settings) != ("learning_rate",) for run in others
    ):
        return ""
    rate, best = winner.settings.learning_rate, _best(winner)
    if best is not None and all(_nearer(best, rate, run.settings.learning_rate) for run in others):
        return f"Its rate is the nearest to {printed(best)}, the fastest in the worst case."
    larger = [index for index, run in enumerate(race.runs) if run.settings.learning_rate > rate]
    rises = {index: _rises(race, index) for index in (won, *larger)}
    if rises[won] == 0 and all(race.runs[index].stopped or rises[index] for index in larger):
        return "Its rate is the largest with which the loss never rose."
    return ""


def _best(run: ListedRun) -> float | None:
    """Return the rate that is the fastest in the worst case; None where theory knows none."""
    assert run.rows is not None  # only such race
    start = run.rows.kept_before(0).parameters
    ruler = ruler_of(run.settings, curvature_at(run.settings, start))
    return ruler.best if ruler.quadratic and not ruler.conditions else None


def _nearer(best: float, rate: float, other: float) -> bool:
    """Return whether a rate is nearer to the best one than another, by difference and by ratio."""
    return abs(rate - best) < abs(other - best) and abs(math.log(rate / best)) < abs(
        math.log(other / best)
    )


def _by_momentum(race: RaceMoment, won: int, near: int) -> str:
    """Compare the steps of momentum with those that the gradients alone would make."""
    winner, second = race.runs[won], race.runs[near]
    rows = winner.rows
    same = winner.settings.learning_rate == second.settings.learning_rate
    velocity = "momentum" in winner.settings.hyperparameters
    if not (same and velocity and second.settings.optimizer == "sgd" and rows and rows.stride == 1):
        return ""
    path = np.column_stack((rows.kept_parameters(), rows.newest.parameters))
    taken = np.linalg.norm(np.diff(path), axis=0).sum()
    slopes = np.linalg.norm(rows.kept_parameters(grad=True), axis=0)
    alone = slopes @ rows.kept[LEARNING_RATE]
    if taken < _LONGER * alone:
        return ""
    return f"Its steps add up to {times(taken / alone)} rate × gradient: that is momentum."


def _by_rises(race: RaceMoment, won: int, near: int) -> str:
    """Compare how often the losses rose."""
    own, other = _rises(race, won), _rises(race, near)
    epochs = len(race.stored[near][1]) - 1
    if own is None or other is None or other < max(2 * own + 1, _OFTEN * epochs):
        return ""
    rose = f"rose in {own:,} of {epochs:,} epochs" if own else "never rose"
    return f"Its loss {rose}, that of {race.runs[near].name} in {other:,}."


def _rises(race: RaceMoment, index: int) -> int | None:
    """Return in how many epochs the loss of a run rose; None where not all are kept."""
    rows = race.runs[index].rows
    if rows is None or rows.stride > 1:
        return None
    return int((np.diff(race.stored[index][1]) > 0).sum())
