"""Runs: the active run, the list of those it is compared with, and who races."""

from __future__ import annotations

import itertools

from msgspec.structs import replace

from neuroviz.core.choices.edits import Edits, differences
from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Frozen
from neuroviz.session.own_steps import OwnSteps
from neuroviz.session.run import ListedRun, SessionRun

Recipe = tuple[Settings, Edits]
FrozenRun = tuple[tuple[object, ...], ListedRun]
"""A run of the list, after what it was made of."""


class Snapshot(Frozen):
    """The runs at a moment: a change replaces one snapshot by another, as a whole."""

    active: SessionRun
    """The active run, which goes on when a person runs or steps."""
    listed: tuple[SessionRun, ...] = ()
    """The runs kept for comparison or in the race; the active one may be among them."""
    racing: tuple[SessionRun, ...] = ()
    """The runs that go in step, the active one among them; empty without a race."""
    given: int = 0
    """How many numbers have been given to runs."""
    aside: SessionRun | None = None
    """The run that a race has put aside, and that goes on after it; None without one."""
    own: OwnSteps | None = None
    """The steps that a person takes in place of the active run; None for none."""

    @property
    def home(self) -> SessionRun | None:
        """The run that a race goes back to; None without a race, or where it put none aside."""
        return self.aside if self.racing else None

    @property
    def runs(self) -> tuple[SessionRun, ...]:
        """All runs, each once, the active one first."""
        home = [] if self.home is None else [self.home]
        return tuple(dict.fromkeys((self.active, *self.listed, *home)))

    @property
    def racing_others(self) -> tuple[SessionRun, ...]:
        """The runs that go in step with the active one."""
        return tuple(run for run in self.racing if run is not self.active)

    @property
    def with_active_listed(self) -> tuple[SessionRun, ...]:
        """The list, with the active run in it."""
        return self.listed if self.active in self.listed else (*self.listed, self.active)

    def without(self, run: SessionRun) -> Snapshot:
        """Return the snapshot without a run in list and race.

        In a race, another of its runs takes the place of the active one.
        """
        listed = tuple(other for other in self.listed if other is not run)
        racing = tuple(other for other in self.racing if other is not run)
        active = self.racing_others[0] if run is self.active and self.racing_others else self.active
        aside = None if run is self.aside else self.aside
        racing = racing if len(racing) > 1 else ()
        return replace(self, active=active, listed=listed, racing=racing, aside=aside)


class Runs:
    """The runs of a session."""

    def __init__(self, active: SessionRun) -> None:
        self.ready = False
        """Whether torch is loaded, and runs can be prepared."""
        self.snapshot = Snapshot(active)
        self._recipes: list[Recipe] = []
        self._differences: list[str] = []
        self._frozen_runs: dict[SessionRun, FrozenRun] = {}
        self.enter(self.snapshot)

    def find(self, number: int) -> SessionRun:
        """Return a run of the list.

        Raises
        ------
        KeyError
            If none has this number.
        """
        return {run.number: run for run in self.snapshot.listed}[number]

    def make_ready(self, snapshot: Snapshot) -> None:
        """Put the runs of a snapshot at their starts, once torch is loaded.

        Raises
        ------
        SettingsError
            If one of the starts is not finite.
        """
        if self.ready:
            for run in snapshot.runs:
                run.prepare()

    def enter(self, snapshot: Snapshot) -> None:
        """Take another snapshot; new runs get a number, a name, and a colour that is free.

        The runs of a race that has put another run aside are visible as long as it lasts. The
        visibility of all others stays as it was.
        """
        given = snapshot.given
        for one in (self.snapshot, snapshot):
            for run in one.racing if one.home else ():
                run.visible = one is snapshot
        # While it was not active, its history may have been shrunk to few rows.
        if snapshot.active.trainer is not None:
            snapshot.active.trainer.history.grow_again()
        for run in snapshot.runs:
            if not run.number:
                given += 1
                run.number = given
                run.name = run.name or f"Run {given}"
        for index, run in enumerate(snapshot.listed):
            used = {other.slot for other in snapshot.listed[:index]}
            if run.slot in used:
                used.update(other.slot for other in snapshot.listed[index + 1 :])
                run.slot = next(slot for slot in itertools.count() if slot not in used)
        self.snapshot = replace(snapshot, given=given)

    def listed_runs(self) -> tuple[ListedRun, ...]:
        """Return the list, frozen; an unchanged run is the same object as before."""
        recipes = [(run.settings_with_limits(), run.edits) for run in self.snapshot.listed]
        if recipes != self._recipes:
            self._recipes = recipes
            self._differences = differences(recipes) if recipes else []
        each = zip(self.snapshot.listed, recipes, self._differences, strict=True)
        self._frozen_runs = {
            run: self._frozen(run, recipe, differs) for run, recipe, differs in each
        }
        return tuple(frozen for _, frozen in self._frozen_runs.values())

    def _frozen(self, run: SessionRun, recipe: Recipe, differs: str) -> FrozenRun:
        history = run.trainer.history if run.trainer else None
        stand = (run.visible, run is self.snapshot.active, run in self.snapshot.racing, run.stopped)
        rows = (history, history.recent, history.size) if history else ()
        known = (run.name, run.slot, *recipe, differs, *stand, *rows)
        before = self._frozen_runs.get(run)
        if before is not None and before[0] == known:
            return before
        shown = history.rows() if history else None
        return known, ListedRun(run.number, run.name, differs, run.slot, *recipe, shown, *stand)
