"""All of the batch: a small row a sample.

Inputs as squares, the output as a bar with its target, the loss, and what the sample says of the
gradient as signed bars; under them the mean, which the update uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import counted
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import input_name
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.neuron.equations import in_column
from neuroviz.pictures.neuron.ink import LEFT, RIGHT, Ink, Sheet
from neuroviz.pictures.neuron.layout import GRIP, SMALL, Letters, Rect, Words, name_in, words_of
from neuroviz.pictures.neuron.numbers import (
    CHANGE,
    Slot,
    SlotNumber,
    change_of,
    number_in,
    written,
)
from neuroviz.pictures.palette import mixed

_SIZES = (11, 10, 9, 8)
"""Points of letters: a list is not read from afar."""
_READABLE = 9
"""Points of letters where not all are in sight."""
_SQUARES = 3
"""Inputs that stand in squares; of more there is the number of the sample."""
_EDGE = 4.0
_HEAD, _UNDER = 1.75, 1.3
"""Lines that heads take, and each row under the samples."""
_LEAST, _MOST = 1.15, 1.8
"""Lines from one sample to the next."""
_BAR = (5.0, 17.0)
"""Lines that the output's bar is long."""
_FREE = 0.6
"""Share of a room that is left over which the columns of gradients take at most."""
_NUMBER = "−0.0000"
_VALUE = "−0.00"
_GRADS = {
    "mean": "mean_grad",
    "penalty": "penalty_grad",
    "left over": "old_grad",
    "used": "grad",
    CHANGE: CHANGE,
}
"""What stands in the rows under the samples, where the mean is not all."""
_PHASE_KINDS = {"sample_output": "output", "sample_target": "target", "sample_loss": "loss"}
_PHASE_KINDS |= dict.fromkeys(("mean_loss", "penalty"), "loss")
_PHASE_KINDS |= dict.fromkeys(
    ("sample_grad", "mean_grad", "penalty_grad", "old_grad"), "loss_by_pre_activation"
)
"""Kind -> the kind in a sample's diagram that is known as early."""


def rows_below(settings: Settings) -> tuple[str, ...]:
    """Return what stands under the samples.

    Their mean, what else there is and what comes of both, the change.
    """
    penalty = ("penalty",) if settings.penalties else ()
    left_over = ("left over",) if settings.breaks_it("no_zero_grad") else ()
    return ("mean", *penalty, *left_over, *(("used",) if penalty or left_over else ()), CHANGE)


@dataclass(frozen=True)
class ListPlan:
    """What fits into a room."""

    letters: Letters = field(compare=False)
    words: Words = field(compare=False)
    size: int
    """Points of the letters."""
    inputs: int
    """How many inputs have a square."""
    samples: int
    """How many samples are in sight."""
    shown: int
    """How many weights are; none without gradients."""

    @property
    def widths(self) -> dict[str, float]:
        """Width of the columns beside those of the gradients, from left to right, with gaps."""
        line = self.letters.line
        number = self.letters.width(_NUMBER) + 0.7 * line
        value = max(map(self.letters.width, self.words.values))
        value = min(value, self.letters.width(_VALUE)) + 0.6 * line
        widths = {
            f"x {index}": max(1.35 * line, value) + 0.35 * line for index in range(self.inputs)
        }
        if not self.inputs:
            widths["name"] = self.letters.width("sample 8,888") + line
        widths["y"] = self.letters.width(self.words.target) + 1.2 * line
        widths["bar"] = _BAR[0] * line + number
        widths["loss"] = number
        return widths

    @property
    def column(self) -> float:
        """Width of what a weight has, with its pill over it."""
        line = self.letters.line
        names = max(self.letters.width(name, SMALL) for name in self.words.weights)
        pill = GRIP + names + self.letters.width(_NUMBER, bold=True) + 1.2 * line
        return max(pill + self.letters.width("∂ℓ/∂ ", SMALL), 2 * self.number) + 0.6 * line

    @property
    def number(self) -> float:
        """Width of a signed number and its gap."""
        return self.letters.width(_NUMBER, bold=True) + 0.5 * self.letters.line

    def width(self, weights: int) -> float:
        """Return the width of everything with so many weights and the bias."""
        columns = (weights + 1) * self.column if weights else 0.0
        return 2 * _EDGE + sum(self.widths.values()) + columns


