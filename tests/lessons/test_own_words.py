"""The tests' own run, by which the numbers in a lesson are checked, against autograd.

It finds what is untrue.
"""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from tests.for_each import for_each
from tests.lessons.own_loop import DOUBLE_X, DOUBLE_Y, GATE, TARGETS, descend
from tests.lessons.own_words import Names, OwnMoment, OwnRun, untrue

START = [0.3, -0.4, 0.0]


@for_each(
    ("options", "loop"),
    [
        ({}, {}),
        ({"loss": "mse"}, {"loss": "squared"}),
        ({"breaks": ("no_bias",)}, {"bias": False}),
        ({"breaks": ("no_zero_grad",)}, {"sum_up": True}),
        ({"breaks": ("ascent",)}, {"sign": 1.0}),
        ({"optimizer": "momentum"}, {"momentum": 0.9}),
    ],
)
def test_it_is_what_autograd_gives(options, loop):
    run = OwnRun(Settings.opened("and", learning_rate=0.5, **options), START)
    rows = descend(GATE, TARGETS["and"], START, 0.5, 30, **loop)
    assert run.theta(30) == pytest.approx(rows.theta[30], rel=1e-9)
    assert run.loss(30) == pytest.approx(rows.loss[30], rel=1e-9)
    assert run.grad(30) == pytest.approx(rows.grad[30], rel=1e-7)


def test_of_a_line_it_knows_the_curvature_too():
    run = OwnRun(Settings.opened("double", learning_rate=0.05), [1.0, 3.0])
    rows = descend(DOUBLE_X, DOUBLE_Y, [1.0, 3.0], 0.05, 9, "mse")
    assert run.theta(9) == pytest.approx(rows.theta[9], rel=1e-9)
    design = np.column_stack((DOUBLE_X, np.ones(3)))
    assert run.curvatures(9) == pytest.approx(np.linalg.eigvalsh(2 * design.T @ design / 3))


@for_each("phi", ["tanh", "identity"])
def test_with_hidden_neurons_it_is_what_autograd_gives(phi):
    rng = np.random.default_rng(1)
    start = rng.normal(size=9).tolist()
    run = OwnRun(Settings.opened("xor_two", learning_rate=0.5, hidden_activation=phi), start)
    rows = descend(GATE, TARGETS["xor"], start, 0.5, 30, hidden=(2, phi))
    assert run.theta(30) == pytest.approx(rows.theta[30], rel=1e-9)
    assert run.grad(30) == pytest.approx(rows.grad[30], rel=1e-7)
    assert run.loss(30) == pytest.approx(rows.loss[30], rel=1e-9)
    assert run.h(30) == pytest.approx(rows.h(30))


@for_each("hidden", [(), (2, "tanh")])
def test_with_an_output_for_each_class_it_is_what_autograd_gives(hidden):
    layer = {"hidden": hidden[0], "hidden_activation": hidden[1]} if hidden else {}
    settings = Settings.opened("blobs3", learning_rate=0.5, **layer)
    start = np.random.default_rng(1).normal(size=settings.parameters.count).tolist()
    run = OwnRun(settings, start)
    rows = descend(run.x, run.y, start, 0.5, 30, hidden=hidden, classes=3)
    assert run.theta(30) == pytest.approx(rows.theta[30], rel=1e-9)
    assert run.grad(30) == pytest.approx(rows.grad[30], rel=1e-7)
    assert run.loss(30) == pytest.approx(rows.loss[30], rel=1e-9)
    assert run.right(30).tolist() == rows.right(30).tolist()
    moment = OwnMoment(run, 30, 4)
    assert [moment.p1, moment.p2, moment.p3] == pytest.approx(rows.shares(30)[4])
    assert moment.z3_of(5) == moment.z3 == pytest.approx(rows.z(30)[4, 2])
    assert moment["gc2" if hidden else "gb2"] == pytest.approx(rows.grad[30][-2], rel=1e-7)


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("It falls from 0.7012 to 0.6 at epoch 2.", True),
        ("It falls from 0.7012 to 0.7 at epoch 2.", False),
        ("It falls from 0.7013 to 0.6 at epoch 2.", False),
        ("It falls from 0.7012 to 0.6 at epoch 3.", False),
        ("It rises from 0.7012 to 0.6 at epoch 2.", False),
    ],
)
def test_it_finds_what_is_untrue(text, is_true):
    rows = descend(GATE, TARGETS["and"], START, 1.0, 2)
    assert rows.loss[[0, 2]] == pytest.approx([0.7012, 0.6162], abs=1e-4)
    run = OwnRun(Settings.opened("and"), START)
    names = Names(OwnMoment(run, 2), OwnMoment(run, 0), {})
    template = "It falls from {before.loss} to {loss:1} at epoch {epoch}."
    assert (untrue(template, text, names) == []) == is_true
