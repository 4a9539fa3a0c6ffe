import numpy as np
import pytest

from neuroviz.core.slices import finished
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.marks import Text
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
    canvas.fit((0, 4, 0, 3), anew=False)  # the same run goes on
    across, up = canvas.plot.box.viewPixelSize()
    assert (across == pytest.approx(up)) is same


def test_numbers_on_lines_leave_free_what_hides_them_after_another_size(canvas, qapp):
    """Also where a window gets it while they are placed."""
    u = np.linspace(-1, 3, 61)
    v = np.linspace(2, 12, 61)
    loss_map = LossMap(u, v, u**2 + 0.1 * v[:, np.newaxis] ** 2)
    corner = np.stack(np.meshgrid(np.linspace(0, 3, 40), np.linspace(6, 12, 40)), -1).reshape(-1, 2)
    sizes = []

    def hidden():
        sizes.append(canvas.plot.width())
        return corner if sizes[-1] == 400 else np.zeros((0, 2))

    work = canvas.finish(loss_map, hidden)
    next(work)
    canvas.plot.resize(400, 300)
    qapp.processEvents()
    finished(work)
    numbers = [mark for mark in canvas.ground.marks.values() if isinstance(mark, Text)]
    assert sizes == [440, 400]
    assert numbers
    assert not any(mark.x > 0 and mark.y > 6 for mark in numbers)
