"""Race: several runs start together and go on in lockstep."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Snapshot

MOST = 8
"""Runs in a race."""
START = ("seed", "init", "weights", "bias")
"""The settings that say where a run starts."""
_BLOCK = 256
"""Steps that one run takes before the next has its turn."""
_MORE = 8
"""How many times as many steps as the last a turn may have: a first one of a step may mislead."""


def lead(runs: Sequence[SessionRun]) -> int:
    """Return how far the race has come."""
    return max(run.step for run in runs)


def newest_loss(run: SessionRun) -> float:
    """Return the last stored loss of a run over all samples; NaN where none is stored yet."""
    return float(run.prepare().history.recent_losses[1][-1])


def advance_together(
    runs: Sequence[SessionRun], seconds: float, at_most: int, until_loss: float | None = None
) -> int:
    """Let all runs take the same steps for about so long; return how many the race went on.

    Who has stopped stays where it is; who is behind, since an edit of its own was undone, first
    catches up. The turns are short, and end level with each other, also where one run comes down to
    ``until_loss``: at the step at which the first does.

    Parameters
    ----------
    runs
        Prepared, with at least one that can go on.
    seconds
        Wall time for all runs together, above 0.
    at_most
        Most steps that the leading run goes on.
    until_loss
        The loss over all samples that ends the race; None for none.
    """
    end = time.perf_counter() + seconds
    first = lead(runs)
    block = 1
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
        if now >= end:
            break
        block = max(1, min(int(block * min(_MORE, (end - now) / max(now - began, 1e-9))), _BLOCK))
    return lead(runs) - first


def _take_turns(runs: Sequence[SessionRun], target: int, until_loss: float | None) -> int | None:
    """Let each run go on to a step.

    Return the first step at which one came down to a loss, None if none did.
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
    """Take those back that have gone further in their turn than to a step."""
    for run in runs:
        if run.step > step:
            run.restore(run.state_at(step, run.edits, run.shown))
            run.follow_edits()


def race_anew(snapshot: Snapshot, first: SessionRun) -> Snapshot:
    """Return the snapshot of a race that starts again, with new runs in the places of the old ones.

    Parameters
    ----------
    snapshot
        Those that raced, the old active run among them.
    first
        The run that takes the place of the active one. What it has of START that is not what the
        old one had, those that race along get too.
    """
    old = snapshot.active.shown.choices
    new = first.settings.choices
    moved = {name: new.get(name) for name in START if new.get(name) != old.get(name)}
    heirs = {run: SessionRun.of(run.shown.replace(**moved)) for run in snapshot.racing_others}
    heirs[snapshot.active] = first
    for run, heir in heirs.items():
        heir.name, heir.slot, heir.visible = run.name, run.slot, run.visible
    listed, racing = (
        tuple(heirs.get(run, run) for run in runs) for runs in (snapshot.listed, snapshot.racing)
    )
    return replace(snapshot, active=first, listed=listed, racing=racing)
