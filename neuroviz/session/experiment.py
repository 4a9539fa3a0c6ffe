"""Experiment: the runs, what of them is looked at, and the changes that a person makes.

Every change can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edits, changed, editable, only_edits
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.session.frame import Selection
from neuroviz.session.going import MOST, START, UNLIKE_BATCHES, race_anew
from neuroviz.session.own_steps import OwnSteps
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Runs, Snapshot
from neuroviz.session.undo import Edited, Replaced, Undo


class Experiment:
    """The active run, those it is compared with, and those it replaced."""

    def __init__(self, settings: Settings, edits: Edits = ()) -> None:
        self.runs = Runs(SessionRun.of(settings, edits))
        self.changes = Undo(self.runs)
        """What can be undone, and redone."""
        self.selection = Selection()
        """What is looked at."""
        self._preview: SessionRun | None = None
        self.held: Settings | None = None
        """The settings that the run would go on with from what a person holds; None where nothing
        is held."""

    def prepare(self) -> None:
        """Make the trainers; called when torch is loaded.

        Raises
        ------
        SettingsError
            If a start is not finite: such a run leaves the list, and where it is the active one,
            its task's own start takes its place.
        """
        runs = self.runs
        runs.ready = True
        refusal: SettingsError | None = None
        for run in reversed(runs.snapshot.runs):
            try:
                run.prepare()
            except SettingsError as error:
                refusal = error
                snapshot = runs.snapshot.without(run)
                own = SessionRun.of(run.settings.plain)
                runs.enter(
                    snapshot
                    if run is not runs.snapshot.active
                    else replace(snapshot, active=own, racing=())
                )
        if refusal is not None:
            runs.make_ready(runs.snapshot)
            raise refusal

    @property
    def snapshot(self) -> Snapshot:
        """The runs there are now."""
        return self.runs.snapshot

    @property
    def run(self) -> SessionRun:
        """The active run, which goes on when a person runs or steps."""
        return self.snapshot.active

    @property
    def own(self) -> OwnSteps | None:
        """The steps that a person takes in place of the active run; None for none."""
        return self.snapshot.own

    @property
    def settings(self) -> Settings:
        """The settings in force at ``looked_at``."""
        return self.run.settings_at(self.looked_at)

    # --- looking ----------------------------------------------------------------------------------

    @property
    def looked_at(self) -> int:
        """The row that is looked at; a row under the pointer does not count."""
        wanted = self.selection.step
        return self._newest if wanted is None else min(wanted, self._newest)

    @property
    def _newest(self) -> int:
        return self.run.step if self.own is None else self.own.taken

    @property
    def looks_back(self) -> bool:
        """Whether a row other than the newest is looked at."""
        return self.looked_at < self.run.step

    def pick(self, sample: int | None) -> None:
        """Pick a sample, or none for None; the run is not touched."""
        self.selection = replace(self.selection, sample=sample, hovered_step=None)

    def open_unit(self, unit: int | None) -> None:
        """Open a hidden neuron, or one of several outputs, by its index; None opens the output."""
        self.selection = self.selection.opening(unit, self.settings.hidden)

    def hover_sample(self, sample: int | None) -> None:
        """Show the share of the sample under the pointer, until None; the run is not touched."""
        self.selection = replace(self.selection, hovered_sample=sample)

    def hover(self, step: int | None) -> None:
        """Look at the row under the pointer, until it is None."""
        self.selection = replace(self.selection, hovered_step=step)

    def look_at(self, step: int | None, phase: str | None = None) -> None:
        """Look at a row of the run, or at the newest from now on; the run is not touched."""
        self._preview = self.held = None
        row = None if step is None or step >= self._newest else max(0, step)
        self.selection = replace(self.selection.resting, step=row, phase=phase)

    def look_on(self, steps: int) -> None:
        """Look so many rows further on, or back if negative, as far as the run goes."""
        self.look_at(max(0, self.looked_at + steps))

    # --- settings ---------------------------------------------------------------------------------

    def start(self, settings: Settings, called: str) -> None:
        """Start a run with other settings, as a change with the given name.

        Raises
        ------
        SettingsError
            If the new start is not finite; nothing has changed then.
        """
        if self.apply(settings):
            self.changes.name_last(called)

    def apply(self, settings: Settings, *, merge: bool = False, anew: bool = False) -> bool:
        """Take new settings: edit the run where that is enough, else start a new one.

        Return whether another run is active now. Hyperparameters edit a run that has begun; where
        an earlier row is looked at, they edit a branch from there. Limits and threshold never start
        another run.

        Parameters
        ----------
        settings
            What the controls show now.
        merge
            Whether this continues the last change, as a slider does while it is dragged.
        anew
            Whether a new run starts in any case.

        Raises
        ------
        SettingsError
            If the new start is not finite; nothing has changed then.
        """
        run = self.run
        snapshot = self.snapshot
        step = self.looked_at
        old = run.settings_at(step)
        names = changed(old, settings)
        replaced = Replaced("", snapshot, snapshot, names, 0, old)
        with self._changing():
            if set(names) <= set(LIMITS) and not anew:
                self._edit(settings, names, merge=merge)
            elif anew or not only_edits(old, settings):
                self._restart(settings, replaced, merge=merge)
            elif run.step == 0:
                self._restart(settings, replaced, run.edits, merge=merge)
            elif step < run.step:
                self._edit_branch(settings, replace(replaced, step=step, branched=True))
            else:
                self._edit(settings, names, merge=merge)
        return self.run is not run

    def _edit(self, settings: Settings, names: tuple[str, ...], *, merge: bool) -> None:
        """Edit the active run at its newest row, or only change its limits."""
        run = self.run
        change = self.changes.going_on(names) if merge else None
        mine = (
            change
            if isinstance(change, Edited)
            else Edited(run, run.step, run.edits, run.shown, names=names)
        )
        mine.take(settings)
        if isinstance(change, Replaced) and not set(names) <= set(LIMITS):
            change.call(settings)  # the branch that was made for this very edit
        elif names and mine is not change:
            self.changes.push(mine)

    def _edit_branch(self, settings: Settings, change: Replaced) -> None:
        """Edit a branch from an earlier row, or from the start, as one change for undo."""
        if change.step == 0:
            run = SessionRun.of(settings)
        else:
            run = self.run.branched(change.step)
            run.edit(settings)
        change.call(settings)
        self._push(replace(change, after=self._beside(run)))

    def _restart(
        self, settings: Settings, change: Replaced, edits: Edits = (), *, merge: bool
    ) -> None:
        """Start a run at row 0, and with it the race that it is in.

        While a slider is dragged, each new start replaces the one before it.
        """
        last = self.changes.going_on(change.names) if merge else None
        run = SessionRun.of(settings, edits)
        snapshot = self.snapshot
        if isinstance(last, Replaced):
            self._enter(_restarted(replace(snapshot, given=last.before.given), run, last.names))
            last.after = self.snapshot
            last.call(settings)
            return
        change.call(settings)
        self._push(replace(change, after=_restarted(snapshot, run, change.names)))

    # --- other runs -------------------------------------------------------------------------------

    def reset(self) -> None:
        """Start anew from the same start, with the values that the controls show and without edits.

        Limits that Run has moved on are set back to those that were chosen.
        """
        run = self.run
        if any(one.step > 0 or one.edits for one in (run, *self.snapshot.racing_others)):
            settings = run.with_chosen_limits(self.settings)
            self._take(_restarted(self.snapshot, SessionRun.of(settings), ()), "reset")
        self.look_at(None)

    def branch(self) -> bool:
        """Go on from the row that is looked at, in a new run; the old run stays in the list.

        Return whether there was anything to branch from: at the newest row there is not.
        """
        step = self.looked_at
        before = self.run
        if step < before.step and self.snapshot.home is None:  # a race goes on from where all are
            self._take(self._beside(before.branched(step)), f"branch at step {step:,}")
        self.look_at(None)
        return self.run is not before

    def bring_back(self, number: int) -> None:
        """Start a run with the settings and edits of a listed run."""
        run = self.runs.find(number)
        again = SessionRun.of(run.settings_with_limits(), run.edits)
        self._take(replace(self.snapshot, active=again, racing=()), f"settings of {run.name}")

    def go_to(self, number: int) -> None:
        """Let a listed run go on from where it stands; the active run stays in the list."""
        run = self.runs.find(number)
        if run is not self.run:
            listed = self.snapshot.with_active_listed
            gone_to = replace(self.snapshot, active=run, listed=listed, racing=())
            self._take(gone_to, f"go to {run.name}")

    def pin(self) -> None:
        """Keep the active run in the list even when another takes its place."""
        snapshot = self.snapshot
        self.runs.enter(replace(snapshot, listed=snapshot.with_active_listed))

    def delete(self, number: int) -> None:
        """Take a run off the list.

        The active run goes on all the same, but in a race another run takes its place.
        """
        run = self.runs.find(number)
        self._take(self.snapshot.without(run), f"delete {run.name}")

    def go_on(self, *, by_steps: bool) -> None:
        """Let undo come back to where the run stands now, before it goes on; not in a race."""
        if not self.snapshot.racing_others:
            self.changes.went_on(self.run, by_steps=by_steps)

    def race(self, race_runs: Sequence[tuple[str, Settings]], *, beside: bool = False) -> None:
        """Start several runs from one start, to go in step.

        The one most like the active run takes its place.

        Parameters
        ----------
        race_runs
            2 to MOST names and settings, which may differ in anything but the start and the number
            of steps in an epoch.
        beside
            Whether the active run only stands aside, and is there again once the race is left.

        Raises
        ------
        SettingsError
            If there are too few or too many, they cannot go in step, or a start is not finite;
            nothing has changed then.
        """
        if not 2 <= len(race_runs) <= MOST:
            raise SettingsError(f"A race has 2 to {MOST} runs, not {len(race_runs)}.", "race")
        if len({settings.steps_per_epoch for _, settings in race_runs}) > 1:
            raise SettingsError(UNLIKE_BATCHES, "race")
        snapshot = self.snapshot
        new = tuple(SessionRun.of(settings, name=name) for name, settings in race_runs)
        stay = tuple(run for run in snapshot.listed if run not in snapshot.racing)
        shown = snapshot.active.shown  # the form goes on showing that, where it races
        active = min(new, key=lambda run: len(changed(shown, run.settings)))
        aside = (snapshot.home or snapshot.active) if beside else None
        self._take(Snapshot(active, (*stay, *new), new, snapshot.given, aside), "race")

    def take_own(self, own: OwnSteps) -> None:
        """Let a person take the steps, as a change for each; the run is not touched."""
        if self.own is None:
            label = "your turn"
        else:
            label = "SGD's turn" if own.sgd_done else f"your step {own.taken:,}"
        self._take(replace(self.snapshot, own=own), label)

    def end_race(self, *, makes_way: bool = False) -> None:
        """Let only the active run go on, or the one that stood aside; the others stay in the list.

        A person's own steps end first. ``makes_way`` says that a change follows, and one undo takes
        both back.
        """
        snapshot = self.snapshot
        if self.own is not None:
            if self.own.taken == 0:
                self.undo()  # there is nothing to come back to
            else:
                after = replace(snapshot, own=None)
                self._take(after, "end of your turn", makes_way=makes_way)
        elif self.snapshot.racing_others:
            home = snapshot.home or snapshot.active
            after = replace(snapshot, active=home, racing=(), aside=None)
            self._take(after, "end of the race", makes_way=makes_way)

    def _follow_the_race(self) -> None:
        """Make a run that has come furthest the active one, where the active one has stopped."""
        first = max(self.snapshot.racing, key=lambda run: run.step, default=self.run)
        if self.snapshot.home is not None and self.run.step < first.step:
            self.runs.enter(replace(self.snapshot, active=first))

    # --- back and forth ---------------------------------------------------------------------------

    def undo(self) -> None:
        """Bring back what the last change replaced, in the state it was in."""
        with self._changing():
            self.changes.undo()

    def redo(self) -> None:
        """Make the undone change again."""
        with self._changing():
            self.changes.redo()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Look at the newest row afterwards, if another run is active or the run was moved.

        The same sample stays picked where it still exists in the same task, else the one that the
        task shows first.
        """
        run, own = self.run, self.own
        before = self.run.state
        yield
        self._preview = self.held = None
        if self.own is not own:
            self.look_at(None)
        if self.run is run and (before.trainer is None or self.run.trainer is before.trainer):
            return
        sample = self.selection.sample
        now = self.run.settings
        same = (now.task, now.dataset.width) == (run.settings.task, run.settings.dataset.width)
        if sample is not None and not (same and sample < now.dataset.samples):
            sample = now.first_sample
        self.selection = replace(self.selection.resting, sample=sample)

    def _beside(self, run: SessionRun) -> Snapshot:
        """Return a snapshot in which the given run goes on and the active one stays listed."""
        snapshot = self.snapshot
        return Snapshot(run, snapshot.with_active_listed, (), snapshot.given)

    def _take(self, after: Snapshot, label: str, *, makes_way: bool = False) -> None:
        with self._changing():
            self._push(Replaced(label, self.snapshot, after, makes_way=makes_way))

    def _push(self, change: Replaced) -> None:
        after = change.after
        own = after.own if after.active is self.run else None  # they began where that run stands
        self._enter(replace(after, own=own))
        change.after = self.snapshot
        self.changes.push(change)

    def _enter(self, snapshot: Snapshot) -> None:
        self.runs.make_ready(snapshot)  # first, since it may refuse
        self.runs.enter(snapshot)


def _restarted(snapshot: Snapshot, run: SessionRun, names: tuple[str, ...]) -> Snapshot:
    """Return a snapshot with a new active run.

    A race starts anew with it, unless the new run is a different experiment.
    """
    if snapshot.racing_others and set(names) <= set(START) | editable(run.settings).keys():
        return race_anew(snapshot, run)
    return replace(snapshot, active=run, racing=())
