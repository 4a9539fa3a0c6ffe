"""The neuron with the numbers of one sample, as marks for the screen and for paper."""

from __future__ import annotations

import itertools
import math

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.unit import unit_letter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import activation_curve
from neuroviz.core.numbers import elided, measured
from neuroviz.core.types import Floats, Frozen, Line
from neuroviz.pictures.marks import AHEAD, Curve, Marks, Text
from neuroviz.pictures.neuron.ink import CENTRE, RIGHT, Sheet
from neuroviz.pictures.neuron.layout import (
    COLUMNS,
    FACTORS,
    REST,
    SMALL,
    Layout,
    Rect,
    centred,
    heads_of,
    loss_names,
)
from neuroviz.pictures.neuron.numbers import (
    CHANGE,
    OF_BACKWARD,
    Slot,
    SlotNumber,
    SlotNumbers,
)
from neuroviz.pictures.palette import Palette, mixed

_THINNEST = 1.2
_WIDEST = 8.0
_FAINT = 0.6
"""Share of the background's colour in a line that carries nothing, and in a way back that is not
known."""
_CLASS = 0.72
"""Share of the background's colour in an output that is filled with the colour of its class."""
_LEAST_REACH = 4.0
_MOST_REACH = 1e12
_POINTS = 81
_BEND = np.linspace(0, 1, 25)
GLOW, AMBER = "#f5b300", "#b47800"
"""The colour of a lit loss, and its edge; the colour of errors would mislead."""
_TOUCHES = {
    "forward": {"wire", "row", "weight", "sum", "activation", "output"},
    "loss": {"output", "loss"},
    "zero_grad": {"under"},
    "backward": {"weight", "sum", "activation", "output", "loss", "under", "back"},
    "update": {"wire", "weight", "under"},
}
"""Part of a step -> the groups of marks that it touches; all others become pale."""
_FILLS = {
    "forward": ("sum", "activation", "output"),
    "loss": ("target", "loss"),
    "backward": ("loss",),
}
_TINT, _RING = 0.14, 2.0
"""Share of a colour in the background of what a part touches, and pixels of its ring."""
_FEWEST = 4
"""Letters that the words above the loss keep at least."""
_GAP = 4.0
"""Pixels between a number and the wire that it stands on."""
_AHEAD_ROOM = 0.8
"""Lines between two weights that are needed for the ghost's weights."""
_HOLLOW, _CORNER = 1.0, 0.4
"""Lines by which a hollow pill sticks out below another one, and the share of them that its corners
take: rounder ones would run through the number."""


class Moment(Frozen):
    """What is known about one sample at a moment."""

    settings: Settings
    numbers: SlotNumbers
    anatomy: Anatomy | None
    """The weights and outputs that are shown; None until torch is loaded."""
    sample: int
    backward: bool = True
    """Whether gradients are shown."""
    history: Floats | None = None
    """(P, m): the parameters on their way here; None where that is not shown."""
    part: str | None = None
    """The part of the step that was just done, one of PHASES; None if whole steps are shown."""


def sample_marks(moment: Moment, layout: Layout, ink: Palette) -> Marks:
    """Return all marks, from back to front."""
    return _SampleSheet(moment, layout, ink).drawn()


def width_of(value: float, largest: float) -> float:
    """Return the width of a wire in pixels, by its share of the largest parameter."""
    share = abs(value) / largest if largest > 0 and math.isfinite(largest) else 0.0
    return _THINNEST + (_WIDEST - _THINNEST) * min(1.0, share)


def reach_of(z: float) -> float:
    """Return how far the axis of z reaches, which is doubled until z is on it."""
    share = min(max(_LEAST_REACH, abs(z)), _MOST_REACH) / _LEAST_REACH
    return float(_LEAST_REACH * 2 ** math.ceil(math.log2(share)))


