"""Where one state ends and the next begins.

Both sides of every threshold, on evidence made by hand.
"""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import stable_limit
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.block import RowBlock

LINEAR = {"activation": "identity", "loss": "mse"}


def known(
    losses,
    grads=None,
    theta=None,
    first_loss=1.0,
    rate=1.0,
    last_step=1000,
    drift=1e-10,
    **choices,
):
    """Return evidence of a run with these last losses and gradients, a row for each gradient.

    Its parameters drift by so much a step, by which it is at rest but for the last digits.
    """
    settings = Settings(**choices)
    width = settings.dataset.width + 1
    losses = np.array(losses, dtype=float)
    grads = np.full((len(losses), width), 0.1) if grads is None else np.array(grads, dtype=float)
    theta = np.full(width, 0.1) if theta is None else np.array(theta, dtype=float)
    count, per_epoch = len(grads), settings.steps_per_epoch
    numbers = np.hstack((theta - drift * np.arange(count)[::-1, None], grads))
    shown = np.full(count, losses[-1])
    recent = RowBlock(
        last_step - count + 1, per_epoch, width, shown, shown, np.full(count, rate), numbers
    )
    steps = last_step - per_epoch * np.arange(len(losses))[::-1].astype(float)
    return Evidence(settings, {"learning_rate": rate, **settings.hyperparameters}, first_loss,
                    recent, steps, losses, None)  # fmt: skip


def state(*args, **kwargs):
    return diagnose(known(*args, **kwargs)).state


def falling(count, rate_of_fall=0.01):
    """Return losses that fall by such a share each, from 1."""
    return np.exp(-rate_of_fall * np.arange(count))


# --- diverging, rising ----------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "diverges"), [(1 + 1e-8, True), (1 - 1e-8, False)])
def test_above_the_exact_limit_is_divergence(factor, diverges):
    """Whatever the losses do so far: the error along the steepest direction grows."""
    limit = stable_limit(Settings(**LINEAR))
    assert limit is not None
    for losses in ([1.0, 1.1], [1.1, 1.0]):
        assert (state(losses, rate=factor * limit, **LINEAR) == "diverging") == diverges


@pytest.mark.parametrize(("last", "rises"), [(1 + 1e-8, True), (1 + 1e-10, False), (0.9, False)])
def test_a_loss_above_its_first_has_risen(last, rises):
    assert (state([1.0, 0.95, last]) == "rising") == rises


@pytest.mark.parametrize(("last", "rises"), [(0.201, True), (0.199, False)])
def test_twice_the_lowest_is_a_rise(last, rises):
    assert (state([1.0, 0.1, last]) == "rising") == rises


# --- at rest --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "converged"), [(0.999e-8, True), (1.001e-8, False)])
def test_a_gradient_below_a_hundred_millionth_is_the_end(size, converged):
    grads = [[0.0, -size, size / 2]] * 20
    assert (state(falling(20), grads) == "converged") == converged


