"""The neuron's picture on paper: the scene of the screen, on a page."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.types import Frozen
from neuroviz.pictures.input_names import unit_title
from neuroviz.pictures.marks import PAGE, Curve, Figure, Mark, Marks, Text
from neuroviz.pictures.neuron.batch import BatchSheet, batch_numbers, list_of
from neuroviz.pictures.neuron.ink import readable
from neuroviz.pictures.neuron.layout import SMALL, laid_out, place
from neuroviz.pictures.neuron.network import NetworkMoment, NetworkSheet
from neuroviz.pictures.neuron.numbers import SlotNumbers, described, numbers_of, ranked, sizes_of
from neuroviz.pictures.neuron.scene import Moment, sample_marks
from neuroviz.pictures.palette import PAPER

_WIDTH = 700.0
_HEIGHT = 205.0
"""Units of the picture's width on such a page and wider ones, and of its height there."""
_LINE = 2.0
"""Units below all else for the line round what stands lowest."""
_MARGINS, _HEADING = 4.0, 24.0
"""Millimetres beside the picture, both sides together, and above it on a narrow page."""
_AIR = 0.75
"""How loosely lines stand on a narrow page, if it is high enough."""
_NETWORK, _LOW, _UNDER = 160.0, 0.37, 12.0
"""Least height of the picture of all neurons, with the part that is left free below it; on a narrow
page it is this share of the width."""
_OUTPUT, _BARE_OUTPUT = 38.0, 31.0
"""Height that each output needs there, with its number above its bar, and on a narrow page."""
_WIRE = 0.7
"""Width of wires, relative to those on the screen."""
_LETTER = 12.4
"""Height of letters on a page of the usual size, in units of which _WIDTH make the page's width."""
_NARROW = (
    dict.fromkeys(" .-/|", 0.34) | dict.fromkeys("ijlt₁", 0.38) | dict.fromkeys("−+×=—…", 0.84)
)
_BOLD = 1.1
_LARGE = 11
"""Points from which on words are as large as numbers, if all that fits."""
_LEAST = 0.88
"""Least size of letters relative to print, which is 7 points."""


