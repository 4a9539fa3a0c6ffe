import itertools

import numpy as np
import pytest

from neuroviz.core.slices import finished
from neuroviz.pictures.landscape.contours import ContourWork

LETTER = np.array((0.05, 0.2))
NOTHING = np.empty((0, 2))


def bowl(points=150, reach=4.0):
    """Give a grid of u² + v²."""
    u, v = np.linspace(-reach, reach, points), np.linspace(-reach, reach, points + 20)
    return u, v, u**2 + v[:, None] ** 2


def contours(*given):
    """Give the lines with all their numbers."""
    return finished(ContourWork(*given).work())


def box_of(line):
    """Give half the width and height of a line's number."""
    return LETTER * (len(line.text) / 2, 0.5)


def test_the_lines_of_a_bowl_are_circles():
    """All points of the line at c lie √c from the middle.

    The line goes all round but for its number.
    """
    for line, level in zip(
        contours(*bowl(), np.array([1.0, 4.0, 9.0]), NOTHING, LETTER), (1, 4, 9), strict=True
    ):
        known = np.isfinite(line.x)
        radius = np.hypot(line.x[known], line.y[known])
        assert radius == pytest.approx(np.full(len(radius), np.sqrt(level)), rel=2e-3)
        angles = np.sort(np.arctan2(line.y[known], line.x[known]))
        gap = np.diff(angles, append=angles[0] + 2 * np.pi).max() * np.sqrt(level)
        assert 0.1 < gap < 4 * np.hypot(*box_of(line))
        assert line.text == str(level)


@pytest.mark.parametrize(("scale", "fewest"), [(1, 5), (2, 3), (4, 1)])
def test_numbers_stand_on_their_lines_and_hide_nothing(scale, fewest):
    """Each number is on its line, within the edges, clear of the other lines and of each other."""
    u, v, losses = bowl()
    at = np.array([1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0])
    lines = contours(u, v, losses, at, NOTHING, scale * LETTER)
    labelled = [line for line in lines if line.label]
    assert len(labelled) >= fewest
    for line in labelled:
        x, y = line.label
        box = scale * box_of(line)
        assert x**2 + y**2 == pytest.approx(float(line.text), rel=5e-3)
        assert np.abs(line.label + np.sign(line.label) * box).max() < 4
        for other in lines:
            assert not ((np.abs(other.x - x) < box[0]) & (np.abs(other.y - y) < box[1])).any()
        for other in labelled:
            if other is not line:
                apart = np.abs(np.subtract(other.label, line.label))
                assert (apart > box + scale * box_of(other)).any()


def test_numbers_of_lines_side_by_side_do_not_touch():
    """Where all lines run through one narrow place in sight, not each can have its number."""
    u, v = np.linspace(0, 4, 100), np.linspace(0, 1, 100)
    lines = contours(
        u, v, np.tile(u, (100, 1)), np.array([1.0, 1.25, 1.5, 1.75]), NOTHING, np.array((0.1, 0.5))
    )
    labels = np.array([line.label for line in lines if line.label])
    assert len(labels) > 1
    for first, second in itertools.combinations(labels, 2):
        assert (np.abs(first - second) > (0.4, 0.5)).any()


def test_numbers_keep_away_from_what_is_marked():
    """With the right half of the bowl full of marks the numbers stand in the left one."""
    x, y = np.meshgrid(np.linspace(-0.5, 4, 60), np.linspace(-4, 4, 60))
    lines = contours(
        *bowl(), np.array([2.0, 5.0, 9.0]), np.column_stack((x.ravel(), y.ravel())), LETTER
    )
    assert all(line.label[0] + box_of(line)[0] < -0.5 for line in lines)


def test_a_line_with_no_room_has_no_number():
    """Lines closer together than a number is high are drawn whole, without one."""
    u, v = np.linspace(0, 1, 50), np.linspace(0, 1, 50)
    lines = contours(
        u, v, np.tile(v[:, None], 50), np.linspace(0.1, 0.9, 17), NOTHING, np.array((0.1, 0.3))
    )
    assert not any(line.label for line in lines)
    assert all(np.isfinite(line.x[:-1]).all() for line in lines)


def test_several_lines_of_one_loss_do_not_join():
    """Of (u² − 4)² the line at 1 is four straight ones with gaps between."""
    u, v = np.linspace(-3, 3, 301), np.linspace(-3, 3, 40)
    (line,) = contours(u, v, np.tile((u**2 - 4) ** 2, (40, 1)), np.array([1.0]), NOTHING, LETTER)
    runs = np.split(line.x, np.flatnonzero(np.isnan(line.x)))
    places = sorted(float(np.nanmean(run)) for run in runs if np.isfinite(run).any())
    assert len(places) >= 4
    assert sorted({round(place, 1) for place in places}) == [-2.2, -1.7, 1.7, 2.2]
    assert all(np.ptp(run[np.isfinite(run)]) < 1e-6 for run in runs if np.isfinite(run).any())


def test_a_ring_round_one_cell_is_left_out():
    """Its corners would show the grid and not the loss."""
    ring, whole = contours(*bowl(30), np.array([0.02, 4.0]), NOTHING, LETTER)
    assert len(ring.x) == 0
    assert np.isfinite(whole.x).sum() > 40


def test_what_is_not_finite_has_no_lines():
    """Losses that are no floats are beyond all lines; a level that is nowhere is an empty line."""
    u, v, losses = bowl()
    losses[:, u > 1] = np.inf
    losses[:3] = np.nan
    first, nowhere = contours(u, v, losses, np.array([4.0, 100.0]), NOTHING, LETTER)
    assert np.nanmax(first.x) <= 1
    assert len(nowhere.x) == 0
    assert nowhere.label is None


@pytest.mark.parametrize(
    ("losses", "numbers"),
    [
        ([1.0, 2.0, 5.0], ["1", "2", "5"]),
        (
            [5.895e8, 5.9e8, 5.905e8],
            ["5.895·10⁸", "5.9·10⁸", "5.905·10⁸"],
        ),  # 5.9e8 stood at two of them
        ([4.508e304, 4.508000001e304], ["", ""]),
    ],
)
def test_no_two_lines_have_the_same_number(losses, numbers):
    """Rather none than that of another."""
    u = v = np.linspace(0, 1, 41)
    beyond = (losses[-1] - losses[0]) / 8
    grid = np.linspace(losses[0] - beyond, losses[-1] + beyond, 41) * np.ones((41, 1))
    found = contours(u, v, grid, np.array(losses), NOTHING, LETTER / 20)
    assert [line.text for line in found] == numbers
    assert [line.label is not None for line in found] == [bool(number) for number in numbers]
