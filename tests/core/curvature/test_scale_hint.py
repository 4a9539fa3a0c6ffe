"""The rate that inputs of very different size allow, and what standardising them would mend."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, stable_limit
from neuroviz.core.curvature.scale_hint import below_limit, scale_hint, stable_rate, target_hint
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import rounded_down
from neuroviz.core.training.trainer import Trainer


def numbers(classes, scale=400.0):
    """Return two inputs, one many times the other."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 2)) * (1.0, scale)
    y = x[:, 0] + x[:, 1] / scale
    return Dataset(x, (y > 0).astype(float) if classes else y, classes)


def test_of_numbers_it_is_the_exact_limit():
    """As the ruler has it, scaled or not, and also where some rows are held out."""
    for data in (
        numbers(False),
        numbers(False).scaled("standardise"),
        numbers(False).holding_out(0.3),
        replace(numbers(False), targets=numbers(False).inputs[:, [1, 0, 1]]),
    ):
        assert stable_rate(data) == pytest.approx(stable_limit(Settings(data=data)), rel=1e-9)


def test_of_classes_runs_below_it_descend_and_above_it_need_not():
    """Right below the rate the loss never rises, from any start; far above it does."""
    data = numbers(True)
    rate = stable_rate(data)
    for seed in range(5):
        for factor, rises in ((0.99, False), (50.0, True)):
            settings = Settings(
                data=data, learning_rate=factor * rate, seed=seed, init="normal", epochs=60
            )
            trainer = Trainer(settings)
            trainer.advance(60)
            losses = np.array(trainer.history.rows().columns()["loss"])
            assert bool((np.diff(losses) > 1e-12).any()) is rises


@pytest.mark.parametrize(
    "several", [np.eye(2)[:, [0, 1, 1]], np.arange(3)], ids=["targets", "classes"]
)
def test_of_several_outputs_the_curvature_is_nowhere_larger(several):
    """From any start; for several targets it is met with all weights 0, for classes half-way."""
    rng = np.random.default_rng(8)
    chosen = several[rng.integers(len(several), size=40)]
    data = Dataset(numbers(True).inputs, chosen.astype(float), classes=True)
    settings, bound = Settings(data=data), 2 / stable_rate(data)
    count = settings.parameters.count
    greatest = [
        curvature_at(settings, scale * rng.normal(size=count)).greatest
        for scale in np.geomspace(1e-9, 1, 40)
    ]
    assert 0.5 * bound < max(greatest) <= bound * (1 + 1e-9)


def test_numbers_begin_with_a_rate_below_their_limit():
    """Where the usual one is not, and one can be set; it is kept with what was chosen."""
    data = Dataset([[1], [2], [3], [4], [5]], [2, 4, 5, 8, 10], classes=False)
    limit = stable_rate(data)
    assert limit < Settings(data=data).learning_rate == 0.1
    opened = below_limit(Settings.opened(data=data))
    assert opened.choices["learning_rate"] == opened.learning_rate == 0.04
    run = Trainer(opened)
    run.advance(200)
    losses = run.history.rows().loss.compressed()
    assert (np.diff(losses) < 0).all()
    for usual in (
        data.scaled("standardise"),
        Dataset(data.inputs * 1e7, data.targets, classes=False),
        Dataset(data.inputs, [0, 0, 1, 1, 1], classes=True),
    ):
        assert below_limit(Settings.opened(data=usual)) == Settings.opened(data=usual)
    for chosen in ({"learning_rate": 0.1}, {"optimizer": "adam"}, {"hidden": 2}, {"loss": "mae"}):
        assert below_limit(Settings(data=data, **chosen)) == Settings(data=data, **chosen)


@pytest.mark.parametrize("classes", [True, False])
def test_it_is_said_which_input_is_larger_and_what_scaling_allows(classes):
    """The sentence names the inputs and both rates; after standardising there is nothing to say."""
    data = numbers(classes)
    hint = scale_hint(data)
    ratio = np.abs(data.inputs[:, 1]).max() / np.abs(data.inputs[:, 0]).max()
    assert f"x₂ is {ratio:.0f} times as large as x₁" in hint.sentence
    scaled_rate = stable_rate(data.scaled("standardise"))
    assert scaled_rate > 1000 * hint.rate
    assert f"standardised{', up to' if classes else ' it is'} {rounded_down(scaled_rate, 2)}." in (
        hint.sentence
    )
    assert scale_hint(data.scaled("standardise")) is None
    assert scale_hint(data.scaled("unit")) is None


