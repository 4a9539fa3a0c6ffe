"""Several outputs in the card: what is read of each, how it is opened, and its numbers."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLayout

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Curve
from neuroviz.ui.views.neuron.view import NeuronView
from tests.ui.person import KEY, LEFT
from tests.ui.views.neuron.moments import moment, settle

SAMPLE = 40
"""Of class B."""


@pytest.fixture
def view(qtbot):
    """Return the view with its gradients, in the size that it has in a window.

    There the grid gives it its place, so it may shrink below what it last filled. By itself Qt
    lets it or not, as layouts came to rest before or after.
    """
    made = NeuronView()
    made.layout().setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    made.gradients.setChecked(True)
    qtbot.addWidget(made)
    settle(made, 1164, 268)
    return made


def opened(frame, unit):
    """Return the moment with another neuron opened."""
    return replace(frame, selection=frame.selection.opening(unit, frame.settings.hidden))


def test_the_ring_of_the_keyboard_crosses_no_word(view):
    """The number of the output ended under it."""
    view.show_new(moment("xor_two", 300, sample=0))
    settle(view, 804, 268)
    picture = view.network.grab().toImage()
    edge = picture.width() - 3
    assert len({picture.pixel(edge, y) for y in range(6, picture.height() - 6)}) == 1


def test_each_output_is_read_and_opened_by_click_or_key(view, qtbot):
    """With its class and its share; down from the last comes the first."""
    frame = moment("blobs3", 5, sample=SAMPLE)
    view.show_new(frame)
    settle(view, 1164, 268)
    assert view.heading.text() == "Output neuron ŷ₁ (A)"
    parts = view.network.parts()
    assert [part.name for part in parts.values()] == [
        f"Output neuron ŷ{digit} ({name})" for digit, name in zip("₁₂₃", "ABC", strict=True)
    ]
    shares = frame.prediction.output[SAMPLE]
    said = [part.value.split(", ")[0] for part in parts.values()]
    np.testing.assert_allclose([float(each) for each in said], shares, atol=1e-3)
    assert parts[0].value.endswith("opened")

    asked = []
    view.network.asked.connect(asked.append)
    tile = view.network.tiles[2]
    place = QPoint(*map(round, tile.middle))
    qtbot.mouseClick(view.network, LEFT, pos=place)
    qtbot.keyClick(view.network, KEY.Key_Down)
    qtbot.keyClick(view.network, KEY.Key_Up)
    assert asked == [2, 1, 2]


def test_beside_a_lesson_on_a_small_screen_wires_can_be_followed(view):
    """From the names of the inputs to the hidden neurons, and from theirs to the output."""
    settle(view, 648, 234)
    view.show_new(moment("xor_two", 5, sample=1))
    settle(view, 648, 234)
    wires = [mark for key, mark in view.network._marks.items() if key[0] in ("in", "out")]
    assert min(wire.x[-1] - wire.x[0] for wire in wires if isinstance(wire, Curve)) > 9


def test_numbers_of_gates_leave_the_room_to_the_wires(view):
    """Beside a lesson in a window of 1440 pixels, where both neurons have their numbers."""
    settle(view, 1040, 264)
    view.show_new(moment("xor_two", 5, sample=1))
    settle(view, 1040, 264)
    marks = view.network._marks
    assert ("value", 0) in marks
    wires = [mark for key, mark in marks.items() if key[0] in ("in", "out")]
    assert min(wire.x[-1] - wire.x[0] for wire in wires if isinstance(wire, Curve)) > 45


def test_what_a_hidden_neuron_adds_to_the_output_is_of_the_forward_pass(view):
    """It is lit there, and not by the part that computes the loss."""
    frame = opened(moment("xor_two", 5, sample=1), 0)
    for phase, lit in (("forward", True), ("loss", False)):
        view.show_new(replace(frame, selection=replace(frame.selection, phase=phase)))
        assert view.diagram.numbers["loss", None].text[1:].replace(".", "").isdecimal()
        box = view.diagram.drawing.marks["loss"]
        assert (box.stroke == 2) == lit


def test_an_opened_output_has_its_class_and_the_networks_loss(view):
    """A sample of B, in the output of C: target 0, and −log of the share of B."""
    frame = opened(moment("blobs3", 5, sample=SAMPLE), 2)
    view.show_new(frame)
    numbers = view.diagram.numbers
    shares = frame.prediction.output[SAMPLE]
    assert numbers["target", None].text == "0"
    assert numbers["output", None].text == measured(float(shares[2]))
    assert numbers["loss", None].text == measured(float(-np.log(shares[1])))
    seen = [text for text, _ in view.diagram.texts()]
    assert any(text.endswith("−log ŷ₂") for text in seen)
    assert (
        view.reading.text() == f"∂ℓ/∂z = ŷ₃ − y = {measured(shares[2])} − 0 = {measured(shares[2])}"
    )
    # Before the gradients there is no such number.
    view.show_new(replace(frame, selection=replace(frame.selection, phase="loss")))
    assert view.reading.text() == ""


def test_what_comes_back_to_a_hidden_neuron_is_a_sum(view):
    """Over the outputs; its loss is the network's, and asks for that."""
    frame = opened(moment("blobs3", 5, sample=SAMPLE, hidden=3), 1)
    view.show_new(frame)
    deltas = frame.anatomy.loss_by_pre_activation[SAMPLE]
    back = float(deltas @ frame.anatomy.row.parameters[[10, 13, 16]])
    said = view.reading.text()
    assert said.startswith("∂ℓ/∂h₂ = Σ δ·v = ")
    assert said.endswith(f" = {measured(back)}")
    assert "target is B" in [text for text, _ in view.diagram.texts()]
    asked = []
    view.asked.connect(asked.append)
    view.diagram.clicked.emit(("loss", None))
    assert asked == [Quantity("loss")]


