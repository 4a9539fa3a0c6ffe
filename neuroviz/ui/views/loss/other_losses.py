"""The losses of the runs that the active one is compared with; a curve that has not changed is the one before."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from neuroviz.pictures.loss import RunLosses
from neuroviz.session.frame import Frame
from neuroviz.session.listed_run import ListedRun

__all__ = ["OtherLosses"]


class OtherLosses:
    """Remembers what was last shown of each run."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Hashable, RunLosses]] = {}

    def follow(self, frame: Frame, most: int, window: tuple[float, float] | None) -> list[RunLosses]:
        """Return the losses of the other runs of this moment, in the order of the list.

        Parameters
        ----------
        frame
            The moment.
        most
            Pixel columns of the plot: a curve has some two points in each.
        window
            Epochs in sight; None for all.
        """
        step = frame.step if frame.looks_back else None
        known = {run.number: self._of_run(run, most, window, step) for run in frame.others}
        self._known = known
        return [losses for _, losses in known.values()]

    def _of_run(
        self, run: ListedRun, most: int, window: tuple[float, float] | None, step: int | None
    ) -> tuple[Hashable, RunLosses]:
        assert run.rows is not None  # only such runs are drawn
        made_of = (run.name, run.slot, run.edits, run.rows.newest.step, most, window, step)
        if run.number in self._known and self._known[run.number][0] == made_of:
            return self._known[run.number]
        epochs, losses = run.rows.drawn_loss(most, window)
        row = None if step is None else run.row_at(step)
        at, loss = (run.rows if row is None else run.rows.until(row)).last_loss
        place = np.array([at / run.rows.steps_per_epoch])
        return made_of, RunLosses(run.name, run.slot, epochs, losses, place, np.array([loss]))
