"""The numbers in the neuron's diagram.

This says which number is in which place, and which are known in a part of a step. The diagram on
the screen and the one in a file are drawn from the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.core.anatomy.unit import Opened
from neuroviz.core.choices.quadratic_dynamics import PLAIN
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import (
    is_rounding,
    is_rounding_of_errors,
    settled,
    settled_loss,
    without_rounding,
)
from neuroviz.core.numbers import DASH, elided, format_number, measured, printed, subscripted
from neuroviz.core.types import Floats, Frozen
from neuroviz.pictures.input_names import features_worked_out, input_name, own_units, unit_name
from neuroviz.pictures.neuron.equations import adding_up

_LONGEST = 14
"""Most letters of a name of own data in the diagram."""
_LONGEST_OF_ALL = 200

Slot = tuple[str, int | tuple[int, int] | None]
"""A place of the diagram: the kind of its number, and the index of the input or parameter.

In the table of a batch the index is that of the row, or a pair of row and parameter.
"""

CHANGE = "change"
"""The kind of number that the update shows for a weight, and its name."""
MOST_IN_FULL = 6
"""With more inputs than this, some are folded away."""
_HELD = 1.5  # factor by which a folded product must exceed a shown one to replace it
_MOST_NAMED = 4
_MOST_TERMS = 3

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
_ALSO_FRESH = ("grad", "zero_grad"), ("weight", "update"), ("change", "update")
"""Kinds that another part changes, each with that part."""
OF_BACKWARD = frozenset(kind for kind, phase in _PHASE_OF.items() if phase == "backward")
"""The kinds of numbers that the backward pass computes."""


class SlotNumber(Frozen):
    """The content of a slot."""

    text: str
    fresh: bool = False
    """Whether the part of the step on show has just computed it."""
    value: float | None = None
    """The number itself; None while it is not known."""
    note: str = ""
    """What one must know about it; empty for nothing."""
    names: tuple[str, ...] = ()
    """What may stand before it, the longest first."""


SlotNumbers = dict[Slot, SlotNumber]
"""The number in each slot."""


def sizes_of(anatomy: Anatomy, sample: int | None) -> Floats:
    """Return the size (D,) of every input's product, |w·x|, for a sample.

    For the mean over a batch, which changes from step to step, it is |w|.
    """
    return np.abs(anatomy.weights if sample is None else anatomy.products[sample])


def ranked(sizes: Floats) -> list[int]:
    """Return the indices of the inputs by their sizes (D,), the greatest first."""
    return [int(index) for index in np.argsort(-sizes, kind="stable")]


class Ranking:
    """Which of many inputs are shown: those that count most, in the order of their indices.

    An input that is shown stays until another is clearly larger, so that rows do not flicker while
    the run moves.
    """

    def __init__(self) -> None:
        self._order: list[int] = []
        self._scrolled = 0

    def scroll(self, rows: int) -> None:
        """Go down the order by some inputs, or up if negative."""
        self._scrolled = max(0, self._scrolled + rows)

    def shown(
        self, anatomy: Anatomy | None, sample: int | None, width: int, room: int
    ) -> tuple[int, ...]:
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
        held = (
            len(order) == len(sizes)
            and sizes[order[room:]].max() <= _HELD * sizes[order[:room]].min()
        )
        if not held:
            self._order = ranked(sizes)


def numbers_of(
    anatomy: Anatomy | None,
    phase: str | None,
    sample: int,
    shown: Sequence[int],
    width: int,
    after: Anatomy | None = None,
    *,
    backward: bool = True,
) -> SlotNumbers:
    """Return the number in each slot of a sample's diagram.

    Parameters
    ----------
    anatomy
        The step on show; None until torch is loaded.
    phase
        One of PHASES, or None to show all that is known.
    sample
        Index of the sample on show.
    shown
        Indices of the visible inputs.
    width
        Number of inputs D.
    after
        The anatomy of the next step, for what follows from the weights after the update; None where
        only the weights are known.
    backward
        Whether gradients are shown; otherwise their slots are empty.

    Returns
    -------
    Slot -> number. ``("grad", i)`` holds the sample's gradient; in the update it is empty, and
    ``("change", i)`` takes its place. ``("rest", None)`` holds the sum of w·x over the inputs that
    are not visible. Products and their sum share decimals, see `equations`.
    """
    moved = phase == "update"
    source = after if moved else anatomy
    found = _SampleNumbers(source, sample, shown, width).numbers() if source else {}
    if moved and anatomy:
        new = without_rounding(anatomy.settings, anatomy.new_parameters)
        for i in (*shown, width):
            found["weight", i] = written(float(new[i]), signed=True)
            found["change", i] = change_of(anatomy, i)
    if phase == "zero_grad" and anatomy:
        found |= {("grad", i): written(float(anatomy.accumulated[i])) for i in (*shown, width)}
    before_one = anatomy is not None and anatomy.settings.before_one_output
    numbers = {
        slot: number_in(phase, _kind_in(slot, before_one=before_one), found.get(slot))
        for slot in slots_of(shown, width)
    }
    if anatomy:
        numbers |= _rounding_told(anatomy, numbers, moved=moved)
        numbers |= _named(anatomy, numbers, moved=moved)
    if backward:
        return numbers
    return numbers | {slot: SlotNumber("") for slot in numbers if slot[0] in OF_BACKWARD}


def _named(anatomy: Anatomy, numbers: SlotNumbers, *, moved: bool) -> SlotNumbers:
    """Return the gradients and changes with their names; in the update there is no gradient."""
    named: SlotNumbers = {}
    for slot, number in numbers.items():
        if slot[0] == "grad":
            names = (f"{slot_name(slot, anatomy.settings)} =",)
            named[slot] = SlotNumber("") if moved else replace(number, names=names)
        elif slot[0] == "change" and moved:
            named[slot] = replace(number, names=_change_names(anatomy))
    return named


def _kind_in(slot: Slot, *, before_one: bool) -> str:
    """Return the kind by which the phase of a slot is found.

    Before a single output v·h stands in the loss's place, and is known with the output.
    """
    return "output" if before_one and slot[0] == "loss" else slot[0]


def written(value: float, *, signed: bool = False) -> SlotNumber:
    """Return a number with its text."""
    return SlotNumber(measured(value, signed=signed), value=None if math.isnan(value) else value)


def _rounding_told(anatomy: Anatomy, numbers: SlotNumbers, *, moved: bool) -> SlotNumbers:
    """Return the weights that are only rounding, with a note of their full value."""
    parameters = anatomy.new_parameters if moved else anatomy.row.parameters
    noise = is_rounding(anatomy.settings, parameters)
    if not noise.any():
        return {}
    slots: list[tuple[Slot, int]] = [(("weight", int(i)), int(i)) for i in np.flatnonzero(noise)]
    return {
        slot: replace(numbers[slot], note=f"{format_number(parameters[i])}, which is only rounding")
        for slot, i in slots
        if slot in numbers and numbers[slot].value is not None
    }


def slots_of(shown: Sequence[int], width: int) -> list[Slot]:
    """Return all slots of a sample's diagram, for the visible inputs."""
    slots: list[Slot] = [
        ("target", None),
        *([("rest", None)] if len(shown) < width else []),
    ]
    slots += [
        (kind, index)
        for index in (*shown, width)
        for kind in ("input", "weight", "product", "grad", "change")
    ]
    return slots + [
        (kind, None) for kind in _PHASE_OF if kind not in ("input", "product", "rest", "grad")
    ]


