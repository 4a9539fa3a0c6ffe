"""Differences between experiments, in words."""

import numpy as np

from neuroviz.core.choices.edits import (
    Edit,
    changed,
    describe_change,
    differences,
    edit_in_words,
    only_edits,
)
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from tests.for_each import for_each

AND = Settings()


@for_each(
    ("changes", "names", "words"),
    [
        ({"learning_rate": 5.0}, {"learning_rate"}, "learning rate 50 → 5"),
        ({"learning_rate": 2e4}, {"learning_rate"}, "learning rate 50 → 20,000"),
        ({"seed": 7}, {"seed"}, "seed 0 → 7"),
        ({"seed": 20_261_202}, {"seed"}, "seed 0 → 20,261,202"),
        ({"hidden": 3}, {"hidden", "hidden_activation"}, "hidden neurons 0 → 3"),
        ({"batch_size": 2}, {"batch_size"}, "batch size full → 2"),
        ({"init": "zeros"}, {"init"}, "start uniform → zeros"),
        ({"weights": (1.0, 2.0), "bias": 3.0}, {"init", "weights", "bias"}, "typed weights"),
        ({"until_loss": 0.125}, {"until_loss"}, "until loss — → 0.125"),
        ({"threshold": 0.25}, {"threshold"}, "threshold 0.5 → 0.25"),
        ({"inputs": "pm1"}, {"inputs"}, "input coding 0 and 1 → −1 and +1"),
        ({"breaks": ("ascent",)}, {"breaks"}, "on purpose nothing → gradient ascent"),
        (
            {"breaks": ("saturated_start",)},
            {"breaks", "bias"},
            "on purpose nothing → saturated start",
        ),
    ],
)
def test_one_change_has_the_name_of_what_changed(changes, names, words):
    """As the menu says it, from the old value to the new.

    And the other way round on the way back.
    """
    new = AND.replace(**changes)
    assert names <= set(changed(AND, new))
    assert set(changed(AND, new)) == set(changed(new, AND))
    assert describe_change(AND, new).startswith(words)


@for_each(
    ("changes", "edits"),
    [
        ({}, True),
        ({"learning_rate": 5.0, "momentum": 0.5}, True),
        ({"gamma": 0.5, "epochs": 3, "until_loss": 0.1, "threshold": 0.25}, True),
        ({"learning_rate": 5.0, "seed": 7}, False),
        ({"optimizer": "nesterov"}, False),
        ({"weights": (1.0, 2.0)}, False),
        ({"breaks": ("ascent",)}, False),
    ],
)
def test_a_run_goes_on_with_other_hyperparameters_and_limits(changes, edits):
    """With anything else it is another run."""
    old = Settings(optimizer="momentum", schedule="step_decay")
    assert only_edits(old, old.replace(**changes)) is edits


def test_nothing_changed_has_no_name():
    """The same experiment, however it was said."""
    assert changed(AND, AND.replace(learning_rate=AND.learning_rate)) == ()
    assert describe_change(AND, AND.replace()) == "settings"


def test_another_task_is_named_before_all_that_changes_with_it():
    """Its own rate, activation and loss are no news."""
    line = Settings("line")
    assert {"task", "learning_rate", "activation", "loss"} <= set(changed(AND, line))
    assert describe_change(AND, line) == "task AND gate → Line"


def test_the_way_from_a_typed_start_is_called_a_start():
    """There are no typed weights any more."""
    typed = AND.replace(weights=(1.0, 2.0), bias=3.0)
    assert describe_change(typed, typed.replace(init="zeros")) == "start"


def test_hyperparameters_that_come_and_go_are_changes():
    """The optimizer is named, its own numbers go with it."""
    momentum = AND.replace(optimizer="momentum")
    assert changed(AND, momentum) == ("optimizer", "momentum")
    assert changed(momentum, AND) == ("optimizer", "momentum")
    assert describe_change(AND, momentum) == "optimizer SGD → SGD with momentum"


