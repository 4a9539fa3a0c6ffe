import io
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text as Printed
from msgspec.structs import replace

import neuroviz as nv
from neuroviz.core.outside import printable
from neuroviz.core.slices import finished
from neuroviz.pictures.marks import ColourMap, Curve, EndLabel, Figure, Text
from neuroviz.pictures.matplotlib.drawing import compose, notebook_figure, styled
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.session.figures import VIEWS, FigureOptions, figure_work
from tests.pictures.test_figure import SIGNATURES, words


@pytest.mark.parametrize("ending", ENDINGS)
def test_text_from_outside_is_no_markup(ending):
    """Dollars, angle brackets, backslashes.

    Letters without a glyph and control characters are only text.
    """
    odd = "a$b_1$ <b>&\\frac{ 神 \x00 $"
    drawn = Figure(
        odd,
        odd,
        odd,
        (Curve([0, 1], [0, 1], "#3355D6", f"_{odd}"), EndLabel(1, 1, odd, "#1E2430")),
        subtitle=odd,
    )
    assert render(drawn, ending).startswith(SIGNATURES[ending])
    if ending == ".svg":
        shown = odd.replace("\x00", "\ufffd")
        assert words(drawn).count(shown) == 5  # title, subtitle, two axes, end label
        assert any(word.endswith(f"_{shown}") for word in words(drawn))


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ŷ = w·x", "ŷ = w·x"),
        ("a\x00b", "a\ufffdb"),
        ("a\nb", "a\nb"),
        ("\ud800", "\ufffd"),
        ("", ""),
    ],
)
def test_what_no_file_can_hold_is_replaced(text, shown):
    """Control characters and halves of letters become the sign for an unknown letter.

    All else stays.
    """
    assert printable(text) == shown


def test_long_title_is_broken_and_loses_no_word():
    """A title too long for its room goes on in a second line, with all its words in their order."""
    title = " ".join(f"word{i}" for i in range(40))
    drawn = Figure(title, "x", "y", (Curve([0, 1], [0, 1], "#3355D6"),))
    lines = [text for text in words(drawn) if text.startswith("word")]
    assert len(lines) > 1
    assert " ".join(lines).split() == title.split()


@pytest.mark.parametrize("size", [(6.3, 3.94), (3.15, 1.97), (1.58, 1.58)])
@pytest.mark.parametrize("lines", [1, 3, 5, 7])
def test_a_title_stands_over_all_lines_below_it_and_they_over_the_plot(lines, size):
    """Also where the units are equal.

    So that each line above makes the plot narrower and moves it. A small page has no room for all
    lines: there they end with "…", and more than half of it is the plot's and its axes'.
    """
    colours = ("#000000", "#FFFFFF")
    extent = (0.0, 3.0, 0.0, 3.0)
    marks = (ColourMap(np.eye(3), extent, colours, 0.0, 1.0, "value of the parameter"),)
    words_below = "SGD with momentum, learning rate 0.125 · batches of 20, shuffled · " * lines
    drawn = Figure(
        "Loss, a slice", "w₁", "target and output", marks, subtitle=words_below, equal_aspect=True
    )
    with styled(*size):
        canvas = Canvas(figsize=size, dpi=150, layout="constrained")
        axes = compose(drawn, canvas)
        canvas.draw_without_rendering()
        (below,) = (text for text in canvas.texts if text.get_text().startswith("SGD"))
        (title,) = (text for text in canvas.texts if text.get_text().startswith("Loss"))
        bottom = below.get_window_extent().y0
        assert title.get_window_extent().y0 >= below.get_window_extent().y1 - 1
        assert bottom > axes.get_window_extent().y1
        (bar,) = axes.child_axes
        for name in (axes.yaxis.label, bar.yaxis.label):
            assert bottom > name.get_window_extent().y1 > name.get_window_extent().y0 >= 0
        assert bottom > 0.6 * canvas.bbox.height
        read = " ".join(below.get_text().split())
        whole = read == words_below.strip()
        assert whole == (not read.endswith("…"))
        cut = read.removesuffix("…")  # no number is cut, which would be another one
        assert whole or (words_below.startswith(cut) and words_below[len(cut)] in " ,")
        assert whole or size[0] < 6


def test_lines_below_a_title_that_have_room_are_whole():
    """Only one line more than there is room for is cut."""
    lines = {True: set(), False: set()}
    for count in range(1, 9):
        said = "\n".join(["of SGD"] * count)
        drawn = Figure("Loss", "epoch", "loss", (Curve([0, 1], [0, 1], "#3355D6"),), subtitle=said)
        with styled(3, 2):
            canvas = Canvas(figsize=(3, 2), dpi=150, layout="constrained")
            compose(drawn, canvas)
            (below,) = (text for text in canvas.texts if text.get_text().startswith("of"))
            lines[below.get_text() == said].add(below.get_text().count("\n"))
    assert max(lines[True]) == max(lines[False])


