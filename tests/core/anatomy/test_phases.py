import re

import numpy as np
import pytest

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.anatomy.phases import following_position, previous_position, sentence
from neuroviz.core.anatomy.unit import opened
from neuroviz.core.data.dataset import Dataset
from tests.core.anatomies import anatomy_of
from tests.core.same_bits import advanced
from tests.for_each import for_each


def anatomy_at(steps=0, **choices):
    """Return the anatomy of the step after so many."""
    return anatomy_of(advanced(steps, **choices))


def test_two_steps_by_parts():
    """Forward, loss, zero_grad, backward, then the update at the next row."""
    position = (0, None)
    seen = []
    for _ in range(10):
        position = following_position(*position)
        seen.append(position)
    assert seen == [(step + (phase == "update"), phase) for step in range(2) for phase in PHASES]


def test_backwards_is_the_same_way():
    """Every part leads back to the one that led to it, from the first part of the first step on."""
    position = (0, "forward")
    for _ in range(23):
        following = following_position(*position)
        assert previous_position(*following) == position
        position = following


def test_before_the_first_part_there_is_nothing():
    """The start stays the start.

    From a row that is not gone by parts the way back is its update.
    """
    assert previous_position(0, "forward") == (0, "forward")
    assert previous_position(0, None) == (0, None)
    assert previous_position(4, None) == (4, "update")
    assert following_position(4, None) == (4, "forward")


def test_a_sample_s_numbers_are_in_the_sentences():
    """With w = (0.5, 0), b = 0.7 and x = (1, 0) every number of the step is told."""
    anatomy = anatomy_at(weights=(0.5, 0.0), bias=-0.7, loss="mse", learning_rate=1.0)
    said = {phase: sentence(anatomy, phase, 1) for phase in PHASES}
    z = "0.5·1 + 0·0 − 0.7 = -0.2"  # to the last bits
    assert said["forward"] == f"Forward: z = {z}. Sigmoid makes it ŷ = 0.4502."
    assert (
        said["loss"] == "Loss: Mean squared error of the output 0.4502 and the target 0 is 0.2026."
    )
    assert said["zero_grad"].startswith("zero_grad: the old gradients are discarded")
    assert "0.9003·0.2475 = 0.2228" in said["backward"]
    assert "w₁ 0.5 → " in said["update"]
    rounded = anatomy_at(weights=(0.5, 0.0), bias=-0.58201)
    assert "0.5·1 + 0·0 − 0.5820 = -0.08201." in sentence(rounded, "forward", 1)


def test_a_weight_is_written_as_the_neuron_writes_it():
    """One that was rounded has its zeros: "→ −2.210" stands beside a pill that says −2.210."""
    start = {"weights": (2.00004, 0.5), "bias": -0.25}
    slope = anatomy_at(**start).grad[0]
    said = sentence(anatomy_at(**start, learning_rate=0.01 / slope), "update")
    assert "w₁ 2.000 → 1.990, w₂ 0.5 → 0." in said


@pytest.mark.parametrize("task", ["gates", "blobs3"])
def test_the_sum_of_one_of_several_outputs_has_its_number(task):
    """As its output has; a hidden neuron's has none, as it would be taken for an output's."""
    whole = anatomy_at(1, task=task, hidden=2)
    for unit, name in ((3, "z₂"), (0, "z")):
        for sample in (None, 1):
            said = sentence(opened(whole, unit), "forward", sample)
            assert re.findall(r"z\S?(?= )", said) == [name]
        assert f"∂ℓ/∂{name} = " in sentence(opened(whole, unit), "backward", 1)


def test_a_parameter_that_hardly_moves_is_not_said_to_go_from_a_number_to_the_same():
    """At a rate of 1e-7 no digit that is shown changes, and without a bias that one stays."""
    said = sentence(
        anatomy_at(weights=(-6.375, 0.5), bias=0, learning_rate=1e-7, breaks=("no_bias",)),
        "update",
        None,
    )
    moves = re.findall(r"from (\S+) to ([^\s,.]+(?:\.\d+)?)", said)
    assert all(old != new for old, new in moves)
    assert re.search(r"w₁ −6.375 by only -?\d(\.\d)?e-\d+, ", said)
    assert said.endswith("b stays at 0.")


