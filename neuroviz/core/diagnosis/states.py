"""CLAIMS: the table of what can be said of a run.

A diagnosis is made of the first row whose condition holds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import climbs_plainly
from neuroviz.core.curvature.hessian import is_quadratic
from neuroviz.core.curvature.rate_ruler import CRAWL_EPOCHS
from neuroviz.core.diagnosis import prospects, remedies
from neuroviz.core.diagnosis import sentences as words
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.diagnosis.remedies import Remedy
from neuroviz.core.diagnosis.sentences import Why, breaks_line
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.model.penalty import penalty_kinks
from neuroviz.core.model.rounding import settled_loss
from neuroviz.core.model.separability import is_perceptron_rule, separable_by
from neuroviz.core.types import Frozen

STILL = 1e-8
"""A gradient whose greatest component is below this leaves nothing to gain."""
_ENOUGH = 12  # fewer losses say nothing about a trend
_DRIFT = 1e-3
"""How far weights at rest may still move, at the pace of the steps of the last epoch, until the run
is twice as long and 200 epochs more."""
_EARLY = 3
"""With fewer losses than this, a loss that fell does not yet show that the run learns."""
_PATIENCE = 5 * CRAWL_EPOCHS
_WILD = 2
"""A loss that grows by this factor in an epoch swings."""
_QUIET = 0.01
"""A gradient, times the size of the parameters, is small below this share of the loss."""
_DONE = 1e-4
"""Share of the first loss below which hidden neurons have learned numeric targets well enough."""
_SEEN = 1.01
"""A loss this many times its lowest has visibly risen."""
_SAME = words.SAME
_ENDLESS = "albert_1984"
_NOVIKOFF = "novikoff_1962"
_KEEP_RIGHT = ("too early", "learning")
"""States that are less important than the news that every sample is right."""

Said = str | Callable[[Evidence], str]
"""A text, or a function that makes one for the run."""
Proposed = str | Remedy | Callable[[Evidence], str | Remedy]
"""What to try, in words alone or with the changes that do it, or a function that finds it."""


class Claim(Frozen):
    """One row of the table."""

    state: str
    """Stable name, also shown on screen; several claims may share one."""
    headline: Said
    """The state in at most eight words."""
    holds: Callable[[Evidence], bool]
    """The condition under which all that is said is true, given that no row above it holds."""
    why: str | Why | Callable[[Evidence], str | Why]
    """What is going on and why, in one short sentence, with further sentences if there are any."""
    remedy: Proposed
    mood: str
    """One of "good", "warn", "bad" or "neutral", which gives the words their colour."""
    source: Said = ""
    """The source of the theory behind it, a key of the table of sources; empty where the claim
    tells only what was seen."""


class Diagnosis(Frozen):
    """The state of a run in words."""

    state: str
    """The state that the claim names."""
    headline: str
    """The state in at most eight words."""
    why: str
    """What is going on and why, in one short sentence that is complete by itself."""
    more: str
    """What else there is to say; may be empty."""
    proposed: Remedy
    """One thing to try."""
    mood: str
    """See :class:`Claim`."""
    on_purpose: str = ""
    """What is broken on purpose and what to look for; empty if nothing is."""
    source: str = ""
    """See :class:`Claim`."""

    @property
    def sentence(self) -> str:
        """All that is said of the state; where every sample is right, that is said first."""
        whole = f"{self.why} {self.more}".rstrip()
        return words.with_right(self.headline, whole) if self.headline in words.ALL_RIGHT else whole

    @property
    def remedy(self) -> str:
        """What to try, in words."""
        return self.proposed.words

    @property
    def reason(self) -> str | None:
        """The sentence where the state needs a reason, None where its mood is good or neutral."""
        return None if self.mood in ("good", "neutral") else self.sentence


def diagnose(evidence: Evidence) -> Diagnosis:
    """Return the diagnosis by the first claim whose condition holds."""
    # Near the greatest float a sum of two losses is infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        claim = next(claim for claim in CLAIMS if claim.holds(evidence))
        headline, source = (
            said if isinstance(said, str) else said(evidence)
            for said in (claim.headline, claim.source)
        )
        if claim.state in _KEEP_RIGHT and evidence.wrong == 0:
            headline = words.all_right(evidence.settings)
        said = claim.why(evidence) if callable(claim.why) else claim.why
        why, more = (said, "") if isinstance(said, str) else said
        proposed = claim.remedy
        remedy = proposed(evidence) if callable(proposed) else proposed
        remedy = remedies.without_rates(
            evidence, Remedy(remedy) if isinstance(remedy, str) else remedy
        )
    on_purpose = breaks_line(evidence.settings)
    return Diagnosis(
        claim.state,
        headline,
        why,
        more,
        remedy,
        claim.mood,
        on_purpose,
        source,
    )


def flat_by_nature(settings: Settings) -> bool:
    """Return whether no step can change anything, whatever the parameters.

    That is so of an activation that cannot be trained, and of a loss that tells nothing unless
    there is a penalty beside it.
    """
    informative = settings.loss_entry.informative or settings.penalties
    return not (settings.activation_entry.trainable and informative)


def _silent(e: Evidence) -> bool:
    """Return whether ReLU passes no sample's gradient, though there is an error."""
    pushed = e.settings.breaks_it("no_zero_grad") and bool(e.newest.grad.any())
    errs = e.errs or bool(e.wrong)  # the perceptron's loss of an output of 0 is 0
    return e.settings.activation_entry.dies and errs and not (e.prediction.slope.any() or pushed)


