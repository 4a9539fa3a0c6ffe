import math
from functools import partial

import mpmath
import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import (
    curvature_at,
    hessian_at,
    is_quadratic,
    sample_curvatures,
    sample_slopes,
    stable_limit,
)
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import neuron_of
from neuroviz.core.training.trainer import Trainer
from tests.core.their_functions import EXACT, EXACT_LOSSES
from tests.for_each import for_each

LINEAR = {"activation": "identity", "loss": "mse"}
ROOT = math.sqrt(33)


def allowed(activation, loss):
    try:
        return bool(Settings("and", activation=activation, loss=loss))
    except SettingsError:
        return False


PAIRS = [
    (activation, loss) for activation in ACTIVATIONS for loss in LOSSES if allowed(activation, loss)
]


def gradient(settings, parameters):
    """Give autograd's gradient of the mean loss."""
    neuron = neuron_of(settings)
    theta = torch.tensor(parameters, requires_grad=True)
    z = neuron.pre_activation(theta, torch.tensor(settings.coded_inputs))
    loss = neuron.losses(z, torch.tensor(settings.coded_targets)).mean()
    return torch.autograd.grad(loss, theta)[0].numpy()


# --- the Hessian ----------------------------------------------------------------------------------


@for_each(("activation", "loss"), PAIRS)
@for_each("seed", [0, 1])
def test_the_hessian_is_the_slope_of_autograd_s_gradient(activation, loss, seed):
    """Off the kinks, central differences of the gradient give it.

    For every pair that can be chosen.
    """
    settings = Settings("and", activation=activation, loss=loss, inputs="pm1")
    theta = np.random.default_rng(seed).standard_normal(3)
    rows = [
        (gradient(settings, theta + step) - gradient(settings, theta - step)) / 2e-5
        for step in 1e-5 * np.eye(3)
    ]
    np.testing.assert_allclose(hessian_at(settings, theta), rows, atol=2e-9)


def normal(z):
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def sigma(z):
    return 1 / (1 + np.exp(-z))


SECOND_DERIVATIVES = {
    "identity": np.zeros_like,
    "relu": np.zeros_like,
    "leaky_relu": np.zeros_like,
    "tanh": lambda z: -2 * np.tanh(z) / np.cosh(z) ** 2,
    "sigmoid": lambda z: sigma(z) * sigma(-z) * (1 - 2 * sigma(z)),
    "elu": lambda z: np.where(z > 0, 0.0, np.exp(z)),
    "softplus": lambda z: sigma(z) * sigma(-z),
    "gelu": lambda z: normal(z) * (2 - z * z),
    "silu": lambda z: sigma(z) * sigma(-z) * (2 + z * (1 - 2 * sigma(z))),
}
"""φ'' in closed form, at a kink the mean of nothing: 0."""
OF_LOSSES = {
    "mse": lambda error: np.full_like(error, 2.0),
    "mae": np.zeros_like,
    "huber": lambda error: (np.abs(error) < 1).astype(float),
    "hinge": np.zeros_like,
    "cross_entropy": np.zeros_like,
}
"""∂²loss/∂ŷ² in closed form."""


@for_each(
    ("activation", "loss"),
    [pair for pair in PAIRS if pair[0] in SECOND_DERIVATIVES and pair[1] in OF_LOSSES],
)
def test_the_curvature_of_a_sample_is_the_closed_form(activation, loss):
    """h = L''·φ'² + L'·φ'', with the second derivatives from paper.

    L' and φ' are from the tables.
    """
    z = np.array([-3.1, -0.7, 0.4, 2.3])
    data = Dataset(z[:, None], np.array([0.0, 1.0, 0.0, 1.0]), classes=True)
    settings = Settings("and", data=data, activation=activation, loss=loss)
    row, tensor = settings.activation_entry, torch.tensor(z)
    output, target = row.value(tensor), torch.tensor(settings.coded_targets)
    slope, of_loss = (
        row.derivative(tensor).numpy(),
        settings.loss_entry.derivative(output, target).numpy(),
    )
    bends = OF_LOSSES[loss]((output - target).numpy()) * slope**2 + of_loss * SECOND_DERIVATIVES[
        activation
    ](z)
    np.testing.assert_allclose(
        sample_curvatures(settings, np.array([1.0, 0.0])), bends, rtol=1e-9, atol=1e-15
    )


def test_sigmoid_with_cross_entropy_is_taken_from_z():
    """h = σ(z)·σ(−z) whatever the target.

    It is 9e-14 at z = −30, where ŷ·(1 − ŷ) formed from logarithms is lost.
    """
    z = np.array([-30.0, -2.0, 0.0, 5.0])
    data = Dataset(z[:, None], np.array([1.0, 0.0, 1.0, 0.0]), classes=True)
    found = sample_curvatures(Settings("and", data=data), np.array([1.0, 0.0]))
    np.testing.assert_allclose(found, sigma(z) * sigma(-z), rtol=1e-12)


