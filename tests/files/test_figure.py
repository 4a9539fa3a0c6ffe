import io
import itertools
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from neuroviz.files.figure import (
    ENDINGS,
    Arrow,
    ColourMap,
    Curve,
    EndLabel,
    Figure,
    Points,
    Segments,
    Text,
    check_figure_path,
    render,
    write_figure,
)
from neuroviz.files.writer import FileError

SVG = "{http://www.w3.org/2000/svg}"
PLAIN = Figure("Loss of AND", "epoch", "loss", (Curve([0, 1, 2], [0.9, 0.5, 0.3], "#3355D6"),))
SIGNATURES = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}


def figure(*marks, **named):
    """Make a figure of marks with short texts."""
    return Figure("A title", "x", "y", marks, **named)


def texts(drawn):
    """Give all texts of an SVG as (text, x, y), in the order of the file."""
    root = ElementTree.fromstring(render(drawn, ".svg"))
    found = []
    for element in root.iter(f"{SVG}text"):
        place = re.search(r"translate\(([\d.]+) ([\d.]+)\)", element.get("transform", ""))
        x, y = place.groups() if place else (element.get("x"), element.get("y"))
        found.append(("".join(element.itertext()), float(x), float(y)))
    return found


def words(drawn):
    """Give all texts of an SVG."""
    return [text for text, _, _ in texts(drawn)]


def path_of(drawn, color):
    """Give the path of the line of a colour in an SVG: its move and line commands."""
    root = ElementTree.fromstring(render(drawn, ".svg"))
    paths = [p for p in root.iter(f"{SVG}path") if f"stroke: {color.lower()}" in p.get("style", "")]
    return [command for path in paths for command in re.findall("[ML]", path.get("d"))]


@pytest.mark.parametrize("ending", ENDINGS)
def test_file_begins_as_its_kind_does_and_is_the_same_each_time(ending):
    """Each kind of file has its signature, no date, and the same bytes for the same figure."""
    data = render(PLAIN, ending)
    assert data.startswith(SIGNATURES[ending])
    assert data == render(PLAIN, ending)
    assert data != render(figure(), ending)


@pytest.mark.parametrize(
    ("width", "height", "dpi", "pixels"),
    [(160, 100, 200, (1260, 787)), (127, 76.2, 100, (500, 300)), (40, 500, 72, (113, 1417))],
)
def test_png_has_the_size_asked_for(width, height, dpi, pixels):
    """A PNG has width and height in millimetres, turned into whole pixels."""
    data = render(PLAIN, ".png", width, height, dpi)
    assert struct.unpack(">II", data[16:24]) == pixels


def test_svg_and_pdf_have_the_size_asked_for():
    """A vector file is as large as asked for, in points, whatever the resolution."""
    root = ElementTree.fromstring(render(PLAIN, ".svg", 127, 76.2, 300))
    assert float(root.get("width").rstrip("pt")) == pytest.approx(360)
    assert float(root.get("height").rstrip("pt")) == pytest.approx(216)
    assert re.search(rb"/MediaBox \[ ?0 0 360(\.0+)? 216(\.0+)? ?\]", render(PLAIN, ".pdf", 127, 76.2))


def test_texts_stay_texts():
    """Title, subtitle, axis labels, legend and numbers are in an SVG as text that can be searched."""
    drawn = Figure(
        "Loss of ŷ",
        "epoch k",
        "loss L",
        (Curve([0, 10_000], [0, 1], "#3355D6", "all samples"), Text(1, 0.5, "here", "#1E2430")),
        subtitle="learning rate 0.1",
    )
    expected = {"Loss of ŷ", "epoch k", "loss L", "all samples", "here", "learning rate 0.1", "10,000", "0.2"}
    assert expected <= set(words(drawn))


@pytest.mark.parametrize("ending", ENDINGS)
def test_text_from_outside_is_no_markup(ending):
    """Dollars, angle brackets, backslashes, letters without a glyph and control characters are only text."""
    odd = "a$b_1$ <b>&\\frac{ 神 \x00 $"
    drawn = Figure(
        odd, odd, odd, (Curve([0, 1], [0, 1], "#3355D6", f"_{odd}"), EndLabel(1, 1, odd, "#1E2430")), subtitle=odd
    )
    assert render(drawn, ending).startswith(SIGNATURES[ending])
    if ending == ".svg":
        shown = odd.replace("\x00", "\ufffd")
        assert words(drawn).count(shown) == 5  # title, subtitle, two axes, end label
        assert any(word.endswith(f"_{shown}") for word in words(drawn))