def test_data_of_one_s_own_are_a_difference():
    """Told by their size; two of one size are not the same."""
    one, two = (
        Dataset(np.arange(6.0).reshape(2, 3) + shift, np.array([0.0, 1.0]), classes=True)
        for shift in (0, 1)
    )
    own, other = AND.replace(data=one), AND.replace(data=two)
    assert describe_change(AND, own) == "data — → 2 × 3"
    assert changed(own, other) == ("data",)
    assert changed(own, AND.replace(data=one)) == ()
    assert differences([(own, ()), (other, ())]) == ["data 2 × 3", "data 2 × 3"]


@for_each(
    ("old", "new", "words"),
    [
        ((), ("x1^2", "x2^2"), "input x₁², x₂²"),
        (("x1^2", "x2^2"), ("x1^2",), "without input x₂²"),
        (("x1^2",), ("x1*x2",), "input x₁·x₂, without input x₁²"),
        (("x1^2", "x2^2"), ("x2^2", "x1^2"), "inputs x₂², x₁²"),
    ],
)
def test_inputs_by_formula_that_come_go_and_change_places(old, new, words):
    """Both of an exchange are told, and the order where that alone is another one."""
    ring = Settings("ring")
    assert describe_change(ring.replace(features=old), ring.replace(features=new)) == words


def test_runs_are_told_apart_by_what_they_differ_in_only():
    """In the order of the settings; what all share, and how far they go, is not said."""
    runs = [
        (AND.replace(learning_rate=0.5), ()),
        (AND.replace(learning_rate=5.0, epochs=7, threshold=0.25), ()),
        (AND.replace(learning_rate=5.0, optimizer="momentum"), ()),
    ]
    assert differences(runs) == [
        "optimizer SGD, learning rate 0.5",
        "optimizer SGD, learning rate 5",
        "optimizer SGD with momentum, learning rate 5, momentum 0.9",
    ]


def test_edits_are_told_with_their_steps():
    """In their order, also where the settings are the same."""
    edits = (Edit(1300, "learning_rate", 0.5), Edit(2000, "momentum", 0.25))
    momentum = AND.replace(optimizer="momentum")
    assert differences([(momentum, ()), (momentum, edits)]) == [
        "",
        "learning rate 50, momentum 0.9, from step 1,300 learning rate 0.5, "
        "from step 2,000 momentum 0.25",
    ]


def test_one_run_differs_from_nothing():
    """And none from none."""
    assert differences([(AND, ())]) == [""]
    assert differences([]) == []


def test_long_lists_are_cut():
    """The weights of a hundred inputs are no label."""
    spam = Settings("spam")
    width = spam.dataset.width
    one, two = (spam.replace(weights=(float(value),) * width, bias=0.0) for value in (1, 2))
    said = differences([(one, ()), (two, ())])
    assert said == ["weights 1, 1, 1, 1 …", "weights 2, 2, 2, 2 …"]


@for_each(
    ("changes", "words"),
    [
        (
            {"optimizer": "adamw"},
            "optimizer AdamW, beta 1 0.9, beta 2 0.999, epsilon 10⁻⁸, weight decay 0.01",
        ),
        ({"activation": "leaky_relu"}, "activation Leaky ReLU"),
        ({"loss": "mae"}, "loss Mean absolute error"),
        ({"l2": 0.5}, "L2 penalty 0.5"),
        ({"schedule": "step_decay", "period": 3}, "schedule step decay, period 3, gamma 0.5"),
        (
            {"breaks": ("x1_times_100", "no_zero_grad")},
            "on purpose forgotten zero_grad, x₁ times 100",
        ),
        ({"weights": (-1.0,), "bias": 2.0}, "weights −1, bias 2"),
    ],
)
def test_choices_are_called_as_the_window_calls_them(changes, words):
    """By the labels of lists and boxes.

    Never by the names that files and the command line have for them.
    """
    line = Settings("line")
    _, said = differences([(line, ()), (line.replace(**changes), ())])
    assert said == words


def test_edits_are_called_so_too():
    """In the list of runs, and under a figure."""
    assert edit_in_words(Edit(3, "beta1", 0.5)) == "from step 3 beta 1 0.5"
