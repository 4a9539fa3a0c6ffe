"""Rewind: a row that was thinned out computed again, and a run wound back to an earlier step."""

from __future__ import annotations

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.history import RECENT
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.row import Row
from neuroviz.core.training.trainer import Trainer

__all__ = ["first_recent_step", "row_at", "wound_back"]


def row_at(settings: Settings, edits: tuple[Edit, ...], rows: Rows, step: int) -> Row:
    """Return the row of a run at a step between 0 and the newest, to the last bit what it was.

    Where it was not kept, the run is taken up at the kept row before it, which holds the optimizer's state, and
    goes on from there: at most as many steps as the history's stride.

    Parameters
    ----------
    settings, edits
        Those the run started with, and its changes in mid-run.
    rows
        The run's history, thinned out or not.
    step
        From 0 to the newest.
    """
    kept = rows.kept_before(step)
    if kept.step == step:
        return kept
    trainer = Trainer(settings, edits, start=kept)
    trainer.advance(step - kept.step)
    return trainer.history.newest


def wound_back(trainer: Trainer, step: int, edits: tuple[Edit, ...] | None = None) -> Trainer:
    """Return a trainer of its own that stands where another stood at a step, with the history up to there.

    Parameters
    ----------
    trainer
        The other; it is not touched.
    step
        From 0 to where it is.
    edits
        Those that the new one is to have; they differ from the other's at and after the step only. None for the
        other's up to the step.
    """
    kept = tuple(edit for edit in trainer.edits if edit.step <= step) if edits is None else edits
    settings = trainer.settings
    result = Trainer(settings, kept, history=trainer.history.until(first_recent_step(step, settings)))
    result.advance(step - result.step)
    return result


def first_recent_step(step: int, settings: Settings) -> int:
    """Return from where a run must be taken up, that at a step its last stored losses are all there."""
    return max(0, step - RECENT * settings.steps_per_epoch)
