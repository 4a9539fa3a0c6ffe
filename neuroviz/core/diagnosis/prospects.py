"""Prospects: what theory tells of how a run goes on, and what its last rows show."""

from __future__ import annotations

import math
from bisect import bisect_left
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
"""Epochs beyond which nothing is predicted."""
_DIGITS = 8
"""Units of the last digit by which a sum of a few terms may be off."""
_MOST_WORK = 2**20
"""Slopes of z above which no minimum is searched for, since the window would wait for it."""
_SOME = 12
"""Losses it takes to say that they turn round again and again."""
_CROSSINGS = 3
"""How often a weight must change its sign before it is said to swing."""
_ALIKE = 1e4
"""Units of the last digit by which twins may differ."""
_ABOUT = 0.05
"""Share of ln 2, or of the loss, that counts as little."""
_HARDLY = 1e-6
"""Share of the greatest curvature, or of the loss, that a negative curvature must exceed to
count."""
_SETTLES = 40.0
"""A velocity that keeps the share r of itself in a step is as good as gone after this many times
1/(1 − r) steps."""


def momentum_of(e: Evidence) -> float:
    """Return the momentum in force; 0 where there is none."""
    return e.hyperparameters.get("momentum", 0.0)


def limit_of(e: Evidence) -> float | None:
    """Return the learning rate above which the run must diverge; None where none is exact."""
    return stable_limit(e.settings, momentum_of(e))


def is_near_limit(e: Evidence) -> bool:
    """Return whether three times the present rate would be above the limit by the curvature here.

    False where the curvature gives no limit.
    """
    method = e.settings.optimizer_entry.quadratic
    try:
        greatest = curvature_at(e.settings, e.newest.parameters).greatest
    except SettingsError:  # so far out that it is not finite
        return False
    limit = None if method is None or greatest is None else method.limit(momentum_of(e)) / greatest
    return limit is not None and 3 * e.newest.learning_rate > limit


def scaling_hint(e: Evidence) -> ScaleHint | None:
    """Return the hint about unscaled inputs where the rate is above what they allow, else None.

    Its bound holds for full batches of plain gradient descent; for anything else there is none.
    """
    hint = hint_for(e.settings) if _is_plain(e) else None
    return hint if hint is not None and e.newest.learning_rate > hint.rate else None


def has_small_input(e: Evidence) -> bool:
    """Return whether an input is so small that a step of its weight changes next to nothing."""
    hint = None if e.settings.breaks else hint_for(e.settings)
    return hint is not None and hint.creeps


def _is_plain(e: Evidence) -> bool:
    """Return whether the run is plain full-batch gradient descent without breaks."""
    return (
        e.settings.optimizer == "sgd" and e.settings.batch_size == "full" and not e.settings.breaks
    )


def falling_rate(e: Evidence) -> float | None:
    """Return a rate up to which no step raises the loss, except at a kink of L1.

    It is None where none is known. The loss of a sigmoid with cross-entropy has its greatest
    curvature where all parameters are 0, and plain gradient descent lowers a loss at rates below 2
    over its greatest curvature. Reference: Nesterov 2004, Introductory Lectures on Convex
    Optimization, 1.2.3.
    """
    bends_most_at_0 = (e.settings.activation, e.settings.loss) == ("sigmoid", "bce")
    if not (_is_plain(e) and bends_most_at_0 and e.settings.parameters.linear):
        return None
    greatest = curvature_at(e.settings, np.zeros_like(e.newest.parameters)).greatest
    return None if greatest is None else 2 / greatest


