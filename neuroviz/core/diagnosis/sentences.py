"""The sentences for each claim of the table: why it is so, in one short sentence.

That sentence is true and complete by itself, since the foot of the window has room for no more;
what else there is to say comes after it, as a second text. Sentences tell what the last epochs have
shown, with their number, or what theory proves; the condition of the claim, in the table, makes
them true.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.curvature.growth import climbs_plainly, epoch_factor
from neuroviz.core.curvature.hessian import is_quadratic
from neuroviz.core.curvature.quadratic import least_loss
from neuroviz.core.curvature.rate_ruler import flattens
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.model.penalty import penalty_bend, penalty_kinks
from neuroviz.core.model.rounding import largest_rounding, loss_said
from neuroviz.core.model.separability import is_one_line, separable, separable_by, starts_at_zero
from neuroviz.core.numbers import (
    capitalized,
    counted,
    elided,
    format_number,
    joined,
    measured,
    rounded_down,
    subscripted,
)
from neuroviz.core.training.trainer import NonFinite

if TYPE_CHECKING:
    from neuroviz.core.choices.settings import Settings

TURNS = 12
"""Number of last rows in which the turns of the gradient are counted."""
_MOST_DIGITS = 12
_MOST_NAMES = 4
_LEAST_PERCENT = 1e-4
SAME = 1e-9
"""Two losses that differ by no more than this share of themselves are the same."""
_SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
_HALF = "½"
Why = tuple[str, str]
"""Why, in one sentence, and what else there is to say, which may be empty."""
ALL_RIGHT = ("Every sample is right", "Every training sample is right")
"""The news of a run, and that of one with rows held out, which may be wrong."""
_HARDLY = 0.01
"""A loss has hardly fallen where its fall is less than this percentage of it."""
LITTLE = 1
"""A loss has stopped falling where its recent fall is less than this percentage of its whole
fall."""


def _rate(e: Evidence) -> str:
    return format_number(e.newest.learning_rate)


def _loss(e: Evidence) -> str:
    """Return the loss in words: 0 where it is no more than rounding."""
    return loss_said(e.settings, e.loss)


def _above(e: Evidence, limit: float) -> str:
    """Return the words for a learning rate above a limit, in digits that tell them apart."""
    rate, mark = _apart(e.newest.learning_rate, limit, (format_number, rounded_down))
    return f"learning rate {rate} is above the limit {mark}"


def _loss_is(e: Evidence) -> str:
    return f"The loss is {_loss(e)}."


def _lately(e: Evidence, first: int = 0) -> str:
    """Return the words for the epochs in which the losses were seen, from the given one on."""
    epochs = int(e.epochs[-1] - e.epochs[first])
    return "in the last epoch" if epochs == 1 else f"in the last {epochs:,} epochs"


_Writers = tuple[Callable[[float, int], str], Callable[[float, int], str]]


def _apart(first: float, last: float, writers: _Writers = (measured, measured)) -> tuple[str, str]:
    """Return two numbers with the digits it takes to tell them apart, four at least."""
    write, write_last = writers
    texts = [
        (write(first, digits), write_last(last, digits)) for digits in range(4, _MOST_DIGITS + 1)
    ]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def _after_a_peak(e: Evidence) -> str:
    """Return a sentence about the peak of the losses; empty below twice the first loss."""
    peak = int(e.losses.argmax())
    if e.losses[peak] < 2 * e.losses[0]:
        return ""
    return (
        f"On the way it had a peak of {measured(e.losses[peak])} at epoch {int(e.epochs[peak]):,}."
    )


def _fell(e: Evidence) -> str:
    return f"The loss fell {_from_to(e.losses[0], e.losses[-1])} {_lately(e)}"


def _from_to(first: float, last: float) -> str:
    return "from {} to {}".format(*_apart(first, last))


# --- what must come -------------------------------------------------------------------------------


def overflow_sentence(e: Evidence) -> Why:
    """Return the sentences for a run that overflowed."""
    stopped = e.stopped or NonFinite(0, "loss")
    verb = "were" if stopped.what == "parameters" else "was"
    what = f"At step {stopped.step:,} the {stopped.what} {verb} no longer finite."
    kept = f"Step {e.newest.step:,} is kept."
    why = _why_it_grew(e)
    return (f"{why}.", f"{what} {kept}") if why else (what, kept)


def _why_it_grew(e: Evidence) -> str | None:
    """Return why a run grew until it overflowed; None where that is not known."""
    if prospects.divides_by_0(e):
        return "ε is 0, and where squared gradients are 0, so is the divisor"
    if e.settings.breaks_it("ascent"):
        return "Every step goes up the gradient"
    if e.settings.breaks_it("no_zero_grad"):
        return "Every step adds all gradients so far"
    limit = prospects.limit_of(e)
    if limit is not None and e.newest.learning_rate > limit:
        return f"{_upper(_above(e, limit))}, beyond which errors grow"
    decay = e.newest.learning_rate * e.hyperparameters.get("weight_decay", 0.0)
    if decay > 2:
        return (
            f"Weight decay times learning rate, {format_number(decay)}, is above 2: "
            "it enlarges the weights"
        )
    bend = e.newest.learning_rate * penalty_bend(e.settings)
    if bend > 2 and e.settings.optimizer == "sgd":
        return (
            f"2·λ₂ times learning rate, {format_number(bend)}, is above 2: "
            "each step of L2 enlarges the weights"
        )
    return None


def diverging_headline(e: Evidence) -> str:
    """Return the headline for a run that diverges, or will from here on.

    It says that the loss grows only once it has grown, since a rate that was just raised has
    changed nothing yet. Gradient ascent on a loss that is not quadratic adds only so much in a
    step, and no run gets to the greatest float that way: there it grows without end, but does not
    overflow.
    """
    will = "it will overflow" if is_quadratic(e.settings) else "it grows without end"
    grows = e.loss > e.losses.min(initial=np.inf)
    return f"Diverging: {will}" if grows else f"From here on {will}"


def diverging_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose loss must grow for ever."""
    limit = prospects.limit_of(e)
    if limit is not None:
        step = "in the long run with every step" if prospects.momentum_of(e) else "with every step"
        return (
            f"{_upper(_above(e, limit))}, beyond which errors grow.",
            "The loss will grow until it overflows: "
            f"the error in the steepest direction grows {step}.",
        )
    if climbs_plainly(e.settings):
        return "The loss grows without end: every step goes up the gradient of a convex loss.", ""
    factor = epoch_factor(e.settings, e.newest.learning_rate, prospects.momentum_of(e))
    return (
        f"An epoch multiplies the error by {format_number(factor)} in the long run.",
        f"At learning rate {_rate(e)} the loss will grow until it overflows.",
    )


