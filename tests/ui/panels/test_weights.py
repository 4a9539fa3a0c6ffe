"""The weights table, and what typing into it does."""

from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import predict
from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY, LEFT

TIP = Qt.ItemDataRole.ToolTipRole
THIRD = 1 / 3


def minus(text):
    """Return the number that a cell shows, which has a real minus sign."""
    return float(text.replace("−", "-"))


def retype(person, row, text):
    """Type another value and wait until the editor has gone.

    Qt takes what was typed a moment after Enter.
    """
    person.type_weight(row, text)
    viewport = person.table("weights").viewport()
    person.qtbot.waitUntil(
        lambda: not any(edit.isVisible() for edit in viewport.findChildren(QLineEdit))
    )


def test_the_cells_are_parameters_and_gradients(open_window):
    """Names, values, and the gradient of the mean loss, computed here in closed form."""
    person = open_window(Settings("and", weights=(0.5, -1.25), bias=0.125))
    inputs = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=float)
    wrong = 1 / (1 + np.exp(-(inputs @ [0.5, -1.25] + 0.125))) - [1, 0, 0, 0]
    gradient = [*(inputs * wrong[:, None]).mean(axis=0), wrong.mean()]
    cells = person.cells("weights")
    assert [row[:2] for row in cells] == [
        ["w₁", "0.5"],
        ["w₂", "−1.25"],
        ["b", "0.125"],
    ]
    assert [minus(row[2]) for row in cells] == pytest.approx(gradient, rel=1e-3)
    # After one step of SGD each value is the old minus rate times the gradient beside it.
    person.begin(Settings("and", weights=(0.5, -1.25), bias=0.125, learning_rate=2.0))
    before = person.cells("weights")
    person.press(KEY.Key_F8)
    wanted = [minus(value) - 2 * minus(gradient) for _, value, gradient in before]
    assert [minus(row[1]) for row in person.cells("weights")] == pytest.approx(wanted, rel=2e-3)
    # By parts of a step a gradient comes with the backward pass; until then it is a dash.
    person.begin(Settings("and", weights=(0.5, -1.25), bias=0.125))
    for part in PHASES:
        person.press(KEY.Key_F6)
        assert person.frame.phase == part
        known = part in ("backward", "update")
        assert [row[2] == "—" for row in person.cells("weights")] == [not known] * 3
    # At the optimum of XOR all are 0 but for rounding; the tooltip has every digit.
    person.begin(Settings("xor", learning_rate=1.0, epochs=3000))
    person.bench.session.advance(3000)
    person.bench.player.advanced.emit()
    person.press(KEY.Key_Space)
    assert {cell for row in person.cells("weights") for cell in row[1:]} == {"0"}
    row = person.rows.newest
    dust = np.r_[row.parameters, row.grad]
    assert 0 < np.abs(dust).max() < 1e-9
    tips = [
        person.table("weights").model().index(i, 1).data(Qt.ItemDataRole.ToolTipRole)
        for i in range(3)
    ]
    assert [float(tip) for tip in tips] == row.parameters.tolist()


def test_a_typed_value_starts_a_new_run(open_window):
    """The new run starts from what was typed and the other values as they stood.

    Undo brings the old one back.
    """
    person = open_window()
    for _ in range(3):
        person.press(KEY.Key_F8)
    old, history = person.rows.newest.parameters.tolist(), person.rows.loss.tolist()
    settings = person.frame.settings
    retype(person, 1, "2,5")
    assert (person.step, person.rows.newest.parameters.tolist()) == (0, [old[0], 2.5, old[2]])
    assert person.cells("weights")[1][1] == "2.5"
    assert person.combo("init").currentText() == "Typed weights"
    person.press(KEY.Key_Z, CTRL)
    assert (person.step, person.rows.newest.parameters.tolist()) == (3, old)
    assert (person.rows.loss.tolist(), person.frame.settings) == (history, settings)
    # The bias is typed too.
    person.begin(Settings("and", weights=(1.0, 1.0), bias=0.0))
    retype(person, 2, "-1.5")
    assert person.rows.newest.parameters.tolist() == [1.0, 1.0, -1.5]
    assert person.box("bias").value() == -1.5
    # Enter on the value as it stands is no new run.
    person.begin(Settings())
    person.press(KEY.Key_F8)
    exact = person.table("weights").model().index(0, 1).data(TIP)
    retype(person, 0, exact)
    assert person.step == 1
    assert person.action("undo").text() == "&Undo: steps"