def swings_about_kink(e: Evidence) -> tuple[int, ...]:
    """Return the indices of the weights that swing across the kink of L1, which holds them at 0.

    Where the rest of the loss pushes a weight by less than λ₁, every gradient leads towards 0, and
    plain gradient descent takes the weight beyond it by less than the learning rate times 2·λ₁,
    however near it was. With mini-batches, whose gradients scatter, their mean is judged. With
    hidden neurons the push on a weight changes with the other weights, so none is named.
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
    """Return whether any weight swings across the kink of L1, whatever pushes it."""
    kinks = penalty_kinks(e.settings) > 0
    weights = e.rows.parameters[:, kinks]
    return bool((sign_changes(weights) >= _CROSSINGS).any())


def errs_on(e: Evidence) -> int:
    """Return how many samples are mistakes of the perceptron's rule, for which z = 0 is one too.

    A z that rounding alone could take to the other side counts as one.
    """
    sides = e.prediction.pre_activation * e.settings.coded_targets
    return int(np.count_nonzero(sides <= _rounding_of_errors(e)))


def passed_without_mistake(e: Evidence) -> bool:
    """Return whether all steps of the last whole epoch, and since, had a gradient of 0."""
    steps = e.settings.steps_per_epoch
    steps += e.newest.step % steps
    return len(e.rows) > steps and not e.rows.grads[-1 - steps : -1].any()


def came_back(e: Evidence) -> int | None:
    """Return the last earlier step with the same parameters before the same samples in order.

    From there on everything repeats for ever. It is None where the last rows show no such step.
    """
    if e.settings.shuffle:
        return None
    rows = e.rows.parameters[-1 :: -e.settings.steps_per_epoch]
    same = np.flatnonzero((rows[1:] == rows[0]).all(axis=1))
    return e.newest.step - int(same[0] + 1) * e.settings.steps_per_epoch if len(same) else None


def most_mistakes_of(e: Evidence) -> int | None:
    """Return the most mistakes that the perceptron's rule can make.

    It is None where no bound is known, and where the rate was changed on the way.
    """
    return None if e.since else most_mistakes(e.settings)


def sign_changes(values: Floats) -> Ints:
    """Return how often each column of values (n, …) changes its sign."""
    signs = np.sign(values)  # products of huge or tiny numbers would lose their sign
    return np.count_nonzero(signs[1:] * signs[:-1] < 0, axis=0)


def least_known(e: Evidence) -> float | None:
    """Return the least possible loss; None where it is not known.

    It is known where the run descends, the data are small, and the loss is convex and has a
    minimum.
    """
    if e.settings.breaks_it("ascent"):
        return None
    if is_quadratic(e.settings):
        return least_loss(e.settings)
    small = e.settings.design.size * e.settings.outputs**2 <= _MOST_WORK
    return least_convex_loss(e.settings) if small else None


def has_arrived(e: Evidence) -> bool:
    """Return whether the loss is as good as the least possible one.

    It may exceed that by a millionth of it, or by a billionth of the first loss.
    """
    least = least_known(e)
    return least is not None and e.loss - least <= max(1e-6 * least, 1e-9 * e.first_loss)


def out_of_reach(e: Evidence) -> float:
    """Return the part of the loss that no weights can remove.

    It is the mean loss of outputs as near to the targets as the activation can bring them.
    """
    targets = e.settings.coded_targets
    nearest = np.clip(targets, *e.settings.activation_entry.output_range)
    losses = e.settings.loss_entry.value(
        torch.from_numpy(nearest), torch.from_numpy(np.array(targets))
    )
    return float(losses.mean())


def is_endless(e: Evidence) -> bool:
    """Return whether every sample is right and larger weights always have a lower loss."""
    if e.wrong != 0 or e.hyperparameters.get("weight_decay"):
        return False
    return bool(no_finite_best(e.settings, e.newest.parameters))


def falls_for_ever(e: Evidence) -> bool:
    """Return whether larger weights always have a lower loss, and the loss is not yet 0."""
    return e.loss > 0 and is_endless(e)


def keeps_velocity(e: Evidence) -> bool:
    """Return whether the optimizer keeps a velocity, so that a falling loss can swing."""
    return momentum_of(e) > 0 or e.hyperparameters.get("beta1", 0.0) > 0


def swings_die_away(e: Evidence) -> bool:
    """Return whether the swings of a momentum must die away: all its rates are below the limit."""
    limit = limit_of(e)
    return momentum_of(e) > 0 and limit is not None and rates_to_come(e)[1] < limit


def rates_to_come(e: Evidence) -> tuple[float, float]:
    """Return the least and the greatest learning rate of the steps to come, without edits."""
    epoch = e.newest.step // e.settings.steps_per_epoch
    low, high = e.settings.schedule_entry.range_from(epoch, e.hyperparameters)
    base = e.hyperparameters["learning_rate"]
    return base * low, base * high


def grows_for_ever(e: Evidence) -> bool:
    """Return whether the loss must grow without end at the rates to come."""
    return must_grow(e.settings, rates_to_come(e)[0], momentum_of(e)) and not _is_spared(e)


def _is_spared(e: Evidence) -> bool:
    """Return whether the error that would grow is absent, or too small to change a digit."""
    no_slope = not e.epoch_grads.any()
    if limit_of(e) is None:
        return is_stuck(e) or no_slope
    if is_stuck(e) and no_slope:  # in float32 a gradient can be 0 one digit off the minimum
        return True
    method = e.settings.optimizer_entry.quadratic
    assert method is not None  # or there would be no limit
    rate = e.newest.learning_rate
    curvatures = quadratic_factors(e.settings).scales ** 2
    with np.errstate(over="ignore", invalid="ignore"):
        moves = rate * np.abs(curvatures * errors_along(e.settings, e.newest.parameters))
        growing = rate * curvatures > method.limit(momentum_of(e))
    digit = _epsilon(e) * float(np.abs(e.newest.parameters).max())
    return not bool((growing & (moves > digit)).any())


def epoch_below(e: Evidence, rate: float) -> int | None:
    """Return the first epoch to come at which the schedule brings the rate down to ``rate``.

    It is None if the schedule never does.
    """
    factor = e.settings.schedule_entry.factor
    share = rate / e.hyperparameters["learning_rate"]
    first = e.newest.step // e.settings.steps_per_epoch + 1
    ahead = bisect_left(
        range(_FAR), True, key=lambda epochs: factor(first + epochs, e.hyperparameters) <= share
    )
    return first + ahead if ahead < _FAR else None


def stays_dead(e: Evidence) -> bool:
    """Return whether outputs whose gradient is 0 at every sample can never come back by themselves.

    With hidden neurons, whose weights move the outputs' inputs, that is known only where nothing
    moves.
    """
    if not e.settings.hidden:
        return all(map(_stays_below, repeat(e), *_outputs(e)))
    moved = e.settings.penalties or e.hyperparameters.get("weight_decay")
    return not (moved or _coasting(e).any())


def dead_units(e: Evidence) -> tuple[int, ...]:
    """Return the indices of the hidden neurons that no sample reaches or ever will.

    Their z is 0 or less for every sample, where the output and the gradient of ReLU are 0.
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
    """Return the indices of the outputs, of several targets, that are dead though they err.

    Their z is 0 or less for every sample, so ReLU gives 0, which is wrong for some, and nothing
    brings them back. With hidden neurons that is not known, since what the other outputs send back
    may move them.
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
    """Return z of each output, (K, N), and the indices of its parameters in θ."""
    count = e.settings.outputs
    z = e.prediction.pre_activation.reshape(-1, count).T
    return z, [e.settings.parameters.of_output(index) for index in range(count)]


def _is_pushed(e: Evidence, own: list[int]) -> bool:
    """Return whether a sum of gradients still moves any of these parameters."""
    return e.settings.breaks_it("no_zero_grad") and bool(e.newest.grad[own].any())


def twins(e: Evidence) -> tuple[tuple[int, ...], bool]:
    """Return the indices of the hidden neurons that are equal, and whether to the last bit.

    It is the largest such group, and empty where all neurons differ. Twins have the same
    parameters, weights to the outputs, gradients and optimizer state: by symmetry only rounding can
    part them. The order in which a sum is taken can differ between them, and with it the last bit,
    so neurons that began as equals may differ by some last digits.
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
    told = 2  # parameters and gradients: the optimizer's state may differ in last digits
    return most, all((units[unit][:told] == units[most[0]][:told]).all() for unit in most)