SATURATING = ("sigmoid", "tanh", "softplus", "silu", "elu")


@for_each(
    ("activation", "loss"),
    [pair for pair in PAIRS if pair[0] in SATURATING and pair[1] in EXACT_LOSSES],
)
@for_each("coding", ["01", "pm1"])
def test_far_out_slope_and_curvature_are_those_of_200_digits(activation, loss, coding):
    """Where float64 rounds ŷ to its limit.

    mpmath's differences over z of each loss, both targets.
    """
    if (LOSSES[loss].coding or coding) != coding:
        coding = str(LOSSES[loss].coding)
    z = np.repeat([-90.0, -40.0, -36.9, -20.0, -3.0, 3.0, 20.0, 36.9, 37.5, 40.0, 49.833, 90.0], 2)
    data = Dataset(z[:, None], np.tile([0.0, 1.0], len(z) // 2), classes=True)
    settings = Settings("and", data=data, activation=activation, loss=loss, coding=coding)
    with mpmath.workdps(200):
        slopes, curvatures = (
            [
                mpmath.diff(
                    lambda x, y=y: EXACT_LOSSES[loss](EXACT[activation](x), int(y)),
                    mpmath.mpf(at),
                    order,
                )
                for at, y in zip(z.tolist(), settings.coded_targets.tolist(), strict=True)
            ]
            for order in (1, 2)
        )
    found = sample_curvatures(settings, np.array([1.0, 0.0]))
    np.testing.assert_allclose(found, np.array(curvatures, dtype=float), rtol=1e-13, atol=1e-160)
    fused = activation in LOSSES[loss].fused  # σ(z) − y, as autograd has it: to ε
    found = sample_slopes(settings, np.array([1.0, 0.0]))
    expected = np.array(slopes, dtype=float)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15 if fused else 1e-160)


def test_a_saturated_gate_has_the_whole_of_its_eigenvalues():
    """NOR with x₁ magnified, |z| from 48.8 to 50.4.

    Both eigenvalues, against 15 digits of mpmath.
    """
    breaks = ("no_bias", "x1_times_100")
    settings = Settings("nor", breaks=breaks, inputs="pm1", weights=(-0.496, 0.767), bias=0.0)
    theta, hessian = np.array([-0.496, 0.767, 0.0]), mpmath.zeros(2)
    for one in (-100, 100):
        for two in (-1, 1):
            size = abs(mpmath.mpf(theta[0]) * one + mpmath.mpf(theta[1]) * two)
            weight = mpmath.exp(-size) / (1 + mpmath.exp(-size)) ** 2 / 4
            hessian += weight * mpmath.matrix([[one * one, one * two], [one * two, two * two]])
    values = sorted(float(value) for value in mpmath.eigsy(hessian, eigvals_only=True))
    found = curvature_at(settings, theta)
    assert found.zeros == 1
    np.testing.assert_allclose(found.curvatures, values, rtol=1e-11)


@for_each("activation", ["identity", "relu", "leaky_relu"])
@for_each("loss", ["mae", "hinge"])
def test_straight_pieces_have_no_curvature(activation, loss):
    """Piecewise linear losses bend nowhere, at z = 0 and on the kink of the loss neither."""
    for theta in (np.zeros(3), np.array([1.0, 1.0, -1.0]), np.ones(3)):
        assert curvature_at(Settings("and", activation=activation, loss=loss), theta).zeros == 3


# --- its eigenvalues ------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["and", "xor", "or", "nand", "nor"])
def test_the_curvatures_of_a_gate_are_known(task):
    """λ = (7 ± √33)/4 and ½ over the four 0/1 inputs whatever the targets; 2, 2, 2 over ±1."""
    curvature = partial(curvature_at, parameters=np.zeros(3))
    expected = [(7 - ROOT) / 4, 0.5, (7 + ROOT) / 4]
    assert curvature(Settings(task, **LINEAR)).eigenvalues == pytest.approx(expected, abs=1e-13)
    assert curvature(Settings(task, inputs="pm1", **LINEAR)).eigenvalues == pytest.approx(
        [2, 2, 2], rel=1e-14
    )


def test_and_from_zero():
    """With sigmoid and cross-entropy every h is ¼, an eighth of 2: λ = 0.03923, 0.0625, 0.39827."""
    curvature = curvature_at(Settings("and"), np.zeros(3))
    assert curvature.eigenvalues == pytest.approx(
        [(7 - ROOT) / 32, 1 / 16, (7 + ROOT) / 32], abs=1e-13
    )
    assert not curvature.quadratic


@for_each(
    "choices",
    [
        {"task": "sum"},
        {"task": "spam"},
        {"task": "spam", "loss": "mse"},
        {"task": "and", "loss": "mse"},
        {"task": "line", "activation": "relu", "loss": "huber"},
        {"task": "and", "loss": "mae", "activation": "tanh"},
    ],
)
def test_eigenvectors_take_the_hessian_apart(choices):
    """H = V·diag(λ)·Vᵀ over the λ that are not 0.

    The columns are orthonormal, and the eigenvalues ascend.
    """
    settings = Settings(**choices)
    theta = np.random.default_rng(1).standard_normal(settings.dataset.width + 1) / 3
    curvature, hessian = curvature_at(settings, theta), hessian_at(settings, theta)
    values, vectors = curvature.curvatures, curvature.directions
    scale = np.abs(curvature.eigenvalues).max()
    np.testing.assert_allclose(hessian, (vectors * values) @ vectors.T, atol=1e-12 * scale)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(len(values)), atol=1e-12)
    assert (np.diff(curvature.eigenvalues) >= 0).all()
    np.testing.assert_array_equal(hessian, hessian.T)


