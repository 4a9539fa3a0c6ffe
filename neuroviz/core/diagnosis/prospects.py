"""Prospects: what theory knows of how a run goes on, and what its last rows show by themselves."""

from __future__ import annotations

import math
from itertools import repeat

import numpy as np

from neuroviz.core.anatomy.unit import hidden_outputs
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.curvature.growth import must_grow
from neuroviz.core.curvature.hessian import (
    curvature_at,
    flat_slopes,
    is_quadratic,
    quadratic_factors,
    stable_limit,
)
from neuroviz.core.curvature.quadratic import errors_along, least_loss
from neuroviz.core.curvature.rate_ruler import Ruler, ruler_of
from neuroviz.core.curvature.scale_hint import ScaleHint, hint_for
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.landscape.minimum import least_convex_loss
from neuroviz.core.lazy import torch
from neuroviz.core.model.penalty import penalty_bend, penalty_gradient, penalty_kinks
from neuroviz.core.model.separability import most_mistakes, no_finite_best, starts_at_zero
from neuroviz.core.types import Floats, Ints

_FAR = 2**40
"""Epochs beyond which nothing is foreseen."""
_DIGITS = 8
"""Last digits that a sum of some terms may be off by."""
_MOST_WORK = 2**20
"""Slopes of z above which no minimum is looked for: the window would wait for it."""
_SOME = 12
"""Losses that must have been seen to say that they turn round again and again."""
_CROSSINGS = 3
"""How often a weight has to change its sign before it is said to swing."""
_ALIKE = 1e4
"""Last digits that twins may differ by."""
_ABOUT = 0.05
"""Share of ln 2, or of the loss, that counts as little."""
_HARDLY = 1e-6
"""Share of the greatest curvature, or of the loss, below which one below 0 is as good as none."""
_SETTLES = 40.0
"""A velocity that keeps the share r of itself is as good as gone after so many times 1/(1 − r)
steps."""


def momentum_of(e: Evidence) -> float:
    """Return the momentum in force; 0 where there is none."""
    return e.hyperparameters.get("momentum", 0.0)


def limit_of(e: Evidence) -> float | None:
    """Return the learning rate above which the run must diverge, where there is an exact one."""
    return stable_limit(e.settings, momentum_of(e))


def is_near_limit(e: Evidence) -> bool:
    """Return whether three times the rate in force would overshoot by the curvature here.

    Where that tells.
    """
    method = e.settings.optimizer_entry.quadratic
    try:
        greatest = curvature_at(e.settings, e.newest.parameters).greatest
    except SettingsError:  # so far out that it is not finite
        return False
    limit = None if method is None or greatest is None else method.limit(momentum_of(e)) / greatest
    return limit is not None and 3 * e.newest.learning_rate > limit


def scaling_hint(e: Evidence) -> ScaleHint | None:
    """Return what the sizes of the inputs do to the rate.

    Where the one in force is above what they allow. The bound holds for full batches of plain
    gradient descent; with anything else nothing is returned.
    """
    hint = hint_for(e.settings) if _is_plain(e) else None
    return hint if hint is not None and e.newest.learning_rate > hint.rate else None


def _is_plain(e: Evidence) -> bool:
    """Return whether full batches go down the gradient, and nothing else moves the parameters."""
    return (
        e.settings.optimizer == "sgd" and e.settings.batch_size == "full" and not e.settings.breaks
    )


def falling_rate(e: Evidence) -> float | None:
    """Return a rate at and below which no step raises the loss, but at a kink of L1.

    None where none is known. A sigmoid with cross-entropy bends nowhere more than with all
    parameters 0, and plain descent falls at rates below 2 over the greatest curvature that there
    is. Reference: Nesterov 2004, Introductory Lectures on Convex Optimization, 1.2.3.
    """
    bends_most_at_0 = (e.settings.activation, e.settings.loss) == ("sigmoid", "bce")
    if not (_is_plain(e) and bends_most_at_0 and e.settings.parameters.linear):
        return None
    greatest = curvature_at(e.settings, np.zeros_like(e.newest.parameters)).greatest
    return None if greatest is None else 2 / greatest


