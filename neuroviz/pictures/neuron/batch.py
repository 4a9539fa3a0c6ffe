"""The whole batch as a list, with a row for each sample.

A row has the inputs as squares, the output as a bar with its target, the loss, and the sample's
gradient as signed bars. Below the rows is the mean, which the update uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import counted, subscripted
from neuroviz.core.types import Floats, Frozen
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.neuron.equations import in_column
from neuroviz.pictures.neuron.ink import LEFT, RIGHT, Sheet
from neuroviz.pictures.neuron.layout import (
    GRIP,
    SMALL,
    Letters,
    Rect,
    centred,
    longest_input,
    longest_target,
)
from neuroviz.pictures.neuron.numbers import (
    CHANGE,
    Slot,
    SlotNumber,
    SlotNumbers,
    change_of,
    number_in,
    written,
)
from neuroviz.pictures.palette import Palette, mixed

_SIZES = (11, 10, 9, 8)
"""Points of letters; a list is not read from far away."""
_READABLE = 9
"""Points of letters where not all samples are visible."""
_SQUARES = 3
"""Most inputs that are drawn as squares; with more, the sample's number takes their place."""
_EDGE = 4.0
_HEAD, _UNDER, _RULE = 1.75, 1.3, 0.3
"""Lines of the heads, of each row below the samples, and of the gap above these rows."""
_LEAST, _MOST = 1.15, 1.8
"""Least and greatest number of lines from one sample to the next."""
_BAR = (5.0, 17.0)
"""Least and greatest length of the output's bar in lines; without gradients it can grow by twice as
much."""
_FREE, _WIDER = 0.6, 5.0
"""Most that the columns of gradients take of free room: a share of it, and lines for each."""
_NUMBER = "−0.0000"
_LONG = "−8.888·10⁻⁸⁸"
"""A number that fits where there is enough room."""
_OWN = {"sample_target": "y", "sample_output": "bar", "sample_loss": "loss"}
"""Kind of a sample's number -> its column."""
_EARLY = {"sample_output": "output", "sample_target": "target"}
_EARLY |= dict.fromkeys(("sample_loss", "mean_loss", "penalty"), "loss")
_EARLY |= dict.fromkeys(
    ("sample_grad", "mean_grad", "penalty_grad", "old_grad"), "loss_by_pre_activation"
)
"""Kind -> a kind in a sample's diagram that becomes known in the same part of the step."""


def rows_below(settings: Settings, *, gradients: bool) -> dict[str, tuple[str, str]]:
    """Return each row below the samples -> the kinds of its loss and its gradients.

    The rows are the mean, then if there is more what is added and the sum of both, then the change.
    """
    added = {"penalty": ("penalty", "penalty_grad")} if settings.penalties else {}
    if gradients and settings.breaks_it("no_zero_grad"):
        added["left over"] = ("", "old_grad")
    change = {CHANGE: ("", CHANGE)} if gradients else {}
    if not added:
        return {"mean": ("loss", "grad")} | change
    return {"mean": ("mean_loss", "mean_grad")} | added | {"used": ("loss", "grad")} | change


class BatchList(Frozen):
    """The places of a list."""

    letters: Letters
    size: int
    """Points of the letters."""
    columns: Mapping[str, Rect]
    """Column -> its head's box; columns of gradients are named by index, as in "∂ 0"."""
    rows: Mapping[int, Rect]
    """Visible sample of the batch -> its row."""
    in_sight: int
    """How many samples are visible."""
    below: Mapping[str, Rect]
    """Row below the samples -> its box."""
    slots: Mapping[Slot, Rect]
    """Number -> its box."""

    @property
    def zeros(self) -> dict[int, Rect]:
        """Visible weight -> the head of its column, whose middle is at zero."""
        return {int(name[2:]): box for name, box in self.columns.items() if name[0] == "∂"}

    @property
    def pills(self) -> dict[int, Rect]:
        """Visible weight -> its pill above its column."""
        before = self.letters.width("∂ℓ/∂ ", SMALL)
        high = 1.5 * self.letters.line
        return {
            index: Rect(room.x + before, room.y + 1, room.width - before, high)
            for index, room in self.zeros.items()
        }


