"""The losses of the runs that the active one is compared with.

A curve that has not changed is the one before.
"""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.quadratic import no_prediction
from neuroviz.core.types import Floats
from neuroviz.pictures.loss import RunLosses
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import RaceMoment
from neuroviz.session.runs import ListedRun


class OtherLosses:
    """Remembers what was last shown of each run.

    Attributes
    ----------
    every
        Whether runs of other data or another loss are drawn too: next to their losses those of the
        active run may be a flat line.
    """

    def __init__(self) -> None:
        self.every = False
        self._known: dict[int, tuple[Hashable, RunLosses]] = {}
        self._alike: dict[int, tuple[Settings, Settings, bool]] = {}

    def drawn(self, frame: Frame) -> tuple[ListedRun, ...]:
        """Return the other runs that are drawn.

        Of the same data and loss, or in a race with the active one.
        """
        return tuple(run for run in frame.others if self.every or self.is_like(frame, run))

    def is_like(self, frame: Frame, run: ListedRun) -> bool:
        """Return whether the losses of a run can, or are to be, compared with the active's."""
        if run.active or run.racing:
            return True
        known = self._alike.get(run.number)
        if known is None or known[0] is not frame.settings or known[1] is not run.settings:
            known = frame.settings, run.settings, same_losses(frame.settings, run.settings)
            self._alike[run.number] = known
        return known[2]

    def follow(
        self, frame: Frame, most: int, window: tuple[float, float] | None
    ) -> list[RunLosses]:
        """Return the losses of the other runs that are drawn, in the order of the list.

        Parameters
        ----------
        most
            Pixel columns of the plot: a curve has some two points in each.
        window
            Epochs in sight; None for all.
        """
        step = frame.step if frame.looks_back else None
        known = {
            run.number: self._of_run(run, frame.end_name(run), most, window, step)
            for run in self.drawn(frame)
        }
        self._known = known
        return [losses for _, losses in known.values()]

    def _of_run(
        self,
        run: ListedRun,
        name: str,
        most: int,
        window: tuple[float, float] | None,
        step: int | None,
    ) -> tuple[Hashable, RunLosses]:
        assert run.rows is not None  # only such runs are drawn
        made_of = (run, name, most, window, step)
        if run.number in self._known and self._known[run.number][0] == made_of:
            return self._known[run.number]
        epochs, losses = run.rows.drawn_loss(most, window)
        at, loss = run.rows_until(step).last_loss
        place = np.array([at / run.rows.steps_per_epoch])
        return made_of, RunLosses(name, run.slot, epochs, losses, place, np.array([loss]))


def same_losses(first: Settings, second: Settings) -> bool:
    """Return whether two experiments have the same data and measure the same loss."""
    one = first.dataset
    other = second.dataset
    return (
        first.loss == second.loss
        and first.penalties == second.penalties
        and np.array_equal(one.inputs, other.inputs)
        and np.array_equal(one.targets, other.targets)
    )


def raced(runs: list[RunLosses], race: RaceMoment) -> list[RunLosses]:
    """Return those that race, who leads the thickest; who has blown up is grey, without a name."""
    gone = {one.slot for one in race.runners if one.stopped}
    first = race.leader
    return [
        replace(run, beside=run.slot not in gone, leads=run.slot == first, gone=run.slot in gone)
        for run in runs
    ]


_LAST = 2**53  # an epoch that a float can count
_SCHEDULED = 1_000
"""Epochs predicted under a schedule: each has a matrix of its own, and takes some ten
microseconds."""
_NONE = np.empty(0)


class PredictedLosses:
    """Remembers the last prediction."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._points = (_NONE, _NONE)

    def exist(self, frame: Frame) -> bool:
        """Return whether theory predicts the run, for some epochs at least."""
        return frame.start is not None and no_prediction(frame.settings_at_start, 0) is None

    def between(self, frame: Frame, left: float, right: float, most: int) -> tuple[Floats, Floats]:
        """Return whole epochs (K,) from ``left`` to ``right``.

        ``most`` of them at most, and the losses there. Only losses that a float can hold; none
        where theory does not predict the run.
        """
        if frame.start is None:
            return _NONE, _NONE
        settings = frame.settings_at_start
        last = _LAST if settings.schedule == "constant" else _SCHEDULED
        first, last = (min(max(end, 0), last) for end in (math.floor(left), math.ceil(right)))
        if first > last or no_prediction(settings, last):
            return _NONE, _NONE
        known = (settings, frame.edits, frame.start.tobytes(), first, last, most)
        if known != self._known:
            self._known = known
            self._points = _predict(frame, first, last, most)
        return self._points


def _predict(frame: Frame, first: int, last: int, most: int) -> tuple[Floats, Floats]:
    epochs = np.unique(
        np.linspace(first, last, min(most, last - first + 1)).round().astype(np.int64)
    )
    losses = frame.predicted_losses(epochs)
    if losses is None:
        return _NONE, _NONE
    finite = np.isfinite(losses)
    return epochs[finite].astype(float), losses[finite]
