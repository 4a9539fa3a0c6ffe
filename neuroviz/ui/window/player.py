"""Player: run, pause and speed; one timer, a time budget for each screen frame."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from neuroviz.session.session import Session

__all__ = ["Player"]

_FRAME = 1 / 60  # seconds from one frame on screen to the next
_LEAST_BUDGET = 0.01  # training gets at least this of a frame, however long drawing takes
_SMOOTHING = 0.2  # weight of the last frame in what drawing is taken to cost
_LATE = 0.25  # seconds behind the wanted speed after which the lost time is forgotten
_RATE_WINDOW = 1.0


class Player(QObject):
    """Advances a session while it runs.

    The speed is kept by the clock, never by counting ticks; what the machine cannot do in time is dropped, not
    queued: the next tick is asked for when one is done. At full speed training takes of each frame what drawing,
    measured from tick to tick, leaves of it.
    """

    advanced = Signal()
    """Steps were taken."""
    paused = Signal(str)
    """Run ended by itself, with the reason."""
    running_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._speed: float | None = None
        self._wanted = False
        self._steps_left: int | None = None
        self._left = 0.0
        self._elsewhere = 0.0
        self._clock = 0.0
        self._done = 0
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def running(self) -> bool:
        """Whether Run is pressed, even while torch is still being loaded."""
        return self._wanted

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the speed in steps a second; None is as fast as it goes."""
        self._speed = steps_per_second
        self._restart_clock()
        if self._timer.isActive():
            self._timer.start(0)  # it may have been asked for late

    def start(self, steps: int | None = None) -> None:
        """Run, or run as soon as torch is loaded; pause by itself after so many steps, if any are given."""
        if self._wanted:
            return
        self._wanted = True
        self._steps_left = steps
        self.running_changed.emit(True)
        self.begin_if_ready()

    def begin_if_ready(self) -> None:
        """Begin what waited for torch."""
        if self._wanted and self._session.ready and not self._timer.isActive():
            self._restart_clock()
            self._left = time.perf_counter()
            self._timer.start(0)

    def pause(self) -> None:
        """Stop running; a paused player costs nothing."""
        self._timer.stop()
        if self._wanted:
            self._wanted = False
            self._marks.clear()
            self.running_changed.emit(False)

    def rate(self) -> float | None:
        """Return the measured steps a second, None until there is something to measure."""
        if len(self._marks) < 2:
            return None
        (first, _), (last, _) = self._marks[0], self._marks[-1]
        taken = sum(steps for _, steps in self._marks) - self._marks[0][1]
        return taken / (last - first) if last > first else None

    def _restart_clock(self) -> None:
        self._clock = time.perf_counter()
        self._done = 0
        self._marks.clear()

    def _tick(self) -> None:
        began = time.perf_counter()
        due = self._due()
        if due != 0:
            self._advance(self._budget(began), due)
        if self._wanted:
            self._timer.start(self._delay(began))

    def _budget(self, began: float) -> float:
        """Return the seconds for training; all that passed since the last training went into drawing and input."""
        if self._speed is None:
            self._elsewhere += _SMOOTHING * (began - self._left - self._elsewhere)
        return max(_LEAST_BUDGET, _FRAME - self._elsewhere)

    def _advance(self, budget: float, due: int | None) -> None:
        taken, reason = self._session.advance_for(budget, due, to_limit=self._steps_left is None)
        self._left = time.perf_counter()
        self._done += taken
        self._mark(taken)
        if self._steps_left is not None:
            self._steps_left -= taken
        if reason or self._steps_left == 0:
            self.pause()
        self.advanced.emit()
        if reason:
            self.paused.emit(reason)

    def _delay(self, began: float) -> int:
        """Return the milliseconds to the next tick: none at full speed, else to the next frame or the next step."""
        if self._speed is None or self._steps_left is not None:
            return 0
        now = time.perf_counter()
        to_step = self._clock + (self._done + 1) / self._speed - now
        return max(0, round(1000 * max(_FRAME - (now - began), to_step)))

    def _due(self) -> int | None:
        """Return how many steps the clock asks for; None for as many as the budget allows."""
        if self._steps_left is not None or self._speed is None:
            return self._steps_left
        elapsed = time.perf_counter() - self._clock
        due = int(elapsed * self._speed) - self._done
        if due > max(1.0, _LATE * self._speed):
            self._restart_clock()
            return 1
        return due

    def _mark(self, taken: int) -> None:
        now = time.perf_counter()
        self._marks.append((now, taken))
        while now - self._marks[0][0] > _RATE_WINDOW and len(self._marks) > 2:
            self._marks.popleft()
