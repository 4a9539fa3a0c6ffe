"""ListedRun: a run of the list, frozen, as views draw it beside the active one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.rewind import Rewinder
from neuroviz.core.training.row import Row


@dataclass(frozen=True, eq=False)
class ListedRun:
    """One run of the list."""

    number: int
    """Names it in the session's methods."""
    name: str
    """Its name in lists and legends, which a person may change."""
    differs: str
    """What it has of that in which the runs differ."""
    slot: int
    """Which colour and shape it has, from 0."""
    settings: Settings
    edits: tuple[Edit, ...]
    """Those it started with, with the limits of now, and its changes in mid-run."""
    rows: Rows | None
    """Its history; None until torch is loaded."""
    visible: bool
    active: bool
    racing: bool
    """Whether it is drawn, is the one that goes on, and goes in step with that."""
    stopped: bool
    """Whether its next step would leave the finite numbers."""
    place: str = ""
    """What it has become in a race that is over: "won", "level", "2nd"; empty while none is."""

    def until(self, step: int) -> ListedRun:
        """Return it as it stood at a step, as far as it has come."""
        row = self.row_at(step)
        return self if row is None or self.rows is None else replace(self, rows=self.rows.until(row))

    def row_at(self, step: int) -> Row | None:
        """Return its row at a step, its newest where it has not come so far; None until torch is loaded."""
        if self.rows is None:
            return None
        return Rewinder(self.settings, self.edits).row_at(self.rows, min(step, self.rows.newest.step))
