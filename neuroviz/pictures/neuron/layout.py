"""Where everything in the neuron's diagram stands, for a given room and size of letters.

One layout, which scales: letters and lines give with the height, wires with the width. Where that
is not enough, first gradients and then products are left out, and never the words. Plain geometry.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import elided, subscripted
from neuroviz.pictures.neuron.equations import four
from neuroviz.pictures.neuron.numbers import MOST_IN_FULL, Slot, input_names, slot_name

POINT_SIZES = (12, 11, 10, 9, 8)
"""Sizes of letters, the first that fits is taken; the last in any case."""
SMALL = 0.87
"""Size of words beside that of values."""
GRIP = 14.0
"""Pixels of a pill that its dots take, by which it is taken."""
_MORE = 13
"""Points of letters where there is all the window for it: it shows more, not larger."""
_EDGE = 3.0
_READABLE = 9
"""Points that letters have at least with the gradients under their weights."""
_MOST_ROWS, _FEWEST_ROWS, _ENOUGH_ROWS = 24, 3, 6  # of many inputs
_AIRS = tuple(step / 4 for step in range(32, -1, -1))
_MOST_AIR = 4.0
"""How loosely the lines stand, in the order in which that is tried; the most beside others."""
_UNDER = 0.95  # lines from one line under a weight to the next
_SPARE = (8, 8, 25, 20, 20, 19)
"""Shares of the wires in room that is left over, from the inputs to the loss."""
_LONGEST_WIRES = 42.0  # lines, all wires together
_MEASURED = 200
"""Samples by which it is decided how wide numbers are."""
_NUMBER = "−0.00000"
_SHORT = "−0.0000"
_VALUE = "−0.000"
"""As wide are a number, one in a circle, and an input, at most: what is longer is made smaller."""
COLUMNS = ("sum", "activation", "output", "loss")
"""What stands right of the rows, from left to right."""
BACKWARD = ("loss_by_pre_activation", "output_by_pre_activation", "loss_by_output")
"""The backward numbers under COLUMNS."""
FACTORS = {"sum": "∂ℓ/∂z", "activation": "∂ŷ/∂z", "output": "∂ℓ/∂ŷ"}
"""What of COLUMNS has a backward number -> its name."""


@dataclass(frozen=True)
class Rect:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def around(self, by: float) -> Rect:
        """Return the rectangle that is so much larger on each side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


