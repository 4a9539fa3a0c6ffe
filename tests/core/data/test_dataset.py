"""One form for all data: equality, plain values, scaling, rows held out."""

import json

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset, without_rows
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.model.model import model_of
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

INPUTS = np.array([[1.0, 400.0], [2.0, -0.0], [3.0, 1 / 3], [4.0, 1e-310], [5.0, 7.0], [9.0, 8.0]])
CLASSES = Dataset(
    INPUTS,
    [0, 0, 1, 1, 0, 1],
    True,
    ("age", "income"),
    "buys",
    ("no", "yes"),
    "shop.csv",
    held_out=(1, 3),
)
NUMBERS = Dataset(INPUTS, INPUTS @ (1.0, 0.1) + 0.3, False)


@for_each("scaling", SCALINGS)
@for_each("data", [CLASSES, NUMBERS])
def test_json_gives_the_same_data_to_the_bit(data, scaling):
    """Also the sign of a zero, a third, and a number too small to be normal."""
    data = data.scaled(scaling)
    back = Dataset.from_dict(json.loads(json.dumps(data.record)))
    assert back == data
    assert hash(back) == hash(data)
    assert back.inputs.tobytes() == data.inputs.tobytes()
    assert back.scaled_inputs.tobytes() == data.scaled_inputs.tobytes()


@for_each(
    "change",
    [
        {"inputs": INPUTS + 0.0},  # −0.0 becomes 0.0
        {"targets": [1, 0, 1, 1, 0, 1]},
        {"input_names": ("age", "height")},
        {"target_name": "z"},
        {"class_names": ("yes", "no")},
        {"origin": "pasted"},
        {"held_out": (1, 4)},
    ],
)
def test_data_that_differ_in_anything_are_not_equal(change):
    """To the bit of a number, and in every name."""
    assert replace(CLASSES, **change) != CLASSES
    assert replace(CLASSES) == CLASSES


@for_each(
    ("values", "said"),
    [
        ({"inputs": [[1.0], [2.0, 3.0]]}, "rows of one length"),
        ({"inputs": "abc"}, "must be numbers"),
        ({"colour": "red"}, "colour"),
        ({"input_names": ["a", "a"]}, "different names"),
        ({"class_names": ["a"]}, "a name for each of 2 to 5"),
        ({"held_out": [0, 1, 2, 3, 4, 5]}, "not all"),
        ({"held_out": [0.5]}, "whole numbers"),
        ({"scaling": {"name": "unit", "shift": [0.0], "scale": [1.0]}}, "two numbers for each"),
        ({"scaling": {"name": "unit", "shift": [0.0, 0.0], "scale": [1.0, 0.0]}}, "above 0"),
        ({"scaling": {"name": "cubic"}}, "cubic"),
        ({"scaling": 3}, "no data"),
        ({"origin": 3}, "text"),
    ],
)
def test_values_that_are_no_data_are_refused_with_a_sentence(values, said):
    """Whatever stands in a file that someone else wrote."""
    with pytest.raises(SettingsError, match=said):
        Dataset.from_dict({**CLASSES.record, **values})


def test_scaling_is_by_the_rows_that_are_trained_on():
    """Standardised they have mean 0 and deviation 1, the rows held out need not.

    To 0 … 1 they have these ends.
    """
    standard = CLASSES.scaled("standardise").training.scaled_inputs
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(standard.std(axis=0), 1, rtol=1e-14)
    unit = CLASSES.scaled("unit").training.scaled_inputs
    assert (unit.min(axis=0).tolist(), unit.max(axis=0).tolist()) == ([0, 0], [1, 1])
    assert CLASSES.scaled("none") == CLASSES


@pytest.mark.parametrize("scaling", SCALINGS)
def test_weights_in_the_data_s_own_units_give_the_same_sum(scaling):
    """z is the same in both units.

    Of scaled inputs with the neuron's weights, of the data with the others.
    """
    data = NUMBERS.scaled(scaling)
    for hidden in (0, 3):
        model = model_of(Settings(data=data, hidden=hidden))
        theta = np.random.default_rng(1).standard_normal(model.parameters.count)
        own = data.scaling.own_units(theta, model.parameters)
        expected, same = (
            model.pre_activation(torch.tensor(values), torch.tensor(inputs)).numpy()
            for values, inputs in ((theta, data.scaled_inputs), (own, data.inputs))
        )
        np.testing.assert_allclose(same, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        data.scaling.undo(data.scaled_inputs), data.inputs, rtol=1e-12, atol=1e-12
    )


def test_an_input_that_never_changes_is_only_shifted():
    """Its deviation is 0, by which nothing can be divided."""
    data = Dataset([[5.0, 1.0], [5.0, 3.0]], [1.0, 2.0], False)
    assert data.scaled("standardise").scaled_inputs.tolist() == [[0, -1], [0, 1]]


def test_each_class_gives_its_share_and_a_seed_draws_the_same():
    """A quarter of 40 and of 80 rows; another seed draws others."""
    targets = np.repeat((0.0, 1.0), (40, 80))
    data = Dataset(np.arange(120.0)[:, None], targets, True)
    held = data.holding_out(0.25, seed=3)
    back = held.held_back
    assert [(back.targets == c).sum() for c in (0, 1)] == [10, 20]
    assert sorted([*back.inputs[:, 0], *held.training.inputs[:, 0]]) == data.inputs[:, 0].tolist()
    assert held == data.holding_out(0.25, seed=3)
    assert held != data.holding_out(0.25, seed=4)
    assert held.holding_out(0) == data
    for share in (-0.1, 0.95, 0.001):
        with pytest.raises(SettingsError, match="share"):
            data.holding_out(share)


