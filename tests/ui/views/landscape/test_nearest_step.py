import numpy as np

from neuroviz.core.landscape.run_plane import Path
from neuroviz.ui.views.landscape.map_canvas import nearest_step


def test_the_nearest_step_is_found_on_the_lines_between_the_rows():
    path = Path(np.array((0, 10, 30)), np.zeros((3, 2)), np.zeros(3))
    places = np.array(((0.0, 0.0), (100.0, 0.0), (100.0, 100.0)))
    assert nearest_step(path, places, np.array((52.0, 3.0)), 8.0) == 5
    assert nearest_step(path, places, np.array((103.0, 50.0)), 8.0) == 20
    assert nearest_step(path, places, np.array((50.0, 20.0)), 8.0) is None
    alone = Path(np.array((0,)), np.zeros((1, 2)), np.zeros(1))
    assert nearest_step(alone, places[:1], np.array((2.0, 2.0)), 8.0) == 0
