"""One thing to try for each state of a run.

A learning rate is named only where it does what is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import numeric_data
from neuroviz.core.curvature.hessian import is_quadratic
from neuroviz.core.curvature.scale_hint import stable_rate
from neuroviz.core.data.formula import Formula
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.model.penalty import penalty_bend, penalty_kinks
from neuroviz.core.model.separability import (
    parting_features,
    separable,
    separable_by,
    starts_at_zero,
    told_apart,
)
from neuroviz.core.numbers import format_number, printed, rounded_down
from neuroviz.core.types import Frozen

LOOK = "Look at the predictions, or try another task."
_LET_IT_RUN = "Let it run."
_SMALLER = "Compare a smaller learning rate."
_LARGER = "Compare a larger learning rate."
_OTHERS = "Compare other learning rates."
_FAR_OUT = 100
"""A run whose loss falls, but is more than this many times the first loss, had better start
again."""
_NEARLY_ALL = 0.01
"""From this share of a method's usual rate on, a larger rate leads no lower."""
_HALF = 0.5
"""Share of the limit that is proposed: there the steepest direction is done in one step, and no
step overshoots."""


BEGIN = "Press Run, or Step for one update."
TABLE = "(Data > Table)"
"""The menu of the window that a remedy names; the command line names its option instead."""


class Remedy(Frozen):
    """One thing to try, in words, and where there are any, the changes of settings that do it."""

    words: str
    label: str = ""
    """Text of a button for it: "Try …" or "Start anew …"."""
    changes: Mapping[str, object] = {}
    """New values by the names of fields of Settings; empty for words alone."""
    anew: bool = False
    """Whether the run is to start again with the changes, even where they could be made in
    mid-run."""
    beside: str | None = None
    """What else to try, in case the words ask for another learning rate that turns out not to help;
    None where they ask for something else."""
    other: Remedy | None = None
    """Another remedy that the words name too."""


def on_paper(words: str) -> str:
    """Return the words of a remedy without buttons and menus; empty where none are left."""
    return "" if words == BEGIN else words.replace(f" {TABLE}", "")


def with_rate(words: str, rate: str, *, anew: bool = True) -> Remedy:
    """Return a remedy that sets the learning rate named in its words."""
    label = f"{'Start anew with' if anew else 'Try'} rate {printed(float(rate))}"
    return Remedy(words, label, {"learning_rate": float(rate)}, anew, "")


def _settable(words: str, rate: str, *, anew: bool = True) -> Remedy:
    """Return a remedy with a smaller learning rate, or other words where it is below the range."""
    if float(rate) >= LEARNING_RATE.low:
        return with_rate(words, rate, anew=anew)
    low = format_number(LEARNING_RATE.low)
    return Remedy(f"No learning rate from {low} up is small enough here: scale the inputs {TABLE}.")


def without_rates(e: Evidence, remedy: Remedy) -> Remedy:
    """Return the remedy, or what else to try where another learning rate would not help.

    It would not where the optimizer finds its rate at every step, or where the rate is at most the
    optimizer's usual one and more than a hundredth of it.
    """
    search = e.settings.optimizer_entry.search
    if remedy.beside is None or search is None:
        return remedy
    share = e.newest.learning_rate / search.learning_rate
    usual = _NEARLY_ALL < share <= 1
    return Remedy(remedy.beside or LOOK) if search.finds_rate or usual else remedy


def _other_rate(words: str, beside: str = "") -> Remedy:
    """Return a remedy whose words ask for another learning rate and name none."""
    return Remedy(words, beside=beside)


