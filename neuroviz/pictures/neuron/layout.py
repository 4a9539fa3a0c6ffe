"""The places of everything in the neuron's diagram, for a given room and size of letters.

There is one layout, which scales: the wires take up the width, lines and letters the height. Where
the height is not enough for gradients below their weights, they stand on the wires in place of the
products; the words stay. On a narrow page it is folded: what follows the sum stands below the
weights. This is plain geometry.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol

import numpy as np
from msgspec.structs import astuple, replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured, subscripted
from neuroviz.core.types import Frozen
from neuroviz.pictures.neuron.numbers import MOST_IN_FULL, Slot, slot_name

POINT_SIZES = (12, 11, 10, 9, 8, 7)
"""Sizes of letters in points; the first that fits is taken, or else the last."""
SMALL = 0.87
"""Size of words, relative to values."""
GRIP = 14.0
"""Pixels of the dots at the left of a pill, by which it is dragged."""
REST = -1
"""The row for the inputs that are not visible."""
_MORE = 13
"""Points of letters where the diagram fills the window, to show more and not larger."""
_EDGE = 3.0
_NAMED, _SMALLER = 5.0, 2
"""Lines for names of inputs, for which letters may be this many points smaller."""
_READABLE = 9
"""Least points of letters if gradients stand below their weights."""
_MOST_ROWS, _FEWEST_ROWS, _ENOUGH_ROWS = 24, 3, 6  # of many inputs
_AIRS = tuple(step / 4 for step in range(32, -1, -1))
_MOST_AIR = 4.0
"""How loosely lines stand, in the order in which it is tried; the most unless it fills the
window."""
_UNDER, _CLEAR = 0.95, 0.12  # lines of the gradient below a weight, and clear of the weight's ring
_SPARE = (8, 8, 25, 20, 20, 19)
"""Shares of the free room that wires get, from the inputs to the loss, in percent."""
_LONGEST_WIRES = 42.0  # lines, all wires together
_BELOW, _DIGIT = 0.45, 0.35
"""Lines by which the sum stands below the middle of its circle, and half of a digit's height."""
_FOLD = 1.2
"""Lines between the two parts of a folded diagram, for the ways from one to the other."""
_LEAST_ARROW = 0.8
"""Lines that half of an arrow between two numbers of the backward path keeps."""
_NUMBER = "−0.00000"
_SHORT = "−0.0000"
_VALUE = "−0.000"
"""Widest texts of a number, of one in a circle, and of an input; longer ones are made smaller."""
_MEASURED = 200
"""Samples by which the width of targets is measured."""
_OF_PEOPLE = ("Huber", "Heaviside")
"""Names of people, which keep their capitals."""
COLUMNS = ("sum", "activation", "output", "loss")
"""The shapes to the right of the rows, from left to right."""
FACTORS = {
    "sum": ("∂ℓ/∂z", "loss_by_pre_activation"),
    "activation": ("∂ŷ/∂z", "output_by_pre_activation"),
    "output": ("∂ℓ/∂ŷ", "loss_by_output"),
}
"""Shape with a backward number -> the symbol of that and its kind."""


class Rect(Frozen):
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its bottom edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def around(self, by: float, down: float | None = None) -> Rect:
        """Return a rectangle that is larger by this much on each side."""
        down = by if down is None else down
        return Rect(self.x - by, self.y - down, self.width + 2 * by, self.height + 2 * down)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a place lies in it."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def across(self, row: Rect) -> Rect:
        """Return where this column crosses a row."""
        return Rect(self.x, row.y, self.width, row.height)


def centred(at: tuple[float, float], width: float, height: float) -> Rect:
    """Return a rectangle around its centre."""
    return Rect(at[0] - width / 2, at[1] - height / 2, width, height)


class Letters(Protocol):
    """Knows the size of texts in one size of letters."""

    @property
    def line(self) -> float:
        """Height of a line, in the unit of the widths."""

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return the width of a text; ``size`` is relative to the size of a value."""


def heads_of(settings: Settings) -> dict[str, str]:
    """Return the head of each column."""
    return {
        "input": "input",
        "weight": "weight",
        "history": "so far",
        "product": "weight × input",
        "sum": "sum z",
        "activation": _plain(settings.activation_entry.label),
        "output": f"output {settings.output_letter}",
        "loss": _head_of_loss(settings),
    }


def _head_of_loss(settings: Settings) -> str:
    """Return it so that nobody takes the loss for the run's, which is the mean over the samples."""
    if settings.before_one_output:
        return "into ŷ"
    return "loss" if settings.whole.independent else "sample's loss"