@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_mark_can_be_drawn(ending, log_y):
    """All marks together, each in its colour, make a file on both kinds of axes."""
    colours = ["#AA0001", "#AA0002", "#AA0003", "#AA0004", "#AA0005", "#AA0006"]
    drawn = figure(
        ColourMap(np.array([[0.0, np.nan], [0.5, 1.0]]), (0.5, 2, 0.5, 2), ("#4C9ACB", "#EFBB4B"), 0, 1, "ŷ"),
        Curve([1, 2], [1, 2], colours[0], "line", dashed=True),
        *(Points([1], [1], colours[1], marker, marker, outline="#FFFFFF") for marker in ("o", "s", "^", "D", "x")),
        Segments([1, 1], [1, 2], [2, 2], [1, 2], colours[2], dashed=True),
        Arrow(1, 1, 0.5, 0.5, colours[3]),
        Text(1, 1, "w", colours[4]),
        EndLabel(2, 2, "end", colours[5]),
        log_y=log_y,
    )
    data = render(drawn, ending)
    assert data.startswith(SIGNATURES[ending])
    if ending == ".svg":
        assert all(colour.lower().encode() in data for colour in colours)


@pytest.mark.parametrize("log_y", [False, True])
def test_what_is_not_finite_is_left_out(log_y):
    """Numbers that cannot be drawn leave gaps, marks at such places are missing, and nothing fails."""
    nan, inf = float("nan"), float("inf")
    drawn = figure(
        Curve([0, 1, 2, 3, 4, 5], [1, 2, nan, 1e300, 1.7e308, inf], "#3355D6"),
        Points([0, nan], [inf, 1], "#009E73"),
        Segments([0], [nan], [1], [1], "#AA0003"),
        Arrow(0, nan, 1, 1, "#AA0004"),
        Text(nan, 1, "lost", "#1E2430"),
        EndLabel(1, inf, "gone", "#1E2430"),
        log_y=log_y,
    )
    data = render(drawn, ".svg")
    assert path_of(drawn, "#3355D6") == ["M", "L", "M", "L"]
    assert not any(part in data for part in (b"lost", b"gone", b"#aa0003", b"#aa0004"))


def test_logarithmic_axis_leaves_a_gap_at_zero_and_below():
    """On a logarithmic axis, values of 0 or less are skipped and the line is broken there."""
    curve = Curve([0, 1, 2, 3, 4, 5], [1, 0.1, 0, -1, 0.1, 0.01], "#AA0001")
    assert path_of(figure(curve), "#AA0001") == ["M"] + ["L"] * 5
    assert path_of(figure(curve, log_y=True), "#AA0001") == ["M", "L", "M", "L"]
    assert {"0.01", "0.1", "1"} <= set(words(figure(curve, log_y=True)))


@pytest.mark.parametrize("log_y", [False, True])
def test_figure_with_nothing_to_draw_has_its_axes(log_y):
    """No marks, empty ones, and a logarithmic axis with nothing above 0 still make a figure."""
    for marks in ((), (Curve([], [], "#3355D6"),), (Curve([1], [-1], "#3355D6"),)):
        assert {"A title", "x", "y"} <= set(words(figure(*marks, log_y=log_y)))


def test_numbers_of_axes_are_written_in_full():
    """An axis far from 0 shows whole numbers, with no offset in a corner."""
    drawn = figure(Curve([0, 1], [1000.001, 1000.003], "#3355D6"), y_limits=(1000.001, 1000.003))
    assert {"1,000.0010", "1,000.0020"} <= set(words(drawn)) or {"1,000.001", "1,000.002"} <= set(words(drawn))
    assert not any("e" in word or word.startswith("+") for word in words(drawn) if word != "A title")


def test_limits_are_those_declared():
    """Declared limits decide which numbers stand at the axes, and in what order they run."""
    found = words(figure(Curve([0, 1], [0, 1], "#3355D6"), x_limits=(100, 200), y_limits=(-8, -2)))
    assert {"100", "200", "−8", "−2"} <= set(found)
    assert "0.5" not in found


def test_map_has_its_first_row_at_the_bottom():
    """The first row of a colour map is the lowest, the first column the leftmost."""
    from matplotlib import image

    drawn = figure(ColourMap(np.array([[0.0, 1.0], [1.0, 1.0]]), (0, 2, 0, 2), ("#FF0000", "#00FF00"), 0, 1))
    pixels = image.imread(io.BytesIO(render(drawn, ".png", dpi=100)))[:, :, :3]
    rows, columns = np.nonzero((pixels == [1, 0, 0]).all(axis=2))
    inside = columns < pixels.shape[1] * 0.85  # beyond is the colour bar
    green_rows, green_columns = np.nonzero((pixels == [0, 1, 0]).all(axis=2))
    assert inside.sum() > 1000
    assert rows[inside].min() > green_rows.min() + 50
    assert columns[inside].max() < green_columns.max() - 50


