"""What the states of a run say: a sentence of what is going on and why, and one thing to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.neuron.separability import separable
from neuroviz.core.numbers import format_number
from neuroviz.core.training.trainer import NonFinite

if TYPE_CHECKING:
    from neuroviz.core.choices.settings import Settings

__all__ = [
    "DEAD",
    "breaks_line",
    "converged_sentence",
    "cycling_sentence",
    "diverging_sentence",
    "flat_by_nature_remedy",
    "flat_by_nature_sentence",
    "flat_sentence",
    "impossible_remedy",
    "impossible_sentence",
    "larger_rate",
    "learning_remedy",
    "learning_sentence",
    "overflow_sentence",
    "saturated_remedy",
    "saturated_sentence",
    "says",
    "slow_sentence",
    "smaller_rate",
    "zig_zag_sentence",
]


def _rate(e: Evidence) -> str:
    return format_number(e.hyperparameters["learning_rate"])


def _wrong_way(e: Evidence) -> str | None:
    """Return the switch that alone explains a loss that does not fall; None if there is none."""
    return next((name for name in ("ascent", "no_zero_grad") if e.settings.breaks_it(name)), None)


def smaller_rate(e: Evidence) -> str:
    """Return which smaller learning rate to take, or what to switch off."""
    if name := _wrong_way(e):
        return f"Switch it off: {BREAKS[name].label}."
    rate = e.hyperparameters["learning_rate"]
    if e.limit is not None and rate > e.limit:
        return f"Take a learning rate below {format_number(e.limit)}, the limit for these data."
    return f"Reset and take a smaller learning rate, such as {format_number(rate / 10)}."


def larger_rate(e: Evidence) -> str:
    """Return that a larger learning rate may be faster, or what to switch off."""
    if name := _wrong_way(e):
        return f"Switch it off: {BREAKS[name].label}."
    tenfold = 10 * e.hyperparameters["learning_rate"]
    if e.limit is None:
        return f"A larger learning rate may be faster: try {format_number(tenfold)}."
    if tenfold < e.limit:
        return f"A larger learning rate is faster: below {format_number(e.limit)} it stays stable."
    return "Give it time, or scale the inputs: the learning rate is already near its limit."


def overflow_sentence(e: Evidence) -> str:
    """Return what goes on in a run that overflowed."""
    stopped = e.stopped or NonFinite(0, "loss")
    verb = "were" if stopped.what == "parameters" else "was"
    return (
        f"Training stopped: at step {stopped.step:,} the {stopped.what} {verb} no longer finite, "
        f"since {_why_it_grows(e)}; step {e.newest.step:,} is kept."
    )


def _why_it_grows(e: Evidence) -> str:
    reasons = {
        "ascent": "every step goes up the gradient",
        "no_zero_grad": "every step adds all gradients so far",
    }
    return reasons.get(_wrong_way(e) or "", f"every step at learning rate {_rate(e)} overshoots")


def flat_by_nature_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is flat whatever its parameters."""
    if not e.settings.activation_entry.trainable:
        return "The step activation has gradient 0 everywhere, so it cannot be trained: set the weights by hand."
    return (
        "Cross-entropy over a single output is 0 with gradient 0 whatever the neuron says, "
        "since softmax makes 1 of any one number."
    )


def flat_by_nature_remedy(e: Evidence) -> str:
    """Return what to try in a run that is flat whatever its parameters."""
    if not e.settings.activation_entry.trainable:
        return "Type other weights and watch the line move; to train, take sigmoid."
    return "Take binary cross-entropy, which compares two classes with one output."


def diverging_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is diverging."""
    if e.limit is not None and e.newest.learning_rate > e.limit:
        return (
            f"The loss grows and will overflow: learning rate {_rate(e)} is above "
            f"{format_number(e.limit)}, beyond which every step overshoots further than the last."
        )
    if _wrong_way(e):
        return f"The loss grows: {_why_it_grows(e)}."
    return f"The loss grows: at learning rate {_rate(e)} the steps overshoot further and further."


def impossible_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is impossible."""
    return (
        f"No line {_through(e)}parts these two classes, so one neuron cannot get every row right; "
        f"the loss has settled at {format_number(e.loss, 6)} with {e.wrong} wrong."
    )


