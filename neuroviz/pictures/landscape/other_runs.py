"""The other runs on a landscape, and how they are drawn in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures.run_styles import run_style, undrawn

_LONGEST = 20
"""Letters of a name in a legend: longer ones would leave it a single column, and the plot no
room."""


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run whose loss is the same function of the same parameters."""

    name: str
    """Its name in the list of runs."""
    slot: int
    """Number of its colour, shape and dashes, from 0; see
    :func:`~neuroviz.pictures.run_styles.run_style`."""
    path: Floats
    """(m, P), m at least 1: its parameters over the rows; the run is at the last."""
    rows: Rows | None = None
    """Its history up to there, for principal directions; None where these are not asked for."""


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
        elsewhere = (
            f"{self.left_out} {'runs have' if self.left_out > 1 else 'run has'} another landscape"
        )
        parts = [
            *([elsewhere] if self.left_out else []),
            *([undrawn(self.not_drawn)] if self.not_drawn else []),
        ]
        return " · ".join(parts) or None


NO_OTHERS: Final = OtherRuns()
"""No other run."""


def short(name: str) -> str:
    """Return a name as there is room for in a legend."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
