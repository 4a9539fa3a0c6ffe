import itertools

import numpy as np
import pytest

from neuroviz.pictures.label_places import Room, bent, spread, thin
from tests.for_each import for_each


def test_short_curve_is_left_alone():
    """A curve of at most two points a column is given back as it is."""
    x = np.arange(20.0)
    assert thin(x, -x, columns=10) == (x, pytest.approx(-x))


def test_long_curve_keeps_ends_and_extremes_of_every_column():
    """Of each column the lowest and highest point stay, and the first and last of all."""
    x = np.arange(10_000.0)
    y = np.random.default_rng(0).normal(size=x.size)
    few_x, few_y = thin(x, y, columns=100)
    assert len(few_x) <= 2 * 100 + 2
    assert (few_x[0], few_x[-1]) == (0, 9999)
    for column in range(100):
        inside = np.minimum(x / x[-1] * 100, 99).astype(int) == column
        kept = np.minimum(few_x / x[-1] * 100, 99).astype(int) == column
        assert few_y[kept].min() == y[inside].min()
        assert few_y[kept].max() == y[inside].max()
    assert np.array_equal(few_y, y[few_x.astype(int)])
    assert np.all(np.diff(few_x) > 0)


def test_gaps_stay_gaps():
    """A gap of a long curve is still one after thinning, and what is beside it stays."""
    x = np.arange(10_000.0)
    y = np.ones_like(x)
    y[5000:6000] = np.nan
    few_x, few_y = thin(x, y, columns=100)
    gap = np.flatnonzero(np.isnan(few_y))
    assert len(gap) == 1
    assert few_x[gap[0] - 1] == 4999
    assert 6000 <= few_x[gap[0] + 1] < 6100


def test_path_keeps_its_shape():
    """A path that turns back is not sorted into columns: every point of it stays within a cell."""
    angle = np.linspace(0, 2 * np.pi, 50_000)
    x, y = np.cos(angle), np.sin(angle)
    few_x, few_y = thin(x, y, columns=200)
    assert 300 < len(few_x) < 2000
    steps = np.hypot(np.diff(few_x), np.diff(few_y))
    assert steps.max() < 0.02
    assert (few_x[-1], few_y[-1]) == (x[-1], y[-1])


@pytest.mark.parametrize("value", [1.0, 1.7e308, np.nan, np.inf])
def test_curve_of_equal_or_missing_values_is_no_failure(value):
    """A long level curve, at any height, and one of nothing but gaps can be thinned."""
    x = np.arange(10_000.0)
    few_x, few_y = thin(x, np.full_like(x, value), columns=100)
    assert len(few_x) == len(few_y) <= 202
    assert (len(few_x) > 0) == np.isfinite(value)


def test_labels_far_apart_stay():
    """Labels with room enough are where they were."""
    assert spread([5, 1, 9], 2, 0, 10) == [5, 1, 9]


def test_labels_close_together_part_by_as_little_as_possible():
    """Two labels move by equal amounts, in their order."""
    assert spread([5.0, 5.5], 2, 0, 10) == pytest.approx([4.25, 6.25])
    assert spread([5.5, 5.0], 2, 0, 10) == pytest.approx([6.25, 4.25])


def test_labels_stay_within_their_room():
    """At an edge labels move inwards.

    Where there is too little room they share what there is.
    """
    assert spread([9.9, 10], 2, 0, 10) == pytest.approx([8, 10])
    assert spread([0, 0, 0], 2, 0, 2) == pytest.approx([0, 1, 2])
    assert spread([], 2, 0, 10) == []


def test_labels_never_overlap_and_keep_their_order():
    """For any wanted heights, labels are the distance apart.

    Within the room, and in their order.
    """
    rng = np.random.default_rng(0)
    for _ in range(200):
        wanted = list(rng.uniform(0, 100, 8))
        placed = spread(wanted, 10, 0, 100)
        order = np.argsort(wanted)
        ascending = [placed[i] for i in order]
        assert all(b - a >= 10 - 1e-9 for a, b in itertools.pairwise(ascending))
        assert -1e-9 <= ascending[0] <= ascending[-1] <= 100 + 1e-9


def test_a_text_stands_at_the_first_place_where_it_hides_nothing():
    """What it hides counts, then what a place costs; another text counts more than a line."""
    room = Room((0, 0), (10, 5))
    half = np.array((1, 0.5))
    places = np.array([[(9.5, 2), (2, 1), (5, 1)], [(2, 3), (5, 3), (8, 3)]])
    assert room.place(places, half) == (0, 1)  # the first would be cut by the edge
    assert room.place(places, half) == (0, 2)
    room.add(np.array([(5, 3), (8, 3), (np.nan, 0), (20, 3)]))
    assert room.place(places, half) == (1, 0)
    assert room.place(places, half, np.array([[0, 0, 0], [0, 2, 0]])) == (1, 2)
    places[1, 1] = np.nan, 1e300
    assert room.place(places, half) not in {(0, 0), (1, 1)}  # what is nowhere is no place


def test_a_text_that_is_whole_nowhere_has_no_place():
    """It may be too long for the plot."""
    assert Room((0, 0), (1, 1)).place(np.full((2, 2), 0.5), np.array((0.6, 0.1))) is None


@for_each("count", [1, 2, 8, 9, 33, 900, 901])
def test_no_point_is_farther_from_the_lines_than_allowed(count):
    """Between the points that are kept, straight lines pass all others as near as was asked for."""
    x = np.linspace(0, 100, count)
    y = 200 * np.exp(-x / 20) + np.where(x > 60, np.sin(5 * x), 0)

    kept = bent(x, y, 0.03)

    assert kept[0]
    assert kept[-1]
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= 0.03
    assert kept.sum() < 0.6 * count or count < 100


def test_a_zigzag_keeps_all_its_points():
    """Where nothing is straight nothing is left out.

    Steep lines and points over each other included.
    """
    x, y = np.repeat(np.arange(200.0), 2), np.tile([0.0, 1e290], 200)
    assert bent(x, y, 0.03).all()


def test_a_straight_line_is_its_ends_and_few_between():
    """Of a line hardly anything is left."""
    assert bent(np.arange(897.0), 2 * np.arange(897.0), 0.0).sum() == 897 // 32 + 1


def test_an_arc_has_at_most_twice_as_many_lines_as_it_needs():
    """A line of length c misses an arc of curvature k by k c² / 8, which gives the fewest lines."""
    x = np.arange(601.0)
    fewest = 600 / np.sqrt(8 * 0.03 / (1 / 250))
    assert bent(x, x**2 / 500, 0.03).sum() - 1 <= 2 * fewest
