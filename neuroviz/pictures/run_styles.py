"""The looks of runs that are compared: colour, dashes and shape by the place a run has in the list.

The same on screen, in light and dark, and on paper. None is near the colours of the two classes,
the accent, which belongs to the run that goes on, or the red of errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from neuroviz.pictures.marks import Dash, Marker

SHAPES: Final = ("circle", "square", "triangle", "diamond", "pentagon", "star")
"""Shapes of balls, in the order of use."""

_MARKERS: Final[dict[str, Marker]] = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "pentagon": "p",
    "star": "*",
}

# Eight, so that a race of the most runs there are repeats none.
_COLOURS: Final = (
    "#A3408C",
    "#007A64",
    "#2B2B36",
    "#587500",
    "#7A6540",
    "#6B6B70",
    "#00606E",
    "#701C38",
)
_COLOURS_DARK: Final = (
    "#E493CE",
    "#4FD1AE",
    "#F1F1F4",
    "#A9CF62",
    "#D6C9B4",
    "#A6A2A0",
    "#8FF0FF",
    "#FFB8B0",
)
# Solid first: dashes alone are for what theory predicts.
_DASHES: Final[tuple[Dash, ...]] = ((), (7.0, 2.0), (1.5, 2.0), (7.0, 2.0, 1.5, 2.0))


@dataclass(frozen=True)
class RunStyle:
    """How one run is drawn."""

    colour: str
    colour_dark: str
    """Hex colour on light and on dark ground: at least 4.5:1 there,
    so that its name can be written in it."""
    dash: Dash
    """The dashes of its curve."""
    shape: str
    """Of its ball, in SHAPES."""


def run_style(slot: int) -> RunStyle:
    """Return how the run in a slot, 0, 1 …, is drawn.

    From the ninth on, colours come again with other dashes.
    """
    cycle, place = divmod(slot, len(_COLOURS))
    return RunStyle(
        colour=_COLOURS[place],
        colour_dark=_COLOURS_DARK[place],
        dash=_DASHES[cycle % len(_DASHES)],
        # Another shape for the same colour, so that a ball, which has no dashes,
        # is told apart as well.
        shape=SHAPES[(place + cycle) % len(SHAPES)],
    )


def marker(shape: str) -> Marker:
    """Return the mark that is a shape of SHAPES."""
    return _MARKERS[shape]


def undrawn(count: int) -> str:
    """Return how a picture says that so many runs, above 0, are not in it."""
    return f"{count:,} more {'runs are' if count > 1 else 'run is'} not drawn"
