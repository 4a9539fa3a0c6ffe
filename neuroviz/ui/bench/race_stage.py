"""The stage of a race: it takes the middle of the bench, and gives it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views import LandscapeView, LossView

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.runs.panel import RunsPanel

_HIGH = 780
"""Height of the bench in pixels from which the strip of time has its greater height."""
_STRIP = (74, 47)
"""Height of the strip of time in pixels, in a high window and in a low one."""
_STRIP_OF_RACE = (168, 128)
"""The same in a race."""
_OF_ONE_RUN = {"parts", "pin", "own_steps", "plots", "sweep"}
"""Controls that a race has no use for."""
_WATCHED = "A race is on: leave it (Esc) first."
_SEEN = 3
"""Most parameters with which a race is watched on the landscape; with more, on the losses alone."""


class BenchRows(QVBoxLayout):
    """The rows of a bench, where the strip of time is lower in a low window.

    Its height is set before the others get their room, so that views are drawn once, in their final
    size.
    """

    def __init__(self, bench: QWidget, foot: QWidget, words: QWidget) -> None:
        super().__init__(bench)
        self._foot = foot
        self._words = words
        self._strips = _STRIP

    def setGeometry(self, area: QRect) -> None:
        """Share out the room."""
        high = area.height() >= _HIGH
        strip = themes.scaled(self._strips[0] if high else self._strips[1])
        self._foot.setFixedHeight(self._words.height() + strip)
        super().setGeometry(area)

    def show_race(self, race: bool) -> None:
        """Give the strip of time the height for all losses of a race, or take it back."""
        self._strips = _STRIP_OF_RACE if race else _STRIP
        self.invalidate()
        self.activate()


class Bench(Protocol):
    """What a race needs of a bench; a protocol, since the bench itself imports this module."""

    run_control: RunControl
    runs_control: RunsControl
    action_state: ActionState
    columns: FoldingColumns
    form: ExperimentForm
    grid: ViewGrid
    rows: BenchRows
    runs: LazyPanel[RunsPanel]
    side: SideColumn

    def width(self) -> int:
        """Return the width in pixels."""


class RaceStage:
    """Begins races, shows them in the middle while they are watched, and leaves them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.takes_the_middle = True
        """Whether a race takes the middle; a lesson turns this off, as it shows its own views."""
        self._before: tuple[bool, bool, bool, int] | None = None
        """What was there before a race took the middle: the form, the side column, whether that was
        wanted, and the width of the bench; None while no race is there."""

    def open_dialog(self) -> None:
        """Open the dialog of races; in a lesson, open it beside the list of runs."""
        bench = self._bench
        if not self.takes_the_middle:
            bench.columns.show_side(True)
            bench.side.bring(bench.runs)
        bench.runs.panel.open_race()

    def begin(self, race_runs: Sequence[tuple[str, Settings]]) -> None:
        """Let these runs race."""
        if self._bench.runs_control.race(race_runs, beside=self.takes_the_middle):
            self._bench.run_control.run()

    def go_on(self, asked: NextRace) -> None:
        """Race again, or give the experiment the winner's settings."""
        if asked.winner is None:
            self.begin(asked.runs)
        else:
            self._bench.runs_control.end_race()
            self._bench.runs_control.bring_back(asked.winner)

    def show_frame(self, frame: Frame) -> None:
        """Let a race take the middle while it is watched, and give it back afterwards."""
        if frame.race is not None and self._before is None and self.takes_the_middle:
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