def smaller_rate(e: Evidence) -> Remedy:
    """Return the remedy to take a smaller learning rate or to switch a break off."""
    if wrong := _switch_off(e):
        return wrong
    limit = prospects.limit_of(e)
    if hint := prospects.scaling_hint(e):
        return _standardised(e, hint.rate)
    if limit is not None and e.newest.learning_rate > limit:
        rate = rounded_down(max(_HALF * limit, min(limit, LEARNING_RATE.low)), 2)
        below = f"below {rounded_down(limit)}, the limit for these data, such as {rate}"
        return _settable(f"Start anew with a learning rate {below}.", rate)
    safe = prospects.falling_rate(e)
    if safe is not None and e.newest.learning_rate > safe:
        rate = rounded_down(safe, 2)
        if penalty_kinks(e.settings).any():
            return _settable(f"Start anew with a smaller learning rate, such as {rate}.", rate)
        falls = f"up to {rate} no step can raise the loss; larger ones may still end lower"
        return _settable(f"Start anew with a smaller learning rate: {falls}.", rate)
    less = "less weight decay." if e.hyperparameters.get("weight_decay") else ""
    or_less = f"Compare a smaller learning rate, or {less}" if less else _SMALLER
    return _other_rate(or_less, less and f"Compare {less}")


def overflow_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a run that overflowed."""
    if prospects.divides_by_0(e):
        return Remedy("Start anew with ε 1e-8.", "Start anew with ε 1e-8", {"eps": 1e-8}, True)
    return smaller_rate(e)


def _standardised(e: Evidence, safe: float | None) -> Remedy:
    """Return the remedy to standardise inputs of very different size, with a rate for that.

    The other remedy keeps them and takes the rate that is safe for them, where that can be set.
    None stands for a run that is slow even above that rate.
    """
    data = e.settings.dataset.scaled("standardise")
    changes: dict[str, object] = {"data": data}
    rate = rounded_down(_HALF * stable_rate(data, penalty_bend(e.settings)), 2)
    words = f"Start anew with standardised inputs {TABLE}"
    label = "Standardise the inputs"
    if safe is None or e.hyperparameters["learning_rate"] > float(rate):
        changes["learning_rate"] = float(rate)
        words += f" and learning rate {rate}"
        label += f", rate {rate}"
    other = None
    if safe is None:
        words += ": as they are, every rate that is safe from any start is slow."
    elif safe < LEARNING_RATE.low:
        low = format_number(LEARNING_RATE.low)
        words += f": as they are, no learning rate from {low} up is safe."
    else:
        safe_rate = rounded_down(safe, 2)
        words += f", or with a learning rate up to {safe_rate}, safe for these data from any start."
        other = with_rate(words, safe_rate)
    return Remedy(words, label, changes, True, f"Standardise the inputs {TABLE}.", other)


def _for_small_inputs(e: Evidence) -> Remedy:
    words = (
        f"Start anew with standardised inputs {TABLE}: as they are, one is so small that "
        "a step of its weight changes next to nothing."
    )
    changes: dict[str, object] = {"data": e.settings.dataset.scaled("standardise")}
    label = "Standardise the inputs"
    return Remedy(words, label, changes, True, f"{label} {TABLE}.")


def cycling_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a loss that goes up and down: a smaller learning rate."""
    found = smaller_rate(e)
    if found.words != _SMALLER:
        return found
    ruler = prospects.ruler_here(e) if e.settings.batch_size == "full" else None
    if ruler is not None and ruler.best is not None and ruler.best >= e.newest.learning_rate:
        return _other_rate(_OTHERS)
    smaller = "Compare a smaller learning rate from here on"
    # A tenth of the rate leaves a hundredth of what a step adds where the loss is quadratic.
    leaps = bool((e.losses[1:] > _LEAP * e.losses[:-1].clip(min=e.first_loss)).any())
    if leaps or e.loss < e.losses.mean():  # at the bottom of a swing it need not lead lower
        return _other_rate(f"{smaller}.")
    tenth = rounded_down(e.hyperparameters["learning_rate"] / 10, 2)
    return _settable(f"{smaller}, such as {tenth}.", tenth, anew=False)


_LEAP = 100.0
"""Factor by which a loss rises at once, far above the start, at which a tenth of the rate may still
be too much."""