def test_sum_has_two_exact_zeros():
    """Its inputs are 1 apart, so two directions change nothing: 0, not 1e-13.

    The condition number is 2877.
    """
    curvature = curvature_at(Settings("sum"), np.zeros(4))
    assert (curvature.zeros, curvature.eigenvalues[:2].tolist()) == (2, [0.0, 0.0])
    assert curvature.condition_number == pytest.approx(2877, abs=0.5)


def test_small_curvature_is_no_zero():
    """x = 1e7 ± 1 leaves a curvature of about 1e-14 beside 2e14.

    From the Hessian itself it could not be had.
    """
    inputs = np.array([[1e7 - 1], [1e7 + 1]])
    curvature = curvature_at(Settings("line", data=Dataset(inputs, np.ones(2), False)), np.zeros(2))
    trace, determinant = 2 * (1e14 + 1) + 2, 4.0  # det H = 4·(mean of x² − square of mean) = 4·1
    assert curvature.zeros == 0
    assert curvature.greatest == pytest.approx(trace, rel=1e-14)
    assert curvature.least == pytest.approx(determinant / trace, rel=1e-6)


def test_a_dead_neuron_has_only_zeros():
    """weather starts where ReLU is flat: four zeros and no condition number."""
    settings = Settings("weather")
    curvature = curvature_at(settings, Trainer(settings).history.newest.parameters)
    assert curvature.zeros == 4
    assert (curvature.least, curvature.greatest, curvature.condition_number) == (None, None, None)


def test_not_convex():
    """Sigmoid with MSE at (4, 4, 4): every curvature of AND is negative; near 0 only some are."""
    curvature = curvature_at(Settings("and", loss="mse"), np.full(3, 4.0))
    assert (curvature.negatives, curvature.greatest, curvature.least) == (3, None, None)
    mixed = curvature_at(Settings("and", loss="mse"), np.array([2.0, 0.5, 0.0]))
    assert 0 < mixed.negatives < 3
    assert (mixed.least, mixed.condition_number) == (None, None)
    assert mixed.greatest == mixed.eigenvalues[-1] > 0


def test_samples_that_cancel_leave_an_exact_zero():
    """Two samples that bend against each other by as much leave nothing.

    Though each of them bends.
    """
    data = Dataset(np.array([[1.0], [1.0]]), np.array([0.0, 1.0]), classes=True)
    settings = Settings("and", data=data, loss="mse")
    assert np.sign(sample_curvatures(settings, np.array([-1.0, -1.0]))).tolist() == [1.0, -1.0]
    balanced = curvature_at(settings, np.zeros(2))
    assert balanced.zeros == 1


def test_what_is_not_finite_is_refused():
    """A pre-activation beyond float64 has no curvature; the sentence says so."""
    with pytest.raises(SettingsError, match="not finite"):
        curvature_at(Settings("and", activation="gelu", loss="mse"), np.full(3, 1e200))


# --- the limit ------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["and", "double", "line", "sum", "spam"])
def test_the_quadratic_hessian_is_the_normal_matrix(task):
    """(2/N)·X̃ᵀX̃."""
    settings = Settings(task, **LINEAR)
    rows = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    expected = 2 / len(rows) * rows.T @ rows
    theta = np.random.default_rng(1).standard_normal(len(expected))
    np.testing.assert_allclose(hessian_at(settings, theta), expected, rtol=1e-12, atol=1e-12)


def test_the_limit_of_and():
    """8/(7 + √33) = 0.627719 with 0/1 inputs.

    With momentum μ (2 + 2μ)/λmax, with Nesterov a third as much.
    """
    assert stable_limit(Settings(**LINEAR)) == pytest.approx(8 / (7 + ROOT), abs=1e-13)
    with_momentum = Settings(**LINEAR, optimizer="momentum")
    assert stable_limit(with_momentum, 0.9) == pytest.approx(1.9 * 8 / (7 + ROOT), abs=1e-13)
    nesterov = Settings(**LINEAR, optimizer="nesterov")
    assert stable_limit(nesterov, 0.9) == pytest.approx(1.9 / 2.8 * 8 / (7 + ROOT), abs=1e-13)


