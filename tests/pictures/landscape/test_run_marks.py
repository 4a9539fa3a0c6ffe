"""How runs are drawn over losses, and what is said of those that are not."""

import numpy as np
import pytest

from neuroviz.pictures.landscape.run_marks import NO_OTHERS, OtherRuns, RunInk, pieces
from neuroviz.pictures.marks import Figure, Points, Text
from neuroviz.pictures.palette import PAPER, SHAPES, run_style
from neuroviz.pictures.render import render

INK = RunInk(PAPER, (0.0, 4.0, 0.0, 4.0), 1.0, 1.0)
PLACES = np.column_stack((np.arange(4.0), np.arange(4.0)))
SEEN = np.ones(4, dtype=bool)


def test_every_shape_has_a_marker_of_its_own_that_can_be_drawn():
    markers = list(SHAPES)
    assert len(set(markers)) == len(SHAPES)
    points = tuple(Points([i], [0.0], "#000000", each) for i, each in enumerate(markers))
    assert render(Figure("", "", "", points), ".png", 50, 50, 50)


@pytest.mark.parametrize(
    ("off", "parts"),
    [([0, 0, 0, 0], ["on"]), ([1, 0, 0, 0], ["off", "on"]), ([1] * 4, ["off"])],
)
def test_the_path_is_pale_where_the_plane_is_wrong_about_an_end(off, parts):
    marks = INK.path("path", PLACES, ~np.array(off, dtype=bool), SEEN, 1)
    assert [part for _, part in marks] == parts
    assert not any(curve.dash for curve in marks.values())
    assert {curve.color[:7] for curve in marks.values()} == {run_style(1).colour}
    assert [len(curve.color) == 9 for curve in marks.values()] == [part == "off" for part in parts]


def test_what_is_hidden_is_dotted_and_has_no_steps():
    marks = INK.path("path", PLACES, SEEN, np.array((False, False, True, True)), None)
    assert bool(marks["path", "hidden"].dash) > bool(marks["path", "on"].dash)
    assert np.concatenate([mark.x for mark in _steps(marks)]).tolist() == [2, 3]


def test_a_run_at_its_start_is_only_a_ball():
    assert INK.path("path", PLACES[:1], SEEN[:1], SEEN[:1], 1) == {}


def test_a_loss_stands_where_it_covers_the_least_of_what_is_there():
    """At its right if nothing is there, else at its left; with something at both where less is."""
    at = np.array((2.0, 2.0))
    for right, left, side in ((0.0, 0.0, 1), (0.1, 0.0, -1), (0.3, 0.1, -1), (0.1, 0.3, 1)):
        boxes = ((2.2, 3.5, 1.9, 1.9 + right), (0.5, 1.8, 1.9, 1.9 + left))
        ink = RunInk(PAPER, (0.0, 4.0, 0.0, 4.0), 1.0, 1.0, (0.1, 0.2), taken=boxes)
        assert np.sign(ink.value(at, "0.5713", 4.0).aside) == side, (right, left)
    for y, seen in ((0.01, 0.1), (3.99, 3.9), (5.0, 5.0)):  # whole at an edge of the plane
        assert ink.value(np.array((2.0, y)), "−gradient", 0.0).y == pytest.approx(seen)


def test_a_zigzag_is_thin_whatever_the_units_of_the_axes():
    """So often to and fro that it would be a patch.

    On axes on which that is little it is a line like others.
    """
    x = np.tile((0.0, 3.0), 10)
    places = np.column_stack((x, np.linspace(1, 3, 20)))
    on = np.ones(20, dtype=bool)
    marks = INK.path("path", places, on, on, None)
    thin, old = marks["path", "on"], marks["path", "old"]
    assert np.nanmax(old.y) <= np.nanmin(thin.y)  # the newest steps are clear, the others pale
    assert int(old.color[7:], 16) < 0x80
    flat = RunInk(PAPER, (-2000.0, 2000.0, 0.0, 4.0), 1.0, 1.0)
    usual = flat.path("path", places, on, on, None)["path", "on"]
    assert (thin.width < usual.width, thin.rim.width) == (True, 0)
    assert usual.rim.width > 0


@pytest.mark.parametrize(("steps", "dots"), [(30, 30), (45, 45), (60, 0), (400, 0)])
def test_each_of_few_steps_has_a_dot(steps, dots):
    """Of many none, none of another run, and none where they lie on each other."""
    places = np.column_stack((np.linspace(0.1, 3.9, steps), np.linspace(0.1, 1.9, steps)))
    on = np.ones(steps, dtype=bool)
    drawn = _steps(INK.path("path", places, on, on, None))
    assert sum(len(mark.x) for mark in drawn) == dots
    ages = [int(mark.color[7:], 16) for mark in drawn]
    assert ages == sorted(ages)  # the older the paler
    assert not _steps(INK.path("path", places, on, on, 1))
    close = _steps(INK.path("path", places / 100, on, on, None))
    assert sum(len(mark.x) for mark in close) <= 1


