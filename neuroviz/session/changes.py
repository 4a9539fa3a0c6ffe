"""Changes: what a person did to the experiment, each with its name and the way back."""

from __future__ import annotations

import time
from dataclasses import field, replace
from typing import Protocol

from neuroviz.core.choices.differences import describe_change
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import dataclass
from neuroviz.session.run import Run, Stand, with_limits
from neuroviz.session.runs import Runs, Snapshot

_ONE_DRAG = 1.0
"""Seconds between two moves of a slider that belong together while the run goes on under it."""


class Change(Protocol):
    """Something that was done and can be undone."""

    @property
    def label(self) -> str:
        """Its name in the menu."""

    def undo(self, runs: Runs) -> None:
        """Bring back what was before."""

    def redo(self, runs: Runs) -> None:
        """Bring back what came after."""

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether these settings, moved further by a slider, are still this change."""

    def kept(self) -> list[Run | Stand]:
        """Return what it holds of runs."""


@dataclass
class Replaced:
    """Another run became the active one, others joined the list, left it, or race no more."""

    label: str
    """Its name in the menu."""
    before: Snapshot
    after: Snapshot
    """The active run, the list and the race on either side of the change."""
    names: tuple[str, ...] = ()
    """The settings that differ; empty where that does not say it."""
    step: int = 0
    """Where the new run began to differ from the old."""
    old: Settings | None = None
    """The settings that were in force there before; None where they do not say what changed."""
    branched: bool = False
    """Whether the old run went on from there, and the name is to say where."""

    def call(self, settings: Settings) -> None:
        """Take the name that new settings give the change."""
        assert self.old is not None
        where = f" from step {self.step:,}" if self.branched else ""
        self.label = f"{describe_change(self.old, settings)}{where}"

    def undo(self, runs: Runs) -> None:
        """Bring back who was there before."""
        now = runs.snapshot
        runs.enter(_with_pins(self.before, now, self.after))
        self.after = now

    def redo(self, runs: Runs) -> None:
        """Bring back who came after."""
        now = runs.snapshot
        runs.enter(_with_pins(self.after, now, self.before))
        self.before = now

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether nothing happened since: no step was taken, and nobody came or went."""
        return bool(names) and names == self.names and runs.snapshot == self.after and runs.active.step == self.step

    def kept(self) -> list[Run | Stand]:
        """Return all runs it knows."""
        return [self.before.active, *self.before.listed, self.after.active, *self.after.listed]


@dataclass
class Edited:
    """Hyperparameters were changed in mid-run."""

    run: Run
    """The run that goes on with other values."""
    step: int
    """The row from whose update on they hold: the newest one then."""
    edits: tuple[Edit, ...]
    shown: Settings
    """The edits and the settings in force before the change."""
    names: tuple[str, ...]
    """Names in Settings of what was changed; a slider goes on with the same ones only."""
    label: str = ""
    _later: Stand | None = field(default=None, init=False)
    """Where the run stood when this was undone; None while it is not."""
    _last: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._stopped = self.run.stopped

    def take(self, settings: Settings) -> None:
        """Edit the run where it stands now, and take the name that this gives the whole change."""
        self.run.edit(settings)
        self.label, self._last = describe_change(self.shown, settings), time.monotonic()

    def undo(self, runs: Runs) -> None:
        """Wind the run back to where it stood at the change."""
        self._later = self.run.stand
        self.run.take(self.run.stood(self.step, self.edits, self.shown))
        if self._stopped:
            self.run.prepare().advance(1)  # comes to nothing, as it did

    def redo(self, runs: Runs) -> None:
        """Let the run stand where it stood when this was undone."""
        assert self._later is not None
        self.run.take(self._later)
        self._later = None

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether the run is still there, or passes by under a slider that is being dragged."""
        here = self.run.step == self.step or time.monotonic() < self._last + _ONE_DRAG
        return here and names == self.names and runs.active is self.run

    def kept(self) -> list[Run | Stand]:
        """Return the run, and where it stood."""
        return [self.run, *([self._later] if self._later else [])]


@dataclass
class LimitChanged:
    """How far the run goes, or the threshold, was changed."""

    run: Run
    """The run beside which the limits stand; it is not touched."""
    shown: Settings
    """Settings in force, with the limits before the change."""
    names: tuple[str, ...]
    """Names in Settings of what was changed; a slider goes on with the same ones only."""
    label: str = ""
    _later: Settings | None = field(default=None, init=False)

    def take(self, settings: Settings) -> None:
        """Take the limits of settings, and the name that this gives the whole change."""
        self.run.shown = with_limits(self.run.shown, settings)
        self.label = describe_change(self.shown, self.run.shown)

    def undo(self, runs: Runs) -> None:
        """Bring back the limits of before."""
        self._later = self.run.shown
        self.run.shown = with_limits(self.run.shown, self.shown)

    def redo(self, runs: Runs) -> None:
        """Bring back the limits that were undone."""
        assert self._later is not None
        self.run.shown = with_limits(self.run.shown, self._later)

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether they are those of the active run."""
        return names == self.names and runs.active is self.run

    def kept(self) -> list[Run | Stand]:
        """Return the run."""
        return [self.run]


def _with_pins(snapshot: Snapshot, now: Snapshot, then: Snapshot) -> Snapshot:
    """Return a snapshot with the runs that were pinned since another, which no change tells of."""
    pins = tuple(run for run in now.listed if run not in then.listed and run not in snapshot.listed)
    return replace(snapshot, listed=(*snapshot.listed, *pins), given=max(snapshot.given, now.given))
