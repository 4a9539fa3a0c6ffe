import itertools
import math

import numpy as np
import pytest

from neuroviz.core.landscape.contour_levels import levels
from neuroviz.core.landscape.relief import SurfaceBox, painters_order, project, quads

AXES = np.eye(3)


def test_the_views_of_a_technical_drawing():
    """Front, right side and plan of the three axes, with what is away from the viewer."""
    front, away = project(AXES, 0, 0)
    assert front == pytest.approx(np.array([[1, 0], [0, 0], [0, 1]]))
    assert away == pytest.approx([0, 1, 0])
    side, away = project(AXES, 90, 0)  # a viewer on the right has y to the right and x towards him
    assert side == pytest.approx(np.array([[0, 0], [1, 0], [0, 1]]), abs=1e-15)
    assert away == pytest.approx([-1, 0, 0], abs=1e-15)
    plan, away = project(AXES, 0, 90)
    assert plan == pytest.approx(np.array([[1, 0], [0, 1], [0, 0]]), abs=1e-15)
    assert away == pytest.approx([0, 0, -1], abs=1e-15)


def test_an_isometric_view():
    """At 45° and arctan(1/√2) axes towards the viewer are equally long, 120° apart.

    √(2/3) on the paper.
    """
    seen, _ = project(np.diag([1.0, -1.0, 1.0]), 45, math.degrees(math.atan(1 / math.sqrt(2))))
    assert np.hypot(*seen.T) == pytest.approx(np.full(3, math.sqrt(2 / 3)))
    assert seen @ seen.T == pytest.approx(np.full((3, 3), -1 / 3) + np.eye(3))


@pytest.mark.parametrize(("azimuth", "elevation"), [(0, 30), (-37, 25), (123, 60), (250, -10)])
def test_a_view_is_a_rotation(azimuth, elevation):
    """Across, up and away keep all lengths and angles, whatever the shape of the points."""
    points = np.random.default_rng(0).normal(size=(4, 5, 3))
    seen, away = project(points, azimuth, elevation)
    assert (seen.shape, away.shape) == ((4, 5, 2), (4, 5))
    turned = np.concatenate((seen, away[..., None]), axis=-1).reshape(-1, 3)
    flat = points.reshape(-1, 3)
    assert turned @ turned.T == pytest.approx(flat @ flat.T)


def test_pieces_go_round_their_corners():
    """Row by row, each corner beside the next, so that the outline does not cross itself."""
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    pieces = quads(np.stack((x, y), axis=-1))
    assert pieces.shape == (6, 4, 2)
    assert pieces[0].tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert pieces[4].tolist() == [[1, 1], [2, 1], [2, 2], [1, 2]]


def contain(polygons, point):
    """Say of each polygon of the paper whether a point is well inside, by its edges' sides."""
    edges = np.roll(polygons, -1, axis=1) - polygons
    towards = point - polygons
    cross = edges[..., 0] * towards[..., 1] - edges[..., 1] * towards[..., 0]
    return (cross > 1e-3).all(axis=1) | (cross < -1e-3).all(axis=1)


def plane_of(outline, depths):
    """Give how far away the plane through a flat piece is, as its numbers for (1, x, y)."""
    corners = np.column_stack((np.ones(4), outline))
    return np.linalg.lstsq(corners, depths, rcond=None)[0]


@pytest.mark.parametrize(
    ("azimuth", "elevation"),
    [(-35, 30), (20, 5), (140, -20), (250, 20), (90, 30), (0, 60), (300, 89)],
)
def test_what_is_painted_last_is_the_nearest(azimuth, elevation):
    """Of the pieces over a point of the paper the one painted last is nearest to the viewer."""
    rng = np.random.default_rng(3)
    x, y = np.sort(rng.uniform(-1, 1, 9)), np.sort(rng.uniform(-1, 1, 8))
    # A sum: every piece is flat.
    heights = rng.uniform(-0.5, 0.5, 9) + rng.uniform(-0.5, 0.5, (8, 1))
    seen, away = project(np.stack((*np.meshgrid(x, y), heights), axis=-1), azimuth, elevation)
    outlines, depths = quads(seen), quads(away[..., None])[..., 0]
    planes = list(map(plane_of, outlines, depths))
    order = painters_order(x, y, azimuth)
    assert sorted(order) == list(range(56))
    hidden = 0
    for point in itertools.product(np.linspace(-0.9, 0.9, 25), np.linspace(-0.7, 0.7, 25)):
        inside = contain(outlines, point)
        over = [piece for piece in order if inside[piece]]
        if over:
            assert over[-1] == min(over, key=lambda piece: planes[piece] @ [1, *point])
            hidden += len(over) - 1
    assert hidden > 50 or elevation > 50


def test_the_box_holds_the_landscape():
    """Corners of the plane and ends of the scale are corners of the box.

    What is beyond in loss stops there.
    """
    box = SurfaceBox((-1.0, 3.0, 10.0, 20.0), levels(np.array([1e-2, 1e2])))
    assert box.place(-1.0, 10.0, 1e-2) == pytest.approx([-1, -1, -0.55])
    assert box.place(3.0, 20.0, 1e2) == pytest.approx([1, 1, 0.55])
    assert box.place(1.0, 15.0, 1.0) == pytest.approx([0, 0, 0])
    assert box.place(1.0, 15.0, 1e9)[2] == pytest.approx(0.55)
    grid = box.place(np.linspace(-1, 3, 5), np.linspace(10, 20, 4)[:, None], np.ones((4, 5)))
    assert grid.shape == (4, 5, 3)