def _no_mistake(e: Evidence) -> bool:
    if not is_perceptron_rule(e.settings):
        return False
    return not prospects.errs_on(e) or prospects.passed_without_mistake(e)


def _errs(e: Evidence) -> bool:
    taken = e.rows.grads[-1 - e.settings.steps_per_epoch : -1]
    lost_in_rounding = prospects.is_stuck(e) and taken.any()
    return is_perceptron_rule(e.settings) and not lost_in_rounding


def _makes_progress(e: Evidence, epochs: int = CRAWL_EPOCHS) -> bool:
    """Return whether the error shrinks by at least a factor of e in ``epochs`` epochs.

    The loss is judged as the square of the error. With too few losses it is True.
    """
    if len(e.losses) < _ENOUGH:
        return True
    first = e.losses[0]
    last = e.losses[-1]
    return bool(last < first * np.exp(-2 * (e.epochs[-1] - e.epochs[0]) / epochs))


def _impossible(e: Evidence) -> bool:
    stands = e.greatest_grad <= STILL or not _makes_progress(e)
    hopeless = bool(e.wrong) and separable_by(e.settings) is False and stands
    return hopeless and e.loss <= 2 * loss_at(
        e.settings, np.zeros_like(e.newest.parameters)
    )  # the data's fault, not the steps'


def _unreachable(e: Evidence) -> bool:
    """Return whether the activation cannot give some targets, and the run shows it.

    They must make at least half of the loss, and the run must have stopped making progress or be
    flat where it errs.
    """
    if e.settings.dataset.classes or (_makes_progress(e) and not e.slope_kills):
        return False
    return 0 < e.loss <= 2 * prospects.out_of_reach(e)


def _stands(e: Evidence) -> bool:
    """Return whether hidden neurons are not done, and hardly make progress."""
    if not e.settings.hidden or e.settings.breaks_it("ascent"):
        return False
    if e.wrong == 0 or e.loss <= _DONE * e.first_loss:
        return False
    if e.greatest_grad <= STILL:
        return True
    return not _makes_progress(e) and not _rising(e)


def _at_saddle(e: Evidence) -> bool:
    """Return whether the gradient is small beside the loss, and some curvature is below 0.

    A penalty with kinks is never judged so: no curvature tells what a step over a kink does. Nor is
    the naive form of BCE, which is flat where rounding makes ŷ 0 or 1 and the loss itself bends.
    """
    if not _stands(e) or penalty_kinks(e.settings).any() or e.settings.breaks_it("naive_bce"):
        return False
    reach = e.greatest_grad * (1 + float(np.abs(e.newest.parameters).max()))
    return reach <= _QUIET * e.loss and prospects.negatives(e) > 0


def _converged(e: Evidence) -> bool:
    if e.slope_kills:
        return False
    small = e.greatest_grad <= max(
        STILL, prospects.rounding_of_grad(e)
    ) or prospects.rests_at_rounding(e)
    if not (small and _at_rest(e)):
        return False
    if prospects.has_small_input(e) and not prospects.has_arrived(e):
        return False
    stays = not _near_a_kink(e) and prospects.stays_at_rest(e)
    return stays or prospects.is_stuck(e)


