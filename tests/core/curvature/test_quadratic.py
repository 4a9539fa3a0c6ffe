import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.quadratic_dynamics import PLAIN
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, hessian_at, stable_limit
from neuroviz.core.curvature.quadratic import (
    MOST_PIECES,
    Response,
    best_rate,
    no_prediction,
    optimum,
    predicted_losses,
)
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

EPOCHS = 200


def quadratic(task="and", **choices):
    """Give a task with identity, MSE and full batches, at a share of its limit."""
    share = choices.pop("share", 0.3)
    base = Settings(task, activation="identity", loss="mse", batch_size="full", **choices)
    limit = stable_limit(base, base.hyperparameters.get("momentum", 0.0))
    assert isinstance(share, float)
    return base.replace(learning_rate=share * limit)


def check(settings, edits=()):
    """Compare the predicted losses with those of a run.

    1e-6 relative, or 1e-16 of the start's loss.
    """
    trainer = Trainer(settings, edits)
    start = trainer.history.newest.parameters
    trainer.advance(EPOCHS)
    trained = np.asarray(trainer.history.rows().loss)
    predicted = predicted_losses(settings, start, np.arange(len(trained)), edits)
    assert predicted is not None
    np.testing.assert_allclose(predicted, trained, rtol=1e-6, atol=1e-16 * trained[0])


@for_each("optimizer", ["sgd", "momentum", "nesterov"])
@for_each("task", ["and", "ring", "double", "line", "sum", "spam", "weather"])
@for_each("share", [0.3, 0.99, 1.01, 4.0])
def test_the_prediction_comes_true(task, optimizer, share):
    """Over 200 epochs, or up to the overflow, for every method, stable or not.

    Of data with one input and many, with directions in which the loss is flat, and one sample.
    """
    check(quadratic(task, optimizer=optimizer, share=share))


@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "constant"])
@pytest.mark.parametrize("optimizer", ["sgd", "nesterov"])
def test_it_follows_a_schedule(schedule, optimizer):
    """Each epoch has the learning rate that its schedule gives it."""
    check(quadratic("line", optimizer=optimizer, schedule=schedule, share=0.9, period=60))


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_it_follows_edits(schedule):
    """An edit of the rate or the momentum counts from its step on; one beyond the end does not."""
    settings = quadratic("line", optimizer="momentum", schedule=schedule)
    rate = settings.learning_rate
    edits = (
        Edit(3, "learning_rate", 2 * rate),
        Edit(120, "momentum", 0.5),
        Edit(900, "learning_rate", 9.0),
    )
    check(settings, edits)


def test_chosen_epochs():
    """Any epochs in ascending order can be asked for, one twice, the start alone or none.

    Far ones cost nothing.
    """
    settings, start = quadratic("line"), np.array([3.0, -2.0])
    every = predicted_losses(settings, start, np.arange(201))
    some = predicted_losses(settings, start, np.array([0, 7, 7, 200]))
    first = predicted_losses(settings, start, np.array([0]))
    far = predicted_losses(settings, start, np.array([2**31 - 1]))
    assert some.tolist() == pytest.approx(every[[0, 7, 7, 200]].tolist(), rel=1e-12)
    assert first == pytest.approx(every[:1])
    assert len(predicted_losses(settings, start, np.array([], dtype=np.int64))) == 0
    assert far == pytest.approx(0, abs=1e-25)


def test_beyond_float64_it_is_infinite():
    """Ten times the limit is ∞ after 10,000 epochs, and never NaN, from the optimum neither."""
    settings = quadratic("sum", share=10.0)
    far = predicted_losses(settings, np.ones(4), np.array([0, 10_000]))
    assert np.isfinite(far[0])
    assert far[1] == np.inf


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({}, "quadratic"),
        ({"activation": "identity", "loss": "mse", "optimizer": "adam"}, "Adam"),
        ({"activation": "identity", "loss": "mse", "batch_size": 2}, "mini-batches"),
        ({"activation": "identity", "loss": "mse", "schedule": "cosine"}, "schedule"),
    ],
)
def test_where_there_is_none_there_is_a_reason(choices, words):
    """Other losses, optimizers and batches, and very long schedules, are not predicted."""
    settings = Settings("and", **choices)
    assert words in str(no_prediction(settings, MOST_PIECES + 1))
    assert predicted_losses(settings, np.zeros(3), np.array([MOST_PIECES + 1])) is None


