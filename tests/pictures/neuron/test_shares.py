"""Sums of several outputs and their shares: what is written, and how long the bars are."""

import itertools

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.boundary import output_scale
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Arrow, Box, ColourMap, Curve, Text
from neuroviz.pictures.neuron.network import NetworkMoment, tiles_of
from neuroviz.pictures.palette import PAPER
from tests.pictures.neuron.page import MadeLetters, overlap, place_of
from tests.pictures.neuron.test_network import at, drawn

LETTERS = MadeLetters(8)
LONG = ("Iris versicolor of the north", "<b>setosa</b>", "C", "A rather long name", "E")


def of_classes(count, width=2, **choices):
    """Return choices of a few points of so many classes, some with long names."""
    random = np.random.default_rng(count)
    targets = np.arange(12.0) % count
    inputs = random.normal(targets[:, None], 1.0, (12, width))
    data = Dataset(inputs, targets, True, class_names=LONG[:count])
    return {"data": data, "outputs": count, **choices}


def of_targets(count, width=2, **choices):
    """Return choices of a few points with so many targets, some with long names."""
    random = np.random.default_rng(count)
    inputs, asked = random.normal(size=(12, width)), random.normal(size=(12, count))
    data = Dataset(inputs, 1_000 * asked, classes=False, target_names=LONG[:count])
    return {"data": data, **choices}


@pytest.mark.parametrize("width", [168, 240, 520, 680])
@pytest.mark.parametrize("made", [of_classes, of_targets])
def test_nothing_lies_over_anything(width, made):
    """Of two to five classes, or targets, pictures and texts stand apart.

    With and without hidden neurons.
    """
    for count, hidden in itertools.product((2, 3, 5), (0, 3)):
        network = at(0, 0, **made(count, hidden=hidden))
        tiles = tiles_of(network.settings, width, 170, LETTERS)
        assert list(tiles) == [*range(hidden + count)]
        for one, two in itertools.combinations(tiles.values(), 2):
            assert min(overlap(one, two)) <= 0
        marks = drawn(network, width, 170)
        texts = {key: mark for key, mark in marks.items() if isinstance(mark, Text)}
        for key, mark in texts.items():
            place = place_of(mark, LETTERS)
            assert -1 <= place.x <= place.right <= width + 1, key
        for one, two in itertools.combinations(texts.values(), 2):
            places = place_of(one, LETTERS), place_of(two, LETTERS)
            assert min(overlap(*places)) < 3, (one.text, two.text)
        for unit in range(hidden, hidden + count):
            assert ("name", unit) in texts  # numbers are left out first


@pytest.mark.parametrize("task", ["blobs3", "gates", "five"])
def test_the_heading_of_the_sums_stands_over_them(task):
    """The middle of their bars, not the names of the outputs."""
    marks = drawn(at(3, 0, 0, task=task), 620, 200)
    heading = place_of(marks["head sums"], LETTERS)
    assert heading.middle[0] == pytest.approx(marks["zero", 0].x[0], abs=20)


@pytest.mark.parametrize("task", ["blobs3", "five"])
def test_in_a_low_card_no_bar_lies_over_a_number(task):
    """Nor over a name, nor the frame of the sample's class; as on a beamer of 1280x720."""
    marks = drawn(at(0, 0, 0, task=task), 168, 1.56 * 8 * 6.2)
    boxes = [mark for key, mark in marks.items() if key == "target" or key[0] == "track"]
    for key, text in marks.items():
        if isinstance(text, Text) and key[0] in ("value", "name"):
            place = place_of(text, LETTERS)
            for box in boxes:
                assert isinstance(box, Box)
                down = min(-box.y, place.bottom) - max(-box.y - box.height, place.y)
                # letters do not fill their line
                assert down < 0.25 * LETTERS.line or place.right <= box.x


@pytest.mark.parametrize("hidden", [0, 3])
def test_shares_are_those_of_torch_and_come_to_one(hidden):
    """Sums, shares, the loss of the sample's class; what is printed and what is drawn adds up."""
    for sample in (0, 40, 80):
        network = at(5, 0, sample, task="blobs3", hidden=hidden)
        settings = network.settings
        marks = drawn(network, 520)
        x = torch.tensor(settings.coded_inputs[sample])
        theta = torch.tensor(network.parameters)
        if hidden:
            weight, bias, theta = theta[:6].view(3, 2), theta[6:9], theta[9:]
            x = torch.tanh(weight @ x + bias)
        z = theta[:-3].view(3, -1) @ x + theta[-3:]
        share = z.softmax(0)
        target = int(settings.dataset.targets[sample])
        texts = {key: mark.text for key, mark in marks.items() if isinstance(mark, Text)}
        printed = [texts["value", hidden + place] for place in range(3)]
        np.testing.assert_allclose([float(each) for each in printed], share, atol=1e-3)
        assert round(sum(float(each) for each in printed), 9) == 1
        tracks = [marks["track", place] for place in range(3)]
        bars = [marks["share", place] for place in range(3)]
        assert sum(bar.width / track.width for bar, track in zip(bars, tracks, strict=True)) == (
            pytest.approx(1, abs=0.03)  # a bar is a pixel wide at least
        )
        assert texts["loss"] == f"ℓ = −log ŷ{'₁₂₃'[target]} = {-float(share[target].log()):.4g}"
        framed = marks["target"]
        assert framed.y < tracks[target].y < framed.y + framed.height
        for place in range(3):
            bar = marks["sum", place]
            assert isinstance(bar, Box)
            assert bar.color == (PAPER.positive_line if z[place] > 0 else PAPER.negative)
        widths = [marks["sum", place].width for place in range(3)]
        assert np.argsort(widths).tolist() == z.abs().argsort().tolist()


