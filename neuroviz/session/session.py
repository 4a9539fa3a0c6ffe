"""Session: the active run, what is done to it, and the way back."""

from __future__ import annotations

import sys
from collections import deque

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.edits import Edit, editable
from neuroviz.core.evidence import evidence_of
from neuroviz.core.settings import Settings
from neuroviz.session.frame import Frame, Look
from neuroviz.session.run import Run

__all__ = ["Session"]

_UNDO = 20
"""Runs kept to go back to, as long as their histories together are small enough."""
_UNDO_BYTES = 64 * 2**20


class Session:
    """One active run and those it replaced.

    Parameters
    ----------
    settings
        The first experiment.
    edits
        Its changes in mid-run, replayed as it runs.
    """

    def __init__(self, settings: Settings, edits: tuple[Edit, ...] = ()) -> None:
        self._run = Run.of(settings, edits)
        self._undo: deque[Run] = deque(maxlen=_UNDO)
        self._redo: deque[Run] = deque(maxlen=_UNDO)
        self._look = Look()
        self._ready = False

    # --- the run -----------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The experiment as the controls show it."""
        return self._run.shown

    @property
    def ready(self) -> bool:
        """Whether torch is loaded and the run can go."""
        return self._ready

    def prepare(self) -> None:
        """Make the trainer; called when torch is loaded.

        Raises
        ------
        SettingsError
            If the start is not finite; the session then stands at the task's own start.
        """
        self._ready = True
        try:
            self._run.prepare()
        except SettingsError:
            self._run = Run.of(Settings(self._run.settings.task))
            self._run.prepare()
            raise

    def frame(self) -> Frame:
        """Return the moment, frozen."""
        run, trainer = self._run, self._run.trainer
        return Frame(
            settings=run.shown,
            settings_at_start=run.settings_with_stops(),
            edits=run.edits,
            rows=trainer.history.rows() if trainer else None,
            evidence=evidence_of(trainer, run.shown) if trainer else None,
            look=self._look,
            undoable=bool(self._undo),
            redoable=bool(self._redo),
        )

    def look(self, sample: int | None) -> None:
        """Pick a sample to look at, None for none; the run is not touched."""
        self._look = Look(sample)

    # --- changes -----------------------------------------------------------------------------------------

    def apply(self, settings: Settings) -> bool:
        """Take new settings: edit the run where that is enough, else start a new one; return whether restarted.

        Hyperparameters edit a run that has begun; stops and threshold change nothing in it.

        Raises
        ------
        SettingsError
            If the new start is not finite; nothing has changed then.
        """
        old, new = self._run.shown.defining, settings.defining
        changed = {name for name in (*old, *new) if old.get(name) != new.get(name)}
        if not changed:
            self._run.shown = settings
            return False
        if self._run.step > 0 and old.keys() == new.keys() and changed <= editable(settings).keys():
            self._run.edit({name: new[name] for name in changed})
            self._run.shown = settings
            return False
        only_edits = changed <= editable(settings).keys()
        edits = self._run.edits if only_edits and old.keys() == new.keys() else ()
        self._start(Run.of(settings, edits), keep_old=self._run.step > 0 or not only_edits)
        return True

    def reset(self) -> None:
        """Start anew from the same start, with the values the controls show and without edits."""
        self._start(Run.of(self._run.shown), keep_old=self._run.step > 0 or bool(self._run.edits))

    def undo(self) -> None:
        """Bring back the run that the last restart replaced, as it stood."""
        self._swap(self._undo, self._redo)

    def redo(self) -> None:
        """Take the undone restart again."""
        self._swap(self._redo, self._undo)

    def _swap(self, back: deque[Run], forth: deque[Run]) -> None:
        """Take the last run from one side and put the active one on the other."""
        if not back:
            return
        run = back.pop()
        if self._ready:
            try:
                run.prepare()
            except SettingsError:  # replaced before torch could say that its start is not finite
                return
        forth.append(self._run)
        self._run, self._look = run, Look()

    def _start(self, run: Run, *, keep_old: bool) -> None:
        if self._ready:
            run.prepare()  # first, since it may refuse
        if keep_old:
            self._undo.append(self._run)
            self._redo.clear()
            while len(self._undo) > 1 and sum(old.size for old in self._undo) > _UNDO_BYTES:
                self._undo.popleft()
        if run.settings.dataset is not self._run.settings.dataset:
            self._look = Look()
        self._run = run

    # --- going on ----------------------------------------------------------------------------------------

    def obstacle(self) -> str | None:
        """Return why no step can be taken, None if one can."""
        trainer = self._run.trainer
        if not self.settings.activation_entry.trainable:
            return "The step activation has gradient 0 everywhere: type weights instead, or take sigmoid."
        if trainer is not None and trainer.stopped is not None:
            return (
                f"The {trainer.stopped.what} would not be finite: reset, or take a smaller learning rate "
                "to go on from here."
            )
        return None

    def advance(self, steps: int) -> int:
        """Take so many steps; return how many were taken, fewer where the run had to stop."""
        if not self._ready or self.obstacle():
            return 0
        done = self._run.prepare().advance(steps)
        self._run.follow_edits()
        return done

    def steps_to_epoch(self, epochs: int) -> int:
        """Return the steps from here to the end of the epoch that many epochs on."""
        per_epoch = self.settings.steps_per_epoch
        return (self._run.step // per_epoch + epochs) * per_epoch - self._run.step

    def advance_for(
        self, seconds: float, at_most: int | None = None, *, stops: bool = True
    ) -> tuple[int, str | None]:
        """Take steps for so long; return how many, and why Run should pause now, None if it should go on.

        Without ``stops`` only an obstacle is a reason.
        """
        if not self._ready or self.obstacle():
            return 0, self.obstacle()
        trainer, settings = self._run.prepare(), self.settings
        before, target = trainer.step, settings.epochs * settings.steps_per_epoch
        limit = sys.maxsize if at_most is None else at_most
        if stops and before < target:
            limit = min(limit, target - before)
        until = settings.until_loss if stops else None
        taken = trainer.advance_for(seconds, limit, until)
        self._run.follow_edits()
        reached = stops and before < target <= trainer.step
        return taken, self._reason_to_pause(reached) if stops else self.obstacle()

    def _reason_to_pause(self, reached_epochs: bool) -> str | None:
        """Return why Run should pause: a stop that was just reached, or no way on."""
        obstacle = self.obstacle()
        if obstacle:
            return obstacle
        trainer, settings = self._run.prepare(), self.settings
        if reached_epochs:
            return f"Epoch {settings.epochs:,} is reached; Run goes on from here."
        if self._came_down():
            return f"The loss is at or below {settings.until_loss:g}; Run goes on from here."
        if trainer.settled:
            return "Paused: a whole epoch changed no bit."
        return None

    def _came_down(self) -> bool:
        """Return whether the last step brought the stored loss down to the one to stop at."""
        until, trainer = self.settings.until_loss, self._run.prepare()
        steps, losses = trainer.history.recent_losses
        if until is None or len(losses) < 2:
            return False
        return bool(losses[-1] <= until < losses[-2] and steps[-1] == trainer.step)