def swings_about_kink(e: Evidence) -> tuple[int, ...]:
    """Return the indices of the weights that go to and fro across the kink of L1.

    It holds them at 0. Where the rest of the loss pushes a weight by less than λ₁, every gradient
    leads towards 0, and plain descent beyond it, however near the weight was, by less than twice
    the learning rate times λ₁. Of mini-batches, whose gradients scatter, it is their mean that
    does. With hidden neurons what pushes a weight changes with the others: none is told.
    """
    held = penalty_kinks(e.settings)
    if not held.any() or e.settings.breaks or not e.settings.parameters.linear:
        return ()
    weights = e.rows.parameters
    pushes = e.rows.grads - held * np.sign(weights)
    if e.settings.batch_size != "full":
        pushes = pushes.mean(axis=0, keepdims=True)
    to_and_fro = sign_changes(weights) >= _CROSSINGS
    weak = np.abs(pushes).max(axis=0, initial=0.0) < held
    return tuple(np.flatnonzero(to_and_fro & weak).tolist())


def crosses_kink(e: Evidence) -> bool:
    """Return whether a weight goes to and fro across the kink of L1, whatever pushes it."""
    kinks = penalty_kinks(e.settings) > 0
    weights = e.rows.parameters[:, kinks]
    return bool((sign_changes(weights) >= _CROSSINGS).any())


def errs_on(e: Evidence) -> int:
    """Return how many samples are mistakes of the perceptron's rule: z = 0 is one.

    By rounding alone z can be on the other side of it.
    """
    sides = e.prediction.pre_activation * e.settings.coded_targets
    return int(np.count_nonzero(sides <= _rounding_of_errors(e)))


def passed_without_mistake(e: Evidence) -> bool:
    """Return whether no step of the last whole epoch, nor any since, had a gradient."""
    steps = e.settings.steps_per_epoch
    steps += e.newest.step % steps
    return len(e.rows) > steps and not e.rows.grads[-1 - steps : -1].any()


def came_back(e: Evidence) -> int | None:
    """Return the last step before at which the same samples in their order met these parameters.

    None where the last rows show none. From there on all comes again, for ever.
    """
    if e.settings.shuffle:
        return None
    rows = e.rows.parameters[-1 :: -e.settings.steps_per_epoch]
    same = np.flatnonzero((rows[1:] == rows[0]).all(axis=1))
    return e.newest.step - int(same[0] + 1) * e.settings.steps_per_epoch if len(same) else None


def most_mistakes_of(e: Evidence) -> int | None:
    """Return how many mistakes the perceptron's rule makes at most.

    None where that is not known, and where its rate was changed on the way.
    """
    return None if e.since else most_mistakes(e.settings)


def sign_changes(values: Floats) -> Ints:
    """Return how often each column of values (n, …) goes from one sign to the other."""
    signs = np.sign(values)  # products of what is huge, or tiny, have no sign of their own
    return np.count_nonzero(signs[1:] * signs[:-1] < 0, axis=0)


def least_known(e: Evidence) -> float | None:
    """Return the least loss there can be.

    Where the run goes down, the loss is convex, has a minimum, and the data are small.
    """
    if e.settings.breaks_it("ascent"):
        return None
    if is_quadratic(e.settings):
        return least_loss(e.settings)
    small = e.settings.design.size * e.settings.outputs**2 <= _MOST_WORK
    return least_convex_loss(e.settings) if small else None


def has_arrived(e: Evidence) -> bool:
    """Return whether the loss is the least there is.

    To a millionth of it or to a billionth of the first loss.
    """
    least = least_known(e)
    return least is not None and e.loss - least <= max(1e-6 * least, 1e-9 * e.first_loss)


def out_of_reach(e: Evidence) -> float:
    """Return the share of the loss that no weights take away.

    Since the activation cannot give some targets.
    """
    targets = e.settings.coded_targets
    nearest = np.clip(targets, *e.settings.activation_entry.output_range)
    losses = e.settings.loss_entry.value(
        torch.from_numpy(nearest), torch.from_numpy(np.array(targets))
    )
    return float(losses.mean())