def undecided(e: Evidence) -> int:
    """Return how many samples have an output of about ½ and make nearly all of the loss.

    With cross-entropy each of them costs about ln 2. The number is 0 where there are none, or where
    another sample costs a tenth of that, or a penalty something.
    """
    if (e.settings.activation, e.settings.loss) != ("sigmoid", "bce") or e.settings.independent:
        return 0
    losses = e.prediction.losses
    costs = losses / math.log(2)
    halves = np.abs(costs - 1) < _ABOUT
    level = math.log(2) * float(halves.mean())
    off = max(float(costs[~halves].max(initial=0.0)), abs(e.loss / level - 1) if level else 1.0)
    return int(halves.sum()) if off < 2 * _ABOUT else 0


def negatives(e: Evidence) -> int:
    """Return how many curvatures are below 0 here.

    They count as 0 where they are negligible beside the greatest curvature or the loss, or not
    finite.
    """
    try:
        curvature = curvature_at(e.settings, e.newest.parameters)
    except SettingsError:
        return 0
    sizes = curvature.curvatures
    bends = len(sizes) > 0 and sizes[0] < -_HARDLY * max(np.abs(sizes).max(), e.loss)
    return curvature.negatives if bends else 0


def _stays_below(e: Evidence, z: Floats, own: list[int]) -> bool:
    """Return whether no z (N,) of a neuron without a gradient can rise above 0.

    All of them are 0 or less. With no gradient of the samples, only a velocity, weight decay and
    the penalties move the weights. A velocity takes them no farther than its geometric series, and
    weight decay shrinks every z towards 0 without a change of sign. L2 with plain gradient descent
    takes z to the bias on a straight line; for other penalties and optimizers nothing is known.

    Parameters
    ----------
    own
        Indices of the neuron's parameters in θ, its bias last.
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


def divides_by_0(e: Evidence) -> bool:
    """Return whether a run was stopped by ε = 0, where no squared gradient is above 0 yet."""
    values = e.hyperparameters
    if e.stopped is None or e.stopped.what != "parameters" or values.get("eps") != 0:
        return False
    kept = values.get("beta2", values.get("alpha", 1.0))
    squares = kept * e.newest.state[-1] + np.square(e.newest.grad)
    return bool((squares == 0).any())


def _kept_share(e: Evidence) -> float:
    """Return the share of its velocity that a step without a gradient keeps."""
    values = e.hyperparameters
    if "beta1" in values:
        return values["beta1"] / math.sqrt(values["beta2"]) if values["beta2"] else math.inf
    return momentum_of(e)


def _coasting(e: Evidence) -> Floats:
    """Return how far each parameter (P,) can still move without a gradient.

    It is ∞ where no bound is known.
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
    # Adam's bias corrections: the mean is divided by 1 − β₁ᵗ. The root is divided too, which only
    # makes the step smaller and is left out.
    step = e.newest.step + 1
    mean = np.abs(carried) / (1 - e.hyperparameters["beta1"] ** step)
    root = np.sqrt(e.newest.state[names.index("mean_square")]) + e.hyperparameters["eps"]
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(carried != 0, rate * mean / root, 0.0)
    return first * kept / (1 - kept)