class _SampleSheet(Sheet):
    """Draws one sample's diagram."""

    grounds = False

    def __init__(self, moment: Moment, layout: Layout, ink: Palette) -> None:
        super().__init__(layout.plan.letters, ink, moment.numbers)
        self._moment = moment
        self._settings = moment.settings
        self._layout = layout
        self.grip = layout.plan.grip
        self._inks = ink, ink.paler
        part = moment.part or ""
        self._touches = _TOUCHES.get(part)
        self._fills = _FILLS.get(part, ())
        if moment.settings.before_one_output:  # v·h in the loss's place is part of the forward
            if part == "forward":
                self._touches = {*_TOUCHES[part], "loss"}
                self._fills = *self._fills, "target", "loss"
            elif part == "loss":
                self._fills = ()
        self._lit = {"loss": AMBER, "backward": ink.error}.get(part, ink.accent)
        self._tint = mixed(ink.ground, GLOW if part == "loss" else self._lit, _TINT)
        self._columns = layout.columns
        self._lane = layout.lane if moment.backward else None
        anatomy = moment.anatomy
        self._largest = 0.0 if anatomy is None else float(np.abs(anatomy.row.parameters).max())

    def drawn(self) -> Marks:
        rows = self._layout.rows
        self._turn_to("wire")
        for at, index in enumerate(rows):
            self._add_wire(index, at)
        if self._lane is not None:
            self._turn_to("back")
            self._add_way_back(self._lane)
        for index, row in rows.items():
            self._turn_to("row" if self._on_wire(index)[0] == "product" else "under")
            self._add_product(index, row)
            if index != REST:
                self._add_row(index, row)
        if REST in rows:
            left = self._columns["input"].x
            right = self._columns["weight"].right
            more = self._settings.dataset.width - len(rows) + 2
            room = replace(rows[REST], x=left, width=right - left)
            self.word("rest", room, f"… {more:,} more inputs")
        self._add_shapes()
        self.ink = self._inks[0]
        self._add_heads()
        return self.marks

    def _turn_to(self, group: str) -> None:
        """Use full colours from here on if the part on show touches this group, else pale ones."""
        self.ink = self._inks[self._touches is not None and group not in self._touches]

    def _number(self, kind: str, index: int | None = None) -> SlotNumber:
        return self.numbers.get((kind, index), SlotNumber(""))

    def _on_wire(self, index: int) -> Slot:
        """Return the slot whose number is on a row's wire.

        It is the product, or without any other room for them the gradient, once it is known, or
        the change.
        """
        if index == REST:
            return "rest", None
        plan = self._layout.plan
        moved = bool(self._number(CHANGE, index).text)
        known = moved or self._number("grad", index).value is not None
        if plan.under or not (plan.lane and known):
            return "product", index
        return (CHANGE if moved else "grad"), index

    def _colour(self, slot: Slot) -> str:
        return self.ink.error if slot[0] in OF_BACKWARD else self.ink.ink

    def _put(self, slot: Slot, box: Rect, side: str = CENTRE, *, bold: bool = False) -> None:
        """Add a number in its colour."""
        self.number(slot, box, side, bold=bold, colour=self._colour(slot))

    # --- the rows ---------------------------------------------------------------------------------

    def _add_wire(self, index: int, at: int) -> None:
        row = self._layout.rows[index]
        value = self._number("rest").value if index == REST else self._number("weight", index).value
        colour = self.ink.of_sign(value)
        if self._number("input", index).value == 0:
            colour = mixed(colour, self.ink.ground, _FAINT)
        width = _THINNEST if index == REST else width_of(value or 0.0, self._largest)
        dash = () if value else (1.0, 2.0)
        text = self.numbers[self._on_wire(index)].text
        product = self._columns["product"]
        # The ends of a wire are square: half of its width is beyond them.
        half = (min(self.letters.width(text), product.width) + width) / 2 + _GAP
        middle = product.middle[0]
        starts = [self._columns[kind].right for kind in ("input", "weight")]
        ends = [self._columns["weight"].x, middle - half]
        if index == REST:
            ends = starts = []
        y = row.middle[1]
        for piece in zip(starts, ends, strict=True):
            self.line(("wire", index, piece[0]), piece, (y, y), colour, width, dash)
        begin = middle + half
        if bar := self._columns.get("bar"):  # paler behind the bar, so that the bar's end is seen
            pale = mixed(colour, self.ink.ground, _FAINT)
            self.line(("wire", index, begin), (begin, bar.right), (y, y), pale, width, dash)
            begin = bar.right
        self.line(("bend", index), *self._bend(row, at, begin), colour, width, dash)

    def _bend(self, row: Rect, at: int, start: float) -> tuple[list[float], list[float]]:
        """Return the way from a row into the circle, where the wires arrive one above the other."""
        circle = self._layout.shapes["sum"]
        y = row.middle[1]
        rows = len(self._layout.rows)
        apart = min(0.5 * self.letters.line, 0.6 * circle.height / rows)
        end = circle.middle[1] + (at - (rows - 1) / 2) * apart
        begin = max(start, self._columns["product"].right)
        ease = y + (end - y) * _BEND * _BEND * (3 - 2 * _BEND)
        x = begin + (circle.x + 4 - begin) * _BEND
        return [start, *x.tolist(), circle.middle[0]], [y, *ease.tolist(), end]

    def _add_product(self, index: int, row: Rect) -> None:
        """Add the number on a wire, and if there is room the product as a bar, all on one scale."""
        self._put(self._on_wire(index), self._columns["product"].across(row))
        if "bar" not in self._columns:
            return
        place = self._columns["bar"].across(row)
        zero = place.middle[0]
        products = {
            index: number.value
            for (kind, index), number in self.numbers.items()
            if kind == "product"
        }
        products[REST] = self._number("rest").value
        largest = max(abs(product or 0.0) for product in products.values())
        value = products[index]
        if value and math.isfinite(largest):
            box = place.around(0.0, -0.28 * place.height)
            self.bar(("bar", index), zero, box, value, largest)
        self.line(("zero", index), (zero, zero), (place.y, place.bottom), self.ink.line, 1.0)

    def _add_row(self, index: int, row: Rect) -> None:
        settings = self._settings
        self._turn_to("row")
        if index < settings.dataset.width:
            self.input_name(index, self._columns["label"].across(row), settings, RIGHT)
        box = self._columns["input"].across(row)
        self.box(("input box", index), box, box.height, self.ink.ground, self.ink.line)
        self._put(("input", index), box.around(-0.25 * self.letters.line, 0.0))
        self._turn_to("weight")
        pill = self._layout.pills[index]
        if self._moment.part == "update":
            ring = pill.around(2.5)
            self.box(("ring", index), ring, ring.height, self._tint, self._lit, _RING)
        self.pill(index, pill, settings)
        self._add_history(index, row)
        self._turn_to("under")
        if self._layout.plan.under:
            self._add_under("change" if self._number(CHANGE, index).text else "grad", index)

    def _add_history(self, index: int, row: Rect) -> None:
        """Add the curve of the weight up to now, in a box over the wire."""
        history = self._moment.history
        if history is None or "history" not in self._columns:
            return
        box = self._columns["history"].across(row)
        box = centred(box.middle, box.width, self._layout.tall)
        self.box(("history", index), box, 6.0, self.ink.ground, self.ink.track)
        if np.isfinite(history[index]).all():
            colour = self.ink.of_sign(self._number("weight", index).value)
            inside = box.around(-0.25 * self.letters.line)
            self.curve_in(("course", index), inside, history[index], colour)

    def _add_under(self, kind: str, index: int) -> None:
        """Add the gradient of a weight, or its change, below it with its name."""
        slot: Slot = (kind, index)
        number = self._number(kind, index)
        box = self._layout.slots[slot].around(-0.45 * self.letters.line, 0.0)
        self._put(slot, box, RIGHT)
        gap = 0.4 * self.letters.line
        texts = [self._number(kind, each).text for each in self._layout.pills]
        room = box.right - max(map(self.letters.width, texts)) - gap
        fitting = [name for name in number.names if self._layout.plan.word(name) <= room]
        if number.text and fitting:
            right = box.right - self.letters.width(number.text) - gap
            before = replace(box, x=0.0, width=right)
            self.word((slot, "name"), before, fitting[0], RIGHT, self._colour(slot))

    # --- what stands right of the rows ------------------------------------------------------------

    def _add_shapes(self) -> None:
        shapes = self._layout.shapes
        line = self.letters.line
        for left, right in itertools.pairwise(COLUMNS):
            self._turn_to(right)
            begin = shapes[left].right + 2
            y = shapes[right].middle[1]
            if left == "sum" and self._layout.fold is not None:
                x = shapes[left].middle[0]
                begin = shapes[right].x - line
                turn = self._layout.fold + 0.85 * line
                way = (x, x, begin, begin), (shapes[left].bottom + 2, turn, turn, y)
                self.line("fold", *way, self.ink.ink)
            self.arrow(("to", right), (begin, y), (shapes[right].x - 2, y), self.ink.ink)
        loss = shapes["loss"]
        x = loss.middle[0]
        pill, text = self._target_pill()
        self.arrow("to loss", (x, pill.bottom), (x, loss.y - 1), self.ink.ink)
        self._add_shape("target", pill, pill.height / 2, self.ink.line)
        self.word("target text", pill, text, colour=self.ink.ink)
        for name in COLUMNS:
            self._turn_to(name)
            radius = line if name in ("activation", "loss") else shapes[name].height
            self._add_shape(name, shapes[name], radius / 2, self.ink.ink, 1.5)
        under = Rect(loss.x, loss.bottom + 2, loss.width, 0.9 * line)
        self.word("loss name", under, self._loss_name(loss.width))
        self._turn_to("activation")
        self._add_curve(shapes["activation"].around(-0.5 * line))
        self._turn_to("sum")
        upper = replace(shapes["sum"], height=shapes["sum"].height - 0.9 * line)
        self.word("Σ", upper, "Σ", colour=self.ink.ink)
        for name, kind in (("sum", "pre_activation"), ("output", "output"), ("loss", "loss")):
            self._turn_to(name)
            self._put((kind, None), self._layout.value(name), bold=True)

    def _add_shape(
        self, name: str, box: Rect, radius: float, edge: str, width: float = 1.2
    ) -> None:
        """Add a shape, filled if the part on show touches it."""
        ground = self._ground(name)
        if name in self._fills:
            edge = self._lit
            width = _RING
            ground = self._tint if ground == self.ink.ground else ground
        self.box(name, box, radius, ground, edge, width)

    def _target_pill(self) -> tuple[Rect, str]:
        """Return the pill above the loss, and its words.

        If the words would be cut, the pill extends over what stands to the left, if there is room
        below the heads.
        """
        shapes = self._layout.shapes
        line = self.letters.line
        loss = shapes["loss"]
        target = shapes["target"]
        ends = 1.2 * line
        word = self._layout.plan.word
        text = self._target(loss.width - ends)
        left = COLUMNS[self._layout.plan.folded : 3]
        y = min(target.y, *(shapes[name].y - 3 - target.height for name in left))
        if word(text) > loss.width - ends or text.endswith("…"):
            longer = self._target(loss.right - shapes[left[0]].x - ends)
            if y >= self._layout.heads["loss"].bottom:
                wide = max(loss.width, word(longer) + ends)
                return Rect(loss.right - wide, y, wide, target.height), longer
        wide = min(loss.width, word(text) + ends)
        return centred(target.middle, wide, target.height), text

    def _target(self, room: float) -> str:
        """Return the words above the loss; with several outputs they name the sample's class."""
        settings = self._settings
        number = self._number("target")
        before = settings.out_names[0] if settings.before_one_output else "target"
        text = f"{before} {number.text}"
        longer = f"{text} ({number.names[0]})" if number.names else text
        cut = (elided(number.text, count) for count in range(len(number.text), _FEWEST, -1))
        word = self._layout.plan.word
        return next((each for each in (longer, text, *cut) if word(each) <= room), text)

    def _loss_name(self, room: float) -> str:
        """Return the name of the loss; with several outputs it says what the loss is made of."""
        whole = self._moment.settings.whole
        long, short = loss_names(self._moment.settings)
        if whole.independent:
            mean = f"mean of {whole.outputs}"
            long = f"{long}, {mean}"
            short = mean
        elif whole.softmax:
            place = int(whole.coded_targets[self._moment.sample])
            share = unit_letter(whole, whole.hidden + place)
            long = f"{long}, −log {share}"
            short = f"−log {share}"
        return long if self._layout.plan.word(long) <= room else short

    def _ground(self, name: str) -> str:
        """Return the background of a shape; that of an output has the colour of its class."""
        threshold = self._settings.threshold
        value = self._number("output").value
        of_class = self._settings.class_of_unit
        if name == "output" and of_class is not None and value is not None:
            return mixed(self.ink.ground, self.ink.class_colours[of_class], (1 - _CLASS) * value)
        if name != "output" or threshold is None or value is None:
            return self.ink.ground
        colour = self.ink.positive if value > threshold else self.ink.negative
        return mixed(colour, self.ink.ground, _CLASS)

    def _add_curve(self, area: Rect) -> None:
        """Add the activation's curve in its box, with the point (z, ŷ)."""
        anatomy = self._moment.anatomy
        if anatomy is None:
            return
        sample = self._moment.sample
        z = anatomy.pre_activation[[sample]]
        others = anatomy.settings.others
        # Softmax is the sigmoid of z minus the logarithm of Σ eᶻ over the other outputs.
        middle = 0.0 if others is None else float(others[sample])
        reach = reach_of(max(abs(float(z[0])), abs(middle)))
        grid = np.linspace(-reach, reach, _POINTS)
        heights = activation_curve(self._settings.activation_entry, grid - middle)
        low = min(float(heights.min()), -0.1)
        high = max(float(heights.max()), 0.1)

        def placed(at: Floats, value: Floats) -> Line:
            x = area.x + (np.clip(at / reach, -1, 1) + 1) / 2 * area.width
            return x, area.bottom - np.clip((value - low) / (high - low), 0, 1) * area.height

        (x0,), (y0,) = placed(np.zeros(1), np.zeros(1))
        self.line("axis z", (area.x, area.right), (y0, y0), self.ink.line, 1.0)
        self.line("axis ŷ", (x0, x0), (area.y, area.bottom), self.ink.line, 1.0)
        self.line("curve", *placed(grid, heights), self.ink.ink, 1.8)
        if not math.isfinite(float(z[0])):
            return
        (x,), (y,) = placed(z, anatomy.output[[sample]])
        self.line("up", (x, x, area.right), (y0, y, y), self.ink.accent, 1.0, (2.0, 2.0))
        self.dot("point", (x, y), 8.0, self.ink.accent)

    def _add_heads(self) -> None:
        words = heads_of(self._settings)
        bias = max(self._layout.rows)
        on_wire = self._on_wire(bias)[0]
        if on_wire == "grad":
            words["product"] = f"∂ℓ/∂{self._settings.parameters.names[0][0]}"
        elif on_wire == CHANGE:
            names = self._number(CHANGE, bias).names
            words["product"] = names[-1].removesuffix(":") if names else ""
        for kind, box in self._layout.heads.items():
            red = kind == "product" and on_wire == "grad"
            self.word(("head", kind), box, words[kind], colour=self.ink.error if red else None)

    # --- the way back -----------------------------------------------------------------------------

    def _add_way_back(self, lane: float) -> None:
        """Add the backward numbers, with arrows from the loss to the left and up to the weights."""
        layout = self._layout
        known = self._number("loss_by_pre_activation").value is not None
        colour = self.ink.error if known else mixed(self.ink.error, self.ink.ground, _FAINT)
        right = layout.shapes["loss"].middle[0]
        down = layout.shapes["loss"].bottom + self.letters.line
        self.line("down", (right, right), (down, lane), colour)
        for box, sign in zip(layout.signs, ("=", "×"), strict=True):
            self.word(("sign", sign), box, sign, colour=self.ink.error)
        for name, (symbol, kind) in reversed(FACTORS.items()):
            symbol = symbol.replace("ŷ", self._settings.output_letter)
            self.word(("factor", name), layout.factor(name), symbol, colour=self.ink.error)
            box = layout.slots[kind, None]
            wide = min(self.letters.width(self._number(kind).text), box.width)
            if self._moment.part == "backward":
                chip = centred(box.middle, wide + 0.4 * self.letters.line, self.letters.line)
                self.box(("chip", kind), chip, chip.height, self._tint)
            self._put((kind, None), box)
            half = wide / 2 + _GAP
            tip = box.middle[0] + half
            if right - tip >= _GAP:  # a shorter arrow would be a dot, as if it multiplied
                self.arrow(("back", name), (right, lane), (tip, lane), colour)
            right = box.middle[0] - half
        if layout.plan.under:
            self._add_bus(right, colour)
            return
        x = self._columns["product"].middle[0]
        bottom = layout.last.bottom
        if lane - bottom > _GAP:
            way = np.array(layout.way_up(right, x))
            self.line("bus", way[:, 0], way[:, 1], colour)
            self.arrow("up to", (x, way[-1, 1]), (x, bottom), colour)

    def _add_bus(self, right: float, colour: str) -> None:
        """Add the way from ∂ℓ/∂z up beside the weights, with an arrow to each gradient."""
        layout = self._layout
        x = self._columns["weight"].right + 0.65 * self.letters.line
        boxes = [layout.slots["grad", index] for index in layout.pills]
        top = boxes[0].middle[1]
        way = np.array([*layout.way_up(right, x), (x, top)])
        self.line("bus", way[:, 0], way[:, 1], colour)
        for index, box in zip(layout.pills, boxes, strict=True):
            y = box.middle[1]
            self.arrow(("up to", index), (x, y), (box.right, y), colour)