def change_of(anatomy: Anatomy, index: int) -> SlotNumber:
    """Return the change of a parameter in a step."""
    return written(
        float(anatomy.new_parameters[index] - anatomy.row.parameters[index]), signed=True
    )


def _change_names(anatomy: Anatomy) -> tuple[str, ...]:
    """Return the name of a change with what it is made of, never this sample's gradient."""
    settings = anatomy.settings
    batch = len(anatomy.batch)
    sample = f"sample {int(anatomy.batch[0]) + 1:,}"
    begin = "step"
    if anatomy.breaks("no_zero_grad"):
        made_of = "all gradients so far"
        plain = f"from {made_of}:"
    elif settings.optimizer_entry.quadratic is not PLAIN or settings.penalties:
        made_of = f"mean of {batch} samples" if batch > 1 else f"the gradient of {sample}"
        made_of += " and penalty" if settings.penalties else ""
        plain = f"from {made_of}:"
    else:
        made_of = f"mean of {batch}" if batch > 1 else f"gradient of {sample}"
        plain = f"{'+' if anatomy.breaks('ascent') else '−'}rate × {made_of} ="
        begin = "step:"
    return f"{begin} {plain}", plain, f"by {made_of}:", f"by {made_of.removesuffix(' samples')}:"


def number_in(phase: str | None, kind: str, found: SlotNumber | None) -> SlotNumber:
    """Return what a part of a step shows of a number, and whether it has just computed it."""
    if kind == "change" and phase != "update":
        return SlotNumber("")
    at_its_place = kind == "grad" and phase in ("zero_grad", "update")
    # It belonged to the weights before the update.
    gone = phase == "update" and _PHASE_OF.get(kind) == "backward"
    if found is None or (not at_its_place and (gone or not is_computed(kind, phase))):
        return SlotNumber(DASH)
    fresh = phase is not None and _PHASE_OF.get(kind) == phase
    return replace(found, fresh=fresh or (kind, phase) in _ALSO_FRESH)


