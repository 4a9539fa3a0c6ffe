"""What is said under a map of a sweep."""

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import start_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.pictures.sweep.scene import map_scene
from neuroviz.ui.sweep.legend import MapLegend


def test_the_ends_of_the_scale_and_the_letters(qtbot):
    """The least and the greatest loss of the map, and a line for each minimum."""
    sweep = Sweep(start_grid(Settings("and", loss="mse", learning_rate=5.0, epochs=400), 8.0, 9))
    sweep.advance_for(60.0)
    result, legend = sweep.result(), MapLegend()
    qtbot.addWidget(legend)
    scene = map_scene(result)
    legend.show_scene(scene, diverged=False)
    assert float(legend._low.text().split()[-1]) == float(f"{result.losses.min():.3g}")
    assert float(legend._high.text()) == float(f"{result.losses.max():.3g}")
    assert len(legend._rest.text().splitlines()) == len(scene.basins) > 1
    legend.show_scene(scene, diverged=True)
    assert "× diverged" in legend._high.text()