def larger_rate(e: Evidence) -> str | Remedy:
    """Return the remedy for a slow run: another learning rate, or to switch a break off."""
    if wrong := _switch_off(e):
        return wrong
    if lowered := _lowered(e):
        return lowered
    if prospects.has_small_input(e):
        return _for_small_inputs(e)
    if prospects.scaling_hint(e):
        return _standardised(e, None)
    best = _best_from_here(e)
    if e.settings.batch_size != "full" or prospects.is_near_limit(e) or e.settings.loss_entry.kinks:
        return _other_rate(_OTHERS)
    if best is None:
        return _other_rate(_LARGER)
    if e.newest.learning_rate < 0.99 * best:
        return _fastest(best)
    scale = "cale the inputs, which make the loss curve so unevenly."
    return _other_rate(f"No learning rate does much better: s{scale}", f"S{scale}")


def _fastest(best: float) -> Remedy:
    rate = rounded_down(best)
    words = f"Use {rate}: from here on it is the fastest in the worst case."
    return _settable(words, rate, anew=False)


def _best_from_here(e: Evidence) -> float | None:
    """Return the ruler's best rate; None where the curvature here does not tell the future."""
    fused = e.settings.parameters.linear and e.settings.fused is not None
    convex = is_quadratic(e.settings) or fused
    tells = convex and not penalty_kinks(e.settings).any()
    ruler = prospects.ruler_here(e) if tells else None
    best = None if ruler is None else ruler.best
    return None if best is None else min(best, LEARNING_RATE.high)


def _lowered(e: Evidence) -> str | Remedy:
    """Return what to do about a schedule that has lowered the rate; empty where none has."""
    if prospects.rates_to_come(e)[1] >= 0.5 * e.hyperparameters["learning_rate"]:
        return ""
    if e.loss > e.first_loss:  # it was too large before, and a longer period keeps it so
        return smaller_rate(e)
    rate = format_number(e.newest.learning_rate)
    return f"The schedule has lowered the learning rate to {rate}: a longer period keeps it larger."


def kink_remedy(e: Evidence) -> str | Remedy:
    """Return what makes the swings across a kink smaller."""
    if prospects.rates_to_come(e)[0] < 0.5 * e.newest.learning_rate:
        return "Let it run: the schedule lowers the learning rate, and the swings with it."
    falling = SCHEDULES["cosine"].label
    smaller = "A smaller learning rate makes the swings smaller"
    return _with_schedule(f"{smaller}; {falling}, a schedule that falls to 0, ends them.")


def _with_schedule(words: str) -> Remedy:
    """Return a remedy whose words name the schedule that falls to 0."""
    return Remedy(words, f"Try {SCHEDULES['cosine'].label}", {"schedule": "cosine"})


def swinging_remedy(e: Evidence) -> str | Remedy:
    """Return what makes swings smaller that die away anyway."""
    if prospects.momentum_of(e):
        return "Let it run, or compare a smaller momentum."
    return _other_rate("Let it run, or compare a smaller learning rate.", _LET_IT_RUN)


def zig_zag_remedy(e: Evidence) -> str | Remedy:
    """Return the remedy for a run that zig-zags: a smaller learning rate."""
    if wrong := _switch_off(e):
        return wrong
    best = _best_from_here(e)
    if best is not None:
        return _fastest(best)
    return _other_rate(_SMALLER)


def out_of_rate_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a run whose learning rate is 0 from now on."""
    if e.loss > e.first_loss:
        return smaller_rate(e)
    constant = SCHEDULES["constant"].label
    words = f"Choose another schedule, such as {constant}, or a longer period."
    return Remedy(words, f"Try {constant}", {"schedule": "constant"})


def frozen_remedy(e: Evidence) -> str | Remedy:
    """Return the remedy for a run whose steps are lost in rounding."""
    if lowered := _lowered(e):
        return lowered
    if e.settings.precision == "float32":
        return Remedy("Use float64.", "Try float64", {"precision": "float64"})
    if e.loss > e.first_loss:  # too large a rate has thrown it where nothing moves it
        return smaller_rate(e)
    if prospects.has_small_input(e):
        return _for_small_inputs(e)
    return _other_rate(_LARGER)


def level_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a loss that stays as it is."""
    if prospects.has_small_input(e):
        return _for_small_inputs(e)
    if e.settings.batch_size == "full" or e.settings.schedule != "constant":
        return _other_rate(_OTHERS)
    falling = SCHEDULES["cosine"].label
    return _with_schedule(
        f"Use a falling schedule, such as {falling}: the steps shrink, and the loss gets lower."
    )


