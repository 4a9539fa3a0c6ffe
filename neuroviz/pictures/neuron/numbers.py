"""What stands in the neuron's diagram: which number in which place, and which are known in a part of a step.

The diagram on screen and the one in a file are drawn from the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.core.anatomy.formula_text import subscripted
from neuroviz.core.anatomy.forward_backward import Values
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import DASH, format_number
from neuroviz.core.types import Floats

__all__ = [
    "MOST_IN_FULL",
    "ROOM",
    "Number",
    "Ranking",
    "Slot",
    "described",
    "fitted",
    "is_computed",
    "numbers_of",
    "ranked",
    "sizes_of",
    "slot_name",
]

Slot = tuple[str, int | None]
"""A place of the diagram: the kind of its number, and the index of the input or parameter."""

MOST_IN_FULL = 6
"""More inputs than these are folded."""
ROOM = 7
"""Characters that a number has room for."""
_HELD = 1.5  # how much greater a folded product must be than a shown one to take its place
_MOST_NAMED = 4

_PHASE_OF = {
    "input": "forward",
    "product": "forward",
    "rest": "forward",
    "pre_activation": "forward",
    "output": "forward",
    "loss": "loss",
    "loss_by_output": "backward",
    "output_by_pre_activation": "backward",
    "loss_by_pre_activation": "backward",
    "grad": "backward",
}
"""Kind -> the part of the step that computes it."""


@dataclass(frozen=True)
class Number:
    """What stands in a slot.

    Parameters
    ----------
    text
        At most ROOM characters.
    fresh
        Whether the part of the step on show has just computed it.
    value
        The number itself; None while it is not known.
    """

    text: str
    fresh: bool = False
    value: float | None = None


def fitted(value: float | None, room: int = ROOM, *, signed: bool = False) -> str:
    """Write a number with as many of four significant digits as there is room for.

    In plain decimals where two digits of it remain, or else in the form that is nearest to it.

    Parameters
    ----------
    value
        Any float; None and NaN are "—".
    room
        Most characters that the text may have.
    signed
        Whether a positive number has its sign.
    """
    if value is None or math.isnan(value):
        return DASH
    sign = "+" if signed and value > 0 else ""
    for digits in (4, 3, 2):
        text = sign + format_number(value, digits)
        if len(text) <= room:
            return text
    shortest = format_number(value, 1)
    written = [shortest, *(_with_exponent(value, digits) for digits in (3, 2, 1))]
    fitting = [text for text in written if len(sign + text) <= room] or [shortest]
    return sign + min(fitting, key=lambda text: abs(float(text) - value))


def _with_exponent(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"


def sizes_of(anatomy: Anatomy, sample: int | None) -> Floats:
    """Return how much every input counts, (D,): |w·x| of a sample; in the mean, which changes by the batch, |w|."""
    return np.abs(anatomy.weights if sample is None else anatomy.products[sample])


def ranked(sizes: Floats) -> list[int]:
    """Return the inputs by their sizes (D,), the greatest first."""
    return [int(index) for index in np.argsort(-sizes, kind="stable")]


class Ranking:
    """Which of many inputs are shown: those that count most, in the order of their numbers.

    One that is shown stays until another is clearly larger, so that rows do not flicker while the run moves.
    """

    def __init__(self) -> None:
        self._order: list[int] = []
        self._scrolled = 0

    def restart(self) -> None:
        """Forget what was shown."""
        self._order = []
        self._scrolled = 0

    def scroll(self, rows: int) -> None:
        """Go down the order by so many inputs, or up."""
        self._scrolled = max(0, self._scrolled + rows)

    def shown(self, anatomy: Anatomy | None, sample: int | None, width: int, room: int) -> tuple[int, ...]:
        """Return the indices of at most ``room`` of ``width`` inputs."""
        if width <= room:
            return tuple(range(width))
        self._scrolled = min(self._scrolled, width - room)
        if anatomy is not None and (not self._order or not self._scrolled):
            self._follow(anatomy, sample, room)
        order = self._order or list(range(width))
        return tuple(sorted(order[self._scrolled : self._scrolled + room]))

    def _follow(self, anatomy: Anatomy, sample: int | None, room: int) -> None:
        sizes = sizes_of(anatomy, sample)
        order = self._order
        held = len(order) == len(sizes) and sizes[order[room:]].max() <= _HELD * sizes[order[:room]].min()
        if not held:
            self._order = ranked(sizes)


def numbers_of(
    anatomy: Anatomy | None, phase: str | None, sample: int | None, shown: Sequence[int], width: int
) -> dict[Slot, Number]:
    """Return what stands in every slot.

    Parameters
    ----------
    anatomy
        Of the step on show; None until torch is loaded.
    phase
        One of PHASES, or None where nobody goes by parts: then all that is known is shown.
    sample
        Index of the sample on show; None for the mean over the batch.
    shown
        The inputs in sight.
    width
        Number of inputs D.

    Returns
    -------
    dict
        Slot -> number. ``("grad", i)`` holds the gradient, in the update the change of the parameter;
        ``("rest", None)`` the sum of w·x over the inputs out of sight.
    """
    page = _Page(anatomy, phase, sample, width)
    slots: list[Slot] = [("target", None), ("rest", None), ("input", width), ("weight", width), ("grad", width)]
    slots += [(kind, index) for index in shown for kind in ("input", "weight", "product", "grad")]
    slots += [(kind, None) for kind in _PHASE_OF if kind not in ("input", "product", "rest", "grad")]
    return {slot: page.number(*slot, shown) for slot in slots}


def is_computed(kind: str, phase: str | None) -> bool:
    """Return whether the parts of a step up to one have computed numbers of a kind; None for all parts."""
    computed = "update" if kind == "stage" else _PHASE_OF.get(kind)
    return phase is None or computed is None or PHASES.index(computed) <= PHASES.index(phase)


class _Page:
    """One look at an anatomy."""

    def __init__(self, anatomy: Anatomy | None, phase: str | None, sample: int | None, width: int) -> None:
        self._anatomy = anatomy
        self._phase = phase
        self._width = width
        self._values = anatomy.of(sample) if anatomy else None

    def number(self, kind: str, index: int | None, shown: Sequence[int]) -> Number:
        if self._anatomy is None or self._values is None:
            return Number(DASH)
        if kind == "weight":
            return self._weight(self._anatomy, index or 0)
        if kind == "grad" and self._phase in ("zero_grad", "update"):
            return self._between(self._anatomy, index or 0)
        if not is_computed(kind, self._phase):
            return Number(DASH)
        value = self._value(self._anatomy, self._values, kind, index, shown)
        fresh = self._phase is not None and _PHASE_OF.get(kind) == self._phase
        return Number(fitted(value), fresh, None if math.isnan(value) else value)

    def _weight(self, anatomy: Anatomy, index: int) -> Number:
        moved = self._phase == "update"
        value = float((anatomy.new_parameters if moved else anatomy.row.parameters)[index])
        return Number(fitted(value, signed=True), moved, value)

    def _between(self, anatomy: Anatomy, index: int) -> Number:
        """Return what stands in the gradient's place before it is computed, or once it has moved the weight."""
        if self._phase == "zero_grad":
            value = float(anatomy.accumulated[index])
            return Number(fitted(value), True, value)
        change = float(anatomy.new_parameters[index] - anatomy.row.parameters[index])
        return Number(fitted(change, signed=True), True, change)

    def _value(self, anatomy: Anatomy, values: Values, kind: str, index: int | None, shown: Sequence[int]) -> float:
        if kind == "input" and index == self._width:
            return anatomy.settings.bias_input
        if kind == "rest":
            return float(np.delete(values.products, list(shown)).sum())
        column = getattr(values, f"{kind}s" if kind in ("input", "product") else kind)
        return float(column if index is None else column[index])