def is_computed(kind: str, phase: str | None) -> bool:
    """Return whether a kind of number is computed after some parts of a step.

    ``phase`` is the last of these parts; None stands for all of them.
    """
    computed = "update" if kind == "stage" else _PHASE_OF.get(kind)
    return phase is None or computed is None or PHASES.index(computed) <= PHASES.index(phase)


def is_of_the_new_weights(kind: str, phase: str | None) -> bool:
    """Return whether a number comes from the weights that the update has just made."""
    return phase == "update" and _PHASE_OF.get(kind) in ("forward", "loss")


class _SampleNumbers:
    """The numbers of a sample, and what follows from them as they are shown."""

    def __init__(self, anatomy: Anatomy, sample: int, shown: Sequence[int], width: int) -> None:
        self._anatomy = anatomy
        self._sample = sample
        self._values = anatomy.of(sample)
        self._shown = shown
        self._width = width
        self._parameters = without_rounding(anatomy.settings, anatomy.row.parameters)
        self._made: SlotNumbers = {}

    def numbers(self) -> SlotNumbers:
        """Return the numbers, from the inputs to the loss and back."""
        self._write_inputs()
        self._write_sum()
        self._write_chain()
        return self._made

    def _write_inputs(self) -> None:
        inputs = [*self._values.inputs, self._anatomy.settings.bias_input]
        notes = features_worked_out(self._anatomy.settings, self._sample)
        for index in (*self._shown, self._width):
            number = written(float(inputs[index]))
            self._made["input", index] = replace(number, note=notes.get(index, ""))
            self._made["weight", index] = written(float(self._parameters[index]), signed=True)

    def _write_sum(self) -> None:
        """Write the products and their sum, all with the same decimals."""
        values = self._values
        settings = self._anatomy.settings
        bias = float(self._parameters[-1] * settings.bias_input)
        terms: dict[Slot, float] = {
            ("product", index): float(values.inputs[index] * self._parameters[index])
            for index in self._shown
        }
        if len(self._shown) < self._width:
            terms["rest", None] = float(np.delete(values.products, list(self._shown)).sum())
        terms["product", self._width] = bias
        z = settled(settings, values.pre_activation)
        texts, total = adding_up(list(terms.values()), z)
        for (slot, value), text in zip(terms.items(), texts, strict=True):
            self._made[slot] = SlotNumber(text, value=value)
        self._made["pre_activation", None] = SlotNumber(total, value=z)
        same = values.output == values.pre_activation
        output = SlotNumber(total, value=z) if same else written(values.output)
        self._made["output", None] = output
        target = written(values.target)
        loss = written(settled_loss(settings, values.loss))
        whole = self._anatomy.whole.settings
        asked_for = self._anatomy.whole.targets[self._sample]
        if whole.independent and settings.is_hidden:  # all outputs ask for it
            target = SlotNumber(", ".join(map(measured, asked_for.tolist())))
        elif whole.softmax:
            of_class = f"is {elided(whole.dataset.class_names[int(asked_for)], _LONGEST)}"
            target = replace(target, names=(of_class,))
            if settings.is_hidden:  # the outputs ask for it
                target = SlotNumber(of_class, value=float(asked_for))
        elif isinstance(self._anatomy, Opened) and settings.is_hidden:
            weight = float(self._anatomy.out_weights[0])
            target = written(weight, signed=True)
            loss = written(weight * values.output, signed=True)
        self._made |= {("target", None): target, ("loss", None): loss}

    def _write_chain(self) -> None:
        values = self._values
        error = not is_rounding_of_errors(
            self._anatomy.settings, values.loss, values.loss_by_output
        )
        self._made["output_by_pre_activation", None] = written(values.output_by_pre_activation)
        for kind in ("loss_by_output", "loss_by_pre_activation"):
            self._made[kind, None] = written(error * getattr(values, kind))
        for index in (*self._shown, self._width):
            self._made["grad", index] = written(error * float(values.grad[index]))