def _near_a_kink(e: Evidence) -> bool:
    """Return whether a small move may take a sample over a kink and change its gradient."""
    if e.settings.softmax:
        return False
    entry = e.settings.loss_entry
    target = e.settings.coded_targets
    output = e.prediction.output
    margin = output - target if entry.margin == "difference" else output * target
    return any((np.abs(margin - kink) < _DRIFT).any() for kink in entry.kinks)


def _at_rest(e: Evidence) -> bool:
    """Return whether steps like those of the last epoch would hardly move the weights."""
    steps = e.settings.steps_per_epoch
    points = e.recent.parameters[-1 - steps :]
    longest = np.abs(np.diff(points, axis=0)).max(initial=0.0)
    to_come = e.newest.step + 200 * steps
    return bool(longest * to_come <= _DRIFT * (1 + np.abs(points[-1]).max()))


def _saturated(e: Evidence) -> bool:
    return (
        e.settings.activation_entry.bounded
        and e.wrong != 0
        and e.slope_kills
        and not _is_carried(e)
    )


def _flat(e: Evidence) -> bool:
    return e.greatest_grad <= STILL and e.slope_kills and not _is_carried(e)


def _is_carried(e: Evidence) -> bool:
    """Return whether the run makes progress in spite of small gradients.

    An optimizer with a state or a search can turn small gradients into large steps.
    """
    early = len(e.losses) < _ENOUGH
    entry = e.settings.optimizer_entry
    return _makes_progress(e, _PATIENCE) and not (early and not (entry.state or entry.search))


def _out_of_rate(e: Evidence) -> bool:
    return e.newest.learning_rate == 0 and prospects.rates_to_come(e)[1] == 0


def _arrived(e: Evidence) -> bool:
    return (_out_of_rate(e) or _frozen(e)) and prospects.has_arrived(e)


def _frozen(e: Evidence) -> bool:
    least, most = prospects.rates_to_come(e)
    falling = most <= e.newest.learning_rate
    # With another rate, a line search may find what it has passed over.
    if e.settings.optimizer == "line_search" and least < most:
        return False
    return falling and not e.settings.shuffle and prospects.is_stuck(e)


def _rising(e: Evidence) -> bool:
    """Return whether the loss rose over all, to twice its lowest, or steadily at the end.

    A loss that swings is judged by the highest points of its swings, since a velocity carries it up
    again and again.
    """
    losses = e.losses
    earlier, later = e.halves
    if prospects.swings_die_away(e):
        return False
    if later.min() > earlier.max() * (1 + _SAME):
        return True
    if _cycling(e):
        return False
    if prospects.swings(e):
        higher = later.max() > earlier.max() * (1 + _SAME)
        higher &= losses[-1] > losses.min() * (1 + _SAME)
        # Without a velocity the highest of many swings is higher by chance.
        floor = later.min() > earlier.min() * (1 + _SAME)
        return bool(higher and (floor or prospects.keeps_velocity(e)))
    last = len(losses) // 3
    climbs = (
        last > 1 and (np.diff(losses[-last - 1 :]) > 0).all() and losses[-1] > _SEEN * losses.min()
    )
    # Where gradients are summed, the loss comes down again and again.
    doubled = losses[-1] > 2 * losses.min() and not e.settings.breaks_it("no_zero_grad")
    return bool(losses[-1] > losses[0] * (1 + _SAME) or doubled or climbs)


def _swinging(e: Evidence) -> bool:
    """Return whether the loss went up, but by less each time."""
    up = bool(e.losses[-1] > e.losses[0] * (1 + _SAME) or e.losses[-1] > _SEEN * e.losses.min())
    if prospects.swings_die_away(e):
        return up
    earlier, later = e.halves
    doubled = _doublings(e) > 0
    return bool((doubled or (up and prospects.swings(e))) and later.max() < earlier.max())


def _doublings(e: Evidence) -> int:
    """Return how often the loss more than doubled in an epoch of the later half."""
    half = len(e.losses) // 2
    return int(np.count_nonzero(e.losses[half:] > _WILD * e.losses[half - 1 : -1]))


