"""Undo: what a person did to the experiment.

Each change with its way back, and the memory that all take.
"""

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
"""Seconds between two moves of a slider that belong together while the run goes on under it."""
_LOG = logging.getLogger(__name__)
_MOST = 100
"""Changes to go back by."""
MOST_BYTES = 64 * 2**20
"""Memory of the rows of all runs but the active one."""
_FEWER_ROWS = (4096, 512, 64)
"""Rows that a run keeps which is not active, once all of them are too many:
the others can be computed again."""


class Replaced(Struct):
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
    makes_way: bool = False
    """Whether it only makes way for another experiment: one undo takes back both."""

    def call(self, settings: Settings) -> None:
        """Take the name that new settings give the change."""
        assert self.old is not None
        where = f" from step {self.step:,}" if self.branched else ""
        self.label = f"{describe_change(self.old, settings)}{where}"

    def swap(self, runs: Runs) -> None:
        """Bring back who was there before it, or after it where that was undone.

        That is then the other side.
        """
        now = runs.snapshot
        runs.enter(_with_pins(self.before, now, self.after))
        self.before, self.after = now, self.before

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether nothing happened since: no step was taken, and nobody came or went."""
        return (
            bool(names)
            and names == self.names
            and runs.snapshot == self.after
            and runs.snapshot.active.step == self.step
        )

    def kept(self) -> list[SessionRun | RunState]:
        """Return all runs it knows."""
        return [self.before.active, *self.before.listed, self.after.active, *self.after.listed]


class Advanced(Struct):
    """A run went on: once by Run, or by any number of steps one after the other."""

    run: SessionRun
    step: int
    """Where it stood."""
    edits: Edits
    shown: Settings
    """The edits and the settings in force then."""
    label: str = ""
    by_steps: bool = False
    """Whether steps that follow belong to it."""
    _later: RunState | None = None
    """Where the run stood when this was undone; None while it is not."""

    def swap(self, runs: Runs) -> None:
        """Wind the run back to where it stood.

        Where that was done, let it stand as it did then.
        """
        later = self._later
        self._later = None if self._later else self.run.state
        self._stand(later)

    def _stand(self, later: RunState | None) -> None:
        self.run.restore(later or self.run.state_at(self.step, self.edits, self.shown))

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether other settings are still that: never."""
        return False

    def kept(self) -> list[SessionRun | RunState]:
        """Return the run, and where it stood."""
        return [self.run, *([self._later] if self._later else [])]


class Edited(Advanced, dict=True):
    """A run went on with other values: hyperparameters, or only how far it goes and the threshold.

    Where only these were changed it is not touched; else they hold from the update of its step on.
    """

    names: tuple[str, ...] = ()
    """Names in Settings of what was changed; a slider goes on with the same ones only."""
    _last: float = 0.0

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

    def _stand(self, later: RunState | None) -> None:
        """Stand there in all, or only with its limits."""
        if self._only_limits:
            self.run.shown = with_limits(self.run.shown, later.shown if later else self.shown)
            return
        super()._stand(later)
        if self._later and self._stopped:
            self.run.prepare().advance(1)  # comes to nothing, as it did

    def goes_on(self, runs: Runs, names: tuple[str, ...]) -> bool:
        """Return whether the run is still there.

        It may pass by under a slider that is being dragged.
        """
        here = self.run.step == self.step or time.monotonic() < self._last + _ONE_DRAG
        return (
            (here or self._only_limits) and names == self.names and runs.snapshot.active is self.run
        )


Change = Replaced | Advanced
"""Something that was done: ``swap`` undoes it, and does it again."""


class Undo:
    """The changes that were made, and those that were undone."""

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
        """Name of the change that would be made again, None if there is none."""
        return self._undone[-1].label if self._undone else None

    def name_last(self, label: str) -> None:
        """Call the last change something else."""
        if self._last:
            self._last.label = label

    @property
    def put_aside(self) -> str:
        """How much undoing the last change brings back of a run, as "876 epochs".

        Empty where it is nothing.
        """
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
    def left_race(self) -> bool:
        """Whether undoing the last change brings back the stage of a race."""
        last = self._last
        if not isinstance(last, Replaced) or last.after.home is not None:
            return False
        return last.before.home is not None

    @property
    def parted_at(self) -> int | None:
        """The step from which the last change let another run go on; None where it did not."""
        last = self._last
        return last.step if isinstance(last, Replaced) and last.branched else None

    def going_on(self, names: tuple[str, ...]) -> Change | None:
        """Return the last change if these settings, moved further, are still that.

        None if they are another.
        """
        last = self._last
        goes_on = last is not None and not self._undone and last.goes_on(self._runs, names)
        return last if goes_on else None

    def push(self, change: Change) -> None:
        """Take a change that was made; what was undone before is forgotten."""
        _LOG.info("%s", change.label)
        last = self._last
        if isinstance(change, Replaced) and isinstance(last, Replaced) and last.makes_way:
            change.before = last.before
            self._done.pop()
        self._done.append(change)
        self._undone.clear()
        del self._done[:-_MOST]
        self._stay_small()

    def went_on(self, run: SessionRun, *, by_steps: bool) -> None:
        """Take that a run goes on from where it stands; steps that follow steps are theirs."""
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
        """Undo the last change.

        One that leads to a start that is not finite is forgotten instead.
        """
        self._swap(self._done, self._undone)

    def redo(self) -> None:
        """Make the last undone change again, with the same exception."""
        self._swap(self._undone, self._done)

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
        """Leave the other runs fewer rows while they take too much memory, the oldest first.

        Then forget some.
        """
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
        """Return all trainers but that of the active run, each once.

        Those on the list are the last.
        """
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
    """Return a snapshot with the runs that were pinned since another, which no change tells of."""
    pins = tuple(run for run in now.listed if run not in then.listed and run not in snapshot.listed)
    return replace(snapshot, listed=(*snapshot.listed, *pins), given=max(snapshot.given, now.given))
