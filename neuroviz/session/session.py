"""Session: the experiment, what of it is looked at, and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.anatomy.phases import following_position, previous_position
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import Past, evidence_of
from neuroviz.core.numbers import counted
from neuroviz.core.record import LookRecord, SessionRecord
from neuroviz.core.slices import Work
from neuroviz.core.training.rewind import Rewinder
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.experiment import Experiment
from neuroviz.session.frame import Frame, Look
from neuroviz.session.going import advance, advance_for, goal, next_limits, obstacle, race_places
from neuroviz.session.listed_run import ListedRun
from neuroviz.session.race import lead
from neuroviz.session.run import Run
from neuroviz.session.saved import MOST_LETTERS, record_of, snapshot_of


class Session:
    """What a person does: looks at runs, changes them, lets them go on, and takes changes back."""

    def __init__(self, settings: Settings, edits: tuple[Edit, ...] = ()) -> None:
        self._experiment = Experiment(settings, edits)
        self._runs = self._experiment.runs
        self._look = Look()
        self._preview: Run | None = None
        self._past = Past(Rewinder(self._run.settings_with_limits(), self._run.edits))
        self.note = ""
        """What a person has written about it."""

    # --- as plain data -----------------------------------------------------------------------------------

    def record(self) -> SessionRecord:
        """Return the session as plain data; what can be undone is no part of it.

        Raises
        ------
        ValueError
            If it has more runs than can be kept, or a longer note.
        """
        if len(self.note) > MOST_LETTERS:
            raise ValueError(f"A session is kept with a note of up to {MOST_LETTERS:,} letters: shorten it.")
        look = LookRecord(self._look.step, self._look.phase, self._look.sample)
        return replace(record_of(self._runs.snapshot), note=self.note, look=look)

    @property
    def moment(self) -> tuple[object, ...]:
        """What would be put down, to be compared with what was: quick, and the look is no part of it."""
        runs = dict.fromkeys((self._run, *self._runs.listed))
        snapshot = self._runs.snapshot
        return (self.note, self._run, snapshot.listed, snapshot.racing, *(run.moment for run in runs))

    @property
    def untouched(self) -> bool:
        """Whether there is nothing in it to keep: the experiment of the very first start, at its start."""
        run = self._run
        fresh = run.kept is None and run.step == 0 and not run.edits and not self._runs.listed and not self.note
        return fresh and run.settings_with_limits() == Settings.opened()

    @classmethod
    def of_record(cls, record: SessionRecord) -> Session:
        """Return a session that was put down; its runs are taken up by :meth:`taking_up`, else at :meth:`prepare`.

        Raises
        ------
        SettingsError
            If there can be no such session.
        """
        snapshot = snapshot_of(record)
        settings = snapshot.active.settings
        result = cls(settings)
        result._runs.enter(snapshot)
        look = record.look
        samples = settings.dataset.samples
        sample = look.sample if look.sample is not None and 0 <= look.sample < samples else None
        phase = look.phase if look.phase in PHASES else None
        result._look = Look(None if look.step is None else max(0, look.step), phase, sample)
        result.note = record.note
        return result

    def taking_up(self) -> Work[list[str]]:
        """Take the runs up where they were put down, in slices; return what is not as it was, in sentences.

        Raises
        ------
        SettingsError
            If one cannot be taken up.
        """
        told = []
        for run in dict.fromkeys((self._run, *self._runs.listed)):
            kept = run.kept
            yield from run.taking_up()
            if kept is not None:
                told += [text for text in (run.is_elsewhere(kept), run.is_thinned(kept)) if text]
        return told

    def become(self, other: Session) -> None:
        """Go on as another session, which nobody else must use any more: with its look, note and undo."""
        self._experiment = other._experiment
        self._runs = other._runs
        self._look = other._look
        self._preview = None
        self._past = other._past
        self.note = other.note

    def parted(self) -> Session:
        """Return a session that is what this one is: to be kept aside while this one becomes another."""
        result = Session(self._run.settings)
        result.become(self)
        return result

    # --- the runs ----------------------------------------------------------------------------------------

    @property
    def _run(self) -> Run:
        return self._runs.active

    @property
    def settings(self) -> Settings:
        """The experiment as it is in force at the row that is looked at; what the pointer hovers over is none."""
        return self._run.settings_at(self._looked_at)

    @property
    def ready(self) -> bool:
        """Whether torch is loaded and the run can go."""
        return self._runs.ready

    @property
    def number(self) -> int:
        """Number of the active run."""
        return self._run.number

    @property
    def racing(self) -> bool:
        """Whether several runs go in lockstep."""
        return bool(self._runs.racing_others)

    def prepare(self) -> None:
        """Make the trainers; called when torch is loaded.

        Raises
        ------
        SettingsError
            If a start is not finite; the session then stands at the task's own start, or without the run of the
            list that has none.
        """
        self._experiment.prepare()

    def frame(self) -> Frame:
        """Return the moment, frozen; while a start is previewed, that."""
        run = self._preview or self._run
        trainer = run.trainer
        return Frame(
            number=self.number,
            settings_now=run.shown,
            past=self._past_of(run),
            rows=trainer.history.rows() if trainer else None,
            evidence_now=evidence_of(trainer, run.shown) if trainer else None,
            look=self._look if self._preview is None else Look(sample=self._look.sample),
            runs=self._listed_runs(),
            undo_label=self._experiment.undo.label,
            redo_label=self._experiment.undo.redo_label,
            note=self.note,
            preview=self._preview is not None,
        )

    def frame_of(self, number: int) -> Frame:
        """Return the newest moment of a run of the list, as if it were the active one; raises KeyError."""
        run = self._runs.find(number)
        return Frame(
            number=number,
            settings_now=run.shown,
            past=Past(Rewinder(run.settings_with_limits(), run.edits)),
            rows=run.trainer.history.rows() if run.trainer else None,
            evidence_now=evidence_of(run.trainer, run.shown) if run.trainer else None,
            look=Look(sample=self._look.sample),
            runs=self._listed_runs(),
        )

    def _past_of(self, run: Run) -> Past:
        """Return what goes back in a run, the same as long as the run is the same."""
        settings = run.settings_with_limits()
        rewinder = self._past.rewinder
        if rewinder.settings is not settings or rewinder.edits != run.edits:
            self._past = Past(Rewinder(settings, run.edits))
        return self._past

    def preview(self, settings: Settings | None) -> None:
        """Let frames show the start of a run with other settings, until they are None or anything else happens.

        No run is touched.

        Raises
        ------
        SettingsError
            If that start is not finite; what was shown before still is.
        """
        run = None if settings is None else Run.of(settings)
        if run is not None and self.ready:
            run.prepare()
        self._preview = run

    # --- looking -----------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """What is looked at."""
        return self._look

    def pick(self, sample: int | None) -> None:
        """Pick a sample, None for none; the run is not touched."""
        self._look = replace(self._look, sample=sample, hovered_step=None)

    def hover_sample(self, sample: int | None) -> None:
        """Show the share of the sample under the pointer, until it is None; the run is not touched."""
        self._look = replace(self._look, hovered_sample=sample)

    def hover(self, step: int | None) -> None:
        """Look at the row under the pointer, until it is None."""
        self._look = replace(self._look, hovered_step=step)

    def look_at(self, step: int | None, phase: str | None = None) -> None:
        """Look at a row of the run, or at the newest from now on; the run is not touched."""
        self._preview = None
        inside = step is not None and step < self._run.step
        self._look = Look(max(0, step) if step is not None and inside else None, phase, self._look.sample)

    def look_on(self, steps: int) -> None:
        """Look so many rows further, or back, as far as the run goes."""
        self.look_at(max(0, self._looked_at + steps))

    @property
    def looks_back(self) -> bool:
        """Whether another row than the newest is looked at; what the pointer hovers over is none."""
        return self._looked_at < self._run.step

    @property
    def _looked_at(self) -> int:
        return self._run.step if self._look.step is None else min(self._look.step, self._run.step)

    def next_part(self) -> bool:
        """Go on by a part of a step; the update of the newest row is taken first. Return whether there is one."""
        step, phase = following_position(self._looked_at, self._look.phase)
        if step > self._run.step and not self.advance(1):
            return False
        self.look_at(step, phase)
        return True

    def look_at_part(self, phase: str) -> bool:
        """Look at a part of the step that leaves the row; return whether it can be.

        The update leads to the next row; where the newest is looked at, it is taken first.
        """
        step = self._looked_at + (phase == "update")
        if step > self._run.step and not self.advance(1):
            return False
        self.look_at(step, phase)
        return True

    def previous_part(self) -> bool:
        """Go back by a part of a step; return whether there is one. The run is not touched."""
        here = self._looked_at, self._look.phase
        position = previous_position(*here)
        self.look_at(*position)
        return position != here

    # --- changes -----------------------------------------------------------------------------------------

    def apply(self, settings: Settings, *, merge: bool = False, anew: bool = False) -> bool:
        """Take new settings: edit the run where that is enough, else start a new one; return whether it is another.

        Hyperparameters edit a run that has begun, and where an earlier row is looked at they edit a branch from
        there; stops and threshold change nothing in it.

        Parameters
        ----------
        settings
            What the controls show now.
        merge
            Whether this goes on with the last change, as a slider does while it is dragged.
        anew
            Whether a new run starts in any case.

        Raises
        ------
        SettingsError
            If the new start is not finite; nothing has changed then.
        """
        before = self._run
        another = self._experiment.apply(settings, self._looked_at, merge=merge, anew=anew)
        self._follow(before)
        return another

    def reset(self) -> None:
        """Start anew from the same start, with the values the controls show and without edits.

        Limits that Run has moved on are again as they were chosen.
        """
        before = self._run
        self._experiment.reset(self._looked_at)
        self._follow(before)
        self.look_at(None)

    def branch(self) -> bool:
        """Go on from the row that is looked at, in a run of its own; the old one stays in the list.

        Return whether there was anything to branch from: not at the newest row.
        """
        before = self._run
        step = self._looked_at
        if step < before.step:
            self._experiment.branch(step)
        self.look_at(None)
        return self._run is not before

    @property
    def put_aside(self) -> str:
        """How much undoing the last change brings back of a run, as "876 epochs"; empty where it is nothing."""
        run = self._experiment.undo.put_aside
        if run is None or run.step == 0:
            return ""
        epochs = run.step // run.settings.steps_per_epoch
        return counted(epochs, "epoch") if epochs else counted(run.step, "step")

    def undo(self) -> None:
        """Bring back what the last change replaced, as it stood."""
        before = self._run
        trainer = self._run.trainer
        self._experiment.undo.undo(self._runs)
        self._follow(before, trainer)

    def redo(self) -> None:
        """Make the undone change again."""
        before = self._run
        trainer = self._run.trainer
        self._experiment.undo.redo(self._runs)
        self._follow(before, trainer)

    def _follow(self, before: Run, trainer: Trainer | None = None) -> None:
        """Look at the newest row where another run has become the active one, or stands elsewhere."""
        self._preview = None
        if self._run is not before or (trainer is not None and self._run.trainer is not trainer):
            self._look_at_newest(before.settings)

    def _look_at_newest(self, before: Settings) -> None:
        """Look at the newest row, and at the sample as before, moved or with more beside it; else at the first."""
        sample = self._look.sample
        now = self._run.settings
        same = (now.task, now.dataset.width) == (before.task, before.dataset.width)
        if sample is not None and not (same and sample < now.dataset.samples):
            sample = self.first_sample
        self._look = Look(sample=sample)

    @property
    def first_sample(self) -> int:
        """Index of the sample that is most telling at first; the user's own data have no such one."""
        settings = self._run.settings
        return 0 if settings.data is not None else settings.task_entry.sample

    # --- the list ----------------------------------------------------------------------------------------

    def pin(self) -> None:
        """Keep the active run in the list, also when another takes its place."""
        self._experiment.pin()

    def rename(self, number: int, name: str) -> None:
        """Call a run something else; an empty name changes nothing."""
        run = self._runs.find(number)
        run.name = name.strip() or run.name

    def show_run(self, number: int, *, visible: bool) -> None:
        """Draw a run beside the active one, or leave it out."""
        self._runs.find(number).visible = visible

    def delete(self, number: int) -> None:
        """Take a run off the list; the active one goes on all the same, but in a race another takes its place."""
        before = self._run
        self._experiment.delete(number)
        self._follow(before)

    def bring_back(self, number: int) -> None:
        """Start a run with the settings and edits of one of the list."""
        before = self._run
        self._experiment.bring_back(number)
        self._follow(before)

    # --- the race ----------------------------------------------------------------------------------------

    def race(self, race_runs: Sequence[tuple[str, Settings]]) -> None:
        """Start several runs from one start, to go in lockstep; the one most like the active one takes its place.

        Parameters
        ----------
        race_runs
            2 to MOST names and settings, which differ in anything but the start.

        Raises
        ------
        SettingsError
            If there are too few or too many, or a start is not finite; nothing has changed then.
        """
        before = self._run
        self._experiment.race(race_runs)
        self._follow(before)

    def end_race(self) -> None:
        """Let only the active run go on; the others stay in the list."""
        self._experiment.end_race()

    # --- going on ----------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """From where it goes on: the row that is looked at; of a race, where the first is."""
        return self._looked_at if self.looks_back else lead(self._racing)

    @property
    def goal(self) -> str:
        """How far Run goes from the newest row, in words: where its limit is reached, how far it would go on."""
        return goal(next_limits(self._racing) if self.ready else self._run.shown)

    def aim(self) -> None:
        """Get ready to run: branch off where an earlier row is looked at, and set a limit that lies ahead.

        A limit that Run has come to is over: twice the epochs, or half the loss, takes its place.
        """
        if self.ready:
            self.branch()
            self._run.move_limits(next_limits(self._racing))

    @property
    def _racing(self) -> list[Run]:
        return [self._run, *self._runs.racing_others]

    def _listed_runs(self) -> tuple[ListedRun, ...]:
        return self._runs.listed_runs(race_places(self._racing) if self.ready and self.racing else {})

    def obstacle(self) -> str | None:
        """Return why no step can be taken, None if one can: from an earlier row one always can, in a branch."""
        return None if self.looks_back else obstacle(self._run, self._runs.racing_others)

    def advance(self, steps: int) -> int:
        """Take so many steps; return how many were taken, fewer where the run had to stop."""
        if not self.ready or self.obstacle():
            return 0
        self.branch()
        return advance(self._run, self._runs.racing_others, steps)

    def steps_to_epoch(self, epochs: int) -> int:
        """Return the steps from the row that is looked at to the end of the epoch that many epochs on."""
        per_epoch = self._run.settings.steps_per_epoch
        return (self._looked_at // per_epoch + epochs) * per_epoch - self._looked_at

    def advance_for(
        self, seconds: float, at_most: int | None = None, *, to_limit: bool = True
    ) -> tuple[int, str | None]:
        """Take steps for so long; return how many, and why Run should pause now, None if it should go on.

        Where an earlier row is looked at, a branch goes on from there. Without ``to_limit`` only an obstacle is a
        reason.
        """
        if not self.ready or self.obstacle():
            return 0, self.obstacle()
        self.branch()
        return advance_for(self._run, self._runs.racing_others, seconds, at_most, to_limit=to_limit)
