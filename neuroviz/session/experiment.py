"""Experiment: the runs, and what a person changes about them, each change with its way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.differences import changed, only_edits
from neuroviz.core.choices.edits import Edit, editable
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.session.changes import Edited, LimitChanged, Replaced
from neuroviz.session.race import MOST, START, race_anew
from neuroviz.session.run import Run
from neuroviz.session.runs import Runs, Snapshot
from neuroviz.session.undo import Undo


class Experiment:
    """The active run, those it is compared with, and those it replaced."""

    def __init__(self, settings: Settings, edits: tuple[Edit, ...] = ()) -> None:
        self.runs = Runs(Run.of(settings, edits))
        self.undo = Undo()

    def prepare(self) -> None:
        """Make the trainers; called when torch is loaded.

        Raises
        ------
        SettingsError
            If a start is not finite: such a run leaves the list, and the task's own start takes the place of the
            active one.
        """
        runs = self.runs
        runs.ready = True
        refusal: SettingsError | None = None
        for run in (*runs.listed, runs.active):
            try:
                run.prepare()
            except SettingsError as error:
                refusal = error
                snapshot = runs.snapshot.without(run)
                own = Run.of(run.settings.plain)
                runs.enter(snapshot if run is not runs.active else replace(snapshot, active=own, racing=()))
        if refusal is not None:
            runs.make_ready(runs.snapshot)
            raise refusal

    # --- settings ----------------------------------------------------------------------------------------

    def apply(self, settings: Settings, step: int, *, merge: bool = False, anew: bool = False) -> bool:
        """Take new settings at a step: edit the run or a branch from there where that is enough, else start anew.

        With ``anew`` a new run starts in any case. Return whether another run is the active one now.

        Raises
        ------
        SettingsError
            If the new start is not finite; nothing has changed then.
        """
        run = self.runs.active
        snapshot = self.runs.snapshot
        old = run.settings_at(step)
        names = changed(old, settings)
        if set(names) <= set(LIMITS) and not anew:
            self._stop_elsewhere(settings, names, merge=merge)
            return False
        replaced = Replaced("", snapshot, snapshot, names, 0, old)
        if anew or not only_edits(old, settings):
            self._restart(settings, replaced, merge=merge)
        elif run.step == 0:
            self._restart(settings, replaced, run.edits, merge=merge)
        elif step < run.step:
            self._edit_branch(settings, replace(replaced, step=step, branched=True))
        else:
            self._edit(settings, names, merge=merge)
        return self.runs.active is not run

    def _stop_elsewhere(self, settings: Settings, names: tuple[str, ...], *, merge: bool) -> None:
        change = self.undo.going_on(self.runs, names) if merge else None
        run = self.runs.active
        mine = change if isinstance(change, LimitChanged) else LimitChanged(run, run.shown, names)
        mine.take(settings)
        if names and mine is not change:
            self.undo.push(mine, self.runs)

    def _edit(self, settings: Settings, names: tuple[str, ...], *, merge: bool) -> None:
        """Edit the active run at its newest row."""
        run = self.runs.active
        change = self.undo.going_on(self.runs, names) if merge else None
        mine = change if isinstance(change, Edited) else Edited(run, run.step, run.edits, run.shown, names)
        mine.take(settings)
        if isinstance(change, Replaced):  # the branch that was made for this very edit
            change.call(settings)
        elif mine is not change:
            self.undo.push(mine, self.runs)

    def _edit_branch(self, settings: Settings, change: Replaced) -> None:
        """Edit a branch from an earlier row, or from the start: one change, and one undo takes both back."""
        if change.step == 0:
            run = Run.of(settings)
        else:
            run = self.runs.active.branched(change.step)
            Edited(run, run.step, run.edits, run.shown, change.names).take(settings)
        change.call(settings)
        self._push(replace(change, after=self._beside(run)))

    def _restart(self, settings: Settings, change: Replaced, edits: tuple[Edit, ...] = (), *, merge: bool) -> None:
        """Start a run at row 0, and a race with it; a start that a slider moves on takes the place of the last."""
        last = self.undo.going_on(self.runs, change.names) if merge else None
        run = Run.of(settings, edits)
        snapshot = self.runs.snapshot
        if isinstance(last, Replaced):
            self._enter(_restarted(replace(snapshot, given=last.before.given), run, last.names))
            last.after = self.runs.snapshot
            last.call(settings)
            return
        change.call(settings)
        self._push(replace(change, after=_restarted(snapshot, run, change.names)))

    # --- other runs --------------------------------------------------------------------------------------

    def reset(self, step: int) -> None:
        """Start anew from the same start, with the values in force at a step, limits as chosen, without edits."""
        run = self.runs.active
        if any(one.step > 0 or one.edits for one in (run, *self.runs.racing_others)):
            settings = run.with_chosen_limits(run.settings_at(step))
            self._take(_restarted(self.runs.snapshot, Run.of(settings), ()), "reset")

    def branch(self, step: int) -> None:
        """Go on from an earlier row, in a run of its own; the old one stays in the list."""
        self._take(self._beside(self.runs.active.branched(step)), f"branch at step {step:,}")

    def bring_back(self, number: int) -> None:
        """Start a run with the settings and edits of one of the list."""
        run = self.runs.find(number)
        again = Run.of(run.settings_with_limits(), run.edits)
        self._take(replace(self.runs.snapshot, active=again, racing=()), f"settings of {run.name}")

    def pin(self) -> None:
        """Keep the active run in the list, also when another takes its place."""
        snapshot = self.runs.snapshot
        self.runs.enter(replace(snapshot, listed=snapshot.with_active_listed))

    def delete(self, number: int) -> None:
        """Take a run off the list; the active one goes on all the same."""
        run = self.runs.find(number)
        self._take(self.runs.snapshot.without(run), f"delete {run.name}")

    def race(self, race_runs: Sequence[tuple[str, Settings]]) -> None:
        """Start several runs from one start, to go in lockstep; the one most like the active one takes its place.

        Raises
        ------
        SettingsError
            If there are too few or too many, or a start is not finite; nothing has changed then.
        """
        if not 2 <= len(race_runs) <= MOST:
            raise SettingsError(f"A race has 2 to {MOST} runs, not {len(race_runs)}.", "race")
        snapshot = self.runs.snapshot
        new = tuple(Run.of(settings, name=name) for name, settings in race_runs)
        stay = tuple(run for run in snapshot.listed if run not in snapshot.racing)
        shown = snapshot.active.shown  # the form goes on showing that, where it races
        active = min(new, key=lambda run: len(changed(shown, run.settings)))
        self._take(Snapshot(active, (*stay, *new), new, snapshot.given), "race")

    def end_race(self) -> None:
        """Let only the active run go on; the others stay in the list."""
        if self.runs.racing_others:
            self._take(replace(self.runs.snapshot, racing=()), "end of the race")

    def _beside(self, run: Run) -> Snapshot:
        """Return the snapshot in which a run goes on, and the active one stays in the list."""
        snapshot = self.runs.snapshot
        return Snapshot(run, snapshot.with_active_listed, (), snapshot.given)

    def _take(self, after: Snapshot, label: str) -> None:
        self._push(Replaced(label, self.runs.snapshot, after))

    def _push(self, change: Replaced) -> None:
        self._enter(change.after)
        change.after = self.runs.snapshot
        self.undo.push(change, self.runs)

    def _enter(self, snapshot: Snapshot) -> None:
        self.runs.make_ready(snapshot)  # first, since it may refuse
        self.runs.enter(snapshot)


def _restarted(snapshot: Snapshot, run: Run, names: tuple[str, ...]) -> Snapshot:
    """Return a snapshot with a new active run; a race starts anew with it, unless it is another experiment."""
    if snapshot.racing_others and set(names) <= set(START) | editable(run.settings).keys():
        return race_anew(snapshot, run, START)
    return replace(snapshot, active=run, racing=())
