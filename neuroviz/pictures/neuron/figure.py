"""The neuron's picture on paper: the scene of the screen, on a page."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.types import Frozen
from neuroviz.pictures.input_names import unit_title
from neuroviz.pictures.marks import Arrow, Box, Curve, Figure, Mark, Marks, Points, Text
from neuroviz.pictures.neuron.batch import BatchSheet, batch_numbers, list_of
from neuroviz.pictures.neuron.layout import SMALL, laid_out, place
from neuroviz.pictures.neuron.network import NetworkMoment, NetworkSheet
from neuroviz.pictures.neuron.numbers import described, numbers_of, ranked, sizes_of
from neuroviz.pictures.neuron.scene import Moment, sample_marks
from neuroviz.pictures.palette import PAPER

_WIDTH = 700.0
_HEIGHT = 205.0
_NETWORK, _UNDER = 160.0, 12.0
"""Least height of the picture of all neurons, with the part that is left free below it."""
_OUTPUT = 38.0
"""Height that each share needs there, with its number above its bar."""
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


class _PageLetters(Frozen):
    """The approximate size of texts on the page, where letters have one size."""

    size: int
    line: float = 1.3 * _LETTER

    def share(self, size: float) -> float:
        """Return the size of a text relative to print; words are smaller on the screen."""
        return 1.0 if size == SMALL and self.size >= _LARGE else size

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
    """
    if sample is None:
        marks = _batch(anatomy, phase, after, backward=backward)
    else:
        marks = _sample(anatomy, sample, phase, after, backward=backward)
    title = "Neuron"
    height = _HEIGHT
    whose = anatomy.settings
    if network:
        title = unit_title(network.settings, network.unit)
        whose = network.settings
        above = max(_NETWORK, _UNDER + _OUTPUT * whose.outputs * whose.softmax)
        height = _HEIGHT + above
        sheet = NetworkSheet(network, _WIDTH, above - _UNDER, _PageLetters(0), PAPER)
        lower = {("opened", key): _lower(mark, above) for key, mark in marks.items()}
        marks = sheet.drawn() | lower
    return Figure(
        title,
        "",
        "",
        tuple(map(_thinner, marks.values())),
        x_limits=(0.0, _WIDTH),
        y_limits=(-height, 0.0),
        subtitle=f"step {anatomy.row.step:,} · {described(anatomy, whose, sample)}",
        equal_aspect=True,
        frame=False,
        letter=_LETTER,
    )


def _batch(anatomy: Anatomy, phase: str | None, after: Anatomy | None, *, backward: bool) -> Marks:
    """Return the marks of the batch's list."""
    settings = anatomy.settings
    order = ranked(sizes_of(anatomy, None))
    made = list_of(
        _WIDTH,
        _HEIGHT,
        settings,
        _PageLetters,
        lambda room: sorted(order[:room]),
        gradients=backward,
    )
    shown = batch_numbers(anatomy, phase, made, after)
    sheet = BatchSheet(settings, after or anatomy, phase, shown, made, PAPER)
    return _in_print(sheet.drawn(), _PageLetters(made.size))


def _sample(
    anatomy: Anatomy,
    sample: int,
    phase: str | None,
    after: Anatomy | None,
    *,
    backward: bool,
) -> Marks:
    """Return the marks of a sample's diagram."""
    settings = anatomy.settings
    plan = laid_out(_WIDTH, _HEIGHT, settings, _PageLetters, gradients=backward)
    inputs = tuple(sorted(ranked(sizes_of(anatomy, sample))[: plan.shown]))
    layout = place(_WIDTH, _HEIGHT, inputs, settings, plan)
    width = settings.dataset.width
    numbers = numbers_of(anatomy, phase, sample, inputs, width, after, backward=backward)
    moment = Moment(settings, numbers, after or anatomy, sample, backward, part=phase)
    return _in_print(sample_marks(moment, layout, PAPER), _PageLetters(plan.size))


def _lower(mark: Mark, above: float) -> Mark:
    """Return a mark moved down, below the picture of all neurons."""
    if isinstance(mark, Curve | Points):
        return replace(mark, y=np.asarray(mark.y, dtype=np.float64) - above)
    if isinstance(mark, Text | Box | Arrow):
        return replace(mark, y=mark.y - above)
    raise TypeError(f"A neuron has no {type(mark).__name__}.")


def _in_print(marks: Marks, letters: _PageLetters) -> Marks:
    """Return marks with texts of the size that they have on the page."""
    return {
        key: replace(mark, size=letters.share(mark.size)) if isinstance(mark, Text) else mark
        for key, mark in marks.items()
    }


def _thinner(mark: Mark) -> Mark:
    return replace(mark, width=_WIRE * mark.width) if isinstance(mark, Curve) else mark