def list_of(
    width: float,
    height: float,
    settings: Settings,
    measure: Callable[[int], Letters],
    choose: Callable[[int], Sequence[int]],
    first: int = 0,
    *,
    gradients: bool = True,
) -> BatchList:
    """Place what fits, in the largest letters possible.

    Samples and weights for which there is no room are left out.

    Parameters
    ----------
    width, height
        Size of the list, in the unit of the letters.
    measure
        Returns the letters of a size in points.
    choose
        Returns the indices of the visible weights, when given the number that there is room for.
    first
        The first visible sample of the batch, if not all are visible.
    gradients
        Whether there are columns of gradients, if there is room for a weight's and the bias's.
    """
    inputs = settings.dataset.width
    samples = settings.samples_per_step
    below = rows_below(settings, gradients=gradients)
    size, room, in_sight, own, column = _fitting(
        width, height, settings, measure, len(below), gradients=gradients
    )
    if gradients and room < 1:
        return list_of(width, height, settings, measure, choose, first, gradients=False)
    letters = measure(size)
    line = letters.line
    indices = [*choose(max(1, min(room, inputs))), inputs] if gradients else []
    grads = {f"∂ {index}": column for index in indices}
    widths, spare = _widened(own, grads, width - 2 * _EDGE, letters)
    x = left = _EDGE + spare / 2
    columns = {}
    for name, wide in widths.items():
        columns[name] = Rect(x, 0.0, wide - 0.5 * line, _HEAD * line)
        x += wide
    pitch = (height / line - _HEAD - _UNDER * len(below) - _RULE) / in_sight
    pitch = max(_LEAST, min(_MOST, pitch)) * line
    first = max(0, min(first, samples - in_sight))
    rows = {
        first + at: Rect(left, _HEAD * line + at * pitch, x - left, pitch) for at in range(in_sight)
    }
    top = (_HEAD + _RULE) * line + in_sight * pitch
    under = {
        name: Rect(left, top + at * _UNDER * line, x - left, _UNDER * line)
        for at, name in enumerate(below)
    }
    made = BatchList(letters, size, columns, rows, in_sight, under, {})
    return replace(made, slots=_slots(made, below))


def _widened(
    own: Mapping[str, float], grads: Mapping[str, float], width: float, letters: Letters
) -> tuple[dict[str, float], float]:
    """Return the widths of all columns, and the width that is left over.

    What there is beyond their least widths goes first to the gradients, then to a long number of
    the loss, and then to the bar of the output.
    """
    widths = {**own, **grads}
    spare = max(0.0, width - sum(widths.values()))
    wider = min(_FREE * spare / len(grads), _WIDER * letters.line) if grads else 0.0
    widths |= {name: least + wider for name, least in grads.items()}
    spare -= wider * len(grads)
    long = min(spare, letters.width(_LONG) - letters.width(_NUMBER))
    longer = min(spare - long, (_BAR[1] - _BAR[0]) * letters.line * (1 if grads else 2))
    widths["loss"] += long
    widths["bar"] += longer
    return widths, spare - long - longer


