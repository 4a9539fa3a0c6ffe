import math

import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape import loss_grid as module
from neuroviz.core.landscape.loss_grid import (
    FULL,
    full_points,
    live_points,
    loss_at,
    loss_grid,
    loss_grid_work,
    losses_at,
    sample_gradients,
)
from neuroviz.core.landscape.plane import point_at, principal_plane, slice_plane
from neuroviz.core.model.model import FIRST_START, Model, neuron_of
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

U, V = np.linspace(-6, 5, 23), np.linspace(-4, 9, 17)
PAIRS = [
    (activation, loss.name)
    for activation in ACTIVATIONS
    for loss in LOSSES.values()
    if loss.objection(ACTIVATIONS[activation]) is None
]


def inputs_of(settings):
    return torch.tensor(settings.coded_inputs), torch.tensor(settings.coded_targets)


def by_parameters(settings, plane, u, v):
    """Give the mean loss of a neuron built at every point of the grid."""
    neuron = neuron_of(settings)
    inputs, targets = inputs_of(settings)
    theta = torch.tensor(point_at(plane, *np.meshgrid(u, v)))
    return neuron.losses(neuron.pre_activation(theta, inputs), targets).mean(-1).numpy()


def data_of(samples, width=2, classes=True, seed=0):
    rng = np.random.default_rng(seed)
    return Dataset(
        rng.normal(size=(samples, width)), (rng.random(samples) > 0.5).astype(float), classes
    )


@for_each(("activation", "loss"), PAIRS)
def test_a_slice_is_the_neuron_at_every_point(activation, loss):
    """For every activation and loss the grid is what the training's code gives."""
    settings = Settings("xor", activation=activation, loss=loss)
    plane = slice_plane(settings, np.array([1.25, -0.5, 0.75]), 2, 0)
    grid = loss_grid(settings, plane, U, V)
    assert grid.dtype == np.float64
    assert grid.shape == (17, 23)
    np.testing.assert_allclose(grid, by_parameters(settings, plane, U, V), rtol=1e-12, atol=1e-13)


@for_each("task", ["line", "double", "sum", "weather", "spam", "and_one_by_one"])
def test_every_kind_of_plane_is_the_neuron_at_every_point(task):
    """The plane of a run's principal directions, and a slice at its end, coded inputs or not."""
    coded = {"inputs": "pm1"} if task.startswith("and") else {}
    trainer = Trainer(Settings(task, **coded))
    trainer.advance(30)
    rows = trainer.history.rows()
    path = np.column_stack([rows.parameter(i) for i in range(len(rows.newest.parameters))])
    settings = trainer.settings
    for plane in (principal_plane(path), slice_plane(settings, path[-1], 0, 1)):
        expected = by_parameters(settings, plane, U, V)
        np.testing.assert_allclose(
            loss_grid(settings, plane, U, V), expected, rtol=1e-9, atol=1e-10
        )


def test_the_line_s_parabola_is_written_out():
    """MSE of wx + b against 10x + 5 is (w−10)²·91/6 + 7·(w−10)(b−5) + (b−5)² for x = 1 … 6."""
    settings = Settings("line")
    grid = loss_grid(settings, slice_plane(settings, np.zeros(2), 0, 1), U, V)
    dw, db = np.meshgrid(U - 10, V - 5)
    np.testing.assert_allclose(grid, dw**2 * 91 / 6 + 7 * dw * db + db**2, rtol=1e-12)


def test_a_quadratic_loss_is_never_negative_at_its_minimum():
    """Where the loss is 0, rounding does not take it below.

    A logarithm can be taken next to it.
    """
    settings = Settings("line")
    near = 1e-7 * np.arange(-3.0, 4.0)
    grid = loss_grid(settings, slice_plane(settings, np.zeros(2), 0, 1), 10 + near, 5 + near)
    assert grid.min() >= 0
    assert grid[3, 3] < 1e-25
    assert grid[3, 2] == pytest.approx(91 / 6 * 1e-14, rel=1e-6)


def test_xor_is_ln_2_at_zero():
    settings = Settings("xor")
    grid = loss_grid(settings, slice_plane(settings, np.zeros(3), 0, 1), np.zeros(1), np.zeros(1))
    assert grid[0, 0] == pytest.approx(math.log(2), rel=1e-15)


