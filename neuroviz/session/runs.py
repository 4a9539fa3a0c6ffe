"""Runs: the active run, the list of those it is compared with, and who races."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.differences import differences
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.listed_run import ListedRun
from neuroviz.session.run import Run

__all__ = ["Runs", "Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """Who is there: what a change replaces by another, as a whole.

    Parameters
    ----------
    active
        The run that goes on.
    listed
        Those that are kept for comparison or race along; the active one may be among them.
    racing
        Those that go in lockstep, the active one first; empty where it goes alone.
    given
        How many numbers were given to runs.
    """

    active: Run
    listed: tuple[Run, ...] = ()
    racing: tuple[Run, ...] = ()
    given: int = 0

    @property
    def racing_others(self) -> tuple[Run, ...]:
        """Those that go in lockstep with the active run."""
        return tuple(run for run in self.racing if run is not self.active)

    @property
    def with_active_listed(self) -> tuple[Run, ...]:
        """The list, and the active run on it."""
        return self.listed if self.active in self.listed else (*self.listed, self.active)

    def without(self, run: Run) -> Snapshot:
        """Return the snapshot with a run off list and race; after the active one comes one that races along."""
        listed = tuple(other for other in self.listed if other is not run)
        racing = tuple(other for other in self.racing if other is not run)
        active = self.racing_others[0] if run is self.active and self.racing_others else self.active
        return replace(self, active=active, listed=listed, racing=racing if len(racing) > 1 else ())


class Runs:
    """The runs of a session.

    Parameters
    ----------
    active
        The one that goes on.
    """

    def __init__(self, active: Run) -> None:
        self.ready = False
        """Whether torch is loaded, and runs can be prepared."""
        self.snapshot = Snapshot(active)
        self.enter(self.snapshot)

    @property
    def active(self) -> Run:
        """The run that goes on."""
        return self.snapshot.active

    @property
    def listed(self) -> tuple[Run, ...]:
        """Those that are kept for comparison or race along."""
        return self.snapshot.listed

    @property
    def racing_others(self) -> tuple[Run, ...]:
        """Those that go in lockstep with the active one."""
        return self.snapshot.racing_others

    def find(self, number: int) -> Run:
        """Return a run of the list.

        Raises
        ------
        KeyError
            If none has this number.
        """
        return {run.number: run for run in self.listed}[number]

    def make_ready(self, snapshot: Snapshot) -> None:
        """Let the runs of a snapshot stand at their starts, once torch is loaded.

        Raises
        ------
        SettingsError
            If one of the starts is not finite.
        """
        if self.ready:
            for run in (snapshot.active, *snapshot.listed):
                run.prepare()

    def can_enter(self, snapshot: Snapshot) -> bool:
        """Return whether all starts are finite: of runs from before torch was loaded nobody knows it yet."""
        try:
            self.make_ready(snapshot)
        except SettingsError:
            return False
        return True

    def enter(self, snapshot: Snapshot) -> None:
        """Take another snapshot; new runs get a number, a name, and a colour that is free."""
        given = snapshot.given
        if snapshot.active.trainer is not None:  # it may have been left few rows while it was not the active one
            snapshot.active.trainer.history.grow_again()
        for run in (snapshot.active, *snapshot.listed):
            if not run.number:
                given += 1
                run.number, run.name = given, run.name or f"Run {given}"
        for index, run in enumerate(snapshot.listed):
            used = {other.slot for other in snapshot.listed[:index]}
            if run.slot in used:
                used.update(other.slot for other in snapshot.listed[index + 1 :])
                run.slot = next(slot for slot in itertools.count() if slot not in used)
        self.snapshot = Snapshot(snapshot.active, snapshot.listed, snapshot.racing, given)

    def listed_runs(self) -> tuple[ListedRun, ...]:
        """Return the list, frozen."""
        recipes = [(run.settings_with_limits(), run.edits) for run in self.listed]
        said = differences(recipes) if recipes else []
        return tuple(self._frozen(*each) for each in zip(self.listed, recipes, said, strict=True))

    def _frozen(self, run: Run, recipe: tuple[Settings, tuple[Edit, ...]], differs: str) -> ListedRun:
        return ListedRun(
            run.number,
            run.name,
            differs,
            run.slot,
            *recipe,
            run.trainer.history.rows() if run.trainer else None,
            visible=run.visible,
            active=run is self.active,
            racing=run in self.snapshot.racing,
            stopped=run.stopped,
        )
