"""Going: what lets a run, and those that race with it, go on, and what makes them pause."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from neuroviz.core.numbers import format_number
from neuroviz.session.limit import at_epoch, at_loss, goal, next_limits
from neuroviz.session.race import advance_together, lead, outcome
from neuroviz.session.run import Run


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

    At its limit a run takes no step. Without ``to_limit`` only an obstacle is a reason.
    """
    trainer = run.prepare()
    settings = run.shown
    runs = [run, *others]
    limit = sys.maxsize if at_most is None else at_most
    until_loss = settings.until_loss if to_limit else None
    if to_limit:
        if over := _end(runs):
            return 0, over
        limit = min(limit, settings.epochs * settings.steps_per_epoch - lead(runs))
    if others:
        taken = advance_together(runs, seconds, limit, until_loss)
    else:
        taken = trainer.advance_for(seconds, limit, until_loss)
    run.follow_edits()
    return taken, _reason_to_pause(runs) if to_limit else obstacle(run, others)


def _reason_to_pause(runs: Sequence[Run]) -> str | None:
    """Return why Run should pause: an end that is reached, or no way on."""
    run, *others = runs
    in_the_way = obstacle(run, others)
    if in_the_way:
        return in_the_way
    if over := _end(runs):
        return over
    if not others and run.prepare().settled:
        return "Paused: a whole epoch changed no bit."
    return None


def _end(runs: Sequence[Run]) -> str | None:
    """Return what is reached, who has won a race, and how far Run would go on; None before the end."""
    settings = runs[0].shown
    if at_loss(runs):
        over = f"The loss is at or below {format_number(settings.until_loss or 0.0)}."
    elif at_epoch(runs):
        over = f"Epoch {settings.epochs:,} is reached."
    else:
        return None
    if len(runs) > 1:
        over = outcome(runs, settings.until_loss)
    return f"{over} Run goes on to {goal(next_limits(runs))}."