class Letters(Protocol):
    """What knows how large texts are in one size of letters."""

    @property
    def size(self) -> int:
        """Points of a value."""

    @property
    def line(self) -> float:
        """Height of a line, in the unit of the widths."""

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return how wide a text is whose letters are so large beside those of a value."""


@dataclass(frozen=True)
class Words:
    """What is written round the numbers, whatever they are."""

    heads: dict[str, str]
    """Column -> what stands over it."""
    inputs: tuple[str, ...]
    """What the inputs are called, in full."""
    weights: tuple[str, ...]
    """What the parameters are called."""
    values: tuple[str, ...]
    """The inputs as they are written."""
    target: str
    """The longest of the targets as they are written."""
    losses: tuple[str, ...]
    """What the loss is called, the longest name first."""


def words_of(settings: Settings) -> Words:
    """Return the words of an experiment."""
    width = settings.dataset.width
    label = settings.loss_entry.label.partition(" (")[0]
    plain = label[0].lower() + label[1:] if label[1:].islower() else label
    samples = settings.coded_inputs[:_MEASURED]
    targets = {four(value) for value in settings.coded_targets[:_MEASURED].tolist()}
    return Words(
        {
            "input": "input",
            "weight": "weight",
            "product": "weight × input",
            "history": "so far",
            "sum": "sum z",
            "activation": activation_word(settings),
            "output": "output ŷ",
            "loss": "loss",
        },
        tuple(slot_name(("input", index), settings) for index in range(width)),
        tuple(map(subscripted, settings.parameters.names)),
        tuple({four(value) for value in samples.ravel().tolist()}),
        max(targets, key=len),
        (plain, plain.removeprefix("binary ").removeprefix("mean "), _initials(settings)),
    )


def activation_word(settings: Settings) -> str:
    """Return what an activation is called over its box, without a remark."""
    label = settings.activation_entry.label.partition(" (")[0]
    return label.lower() if label[1:].islower() else label


def _initials(settings: Settings) -> str:
    return settings.loss_entry.name.replace("_", " ").upper()


@dataclass(frozen=True)
class Row:
    """One input, the bias, or the line for the rest, from left to right."""

    index: int
    """Of the parameter; −1 for the rest."""
    label: Rect
    input: Rect
    pill: Rect
    product: Rect
    """Empty where there is no room."""
    under: Rect
    """The line under the weight for its gradient or its change; empty where there is none."""
    history: Rect | None = None
    bar: Rect | None = None
    """Where there is room for more: how the weight came here, and the product as a bar."""


@dataclass(frozen=True)
class Plan:
    """What fits into a room."""

    letters: Letters = field(compare=False)
    words: Words = field(compare=False)
    size: int
    """Points of the letters."""
    shown: int
    """How many inputs are in sight."""
    under: bool = False
    """Whether gradients have a line under their weights; else they stand on the wires."""
    lane: bool = False
    """Whether there is room for the backward path under everything."""
    products: bool = True
    more: bool = False

    def word(self, text: str) -> float:
        """Return the width of a word beside the numbers."""
        return self.letters.width(text, SMALL)

    @property
    def widths(self) -> dict[str, float]:
        """Width of each column, from left to right."""
        word = self.word
        line = self.letters.line
        number = self.letters.width(_NUMBER)
        strong = self.letters.width(_VALUE, bold=True)
        heads = {kind: word(text) for kind, text in self.words.heads.items()}
        value = min(max(map(self.letters.width, self.words.values)), self.letters.width(_VALUE))
        names = max(map(word, self.words.weights))
        circle = max(strong + 0.6 * line, 3.6 * line)
        widths = {
            "label": max(map(word, (f"x{subscripted(str(self.shown))}", "x₂"))),
            "input": max(heads["input"], value + 0.9 * line, 1.9 * line),
            "pill": GRIP + names + self.letters.width(_NUMBER, bold=True) + 1.2 * line,
        }
        if self.more:
            widths["history"] = 8 * line
        if self.products:
            widths["product"] = max(heads["product"], number)
        if self.more:
            widths["bar"] = 6 * line
        target = word(f"target {self.words.target}") + 1.2 * line
        return widths | {
            "sum": max(circle, heads["sum"]),
            "activation": max(circle, heads["activation"]),
            "output": max(circle, heads["output"]),
            "loss": max(strong + line, target, word(self.words.losses[1])),
        }

    @property
    def wires(self) -> tuple[float, ...]:
        """Least length of each wire, from the inputs to the loss."""
        line = self.letters.line
        return (0.45 * line, (1.3 if self.under else 0.6) * line, line, *(0.75 * line,) * 3)

    @property
    def width(self) -> float:
        """Width of everything with the shortest wires."""
        between = (0.8 if self.more else 0.3) * self.letters.line
        return 2 * _EDGE + sum(self.widths.values()) + sum(self.wires) + between

    def pitch(self, air: float) -> tuple[float, float]:
        """Return the height of a pill, and how far rows are apart."""
        line = self.letters.line
        pill = min(1.2 + 0.3 * air, 1.9) * line
        return pill, pill + (self.under * _UNDER + 0.12 + 0.55 * air) * line

    def tall(self, air: float) -> float:
        """Return the height of what is highest in a row."""
        pill, pitch = self.pitch(air)
        return max(pill, min(0.85 * pitch, 4.5 * self.letters.line)) if self.more else pill

    def extent(self, lines: int, air: float) -> tuple[float, float]:
        """Return what is over the middle of so many rows, and under it."""
        line = self.letters.line
        pitch = self.pitch(air)[1]
        rows = (lines - 1) / 2 * pitch + self.tall(air) / 2
        target, arrow, box = self.tower(air)
        above = max(rows, self.half(air), box + arrow + target) + 1.05 * line
        under = rows + self.under * _UNDER * line
        shapes = max(self.half(air), box + SMALL * line + 2)
        if not self.lane:
            return above, max(under, shapes)
        return above, max(under, shapes + (SMALL + 1.05) * line)

    def tower(self, air: float) -> tuple[float, float, float]:
        """Return the heights of the target, the arrow under it, and half of the loss."""
        line = self.letters.line
        return (
            min(1.15 + 0.15 * air, 1.5) * line,
            min(0.45 + 0.25 * air, 1.0) * line,
            min(0.75 + 0.2 * air, 1.3) * line,
        )

    def half(self, air: float) -> float:
        """Return half of the height of the activation's box, the highest shape."""
        line = self.letters.line
        circle = self.letters.width(_SHORT, bold=True) + 0.6 * line
        return min(max(circle, 3.6 * line) / 2 * (1 + 0.07 * air), (1.9 + 0.6 * air) * line)


