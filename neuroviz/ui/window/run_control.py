"""Going on: run, pause, step and reset."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from neuroviz.session.session import Session
from neuroviz.ui.window.look_control import LookControl
from neuroviz.ui.window.player import Player

__all__ = ["RunControl"]

_AT_ONCE = 0.05  # seconds that a press on Step may hold the window


class RunControl(QObject):
    """The slots of everything that lets the run go on.

    Parameters
    ----------
    session, player
        What goes on, and who drives it.
    looking
        Goes on in the place of the run while an earlier row is looked at.
    parent
        The window.
    """

    begun = Signal()
    """Run or Step was pressed: what was told before is over."""
    advanced = Signal()
    """Steps were taken at once."""
    paused = Signal()
    """A person paused the run."""
    replaced = Signal()
    """Another run is the active one."""

    def __init__(self, session: Session, player: Player, looking: LookControl, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._looking = looking

    def toggle_run(self) -> None:
        """Run, or pause."""
        if self._player.running:
            self._player.pause()
            self.paused.emit()
        elif self._session.obstacle() is None:
            self.begun.emit()
            self._player.start()

    def step(self) -> None:
        """Take one update, or look one on; with Shift held one epoch, with Ctrl 100 epochs."""
        held = QApplication.keyboardModifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            self.step_100()
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.step_epoch()
        else:
            self._advance(1)

    def step_epoch(self) -> None:
        """Go on to the end of the epoch."""
        self._advance(self._session.steps_to_epoch(1))

    def step_100(self) -> None:
        """Go on by 100 epochs."""
        self._advance(self._session.steps_to_epoch(100))

    def reset(self) -> None:
        """Go back to the same start."""
        self._player.pause()
        self._session.reset()
        self.replaced.emit()

    def _advance(self, steps: int) -> None:
        self._player.pause()
        self.begun.emit()
        if self._session.looks_back:
            self._looking.step_on(steps)
            return
        taken, obstacle = self._session.advance_for(_AT_ONCE, steps, to_limit=False)
        self.advanced.emit()
        if taken < steps and obstacle is None and self._session.ready:
            self._player.start(steps - taken)  # the rest in slices, so that the window keeps answering
