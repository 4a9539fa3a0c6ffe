"""Turns: while a run goes at speed, what is read follows it in turn, some eleven times a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from neuroviz.session.cost_limiter import CostLimiter
from neuroviz.session.frame import Frame

_ROUND = 0.09
"""Seconds in which everybody has had a turn: nobody reads a number that changes more often."""
_SLOW = 0.04
"""Seconds from one frame to the next from which on each is seen by itself: everybody shows it."""
_SHARE = 0.1
"""Of the time, that each may take of it: eigenvalues of many inputs take longer than a number."""


class Turns(QObject):
    """Shows frames to readers in turn, so that no frame of the screen pays for all of them.

    Parameters
    ----------
    readers
        Each shows the numbers or words of a frame.
    clock
        Returns seconds that never go back.
    """

    def __init__(
        self,
        readers: Sequence[Callable[[Frame], None]],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._readers = list(readers)
        self._paces = [CostLimiter(_SHARE, clock) for _ in self._readers]
        self._clock = clock
        self._next = 0
        self._due = 0.0
        """How many turns have come since the last one that was taken."""
        self._shown = -math.inf
        self._frame: Frame | None = None
        self._last = QTimer(self, singleShot=True, interval=round(1000 * _ROUND))
        self._last.timeout.connect(self._show_last)

    def show_all(self, frame: Frame) -> None:
        """Show a moment at which somebody looks: to everybody, at once."""
        self._last.stop()
        self._due = 0.0
        for reader, pace in zip(self._readers, self._paces, strict=True):
            with pace:
                reader(frame)
        self._shown = self._clock()

    def show(self, frame: Frame) -> None:
        """Show a moment of a run that goes on: to those whose turn it is, and to all if no other follows soon."""
        now = self._clock()
        since = now - self._shown
        self._frame = frame
        count = len(self._readers)
        self._due += count if since >= _SLOW else count * since / _ROUND
        turns = min(count, math.floor(self._due))
        self._due = max(0.0, self._due - turns) % 1
        for _ in range(turns):
            self._show_next(frame, spare=since / 2 if since >= _SLOW else 0.0)
        self._shown = self._clock()
        self._last.start()

    def _show_next(self, frame: Frame, spare: float) -> None:
        """Show a moment to who is next, if that costs less than the seconds to spare, or little of the time."""
        pace = self._paces[self._next]
        if pace.cost <= spare or pace.due():
            with pace:
                self._readers[self._next](frame)
        self._next = (self._next + 1) % len(self._readers)

    def _show_last(self) -> None:
        if self._frame is not None:
            self.show_all(self._frame)