def laid_out(
    width: float,
    height: float,
    settings: Settings,
    measure: Callable[[int], Letters],
    *,
    gradients: bool = True,
    more: bool = False,
) -> Plan:
    """Return what fits.

    Letters as large as can be, and the products unless even the smallest leave no room.

    Parameters
    ----------
    width, height
        Size of the whole diagram, in the unit of the letters.
    measure
        Gives the letters of a size in points.
    gradients
        Whether they are shown; where that costs nothing they have their places even if not.
    more
        Whether there is all the window for it.
    """
    inputs = settings.dataset.width
    words = words_of(settings)
    sizes = [_MORE, *POINT_SIZES] if more else POINT_SIZES
    bare = [
        _folded(Plan(measure(size), words, size, inputs, more=more), height, inputs)
        for size in sizes
    ]
    bare += [replace(plan, more=False) for plan in bare if more]
    bare.append(replace(bare[-1], products=False))
    under = [
        _folded(replace(plan, under=True, lane=True), height, inputs)
        for plan in bare
        if plan.size >= _READABLE
    ]
    beside = [replace(plan, lane=True) for plan in bare]
    with_them = _first_that_fits([*under, *beside, *bare], width, height, inputs)
    if gradients:
        return with_them
    without = _first_that_fits(bare, width, height, inputs)
    free = with_them.under and all(
        getattr(with_them, name) == getattr(without, name) for name in ("size", "more", "shown")
    )
    return with_them if free else without


def _folded(plan: Plan, height: float, inputs: int) -> Plan:
    """Return a plan with as many of many inputs as the height allows.

    So that the bias and a line for the rest stand under them.
    """
    if inputs <= MOST_IN_FULL:
        return plan
    rows = int((height - 1.1 * plan.letters.line) / plan.pitch(0.0)[1]) - 2
    return replace(plan, shown=max(_FEWEST_ROWS, min(_MOST_ROWS, rows, inputs)))


def _first_that_fits(plans: list[Plan], width: float, height: float, inputs: int) -> Plan:
    return next((plan for plan in plans if _fits(plan, width, height, inputs)), plans[-1])


def _fits(plan: Plan, width: float, height: float, inputs: int) -> bool:
    folded = plan.shown < inputs
    loose = 0.5 if plan.size > _READABLE + 1 and not folded else 0.0
    high = sum(plan.extent(plan.shown + 1 + folded, loose))
    return high <= height and plan.width <= width and (plan.shown >= _ENOUGH_ROWS or not folded)


@dataclass(frozen=True)
class Layout:
    """Every place."""

    plan: Plan
    rows: tuple[Row, ...]
    """The inputs in sight, the rest where there is one, and the bias."""
    heads: dict[str, Rect]
    """Column -> where its head stands."""
    shapes: dict[str, Rect]
    """What is in COLUMNS -> its shape; "target" is over the loss."""
    captions: dict[str, Rect]
    """What has a line under its shape -> that: the loss, and with a lane the backward names."""
    slots: dict[Slot, Rect]
    """Number of the diagram -> the box it is written in."""
    lane: float | None
    """y of the backward path."""
    bus: float | None = None
    """x on which it goes up to the gradients."""

    @property
    def pills(self) -> dict[int, Rect]:
        """Index of a weight in sight -> its pill."""
        return {row.index: row.pill for row in self.rows if row.index >= 0}

    @property
    def signs(self) -> tuple[Rect, ...]:
        """Where = and × stand over the backward path, between the numbers that are multiplied."""
        names = [self.captions[name] for name in FACTORS]
        return tuple(
            Rect((left.right + right.x) / 2 - 10, left.y, 20, left.height)
            for left, right in itertools.pairwise(names)
        )