def described(anatomy: Anatomy | None, settings: Settings, sample: int | None) -> str:
    """Return whose numbers are shown.

    It is one sample with its x and target, or the mean over the batch.
    """
    if anatomy is not None and sample is None and len(anatomy.batch) == 1:
        sample = int(anatomy.batch[0])
    if sample is None:
        batch = settings.samples_per_step if anatomy is None else len(anatomy.batch)
        return f"mean over the batch of {batch:,}"
    return f"sample {sample + 1:,} of {settings.dataset.samples:,} · {told_of(settings, sample)}"


def told_of(settings: Settings, sample: int) -> str:
    """Return x and target of a sample."""
    inputs = [printed(value) for value in settings.coded_inputs[sample]]
    listed = ", ".join(inputs if len(inputs) <= _MOST_NAMED else [*inputs[: _MOST_NAMED - 1], "…"])
    x = listed if len(inputs) == 1 else f"({listed})"
    targets = np.atleast_1d(settings.coded_targets[sample]).tolist()
    target = f"target{'s' * settings.independent} {', '.join(map(printed, targets))}"
    if settings.softmax:
        name = settings.dataset.class_names[int(settings.dataset.targets[sample])]
        target = f"class {elided(name, _LONGEST)}"
    scaled = own_units(settings, sample)
    x = f"{x}, {scaled}" if scaled else x
    return f"x = {x} · {target}"


def come_back(anatomy: Anatomy, sample: int, *, backward: bool) -> str:
    """Return how the gradient that comes back to a hidden neuron is made, with a sample's numbers.

    For an output of softmax it is ŷ − y. It is empty for any other neuron, and where gradients are
    not shown.
    """
    if not (isinstance(anatomy, Opened) and backward):
        return ""
    letter = anatomy.settings.output_letter
    if anatomy.settings.class_of_unit is not None:
        values = anatomy.of(sample)
        made = f"{letter} − y = {measured(values.output)} − {measured(values.target)}"
        return f"∂ℓ/∂z = {made} = {measured(values.loss_by_pre_activation)}"
    if not anatomy.settings.is_hidden:
        return ""
    if anatomy.whole.settings.outputs > 1:
        return _summed_back(anatomy, sample)
    delta = measured(float(anatomy.whole.loss_by_pre_activation[sample]))
    back = measured(float(anatomy.loss_by_output[sample]))
    weight = f"{letter.replace('h', 'v')} {measured(float(anatomy.out_weights[0]))}"
    return f"∂ℓ/∂{letter} = ∂ℓ/∂z of ŷ {delta} × {weight} = {back}"