def is_endless(e: Evidence) -> bool:
    """Return whether every row is right, and some larger weights always have a lower loss."""
    if e.wrong != 0 or e.hyperparameters.get("weight_decay"):
        return False
    return bool(no_finite_best(e.settings, e.newest.parameters))


def falls_for_ever(e: Evidence) -> bool:
    """Return whether such weights have a loss that can be told from the one here: not from 0."""
    return e.loss > 0 and is_endless(e)


def keeps_velocity(e: Evidence) -> bool:
    """Return whether steps carry on what those before them did.

    So that a loss can swing on its way down.
    """
    return momentum_of(e) > 0 or e.hyperparameters.get("beta1", 0.0) > 0


def swings_die_away(e: Evidence) -> bool:
    """Return whether the swings of a velocity must become smaller in the end: below the limit."""
    limit = limit_of(e)
    return momentum_of(e) > 0 and limit is not None and rates_to_come(e)[1] < limit


def rates_to_come(e: Evidence) -> tuple[float, float]:
    """Return the least and the greatest learning rate of the steps to come.

    If nothing is edited.
    """
    epoch = e.newest.step // e.settings.steps_per_epoch
    low, high = e.settings.schedule_entry.range_from(epoch, e.hyperparameters)
    base = e.hyperparameters["learning_rate"]
    return base * low, base * high


def grows_for_ever(e: Evidence) -> bool:
    """Return whether the loss must grow without end, by the rates to come."""
    return must_grow(e.settings, rates_to_come(e)[0], momentum_of(e)) and not _is_spared(e)


def _is_spared(e: Evidence) -> bool:
    """Return whether what would grow is missing or too small.

    The next step would change no digit.
    """
    no_slope = not e.epoch_grads.any()
    if limit_of(e) is None:
        return is_stuck(e) or no_slope
    if is_stuck(e) and no_slope:  # in float32 a gradient can be 0 a digit beside the minimum
        return True
    method = e.settings.optimizer_entry.quadratic
    assert method is not None  # or there were no limit
    rate = e.newest.learning_rate
    curvatures = quadratic_factors(e.settings).scales ** 2
    with np.errstate(over="ignore", invalid="ignore"):
        moves = rate * np.abs(curvatures * errors_along(e.settings, e.newest.parameters))
        growing = rate * curvatures > method.limit(momentum_of(e))
    digit = _epsilon(e) * float(np.abs(e.newest.parameters).max())
    return not bool((growing & (moves > digit)).any())


def epoch_below(e: Evidence, rate: float) -> int | None:
    """Return the first epoch to come at which a falling schedule has come down to a rate.

    None if it never does.
    """
    factor = e.settings.schedule_entry.factor
    share = rate / e.hyperparameters["learning_rate"]
    first = e.newest.step // e.settings.steps_per_epoch
    ahead = 1
    while factor(first + ahead, e.hyperparameters) > share:
        ahead *= 2
        if ahead > _FAR:
            return None
    low = first + ahead // 2
    high = first + ahead
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if factor(middle, e.hyperparameters) > share else (low, middle)
    return high


def stays_dead(e: Evidence) -> bool:
    """Return whether a neuron whose gradient is 0 at every sample can never come back by itself.

    With hidden neurons, whose weights move its inputs, that is known where nothing moves at all.
    """
    if not e.settings.hidden:
        return all(map(_stays_below, repeat(e), *_outputs(e)))
    moved = e.settings.penalties or e.hyperparameters.get("weight_decay")
    return not (moved or _coasting(e).any())


def dead_units(e: Evidence) -> tuple[int, ...]:
    """Return the indices of hidden neurons that no sample reaches, nor ever will by itself.

    Their z is 0 or less for every sample, where ReLU passes nothing on and nothing back.
    """
    row = e.settings.hidden_activation_entry
    if row is None or not row.dies:
        return ()
    outputs = hidden_outputs(e.settings, e.newest.parameters)
    return tuple(
        unit
        for unit in range(e.settings.hidden)
        if not outputs[:, unit].any()
        and not _is_pushed(e, own := e.settings.parameters.of_unit(unit))
        and _stays_below(e, e.settings.design @ e.newest.parameters[own], own)
    )