def test_bad_text_says_why_and_the_run_stays(open_window):
    """What is no number changes nothing.

    The line under the table says what is wrong, until a good one comes.
    """
    person = open_window()
    for text in ("two", "1.2.3", "1e999"):
        person.begin(Settings())
        hint = person.text("weights_note")
        person.press(KEY.Key_F8)
        before, cells = person.frame.settings, person.cells("weights")
        retype(person, 0, text)
        assert f"'{text}'" in person.text("weights_note")
        assert ("write a smaller number" in person.text("weights_note")) == (text == "1e999")
        assert (person.frame.settings, person.cells("weights"), person.step) == (before, cells, 1)
        assert person.action("undo").text() == "&Undo: steps"
        retype(person, 0, "1")
        assert (person.text("weights_note"), person.step) == (hint, 0)
    # It is not about the cell that is picked then, nor about another run.
    person.begin(Settings())
    table = person.table("weights")
    retype(person, 0, "two")
    person.settle()
    assert "'two'" in person.text("weights_note")
    at = table.visualRect(table.model().index(1, 1)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    assert person.text("weights_note") == hint
    retype(person, 0, "two")
    person.press(KEY.Key_R, CTRL)
    assert person.text("weights_note") == hint
    # A press elsewhere that ends the typing hides no refusal.
    person.begin(Settings())
    table.setCurrentIndex(table.model().index(0, 1))
    table.edit(table.model().index(0, 1))
    # Those of before may still wait to be deleted.
    (editor,) = filter(QLineEdit.isVisible, table.viewport().findChildren(QLineEdit))
    editor.setText("two")
    at = table.visualRect(table.model().index(1, 1)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    assert "'two'" in person.text("weights_note")
    # Step takes what is being typed, though its button takes no keyboard.
    table.edit(table.model().index(0, 1))
    (editor,) = filter(QLineEdit.isVisible, table.viewport().findChildren(QLineEdit))
    editor.setText("2")
    person.click("step")
    assert (person.step, person.frame.settings.weights[0]) == (1, 2.0)


def test_the_tooltip_is_exact_and_the_sign_has_a_colour(open_window):
    """The cell is short, its tooltip reads back to the same bits, values and gradients alike."""
    person = open_window(Settings("and", weights=(THIRD, 1e-11), bias=-1234567.875))
    model, newest = person.table("weights").model(), person.rows.newest
    assert [row[1] for row in person.cells("weights")] == [
        "0.3333",
        "10⁻¹¹",
        "−1.235·10⁶",
    ]
    assert [float(model.index(row, 1).data(TIP)) for row in range(3)] == [
        THIRD,
        1e-11,
        -1234567.875,
    ]
    assert [float(model.index(row, 2).data(TIP)) for row in range(3)] == newest.grad.tolist()
    assert model.index(0, 0).data(TIP) is None
    # Names and gradients are for reading.
    editable = [
        bool(model.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable) for column in range(3)
    ]
    assert editable == [False, True, False]
    # Positive and negative values wear the colours of the classes, zero neither.
    person.begin(Settings("and", weights=(1.0, -1.0), bias=0.0))
    model, theme = person.table("weights").model(), themes.now
    colours = [model.index(row, 1).data(Qt.ItemDataRole.ForegroundRole) for row in range(3)]
    assert [colours[0].name(), colours[1].name(), colours[2]] == [
        theme.positive_text,
        theme.negative_text,
        None,
    ]


def test_weights_of_scaled_inputs_are_read_in_either_unit(open_window):
    """The same neuron: the same z from inputs that are not scaled; there nothing is typed."""
    data = Dataset([[20.0, 1000.0], [30.0, 1020.0], [10.0, 990.0]], [0.0, 1.0, 0.0], classes=True)
    person = open_window(Settings(data=data.scaled("standardise"), weights=(2.0, -1.0), bias=0.5))
    scaled = [row[1] for row in person.cells("weights")]
    assert scaled == ["2", "−1", "0.5"]
    person.click("own_units")
    model = person.table("weights").model()
    own = np.array([float(model.index(row, 1).data(Qt.ItemDataRole.EditRole)) for row in range(3)])
    z = data.inputs @ own[:2] + own[2]
    assert np.allclose(z, person.frame.prediction.pre_activation)
    assert not model.flags(model.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    person.click("own_units")
    assert [row[1] for row in person.cells("weights")] == scaled
    person.begin(person.frame.settings.replace(weights=None, bias=None, hidden=2))
    person.click("own_units")
    own = [float(model.index(row, 1).data(Qt.ItemDataRole.EditRole)) for row in range(9)]
    z = predict(Settings(data=data, hidden=2), np.array(own)).pre_activation
    assert z == pytest.approx(person.frame.prediction.pre_activation)
    assert person.choose("task", "and")
    assert not person.button("own_units").isVisible()
    index = person.table("weights").model().index(0, 1)  # in the one unit that there is
    assert index.flags() & Qt.ItemFlag.ItemIsEditable


def test_a_parameter_has_the_colour_of_its_line(open_window):
    """Where it has one; with hidden neurons those of the neuron that is opened, of many none."""
    person = open_window(Settings("xor", hidden=2))
    person.bench.look_control.pick(0)
    person.settle()
    table = person.table("weights")
    for unit, shown in ((None, {6, 7, 8}), (1, {2, 3, 5})):
        person.bench.look_control.open_unit(unit)
        person.settle()
        person.qtbot.waitUntil(lambda: {*_colours(table)} == shown)  # noqa: B023  # at once
        assert [*_colours(table).values()] == list(themes.now.series[:3])
        pills = person.bench.views["neuron"].diagram.drawing.pills
        for index, colour in enumerate(themes.now.series[:3]):
            assert _nearest_hue(person, pills[index], colour) < 10
    person.begin(Settings("spam"))
    person.settle()
    assert _colours(table) == {}


def _nearest_hue(person, pill, colour):
    """Return how far, in degrees, what stands left in a pill is from the hue of a colour."""
    image = person.bench.views["neuron"].diagram.viewport().grab().toImage()
    places = product(range(7, 15), range(int(pill.height)))
    found = (image.pixelColor(int(pill.x) + x, int(pill.y) + y) for x, y in places)
    hues = [each.hue() for each in found if each.saturation() > 40 and each.value() < 240]
    return min((abs(hue - QColor(colour).hue()) for hue in hues), default=360)


def _colours(table):
    model = table.model()
    names = [model.index(row, 0) for row in range(model.rowCount())]
    found = {i: name.data(Qt.ItemDataRole.DecorationRole) for i, name in enumerate(names)}
    return {i: colour.name() for i, colour in found.items() if colour is not None}