def test_an_output_reads_hidden_neurons_by_their_letters(view):
    """Aloud too: they are no inputs x₁ … of the data."""
    view.show_new(opened(moment("blobs3", 5, sample=SAMPLE, hidden=2), 2))
    settle(view, 1164, 268)
    read = [part.name for part in view.diagram.parts().values()]
    assert read[:2] == ["h₁", "h₂"]


def test_all_samples_are_listed_for_each_neuron(view):
    """Of a hidden one with what comes back to it, of an output with its share and the loss."""
    frame = moment("blobs3", 5, hidden=3)
    for unit, column in ((1, "∂ℓ/∂h₂"), (4, "loss")):
        view.show_new(opened(frame, unit))
        settle(view, 1164, 268)
        assert column in [text for text, _ in view.diagram.texts()]
    first = view.diagram.numbers["sample_output", 0].value
    assert first == pytest.approx(frame.prediction.output[0, 1])


def test_the_network_stands_still_where_nothing_is_played(view):
    """From one sample to all of the batch there is no motion, and none is left over."""
    view.show_new(moment("gates", 3, sample=0))
    settle(view, 1164, 268)
    view.show_frame(moment("gates", 9))
    settle(view, 1164, 268)
    before = view.network.grab().toImage()
    assert not view.begin_part("update", back=False, alone=False)
    view.network.show_part(0.5)
    assert view.network.grab().toImage() == before


@pytest.mark.parametrize("part", ["forward", "backward", "update"])
def test_a_part_that_is_played_is_on_its_way_through_the_network_and_ends(view, part):
    view.show_new(moment("gates", 3, sample=0))
    settle(view, 1164, 268)
    view.show_frame(moment("gates", 4, sample=0, phase=part))
    settle(view, 1164, 268)
    end = view.network.grab().toImage()
    assert view.begin_part(part, back=False, alone=False)
    pictures = []
    for t in (0.3, 0.6):
        view.network.show_part(t)
        pictures.append(view.network.grab().toImage())
    assert pictures[0] != pictures[1] != end != pictures[0]
    view.network.end_part()
    assert view.network.grab().toImage() == end


def test_a_step_back_begins_where_the_step_had_ended(view):
    """Played from its end to its start, which is the moment that is shown."""
    view.show_new(moment("gates", 5, sample=0))
    settle(view, 1164, 268)
    pictures = []
    for steps in (4, 3):
        view.show_frame(moment("gates", steps, sample=0, phase="update"))
        settle(view, 1164, 268)
        pictures.append(view.network.grab().toImage())
    assert view.begin_part("update", back=True, alone=False)
    view.network.show_part(1.0)
    assert view.network.grab().toImage() == pictures[0]
    view.network.end_part()
    assert view.network.grab().toImage() == pictures[1] != pictures[0]


def test_above_the_opened_neuron_all_have_a_title_of_their_own(view):
    """What comes back stands beside the title of the opened one, where it is whole."""
    view.show_new(opened(moment("xor_two", 5, sample=1), 0))
    settle(view, 900, 640)
    assert view.heading.text() == "Network"
    assert view._opened_title.text() == "Hidden neuron h₁, opened"
    assert view._note.text().startswith("∂ℓ/∂h₁ = ")
    assert view.reading.text() == ""
    view.gradients.setChecked(False)
    assert view._note.text() == "the same arithmetic as one neuron alone"
    # One of several shares is not: the others' sums count, too.
    view.show_new(moment("blobs3", 5, sample=SAMPLE))
    assert view.heading.text() == "Layer of 3 neurons"
    assert view._opened_title.text() == "Output neuron ŷ₁ (A), opened"
    assert view._note.text() == ""
    settle(view, 1164, 268)
    assert view.heading.text() == "Output neuron ŷ₁ (A)"
