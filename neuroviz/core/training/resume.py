"""Resume: a run that was kept as plain data, at the very bit where it stood."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.record import RowsRecord
from neuroviz.core.slices import SLICE, Work
from neuroviz.core.training.history import History
from neuroviz.core.training.trainer import Trainer

_STEP = 400
"""What a step of one sample costs, in numbers of samples."""
_EDIT = 512
"""What an edit costs, in steps: a block ends there."""


def cost(settings: Settings, step: int, edits: Sequence[Edit] = ()) -> float:
    """Return what it costs to compute a run again up to a step, in steps of a small neuron."""
    numbers = settings.samples_per_step * (settings.dataset.width + 1)
    made = sum(edit.step < step for edit in edits)
    return step * (1 + numbers / _STEP) + _EDIT * made


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
        trainer = Trainer(settings, edits, history=History.of_record(rows, step, trainer.history.recent))
    while trainer.step < step and trainer.advance_for(SLICE / 2, step - trainer.step):
        yield None
    if stopped:
        trainer.advance(1)  # comes to nothing, as it did
    return trainer
