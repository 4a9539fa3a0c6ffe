from fractions import Fraction

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import axis_ranges, is_off_the_page, slice_plane, together
from neuroviz.core.numbers import round_up
from tests.for_each import for_each

PLANE = slice_plane(Settings("line"), np.zeros(2), 0, 1)


STEPS = [k * Fraction(10) ** power for power in range(-3, 12) for k in (1, 2, 5)]


def own_range(low, high, least=Fraction(1)):
    """Give a range in fractions.

    Three tenths of the span on each side, then outwards to the next of its ticks. A tick is the
    least 1-2-5 step that is an eighth of all that is shown, or more.
    """
    low, high = Fraction(low), Fraction(high)
    span = max(high - low, least)
    middle, half = (low + high) / 2, span / 2 + span * 3 / 10
    tick = next(step for step in STEPS if step >= 2 * half / 8)
    return float((middle - half) // tick * tick), float(-(-(middle + half) // tick) * tick)


def own_extent(points):
    x, y = np.transpose(points)
    return (*own_range(x.min(), x.max()), *own_range(y.min(), y.max()))


@for_each("seed", range(200))
def test_the_range_of_a_path_is_that_of_an_own_computation(seed):
    """In fractions, without rounding: both axes, of sizes from a hundredth to ten thousand."""
    generator = np.random.default_rng(seed)
    sizes = 10 ** generator.uniform(-2, 4, 2)
    points = np.round(
        sizes * generator.standard_normal((5, 2)) + sizes * generator.standard_normal(2), 6
    )
    assert axis_ranges(PLANE, points[:4], points[4]) == pytest.approx(
        own_extent(points), rel=1e-11, abs=1e-12
    )


@pytest.mark.parametrize(("far", "shown"), [(19.99, True), (20.01, False)])
def test_a_minimum_is_shown_up_to_twenty_spans(far, shown):
    """Of the path, of 1 where that is shorter; and of each axis by itself."""
    for span in (0.5, 1.0, 3.0):
        path, minimum = np.array([[0.0, 0.0], [span, -span]]), np.array([far * max(span, 1.0), 0.0])
        points = (*path, minimum) if shown else path
        # And along the other one, downwards.
        for axes in (np.eye(2), np.array([[0.0, -1.0], [-1.0, 0.0]])):
            found = axis_ranges(PLANE, path @ axes, path[1] @ axes, minimum @ axes)
            assert found == pytest.approx(own_extent(np.array(points) @ axes), abs=1e-9)


@pytest.mark.parametrize(("times", "kept"), [(2.499, True), (2.501, False)])
def test_a_range_is_kept_up_to_two_and_a_half_times_what_it_would_be(times, kept):
    path = np.array([[0.0, 0.0], [10.0, 10.0]])
    new = own_extent(path)
    length = times * (new[1] - new[0])
    previous = (-length / 2, length / 2, *new[2:])
    assert (axis_ranges(PLANE, path, path[1], previous=previous)[:2] == previous[:2]) == kept


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("end", "kept"), [(0.92 - 1e-9, True), (0.92 + 1e-9, False)])
def test_a_range_is_kept_while_it_holds_all(end, kept, axis):
    """Up to a twenty-fifth of it from the edge, where there is room for a ball, on either side."""
    for low, high in ((-end, 0.9), (-0.9, end)):
        path = np.zeros((2, 2))
        path[:, axis] = low, high
        found = axis_ranges(PLANE, path, path[1], previous=(-1.0, 1.0, -1.0, 1.0))
        assert (found[2 * axis : 2 * axis + 2] == (-1.0, 1.0)) == kept


@pytest.mark.parametrize(("far", "kept"), [(19.99, True), (20.01, False)])
def test_another_run_is_held_up_to_twenty_times_the_middle_one(far, kept):
    """Of the reaches 0.5, 1 and 20 … the middle one is 1.

    Where all have hardly moved 1 counts too.
    """
    for middle in (1.0, 0.2):
        path = np.array([[0.0, 0.0], [0.5 * middle, 0.0]])
        others = [np.array([[0.0, 0.0], [0.0, reach]]) for reach in (middle, far)]
        assert len(together(path, others)) == (6 if kept else 4)


def test_a_tick_of_large_coordinates_is_a_millionth_of_them():
    """At 1e8 a span of 100 at least, for the ticks to be told apart; near 0 of 1."""
    extent = axis_ranges(PLANE, np.empty((0, 2)), np.array([1e8, 0.3]))
    assert extent[:2] == own_range(1e8, 1e8, least=Fraction(100))
    assert extent[2:] == own_range(0.3, 0.3)