def described(anatomy: Anatomy | None, settings: Settings, sample: int | None) -> str:
    """Return whose numbers they are: of one sample with its x and target, or the mean over the batch.

    Parameters
    ----------
    anatomy
        Of the step on show; None until torch is loaded.
    settings
        The experiment.
    sample
        Index of the sample on show; None for the mean over the batch.
    """
    if anatomy is not None and sample is None and len(anatomy.batch) == 1:
        sample = int(anatomy.batch[0])
    if sample is None:
        batch = settings.samples_per_step if anatomy is None else len(anatomy.batch)
        return f"mean over the batch of {batch}"
    inputs = [format_number(value) for value in settings.coded_inputs[sample]]
    listed = ", ".join(inputs if len(inputs) <= _MOST_NAMED else [*inputs[: _MOST_NAMED - 1], "…"])
    x = listed if len(inputs) == 1 else f"({listed})"
    target = format_number(settings.coded_targets[sample])
    return f"sample {sample + 1} of {settings.dataset.samples} · x = {x} · target {target}"


def slot_name(slot: Slot, settings: Settings) -> str:
    """Return what a slot's number is called, such as "∂L/∂w₁"."""
    kind, index = slot
    if index is None:
        return _NAMES[kind]
    parameter = subscripted(settings.parameter_names[index])
    if index == settings.dataset.width:
        return {"input": "input of the bias", "weight": "b", "grad": "∂L/∂b"}[kind]
    x = "x" if settings.dataset.width == 1 else subscripted(f"x{index + 1}")
    names = {"input": x, "weight": parameter, "product": f"{parameter}·{x}", "grad": f"∂L/∂{parameter}"}
    return names[kind]


_NAMES = {
    "rest": "sum of w·x over the other inputs",
    "pre_activation": "z, the weighted sum",
    "output": "ŷ, the output",
    "target": "y, the target",
    "loss": "loss",
    "loss_by_output": "∂L/∂ŷ",
    "output_by_pre_activation": "∂ŷ/∂z",
    "loss_by_pre_activation": "∂L/∂z",
}
