"""The runs that are seen on the landscape of the active one, followed from frame to frame."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.run_plane import path_of
from neuroviz.pictures.landscape.run_marks import NO_OTHERS, OtherRun, OtherRuns
from neuroviz.session.frame import Frame
from neuroviz.session.runs import ListedRun

_ON_SCREEN = 200
"""Points of a path: half of what the active run has, since there may be many."""


class OtherRunPaths:
    """Remembers the paths that have not changed, and who has the same landscape.

    Attributes
    ----------
    listed
        Of the runs that legends name those on the landscape of the active one.
    """

    def __init__(self, most: int = _ON_SCREEN) -> None:
        self._most = most
        self.listed: tuple[ListedRun, ...] = ()
        self._same: dict[int, bool] = {}
        self._known: dict[int, tuple[Hashable, OtherRun]] = {}

    def forget(self) -> None:
        """Begin with another active run."""
        self.listed = ()
        self._same.clear()
        self._known.clear()

    def follow(self, frame: Frame) -> OtherRuns:
        """Return the others at this moment.

        At the step that is looked at, as far as they have come.
        """
        if not frame.runs:
            self.listed = ()
            return NO_OTHERS
        self.listed = tuple(
            run for run in frame.named if run.active or self._is_here(frame.settings, run)
        )
        here = [run for run in frame.others if self._is_here(frame.settings, run)]
        active = next((run for run in frame.runs if run.active), None)
        return OtherRuns(
            tuple(self._path(run, frame.step if frame.looks_back else None) for run in here),
            len(frame.others) - len(here),
            active.name if active else None,
            active.slot if active else None,
            frame.not_drawn,
        )

    def _is_here(self, settings: Settings, run: ListedRun) -> bool:
        if run.number not in self._same:
            self._same[run.number] = same_landscape(settings, run.settings)
        return self._same[run.number]

    def _path(self, run: ListedRun, step: int | None) -> OtherRun:
        assert run.rows is not None  # only such are in others
        known = run.name, run.slot, run.edits, run.rows.newest.step, step
        before = self._known.get(run.number)
        if before is None or before[0] != known:
            rows = run.until(step).rows
            assert rows is not None
            before = known, OtherRun(run.name, run.slot, path_of(rows, self._most).parameters, rows)
            self._known[run.number] = before
        return before[1]


def same_landscape(first: Settings, second: Settings) -> bool:
    """Return whether two experiments have the same loss at all parameters.

    Data, neuron, loss and penalties.
    """
    return (
        first.activation == second.activation
        and first.loss == second.loss
        and first.penalties == second.penalties
        and np.array_equal(first.design, second.design)
        and np.array_equal(first.coded_targets, second.coded_targets)
    )