def test_the_loss_at_a_point_is_the_grid_s():
    settings = Settings("sum")
    near = np.array([1.0, 2.0, 0.5, -1.0])
    grid = loss_grid(settings, slice_plane(settings, near, 3, 1), near[3:], near[1:2])
    residuals = settings.coded_inputs @ near[:3] - 1 - settings.coded_targets
    assert loss_at(settings, near) == pytest.approx((residuals**2).mean(), rel=1e-14)
    assert grid[0, 0] == pytest.approx(loss_at(settings, near), rel=1e-12)


def test_the_losses_of_a_path_are_those_of_its_points():
    """More points than go into a block: each has the loss written out for the line."""
    path = np.random.default_rng(0).normal(size=(30_000, 2))
    dw, db = path[:, 0] - 10, path[:, 1] - 5
    np.testing.assert_allclose(
        losses_at(Settings("line"), path), dw**2 * 91 / 6 + 7 * dw * db + db**2, rtol=1e-11
    )


def test_float32_is_computed_in_float32():
    """The landscape is that of the run on show: with its precision, handed out as float64."""
    plain, single = Settings("and"), Settings("and", precision="float32")
    plane = slice_plane(plain, np.array([0.3, 0.2, 0.1]), 0, 1)
    exact, rounded = (loss_grid(settings, plane, U, V) for settings in (plain, single))
    assert rounded.dtype == np.float64
    assert 1e-9 < np.abs(exact - rounded).max() < 1e-5


@pytest.mark.parametrize(("samples", "columns"), [(4, 200), (700, 200), (70_000, 3)])
def test_no_more_than_a_block_is_made_at_a_time(samples, columns, monkeypatch):
    """However many samples and points there are, few numbers stand in memory at once."""
    sizes, losses = [], Model.losses
    monkeypatch.setattr(
        Model, "losses", lambda *given: sizes.append(given[1].numel()) or losses(*given)
    )
    settings = Settings("and", data=data_of(samples))
    grid = np.linspace(-1, 1, columns)
    assert np.isfinite(
        loss_grid(settings, slice_plane(settings, np.ones(3), 0, 1), grid, grid)
    ).all()
    assert sum(sizes) == samples * columns**2
    assert max(sizes) <= max(2**15, samples)


@pytest.mark.parametrize(
    ("choices", "rows"), [({}, 700), ({"activation": "identity", "loss": "mse"}, 20_000)]
)
def test_a_grid_is_computed_in_slices(choices, rows):
    """Each computes no more than a block; a part of the grid is what the whole has there."""
    settings = Settings("and", data=data_of(900), **choices)
    plane, v = slice_plane(settings, np.ones(3), 0, 1), np.linspace(-5, 5, rows)
    assert sum(1 for _ in loss_grid_work(settings, plane, U, v)) > 4
    part = loss_grid(settings, plane, U, v[300:310])
    np.testing.assert_allclose(part, loss_grid(settings, plane, U, v)[300:310], rtol=1e-14)


def test_a_closed_form_is_not_slowed_by_samples(monkeypatch):
    """For identity and MSE the training's code is not called at all, at any number of samples."""
    monkeypatch.delattr(Model, "losses")
    settings = Settings("and", activation="identity", loss="mse", data=data_of(5000))
    grid = loss_grid(settings, slice_plane(settings, np.ones(3), 0, 1), U, V)
    inputs, targets = settings.coded_inputs, settings.coded_targets
    residuals = U[4] * inputs[:, 0] + V[9] * inputs[:, 1] + 1 - targets
    assert grid[9, 4] == pytest.approx((residuals**2).mean(), rel=1e-12)


def test_what_is_no_float_is_infinite():
    """A run that diverges is shown over ranges whose losses are no floats; no warning, no NaN."""
    settings = Settings("line")
    grid = loss_grid(
        settings, slice_plane(settings, np.zeros(2), 0, 1), np.array([0, 1e200]), np.array([0.0])
    )
    assert np.isfinite(grid[0, 0])
    assert np.isposinf(grid[0, 1])


