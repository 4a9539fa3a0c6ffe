"""All neurons side by side: where they stand, what they say, and how wide their wires are."""

import itertools

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import model_of, predict
from neuroviz.core.numbers import measured
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import ColourMap, Curve, Text
from neuroviz.pictures.neuron.motion import NetworkMotion
from neuroviz.pictures.neuron.network import (
    NetworkMoment,
    NetworkSheet,
    flows,
    tiles_of,
)
from neuroviz.pictures.palette import PAPER
from tests.core.anatomies import anatomy_of
from tests.pictures.neuron.page import MadeLetters, overlap, place_of

LETTERS = MadeLetters(8)


def at(steps, unit=None, sample=1, **choices):
    """Return the neurons of a run."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return NetworkMoment(trainer.settings, trainer.history.newest.parameters, sample, unit)


def drawn(network, width=420, height=190):
    """Return everything."""
    return NetworkSheet(network, width, height, LETTERS, PAPER).drawn()


NAMED = Dataset(np.eye(4, 2), [0, 1, 1, 0], classes=True, input_names=("temperature", "pressure"))


@pytest.mark.parametrize("choices", [{"task": "xor"}, {"task": "blobs3"}, {"data": NAMED}])
@pytest.mark.parametrize(("width", "height"), [(134, 100), (210, 170), (360, 190), (460, 480)])
def test_every_neuron_has_its_place(choices, width, height):
    """Within the room, none over another; no two texts over each other; wires can be followed."""
    several = choices == {"task": "blobs3"}
    width += 60 * several
    for hidden in (1, 2, 5, 8):
        network = at(0, **choices, hidden=hidden)
        tiles = tiles_of(network.settings, width, height, LETTERS)
        outputs = range(hidden, hidden + 3) if several else [None]
        assert list(tiles) == [*range(hidden), *outputs]
        for one, two in itertools.combinations(tiles.values(), 2):
            assert min(overlap(one, two)) <= 0
        for tile in tiles.values():
            assert 0 <= tile.x <= tile.right <= width
            assert 0 <= tile.y <= tile.bottom <= height
        marks = drawn(network, width, height)
        wires = [marks[key] for key in marks if key[0] in ("in", "out")]
        assert min(wire.x[-1] - wire.x[0] for wire in wires if isinstance(wire, Curve)) > 6
        texts = [mark for mark in marks.values() if isinstance(mark, Text)]
        for text in texts:  # the keyboard's frame is at the edge
            place = place_of(text, LETTERS)
            assert place.right <= width - 3
            assert place.x > 2 or width < 360
        for one, two in itertools.combinations(texts, 2):
            places = place_of(one, LETTERS), place_of(two, LETTERS)
            assert min(overlap(*places)) < 3, (one.text, two.text)


def test_names_of_inputs_that_are_cut_to_the_same_give_way():
    """Ten times "measure…" says nothing; which is which, the opened hidden neuron has in full."""
    data = Dataset(np.eye(4, 2), [0, 1, 1, 0], classes=True, input_names=("measure 1", "measure 2"))
    marks = drawn(at(0, data=data, hidden=2))
    assert [marks["input name", index].text for index in range(2)] == ["x₁", "x₂"]
    marks = drawn(at(0, data=NAMED, hidden=2))
    assert marks["input name", 1].text == "pressure"


def test_between_the_neurons_of_several_outputs_wires_can_be_followed():
    """Hidden neurons with their numbers, and outputs with theirs, in half of a window."""
    marks = drawn(at(0, task="blobs3", hidden=3), 500, 230)
    assert ("value", 0) in marks
    wires = [marks[key] for key in marks if key[0] in ("in", "out")]
    assert min(wire.x[-1] - wire.x[0] for wire in wires) > 20


def test_each_small_picture_is_what_the_neuron_says():
    """The map of a hidden neuron, of the output, and the numbers of the sample, by torch."""
    network = at(40, task="xor", hidden=3, hidden_activation="sigmoid", learning_rate=1.0)
    marks = drawn(network)
    theta = torch.tensor(network.parameters)
    weight, bias, out, last = theta.split([6, 3, 3, 1])
    corners = np.linspace(-0.3, 1.3, 20)
    places = torch.tensor(np.stack(np.meshgrid(corners, corners), axis=-1).reshape(-1, 2))
    hidden = torch.sigmoid(places @ weight.view(3, 2).T + bias)
    output = torch.sigmoid(hidden @ out + last)
    for unit, values in ((0, hidden[:, 0]), (2, hidden[:, 2]), (None, output)):
        shown = marks["map", unit]
        assert isinstance(shown, ColourMap)
        assert (shown.low, shown.high) == (0.0, 1.0)
        np.testing.assert_allclose(shown.values.ravel(), values, rtol=1e-12)

    x = torch.tensor(network.settings.coded_inputs[[1]])
    h = torch.sigmoid(x @ weight.view(3, 2).T + bias)
    texts = {key: mark.text for key, mark in marks.items() if isinstance(mark, Text)}
    for unit in range(3):
        assert texts["value", unit] == measured(float(h[0, unit]), signed=True)
    assert texts["value", None] == measured(float(torch.sigmoid(h @ out + last)[0]))


def test_each_of_several_outputs_shows_the_samples_by_its_own_targets():
    """AND is true at one of the four, OR and NAND at three; a hidden neuron has no targets."""
    marks = drawn(at(0, task="gates", hidden=2))
    true = {key[1]: len(marks[key].x) for key in marks if key[0] == "dots" and key[2] == 1}
    assert true == {2: 1, 3: 3, 4: 3}


def test_the_colours_of_a_neuron_without_bounds_reach_as_far_as_its_values():
    """To both sides of 0, so that 0 is always the colour in the middle."""
    marks = drawn(at(40, task="xor", hidden=3, hidden_activation="relu", learning_rate=0.1))
    for unit in range(3):
        shown = marks["map", unit]
        assert isinstance(shown, ColourMap)
        largest = np.abs(shown.values).max()
        assert (shown.low, shown.high) == (-largest, largest)


def test_a_wire_is_as_wide_as_its_weight_in_the_colour_of_its_sign():
    """Those of the neuron that is opened are full, the others paler."""
    network = at(60, unit=1, task="xor", hidden=2, learning_rate=1.0)
    marks = drawn(network)
    theta = network.parameters
    weights = {("in", j, i): theta[2 * j + i] for j in range(2) for i in range(2)}
    weights |= {("out", j, 0): theta[6 + j] for j in range(2)}
    order = sorted(weights, key=lambda key: abs(weights[key]))
    widths = [marks[key].width for key in order if isinstance(marks[key], Curve)]
    assert widths == sorted(widths)
    assert len(set(widths)) == 6
    for key, value in weights.items():
        wire = marks[key]
        assert isinstance(wire, Curve)
        ink = PAPER if key[1] == 1 else PAPER.paler
        assert wire.color == (ink.positive_line if value > 0 else ink.negative)


def test_nothing_is_said_that_is_not_known():
    """Without parameters no wire and no map; of all samples no number; of 3 inputs no map."""
    network = at(3, task="xor", hidden=2)
    bare = drawn(NetworkMoment(network.settings, None, 1, None))
    assert not any(isinstance(mark, Curve | ColourMap) for mark in bare.values())
    of_all = drawn(NetworkMoment(network.settings, network.parameters, None, None))
    assert not any(key[0] == "value" for key in of_all)
    three = drawn(at(3, task="sum", hidden=2, learning_rate=1e-6))
    assert not any(isinstance(mark, ColourMap) for mark in three.values())


def test_target_and_loss_stand_below_the_only_output_where_there_is_room():
    """Whichever neuron is opened; the loss once it is computed."""
    network = at(50, task="xor", hidden=2, unit=0)
    (output,) = predict(network.settings, network.parameters).output[[1]]
    loss = measured(-float(np.log(output)))
    assert drawn(network)["loss"].text == f"target 1 · ℓ = {loss}"
    assert drawn(replace(network, phase="forward"))["loss"].text == "target 1 · ℓ = —"
    assert "loss" not in drawn(network, width=134)
    assert "loss" not in drawn(network, height=100)


KINDS = [
    {"task": "xor", "hidden": 2},
    {"task": "gates", "hidden": 3, "l2": 0.1},
    {"task": "gates"},
    {"task": "blobs3"},
    {"task": "blobs3", "hidden": 4, "hidden_activation": "softplus"},
]


@pytest.mark.parametrize("choices", KINDS)
def test_what_flows_is_what_sums_and_gradients_are_made_of(choices):
    """Forward w·x, that come to z with the bias; backward the gradient of a sample by autograd."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(7)
    settings, row = trainer.settings, trainer.history.newest
    anatomy = anatomy_of(trainer)
    sample = settings.dataset.samples // 2
    wires = flows(anatomy, sample, forward=True)
    shape, theta = settings.parameters, row.parameters
    prediction = predict(settings, theta)
    sums = np.atleast_1d(prediction.pre_activation[sample])
    units = units_of(settings)
    for place, unit in enumerate(units[settings.hidden :]):
        own = [
            flow
            for (side, first, last), flow in wires.items()
            if (last if side == "out" else first) == place and (side == "out") == bool(shape.hidden)
        ]
        bias = theta[shape.of_unit(unit)[-1]]
        assert sum(own) + bias == pytest.approx(sums[place], rel=1e-12)
    for unit in range(shape.hidden):
        own = [flow for wire, flow in wires.items() if wire[:2] == ("in", unit)]
        *weights, bias = theta[shape.of_unit(unit)].tolist()
        x = settings.coded_inputs[sample]
        assert own == pytest.approx((np.array(weights) * x).tolist(), rel=1e-15)
    point = torch.tensor(theta, requires_grad=True)
    model = model_of(settings)
    z = model.pre_activation(point, torch.tensor(settings.coded_inputs[[sample]]))
    loss = model.losses(z, torch.tensor(settings.coded_targets[[sample]])).sum()
    (slope,) = torch.autograd.grad(loss, point)
    back = flows(anatomy, sample, forward=False)
    assert back.keys() == wires.keys()
    theirs = slope.numpy()[shape.where("weights")]
    np.testing.assert_allclose(sorted(back.values()), sorted(theirs), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("choices", KINDS)
def test_a_part_goes_through_layer_by_layer(choices):
    """Forward from the inputs, backward from the outputs; what is not known yet is a dash."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(4)
    anatomy = anatomy_of(trainer)
    before, marks = (drawn(at(steps, 0, **choices), 520) for steps in (3, 4))
    hidden = trainer.settings.hidden
    values = [key for key in marks if key[0] == "value"]
    layers = ["in", "out"] if hidden else ["in"]
    for part, order in (("forward", layers), ("backward", layers[::-1])):
        wires = flows(anatomy, 1, forward=part == "forward")
        motion = NetworkMotion(part, marks, marks, wires, PAPER)
        for place, layer in enumerate(order):
            seen = motion.at((place + 0.5) / len(order))
            pulses = {key[1] for key in seen if key[0] == "pulse"}
            assert pulses == {key for key in marks if key[0] == layer}
            for key in values:
                is_hidden = key[1] is not None and key[1] < hidden
                known = part == "backward" or (is_hidden and place == 1)
                assert (seen[key].text != "—") is known
            bars = {key for key in marks if key[0] in ("sum", "share")}
            assert bars & seen.keys() == (bars if part == "backward" else set())
        assert motion.at(1.0) == marks
        assert NetworkMotion(part, marks, marks, {}, PAPER).at(0.5) == marks
    loss = NetworkMotion("loss", marks, marks, {}, PAPER)
    assert loss.at(0.5) == marks
    if "loss" in marks:
        after_forward = drawn(replace(at(4, 0, **choices), phase="forward"), 520)
        assert after_forward["loss"].text.endswith("= —")
        assert loss.at(0.4)["loss"] == after_forward["loss"]
    update = NetworkMotion("update", before, marks, {}, PAPER)
    assert update.at(1.0) == marks
    for key in (key for key in marks if key[0] in ("in", "out")):
        was, is_now = before[key].width, marks[key].width
        assert update.at(0.0)[key].width == was
        assert min(was, is_now) <= update.at(0.5)[key].width <= max(was, is_now)
