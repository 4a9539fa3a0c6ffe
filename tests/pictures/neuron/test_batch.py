"""All of the batch as it is drawn: a row a sample, and the mean of them."""

from itertools import combinations

import numpy as np
import pytest

from neuroviz.core.anatomy.unit import opened
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Box, Text
from neuroviz.pictures.neuron.batch import (
    BatchSheet,
    batch_numbers,
    list_of,
)
from neuroviz.pictures.palette import PAPER
from tests.for_each import for_each
from tests.pictures.neuron.page import MadeLetters, overlap, place_of, texts
from tests.pictures.neuron.test_equations import read
from tests.pictures.neuron.test_numbers import anatomy

ROOMS = [(1122, 186), (778, 150), (706, 186), (650, 150), (1400, 660)]


def drawn(
    room=ROOMS[0],
    task="and",
    phase=None,
    *,
    gradients=True,
    first=0,
    **choices,
):
    """Return the marks of a list in a room, and where things are."""
    step = anatomy(task, **choices)
    settings = step.settings
    made = list_of(*room, settings, MadeLetters, range, first, gradients=gradients)
    numbers = batch_numbers(step, phase, made)
    return BatchSheet(settings, step, phase, numbers, made, PAPER).drawn(), made


def box(marks, *key):
    """Return a box."""
    found = marks[key]
    assert isinstance(found, Box)
    return found


@for_each("gradients", [False, True])
@for_each("task", ["and", "line", "weather", "spam"])
@for_each("room", ROOMS)
def test_no_text_stands_on_another_and_all_is_inside(room, task, gradients):
    marks, made = drawn(room, task, gradients=gradients)
    letters = MadeLetters(made.size)
    written = {key: mark for key, mark in marks.items() if isinstance(mark, Text)}
    placed = {key: place_of(mark, letters) for key, mark in written.items()}
    for (one, first), (two, second) in combinations(placed.items(), 2):
        across, down = overlap(first, second)
        assert across < 1.5 or down < 5, (one, two)
    assert min(each.x for each in placed.values()) >= 0
    assert max(each.right for each in placed.values()) <= room[0] + 0.5
    assert max(each.bottom for each in placed.values()) <= room[1] + 1


def test_numbers_of_a_run_that_blew_up_are_clear_of_bars_and_of_each_other():
    marks, made = drawn(task="line", weights=(1.072e15,), bias=2.503e14)
    letters = MadeLetters(made.size)
    for row in made.rows:
        output, loss = (
            place_of(mark, letters)
            for kind in ("sample_output", "sample_loss")
            if isinstance(mark := marks[kind, row], Text)
        )
        track = box(marks, "track", row)
        assert track.x + track.width < output.x
        assert output.right < loss.x - 3


def test_every_sample_has_its_row_with_output_target_and_loss():
    """The output's bar ends at its share of the axis, the tick at the target."""
    step = anatomy()
    marks, _ = drawn()
    for row, sample in enumerate(step.batch):
        track, bar, tick = (box(marks, kind, row) for kind in ("track", "bar", "target"))
        assert bar.width / track.width == pytest.approx(step.output[sample], abs=0.01)
        target = (tick.x + tick.width / 2 - track.x) / track.width
        assert target == pytest.approx(step.targets[sample])
        positive = step.output[sample] > 0.5
        assert bar.color == (PAPER.positive if positive else PAPER.negative)
        assert {measured(float(step.output[sample]))} <= set(texts(marks.values()))
    assert {"output ŷ", "target", "y", "loss", "mean of 4 samples"} <= set(texts(marks.values()))
    assert measured(step.loss) in texts(marks.values())


def test_inputs_are_squares_filled_for_1_and_hollow_for_0():
    step = anatomy()
    marks, _ = drawn()
    for row, sample in enumerate(step.batch):
        for index in range(2):
            filled = step.inputs[sample, index] == 1
            square = box(marks, "square", (row, index))
            assert square.color.upper() == (PAPER.ink if filled else PAPER.ground).upper()


def test_gradients_are_bars_on_one_scale_in_the_colour_of_their_sign():
    """The mean, on the same, is small because the rows cancel."""
    step = anatomy()
    marks, made = drawn()
    largest = np.abs(step.sample_grads[step.batch]).max()
    for index in range(3):
        half = made.zeros[index].width / 2
        for row, sample in enumerate(step.batch):
            value = step.sample_grads[sample, index]
            key = ("bar", ("sample_grad", (row, index)))
            assert (key in marks) == (value != 0)
            if value:
                bar = box(marks, *key)
                assert bar.width == pytest.approx(max(1, abs(value) / largest * half), rel=1e-6)
                assert bar.color == PAPER.of_sign(value)
                zero = made.zeros[index].middle[0]
                assert (bar.x < zero - 0.5) == (value < 0)
        mean = box(marks, "bar", ("grad", index))
        assert mean.width == pytest.approx(max(1, abs(step.grad[index]) / largest * half), rel=1e-6)


def test_without_gradients_there_are_no_columns_of_them_and_bars_have_the_room():
    with_them, without = (drawn(gradients=shown) for shown in (True, False))
    assert not without[1].zeros
    assert not any("∂" in text for text in texts(without[0].values()))
    assert box(without[0], "track", 0).width > 1.5 * box(with_them[0], "track", 0).width
    assert measured(anatomy().loss) in texts(without[0].values())


