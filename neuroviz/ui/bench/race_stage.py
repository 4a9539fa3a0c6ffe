"""A race takes the middle of the bench, and gives it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import NextRace
from neuroviz.ui.bench.action_state import CONTROLS, ActionState
from neuroviz.ui.bench.columns import FoldingColumns
from neuroviz.ui.bench.run_control import RunControl
from neuroviz.ui.bench.runs_control import RunsControl
from neuroviz.ui.bench.side import LazyPanel, SideColumn
from neuroviz.ui.bench.view_grid import ViewGrid
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.views import LandscapeView, LossView

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.runs.panel import RunsPanel

_OF_ONE_RUN = {"parts", "pin", "own_steps", "plots", "sweep"}
"""Controls that a race has no use for."""
_WATCHED = "A race is watched: leave it (Esc) for this."
_SEEN = 3
"""Parameters up to which a race is watched on the landscape, and not on the losses alone."""


@dataclass(frozen=True)
class _Columns:
    """What stood beside the views before a race took the middle."""

    form: bool
    side: bool
    side_wanted: bool


class RaceStage(QObject):
    """Begins races, shows them in the middle as long as they are watched, and leaves them.

    Parameters
    ----------
    runs
        The list of runs, in whose place the standings are.
    show_strip
        Gives the strip of time the room that all losses of a race take, or takes it back.
    """

    changed = Signal()
    """A race has taken the middle, or given it back."""

    def __init__(
        self,
        going: RunControl,
        listing: RunsControl,
        actions: ActionState,
        columns: FoldingColumns,
        grid: ViewGrid,
        form: ExperimentForm,
        side: SideColumn,
        runs: LazyPanel[RunsPanel],
        show_strip: Callable[[bool], None],
    ) -> None:
        super().__init__(listing)
        self._going, self._listing, self._actions = going, listing, actions
        self._columns, self._grid, self._form = columns, grid, form
        self._side, self._runs, self._show_strip = side, runs, show_strip
        self.takes_the_middle = True
        """Whether a race does: not in a lesson, which shows its own views."""
        self._before: _Columns | None = None
        """None while no race is in the middle."""

    def take(self, panel: RunsPanel) -> None:
        """Do what the list of runs, and the standings in it, ask for."""
        panel.race_asked.connect(self.begin)
        panel.next_race_asked.connect(self.go_on)

    def open_dialog(self) -> None:
        """Open the dialog of races; where none takes the middle, beside the list of the runs."""
        if not self.takes_the_middle:
            self._columns.show_side(True)
            self._side.bring(self._runs)
        self._runs.panel.open_race()

    def begin(self, race_runs: Sequence[tuple[str, Settings]]) -> None:
        """Let runs race."""
        if self._listing.race(race_runs, beside=self.takes_the_middle):
            self._going.run()

    def go_on(self, asked: NextRace) -> None:
        """Race again, or give the experiment the settings of the one that has won."""
        if asked.winner is None:
            self.begin(asked.runs)
        else:
            self._listing.end_race()
            self._listing.bring_back(asked.winner)

    @property
    def is_on(self) -> bool:
        """Whether a race is in the middle."""
        return self._before is not None

    def leave(self) -> None:
        """Go back to the experiment."""
        self._listing.end_race()

    def show_frame(self, frame: Frame) -> None:
        """Let a race take the middle as long as it is watched."""
        if frame.race is not None and self._before is None and self.takes_the_middle:
            self._enter(frame)
        elif frame.race is None and self._before is not None:
            before, self._before = self._before, None
            self._give_back(before)

    def _enter(self, frame: Frame) -> None:
        columns, side = self._columns, self._side
        self._grid.restore()  # an enlarged neuron has the room of the side column
        wanted = columns.side_wanted
        self._before = _Columns(not self._form.isHidden(), not side.isHidden(), wanted)
        seen = frame.own is not None or len(frame.settings.parameters.names) <= _SEEN
        self._form.more.set_open(False)
        columns.panel_folded = columns.side_first = True
        columns.show_panel(False)
        columns.show_side(True)
        columns.side_wanted = wanted  # nobody has asked for it
        side.bring(self._runs)
        side.tabs.hide()  # they tell of one run
        self._grid.stage((LandscapeView if seen else LossView).figure_name)
        self._show_strip(True)
        self.changed.emit()
        self._actions.lock_all_but(CONTROLS - _OF_ONE_RUN, _WATCHED)

    def _give_back(self, before: _Columns) -> None:
        columns = self._columns
        columns.panel_folded = columns.side_first = False
        self._show_strip(False)
        self._actions.lock_all_but(CONTROLS, "")
        self._side.tabs.show()
        columns.show_side(before.side)
        columns.side_wanted = before.side_wanted
        columns.show_panel(before.form)
        self._grid.restore()