def fitted_list(
    width: float,
    height: float,
    settings: Settings,
    measure: Callable[[int], Letters],
    *,
    gradients: bool = True,
) -> ListPlan:
    """Return what fits: letters as large as can be.

    Samples and weights that leave no room are out of sight.

    Parameters
    ----------
    width, height
        Size of the whole, in the unit of the letters.
    measure
        Gives the letters of a size in points.
    gradients
        Whether there are columns for them.
    """
    inputs = settings.dataset.width
    samples = settings.samples_per_step
    below = _below(settings, gradients=gradients)
    words = words_of(settings)
    plans = []
    for size in _SIZES:
        letters = measure(size)
        free = height / letters.line - _HEAD - _UNDER * len(below) - 0.3
        in_sight = max(1, min(samples, int(free / _LEAST)))
        squares = inputs if inputs <= _SQUARES else 0
        plan = ListPlan(letters, words, size, squares, in_sight, inputs * gradients)
        plans.append(plan)
    plans += [replace(plan, inputs=0) for plan in plans if plan.inputs]
    whole = [plan for plan in plans if plan.width(plan.shown) <= width]
    best = [plan for plan in whole if plan.samples == samples]
    small = [plan for plan in whole or plans if plan.size <= _READABLE]
    plan = (best or small)[0]
    shown = next((n for n in range(plan.shown, 1, -1) if plan.width(n) <= width), 1)
    return replace(plan, shown=shown * gradients)


def _below(settings: Settings, *, gradients: bool) -> tuple[str, ...]:
    """Return the rows under the samples; without gradients what makes the loss."""
    names = rows_below(settings)
    if gradients:
        return names
    return ("mean", "penalty", "used") if settings.penalties else ("mean",)


@dataclass(frozen=True)
class BatchList:
    """Where everything stands."""

    plan: ListPlan
    first: int
    """The sample of the batch in the first row."""
    columns: dict[str, Rect]
    """Column -> where its head stands."""
    pills: dict[int, Rect]
    """Weight in sight -> its pill, over its column."""
    zeros: dict[int, Rect]
    """The same -> the room of its bars, with zero in the middle."""
    rows: dict[int, Rect]
    """Sample of the batch in sight -> its row."""
    below: dict[str, Rect]
    """Row under the samples -> that."""
    slots: dict[Slot, Rect]
    """Number -> its box."""


def place_list(
    width: float,
    height: float,
    shown: Sequence[int],
    settings: Settings,
    plan: ListPlan,
    first: int = 0,
) -> BatchList:
    """Place everything.

    Parameters
    ----------
    width, height
        Size of the whole, in the unit of the letters.
    shown
        The weights in sight, by their indices; none without gradients.
    first
        The sample of the batch that comes first.
    """
    line = plan.letters.line
    gradients = plan.shown > 0
    names = _below(settings, gradients=gradients)
    pitch = (height - (_HEAD + _UNDER * len(names) + 0.3) * line) / plan.samples
    pitch = max(_LEAST * line, min(_MOST * line, pitch))
    indices = [*shown, settings.dataset.width] if gradients else []
    spare = max(0.0, width - plan.width(len(shown)))
    column = plan.column
    if gradients:
        column += min(spare * _FREE / len(indices), 5 * line)
    spare -= (column - plan.column) * len(indices)
    longer = max(0.0, min(spare, (_BAR[1] - _BAR[0]) * line * (1 if gradients else 2)))
    x = _EDGE + max(0.0, spare - longer) / 2
    left = x
    columns = {}
    for kind, wide in plan.widths.items():
        wide += longer * (kind == "bar")
        columns[kind] = Rect(x, 0.0, wide, _HEAD * line)
        x += wide
    zeros = {
        index: Rect(x + at * column + 0.6 * line, 0.0, column - 0.6 * line, 0.0)
        for at, index in enumerate(indices)
    }
    before = plan.letters.width("∂ℓ/∂ ", SMALL)
    pills = {
        index: Rect(room.x + before, 0.05 * line, room.width - before, 1.5 * line)
        for index, room in zeros.items()
    }
    wide = x + column * len(indices) - left
    rows = {
        first + at: Rect(left, _HEAD * line + at * pitch, wide, pitch)
        for at in range(min(plan.samples, settings.samples_per_step - first))
    }
    top = _HEAD * line + plan.samples * pitch + 0.3 * line
    below = {
        name: Rect(left, top + at * _UNDER * line, wide, _UNDER * line)
        for at, name in enumerate(names)
    }
    made = BatchList(plan, first, columns, pills, zeros, rows, below, {})
    return replace(made, slots=_slots(made, settings))


