import math
from itertools import combinations

import pytest
from PySide6.QtCore import QPointF

from neuroviz.pictures.palette import run_style
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.theme.icons import placed

BALLS = [run_style(slot).shape for slot in range(8)]


def area(path):
    polygon = path.toFillPolygon()
    corners = [(polygon.at(i).x(), polygon.at(i).y()) for i in range(polygon.count())]
    return (
        abs(
            sum(
                a * d - b * c
                for (a, b), (c, d) in zip(corners, corners[1:] + corners[:1], strict=True)
            )
        )
        / 2
    )


@pytest.mark.parametrize("shape", BALLS)
def test_every_shape_looks_about_as_large_as_a_circle(shape):
    """From a star's points to a circle: its area within a half of π, round the middle."""
    path = placed(shape, QPointF(10, 20), 1)
    assert 0.5 * math.pi < area(path) < 1.2 * math.pi
    assert path.contains(QPointF(10, 20))
    assert abs(path.boundingRect().center().x() - 10) < 0.01


def test_no_two_shapes_are_the_same():
    paths = [placed(shape, QPointF(), 1) for shape in BALLS]
    assert not any(one == other for one, other in combinations(paths, 2))


def test_a_radius_scales():
    assert area(placed("p", QPointF(), 3)) == pytest.approx(9 * area(placed("p", QPointF(), 1)))


def test_the_colour_is_that_of_the_ground():
    assert LIGHT.palette.run(1) == run_style(1).colour
    assert DARK.palette.run(1) == run_style(1).colour_dark