def test_with_room_each_power_of_e_stands_in_softmax():
    """As printed they add up to the number by which they are divided, which gives the shares."""
    for sample in (0, 40, 80):
        network = at(5, 0, sample, task="blobs3")
        marks = drawn(network, 620)
        texts = {key: mark.text for key, mark in marks.items() if isinstance(mark, Text)}
        theta = torch.tensor(network.parameters)
        z = theta[:6].view(3, 2) @ torch.tensor(network.settings.coded_inputs[sample]) + theta[6:]
        powers = [float(texts["power", place]) for place in range(3)]
        np.testing.assert_allclose(powers, z.exp(), rtol=1e-3, atol=6e-3)
        total = round(sum(powers), 4)
        assert texts["head shares"] == f"softmax: eᶻ ÷ {total} = share ŷ"
        shares = [float(texts["value", place]) for place in range(3)]
        np.testing.assert_allclose(np.array(powers) / total, shares, atol=2e-3)
    # Where one is too large for a number, the shares are still right.
    large = replace(network, parameters=1_000.0 * np.asarray(network.parameters))
    marks = drawn(large, 620)
    assert ("power", 0) not in marks
    assert marks["head softmax"].text == "softmax"


@pytest.mark.parametrize(("task", "hidden"), [("gates", 0), ("gates", 3), ("five", 0)])
def test_outputs_with_a_target_each_are_those_of_torch(task, hidden):
    """Each with its number, its target as a tick at its bar, and the mean of their losses."""
    for sample in (0, 2, 3):
        network = at(5, 0, sample, task=task, hidden=hidden)
        settings = network.settings
        marks = drawn(network, 520)
        layers = torch.nn.Sequential(
            *([torch.nn.Linear(2, 3), torch.nn.Tanh()] if hidden else []),
            torch.nn.Linear(hidden or settings.dataset.width, settings.outputs),
        ).double()
        torch.nn.utils.vector_to_parameters(torch.tensor(network.parameters), layers.parameters())
        with torch.no_grad():
            z = layers(torch.tensor(settings.coded_inputs[sample]))
        output = z.sigmoid() if task == "gates" else z
        target = torch.tensor(settings.dataset.targets[sample])
        loss = torch.nn.functional.binary_cross_entropy if task == "gates" else None
        wanted = loss(output, target) if loss else (output - target).square().mean()
        texts = {key: mark.text for key, mark in marks.items() if isinstance(mark, Text)}
        for place in range(settings.outputs):
            said = float(texts["value", hidden + place].replace("−", "-"))
            assert said == pytest.approx(float(output[place]), rel=1e-3, abs=1e-4)
            track, tick = marks["track", place], marks["target", place]
            low, high = output_scale(settings)
            share = (float(target[place]) - low) / (high - low)
            middle = tick.x + tick.width / 2
            assert middle == pytest.approx(track.x + share * track.width, abs=1.5 + 1e-6)
            assert track.x <= tick.x <= tick.x + tick.width <= track.x + track.width
            arrow = marks["out of sum", place]
            assert isinstance(arrow, Arrow)
            assert arrow.x + arrow.dx < tick.x
        count = settings.outputs
        assert texts["loss"] == f"ℓ = mean of {count} losses = {measured(float(wanted))}"


def test_an_output_wears_its_classs_colour():
    """Over the plane from the card to the colour, by its own share; as a curve of one input."""
    network = at(20, 1, task="blobs3")
    marks = drawn(network, 520)
    theta = torch.tensor(network.parameters)
    assert theta is not None
    for place in range(3):
        shown = marks["map", place]
        assert isinstance(shown, ColourMap)
        assert (shown.low, shown.high) == (0.0, 1.0)
        assert shown.stops == (PAPER.ground, PAPER.class_colours[place])
        name = marks["name", place]
        assert (name.text, name.color) == ("ABC"[place], PAPER.class_colours[place])
    total = sum(marks["map", place].values for place in range(3))
    np.testing.assert_allclose(total, 1, rtol=1e-12)

    line = drawn(at(5, 0, **of_classes(3, 1)), 520)
    assert all(isinstance(line["curve", place], Curve) for place in range(3))
    of_many = drawn(at(5, 0, **of_classes(3, 3)), 520)
    assert all(isinstance(of_many["fill", place], Box) for place in range(3))


def test_wires_of_the_opened_neuron_stand_out():
    """An output with those into it, a hidden neuron with those into it and out of it."""
    settings = Settings("blobs3", hidden=2)
    for unit, own in (
        (1, {("in", 1, 0), ("in", 1, 1), *(("out", 1, place) for place in range(3))}),
        (3, {("out", 0, 1), ("out", 1, 1)}),
    ):
        marks = drawn(at(9, unit, task="blobs3", hidden=settings.hidden), 520)
        wires = {key: mark for key, mark in marks.items() if key[0] in ("in", "out")}
        assert len(wires) == 4 + 6
        full = {PAPER.positive_line, PAPER.negative}
        assert {key for key, wire in wires.items() if wire.color in full} == own


def test_nothing_is_said_of_no_sample():
    """Of all of the batch there are names and maps, no sums, no shares, no loss."""
    network = at(3, 0, task="blobs3")
    marks = drawn(NetworkMoment(network.settings, network.parameters, None, 0), 520)
    texts = {key for key, mark in marks.items() if isinstance(mark, Text)}
    assert {("name", place) for place in range(3)} <= texts
    assert not {key for key in marks if key[0] in ("share", "sum", "value", "track")}
    assert "loss" not in marks