def place(
    width: float, height: float, shown: tuple[int, ...], settings: Settings, plan: Plan
) -> Layout:
    """Place everything.

    Parameters
    ----------
    width, height
        Size of the whole diagram, in the unit of the letters.
    shown
        The inputs in sight, by their indices.
    plan
        Sizes, and what there is room for.
    """
    inputs = settings.dataset.width
    indices = [*shown, *([-1] if len(shown) < inputs else []), inputs]
    air = next(
        (
            air
            for air in _AIRS
            if (plan.more or air <= _MOST_AIR) and sum(plan.extent(len(indices), air)) <= height
        ),
        _AIRS[-1],
    )
    above, below = plan.extent(len(indices), air)
    middle = max(0.0, (height - above - below) / 2) + above
    columns, ends = _columns(width, plan)
    rows = _rows(indices, middle, air, columns, plan)
    shapes = _shapes(middle, air, columns, plan)
    line = plan.letters.line
    top = middle - above
    heads = {kind: Rect(box.x, top, box.width, SMALL * line) for kind, box in columns.items()}
    heads["weight"] = heads.pop("pill")
    if plan.more:
        heads["product"] = replace(
            heads["product"], width=heads.pop("bar").right - heads["product"].x
        )
    del heads["label"]
    lane = middle + below - 0.55 * line if plan.lane else None
    captions = {"loss": _centred(shapes["loss"], shapes["loss"].bottom + 2, ends, SMALL * line)}
    if lane is not None:
        for name in FACTORS:
            captions[name] = Rect(
                columns[name].x, lane - (0.5 + SMALL) * line, columns[name].width, SMALL * line
            )
    slots = _slots(rows, shapes, captions, lane, columns, plan)
    bus = None
    if lane is not None and plan.under:
        bus = columns["pill"].right + 0.65 * line
    elif lane is not None and plan.products:
        bus = columns["product"].middle[0]
    return Layout(plan, rows, heads, shapes, captions, slots, lane, bus)


def _centred(box: Rect, y: float, right: float, height: float) -> Rect:
    """Return a line under a box that reaches as far on both sides as there is room at the right."""
    half = right - box.middle[0]
    return Rect(box.middle[0] - half, y, 2 * half, height)


def _columns(width: float, plan: Plan) -> tuple[dict[str, Rect], float]:
    """Return every column, without heights, and where the last may end; wires take the rest."""
    line = plan.letters.line
    widths = plan.widths
    spare = max(0.0, width - plan.width)
    names = [plan.letters.width(text, SMALL) for text in plan.words.inputs]
    longer = min(max(names) - widths["label"], 0.6 * spare + 0.4 * line, 7 * line)
    if longer > 0:
        widths["label"] += longer
        spare = max(0.0, spare - longer)
    used = min(spare, _LONGEST_WIRES * line)
    wires = [least + used * share / 100 for least, share in zip(plan.wires, _SPARE, strict=True)]
    gaps = {
        "label": 0.3 * line,
        "input": wires[0],
        "pill": wires[1],
        "product": wires[2],
        "sum": wires[3],
        "activation": wires[4],
        "output": wires[5],
        "loss": 0.0,
    }
    if plan.more:
        gaps |= {"pill": wires[1] / 2, "history": wires[1] / 2}
        gaps |= {"product": 0.5 * line, "bar": wires[2]}
    elif not plan.products:
        gaps["pill"] = wires[1] + wires[2]
    x = _EDGE + (spare - used) / 2
    columns = {}
    for kind, wide in widths.items():
        columns[kind] = Rect(x, 0.0, wide, 0.0)
        x += wide + gaps[kind]
    return columns, x + _EDGE


