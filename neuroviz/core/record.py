"""What a session is as plain data: names, numbers and lists, as a file has them.

Nothing in it is code. A number is kept to the last bit; None stands for one that was not computed.
"""

from __future__ import annotations

from typing import Any

from neuroviz.core.types import Frozen

FORMAT = "NeuroViz session"
VERSION = 1
"""Counts the forms of session files; this program reads those up to its own."""

Numbers = list[float | None]


class RowsRecord(Frozen):
    """The rows of a run that it would take too long to compute again.

    Enough to go on from the last bit.
    """

    every: int
    """Every so many steps a row is kept, from row 0 on, up to the row before the newest."""
    kept: list[Numbers]
    """Of each such row: its loss, the least and greatest loss since the row before, batch loss,
    learning rate, parameters, gradient and the optimizer's state.
    """
    gap: tuple[float, float] | None
    """Least and greatest loss since the last of these rows; None for none."""
    recent: list[Numbers]
    """The last rows up to the newest, each without the least and greatest loss."""
    losses: list[float]
    """The last losses over all samples that were stored: those of the ends of the last epochs."""


class RunRecord(Frozen):
    """A run: from what it can be made again, and where it stands."""

    number: int
    """Names it in the session, from 1."""
    name: str
    settings: dict[str, bool | int | float | str | list[float | str] | None]
    """What was chosen, ``task`` first; what is not said is as the task has it."""
    edits: list[str] = []
    """Changes in mid-run as STEP:NAME=VALUE, those to be replayed too."""
    step: int = 0
    """How far it has come."""
    parameters: list[float] = []
    """Where it stands, bias last; empty at its start."""
    stopped: bool = False
    """Whether the next step would leave the finite numbers."""
    data: int | None = None
    """Which of the session's data sets it has, from 0; None for the task's own."""
    listed: bool = True
    """Whether it is in the list of runs."""
    slot: int = 0
    visible: bool = True
    """Which colour and shape it has there, and whether it is drawn."""
    rows: RowsRecord | None = None
    """None where the rows are computed again from what is above."""


class LookRecord(Frozen):
    """What of the active run is looked at."""

    step: int | None = None
    """Row that is looked at; None for the newest, wherever that goes."""
    phase: str | None = None
    """Which part of a step was just done (PHASES); None while nobody goes by parts."""
    sample: int | None = None
    """Index of the sample that is picked in table and plot; None for none."""
    unit: int | None = None
    """Index of the hidden neuron that is opened; None for an output."""
    output: int = 0
    """Place of the output that is opened, or was last."""


class SessionRecord(Frozen):
    """A session."""

    runs: list[RunRecord]
    """The active run and those of the list, in its order."""
    active: int
    """Number of the active run."""
    format: str = FORMAT
    version: int = VERSION
    """Say what this is."""
    note: str = ""
    racing: list[int] = []
    """Numbers of the runs that go in lockstep; empty where the active one goes alone."""
    aside: int = 0
    """Number of the run that the race has put aside; 0 for none."""
    look: LookRecord = LookRecord()
    views: dict[str, bool | str | list[str]] = {}
    """What is shown and how, by name: which plots, which pace, which axis."""
    data: list[dict[str, Any]] = []
    """The data sets of the user's own that the runs have."""
