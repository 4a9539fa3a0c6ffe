import pytest
from PySide6.QtWidgets import QToolButton

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.landscape.view_range import Hold, extent_of, letter_of, same_units


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


@pytest.mark.parametrize(("bounds", "same"), [((0, 4, 0, 3), True), ((0, 99, 0, 3), False), ((0, 1, 0, 30), False)])
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
