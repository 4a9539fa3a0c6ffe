"""The benches of a window: a person's own, and any that takes its place for a lesson."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.ui.bench.race_stage import RaceStage
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.preferences import Preferences


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
    """Stop everything on a bench that is not in front, and return its windows that were open."""
    bench.player.pause()
    bench.part_player.end()  # the work of every bench waits for a motion to end
    shown = [dialog for dialog in bench.findChildren(QDialog) if dialog.isVisible()]
    for dialog in shown:
        dialog.reject()
    return [each for each in shown if not each.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)]


def _end(bench: Workbench) -> None:
    """Delete a bench once it has nothing left to write."""
    if bench.exporter.queue.name is None:
        bench.deleteLater()
