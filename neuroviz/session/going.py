"""Going: how a run, and those that race with it, go on; why they pause, and how far Run goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from msgspec.structs import replace

from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import Defaults
from neuroviz.core.numbers import format_number
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Snapshot

MOST = 8
"""Runs in a race, at most."""
UNLIKE_BATCHES = "All must take equally many steps in an epoch: leave out those with other batches."
START = ("seed", "init", "weights", "bias")
"""The settings that determine where a run starts."""
_BLOCK = 256
"""Steps that one run takes before it is the next run's turn."""
_MORE = 8
"""How many times as many steps as the turn before a turn may have: a turn of one step may
mislead."""


def at_epoch(runs: Sequence[SessionRun]) -> bool:
    """Return whether the leading run has reached the epoch at which the first, active run stops."""
    settings = runs[0].shown
    return lead(runs) >= settings.epochs * settings.steps_per_epoch


def at_loss(runs: Sequence[SessionRun]) -> bool:
    """Return whether the last stored loss of any run is at or below the loss to stop at."""
    until = runs[0].shown.until_loss
    return until is not None and any(newest_loss(run) <= until for run in runs)


def next_limits(runs: Sequence[SessionRun]) -> Settings:
    """Return the settings in force with limits that lie ahead.

    The epochs are doubled and the loss is halved as often as needed. A loss that cannot be undercut
    is removed.
    """
    settings = runs[0].shown
    changes: dict[str, object] = {}
    if at_epoch(runs):
        changes["epochs"] = _epochs_ahead(settings, lead(runs))
    if at_loss(runs):
        changes["until_loss"] = _loss_ahead(settings.until_loss, min(map(newest_loss, runs)))
    return settings.replace(**changes) if changes else settings


def goal(settings: Settings) -> str:
    """Return in words how far Run goes: "epoch 2,000", "loss 0.01, at most to epoch 2,000"."""
    epoch = f"epoch {settings.epochs:,}"
    if settings.until_loss is None:
        return epoch
    return f"loss {format_number(settings.until_loss)}, at most to {epoch}"


def _epochs_ahead(settings: Settings, steps: int) -> int:
    """Return the limit doubled until it lies ahead, from the task's own limit where it is 0."""
    epochs = settings.epochs or settings.task_entry.defaults.epochs or Defaults().epochs
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
        return f"{FLAT}: set the weights by hand, or use sigmoid."
    if any(not other.stopped for other in others):
        return None
    trainer = run.trainer
    if trainer is not None and trainer.stopped is not None:
        return (
            f"The {trainer.stopped.what} would not be finite: "
            "reset, or use a smaller learning rate to go on from here."
        )
    return None


def advance(runs: Sequence[SessionRun], steps: int) -> int:
    """Take so many steps; return how many were taken, which is fewer where the run had to stop."""
    if len(runs) > 1:
        return advance_together(runs, sys.float_info.max, steps)
    done = runs[0].prepare().advance(steps)
    runs[0].follow_edits()
    return done


def advance_for(
    runs: Sequence[SessionRun], seconds: float, at_most: int | None, *, to_limit: bool
) -> tuple[int, str | None]:
    """Take steps for so long; return how many, and why Run should pause now.

    The reason is None if it should go on. At its limit a run takes no step. Without ``to_limit``
    only an obstacle is a reason.
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
            reason = "Paused: a whole epoch changed nothing."
    return taken, reason


def _end(runs: Sequence[SessionRun]) -> str | None:
    """Return which limit is reached and how far Run would go on; None before that."""
    settings = runs[0].shown
    if at_loss(runs):
        over = f"The loss is at or below {format_number(settings.until_loss)}."
    elif at_epoch(runs):
        over = f"Epoch {settings.epochs:,} is reached."
    else:
        return None
    return f"{over} Run goes on to {goal(next_limits(runs))}."


# --- in a race ------------------------------------------------------------------------------------


def lead(runs: Sequence[SessionRun]) -> int:
    """Return the step of the run that has come furthest."""
    return max(run.step for run in runs)


def newest_loss(run: SessionRun) -> float:
    """Return the last stored loss of a run over all samples; NaN where none is stored yet."""
    return float(run.prepare().history.recent_losses[1][-1])


def advance_together(
    runs: Sequence[SessionRun], seconds: float, at_most: int, until_loss: float | None = None
) -> int:
    """Let all runs take the same steps for about so long; return how many the leading run took.

    A run that has stopped stays where it is. One that is behind, since an edit was undone, catches
    up first. The runs take short turns that end at the same step; where a run comes down to the
    loss ``until_loss``, all end at the first step at which one does. A turn has a fixed cost, so
    the first one is as long as the pace measured in the turn before allows.

    Parameters
    ----------
    runs
        Prepared, with at least one that can go on.
    seconds
        Wall time for all runs together, above 0.
    at_most
        Most steps that the leading run takes.
    until_loss
        The loss over all samples that ends the race; None for none.
    """
    end = time.perf_counter() + seconds
    first = lead(runs)
    block = _turn(runs[0].pace * seconds)
    while lead(runs) - first < at_most:
        began = time.perf_counter()
        going = [run for run in runs if not run.stopped]
        behind = min((run.step for run in going), default=None)
        if behind is None:
            break
        target = min(behind + block, first + at_most)
        won = _take_turns(going, target, until_loss)
        if won is not None:
            _level(going, max(first, won))
            break
        now = time.perf_counter()
        runs[0].pace = (target - behind) / max(now - began, 1e-9)  # a coarse clock may stand still
        if now >= end:
            break
        block = _turn(min(_MORE * block, runs[0].pace * (end - now)))
    return lead(runs) - first


def _turn(steps: float) -> int:
    """Return the steps of a turn that should have about so many."""
    return int(max(1, min(steps, _BLOCK)))


def _take_turns(runs: Sequence[SessionRun], target: int, until_loss: float | None) -> int | None:
    """Let each run go on to a step, or to the step at which one comes down to a loss.

    Return that step, or None if none did.
    """
    won: int | None = None
    for run in runs:
        end = target if won is None else min(won, target)
        run.prepare().advance(max(0, end - run.step), until_loss)
        run.follow_edits()
        if until_loss is not None and newest_loss(run) <= until_loss:
            won = run.step if won is None else min(won, run.step)
    return won


def _level(runs: Sequence[SessionRun], step: int) -> None:
    """Take the runs back that have gone beyond a step."""
    for run in runs:
        if run.step > step:
            run.restore(run.state_at(step, run.edits, run.shown))
            run.follow_edits()


def race_anew(snapshot: Snapshot, first: SessionRun) -> Snapshot:
    """Return the snapshot of a race that starts again, with new runs in the places of the old ones.

    Parameters
    ----------
    snapshot
        The old race, with its active run.
    first
        The run that takes the place of the active one. Where it differs from that in a setting of
        START, the other runs get its value too.
    """
    old = snapshot.active.shown.choices
    new = first.settings.choices
    moved = {name: new.get(name) for name in START if new.get(name) != old.get(name)}
    heirs = {run: SessionRun.of(run.shown.replace(**moved)) for run in snapshot.racing_others}
    heirs[snapshot.active] = first
    for run, heir in heirs.items():
        heir.name = run.name
        heir.slot = run.slot
        heir.visible = run.visible
    listed, racing = (
        tuple(heirs.get(run, run) for run in runs) for runs in (snapshot.listed, snapshot.racing)
    )
    return replace(snapshot, active=first, listed=listed, racing=racing)
