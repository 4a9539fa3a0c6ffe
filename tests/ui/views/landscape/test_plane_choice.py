import pytest
from PySide6.QtWidgets import QToolButton

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.landscape.plane_choice import (
    Hold,
    PlaneChoice,
    extent_of,
    letter_of,
    same_units,
)


@pytest.fixture
def choice(qtbot):
    row = PlaneChoice()
    qtbot.addWidget(row)
    return row


def test_two_parameters_leave_no_choice(choice):
    choice.offer(("w1", "b"))
    assert choice.isHidden()
    assert (choice.axes, choice.principal) == ((0, 1), False)


def test_three_can_be_chosen_from_and_another_experiment_begins_at_the_first_two(choice, qtbot):
    choice.offer(("w1", "w2", "b"))
    assert not choice.isHidden()
    with qtbot.waitSignal(choice.changed):
        choice.boxes[1].setCurrentIndex(2)
    assert choice.axes == (0, 2)
    choice.offer(("w1", "w2", "b"))
    assert choice.axes == (0, 2)
    choice.offer(("w1", "w2", "w3", "b"))
    assert choice.axes == (0, 1)


def test_both_axes_never_have_the_same(choice):
    """The other one steps aside."""
    choice.offer(("w1", "w2", "b"))
    choice.boxes[0].setCurrentIndex(1)
    assert choice.axes == (1, 2)
    choice.boxes[1].setCurrentIndex(1)
    assert choice.axes == (2, 1)


def test_the_principal_plane_needs_no_axes(choice, qtbot):
    choice.offer(("w1", "w2", "b"))
    with qtbot.waitSignal(choice.changed):
        choice._button.click()
    assert choice.principal
    assert not any(box.isEnabled() for box in choice.boxes)
    choice.offer(("w1", "b"))
    assert not choice.principal


def test_everything_has_a_name_for_those_who_do_not_see_it(choice):
    assert all(widget.accessibleName() for widget in (*choice.boxes, choice._button))


@pytest.fixture
def plot(qtbot):
    widget = Plot("p", "", "")
    qtbot.addWidget(widget)
    widget.resize(440, 330)
    widget.show()
    qtbot.waitExposed(widget)
    widget.show_range(-1, 3, 2, 12)
    return widget


def test_extent_is_what_is_in_sight(plot):
    assert extent_of(plot) == (-1, 3, 2, 12)


def test_a_letter_is_as_wide_as_its_pixels(plot):
    width, height = letter_of(plot, themes.numeric_font())
    pixels = plot.pixels()
    assert 4 < width / 4 * pixels[0] < 15
    assert 10 < height / 10 * pixels[1] < 30


@pytest.mark.parametrize(
    ("bounds", "same"), [((0, 4, 0, 3), True), ((0, 99, 0, 3), False), ((0, 1, 0, 30), False)]
)
def test_units_are_the_same_unless_most_would_be_wasted(plot, bounds, same):
    assert same_units(plot, bounds) is same


def test_a_button_holds_the_ranges_and_nothing_else_presses_it(plot, qtbot):
    """Pressing holds and lets go, fitting lets go; zooming by hand presses nothing."""
    button = QToolButton()
    qtbot.addWidget(button)
    button.setCheckable(True)
    hold = Hold(button, plot)
    button.click()
    assert not plot.following
    plot.show_range(0, 1, 0, 1)
    assert extent_of(plot) == (-1, 3, 2, 12)
    button.click()
    assert plot.following
    plot.box.sigRangeChangedManually.emit([True, True])
    assert (button.isChecked(), plot.following) == (False, False)
    button.click()
    plot.fit()
    assert not button.isChecked()
    assert hold.parent() is plot
