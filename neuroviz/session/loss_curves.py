"""The losses of the runs that the active one is compared with; unchanged curves are reused."""

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
from neuroviz.session.run import ListedRun


class OtherLosses:
    """Remembers the last shown curve of each run.

    Attributes
    ----------
    every
        Whether runs with other data or another loss are drawn too; next to their losses, the active
        run's may look like a flat line.
    """

    def __init__(self) -> None:
        self.every = False
        self._known: dict[int, tuple[Hashable, RunLosses]] = {}

    def drawn(self, frame: Frame) -> tuple[ListedRun, ...]:
        """Return the other runs to draw: all, or those whose losses can be compared."""
        return tuple(run for run in frame.others if self.every or self.is_like(frame, run))

    def is_like(self, frame: Frame, run: ListedRun) -> bool:
        """Return whether the losses of a run can be compared with the active run's.

        Losses of the same race always can.
        """
        return run.active or run.racing or same_losses(frame.settings, run.settings)

    def follow(
        self, frame: Frame, most: int, window: tuple[float, float] | None
    ) -> list[RunLosses]:
        """Return the losses of the other runs that are drawn, in the order of the list.

        Parameters
        ----------
        most
            Pixel columns of the plot: a curve has about two points in each.
        window
            Visible range of epochs; None for all.
        """
        step = frame.step if frame.looks_back else None
        known = {run.number: self._of_run(run, most, window, step) for run in self.drawn(frame)}
        self._known = known
        return [losses for _, losses in known.values()]

    def _of_run(
        self,
        run: ListedRun,
        most: int,
        window: tuple[float, float] | None,
        step: int | None,
    ) -> tuple[Hashable, RunLosses]:
        assert run.rows is not None  # only such runs are drawn
        made_of = (run, most, window, step)
        if run.number in self._known and self._known[run.number][0] == made_of:
            return self._known[run.number]
        epochs, losses = run.rows.drawn_loss(most, window)
        at, loss = run.rows_until(step).last_loss
        place = np.array([at / run.rows.steps_per_epoch])
        return made_of, RunLosses(run.name, run.slot, epochs, losses, place, np.array([loss]))


def same_losses(first: Settings, second: Settings) -> bool:
    """Return whether two experiments have the same data, loss and penalties."""
    one = first.dataset
    other = second.dataset
    same = one is other or (
        np.array_equal(one.inputs, other.inputs) and np.array_equal(one.targets, other.targets)
    )
    return same and first.loss == second.loss and first.penalties == second.penalties


def raced(runs: list[RunLosses], race: RaceMoment) -> list[RunLosses]:
    """Return a race's losses: the leader's thickest, those of blown-up runs grey and unnamed."""
    gone = {one.slot for one in race.runners if one.stopped}
    first = race.leader
    return [
        replace(run, beside=run.slot not in gone, leads=run.slot == first, gone=run.slot in gone)
        for run in runs
    ]


_LAST = 2**53  # an epoch that a float can count
_SCHEDULED = 1_000
"""Epochs predicted under a schedule, at most: each needs its own matrix, which takes some ten
microseconds."""
_NONE = np.empty(0)


class PredictedLosses:
    """Losses that theory predicts; remembers the last prediction."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._points = (_NONE, _NONE)

    def exist(self, frame: Frame) -> bool:
        """Return whether theory predicts the run, at least for some epochs."""
        return frame.start is not None and no_prediction(frame.settings_at_start, 0) is None

    def between(self, frame: Frame, left: float, right: float, most: int) -> tuple[Floats, Floats]:
        """Return whole epochs (K,) from ``left`` to ``right``, and the losses (K,) there.

        They are at most ``most``. Losses that no float can hold are left out. Both are empty where
        theory does not predict the run.
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
