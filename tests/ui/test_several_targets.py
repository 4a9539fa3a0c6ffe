"""Several outputs with a target each, in the window: opened, taken hold of, drawn, typed."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.settings import Settings, numeric_data
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Curve
from neuroviz.ui.theme import theme as themes

GATES = {"AND": [1, 0, 0, 0], "OR": [1, 1, 1, 0], "NAND": [0, 1, 1, 1]}
WEIGHTS = (1.5, 1.0, 2.0, 2.5, -1.2, -1.1, -2.0, -0.8)
"""w11 … w32, and the biases but the last."""
BIAS = 1.6
LINES = {"AND": (1.5, 1.0, -2.0), "OR": (2.0, 2.5, -0.8), "NAND": (-1.2, -1.1, BIAS)}


@pytest.fixture
def person(open_window):
    """Sit before three gates at once, whose lines are in sight."""
    someone = open_window(Settings("gates", weights=WEIGHTS, bias=BIAS), sample=1)
    someone.settle()
    return someone


def column(person, index):
    """Return what stands in a column of the predictions."""
    table = person.table("predictions")
    return [table.model().index(row, index).data() for row in range(4)]


def test_the_output_that_is_opened_is_seen_everywhere(person):
    """By a click on it: as the neuron that is known, over the plane, and in the table."""
    said = person.frame.prediction
    for unit, (name, targets) in enumerate(GATES.items()):
        person.open_neuron(unit)
        letter = f"ŷ{'₁₂₃'[unit]}"
        assert person.bench.neuron.heading.text() == f"Output neuron {letter} ({name})"
        assert person.bench.views["data"].heading.text() == f"Output {name} over the plane"
        numbers = person.bench.neuron.diagram.numbers
        assert numbers["output", None].text == measured(float(said.output[1, unit]))
        assert numbers["target", None].text == str(targets[1])
        loss = float(said.losses[1])
        assert numbers["loss", None].text == measured(loss)
        assert column(person, 3) == [str(target) for target in targets]
        shown = [float(text) for text in column(person, 2)]
        np.testing.assert_allclose(shown, said.output[:, unit], atol=6e-5)
        ones = {(float(x), float(y)) for x, y in person.points("data", "circles")}
        inputs = person.frame.settings.coded_inputs
        assert ones >= {tuple(row) for row, target in zip(inputs, targets, strict=True) if target}
        head = person.table("predictions").model().headerData(4, Qt.Orientation.Horizontal)
        assert head == "its loss"
        note = person.text("accuracy")
        assert f"{letter} ({name}) · " in note
        assert note.startswith("Every output right for ")
    # Each in the colour of its output; that of the opened one is dashed.
    colours = themes.now.class_colours
    for unit in range(3):
        person.open_neuron(unit)
        thin = {
            mark.color: mark
            for mark in person.marks("data", Curve)
            if mark.color in colours and not mark.dash
        }
        assert set(thin) == {colours[each] for each in range(3) if each != unit}
        for each, line in enumerate(LINES.values()):
            if each == unit:
                continue
            mark = thin[colours[each]]
            z = line[0] * np.asarray(mark.x) + line[1] * np.asarray(mark.y) + line[2]
            assert np.abs(z).max() < 1e-9


def test_a_line_that_is_dragged_moves_its_own_output_alone(person):
    """The other weights are those that there were, to the bit."""
    person.open_neuron(2)
    before = np.array(person.frame.parameters)
    foot = person.grip("line")
    person.drag("data", foot, np.add(foot, (0.2, 0.1)))
    after = np.array(person.frame.parameters)
    own = person.frame.settings.parameters.of_unit(2)
    assert np.flatnonzero(after != before).tolist() == [own[-1]]
    line = after[own]
    away = line[:2] @ np.add(foot, (0.2, 0.1)) + line[2]
    assert abs(away) / np.linalg.norm(line[:2]) < 0.02  # two pixels


def test_a_point_that_is_drawn_has_the_nearest_ones_other_targets(person):
    """And that in hand for the output that is opened; a moved point keeps all of them."""
    person.open_neuron(1)
    person.click("draw_data")
    person.click("draw_zero")
    person.click_plot("data", 0.7, 0.55)
    person.settle()
    data = numeric_data(person.frame.settings)
    assert data.targets[-1].tolist() == [1, 0, 0]  # of (1, 1) but for OR
    np.testing.assert_allclose(data.inputs[-1], (0.7, 0.55), atol=0.02)
    assert person.frame.settings.outputs == 3
    person.action("undo").trigger()
    person.settle()
    assert person.frame.settings == Settings("gates", weights=WEIGHTS, bias=BIAS)
    # What is typed there is that target's.
    person.action("data_table").trigger()
    person.qtbot.waitUntil(lambda: person.table("data_table").isVisible())
    model = person.table("data_table").model()
    names = [model.headerData(index, Qt.Orientation.Horizontal) for index in range(5)]
    assert names == ["x₁", "x₂", *GATES]
    assert model.setData(model.index(3, 3), "1", Qt.ItemDataRole.EditRole)
    person.settle()
    wanted = np.column_stack([*GATES.values()])
    wanted[3, 1] = 1
    np.testing.assert_array_equal(person.frame.settings.dataset.targets, wanted)


def test_a_run_gets_all_of_them_right(open_window):
    """Nothing in the window stands in its way, by parts and at full speed."""
    person = open_window(Settings("gates", epochs=300, learning_rate=6.0), sample=0)
    person.settle()
    for part in ("forward", "loss", "zero_grad", "backward", "update"):
        person.click(f"part_{part}")
        person.settle()
    assert person.step == 1
    person.click("run")
    person.qtbot.waitUntil(lambda: person.step == 300)
    assert person.frame.right.all()
    assert person.frame.diagnosis.headline == "Every sample is right"
    assert person.reading("data").startswith("AND: x (1, 1)  z ")
    assert " its loss " in person.reading("data")
    # The two hidden neurons are what all outputs read.
    person.begin(Settings("gates", hidden=2, epochs=500, learning_rate=6.0))
    person.bench.look_control.pick(0)
    person.settle()
    person.click("run")
    person.qtbot.waitUntil(lambda: person.step == 500)
    # In the smallest window the title names the output still.
    person.window.resize(960, 600)
    person.settle()
    heading = person.bench.views["data"].heading
    assert heading.contentsRect().width() >= heading.fontMetrics().horizontalAdvance("Output ŷ₁")
    person.window.resize(1440, 900)
    person.click("hidden_space")
    person.settle()
    for unit in (2, 3, 4):
        person.open_neuron(unit)
        assert "one line is enough here" in person.reading("data")
    nearest = person.bench.views["data"].drag.handles()
    assert all(isinstance(each.at, QPointF) for each in nearest)


def test_what_comes_back_to_a_hidden_neuron_is_written_whole(open_window):
    """With five outputs, the most there are, a term of each."""
    someone = open_window(Settings("five", hidden=3), sample=0)
    someone.open_neuron(1)
    someone.bench.neuron.asked.emit(Quantity("loss_by_output"))
    someone.settle()
    assert someone.text("arithmetic_formula").count("∂ℓ/∂z") == 5
    assert someone.text("arithmetic_numbers").count("·") == 5
