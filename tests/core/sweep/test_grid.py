import math

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import (
    momentum_axis,
    rate_axis,
    rate_grid,
    start_grid,
)
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each


def test_rates_are_even_in_their_logarithm():
    axis = rate_axis(1e-3, 10, 41)
    assert (axis.values[0], axis.values[-1], axis.logarithmic) == (1e-3, 10, True)
    assert np.diff(np.log10(axis.values)) == pytest.approx(np.full(40, 0.1))


def test_one_axis_is_one_start_with_every_rate():
    settings = Settings("and", seed=3)
    grid = rate_grid(settings, rate_axis(0.1, 1, 5))
    assert (len(grid), grid.shape, grid.over) == (5, (5,), "the learning rate")
    assert grid.hyperparameters["learning_rate"].tolist() == grid.axes[0].values.tolist()
    assert grid.starts.tolist() == [Trainer(settings).history.newest.parameters.tolist()]


def test_two_axes_are_every_pair_the_rates_following_each_other():
    settings = Settings("line", optimizer="nesterov")
    grid = rate_grid(settings, rate_axis(0.1, 1, 3), momentum_axis(settings, 0, 0.5, 2))
    assert (len(grid), grid.shape, grid.over) == (6, (2, 3), "the learning rate and momentum")
    assert grid.hyperparameters["momentum"].tolist() == [0, 0, 0, 0.5, 0.5, 0.5]
    assert (
        grid.hyperparameters["learning_rate"].reshape(grid.shape)[1].tolist()
        == grid.axes[0].values.tolist()
    )
    assert grid.coordinates.keys() == {"learning_rate", "momentum"}


def test_starts_vary_the_first_two_parameters_and_keep_the_others():
    settings = Settings("and", weights=(7.0, 8.0), bias=9.0, learning_rate=0.3)
    grid = start_grid(settings, 2.0, 5)
    assert (grid.shape, grid.over) == ((5, 5), "the starts of w₁ and w₂")
    assert grid.starts[:, 2].tolist() == [9.0] * 25
    assert {tuple(row) for row in grid.starts[:, :2].tolist()} == {
        (x, y) for x in range(-2, 3) for y in range(-2, 3)
    }
    assert grid.coordinates["start_w1"].tolist() == grid.starts[:, 0].tolist()
    assert grid.coordinates["start_w2"].tolist() == grid.starts[:, 1].tolist()
    assert set(grid.hyperparameters["learning_rate"].tolist()) == {0.3}


def test_with_one_input_the_second_start_is_the_bias():
    assert [axis.name for axis in start_grid(Settings("line"), 1.0, 2).axes] == [
        "start_w1",
        "start_b",
    ]


@for_each("optimizer", OPTIMIZERS)
def test_only_some_optimizers_have_a_momentum(optimizer):
    settings = Settings("and", optimizer=optimizer)
    if "momentum" in settings.hyperparameters:
        assert momentum_axis(settings, 0.0, 0.9, 10).values == pytest.approx(np.arange(10) / 10)
        return
    with pytest.raises(
        SettingsError, match="no momentum to sweep: use the optimizer momentum or nesterov"
    ):
        momentum_axis(settings, 0.0, 0.9, 10)


@for_each(
    ("low", "high", "points", "sentence"),
    [
        (1.0, 0.1, 5, "must be below the highest, not 1 and 0.1"),
        (1e9, 5.0, 5, "must be below the highest, not 10⁹ and 5"),
        (1.0, 1.0, 5, "must be below the highest"),
        (0.0, 1.0, 5, "learning_rate must be a number from 1e-12 to .*, not 0"),
        (1.0, math.inf, 5, "learning_rate must be"),
        (0.1, 1.0, 10**12, "from 2 to 1,048,576"),
        (0.1, 1.0, 1, "points must be a whole number from 2 to 1,048,576, not 1"),
    ],
)
def test_rates_that_cannot_be(low, high, points, sentence):
    with pytest.raises(SettingsError, match=sentence):
        rate_axis(low, high, points)


@pytest.mark.parametrize("high", [1.0, -0.1, math.nan])
def test_momenta_that_cannot_be(high):
    with pytest.raises(SettingsError):
        momentum_axis(Settings("and", optimizer="momentum"), 0.0, high, 3)


@pytest.mark.parametrize(
    ("reach", "points"), [(0.0, 5), (-1.0, 5), (math.inf, 5), (math.nan, 5), (1.0, 1)]
)
def test_starts_that_cannot_be(reach, points):
    with pytest.raises(SettingsError):
        start_grid(Settings("and"), reach, points)


def test_too_many_neurons_are_refused_before_memory_is_asked_for():
    settings = Settings("spam")
    with pytest.raises(
        SettingsError, match="100,000 neurons of 101 parameters do not fit into memory"
    ):
        rate_grid(settings, rate_axis(0.1, 1, 100_000))
    with pytest.raises(SettingsError, match="use at most 83,055 neurons"):
        start_grid(settings, 1.0, 10**4)


def test_a_map_of_starts_needs_two_parameters_that_act():
    """With one input and no bias the second axis would do nothing."""
    with pytest.raises(SettingsError, match="a map of starts needs two"):
        start_grid(Settings("line", breaks=("no_bias",)), 10.0, 4)
