"""Undo: the changes that a person made, how to take each back, and the memory they may use."""

from __future__ import annotations

import logging
import time

from msgspec import Struct
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edits, describe_change
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.core.numbers import counted
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.run import RunState, SessionRun, with_limits
from neuroviz.session.runs import Runs, Snapshot

_ONE_DRAG = 1.0
"""Seconds between two moves of a slider up to which they are one drag, while the run goes on."""
_LOG = logging.getLogger(__name__)
_MOST = 100
"""Changes that can be undone, at most."""
MOST_BYTES = 64 * 2**20
"""Memory for the rows of all runs but the active one."""
_FEWER_ROWS = (4096, 512, 64)
"""Numbers of rows to which inactive runs are shrunk in turn when they take too much memory; the
other rows can be computed again."""


class Replaced(Struct):
    """A change of the runs: another became active, or some joined or left the list or the race."""

    label: str
    """Its name in the menu."""
    before: Snapshot
    after: Snapshot
    """Active run, list and race on the other side of the change, and on this side."""
    names: tuple[str, ...] = ()
    """The settings that differ; empty where they do not say what changed."""
    step: int = 0
    """The step at which the new run began to differ from the old one."""
    old: Settings | None = None
    """The settings that were in force there before; None where they do not say what changed."""
    branched: bool = False
    """Whether the old run went on from there, so that the name must say where."""
    makes_way: bool = False
    """Whether it only makes way for the next change: one undo takes back both."""

    def call(self, settings: Settings) -> None:
        """Name the change after new settings."""
        assert self.old is not None
        where = f" from step {self.step:,}" if self.branched else ""
        self.label = f"{describe_change(self.old, settings)}{where}"

    def swap(self, runs: Runs) -> None:
        """Bring back the runs from before the change, or, where it was undone, from after it."""
        now = runs.snapshot
        runs.enter(_with_pins(self.before, now, self.after))
        self.before, self.after = now, self.before

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether nothing happened since: no step was taken, and no run came or went."""
        return (
            bool(names)
            and names == self.names
            and runs.snapshot == self.after
            and runs.snapshot.active.step == self.step
        )

    def kept(self) -> list[SessionRun | RunState]:
        """Return all runs that the change refers to."""
        return [self.before.active, *self.before.listed, self.after.active, *self.after.listed]


class Advanced(Struct):
    """A run went on: once by Run, or by any number of single steps."""

    run: SessionRun
    step: int
    """The step at which it stood."""
    edits: Edits
    shown: Settings
    """The edits and the settings in force then."""
    label: str = ""
    by_steps: bool = False
    """Whether further single steps belong to it."""
    _later: RunState | None = None
    """The run's state when this was undone; None while it is not undone."""

    def swap(self, runs: Runs) -> None:
        """Take the run back to where it stood or, where that was done, forward again."""
        later = self._later
        self._later = None if self._later else self.run.state
        self._stand(later)

    def _stand(self, later: RunState | None) -> None:
        self.run.restore(later or self.run.state_at(self.step, self.edits, self.shown))

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return False: other settings never belong to this change."""
        return False

    def kept(self) -> list[SessionRun | RunState]:
        """Return the run, and its state from before the undo."""
        return [self.run, *([self._later] if self._later else [])]


class Edited(Advanced, dict=True):
    """A run went on with other hyperparameters, limits or threshold.

    Where only limits and threshold changed, the run is not touched; else the new values hold from
    the update of its step on.
    """

    names: tuple[str, ...] = ()
    """Names in Settings of what was changed; a slider continues the change only with the same
    ones."""
    _last: float = 0.0

    def __post_init__(self) -> None:
        self._stopped = self.run.stopped
        self._only_limits = set(self.names) <= set(LIMITS)

    def take(self, settings: Settings) -> None:
        """Edit the run where it stands now, and name the whole change after that."""
        if self._only_limits:
            self.run.shown = with_limits(self.run.shown, settings)
        else:
            self.run.edit(settings)
        self.label, self._last = describe_change(self.shown, self.run.shown), time.monotonic()

    def _stand(self, later: RunState | None) -> None:
        """Restore all of a state, or only its limits where nothing else was changed."""
        if self._only_limits:
            self.run.shown = with_limits(self.run.shown, later.shown if later else self.shown)
            return
        super()._stand(later)
        if self._later and self._stopped:
            self.run.prepare().advance(1)  # fails as it did then, which marks the run as stopped

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether the run is still there, or moves on while a slider is dragged."""
        here = self.run.step == self.step or time.monotonic() < self._last + _ONE_DRAG
        return (
            (here or self._only_limits) and names == self.names and runs.snapshot.active is self.run
        )


Change = Replaced | Advanced
"""Something that was done: ``swap`` undoes it, and then does it again."""


