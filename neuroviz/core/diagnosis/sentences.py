"""What is said of a run: a sentence for each claim of the table, and one thing to try.

A sentence tells what the last epochs have shown, with their number, or what theory proves; a claim's condition, in
the table, is what makes its sentence true.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.curvature.growth import epoch_factor
from neuroviz.core.curvature.hessian import is_quadratic
from neuroviz.core.curvature.quadratic import least_loss
from neuroviz.core.curvature.scale_hint import rate_said
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.neuron.penalty import penalty_bend
from neuroviz.core.neuron.separability import separable
from neuroviz.core.numbers import fixed, format_number, subscripted
from neuroviz.core.training.trainer import NonFinite

if TYPE_CHECKING:
    from neuroviz.core.choices.settings import Settings

TURNS = 12
"""Last rows of which it is told how often the gradient turned round."""
_ENDLESS = "There is no finite best: some larger weights always have a lower loss."
_MOST_DIGITS = 12
_FAR_OUT = 100
"""Times the first loss, above which a run that falls had better start anew."""


def _rate(e: Evidence) -> str:
    return format_number(e.newest.learning_rate)


def _wrong_way(e: Evidence) -> str | None:
    """Return the switch that alone explains a loss that does not fall; None if there is none."""
    return next((name for name in ("ascent", "no_zero_grad") if e.settings.breaks_it(name)), None)


def _lately(e: Evidence) -> str:
    """Return over which epochs the losses that count were seen."""
    epochs = int(e.epochs[-1] - e.epochs[0])
    return "in the last epoch" if epochs == 1 else f"in the last {epochs:,} epochs"


def _apart(first: float, last: float) -> tuple[str, str]:
    """Return two numbers with the digits it takes to tell them apart, at least four; near ones end alike."""
    texts = [(format_number(first, digits), format_number(last, digits)) for digits in range(4, _MOST_DIGITS + 1)]
    pair = next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
    far = not last / 10 < first < last * 10
    if far or any("e" in text for text in pair):
        return pair
    decimals = max(len(text.partition(".")[2]) for text in pair)
    return fixed(first, decimals), fixed(last, decimals)


def _after_a_peak(e: Evidence) -> str:
    """Return how far the losses that count rose on the way, if to twice the first of them; else nothing."""
    peak = int(e.losses.argmax())
    if e.losses[peak] < 2 * e.losses[0]:
        return ""
    return f", after a peak of {format_number(float(e.losses[peak]))} at epoch {int(e.epochs[peak]):,}"


def _from_to(first: float, last: float) -> str:
    return "from {} to {}".format(*_apart(first, last))


# --- one thing to try ------------------------------------------------------------------------------------


def smaller_rate(e: Evidence) -> str:
    """Return which smaller learning rate to take, or what to switch off."""
    if name := _wrong_way(e):
        return f"Switch it off: {BREAKS[name].label}."
    rate = e.hyperparameters["learning_rate"]
    limit = prospects.limit_of(e)
    if hint := prospects.scaling_hint(e):
        upto = f"up to {rate_said(hint.rate)}, safe for these data from any start"
        return f"Reset and standardise the inputs (Data > Table), or take a learning rate {upto}."
    if limit is not None and e.newest.learning_rate > limit:
        return f"Take a learning rate below {format_number(limit)}, the limit for these data."
    safe = prospects.falling_rate(e)
    if safe is not None and e.newest.learning_rate > safe:
        if prospects.kinked_strength(e.settings):
            return f"Reset and take a smaller learning rate, such as {rate_said(safe)}."
        return f"Reset and take a learning rate up to {rate_said(safe)}: no step raises the loss then."
    if e.hyperparameters.get("weight_decay"):
        return "Compare a smaller learning rate, or less weight decay."
    ruler = None if prospects.grows_for_ever(e) else prospects.ruler_here(e)
    # Where steps throw the run about, the curvature at one spot of it is no argument against a smaller rate.
    worse = not is_quadratic(e.settings) and len(e.losses) > 0 and e.losses.min() > e.first_loss
    if not worse and ruler is not None and ruler.best is not None and ruler.best >= e.newest.learning_rate:
        return "Compare other learning rates."
    return f"Reset and take a smaller learning rate, such as {format_number(rate / 10)}."


def larger_rate(e: Evidence) -> str:
    """Return which other learning rate to take, or what to switch off."""
    if name := _wrong_way(e):
        return f"Switch it off: {BREAKS[name].label}."
    if prospects.rates_to_come(e)[1] < 0.5 * e.hyperparameters["learning_rate"]:
        return f"The schedule has lowered the learning rate to {_rate(e)}: with a longer period it stays larger."
    ruler = prospects.ruler_here(e)
    if ruler is None or ruler.best is None or e.settings.batch_size != "full":
        return "Compare a larger learning rate."
    if e.newest.learning_rate < 0.99 * ruler.best:
        return f"Take {format_number(ruler.best)}, the best learning rate of the ruler."
    return "No learning rate does much better: scale the inputs, which curve the loss so differently."


def kink_remedy(e: Evidence) -> str:
    """Return what makes the swings across a kink smaller."""
    if prospects.rates_to_come(e)[0] < 0.5 * e.newest.learning_rate:
        return "Let it run: the schedule lowers the learning rate, and the swings with it."
    falling = SCHEDULES["cosine"].label
    return f"A smaller learning rate makes the swings smaller; {falling}, a schedule that falls to 0, ends them."


def zig_zag_remedy(e: Evidence) -> str:
    """Return which smaller learning rate to take."""
    if name := _wrong_way(e):
        return f"Switch it off: {BREAKS[name].label}."
    ruler = prospects.ruler_here(e)
    if ruler is not None and ruler.best is not None:
        return f"Take {format_number(ruler.best)}, the best learning rate of the ruler."
    return f"Compare a smaller learning rate, such as {format_number(e.hyperparameters['learning_rate'] / 2)}."


# --- what must come --------------------------------------------------------------------------------------


def overflow_sentence(e: Evidence) -> str:
    """Return what goes on in a run that overflowed."""
    stopped = e.stopped or NonFinite(0, "loss")
    verb = "were" if stopped.what == "parameters" else "was"
    reason = _why_it_grew(e)
    return (
        f"Training stopped: at step {stopped.step:,} the {stopped.what} {verb} no longer finite"
        f"{', since ' + reason if reason else ''}; step {e.newest.step:,} is kept."
    )


def _why_it_grew(e: Evidence) -> str | None:
    """Return why a run grew beyond all numbers; None where it is not known."""
    if e.settings.breaks_it("ascent"):
        return "every step goes up the gradient"
    if e.settings.breaks_it("no_zero_grad"):
        return "every step adds all gradients so far"
    limit = prospects.limit_of(e)
    if limit is not None and e.newest.learning_rate > limit:
        return f"learning rate {_rate(e)} is above {format_number(limit)}, where errors grow"
    decay = e.newest.learning_rate * e.hyperparameters.get("weight_decay", 0.0)
    if decay > 2:
        return f"weight decay times learning rate, {format_number(decay)}, is above 2: it enlarges the weights"
    bend = e.newest.learning_rate * penalty_bend(e.settings)
    if bend > 2 and e.settings.optimizer == "sgd":
        return f"2·λ₂ times learning rate, {format_number(bend)}, is above 2: each step of L2 enlarges the weights"
    return None


def diverging_sentence(e: Evidence) -> str:
    """Return what goes on in a run whose loss must grow for ever."""
    limit = prospects.limit_of(e)
    if limit is not None:
        step = "in the long run with every step" if prospects.momentum_of(e) else "with every step"
        return (
            f"The loss will grow until it overflows: learning rate {_rate(e)} is above {format_number(limit)}, "
            f"beyond which the error in the steepest direction grows {step}."
        )
    if e.settings.breaks_it("ascent") and e.settings.batch_size == "full" and e.settings.optimizer == "sgd":
        return "The loss grows without end: every step goes up the gradient of a convex loss."
    factor = epoch_factor(e.settings, e.newest.learning_rate, prospects.momentum_of(e))
    return (
        f"The loss will grow until it overflows: at learning rate {_rate(e)} an epoch multiplies the error by "
        f"{format_number(factor)} in the long run."
    )


def dead_sentence(e: Evidence) -> str:
    """Return what goes on in a run of a dead ReLU."""
    here = "z is 0 or less for every sample, where ReLU's output and gradient are exactly 0"
    return f"{here}: nothing can bring it back."


def coasting_sentence(e: Evidence) -> str:
    """Return what goes on where ReLU passes nothing and something still moves the weights."""
    movers = ["what the optimizer kept of earlier ones"]
    if e.settings.penalties:
        movers = ["the penalty", *(movers if e.settings.optimizer_entry.state else [])]
    if e.hyperparameters.get("weight_decay"):
        movers.append("weight decay")
    return (
        "z is 0 or less for every sample, where ReLU's gradient is 0: "
        f"only {' and '.join(movers)} still {'moves' if len(movers) == 1 else 'move'} the weights."
    )


def flat_by_nature_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is flat whatever its parameters."""
    if not e.settings.activation_entry.trainable:
        return f"{FLAT}: set the weights by hand."
    return (
        "Cross-entropy over a single output is 0 with gradient 0 whatever the neuron says, "
        "since softmax makes 1 of any one number."
    )


