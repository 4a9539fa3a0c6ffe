"""All neurons side by side: where they stand, what they say, and how wide their wires are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import ColourMap, Curve, Marks, Text
from neuroviz.pictures.neuron.equations import four
from neuroviz.pictures.neuron.ink import PAPER
from neuroviz.pictures.neuron.network import NetworkLook, NetworkMoment, network_marks, tiles_of
from neuroviz.pictures.palette import DIVERGING, NEURON_COLOURS
from tests.pictures.neuron.page import MadeLetters, overlap, place_of

LETTERS = MadeLetters(8)


def at(
    steps: int, unit: int | None = None, sample: int | None = 1, **choices: object
) -> NetworkMoment:
    """Return the neurons of a run."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return NetworkMoment(trainer.settings, trainer.history.newest.parameters, sample, unit)


def drawn(network: NetworkMoment, width: float = 420, height: float = 190) -> Marks:
    """Return everything."""
    look = NetworkLook(LETTERS, PAPER, NEURON_COLOURS, DIVERGING)
    return network_marks(network, width, height, look)


@pytest.mark.parametrize(("width", "height"), [(150, 140), (420, 190), (460, 480)])
def test_every_neuron_has_its_place(width: float, height: float) -> None:
    """Within the room, none over another; no two texts over each other."""
    for hidden in (1, 2, 5, 8):
        network = at(0, task="xor", hidden=hidden)
        tiles = tiles_of(network.settings, width, height, LETTERS)
        assert list(tiles) == [*range(hidden), None]
        for one, two in itertools.combinations(tiles.values(), 2):
            assert min(overlap(one, two)) <= 0
        for tile in tiles.values():
            assert 0 <= tile.x <= tile.right <= width
            assert 0 <= tile.y <= tile.bottom <= height
        texts = [mark for mark in drawn(network, width, height).values() if isinstance(mark, Text)]
        for one, two in itertools.combinations(texts, 2):
            places = place_of(one, LETTERS), place_of(two, LETTERS)
            assert min(overlap(*places)) < 3, (one.text, two.text)


def test_each_small_picture_is_what_the_neuron_says() -> None:
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
        assert texts["value", unit] == four(float(h[0, unit]), signed=True)
    assert texts["value", None] == four(float(torch.sigmoid(h @ out + last)[0]))


def test_a_wire_is_as_wide_as_its_weight_in_the_colour_of_its_sign() -> None:
    """Those of the neuron that is opened are full, the others paler."""
    network = at(60, unit=1, task="xor", hidden=2, learning_rate=1.0)
    marks = drawn(network)
    theta = network.parameters
    assert theta is not None
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


def test_nothing_is_said_that_is_not_known() -> None:
    """Without parameters no wire and no map; of all samples no number; of 3 inputs no map."""
    network = at(3, task="xor", hidden=2)
    bare = drawn(NetworkMoment(network.settings, None, 1, None))
    assert not any(isinstance(mark, Curve | ColourMap) for mark in bare.values())
    of_all = drawn(NetworkMoment(network.settings, network.parameters, None, None))
    assert not any(key[0] == "value" for key in of_all)
    three = drawn(at(3, task="sum", hidden=2, learning_rate=1e-6))
    assert not any(isinstance(mark, ColourMap) for mark in three.values())
