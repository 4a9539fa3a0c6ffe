import itertools
import re

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import epoch_factor
from neuroviz.core.curvature.hessian import curvature_at, stable_limit
from neuroviz.core.curvature.quadratic import growing_error
from neuroviz.core.numbers import subscripted
from neuroviz.core.training.trainer import Trainer

LINEAR = {"activation": "identity", "loss": "mse", "batch_size": "full"}
SAID = r"The error along the direction \((.*)\), where the curvature is (\S+), grows (\S+)-fold"


def told(settings, theta):
    """Return what is said: the named parts (k,) of the direction, curvature and factor.

    Also the indices of these parts.
    """
    said = growing_error(settings, theta, settings.learning_rate)
    terms, curvature, factor = re.match(SAID, said).groups()
    parts = [term.split() for term in terms.removesuffix(", …").split(", ")]
    names = [subscripted(name) for name in settings.parameters.names]
    places = [names.index(name) for name, _ in parts]
    direction = np.array([float(value) for _, value in parts])
    return direction, float(curvature), float(factor), places


def same_direction(named, places, way):
    """Return whether the named parts, with two digits, are those of a way, to either side."""
    way = way / np.linalg.norm(way)
    return np.allclose(named * np.sign(named @ way[places]), way[places], rtol=0.06, atol=1e-9)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("task", ["and", "line", "sum", "spam"])
def test_direction_and_factor_are_those_of_the_run(task, optimizer):
    """After 300 steps at 1.2 times the limit the steps go along the direction.

    Each is longer by the factor.
    """
    base = Settings(task, **LINEAR, optimizer=optimizer)
    limit = stable_limit(base, base.hyperparameters.get("momentum", 0.0))
    settings = base.replace(learning_rate=1.2 * limit)
    trainer = Trainer(settings)
    trainer.advance(300)
    rows, width = trainer.history.rows(), settings.dataset.width + 1
    moves = np.diff(np.array([rows.parameter(i)[-3:] for i in range(width)]), axis=1)
    direction, curvature, factor, places = told(settings, trainer.history.newest.parameters)
    lengths = np.linalg.norm(moves, axis=0)
    assert factor == pytest.approx(lengths[1] / lengths[0], rel=1e-3)
    assert same_direction(direction, places, moves[:, 1])
    assert places == sorted(np.argsort(np.abs(moves[:, 1]))[-4:])  # to whichever side
    greatest = curvature_at(settings, np.zeros(width)).greatest
    assert curvature == pytest.approx(greatest, rel=1e-3)


def test_a_plane_of_equal_curvature_has_the_error_s_own_direction():
    """With inputs ±1 every λ is 2: the error itself grows, straight, by |1 − 2η| a step."""
    settings = Settings(
        "and", **LINEAR, inputs="pm1", learning_rate=1.5, weights=(1.0, 0.0), bias=-0.25
    )
    theta = np.array([1.0, 0.0, -0.25])
    direction, *numbers, places = told(settings, theta)
    error = theta - np.array([0.25, 0.25, 0.25])  # least squares of AND over ±1, as 1 and 0: ¼ each
    assert same_direction(direction, places, error)
    assert numbers == [2, 2]


def test_of_several_the_one_that_costs_most():
    """At ten times the limit all directions of AND grow.

    From a start off by the slow one alone it is named, to whichever side.
    """
    settings = Settings("and", **LINEAR, learning_rate=10.0)
    curvature = curvature_at(settings, np.zeros(3))
    for index, side in itertools.product(range(3), (1, -1)):
        away = side * curvature.directions[:, index]
        _, named, *_ = told(settings, np.array([0.5, 0.5, -0.25]) + away)
        assert named == pytest.approx(curvature.curvatures[index], rel=1e-3)


def test_what_a_direction_costs_grows_with_the_square_of_its_error():
    """Off by 1 along the steepest and by e along the slowest: named is whose λe² is larger."""
    settings = Settings("and", **LINEAR, learning_rate=10.0)
    curvature = curvature_at(settings, np.zeros(3))
    sizes, directions = curvature.curvatures, curvature.directions
    slow, steep = int(sizes.argmin()), int(sizes.argmax())
    for share, named in ((0.9, steep), (1.1, slow)):
        error = share * np.sqrt(sizes[steep] / sizes[slow])
        away = directions[:, steep] - error * directions[:, slow]
        _, said, *_ = told(settings, np.array([0.5, 0.5, -0.25]) + away)
        assert said == pytest.approx(sizes[named], rel=1e-3)


def test_at_the_optimum_the_steepest_is_named():
    """Where there is no error yet, a direction of length 1 is named all the same."""
    settings = Settings("double", **LINEAR, learning_rate=1.0)
    direction, *_ = told(settings, np.array([2.0, 0.0]))
    assert np.linalg.norm(direction) == pytest.approx(1, abs=0.01)


def test_the_sentence_has_direction_and_factor():
    """It names the parameters and the factor; the limit is said by the state.

    100 inputs are cut to four.
    """
    settings = Settings("double", **LINEAR, learning_rate=0.2)
    said = growing_error(settings, np.zeros(2), 0.2)
    assert re.search(r"\(w₁ -?0\.92, b -?0\.4\)", said)
    assert "1.219-fold" in said
    assert said.endswith("in every step.")
    swinging = growing_error(settings.replace(optimizer="momentum"), np.zeros(2), 0.5)
    assert swinging.endswith("in every step, in the long run.")
    assert "…" not in growing_error(Settings("sum", **LINEAR), np.zeros(4), 0.2)
    wide = growing_error(Settings("spam", **LINEAR), np.zeros(101), 0.2)
    assert (len(re.findall(r"w[₀-₉]+ -?0", wide)), "…" in wide) == (4, True)


@pytest.mark.parametrize(
    ("choices", "rate"),
    [
        ({}, 0.6),
        ({"optimizer": "adam"}, 1e6),
        ({"loss": "mae"}, 1e6),
        ({"activation": "sigmoid"}, 1e6),
    ],
    ids=["below the limit", "no theory", "no curvature", "only local"],
)
def test_else_there_is_nothing_to_tell(choices, rate):
    """Below the limit, or where theory does not know.

    The rate of a step goes before that of the settings.
    """
    settings = Settings("and", **{**LINEAR, **choices}, learning_rate=1e3)
    assert growing_error(settings, np.zeros(3), rate) == ""


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("batch", [1, 2, 4, 5])
def test_batches_in_a_fixed_order_grow_by_the_factor_of_an_epoch(batch, optimizer):
    """Of six samples also in batches of four or five, the last of which is a short one.

    As the run itself grows.
    """
    settings = Settings(
        "line",
        activation="identity",
        loss="mse",
        batch_size=batch,
        shuffle=False,
        optimizer=optimizer,
        learning_rate=0.3,
    )
    steps = settings.steps_per_epoch
    trainer = Trainer(settings)
    trainer.advance(40 * steps)
    rows = trainer.history.rows()
    moves = np.diff(np.array([rows.parameter(i)[::steps] for i in range(2)]), axis=1)
    grown = np.linalg.norm(moves[:, -1]) / np.linalg.norm(moves[:, -2])
    assert grown > 1
    assert epoch_factor(
        settings, 0.3, settings.hyperparameters.get("momentum", 0.0)
    ) == pytest.approx(grown, rel=1e-6)
