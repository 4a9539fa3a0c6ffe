"""What the neuron's picture is drawn with: its colours, and marks at places whose y grows down."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neuroviz.pictures import palette
from neuroviz.pictures.marks import Arrow, Box, Curve, Dash, Marks, Points, Text
from neuroviz.pictures.neuron.layout import GRIP, SMALL, Letters, Rect
from neuroviz.pictures.neuron.numbers import Slot, SlotNumber

LEFT, CENTRE, RIGHT = "left", "centre", "right"
_LEAST = 0.6
"""Size of letters to which a number is made smaller that is longer than its room."""


@dataclass(frozen=True)
class Ink:
    """Colours as "#rrggbb", named as those of a theme."""

    card: str
    field: str
    border: str
    edge: str
    ink: str
    muted: str
    accent: str
    selected: str
    track: str
    positive: str
    positive_line: str
    negative: str
    error: str

    def of_sign(self, value: float | None) -> str:
        """Return the colour of a line or a bar."""
        if not value:
            return self.edge
        return self.positive_line if value > 0 else self.negative


PAPER: Final = Ink(
    card=palette.BACKGROUND,
    field="#F7F8FA",
    border=palette.GRID,
    edge=palette.AXIS,
    ink=palette.INK,
    muted=palette.INK_MUTED,
    accent=palette.ACCENT,
    selected="#E6E1FB",
    track=palette.GRID,
    positive=palette.POSITIVE,
    positive_line="#D08300",
    negative=palette.NEGATIVE,
    error=palette.ERROR,
)


class Sheet:
    """Collects marks from back to front, in the letters of a size."""

    def __init__(self, letters: Letters, ink: Ink) -> None:
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
        x: Sequence[float],
        y: Sequence[float],
        colour: str,
        width: float = 1.2,
        dash: Dash = (),
    ) -> None:
        """Add a line through points."""
        self.marks[key] = Curve(np.array(x), -np.array(y), colour, dash=dash, width=width)

    def arrow(
        self, key: Hashable, start: tuple[float, float], end: tuple[float, float], colour: str
    ) -> None:
        """Add an arrow between two places."""
        (x, y), (to_x, to_y) = start, end
        self.marks[key] = Arrow(x, -y, to_x - x, y - to_y, colour, width=1.2)

    def dot(self, key: Hashable, at: tuple[float, float], size: float, colour: str) -> None:
        """Add a round marker."""
        self.marks[key] = Points([at[0]], [-at[1]], colour, size=size, outline=self.ink.card)

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
    ) -> None:
        """Add a text in a box, smaller where it is longer than that."""
        if not text:
            return
        wide = self.letters.width(text, size, bold=bold)
        if wide > box.width > 0:
            size = max(_LEAST, size * box.width / wide)
        x = {LEFT: box.x, CENTRE: box.middle[0], RIGHT: box.right}[side]
        self.marks[key] = Text(
            x,
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
        number: SlotNumber,
        colour: str,
        side: str = CENTRE,
        size: float = 1.0,
        *,
        bold: bool = False,
    ) -> None:
        """Add a number, on a ground where the part of the step on show has just computed it."""
        if number.fresh and number.text:
            wide = min(box.width, self.letters.width(number.text, size, bold=bold)) + 6
            left = {LEFT: box.x - 3, CENTRE: box.middle[0] - wide / 2, RIGHT: box.right - wide + 3}
            high = min(box.height, 1.05 * self.letters.line)
            ground = Rect(left[side], box.middle[1] - high / 2, wide, high)
            self.box(("fresh", slot), ground, 4.0, self.ink.selected)
        self.write(slot, box, number.text, colour, side, size, bold=bold)

    def word(
        self, key: Hashable, box: Rect, text: str, side: str = CENTRE, colour: str | None = None
    ) -> None:
        """Add a word beside the numbers."""
        self.write(key, box, text, colour or self.ink.muted, side, SMALL)

    def pill(self, index: int, pill: Rect, name: str, number: SlotNumber) -> None:
        """Add a weight in its pill."""
        known = self.ink.ink if number.value is not None else self.ink.muted
        edge = self.ink.of_sign(number.value)
        self.box(("pill", index), pill, pill.height / 2, self.ink.card, edge, 1.6)
        left = pill.x + GRIP + 4
        room = pill.right - left - 0.45 * self.letters.line
        self.word(("name", index), Rect(left, pill.y, room, pill.height), name, LEFT)
        room -= self.letters.width(name, SMALL) + 4
        right = Rect(left, pill.y, pill.right - 0.45 * self.letters.line - left, pill.height)
        size = min(1.0, room / max(1.0, self.letters.width(number.text, bold=True)))
        self.number(("weight", index), right, number, known, RIGHT, size, bold=True)

    def curve_in(self, key: Hashable, box: Rect, values: Sequence[float], colour: str) -> None:
        """Add numbers as a curve that fills a box, with a dot at its end."""
        heights = np.asarray(values, dtype=np.float64)
        low, high = float(heights.min()), float(heights.max())
        share = (heights - low) / (high - low) if high > low else np.full(len(heights), 0.5)
        x = np.linspace(box.x, box.right - 3, len(heights)) if len(heights) > 1 else [box.right - 3]
        y = box.bottom - share * box.height
        self.line(key, np.asarray(x).tolist(), y.tolist(), colour, 1.6)
        self.dot((key, "end"), (box.right - 3, float(y[-1])), 6.0, colour)

    def bar(self, key: Hashable, zero: float, box: Rect, share: float, colour: str) -> None:
        """Add a bar from a zero line, so much of the room on its side long, −1 … 1."""
        end = zero + (share * (box.right - zero) if share > 0 else share * (zero - box.x))
        left, right = sorted((zero, end))
        self.box(key, Rect(left, box.y, max(right - left, 1.0), box.height), 2.0, colour)
