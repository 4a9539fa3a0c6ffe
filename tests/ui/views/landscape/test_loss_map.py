import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF

from neuroviz.core.landscape.contour_levels import levels
from neuroviz.pictures.landscape.contours import Contour
from neuroviz.pictures.palette import LOSS
from neuroviz.session.loss_maps import LossMap
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.palettes import colour_table
from neuroviz.ui.views.landscape.loss_map import LossMapItem, cells_rect, colours_of, letter_size


def rising(columns=5, rows=4):
    """Return a map whose loss is 1 … 3 from left to right."""
    u, v = np.linspace(-1, 1, columns), np.linspace(0, 6, rows)
    losses = np.broadcast_to(u + 2, (rows, columns)).copy()
    return LossMap(u, v, losses, levels(losses))


@pytest.fixture
def plot(qtbot):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    widget.resize(300, 200)
    widget.getPlotItem().hideAxis("left")
    widget.getPlotItem().hideAxis("bottom")
    widget.setRange(xRange=(-1, 1), yRange=(0, 6), padding=0)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_cells_reach_half_beyond_the_outermost_points():
    rect = cells_rect(rising())
    assert (rect.left(), rect.right(), rect.top(), rect.bottom()) == pytest.approx((-1.25, 1.25, -1, 7))


def test_colours_are_those_of_the_scale_and_the_highest_row_comes_first():
    loss_map = rising()
    loss_map.losses[0, 0] = 3.0  # the lowest row
    colours, table = colours_of(loss_map), colour_table(LOSS)
    low, high = (0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in table[[0, -1]])
    assert (colours[0, 0], colours[0, -1], colours[-1, 0]) == (low, high, high)


def test_no_loss_is_shown_as_the_highest():
    loss_map = rising()
    loss_map.losses[1, 1] = np.nan
    loss_map.losses[1, 2] = np.inf
    assert colours_of(loss_map)[-2, 1] == colours_of(loss_map)[-2, 2] == colours_of(loss_map)[0, -1]


def test_the_picture_shows_the_map_where_it_is(plot, qtbot):
    """Dark where the loss is low, light where it is high, to the eye at the right place."""
    ground = LossMapItem(themes.numeric_font())
    plot.addItem(ground)
    ground.show_map(rising(201, 101))
    picture = plot.grab().toImage()
    for x in (-0.9, 0.0, 0.9):
        place = plot.mapFromScene(plot.getPlotItem().vb.mapViewToScene(QPointF(x, 3.0)))
        expected = colour_table(LOSS)[round((x + 1) / 2 * 255)]
        colour = picture.pixelColor(place)
        assert (colour.red(), colour.green(), colour.blue()) == pytest.approx(expected, abs=6)


def test_a_line_is_lighter_than_the_map_under_it(plot, qtbot):
    ground = LossMapItem(themes.numeric_font())
    plot.addItem(ground)
    ground.show_map(rising(201, 101))
    place = plot.mapFromScene(plot.getPlotItem().vb.mapViewToScene(QPointF(-0.5, 3.0)))
    before = plot.grab().toImage().pixelColor(place).lightness()
    ground.show_lines([Contour(np.array((-0.6, -0.4)), np.array((3.0, 3.0)), "1.5", None)])
    row = [plot.grab().toImage().pixelColor(place.x(), place.y() + dy).lightness() for dy in (-1, 0, 1)]
    assert max(row) > before + 20


def test_letters_have_the_size_of_the_font(qapp):
    width, height = letter_size(themes.numeric_font())
    assert 3 < width < height < 40