def ahead_marks(
    parameters: Floats, layout: Layout, height: float, ink: Palette, opacity: float
) -> Marks:
    """Return the ghost's last parameters (P,), as texts below the present ones.

    If there is room, each is in a hollow pill that sticks out from behind the present one. Without
    room for a line of text there are none; at the bottom edge the text of the last one is above it.
    """
    line = layout.plan.letters.line
    pills = list(layout.pills.values())
    room = min((below.y - above.bottom for above, below in itertools.pairwise(pills)), default=line)
    if room < _AHEAD_ROOM * line:
        return {}
    marks: Marks = {}
    for index, pill in layout.pills.items():
        text = f"→ {measured(float(parameters[index]), signed=True)}"
        y = pill.bottom + room / 2 if room < line else pill.bottom + 0.5 * line
        x = pill.right - 0.45 * line
        colour = ink.accent if opacity == 1 else ink.muted
        foot = min(pill.bottom + _HOLLOW * line, height - 1)
        if y + SMALL / 2 * line > height:
            if room < 2 * line:
                continue
            y = pill.y - 0.5 * line
        elif room > 1.2 * _HOLLOW * line:
            marks["ahead pill", index] = _hollow(pill, foot, colour)
        marks["ahead", index] = Text(x, -y, text, colour, right=True, size=SMALL)
    return marks


def _hollow(pill: Rect, foot: float, colour: str) -> Curve:
    """Return the visible outline of a pill behind another one, down to its foot."""
    turn = np.linspace(0.0, np.pi / 2, 8)
    height = foot - pill.bottom
    radius = _CORNER * height
    left = np.append(0.0, radius * (1.0 - np.cos(turn))) + pill.x + 0.2 * height
    down = np.append(pill.bottom, foot - radius * (1.0 - np.sin(turn)))
    x = np.concatenate((left, (2 * pill.middle[0] - left)[::-1]))
    return Curve(x, -np.concatenate((down, down[::-1])), colour, dash=AHEAD, width=1.2)