def _plain(label: str) -> str:
    """Return a name without a remark, in lower case unless it is an abbreviation or a person's."""
    name = label.partition(" (")[0]
    return name.lower() if name[1:].islower() and name not in _OF_PEOPLE else name


def loss_names(settings: Settings) -> tuple[str, str]:
    """Return the name of the loss, and a short form of it."""
    if settings.before_one_output:
        return (f"{settings.out_names[0]}·{settings.output_letter}",) * 2
    # A hidden neuron before several outputs has the name of the loss behind them.
    plain = _plain(settings.whole.loss_entry.label)
    return plain, plain.removeprefix("binary ").removeprefix("mean ")


def longest_input(settings: Settings) -> str:
    """Return a text as long as the longest input."""
    inputs = settings.coded_inputs
    largest = float(abs(inputs).max(initial=0.0))
    whole = largest < 1e4 and bool((inputs == np.round(inputs)).all())
    return f"{'−' if inputs.min(initial=0.0) < 0 else ''}{largest:.0f}" if whole else _VALUE


def longest_target(settings: Settings) -> str:
    """Return the longest of the targets as they are written."""
    if settings.is_hidden and not settings.before_one_output:
        return ""
    return max(map(measured, settings.coded_targets[:_MEASURED].tolist()), key=len)


class Plan(Frozen, dict=True):
    """What fits into a room."""

    settings: Settings
    letters: Letters
    size: int
    """Points of the letters."""
    shown: int
    """How many inputs are visible."""
    under: bool = False
    """Whether gradients have a line below their weights; otherwise they stand on the wires."""
    lane: bool = False
    """Whether there is room for the backward path below everything."""
    more: bool = False
    """Whether there are curves of the weights, and bars of products."""
    folded: bool = False
    """Whether what follows the sum stands below the weights."""

    def __eq__(self, other: object) -> bool:
        # The settings and the letters do not count: this is for comparing places.
        return isinstance(other, Plan) and astuple(self)[2:] == astuple(other)[2:]

    @property
    def grip(self) -> float:
        """Width of the dots in a pill; paper, where nothing is dragged, needs it for numbers."""
        return GRIP * (not self.folded)

    def word(self, text: str) -> float:
        """Return the width of a word beside the numbers."""
        return self.letters.width(text, SMALL)

    @cached_property
    def names(self) -> float:
        """Width of the longest name of an input."""
        inputs = range(self.settings.dataset.width)
        return max(self.word(slot_name(("input", index), self.settings)) for index in inputs)

    @cached_property
    def widths(self) -> dict[str, float]:
        """Width of each column, from left to right."""
        line = self.letters.line
        heads = {kind: self.word(text) for kind, text in heads_of(self.settings).items()}
        digits = -1 if self.folded else len(_NUMBER)
        number = self.letters.width(_NUMBER[:digits])
        weight = self.letters.width(_NUMBER[:digits], bold=True)
        circle = self.letters.width(_VALUE, bold=True) + 0.6 * line
        names = self.word(subscripted(f"w{self.settings.dataset.width}"))
        target = longest_target(self.settings)[: len(_SHORT) if self.folded else None]
        value = self.letters.width(longest_input(self.settings)) + 0.9 * line
        widths = {
            "label": names,
            "input": max(heads["input"], value, 1.9 * line),
            "weight": self.grip + names + weight + 1.2 * line,
            "history": 8 * line,
            # Folded, its head lies over the wires too.
            "product": max(heads["product"] - 1.8 * line * self.folded, number),
            "bar": 6 * line,
            "back": number + 2 * line,
            **{name: max(circle, heads[name]) for name in COLUMNS},
        }
        name = self.word(loss_names(self.settings)[1])
        target_pill = self.word(f"target {target}") + 1.2 * line
        widths["loss"] = max(circle, target_pill, heads["loss"], name)
        left_out = *(() if self.more else _OF_MORE), *(() if self.folded else ("back",))
        return {kind: wide for kind, wide in widths.items() if kind not in left_out}

    @property
    def parts(self) -> tuple[list[str], ...]:
        """The columns from left to right, of each of the two parts if it is folded."""
        if not self.folded:
            return ([*self.widths],)
        lower = ["back", *COLUMNS[1:]]
        return [kind for kind in self.widths if kind not in lower], lower

    @property
    def gaps(self) -> dict[str, float]:
        """Least room behind each column: the wires, and what parts the others."""
        line = self.letters.line
        gaps = dict.fromkeys(("back", *COLUMNS[:3]), 0.75 * line)
        gaps |= {"label": 0.3 * line, "input": 0.45 * line, "product": line, "loss": 0.0}
        gaps["weight"] = (1.3 if self.under else 0.6) * line
        if self.more:
            gaps |= {"history": 0.6 * line, "product": 0.5 * line, "bar": line}
        return gaps

    @property
    def width(self) -> float:
        """Width of everything with the shortest wires."""
        return max(map(self.across, self.parts))

    def across(self, columns: list[str]) -> float:
        """Return the width of some columns with the shortest wires; behind the last is none."""
        gaps = sum(self.gaps[kind] for kind in columns[:-1])
        return 2 * _EDGE + sum(self.widths[kind] for kind in columns) + gaps

    def names_in(self, width: float) -> float:
        """Return the width of the inputs' names in a room of this width."""
        line = self.letters.line
        spare = max(0.0, width - self.across(self.parts[0]))
        own = self.widths["label"]
        return own + max(0.0, min(self.names - own, 0.6 * spare + 0.4 * line, 7 * line, spare))

    def is_smaller(self, other: Plan) -> bool:
        """Return whether this is the other plan in slightly smaller letters."""
        alike = replace(self, size=other.size, shown=other.shown) == other
        return alike and self.size >= max(other.size - _SMALLER, _READABLE)

    def heights(self, air: float) -> tuple[float, float, float]:
        """Return the height of a pill, of the highest part of a row, and the distance of rows."""
        line = self.letters.line
        pill = min(1.2 + 0.3 * air, 1.9) * line
        below = max(0.55 * air, self.under * _CLEAR)  # down to the ring of the next one
        pitch = pill + (self.under * _UNDER + _CLEAR + below) * line
        return pill, max(pill, self.more * min(0.85 * pitch, 4.5 * line)), pitch

    def tower(self, air: float) -> tuple[float, float, float, float]:
        """Return the heights of target, arrow, loss and activation, which is the highest shape."""
        line = self.letters.line
        circle = self.letters.width(_SHORT, bold=True) + 0.6 * line
        return (
            min(1.15 + 0.15 * air, 1.5) * line,
            min(0.45 + 0.25 * air, 1.0) * line,
            min(1.5 + 0.4 * air, 2.6) * line,
            min(circle * (1 + 0.07 * air), (3.8 + 1.2 * air) * line),
        )

    def extents(self, rows: int, air: float) -> list[tuple[float, float]]:
        """Return the heights of each part above and below its middle, with this many rows."""
        line = self.letters.line
        _, tall, pitch = self.heights(air)
        half = (rows - 1) / 2 * pitch + tall / 2
        target, arrow, loss, square = self.tower(air)
        head = 1.05 * line
        tower = max(square / 2, loss / 2 + arrow + target)
        shapes = max(square / 2, loss / 2 + SMALL * line + 2)
        shapes += self.lane * (SMALL + 1.05) * line
        foot = half + self.under * (_UNDER + _CLEAR) * line
        if not self.folded:
            return [(max(half, tower) + head, max(foot, shapes))]
        upper = max(half, square / 2) + head, max(foot, square / 2)
        return [upper, (tower + head + _FOLD * line, shapes)]

    def height(self, rows: int, air: float) -> float:
        """Return the height of everything."""
        return sum(map(sum, self.extents(rows, air)))


