import io
import re
import struct

import numpy as np
import pytest

from neuroviz.pictures.marks import Arrow, ColourMap, Curve, EndLabel, Points, Text
from neuroviz.pictures.matplotlib.drawing import draw
from neuroviz.pictures.render import render
from tests.pictures.test_figure import PLAIN, SIGNATURES, figure, path_of, texts, words


def pixels_of(png):
    """Give red, green and blue of every pixel, (height, width, 3)."""
    from matplotlib.image import imread

    return imread(io.BytesIO(png))[..., :3] * 255


@pytest.mark.parametrize("log", [False, True])
def test_figure_with_nothing_to_draw_has_its_axes(log):
    """No marks, empty ones, and a logarithmic axis with nothing above 0 still make a figure."""
    for marks in ((), (Curve([], [], "#3355D6"),), (Curve([1], [-1], "#3355D6"),)):
        assert {"A title", "x", "y"} <= set(words(figure(*marks, log_x=log, log_y=log)))


def test_numbers_of_axes_are_written_in_full():
    """An axis far from 0 shows whole numbers, with no offset in a corner."""
    drawn = figure(Curve([0, 1], [1000.001, 1000.003], "#3355D6"), y_limits=(1000.001, 1000.003))
    assert {"1,000.0010", "1,000.0020"} <= set(words(drawn)) or {"1,000.001", "1,000.002"} <= set(
        words(drawn)
    )
    assert not any(
        "e" in word or word.startswith("+") for word in words(drawn) if word != "A title"
    )


def test_limits_are_those_declared():
    """Declared limits decide which numbers stand at the axes, and in what order they run."""
    found = words(figure(Curve([0, 1], [0, 1], "#3355D6"), x_limits=(100, 200), y_limits=(-8, -2)))
    assert {"100", "200", "−8", "−2"} <= set(found)
    assert "0.5" not in found


@pytest.mark.parametrize(("count", "whole"), [(5, False), (2, True)])
def test_names_below_the_axis_do_not_run_into_each_other(count, whole):
    """They are cut where there is too little room for them."""
    names = [f"a name of great length {place}" for place in range(count)]
    drawn = figure(Curve([0, count - 1], [0, 1], "#3355D6"), x_ticks=tuple(enumerate(names)))
    found = [(word, x) for word, x, _ in texts(drawn) if word.startswith("a name")]
    assert len(found) == count
    assert (sorted(word for word, _ in found) == names) == whole
    letter = 4  # points, about
    assert all(letter * len(word) < np.diff(sorted(x for _, x in found)).min() for word, _ in found)


def test_numbers_at_every_second_tick_are_whole():
    """What stands at a tick between them is nothing, and needs no room; three had become "…"."""
    ticks = tuple((float(at), f"−{at}" if at % 2 else "") for at in range(40))
    drawn = figure(Curve([0, 40], [0, 1], "#3355D6"), x_ticks=ticks)
    assert {text for _, text in ticks if text} <= set(words(drawn))


def test_a_logarithmic_x_axis_has_decades_at_equal_distances():
    """Powers of ten stand under the plot at equal distances, at their points."""
    drawn = figure(Curve([0.01, 0.1, 1, 10], [0, 1, 2, 3], "#3355D6"), log_x=True)
    places = [x for word, x, _ in texts(drawn) if word in ("0.01", "0.1", "1", "10")]
    middles = [x for word, x, _ in texts(drawn) if word in ("1", "10")]
    assert len(places) == 4
    assert np.diff(sorted(places)) == pytest.approx(middles[1] - middles[0], rel=0.05)


@pytest.mark.filterwarnings("error")
def test_what_has_no_place_on_a_logarithmic_x_axis_is_left_out():
    """A point at 0 is a gap in the line, a text there is missing, and nothing fails."""
    marks = (
        Curve([0, 1, 2], [1, 1, 1], "#AA0001"),
        Points([-1.0, 1.0], [1, 1], "#AA0002"),
        Arrow(0, 1, 1, 0, "#AA0003"),
        Text(0, 1, "lost", "#1E2430"),
        EndLabel(-1, 1, "gone", "#1E2430"),
    )
    drawn = figure(*marks, log_x=True)
    assert path_of(drawn, "#AA0001") == ["M", "L"]
    assert not {"lost", "gone"} & set(words(drawn))
    assert b"#aa0003" not in render(drawn, ".svg")


