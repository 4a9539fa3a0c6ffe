"""The neuron's picture for paper: the scene of the screen, on a page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Curve, Mark
from neuroviz.pictures.neuron.batch import batch_marks, batch_numbers, list_of
from neuroviz.pictures.neuron.ink import PAPER
from neuroviz.pictures.neuron.layout import laid_out, place
from neuroviz.pictures.neuron.numbers import described, numbers_of, ranked, sizes_of
from neuroviz.pictures.neuron.scene import Moment, sample_marks

_WIDTH, _HEIGHT = 700.0, 205.0
_WIRE = 0.7
"""Of wires beside those on screen."""
_LETTER = 12.4
"""Height of these on a page of the usual size,
in units of which _WIDTH are as wide as the page."""
_NARROW = (
    dict.fromkeys(" .-/|", 0.34) | dict.fromkeys("ijlt₁", 0.38) | dict.fromkeys("−+×=—…", 0.84)
)
_BOLD = 1.1


@dataclass(frozen=True)
class _PageLetters:
    """About how large texts are on the page, whose letters have one size."""

    size: int
    line: float = 1.3 * _LETTER

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return about how wide a text is."""
        wide = sum(_NARROW.get(letter, 0.62) for letter in text)
        return _LETTER * size * wide * (_BOLD if bold else 1.0)


def neuron_figure(
    settings: Settings,
    anatomy: Anatomy,
    phase: str | None = None,
    sample: int | None = None,
    after: Anatomy | None = None,
    *,
    backward: bool = True,
) -> Figure:
    """Declare what the neuron's diagram shows.

    Parameters
    ----------
    phase
        The part of the step that was just done, one of PHASES; None to show all that is known.
    sample
        Index of the sample on show; None for all of the batch.
    after
        Of the step that follows: after the update the weights are its own,
        and so is what they give.
    backward
        Whether the gradients and their way back are drawn.
    """
    seen = after or anatomy
    order = ranked(sizes_of(anatomy, sample))
    if sample is None:
        made = list_of(
            _WIDTH,
            _HEIGHT,
            settings,
            _PageLetters,
            lambda room: sorted(order[:room]),
            gradients=backward,
        )
        shown = batch_numbers(anatomy, phase, made, after)
        marks = batch_marks(settings, seen, phase, shown, made, PAPER)
    else:
        plan = laid_out(_WIDTH, _HEIGHT, settings, _PageLetters, gradients=backward)
        inputs = tuple(sorted(order[: plan.shown]))
        layout = place(_WIDTH, _HEIGHT, inputs, settings, plan)
        width = settings.dataset.width
        numbers = numbers_of(anatomy, phase, sample, inputs, width, after, backward=backward)
        moment = Moment(settings, numbers, seen, sample, backward, part=phase)
        marks = sample_marks(moment, layout, PAPER)
    return Figure(
        "Neuron",
        "",
        "",
        tuple(map(_smaller, marks.values())),
        x_limits=(0.0, _WIDTH),
        y_limits=(-_HEIGHT, 0.0),
        subtitle=f"step {anatomy.row.step:,} · {described(anatomy, settings, sample)}",
        equal_aspect=True,
        frame=False,
    )


def _smaller(mark: Mark) -> Mark:
    return replace(mark, width=_WIRE * mark.width) if isinstance(mark, Curve) else mark
