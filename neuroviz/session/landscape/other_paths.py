"""The other runs that the landscape of the active one shows, followed from frame to frame."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.run_plane import newest, path_of
from neuroviz.core.model.model import model_of
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.run_marks import NO_OTHERS, TAIL, OtherRun, OtherRuns
from neuroviz.session.frame import Frame
from neuroviz.session.runs import ListedRun

_ON_SCREEN = 200
"""Points of a path: fewer than the active run has, since there may be many runs."""


class OtherRunPaths:
    """Remembers, for one active run, unchanged paths and which runs have the same landscape."""

    def __init__(self, most: int = _ON_SCREEN) -> None:
        self._most = most
        self._same: dict[int, bool] = {}
        self._known: dict[int, tuple[Hashable, OtherRun]] = {}

    def follow(self, frame: Frame) -> OtherRuns:
        """Return the other runs up to the step that is looked at, or as far as they have come."""
        if not frame.runs:
            return NO_OTHERS
        here = [run for run in frame.others if self._is_here(frame.settings, run)]
        race = frame.race
        said: dict[int, str] = {}
        if race is not None:  # a run that has blown up has no place any more
            said = {runner.number: runner.said for runner in race.runners if not runner.stopped}
            here = [run for run in here if run.number in said]
        active = frame.active
        return OtherRuns(
            tuple(
                self._path(run, frame.step if frame.looks_back else None, said.get(run.number))
                for run in here
            ),
            0 if race else len(frame.others) - len(here),
            active.name if active else None,
            active.slot if active else None,
            frame.not_drawn,
            None if race is None else said.get(frame.number, ""),
            None if race is None else race.leader,
        )

    def _is_here(self, settings: Settings, run: ListedRun) -> bool:
        if run.number not in self._same:
            self._same[run.number] = same_landscape(settings, run.settings)
        return self._same[run.number]

    def _path(self, run: ListedRun, step: int | None, said: str | None) -> OtherRun:
        known = run, step, said
        before = self._known.get(run.number)
        if before is None or before[0] != known:
            rows = run.rows_until(step)
            path = path_of(rows, self._most).parameters
            path = path if said is None else with_tail(path, rows)
            before = known, OtherRun(run.name, run.slot, path, rows, said or "")
            self._known[run.number] = before
        return before[1]


def with_tail(path: Floats, rows: Rows) -> Floats:
    """Return a path (m, P) and, where it leaves steps out, the last steps one by one after it."""
    return path if len(path) > rows.newest.step else np.vstack((path, newest(rows, TAIL)))


def same_landscape(first: Settings, second: Settings) -> bool:
    """Return whether two experiments have the same loss at all parameters.

    Model, inputs and targets decide that, penalties included.
    """
    return (
        model_of(first) == model_of(second)
        and np.array_equal(first.coded_inputs, second.coded_inputs)
        and np.array_equal(first.coded_targets, second.coded_targets)
    )
