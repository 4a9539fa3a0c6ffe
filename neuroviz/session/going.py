"""Going: what lets a run, and those that race with it, go on.

What makes them pause, and how far Run goes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import Defaults
from neuroviz.core.numbers import format_number
from neuroviz.session.race import advance_together, lead, newest_loss
from neuroviz.session.run import SessionRun


def at_epoch(runs: Sequence[SessionRun]) -> bool:
    """Return whether the active run, the first, or one that races is at its end.

    That is the epoch to stop at.
    """
    settings = runs[0].shown
    return lead(runs) >= settings.epochs * settings.steps_per_epoch


def at_loss(runs: Sequence[SessionRun]) -> bool:
    """Return whether the last stored loss of one of the runs is at or below the loss to stop at."""
    until = runs[0].shown.until_loss
    return until is not None and any(newest_loss(run) <= until for run in runs)


def next_limits(runs: Sequence[SessionRun]) -> Settings:
    """Return the settings in force with limits that lie ahead.

    The epochs doubled, the loss halved, as need be.
    A loss to stop at that cannot be undercut is left out.
    """
    settings = runs[0].shown
    changes: dict[str, object] = {}
    if at_epoch(runs):
        changes["epochs"] = _epochs_ahead(settings, lead(runs))
    if at_loss(runs):
        changes["until_loss"] = _loss_ahead(settings.until_loss, min(map(newest_loss, runs)))
    return settings.replace(**changes) if changes else settings


def goal(settings: Settings) -> str:
    """Return how far Run goes, in words: "epoch 2,000", "loss 0.01, at most to epoch 2,000"."""
    epoch = f"epoch {settings.epochs:,}"
    if settings.until_loss is None:
        return epoch
    return f"loss {format_number(settings.until_loss)}, at most to {epoch}"


def _epochs_ahead(settings: Settings, steps: int) -> int:
    """Return the limit doubled until it lies ahead; where it is 0, that of the task."""
    epochs = settings.epochs or settings.task_entry.defaults.epochs or Defaults.epochs
    while epochs * settings.steps_per_epoch <= steps and epochs < MAX_EPOCHS:
        epochs = min(2 * epochs, MAX_EPOCHS)
    return epochs


def _loss_ahead(until: float | None, loss: float) -> float | None:
    while until is not None and loss <= until:
        until = until / 2 or None
    return until


def obstacle(runs: Sequence[SessionRun]) -> str | None:
    """Return why no step can be taken from the newest row, None if one can."""
    run, *others = runs
    if not run.shown.activation_entry.trainable:
        return f"{FLAT}: set the weights by hand, or take sigmoid."
    if any(not other.stopped for other in others):
        return None
    trainer = run.trainer
    if trainer is not None and trainer.stopped is not None:
        return (
            f"The {trainer.stopped.what} would not be finite: "
            "reset, or take a smaller learning rate to go on from here."
        )
    return None


def advance(runs: Sequence[SessionRun], steps: int) -> int:
    """Take so many steps; return how many were taken, fewer where the run had to stop."""
    if len(runs) > 1:
        return advance_together(runs, sys.float_info.max, steps)
    done = runs[0].prepare().advance(steps)
    runs[0].follow_edits()
    return done


def advance_for(
    runs: Sequence[SessionRun], seconds: float, at_most: int | None, *, to_limit: bool
) -> tuple[int, str | None]:
    """Take steps for so long.

    Return how many, and why Run should pause now, None if it should go on. At its limit a run takes
    no step. Without ``to_limit`` only an obstacle is a reason.
    """
    run = runs[0]
    settings = run.shown
    limit = sys.maxsize if at_most is None else at_most
    until_loss = settings.until_loss if to_limit else None
    if to_limit:
        if over := _end(runs):
            return 0, over
        limit = min(limit, settings.epochs * settings.steps_per_epoch - lead(runs))
    if len(runs) > 1:
        taken = advance_together(runs, seconds, limit, until_loss)
    else:
        taken = run.prepare().advance_for(seconds, limit, until_loss)
    run.follow_edits()
    reason = obstacle(runs)
    if to_limit:
        reason = reason or _end(runs)
        if reason is None and len(runs) == 1 and run.prepare().settled:
            reason = "Paused: a whole epoch changed no bit."
    return taken, reason


def _end(runs: Sequence[SessionRun]) -> str | None:
    """Return what is reached, and how far Run would go on.

    None before the end.
    """
    settings = runs[0].shown
    if at_loss(runs):
        over = f"The loss is at or below {format_number(settings.until_loss or 0.0)}."
    elif at_epoch(runs):
        over = f"Epoch {settings.epochs:,} is reached."
    else:
        return None
    return f"{over} Run goes on to {goal(next_limits(runs))}."
