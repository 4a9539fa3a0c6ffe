import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from neuroviz.cli.results import check_figure_path, figure_bytes
from neuroviz.files.writer import FileError
from neuroviz.pictures.marks import Curve, Figure, Polygons, Text
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.pictures.svg import pieces

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
    assert re.search(
        rb"/MediaBox \[ ?0 0 360(\.0+)? 216(\.0+)? ?\]", render(PLAIN, ".pdf", 127, 76.2)
    )


def test_texts_stay_texts():
    """Title, subtitle, axis labels, legend and numbers in an SVG can be searched."""
    drawn = Figure(
        "Loss of ŷ",
        "epoch k",
        "loss L",
        (Curve([0, 10_000], [0, 1], "#3355D6", "all samples"), Text(1, 0.5, "here", "#1E2430")),
        subtitle="learning rate 0.1",
    )
    expected = {
        "Loss of ŷ",
        "epoch k",
        "loss L",
        "all samples",
        "here",
        "learning rate 0.1",
        "10,000",
        "0.2",
    }
    assert expected <= set(words(drawn))


def test_without_a_frame_there_are_no_axes():
    """Title, subtitle and marks stay; labels and numbers of the axes go."""
    marks = (Curve([0, 10_000], [0, 1], "#3355D6"), Text(1, 0.5, "here", "#1E2430"))
    drawn = Figure(
        "Loss of ŷ", "epoch k", "loss L", marks, subtitle="learning rate 0.1", frame=False
    )
    assert set(words(drawn)) == {"Loss of ŷ", "here", "learning rate 0.1"}


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
        (lambda: render(figure(Curve([0], [0], "red")), ".svg"), "#RRGGBB, not 'red'"),
        (
            lambda: render(figure(Polygons(np.zeros((1, 3, 2)), ("red",))), ".svg"),
            "not 'red'",
        ),
        (lambda: render(PLAIN, ".gif"), "'.gif'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, said):
    """Colours and kinds of file that cannot be meant are refused by name."""
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("name", ["a.png", "b.SVG", "c.d.pdf"])
def test_ending_decides_the_kind_of_file(name):
    """The ending of the path, in any case, says what is written."""
    made = figure_bytes(name, PLAIN)
    assert made.startswith(SIGNATURES[Path(name).suffix.lower()])


@pytest.mark.parametrize("name", ["a", "a.gif", "a.png.txt", ".png"])
def test_unknown_ending_is_refused_with_those_that_work(tmp_path, name):
    """Another ending, or none, is refused before anything is drawn, naming the three that work."""
    with pytest.raises(FileError, match=r"\.png, \.svg or \.pdf\.$"):
        check_figure_path(tmp_path / name)


def test_matplotlib_is_loaded_late_and_pyplot_never():
    """Declaring a figure loads no matplotlib, drawing one loads it without pyplot.

    Neither loads Qt.
    """
    program = """
import sys
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.marks import Curve
from neuroviz.pictures.render import render
drawn = Figure("t", "x", "y", (Curve([0, 1], [0, 1], "#3355D6"),))
assert "matplotlib" not in sys.modules
for ending in (".png", ".svg", ".pdf"):
    render(drawn, ending)
assert "matplotlib" in sys.modules
print(sorted({"matplotlib.pyplot", "PySide6", "torch", "tkinter"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_line_has_a_gap_where_a_number_is_missing():
    """In a file, and in the pictures of a page, which are written otherwise."""
    drawn = figure(Curve([0, 1, 2, 3, 4], [1, 2, np.nan, 3, 1], "#AA0001"))
    (line,) = (piece for piece in pieces(drawn, "a", 400, 320, 1.0, {}) if "#AA0001" in piece)
    assert path_of(drawn, "#AA0001") == re.findall("[ML]", line.partition('"')[2]) == [*"MLML"]