def dead_sentence(e: Evidence) -> Why:
    """Return the sentences for a run with a dead ReLU."""
    return (
        f"{_first_words(e)} is 0 or less for every sample, "
        "where ReLU's output and gradient are exactly 0.",
        "Nothing can bring it back.",
    )


def _first_words(e: Evidence) -> str:
    if e.settings.independent:
        return "Every output's z"
    return "z" if e.settings.parameters.linear else "The output's z"


def coasting_sentence(e: Evidence) -> Why:
    """Return the sentences for a silent ReLU whose weights something else still moves."""
    movers = ["what the optimizer kept from earlier gradients"]
    if e.settings.penalties:
        movers = ["the penalty", *(movers if e.settings.optimizer_entry.state else [])]
    if e.hyperparameters.get("weight_decay"):
        movers.append("weight decay")
    return (
        f"{_first_words(e)} is 0 or less for every sample, where ReLU's gradient is 0.",
        f"Only {' and '.join(movers)} still {'moves' if len(movers) == 1 else 'move'} the weights.",
    )


FLAT_STEP = f"{FLAT}."
FLAT_SOFTMAX = (
    "Cross-entropy over a single output is always 0, and so is its gradient.",
    "Softmax turns any single number into 1.",
)
"""The sentences for a run with softmax over a single output."""