def test_cells_of_a_map_over_decades_are_equally_wide():
    """A decade per cell: the middle cell's colour ends a third and two thirds along the axis."""
    stops = ("#FF0000", "#00FF00", "#0000FF")
    cells = ColourMap(np.array([[0.0, 0.5, 1.0]]), (0.1, 100, 0, 1), stops, 0, 1)
    rows = pixels_of(draw(figure(cells, log_x=True), "png", 6.0, 4.0, 100))
    row = rows[200]
    counts = [int(sum(np.abs(row - colour).max(axis=1) < 2)) for colour in np.eye(3) * 255]
    assert min(counts) > 100
    assert max(counts) - min(counts) <= 2


def test_settings_of_matplotlib_are_left_alone():
    """Drawing neither changes the global settings nor obeys them."""
    import matplotlib

    usual = render(PLAIN, ".svg")
    with matplotlib.rc_context(
        {"font.size": 30.0, "axes.facecolor": "black", "svg.fonttype": "path"}
    ):
        before = dict(matplotlib.rcParams)
        assert render(PLAIN, ".svg") == usual
        assert dict(matplotlib.rcParams) == before


def test_drawing_leaves_no_figure_behind_and_is_a_whole_file():
    """The bytes of a drawing are a file from its first to its last byte, at half the size too."""
    data = draw(PLAIN, "png", 6.0, 4.0, 100)
    assert data.startswith(SIGNATURES[".png"])
    assert data.endswith(b"IEND\xaeB`\x82")
    assert struct.unpack(">II", data[16:24]) == (600, 400)


def test_a_marker_at_the_edge_is_whole_and_one_beyond_it_is_not_there():
    """The last loss of a run, in a plot so narrow that its margin is less than half the marker."""
    at_edge, beyond, inside = (Points([x], [0.5], "#AA0001", size=12.0) for x in (1.0, 1.2, 0.5))
    lit = [
        (
            pixels_of(
                draw(figure(mark, x_limits=(0.0, 1.0), y_limits=(0.0, 1.0)), "png", 2, 2, 100)
            )[..., 1]
            < 60
        ).sum()
        for mark in (at_edge, beyond, inside)
    ]
    assert lit[0] == pytest.approx(lit[2], rel=0.02)
    assert lit[1] < 0.6 * lit[2]


def test_no_axis_runs_through_a_number_over_a_mark():
    """A 3 was read as an 8."""
    number = Text(0.0, 0.5, "3.5", "#000000", halo="#FFFFFF", raised=4.0)
    limits = {"x_limits": (0.0, 1.0), "y_limits": (0.0, 1.0)}
    without, seen = (
        pixels_of(draw(figure(*marks, **limits), "png", 4, 3, 100)) for marks in ((), (number,))
    )
    axis = without.mean(axis=(0, 2)).argmin()
    assert (without[:, axis] != seen[:, axis]).any(axis=1).sum() > 6


def test_letters_shrink_with_the_page():
    """All have eight points on a page with room for them, and fewer only on a very small one.

    An SVG of matplotlib has 72 units an inch, so that a pixel is a point.
    """
    for width, height, points in (
        (6.7, 2.5, 8.0),
        (3.3, 2.1, 8.0),
        (2.35, 2.1, 8.0),
        (54 / 25.4, 58 / 25.4, 8.0),  # a third of a report's page
        (1.575, 1.575, 6.0),
    ):
        data = draw(PLAIN, "svg", width, height, 100)
        sizes = set(map(float, re.findall(rb"(?:font:|font-size:) [^;]*?([0-9.]+)px", data)))
        assert list(sizes) == [pytest.approx(points, rel=0.05)]
