"""Letters of a made-up font, and what stands on a drawn neuron, for its tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from neuroviz.pictures.marks import Mark, Text
from neuroviz.pictures.neuron.layout import Rect


@dataclass(frozen=True)
class MadeLetters:
    """Widths in proportion to the letters, about as DejaVu Sans has them."""

    size: int

    @property
    def line(self) -> float:
        """Height of a line."""
        return 1.56 * self.size

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return how wide a text is."""
        return 0.82 * self.size * size * len(text) * (1.1 if bold else 1.0)


def texts(marks: Iterable[Mark]) -> list[str]:
    """Return every text."""
    return [mark.text for mark in marks if isinstance(mark, Text)]


def place_of(mark: Text, letters: MadeLetters) -> Rect:
    """Return where a text stands."""
    wide = letters.width(mark.text, mark.size, bold=mark.bold)
    high = mark.size * letters.line
    left = mark.x - wide * (0.5 if mark.centred else 1.0 if mark.right else 0.0)
    return Rect(left, -mark.y - high / 2, wide, high)


def overlap(one: Rect, two: Rect) -> tuple[float, float]:
    """Return by how much two boxes lie over each other, in width and height."""
    across = min(one.right, two.right) - max(one.x, two.x)
    return across, min(one.bottom, two.bottom) - max(one.y, two.y)