def impossible_headline(e: Evidence) -> str:
    """Return the headline for a run whose classes no line separates."""
    if e.settings.independent and not e.settings.hidden:
        count = len(_unparted(e))
        return f"Impossible for {'one' if count == 1 else count} of the outputs"
    if e.settings.parameters.linear:
        return "Impossible for one neuron"
    if e.settings.hidden_activation == "identity":
        return "Impossible: identity adds nothing"
    return "Impossible for one hidden neuron"


def impossible_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose classes no line separates."""
    samples = counted(e.wrong or 0, "sample")
    classes = "these two classes"
    wrong = f"with {samples} wrong"
    cannot = f"So {'it' if e.settings.hidden else 'one neuron'} cannot"
    line = "border" if e.settings.features else "line"
    lines = f"Together they draw one {line}, which cannot"
    if e.settings.independent:
        classes = f"the two classes of {', nor those of '.join(_unparted(e))}"
        wrong = f"and an output errs in {samples}"
        cannot = "So not all outputs can"
        lines = f"Each output still draws one {line}, so not all can"
    through = "through the origin " if e.settings.breaks_it("no_bias") else ""
    no_line = f"o {_border(e)} {through}separates {classes}."
    why = f"N{no_line}"
    if e.settings.hidden_activation == "identity":
        why = f"Sums of sums are one sum, and n{no_line}"
        cannot = lines
    elif e.settings.hidden:
        why = f"A single hidden neuron draws one {line}, and n{no_line}"
    return why, f"{cannot} get every sample right: the loss is {_loss(e)}, {wrong}."


def _unparted(e: Evidence) -> list[str]:
    """Return the names of the targets whose two classes no line separates."""
    named = zip(e.settings.dataset.target_names, e.settings.each_output, strict=True)
    return [elided(name) for name, each in named if separable_by(each) is False]


def _border(e: Evidence) -> str:
    # With added inputs it is a curve.
    return "border from these inputs" if e.settings.features else "line"


def unreachable_sentence(e: Evidence) -> Why:
    """Return the sentences for a run with targets that the activation cannot give."""
    low, high = e.settings.activation_entry.output_range
    targets = e.settings.coded_targets
    beyond = int(((targets < low) | (targets > high)).sum())
    label = e.settings.activation_entry.label
    bounds = (
        f"outputs from {format_number(low)} to {format_number(high)}"
        if np.isfinite(high)
        else f"no output below {format_number(low)}"
    )
    lie = (
        f"{beyond:,} of the {targets.size:,} targets lie"
        if beyond > 1
        else f"1 of the {targets.size:,} targets lies"
    )
    if beyond == targets.size:
        lie = f"all {beyond:,} targets lie" if beyond > 1 else "the only target lies"
    stays = measured(float(rounded_down(prospects.out_of_reach(e))))
    least = (
        "is practically the least possible"
        if stays == _loss(e)
        else f"can fall no lower than {stays}"
    )
    return (
        f"{label} gives {bounds}, and {lie} beyond.",
        f"No weights can reach that: the loss, {_loss(e)}, {least}.",
    )


def blind_sentence(e: Evidence) -> str:
    """Return the sentence for a loss of 0 though samples are wrong."""
    lie = "lies" if e.wrong == 1 else "lie"
    return (
        f"The loss of every sample is 0, and so is the gradient, though {e.wrong:,} of the "
        f"{e.settings.dataset.samples:,} {lie} on the wrong side."
    )


def out_of_rate_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose learning rate is 0 from now on."""
    return (
        "The schedule has brought the learning rate to 0, so nothing changes any more.",
        _loss_is(e),
    )