class Undo:
    """The changes that can be undone, and those that can be redone."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def _last(self) -> Change | None:
        return self._done[-1] if self._done else None

    @property
    def label(self) -> str | None:
        """Name of the change that would be undone, None if there is none."""
        return self._last.label if self._last else None

    @property
    def redo_label(self) -> str | None:
        """Name of the change that would be redone, None if there is none."""
        return self._undone[-1].label if self._undone else None

    def name_last(self, label: str) -> None:
        """Rename the last change."""
        if self._last:
            self._last.label = label

    @property
    def put_aside(self) -> str:
        """How much of a run undoing the last change brings back, "876 epochs"; empty for none."""
        last = self._last
        if not isinstance(last, Replaced) or last.before.active in (
            last.after.active,
            *last.after.listed,
        ):
            return ""
        run = last.before.active
        if run.step == 0:
            return ""
        epochs = run.step // run.settings.steps_per_epoch
        return counted(epochs, "epoch") if epochs else counted(run.step, "step")

    @property
    def parted_at(self) -> int | None:
        """The step at which the last change branched off; None where it did not."""
        last = self._last
        return last.step if isinstance(last, Replaced) and last.branched else None

    def going_on(self, names: tuple[str, ...]) -> Change | None:
        """Return the last change if moving these settings further continues it, else None."""
        last = self._last
        goes_on = last is not None and not self._undone and last.goes_on(self._runs, names)
        return last if goes_on else None

    def push(self, change: Change) -> None:
        """Add a change; what was undone before is forgotten."""
        _LOG.info("%s", change.label)
        last = self._last
        if (
            self._made_way
            and isinstance(last, Replaced)
            and isinstance(change, Replaced)
            and change.after.own is None  # the beginning of a person's turn is one by itself
        ):
            change.before = last.before
            self._done.pop()
        self._done.append(change)
        self._undone.clear()
        del self._done[:-_MOST]
        self._stay_small()

    def went_on(self, run: SessionRun, *, by_steps: bool) -> None:
        """Note that a run goes on from where it stands; steps join a last change of steps."""
        last = self._last
        if (
            type(last) is Advanced
            and last.run is run
            and (last.step == run.step or (by_steps and last.by_steps))
        ):
            return
        what = "steps" if by_steps else "run"
        label = f"{what} from step {run.step:,}" if run.step else what
        self.push(Advanced(run, run.step, run.edits, run.shown, label, by_steps))

    def undo(self) -> None:
        """Undo the last change, or drop it if it leads to a start that is not finite."""
        edit = self._last
        self._swap(self._done, self._undone)
        if isinstance(edit, Advanced) and self._made_way:
            self.name_last(edit.label)
            self._swap(self._done, self._undone)

    def redo(self) -> None:
        """Redo the last undone change, or drop it if it leads to a start that is not finite."""
        self._swap(self._undone, self._done)
        if self._made_way and self._undone and isinstance(self._undone[-1], Advanced):
            self._swap(self._undone, self._done)

    @property
    def _made_way(self) -> bool:
        return isinstance(self._last, Replaced) and self._last.makes_way

    def _swap(self, changes: list[Change], others: list[Change]) -> None:
        if changes:
            change = changes.pop()
            change.swap(self._runs)
            try:
                self._runs.make_ready(self._runs.snapshot)
            except SettingsError:
                change.swap(self._runs)
            else:
                others.append(change)
            self._stay_small()

    def _stay_small(self) -> None:
        """Shrink the other runs while they take too much memory, then forget the oldest changes."""
        trainers = self._others()
        total = sum(trainer.history.size for trainer in trainers)
        for rows in _FEWER_ROWS:
            for trainer in trainers:
                if total <= MOST_BYTES:
                    return
                total -= trainer.history.size
                trainer.history.shrink(rows)
                total += trainer.history.size
        while (
            len(self._done) > 1
            and sum(trainer.history.size for trainer in self._others()) > MOST_BYTES
        ):
            del self._done[0]

    def _others(self) -> list[Trainer]:
        """Return all trainers but the active run's, each once, those on the list last."""
        active = self._runs.snapshot.active.trainer
        kept = [kept.trainer for change in (*self._done, *self._undone) for kept in change.kept()]
        listed = {run.trainer: None for run in self._runs.snapshot.listed}
        unlisted = {trainer: None for trainer in kept if trainer not in listed}
        return [
            trainer
            for trainer in (*unlisted, *listed)
            if trainer is not None and trainer is not active
        ]


def _with_pins(snapshot: Snapshot, now: Snapshot, then: Snapshot) -> Snapshot:
    """Return a snapshot with the runs pinned in the meantime, which no change records."""
    pins = tuple(run for run in now.listed if run not in then.listed and run not in snapshot.listed)
    return replace(snapshot, listed=(*snapshot.listed, *pins), given=max(snapshot.given, now.given))
