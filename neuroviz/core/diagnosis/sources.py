"""What the claims about a run rest on, as keys of the table of sources; empty for what was only seen."""

from __future__ import annotations

from neuroviz.core.curvature.hessian import is_quadratic
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import Evidence

_ENDLESS = "albert_1984"


def of_diverging(e: Evidence) -> str:
    """Return the source for a loss that must grow for ever."""
    if source := _of_limit(e):
        return source
    if e.settings.breaks_it("ascent") and e.settings.batch_size == "full" and e.settings.optimizer == "sgd":
        return "boyd_2004, section 3.1"
    return "horn_2013, theorem 5.6.12"


def of_overflow(e: Evidence) -> str:
    """Return the source for a run that overflowed: why it grew, else what an overflow is."""
    return _of_limit(e) or "goldberg_1991"


def of_rising(e: Evidence) -> str:
    """Return the source for a loss that rises above the limit."""
    return "" if e.settings.breaks_it("ascent") else _of_limit(e)


def of_flat_by_nature(e: Evidence) -> str:
    """Return the source for what has no gradient whatever the weights: the step, and softmax of one output."""
    return "bishop_2006, section 4.3.4" if e.settings.activation_entry.trainable else "bishop_2006, section 4.1.7"


def of_converged(e: Evidence) -> str:
    """Return the source for a gradient of 0: of no finite best, of least squares, else of minima in general."""
    if prospects.is_endless(e):
        return _ENDLESS
    if not is_quadratic(e.settings):
        return "nocedal_2006, section 2.1"
    return f"hastie_2009, section {'3.4.1' if e.settings.penalties else '3.2'}"


def of_learning(e: Evidence) -> str:
    """Return the source for there being no finite best, where that is said."""
    return _ENDLESS if prospects.is_endless(e) and e.loss > 0 else ""


def _of_limit(e: Evidence) -> str:
    """Return the source of the limit that the learning rate in force is above."""
    limit = prospects.limit_of(e)
    method = e.settings.optimizer_entry.quadratic
    if limit is None or method is None or e.newest.learning_rate <= limit:
        return ""
    return method.source