def frozen_headline(e: Evidence) -> str:
    """Return the headline for a run that stands still, with the reason."""
    why = "nothing moves it" if e.settings.optimizer_entry.search else "the steps are too small"
    return f"Frozen: {why}"


def frozen_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose steps are lost in rounding."""
    stands = "No step changes a digit of the weights any more"
    if e.settings.optimizer_entry.search:  # there may be no step that lowers the loss
        return f"{stands}.", _loss_is(e)
    lost = f"{e.settings.precision} rounds such small steps away"
    return f"{stands}: {lost}.", _loss_is(e)


def arrived_sentence(e: Evidence) -> Why:
    """Return the sentences for a run at rest with the least possible loss."""
    least = loss_said(e.settings, prospects.least_known(e))
    rests = (
        "The schedule has brought the learning rate to 0"
        if e.newest.learning_rate == 0
        else "Nothing moves any more"
    )
    return f"The loss, {_loss(e)}, is practically the least possible, {least}.", f"{rests}."


# --- the perceptron's rule ------------------------------------------------------------------------


def no_mistake_headline(e: Evidence) -> str:
    """Return the headline for a finished perceptron's rule, with mistakes and bound."""
    return f"Converged: {_counted(e) or 'no mistake is left'}"


def no_mistake_sentence(e: Evidence) -> Why:
    """Return the sentences for a perceptron's rule that has nothing left to do."""
    made = _mistakes_made(e, "in all")
    return "No sample is a mistake any more, so no step changes anything.", made


def mistakes_headline(e: Evidence) -> str:
    """Return the headline for a perceptron's rule with mistakes left, and their bound."""
    return f"Learning: {_counted(e) or 'each mistake turns the line'}"


def mistakes_sentence(e: Evidence) -> Why:
    """Return the sentences for a perceptron's rule that still meets mistakes."""
    left = prospects.errs_on(e)
    samples = e.settings.dataset.samples
    are = "is still a mistake" if left == 1 else "are still mistakes"
    return (
        f"{left:,} of the {samples:,} samples {are}: y·z is 0 or less.",
        _mistakes_made(e, "so far"),
    )


def _counted(e: Evidence) -> str:
    """Return the mistakes made and their bound, as far as they are known."""
    most = prospects.most_mistakes_of(e)
    made = "" if e.mistakes is None else counted(e.mistakes, "mistake")
    return f"{made}, at most {most:,}" if made and most is not None else made


def _mistakes_made(e: Evidence, until: str) -> str:
    """Return how many mistakes were made, and their bound or why there is none."""
    if e.mistakes is None:
        return ""
    made = f"{counted(e.mistakes, 'mistake')} {until}"
    most = prospects.most_mistakes_of(e)
    if most is not None:
        return f"{made}, and by Novikoff's bound, (R/γ)², at most {most:,}."
    if e.since:
        return f"{made}, with no bound, since the rate was changed on the way."
    if not starts_at_zero(e.settings):
        return f"{made}, with no bound, since the start is not 0."
    return f"{made}, with no bound: no margin of these data is known."


def never_ends_headline(e: Evidence) -> str:
    """Return the headline for a perceptron's rule that never ends; in a fixed order it cycles."""
    return "A mistake in every pass" if e.settings.shuffle else "Cycling: it never ends"


def never_ends_sentence(e: Evidence) -> Why:
    """Return the sentences for a perceptron's rule on classes that no line separates."""
    back = prospects.came_back(e)
    again = ""
    if back is not None:
        again = f": those of step {back:,} come back every {e.newest.step - back:,} steps"
    return (
        f"No {_border(e)} separates these two classes: each pass has a mistake, for ever.",
        f"The weights stay within bounds{again}.",
    )


# --- what is there now ----------------------------------------------------------------------------


