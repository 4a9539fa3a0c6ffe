"""STATES: what a run is doing, in words; the first row of the table whose test holds is the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neuroviz.core.evidence import Evidence
from neuroviz.core.numbers import format_number
from neuroviz.core.separability import separable
from neuroviz.core.trainer import NonFinite

__all__ = ["STATES", "Diagnosis", "State", "diagnose"]

STILL = 1e-8
"""A gradient whose greatest component is below this leaves nothing to gain."""
CRAWL_EPOCHS = 1_000
"""Slow: the error needs more epochs than this to shrink by e; the loss of a quadratic shrinks twice as fast."""
_ENOUGH = 12  # losses below which nothing is said about a trend


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
        Its name.
    sentence, remedy
        What is going on and why; one thing to try.
    mood
        See :class:`State`.
    """

    state: str
    sentence: str
    remedy: str
    mood: str

    @property
    def reason(self) -> str | None:
        """The sentence where the state needs a reason; None while all is well or nothing has happened."""
        return None if self.mood in ("good", "neutral") else self.sentence


def diagnose(evidence: Evidence) -> Diagnosis:
    """Return the first state in the table whose test holds."""
    state = next(state for state in STATES if state.test(evidence))
    return Diagnosis(state.name, state.sentence(evidence), state.remedy(evidence), state.mood)


def _flat_by_nature(e: Evidence) -> bool:
    return not (e.settings.activation_entry.trainable and e.settings.loss_entry.informative)


def _diverging(e: Evidence) -> bool:
    losses = e.recent_losses
    if len(losses) < 2 or losses[-1] <= losses[-2]:
        return _growing(e)
    return (e.limit is not None and e.newest.learning_rate > e.limit) or _growing(e)