def test_labels_at_ends_do_not_overlap_and_keep_their_order():
    """Three lines that end close together have labels a line of text apart, in the order of the ends."""
    ends = {"low": 1.0, "high": 1.002, "middle": 1.001}
    drawn = figure(
        *(Curve([0, 1], [0, end], "#009E73") for end in ends.values()),
        *(EndLabel(1, end, name, "#1E2430") for name, end in ends.items()),
    )
    heights = {text: y for text, _, y in texts(drawn) if text in ends}
    assert heights["high"] < heights["middle"] < heights["low"]
    placed = sorted(heights.values())
    assert all(after - before >= 9 for before, after in itertools.pairwise(placed))


@pytest.mark.parametrize(("width", "height"), [(160, 100), (60, 45), (500, 40)])
def test_nothing_is_cut_off_at_the_edges(width, height):
    """However long title and labels are, no ink touches the edge of the page."""
    from matplotlib import image

    drawn = Figure(
        "A long title of a figure " * 3,
        "epoch of a long run " * 2,
        "loss (BCE)",
        (Curve([0, 1e4], [0, 1], "#3355D6", "a label"), EndLabel(1e4, 1, "the bias b", "#1E2430")),
        subtitle="and a subtitle " * 4,
    )
    pixels = image.imread(io.BytesIO(render(drawn, ".png", width, height, 150)))[:, :, :3]
    edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
    assert all((edge == 1).all() for edge in edges)
    assert (pixels != 1).any()


def test_long_curve_makes_a_small_file_and_keeps_its_spike():
    """A million points take little more room than four thousand, and one spike among them is drawn."""
    y = np.zeros(1_000_000)
    y[345_678] = 6.0
    data = render(figure(Curve(np.arange(1_000_000), y, "#3355D6")), ".svg")
    assert len(data) < 300_000
    assert "6" in words(figure(Curve(np.arange(1_000_000), y, "#3355D6")))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"width": 39.9}, "width .* 40 to 500 mm, not 39.9"),
        ({"height": 501.0}, "height .* 40 to 500 mm, not 501"),
        ({"width": float("nan")}, "width"),
        ({"dpi": 49}, "50 to 600 dpi, not 49"),
        ({"dpi": 601}, "50 to 600 dpi"),
    ],
)
def test_size_out_of_range_is_refused(named, said):
    """A size that makes no figure is refused in a sentence that tells the range."""
    with pytest.raises(ValueError, match=said):
        render(PLAIN, ".png", **named)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve([0, 1], [0], "#3355D6"), r"x \(2,\), y \(1,\)"),
        (lambda: Points([[0]], [[0]], "#3355D6"), "shape"),
        (lambda: Segments([0], [0], [0], [], "#3355D6"), "shape"),
        (lambda: ColourMap(np.zeros(3), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1), "rows, columns"),
        (lambda: ColourMap(np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 1, 1), "low < high"),
        (lambda: figure(x_limits=(1, 1)), "ascending"),
        (lambda: figure(y_limits=(0, 1), log_y=True), "greater than 0"),
        (lambda: render(figure(Curve([0], [0], "red")), ".svg"), "#RRGGBB, not 'red'"),
        (lambda: render(PLAIN, ".gif"), "'.gif'"),
    ],
)
def test_declaration_that_makes_no_sense_is_refused(make, said):
    """Shapes, limits, colours and kinds of file that cannot be meant are refused by name."""
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("name", ["a.png", "b.SVG", "c.d.pdf"])
def test_ending_decides_the_kind_of_file(tmp_path, name):
    """The ending of the path, in any case, says what is written."""
    path = write_figure(tmp_path / name, PLAIN)
    assert path.read_bytes().startswith(SIGNATURES[path.suffix.lower()])


@pytest.mark.parametrize("name", ["a", "a.gif", "a.png.txt", ".png"])
def test_unknown_ending_is_refused_with_those_that_work(tmp_path, name):
    """Another ending, or none, is refused before anything is drawn, naming the three that work."""
    for refuse in (check_figure_path, lambda path: write_figure(path, PLAIN)):
        with pytest.raises(FileError, match=r"\.png, \.svg or \.pdf\.$"):
            refuse(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_settings_of_matplotlib_are_left_alone():
    """Drawing neither changes the global settings nor obeys them."""
    import matplotlib

    usual = render(PLAIN, ".svg")
    with matplotlib.rc_context({"font.size": 30.0, "axes.facecolor": "black", "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        assert render(PLAIN, ".svg") == usual
        assert dict(matplotlib.rcParams) == before


def test_matplotlib_is_loaded_late_and_pyplot_never():
    """Declaring a figure loads no matplotlib, drawing one loads it without pyplot, and neither loads Qt."""
    program = """
import sys
from neuroviz.files.figure import Curve, Figure, render
drawn = Figure("t", "x", "y", (Curve([0, 1], [0, 1], "#3355D6"),))
assert "matplotlib" not in sys.modules
for ending in (".png", ".svg", ".pdf"):
    render(drawn, ending)
assert "matplotlib" in sys.modules
print(sorted({"matplotlib.pyplot", "PySide6", "torch", "tkinter"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
