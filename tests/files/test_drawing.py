import re
import struct

import pytest

from neuroviz.files.drawing import draw
from neuroviz.files.figure import Curve, render
from tests.files.test_figure import PLAIN, SIGNATURES, figure, words


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


def test_settings_of_matplotlib_are_left_alone():
    """Drawing neither changes the global settings nor obeys them."""
    import matplotlib

    usual = render(PLAIN, ".svg")
    with matplotlib.rc_context({"font.size": 30.0, "axes.facecolor": "black", "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        assert render(PLAIN, ".svg") == usual
        assert dict(matplotlib.rcParams) == before


def test_drawing_leaves_no_figure_behind_and_is_a_whole_file():
    """The bytes of a drawing are a file from its first to its last byte, at half the size too."""
    data = draw(PLAIN, "png", 6.0, 4.0, 100)
    assert data.startswith(SIGNATURES[".png"])
    assert data.endswith(b"IEND\xaeB`\x82")
    assert struct.unpack(">II", data[16:24]) == (600, 400)


def test_letters_shrink_with_the_page():
    """A small page has smaller letters, down to a limit."""
    drawn = draw(PLAIN, "svg", 6.0, 4.0, 100), draw(PLAIN, "svg", 2.0, 2.0, 100)
    sizes = [max(map(float, re.findall(rb"(?:font:|font-size:) [^;]*?([0-9.]+)px", data))) for data in drawn]
    assert sizes[1] == pytest.approx(0.6 * sizes[0], rel=0.05)
