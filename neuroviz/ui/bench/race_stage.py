"""The stage of a race: it takes the middle of a person's own bench, and gives it back."""

from __future__ import annotations

from neuroviz.session.frame import Frame
from neuroviz.ui.bench.action_state import CONTROLS
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.views import LandscapeView, LossView

_OF_ONE_RUN = {"parts", "pin", "own_steps", "plots", "sweep"}
"""Controls that a race has no use for."""
_WATCHED = "A race is on: leave it (Esc) first."
_SEEN = 3
"""Most parameters with which a race is watched on the landscape; with more, on the losses alone."""


class RaceStage:
    """Shows races in the middle of a bench while they are watched."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._before: tuple[bool, bool, bool, int] | None = None
        """What was there before a race took the middle: the form, the side column, whether that was
        wanted, and the width of the bench; None while no race is there."""
        bench.races_aside = True
        bench.frame_dispatcher.readers.append(self.show_frame)

    def show_frame(self, frame: Frame) -> None:
        """Let a race take the middle while it is watched, and give it back afterwards."""
        if frame.race is not None and self._before is None and self._bench.races_aside:
            self._enter(frame)
        elif frame.race is None and self._before is not None:
            before = self._before
            self._before = None
            self._give_back(*before)

    def _enter(self, frame: Frame) -> None:
        bench = self._bench
        columns = bench.columns
        side = bench.side
        bench.grid.restore()  # an enlarged neuron uses the side column's room
        wanted = columns.side_wanted
        self._before = not bench.form.isHidden(), not side.isHidden(), wanted, bench.width()
        seen = frame.own is not None or len(frame.settings.parameters.names) <= _SEEN
        bench.form.more.set_open(False)
        columns.panel_folded = columns.side_first = True
        columns.show_panel(False)
        columns.show_side(True)
        columns.side_wanted = wanted  # the race opens it, not a person
        side.bring(bench.runs)
        side.tabs.hide()  # they are about a single run
        bench.grid.stage((LandscapeView if seen else LossView).figure_name)
        bench.rows.show_race(True)
        bench.action_state.lock_all_but(CONTROLS - _OF_ONE_RUN, _WATCHED)

    def _give_back(self, form: bool, side: bool, side_wanted: bool, width: int) -> None:
        bench = self._bench
        columns = bench.columns
        columns.panel_folded = columns.side_first = False
        bench.rows.show_race(False)
        bench.action_state.lock_all_but(CONTROLS, "")
        bench.side.tabs.show()
        columns.show_side(side)
        columns.side_wanted = side_wanted
        columns.show_panel(form)
        columns.fit(width)  # there may be more room now, or less
        bench.grid.restore()
