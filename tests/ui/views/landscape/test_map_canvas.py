import pytest

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.views.landscape.map_canvas import MapCanvas


@pytest.fixture
def canvas(qtbot):
    plot = Plot("p", "", "")
    qtbot.addWidget(plot)
    plot.resize(440, 330)
    canvas = MapCanvas(plot)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(-1, 3, 2, 12)
    return canvas


def test_extent_is_what_is_in_sight(canvas):
    assert canvas.extent == (-1, 3, 2, 12)


def test_a_letter_is_as_wide_as_its_pixels(canvas):
    width, height = canvas.letter
    pixels = canvas.plot.pixels()
    assert 4 < width / 4 * pixels[0] < 15
    assert 10 < height / 10 * pixels[1] < 30


@pytest.mark.parametrize(
    ("bounds", "same"), [((0, 4, 0, 3), True), ((0, 99, 0, 3), False), ((0, 1, 0, 30), False)]
)
def test_units_are_the_same_unless_most_would_be_wasted(canvas, bounds, same):
    canvas.fit(bounds)
    across, up = canvas.plot.box.viewPixelSize()
    assert (across == pytest.approx(up)) is same