def converged_sentence(e: Evidence) -> Why:
    """Return the sentences for a converged run, the loss first."""
    return _lowest(e), "The gradient is practically 0."


def _lowest(e: Evidence) -> str:
    loss = _loss(e)
    if e.loss == 0 and prospects.is_endless(e):
        return f"The loss is 0 as far as {e.settings.precision} can tell."
    least = prospects.least_known(e)
    if least is not None and abs(e.loss - least) <= 1e-6 * e.loss:
        return f"The loss, {loss}, is the least possible."
    if least is None or not is_quadratic(e.settings):
        return _loss_is(e)
    possible = loss_said(e.settings, least)
    if loss == "0":
        return "The loss is practically 0: what is left of it is hardly more than rounding."
    if possible == loss:
        return f"The loss, {loss}, is the least possible but for rounding."
    return f"The loss is {loss}, and the least possible {possible}."


def saturated_sentence(e: Evidence) -> Why:
    """Return the sentences for a saturated run."""
    label = e.settings.activation_entry.label
    return (
        f"Where {_who(e)} errs, {_whose(e)} lies where {label} is flat, "
        "so the error hardly reaches the weights.",
        "Its slope there is below a twentieth of its maximum.",
    )


def flat_sentence(e: Evidence) -> Why:
    """Return the sentences for a flat run."""
    return (
        "The gradient is practically 0, though an error is left: "
        f"{e.settings.activation_entry.label} is flat at these z{_of_whom(e)}.",
        _loss_is(e),
    )


# --- hidden neurons -------------------------------------------------------------------------------


def twins_headline(e: Evidence) -> str:
    """Return the headline that names the equal hidden neurons."""
    units, _ = prospects.twins(e)
    few = len(units) <= 2
    return f"Twins: {_units(e, units) if few else f'{len(units)} neurons'} act as one"


def twins_sentence(e: Evidence) -> Why:
    """Return the sentences for a run with equal hidden neurons."""
    units, to_a_bit = prospects.twins(e)
    equal = "equal to the last bit" if to_a_bit else "equal but for rounding"
    return (
        f"{_upper(_units(e, units))} are {equal}, and so are their gradients.",
        "Together they do no more than one could, and only rounding can make them differ. "
        f"{_loss_is(e)}",
    )


def dead_units_headline(e: Evidence) -> str:
    """Return the headline that counts the dead hidden neurons."""
    dead = len(prospects.dead_units(e))
    return f"Dead: {dead} of {counted(e.settings.hidden, 'hidden neuron')}"


def dead_units_sentence(e: Evidence) -> Why:
    """Return the sentences for a run with hidden neurons that no sample reaches."""
    units = prospects.dead_units(e)
    all_of_them = len(units) == e.settings.hidden
    same = "; the output is the same for every sample" if all_of_them else ""
    return _none_reaches(e, _any_of(e, units), len(units), same)


def dead_outputs_headline(e: Evidence) -> str:
    """Return the headline that counts the dead outputs."""
    return f"Dead: {len(prospects.dead_outputs(e))} of {e.settings.outputs} outputs"


def dead_outputs_sentence(e: Evidence) -> Why:
    """Return the sentences for a run with outputs that no sample reaches."""
    dead = prospects.dead_outputs(e)
    names = joined([elided(e.settings.dataset.target_names[index]) for index in dead], "or")
    return _none_reaches(e, f"the output{'s' * (len(dead) > 1)} of {names}", len(dead))


def _none_reaches(e: Evidence, whom: str, count: int, so: str = "") -> Why:
    theirs, them = ("its", "it") if count == 1 else ("their", "them")
    return (
        f"No sample reaches {whom}: {theirs} z is 0 or less for each.",
        "There ReLU's output and gradient are exactly 0, "
        f"and nothing can bring {them} back{so}. {_loss_is(e)}",
    )


def saddle_headline(e: Evidence) -> str:
    """Return the headline that counts the curvatures below 0."""
    return f"Saddle: {prospects.negatives(e)} of {e.settings.trained_count} curvatures below 0"