@pytest.mark.parametrize(("share", "converged"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("batch_size", ["full", 1])
def test_steps_that_come_to_a_thousandth_in_as_long_again_are_no_rest(share, converged, batch_size):
    """As long as the run and 200 epochs more; a thousandth of 1 and the greatest parameter."""
    steps = 1000 + 200 * (1 if batch_size == "full" else 4)
    drift = share * 1e-3 * (1 + 0.1) / steps
    assert (
        state(falling(20), np.zeros((20, 3)), drift=drift, batch_size=batch_size) == "converged"
    ) == converged


@pytest.mark.parametrize(("fall", "impossible"), [(0.00199, True), (0.00201, False)])
def test_what_no_line_parts_is_named_when_the_loss_hardly_falls(fall, impossible):
    assert (state(falling(20, fall), task="xor") == "impossible") == impossible


# --- saturated ------------------------------------------------------------------------------------


def logit(slope):
    """Return the z > 0 at which σ′ is so small."""
    return float(np.arccosh(0.5 / np.sqrt(slope)) * 2)


def saturated(bias, target=0.0, **choices):
    """Return evidence of a neuron that says the same.

    That of its bias, to four samples of one class.
    """
    data = Dataset(np.zeros((4, 1)), np.full(4, target), True)
    return known(
        falling(20, 0.0003), theta=(0.0, bias), task="and", data=data, loss="mse", **choices
    )


@pytest.mark.parametrize(("share", "kills"), [(0.0499, True), (0.0501, False)])
def test_a_slope_below_a_twentieth_of_the_greatest_lets_nothing_through(share, kills):
    """Of sigmoid's quarter, and of tanh's 1: tanh′(z) is 4σ′(2z)."""
    assert saturated(logit(share * 0.25)).slope_kills == kills
    assert saturated(logit(share / 4) / 2, activation="tanh", coding="pm1").slope_kills == kills
    assert (diagnose(saturated(logit(share * 0.25))).state == "saturated") == kills


@pytest.mark.parametrize(("error", "kills"), [(1.001e-3, True), (0.999e-3, False)])
def test_an_error_below_a_thousandth_is_as_good_as_none(error, kills):
    """ŷ so far above its target of 0, where the slope is small enough."""
    assert saturated(float(np.log(error / (1 - error)))).slope_kills == kills


# --- cycling, zig-zag, slow -----------------------------------------------------------------------


def swinging(count, low=1.0, size=0.1):
    """Return losses that go up and down, at the end of which they are low."""
    return low + size * (np.arange(count)[::-1] % 2)


@pytest.mark.parametrize(("count", "cycles"), [(24, True), (23, False)])
def test_twenty_four_losses_are_enough_for_a_cycle(count, cycles):
    assert (state(swinging(count)) == "cycling") == cycles


@pytest.mark.parametrize(("size", "cycles"), [(1.01e-6, True), (0.99e-6, False)])
def test_swings_below_a_millionth_of_the_loss_are_none(size, cycles):
    assert (state(swinging(24, size=size)) == "cycling") == cycles


def test_two_turns_are_a_cycle_and_one_is_none():
    up_and_down = np.concatenate((np.linspace(1, 2, 12), np.linspace(1.9, 1.1, 12)))
    assert state(up_and_down) != "cycling"
    twice = np.concatenate(
        (np.linspace(1, 2, 8), np.linspace(1.9, 1.1, 8), np.linspace(1.2, 1.9, 8))
    )
    assert state(twice) == "cycling"


@pytest.mark.parametrize(("lowest", "cycles"), [(1.0, True), (0.9999, False)])
def test_a_new_lowest_loss_is_no_cycle(lowest, cycles):
    losses = swinging(24)
    losses[-1] = lowest
    assert (state(losses) == "cycling") == cycles


@pytest.mark.parametrize(("share", "cycles"), [(0.501, True), (0.499, False)])
def test_sums_of_gradients_cycle_while_swings_are_half_as_high(share, cycles):
    """Although each comes lower: the peaks of the later half against those of the earlier."""
    older, newer = swinging(12, 0.0, 1.0) + 0.1, swinging(12, 0.0, share * 1.1)
    newer[-1] = 0.0
    grads = np.full((24, 3), 0.1)
    losses = np.concatenate((older, newer))
    assert (state(losses, grads, breaks=("no_zero_grad",)) == "cycling") == cycles


def turning(turns, count=12):
    """Return gradients that turn round so many times, at the end."""
    signs = np.cumprod(np.where(np.arange(count) >= count - turns, -1.0, 1.0))
    return 0.1 * signs[:, None] * np.ones(3)


@pytest.mark.parametrize(("turns", "zig_zags"), [(9, True), (8, False)])
def test_three_of_four_steps_that_turn_are_a_zig_zag(turns, zig_zags):
    """Of eleven: nine are more than 0.75 of them, eight are less."""
    assert (state(falling(12), turning(turns), rate=9.0) == "zig-zag") == zig_zags


@pytest.mark.parametrize(("factor", "zig_zags"), [(1.01, True), (0.99, False)])
def test_up_to_the_best_rate_turns_are_no_fault(factor, zig_zags):
    """4/7 for AND: no smaller rate is faster in the worst case."""
    assert (state(falling(12), turning(11), rate=factor * 4 / 7, **LINEAR) == "zig-zag") == zig_zags


@pytest.mark.parametrize(("count", "zig_zags"), [(12, True), (11, False)])
def test_twelve_rows_are_enough_for_a_zig_zag(count, zig_zags):
    assert (state(falling(count), turning(count - 1, count), rate=9.0) == "zig-zag") == zig_zags


@pytest.mark.parametrize(("fall", "slow"), [(0.00199, True), (0.00201, False)])
def test_a_loss_that_shrinks_by_less_than_a_five_hundredth_an_epoch_is_slow(fall, slow):
    """So the error, whose square it is, takes over 1,000 epochs to shrink by e.

    For mini-batches too.
    """
    theta = (0.1, 0.1, 0.1)  # some rows are wrong
    assert (state(falling(30, fall), theta=theta) == "slow") == slow
    assert (state(falling(30, fall), theta=theta, batch_size=1) == "slow") == slow


@pytest.mark.parametrize(("count", "slow"), [(12, True), (11, False)])
def test_twelve_losses_are_enough_for_slow(count, slow):
    assert (state(falling(count, 1e-4)) == "slow") == slow


@pytest.mark.parametrize(("step", "started"), [(0, False), (1, True)])
def test_one_step_is_a_start(step, started):
    assert (state([1.0], last_step=step) == "not started") == (not started)