# --- the optimum ----------------------------------------------------------------------------------


def test_the_optimum_of_and():
    """b = −0.25, w = (0.5, 0.5), loss 1/16, from wherever it is looked for."""
    for near in (np.zeros(3), np.array([7.0, -3.0, 100.0])):
        best = optimum(quadratic("and"), near)
        assert (*best.weights, best.bias) == pytest.approx((0.5, 0.5, -0.25), rel=1e-12)
        assert best.loss == pytest.approx(1 / 16, rel=1e-14)
    assert optimum(Settings("and"), np.zeros(3)) is None


@pytest.mark.parametrize("task", ["line", "sum", "spam", "weather"])
def test_it_is_least_squares(task):
    """From zero it is numpy's solution of least norm; from elsewhere the residual is the same."""
    settings = quadratic(task)
    rows = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    expected, *_ = np.linalg.lstsq(rows, settings.coded_targets, rcond=None)
    best = optimum(settings, np.zeros(rows.shape[1]))
    np.testing.assert_allclose((*best.weights, best.bias), expected, rtol=1e-9, atol=1e-12)
    scale = np.square(settings.coded_targets).mean()
    residual = np.square(rows @ expected - settings.coded_targets).mean()
    assert best.loss == pytest.approx(residual, rel=1e-9, abs=1e-24 * scale)


def test_on_sum_it_is_the_one_nearest_the_start():
    """Gradient descent from a start comes to it.

    No step along a flat direction comes nearer.
    """
    settings, start = (
        quadratic("sum", weights=(1.0, -2.0, 0.5), bias=3.0, share=0.98),
        np.array([1, -2, 0.5, 3]),
    )
    trainer = Trainer(settings)
    trainer.advance(40_000)
    best = optimum(settings, start)
    found = np.array([*best.weights, best.bias])
    np.testing.assert_allclose(trainer.history.newest.parameters, found, rtol=1e-8)
    assert best.loss == pytest.approx(0, abs=1e-20)
    for flat in (np.array([1.0, -2.0, 1.0, 0.0]), np.array([-1.0, 1.0, 0.0, -1.0])):
        assert (found - start) @ flat == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("far", [0.0, 1e6, 1e38, -1e150])
def test_the_only_optimum_is_the_same_from_everywhere(far):
    """However far a diverged run has gone, line's optimum is weight 10 and bias 5, with loss 0."""
    found = optimum(Settings("line"), np.array([far, -far / 3]))
    assert found.weights == pytest.approx((10.0,), rel=1e-12)
    assert found.bias == pytest.approx(5.0, rel=1e-12)
    assert found.loss < 1e-25


@pytest.mark.parametrize(
    "breaks", [("no_bias",), ("x1_times_100",), ("no_bias", "x1_times_100")], ids="+".join
)
@pytest.mark.parametrize("task", ["and", "line", "sum"])
def test_a_broken_neuron_is_predicted_too(task, breaks):
    """Without a bias and with x₁ magnified the loss is still quadratic.

    Optimum and run come true.
    """
    settings = Settings(task, activation="identity", loss="mse", breaks=breaks)
    limit = stable_limit(settings)
    settings = settings.replace(learning_rate=limit / 2)
    trainer = Trainer(settings)
    start = trainer.history.newest.parameters
    predicted = predicted_losses(settings, start, np.arange(101))
    trainer.advance(100)
    losses = np.asarray(trainer.history.rows().columns()["loss"])
    np.testing.assert_allclose(predicted, losses, rtol=1e-6, atol=1e-16 * losses[0])
    found, design = optimum(settings, start), settings.design
    residuals = (
        np.linalg.lstsq(design, settings.coded_targets, rcond=None)[0] @ design.T
        - settings.coded_targets
    )
    assert found.loss == pytest.approx(np.square(residuals).mean(), rel=1e-9, abs=1e-18)
    assert "no_bias" not in breaks or found.bias == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("name", ["ascent", "no_zero_grad"])
def test_what_does_not_descend_is_not_predicted(name):
    """The theory is about descent: a sentence says so, and no number is given."""
    settings = Settings("line", breaks=(name,))
    assert "on purpose" in (no_prediction(settings, 10) or "")
    assert predicted_losses(settings, np.zeros(2), np.arange(3)) is None