def _rows(
    indices: list[int], middle: float, air: float, columns: dict[str, Rect], plan: Plan
) -> tuple[Row, ...]:
    line = plan.letters.line
    high, pitch = plan.pitch(air)
    first = middle - (len(indices) - 1) / 2 * pitch
    rows = []
    for at, index in enumerate(indices):
        y = first + at * pitch - high / 2
        boxes = {kind: replace(box, y=y, height=high) for kind, box in columns.items()}
        nothing = replace(boxes["pill"], width=0.0)
        if plan.more:
            tall = plan.tall(air)
            boxes["history"] = replace(boxes["history"], y=y + (high - tall) / 2, height=tall)
        under = Rect(_EDGE, y + high, boxes["pill"].right - _EDGE, plan.under * _UNDER * line)
        rows.append(
            Row(
                index,
                boxes["label"],
                boxes["input"],
                boxes["pill"],
                boxes.get("product", nothing),
                under,
                boxes.get("history"),
                boxes.get("bar"),
            )
        )
    return tuple(rows)


def _shapes(middle: float, air: float, columns: dict[str, Rect], plan: Plan) -> dict[str, Rect]:
    """Place the sum, the activation, the output, the loss and the target on it."""
    line = plan.letters.line
    square = 2 * plan.half(air)
    circle = min(square, max(plan.letters.width(_SHORT, bold=True) + 0.6 * line, 3.6 * line))
    target, arrow, box = plan.tower(air)
    square = min(square, 1.15 * columns["activation"].width)
    sizes = {
        "sum": (circle, circle),
        "activation": (square, square),
        "output": (circle, circle),
        "loss": (columns["loss"].width, 2 * box),
    }
    shapes = {}
    for name, (wide, high) in sizes.items():
        x = columns[name].middle[0]
        shapes[name] = Rect(x - wide / 2, middle - high / 2, wide, high)
    loss = shapes["loss"]
    shapes["target"] = Rect(loss.x, loss.y - arrow - target, loss.width, target)
    return shapes


def _slots(
    rows: tuple[Row, ...],
    shapes: dict[str, Rect],
    captions: dict[str, Rect],
    lane: float | None,
    columns: dict[str, Rect],
    plan: Plan,
) -> dict[Slot, Rect]:
    line = plan.letters.line
    slots: dict[Slot, Rect] = {}
    for row in rows:
        if row.product.width:
            kind: Slot = ("rest", None) if row.index < 0 else ("product", row.index)
            slots[kind] = _line_in(row.product, line)
        if row.index < 0:
            continue
        slots["input", row.index] = _line_in(row.input, line)
        number = plan.letters.width(_NUMBER, bold=True) + 0.5 * line
        right = replace(row.pill, x=row.pill.right - number - 0.3 * line, width=number)
        slots["weight", row.index] = _line_in(right, line)
        if plan.under:
            wide = plan.letters.width(_NUMBER)
            place = replace(row.under, x=row.under.right - wide, width=wide)
        elif plan.lane and row.product.width:
            place = _line_in(row.product, line)
        else:
            continue
        slots |= dict.fromkeys((("grad", row.index), ("change", row.index)), place)
    y = shapes["sum"].middle[1]
    slots["pre_activation", None] = replace(
        _line_in(shapes["sum"], line), y=y - 0.05 * line, height=line
    )
    for name in ("output", "loss", "target"):
        slots[name, None] = _line_in(shapes[name], line)
    if lane is not None:
        for kind_of, name in zip(BACKWARD, FACTORS, strict=True):
            slots[kind_of, None] = _line_in(replace(columns[name], y=lane), line)
    return slots


def _line_in(box: Rect, line: float) -> Rect:
    """Return a line in the middle of a box, as wide as that."""
    return Rect(box.x, box.middle[1] - line / 2, box.width, line)


def name_in(text: str, room: float, letters: Letters, shorter: str) -> str:
    """Return a name cut to its room, or a shorter one where too little of it would be left."""
    cut = next(
        (
            part
            for count in range(len(text), min(2, len(text) - 1), -1)
            if letters.width(part := elided(text, count), SMALL) <= room + 1
        ),
        "",
    )
    return cut or shorter


def has_own_names(settings: Settings) -> bool:
    """Return whether own data give their inputs names."""
    return bool(input_names(settings))
