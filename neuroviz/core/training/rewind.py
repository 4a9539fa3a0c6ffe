"""Rewind: rows of the past again.

A thinned-out row is computed again, a run wound back, a kept one taken up where it stood.
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
"""What a step costs by itself, in numbers of its samples."""
_EDIT = 512
"""What an edit costs, in steps: a block ends there."""


class Rewinder:
    """Goes back in one run.

    To its rows, those that were thinned out too, and to the settings in force there. To take a run
    up costs more than the steps that follow: its tensors and the calls of a block of steps are made
    at the first use, and serve every row.

    Parameters
    ----------
    settings, edits
        Those the run started with, and its changes in mid-run.
    """

    def __init__(self, settings: Settings, edits: Sequence[Edit] = ()) -> None:
        self.settings = settings
        self.edits = tuple(edits)
        self._stepper: Stepper | None = None
        self._last: Trainer | None = None
        self._made: Edits = ()
        self._in_force = settings

    def settings_at(self, step: int) -> Settings:
        """Return the settings in force at a step: the same object as long as they are the same."""
        made = tuple(edit for edit in self.edits if edit.step <= step)
        if made != self._made:
            self._made = made
            self._in_force = settings_at(self.settings, made, step)
        return self._in_force

    def row_at(self, rows: Rows, step: int) -> Row:
        """Return the row at a step between 0 and the newest, to the last bit what it was.

        Where it was not kept, the run is taken up at the kept row before it, which holds the
        optimizer's state, and goes on from there: at most as many steps as the history's stride.
        """
        kept = rows.kept_before(step)
        if kept.step == step:
            return kept
        trainer = self.take_up(kept)
        trainer.advance(step - kept.step)
        return trainer.history.newest

    def take_up(self, kept: Row) -> Trainer:
        """Return a trainer that stands at a kept row and remembers little more than the last rows.

        The one that was returned before must not go on any more: they share their tensors.
        """
        self._stepper = self._stepper or Stepper(self.settings)
        self._last = Trainer(self.settings, self.edits, RECENT, start=kept, stepper=self._stepper)
        return self._last

    def is_last(self, trainer: Trainer) -> bool:
        """Return whether a trainer is the last that was taken up, so that it may go on."""
        return trainer is self._last


def wound_back(trainer: Trainer, step: int, edits: Edits | None = None) -> Trainer:
    """Return a trainer of its own that stands where another stood at a step.

    With the history up to there.

    Parameters
    ----------
    trainer
        The other; it is not touched.
    step
        From 0 to where it is.
    edits
        Those that the new one is to have; they differ from the other's at and after the step only.
        None for the other's up to the step.
    """
    kept = tuple(edit for edit in trainer.edits if edit.step <= step) if edits is None else edits
    settings = trainer.settings
    result = Trainer(
        settings, kept, history=trainer.history.until(first_recent_step(step, settings))
    )
    result.advance(step - result.step)
    return result


def first_recent_step(step: int, settings: Settings) -> int:
    """Return from where a run must be taken up.

    So that at a step its last stored losses are all there.
    """
    return max(0, step - RECENT * settings.steps_per_epoch)


def cost(settings: Settings, step: int, edits: Sequence[Edit] = ()) -> float:
    """Return what it costs to compute a run again up to a step, in steps of a small neuron."""
    numbers = settings.samples_per_step * settings.parameters.count
    made = sum(edit.step < step for edit in edits)
    return step * (1 + numbers / STEP_NUMBERS) + _EDIT * made


def resumed(
    settings: Settings, edits: Sequence[Edit], step: int, rows: RowsRecord | None, *, stopped: bool
) -> Work[Trainer]:
    """Return a trainer that stands where one stood, in slices.

    Parameters
    ----------
    settings, edits
        Those of the run.
    step
        Where it stood; where numbers cease to be finite before, the trainer stands there.
    rows
        Its rows; None to compute them again.
    stopped
        Whether it could not go on.

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
        trainer.advance(1)  # comes to nothing, as it did
    return trainer