def test_weights_are_the_heads_of_their_columns():
    marks, made = drawn()
    assert set(made.pills) == {0, 1, 2}
    assert {"w₁", "w₂", "b"} <= set(texts(marks.values()))
    assert texts(marks.values()).count("∂ℓ/∂") == 3


def test_more_samples_than_fit_are_scrolled_and_the_mean_stays():
    for first in (0, 12):
        marks, made = drawn(task="spam", first=first)
        assert min(made.rows) == first
        assert 4 < len(made.rows) < 20
        assert "mean of 20 samples" in texts(marks.values())


def test_a_sample_of_many_inputs_is_called_by_its_number():
    """Counted from 1, in the order of the batch."""
    step = anatomy(task="spam", batch_size=3)
    names = texts(drawn(task="spam", batch_size=3)[0].values())
    assert [name for name in names if name.startswith("sample")] == [
        f"sample {sample + 1}" for sample in step.batch
    ]


def test_inputs_of_own_data_have_their_names_and_numbers():
    inputs = np.array([[-0.598, -0.614], [-0.123, 0.0767], [1.7, 1.46]])
    data = Dataset(inputs, np.arange(3.0), False, ("size", "rooms"))
    written = texts(drawn(task=None, data=data)[0].values())
    assert {"−0.598", "0.0767", "size", "rooms"} <= set(written)


@pytest.mark.parametrize("breaks", [(), ("no_zero_grad",)])
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_what_is_added_to_the_mean_stands_under_it(breaks, penalty):
    """And comes to what the update uses."""
    step = anatomy(breaks=breaks, l2=penalty)
    settings = step.settings
    made = list_of(*ROOMS[0], settings, MadeLetters, range)
    values = {slot: number.value for slot, number in batch_numbers(step, None, made).items()}
    for index in range(3):
        kinds = ("mean_grad", "penalty_grad", "old_grad")
        parts = [values[kind, index] for kind in kinds if (kind, index) in values]
        used = values["grad", index]
        assert used == pytest.approx(step.grad[index])
        assert bool(parts) == bool(breaks or penalty)
        if parts:
            assert sum(part or 0.0 for part in parts) == pytest.approx(used)


def test_after_the_update_the_change_stands_under_the_gradient_it_was_made_by():
    """What plain gradient descent moves by: −η·g."""
    marks, _ = drawn(phase="update", learning_rate=0.7)
    step = anatomy(learning_rate=0.7)
    for index in range(3):
        grad, change = (marks[kind, index] for kind in ("grad", "change"))
        assert float(read(grad.text)) == pytest.approx(step.grad[index], rel=1e-3)
        assert float(read(change.text)) == pytest.approx(-0.7 * step.grad[index], rel=1e-3)
    assert "change" in texts(marks.values())
    assert "change" not in texts(drawn()[0].values())


def test_before_torch_the_structure_stands_there():
    settings = Settings("and")
    made = list_of(*ROOMS[0], settings, MadeLetters, range)
    numbers = batch_numbers(None, None, made)
    written = texts(BatchSheet(settings, None, None, numbers, made, PAPER).drawn().values())
    assert {"w₁", "b", "—", "output ŷ"} <= set(written)


def test_a_hidden_neuron_has_no_targets_and_more_room_for_its_weights():
    """What comes back to it stands where the loss would."""
    whole = anatomy("xor", hidden=2)
    widths = {}
    for unit in (None, 1):
        step = opened(whole, unit)
        made = list_of(*ROOMS[3], step.settings, MadeLetters, range)
        marks = BatchSheet(
            step.settings, step, None, batch_numbers(step, None, made), made, PAPER
        ).drawn()
        found = set(texts(marks.values()))
        assert ("y" in made.columns) == (unit is None)
        assert {"y", "target"} <= found if unit is None else not {"y", "target"} & found
        widths[unit] = sum(room.width for room in made.zeros.values())
    assert "∂ℓ/∂h₂" in found
    assert widths[1] > widths[None]


def test_an_output_of_several_is_listed_with_its_share_and_the_networks_loss():
    """Bars in its class's colour, without the half at which a single output decides."""
    whole = anatomy("blobs3", hidden=2)
    step = opened(whole, 3)
    made = list_of(*ROOMS[0], step.settings, MadeLetters, range)
    numbers = batch_numbers(step, None, made)
    marks = BatchSheet(step.settings, step, None, numbers, made, PAPER).drawn()
    for row in made.rows:
        assert box(marks, "bar", row).color == PAPER.class_colours[1]
        assert ("side", row) not in marks
        assert numbers["sample_target", row].value == (whole.targets[row] == 1)
        share = whole.output[row, int(whole.targets[row])]
        assert numbers["sample_loss", row].value == pytest.approx(-np.log(share), rel=1e-12)


def test_the_loss_of_one_of_several_targets_is_called_the_mean_that_it_is():
    """Of each sample the mean over the outputs."""
    whole = anatomy("gates")
    step = opened(whole, 1)
    made = list_of(*ROOMS[0], step.settings, MadeLetters, range)
    numbers = batch_numbers(step, None, made)
    marks = BatchSheet(step.settings, step, None, numbers, made, PAPER).drawn()
    head = marks["head", "loss"]
    assert head.text == "mean loss"
    for row in made.rows:
        losses = whole.losses_of_outputs[row]
        assert numbers["sample_loss", row].value == pytest.approx(losses.mean(), rel=1e-12)
