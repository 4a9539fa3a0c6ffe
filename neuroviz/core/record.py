"""What a session is as plain data: names, numbers and lists, as a file has them; nothing in it is code.

A number is kept to the last bit; None stands for one that was not computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FORMAT = "NeuroViz session"
VERSION = 1
"""Counts the forms of session files; this program reads those up to its own."""

Numbers = list[float | None]


@dataclass(frozen=True)
class RowsRecord:
    """The rows of a run that it would take too long to compute again: enough to go on from the last bit.

    Parameters
    ----------
    every
        Every so many steps a row is kept, from row 0 on, up to the row before the newest.
    kept
        Of each such row: its loss, the least and greatest loss since the row before, batch loss, learning rate,
        parameters, gradient and the optimizer's state.
    gap
        Least and greatest loss since the last of these rows; None for none.
    recent
        The last rows up to the newest, each without the least and greatest loss.
    losses
        The last losses over all samples that were stored: those of the ends of the last epochs.
    """

    every: int
    kept: list[Numbers]
    gap: tuple[float, float] | None
    recent: list[Numbers]
    losses: list[float]


@dataclass(frozen=True)
class RunRecord:
    """A run: from what it can be made again, and where it stands.

    Parameters
    ----------
    number
        Names it in the session, from 1.
    settings
        What was chosen, ``task`` first; what is not said is as the task has it.
    edits
        Changes in mid-run as STEP:NAME=VALUE, those to be replayed too.
    step
        How far it has come.
    parameters
        Where it stands, bias last; empty at its start.
    stopped
        Whether the next step would leave the finite numbers.
    data
        Which of the session's data sets it has, from 0; None for the task's own.
    listed
        Whether it is in the list of runs.
    slot, visible
        Which colour and shape it has there, and whether it is drawn.
    rows
        None where the rows are computed again from what is above.
    """

    number: int
    name: str
    settings: dict[str, bool | int | float | str | list[float | str] | None]
    edits: list[str] = field(default_factory=list)
    step: int = 0
    parameters: list[float] = field(default_factory=list)
    stopped: bool = False
    data: int | None = None
    listed: bool = True
    slot: int = 0
    visible: bool = True
    rows: RowsRecord | None = None


@dataclass(frozen=True)
class LookRecord:
    """What of the active run is looked at: step (None for the newest), part of a step, sample."""

    step: int | None = None
    phase: str | None = None
    sample: int | None = None


@dataclass(frozen=True)
class SessionRecord:
    """A session.

    Parameters
    ----------
    runs
        The active run and those of the list, in its order.
    active
        Number of the active run.
    format, version
        Say what this is.
    racing
        Numbers of the runs that go in lockstep; empty where the active one goes alone.
    views
        What is shown and how, by name: which plots, which pace, which axis.
    data
        The data sets of the user's own that the runs have.
    """

    runs: list[RunRecord]
    active: int
    format: str = FORMAT
    version: int = VERSION
    note: str = ""
    racing: list[int] = field(default_factory=list)
    look: LookRecord = field(default_factory=LookRecord)
    views: dict[str, bool | str | list[str]] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)