def _summed_back(anatomy: Opened, sample: int) -> str:
    """Return the same for several outputs, where it is the sum over them."""
    deltas = anatomy.whole.loss_by_pre_activation[sample].tolist()
    factors = [*zip(deltas, anatomy.out_weights.tolist(), strict=True)]
    terms = [f"{_term(delta)}·{_term(weight)}" for delta, weight in factors]
    if len(terms) > _MOST_TERMS:
        terms[_MOST_TERMS - 1 :] = [f"… {len(terms) - _MOST_TERMS + 1} more"]
    back = measured(float(anatomy.loss_by_output[sample]))
    return f"∂ℓ/∂{anatomy.settings.output_letter} = Σ δ·v = {' + '.join(terms)} = {back}"


def _term(value: float) -> str:
    """Return a factor, in brackets if it has a sign."""
    return measured(value) if value >= 0 else f"({measured(value)})"


def slot_name(slot: Slot, settings: Settings, *, mean: bool = False) -> str:
    """Return the name of a slot's number.

    A gradient is "∂ℓ/∂w₁" for a sample, and "∂L/∂w₁" for the mean over the batch.
    """
    kind, index = slot
    if isinstance(index, tuple):
        return f"∂ℓ/∂{subscripted(settings.parameters.names[index[1]])} of a sample"
    if index is None or kind in _NAMES:
        names = _OF_HIDDEN if settings.before_one_output else _OF_SEVERAL
        names = names if settings.is_hidden else {}
        name = names.get(kind, _NAMES[kind])
        letter = settings.output_letter
        return name if letter == "ŷ" else name.replace("ŷ", letter)
    parameter = subscripted(settings.parameters.names[index])
    grad = f"∂{'L' if mean else 'ℓ'}/∂{parameter}"
    if kind == "change":
        return f"change of {parameter}"
    if kind not in _OF_BIAS:
        return f"{_KEPT.get(kind, '')}{grad}"
    if index == settings.dataset.width:
        return _OF_BIAS[kind].format(parameter)
    x = input_name(settings, index)
    return {"input": x, "weight": parameter, "product": f"{parameter}·{x}"}[kind]


def whole_name(slot: Slot, settings: Settings, batch: Sequence[int]) -> str:
    """Return the name of a slot's number in full.

    An input of own data has its index and its whole name; what a hidden neuron gives has its
    letter; a number of a sample in the list of the batch has that sample's.
    """
    kind, index = slot
    row = index[0] if isinstance(index, tuple) else index
    if kind.startswith("sample_") and row is not None and row < len(batch):
        return slot_name(slot, settings).replace("a sample", f"sample {batch[row] + 1:,}")
    if kind != "input" or not isinstance(index, int) or index >= settings.dataset.width:
        return slot_name(slot, settings, mean=len(batch) > 0)
    own = settings.dataset.own_name(index, _LONGEST_OF_ALL)
    if own in ("", unit_name(index)):
        return slot_name(slot, settings)
    return f"{subscripted(f'x{index + 1}')}, {own}"


_OF_BIAS = {"input": "input of the bias", "weight": "{}", "product": "{}·1"}
_OF_SEVERAL = {
    "sample_loss": "∂ℓ/∂ŷ of a sample",
    "mean_loss": "mean ∂ℓ/∂ŷ of the samples",
}
"""Names for a hidden neuron before several outputs."""
_OF_HIDDEN = {
    "target": "weight of ŷ in the output",
    "loss": "what ŷ adds to the sum of the output",
    **_OF_SEVERAL,
}
"""Names for a hidden neuron before one output."""
_KEPT = {
    "mean_grad": "mean of the samples' ",
    "penalty_grad": "penalty in ",
    "old_grad": "left over of ",
}
_NAMES = {
    "sample_output": "ŷ of a sample",
    "sample_target": "y of a sample",
    "sample_loss": "loss of a sample",
    "rest": "sum of w·x over the other inputs",
    "pre_activation": "z, the weighted sum",
    "output": "ŷ, the output",
    "target": "y, the target",
    "mean_loss": "mean loss of the samples",
    "penalty": "penalty on the weights",
    "loss": "loss",
    "loss_by_output": "∂ℓ/∂ŷ",
    "output_by_pre_activation": "∂ŷ/∂z",
    "loss_by_pre_activation": "∂ℓ/∂z",
}
