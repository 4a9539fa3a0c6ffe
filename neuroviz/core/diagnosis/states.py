"""STATES: what a run is doing, in words; the first row of the table whose test holds is the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import CRAWL_EPOCHS
from neuroviz.core.diagnosis import sentences as words
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.diagnosis.sentences import breaks_line
from neuroviz.core.neuron.separability import separable_by
from neuroviz.core.types import Floats

__all__ = ["STATES", "Diagnosis", "State", "Trend", "diagnose", "flat_by_nature"]

STILL = 1e-8
"""A gradient whose greatest component is below this leaves nothing to gain."""
_ENOUGH = 12  # losses below which nothing is said about a trend


@dataclass(frozen=True, eq=False)
class Trend:
    """What the last stored losses say about growth, of one run or, with arrays (M,), of many.

    Parameters
    ----------
    count
        How many losses there are.
    older, newer
        The greatest of their first half, and of the rest.
    before, last
        The last loss but one, and the last.
    """

    count: int
    older: Floats | float
    newer: Floats | float
    before: Floats | float
    last: Floats | float

    @classmethod
    def of(cls, losses: Floats) -> Trend:
        """Return the trend of the losses (m,) of one run, m ≥ 2."""
        half = len(losses) // 2
        return cls(len(losses), losses[:half].max(), losses[half:].max(), losses[-2], losses[-1])

    def diverges(self, first_loss: Floats | float, above_limit: NDArray[np.bool_] | bool) -> NDArray[np.bool_]:
        """Return whether the loss rises above its limit, or its peaks rise above where it began."""
        high = np.maximum(self.before, self.last) > 2 * first_loss
        rising = (self.newer > 1.05 * self.older) & (np.asarray(self.older) > 0)
        growing = high & rising & (self.count >= _ENOUGH)
        overshooting = above_limit & (np.asarray(self.last) > self.before)
        result: NDArray[np.bool_] = growing | overshooting
        return result


@dataclass(frozen=True)
class State:
    """One row of the table.

    Parameters
    ----------
    name
        Stable name, also on screen.
    test
        Whether a run is in this state, given that no row above it holds.
    sentence
        What is going on and why, one sentence.
    remedy
        One thing to try.
    mood
        "good", "warn", "bad" or "neutral", for the colour that goes with the words.
    """

    name: str
    test: Callable[[Evidence], bool]
    sentence: Callable[[Evidence], str]
    remedy: Callable[[Evidence], str]
    mood: str


@dataclass(frozen=True)
class Diagnosis:
    """A run's state in words.

    Parameters
    ----------
    state
        Name in STATES.
    sentence, remedy
        What is going on and why; one thing to try.
    mood
        See :class:`State`.
    on_purpose
        What is broken on purpose and what to look for; empty if nothing is.
    """

    state: str
    sentence: str
    remedy: str
    mood: str
    on_purpose: str = ""

    @property
    def reason(self) -> str | None:
        """The sentence where the state needs a reason; None while all is well or nothing has happened."""
        return None if self.mood in ("good", "neutral") else self.sentence


def diagnose(evidence: Evidence) -> Diagnosis:
    """Return the first state in the table whose test holds."""
    state = next(state for state in STATES if state.test(evidence))
    said = state.sentence(evidence), state.remedy(evidence)
    return Diagnosis(state.name, *said, state.mood, breaks_line(evidence.settings))


def flat_by_nature(settings: Settings) -> bool:
    """Return whether nothing can be learned, whatever the parameters."""
    return not (settings.activation_entry.trainable and settings.loss_entry.informative)


def _diverging(e: Evidence) -> bool:
    if len(e.recent_losses) < 2:
        return False
    above_limit = e.limit is not None and e.newest.learning_rate > e.limit
    return bool(Trend.of(e.recent_losses).diverges(e.first_loss, above_limit))


def _dead(e: Evidence) -> bool:
    pushed = e.settings.breaks_it("no_zero_grad") and bool(e.newest.grad.any())
    return e.settings.activation_entry.dies and e.loss > 0 and not e.prediction.slope.any() and not pushed


def _impossible(e: Evidence) -> bool:
    settled = e.greatest_grad <= 100 * STILL and not e.slope_kills
    return bool(settled and e.wrong and separable_by(e.settings) is False)


def _converged(e: Evidence) -> bool:
    return e.greatest_grad <= STILL and not e.slope_kills


def _saturated(e: Evidence) -> bool:
    return e.settings.activation_entry.bounded and e.wrong != 0 and e.slope_kills


def _flat(e: Evidence) -> bool:
    return e.greatest_grad <= STILL


def _cycling(e: Evidence) -> bool:
    losses = e.recent_losses
    if len(losses) < 2 * _ENOUGH:
        return False
    half = len(losses) // 2
    directions = np.sign(np.diff(losses))
    turns = np.count_nonzero(directions[1:] * directions[:-1] < 0)
    moves = np.ptp(losses) > 1e-6 * losses.max()
    lowest = losses[half:].min() >= losses[:half].min()
    # A sum of gradients swings to and fro: now and then it comes lower by chance, yet no swing is smaller.
    swings = e.settings.breaks_it("no_zero_grad") and losses[half:].max() >= losses[:half].max() / 2
    return bool(turns >= 2 and moves and (lowest or swings))


def _zig_zag(e: Evidence) -> bool:
    # A sum of gradients turns round long after its newest one did.
    sums = e.settings.breaks_it("no_zero_grad")
    if e.settings.batch_size != "full" or sums or len(e.recent) < _ENOUGH:
        return False
    grads = e.recent.grads[-_ENOUGH:]
    scale = np.abs(grads).max() or 1.0
    turned = ((grads[1:] / scale) * (grads[:-1] / scale)).sum(axis=1) < 0
    return bool(turned.mean() >= 0.75)


def _slow(e: Evidence) -> bool:
    if e.settings.breaks_it("ascent") or e.wrong == 0:
        return False
    return len(e.recent_losses) >= _ENOUGH and e.shrinking_per_epoch < 2 / CRAWL_EPOCHS


STATES: tuple[State, ...] = (
    State("overflow", lambda e: e.stopped is not None, words.overflow_sentence, words.smaller_rate, "bad"),
    State(
        "flat",
        lambda e: flat_by_nature(e.settings),
        words.flat_by_nature_sentence,
        words.flat_by_nature_remedy,
        "warn",
    ),
    State(
        "not started",
        lambda e: e.newest.step == 0,
        words.says("No step has been taken yet: these are the weights of the start."),
        words.says("Press Run, or Step for one update."),
        "neutral",
    ),
    State("diverging", _diverging, words.diverging_sentence, words.smaller_rate, "bad"),
    State("dead", _dead, words.says(words.DEAD), words.says("Take another seed, or leaky ReLU."), "bad"),
    State(
        "impossible",
        _impossible,
        words.impossible_sentence,
        words.impossible_remedy,
        "warn",
    ),
    State(
        "converged",
        _converged,
        words.converged_sentence,
        words.says("Look at the predictions, or try another task."),
        "good",
    ),
    State("saturated", _saturated, words.saturated_sentence, words.saturated_remedy, "warn"),
    State("flat", _flat, words.flat_sentence, words.says("Start from other weights."), "warn"),
    State("cycling", _cycling, words.cycling_sentence, words.smaller_rate, "warn"),
    State("zig-zag", _zig_zag, words.zig_zag_sentence, words.smaller_rate, "warn"),
    State("slow", _slow, words.slow_sentence, words.larger_rate, "warn"),
    State("learning", lambda e: True, words.learning_sentence, words.learning_remedy, "good"),
)
"""In the order of the tests: what is certain comes first."""
