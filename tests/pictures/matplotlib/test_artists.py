import io
import itertools
import tracemalloc
from typing import get_args

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

from neuroviz.pictures.marks import (
    DASHED,
    Arrow,
    ColourMap,
    Curve,
    EndLabel,
    Mark,
    Points,
    Polygons,
    Segments,
    Text,
)
from neuroviz.pictures.matplotlib.artists import DRAW
from neuroviz.pictures.matplotlib.drawing import compose, styled
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.pictures.svg import pieces
from neuroviz.pictures.ticks import even_ticks
from tests.for_each import for_each
from tests.pictures.test_figure import SIGNATURES, figure, path_of, texts, words


def test_a_cloud_of_points_is_pixels_in_a_file_of_vectors():
    """A hundred thousand need no file that no program opens; of a few each can be taken apart."""
    few, many = (np.random.default_rng(0).normal(size=(2, count)) for count in (100, 100_000))
    drawn = {
        name: render(figure(Points(*places, "#AA0001", "o")), ".svg")
        for name, places in (("few", few), ("many", many))
    }
    assert len(drawn["many"]) < 300_000
    assert (drawn["few"].count(b"<image"), drawn["many"].count(b"<image")) == (0, 1)
    assert drawn["few"].count(b"<use") > 100


@pytest.mark.parametrize(
    ("ending", "log_y"), [*((ending, False) for ending in ENDINGS), (".svg", True)]
)
def test_every_mark_can_be_drawn(ending, log_y):
    """All marks together, each in its colour, make a file on both kinds of axes."""
    colours = [
        "#AA0001",
        "#AA0002",
        "#AA0003",
        "#AA0004",
        "#AA0005",
        "#AA0006",
        "#AA0007",
        "#AA0008",
    ]
    drawn = figure(
        ColourMap(
            np.array([[0.0, np.nan], [0.5, 1.0]]),
            (0.5, 2, 0.5, 2),
            ("#4C9ACB", "#EFBB4B"),
            0,
            1,
            "ŷ",
        ),
        Curve([1, 2], [1, 2], colours[0], "line", dash=DASHED),
        *(
            Points([1], [1], colours[1], marker, marker, outline="#FFFFFF")
            for marker in ("o", "s", "^", "D", "x")
        ),
        Segments([1, 1], [1, 2], [2, 2], [1, 2], colours[2], dash=DASHED),
        Arrow(1, 1, 0.5, 0.5, colours[3]),
        Polygons(np.array([[[1, 1], [2, 1], [2, 2.0]]]), (colours[6],)),
        Text(1, 1, "w", colours[4]),
        EndLabel(2, 2, "end", colours[5]),
        log_y=log_y,
    )
    data = render(drawn, ending)
    assert data.startswith(SIGNATURES[ending])
    if ending == ".svg":
        assert all(colour.lower().encode() in data for colour in colours[:7])


@pytest.mark.parametrize("log_y", [False, True])
def test_what_is_not_finite_is_left_out(log_y):
    """Numbers that cannot be drawn leave gaps, marks at such places are missing.

    Nothing fails.
    """
    nan, inf = float("nan"), float("inf")
    drawn = figure(
        Curve([0, 1, 2, 3, 4, 5], [1, 2, nan, 1e300, 1.7e308, inf], "#3355D6"),
        Points([0, nan], [inf, 1], "#009E73"),
        Segments([0], [nan], [1], [1], "#AA0003"),
        Arrow(0, nan, 1, 1, "#AA0004"),
        Polygons(
            np.array([[[1, 1], [2, nan], [2, 2]], [[1, 1], [2, 1], [2, 2]]]),
            ("#AA0005", "#AA0006"),
        ),
        Text(nan, 1, "lost", "#1E2430"),
        EndLabel(1, inf, "gone", "#1E2430"),
        log_y=log_y,
    )
    data = render(drawn, ".svg")
    assert path_of(drawn, "#3355D6") == ["M", "L"] + ([] if log_y else ["M", "L"])
    assert not any(part in data for part in (b"lost", b"gone", b"#aa0003", b"#aa0004", b"#aa0005"))
    assert b"#aa0006" in data