def saddle_sentence(e: Evidence) -> Why:
    """Return the sentences for a run at a saddle: a small gradient, and curvatures below 0."""
    below = prospects.negatives(e)
    them = "it" if below == 1 else "each of them"
    are = "curvatures is" if below == 1 else "curvatures are"
    size = f"small, {measured(e.greatest_grad, 2)} at most" if e.greatest_grad else "0"
    return (
        f"The gradient is {size}, and {below} of {e.settings.trained_count} {are} below 0.",
        f"Along {them} a small step one way or the other lowers the loss, {_loss(e)}.",
    )


def plateau_headline(e: Evidence) -> str:
    """Return the headline that counts the undecided samples."""
    samples = f"{prospects.undecided(e):,} of {e.settings.dataset.samples:,} samples"
    return f"Plateau: {samples} undecided"


def plateau_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose loss comes nearly all from undecided samples."""
    undecided = prospects.undecided(e)
    samples = e.settings.dataset.samples
    share = Fraction(undecided, samples)
    times = "" if share == 1 else f"{_HALF if share == Fraction(1, 2) else share}·"
    level = float(share) * math.log(2)
    these = f"All {samples:,} samples"
    rest = ""
    if undecided < samples:
        these = f"{undecided:,} of the {samples:,} samples"
        rest = ", the rest next to nothing"
    return (
        f"{these} have an output of about ½ and cost about ln 2 each{rest}.",
        f"The loss is near {times}ln 2 = {measured(level)}, and went "
        f"{_from_to(e.losses[0], e.losses[-1])} {_lately(e)}.",
    )


def _units(e: Evidence, units: Sequence[int], last: str = "and") -> str:
    """Return the names of hidden neurons, as "h₁ and h₂", or the number of many or all."""
    if len(units) == e.settings.hidden > 2:
        return f"all {len(units)} hidden neurons"
    if len(units) > _MOST_NAMES:
        return f"{len(units)} of {e.settings.hidden} hidden neurons"
    return joined([subscripted(f"h{unit + 1}") for unit in units], last)


def _any_of(e: Evidence, units: Sequence[int]) -> str:
    """Return hidden neurons as they follow "no sample reaches": "h₁ or h₂"."""
    if len(units) == e.settings.hidden > 2:
        return f"any of the {len(units)} hidden neurons"
    return _units(e, units, "or")


def _upper(words: str) -> str:
    """Return words as they begin a sentence; names such as h₁ stay as they are."""
    return words if words[1] in _SUBSCRIPTS else capitalized(words)


def _who(e: Evidence) -> str:
    if e.settings.independent:
        return "an output"
    return "the neuron" if e.settings.parameters.linear else "the output"


def _whose(e: Evidence) -> str:
    return "z" if e.settings.parameters.linear else "its z"


def _of_whom(e: Evidence) -> str:
    if e.settings.independent:
        return " of the outputs"
    return "" if e.settings.parameters.linear else " of the output"


def _bottom(e: Evidence) -> str:
    """Return what the steps overshoot; not every loss has one finite minimum."""
    return "the minimum" if is_quadratic(e.settings) else "the bottom of the valley"


# --- what was seen --------------------------------------------------------------------------------


def too_early_sentence(e: Evidence) -> str:
    """Return the sentence for a run of which no loss tells anything yet."""
    what = "epoch" if e.settings.steps_per_epoch > 1 else "step"
    if not e.since:
        return f"Until the first {what} ends, no loss shows how the run is going."
    return f"The change at step {e.since:,} does not show in the loss until the next {what} ends."


def first_fall_sentence(e: Evidence) -> str:
    """Return how far the loss fell at first, which tells nothing of the rest unless it is 0."""
    more = "" if _loss(e) == "0" else ": too early to tell more"
    return f"{_fell(e)}{more}."


def cycling_sentence(e: Evidence) -> Why:
    """Return the sentences for a run that cycles."""
    if e.settings.breaks_it("no_zero_grad"):
        carries = f"carries each step past {_bottom(e)} and back"
        return f"The loss swings: the sum of the gradients {carries}.", ""
    earlier, later = e.halves
    if later.min() < earlier.min():
        return f"The loss {_up_and_down(e)}.", "Later it fell lower, and rose as high again."
    return f"The loss {_up_and_down(e)}.", "It fell no lower in the later half."


def _up_and_down(e: Evidence) -> str:
    """Return the words for the two losses between which the run went up and down."""
    low, high = _apart(e.losses.min(), e.losses.max())
    return f"went up and down between {low} and {high} {_lately(e)}"


def kink_sentence(e: Evidence) -> Why:
    """Return the sentences for weights that swing across the kink of L1."""
    names = [
        subscripted(e.settings.parameters.names[index]) for index in prospects.swings_about_kink(e)
    ]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more weights"]
    swing = f"{joined(names)} swing{'s' if len(names) == 1 else ''}"
    strength = float(penalty_kinks(e.settings).max())
    kink = f"There the gradient jumps by 2·λ₁, {format_number(2 * strength)}"
    if e.settings.optimizer == "sgd":
        step = format_number(e.newest.learning_rate * strength)
        kink = f"Its part of each step is learning rate times λ₁, {step}"
    return (
        f"{swing} about 0, across the kink of L1.",
        f"{kink}; the loss {_up_and_down(e)}.",
    )


def zig_zag_sentence(e: Evidence) -> str:
    """Return the sentence for a run that zig-zags."""
    turned, steps = prospects.turns(e, TURNS)
    return (
        f"The gradient turned round in {turned} of the last {steps} steps: "
        "each of these overshot the valley."
    )


def slow_sentence(e: Evidence) -> Why:
    """Return the sentences for a slow run."""
    excesses = prospects.excesses(e)
    percent = 100 * (1 - excesses[-1] / excesses[0])
    share = f"only {format_number(percent, 2)} %"
    if percent < _LEAST_PERCENT:
        share = f"less than {format_number(_LEAST_PERCENT)} %"
    least = least_loss(e.settings) if is_quadratic(e.settings) else 0.0
    if least > 1e-3 * e.loss:
        above = f"The least possible loss is {measured(least)}; what is above it shrank by {share}"
        return f"{above} {_lately(e)}.", _after_a_peak(e)
    return f"The loss fell by {share} {_lately(e)}.", _after_a_peak(e)


def rising_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose loss rose."""
    rose = _rose(e)
    if e.settings.breaks_it("ascent"):
        return f"Going up the gradient, the {rose}.", ""
    limit = prospects.limit_of(e)
    if limit is None or e.newest.learning_rate <= limit:
        return f"The {rose}.", "No rate blows up here." if flattens(e.settings) else ""
    epoch = prospects.epoch_below(e, limit)
    end = "" if epoch is None else f"; the schedule brings the rate below it at epoch {epoch:,}"
    return f"The {rose}: {_above(e, limit)}.", f"Beyond the limit errors grow{end}."