def _with_bce(words: str) -> Remedy:
    """Return a remedy whose words name binary cross-entropy."""
    return Remedy(words, "Try binary cross-entropy", {"loss": "bce"})


SIGMOID = Remedy(
    "Type other weights and watch the line move; to train, use sigmoid.",
    "Try sigmoid",
    {"activation": "sigmoid"},
)
BCE = _with_bce("Use binary cross-entropy, which compares two classes with one output.")
SEES_ALL_WRONG = Remedy(
    "Use sigmoid with binary cross-entropy: there every wrong sample has a loss.",
    "Try binary cross-entropy",
    {"activation": "sigmoid", "loss": "bce"},
)
UNBIND = Remedy(
    "Use the identity, whose output has no bounds.",
    "Try the identity",
    {"activation": "identity"},
)
"""What to try for targets beyond all outputs."""


_BENT = Remedy(
    "Use two hidden neurons with tanh: each draws a line of its own.",
    "Try two with tanh",
    {"hidden": 2, "hidden_activation": "tanh"},
)
_ANOTHER_INPUT = (
    "Give it another input: some samples have the same inputs but different classes, "
    "and no number of neurons can tell those apart."
)
_NUMBERS = {2: "two", 3: "three", 4: "four"}
_SEVERAL = 3
"""Hidden neurons proposed where it is not known how many it takes."""


def impossible_remedy(e: Evidence) -> str | Remedy:
    """Return the remedy for a run whose classes no line separates."""
    if e.settings.breaks_it("no_bias") and separable(e.settings.dataset):
        one = e.settings.parameters.linear
        words = f"Give the {'neuron its bias' if one else 'neurons their biases'} back."
        label = f"Try {'it with its bias' if one else 'them with their biases'}"
        return Remedy(words, label, _without(e, "no_bias"))
    if not told_apart(e.settings.dataset):
        return _ANOTHER_INPUT
    if e.settings.hidden:
        return _BENT
    data = numeric_data(e.settings).training
    added = parting_features(data)
    features = (*data.features, *added)
    if added and separable_by(e.settings.replace(features=features)):
        names = [Formula(text, data.input_names[: data.own_width]).label for text in added]
        inputs = f"input{'s' * (len(added) > 1)} {' and '.join(names)}"
        before = _neurons_before(e, len(added) + 1)
        separates = "one neuron can separate the"
        if e.settings.independent:
            separates = "each output can separate its"
        words = f"Add the {inputs}: then {separates} classes."
        words += f" Or {_within(before.words)}" if before else ""
        return Remedy(words, f"Add the {inputs}", {"features": features}, other=before)
    otherwise = "Choose another task: this one needs other inputs, or neurons before this one."
    return _neurons_before(e, _SEVERAL) or otherwise


def _neurons_before(e: Evidence, count: int) -> Remedy | None:
    """Return the remedy to put hidden neurons before the output; None where there can be none."""
    changes = {"hidden": count, "hidden_activation": "tanh"}
    if e.settings.objection(**changes) is not None:
        return None
    label = f"{_NUMBERS[count]} neurons before {'it' if e.settings.outputs == 1 else 'them'}"
    return Remedy(
        f"Put {label}: each draws a line of its own.",
        f"Put {label}",
        changes,
    )


def start_remedy(e: Evidence) -> Remedy:
    """Return another start for hidden neurons that are stuck where they are."""
    if e.settings.breaks_it("equal_start"):
        label = BREAKS["equal_start"].label
        return Remedy(f"Switch it off: {label}.", "Try without it", _without(e, "equal_start"))
    if starts_at_zero(e.settings):
        changes: dict[str, object] = {"init": "uniform"}
        return Remedy("Start from weights that differ, drawn at random.", "Draw weights", changes)
    if e.settings.weights is not None:
        return Remedy("Start from other weights.")
    seed = e.settings.seed + 1
    words = "Start from other weights: another start may come lower."
    return Remedy(words, f"Try seed {seed:,}", {"seed": seed})