_OF_MORE = ("history", "bar")


def laid_out(
    width: float,
    height: float,
    settings: Settings,
    measure: Callable[[int], Letters],
    *,
    gradients: bool = True,
    more: bool = False,
    folds: bool = False,
) -> Plan:
    """Return what fits, in the largest letters possible.

    Parameters
    ----------
    width, height
        Size of the whole diagram, in the unit of the letters.
    measure
        Returns the letters of a size in points.
    gradients
        Whether gradients are shown; they keep their places even if not, where that costs nothing.
    more
        Whether the diagram fills the window.
    folds
        Whether it may be folded.
    """
    inputs = settings.dataset.width
    sizes = [_MORE, *POINT_SIZES] if more else POINT_SIZES
    bare = [Plan(settings, measure(size), size, inputs, more=more) for size in sizes]
    bare += [replace(plan, more=False) for plan in bare if more]
    bare += [replace(bare[0], folded=True)] if folds else []
    lane = [replace(plan, lane=True) for plan in bare]
    under = [replace(plan, under=True) for plan in lane if plan.size >= _READABLE]
    with_them = _first_that_fits([*under, *lane, *bare], width, height)
    if gradients:
        return with_them
    without = _first_that_fits(bare, width, height)
    alike = replace(with_them, under=False, lane=False) == without
    return with_them if with_them.under and alike else without


