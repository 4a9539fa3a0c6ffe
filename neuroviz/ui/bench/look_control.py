"""Looking: timeline, step back, part-steps, hover and picked sample; the run is not touched."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.session.session import Session
from neuroviz.ui.bench.player import Player

_REST = 150
"""Milliseconds that the pointer rests at a step before all views show it."""


class LookControl(QObject):
    """The slots of everything that looks at a run.

    Parameters
    ----------
    player
        Is paused before anything else than the newest row is looked at.
    """

    changed = Signal()
    """Something else is looked at."""
    hovered = Signal(bool)
    """Another row is under the pointer, or none any more; and whether the landscape shows it too,
    which does not while the pointer is at its own path."""
    sample_hovered = Signal()
    """Another sample is under the pointer, or none any more."""

    def __init__(self, session: Session, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._rests_at: int | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(lambda: self.hover(self._rests_at, everywhere=True))

    def look_at(self, step: int) -> None:
        """Look at a row."""
        self._rest.stop()
        self._player.pause()
        self._session.look_at(step)
        self.changed.emit()

    def now(self) -> None:
        """Look at the newest row, wherever it goes."""
        self._session.look_at(None)
        self.changed.emit()

    def step_back(self) -> None:
        """Look at the row before."""
        self._player.pause()
        self._session.look_on(-1)
        self.changed.emit()

    def step_on(self, steps: int) -> None:
        """Look so many rows further, up to the newest."""
        self._session.look_on(steps)
        self.changed.emit()

    def next_part(self) -> None:
        """Go on by a part of a step."""
        self._player.pause()
        self._session.next_part()
        self.changed.emit()

    def look_at_part(self, phase: str) -> None:
        """Go to a part of the step; the update of the newest row is taken first."""
        self._player.pause()
        self._session.look_at_part(phase)
        self.changed.emit()

    def previous_part(self) -> None:
        """Go back by a part of a step."""
        self._player.pause()
        self._session.previous_part()
        self.changed.emit()

    def pick(self, sample: int | None) -> None:
        """Pick a sample, or none."""
        self._session.pick(sample)
        self.changed.emit()

    def hover(self, step: int | None, *, everywhere: bool = False) -> None:
        """Look at the row under the pointer as long as it is there; not while the run goes on."""
        # A view that is made ready for another run lets go of the pointer before all views have the
        # new frame.
        if step == self._session.selection.hovered_step or (
            step is not None and self._player.running
        ):
            return
        self._session.hover(step)
        self.hovered.emit(everywhere)

    def rest_at(self, step: int | None) -> None:
        """Look at a row once the pointer has rested there; at none of them at once."""
        self._rests_at = step
        if step is None:
            self._rest.stop()
            self.hover(None, everywhere=True)
        else:
            self._rest.start()

    def hover_sample(self, sample: int | None) -> None:
        """Show the share of the sample under the pointer as long as it is there."""
        if sample == self._session.selection.hovered_sample:
            return
        self._session.hover_sample(sample)
        self.sample_hovered.emit()
