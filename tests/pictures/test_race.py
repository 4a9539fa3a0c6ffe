"""What of a race stands in the strip of time."""

import math

import numpy as np
import pytest

from neuroviz.pictures.marks import Curve, EndLabel, Points
from neuroviz.pictures.palette import PAPER, shape_of
from neuroviz.pictures.race import Lead, RaceStrip, Runner, standing

EPOCHS = np.log1p(np.arange(5.0))


def strip(*decades):
    """Return the strip of runs with these log₁₀ losses (5,) each, of which the last leads."""
    curves = []
    for slot, heights in enumerate(decades):
        rank = str(len(decades) - slot)
        loss = 10.0 ** heights[-1]
        curves.append((Runner(slot, f"run {slot}", slot, rank, loss, "", 0.5, ""), EPOCHS, heights))
    return RaceStrip(curves, (), 4.0)


def marks_of(shown):
    """Return what is drawn where the ribbon stands 1.1 decades over all, at 0.01 a pixel."""
    return shown.marks(PAPER, shown.span[1] + 0.1, (0.01, 0.01))


def test_a_curve_that_leaves_goes_up_to_the_ribbon_and_its_name_stays():
    """None crosses the ribbon; what is in sight is as it was."""
    up, down = np.array((0.0, 1.0, 3.0, 0.5, 9.0)), np.linspace(0.0, -2.0, 5)
    shown = strip(up, down)
    assert shown.span == (-2.0, 1.0)
    marks = marks_of(shown)
    gone, own = marks["curve", 0], marks["curve", 1]
    assert isinstance(gone, Curve)
    seen = np.isfinite(gone.y)
    assert gone.y[seen].max() == pytest.approx(1.03)
    # It leaves, comes back and leaves again, each time on the straight line between two epochs.
    assert gone.y.tolist() == pytest.approx(
        [0, 1, 1.03, np.nan, 1.03, 0.5, 1.03, np.nan], nan_ok=True
    )
    for x, y in zip(gone.x[seen], gone.y[seen], strict=True):
        assert np.interp(x, EPOCHS, up) == pytest.approx(y)
    assert own.y.tolist() == down.tolist()
    assert marks["name", 0] == EndLabel(EPOCHS[-1], math.inf, "run 0", PAPER.run(0), stays=True)
    assert marks["name", 1].y == -2.0
    assert [isinstance(marks.get(("ball", slot)), Points) for slot in (0, 1)] == [False, True]


def test_a_curve_that_comes_back_far_below_its_start_has_no_gap():
    """It rises less above the start than a third of what all fall below it."""
    back, down = np.array((0.0, 1.6, 2.0, -3.0, -7.0)), np.linspace(0.0, -6.0, 5)
    shown = strip(back, down)
    assert shown.span == (-7.0, 2.0)
    assert marks_of(shown)["curve", 0].y.tolist() == back.tolist()


def test_the_name_of_one_that_has_left_stands_at_the_end_of_the_race():
    """Also of one that blew up long before, where an earlier moment is looked at."""
    shown = strip(np.array((0.0, 9.0, 90.0, 200.0, 300.0)), np.linspace(0.0, -2.0, 5))
    gone, x, heights = shown.curves[0]
    marks = marks_of(RaceStrip([(gone, x[:3], heights[:3]), shown.curves[1]], (), 1.0))
    assert (marks["name", 0].x, marks["name", 0].y) == (EPOCHS[-1], math.inf)


def test_a_lead_has_its_name_or_a_part_of_it_or_its_shape_over_it():
    """As there is room, of which a pixel is a hundredth here."""
    names = ("SGD", "Nesterov momentum", "Nesterov momentum", "Nesterov momentum", "SGD")
    ends = np.expm1((0.0, 0.6, 2.3, 3.7, 4.1, 4.15))
    pairs = zip(names, ends, ends[1:], strict=False)
    leads = [Lead(name, slot, *each) for slot, (name, *each) in enumerate(pairs)]
    marks = marks_of(RaceStrip(strip(np.linspace(0.0, -2.0, 5)).curves, leads, 4.0))
    said = [marks.get(("leads", place)) for place in range(5)]
    assert [mark.text for mark in said[:3]] == ["SGD", "Nesterov momentum", "Nester…momentum"]
    assert said[3].marker == shape_of(3)
    assert np.log1p(ends[3]) < said[3].x[0] < np.log1p(ends[4])
    assert said[4] is None


def test_a_bar_is_the_longer_the_higher_the_loss():
    bars = []
    for share in (0.25, 0.5, 1.0):
        runner = Runner(0, "sgd", 0, "1", 0.1, "0.1000", share, "")
        marks = standing(runner, 0.0, 300.0, 60.0, PAPER)
        bar, track = marks["bar"], marks["track"]
        bars.append(bar.width / track.width)
    assert bars == [0.25, 0.5, 1.0]


def test_where_all_leave_the_one_that_leaves_last_stays_in_sight():
    shown = strip(np.linspace(0.0, 9.0, 5), np.linspace(0.0, 5.0, 5))
    assert shown.span == (0.0, 5.0)
    assert np.isfinite(marks_of(shown)["curve", 1].y).all()


def test_losses_as_large_as_a_number_can_be_are_drawn():
    """The ribbon stands above them, where no loss is finite any more."""
    marks = strip(*[np.linspace(0.0, 308.0, 5)] * 2).marks(PAPER, 309.0, (0.01, 0.01))
    assert [marks["ball", slot].y[0] for slot in (0, 1)] == pytest.approx([308.0, 308.0])


def test_one_far_below_most_others_leaves_the_strip_to_them():
    """Over 30 decades the curves of the others were one line."""
    assert strip(*(np.linspace(0.0, end, 5) for end in (-1.0, -2.0, -30.0))).span == (-8.0, 0.0)
    assert strip(*(np.linspace(0.0, end, 5) for end in (-1.0, -5.0, -7.0))).span == (-7.0, 0.0)
    assert strip(*(np.linspace(0.0, end, 5) for end in (-1.0, -30.0))).span == (-30.0, 0.0)


def test_one_whose_loss_is_0_but_for_rounding_has_its_name():
    """It has won, and its curve goes on."""
    shown = strip(np.linspace(0.0, -1.0, 5), np.linspace(0.0, -30.0, 5))
    first, x, heights = shown.curves[1]
    won = Runner(first.number, first.name, first.slot, "1", 0.0, "0", 0.0, "")
    marks = marks_of(RaceStrip([shown.curves[0], (won, x, heights)], (), 4.0))
    assert marks["name", 1].y == -30.0
    assert ("ball", 1) not in marks
    # Of one whose loss is 0 from an epoch on the name stands below the others.
    marks = marks_of(RaceStrip([shown.curves[0], (won, x[:2], heights[:2])], (), 4.0))
    assert (marks["name", 1].x, marks["name", 1].y) == (EPOCHS[-1], -math.inf)