def test_logarithmic_axis_leaves_a_gap_at_zero_and_below():
    """On a logarithmic axis, values of 0 or less are skipped and the line is broken there."""
    curve = Curve([0, 1, 2, 3, 4, 5], [1, 0.1, 0, -1, 0.1, 0.01], "#AA0001")
    assert path_of(figure(curve), "#AA0001") == ["M"] + ["L"] * 5
    assert path_of(figure(curve, log_y=True), "#AA0001") == ["M", "L", "M", "L"]
    assert {"0.01", "0.1", "1"} <= set(words(figure(curve, log_y=True)))


def test_map_has_its_first_row_at_the_bottom():
    """The first row of a colour map is the lowest, the first column the leftmost."""
    from matplotlib import image

    drawn = figure(
        ColourMap(np.array([[0.0, 1.0], [1.0, 1.0]]), (0, 2, 0, 2), ("#FF0000", "#00FF00"), 0, 1)
    )
    pixels = image.imread(io.BytesIO(render(drawn, ".png", dpi=100)))[:, :, :3]
    rows, columns = np.nonzero((pixels == [1, 0, 0]).all(axis=2))
    inside = columns < pixels.shape[1] * 0.85  # beyond is the colour bar
    green_rows, green_columns = np.nonzero((pixels == [0, 1, 0]).all(axis=2))
    assert inside.sum() > 1000
    assert rows[inside].min() > green_rows.min() + 50
    assert columns[inside].max() < green_columns.max() - 50


def test_labels_at_ends_do_not_overlap_and_keep_their_order():
    """Three lines that end close together have labels a line of text apart.

    In the order of the ends.
    """
    ends = {"low": 1.0, "high": 1.002, "middle": 1.001}
    drawn = figure(
        *(Curve([0, 1], [0, end], "#009E73") for end in ends.values()),
        *(EndLabel(1, end, name, "#1E2430") for name, end in ends.items()),
    )
    heights = {text: y for text, _, y in texts(drawn) if text in ends}
    assert heights["high"] < heights["middle"] < heights["low"]
    placed = sorted(heights.values())
    assert all(after - before >= 9 for before, after in itertools.pairwise(placed))


def test_long_curve_makes_a_small_file_and_keeps_its_spike():
    """A million points take little more room than four thousand.

    One spike among them is drawn.
    """
    y = np.zeros(1_000_000)
    y[345_678] = 6.0
    data = render(figure(Curve(np.arange(1_000_000), y, "#3355D6")), ".svg")
    assert len(data) < 300_000
    assert "6" in words(figure(Curve(np.arange(1_000_000), y, "#3355D6")))


def test_every_kind_of_mark_has_its_artist():
    """What can be declared can be drawn."""
    assert set(DRAW) == set(get_args(Mark))


@pytest.mark.parametrize(
    ("low", "high", "count", "ticks"),
    [
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-1, 1, 4, [-1, -0.5, 0, 0.5, 1]),
        (0.3, 9.7, 3, [2, 4, 6, 8]),
    ],
)
def test_even_ticks_are_round_and_within_the_axis(low, high, count, ticks):
    """An axis is divided by round numbers that lie on it."""
    found = even_ticks(low, high, count)
    assert all(low <= tick <= high for tick in found)
    assert set(ticks) <= set(np.round(found, 12))


def test_names_stand_beside_their_lines_and_not_on_each_other():
    """Of more than twelve the first twelve: more would hide what they name."""
    lines = [Curve([0, 1], [i, i], "#3355D6", f"line {i}") for i in range(20)]
    with styled(6.3, 3.94):
        canvas = Canvas(figsize=(6.3, 3.94), dpi=150, layout="constrained")
        axes = compose(figure(*lines), canvas)
        names = [text for text in axes.texts if text.get_text()]
        boxes = [name.get_window_extent() for name in names]
    assert [name.get_text() for name in names] == [f"line {i}" for i in range(12)]
    for number, box in enumerate(boxes):
        place = axes.transData.transform((0.5, number))[1]
        assert box.y0 - box.height < place < box.y1 + box.height
        assert axes.bbox.x0 <= box.x0
        assert box.x1 <= axes.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[:number])


