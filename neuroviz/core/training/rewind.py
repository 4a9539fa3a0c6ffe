"""Rewind: goes back to earlier rows of a run.

A row that was thinned out is computed again, a run is wound back, and a stored run is resumed where
it stood.
"""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.core.choices.edits import Edit, Edits, settings_at
from neuroviz.core.choices.settings import Settings
from neuroviz.core.record import RowsRecord
from neuroviz.core.slices import SLICE, Work
from neuroviz.core.training.block import Row
from neuroviz.core.training.history import RECENT, History
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer

STEP_NUMBERS = 400
"""Fixed cost of a step, in numbers of its samples."""
_EDIT = 512
"""Cost of an edit, in steps: it ends a block."""


class Rewinder:
    """Goes back in one run to any row, thinned out or not, and to its settings in force.

    To take up a run costs more than the steps that follow, since tensors and calls for a block of
    steps must be made. They are made at the first use, and serve every row.

    Parameters
    ----------
    settings, edits
        The settings the run started with, and its changes in mid-run.
    """

    def __init__(self, settings: Settings, edits: Sequence[Edit] = ()) -> None:
        self.settings = settings
        self.edits = tuple(edits)
        self._stepper: Stepper | None = None
        self._last: Trainer | None = None
        self._made: Edits = ()
        self._in_force = settings

    def settings_at(self, step: int) -> Settings:
        """Return the settings in force at a step, as the same object while they are the same."""
        made = tuple(edit for edit in self.edits if edit.step <= step)
        if made != self._made:
            self._made = made
            self._in_force = settings_at(self.settings, made, step)
        return self._in_force

    def row_at(self, rows: Rows, step: int) -> Row:
        """Return the row at a step from 0 to the newest, exact to the last bit.

        A row that was not kept is computed again from the kept row before it, which has the
        optimizer's state; that takes fewer steps than the history's stride.
        """
        kept = rows.kept_before(step)
        if kept.step == step:
            return kept
        trainer = self.take_up(kept)
        trainer.advance(step - kept.step)
        return trainer.history.newest

    def take_up(self, kept: Row) -> Trainer:
        """Return a trainer at a kept row, with a history of little more than the last rows.

        The trainer that was returned before must not go on any more, since both share their
        tensors.
        """
        self._stepper = self._stepper or Stepper(self.settings)
        self._last = Trainer(self.settings, self.edits, RECENT, start=kept, stepper=self._stepper)
        return self._last

    def is_last(self, trainer: Trainer) -> bool:
        """Return whether a trainer is the last that was taken up, and so may go on."""
        return trainer is self._last


def wound_back(trainer: Trainer, step: int, edits: Edits | None = None) -> Trainer:
    """Return a new trainer at a step that another was at, with the history up to it.

    Parameters
    ----------
    trainer
        The other trainer, which does not change.
    step
        From 0 to its newest.
    edits
        The edits of the new trainer, which may differ from the other's only at and after the step.
        None for the other's up to the step.
    """
    kept = tuple(edit for edit in trainer.edits if edit.step <= step) if edits is None else edits
    settings = trainer.settings
    recent = first_recent_step(step, settings)
    # A run that has taken no step has no kept row yet.
    history = trainer.history.until(recent) if trainer.step else None
    result = Trainer(settings, kept, history=history)
    result.advance(step - result.step)
    return result


def first_recent_step(step: int, settings: Settings) -> int:
    """Return the step from which to take up a run so that it has all its last losses at a step."""
    return max(0, step - RECENT * settings.steps_per_epoch)


def cost(settings: Settings, step: int, edits: Sequence[Edit] = ()) -> float:
    """Return the cost of computing a run again up to a step, in steps of a small neuron."""
    numbers = settings.samples_per_step * settings.parameters.count
    made = sum(edit.step < step for edit in edits)
    return step * (1 + numbers / STEP_NUMBERS) + _EDIT * made


def resumed(
    settings: Settings, edits: Sequence[Edit], step: int, rows: RowsRecord | None, *, stopped: bool
) -> Work[Trainer]:
    """Return, in slices, a trainer at the step where one stood before.

    Parameters
    ----------
    settings, edits
        The settings the run started with, and its changes in mid-run.
    step
        The step it stood at; the trainer stops earlier if numbers cease to be finite.
    rows
        The rows of the run; None to compute them again.
    stopped
        Whether the run could not go on.

    Raises
    ------
    SettingsError
        If the start is not finite.
    ValueError
        If the rows are not those of such a run.
    """
    trainer = Trainer(settings, edits)
    if rows is not None:
        trainer = Trainer(
            settings, edits, history=History.of_record(rows, step, trainer.history.recent)
        )
    while trainer.step < step and trainer.advance_for(SLICE / 2, step - trainer.step):
        yield None
    if stopped:
        trainer.advance(1)  # fails, as it did before
    return trainer