def _growing(e: Evidence) -> bool:
    """Return whether the peaks of the loss rise, above where it began."""
    losses = e.recent_losses
    if len(losses) < _ENOUGH:
        return False
    older, newer = losses[: len(losses) // 2], losses[len(losses) // 2 :]
    return bool(newer[-2:].max() > 2 * e.first_loss and newer.max() > 1.05 * older.max() > 0)


def _dead(e: Evidence) -> bool:
    return e.settings.activation_entry.dies and e.loss > 0 and not e.prediction.slope.any()


def _impossible(e: Evidence) -> bool:
    settled = e.greatest_grad <= 100 * STILL and not e.slope_kills
    return bool(settled and e.wrong and separable(e.settings.dataset) is False)


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
    return bool(turns >= 2 and moves and losses[half:].min() >= losses[:half].min())


def _zig_zag(e: Evidence) -> bool:
    if e.settings.batch_size != "full" or len(e.recent) < _ENOUGH:
        return False
    grads = e.recent.grads[-_ENOUGH:]
    scale = np.abs(grads).max() or 1.0
    turned = ((grads[1:] / scale) * (grads[:-1] / scale)).sum(axis=1) < 0
    return bool(turned.mean() >= 0.75)


def _slow(e: Evidence) -> bool:
    return e.wrong != 0 and len(e.recent_losses) >= _ENOUGH and e.shrinking_per_epoch < 2 / CRAWL_EPOCHS


# --- words ---------------------------------------------------------------------------------------------------


def _rate(e: Evidence) -> str:
    return format_number(e.hyperparameters["learning_rate"])


def _smaller_rate(e: Evidence) -> str:
    rate = e.hyperparameters["learning_rate"]
    if e.limit is not None and rate > e.limit:
        return f"Take a learning rate below {format_number(e.limit)}, the limit for these data."
    return f"Reset and take a smaller learning rate, such as {format_number(rate / 10)}."


def _larger_rate(e: Evidence) -> str:
    tenfold = 10 * e.hyperparameters["learning_rate"]
    if e.limit is None:
        return f"A larger learning rate may be faster: try {format_number(tenfold)}."
    if tenfold < e.limit:
        return f"A larger learning rate is faster: below {format_number(e.limit)} it stays stable."
    return "Give it time, or scale the inputs: the learning rate is already near its limit."


def _overflow_sentence(e: Evidence) -> str:
    stopped = e.stopped or NonFinite(0, "loss")
    verb = "were" if stopped.what == "parameters" else "was"
    return (
        f"Training stopped: at step {stopped.step:,} the {stopped.what} {verb} no longer finite, "
        f"since every step at learning rate {_rate(e)} overshoots; step {e.newest.step:,} is kept."
    )


def _flat_by_nature_sentence(e: Evidence) -> str:
    if not e.settings.activation_entry.trainable:
        return "The step activation has gradient 0 everywhere, so it cannot be trained: set the weights by hand."
    return (
        "Cross-entropy over a single output is 0 with gradient 0 whatever the neuron says, "
        "since softmax makes 1 of any one number."
    )


def _flat_by_nature_remedy(e: Evidence) -> str:
    if not e.settings.activation_entry.trainable:
        return "Type other weights and watch the line move; to train, take sigmoid."
    return "Take binary cross-entropy, which compares two classes with one output."


def _diverging_sentence(e: Evidence) -> str:
    if e.limit is not None and e.newest.learning_rate > e.limit:
        return (
            f"The loss grows and will overflow: learning rate {_rate(e)} is above "
            f"{format_number(e.limit)}, beyond which every step overshoots further than the last."
        )
    return f"The loss grows: at learning rate {_rate(e)} the steps overshoot further and further."


def _impossible_sentence(e: Evidence) -> str:
    return (
        "No line parts these two classes, so one neuron cannot get every row right; "
        f"the loss has settled at {format_number(e.loss, 6)} with {e.wrong} wrong."
    )


def _converged_sentence(e: Evidence) -> str:
    return f"The gradient is as good as 0 and the loss, {format_number(e.loss)}, will not fall further."


def _saturated_sentence(e: Evidence) -> str:
    label = e.settings.activation_entry.label
    return (
        f"Where the neuron is wrong, z lies where {label} is flat (its slope is almost 0), "
        "so the error hardly reaches the weights."
    )


def _saturated_remedy(e: Evidence) -> str:
    if e.settings.activation == "sigmoid" and e.settings.dataset.classes:
        return "Take binary cross-entropy, whose gradient does not vanish there, or smaller weights."
    return "Start from smaller weights."


def _flat_sentence(e: Evidence) -> str:
    return (
        f"The gradient is as good as 0 at loss {format_number(e.loss)}, though the neuron is still wrong: "
        f"{e.settings.activation_entry.label} is flat at these z."
    )


def _cycling_sentence(e: Evidence) -> str:
    return (
        f"The loss goes up and down without getting lower: steps at learning rate {_rate(e)} jump over the minimum."
    )


def _zig_zag_sentence(e: Evidence) -> str:
    return "The gradient turns round at almost every step: each one overshoots the valley, a little less each time."


def _slow_sentence(e: Evidence) -> str:
    return "The loss falls by so little in an epoch that the error needs over 1,000 epochs to shrink by a factor e."


def _learning_sentence(e: Evidence) -> str:
    rose = len(e.recent_losses) > 1 and e.recent_losses[-1] > e.recent_losses[-2]
    if e.wrong == 0:
        return "Every row is right" + ("; the loss rose a little." if rose else ", and the loss keeps falling.")
    return "The loss rose in the last step: the steps are large." if rose else "The loss is falling."


def _learning_remedy(e: Evidence) -> str:
    if e.wrong == 0 and e.settings.activation in e.settings.loss_entry.fused:
        return "There is no finite best: the weights grow for ever, and the loss nears 0 without reaching it."
    return "Let it run, or compare another learning rate."


_DEAD = "z is 0 or less for every sample, where ReLU's output and gradient are exactly 0: nothing can change."


def _says(text: str) -> Callable[[Evidence], str]:
    return lambda evidence: text


STATES: tuple[State, ...] = (
    State("overflow", lambda e: e.stopped is not None, _overflow_sentence, _smaller_rate, "bad"),
    State("flat", _flat_by_nature, _flat_by_nature_sentence, _flat_by_nature_remedy, "warn"),
    State(
        "not started",
        lambda e: e.newest.step == 0,
        _says("No step has been taken yet: these are the weights of the start."),
        _says("Press Run, or Step for one update."),
        "neutral",
    ),
    State("diverging", _diverging, _diverging_sentence, _smaller_rate, "bad"),
    State("dead", _dead, _says(_DEAD), _says("Take another seed, or leaky ReLU."), "bad"),
    State(
        "impossible",
        _impossible,
        _impossible_sentence,
        _says("Choose another task; this one needs a second neuron."),
        "warn",
    ),
    State(
        "converged",
        _converged,
        _converged_sentence,
        _says("Look at the predictions, or try another task."),
        "good",
    ),
    State("saturated", _saturated, _saturated_sentence, _saturated_remedy, "warn"),
    State("flat", _flat, _flat_sentence, _says("Start from other weights."), "warn"),
    State("cycling", _cycling, _cycling_sentence, _smaller_rate, "warn"),
    State("zig-zag", _zig_zag, _zig_zag_sentence, _smaller_rate, "warn"),
    State("slow", _slow, _slow_sentence, _larger_rate, "warn"),
    State("learning", lambda e: True, _learning_sentence, _learning_remedy, "good"),
)
"""In the order of the tests: what is certain comes first."""
