from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from neuroviz.core.landscape.path import Path
from neuroviz.pictures.landscape.run_marks import OtherRunMarks, RunMarks
from neuroviz.pictures.run_styles import run_style
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.landscape.run_item import BALL, PathPointer, RunItem, nearest_step

PINK = replace(LIGHT, accent="#ff00ff")


def marks_with(**others):
    path = np.array(((1.0, 1.0), (5.0, 5.0), (8.0, 5.0)))
    chosen = {"path": path, "on": np.ones(3, dtype=bool), "ball": path[-1], "down": np.zeros(2)} | others
    return RunMarks(**chosen)


@pytest.fixture
def drawn(qtbot):
    """Return a function that draws marks on black, and gives the lightness at a place of the plane."""
    plot, item = Plot("p", "", ""), RunItem()
    qtbot.addWidget(plot)
    plot.resize(400, 400)
    plot.setBackground("#000000")
    plot.addItem(item)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(0, 10, 0, 10)

    def at(marks):
        item.show_marks(marks, PINK)
        picture = plot.grab().toImage()

        def colour(x, y, dx=0, dy=0):
            place = plot.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))
            return picture.pixelColor(place.x() + dx, place.y() + dy)

        return colour

    return at


def light(colour, x, y):
    """Return the greatest lightness within a pixel of a place."""
    return max(colour(x, y, dx, dy).lightness() for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def test_ball_path_and_start_are_where_they_belong(drawn):
    colour = drawn(marks_with())
    assert colour(8, 5).name() == "#ff00ff"
    assert colour(8, 5, int(BALL) - 3).name() == "#ff00ff"
    assert light(colour, 3, 3) > 200
    assert light(colour, 6.5, 5) > 200
    assert colour(1, 1).lightness() > 200
    assert light(colour, 3, 6) < 60


def test_a_path_off_the_plane_has_gaps(drawn):
    whole, off = drawn(marks_with()), drawn(marks_with(on=np.array((False, False, True))))
    places = np.linspace(1.6, 4.4, 60)
    assert all(light(whole, x, x) > 150 for x in places)
    seen = [light(off, x, x) > 150 for x in places]
    assert 10 < sum(seen) < 58


def test_the_arrow_ends_at_its_tip(drawn):
    """Light just before the tip, nothing behind it."""
    colour = drawn(marks_with(down=np.array((0.0, 3.0))))
    assert light(colour, 8, 7.7) > 150
    assert light(colour, 8, 8.3) < 60


def test_next_step_and_minimum_have_their_marks(drawn):
    colour = drawn(marks_with(following=np.array((8.0, 2.0)), minimum=np.array((2.0, 8.0))))
    assert light(colour, 2, 8) > 150
    assert max(colour(8, 2, dx).lightness() for dx in range(3, 8)) > 150
    assert light(drawn(marks_with()), 2, 8) < 60


def test_a_minimum_off_the_plane_has_a_hollow_cross(drawn):
    place = {"minimum": np.array((2.0, 8.0))}
    full, hollow = drawn(marks_with(**place)), drawn(marks_with(**place, minimum_on=False))
    assert full(2, 8).lightness() > 150
    assert hollow(2, 8).lightness() < 80
    assert max(hollow(2, 8, dx, 0).lightness() for dx in range(1, 6)) > 150


def test_nothing_to_show_draws_nothing(drawn):
    assert light(drawn(None), 8, 5) < 60


def test_a_path_beyond_all_numbers_is_drawn(drawn):
    drawn(marks_with(path=np.array(((0.0, 0.0), (1e300, -1e300), (8.0, 5.0)))))


def test_other_runs_have_their_own_colours_and_the_run_its_accent(drawn):
    """Ball and path in the colour of the slot; the run's own path is no longer white beside them."""
    path = np.array(((1.0, 9.0), (5.0, 9.0), (9.0, 9.0)))
    colour = drawn(marks_with(others=(OtherRunMarks(path, np.ones(3, dtype=bool), 1),)))
    green = run_style(1).colour.lower()
    assert colour(9, 9).name() == green
    assert green in {colour(3, 9, 0, dy).name() for dy in (-1, 0, 1)}
    assert "#ff00ff" in {colour(6.5, 5, 0, dy).name() for dy in (-1, 0, 1)}
    assert colour(8, 5).name() == "#ff00ff"


def test_the_ball_has_its_shape(drawn):
    """A square reaches into its corners; a diamond does not."""
    corner = round(0.8 * BALL)
    lit = {
        shape: drawn(marks_with(shape=shape))(8, 5, corner, corner).lightness() > 60
        for shape in ("square", "diamond")
    }
    assert lit["square"]
    assert not lit["diamond"]


PATH = Path(np.array((0, 10, 30)), np.array(((0.0, 0.0), (4.0, 0.0), (4.0, 8.0))))
MARKS = RunMarks(PATH.parameters, np.ones(3, dtype=bool), PATH.parameters[-1], np.zeros(2))


@pytest.fixture
def pointer(qtbot):
    plot = Plot("p", "", "")
    qtbot.addWidget(plot)
    plot.resize(400, 400)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(0, 10, 0, 10)
    return PathPointer(plot)


def test_the_nearest_step_is_found_on_the_lines_between_the_rows():
    path = Path(np.array((0, 10, 30)), np.zeros((3, 2)))
    places = np.array(((0.0, 0.0), (100.0, 0.0), (100.0, 100.0)))
    assert nearest_step(path, places, np.array((52.0, 3.0)), 8.0) == 5
    assert nearest_step(path, places, np.array((103.0, 50.0)), 8.0) == 20
    assert nearest_step(path, places, np.array((50.0, 20.0)), 8.0) is None
    alone = Path(np.array((0,)), np.zeros((1, 2)))
    assert nearest_step(alone, places[:1], np.array((2.0, 2.0)), 8.0) == 0


def test_the_step_is_found_in_coordinates_of_the_plane(pointer):
    assert pointer.step_at(QPointF(2, 0.05), PATH, MARKS) == 5
    assert pointer.step_at(QPointF(4, 4), PATH, MARKS) == 20
    assert pointer.step_at(QPointF(8, 8), PATH, MARKS) is None
    assert pointer.step_at(QPointF(4, 4), None, None) is None


def test_it_is_said_only_when_it_has_become_another(pointer):
    said = []
    pointer.step_changed.connect(said.append)
    for step in (None, 3, 3, 4, None, None):
        pointer.show(step)
    pointer.show(7)
    pointer.leave()
    pointer.leave()
    assert said == [3, 4, None, 7, None]


def test_it_knows_whether_it_is_there(pointer):
    assert not pointer.inside
    pointer.step_at(QPointF(8, 8), PATH, MARKS)
    assert pointer.inside
    pointer.leave()
    assert not pointer.inside