def _first_that_fits(plans: list[Plan], width: float, height: float) -> Plan:
    """Return the first plan that fits, with as many of the inputs as the height allows.

    The bias and a line for the rest are always below them. If names of inputs would be cut, a plan
    in smaller letters is better that cuts less of them.
    """
    fitting = None
    for plan in plans:
        inputs = plan.shown
        air = 0.5 if plan.size > _READABLE + 1 else 0.0
        if inputs > MOST_IN_FULL:
            free = height - 1.1 * plan.letters.line - sum(map(sum, plan.extents(1, 0.0)[1:]))
            rows = int(free / plan.heights(0.0)[2]) - 2
            shown = max(_FEWEST_ROWS, min(_MOST_ROWS, rows, inputs))
            # A line for the rest would take as much room as the last input itself.
            plan = replace(plan, shown=shown + (shown == inputs - 1))
            air = 0.0
        rows = plan.shown + 1 + (plan.shown < inputs)
        # Before letters become too small to read, fewer inputs are shown.
        enough_rows = _ENOUGH_ROWS if plan.under or plan.size > _READABLE else _FEWEST_ROWS
        enough = plan.shown >= min(enough_rows, inputs)
        if fitting is not None and not plan.is_smaller(fitting):
            return fitting
        if enough and plan.height(rows, air) <= height and plan.width <= width:
            if plan.names_in(width) >= min(plan.names, _NAMED * plan.letters.line):
                return plan
            fitting = max(fitting or plan, plan, key=lambda one: one.names_in(width))
    return fitting or plan