def flat_by_nature_remedy(e: Evidence) -> str:
    """Return what to try in a run that is flat whatever its parameters."""
    if not e.settings.activation_entry.trainable:
        return "Type other weights and watch the line move; to train, take sigmoid."
    return "Take binary cross-entropy, which compares two classes with one output."


def impossible_sentence(e: Evidence) -> str:
    """Return what goes on in a run whose classes no line parts."""
    return (
        f"No line {_through(e)}parts these two classes, so one neuron cannot get every row right: "
        f"the loss is {format_number(e.loss, 6)} with {e.wrong} wrong."
    )


def _through(e: Evidence) -> str:
    return "through the origin " if e.settings.breaks_it("no_bias") else ""


def impossible_remedy(e: Evidence) -> str:
    """Return what to try in a run whose classes no line parts."""
    if e.settings.breaks_it("no_bias") and separable(e.settings.dataset):
        return "Give the neuron its bias back."
    return "Choose another task; this one needs a second neuron."


def unreachable_sentence(e: Evidence) -> str:
    """Return what goes on in a run with targets that the activation cannot give."""
    low, high = e.settings.activation_entry.output_range
    targets = e.settings.coded_targets
    beyond = int(((targets < low) | (targets > high)).sum())
    label = e.settings.activation_entry.label
    bounds = (
        f"outputs from {format_number(low)} to {format_number(high)}"
        if np.isfinite(high)
        else f"no output below {format_number(low)}"
    )
    count = f"{beyond} of the {len(targets)} targets lie" if beyond > 1 else f"1 of the {len(targets)} targets lies"
    loss = format_number(e.loss)
    return f"{label} gives {bounds}, and {count} beyond, where no weights bring it: the loss is {loss}."


