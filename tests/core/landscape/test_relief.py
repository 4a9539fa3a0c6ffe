import numpy as np
import pytest

from neuroviz.core.landscape.relief import HEIGHT, VIEWS, Relief, project

SIDE = np.linspace(-1, 1, 101)
X, Y = np.meshgrid(SIDE, SIDE)
RIDGE = Relief(np.exp(-100 * Y**2))
"""From west to east, high in the middle."""


def test_behind_a_ridge_is_hidden_and_before_it_is_not():
    behind, before, above, outside = (0, 0.3, -0.5), (0, -0.3, -0.5), (0, 0.3, 0.5), (0, 2, -0.5)
    points = np.array((behind, before, above, outside))
    assert RIDGE.hidden(points, (0.0, 35.0)).tolist() == [True, False, False, False]
    assert RIDGE.hidden(points, (180.0, 35.0)).tolist() == [False, True, False, False]
    assert not RIDGE.hidden(points, (0.0, 90.0)).any()


def test_under_the_ground_is_hidden_from_everywhere():
    point = np.array([[0.0, 0.0, -0.2]])
    assert all(RIDGE.hidden(point, view).all() for view in VIEWS)


@pytest.mark.parametrize(("turns", "azimuth"), [(0, 180), (1, 90), (2, 0), (3, -90)])
def test_a_path_down_a_valley_is_seen_from_where_it_comes_to(turns, azimuth):
    """North, and where that is when the valley is turned."""
    heights = 0.5 * X**2 + 0.25 * (1 - Y)
    y = np.linspace(-0.9, 0.9, 60)
    path = np.column_stack((0 * y, y, HEIGHT * (0.5 * (1 - y) - 1)))
    turned = np.linalg.matrix_power(np.array(((0, -1, 0), (1, 0, 0), (0, 0, 1))), -turns)
    view = Relief(np.rot90(heights, turns)).best_view(path @ turned.T)
    assert abs((view[0] - azimuth + 180) % 360 - 180) < 45


def test_a_slope_is_seen_at_a_corner():
    """From its front, where the path comes to, it looked like a wall."""
    y = np.linspace(0.5, -0.5, 60)
    path = np.column_stack((0 * y, y, HEIGHT * y))
    azimuth, _ = Relief(0.5 + 0.5 * Y + 0 * X).best_view(path)
    assert 25 < azimuth % 90 < 65


def test_no_view_is_given_up_for_one_that_is_hardly_better():
    y = np.linspace(-0.9, -0.5, 60)
    path = np.column_stack((0 * y, y, 0 * y - HEIGHT))
    best = RIDGE.best_view(path)
    beside = ((best[0] - 10), best[1])
    behind = (180.0, 35.0)
    assert RIDGE.best_view(path, beside) == beside
    assert RIDGE.best_view(path[::-1], behind) != behind


@pytest.mark.parametrize("now", [None, (0.0, 35.0), (0.0, 65.0)])
def test_where_a_path_ends_is_in_sight_whatever_else_is_not(now):
    """A long way before the ridge, and a step behind it; steep views are for ditches alone."""
    y = np.append(np.linspace(-0.95, -0.3, 99), 0.3)
    path = np.column_stack((0 * y, y, 0 * y - HEIGHT))
    view = RIDGE.best_view(path, now)
    assert not RIDGE.hidden(path[-1:], view).any()
    assert view in VIEWS
    ditch = Relief(1 - np.exp(-150 * (X * np.cos(0.5) + Y * np.sin(0.5)) ** 2))
    assert not ditch.hidden(ditch.lifted(path[:1] * 0), ditch.best_view(path * 0)).any()


@pytest.mark.parametrize("view", [(-35.0, 35.0), (145.0, 50.0), (10.0, 5.0), (90.0, 90.0)])
def test_what_is_seen_is_what_is_nearest(view):
    """As painting all places from the farthest to the nearest shows it."""
    relief = Relief(0.5 + 0.25 * np.sin(4 * X + 1) + 0.25 * np.cos(5 * Y * X))
    pixels = 160
    edges = np.linspace(-1.9, 1.9, pixels + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    sight = relief.seen(middles, middles, view)
    fine = np.linspace(-1, 1, 900)
    x, y = (each.ravel() for each in np.meshgrid(fine, fine))
    at = [np.interp(each, SIDE, np.arange(101)).round().astype(int) for each in (y, x)]
    shares = relief.heights[at[0], at[1]]
    flat, away = project(np.column_stack((x, y, HEIGHT * (2 * shares - 1))), *view)
    order = np.argsort(-away)
    column, row = (np.digitize(flat[order, axis], edges) - 1 for axis in (0, 1))
    painted = np.full((pixels, pixels), np.nan)
    painted[row, column] = shares[order]
    both = ~np.isnan(painted) & (sight.cover == 1) & ~sight.wall
    assert both.sum() > 0.5 * (~np.isnan(painted)).sum()
    assert np.quantile(np.abs(painted - sight.shares)[both], 0.9) < 0.06


def test_slopes_towards_the_light_are_the_lighter_ones():
    """It comes from the left, wherever the viewer stands, and flat ground is between."""
    hill = Relief(np.exp(-3 * (X**2 + Y**2)))
    for azimuth in (0.0, 70.0, 200.0):
        angle = np.radians(azimuth)
        right = np.array((np.cos(angle), np.sin(angle))) * 0.4
        left, far, other = (
            float(hill.light(*np.array(place), azimuth)) for place in (-right, (1, 1), right)
        )
        assert left > 0.1 > abs(far) > -0.1 > other


@pytest.mark.parametrize("azimuth", [0, 25, 140])
def test_light_goes_round_with_the_viewer(azimuth):
    """A quarter turn of ground and viewer together shows the same picture."""
    heights = np.exp(-3 * (X - 0.3) ** 2 - 5 * (Y + 0.2) ** 2)
    turned = Relief(np.rot90(heights))  # what was west is north
    x, y = np.random.default_rng(azimuth).uniform(-0.9, 0.9, (2, 100))
    light = Relief(heights).light(x, y, azimuth)
    assert np.ptp(light) > 0.5
    np.testing.assert_allclose(turned.light(y, -x, azimuth - 90), light, atol=1e-9)


@pytest.mark.parametrize("view", [(-35.0, 35.0), (145.0, 50.0), (10.0, 80.0)])
def test_what_is_seen_at_a_place_on_the_paper_is_the_ground_nearest_to_the_viewer(view):
    """Places in sight come back; over the edge it is the edge."""
    heights = 0.3 + 0.2 * np.sin(2 * X) * np.cos(Y)
    relief = Relief(heights)
    x, y = np.random.default_rng(0).uniform(-0.95, 0.95, (2, 60))
    z = HEIGHT * (2 * (0.3 + 0.2 * np.sin(2 * x) * np.cos(y)) - 1)
    points = np.column_stack((x, y, z))
    points = points[~relief.hidden(points, view, under=0.001)]
    assert len(points) > 20
    for place, (across, up) in zip(points, project(points, *view)[0], strict=True):
        assert relief.place_at(across, up, view) == pytest.approx(place[:2], abs=0.01)
    over = relief.place_at(0.0, 9.0, view)
    assert max(map(abs, over)) == pytest.approx(1.0, abs=0.01)
    beside = relief.place_at(9.0, 0.0, view)
    assert max(map(abs, beside)) == pytest.approx(1.0, abs=0.01)