def _cycling(e: Evidence) -> bool:
    losses = e.losses
    if len(losses) < 2 * _ENOUGH or prospects.swings_die_away(e):
        return False
    earlier, later = e.halves
    turns = prospects.sign_changes(np.diff(losses))
    moves = np.ptp(losses) > 1e-6 * losses.max()
    lowest = later.min() >= earlier.min()
    # Where gradients are summed, the loss swings: it may come lower by chance, yet the swings
    # do not become smaller.
    swings = e.settings.breaks_it("no_zero_grad") and later.max() >= earlier.max() / 2
    if prospects.keeps_velocity(e) and not swings:
        return bool(turns >= 2 and moves and lowest and later.max() > earlier.max() / 2)
    return bool(turns >= 2 and moves and (lowest or swings))


def _leaps(e: Evidence) -> bool:
    """Return whether the loss leaps as high as before, again and again, however low it comes."""
    earlier, later = e.halves
    if len(earlier) < _ENOUGH:
        return False
    return bool(_doublings(e) > 1 and later.max() >= earlier.max()) or _bounces(e)


def _bounces(e: Evidence) -> bool:
    """Return whether the loss, without a velocity, goes up and down and leaves its lowest."""
    if prospects.keeps_velocity(e) or not prospects.swings(e):
        return False
    earlier, later = e.halves
    moves = np.ptp(e.losses) > 1e-6 * e.losses.max()
    return bool(moves and later[later.argmin() :].max() >= earlier.max())


def _swings_about_kink(e: Evidence) -> bool:
    """Return whether weights swing across the kink of L1, and the loss does not fall on the whole.

    A loss that is higher throughout the later half is rising instead.
    """
    if len(e.losses) < 2 * _ENOUGH or not prospects.swings_about_kink(e):
        return False
    earlier, later = e.halves
    if later.min() > earlier.max() * (1 + _SAME):
        return False
    level = abs(later.mean() - earlier.mean()) < np.ptp(e.losses) / 8
    return bool(level or _cycling(e) or e.losses[-1] > e.losses[0] * (1 + _SAME))


def _at_minimum(e: Evidence) -> bool:
    """Return whether the loss is the least possible, where that is known.

    Without a penalty none is less than 0.
    """
    if not (e.losses.any() or e.settings.penalties):
        return True
    least = prospects.least_known(e)
    return (
        least is not None and abs(e.losses[-1] - settled_loss(e.settings, least)) <= _SAME * e.loss
    )


def _zig_zag(e: Evidence) -> bool:
    # A sum of gradients turns round long after the newest gradient did.
    sums = e.settings.breaks_it("no_zero_grad")
    if e.settings.batch_size != "full" or sums or len(e.rows) < _ENOUGH:
        return False
    if e.settings.optimizer_entry.search:  # gradients are at right angles: no overshoot
        return False
    turned, steps = prospects.turns(e, words.TURNS)
    if turned < 0.75 * steps:
        return False
    ruler = prospects.ruler_here(e)
    return ruler is None or ruler.best is None or e.newest.learning_rate > ruler.best * (1 + _SAME)


def _slow(e: Evidence) -> bool:
    if e.settings.breaks_it("ascent") or e.wrong == 0 or len(e.losses) < _ENOUGH:
        return False
    if prospects.crosses_kink(e):  # a larger rate would carry it farther
        return False
    return _learning(e) and prospects.pace(e) < 1 / CRAWL_EPOCHS


def _learning(e: Evidence) -> bool:
    return bool(e.losses[-1] < e.losses[0] * (1 - _SAME))


def _stalled(e: Evidence) -> bool:
    """Return whether a loss that fell hardly falls any more.

    That is so where less than ``LITTLE`` percent of its fall was in the last third, or where it
    fell less and less throughout. Where every sample is right, that is the news instead.
    """
    last = len(e.losses) // 3
    if last < _EARLY or e.wrong == 0 or not _learning(e):
        return False
    if prospects.keeps_velocity(e) and np.ptp(e.losses[-last:]) > (_SEEN - 1) * e.losses[-1]:
        return False  # it still swings
    if words.fades_out(e):
        return True
    falls = e.losses[-last - 1] - e.losses[-last:].min()
    creeps = falls < 2 * last / CRAWL_EPOCHS * e.losses[-1]
    creeps &= e.losses[-2] - e.losses[-1] < 2 / CRAWL_EPOCHS * e.losses[-1]
    return bool(creeps and falls < words.LITTLE / 100 * (e.losses[0] - e.losses[-1]))


def _source_of_diverging(e: Evidence) -> str:
    if source := _source_of_limit(e):
        return source
    climbs = climbs_plainly(e.settings)
    return "boyd_2004, section 3.1" if climbs else "horn_2013, theorem 5.6.12"


