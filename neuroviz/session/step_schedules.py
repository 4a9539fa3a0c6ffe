"""Paces: how many steps are due at a moment, at an even speed or in time-lapse."""

from __future__ import annotations

import math

from neuroviz.session.session import Session

_LATE = 0.25
"""Seconds behind the clock beyond which lost time is dropped."""
_WHOLE = 9.1
"""Seconds from the first epoch to the last in time-lapse; ten are promised, but drawing takes its
share."""
_FIRST = 0.03
"""Seconds by which the first epoch comes early, so that a late frame does not miss its quarter of a
second."""
_LEAST, _MOST = 1.0, 4.0
"""Least and greatest speed at which time-lapse begins, in epochs a second."""
_LEAD = 0.097
"""How far that beginning may be ahead of even progress, as a share of the whole way in the
logarithm of the epoch."""


class EvenSpeed:
    """A number of steps a second, above 0."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = 0.0
        self._taken = 0

    def begin(self, now: float) -> None:
        """Count from this moment on."""
        self._began = now
        self._taken = 0

    def due(self, now: float) -> int:
        """Return how many steps are due by now.

        After a long delay it is one, since lost time is not made up for.
        """
        due = int((now - self._began) * self._speed) - self._taken
        if due > max(1.0, _LATE * self._speed):
            self.begin(now)
            return 1
        return due

    def took(self, steps: int) -> None:
        """Count steps that were taken."""
        self._taken += steps

    def wait(self, now: float) -> float:
        """Return the seconds until another step is due."""
        return self._began + (self._taken + 1) / self._speed - now


class TimeLapseCurve:
    """Which epoch a run in time-lapse has reached at which second.

    The curve is a straight line, followed by an exponential with the same slope, so nothing jumps.
    A run may be so short that only the line is needed.
    """

    def __init__(self, epochs: int) -> None:
        self.epochs = max(1, epochs)
        way = math.log(self.epochs)
        # At this speed the greatest lead is _LEAD.
        even = way / _WHOLE * math.exp(1 + _LEAD * way)
        self._speed = min(max(_LEAST, even), _MOST)
        self._bend = self._seconds_of_the_line()

    def epoch_at(self, seconds: float) -> float:
        """Return the epoch, with its fraction, at so many seconds after the start."""
        seconds += _FIRST
        if seconds <= self._bend:
            return self._speed * seconds
        # A larger power would overflow.
        power = min((seconds - self._bend) / self._bend, 700.0)
        return self._speed * self._bend * math.exp(power)

    def seconds_at(self, epoch: float) -> float:
        """Return when an epoch is reached, in seconds; 0 for the start."""
        if epoch <= 0:
            return 0.0
        seconds = epoch / self._speed
        if seconds > self._bend:
            seconds = self._bend * (1 + math.log(epoch / (self._speed * self._bend)))
        return seconds - _FIRST

    def _seconds_of_the_line(self) -> float:
        """Return where the line must end for the whole to take _WHOLE seconds, by bisection."""
        low = 0.0
        high = self.epochs / self._speed
        for _ in range(60):
            middle = (low + high) / 2
            whole = middle * (1 + math.log(self.epochs / (self._speed * middle)))
            if whole < _WHOLE + _FIRST:
                low = middle
            else:
                high = middle
        return high


class TimeLapse:
    """The first epochs one by one, then ever faster: a whole run in about ten seconds."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._curve = TimeLapseCurve(1)
        self._began_at = (0, 0, 0)
        self._place = 0.0
        self._now = 0.0
        self._wanted = 0

    def begin(self, now: float) -> None:
        """Go on along the curve from the step where the run stands."""
        step, epochs, per_epoch = self._began_at = self._position()
        if epochs != self._curve.epochs:
            self._curve = TimeLapseCurve(epochs)
        self._place = self._curve.seconds_at(step / per_epoch)
        self._now = now

    def due(self, now: float) -> int:
        """Return how many steps are due by now.

        If a due step is very late, only part of the delay counts.
        """
        if self._position() != self._began_at:
            self.begin(now)
        step, _, per_epoch = self._began_at
        late = -self.wait(now)
        self._place += now - self._now - max(0.0, late - _LATE)
        self._now = now
        self._wanted = math.floor(self._curve.epoch_at(self._place) * per_epoch)
        return max(0, self._wanted - step)

    def took(self, steps: int) -> None:
        """Go on from where the run has come; steps that the machine missed are not made up for."""
        step, _, per_epoch = self._began_at = self._position()
        if steps and step < self._wanted:
            self._place = self._curve.seconds_at(step / per_epoch)

    def wait(self, now: float) -> float:
        """Return the seconds until another step is due."""
        step, _, per_epoch = self._began_at
        return self._now + self._curve.seconds_at((step + 1) / per_epoch) - self._place - now

    def _position(self) -> tuple[int, int, int]:
        """Return the step, the epoch to stop at and the steps of an epoch."""
        settings = self._session.settings
        return self._session.step, settings.epochs, settings.steps_per_epoch


StepSchedule = EvenSpeed | TimeLapse
"""Says how many steps are due; all times are seconds of one clock."""