def test_thousands_of_times_are_told_as_a_person_would():
    inputs = [[6.0, 89092.7], [1.0, 77219.7], [4.0, 24082.5]]
    data = Dataset(inputs, [1.0, 2.0, 3.0], classes=False, input_names=("rooms", "weight"))
    hint = scale_hint(data)
    assert hint.sentence.startswith("weight is about 15,000 times as large as rooms: ")


def test_large_inputs_of_one_size_are_told_by_their_size():
    assert scale_hint(numbers(True, scale=1.0)) is None
    data = Dataset(
        [[1000.0], [1004.0], [1008.0]], [1.0, 2.0, 3.0], classes=False, input_names=("year",)
    )
    hint = scale_hint(data)
    assert hint.sentence.startswith("year goes up to 1008: the largest stable rate is")


def test_an_input_in_a_small_unit_is_told_by_its_size():
    """As is it hardly bends the loss; in another unit, or standardised, there is nothing to say."""
    lengths = np.array([[4.0], [5.0], [7.0]])
    data = [
        Dataset(unit * lengths, [1.0, 2.0, 3.0], classes=False, input_names=("wavelength",))
        for unit in (1e-7, 1.0)
    ]
    small, usual = (scale_hint(each.scaled("none")) for each in data)
    assert small.creeps
    assert small.sentence.startswith("wavelength goes up to 7e-7: a step of its weight")
    assert usual is None or not usual.creeps
    assert scale_hint(data[0].scaled("standardise")) is None


def test_an_input_that_is_seldom_there_is_not_small():
    """A 1 in one of 20,000 rows hardly bends the loss either, in whatever unit."""
    inputs = np.random.default_rng(0).uniform(0, 1.2, (20_000, 2))
    inputs[:, 1] = np.arange(20_000) == 3
    assert scale_hint(Dataset(inputs, 2 * inputs[:, 0] + 1, classes=False)) is None


def test_a_rate_that_a_run_begins_with_and_cannot_stand_is_told():
    """Inputs up to 9 allow 0.038 where a run begins at 0.1.

    Targets of any size change nothing in that.
    """
    inputs = [[1.0], [2.0], [4.0], [9.0]]
    data = [
        Dataset(inputs, [size, 2 * size, 4 * size, 9 * size], classes=False) for size in (1.0, 1e6)
    ]
    hints = [scale_hint(each) for each in data]
    assert hints[0] == hints[1] is not None
    assert hints[0].rate < 0.1 <= stable_rate(data[0].scaled("standardise"))


def test_a_large_target_of_a_row_held_out_is_none_of_the_losses():
    """A run is never trained on it; the same row among the others is told."""
    data = Dataset([[-1.0], [0.0], [1.0]], [-9.0, 9e6, 9.0], classes=False)
    assert "up to 9e6 make losses up to 8e13" in target_hint(data)
    assert target_hint(data.keeping_aside([1])) == ""
    assert "up to 9e6" in target_hint(data.keeping_aside([0]))


def test_large_targets_are_told_with_what_they_change():
    """Losses are as large as their squares.

    Plain gradient descent takes any of them at one rate, Adam does not.
    """
    data = Dataset([[-1.0], [0.0], [1.0]], [-9e6, 1e5, 9e6], classes=False)
    assert "up to 9e6 make losses up to 8e13" in target_hint(data)
    assert target_hint(Dataset([[-1.0], [1.0]], [-9.0, 9.0], classes=False)) == ""
    left = []
    for targets in (data.targets, data.targets / 1e6):
        for optimizer in ("sgd", "adam"):
            trainer = Trainer(
                Settings(data=Dataset(data.inputs, targets, False), optimizer=optimizer)
            )
            trainer.advance(100)
            loss = trainer.history.rows().loss
            left.append(loss[-1] / loss[0])
    large_sgd, large_adam, small_sgd, small_adam = left
    assert large_sgd == pytest.approx(small_sgd, abs=1e-3)
    assert large_adam > 0.99 > small_adam