class _PageLetters(Frozen):
    """The approximate size of texts on the page, where letters have one size."""

    size: int
    line: float = 1.3 * _LETTER

    def share(self, size: float) -> float:
        """Return the size of a text relative to print; words are smaller on the screen."""
        return 1.0 if size == SMALL and self.size >= _LARGE else max(size, _LEAST)

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return the approximate width of a text."""
        wide = sum(_NARROW.get(letter, 0.62) for letter in text)
        return _LETTER * self.share(size) * wide * (_BOLD if bold else 1.0)


def neuron_figure(
    anatomy: Anatomy,
    phase: str | None,
    sample: int | None,
    after: Anatomy | None = None,
    *,
    backward: bool = True,
    network: NetworkMoment | None = None,
    page: tuple[float, float] = PAGE,
) -> Figure:
    """Declare the picture of the neuron's diagram.

    Parameters
    ----------
    phase
        The part of the step that was just done, one of PHASES; None shows all that is known.
    sample
        Index of the sample on show; None for the whole batch.
    after
        The anatomy of the next step: after the update the weights, and all that follows from them,
        are taken from it.
    backward
        Whether gradients and their way back are drawn.
    network
        All neurons of the network, drawn above the opened one; None for a single neuron.
    page
        Width and height of the page in millimetres; on a narrow one the diagram is folded.
    """
    unit = (PAGE[0] - _MARGINS) / _WIDTH
    width = min(_WIDTH, (page[0] - _MARGINS) / unit)
    title = "Neuron"
    whose = anatomy.settings
    everyone: Marks = {}
    above = 0.0
    if network:
        whose = network.settings
        title = unit_title(whose, network.unit)
        everyone, above = _all_neurons(network, width)
    height = (page[1] - _HEADING) / unit - above if width < _WIDTH else _HEIGHT
    draw = _batch if sample is None else partial(_sample, sample=sample)
    marks, height = draw((width, height), anatomy, phase, after, backward=backward)
    height += above
    lower = (_lower(mark, above) for mark in marks.values())
    return Figure(
        title,
        "",
        "",
        tuple(map(_thinner, (*everyone.values(), *lower))),
        x_limits=(0.0, width),
        y_limits=(-height - _LINE, 0.0),
        subtitle=f"step {anatomy.row.step:,} · {described(anatomy, whose, sample)}",
        equal_aspect=True,
        frame=False,
        letter=_LETTER,
    )


def _all_neurons(network: NetworkMoment, width: float) -> tuple[Marks, float]:
    """Return the marks of the picture of all neurons, and the height that it takes."""
    settings = network.settings
    rows = _UNDER + _OUTPUT * settings.outputs
    height = max(_NETWORK, rows * settings.softmax)
    if width < _WIDTH:
        height = max(min(_NETWORK, _LOW * width), _UNDER + _BARE_OUTPUT * settings.outputs)
    size = _LARGE if width < _WIDTH or height >= rows else 0
    sheet = NetworkSheet(network, width, height - _UNDER, _PageLetters(size), PAPER)
    return _in_print(sheet.drawn(), {}, size), height


def _batch(
    room: tuple[float, float],
    anatomy: Anatomy,
    phase: str | None,
    after: Anatomy | None,
    *,
    backward: bool,
) -> tuple[Marks, float]:
    """Return the marks of the batch's list in a room (width, height), and its height."""
    settings = anatomy.settings
    order = ranked(sizes_of(anatomy, None))
    made = list_of(
        *room, settings, _PageLetters, lambda count: sorted(order[:count]), gradients=backward
    )
    shown = batch_numbers(anatomy, phase, made, after)
    sheet = BatchSheet(settings, after or anatomy, phase, shown, made, PAPER)
    foot = [*made.below.values()][-1].bottom
    height = room[1] if room[0] == _WIDTH else foot
    return _in_print(sheet.drawn(), shown, made.size), height


def _sample(
    room: tuple[float, float],
    anatomy: Anatomy,
    phase: str | None,
    after: Anatomy | None,
    *,
    backward: bool,
    sample: int,
) -> tuple[Marks, float]:
    """Return the marks of a sample's diagram in a room (width, height), and its height."""
    width, height = room
    settings = anatomy.settings
    plan = laid_out(width, height, settings, _PageLetters, gradients=backward, folds=True)
    inputs = tuple(sorted(ranked(sizes_of(anatomy, sample))[: plan.shown]))
    count = settings.dataset.width
    if width < _WIDTH:
        rows = plan.shown + 1 + (plan.shown < count)
        height = min(max(height, plan.height(rows, 0.0)), plan.height(rows, _AIR))
    layout = place(width, height, inputs, settings, plan)
    numbers = numbers_of(anatomy, phase, sample, inputs, count, after, backward=backward)
    moment = Moment(settings, numbers, after or anatomy, sample, backward, part=phase)
    return _in_print(sample_marks(moment, layout, PAPER), numbers, plan.size), height


def _lower(mark: Any, above: float) -> Mark:
    """Return a mark moved down, below the picture of all neurons."""
    y = np.subtract(mark.y, above)
    return replace(mark, y=y if y.ndim else float(y))


def _in_print(marks: Marks, numbers: SlotNumbers, size: int) -> Marks:
    """Return the marks of a diagram with texts of the size that they have on the page."""
    letters = _PageLetters(size)
    return {
        key: replace(mark, size=letters.share(mark.size)) if isinstance(mark, Text) else mark
        for key, mark in readable(marks, numbers, letters).items()
    }


def _thinner(mark: Mark) -> Mark:
    return replace(mark, width=_WIRE * mark.width) if isinstance(mark, Curve) else mark