def _through(e: Evidence) -> str:
    return "through the origin " if e.settings.breaks_it("no_bias") else ""


def impossible_remedy(e: Evidence) -> str:
    """Return what to try in a run that is impossible."""
    if e.settings.breaks_it("no_bias") and separable(e.settings.dataset) is not False:
        return "Give the neuron its bias back."
    return "Choose another task; this one needs a second neuron."


def converged_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is converged."""
    if e.settings.breaks_it("ascent"):
        return f"The gradient is as good as 0 and the loss, {format_number(e.loss)}, will not rise further."
    return f"The gradient is as good as 0 and the loss, {format_number(e.loss)}, will not fall further."


def saturated_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is saturated."""
    label = e.settings.activation_entry.label
    return (
        f"Where the neuron is wrong, z lies where {label} is flat (its slope is almost 0), "
        "so the error hardly reaches the weights."
    )


def saturated_remedy(e: Evidence) -> str:
    """Return what to try in a run that is saturated."""
    if e.settings.breaks_it("naive_bce"):
        return f"Switch it off: {BREAKS['naive_bce'].label}. From z the gradient does not vanish there."
    if e.settings.activation == "sigmoid" and e.settings.dataset.classes:
        return "Take binary cross-entropy, whose gradient does not vanish there, or smaller weights."
    return "Start from smaller weights."


def flat_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is flat."""
    return (
        f"The gradient is as good as 0 at loss {format_number(e.loss)}, though the neuron is still wrong: "
        f"{e.settings.activation_entry.label} is flat at these z."
    )


def cycling_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is cycling."""
    if e.settings.breaks_it("no_zero_grad"):
        return "The loss swings up and down: the sum of the gradients carries each step past the minimum and back."
    return (
        f"The loss goes up and down without getting lower: steps at learning rate {_rate(e)} jump over the minimum."
    )


def zig_zag_sentence(e: Evidence) -> str:
    """Return what goes on in a run that zig-zags."""
    return "The gradient turns round at almost every step: each one overshoots the valley, a little less each time."


def slow_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is slow."""
    return "The loss falls by so little in an epoch that the error needs over 1,000 epochs to shrink by a factor e."


def learning_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is learning."""
    rose = len(e.recent_losses) > 1 and e.recent_losses[-1] > e.recent_losses[-2]
    if e.settings.breaks_it("ascent") and (rose or e.wrong != 0):
        return "The loss is rising, as it must up the gradient." if rose else "The loss fell in the last step."
    if e.wrong == 0:
        return "Every row is right" + ("; the loss rose a little." if rose else ", and the loss keeps falling.")
    return "The loss rose in the last step: the steps are large." if rose else "The loss is falling."


def learning_remedy(e: Evidence) -> str:
    """Return what to try in a run that is learning."""
    if e.wrong == 0 and e.settings.activation in e.settings.loss_entry.fused:
        return "There is no finite best: the weights grow for ever, and the loss nears 0 without reaching it."
    return "Let it run, or compare another learning rate."


DEAD = "z is 0 or less for every sample, where ReLU's output and gradient are exactly 0: nothing can change."


def says(text: str) -> Callable[[Evidence], str]:
    """Return words that are the same for every run."""
    return lambda evidence: text


def breaks_line(settings: Settings) -> str:
    """Return what is broken on purpose and what to look for; empty if nothing is."""
    rows = [BREAKS[name] for name in settings.breaks]
    if not rows:
        return ""
    names = ", ".join(row.label for row in rows)
    return " ".join((f"On purpose: {names}.", *(row.look_for for row in rows)))
