"""Replay: a row that was thinned out, computed again."""

from __future__ import annotations

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.row import Row
from neuroviz.core.training.trainer import Trainer

__all__ = ["following_row", "row_at"]


def row_at(settings: Settings, edits: tuple[Edit, ...], rows: Rows, step: int) -> Row:
    """Return the row of a run at a step between 0 and the newest, to the last bit what it was.

    Where it was not kept, the run is taken up at the kept row before it, which holds the optimizer's state, and
    goes on from there: at most as many steps as the history's stride.

    Parameters
    ----------
    settings, edits
        What defines the run.
    rows
        Its history.
    step
        Which row.
    """
    kept = rows.kept_before(step)
    if kept.step == step:
        return kept
    trainer = Trainer(settings, edits, start=kept)
    trainer.advance(step - kept.step)
    return trainer.history.newest


def following_row(settings: Settings, edits: tuple[Edit, ...], row: Row) -> Row | None:
    """Return the row after one of a run, which the run itself does not take; None if it is not finite."""
    trainer = Trainer(settings, edits, start=row)
    return trainer.history.newest if trainer.advance(1) else None