def unreachable_remedy(e: Evidence) -> str:
    """Return what to try with targets that the activation cannot give."""
    return "Take the identity, whose output has no bounds."


def frozen_sentence(e: Evidence) -> str:
    """Return what goes on in a run in which nothing moves any more."""
    loss = format_number(e.loss)
    if e.newest.learning_rate == 0:
        return f"The schedule has brought the learning rate to 0, so nothing changes any more; the loss is {loss}."
    return (
        "No step changes a digit of the weights any more: the steps are smaller beside them than "
        f"{e.settings.precision} can tell; the loss is {loss}."
    )


def frozen_remedy(e: Evidence) -> str:
    """Return what to try in a run in which nothing moves any more."""
    if e.newest.learning_rate == 0:
        return "Set another schedule, or a longer period."
    return "Take float64." if e.settings.precision == "float32" else "Compare a larger learning rate."


# --- what is there now -----------------------------------------------------------------------------------


def converged_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is converged."""
    loss = format_number(e.loss)
    if e.loss == 0 and prospects.is_endless(e):
        return f"The gradient is as good as 0, and the loss 0 as far as {e.settings.precision} can tell."
    least = None if e.settings.breaks_it("ascent") else prospects.least_known(e)
    if least is not None and abs(e.loss - least) <= 1e-6 * e.loss:
        return f"The gradient is as good as 0, and the loss, {loss}, is the least possible."
    if least is None or not is_quadratic(e.settings):
        return f"The gradient is as good as 0; the loss is {loss}."
    possible = format_number(max(0.0, least))
    return f"The gradient is as good as 0; the loss is {loss}, and the least possible {possible}."


def converged_remedy(e: Evidence) -> str:
    """Return what to look at in a run that is converged."""
    return _ENDLESS if prospects.is_endless(e) else "Look at the predictions, or try another task."


def saturated_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is saturated."""
    label = e.settings.activation_entry.label
    return (
        f"Where the neuron errs, z lies where {label} is flat (its slope is below a twentieth of its greatest), "
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
        f"The gradient is as good as 0 at loss {format_number(e.loss)}, though an error is left: "
        f"{e.settings.activation_entry.label} is flat at these z."
    )


# --- what was seen ---------------------------------------------------------------------------------------