def _rose(e: Evidence) -> str:
    """Return by how much the loss rose, since its lowest if it has fallen all in all."""
    if e.losses[-1] > e.losses[0]:
        return f"loss rose {_from_to(e.losses[0], e.losses[-1])} {_lately(e)}"
    lowest = int(e.losses.argmin())
    since = f"since epoch {int(e.epochs[lowest]):,}"
    return f"loss rose {_from_to(e.losses[lowest], e.losses[-1])} {since}"


def swinging_sentence(e: Evidence) -> Why:
    """Return the sentences for a loss that swings by less each time."""
    carried = ""
    if prospects.keeps_velocity(e):
        carried = f"momentum carries the steps past {_bottom(e)}"
    elif prospects.swings(e):
        carried = f"the steps go to and fro across {_bottom(e)}"
    earlier, later = (float(half.max()) for half in e.halves)
    if later < earlier:
        first, last = _apart(earlier, later)
        half = f"in the earlier half {_lately(e).replace('in ', 'of ', 1)}"
        reached = f"reached {first} {half}, and at most {last} since."
        if carried:
            return f"The loss swings, since {carried}.", f"It {reached}"
        return f"The loss {reached}", ""
    limit = prospects.limit_of(e)
    assert limit is not None  # or the swings would not be known to die away
    carried = f"{_upper(carried)}. " if carried else ""
    return (
        f"The {_rose(e)}.",
        f"{carried}Below {rounded_down(limit)}, the limit, such swings die away.",
    )


