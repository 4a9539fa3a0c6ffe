"""The other runs on a landscape, and how they are drawn in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures import palette
from neuroviz.pictures.marks import DASHED, Curve, Mark, Points
from neuroviz.pictures.run_styles import marker, run_style, undrawn

_SIZES: Final = {"star": 10.0, "pentagon": 8.0}
_SIZE = 7.0
_LONGEST = 20
"""Letters of a name in a legend: longer ones would leave it a single column, and the plot no room."""


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run whose loss is the same function of the same parameters."""

    name: str
    """Its name in the list of runs."""
    slot: int
    """Number of its colour, shape and dashes, from 0; see :func:`~neuroviz.pictures.run_styles.run_style`."""
    path: Floats
    """(m, P), m at least 1: its parameters over the rows; the run is at the last."""
    rows: Rows
    """Its history up to there, for principal directions."""


@dataclass(frozen=True, eq=False)
class OtherRuns:
    """What is to be seen beside the active run."""

    runs: tuple[OtherRun, ...] = ()
    """The others, from back to front."""
    left_out: int = 0
    """How many more there are, whose landscape is another one."""
    name: str | None = None
    slot: int | None = None
    """Of the active run, where it is in the list itself; its ball has the shape of its slot."""
    not_drawn: int = 0
    """How many more there are to be seen, which are too many to be told apart."""

    @property
    def paths(self) -> list[Floats]:
        """The paths (m, P) of the others."""
        return [run.path for run in self.runs]

    @property
    def shape(self) -> str:
        """Of the active run's ball."""
        return "circle" if self.slot is None else run_style(self.slot).shape

    @property
    def sentence(self) -> str | None:
        """How many runs are left out, and why; None for none."""
        elsewhere = f"{self.left_out} {'runs have' if self.left_out > 1 else 'run has'} another landscape"
        parts = [*([elsewhere] if self.left_out else []), *([undrawn(self.not_drawn)] if self.not_drawn else [])]
        return " · ".join(parts) or None


NO_OTHERS: Final = OtherRuns()
"""No other run."""


def ball_marks(run: OtherRun, x: Floats, y: Floats, loss: str, off: Bools) -> Iterator[Mark]:
    """Yield the path of another run on a light ground, in dashes where it is off the plane, and its ball.

    Parameters
    ----------
    x, y
        (m,): where its rows stand on paper.
    loss
        Where it is, as it is written.
    off
        (m,): which rows are off the plane.
    """
    style = run_style(run.slot)
    if len(x) > 1:
        yield Curve(x, y, palette.BACKGROUND, width=3.2)
        off_piece = off[1:] | off[:-1]
        for drawn, dash in ((~off_piece, ()), (off_piece, DASHED)):
            if drawn.any():
                yield Curve(*pieces(x, y, drawn), style.colour, dash=dash, width=1.5)
    size = _SIZES.get(style.shape, _SIZE)
    label = f"{short(run.name)}, loss {loss}"
    yield Points(x[-1:], y[-1:], style.colour, marker(style.shape), label, size, palette.BACKGROUND)


def short(name: str) -> str:
    """Return a name as there is room for in a legend."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def pieces(x: Floats, y: Floats, drawn: Bools) -> tuple[Floats, Floats]:
    """Return x and y (k,) of those pieces (n − 1,) of a line (n,) that are drawn, with gaps for the others."""
    points = np.column_stack((x, y))
    points[~(np.append(drawn, False) | np.append(False, drawn))] = np.nan
    gaps = np.flatnonzero(~drawn) + 1
    result = np.insert(points, gaps, np.nan, axis=0)
    return result[:, 0], result[:, 1]
