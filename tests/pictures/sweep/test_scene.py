import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import momentum_axis, rate_axis, rate_grid, start_grid
from neuroviz.pictures.sweep.scene import after_epochs, curve_scene, map_scene, outer_edges, sweep_title
from tests.pictures.sweep.test_figure import result_of

STARTS = start_grid(Settings("and"), 5.0, 10)


def test_each_loss_is_at_one_place():
    scene = curve_scene(result_of([50, 0, 1e6, 1e290], [0, 0, 0, 3]))
    assert np.isnan(scene.losses).tolist() == [False, True, True, True]
    assert [list(which) for which in (scene.zeros, scene.beyond, scene.diverged)] == [
        [False, True, False, False],
        [False, False, True, False],
        [False, False, False, True],
    ]
    low, high = scene.span
    assert 10**low < 50 < 100 < 10**high


def test_edges_lie_half_a_cell_beyond_the_ends():
    assert outer_edges(rate_axis(0.01, 1, 3)) == pytest.approx((0.01 / 10**0.5, 10**0.5))
    assert outer_edges(STARTS.axes[0]) == pytest.approx((-5 - 5 / 9, 5 + 5 / 9))


def test_a_map_of_rates_has_no_letters():
    settings = Settings("line", optimizer="momentum")
    grid = rate_grid(settings, rate_axis(1e-3, 1, 4), momentum_axis(settings, 0, 0.8, 3))
    assert map_scene(result_of(np.ones(12), settings=settings, grid=grid)).basins == ()


def test_titles():
    result = result_of([1, 2])
    assert after_epochs(result) == "Loss after 1,000 epochs"
    assert sweep_title(result) == "Loss after 1,000 epochs, over the learning rate"