@pytest.mark.parametrize("breaks", [(), ("ascent",)])
def test_a_small_move_is_told_with_its_sign(breaks):
    """Of a neuron that says too much every weight goes down, by ascent up."""
    anatomy = anatomy_at(weights=(6.375, 0.5), bias=0.25, learning_rate=1e-7, breaks=breaks)
    told = [
        float(by) for by in re.findall(r"by only ([-.e\d]+\d)", sentence(anatomy, "update", None))
    ]
    assert told == pytest.approx(anatomy.new_parameters - anatomy.row.parameters, rel=0.05)
    assert all((move > 0) == bool(breaks) for move in told)
    assert len(told) == 3


@for_each("phase", PHASES)
@for_each("task", ["and", "line", "spam"])
def test_each_is_one_sentence_without_gaps(phase, task):
    """For the mean and for a sample of few and many inputs it is one line with an end.

    It is not too long; that of a gate fits the line in a window 1024 pixels wide.
    """
    anatomy = anatomy_at(1, task=task)
    for sample in (None, 0):
        text = sentence(anatomy, phase, sample)
        assert text.endswith(".")
        assert "nan" not in text
        assert "\n" not in text
        assert len(text) < (113 if task == "and" else 200)


def test_where_factors_cannot_be_told_the_sentence_has_the_difference():
    """At z = 40 the backward pass is told by ŷ − y."""
    anatomy = anatomy_at(weights=(0, 40), bias=0)
    sample = int(((anatomy.pre_activation == 40) & (anatomy.targets == 0)).argmax())
    assert "∂ℓ/∂z = ŷ − y = 1," in sentence(anatomy, "backward", sample)


def test_beside_the_gradient_of_a_sample_is_the_mean_by_which_the_update_goes():
    """Whoever multiplies the sample's own by the rate does not find the change of the weights."""
    anatomy = anatomy_at(0, task="line", learning_rate=0.001)
    told = re.search(r"; mean of 6: \((.+?)\)", sentence(anatomy, "backward", 0))[1]
    mean = np.array([float(each.replace("−", "-")) for each in told.split(", ")])
    assert -0.001 * mean == pytest.approx(anatomy.new_parameters - anatomy.row.parameters, rel=1e-3)


def test_what_is_broken_is_told():
    """Forgotten zero_grad, ascent and a missing bias change the words."""
    choices = {"seed": 3, "learning_rate": 0.1}
    first = anatomy_at(0, breaks=("no_zero_grad",), **choices)
    later = anatomy_at(2, breaks=("no_zero_grad", "ascent", "no_bias"), **choices)
    assert "no old gradient yet" in sentence(first, "zero_grad")
    assert "forgotten" in sentence(later, "zero_grad")
    assert "is added to" in sentence(later, "backward")
    assert "up the loss, on purpose" in sentence(later, "update")
    assert (
        sentence(later, "forward", 0).count("·")
        == sentence(later, "forward", 0).split(" = ")[1].count("·")
        == 2
    )
    with pytest.raises(KeyError):
        sentence(first, "sideways")


def test_where_nothing_pulls_no_search_is_told():
    """At a gradient of 0 no rate was found, and no loss would rise."""
    data = Dataset([[1.0], [2.0]], [1.0, 2.0], classes=False)
    choices = {"data": data, "activation": "identity", "weights": (1.0,), "bias": 0.0}
    for optimizer, why in (("line_search", "any rate"), ("newton", "no step")):
        anatomy = anatomy_at(optimizer=optimizer, loss="mse", **choices)
        said = sentence(anatomy, "update")
        assert f"({why}: the gradient is 0): w₁ stays at 1, b stays at 0." in said
        assert anatomy.line is None


@for_each("rate", [0.7, 0.3, 0.1])
def test_the_longest_rate_is_told_as_such_in_float32_too(rate):
    """Of a class alone the loss falls for ever, however the run rounds the longest rate."""
    data = Dataset([[1.0], [2.0]], [1, 1], classes=True)
    search = {"optimizer": "line_search", "learning_rate": rate, "init": "zeros"}
    anatomy = anatomy_at(data=data, precision="float32", **search)
    assert "(the longest rate: the loss falls up to it)" in sentence(anatomy, "update")
    assert (anatomy.line.found, anatomy.line.ends) == (rate, True)