@for_each("optimizer", ["sgd", "momentum", "nesterov"])
@for_each("task", ["and", "double", "line", "sum", "spam", "weather"])
@for_each(("factor", "grows"), [(0.99, False), (1.01, True)])
def test_the_limit_is_where_runs_part(task, optimizer, factor, grows):
    """At 0.99 of it a run of any quadratic task comes down, at 1.01 it grows.

    The trainer is the judge.
    """
    settings = Settings(task, **LINEAR, optimizer=optimizer, batch_size="full", init="normal")
    limit = stable_limit(settings, settings.hyperparameters.get("momentum", 0.0))
    trainer = Trainer(settings.replace(learning_rate=factor * limit))
    trainer.advance(1500)
    newest = trainer.history.newest.loss
    assert (newest > 100 * trainer.first_loss) == grows
    assert grows or newest < trainer.first_loss


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"loss": "mse"},
        {"activation": "identity", "loss": "huber"},
        {**LINEAR, "optimizer": "adam"},
        {**LINEAR, "batch_size": 2},
    ],
    ids=str,
)
def test_elsewhere_there_is_no_exact_limit(choices):
    """Other losses, activations, optimizers and batches have none."""
    assert stable_limit(Settings(**choices)) is None
    assert is_quadratic(Settings(**choices)) == (choices.items() >= LINEAR.items())


# --- broken on purpose ----------------------------------------------------------------------------

BROKEN = [("no_bias",), ("x1_times_100",), ("naive_bce",), ("no_bias", "x1_times_100", "naive_bce")]


@pytest.mark.parametrize("breaks", BROKEN, ids="+".join)
def test_the_hessian_of_a_broken_neuron(breaks):
    """Central differences of autograd's gradient give it.

    Without a bias, with x₁ magnified, from a rounded ŷ.
    """
    settings, theta = Settings("and", breaks=breaks), np.array([0.01, 0.4, -0.3])
    rows = [
        (gradient(settings, theta + h) - gradient(settings, theta - h)) / 2e-6
        for h in 1e-6 * np.eye(3)
    ]
    np.testing.assert_allclose(hessian_at(settings, theta), rows, rtol=1e-6, atol=1e-7)


def test_the_curvature_has_an_exact_zero_without_a_bias():
    """On AND with identity and MSE it is that of the two inputs alone.

    (3/2 and 1/2) for ((2, 1), (1, 2))/2.
    """
    curvature = curvature_at(Settings("and", **LINEAR, breaks=("no_bias",)), np.zeros(3))
    assert curvature.zeros == 1
    np.testing.assert_allclose(curvature.curvatures, [0.5, 1.5], rtol=1e-14)
    np.testing.assert_allclose(curvature.directions[2], 0.0, atol=1e-16)


def test_the_curvature_at_the_same_place_is_found_once():
    """Ruler and state ask for it; another place, penalty, break or table has its own."""
    plain, there = Settings("and"), np.array([0.3, -0.2, 0.5])
    found = curvature_at(plain, there)
    assert curvature_at(plain.replace(threshold=0.7), there.copy()) is found
    shifted = Dataset(plain.dataset.inputs + 1.0, plain.dataset.targets, classes=True)
    others = [(plain, 2 * there)]
    others += [
        (plain.replace(**change), there) for change in ({"l2": 0.5}, {"breaks": ("x1_times_100",)})
    ]
    others += [(Settings("and", data=shifted), there)]
    for settings, parameters in [*others, (plain, there)]:
        expected = np.linalg.eigvalsh(hessian_at(settings, parameters))
        np.testing.assert_allclose(
            curvature_at(settings, parameters).curvatures, expected, rtol=1e-9
        )


def test_there_is_a_limit_only_downhill():
    """x₁ times 100 has a limit of its own.

    Up the gradient or with sums of gradients there is none.
    """
    plain = Settings("and", **LINEAR)
    magnified = stable_limit(plain.replace(breaks=("x1_times_100",)))
    assert stable_limit(plain) is not None
    assert magnified == pytest.approx(2 / np.linalg.eigvalsh(_least_squares(100.0))[-1], rel=1e-12)
    for name in ("ascent", "no_zero_grad"):
        assert stable_limit(plain.replace(breaks=(name,))) is None


def _least_squares(factor):
    """Return the Hessian (2/4)·XᵀX of AND with its first input times a factor."""
    x = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]]) * [factor, 1.0, 1.0]
    return x.T @ x / 2
