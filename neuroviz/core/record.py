"""A session as plain data: names, numbers and lists, as in a file.

There is no code in it. A number is kept to the last bit; None stands for one that was not computed.
"""

from __future__ import annotations

from typing import Any

from neuroviz.core.types import Frozen

FORMAT = "NeuroViz session"
VERSION = 1
"""The version of the format of session files; this program reads all up to its own."""

Numbers = list[float | None]


class RowsRecord(Frozen):
    """The rows of a run that would take too long to compute again.

    They are enough to go on from, exact to the last bit.
    """

    every: int
    """Steps from one kept row to the next, from row 0 to the row before the newest."""
    kept: list[Numbers]
    """For each such row: its loss, the least and greatest loss since the row before, batch loss,
    learning rate, parameters, gradient and the optimizer's state."""
    gap: tuple[float, float] | None
    """Least and greatest loss since the last of these rows; None if there is none."""
    recent: list[Numbers]
    """The last rows up to the newest, each without the least and greatest loss."""
    losses: list[float]
    """The last stored losses over all samples, at the ends of the last epochs."""


class RunRecord(Frozen):
    """A run: what it is made from again, and where it stands."""

    number: int
    """Its number in the session, from 1."""
    name: str
    settings: dict[str, bool | int | float | str | list[float | str] | None]
    """The choices, ``task`` first; the task fills in the others."""
    edits: list[str] = []
    """Changes in mid-run as STEP:NAME=VALUE, including those still to be replayed."""
    step: int = 0
    """The step at which it stands."""
    parameters: list[float] = []
    """Its parameters at that step, bias last; empty at its start."""
    stopped: bool = False
    """Whether the next step would leave the finite numbers."""
    data: int | None = None
    """Index of its data set in the session, from 0; None for the task's own."""
    listed: bool = True
    """Whether it is in the list of runs."""
    slot: int = 0
    """Which colour and shape it has there."""
    visible: bool = True
    """Whether it is drawn."""
    rows: RowsRecord | None = None
    """Its rows; None where they are computed again from the other fields."""


class LookRecord(Frozen):
    """What is looked at in the active run."""

    step: int | None = None
    """The row that is looked at; None for the newest, also when that moves on."""
    phase: str | None = None
    """The part of a step that was just done (PHASES); None while nobody goes through the parts."""
    sample: int | None = None
    """Index of the sample that is selected in table and plot; None for none."""
    unit: int | None = None
    """Index of the hidden neuron that is opened; None for an output."""
    output: int = 0
    """Index of the output that is opened, or was opened last."""


class SessionRecord(Frozen):
    """A session."""

    runs: list[RunRecord]
    """The active run and the runs in the list, in its order."""
    active: int
    """Number of the active run."""
    format: str = FORMAT
    """Tells that this is a session."""
    version: int = VERSION
    """The version of its format."""
    note: str = ""
    racing: list[int] = []
    """Numbers of the runs that go in lockstep; empty where the active run goes alone."""
    aside: int = 0
    """Number of the run that the race has put aside; 0 for none."""
    look: LookRecord = LookRecord()
    views: dict[str, bool | str | list[str]] = {}
    """What is shown and how, by name: which plots, which pace, which axis."""
    data: list[dict[str, Any]] = []
    """The user's own data sets that the runs have."""
