"""Learning rates in words.

From where to where they creep, are smooth, are the fastest there are, blow up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import CRAWL_EPOCHS, Ruler
from neuroviz.core.lazy import np
from neuroviz.core.model.penalty import penalty_bend

_HALF_AS_FAST = 2.0
"""The fastest rates need at most this many times the epochs of the best one to shrink the error by
e,"""
_AT_ONCE = 0.5
"""or so many epochs: where one step may do, none is slow beside it."""
_FARTHEST = 1e-15
_HALVINGS = 45
_ROUNDING = 1e-12
_BELOW = 3
"""Decades of the slider below the largest rate that the data are sure to bear, at least,"""
_ABOVE = 1
"""and above it."""
_LEAST = 3
"""Decades from one end of the slider to the other, at least."""
_USUAL = 1e9
"""Inputs beyond which products of them and of rates may be no numbers any more."""
_ADAPTIVE = (1e-5, 10.0)
"""Where an optimizer scales its steps itself, the data say nothing."""


@dataclass(frozen=True)
class Zone:
    """Learning rates above ``low``, up to ``high``, and what they do in a word.

    0 and ∞ at the outer ends.
    """

    word: str
    low: float
    high: float


def rate_zones(ruler: Ruler) -> tuple[Zone, ...]:
    """Return the zones of a ruler, ascending and without gaps; none where it has no marks.

    "creeps": the slowest direction needs more than 1,000 epochs to shrink by e. "smooth": no step
    overshoots. "fastest": at least half as fast as the rate that is best in the worst case.
    "zig-zags": steps overshoot, by less each time. Above the limit a rate "blows up"; where the
    marks are local it "overshoots", which is all that is known.
    """
    if ruler.safe is None or ruler.limit is None:
        return ()
    slow, first, last = _edges(ruler)
    smooth = max(slow, min(ruler.safe, first))
    zones = (
        Zone("creeps", 0.0, slow),
        Zone("smooth", slow, smooth),
        Zone("zig-zags", smooth, first),
        Zone("fastest", first, last),
        Zone("zig-zags", last, ruler.limit),
        Zone("blows up" if ruler.quadratic else "overshoots", ruler.limit, math.inf),
    )
    return tuple(zone for zone in zones if zone.high > zone.low * (1 + _ROUNDING))


def zone_of(zones: Sequence[Zone], rate: float) -> Zone | None:
    """Return the zone in which a learning rate above 0 lies; None where there are no zones."""
    return next((zone for zone in zones if rate <= zone.high * (1 + _ROUNDING)), None)


def flattens(settings: Settings) -> bool:
    """Return whether the loss flattens out, so that no learning rate blows up.

    An output between two limits bounds the gradient of every sample, and so every step: parameters
    grow at most evenly. Not with a penalty, which bends everywhere, nor with what is broken.
    """
    low, high = settings.activation_entry.output_range
    usual = float(np.abs(settings.coded_inputs).max()) < _USUAL
    return math.isfinite(high - low) and usual and not (settings.breaks or settings.penalties)


def flat_words(settings: Settings) -> str:
    """Say so, with the largest rate of the slider, and where one that blows up is seen."""
    gate = settings.task_entry.label.removesuffix(" gate")
    named = gate != settings.task_entry.label and settings.data is None
    whose = f"{gate}'s" if named else "This"
    return f"{whose} loss flattens out: even {track_ends(settings)[1]:g} survives."


def track_ends(settings: Settings) -> tuple[float, float]:
    """Return from where to where a slider of learning rates goes: whole powers of ten.

    They lie round 2/λ, as far as a rate can be chosen, with λ about the greatest curvature that
    there can be: that of (1/N)·X̃ᵀX̃, for an activation between two limits times a quarter of their
    distance, and that of L2. A run changes nothing in them, so that it moves no handle.
    """
    if settings.optimizer_entry.quadratic is None:
        return _ADAPTIVE
    inputs = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    low, high = settings.activation_entry.output_range
    # In logarithms, of inputs scaled to 1: the square of a very large one is beyond the floats.
    largest = float(np.abs(inputs).max())
    norm = math.log10(largest) + math.log10(float(np.linalg.norm(inputs / largest, 2)))
    curvature = math.log10(min(1.0, (high - low) / 4)) + 2 * norm - math.log10(len(inputs))
    if bend := penalty_bend(settings):
        curvature = float(np.logaddexp(curvature * math.log(10), math.log(bend))) / math.log(10)
    limit = math.log10(2) - curvature
    least, most = (round(math.log10(end)) for end in (LEARNING_RATE.low, LEARNING_RATE.high))
    first = min(max(math.floor(limit - _BELOW), least), most - _LEAST)
    last = min(max(math.ceil(limit + _ABOVE), first + _LEAST), most)
    return 10.0**first, 10.0**last


def _edges(ruler: Ruler) -> tuple[float, float, float]:
    """Return up to where a rate creeps, and between which it is among the fastest."""
    assert ruler.safe is not None
    assert ruler.limit is not None
    best = ruler.best
    if best is None:
        return 0.0, ruler.limit, ruler.limit
    epochs = ruler.epochs_to_shrink
    fast = max(_HALF_AS_FAST * epochs(best), _AT_ONCE)
    first = _edge(epochs, fast, best, best * _FARTHEST)
    last = _edge(epochs, fast, best, ruler.limit)
    slow = first if fast > CRAWL_EPOCHS else _edge(epochs, CRAWL_EPOCHS, best, best * _FARTHEST)
    return min(slow, first), first, last


def _edge(epochs: Callable[[float], float], most: float, inside: float, outside: float) -> float:
    """Return the rate between two at which more epochs than ``most`` are needed.

    On logarithmic axes the epochs are nearly a straight line, so the point where a line through the
    ends has ``most`` is near the edge; an end that has stayed twice counts half (the Illinois
    algorithm: Dowell and Jarratt 1971, A modified regula falsi method). Where an end has no
    logarithm, or the line is of little help, halving does.
    """
    a, b = math.log(inside), math.log(outside)
    above_a, above_b = _above(epochs(inside), most), _above(epochs(outside), most)
    width = abs(b - a)
    moved = 0
    for count in range(1, 2 * _HALVINGS):
        middle = (a + b) / 2
        if (
            math.isfinite(above_a)
            and math.isfinite(above_b)
            and abs(b - a) < width * 0.5 ** (count // 3)
        ):
            middle = (a * above_b - b * above_a) / (above_b - above_a)
        above = _above(epochs(math.exp(middle)), most)
        if above <= 0:
            above_b = above_b / 2 if moved < 0 else above_b
            a, above_a, moved = middle, above, -1
        else:
            above_a = above_a / 2 if moved > 0 else above_a
            b, above_b, moved = middle, above, 1
        if abs(b - a) <= _ROUNDING or abs(above) <= _ROUNDING:
            return math.exp(middle)
    return math.exp(a)


def _above(epochs: float, most: float) -> float:
    """Return the logarithm of how many times ``most`` some epochs are."""
    return math.log(epochs / most) if epochs > 0 else -math.inf
