"""What "Set best" sets: which rate that is at a moment of a run, and in words."""

from __future__ import annotations

from neuroviz.core.curvature.best_rate import best_rate
from neuroviz.core.curvature.quadratic import no_prediction
from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.numbers import format_number
from neuroviz.session.frame import Frame

__all__ = ["best_words", "rate_to_set"]


def rate_to_set(frame: Frame) -> float | None:
    """Return the learning rate to set.

    Returns
    -------
    The one with the smallest predicted loss at the epoch that the run goes to, from where it is now, where that can
    be predicted; elsewhere the fastest in the worst case, None where there is none.
    """
    if frame.parameters is None or frame.ruler is None:
        return None
    if not _predicted(frame):
        return frame.ruler.best
    return best_rate(frame.settings, frame.parameters, _epochs_left(frame))


def best_words(frame: Frame, ruler: Ruler) -> str:
    """Return which rate would be set; why none, where there is none."""
    if ruler.best is None:
        return f"There is no best learning rate to set. {ruler.reason or ''}".strip()
    if _predicted(frame):
        start = "" if frame.row is None or frame.row.step == 0 else ", going on from here"
        return f"Set the learning rate with the smallest predicted loss at epoch {frame.settings.epochs:,}{start}."
    local = "" if ruler.quadratic else ", at these weights"
    return f"Set {format_number(ruler.best)}, the learning rate fastest in the worst case{local}."


def _epochs_left(frame: Frame) -> int:
    return frame.settings.epochs - (frame.row.epoch if frame.row else 0)


def _predicted(frame: Frame) -> bool:
    """Return whether theory predicts the rest of the run, at a constant rate and without a velocity so far."""
    settings = frame.settings
    row = frame.row
    moving = row is not None and row.step > 0 and bool(settings.optimizer_entry.state)
    left = _epochs_left(frame)
    return settings.schedule == "constant" and left > 0 and not moving and no_prediction(settings, left) is None
