"""The pen for the screen: where marks stand on its axes, and which labels have room."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF

from neuroviz.pictures.marks import ColourMap, Curve, EndLabel, Points, Segments, Text
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.canvas.pen import Pen, heights
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from tests.ui.person import marks_in

X = np.arange(4.0)


@pytest.fixture
def plot(qtbot):
    """Return a plot of 40 epochs."""
    plot = Plot("p", "", "")
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(0, 40, -5, 5)
    return plot


def test_it_shows_what_it_was_last_given(plot):
    """In the order from back to front, and maps behind all others."""
    pen = Pen(plot)
    cells = ColourMap(np.zeros((1, 1)), (0.0, 1.0, 0.0, 1.0), ("#000000", "#ffffff"), 0.0, 1.0)
    first = {"a": Curve(X, X, "#aa0000"), "map": cells, "b": Points(X, X, "#0000aa")}
    pen.draw(first)
    assert marks_in(plot, object) == [cells, first["a"], first["b"]]
    behind, before = (item.zValue() for item in plot.box.addedItems)
    assert behind < before
    pen.draw({"b": first["b"]})
    assert marks_in(plot, object) == [first["b"]]


def test_a_logarithmic_axis_has_gaps(plot):
    """Positions are decades, and 0 has none."""
    marks = {
        "c": Curve(X, np.array([1, 0, 100, 1000.0]), "#123456"),
        "s": Segments([1.0], [1e-2], [2.0], [1e3], "#123456"),
    }
    pen = Pen(plot)
    pen.draw(marks)
    assert marks_in(plot, Curve)[0].y.tolist() == [1, 0, 100, 1000]
    pen.draw(marks, log_y=True)
    (curve,), (piece,) = marks_in(plot, Curve), marks_in(plot, Segments)
    assert curve.x.tolist() == X.tolist()
    np.testing.assert_allclose(curve.y, [0, np.nan, 2, 3])
    assert [*piece.x0, *piece.y0, *piece.x1, *piece.y1] == pytest.approx([1, -2, 2, 3])


def test_labels_stand_apart_where_a_range_comes_to_rest(plot, qtbot, monkeypatch):
    """A range that eases is not drawn again when it is there."""
    monkeypatch.setattr(Ease, "reduced", False)
    plot.rested = 0.0
    plot.show_range(0, 40, -500, 500)
    (ease,) = plot.findChildren(Ease)
    ease.setCurrentTime(1)
    assert plot.box.viewRange()[1][1] < 50
    ends = [EndLabel(20, y, name, "#123456") for y, name in ((1.0, "one"), (1.1, "two"))]
    Pen(plot).draw(dict(enumerate(ends)))
    one, two = sorted(marks_in(plot, Text), key=lambda mark: mark.y)
    assert two.y - one.y > 1_000 * 12 / plot.pixels()[1]


def test_heights_are_within_reach():
    """Numbers near the largest are drawn where Qt can still count."""
    assert np.isfinite(heights(np.array([1e308, -1e308]), log=False)).all()
    assert heights(np.array([1e-2, 1e308]), log=True) == pytest.approx([-2, 308])


def named(pen, plot, ends, *, log=False):
    """Draw labels and return what is written where."""
    pen.draw(dict(enumerate(ends)), log_y=log)
    return [(mark.text, mark.x, mark.y) for mark in marks_in(plot, Text)]


def line_of(plot):
    """Return the height of a line of text in the units of the plot."""
    bottom, top = plot.box.viewRange()[1]
    return (top - bottom) * 17 / plot.pixels()[1]


@pytest.mark.parametrize("points", [10.0, 13.0])
def test_labels_do_not_overlap_and_long_ones_are_shortened(plot, monkeypatch, points):
    """Six at one place stand one below the other, in their order; what tells them apart stays.

    In the larger letters of a desktop, too: the ground of one would cut off the foot of another.
    """
    monkeypatch.setattr(themes, "point_size", lambda: points)
    long = [f"run with a name that is far too long, rate {i}" for i in range(5)]
    ends = [EndLabel(20, 1.0, name, "#123456") for name in long]
    places = named(Pen(plot), plot, [*ends, EndLabel(20, 1.0, "own", "#123456")])
    assert len(places) == 6
    heights_apart = np.diff([y for _, _, y in places]) * 17 / line_of(plot)
    assert heights_apart.min() >= QFontMetricsF(themes.numeric_font()).height()
    for i, (text, *_) in enumerate(places[:-1]):
        assert "…" in text
        assert text.endswith(f"te {i}")
    assert places[-1][0] == "own"


def test_a_label_out_of_sight_is_not_written(plot):
    """Right of the range, above it, and where an end has no place on a logarithmic axis."""
    ends = [
        EndLabel(45, 1, "right", "#000000"),
        EndLabel(20, 1e9, "high", "#000000"),
        EndLabel(20, 0, "zero", "#000000"),
    ]
    own = EndLabel(20, 10.0, "own", "#000000")
    pen = Pen(plot)
    assert [text for text, *_ in named(pen, plot, [*ends, own], log=True)] == ["own"]
    # Those that stay at the lower edge stand there as they would below it.
    below = [EndLabel(20, y, name, "#000000", stays=True) for name, y in (("a", -8), ("b", -9))]
    (first, _, above), (second, _, under) = named(pen, plot, below)
    assert (first, second) == ("a ↓", "b ↓")
    assert under < above


@pytest.mark.parametrize("height", [300, 80])
def test_labels_without_height_are_left_out(plot, qtbot, height):
    """The last stays; of the others those whose ends are nearest to it."""
    plot.resize(500, height)
    qtbot.waitUntil(lambda: plot.height() == height)
    at = {f"run {i}": 4.0 - i for i in range(6)}
    ends = [EndLabel(20, y, name, "#000000") for name, y in at.items()]
    shown_names = [
        text for text, *_ in named(Pen(plot), plot, [*ends, EndLabel(20, 4.01, "own", "#000000")])
    ]
    room = min(7, plot.pixels()[1] // 13)
    assert shown_names == [*list(at)[: room - 1], "own"]
    assert room == 7 or height == 80


def test_a_long_label_has_its_place_right_of_its_end(plot):
    """In the room that is left there: one that reached beyond it would stand over the curves."""
    pen = Pen(plot)
    width = plot.pixels()[0]
    end = 40 * (1 - pen.label_room / width)
    texts = [begin + "i" * 90 for begin in ("", *"abcdefmntwAMTW.,")]  # cut at many widths
    named(pen, plot, [EndLabel(end, 1.0, text, "#000000") for text in texts])
    metrics = QFontMetricsF(themes.numeric_font())
    widest = max(metrics.horizontalAdvance(text.text) for text in marks_in(plot, Text))
    (aside,) = {text.aside for text in marks_in(plot, Text)}
    assert pen.label_room / 2 < widest <= pen.label_room - aside - 3


def test_a_label_that_stays_is_at_the_edge_with_an_arrow(plot):
    """Above the others, or below them; one whose end is in sight has none, and none is cut off."""
    ends = [
        EndLabel(20, 1e9, "high with a name that is far too long", "#000000", stays=True),
        EndLabel(20, math.inf, "higher", "#000000", stays=True),
        EndLabel(20, -1e9, "low", "#000000", stays=True),
        EndLabel(20, 1e9, "gone", "#000000"),
    ]
    own = EndLabel(20, 1.0, "own", "#000000", stays=True)
    places = sorted(named(Pen(plot), plot, [*ends, own]), key=lambda one: one[2])
    _, (bottom, top) = plot.box.viewRange()
    assert [text for text, *_ in places[:2]] == ["low ↓", "own"]
    assert "…" in places[2][0]
    assert places[2][0].endswith("long ↑")
    assert places[3][0] == "higher ↑"
    assert all(bottom < y < top for *_, y in places)


def test_a_label_leaves_its_ball_alone(plot):
    """It begins beyond the half of a ball."""
    named(Pen(plot), plot, [EndLabel(20, 1.0, "own", "#000000")])
    (label,) = marks_in(plot, Text)
    assert label.aside >= 8 / 2


def test_both_axes_may_hold_decades(plot):
    """A point, a map and a text at 0.1 and 1000 stand at −1 and 3."""
    marks = {
        "m": ColourMap(
            np.zeros((1, 1)), (0.1, 1.0, 100.0, 1000.0), ("#000000", "#ffffff"), 0.0, 1.0
        ),
        "p": Points([0.1], [1000.0], "#123456"),
        "t": Text(0.1, 1000.0, "t", "#123456"),
    }
    Pen(plot).draw(marks, log_x=True, log_y=True)
    (cells,), (points,), (text,) = (marks_in(plot, kind) for kind in (ColourMap, Points, Text))
    assert cells.extent == pytest.approx((-1, 0, 2, 3))
    assert [column.tolist() for column in (points.x, points.y)] == [[-1.0], [3.0]]
    assert (text.x, text.y) == (-1.0, 3.0)
