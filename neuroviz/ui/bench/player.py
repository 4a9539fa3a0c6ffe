"""The player: run, pause and pace, with one timer and a time budget for each screen frame."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, Signal

from neuroviz.session.session import Session
from neuroviz.session.step_schedules import EvenSpeed, StepSchedule
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.canvas.motion import Ease

_FRAME = 1 / 60  # seconds from one screen frame to the next
_LEAST_BUDGET = 0.006  # seconds of a frame that training gets at least
_SHORT = 0.0045  # seconds of drawing that leave training no more than that
_LEAST_SHARE = 0.9  # of drawing beyond these it gets at least this share
_SMOOTHING = 0.2  # weight of the last frame in the running mean of what drawing costs
_SELDOM = 0.5  # seconds between two looks at a run that goes to its end
_LONG_BUDGET = 0.03  # most seconds of training at a time; no key or click waits longer for it
_RATE_WINDOW = 1.0
_SLOW = 2.0


class Player(QObject):
    """Advances a session while it runs.

    The pace is kept by the clock, never by counting ticks. What the machine cannot do in time is
    dropped, not queued, since the next tick is requested only after one is done. At full speed
    training takes what drawing, measured from tick to tick, leaves of each frame, but at least
    about half as long as drawing takes, and more where that is long. To the end it takes nearly all
    the time, and reports steps twice a second.
    """

    advanced = Signal()
    """Steps were taken."""
    paused = Signal(str)
    """The run ended by itself, for this reason."""
    running_changed = Signal(bool)
    _pace: StepSchedule | None = None
    slow = False
    """Whether each step is seen by itself, at no more than two steps a second."""
    _seldom = False
    running = False
    """Whether Run is pressed, even while torch is still loading."""
    _steps_left: int | None = None
    _keeps_pace = True
    _elsewhere = 0.0
    drawing = 0.0
    """Seconds between the last two trainings of a run at full speed; 0 at any other pace."""
    _last_report = 0.0
    _held = False
    _left = 0.0

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._timer = one_shot(self, self._tick)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._marks: deque[tuple[float, int]] = deque()

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set an even speed in steps a second; None is as fast as possible."""
        self.set_pace(None if steps_per_second is None else EvenSpeed(steps_per_second))
        self.slow = steps_per_second is not None and steps_per_second <= _SLOW

    def set_pace(self, pace: StepSchedule | None, *, seldom: bool = False) -> None:
        """Set a pace, None for as fast as possible; ``seldom`` says how steps are reported."""
        self._pace = pace
        self.slow = False
        self._seldom = seldom
        self._restart_clock()
        if self._timer.isActive():
            self._timer.start(0)  # it may have been set for later

    def start(self, steps: int | None = None, *, paced: bool = False) -> None:
        """Run, at once or as soon as torch is loaded.

        If ``steps`` is given, pause by itself after so many. They are taken at the chosen pace only
        if they are ``paced``.
        """
        if self.running:
            return
        self.running = True
        self._steps_left = steps
        self._keeps_pace = steps is None or paced
        self.running_changed.emit(True)
        self.begin_if_ready()

    def begin_if_ready(self) -> None:
        """Begin what has waited for torch."""
        if self.running and not self._held and self.session.ready and not self._timer.isActive():
            self._restart_clock()
            self._left = time.perf_counter()
            self._timer.start(0)

    def hold(self, held: bool) -> None:
        """Take no step while a person holds something, and go on afterwards."""
        self._held = held
        if held:
            self._timer.stop()
        else:
            self.begin_if_ready()

    def pause(self) -> None:
        """Stop running; a paused player costs nothing."""
        self._timer.stop()
        self.drawing = 0.0
        Ease.at_speed = False
        if self.running:
            self.running = False
            self._marks.clear()
            self.running_changed.emit(False)

    def rate(self) -> float | None:
        """Return the measured steps a second; None until there is something to measure."""
        if len(self._marks) < 2:
            return None
        (first, _), (last, _) = self._marks[0], self._marks[-1]
        taken = sum(steps for _, steps in self._marks) - self._marks[0][1]
        return taken / (last - first) if last > first else None

    def _restart_clock(self) -> None:
        self._last_report = time.perf_counter()
        if self._pace is not None and self.session.ready:
            self._pace.begin(self._last_report)
        self._marks.clear()

    def _tick(self) -> None:
        began = time.perf_counter()
        due = self._due(began)
        if due != 0:
            self._advance(self._budget(began), due)
        if self.running and not self._held:
            self._timer.start(self._delay(began))

    @property
    def _paced(self) -> StepSchedule | None:
        """What says how many steps are due; None where they are taken as fast as possible."""
        return self._pace if self._keeps_pace else None

    def _due(self, now: float) -> int | None:
        """Return how many steps are due; None for as many as the budget allows."""
        due = self._paced.due(now) if self._paced else None
        wanted = [steps for steps in (due, self._steps_left) if steps is not None]
        return min(wanted, default=None)

    def _budget(self, began: float) -> float:
        """Return the seconds for training.

        All the time since the last training went into drawing and input.
        """
        Ease.at_speed = self._paced is None
        if self._seldom:
            self.drawing = 0.0
            return _LONG_BUDGET
        self.drawing = began - self._left if self._paced is None else 0.0
        if self._paced is None:
            self._elsewhere += _SMOOTHING * (self.drawing - self._elsewhere)
        share = min(_LEAST_SHARE * (self._elsewhere - _SHORT), _LONG_BUDGET)
        return max(_LEAST_BUDGET, share, _FRAME - self._elsewhere)

    def _advance(self, budget: float, due: int | None) -> None:
        taken, reason = self.session.advance_for(budget, due, to_limit=self._steps_left is None)
        self._left = time.perf_counter()
        if self._paced:
            self._paced.took(taken)
        self._mark(taken)
        if self._steps_left is not None:
            self._steps_left -= taken
        if reason or self._steps_left == 0:
            self.pause()
        if not (self._seldom and self.running) or self._left - self._last_report >= _SELDOM:
            self._last_report = self._left
            self.advanced.emit()
        if reason:
            self.paused.emit(reason)

    def _delay(self, began: float) -> int:
        """Return the milliseconds to the next tick: 0 at full speed, else to a frame or step."""
        if self._paced is None:
            return 0
        now = time.perf_counter()
        return max(0, round(1000 * max(_FRAME - (now - began), self._paced.wait(now))))

    def _mark(self, taken: int) -> None:
        now = time.perf_counter()
        self._marks.append((now, taken))
        while now - self._marks[0][0] > _RATE_WINDOW and len(self._marks) > 2:
            self._marks.popleft()


class Control(QObject):
    """Slots of what a person does to a session; they end with its player."""

    def __init__(self, player: Player) -> None:
        super().__init__(player)
        self._player = player
        self._session = player.session
