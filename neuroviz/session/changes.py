"""Changes: what a person did to the experiment, each with its name and the way back."""

from __future__ import annotations

import time
from dataclasses import field, replace

from neuroviz.core.choices.differences import describe_change
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.core.lazy import dataclass
from neuroviz.session.run import RunState, SessionRun, with_limits
from neuroviz.session.runs import Runs, Snapshot

_ONE_DRAG = 1.0
"""Seconds between two moves of a slider that belong together while the run goes on under it."""


@dataclass
class Replaced:
    """Another run became the active one, others joined the list, left it, or race no more."""

    label: str
    """Its name in the menu."""
    before: Snapshot
    after: Snapshot
    """The active run, the list and the race on the other side of the change, and on this one."""
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

    def swap(self, runs: Runs) -> None:
        """Bring back who was there before it, or after it where that was undone: that is then the other side."""
        now = runs.snapshot
        runs.enter(_with_pins(self.before, now, self.after))
        self.before, self.after = now, self.before

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether nothing happened since: no step was taken, and nobody came or went."""
        return bool(names) and names == self.names and runs.snapshot == self.after and runs.active.step == self.step

    def kept(self) -> list[SessionRun | RunState]:
        """Return all runs it knows."""
        return [self.before.active, *self.before.listed, self.after.active, *self.after.listed]


@dataclass
class Edited:
    """Hyperparameters were changed in mid-run, or only how far the run goes and the threshold."""

    run: SessionRun
    """The run that goes on with other values; where only limits were changed it is not touched."""
    step: int
    """The row from whose update on they hold: the newest one then."""
    edits: tuple[Edit, ...]
    shown: Settings
    """The edits and the settings in force before the change."""
    names: tuple[str, ...]
    """Names in Settings of what was changed; a slider goes on with the same ones only."""
    label: str = ""
    _later: RunState | None = field(default=None, init=False)
    """Where the run stood when this was undone; None while it is not."""
    _last: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._stopped = self.run.stopped
        self._only_limits = set(self.names) <= set(LIMITS)

    def take(self, settings: Settings) -> None:
        """Edit the run where it stands now, and take the name that this gives the whole change."""
        if self._only_limits:
            self.run.shown = with_limits(self.run.shown, settings)
        else:
            self.run.edit(settings)
        self.label, self._last = describe_change(self.shown, self.run.shown), time.monotonic()

    def swap(self, runs: Runs) -> None:
        """Wind the run back to where it stood at the change; where that was done, let it stand as it did then."""
        later, self._later = self._later, None if self._later else self.run.state
        if self._only_limits:
            self.run.shown = with_limits(self.run.shown, later.shown if later else self.shown)
        elif later is not None:
            self.run.restore(later)
        else:
            self.run.restore(self.run.state_at(self.step, self.edits, self.shown))
            if self._stopped:
                self.run.prepare().advance(1)  # comes to nothing, as it did

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether the run is still there, or passes by under a slider that is being dragged."""
        here = self.run.step == self.step or time.monotonic() < self._last + _ONE_DRAG
        return (here or self._only_limits) and names == self.names and runs.active is self.run

    def kept(self) -> list[SessionRun | RunState]:
        """Return the run, and where it stood."""
        return [self.run, *([self._later] if self._later else [])]


Change = Replaced | Edited
"""Something that was done: ``swap`` undoes it, and does it again."""


def _with_pins(snapshot: Snapshot, now: Snapshot, then: Snapshot) -> Snapshot:
    """Return a snapshot with the runs that were pinned since another, which no change tells of."""
    pins = tuple(run for run in now.listed if run not in then.listed and run not in snapshot.listed)
    return replace(snapshot, listed=(*snapshot.listed, *pins), given=max(snapshot.given, now.given))
