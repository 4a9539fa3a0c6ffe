"""What leads out of a run that blows up.

Why it does, a rate with which it would not, a step to go back to.
"""

from __future__ import annotations

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.curvature.rate_track import track_ends
from neuroviz.core.diagnosis.rate_trial import faster_rate
from neuroviz.core.diagnosis.remedies import Remedy, with_rate
from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.slices import Work
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


def larger_rate(frame: Frame) -> Work[Remedy | None]:
    """Find a larger rate for a run that learns, by trial; None where none that is tried is better.

    Not for a schedule, which changes the rate itself.
    """
    learning = frame.diagnosis is not None and frame.diagnosis.state == "learning"
    if not learning or frame.settings.schedule != "constant" or not frame.ready:
        return None
    found = yield from faster_rate(frame.settings)
    if found is None or found.rate > track_ends(frame.settings)[1]:
        return None
    rate = format_number(found.rate)
    words = (
        f"From the same start the loss comes to {format_number(found.loss)} in {found.epochs:,} "
        f"epochs at learning rate {rate}, and to {format_number(found.own_loss)} at "
        f"{format_number(frame.settings.learning_rate)}."
    )
    return with_rate(words, rate, anew=False)


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