def test_of_every_class_a_row_is_trained_on_however_large_the_share():
    """Nine tenths of four rows would be all four; two classes of one row give none."""
    few = Dataset(np.arange(44.0)[:, None], np.repeat((0.0, 1.0), (4, 40)), True)
    targets = few.holding_out(0.9).training.targets
    assert [(targets == c).sum() for c in (0, 1)] == [1, 4]
    numbers = Dataset(np.arange(4.0)[:, None], np.arange(4.0), False)
    assert numbers.holding_out(0.9).training.samples == 1
    with pytest.raises(SettingsError, match="whole row"):
        Dataset([[0.0], [1.0]], [0, 1], True).holding_out(0.9)


def test_of_five_classes_each_gives_its_share_and_all_of_it_is_plain_data():
    """Of ten, twenty … fifty rows a fifth; names that are markup or formulas come back."""
    sizes = np.arange(10, 60, 10)
    names = ("<b>", "=1+1", "a & b", "", "é")
    targets = np.repeat(np.arange(5.0), sizes)
    data = Dataset(np.arange(150.0)[:, None], targets, True, class_names=names).holding_out(0.2)
    counts = [(data.held_back.targets == index).sum() for index in range(5)]
    assert counts == [2, 4, 6, 8, 10]
    assert Dataset.from_dict(json.loads(json.dumps(data.record))) == data


def test_numbers_that_lie_in_columns_give_the_same_bits():
    """How an array lies in memory is nothing that a run may depend on."""
    rows = np.random.default_rng(3).standard_normal((7, 3))
    ends = []
    for inputs in (rows, np.asfortranarray(rows), rows[::-1][::-1]):
        trainer = Trainer(Settings(data=Dataset(inputs, rows[:, 0] * 3, False)))
        trainer.advance(40)
        ends.append(trainer.history.newest.parameters.tobytes())
    assert ends[0] == ends[1] == ends[2]


def test_own_data_are_an_experiment_of_their_own():
    """Two classes get sigmoid and cross-entropy, numbers a line and squares.

    No task of the list is named.
    """
    classes, numbers = Settings(data=CLASSES), Settings(data=NUMBERS)
    assert (classes.task, classes.activation, classes.loss) == ("own", "sigmoid", "bce")
    assert (numbers.task, numbers.activation, numbers.loss) == ("own", "identity", "mse")
    assert classes.task_label == "Own data, shop.csv"
    assert classes == Settings("own", data=CLASSES)
    assert classes.replace(seed=3).plain == classes
    with pytest.raises(SettingsError, match="needs data"):
        Settings("own")


def test_the_label_says_what_was_done_to_the_data():
    """On every figure: scaled inputs, and of a task of the list moved points.

    Never one for the other.
    """
    assert (
        Settings(data=CLASSES.scaled("standardise")).task_label
        == "Own data, shop.csv, inputs standardised"
    )
    line = Settings("line")
    scaled = line.replace(data=line.dataset.scaled("unit"))
    assert scaled.task_label == "Line, inputs from 0 to 1"
    moved = line.replace(data=moved_data(line, 0, np.array([2.5])))
    assert moved.task_label == "Line, moved points"
    both = scaled.replace(data=moved_data(scaled, 0, np.array([0.5])))
    assert both.task_label == "Line, moved points, inputs from 0 to 1"
    assert line.replace(data=line.dataset.holding_out(0.5)).task_label == "Line"
    assert Settings("line", data=NUMBERS).task_label == "own data"


def test_what_is_held_out_stays_so_without_other_rows():
    """Its place is counted anew."""
    left = without_rows(CLASSES, (0, 2))
    assert left.inputs.tolist() == INPUTS[[1, 3, 4, 5]].tolist()
    assert left.held_out == (0, 1)
    assert without_rows(CLASSES, (1,)).held_out == (2,)


def test_rows_held_out_take_no_part_in_a_run():
    """The run has the bits of one on the other rows alone."""
    data = CLASSES.scaled("standardise")
    whole = Settings(data=data, learning_rate=0.5)
    alone = Settings(data=data.training, learning_rate=0.5)
    assert whole.dataset.samples == 4
    assert whole.held_out.inputs.tolist() == CLASSES.inputs[[1, 3]].tolist()
    thetas = []
    for settings in (whole, alone):
        trainer = Trainer(settings)
        trainer.advance(50)
        thetas.append(trainer.history.newest.parameters.tobytes())
    assert thetas[0] == thetas[1]


def test_a_sample_is_moved_where_the_neuron_is_to_see_it_whatever_the_scaling():
    """Sample 1 of those trained on is row 2 of the data; all others stay where they were."""
    before = Settings(data=CLASSES.scaled("standardise"))
    after = before.replace(data=moved_data(before, 1, np.array((0.5, -0.25))))
    np.testing.assert_allclose(after.coded_inputs[1], (0.5, -0.25), rtol=1e-12)
    assert after.coded_inputs[[0, 2, 3]].tolist() == before.coded_inputs[[0, 2, 3]].tolist()
    assert (after.data.inputs != CLASSES.inputs).any(axis=1).tolist() == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert after.data.held_out == CLASSES.held_out


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (np.ma.array([[1.0], [2.0]], mask=[[0], [1]]), "masked cells"),
        (np.array([["2024-01-01"], ["2024-01-02"]], "datetime64[D]"), "must be numbers"),
        (np.array([[1], [2]], "timedelta64[D]"), "must be numbers"),
        ([["1"], ["2"]], "must be numbers"),
    ],
)
def test_what_would_become_a_number_unseen_is_refused(inputs, said):
    """A mask was lost, and days and texts became numbers, without a word."""
    with pytest.raises(SettingsError, match=said):
        Dataset(inputs, [1.0, 2.0], classes=False)