def dead_remedy(e: Evidence, whom: str = "", name: str = "activation") -> Remedy:
    """Return the remedy for outputs that are dead."""
    given = e.settings.weights is not None or starts_at_zero(e.settings)
    start = "Start from other weights, or use" if given else "Try another seed, or"
    return Remedy(f"{start} leaky ReLU{whom}.", "Try leaky ReLU", {name: "leaky_relu"})


def dead_units_remedy(e: Evidence) -> Remedy:
    """Return the remedy for hidden neurons that are dead."""
    return dead_remedy(e, " for the hidden neurons", "hidden_activation")


def saddle_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a saddle, which most runs leave by themselves."""
    start = start_remedy(e)
    return replace(start, words=f"Let it run, or {_within(start.words)}")


def plateau_remedy(e: Evidence) -> Remedy:
    """Return the remedy for a plateau; most runs leave the first, where no row is decided."""
    first = prospects.undecided(e) == e.settings.dataset.samples
    return saddle_remedy(e) if first else start_remedy(e)


def _within(sentence: str) -> str:
    """Return a sentence as it stands inside another."""
    return f"{sentence[0].lower()}{sentence[1:]}"


def saturated_remedy(e: Evidence) -> str | Remedy:
    """Return the remedy for a saturated run."""
    if e.settings.breaks_it("naive_bce"):
        words = (
            f"Switch it off: {BREAKS['naive_bce'].label}. "
            "Computed from z, the gradient does not vanish there."
        )
        return Remedy(words, "Try without it", _without(e, "naive_bce"))
    if e.settings.activation == "sigmoid" and e.settings.dataset.classes:
        return _with_bce(
            "Use binary cross-entropy, whose gradient does not vanish there, or smaller weights."
        )
    return "Start from smaller weights."


def converged_remedy(e: Evidence) -> str | Remedy:
    """Return what to look at once a run has converged, or what classes that stay wrong need."""
    if prospects.falls_for_ever(e):
        return _endless(e)
    one_layer = e.settings.softmax and not e.settings.hidden
    if one_layer and e.wrong and not (e.settings.penalties or e.settings.breaks):
        if not told_apart(e.settings.dataset):
            return _ANOTHER_INPUT
        return _neurons_before(e, _SEVERAL) or LOOK
    return LOOK


def learning_remedy(e: Evidence) -> str | Remedy:
    """Return the remedy for a run that is learning."""
    if prospects.falls_for_ever(e):
        return _other_rate(_endless(e), f"Let it run: larger weights {_lower(e)}")
    if e.loss > _FAR_OUT * e.first_loss > 0:
        first = format_number(e.first_loss)
        return f"The loss is still far above its start, {first}: start anew from there."
    return _other_rate("Let it run, or compare another learning rate.", _LET_IT_RUN)


def _endless(e: Evidence) -> str:
    return f"There are no best weights: larger ones {_lower(e)}"


def _lower(e: Evidence) -> str:
    # Two classes share the one boundary between their outputs.
    one = e.settings.outputs <= 1 + e.settings.softmax
    return f"with the same {'boundary' if one else 'boundaries'} always have a lower loss."


def _switch_off(e: Evidence) -> Remedy | None:
    """Return the remedy to switch off a break that alone explains a loss that does not fall."""
    name = next((name for name in ("ascent", "no_zero_grad") if e.settings.breaks_it(name)), None)
    if name is None:
        return None
    words = f"Switch it off: {BREAKS[name].label}."
    return Remedy(words, "Try without it", _without(e, name))


def _without(e: Evidence, name: str) -> dict[str, object]:
    """Return the change of settings that switches a break off."""
    return {"breaks": tuple(other for other in e.settings.breaks if other != name)}