def all_right(settings: Settings) -> str:
    """Return the news that every sample on which a run is trained is right."""
    return ALL_RIGHT[settings.held_out is not None]


def with_right(news: str, sentence: str) -> str:
    """Return a sentence, preceded by the news that every sample is right."""
    return f"{news}; {sentence[0].lower()}{sentence[1:]}"


def learning_sentence(e: Evidence) -> Why:
    """Return the sentences for a run that is learning.

    Where hidden neurons get every sample right that one neuron cannot, that comes first.
    """
    settings = e.settings
    several = settings.hidden and settings.outputs == 1 and not is_one_line(settings)
    if several and e.wrong == 0 and separable(settings.dataset) is False:
        news = f"No {_border(e)} separates these two classes; the hidden neurons bend it."
        return news, f"{_fell(e)}. {_after_a_peak(e)}".rstrip()
    return f"{_fell(e)}.", _after_a_peak(e)


def fades_out(e: Evidence) -> bool:
    """Return whether the losses fell by hardly anything, and by less in each third."""
    third = len(e.losses) // 3
    first, second, last = -np.diff(e.losses[[0, third, -third - 1, -1]])
    hardly = e.losses[0] - e.losses[-1] < _HARDLY / 100 * e.losses[-1]
    return bool(hardly and first > second > last >= 0)


def stalled_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose loss has stopped falling."""
    from_to = f"It fell {_from_to(e.losses[0], e.losses[-1])}."
    if fades_out(e):
        return f"The loss fell by less than {_HARDLY} % {_lately(e)}, and less and less.", from_to
    return (
        f"Of the fall of the loss {_lately(e)}, less than {LITTLE} % came in the last third.",
        from_to,
    )


def at_minimum_sentence(e: Evidence) -> str:
    """Return the sentence for a loss that is level at the least possible one."""
    loss = _loss(e)
    if loss == "0" and e.loss:
        rounding = measured(largest_rounding(e.settings))
        return f"The loss is practically 0: below {rounding} it may be no more than rounding."
    return f"The loss, {loss}, is the least possible, to within a billionth."


def level_sentence(e: Evidence) -> Why:
    """Return the sentences for a run whose loss stays as it is."""
    same = np.abs(e.losses - e.losses[-1]) <= SAME * np.abs(e.losses[-1])
    first = int(np.flatnonzero(~same)[-1]) + 1 if not same.all() else 0
    if first == len(same) - 1:
        return f"The loss is {_loss(e)}, neither falling nor rising overall.", ""
    batches = e.settings.batch_size != "full" and e.greatest_grad > 0
    return (
        f"The loss has been {_loss(e)} {_lately(e, first)}, to within a billionth.",
        "The batches cancel each other out over an epoch." if batches else "",
    )


def breaks_line(settings: Settings) -> str:
    """Return what is broken on purpose and what to look for; empty if nothing is."""
    rows = [BREAKS[name] for name in settings.breaks]
    if not rows:
        return ""
    names = ", ".join(row.label for row in rows)
    return " ".join((f"On purpose: {names}.", *(row.look_for for row in rows)))