def test_a_way_ahead_of_which_nothing_is_in_sight_can_be_drawn():
    assert not np.isfinite(INK.ahead(np.full((5, 2), np.nan), 1.0)["ahead"].x).any()


def _steps(marks):
    return [mark for key, mark in marks.items() if "steps" in key]


def test_pieces_that_are_not_drawn_are_gaps():
    x, y = pieces(np.arange(4.0), np.arange(4.0) * 2, np.array((True, False, True)))
    assert [number for number in x if np.isfinite(number)] == [0, 1, 2, 3]
    assert np.isnan(x[2])
    assert (np.isnan(x) == np.isnan(y)).all()


def test_what_is_left_out_is_said():
    assert NO_OTHERS.sentence is None
    assert OtherRuns(left_out=1).sentence == "1 run not drawn: other data, neurons or loss"
    assert OtherRuns(left_out=3).sentence == "3 runs not drawn: other data, neurons or loss"


def test_the_shape_of_the_active_run_is_that_of_its_slot():
    assert NO_OTHERS.shape == "o"
    assert OtherRuns(slot=3).shape == run_style(3).shape


def test_the_number_of_a_step_ahead_gives_way_to_the_loss_at_the_start_and_to_those_before():
    places = np.array([(1.0, 1.0), (1.2, 1.1), (1.0, 2.0), (0.95, 2.06), (0.9, 3.0)])
    marks = INK.ahead(places, 1.0)
    numbers = [key[1] for key in marks if key[0] == "ahead number"]
    dots = [key[1] for key in marks if key[0] == "ahead"]
    assert (numbers, dots) == ([2, 4], [1, 2, 3, 4])


@pytest.mark.parametrize("near", [0.3, 1.0])
def test_a_name_gives_way_to_the_left_where_a_ball_would_hide_a_letter(near):
    """Beyond an edge none stands all the same."""
    ink = RunInk(PAPER, (0.0, 4.0, 0.0, 4.0), 1.0, 1.0, (0.1, 0.2), (0.0, 3.9))
    places = [np.array((1.5, 2.0)), np.array((1.5 + near, 2.0)), np.array((3.8, 1.0))]
    places.append(np.array((0.2, 1.0)))
    names = "one  1", "two  2", "three  3", "four  4"
    tags = ink.tags([*zip(range(4), names, places, strict=True)])
    assert [tags["tag", slot].right for slot in range(4)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("taken", "left", "lines"),
    [
        ([(1.5, 3.0, 1.9, 2.1)], True, 0),
        ([(0.0, 0.9, 1.9, 2.1), (1.5, 3.0, 1.95, 2.05)], False, 1),
        ([(0.0, 4.0, 1.95, 2.3)], False, -1),
        ([(0.0, 4.0, 1.35, 2.65)], False, 4),
        ([(0.0, 4.0, 0.0, 4.0)], False, 0),
    ],
)
def test_a_name_stands_beside_what_it_would_cover(taken, left, lines):
    """At the other side, else the nearest line above or below; without any room where it was."""
    ink = RunInk(PAPER, (0.0, 4.0, 0.0, 4.0), 1.0, 1.0, (0.1, 0.2), (-1.0, 3.9), tuple(taken))
    tag = ink.tags([(0, "one  1", np.array((1.1, 2.0)))])["tag", 0]
    assert isinstance(tag, Text)
    assert (tag.right, tag.y) == (left, pytest.approx(2.0 + 0.2 * lines))


def test_a_name_is_cut_where_neither_side_of_a_ball_has_room_for_it():
    """In a race, in its middle; its loss is whole."""
    ink = RunInk(PAPER, (0.0, 4.0, 0.0, 4.0), 1.0, 1.0, (0.07, 0.2))
    assert ink.tag("SGD, rate 0.5", "0.25") == "SGD, rate 0.5  0.25"
    tag = ink.tag("Nesterov momentum, rate 0.0219", "0.005641")
    assert tag == "Nest…0.0219  0.005641"
    for x in (1.0, 2.0, 3.0):
        place = ink.tags([(0, tag, np.array((x, 2.0)))])["tag", 0]
        assert isinstance(place, Text)
        wide = 1.15 * 0.07 * len(tag)
        assert place.x - wide * place.right >= 0
        assert place.x + wide * (not place.right) <= 4
