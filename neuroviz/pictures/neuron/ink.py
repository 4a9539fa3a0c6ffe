"""The tools with which the neuron's picture is drawn: marks at places whose y grows downwards."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import elided, measured, subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Arrow, Box, Curve, Dash, Marks, Points, Text
from neuroviz.pictures.neuron.layout import GRIP, SMALL, Letters, Rect, centred
from neuroviz.pictures.neuron.numbers import Slot, SlotNumbers, slot_name
from neuroviz.pictures.palette import Palette

LEFT = "left"
CENTRE = "centre"
RIGHT = "right"
_LEAST = 0.6
"""Smallest size to which a number is reduced that is longer than its room."""


class Sheet:
    """Collects marks from back to front, with letters of one size."""

    grounds = True
    """Whether a number that a part of the step has just computed gets a background."""
    grip = GRIP

    def __init__(self, letters: Letters, ink: Palette, numbers: SlotNumbers) -> None:
        self.numbers = numbers
        self.letters = letters
        self.ink = ink
        self.marks: Marks = {}

    def box(
        self,
        key: Hashable,
        box: Rect,
        radius: float,
        fill: str,
        outline: str | None = None,
        stroke: float = 1.2,
    ) -> None:
        """Add a rectangle with round corners."""
        radius = min(radius, box.width / 2, box.height / 2)
        self.marks[key] = Box(
            box.x, -box.bottom, box.width, box.height, radius, fill, outline, stroke
        )

    def line(
        self,
        key: Hashable,
        x: ArrayLike,
        y: ArrayLike,
        colour: str,
        width: float = 1.2,
        dash: Dash = (),
    ) -> None:
        """Add a line through points."""
        self.marks[key] = Curve(x, -np.asarray(y), colour, dash=dash, width=width)

    def arrow(
        self, key: Hashable, start: tuple[float, float], end: tuple[float, float], colour: str
    ) -> None:
        """Add an arrow between two places."""
        (x, y), (to_x, to_y) = start, end
        self.marks[key] = Arrow(x, -y, to_x - x, y - to_y, colour, width=1.2)

    def dot(self, key: Hashable, at: tuple[float, float], size: float, colour: str) -> None:
        """Add a round marker."""
        self.marks[key] = Points([at[0]], [-at[1]], colour, size=size, outline=self.ink.ground)

    def write(
        self,
        key: Hashable,
        box: Rect,
        text: str,
        colour: str,
        side: str = CENTRE,
        size: float = 1.0,
        *,
        bold: bool = False,
        fresh: bool = False,
    ) -> None:
        """Add a text in a box, made smaller if it is longer than the box.

        Parameters
        ----------
        fresh
            Whether it gets a background, because the part of the step on show has just computed it.
        """
        if not text:
            return
        wide = self.letters.width(text, size, bold=bold)
        if wide > box.width > 0:
            size = max(_LEAST, size * box.width / wide)
        place = {LEFT: 0.0, CENTRE: 0.5, RIGHT: 1.0}[side]
        if fresh:
            wide = min(box.width, wide)
            left = box.x + place * (box.width - wide)
            high = min(1.05 * self.letters.line, box.height)
            ground = centred((left + wide / 2, box.middle[1]), wide + 6, high)
            self.box(("fresh", key), ground, 4.0, self.ink.selected)
        self.marks[key] = Text(
            box.x + place * box.width,
            -box.middle[1],
            text,
            colour,
            centred=side == CENTRE,
            right=side == RIGHT,
            size=round(size, 2),
            bold=bold,
        )

    def number(
        self,
        slot: Slot,
        box: Rect,
        side: str = CENTRE,
        *,
        bold: bool = False,
        colour: str | None = None,
    ) -> None:
        """Add the number in a slot; an unknown one is muted."""
        number = self.numbers[slot]
        known = number.value is not None
        ink = (colour or self.ink.ink) if known else self.ink.muted
        self.write(
            slot, box, number.text, ink, side, bold=bold, fresh=number.fresh and self.grounds
        )

    def word(
        self, key: Hashable, box: Rect, text: str, side: str = CENTRE, colour: str | None = None
    ) -> None:
        """Add a word beside the numbers."""
        self.write(key, box, text, colour or self.ink.muted, side, SMALL)

    def cut(self, name: str, room: float) -> str:
        """Return a bold name in the size of words, cut to the letters for which there is room."""
        parts = (elided(name, count) for count in range(len(name), 1, -1))
        wide = self.letters.width
        return next((part for part in parts if wide(part, SMALL, bold=True) <= room), name[:1])

    def input_name(self, index: int, box: Rect, settings: Settings, side: str = CENTRE) -> None:
        """Add an input's name, cut to its room; where too little would be left it is x₁."""
        name = slot_name(("input", index), settings)
        room = box.width + 1
        parts = (elided(name, count) for count in range(len(name), min(2, len(name) - 1), -1))
        fitting = (part for part in parts if self.letters.width(part, SMALL) <= room)
        self.word(("input name", index), box, next(fitting, subscripted(f"x{index + 1}")), side)

    def pill(self, index: int, pill: Rect, settings: Settings) -> None:
        """Add a weight in its pill."""
        edge = self.ink.of_sign(self.numbers["weight", index].value)
        self.box(("pill", index), pill, pill.height / 2, self.ink.ground, edge, 1.6)
        end = 0.45 * self.letters.line
        left = max(self.grip + 4, end)
        inside = Rect(pill.x + left, pill.y, pill.width - left - end, pill.height)
        name = subscripted(settings.parameters.names[index])
        self.word(("name", index), inside, name, LEFT)
        taken = self.letters.width(name, SMALL) + 4
        right = replace(inside, x=inside.x + taken, width=inside.width - taken)
        self.number(("weight", index), right, RIGHT, bold=True)

    def curve_in(self, key: Hashable, box: Rect, values: Floats, colour: str) -> None:
        """Add values (m,) as a curve that fills a box, with a dot at its end."""
        values = values / (float(np.abs(values).max()) or 1.0)
        end = self.graph(key, replace(box, width=box.width - 3), values, colour)
        self.dot((key, "end"), end, 6.0, colour)

    def graph(
        self, key: Hashable, box: Rect, values: Floats, colour: str, scale: Sequence[float] = ()
    ) -> tuple[float, float]:
        """Add values (m,) as a curve in a box, which a scale or else they fill; return its end."""
        low, high = scale or (float(np.nanmin(values)), float(np.nanmax(values)))
        share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
        x = np.linspace(box.x, box.right, len(values))
        y = box.bottom - share * box.height
        self.line(key, x, y, colour, 1.6)
        return box.right, float(y[-1])

    def bar(self, key: Hashable, zero: float, box: Rect, value: float, largest: float) -> None:
        """Add a bar from zero in the colour of its sign; the largest value fills its side."""
        share = value / largest
        end = zero + (share * (box.right - zero) if share > 0 else share * (zero - box.x))
        left, right = sorted((zero, end))
        self.box(
            key, Rect(left, box.y, max(right - left, 1.0), box.height), 2.0, self.ink.of_sign(value)
        )


def readable(marks: Marks, numbers: SlotNumbers, letters: Letters) -> Marks:
    """Return marks in which numbers too long for their room have fewer digits, no small letters."""
    shorter: Marks = {}
    for slot, number in numbers.items():
        mark = marks.get(slot)
        if isinstance(mark, Text) and mark.size < SMALL:
            width = partial(letters.width, bold=mark.bold)
            sign = "+" * mark.text.startswith("+")
            texts = [sign + measured(number.value, digits) for digits in (3, 2, 1)]
            room = mark.size * width(mark.text)
            text = next((each for each in texts if width(each, SMALL) <= room), texts[-1])
            shorter[slot] = replace(mark, text=text, size=SMALL)
    return marks | shorter
