"""The neuron's diagram in a file."""

from __future__ import annotations

import pytest

from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Curve, Points, Text
from neuroviz.pictures.neuron.equations import written
from neuroviz.pictures.neuron.figure import neuron_figure
from neuroviz.pictures.neuron.numbers import numbers_of
from neuroviz.pictures.render import render
from tests.pictures.neuron.test_numbers import anatomy


def drawn(phase: str | None = None, sample: int | None = None, **choices: object) -> Figure:
    """Return the figure of a step."""
    step = anatomy(**choices)
    return neuron_figure(step.settings, step, phase, sample)


def texts(figure: Figure) -> list[str]:
    """Return every text in it."""
    return [mark.text for mark in figure.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("phase", [None, "forward", "loss", "zero_grad", "backward", "update"])
def test_it_shows_the_numbers_of_the_screen(phase: str | None) -> None:
    """Every number that the diagram shows stands in the figure."""
    step = anatomy()
    shown = texts(neuron_figure(step.settings, step, phase, 1))
    numbers = numbers_of(step, phase, 1, (0, 1), 2)
    for (kind, index), number in numbers.items():
        if kind not in ("product", "rest") and number.text:
            assert number.text in shown, (kind, index)
    assert ("change" in shown) == (phase == "update")


def test_titles_say_what_and_whose() -> None:
    """Step and sample."""
    figure = drawn(sample=1)
    assert figure.title == "Neuron"
    assert figure.subtitle == "step 3 · sample 2 of 4 · x = (1, 0) · target 0"
    assert not figure.frame


def test_lines_have_the_colour_of_the_sign() -> None:
    """Orange for positive weights, blue for negative ones, wider for the larger."""
    figure = drawn(sample=0, task="and", steps=0, weights=(3.0, -1.0), bias=0.5)
    curves = [mark for mark in figure.marks if isinstance(mark, Curve) and mark.width > 1.05]
    widths = {
        colour: max(c.width for c in curves if c.color == colour)
        for colour in (palette.POSITIVE, palette.NEGATIVE)
    }
    assert widths[palette.POSITIVE] == pytest.approx(4.5)
    assert widths[palette.NEGATIVE] == pytest.approx(1 + 3.5 / 3)


def test_a_batch_is_a_line_for_every_sample() -> None:
    """The gradients of the samples and their mean, and no chain of means."""
    step = anatomy()
    shown = texts(neuron_figure(step.settings, step, None, None))
    for sample in range(4):
        for value in step.sample_grads[sample]:
            assert written(float(value)).text in shown
    assert "mean of 4" in shown
    assert not {"∂ℓ/∂z", "∂ℓ/∂ŷ"} & set(shown)
    assert any(isinstance(mark, Points) for mark in drawn(sample=2).marks)
    assert not any(isinstance(mark, Points) for mark in drawn().marks)


def test_a_sample_of_many_inputs_is_called_by_its_number() -> None:
    """Counted from 1, in the order of the batch; one of two inputs by these."""
    step = anatomy(task="spam", batch_size=3)
    names = [text for text in texts(drawn(task="spam", batch_size=3)) if "sample" in text]
    assert names == [f"sample {sample + 1}" for sample in step.batch]
    assert {"(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"} <= {*texts(drawn())}


def test_many_inputs_are_folded() -> None:
    """The largest, and how many more."""
    shown = texts(drawn(sample=0, task="spam"))
    assert "… 92 more" in shown


@pytest.mark.parametrize(
    "choices", [{}, {"task": "line"}, {"task": "spam"}, {"weights": (1e200, -1.0), "loss": "mse"}]
)
@pytest.mark.parametrize("ending", [".svg", ".pdf"])
def test_it_makes_a_file(choices: dict[str, object], ending: str) -> None:
    """Whatever the numbers."""
    for sample in (None, 0):
        assert render(drawn(sample=sample, **{"steps": 0, **choices}), ending)
