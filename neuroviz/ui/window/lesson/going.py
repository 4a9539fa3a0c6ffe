"""Going: the run on its way to where an answer lets it go."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from neuroviz.session.session import Session
from neuroviz.ui.window.player import Player

_AT_ONCE = 3
"""Steps that are taken at once: there is nothing to watch."""


class Going(QObject):
    """Lets a run take the steps that follow an answer, at the pace that is chosen."""

    arrived = Signal()
    """The run has gone where it was to go, or cannot go on."""

    def __init__(self, session: Session, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._goal: int | None = None
        """The step at which it has arrived; None while it does not go."""
        player.advanced.connect(self._on_advanced)
        player.paused.connect(self._on_advanced)

    def __bool__(self) -> bool:
        """Return whether it is on its way."""
        return self._goal is not None

    @staticmethod
    def is_watched(steps: int) -> bool:
        """Return whether so many steps are watched one after another."""
        return steps > _AT_ONCE

    def go(self, steps: int) -> None:
        """Take so many steps."""
        if not self.is_watched(steps):
            self._session.advance(steps)
            self.arrived.emit()
            return
        self._goal = self._session.step + steps
        self._player.start(steps, paced=True)

    def hurry(self) -> None:
        """Arrive at once, if it is on its way."""
        if self._goal is None:
            return
        self._player.pause()
        self._session.advance(self._goal - self._session.step)
        self._on_advanced()

    def forget(self) -> None:
        """Arrive nowhere any more."""
        self._goal = None

    def _on_advanced(self) -> None:
        if self._goal is not None and not self._player.running:
            self._goal = None
            self.arrived.emit()