def too_early_sentence(e: Evidence) -> str:
    """Return that nothing can be said yet."""
    epoch = "no epoch" if e.settings.steps_per_epoch > 1 else "no step"
    if e.since:
        return f"Since the change at step {e.since:,} {epoch} has ended: nothing is seen of its effect yet."
    return f"Since the start {epoch} has ended: nothing is seen yet."


def cycling_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is cycling."""
    if e.settings.breaks_it("no_zero_grad"):
        return "The loss swings up and down: the sum of the gradients carries each step past the minimum and back."
    low, high = _apart(float(e.losses.min()), float(e.losses.max()))
    return f"The loss went up and down between {low} and {high} {_lately(e)}, and came no lower in the later half."


def kink_sentence(e: Evidence) -> str:
    """Return what goes on where weights swing across the kink of L1."""
    names = [subscripted(e.settings.parameter_names[index]) for index in prospects.swings_about_kink(e)]
    named = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    swing = f"{named} swing{'s' if len(names) == 1 else ''}"
    strength = prospects.kinked_strength(e.settings)
    kink = f"where the gradient jumps by 2·λ₁, {format_number(2 * strength)}"
    if e.settings.optimizer == "sgd":
        step = format_number(e.newest.learning_rate * strength)
        kink = f"whose part of each step is learning rate times λ₁, {step}"
    low, high = _apart(float(e.losses.min()), float(e.losses.max()))
    went = f"the loss went up and down between {low} and {high} {_lately(e)}"
    return f"{swing} about 0, across the kink of L1, {kink}; {went}."


def zig_zag_sentence(e: Evidence) -> str:
    """Return what goes on in a run that zig-zags."""
    turned, steps = prospects.turns(e, TURNS)
    return f"The gradient turned round in {turned} of the last {steps} steps: each of these overshot the valley."


def slow_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is slow."""
    excesses = prospects.excesses(e)
    fell = format_number(100 * (1 - excesses[-1] / excesses[0]), 2)
    least = least_loss(e.settings) if is_quadratic(e.settings) else 0.0
    if least > 1e-3 * e.loss:
        above = f"Of the loss above the least possible, {format_number(least)}"
        return f"{above}, only {fell} % went {_lately(e)}{_after_a_peak(e)}."
    return f"The loss fell by only {fell} % {_lately(e)}{_after_a_peak(e)}."


def rising_sentence(e: Evidence) -> str:
    """Return what goes on in a run whose loss rose."""
    first = e.losses[0] if e.losses[-1] > e.losses[0] else e.losses.min()
    since = _lately(e)
    if first != e.losses[0]:
        since = f"since epoch {int(e.epochs[e.losses.argmin()]):,}"
    return f"The loss rose {_from_to(float(first), float(e.losses[-1]))} {since}{_why_it_rises(e)}."


def _why_it_rises(e: Evidence) -> str:
    """Return why a loss rises that need not rise for ever; empty where it is not known."""
    if e.settings.breaks_it("ascent"):
        return ", as it may up the gradient"
    limit = prospects.limit_of(e)
    if limit is None or e.newest.learning_rate <= limit:
        return ""
    epoch = prospects.epoch_below(e, limit)
    end = "" if epoch is None else f"; the schedule has it below from epoch {epoch:,} on"
    return f": learning rate {_rate(e)} is above {format_number(limit)}, where errors grow{end}"


def learning_sentence(e: Evidence) -> str:
    """Return what goes on in a run that is learning."""
    fell = f"he loss fell {_from_to(float(e.losses[0]), float(e.losses[-1]))} {_lately(e)}{_after_a_peak(e)}."
    return f"Every row is right; t{fell}" if e.wrong == 0 else f"T{fell}"


def learning_remedy(e: Evidence) -> str:
    """Return what to try in a run that is learning."""
    if prospects.is_endless(e) and e.loss > 0:
        return _ENDLESS
    if e.loss > _FAR_OUT * e.first_loss:
        first = format_number(e.first_loss)
        return f"It is still far above its start, where the loss was {first}: Reset goes back there."
    return "Let it run, or compare another learning rate."


def at_minimum_sentence(e: Evidence) -> str:
    """Return that the loss is level at the least one."""
    return f"The loss, {format_number(e.loss)}, is the least possible, to within a billionth."


def level_sentence(e: Evidence) -> str:
    """Return what goes on in a run whose loss is as it was."""
    return f"The loss has been {format_number(e.loss)} {_lately(e)}, to within a billionth."


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
