"""The benches of a window: a person's own, with the stage of races, and that of a lesson."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.action_state import CONTROLS
from neuroviz.ui.bench.columns import ColumnState
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.views import LandscapeView, LossView


class BenchStack(QStackedWidget):
    """Shows one bench at a time.

    Parameters
    ----------
    session
        The session of a person's own bench, which stays as it is while another is in front.
    """

    changed = Signal()
    """A bench shows another moment, or the same in another way."""

    building = Signal(bool)
    """Whether a bench is being built, whose thousands of events concern no filter of events."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._benches: list[Workbench] = []
        self._put_aside: list[QDialog] = []
        self.own = self._add(session)
        RaceStage(self.own)

    @property
    def front(self) -> Workbench:
        """The bench that is shown."""
        return self._benches[-1]

    def open(self) -> Workbench:
        """Show a bench with a new session in place of the one in front, and return it."""
        before = self.front
        self._put_aside = _rest(before)
        session = Session(Settings.opened())
        session.prepare()
        self.building.emit(True)
        try:
            bench = self._add(session)
        finally:
            self.building.emit(False)
        bench.transport.set_pace(before.transport.pace_name)
        self.setCurrentWidget(bench)
        return bench

    def close_front(self) -> None:
        """Show again the bench that was in front before.

        What is still being exported is written all the same.
        """
        bench = self._benches.pop()
        _rest(bench)
        self.front.transport.set_pace(bench.transport.pace_name)
        self.setCurrentWidget(self.front)
        self.removeWidget(bench)
        for dialog in self._put_aside:
            dialog.show()
        self.front.frame_dispatcher.begun()  # what was told before the lesson is not about it
        self.front.frame_dispatcher.now()
        self.activateWindow()  # it stays the one with the keyboard
        bench.exporter.reported.connect(self.front.frame_dispatcher.tell)
        bench.exporter.queue.changed.connect(partial(_end, bench))
        _end(bench)

    def _add(self, session: Session) -> Workbench:
        bench = Workbench(session, self._preferences, self)
        bench.changed.connect(self.changed)
        self._benches.append(bench)
        self.addWidget(bench)
        return bench


def _rest(bench: Workbench) -> list[QDialog]:
    """Stop everything on a bench that is not in front, and return its windows that were open.

    A modal one asks something, and is given up.
    """
    bench.player.pause()
    bench.part_player.end()  # the work of every bench waits for a motion to end
    dialogs = bench.findChildren(QDialog)
    shown = [each for each in dialogs if each.isVisible() and not each.isModal()]
    for dialog in dialogs:
        dialog.reject()
    return shown


def _end(bench: Workbench) -> None:
    """Delete a bench once it has nothing left to write."""
    if bench.exporter.queue.name is None:
        bench.deleteLater()


_OF_ONE_RUN = {"parts", "pin", "own_steps", "plots", "sweep"}
"""Controls that a race has no use for."""
_WATCHED = "A race is on: leave it (Esc) first."
_SEEN = 3
"""Most parameters with which a race is watched on the landscape; with more, on the losses alone."""


class RaceStage:
    """Shows races in the middle of a bench while they are watched."""

    _before: ColumnState | None = None
    """The columns before a race took the middle; None while no race is there."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        bench.races_aside = True
        bench.frame_dispatcher.readers.append(self.show_frame)

    def show_frame(self, frame: Frame) -> None:
        """Let a race take the middle while it is watched, and give it back afterwards."""
        if frame.race is not None and self._bench.races_aside:
            # Imported here, so that the first paint does not wait for it.
            from neuroviz.session.film import race_title

            title = race_title(frame.settings, len(frame.race.runs))
            title = "You are the optimizer" if frame.own else title
            self._bench.view(LandscapeView).heading.setText(title)
            if self._before is None:
                self._enter(frame)
        elif self._before is not None:
            before = self._before
            self._before = None
            self._give_back(before)

    def _enter(self, frame: Frame) -> None:
        bench = self._bench
        side = bench.side
        bench.grid.restore()  # an enlarged neuron uses the side column's room
        self._before = bench.columns.state
        seen = frame.own is not None or len(frame.settings.parameters.names) <= _SEEN
        bench.form.more.set_open(False)
        bench.prefer_sections()  # what is wanted without a race
        bench.columns.change(wanted={"side"}, chosen=None, first="side")
        side.bring(bench.runs)
        side.tabs.hide()  # they are about a single run
        bench.grid.stage((LandscapeView if seen else LossView).figure_name)
        bench.rows.show_race(True)
        bench.action_state.lock_all_but(CONTROLS - _OF_ONE_RUN, _WATCHED)

    def _give_back(self, before: ColumnState) -> None:
        bench = self._bench
        bench.rows.show_race(False)
        bench.action_state.lock_all_but(CONTROLS, "")
        bench.side.tabs.show()
        bench.columns.state = before
        bench.columns.change()
        bench.view(LandscapeView).heading.setText(LandscapeView.title)
        bench.grid.restore()
