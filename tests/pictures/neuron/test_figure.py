"""The neuron's diagram in a file."""

import itertools
from io import BytesIO

import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure as Canvas

import neuroviz as nv
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Points, Text
from neuroviz.pictures.matplotlib.drawing import compose, styled
from neuroviz.pictures.neuron.figure import neuron_figure
from neuroviz.pictures.neuron.numbers import numbers_of
from neuroviz.pictures.render import render
from tests.for_each import for_each
from tests.pictures.neuron.test_numbers import anatomy


def drawn(phase=None, sample=None, **choices):
    """Return the figure of a step."""
    step = anatomy(**choices)
    return neuron_figure(step, phase, sample)


def texts(figure):
    """Return every text in it."""
    return [mark.text for mark in figure.marks if isinstance(mark, Text)]


@for_each("phase", [None, "forward", "loss", "zero_grad", "backward", "update"])
def test_it_shows_the_numbers_of_the_screen(phase):
    """Every number that the diagram shows stands in the figure."""
    step = anatomy()
    shown = texts(neuron_figure(step, phase, 1))
    numbers = numbers_of(step, phase, 1, (0, 1), 2)
    for (kind, index), number in numbers.items():
        text = f"target {number.text}" if kind == "target" else number.text
        fewer = [] if number.value is None else [measured(number.value, n) for n in (3, 2, 1)]
        assert not text or {text, *fewer} & {*shown}, (kind, index)
    assert any("mean of 4" in text for text in shown) == (phase == "update")


def test_titles_say_what_and_whose():
    """Step and sample."""
    figure = drawn(sample=1)
    assert figure.title == "Neuron"
    assert figure.subtitle == "step 3 · sample 2 of 4 · x = (1, 0) · target 0"
    assert not figure.frame


def test_a_batch_is_a_line_for_every_sample():
    """The gradients of the samples and their mean, and no chain of means."""
    step = anatomy()
    shown = texts(neuron_figure(step, None, None))
    whole = [text.lstrip("+").removesuffix(".000") for text in shown]  # a column keeps its places
    for sample in range(4):
        for value in step.sample_grads[sample]:
            assert measured(float(value)) in whole
    assert "mean of 4 samples" in shown
    assert not {"∂ℓ/∂z", "∂ℓ/∂ŷ"} & set(shown)
    assert any(isinstance(mark, Points) for mark in drawn(sample=2).marks)
    assert not any(isinstance(mark, Points) for mark in drawn().marks)


@pytest.mark.parametrize(
    ("choices", "sample", "ending"),
    [
        ({}, 0, ".svg"),
        ({"task": "spam"}, 0, ".pdf"),
        ({"weights": (1e200, -1.0), "loss": "mse"}, None, ".svg"),
        ({"weights": (1e200, -1.0), "loss": "mse"}, 0, ".pdf"),
    ],
)
def test_it_makes_a_file(choices, sample, ending):
    """Whatever the numbers."""
    assert render(drawn(sample=sample, **{"steps": 0, **choices}), ending)


def test_gradients_can_be_left_out():
    """Of the sample and of the batch."""
    step = anatomy()
    for sample in (None, 1):
        shown = texts(neuron_figure(step, None, sample, backward=False))
        assert not any("∂" in text for text in shown)
        assert {"sample's loss" if sample else "loss", "output ŷ"} <= set(shown)


def test_no_text_lies_on_another_on_a_small_page():
    """Letters and the heads of arrows shrink with the marks there.

    On a usual page no word is smaller than print; on each page the picture is as wide as the page.
    """
    sizes = (6.3, 3.94), (3.15, 1.97), (6.3, 1.97), (1.58, 1.58)
    heads = []
    for size, printed in zip(sizes, (True, False, False, False), strict=True):
        with styled(*size):
            canvas = Canvas(figsize=size, dpi=200, layout="constrained")
            axes = compose(drawn(sample=1), canvas)
            written = [text for text in axes.texts if text.get_text()]
            arrows = [text.arrow_patch for text in axes.texts if text.arrow_patch is not None]
            boxes = [text.get_window_extent().padded(-1) for text in written]
            usual = rcParams["font.size"]
            canvas.draw_without_rendering()
        pairs = itertools.combinations(boxes, 2)
        assert not [pair for pair in pairs if pair[0].overlaps(pair[1])], size
        largest = max(text.get_fontsize() for text in written)
        words = [text.get_fontsize() for text in written if text.get_text()[0].isalpha()]
        assert (min(words) >= usual - 0.01) == printed
        heads.append(max(arrow.get_mutation_scale() for arrow in arrows) / largest)
        assert size == (6.3, 1.97) or axes.get_window_extent().width > 0.85 * canvas.bbox.width
    assert heads == pytest.approx(heads[:1] * len(heads))


@pytest.mark.parametrize("task", ["gates", "xor_two"])
def test_no_text_lies_on_another_below_all_neurons(task):
    """On the usual page, which both together fill.

    At 150 dots an inch letters are wider than in print.
    """
    figure = nv.train(task, epochs=300).figure("neuron")
    figure.savefig(BytesIO(), dpi=150)
    written = [text for text in figure.axes[0].texts if text.get_text()]
    words = [text.get_fontsize() for text in written if text.get_text()[0].isalpha()]
    assert min(words) > 0.86 * 8  # nothing has shrunk
    boxes = [text.get_window_extent().padded(-1) for text in written]
    pairs = zip(*(itertools.combinations(each, 2) for each in (written, boxes)), strict=True)
    assert not [
        (one.get_text(), other.get_text())
        for (one, other), (box, other_box) in pairs
        if box.overlaps(other_box)
    ]
