"""The neuron with the numbers of one sample, as marks for the screen and for paper."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import activation_curve
from neuroviz.core.numbers import subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.neuron.ink import LEFT, RIGHT, Ink, Sheet
from neuroviz.pictures.neuron.layout import (
    BACKWARD,
    COLUMNS,
    FACTORS,
    SMALL,
    Layout,
    Rect,
    Row,
    name_in,
)
from neuroviz.pictures.neuron.numbers import (
    CHANGE,
    OF_BACKWARD,
    Slot,
    SlotNumber,
)
from neuroviz.pictures.palette import mixed

_THINNEST, _WIDEST = 1.2, 8.0
_FAINT = 0.6
"""How much of the ground is in a line that carries nothing, and in a way back that is not known."""
_LEAST_REACH, _MOST_REACH = 4.0, 1e12
_POINTS = 81
_BEND = np.linspace(0, 1, 25)
_GAP = 4.0
"""Pixels between a number and the wire that it stands on."""
_QUIET = ("product", "rest")


@dataclass(frozen=True)
class Moment:
    """What is known of one sample at a moment."""

    settings: Settings
    numbers: Mapping[Slot, SlotNumber]
    anatomy: Anatomy | None
    """Whose weights and outputs are on show; None until torch is loaded."""
    sample: int
    backward: bool = True
    """Whether gradients are shown."""
    history: Floats | None = None
    """(P, m): how the parameters came here; None where that is not shown."""


def sample_marks(moment: Moment, layout: Layout, ink: Ink) -> Marks:
    """Return everything, from back to front."""
    return _SampleSheet(moment, layout, ink).drawn()


def width_of(value: float, largest: float) -> float:
    """Return the width of a wire: by its share of the largest parameter."""
    share = abs(value) / largest if largest > 0 and math.isfinite(largest) else 0.0
    return _THINNEST + (_WIDEST - _THINNEST) * min(1.0, share)


def reach_of(z: float) -> float:
    """Return how far the axis of z reaches: doubled until it holds it."""
    reach = _LEAST_REACH
    while reach < min(abs(z), _MOST_REACH):
        reach *= 2
    return reach


class _SampleSheet(Sheet):
    """One drawing."""

    def __init__(self, moment: Moment, layout: Layout, ink: Ink) -> None:
        super().__init__(layout.plan.letters, ink)
        self._moment = moment
        self._layout = layout
        self._line = layout.plan.letters.line
        self._beside = moment.backward and layout.lane is not None and not layout.plan.under
        anatomy = moment.anatomy
        self._largest = 0.0 if anatomy is None else float(np.abs(anatomy.row.parameters).max())

    def drawn(self) -> Marks:
        layout = self._layout
        for at, row in enumerate(layout.rows):
            self._add_wire(row, at)
        if self._moment.backward and layout.lane is not None:
            self._add_way_back(layout.lane)
        for row in layout.rows:
            self._add_row(row)
        self._add_shapes()
        self._add_heads()
        self._add_backward()
        return self.marks

    def _number(self, slot: Slot) -> SlotNumber:
        return self._moment.numbers.get(slot, SlotNumber(""))

    def _on_wire(self, row: Row) -> tuple[Slot, SlotNumber]:
        """Return what stands on a row's wire.

        The product, or where there is no other room for it the gradient or the change.
        """
        if row.index < 0:
            return ("rest", None), self._number(("rest", None))
        if self._beside:
            change: Slot = ("change", row.index)
            slot = change if self._number(change).text else ("grad", row.index)
            return slot, self._number(slot)
        return ("product", row.index), self._number(("product", row.index))

    # --- the wires --------------------------------------------------------------------------------

    def _add_wire(self, row: Row, at: int) -> None:
        value = self._number(("weight", row.index)).value
        if row.index < 0:
            value = self._number(("rest", None)).value
        colour = self.ink.of_sign(value)
        if self._number(("input", row.index)).value == 0:
            colour = mixed(colour, self.ink.card, _FAINT)
        width = _THINNEST if row.index < 0 else width_of(value or 0.0, self._largest)
        dash = () if value else (1.0, 2.0)
        y = row.pill.middle[1]
        pieces = [] if row.index < 0 else [(row.input.right, row.pill.x)]
        start = row.pill.right
        for left, right in self._on_the_way(row):
            if row.index >= 0:
                pieces.append((start, left))
            start = right
        for number, (left, right) in enumerate(pieces):
            if right > left:
                self.line(("wire", row.index, number), (left, right), (y, y), colour, width, dash)
        self.line(("bend", row.index), *self._bend(row, at, start), colour, width, dash)

    def _on_the_way(self, row: Row) -> list[tuple[float, float]]:
        """Return from where to where something stands on a row's wire."""
        found = [] if row.history is None else [(row.history.x, row.history.right)]
        if row.product.width:
            half = self.letters.width(self._on_wire(row)[1].text) / 2 + _GAP
            middle = row.product.middle[0]
            right = middle + half if row.bar is None else row.bar.right
            found.append((middle - half, right))
        return found

    def _bend(self, row: Row, at: int, start: float) -> tuple[list[float], list[float]]:
        """Return the way from a row into the circle, where the wires arrive over each other."""
        circle = self._layout.shapes["sum"]
        y = row.pill.middle[1]
        rows = len(self._layout.rows)
        apart = min(0.5 * self._line, 0.6 * circle.height / rows)
        end = circle.middle[1] + (at - (rows - 1) / 2) * apart
        begin = max(start, row.product.right if row.bar is None else row.bar.right)
        ease = _BEND * _BEND * (3 - 2 * _BEND)
        x = begin + (circle.x + 4 - begin) * _BEND
        return (
            [start, *x.tolist(), circle.middle[0]],
            [y, *(y + (end - y) * ease).tolist(), end],
        )

    # --- rows -------------------------------------------------------------------------------------

    def _add_row(self, row: Row) -> None:
        settings = self._moment.settings
        slot, number = self._on_wire(row)
        if row.product.width:
            colour = self._colour(slot, number)
            self.number(slot, row.product, number, colour)
        self._add_bar(row)
        if row.index < 0:
            more = settings.dataset.width - len(self._layout.rows) + 2
            room = Rect(row.input.x, row.pill.y, row.pill.right - row.input.x, row.pill.height)
            self.word("rest", room, f"… {more:,} more inputs")
            return
        if row.index < settings.dataset.width:
            name = self._layout.plan.words.inputs[row.index]
            short = subscripted(f"x{row.index + 1}")
            text = name_in(name, row.label.width, self.letters, short)
            self.word(("input name", row.index), row.label, text, RIGHT)
        self.box(
            ("input box", row.index), row.input, row.input.height, self.ink.field, self.ink.edge
        )
        number = self._number(("input", row.index))
        room = row.input.around(-0.25 * self._line)
        self.number(("input", row.index), room, number, self._colour(("input", 0), number))
        weight = self._number(("weight", row.index))
        name = self._layout.plan.words.weights[row.index]
        self.pill(row.index, row.pill, name, weight)
        self._add_history(row)
        self._add_under(row)

    def _add_bar(self, row: Row) -> None:
        """Add the product as a bar; all have one scale."""
        if row.bar is None:
            return
        kind: Slot = ("rest", None) if row.index < 0 else ("product", row.index)
        value = self._number(kind).value
        products = [
            abs(number.value)
            for (name, _), number in self._moment.numbers.items()
            if name in _QUIET and number.value is not None
        ]
        box = row.bar.around(-0.28 * row.bar.height)
        box = replace(box, x=row.bar.x, width=row.bar.width)
        zero = box.middle[0]
        largest = max(products, default=0.0)
        if value and math.isfinite(largest):
            self.bar(("bar", row.index), zero, box, value / largest, self.ink.of_sign(value))
        ends = (row.bar.y, row.bar.bottom)
        self.line(("zero", row.index), (zero, zero), ends, self.ink.edge, 1.0)

    def _add_history(self, row: Row) -> None:
        """Add how the weight came here, in a box that the wire goes behind."""
        history = self._moment.history
        if row.history is None:
            return
        self.box(("history", row.index), row.history, 6.0, self.ink.field, self.ink.border)
        if history is not None and np.isfinite(history[row.index]).all():
            inside = row.history.around(-0.25 * self._line)
            colour = self.ink.of_sign(self._number(("weight", row.index)).value)
            self.curve_in(("course", row.index), inside, history[row.index].tolist(), colour)

    def _add_under(self, row: Row) -> None:
        """Add the gradient of a weight, and its change, under it with their names."""
        if not self._layout.plan.under:
            return
        right = row.under.right - 0.45 * self._line
        for kind in ("grad", "change"):
            slot: Slot = (kind, row.index)
            number = self._number(slot)
            colour = self._colour(slot, number)
            box = self._layout.slots[slot]
            box = replace(box, width=right - box.x)
            self.number(slot, box, number, colour, RIGHT, 0.93)
            free = right - self.letters.width(number.text, 0.93) - 0.4 * self._line - row.under.x
            names = (number.name, number.name.partition(" by ")[0])
            fitting = [name for name in names if self._word(name) <= free]
            if number.text and fitting:
                before = Rect(row.under.x, box.y, free, box.height)
                self.word((slot, "name"), before, fitting[0], RIGHT, colour)

    def _word(self, text: str) -> float:
        return self.letters.width(text, SMALL)

    # --- what stands right of the rows ------------------------------------------------------------

    def _add_shapes(self) -> None:
        shapes = self._layout.shapes
        ink = self.ink
        for left, right in itertools.pairwise(COLUMNS):
            one, two = shapes[left], shapes[right]
            y = one.middle[1]
            self.arrow(("to", right), (one.right + 2, y), (two.x - 2, y), ink.ink)
        loss, target = shapes["loss"], shapes["target"]
        x = loss.middle[0]
        self.arrow("to loss", (x, target.bottom), (x, loss.y - 1), ink.ink)
        for name in COLUMNS:
            box = shapes[name]
            radius = box.height / 2 if name in ("sum", "output") else 8.0
            self.box(name, box, radius, self._fill(name), ink.ink, 1.5)
        wide = min(loss.width, self._word(self._target()) + 1.2 * self._line)
        pill = Rect(x - wide / 2, target.y, wide, target.height)
        self.box("target", pill, pill.height / 2, ink.field, ink.edge)
        self.word("target text", pill, self._target(), colour=ink.ink)
        self._add_curve(shapes["activation"])
        line = self._line
        middle = shapes["sum"].middle[1]
        sum_, above = shapes["sum"], 0.95 * line
        self.word("Σ", Rect(sum_.x, middle - above, sum_.width, line), "Σ", colour=ink.ink)
        for slot in (("pre_activation", None), ("output", None), ("loss", None)):
            number = self._number(slot)
            box = self._layout.slots[slot]
            room = replace(box, x=box.x + 0.3 * line, width=box.width - 0.6 * line)
            self.number(slot, room, number, self._colour(slot, number), bold=True)
        names = self._layout.plan.words.losses
        box = self._layout.captions["loss"]
        fitting = [name for name in names if self._word(name) <= box.width]
        self.word("loss name", box, (fitting or names[-1:])[0])

    def _target(self) -> str:
        return f"target {self._number(('target', None)).text}"

    def _fill(self, name: str) -> str:
        """Return the ground of a shape: the output's is of its class."""
        threshold = self._moment.settings.threshold
        value = self._number(("output", None)).value
        if name != "output" or threshold is None or value is None:
            return self.ink.card
        of_class = self.ink.positive if value > threshold else self.ink.negative
        return mixed(of_class, self.ink.card, 0.72)

    def _add_curve(self, box: Rect) -> None:
        """Add the activation's curve in its box, with the point (z, ŷ)."""
        anatomy = self._moment.anatomy
        if anatomy is None:
            return
        z = anatomy.pre_activation[[self._moment.sample]]
        output = anatomy.output[[self._moment.sample]]
        reach = reach_of(float(z[0]))
        grid = np.linspace(-reach, reach, _POINTS)
        heights = activation_curve(self._moment.settings.activation_entry, grid)
        low = min(float(heights.min()), -0.1)
        high = max(float(heights.max()), 0.1)
        area = box.around(-0.5 * self._line)

        def placed(at: Floats, value: Floats) -> tuple[list[float], list[float]]:
            x = area.x + (np.clip(at / reach, -1, 1) + 1) / 2 * area.width
            y = area.bottom - np.clip((value - low) / (high - low), 0, 1) * area.height
            return x.tolist(), y.tolist()

        (x0,), (y0,) = placed(np.zeros(1), np.zeros(1))
        self.line("axis z", (area.x, area.right), (y0, y0), self.ink.edge, 1.0)
        self.line("axis ŷ", (x0, x0), (area.y, area.bottom), self.ink.edge, 1.0)
        self.line("curve", *placed(grid, heights), self.ink.ink, 1.8)
        (x,), (y,) = placed(z, output)
        self.line("up", (x, x, area.right), (y0, y, y), self.ink.accent, 1.0, (2.0, 2.0))
        self.dot("point", (x, y), 8.0, self.ink.accent)

    # --- words and the way back -------------------------------------------------------------------

    def _add_heads(self) -> None:
        words = self._layout.plan.words.heads
        for kind, box in self._layout.heads.items():
            text, colour = words[kind], self.ink.muted
            if kind == "product" and self._beside:
                moved = self._number(("change", self._layout.rows[-1].index)).text
                text, colour = (CHANGE, colour) if moved else ("∂ℓ/∂w", self.ink.error)
            self.word(("head", kind), box, text, colour=colour)

    def _add_backward(self) -> None:
        layout = self._layout
        if not self._moment.backward or layout.lane is None:
            return
        error = self.ink.error
        for name, text in FACTORS.items():
            self.word(("factor", name), layout.captions[name], text, colour=error)
        for box, sign in zip(layout.signs, ("=", "×"), strict=True):
            self.word(("sign", sign), box, sign, colour=error)
        for kind in BACKWARD:
            slot: Slot = (kind, None)
            number = self._number(slot)
            self.number(slot, layout.slots[slot], number, self._colour(slot, number))
        if layout.bus is not None:
            left = layout.bus + 0.5 * self._line
            right = layout.shapes["sum"].x
            room = Rect(left, layout.captions["sum"].y, right - left, layout.captions["sum"].height)
            free = layout.plan.under and layout.rows[-1].pill.bottom <= room.y
            if free and self._word("times each input") <= room.width:
                self.word("times", room, "times each input", LEFT, error)

    def _add_way_back(self, lane: float) -> None:
        """Add the arrows from the loss to the left, and up to the gradients."""
        layout = self._layout
        known = self._number(("loss_by_pre_activation", None)).value is not None
        colour = self.ink.error if known else mixed(self.ink.error, self.ink.card, _FAINT)
        boxes = [layout.slots[kind, None] for kind in BACKWARD]
        texts = [self._number((kind, None)).text for kind in BACKWARD]
        halves = [self.letters.width(text) / 2 + _GAP for text in texts]
        middles = [box.middle[0] for box in boxes]
        loss = layout.shapes["loss"].middle[0]
        y = layout.captions["loss"].bottom + 1
        self.line("down", (loss, loss), (y, lane), colour)
        rights = [loss, *(m - h for m, h in zip(middles[::-1], halves[::-1], strict=True))]
        lefts = [m + h for m, h in zip(middles[::-1], halves[::-1], strict=True)]
        for at, (right, left) in enumerate(zip(rights, lefts, strict=False)):
            self.arrow(("back", at), (right, lane), (left, lane), colour)
        bus = layout.bus
        if bus is None:
            return
        rows = [row for row in layout.rows if row.index >= 0]
        if not layout.plan.under:
            bottom = rows[-1].product.bottom
            if lane - bottom > 4:
                self.line("bus", (rights[-1], bus), (lane, lane), colour)
                self.arrow("up to", (bus, lane), (bus, bottom), colour)
            return
        heights = [layout.slots["grad", row.index].middle[1] for row in rows]
        self.line("bus", (rights[-1], bus, bus), (lane, lane, heights[0]), colour)
        for row, height in zip(rows, heights, strict=True):
            self.arrow(("up to", row.index), (bus, height), (row.under.right, height), colour)

    def _colour(self, slot: Slot, number: SlotNumber) -> str:
        if number.value is None:
            return self.ink.muted
        return self.ink.error if slot[0] in OF_BACKWARD else self.ink.ink