def dead_outputs(e: Evidence) -> tuple[int, ...]:
    """Return the indices of those of several targets that no sample reaches the output of.

    Though 0, which ReLU then says, is wrong for some, and nothing brings it back. With hidden
    neurons that is not known: they may be moved by what the other outputs send back.
    """
    if not (e.settings.independent and e.settings.activation_entry.dies) or e.settings.hidden:
        return ()
    return tuple(
        index
        for index, (z, own) in enumerate(zip(*_outputs(e), strict=True))
        if e.settings.coded_targets[:, index].any()
        and not e.prediction.slope[:, index].any()
        and not _is_pushed(e, own)
        and _stays_below(e, z, own)
    )


def _outputs(e: Evidence) -> tuple[Floats, list[list[int]]]:
    """Return z of each output, (K, N), and where in θ its parameters are."""
    count = e.settings.outputs
    z = e.prediction.pre_activation.reshape(-1, count).T
    return z, [e.settings.parameters.of_output(index) for index in range(count)]


def _is_pushed(e: Evidence, own: list[int]) -> bool:
    """Return whether a sum of gradients still moves some parameters."""
    return e.settings.breaks_it("no_zero_grad") and bool(e.newest.grad[own].any())


def twins(e: Evidence) -> tuple[tuple[int, ...], bool]:
    """Return the indices of hidden neurons that are equal, and whether they are to the last bit.

    The most there are; none where all are different. They have the same parameters, weights to the
    output, gradients and state of the optimizer: by symmetry nothing but rounding parts them. In
    what order a sum is worked out can differ from one to the other, and then its last bit: of those
    that began as equals some digits may differ.
    """
    shape = e.settings.parameters
    row = e.newest
    numbers = np.vstack((row.parameters, row.grad, *row.state))
    outs = [shape.of_unit(shape.hidden + index) for index in range(shape.outputs)]
    units = [
        numbers[:, [*shape.of_unit(unit), *(out[unit] for out in outs)]]
        for unit in range(shape.hidden)
    ]
    most: tuple[int, ...] = ()
    began_equal = e.settings.breaks_it("equal_start") or starts_at_zero(e.settings)
    slack = _ALIKE * _epsilon(e) * np.abs(units).max(initial=0.0) if began_equal else 0.0
    for first in units:
        near = [np.abs(other - first).max() <= slack for other in units]
        most = max(most, tuple(np.flatnonzero(near).tolist()), key=len)
    if len(most) < 2:
        return (), False
    told = 2  # parameters and gradients: an optimizer may have last digits of its own
    return most, all((units[unit][:told] == units[most[0]][:told]).all() for unit in most)


def undecided(e: Evidence) -> int:
    """Return of how many samples the output is about ½, which make nearly all of the loss.

    0 where there are none, or others cost, too, or a penalty. With cross-entropy each costs about
    ln 2.
    """
    if (e.settings.activation, e.settings.loss) != ("sigmoid", "bce") or e.settings.independent:
        return 0
    losses = e.prediction.losses
    halves = np.abs(losses / math.log(2) - 1) < _ABOUT
    level = math.log(2) * float(halves.mean())
    others = float(losses[~halves].sum()) / len(losses)
    return int(halves.sum()) if max(others, abs(e.loss - level)) < 2 * _ABOUT * level else 0


def negatives(e: Evidence) -> int:
    """Return how many curvatures here are below 0.

    0 where they are hardly so, beside the greatest one or the loss, or not finite.
    """
    try:
        curvature = curvature_at(e.settings, e.newest.parameters)
    except SettingsError:
        return 0
    sizes = curvature.curvatures
    bends = len(sizes) > 0 and sizes[0] < -_HARDLY * max(np.abs(sizes).max(), e.loss)
    return curvature.negatives if bends else 0


