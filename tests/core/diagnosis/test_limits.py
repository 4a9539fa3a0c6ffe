"""The limit of the learning rate over a run, against Hessians of autograd's own."""

import itertools
import re

import numpy as np
import pytest
import torch

import neuroviz as nv
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.limits import (
    LimitCurve,
    limit_column,
    limits_at,
    rose,
    seen,
)
from neuroviz.core.model.model import model_of
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.limit import LimitScene, limit_work
from neuroviz.pictures.marks import EndLabel
from neuroviz.pictures.render import render
from tests.for_each import for_each

PAIRS = (("sigmoid", "bce"), ("tanh", "mse"), ("identity", "mse"), ("softplus", "mse"))
OF_LINE = 6 / np.linalg.eigvalsh([[91, 21], [21, 6]])[-1]
"""2/λmax of the mean square over x = 1 to 6, which bends by 2·XᵀX/6 everywhere."""


def followed(curve, rows, edits=()):
    """Return the limits of a run when all are worked out."""
    while not (found := curve.follow(rows, edits))[1]:
        pass
    return found[0]


def greatest(settings, parameters):
    """Return λmax by autograd's Hessian of the model's own loss."""
    model = model_of(settings)
    inputs, targets = torch.tensor(settings.coded_inputs), torch.tensor(settings.coded_targets)

    def loss(theta):
        return model.mean_loss(model.pre_activation(theta, inputs), targets, theta)

    hessian = torch.autograd.functional.hessian(loss, torch.tensor(parameters))
    return float(torch.linalg.eigvalsh(hessian)[-1])


@for_each("seed", range(25))
def test_it_is_two_by_the_greatest_curvature_at_random_moments(seed):
    """Of one neuron and of several at four moments, to 1e-9; with momentum β 2·(1 + β)/λmax."""
    random = np.random.default_rng(seed)
    activation, loss = PAIRS[seed % len(PAIRS)]
    beta = float(random.uniform(0, 0.95))
    data = nv.Dataset(random.normal(0, 2, (9, 3)), random.integers(0, 2, 9), classes=True)
    method = {"optimizer": "momentum", "momentum": beta} if seed % 2 else {}
    l2 = float(random.choice((0.0, 0.3)))
    hidden = {"hidden": 2, "hidden_activation": "tanh"} if seed // 4 % 2 else {}
    settings = Settings(data=data, activation=activation, loss=loss, l2=l2, **method, **hidden)
    places = random.normal(0, 1, (4, settings.parameters.count))

    found = limits_at(settings, places, np.full(4, beta if seed % 2 else 0.0))

    factor = 2 * (1 + beta) if seed % 2 else 2.0
    for limit, place in zip(found, places, strict=True):
        top = greatest(settings, place)
        assert limit == (pytest.approx(factor / top, rel=1e-9) if top > 0 else np.inf)


def test_and_at_the_notebook_s_rate():
    """By descent on AND that is worked out here: two steps rise, from the third on none does."""
    trainer = Trainer(Settings("and", learning_rate=50.0))
    trainer.advance(500)
    rows = trainer.history.rows()
    theta = np.array([rows.parameter(i)[0] for i in range(3)])
    matrix, y = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]]), np.array([1, 0, 0, 0])
    losses, bends = [], []
    for _ in range(501):
        z = matrix @ theta
        small = np.exp(-abs(z))
        hessian = (matrix.T * (small / (1 + small) ** 2)) @ matrix / 4
        losses.append(np.mean(np.log1p(small) + np.maximum(z, 0) - y * z))
        bends.append(np.linalg.eigvalsh(hessian)[-1])
        theta = theta - 50 * matrix.T @ (1 / (1 + np.exp(-z)) - y) / 4

    limits = followed(LimitCurve(trainer.settings), rows)

    assert limits.steps[:5].tolist() == [0, 1, 2, 3, 4]
    assert limits.limits == pytest.approx(2 / np.array(bends)[limits.steps], rel=1e-6)
    np.testing.assert_allclose(rows.loss, losses, rtol=1e-6)
    risen = np.flatnonzero(np.diff(losses) > 0)
    assert np.flatnonzero(limits.rose).tolist() == risen.tolist() == [0, 1]
    assert seen(rows) == "No step from 3 on raised the loss."


@for_each("seed, rate", itertools.product(range(2), (0.01, 0.5, 0.999, 1.01)))
def test_what_is_said_of_the_loss_is_what_it_did(seed, rate):
    """Against every loss of the run."""
    settings = Settings("line", learning_rate=rate * OF_LINE, seed=seed)
    trainer = Trainer(settings)
    every = [trainer.history.newest.loss]
    while trainer.step < 300 and trainer.advance(1):
        every.append(trainer.history.newest.loss)
    losses = np.array(every)
    risen = np.flatnonzero(losses[1:] > losses[:-1] * (1 + 1e-9))

    rows = trainer.history.rows()

    assert np.flatnonzero(rose(rows)).tolist() == risen.tolist()
    if not len(risen):
        assert seen(rows) == "No step raised the loss."
    elif risen[-1] + 2 > trainer.step:
        assert seen(rows) == "The last step raised the loss."
    else:
        assert seen(rows) == f"No step from {risen[-1] + 2} on raised the loss."


