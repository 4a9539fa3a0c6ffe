"""A race over the epochs: the losses of all, and a ribbon of who leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Curve, EndLabel, Mark, Marks, Points, Rim, Text
from neuroviz.pictures.palette import Palette, faded, run_style

_BALL, _LEADING, _OTHER = 9.0, 3.0, 1.6
"""Diameter of a ball, and widths of the curves of who leads and of the others."""
_PALE = 0.62
"""Opacity of the others."""
_RIBBON = 7.0
"""Pixels of the ribbon's height."""
_FLAT = Rim("#000000", 0.0)
"""Of lines that end where they end."""
_LETTER = 8.0
"""Pixels of a letter of a name over the ribbon, and beside it."""


@dataclass(frozen=True)
class Lead:
    """Who leads from one epoch to another."""

    name: str
    slot: int
    begin: float
    end: float


@dataclass(frozen=True, eq=False)
class RaceCurve:
    """The losses of one that races."""

    name: str
    slot: int
    epochs: Floats
    losses: Floats
    """(m,) each."""
    now: float
    """Its loss at the moment."""
    stopped: bool
    """Whether it has blown up by then."""


@dataclass(frozen=True, eq=False)
class RaceStrip:
    """All losses over log(1 + epoch), in decades, who leads at the moment last."""

    curves: Sequence[RaceCurve]
    leads: Sequence[Lead]
    at: float
    """The epoch of the moment."""

    @property
    def heights(self) -> list[Floats]:
        """(m,) each: the decades of the losses; NaN for a loss of 0."""
        with np.errstate(divide="ignore"):
            found = [np.log10(curve.losses) for curve in self.curves]
        return [np.where(np.isfinite(each), each, np.nan) for each in found]

    @property
    def span(self) -> tuple[float, float]:
        """The least decade, and the highest, no more than one above the start."""
        heights = self.heights
        known = np.concatenate(heights)
        low = float(np.nanmin(known)) if np.isfinite(known).any() else -1.0
        tops = [min(float(np.nanmax(each)), each[0] + 1) for each in heights if each[0] == each[0]]
        return low, max(tops, default=low + 1.0)

    def marks(self, palette: Palette, ribbon: float, pixel: tuple[float, float]) -> Marks:
        """Return ribbon, curves, the balls at the moment, and names at the ends of the curves.

        Parameters
        ----------
        ribbon
            The decade at which the ribbon stands.
        pixel
            How wide and high a pixel is, in units of the axes.
        """
        marks: Marks = {}
        balls: Marks = {}
        for place, (curve, heights) in enumerate(zip(self.curves, self.heights, strict=True)):
            leads = place == len(self.curves) - 1
            colour = palette.muted if curve.stopped else palette.run(curve.slot)
            ink = colour if leads else faded(colour, _PALE)
            x = np.log1p(curve.epochs)
            marks["curve", place] = Curve(x, heights, ink, width=_LEADING if leads else _OTHER)
            if not curve.stopped and curve.now > 0:
                at, now = np.array([math.log1p(self.at)]), np.array([math.log10(curve.now)])
                shape = run_style(curve.slot).shape
                ground = palette.ground
                balls["ball", place] = Points(at, now, colour, shape, size=_BALL, outline=ground)
                if np.isfinite(heights[-1]) and x[-1] > 0:
                    end = float(x[-1]), float(heights[-1])
                    balls["name", place] = EndLabel(*end, curve.name, colour)
        for place, lead in enumerate(self.leads):
            for kind, mark in self._ribbon(lead, palette, ribbon, pixel):
                marks[kind, place] = mark
        return {**marks, **balls}

    def _ribbon(
        self, lead: Lead, palette: Palette, height: float, pixel: tuple[float, float]
    ) -> list[tuple[str, Mark]]:
        left, right = math.log1p(lead.begin), math.log1p(lead.end)
        colour = palette.run(lead.slot)
        x = np.array([left, max(right - 2 * pixel[0], left)])
        y = np.array([height, height])
        marks: list[tuple[str, Mark]] = [("ribbon", Curve(x, y, colour, width=_RIBBON, rim=_FLAT))]
        if (right - left) / pixel[0] > _LETTER * (len(lead.name) + 1):
            above = height + 10 * pixel[1]
            marks.append(
                (
                    "leads",
                    Text(
                        left, above, lead.name, colour, ground=palette.ground, aside=3.0, size=0.9
                    ),
                )
            )
        return marks