def test_a_line_tells_whose_name_stands_far_away():
    """In the colour of its mark, up to the edge of the name; where it stands near there is none."""
    ink = ["#0B7A6F", "#6C1D45", "#A6761D", "#5B45C9", "#1F77B4", "#9A3324"]
    balls = [
        Points([0.5], [0.5], colour, label=f"a long name, {number}\nloss 0.5")
        for number, colour in enumerate(ink)
    ]
    with styled(6.3, 3.94):
        canvas = Canvas(figsize=(6.3, 3.94), dpi=100, layout="constrained")
        axes = compose(figure(Curve([0, 1], [0, 1], "#3355D6"), *balls), canvas)
        boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
        lines = [text for text in axes.texts if not text.get_text()]
        ball = axes.transData.transform((0.5, 0.5))
    far = [ball_ for ball_ in balls if _away(boxes[ball_.label], ball) > 30]
    assert 0 < len(far) < len(balls)
    drawn = {line.arrowprops["color"]: line for line in lines}
    assert {each.color for each in far} <= set(drawn)
    for each in far:
        (x, y), box = drawn[each.color].get_position(), boxes[each.label]
        end = ball + np.array((x, y)) * 100 / 72
        assert _away(box, end) < 1.5
        assert not (box.x0 + 2 < end[0] < box.x1 - 2 and box.y0 + 2 < end[1] < box.y1 - 2)


def _away(box, place):
    """Return how far a place is from a box, in pixels; 0 within."""
    x, y = place
    return np.hypot(max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1))


def test_a_name_beside_many_samples_takes_little_memory():
    """It took 56 GB beside 100,000, and the export of own data ended in that."""
    x, y = np.random.default_rng(0).normal(size=(2, 5_000))
    samples = figure(Points(x, y, "#3355D6", label="samples"))
    tracemalloc.start()
    try:
        assert words(samples).count("samples") == 1
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


@for_each("aside", [8.0, -8.0])
def test_a_text_beside_a_marker_leaves_it_free(aside):
    """Left of a ball it ends there: it lay over each ball at the right of a landscape."""
    declared = figure(
        Curve([0, 1], [0, 1], "#3355D6"), Text(0.5, 0.5, "0.01052", "#1E2430", aside=aside)
    )
    with styled(6.3, 3.94):
        canvas = Canvas(figsize=(6.3, 3.94), dpi=72, layout="constrained")
        axes = compose(declared, canvas)
        (box,) = (text.get_window_extent() for text in axes.texts)
    place = axes.transData.transform((0.5, 0.5))[0]
    nearest = (box.x0 if aside > 0 else box.x1) - place
    assert nearest == pytest.approx(aside, abs=1.0)
    (written,) = (piece for piece in pieces(declared, "a", 400, 320, 1.0, {}) if "0.01052" in piece)
    assert f'text-anchor="{"start" if aside > 0 else "end"}"' in written


@for_each("log_y", [False, True])
@for_each("size", [1e271, 1.7e308])
def test_what_stands_at_a_huge_number_is_drawn(size, log_y):
    """On a logarithmic axis a name, a text or an arrow above 1e270 ended the export.

    The axis had no end.
    """
    curve = Curve([0, 1], [1, size], "#3355D6")
    marks = (
        EndLabel(1, size, "name", "#1E2430"),
        Text(1, size, "name", "#1E2430"),
        Arrow(1, 1, 0, size, "#AA0001"),
    )
    assert words(figure(curve, *marks, log_y=log_y)).count("name") == 2


@pytest.mark.parametrize(
    ("low", "high", "middle"),
    [(-1.7e308, 1.7e308, 0.0), (0.0, 1.7e308, 1e308), (1e308, 1.7e308, None)],
)
def test_a_colour_bar_has_huge_ends(low, high, middle):
    """Between them matplotlib adds and divides."""
    values = np.array([[low, high], [low / 2, high / 2]])
    colours = ColourMap(values, (0, 1, 0, 1), ("#000000", "#FFFFFF"), low, high, "output", middle)
    assert any("10³⁰⁸" in text for text in words(figure(colours)))
