import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import momentum_axis, rate_axis, rate_grid, seed_grid, start_grid
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.sweep.figure import after_epochs, sweep_title
from neuroviz.pictures.sweep.scene import Scale, curve_scene, map_scene
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
    low, high = scene.up.ends
    assert low < 50 < 100 < high
    assert low < scene.places[1] < 50 < 100 < scene.places[2] == scene.places[3] < high


def test_of_seeds_each_loss_is_a_point_and_minima_have_letters():
    """No line leads from one to the next, since no seed tells of its neighbour."""
    settings = Settings("xor", hidden=2)
    losses = [0.01, 0.3, 0.0101, 0.31, 0.0099, 0.01]
    scene = curve_scene(result_of(losses, settings=settings, grid=seed_grid(settings, 6)))
    assert scene.labels == ("seed", "loss")
    assert not scene.across.log
    marks = scene.marks(PAPER, scene.across, scene.up, 0.01, 0.05)
    assert "curve" not in marks
    assert "level" not in marks
    assert scene.up.ends[1] < 1 < scene.first  # which is not drawn
    assert marks["points"].x.tolist() == [0, 1, 2, 3, 4, 5]
    assert marks["points"].y.tolist() == losses
    assert [basin.share for basin in scene.basins] == [4 / 6, 2 / 6]
    for letter, (low, high) in {"A": (0.0099, 0.0101), "B": (0.3, 0.31)}.items():
        text = marks["basin", letter]
        assert text.text == letter
        assert low <= text.y <= high
        assert text.x > 5
    alike = curve_scene(result_of([0.2, 0.2001], settings=settings, grid=seed_grid(settings, 2)))
    assert alike.up.high - alike.up.low > 0.99


def test_the_letter_of_a_loss_of_0_stands_where_it_is_drawn():
    settings = Settings("line", init="normal")
    result = result_of([0.0, 0.0, 3.0, 3.0], settings=settings, grid=seed_grid(settings, 4))
    scene = curve_scene(result)
    marks = scene.marks(PAPER, scene.across, scene.up, 0.01, 0.05)
    assert marks["basin", "A"].y == marks["loss 0"].y[0]


def test_a_loss_that_is_only_rounding_is_0():
    """In a curve a hollow ball, in a map no end of the scale, of starts no end of their own."""
    small = [50, 1e-29, 3.0, 2e-28]
    scene = curve_scene(result_of(small, settings=Settings("line")))
    assert scene.zeros.tolist() == [False, True, False, True]
    assert np.nanmin(scene.losses) == 3
    settings = Settings("line", optimizer="momentum")
    grid = rate_grid(settings, rate_axis(1e-3, 1, 2), momentum_axis(settings, 0, 0.8, 2))
    map_of_them = map_scene(result_of(small, settings=settings, grid=grid))
    assert (10**map_of_them.low, map_of_them.below, map_of_them.above) == (
        pytest.approx(3),
        True,
        False,
    )
    starts = start_grid(Settings("line"), 5.0, 2)
    found = map_scene(result_of(small, settings=Settings("line"), grid=starts)).basins
    assert [basin.loss for basin in found] == ["0", "3", "50"]


def test_a_scale_keeps_shares_and_values_apart():
    """Half-way between 0.01 and 1 lies 0.1 in decades.

    What is out of all sight is a number still.
    """
    scale = Scale(-2.0, 0.0, log=True)
    assert scale.ends == pytest.approx((0.01, 1))
    assert scale.at(0.5) == pytest.approx(0.1)
    assert scale.share([0.1, 10]) == pytest.approx([0.5, 1.5])
    assert np.isfinite(Scale(-1e290, 1e290, log=True).ends).all()
    assert Scale(-2.0, 2.0, log=False).at(0.75) == 1


def test_a_map_holds_the_whole_of_its_outer_cells():
    scene = map_scene(result_of(np.ones(100), settings=Settings("and"), grid=STARTS))
    assert scene.up.ends == scene.across.ends == pytest.approx((-5 - 5 / 9, 5 + 5 / 9))


def test_a_map_of_rates_has_no_letters():
    settings = Settings("line", optimizer="momentum")
    grid = rate_grid(settings, rate_axis(1e-3, 1, 4), momentum_axis(settings, 0, 0.8, 3))
    assert map_scene(result_of(np.ones(12), settings=settings, grid=grid)).basins == ()


def test_titles():
    result = result_of([1, 2])
    assert after_epochs(result) == "Loss after 1,000 epochs"
    assert sweep_title(result) == "Loss after 1,000 epochs, over the learning rate"
