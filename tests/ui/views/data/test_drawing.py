"""Drawing the data: points come, move and go where a person clicks, each with its way back."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.pictures.marks import Segments
from neuroviz.ui.canvas.pen import ColourKey
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT


def drawing(open_window, settings):
    """Open an experiment whose data are being drawn."""
    person = open_window(settings)
    person.bench.grid.choose(["data", "landscape"])  # as high as on the first screen
    draw_anew(person, settings)
    return person


def draw_anew(person, settings):
    """Begin an experiment whose data are being drawn."""
    person.begin(settings)
    person.settle()
    if not person.button("draw_data").isChecked():
        person.click("draw_data")
        person.settle()


def click(person, x, y, modifier=None):
    """Click a place of the data view.

    Return what the plot has there, which is off by less than a pixel.
    """
    place = person.place("data", x, y)
    viewport = person.plot("data").viewport()
    point = person.plot("data").point_at(QPointF(place))
    person.qtbot.mouseClick(viewport, LEFT, modifier or NO_KEY, place)
    person.settle()
    return np.array((point.x(), point.y()))


def noted(person):
    """Return all that is said of the data, also what is cut."""
    return person.bench.views["data"].drawing.note.accessibleDescription()


def samples(person):
    """Return how many circles and squares stand in the plot."""
    return len(person.points("data", "circles")), len(person.points("data", "squares"))


def test_a_click_adds_a_point_and_with_shift_one_of_the_other_class(open_window):
    """They stand where it was clicked, in the table too, and every one has its way back."""
    person = drawing(open_window, Settings("and"))
    first = click(person, 0.5, 0.8)
    second = click(person, 0.6, 0.2, SHIFT)
    person.click("draw_zero")
    third = click(person, -0.2, 0.5)
    data = person.frame.settings.dataset
    assert np.allclose(data.inputs[4:], (first, second, third), atol=1e-9)
    assert data.targets[4:].tolist() == [1.0, 0.0, 0.0]
    assert samples(person) == (2, 5)
    assert len(person.cells("predictions")) == 7
    assert person.frame.undo_label == "added point"
    for left in (6, 5, 4):
        person.press(KEY.Key_Z, CTRL)
        assert person.frame.settings.dataset.samples == left
    assert person.frame.settings == Settings("and")
    # Where the plane was zoomed out too far the data stay what they are (found by the monkey).
    draw_anew(person, Settings("and"))
    view = person.bench.views["data"]
    view.drawing.click(person.frame.settings, np.array((1e200, 0.0)), None, other=False)
    assert person.frame.settings == Settings("and")
    assert "up to 10¹⁰⁰" in person.reading("data")
    # A point near the edge would give the data more room, and move under the pointer.
    draw_anew(person, Settings("and"))
    before = person.plot("data").box.viewRange()
    (left, _), (_, top) = before
    click(person, left + 0.05, top - 0.05)
    assert person.plot("data").box.viewRange() == before
    person.click("draw_data")
    person.settle()
    assert person.plot("data").box.viewRange() != before


def test_delete_and_the_eraser_take_points_away(open_window):
    """The picked one by the key, the clicked one by the eraser.

    The last one stays, and it is said why. A key deletes nothing unless the data are drawn.
    """
    person = open_window(Settings("or"))
    person.settle()
    person.click_plot("data", 0.0, 0.0)
    person.press(KEY.Key_Delete)
    assert person.frame.settings == Settings("or")
    # With a point the training starts anew, and undo brings the run back.
    draw_anew(person, Settings("or"))
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    click(person, 0.5, 0.5)
    assert person.step == 0
    assert person.text("sentence").startswith(
        "The run of 2 epochs is put aside: Ctrl+Z brings it back."
    )
    person.press(KEY.Key_Z, CTRL)
    assert (person.step, person.frame.settings) == (2, Settings("or"))
    draw_anew(person, Settings("or"))
    click(person, 0.0, 0.0)  # on a sample: it is picked
    for _ in range(2):  # the second finds nothing picked
        person.press(KEY.Key_Delete)
        person.settle()
        assert samples(person) == (3, 0)
    assert person.frame.undo_label == "removed point"
    person.click("draw_erase")
    click(person, 0.5, 0.5)  # nothing is there
    click(person, 1.0, 1.0)
    click(person, 0.0, 1.0)
    assert person.points("data", "circles") == {(1.0, 0.0)}
    click(person, 1.0, 0.0)
    assert person.points("data", "circles") == {(1.0, 0.0)}
    assert "has to stay" in person.reading("data")
    assert "One point of one class" in person.text("draw_note")


def test_points_have_the_height_they_are_clicked_at_or_the_value_in_the_box(open_window):
    person = drawing(open_window, Settings("line"))
    x, y = click(person, 2.5, 40.0)
    data = person.frame.settings.dataset
    assert (data.inputs[-1, 0], data.targets[-1]) == pytest.approx((x, y))
    # Classes over one input have no plane: the height says which class it is.
    data = Dataset([[0.0], [1.0], [2.0]], [0.0, 1.0, 0.0], classes=True)
    draw_anew(person, Settings("and", data=data))
    assert "a point of class 1 lies between two points of class 0" in noted(person)
    click(person, 1.5, 0.9)
    click(person, 0.5, 0.1)
    assert person.frame.settings.dataset.targets.tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]
    # Numbers on a plane take the value in the box.
    data = Dataset([[0.0, 0.0], [1.0, 1.0]], [0.0, 2.0], classes=False)
    draw_anew(person, Settings("line", data=data))
    person.type_into("draw_value", "7.5")
    click(person, 0.5, 0.2)
    assert person.frame.settings.dataset.targets.tolist() == [0.0, 2.0, 7.5]
    # Of many inputs there is no plane to click in, and no switch; what was being drawn ends.
    draw_anew(person, Settings("and"))
    assert person.choose("task", "sum")
    person.settle()
    assert not person.button("draw_data").isVisible()
    assert not person.button("draw_erase").isVisible()


def test_it_is_said_what_one_neuron_cannot_part_and_why(open_window):
    """XOR at once; AND only once a point makes it so, until that is taken back."""
    person = drawing(open_window, Settings("and"))
    assert "One neuron cannot" not in person.text("draw_note")
    click(person, 0.2, 0.2)
    note = noted(person)
    assert note.startswith("One neuron cannot get all of these right: ")
    assert person.marks("data", Segments)
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert "One neuron cannot" not in person.text("draw_note")
    assert person.choose("task", "xor")
    person.settle()
    said = noted(person)
    assert said.endswith("the dashed lines, each within a class, cross.")
    sides = [
        {(*mark.x0, *mark.y0), (*mark.x1, *mark.y1)}
        for mark in person.marks("data", Segments)
        if len(mark.x0) == 1
    ]
    assert {(0.0, 0.0), (1.0, 1.0)} in sides
    assert {(0.0, 1.0), (1.0, 0.0)} in sides


def axes(person):
    """Return what stands at the two axes of the data."""
    below, left = (person.plot("data").getAxis(side).labelText for side in ("bottom", "left"))
    return below, left


def test_an_empty_plane_becomes_the_data_by_its_first_point(open_window):
    """Until then the run is as it was; Escape from anywhere, or the switch, leaves it so."""
    person = open_window(Settings("line"))
    person.settle()
    view = person.bench.views["data"]
    for leave in ("key", "switch"):
        view.drawing.begin_blank()
        person.settle()
        assert samples(person) == (0, 0)
        assert "Nothing here yet" in person.text("draw_note")
        assert axes(person) == ("x₁", "x₂")
        if leave == "key":
            person.focus(person.combo("task"))
            person.press(KEY.Key_Escape)
        else:
            person.click("draw_data")
        person.settle()
        assert samples(person) == (6, 0)
        if leave == "key":  # once more, and the pencil is put down
            assert person.button("draw_data").isChecked()
            person.press(KEY.Key_Escape)
        assert not person.button("draw_data").isChecked()
        assert not person.action("restore").isEnabled()
    view.drawing.begin_blank()
    person.settle()
    first = click(person, 1.0, 2.0, SHIFT)
    data = person.frame.settings.dataset
    assert (data.classes, data.targets.tolist()) == (True, [0.0])
    assert np.allclose(data.inputs, [first])
    assert samples(person) == (0, 1)
    person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings == Settings("line")
    # A point in hand that is of no class has its height as target; of the data before nothing is
    # left at the axes, such as their classes, nor the key of their colours.
    for task in ("and", "spam"):
        person.begin(Settings(task))
        person.settle()
        key = view.findChild(ColourKey)
        assert key.isVisible() == (task == "and")
        view.drawing.begin_blank()
        person.settle()
        assert not key.isVisible()
    assert axes(person) == ("x₁", "x₂")
    assert person.plot("data").getAxis("bottom")._tickLevels is None
    person.click("draw_point")
    assert axes(person) == ("x", "target y")
    x, y = click(person, 1.0, -1.5)
    data = person.frame.settings.dataset
    assert (data.classes, data.inputs.tolist(), data.targets.tolist()) == (False, [[x]], [y])
    click(person, -1.0, 1.5)
    assert person.frame.settings.dataset.samples == 2


def test_nothing_is_trained_behind_an_empty_plane(open_window):
    """A run pauses, and Run and Step tell why they wait for the first point.

    What is done meanwhile is told all the same.
    """
    person = open_window(Settings("line"), pace="speed/20")
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: person.step > 0)
    person.action("draw_data").trigger()
    person.settle()
    assert not person.bench.player.running
    step = person.step
    for name, key in {
        "run": KEY.Key_Space,
        "step": KEY.Key_F8,
        "part": KEY.Key_F6,
    }.items():
        assert not person.action(name).isEnabled()
        assert "the first point" in person.action(name).toolTip()
        person.press(key)
    assert "the first point" in person.text("sentence")
    person.action("copy_command").trigger()
    assert person.text("sentence").startswith("The command is on the clipboard.")
    assert (person.step, person.frame.phase, person.bench.player.running) == (step, None, False)
    person.focus(person.plot("data"))
    person.press(KEY.Key_Escape)
    assert person.action("run").isEnabled()
    assert "the first point" not in person.text("sentence")
    person.action("draw_data").trigger()
    person.settle()
    click(person, 1.0, 2.0)
    assert "the first point" not in person.text("sentence")
    person.press(KEY.Key_F8)
    assert (person.step, person.frame.settings.dataset.samples) == (1, 1)