def _stays_below(e: Evidence, z: Floats, own: list[int]) -> bool:
    """Return whether no z (N,), all 0 or less, of a neuron without a gradient comes above 0.

    With no gradient of the samples only a velocity, weight decay and the penalties move the
    weights. The first goes no further than its geometric series, the second shrinks every z towards
    0 without a change of sign. L2 brings z to the bias, by plain descent on a straight way; of
    other penalties and optimizers nothing is known.

    Parameters
    ----------
    own
        Where in θ those of the neuron are, its bias last.
    """
    if e.settings.penalties:
        straight = rates_to_come(e)[1] * penalty_bend(e.settings) <= 1
        plain = e.settings.optimizer == "sgd" and not penalty_kinks(e.settings).any()
        below = float(e.newest.parameters[own[-1]]) <= 0
        return plain and straight and not e.settings.breaks and below
    reach = np.abs(e.settings.design) @ _coasting(e)[own]
    decay = rates_to_come(e)[1] * e.hyperparameters.get("weight_decay", 0.0)
    if not reach.any():
        return decay <= 1
    kept = _kept_share(e)
    if decay * _SETTLES > 0.5 * (1 - kept):
        return False
    return bool((z + (2 if decay else 1) * reach <= 0).all())


def _kept_share(e: Evidence) -> float:
    """Return what share of its velocity a step without a gradient keeps."""
    values = e.hyperparameters
    if "beta1" in values:
        return values["beta1"] / math.sqrt(values["beta2"]) if values["beta2"] else math.inf
    return momentum_of(e)


def _coasting(e: Evidence) -> Floats:
    """Return how far each parameter (P,) can still move without any gradient.

    ∞ where no bound is known.
    """
    names = list(e.settings.optimizer_entry.state)
    if "velocity" not in names and "mean" not in names:
        return np.zeros_like(e.newest.parameters)
    kept = _kept_share(e)
    carried = e.newest.state[names.index("velocity" if "velocity" in names else "mean")]
    if not carried.any() or kept == 0:
        return np.zeros_like(carried)
    if kept >= 1:
        return np.where(carried != 0, np.inf, 0.0)
    rate = rates_to_come(e)[1]
    if "velocity" in names:
        return rate * np.abs(carried) * kept / (1 - kept)
    # Adam's corrections: the mean is divided by 1 − β₁ᵗ,
    # and its root by no less than that of the sum of squares.
    step = e.newest.step + 1
    mean = np.abs(carried) / (1 - e.hyperparameters["beta1"] ** step)
    root = np.sqrt(e.newest.state[names.index("mean_square")]) + e.hyperparameters["eps"]
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(carried != 0, rate * mean / root, 0.0)
    return first * kept / (1 - kept)


# --- what the last rows show ----------------------------------------------------------------------


def swings(e: Evidence) -> bool:
    """Return whether a loss goes up on its way down.

    By a velocity, or by steps to and fro across the minimum.
    """
    if keeps_velocity(e) and not e.settings.breaks_it("no_zero_grad"):
        return True
    # Of batches it is chance that turns it.
    if e.settings.batch_size != "full" or len(e.losses) < _SOME:
        return False
    return bool(sign_changes(np.diff(e.losses)) > len(e.losses) / 3)


def stays_at_rest(e: Evidence) -> bool:
    """Return whether a gradient as good as 0 stays so for as long again.

    A vanishing divisor ends that. RMSprop and Adam forget the gradients that were. While these stay
    near 0 the divisor shrinks, until the steps that it makes of the smallest gradient overshoot, as
    those of plain descent do above 2/λmax.
    """
    names = list(e.settings.optimizer_entry.state)
    if "mean_square" not in names:
        return True
    forget = e.hyperparameters.get("beta2", e.hyperparameters.get("alpha", 0.0))
    to_come = e.newest.step + 200 * e.settings.steps_per_epoch
    roots = np.sqrt(e.newest.state[names.index("mean_square")]) * forget ** (to_come / 2)
    divisor = float(roots.min()) + e.hyperparameters["eps"]
    greatest = curvature_at(e.settings, e.newest.parameters).greatest
    return greatest is not None and divisor > 0 and rates_to_come(e)[1] * greatest < 2 * divisor


