"""Past: what was known about a run at an earlier step, and the run wound back to it."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.edits import Edit, settings_at
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import Evidence, evidence_of
from neuroviz.core.training.history import RECENT
from neuroviz.core.training.history_view import LOSS_COLUMNS, Rows
from neuroviz.core.training.row import Chunk
from neuroviz.core.training.trainer import Trainer

__all__ = ["evidence_at", "wound_back"]


def evidence_at(settings: Settings, edits: tuple[Edit, ...], rows: Rows, step: int) -> Evidence:
    """Return what was known when a run stood at a step, to the last bit; the run is not touched.

    Where rows were thinned out, the run is taken up at a kept row far enough before, so that the last stored
    losses are all there.

    Parameters
    ----------
    settings, edits
        What defines the run.
    rows
        Its history.
    step
        From 0 to the newest.
    """
    if rows.stride == 1 and step < rows.newest.step:
        return _kept_evidence(settings_at(settings, edits, step), rows, step)
    trainer = Trainer(settings, edits, start=rows.kept_before(_begin(step, settings)))
    trainer.advance(step - trainer.step)
    first_loss = rows.kept_before(0).loss
    assert first_loss is not None  # row 0 ends an epoch
    return evidence_of(trainer, settings_at(settings, edits, step), first_loss)


def _kept_evidence(settings: Settings, rows: Rows, step: int) -> Evidence:
    """Return what was known at a step of a run whose rows are all kept."""
    first = max(0, step + 1 - RECENT)
    kept, per_epoch = rows.kept[:, first : step + 1], rows.steps_per_epoch
    numbers = np.ascontiguousarray(kept[LOSS_COLUMNS:].T)
    ends = np.arange(0, step + 1, per_epoch)[-RECENT:]
    return Evidence(
        settings,
        {"learning_rate": settings.learning_rate, **settings.hyperparameters},
        float(rows.kept[0, 0]),
        Chunk(first, per_epoch, len(rows.newest.parameters), kept[0], kept[3], kept[4], numbers),
        ends.astype(float),
        rows.kept[0, ends],
        None,
    )


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
    result = Trainer(settings, kept, history=trainer.history.until(_begin(step, settings)))
    result.advance(step - result.step)
    return result


def _begin(step: int, settings: Settings) -> int:
    return max(0, step - RECENT * settings.steps_per_epoch)
