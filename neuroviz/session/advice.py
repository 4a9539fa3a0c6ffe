"""What leads on from a run: the rate that ends lowest.

Of one that blows up also why it does, and a step to go back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import Remedy, with_rate
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import format_number
from neuroviz.session.frame import GROWING, Frame

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve


_SOME, _HALF = 1.01, 2.0
"""Times the least loss from which on another rate is worth a word, and that of a run that learns a
new beginning."""
_LOST = ("diverging", "overflow")


def next_step(frame: Frame, curve: RateCurve | None) -> tuple[str, Remedy | None]:
    """Return what more there is to say of a run, and what can be done about it.

    Wherever another learning rate is asked for, it is the one that ends lowest, if that is known.

    Parameters
    ----------
    curve
        What is known of the rates of an experiment; of another one it says nothing here.
    """
    diagnosis, settings = frame.diagnosis, frame.settings
    assert diagnosis is not None
    proposed = diagnosis.proposed
    if proposed.beside is not None and curve is not None and curve.is_of(settings):
        proposed = _lowest(settings, curve, proposed, diagnosis.state)
    return frame.why_it_diverges or proposed.words, proposed if proposed.changes else None


def _lowest(settings: Settings, curve: RateCurve, proposed: Remedy, state: str) -> Remedy:
    """Return the rate that ends lowest, or that none ends much lower than the one in force."""
    beside, best = proposed.beside, curve.best_rate
    if best is None or curve.proved is None:
        return proposed
    loss = curve.proved[1]
    enough = _HALF if state == "learning" else _SOME
    if state not in _LOST and curve.loss(settings.learning_rate) <= enough * loss:
        return Remedy(f"The ruler's curve has no rate that ends much lower. {beside}".strip())
    rate = format_number(best)
    leads = f"from this start to {loss_said(settings, loss)} at epoch {curve.result.epochs:,.0f}"
    words = f"The ruler's best rate is {rate}: {leads}."
    return with_rate(f"{words} Or {beside[0].lower()}{beside[1:]}" if beside else words, rate)


def lowest_step(frame: Frame) -> int | None:
    """Return the step to go back to from a run that blew up: its last is finite, but far out.

    None for others.
    """
    rows = frame.rows_here
    if rows is None or frame.diagnosis is None or frame.diagnosis.state not in GROWING:
        return None
    return int(rows.steps[rows.loss.argmin()])