def test_a_name_at_the_end_of_a_line_is_not_crossed_out_by_the_axis():
    """It stands above the axis that its line ends on."""
    marks = (Curve([0, 1], [1, 0], "#4C72B0"), EndLabel(1, 0.0, "w₅₈ −0.5033", "#1E2430"))
    drawn = Figure("Weights", "epoch", "value", marks, y_limits=(0.0, 1.0))
    with styled(3.15, 1.97):
        canvas = Canvas(figsize=(3.15, 1.97), dpi=150, layout="constrained")
        axes = compose(drawn, canvas)
        (name,) = (text for text in axes.texts if text.get_text())
        name.arrow_patch.set_visible(False)  # it leads to the end of the line
        assert name.get_window_extent().y0 >= axes.get_window_extent().y0


def test_a_program_that_sets_letters_wider_cuts_none_off():
    """LibreOffice sets an SVG's letters three percent wider, and b = −11.31 lost its last digit."""
    said = "AND gate · 4 samples · Sigmoid · Binary cross-entropy · SGD, learning rate 1 · "
    said += "x = (1, 1) · w = (7.422, 7.422), b = −11.31"
    for width in range(60, 165, 20):
        size = width / 25.4, 100 / 25.4
        with styled(*size):
            canvas = Canvas(figsize=size, dpi=200, layout="constrained")
            compose(Figure("Output", "x", "y", (), subtitle=said), canvas)
        written = canvas.texts[-1]
        assert " ".join(written.get_text().replace("-\n", "-").split()) == said
        assert written.get_window_extent().x1 < canvas.bbox.width / 1.03
        # No line begins with a dot, and none breaks a list of numbers.
        assert "\n·" not in written.get_text()
        assert "x = (1, 1)" in written.get_text()


def test_a_name_larger_than_its_plot_is_left_out():
    """It would lie on the texts around the plot."""
    name = "the learning rate of the whole run"
    drawn = Figure("Limit", "epoch", "rate", (Curve([0, 1], [0, 1], "#1E2430", name),))
    for size, read in (((6.3, 3.9), True), ((1.0, 1.6), False)):
        with styled(*size):
            axes = compose(drawn, Canvas(figsize=size, dpi=150, layout="constrained"))
        assert (name in [text.get_text() for text in axes.texts]) == read


def test_no_number_over_the_marks_lies_on_another():
    """Of outputs and of start and ball on a small page the later is left; on a large one all."""
    ink, halo = "#1E2430", "#FFFFFF"
    outputs = Text(0, 0.5, "0.31", ink, halo=halo), Text(1, 0.5, "0.52", ink, halo=halo)
    drawn = Figure("Output", "x", "y", outputs, x_limits=(0.0, 6.0), y_limits=(0.0, 1.0))
    for size, read in (((6.3, 3.94), ["0.31", "0.52"]), ((1.58, 1.58), ["0.52"])):
        with styled(*size):
            axes = compose(drawn, Canvas(figsize=size, dpi=150, layout="constrained"))
        assert [text.get_text() for text in axes.texts] == read


@pytest.mark.parametrize("size", [(160, 100), (80, 60), (40, 40)])
def test_no_text_of_a_surface_lies_on_another(size):
    """On a very small page its letters shrink with the box."""
    run = nv.train("and", learning_rate=1.0, epochs=40)
    (axes,) = run.figure("landscape", surface=True, width=size[0], height=size[1]).axes
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) > 7
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("task", ["and", "line", "spam", "xor_two", "blobs3", "gates"])
def test_letters_can_be_read_in_a_column_of_85_millimetres(task):
    """None is below seven points in any view, and in the neuron none lies on another.

    The neuron is shown with and without gradients, and with the whole batch.
    """
    frame = nv.train(task, epochs=20).frame
    batch = replace(frame, selection=replace(frame.selection, sample=None))
    neurons = [("neuron", frame, {}), ("neuron", frame, {"backward": False}), ("neuron", batch, {})]
    others = [(view, frame, {}) for view in VIEWS if task == "and" and view != "neuron"]
    others += [("landscape", frame, {"surface": True})] if others else []
    for view, moment, options in neurons + others:
        page = 85.0, 100.0 if view == "neuron" else 60.0
        declared = finished(figure_work(view, moment, FigureOptions(page=page, **options)))
        drawn = notebook_figure(declared, *page)
        written = [text for text in drawn.findobj(Printed) if text.get_text()]
        assert min(text.get_fontsize() for text in written if text.get_visible()) >= 7, view
        (axes, *_) = drawn.axes
        boxes = [text.get_window_extent().padded(-2) for text in axes.texts if text.get_text()]
        overlap = any(one.overlaps(other) for one, other in combinations(boxes, 2))
        assert view != "neuron" or not overlap, options
