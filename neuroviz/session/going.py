"""Going: what lets a run, and those that race with it, go on, and what makes them pause."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from neuroviz.session.race import advance_together, lead
from neuroviz.session.run import Run

__all__ = ["advance", "advance_for", "obstacle"]


def obstacle(run: Run, others: Sequence[Run]) -> str | None:
    """Return why no step can be taken from the newest row, None if one can."""
    if not run.shown.activation_entry.trainable:
        return "The step activation has gradient 0 everywhere: type weights instead, or take sigmoid."
    if any(not other.stopped for other in others):
        return None
    trainer = run.trainer
    if trainer is not None and trainer.stopped is not None:
        return (
            f"The {trainer.stopped.what} would not be finite: reset, or take a smaller learning rate "
            "to go on from here."
        )
    return None


def advance(run: Run, others: Sequence[Run], steps: int) -> int:
    """Take so many steps; return how many were taken, fewer where the run had to stop."""
    if others:
        return advance_together([run, *others], sys.float_info.max, steps)
    done = run.prepare().advance(steps)
    run.follow_edits()
    return done


def advance_for(
    run: Run, others: Sequence[Run], seconds: float, at_most: int | None, *, to_limit: bool
) -> tuple[int, str | None]:
    """Take steps for so long; return how many, and why Run should pause now, None if it should go on.

    Without ``to_limit`` only an obstacle is a reason.
    """
    trainer = run.prepare()
    settings = run.shown
    runs = [run, *others]
    before = lead(runs)
    target = settings.epochs * settings.steps_per_epoch
    limit = sys.maxsize if at_most is None else at_most
    if to_limit and before < target:
        limit = min(limit, target - before)
    if others:
        taken = advance_together(runs, seconds, limit)
    else:
        taken = trainer.advance_for(seconds, limit, settings.until_loss if to_limit else None)
    run.follow_edits()
    reached = to_limit and before < target <= lead(runs)
    return taken, _reason_to_pause(run, others, reached) if to_limit else obstacle(run, others)


def _reason_to_pause(run: Run, others: Sequence[Run], reached_epochs: bool) -> str | None:
    """Return why Run should pause: a stop that was just reached, or no way on."""
    trainer = run.prepare()
    settings = run.shown
    in_the_way = obstacle(run, others)
    if in_the_way:
        return in_the_way
    if reached_epochs:
        return f"Epoch {settings.epochs:,} is reached; Run goes on from here."
    if not others and _came_down(run):
        return f"The loss is at or below {settings.until_loss:g}; Run goes on from here."
    if not others and trainer.settled:
        return "Paused: a whole epoch changed no bit."
    return None


def _came_down(run: Run) -> bool:
    """Return whether the last step brought the stored loss down to the one to stop at."""
    until = run.shown.until_loss
    trainer = run.prepare()
    steps, losses = trainer.history.recent_losses
    if until is None or len(losses) < 2:
        return False
    return bool(losses[-1] <= until < losses[-2] and steps[-1] == trainer.step)