def _slots(made: BatchList, settings: Settings) -> dict[Slot, Rect]:
    columns = {"sample_target": "y", "sample_output": "bar", "sample_loss": "loss"}
    slots: dict[Slot, Rect] = {}
    for row, box in made.rows.items():
        slots |= {(kind, row): _crossing(made.columns[name], box) for kind, name in columns.items()}
        slots |= {
            ("sample_grad", (row, index)): _crossing(room, box)
            for index, room in made.zeros.items()
        }
    losses = {"mean": "loss"}
    if settings.penalties:
        losses = {"mean": "mean_loss", "penalty": "penalty", "used": "loss"}
    for name, kind in losses.items():
        slots[kind, None] = _crossing(made.columns["loss"], made.below[name])
    for index, room in made.zeros.items():
        slots["weight", index] = made.pills[index]
        for name, box in made.below.items():
            kind = _GRADS[name] if "used" in made.below or name != "mean" else "grad"
            slots[kind, index] = _crossing(room, box)
    return slots


def _crossing(column: Rect, row: Rect) -> Rect:
    return Rect(column.x, row.y, column.width, row.height)


def batch_numbers(
    anatomy: Anatomy | None, phase: str | None, made: BatchList, after: Anatomy | None = None
) -> dict[Slot, SlotNumber]:
    """Return what stands in every slot of a list.

    Parameters
    ----------
    anatomy, phase
        As for :func:`~neuroviz.pictures.neuron.numbers.numbers_of`.
    after
        Of the step that follows: after the update the weights are its own,
        and so is what they give.
    """
    moved = phase == "update"
    source = (after or anatomy) if moved else anatomy
    found = _found(source, made) if source else {}
    before = _found(anatomy, made) if moved and anatomy else {}
    for kind, index in made.slots:
        if kind == "grad" and isinstance(index, int) and anatomy:
            if moved:
                found[kind, index] = before[kind, index]
                found[CHANGE, index] = change_of(anatomy, index)
            elif phase == "zero_grad":
                found[kind, index] = written(float(anatomy.accumulated[index]))
    return {
        slot: number_in(phase, _PHASE_KINDS.get(slot[0], slot[0]), found.get(slot))
        for slot in made.slots
    }


def _found(anatomy: Anatomy, made: BatchList) -> dict[Slot, SlotNumber]:
    found: dict[Slot, SlotNumber] = {}
    rows = [row for row in made.rows if row < len(anatomy.batch)]
    samples = anatomy.batch[rows]
    for row, sample in zip(rows, samples, strict=True):
        found["sample_output", row] = written(float(anatomy.output[sample]))
        found["sample_target", row] = written(float(anatomy.targets[sample]))
    found |= _column("sample_loss", rows, anatomy.losses[samples])
    for index in made.zeros:
        grads = anatomy.sample_grads[samples, index]
        column = _column("sample_grad", rows, grads, signed=True)
        found |= {(kind, (row, index)): number for (kind, row), number in column.items()}
        found["weight", index] = written(float(anatomy.row.parameters[index]), signed=True)
        mean = anatomy.mean_grad if "used" in made.below else anatomy.grad
        for kind, values in {
            "mean_grad": mean,
            "penalty_grad": anatomy.penalty_grad,
            "old_grad": anatomy.accumulated,
            "grad": anatomy.grad,
        }.items():
            found[kind, index] = written(float(values[index]), signed=True)
    found["mean_loss", None] = written(float(anatomy.losses[anatomy.batch].mean()))
    found["penalty", None] = written(anatomy.penalty)
    found["loss", None] = written(anatomy.loss)
    return found


def _column(
    kind: str, rows: Sequence[int], values: Floats, *, signed: bool = False
) -> dict[Slot, SlotNumber]:
    """Write numbers under each other."""
    texts = in_column(values.tolist(), signed=signed)
    return {
        (kind, row): SlotNumber(text, value=None if math.isnan(value) else value)
        for row, text, value in zip(rows, texts, values.tolist(), strict=True)
    }


def row_name(name: str, settings: Settings, anatomy: Anatomy | None, *, moved: bool) -> str:
    """Return what a row under the samples is called.

    Parameters
    ----------
    moved
        Whether the part on show is the update.
    """
    if name == "mean":
        batch = settings.samples_per_step if anatomy is None else len(anatomy.batch)
        return f"mean of {counted(batch, 'sample')}"
    if name == "used" and settings.penalties:
        return "together"
    return "" if name == CHANGE and not moved else name


def batch_marks(
    settings: Settings,
    anatomy: Anatomy | None,
    phase: str | None,
    numbers: Mapping[Slot, SlotNumber],
    made: BatchList,
    ink: Ink,
) -> Marks:
    """Return everything, from back to front."""
    return _BatchSheet(settings, anatomy, numbers, made, ink).drawn(moved=phase == "update")