def test_a_single_step_is_no_trend():
    """Of a loss that goes up and down at every step it is never said that it only falls."""
    trainer = Trainer(Settings("xor_two", learning_rate=30.0))
    said = {seen(trainer.history.rows()) for _ in range(60) if trainer.advance(1)}
    assert said == {"The last step raised the loss.", "The last step but one raised the loss."}


def test_where_rows_were_left_out_no_step_is_named_that_nobody_knows():
    """AND from the flat side at rate 50 rises in some of its first steps."""
    settings = Settings("and", learning_rate=50.0, breaks=("saturated_start",))
    said = {}
    for most in (1000, 40):
        trainer = Trainer(settings, max_rows=most)
        trainer.advance(200)
        rows = trainer.history.rows()
        limits = followed(LimitCurve(settings), rows)
        scene = LimitScene(limits, rows, rows.newest, float(limits.limits[-1]))
        assert limits.rose[0]
        assert limits.rates[0] < limits.limits[0]
        said[rows.stride] = scene.said, scene.raised
    assert said.pop(1) == (
        "No step from 5 on raised the loss. "
        "Step 1 did, with a rate below the limit there: that is no promise.",
        "the next step raised the loss",
    )
    ((stride, (sentence, raised)),) = said.items()
    assert re.fullmatch(
        rf"No step from \d+ on .*, as far as one step in {stride} tells\.", sentence
    )
    assert raised == f"one of the next {stride} steps raised the loss"


def test_the_axis_holds_what_is_finite_and_names_what_is_not():
    """No more: a rate of 0.001 has no room up to 1; a limit that is beyond all has its name."""
    fine = nv.train("line", learning_rate=0.001, epochs=5)
    low, high = finished(limit_work(fine.settings, (), fine.trainer.history.rows())).y_limits or (
        0,
        0,
    )
    assert 0.0005 < low < 0.001
    assert OF_LINE < high < 2 * OF_LINE
    dead = nv.train("and", activation="relu", weights=(-5, -5), bias=-5, loss="mse", epochs=5)
    figure = finished(limit_work(dead.settings, (), dead.trainer.history.rows()))
    ends = {mark.text: mark.y for mark in figure.marks if isinstance(mark, EndLabel)}
    assert figure.y_limits[0] < ends["no limit"] < figure.y_limits[1]


def test_each_line_on_paper_is_named_once():
    """At its end, with its value."""
    run = nv.train("and", learning_rate=5.0, epochs=500)
    written = {text.get_text() for text in run.figure("limit").axes[0].texts}
    assert written - {""} == {"rate 5", "limit 143.1"}


def test_without_limits_a_page_says_why_and_has_no_axes_of_nothing():
    run = nv.train("and", optimizer="adam", epochs=5)
    figure = finished(limit_work(run.settings, (), run.trainer.history.rows()))
    page = render(figure, ".svg").decode()
    assert "No limit for Adam" in page
    assert "epoch" not in page


def test_a_change_of_momentum_counts_from_its_step_on():
    """And a run that is followed as it goes comes to the same as one that is worked out whole."""
    settings = Settings("line", optimizer="momentum", momentum=0.5, learning_rate=0.001)
    edits = (Edit(40, "momentum", 0.9),)
    trainer = Trainer(settings, edits)
    curve = LimitCurve(settings)
    for _ in range(5):
        trainer.advance(37)
        limits, _ = curve.follow(trainer.history.rows(), edits)

    column = limit_column(settings, edits, trainer.history.rows())

    assert column[39] == pytest.approx(1.5 / 1.9 * column[40])
    whole = followed(LimitCurve(settings), trainer.history.rows(), edits)
    after = followed(curve, trainer.history.rows(), edits)
    assert after.limits.tolist() == whole.limits.tolist() == column[whole.steps].tolist()
    assert len(limits.steps) <= len(whole.steps)


def test_with_hidden_neurons_what_was_worked_out_stays_while_the_run_goes_on():
    settings = Settings("xor", hidden=3, learning_rate=1.0)
    trainer, curve = Trainer(settings), LimitCurve(settings)
    trainer.advance(500)
    first = followed(curve, trainer.history.rows())
    trainer.advance(40)

    again, _ = curve.follow(trainer.history.rows(), ())

    assert len(first.steps) > 100
    assert again.steps[: len(first.steps) - 1].tolist() == first.steps[:-1].tolist()
    column = limit_column(settings, (), trainer.history.rows())
    assert again.limits.tolist() == pytest.approx(column[again.steps].tolist())


def test_where_there_is_none_it_is_said():
    """Of another method, in a sentence; a run's column has it where it is asked for."""
    adam = nv.train("and", optimizer="adam", epochs=3)
    with pytest.raises(SettingsError, match="No limit for Adam"):
        adam.history(limit=True)
    assert "limit" not in adam.history()
    plain = nv.train("line", epochs=3)
    assert plain.history(limit=True)["limit"] == pytest.approx([OF_LINE] * 4)
