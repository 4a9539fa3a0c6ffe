import numpy as np
import pytest
from PySide6.QtCore import QPointF

from neuroviz.core.landscape.run_plane import Path
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.views.landscape.map_canvas import PathPointer, nearest_step

PATH = Path(np.array((0, 10, 30)), np.array(((0.0, 0.0), (4.0, 0.0), (4.0, 8.0))))


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
    assert pointer.step_at(QPointF(2, 0.05), PATH, PATH.parameters) == 5
    assert pointer.step_at(QPointF(4, 4), PATH, PATH.parameters) == 20
    assert pointer.step_at(QPointF(8, 8), PATH, PATH.parameters) is None
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
    pointer.step_at(QPointF(8, 8), PATH, PATH.parameters)
    assert pointer.inside
    pointer.leave()
    assert not pointer.inside