def test_beyond_float64():
    """What no float can hold is ∞ or 0, its logarithm is right.

    Nothing is NaN, whatever it costs at first.
    """
    transition = PLAIN.transition(np.array([0.5, 1.0, 5.0]), 0.0)
    left = Response.begun((3,)).after(transition, np.array([10_000])).at(0)
    assert left.squares_times(np.ones(3)).tolist() == [0, 0, np.inf]
    assert left.squares_times(np.zeros(3)).tolist() == [0, 0, 0]
    assert left.log_squares_times(np.full(3, 8.0)).tolist() == [-20_000 + 3, -np.inf, 40_000 + 3]


def from_zeros(task, optimizer="sgd", **choices):
    return Settings(
        task,
        activation="identity",
        loss="mse",
        batch_size="full",
        init="zeros",
        optimizer=optimizer,
        **choices,
    )


def loss_at(settings, rate, epochs):
    start = np.zeros(settings.dataset.width + 1)
    losses = predicted_losses(settings.replace(learning_rate=rate), start, np.array([epochs]))
    return float(losses[0])


@for_each("optimizer", ["sgd", "momentum", "nesterov"])
@for_each("task", ["and", "line", "sum", "weather"])
@for_each("epochs", [1, 7, 300, 10_000])
def test_no_rate_has_a_smaller_predicted_loss(task, optimizer, epochs):
    """Of 20 rates up to the limit, at even distances, none is better after so many epochs."""
    settings = from_zeros(task, optimizer)
    limit = stable_limit(settings, settings.hyperparameters.get("momentum", 0.0))
    best = best_rate(settings, np.zeros(settings.dataset.width + 1), epochs)
    assert 0 < best <= limit
    others = [loss_at(settings, share * limit, epochs) for share in np.linspace(0.05, 1, 20)]
    scale = loss_at(settings, 1.0, 0)
    assert loss_at(settings, best, epochs) <= min(others) * (1 + 1e-12) + 1e-28 * scale


def test_after_one_epoch_it_is_the_line_search():
    """For one step of gradient descent the best rate is gᵀg/gᵀHg (Cauchy 1847)."""
    settings, theta = from_zeros("line"), np.array([1.0, 2.0])
    best = optimum(settings, theta)
    hessian = hessian_at(settings, theta)
    grad = hessian @ (theta - np.array([*best.weights, best.bias]))
    expected = grad @ grad / (grad @ hessian @ grad)
    assert best_rate(settings, theta, 1) == pytest.approx(expected, rel=1e-6)


def test_sum_shows_why_the_worst_case_is_not_the_case():
    """From zero, 500 epochs at 2/(λmin + λmax) leave 9.5e3, at 0.3/λmax 7.5e-4.

    The best rate leaves less.
    """
    settings = from_zeros("sum")
    ruler = ruler_of(settings, curvature_at(settings, np.zeros(4)))
    assert ruler.best is not None
    assert loss_at(settings, ruler.best, 500) == pytest.approx(9.5e3, rel=0.01)
    assert loss_at(settings, 0.3 * ruler.safe, 500) == pytest.approx(7.5e-4, rel=0.01)
    found = best_rate(settings, np.zeros(4), 500)
    assert found is not None
    assert loss_at(settings, found, 500) < 7.5e-4


@pytest.mark.parametrize(
    ("settings", "epochs"),
    [
        (Settings("and"), 100),
        (from_zeros("line", schedule="cosine"), 100),
        (from_zeros("line"), 0),
        (Settings("spam", activation="identity", loss="mse"), 100),
    ],
    ids=["not quadratic", "a schedule", "no epoch", "mini-batches"],
)
def test_elsewhere_it_is_the_fastest_in_the_worst_case(settings, epochs):
    """Where nothing is predicted, the mark is taken."""
    theta = np.zeros(settings.dataset.width + 1)
    expected = ruler_of(settings, curvature_at(settings, theta)).best
    assert expected is not None
    assert best_rate(settings, theta, epochs) == expected


def test_at_the_optimum_any_rate_is_as_good():
    """There the mark is taken; without marks there is no rate."""
    settings = from_zeros("double")
    assert best_rate(settings, np.array([2.0, 0.0]), 50) == pytest.approx(2 / (34 / 3), rel=1e-9)
    assert best_rate(Settings("and", loss="mae", activation="identity"), np.zeros(3), 50) is None