def is_stuck(e: Evidence) -> bool:
    """Return whether the last epoch changed no digit of the parameters.

    The optimizer's state is as it was, too.
    """
    steps = e.settings.steps_per_epoch
    if len(e.rows) <= steps:
        return False
    width = e.recent.width
    last = e.rows.numbers[-1 - steps :]
    state = last[:, 2 * width :]
    return bool((last[:, :width] == last[0, :width]).all() and (state == state[0]).all())


def rounding_of_grad(e: Evidence) -> float:
    """Return the size of a gradient that is nothing but the rounding of ŷ − y.

    0 where it is not made of it.
    """
    known = is_quadratic(e.settings) or e.settings.fused is not None
    if not (e.settings.parameters.linear and known):
        return 0.0
    own = (np.abs(e.settings.design) * _rounding_of_errors(e)[:, None]).mean(axis=0)
    added = _DIGITS * _epsilon(e) * np.abs(penalty_gradient(e.settings, e.newest.parameters))
    return float((own + added).max())


def rests_at_rounding(e: Evidence) -> bool:
    """Return whether a quadratic loss is the least there is.

    It may be more by the rounding of ŷ − y and its own.
    """
    if not is_quadratic(e.settings) or not len(e.losses):
        return False
    own = _DIGITS * _epsilon(e) * e.loss
    return e.loss - least_loss(e.settings) <= own + float(np.square(_rounding_of_errors(e)).mean())


def _rounding_of_errors(e: Evidence) -> Floats:
    """Return how far each ŷ − y, (N·K,) with K targets, can be off by rounding.

    Some last digits of the terms that cancel.
    """
    outputs = np.abs(e.prediction.output)
    if e.settings.activation == "identity":
        outputs = np.abs(flat_slopes(e.settings)) @ np.abs(e.newest.parameters)
    return _DIGITS * _epsilon(e) * (outputs + np.abs(e.settings.coded_targets).ravel())


def excesses(e: Evidence) -> Floats:
    """Return the losses since what is in force was set.

    Above the least there can be as far as that is known.
    """
    return e.losses - (least_loss(e.settings) if is_quadratic(e.settings) else 0.0)


def pace(e: Evidence) -> float:
    """Return by what share the error shrank in an epoch, averaged over the losses that count.

    0 where it did not. The error is the root of the loss above the least one. Off a quadratic loss
    that least one is not known: there the gradient, which shrinks with the error, tells as well,
    and the faster of the two counts.
    """
    epochs = float(e.epochs[-1] - e.epochs[0]) if len(e.epochs) else 0.0
    if epochs == 0:
        return 0.0
    above = excesses(e)
    by_loss = _logarithm(above[0], above[-1]) / (2 * epochs)
    if is_quadratic(e.settings) or e.settings.batch_size != "full" or len(e.rows) < 2:
        return max(0.0, by_loss)
    first, last = (float(np.linalg.norm(grad)) for grad in e.rows.grads[[0, -1]])
    return max(0.0, by_loss, _logarithm(first, last) / (len(e.rows) - 1))


def _logarithm(first: float, last: float) -> float:
    if first <= 0:
        return 0.0
    return math.log(first / last) if last > 0 else math.inf


def turns(e: Evidence, count: int) -> tuple[int, int]:
    """Return for how many of the last steps the gradient turned round.

    The second number is how many steps there were.
    """
    grads = e.rows.grads[-count:]
    scale = np.abs(grads).max(initial=0.0) or 1.0
    turned = ((grads[1:] / scale) * (grads[:-1] / scale)).sum(axis=1) < 0
    return int(turned.sum()), len(turned)


def ruler_here(e: Evidence) -> Ruler | None:
    """Return the marks of the learning rate where the run is.

    None where the curvature is not finite.
    """
    try:
        curvature = curvature_at(e.settings, e.newest.parameters)
        return ruler_of(e.settings, curvature, e.newest.parameters)
    except SettingsError:
        return None


def _epsilon(e: Evidence) -> float:
    return float(np.finfo(e.settings.precision).eps)
