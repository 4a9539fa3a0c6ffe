"""Undo: the changes that were made, those that were undone, and the memory that both take."""

from __future__ import annotations

from neuroviz.core.training.trainer import Trainer
from neuroviz.session.changes import Change, Replaced
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Runs

_MOST = 100
"""Changes to go back by."""
MOST_BYTES = 64 * 2**20
"""Memory of the rows of all runs but the active one."""
_FEWER_ROWS = (4096, 512, 64)
"""Rows that a run keeps which is not active, once all of them are too many: the others can be computed again."""


class Undo:
    """The changes that were made, and those that were undone."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def label(self) -> str | None:
        """Name of the change that would be undone, None if there is none."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """Name of the change that would be made again, None if there is none."""
        return self._undone[-1].label if self._undone else None

    @property
    def put_aside(self) -> SessionRun | None:
        """The run that the last change took out of sight and undoing it brings back; None if there is none."""
        last = self._done[-1] if self._done else None
        if not isinstance(last, Replaced) or last.before.active in (last.after.active, *last.after.listed):
            return None
        return last.before.active

    def going_on(self, names: tuple[str, ...]) -> Change | None:
        """Return the last change if these settings, moved further, are still that; None if they are another."""
        if self._undone or not self._done or not self._done[-1].goes_on(self._runs, names):
            return None
        return self._done[-1]

    def push(self, change: Change) -> None:
        """Take a change that was made; what was undone before is forgotten."""
        self._done.append(change)
        self._undone.clear()
        del self._done[:-_MOST]
        self._stay_small()

    def undo(self) -> None:
        """Undo the last change; one that leads to a start that is not finite is forgotten instead."""
        self._swap(self._done, self._undone)

    def redo(self) -> None:
        """Make the last undone change again, with the same exception."""
        self._swap(self._undone, self._done)

    def _swap(self, changes: list[Change], others: list[Change]) -> None:
        if changes:
            change = changes.pop()
            change.swap(self._runs)
            if self._runs.can_enter(self._runs.snapshot):
                others.append(change)
            else:
                change.swap(self._runs)
            self._stay_small()

    def _stay_small(self) -> None:
        """Leave the other runs fewer rows while they take too much memory, the oldest first; then forget some."""
        trainers = self._others()
        total = sum(trainer.history.size for trainer in trainers)
        for rows in _FEWER_ROWS:
            for trainer in trainers:
                if total <= MOST_BYTES:
                    return
                total -= trainer.history.size
                trainer.history.shrink(rows)
                total += trainer.history.size
        while len(self._done) > 1 and sum(trainer.history.size for trainer in self._others()) > MOST_BYTES:
            del self._done[0]

    def _others(self) -> list[Trainer]:
        """Return all trainers but that of the active run, each once; those on the list are the last."""
        active = self._runs.active.trainer
        kept = [kept.trainer for change in (*self._done, *self._undone) for kept in change.kept()]
        listed = {run.trainer: None for run in self._runs.listed}
        unlisted = {trainer: None for trainer in kept if trainer not in listed}
        return [trainer for trainer in (*unlisted, *listed) if trainer is not None and trainer is not active]