@pytest.mark.parametrize(
    ("samples", "points", "full"),
    [(4, 200, 200), (50, 200, 200), (200, 100, 200), (5000, 20, 200), (10**5, 20, 100)],
)
def test_live_grids_cost_no_more_than_50_samples_do(samples, points, full):
    """Above 50 samples the grid is coarser by the root of their number.

    Down to what still shows something. The full grid is so from where it would take many seconds.
    """
    settings = Settings("and", data=data_of(samples))
    assert (live_points(settings), full_points(settings)) == (points, full)
    assert full**2 * samples <= 10**9
    parabola = Settings("line", data=data_of(samples, 1, classes=False))
    assert live_points(parabola) == full_points(parabola) == FULL


@for_each(("activation", "loss"), [pair for pair in PAIRS if pair[0] != "step"])
def test_shares_of_the_gradient_are_those_of_autograd(activation, loss):
    """Sample i's share is the gradient of its loss over N.

    All of them add up to the gradient.
    """
    settings = Settings("and", activation=activation, loss=loss)
    neuron = neuron_of(settings)
    inputs, targets = inputs_of(settings)
    point = [0.9, -0.65, 0.35]

    def gradient_of(rows):
        theta = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        losses = neuron.losses(neuron.pre_activation(theta, inputs[rows]), targets[rows])
        return torch.autograd.grad(losses.sum() / 4, theta)[0].numpy()

    shares = sample_gradients(settings, np.array(point))
    assert shares.shape == (4, 3)
    for i in range(4):
        np.testing.assert_allclose(shares[i], gradient_of([i]), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        shares.sum(axis=0), gradient_of([0, 1, 2, 3]), rtol=1e-12, atol=1e-15
    )


def test_shares_of_and_at_zero_are_known():
    """At zero every output is ½: (½ − y)·(x₁, x₂, 1)/4."""
    expected = np.array([[-1, -1, -1], [1, 0, 1], [0, 1, 1], [0, 0, 1]]) / 8
    assert sample_gradients(Settings("and"), np.zeros(3)) == pytest.approx(expected)


def test_the_step_gives_no_sample_a_share():
    assert not sample_gradients(Settings("and_by_hand"), np.array([1.0, 1.0, -1.5])).any()


@pytest.mark.parametrize("breaks", [("no_bias",), ("x1_times_100",), ("naive_bce",)], ids="+".join)
def test_the_country_of_a_broken_neuron(breaks):
    """Grid, single losses and gradients agree with the training's own.

    Also where the plane has a bias axis.
    """
    settings, theta = Settings("and", breaks=breaks), np.array([0.02, -0.3, 0.4])
    grid = loss_grid(settings, slice_plane(settings, theta, 1, 2), U, V)
    points = np.array([[theta[0], u, v] for v in V for u in U])
    np.testing.assert_allclose(grid.ravel(), losses_at(settings, points), rtol=1e-12)
    step = 1e-6 * np.eye(3)
    slopes = [(loss_at(settings, theta + h) - loss_at(settings, theta - h)) / 2e-6 for h in step]
    np.testing.assert_allclose(
        sample_gradients(settings, theta).sum(axis=0), slopes, rtol=1e-6, atol=1e-8
    )
    assert "no_bias" not in breaks or np.ptp(grid, axis=0).max() == 0


def test_a_mean_of_losses_that_is_no_float_is_infinite():
    """Each loss can be written, their sum cannot.

    As torch's mean it is infinite, without a warning.
    """
    assert losses_at(Settings("line"), np.array([[2e153, 0.0]])).tolist() == [np.inf]


def test_the_first_start_has_torchs_losses_without_torch(monkeypatch):
    """In numpy, while torch is being loaded: grid and shares of the gradient to rounding."""
    settings = Settings("and", learning_rate=1.0)
    parameters = np.array(FIRST_START)
    plane = slice_plane(settings, parameters, 0, 2)
    u, v = np.linspace(-8, 8, 33), np.linspace(-9, 5, 29)
    grid, shares = loss_grid(settings, plane, u, v), sample_gradients(settings, parameters)
    monkeypatch.setattr("neuroviz.core.model.model.torch_is_in", lambda: False)
    monkeypatch.setattr(module, "torch", None)
    assert loss_grid(settings, plane, u, v) == pytest.approx(grid, rel=1e-12)
    assert sample_gradients(settings, parameters) == pytest.approx(shares, rel=1e-12)