def _fitting(
    width: float,
    height: float,
    settings: Settings,
    measure: Callable[[int], Letters],
    below: int,
    *,
    gradients: bool,
) -> tuple[int, int, int, dict[str, float], float]:
    """Return what fits, with ``below`` rows under the samples.

    It is the points of the letters, the numbers of visible weights and samples, the widths of a
    sample's own columns, and the width of a weight's column.
    """
    inputs = settings.dataset.width
    samples = settings.samples_per_step
    # A hidden neuron has no targets; the gradient that comes back to it takes the place of a loss.
    targets = "" if settings.is_hidden else longest_target(settings)
    longest = longest_input(settings), targets
    found = []
    for squares in (inputs, 0) if inputs <= _SQUARES else (0,):
        for size in _SIZES:
            letters = measure(size)
            own = _own_widths(letters, squares, *longest)
            column = _column_width(settings, letters)
            room = int((width - 2 * _EDGE - sum(own.values())) // column) - 1
            lines = height / letters.line - _HEAD - _UNDER * below - _RULE
            in_sight = max(1, min(samples, int(lines / _LEAST)))
            found.append((size, room, in_sight, own, column))
    whole = [each for each in found if each[1] >= (inputs if gradients else -1)]
    best = [each for each in whole if each[2] == samples]
    small = [each for each in whole or found[-len(_SIZES) :] if each[0] <= _READABLE]
    return (best or small)[0]


def _own_widths(letters: Letters, squares: int, value: str, target: str) -> dict[str, float]:
    """Return the widths of a sample's columns other than gradients, with the gaps after them.

    There is no column of targets if ``target`` is empty.
    """
    gap = 0.5 * letters.line
    number = letters.width(_NUMBER) + gap
    square = max(letters.width(value) + gap, 1.35 * letters.line)
    widths = {f"x {index}": square + gap for index in range(squares)}
    if not squares:
        widths["name"] = letters.width("sample 8,888") + gap
    if target:
        widths["y"] = letters.width(target) + 2 * gap
    return widths | {"bar": _BAR[0] * letters.line + number + gap, "loss": number + gap}


def _column_width(settings: Settings, letters: Letters) -> float:
    """Return the width of a weight's column, for its numbers and pill, with the gap after it."""
    number = letters.width(_NUMBER, bold=True) + 0.5 * letters.line
    names = letters.width(subscripted(f"∂ℓ/∂ w{settings.dataset.width}"), SMALL)
    return max(GRIP + names + number + 0.9 * letters.line, 2 * number + 0.5 * letters.line)


def _slots(made: BatchList, below: Mapping[str, tuple[str, str]]) -> dict[Slot, Rect]:
    columns = made.columns
    zeros = made.zeros
    slots: dict[Slot, Rect] = {("weight", index): pill for index, pill in made.pills.items()}
    for row, box in made.rows.items():
        own = {kind: columns[name] for kind, name in _OWN.items() if name in columns}
        slots |= {(kind, row): column.across(box) for kind, column in own.items()}
        slots |= {("sample_grad", (row, index)): room.across(box) for index, room in zeros.items()}
    for name, (loss, grad) in below.items():
        box = made.below[name]
        slots |= {(loss, None): columns["loss"].across(box)} if loss else {}
        slots |= {(grad, index): room.across(box) for index, room in zeros.items()}
    return slots


def batch_numbers(
    anatomy: Anatomy | None, phase: str | None, made: BatchList, after: Anatomy | None = None
) -> SlotNumbers:
    """Return the number in each slot of a list.

    Parameters
    ----------
    anatomy, phase
        As in :func:`~neuroviz.pictures.neuron.numbers.numbers_of`.
    after
        The anatomy of the next step: after the update the weights, and all that follows from them,
        are taken from it.
    """
    moved = phase == "update"
    source = (after or anatomy) if moved else anatomy
    found = _found(source, made) if source else {}
    for index in made.zeros if anatomy else ():
        assert anatomy is not None
        if moved:
            found["grad", index] = written(float(anatomy.grad[index]), signed=True)
            found[CHANGE, index] = change_of(anatomy, index)
        elif phase == "zero_grad":
            found["grad", index] = written(float(anatomy.accumulated[index]))
    return {
        slot: number_in(phase, _EARLY.get(slot[0], slot[0]), found.get(slot)) for slot in made.slots
    }


def _found(anatomy: Anatomy, made: BatchList) -> SlotNumbers:
    rows = [row for row in made.rows if row < len(anatomy.batch)]
    samples = anatomy.batch[rows]
    of_samples = anatomy.targets if anatomy.settings.is_hidden else anatomy.losses
    found = _column([("sample_loss", row) for row in rows], of_samples[samples])
    for row, sample in zip(rows, samples, strict=True):
        found["sample_output", row] = written(float(anatomy.output[sample]))
        found["sample_target", row] = written(float(anatomy.targets[sample]))
    grads = {
        "mean_grad": anatomy.mean_grad,
        "penalty_grad": anatomy.penalty_grad,
        "old_grad": anatomy.accumulated,
        "grad": anatomy.grad,
        "weight": anatomy.row.parameters,
    }
    for index in made.zeros:
        slots: list[Slot] = [("sample_grad", (row, index)) for row in rows]
        found |= _column(slots, anatomy.sample_grads[samples, index], signed=True)
        for kind, values in grads.items():
            found[kind, index] = written(float(values[index]), signed=True)
    found["mean_loss", None] = written(float(of_samples[anatomy.batch].mean()))
    found["penalty", None] = written(anatomy.penalty)
    found["loss", None] = written(anatomy.loss)
    if anatomy.settings.is_hidden:
        found["loss", None] = found["mean_loss", None]
    return found


def _column(slots: Sequence[Slot], values: Floats, *, signed: bool = False) -> SlotNumbers:
    """Write numbers that stand below each other."""
    texts = in_column(values.tolist(), signed=signed)
    return {
        slot: SlotNumber(text, value=None if math.isnan(value) else value)
        for slot, text, value in zip(slots, texts, values.tolist(), strict=True)
    }


class BatchSheet(Sheet):
    """Draws one list."""

    def __init__(
        self,
        settings: Settings,
        anatomy: Anatomy | None,
        phase: str | None,
        numbers: SlotNumbers,
        made: BatchList,
        ink: Palette,
    ) -> None:
        super().__init__(made.letters, ink, numbers)
        self._settings = settings
        self._anatomy = anatomy
        self._phase = phase
        self._made = made
        self._line = made.letters.line
        targets = settings.coded_targets
        if settings.is_hidden:  # the bar of a hidden neuron has no target
            targets = np.array(settings.activation_entry.output_range)
            if not settings.activation_entry.bounded:
                targets = np.ones(1) if anatomy is None else anatomy.output
        self._low = min(0.0, float(targets.min()))
        self._high = max(0.0, float(targets.max())) or 1.0

    def drawn(self) -> Marks:
        """Return all marks, from back to front."""
        made = self._made
        left_out = CHANGE if self._phase != "update" else None
        below = {name: box for name, box in made.below.items() if name != left_out}
        self._add_heads()
        foot = [*below.values()][-1].bottom
        for index, room in made.zeros.items():
            x = room.middle[0]
            self.line(("zero", index), (x, x), (_HEAD * self._line, foot), self.ink.line, 1.0)
        for row, box in made.rows.items():
            self._add_sample(row, box)
        for name, box in below.items():
            self.word(("row", name), replace(box, width=box.width / 2), self._title(name), LEFT)
        mean = below["mean"]
        self.line("rule", (mean.x, mean.right), (mean.y, mean.y), self.ink.line, 1.0)
        largest = self._largest()
        for slot in made.slots:
            if slot[0].endswith("grad") or slot[0] == CHANGE:
                self._add_signed(slot, 0.0 if slot[0] == CHANGE else largest)
            elif slot[0] not in ("weight", "sample_output"):
                self.number(slot, made.slots[slot], RIGHT, bold=not slot[0].startswith("sample_"))
        return self.marks

    def _title(self, name: str) -> str:
        """Return the title of a row below the samples."""
        if name == "mean":
            batch = self._settings.samples_per_step
            seen = batch if self._anatomy is None else len(self._anatomy.batch)
            return f"mean of {counted(seen, 'sample')}"
        return "together" if name == "used" and self._settings.penalties else name

    def _largest(self) -> float:
        """Return the largest gradient, which is the scale of all bars."""
        if self._anatomy is None:
            return 0.0
        grads = self._anatomy.sample_grads[self._anatomy.batch][:, [*self._made.zeros]]
        below = [
            abs(number.value or 0.0)
            for (kind, _), number in self.numbers.items()
            if kind.endswith("grad")
        ]
        return max(float(np.abs(grads).max(initial=0.0)), *below, 0.0)

    def _add_heads(self) -> None:
        columns = self._made.columns
        line = self._line
        for name, box in columns.items():
            if name[0] == "x":
                self.input_name(int(name[2:]), box, self._settings)
            elif name in ("y", "loss"):
                head = f"∂ℓ/∂{self._settings.output_letter}" if self._settings.is_hidden else name
                if head == "loss" and self._settings.whole.independent:
                    head = "mean loss"  # over the outputs
                self.word(("head", name), box, head, RIGHT)
        bar = columns["bar"]
        output = f"output {self._settings.output_letter}"
        self.word("head ŷ", bar, output, LEFT)
        x = bar.x + self.letters.width(output, SMALL) + 0.7 * line
        tick = centred((x, bar.middle[1]), 3.0, 0.8 * line)
        if "y" in columns:
            self.box("head tick", tick, 1.0, self.ink.ink)
            self.word("head target", replace(bar, x=tick.right + 4), "target", LEFT)
        for index, pill in self._made.pills.items():
            before = pill.across(pill)
            before = replace(before, x=self._made.zeros[index].x)
            self.word(("∂", index), before, "∂ℓ/∂", LEFT, self.ink.error)
            self.pill(index, pill, self._settings)

    def _add_sample(self, row: int, box: Rect) -> None:
        anatomy = self._anatomy
        if anatomy is None or row >= len(anatomy.batch):
            return
        sample = int(anatomy.batch[row])
        high = min(1.35 * self._line, box.height - 3)
        for name, column in self._made.columns.items():
            place = column.across(box)
            if name == "name":
                self.word(("sample", row), place, f"sample {sample + 1:,}", LEFT)
            elif name[0] == "x":
                place = centred(place.middle, place.width, high)
                self._add_square((row, int(name[2:])), place, sample)
        self._add_output(row, self._made.columns["bar"].across(box))

    def _add_square(self, key: tuple[int, int], box: Rect, sample: int) -> None:
        """Add an input as a square; the larger it is relative to the others, the darker."""
        inputs = self._settings.coded_inputs[:, key[1]]
        value = float(inputs[sample])
        share = abs(value) / (float(np.abs(inputs).max()) or 1.0)
        self.box(
            ("square", key), box, 4.0, mixed(self.ink.ground, self.ink.ink, share), self.ink.line
        )
        ink = self.ink.ground if share > 0.5 else self.ink.ink
        self.write(("input", key), box.around(-2), written(value).text, ink, size=0.9)

    def _add_output(self, row: int, box: Rect) -> None:
        """Add the output as a bar with its number, and the target as a tick."""
        number = self.numbers["sample_output", row]
        text = min(self.letters.width(_LONG), box.width / 2) + 0.5 * self._line
        track = replace(box, width=box.width - text)
        track = centred(track.middle, track.width, min(0.9 * self._line, box.height - 5))
        self.box(("track", row), track, 2.0, self.ink.track)

        def at(value: float) -> float:
            share = (min(max(value, self._low), self._high) - self._low) / (self._high - self._low)
            return track.x + share * track.width

        threshold = self._settings.threshold
        of_class = self._settings.class_of_unit
        if number.value is not None:
            left, right = sorted((at(0.0), at(number.value)))
            colour = self.ink.accent
            if of_class is not None:
                colour = self.ink.class_colours[of_class]
                threshold = None
            elif threshold is not None:
                colour = self.ink.positive if number.value > threshold else self.ink.negative
            bar = replace(track, x=left, width=max(1.0, right - left))
            self.box(("bar", row), bar, 2.0, colour)
        if threshold is not None:
            x = at(threshold)
            self.line(("side", row), (x, x), (box.y, box.bottom), self.ink.muted, 1.0, (2.0, 2.0))
        target = self.numbers.get(("sample_target", row))
        if target is not None and target.value is not None:
            tick = centred((at(target.value), track.middle[1]), 3.0, track.height + 4)
            self.box(("target", row), tick, 1.0, self.ink.ink)
        self.number(("sample_output", row), replace(box, x=track.right, width=text), RIGHT)

    def _add_signed(self, slot: Slot, largest: float) -> None:
        """Add a number beside the zero line of its column, and its bar on the other side."""
        box = self._made.slots[slot]
        zero = box.middle[0]
        value = self.numbers[slot].value or 0.0
        if value and 0 < largest < math.inf:
            high = min(0.75 * self._line, box.height - 6)
            room = centred(box.middle, box.width, high)
            self.bar(("bar", slot), zero, room, value, largest)
        x = box.x + 4 if value > 0 else zero + 6
        half = replace(box, x=x, width=box.width / 2 - 10)
        bold = slot[0] != "sample_grad"
        self.number(slot, half, RIGHT if value > 0 else LEFT, bold=bold)
