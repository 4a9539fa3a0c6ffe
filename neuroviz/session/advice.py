"""What leads out of a run that blows up.

Why it does, a rate with which it would not, a step to go back to.
"""

from __future__ import annotations

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.numbers import rounded_down
from neuroviz.session.frame import Frame

BELOW = 0.9
"""Of the limit: the rate that is proposed."""
_BLOWN_UP = ("diverging", "overflow", "rising")


def why_it_diverges(frame: Frame) -> tuple[str, float] | None:
    """Return a sentence, and a rate below the limit.

    None where the run does not diverge or theory does not say.
    """
    try:
        divergence = frame.divergence
        ruler = frame.ruler if divergence else None
    except SettingsError:  # so far out that the curvature is not finite
        return None
    if divergence is None or ruler is None or ruler.limit is None:
        return None
    # Not the limit of the direction that grows most: along another the curvature may be greater.
    limit_is_said = (
        frame.diagnosis is not None and rounded_down(ruler.limit) in frame.diagnosis.sentence
    )
    return divergence.cause if limit_is_said else divergence.sentence, BELOW * ruler.limit


def lowest_step(frame: Frame) -> int | None:
    """Return the step to go back to from a run that blew up: its last is finite, but far out.

    None for others.
    """
    rows = frame.rows_here
    if rows is None or frame.diagnosis is None or frame.diagnosis.state not in _BLOWN_UP:
        return None
    return int(rows.steps[rows.loss.argmin()])


def is_far_out(frame: Frame) -> bool:
    """Return whether the loss here is above that of the start.

    No rate makes good soon what has grown since.
    """
    rows = frame.rows_here
    return rows is not None and len(rows) > 1 and bool(rows.loss[-1] > rows.loss[0])
