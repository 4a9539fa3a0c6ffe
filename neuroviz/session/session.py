"""Session: the experiment, what of it is looked at, and how it goes on."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.anatomy.phases import following_position, previous_position
from neuroviz.core.choices.edits import Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import PastEvidence, evidence_of, known_start
from neuroviz.core.record import LookRecord, SessionRecord
from neuroviz.core.slices import Work
from neuroviz.session.experiment import Experiment
from neuroviz.session.frame import Frame, Selection
from neuroviz.session.ghost import Ghost, GhostMaker
from neuroviz.session.going import advance, advance_for, goal, lead, next_limits, obstacle
from neuroviz.session.own_steps import OwnSteps
from neuroviz.session.run import SessionRun
from neuroviz.session.saved import MOST_LETTERS, record_of, snapshot_of


class Session(Experiment):
    """All that a person can do: look at runs, change them, let them go on, and undo changes."""

    def __init__(self, settings: Settings, edits: Edits = ()) -> None:
        super().__init__(settings, edits)
        self._past = PastEvidence(self.run.settings_with_limits(), self.run.edits)
        self.note = ""
        """The note that a person has written about the session."""
        self.ghosts = GhostMaker()
        """Looks ahead at what would follow."""
        self._follows: SessionRun | None = None
        """The run that would follow what is previewed."""

    # --- as plain data ----------------------------------------------------------------------------

    def record(self) -> SessionRecord:
        """Return the session as plain data, without what can be undone.

        Raises
        ------
        ValueError
            If its runs, its data or its note are more than can be kept.
        """
        if len(self.note) > MOST_LETTERS:
            raise ValueError(
                f"A session can hold a note of up to {MOST_LETTERS:,} letters: shorten it."
            )
        seen = self.selection
        look = LookRecord(seen.step, seen.phase, seen.sample, seen.unit, seen.output)
        return replace(record_of(self.snapshot), note=self.note, look=look)

    @property
    def moment(self) -> tuple[object, ...]:
        """What would be saved, to be compared with what was; quick, and without the selection."""
        snapshot = self.snapshot
        return (
            self.note,
            self.run,
            snapshot.listed,
            snapshot.racing,
            *(run.moment for run in snapshot.runs),
        )

    @property
    def untouched(self) -> bool:
        """Whether there is nothing to keep: it is the very first experiment, at its start."""
        run = self.run
        fresh = (
            run.saved is None
            and run.step == 0
            and not run.edits
            and not self.snapshot.listed
            and not self.note
        )
        return fresh and run.settings_with_limits() == Settings.opened()

    @classmethod
    def of_record(cls, record: SessionRecord) -> Session:
        """Return a session that was saved.

        Its runs are restored by :meth:`restoring`, or else by :meth:`prepare`.

        Raises
        ------
        SettingsError
            If the record makes no valid session.
        """
        snapshot = snapshot_of(record)
        settings = snapshot.active.settings
        result = cls(settings)
        result.runs.enter(snapshot)
        look = record.look
        samples = settings.dataset.samples
        sample = look.sample if look.sample is not None and 0 <= look.sample < samples else None
        phase = look.phase if look.phase in PHASES else None
        result.selection = Selection(
            None if look.step is None else max(0, look.step),
            phase,
            sample,
            output=max(0, look.output),
        )
        # In older files an output is a unit, counted after the hidden neurons.
        result.open_unit(look.unit if look.unit is not None and look.unit >= 0 else None)
        result.note = record.note
        return result

    def restoring(self) -> Work[list[str]]:
        """Restore the runs in slices; return in sentences what differs from when they were saved.

        Raises
        ------
        SettingsError
            If one cannot be restored.
        """
        told: list[str] = []
        for run in self.snapshot.runs:
            saved = run.saved
            yield from run.restoring()
            if saved is not None:
                told += run.unlike(saved)
        return told

    def become(self, other: Session) -> None:
        """Go on as another session, with its look, note and undo.

        The other session must not be used any more.
        """
        self.__dict__.update(other.__dict__, _preview=None, held=None)
        self.runs.snapshot = replace(self.snapshot, own=None)

    def parted(self) -> Session:
        """Return a copy of this session, to be kept aside while this one becomes another."""
        result = Session(self.run.settings)
        result.become(self)
        return result

    # --- the runs ---------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether torch is loaded and the run can go on."""
        return self.runs.ready

    @property
    def number(self) -> int:
        """Number of the active run."""
        return self.run.number

    @property
    def racing(self) -> bool:
        """Whether several runs go in step."""
        return bool(self.snapshot.racing_others)

    def frame(self) -> Frame:
        """Return this moment, frozen; while a start is previewed, that start."""
        if self.own is not None and self._preview is None:
            return self._frame_of_own(self.own)
        run = self._preview or self.run
        settings = run.settings_with_limits()
        if self._past.settings is not settings or self._past.edits != run.edits:
            self._past = PastEvidence(settings, run.edits)  # else that of the last frame is reused
        return Frame(
            number=self.number,
            past=self._past,
            selection=self.selection if self._preview is None else self.selection.resting,
            **self._around,
            preview=self._preview is not None,
            as_it_stands=self._preview is not None and self._follows is not self._preview,
            ghost=self._ghost,
            **self._moment_of(run),
        )

    @property
    def _around(self) -> dict[str, Any]:
        """What a frame has besides the run: what can be undone, the note, what a race put aside."""
        return {
            "undo_label": self.changes.label,
            "redo_label": self.changes.redo_label,
            "note": self.note,
            "home": self.home,
        }

    def _frame_of_own(self, own: OwnSteps) -> Frame:
        """Return the frame of the steps that a person takes."""
        rows, evidence = own.history
        return Frame(
            number=0,
            past=PastEvidence(own.settings),
            selection=replace(self.selection, phase=None),
            **self._around,
            own=own,
            settings_now=own.settings,
            rows=rows,
            evidence_now=evidence,
            runs=own.runs,
        )

    @property
    def _ghost(self) -> Ghost | None:
        """The run that would follow what is shown; None where only another one is known."""
        ghost = self.ghosts.ghost
        if ghost is None or self._preview is not None or self.held is not None:
            return ghost
        passed = not ghost.held and self.run.step > ghost.ahead.steps[-1]
        return ghost if self.ghosts.follows(self.run) and not passed else None

    def frame_of(self, number: int) -> Frame:
        """Return the newest moment of a listed run, as if it were the active one.

        Raises KeyError where no listed run has this number.
        """
        run = self.runs.find(number)
        past = PastEvidence(run.settings_with_limits(), run.edits)
        selection = self.selection.resting
        return Frame(number=number, past=past, selection=selection, **self._moment_of(run))

    def _moment_of(self, run: SessionRun) -> dict[str, Any]:
        trainer = run.trainer
        rows = None
        evidence = None
        if trainer is not None:
            rows = trainer.history.rows()
            evidence = evidence_of(trainer, run.shown)
        elif not self.ready and run.saved is None and not run.edits:
            rows, evidence = known_start(run.shown) or (None, None)
        return {
            "settings_now": run.shown,
            "rows": rows,
            "evidence_now": evidence,
            "ready": self.ready,
            "runs": self.runs.listed_runs(),
        }

    def preview(self, settings: Settings | None, then: Settings | None = None) -> None:
        """Let frames show the start of a run with other settings.

        This lasts until they are None or anything else happens. No run is touched. ``then`` are the
        settings of the run that would follow, where it would start elsewhere than is shown.

        Raises
        ------
        SettingsError
            If that start is not finite; what was shown before still is.
        """
        run = None if settings is None else SessionRun.of(settings)
        if run is not None and self.ready:
            run.prepare()
        self._preview = run
        self._follows = run if then is None else SessionRun.of(then)

    @property
    def home(self) -> Settings | None:
        """The experiment that a race, or a person's own steps, have put aside; None for none."""
        run = self.snapshot.home if self.own is None else self.run
        return None if run is None else run.shown

    def check_start(self, settings: Settings) -> None:
        """Check that a run with these settings could start, without starting one.

        Raises
        ------
        SettingsError
            If that start is not finite.
        """
        if self.ready:
            SessionRun.of(settings).prepare()

    def hold(self, settings: Settings | None) -> None:
        """Show what would follow if the run went on from here with other hyperparameters.

        This lasts until the settings are None or anything else happens. No run is touched.
        """
        self.held = settings

    def look_ahead(self, seconds: float) -> None:
        """Look ahead for so long at the run that would follow.

        There is none before torch is loaded, and unless a start is previewed none in a race or
        while a person takes the steps.
        """
        if not self.ready or (self._preview is None and (self.racing or self.own)):
            self.ghosts.forget()
        elif self._preview is not None and self._follows is not None:
            self.ghosts.begin(self._follows, 0, seconds)
        else:
            self.ghosts.begin(self.run, self.looked_at, seconds, self.held)

    # --- parts of a step --------------------------------------------------------------------------

    def next_part(self) -> bool:
        """Go on by a part of a step, taking the update of the newest row if need be.

        Return whether there is such a part.
        """
        return self._go_to_part(*following_position(self.looked_at, self.selection.phase))

    def look_at_part(self, phase: str) -> bool:
        """Look at a part of the step that leaves the row; return whether that is possible.

        The update leads to the next row; at the newest row, the step is taken first.
        """
        return self._go_to_part(self.looked_at + (phase == "update"), phase)

    def _go_to_part(self, step: int, phase: str | None) -> bool:
        if step > self.run.step and not self.advance(1):
            return False
        self.look_at(step, phase)
        return True

    def previous_part(self) -> bool:
        """Go back by a part of a step; return whether there is one. The run is not touched."""
        here = self.looked_at, self.selection.phase
        position = previous_position(*here)
        self.look_at(*position)
        return position != here

    # --- the list ---------------------------------------------------------------------------------

    def rename(self, number: int, name: str) -> None:
        """Rename a run; an empty name changes nothing."""
        run = self.runs.find(number)
        run.name = name.strip() or run.name

    def show_run(self, number: int, *, visible: bool) -> None:
        """Draw a run beside the active one, or leave it out."""
        self.runs.find(number).visible = visible

    # --- going on ---------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """The step to go on from: the row that is looked at, or in a race the leading run's."""
        return self.looked_at if self.looks_back else lead(self._racing)

    @property
    def goal(self) -> str:
        """How far Run goes from the newest row, in words; at a limit, how far it would go on."""
        return goal(next_limits(self._racing) if self.ready else self.run.shown)

    def aim(self, *, undoable: bool = True) -> None:
        """Get ready to run: branch off from an earlier row, and set limits that lie ahead.

        A limit that is reached is replaced by twice the epochs or half the loss. If ``undoable``,
        undo comes back to here.
        """
        if self.ready:
            if not self.branch() and undoable:
                self.go_on(by_steps=False)
            self.run.move_limits(next_limits(self._racing))

    @property
    def _racing(self) -> list[SessionRun]:
        return [self.run, *self.snapshot.racing_others]

    def obstacle(self) -> str | None:
        """Return why no step can be taken, None if one can.

        From an earlier row one always can, in a branch.
        """
        return None if self.looks_back else obstacle(self._racing)

    def advance(self, steps: int) -> int:
        """Take so many steps; return how many were taken, fewer where the run had to stop."""
        if not self.ready or self.obstacle():
            return 0
        self.branch()
        taken = advance(self._racing, steps)
        self._follow_the_race()
        return taken

    def steps_to_epoch(self, epochs: int) -> int:
        """Return the steps from the row looked at to the end of an epoch, so many further on."""
        per_epoch = self.run.settings.steps_per_epoch
        return (self.looked_at // per_epoch + epochs) * per_epoch - self.looked_at

    def advance_for(
        self, seconds: float, at_most: int | None = None, *, to_limit: bool = True
    ) -> tuple[int, str | None]:
        """Take steps for so long; return how many, and why Run should pause now.

        The reason is None if it should go on. Where an earlier row is looked at, a branch goes on
        from there. Without ``to_limit`` only an obstacle is a reason.
        """
        if not self.ready or self.obstacle():
            return 0, self.obstacle()
        self.branch()
        told = advance_for(self._racing, seconds, at_most, to_limit=to_limit)
        self._follow_the_race()
        return told