class Layout(Frozen):
    """The place of everything."""

    plan: Plan
    columns: Mapping[str, Rect]
    """Columns from left to right, without heights."""
    rows: Mapping[int, Rect]
    """Visible parameter, or REST -> its row, as high as a pill."""
    tall: float
    """Height of the highest part of a row."""
    heads: Mapping[str, Rect]
    """Column -> the box of its head."""
    shapes: Mapping[str, Rect]
    """Shape of COLUMNS -> its box; "target" is above the loss."""
    slots: Mapping[Slot, Rect]
    """Slot of the diagram -> the box of its number."""
    lane: float | None
    """y of the backward path; None without it."""
    fold: float | None
    """y where the upper part of a folded diagram ends; None if it is not folded."""

    @property
    def pills(self) -> dict[int, Rect]:
        """Index of a visible weight -> its pill."""
        return {i: self.columns["weight"].across(row) for i, row in self.rows.items() if i != REST}

    @property
    def last(self) -> Rect:
        """The row of the bias."""
        return self.rows[max(self.rows)]

    def way_up(self, start: float, x: float) -> list[tuple[float, float]]:
        """Return the corners of the backward path from an x on it to where it turns up at ``x``."""
        lane = self.lane or 0.0
        if self.fold is None:
            return [(start, lane), (x, lane)]
        y = self.fold + 0.35 * self.plan.letters.line
        return [(start, lane), (_EDGE, lane), (_EDGE, y), (x, y)]

    def value(self, name: str) -> Rect:
        """Return the box of the number in a shape; that of the sum is below the Σ.

        In a circle it ends before the ring, which is nearest at the lower edge of the digits.
        """
        line = self.plan.letters.line
        x, y = self.shapes[name].middle
        half = self.shapes[name].width / 2
        down = _BELOW * line if name == "sum" else 0.0
        if name != "loss":
            half = math.sqrt(max(0.0, half**2 - (down + _DIGIT * line) ** 2))
        return centred((x, y + down), 2 * half - 0.6 * line, line)

    def factor(self, name: str) -> Rect:
        """Return the box of a backward number's name, above the number."""
        line = self.plan.letters.line
        number = self.slots[FACTORS[name][1], None]
        return replace(number, y=number.y - SMALL * line, height=SMALL * line)

    @property
    def signs(self) -> tuple[Rect, ...]:
        """The boxes of = and × above the backward path, between the numbers that are multiplied."""
        names = itertools.pairwise(map(self.factor, FACTORS))
        return tuple(
            replace(left, x=left.right, width=right.x - left.right) for left, right in names
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
        Indices of the visible inputs.
    plan
        Its sizes, and what there is room for.
    """
    line = plan.letters.line
    inputs = settings.dataset.width
    indices = [*shown, *([REST] if len(shown) < inputs else []), inputs]
    airs = (air for air in _AIRS if plan.more or air <= _MOST_AIR)
    count = len(indices)
    air = next((air for air in airs if plan.height(count, air) <= height), 0.0)
    top = max(0.0, (height - plan.height(count, air)) / 2)
    upper, *lower = plan.extents(count, air)
    middle = row = top + upper[0]
    bottom = top + sum(upper)
    fold = bottom if lower else None
    for above, below in lower:
        row = bottom + above
        bottom = row + below
    columns = _columns(width, plan)
    pill, tall, pitch = plan.heights(air)
    first = middle - (count - 1) / 2 * pitch - pill / 2
    rows = {index: Rect(0.0, first + at * pitch, width, pill) for at, index in enumerate(indices)}
    heads = {
        kind: box.across(Rect(0.0, top, 0.0, SMALL * line))
        for kind, box in columns.items()
        if kind not in ("label", "bar", "back")
    }
    if plan.more:
        long = columns["bar"].right - columns["product"].x
        heads["product"] = replace(heads["product"], width=long)
    shapes = _shapes(row, plan.tower(air), columns, plan)
    if fold is not None:
        heads["product"] = heads["product"].around(0.9 * line, 0.0)
        wide = min(shapes["sum"].width, columns["sum"].width)
        shapes["sum"] = centred((shapes["sum"].middle[0], middle), wide, wide)
        heads |= {kind: replace(heads[kind], y=fold + _FOLD * line) for kind in COLUMNS[1:]}
    lane = bottom - 0.55 * line if plan.lane else None
    slots = _slots(rows, columns, shapes, plan)
    if lane is not None:
        band = Rect(0.0, lane - line / 2, 0.0, line)
        # Numbers of one row have one size: a long one may take some of the arrow beside it.
        factors = {**columns, "sum": columns.get("back", columns["sum"])}
        apart = columns["activation"].x - factors["sum"].right
        more = max(0.0, apart / 2 - _LEAST_ARROW * line)
        slots |= {
            (kind, None): factors[name].across(band).around(more, 0.0)
            for name, (_, kind) in FACTORS.items()
        }
    return Layout(plan, columns, rows, tall, heads, shapes, slots, lane, fold)


def _columns(width: float, plan: Plan) -> dict[str, Rect]:
    """Return all columns, without heights; the wires take the room that is left over."""
    line = plan.letters.line
    widths = dict(plan.widths)
    gaps = plan.gaps
    longer = plan.names_in(width) - widths["label"]
    widths["label"] += longer
    wires = ("input", "weight", "bar" if plan.more else "product", *COLUMNS[:3])
    shares = {"back": _SPARE[3], **dict(zip(wires, _SPARE, strict=True))}
    columns = {}
    for part in plan.parts:
        spare = max(0.0, width - plan.across(part)) - longer * ("label" in part)
        used = min(spare, _LONGEST_WIRES * line)
        whole = sum(shares.get(kind, 0) for kind in part[:-1])
        x = _EDGE + (spare - used) / 2
        for kind in part:
            columns[kind] = Rect(x, 0.0, widths[kind], 0.0)
            x += widths[kind] + gaps[kind] + used * shares.get(kind, 0) / whole
    return columns


def _shapes(
    middle: float, tower: tuple[float, ...], columns: dict[str, Rect], plan: Plan
) -> dict[str, Rect]:
    """Return the boxes of sum, activation, output and loss, and of the target above the loss."""
    target, arrow, loss, square = tower
    wide = columns["loss"].width
    wire = columns["activation"].x - columns.get("back", columns["sum"]).right
    square = min(square, columns["activation"].width + 0.4 * wire)
    circle = plan.letters.width(_SHORT, bold=True) + 0.6 * plan.letters.line
    circle = min(square, circle, columns["sum"].width + 0.4 * wire)
    sizes = ((circle, circle), (square, square), (circle, circle), (wide, loss))
    shapes = {
        name: centred((columns[name].middle[0], middle), *size)
        for name, size in zip(COLUMNS, sizes, strict=True)
    }
    over = middle - loss / 2 - arrow - target
    return shapes | {"target": Rect(columns["loss"].x, over, wide, target)}


def _slots(
    rows: dict[int, Rect], columns: dict[str, Rect], shapes: dict[str, Rect], plan: Plan
) -> dict[Slot, Rect]:
    slots: dict[Slot, Rect] = {
        ("pre_activation", None): shapes["sum"],
        **{(name, None): shapes[name] for name in ("output", "loss", "target")},
    }
    for index, row in rows.items():
        product = columns["product"].across(row)
        if index == REST:
            slots["rest", None] = product
            continue
        slots |= {(kind, index): columns[kind].across(row) for kind in ("input", "weight")}
        slots["product", index] = product
        if plan.under:
            line = plan.letters.line
            under = Rect(0.0, row.bottom + _CLEAR * line, 0.0, _UNDER * line)
            product = columns["weight"].across(under)
        if plan.lane:
            slots |= {(kind, index): product for kind in ("grad", "change")}
    return slots
