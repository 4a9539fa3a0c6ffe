"""A run of a session: settings, edits and trainer, and what frames say of it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import (
    Edits,
    changed,
    differences,
    editable,
    only_edits,
    settings_at,
    split,
)
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.core.record import RowsRecord, RunRecord
from neuroviz.core.slices import Work, finished
from neuroviz.core.training.block import Row
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.rewind import Rewinder, resumed, wound_back
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Frozen, Unique


class RunState(Frozen):
    """The state of a run: what an edit changes, and undo brings back."""

    edits: Edits
    shown: Settings
    trainer: Trainer | None
    """As in :class:`SessionRun`."""


class SessionRun(Struct, eq=False, dict=True):
    """One run of a session."""

    settings: Settings
    """The settings that the run started with."""
    edits: Edits
    """Changes in mid-run, those made and those still to be replayed."""
    shown: Settings
    """The settings in force now: with the edits, and with the present limits and threshold."""
    trainer: Trainer | None = None
    """None until torch is loaded."""
    name: str = ""
    """Its name in the list of runs."""
    slot: int = 0
    """Index from 0 of its colour and shape."""
    visible: bool = True
    """Whether it is drawn while another run is the active one."""
    number: int = 0
    """Its number in the session, from 1; 0 until it has one."""
    saved: RunRecord | None = None
    """The run as it was saved, until it is restored; None for a run that begins at its start."""
    pace: float = 0.0
    """Steps a second of the race that it leads, as last measured; 0 before."""

    def __post_init__(self) -> None:
        self._limited = self.settings
        self._moved_limits: dict[str, tuple[object, object]] = {}
        """Limits that the run itself has moved on: as they were chosen, and as the run has set
        them."""
        self._recorded: tuple[tuple[object, ...], RowsRecord] | None = None

    @classmethod
    def of(cls, settings: Settings, edits: Edits = (), *, name: str = "") -> SessionRun:
        """Return a run at its start; edits at step 0 become part of the settings."""
        first, later = split(settings, edits)
        return cls(first, later, first, name=name)

    def prepare(self) -> Trainer:
        """Return the trainer, making it at the first call.

        Raises
        ------
        SettingsError
            If the start is not finite, or a saved run cannot be restored.
        """
        if self.trainer is None:
            finished(self.restoring())
        assert self.trainer is not None
        return self.trainer

    def restoring(self) -> Work[None]:
        """Make the trainer, in slices where the run was saved.

        Raises
        ------
        SettingsError
            If the start is not finite, or a saved run cannot be restored.
        """
        saved = self.saved
        if self.trainer is not None:
            return
        if saved is None:
            self.trainer = Trainer(self.settings, self.edits)
            return
        again = resumed(self.settings, self.edits, saved.step, saved.rows, stopped=saved.stopped)
        try:
            self.trainer = yield from again
        except SettingsError:
            raise
        except ValueError as error:
            raise SettingsError(f"{self.name} cannot be restored: {error}.") from error
        self.saved = None
        self.follow_edits()

    def unlike(self, saved: RunRecord) -> Iterator[str]:
        """Yield in sentences what differs from the run as it was saved.

        The run may stand elsewhere, since another machine rounds differently, or not all rows were
        kept.
        """
        if self.step != saved.step or self.parameters != saved.parameters:
            yield (
                f"{self.name} is not where it was when it was saved: "
                "this machine or version computes other digits."
            )
        if saved.rows is not None and saved.rows.every > 1:
            every = f"one step in {saved.rows.every:,}"
            yield (
                f"{self.name} is long: "
                f"{every} was kept, and any other is computed when you look at it."
            )

    @property
    def parameters(self) -> list[float]:
        """The parameters, bias last; empty at the start."""
        if self.saved is not None:
            return self.saved.parameters
        return self.trainer.history.newest.parameters.tolist() if self.trainer and self.step else []

    @property
    def step(self) -> int:
        """Number of updates done."""
        return self.trainer.step if self.trainer else 0

    @property
    def stopped(self) -> bool:
        """Whether the next step would lead to numbers that are not finite."""
        return self.trainer is not None and self.trainer.stopped is not None

    def settings_with_limits(self) -> Settings:
        """Return the settings that the run started with, with the present limits and threshold."""
        # Built on the last result, which is mostly returned unchanged.
        self._limited = with_limits(self._limited, self.shown)
        return self._limited

    def move_limits(self, ahead: Settings) -> None:
        """Take the limits of other settings, which Run moved on and no person chose."""
        chosen = self.with_chosen_limits(self.shown).choices
        now = ahead.choices
        self._moved_limits = {
            name: (chosen.get(name), now.get(name))
            for name in LIMITS
            if chosen.get(name) != now.get(name)
        }
        self.shown = with_limits(self.shown, ahead)

    def with_chosen_limits(self, settings: Settings) -> Settings:
        """Return settings with the limits as chosen, where the run itself has moved them."""
        now = self.shown.choices
        chosen = {
            name: old for name, (old, moved) in self._moved_limits.items() if now.get(name) == moved
        }
        return settings.replace(**chosen) if chosen else settings

    def settings_at(self, step: int) -> Settings:
        """Return the settings in force at a step, with the present limits and threshold."""
        return (
            self.shown
            if step >= self.step
            else settings_at(self.settings_with_limits(), self.edits, step)
        )

    def edit(self, shown: Settings) -> None:
        """Go on from the newest row with other settings, which are then in force.

        Raises
        ------
        SettingsError
            If the run is not started, or the settings differ in more than its hyperparameters,
            limits and threshold.
        """
        if self.trainer is None or not only_edits(self.shown, shown):
            raise SettingsError("Only a started run can be edited, in its own hyperparameters.")
        for name in editable(shown).keys() & changed(self.shown, shown):
            self.trainer.edit(name, shown.defining[name])
        self.edits = self.trainer.edits
        self.shown = shown

    def follow_edits(self) -> None:
        """Bring the shown settings up to date with edits that were replayed."""
        if self.trainer is None or not self.edits:
            return
        self.shown = in_force(self.shown, self.trainer)

    @property
    def moment(self) -> tuple[object, ...]:
        """What would be saved of the run, to be compared with what was."""
        names = (self.name, self.slot, self.visible)
        stands = (self.saved.step, self.saved.stopped) if self.saved else (self.step, self.stopped)
        return (*names, self.settings_with_limits(), self.edits, *stands)

    def rows_record(self, numbers: int) -> RowsRecord | None:
        """Return the rows as plain data, thinned to so many numbers.

        The same object is returned until the run moves.
        """
        if self.saved is not None or self.trainer is None:
            return self.saved.rows if self.saved else None
        now = (self.trainer, self.step, self.trainer.history.newest.learning_rate)
        if self._recorded is None or self._recorded[0] != now:
            self._recorded = now, self.trainer.history.record(numbers)
        return self._recorded[1]

    # --- there and back ---------------------------------------------------------------------------

    @property
    def state(self) -> RunState:
        """The present state of the run."""
        return RunState(self.edits, self.shown, self.trainer)

    def restore(self, state: RunState) -> None:
        """Take on a state that the run has had, or could have had."""
        self.edits = state.edits
        self.shown = state.shown
        self.trainer = state.trainer

    def state_at(self, step: int, edits: Edits, shown: Settings) -> RunState:
        """Return the state at a step, before edits were made there."""
        return RunState(edits, shown, wound_back(self.prepare(), step, edits))

    def branched(self, step: int) -> SessionRun:
        """Return a new run with the same history up to a step, which can go on differently."""
        trainer = wound_back(self.prepare(), step)
        shown = in_force(self.settings_with_limits(), trainer)
        branch = SessionRun(self.settings, trainer.edits, shown, trainer)
        branch._moved_limits = self._moved_limits
        return branch


def with_limits(settings: Settings, shown: Settings) -> Settings:
    """Return settings with the limits and the threshold of others."""
    old = settings.choices
    new = shown.choices
    moved = {name: new.get(name) for name in LIMITS if old.get(name) != new.get(name)}
    return settings.replace(**moved) if moved else settings


def in_force(settings: Settings, trainer: Trainer) -> Settings:
    """Return settings with the hyperparameters that are in force where a trainer stands."""
    shown = settings.editable_values
    changed = {
        name: value for name, value in trainer.hyperparameters().items() if shown[name] != value
    }
    return settings.replace(**changed) if changed else settings


class ListedRun(Unique):
    """One run of the list, frozen."""

    number: int
    """Identifies the run in the session's methods."""
    name: str
    """Its name in lists and legends, which a person may change."""
    differs: str
    """Its values of the settings in which the runs differ."""
    slot: int
    """Index from 0 of its colour and shape."""
    settings: Settings
    edits: Edits
    """The settings it started with, under the present limits, and its changes in mid-run."""
    rows: Rows | None
    """Its history; None until torch is loaded."""
    visible: bool
    active: bool
    racing: bool
    """Whether it is drawn, is the active run, and is in the race."""
    stopped: bool
    """Whether its next step would lead to numbers that are not finite."""

    def rows_until(self, step: int | None) -> Rows:
        """Return the history of a run that has begun up to a step, or to its end; all for None."""
        assert self.rows is not None
        row = None if step is None else self.row_at(step)
        return self.rows if row is None else self.rows.until(row)

    def branched_at(self, start: Settings, edits: Edits) -> int | None:
        """Return the step at which it parted from a run with this start and these edits.

        None where they have not parted, or have different starts.
        """
        unlike = set(self.edits) ^ set(edits)
        if not unlike or not set(changed(self.settings, start)) <= set(LIMITS):
            return None
        return min(edit.step for edit in unlike)

    def unlike(self, start: Settings, edits: Edits) -> str:
        """Return what sets it apart from a run with this start and these edits, where they part."""
        step = self.branched_at(start, edits) or 0
        there = settings_at(start, edits, step), settings_at(self.settings, self.edits, step)
        return differences([(settings, ()) for settings in there])[1]

    def row_at(self, step: int) -> Row | None:
        """Return the row at a step, or the newest where it has not come so far.

        It is None until torch is loaded.
        """
        if self.rows is None:
            return None
        return Rewinder(self.settings, self.edits).row_at(
            self.rows, min(step, self.rows.newest.step)
        )