def _source_of_impossible(e: Evidence) -> str:
    """Return the source for why no line separates the classes, or hidden neurons add nothing."""
    return "goodfellow_2016, section 6.1" if e.settings.hidden else "bishop_2006, exercise 4.1"


def _source_of_converged(e: Evidence) -> str:
    """Return the source for a gradient of 0: no finite best, least squares, or any minimum."""
    if prospects.is_endless(e):
        return _ENDLESS
    if not is_quadratic(e.settings):
        return "nocedal_2006, section 2.1"
    return f"hastie_2009, section {'3.4.1' if e.settings.penalties else '3.2'}"


def _source_of_limit(e: Evidence) -> str:
    """Return the source of the limit that the learning rate exceeds; empty where it does not."""
    limit = prospects.limit_of(e)
    method = e.settings.optimizer_entry.quadratic
    if limit is None or method is None or e.newest.learning_rate <= limit:
        return ""
    return method.source


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "overflow",
        "Overflow: the run has stopped",
        lambda e: e.stopped is not None,
        words.overflow_sentence,
        remedies.overflow_remedy,
        "bad",
        lambda e: _source_of_limit(e) or "goldberg_1991",  # for why it grew, or for overflow itself
    ),
    Claim(
        "flat",
        "Flat: training changes nothing",
        lambda e: not e.settings.activation_entry.trainable,
        words.FLAT_STEP,
        remedies.SIGMOID,
        "warn",
        "bishop_2006, section 4.1.7",
    ),
    Claim(
        "flat",
        "Flat: training changes nothing",
        lambda e: flat_by_nature(e.settings),
        words.FLAT_SOFTMAX,
        remedies.BCE,
        "warn",
        "bishop_2006, section 4.3.4",
    ),
    Claim(
        "not started",
        "At the start",
        lambda e: e.newest.step == 0,
        "No step has been taken yet: these are the start weights.",
        remedies.BEGIN,
        "neutral",
    ),
    Claim(
        "converged",
        words.no_mistake_headline,
        _no_mistake,
        words.no_mistake_sentence,
        remedies.LOOK,
        "good",
        _NOVIKOFF,
    ),
    Claim(
        "cycling",
        words.never_ends_headline,
        lambda e: is_perceptron_rule(e.settings) and separable_by(e.settings) is False,
        words.never_ends_sentence,
        remedies.impossible_remedy,
        "warn",
        "block_1970",
    ),
    Claim(
        "learning",
        words.mistakes_headline,
        _errs,
        words.mistakes_sentence,
        "Let it run: each mistake turns the line.",
        "good",
        _NOVIKOFF,
    ),
    Claim(
        "diverging",
        words.diverging_headline,
        prospects.grows_for_ever,
        words.diverging_sentence,
        remedies.smaller_rate,
        "bad",
        _source_of_diverging,
    ),
    Claim(
        "dead",
        "Dead: nothing can bring it back",
        lambda e: _silent(e) and prospects.stays_dead(e),
        words.dead_sentence,
        remedies.dead_remedy,
        "bad",
        "lu_2020",
    ),
    Claim(
        "dead",
        words.dead_outputs_headline,
        lambda e: bool(prospects.dead_outputs(e)),
        words.dead_outputs_sentence,
        remedies.dead_remedy,
        "bad",
        "lu_2020",
    ),
    Claim(
        "flat",
        "Flat, for now",
        _silent,
        words.coasting_sentence,
        "Let it run: it may carry z above 0 again.",
        "warn",
        "lu_2020",
    ),
    Claim(
        "twins",
        words.twins_headline,
        lambda e: _stands(e) and len(prospects.twins(e)[0]) > 1,
        words.twins_sentence,
        remedies.start_remedy,
        "warn",
        "goodfellow_2016, section 8.4",
    ),
    Claim(
        "impossible",
        words.impossible_headline,
        _impossible,
        words.impossible_sentence,
        remedies.impossible_remedy,
        "warn",
        _source_of_impossible,
    ),
    Claim(
        "impossible",
        "Impossible for this activation",
        _unreachable,
        words.unreachable_sentence,
        remedies.UNBIND,
        "warn",
    ),
    Claim(
        "dead",
        words.dead_units_headline,
        lambda e: _stands(e) and bool(prospects.dead_units(e)),
        words.dead_units_sentence,
        remedies.dead_units_remedy,
        "warn",
        "lu_2020",
    ),
    Claim(
        "saddle",
        words.saddle_headline,
        _at_saddle,
        words.saddle_sentence,
        remedies.saddle_remedy,
        "warn",
        "goodfellow_2016, section 8.2.3",
    ),
    Claim(
        "plateau",
        words.plateau_headline,
        lambda e: len(e.losses) >= _ENOUGH and _stands(e) and prospects.undecided(e) > 0,
        words.plateau_sentence,
        remedies.plateau_remedy,
        "warn",
    ),
    Claim(
        "converged",
        "Converged: the gradient is practically 0",
        _converged,
        words.converged_sentence,
        remedies.converged_remedy,
        "good",
        _source_of_converged,
    ),
    Claim(
        "converged",
        "Converged: as low as it can get",
        _arrived,
        words.arrived_sentence,
        remedies.converged_remedy,
        "good",
        _source_of_converged,
    ),
    Claim(
        "flat",
        "The loss is 0, though samples are wrong",
        lambda e: bool(e.wrong) and e.greatest_grad == 0 and not e.errs,
        words.blind_sentence,
        remedies.SEES_ALL_WRONG,
        "warn",
    ),
    Claim(
        "frozen",
        "Frozen: the learning rate is 0",
        _out_of_rate,
        words.out_of_rate_sentence,
        remedies.out_of_rate_remedy,
        "warn",
    ),
    Claim(
        "saturated",
        "Saturated where it errs",
        _saturated,
        words.saturated_sentence,
        remedies.saturated_remedy,
        "warn",
        "glorot_2010",
    ),
    Claim(
        "flat",
        "Flat, though an error is left",
        _flat,
        words.flat_sentence,
        "Start from other weights.",
        "warn",
        "glorot_2010",
    ),
    Claim(
        "frozen",
        words.frozen_headline,
        _frozen,
        words.frozen_sentence,
        remedies.frozen_remedy,
        "warn",
        "goldberg_1991",
    ),
    Claim(
        "too early",
        "Too early to tell",
        lambda e: len(e.losses) < 2,
        words.too_early_sentence,
        "Train for another epoch.",
        "neutral",
    ),
    Claim(
        "too early",
        "Learning has begun",
        lambda e: len(e.losses) < _EARLY and _learning(e),
        words.first_fall_sentence,
        "Train for a few more epochs.",
        "neutral",
    ),
    Claim(
        "cycling",
        "Cycling across the kink of L1",
        _swings_about_kink,
        words.kink_sentence,
        remedies.kink_remedy,
        "warn",
    ),
    Claim(
        "rising",
        "Rising: the loss went up",
        _rising,
        words.rising_sentence,
        remedies.smaller_rate,
        "warn",
        lambda e: "" if e.settings.breaks_it("ascent") else _source_of_limit(e),
    ),
    Claim(
        "cycling",
        "Cycling: it goes up and down",
        lambda e: _cycling(e) or _leaps(e),
        words.cycling_sentence,
        remedies.cycling_remedy,
        "warn",
    ),
    Claim(
        "swinging",
        "Swinging, less and less",
        _swinging,
        words.swinging_sentence,
        remedies.swinging_remedy,
        "neutral",
    ),
    Claim(
        "zig-zag",
        "Zig-zag: most steps overshoot",
        _zig_zag,
        words.zig_zag_sentence,
        remedies.zig_zag_remedy,
        "warn",
    ),
    Claim(
        "slow",
        "Slow: the loss hardly falls",
        _slow,
        words.slow_sentence,
        remedies.larger_rate,
        "warn",
    ),
    Claim(
        "level",
        "Level: it hardly falls any more",
        _stalled,
        words.stalled_sentence,
        remedies.level_remedy,
        "warn",
    ),
    Claim(
        "learning",
        "Learning: the loss falls",
        _learning,
        words.learning_sentence,
        remedies.learning_remedy,
        "good",
        lambda e: _ENDLESS if prospects.falls_for_ever(e) else "",
    ),
    Claim(
        "converged",
        "Converged: the least possible loss",
        _at_minimum,
        words.at_minimum_sentence,
        remedies.LOOK,
        "good",
        _source_of_converged,
    ),
    Claim(
        "level",
        "Level: neither falling nor rising",
        lambda e: True,
        words.level_sentence,
        remedies.level_remedy,
        "warn",
    ),
)
"""In the order in which they are checked: what must happen, what is so now, what was seen."""