class _BatchSheet(Sheet):
    """One drawing."""

    def __init__(
        self,
        settings: Settings,
        anatomy: Anatomy | None,
        numbers: Mapping[Slot, SlotNumber],
        made: BatchList,
        ink: Ink,
    ) -> None:
        super().__init__(made.plan.letters, ink)
        self._settings = settings
        self._anatomy = anatomy
        self._numbers = numbers
        self._made = made
        self._line = made.plan.letters.line

    def drawn(self, *, moved: bool) -> Marks:
        self._add_heads()
        self._add_zero_lines(moved=moved)
        largest = self._largest()
        for row, box in self._made.rows.items():
            self._add_sample(row, box)
            for index in self._made.zeros:
                self._add_signed(("sample_grad", (row, index)), largest)
        for name, box in self._made.below.items():
            title = row_name(name, self._settings, self._anatomy, moved=moved)
            room = self._made.columns["bar"].right - box.x
            self.word(("row", name), replace(box, width=room), title, LEFT)
        mean = self._made.below["mean"]
        self.line("rule", (mean.x, mean.right), (mean.y, mean.y), self.ink.edge, 1.0)
        for slot in self._made.slots:
            if slot[0] in ("mean_loss", "penalty", "loss"):
                self._add_number(slot, bold=slot[0] == "loss")
            elif slot[0] in _GRADS.values():
                self._add_signed(slot, 0.0 if slot[0] == CHANGE else largest, bold=True)
        return self.marks

    def _largest(self) -> float:
        """Return the one scale of all bars of gradients."""
        sizes = [
            abs(number.value)
            for (kind, _), number in self._numbers.items()
            if kind.endswith("grad") and number.value is not None
        ]
        if self._anatomy is not None and sizes:
            columns = [*self._made.zeros]
            grads = self._anatomy.sample_grads[np.ix_(self._anatomy.batch, columns)]
            sizes.append(float(np.abs(grads).max(initial=0.0)))
        return max(sizes, default=0.0)

    # --- over the samples -------------------------------------------------------------------------

    def _add_heads(self) -> None:
        columns = self._made.columns
        for index in range(self._made.plan.inputs):
            box = columns[f"x {index}"]
            name = input_name(self._settings, index)
            text = name_in(name, box.width - 0.2 * self._line, self.letters, name[:2])
            self.word(("head", index), replace(box, width=box.width - 0.35 * self._line), text)
        self.word("head y", self._inner(columns["y"]), "y", RIGHT)
        bar = self._bar_room(columns["bar"])
        self.word("head ŷ", bar, "output ŷ", LEFT)
        x = bar.x + self.letters.width("output ŷ", SMALL) + 0.7 * self._line
        tick = Rect(x, bar.middle[1] - 0.4 * self._line, 3.0, 0.8 * self._line)
        self.box("head tick", tick, 1.0, self.ink.ink)
        room = replace(columns["bar"], x=tick.right + 4, width=columns["bar"].right - tick.right)
        self.word("head target", room, "target", LEFT)
        ends = " … ".join(f"{end:g}".replace("-", "−") for end in self._range())
        used = tick.right + self.letters.width("target", SMALL) + self._line
        if self.letters.width(ends, SMALL) <= bar.right - used:
            self.word("head range", bar, ends, RIGHT)
        self.word("head loss", self._inner(columns["loss"]), "loss", RIGHT)
        for index, pill in self._made.pills.items():
            before = Rect(self._made.zeros[index].x, pill.y, 1.0, pill.height)
            self.write(
                ("∂", index), replace(before, width=0.0), "∂ℓ/∂", self.ink.error, LEFT, SMALL
            )
            number = self._numbers["weight", index]
            name = self._made.plan.words.weights[index]
            self.pill(index, pill, name, number)

    def _inner(self, box: Rect) -> Rect:
        """Return a column without the gap after it."""
        return replace(box, width=box.width - 0.3 * self._line)

    def _add_zero_lines(self, *, moved: bool) -> None:
        named = [box for name, box in self._made.below.items() if moved or name != CHANGE]
        rows = [*self._made.rows.values(), *named]
        for index, room in self._made.zeros.items():
            x = room.middle[0]
            self.line(("zero", index), (x, x), (rows[0].y, rows[-1].bottom), self.ink.edge, 1.0)

    # --- a sample ---------------------------------------------------------------------------------

    def _add_sample(self, row: int, box: Rect) -> None:
        anatomy = self._anatomy
        settings = self._settings
        if anatomy is None or row >= len(anatomy.batch):
            return
        sample = int(anatomy.batch[row])
        columns = self._made.columns
        if "name" in columns:
            self.word(
                ("sample", row), _crossing(columns["name"], box), f"sample {sample + 1:,}", LEFT
            )
        for index in range(self._made.plan.inputs):
            value = float(settings.coded_inputs[sample, index])
            column = columns[f"x {index}"]
            high = min(1.3 * self._line, box.height - 3)
            wide = column.width - 0.35 * self._line
            place = Rect(column.x, box.middle[1] - high / 2, wide, high)
            self._add_square((row, index), place, value, index)
        self._add_number(("sample_target", row))
        self._add_number(("sample_loss", row))
        self._add_output(row, _crossing(columns["bar"], box))

    def _add_square(self, key: tuple[int, int], box: Rect, value: float, index: int) -> None:
        """Add an input: the larger beside the others, the darker."""
        largest = float(np.abs(self._settings.coded_inputs[:, index]).max())
        share = abs(value) / largest if largest > 0 else 0.0
        fill = mixed(self.ink.card, self.ink.ink, share)
        ink = self.ink.card if share > 0.5 else self.ink.ink
        self.box(("square", key), box, 4.0, fill, self.ink.edge)
        self.write(("input", key), box.around(-2), written(value).text, ink, size=0.9)

    def _range(self) -> tuple[float, float]:
        """Return the ends of the output's axis: the targets, and 0."""
        targets = self._settings.coded_targets
        return min(0.0, float(targets.min())), max(0.0, float(targets.max())) or 1.0

    def _bar_room(self, box: Rect) -> Rect:
        """Return the room of an output's bar; its number stands right of that."""
        number = self.letters.width(_NUMBER) + 0.5 * self._line
        return replace(box, x=box.x + 0.2 * self._line, width=box.width - number - 0.2 * self._line)

    def _add_output(self, row: int, box: Rect) -> None:
        room = self._bar_room(box)
        high = min(0.9 * self._line, box.height - 5)
        track = Rect(room.x, box.middle[1] - high / 2, room.width, high)
        self.box(("track", row), track, 2.0, self.ink.track)
        number = self._numbers["sample_output", row]
        low, high_end = self._range()
        threshold = self._settings.threshold

        def at(value: float) -> float:
            share = (min(max(value, low), high_end) - low) / (high_end - low)
            return track.x + share * track.width

        if number.value is not None:
            left, right = sorted((at(0.0), at(number.value)))
            if threshold is None:
                colour = self.ink.accent
            else:
                colour = self.ink.positive if number.value > threshold else self.ink.negative
            self.box(
                ("bar", row), replace(track, x=left, width=max(1.0, right - left)), 2.0, colour
            )
        if threshold is not None:
            x = at(threshold)
            ends = (box.y, box.bottom)
            self.line(("threshold", row), (x, x), ends, self.ink.muted, 1.0, (2.0, 2.0))
        target = self._numbers["sample_target", row].value
        if target is not None:
            tick = Rect(at(target) - 1.5, track.y - 2, 3.0, track.height + 4)
            self.box(("target", row), tick, 1.0, self.ink.ink)
        text = Rect(track.right, box.y, box.right - track.right, box.height)
        self.number(("sample_output", row), text, number, self._colour(number), RIGHT)

    # --- numbers ----------------------------------------------------------------------------------

    def _colour(self, number: SlotNumber) -> str:
        return self.ink.muted if number.value is None else self.ink.ink

    def _add_number(self, slot: Slot, *, bold: bool = False) -> None:
        number = self._numbers[slot]
        box = self._inner(self._made.slots[slot])
        self.number(slot, box, number, self._colour(number), RIGHT, bold=bold)

    def _add_signed(self, slot: Slot, largest: float, *, bold: bool = False) -> None:
        """Add a number beside the zero line of its column, and on the other side its bar."""
        number = self._numbers[slot]
        box = self._made.slots[slot]
        zero = box.middle[0]
        value = number.value or 0.0
        free = Rect(zero + 6, box.y, box.right - zero - 6, box.height)
        if value > 0:
            free = replace(free, x=box.x)
        if value and 0 < largest < math.inf:
            high = min(0.75 * self._line, box.height - 6)
            room = Rect(box.x, box.middle[1] - high / 2, box.width, high)
            self.bar(("bar", slot), zero, room, value / largest, self.ink.of_sign(value))
        side = RIGHT if value > 0 else LEFT
        self.number(slot, free, number, self._colour(number), side, bold=bold)