# --- what the last rows show ----------------------------------------------------------------------


def swings(e: Evidence) -> bool:
    """Return whether the loss may go up on its way down.

    It does by a velocity, or by steps to and fro across the minimum.
    """
    if keeps_velocity(e) and not e.settings.breaks_it("no_zero_grad"):
        return True
    # With mini-batches it turns by chance.
    if e.settings.batch_size != "full" or len(e.losses) < _SOME:
        return False
    return bool(sign_changes(np.diff(e.losses)) > len(e.losses) / 3)


def stays_at_rest(e: Evidence) -> bool:
    """Return whether a gradient as good as 0 stays so for as long again and 200 epochs more.

    A vanishing divisor can end that. RMSprop and Adam forget past gradients; while these stay near
    0, the divisor shrinks until the steps made of even the smallest gradient overshoot, as those of
    plain gradient descent do above 2/λmax.
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
    """Return whether the last epoch changed no digit of parameters and optimizer state."""
    steps = e.settings.steps_per_epoch
    if len(e.rows) <= steps:
        return False
    width = e.recent.width
    last = e.rows.numbers[-1 - steps :]
    state = last[:, 2 * width :]
    return bool((last[:, :width] == last[0, :width]).all() and (state == state[0]).all())


def rounding_of_grad(e: Evidence) -> float:
    """Return the greatest gradient that the rounding of ŷ − y alone can make.

    It is 0 where the gradient is not made of ŷ − y.
    """
    known = is_quadratic(e.settings) or e.settings.fused is not None
    if not (e.settings.parameters.linear and known):
        return 0.0
    own = (np.abs(e.settings.design) * _rounding_of_errors(e)[:, None]).mean(axis=0)
    added = _DIGITS * _epsilon(e) * np.abs(penalty_gradient(e.settings, e.newest.parameters))
    return float((own + added).max())


def rests_at_rounding(e: Evidence) -> bool:
    """Return whether a quadratic loss is the least possible, but for rounding."""
    if not is_quadratic(e.settings) or not len(e.losses):
        return False
    own = _DIGITS * _epsilon(e) * e.loss
    return e.loss - least_loss(e.settings) <= own + float(np.square(_rounding_of_errors(e)).mean())


def _rounding_of_errors(e: Evidence) -> Floats:
    """Return how far each ŷ − y can be off by rounding: (N,), or (N·K,) for K targets.

    That is some last digits of the terms that cancel in it.
    """
    outputs = np.abs(e.prediction.output)
    if e.settings.activation == "identity":
        outputs = np.abs(flat_slopes(e.settings)) @ np.abs(e.newest.parameters)
    return _DIGITS * _epsilon(e) * (outputs + np.abs(e.settings.coded_targets).ravel())


def excesses(e: Evidence) -> Floats:
    """Return how far the losses are above the least possible one.

    They are those since the present values came into force. Where the loss is not quadratic, the
    least one is taken as 0.
    """
    return e.losses - (least_loss(e.settings) if is_quadratic(e.settings) else 0.0)


def pace(e: Evidence) -> float:
    """Return by what share the error shrank in an epoch, averaged over the losses; 0 if it grew.

    The error is the root of the loss above the least possible one. Where the loss is not quadratic,
    that is not known; the gradient, which shrinks with the error, is then looked at too, and the
    faster of the two counts.
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
    """Return in how many of the last steps the gradient turned round, and the number of steps.

    It turned round where its product with the gradient before is negative.
    """
    grads = e.rows.grads[-count:]
    scale = np.abs(grads).max(initial=0.0) or 1.0
    turned = ((grads[1:] / scale) * (grads[:-1] / scale)).sum(axis=1) < 0
    return int(turned.sum()), len(turned)


def ruler_here(e: Evidence) -> Ruler | None:
    """Return the marks of the learning rate here; None where the curvature is not finite."""
    try:
        curvature = curvature_at(e.settings, e.newest.parameters)
        return ruler_of(e.settings, curvature, e.newest.parameters)
    except SettingsError:
        return None


def _epsilon(e: Evidence) -> float:
    return float(np.finfo(e.settings.precision).eps)