def holds(extent, points):
    left, right, bottom, top = extent
    x, y = np.atleast_2d(points).T
    return bool(((left <= x) & (x <= right) & (bottom <= y) & (y <= top)).all())


def spans(extent):
    return extent[1] - extent[0], extent[3] - extent[2]


def winding(points, growth):
    """Give a path that winds outwards, from radius 0.1 to 0.1·growth."""
    radius = np.geomspace(0.1, 0.1 * growth, points)
    return radius[:, None] * np.column_stack(
        (np.cos(np.arange(points) / 7), np.sin(np.arange(points) / 7))
    )


@for_each(
    ("number", "expected"),
    [
        (1, 1),
        (1.01, 2),
        (2.1, 5),
        (5.5, 10),
        (0.03, 0.05),
        (700, 1000),
        (0.1, 0.1),
        (1e-300, 1e-300),
    ],
)
def test_steps_are_1_2_5(number, expected):
    assert round_up(number) == expected


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e5, 1e299])
def test_all_of_a_path_is_shown_with_room_about_it(scale):
    """Path, ball and minimum lie inside.

    With between a quarter and the whole of their span beside them.
    """
    path = scale * np.array([[1.0, 2.0], [3.0, -1.0], [2.0, 0.5]])
    extent = axis_ranges(PLANE, path, scale * np.array([3.5, 0.0]), scale * np.array([0.0, 0.0]))
    assert holds(extent, path)
    assert holds(extent, [scale * 3.5, 0])
    for span, wanted in zip(spans(extent), (max(1, 3.5 * scale), max(1, 3 * scale)), strict=True):
        assert 1.5 * wanted <= span <= 3 * wanted


def test_a_growing_path_seldom_changes_the_ranges():
    """A thousandfold growth in 600 frames changes some twenty times, each time outwards."""
    path, extent, changes = winding(600, 1000), None, 0
    for end in range(1, 601):
        new = axis_ranges(PLANE, path[:end], path[end - 1], previous=extent)
        assert holds(new, path[:end])
        changes += extent is not None and new != extent
        assert extent is None or min(np.subtract(spans(new), spans(extent))) >= 0
        extent = new
    assert 4 <= changes <= 24


@for_each("start", [0.0, 100.0])
def test_of_several_paths_only_one_that_goes_far_beyond_is_left_out(start):
    """Against the middle one of all, as seen from the start.

    A path of many is not far because one of them has hardly moved.
    """
    still = np.full((2, 2), start)
    runs = [start + np.array(((0.0, 0.0), (far, -far))) for far in (30.0, 40.0, 25.0)]
    assert together(still, runs).tolist() == np.vstack((still, *runs)).tolist()
    assert together(still, [*runs, still + 900]).tolist() == together(still, runs).tolist()
    gone = start + np.array(((0.0, 0.0), (1e200, 0.0)))
    assert together(still, [*runs, gone]).tolist() == together(still, runs).tolist()
    assert together(gone, runs).tolist() == np.vstack((gone, *runs)).tolist()
    assert together(still, []) is still


def test_one_that_blew_up_is_left_out_beside_a_single_other():
    """Half of all may have blown up; who has only gone far is held beside a still one."""
    still = np.zeros((2, 2))
    far, *gone = (np.array(((0.0, 0.0), (reach, 0.0))) for reach in (30.0, 1e100, 1e200))
    assert together(still, [far]).tolist() == np.vstack((still, far)).tolist()
    assert together(far, gone[:1]).tolist() == far.tolist()
    assert together(far, [still, *gone]).tolist() == np.vstack((far, still)).tolist()


def test_a_ball_that_wanders_is_never_cut_by_the_edge():
    """Wherever it goes from frame to frame, there is room for half of it beside it."""
    previous = None
    for place in np.linspace(0.0, 30.0, 400):
        path = np.array([[0.0, 0.0], [place, -place / 2]])
        previous = axis_ranges(PLANE, path, path[1], previous=previous)
        left, right, bottom, top = previous
        assert left + 0.03 * (right - left) < place < right - 0.03 * (right - left)
        assert bottom + 0.03 * (top - bottom) < -place / 2 < top - 0.03 * (top - bottom)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_run_is_off_the_page_to_every_side(axis, side):
    """From where a square is no float any more: to the left and below as to the right and above."""
    start = np.zeros(2)
    for far, off in ((1e153, False), (1e155, True)):
        ball = np.zeros(2)
        ball[axis] = side * far
        assert is_off_the_page(axis_ranges(PLANE, start[np.newaxis], ball)) is off
        one_side = [0.0, 0.0, 0.0, 0.0]
        one_side[2 * axis + (side > 0)] = side * far
        assert is_off_the_page(tuple(one_side)) is off
