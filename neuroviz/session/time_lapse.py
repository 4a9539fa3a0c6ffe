"""The time-lapse of a run: the first epochs one by one, then ever faster."""

from __future__ import annotations

import math

_WHOLE = 9.1
"""Seconds from the first epoch to the last in time-lapse, of ten that are promised: drawing takes its share."""
_FIRST = 0.03
"""Seconds by which the first epoch comes early, so that a frame that is late does not miss its quarter second."""
_LEAST, _MOST = 1.0, 4.0
"""Epochs a second at which time-lapse begins."""
_LEAD = 0.097
"""How far, of the whole way in the logarithm of the epoch, that beginning may be ahead of even progress."""


class Curve:
    """Where a run in time-lapse is at which second: a straight line, and from its end on an exponential.

    Their slopes meet, so nothing jumps. A run so short that the line reaches its end has no other part.

    Parameters
    ----------
    epochs
        The last one.
    """

    def __init__(self, epochs: int) -> None:
        self.epochs = max(1, epochs)
        way = math.log(self.epochs)
        even = way / _WHOLE * math.exp(1 + _LEAD * way)  # with this line the greatest lead is the one allowed
        self._speed = min(max(_LEAST, even), _MOST)
        self._bend = self._seconds_of_the_line()

    def epoch_at(self, seconds: float) -> float:
        """Return the epoch, with its fraction, so many seconds after the start."""
        seconds += _FIRST
        if seconds <= self._bend:
            return self._speed * seconds
        power = min((seconds - self._bend) / self._bend, 700.0)  # beyond it the number would overflow
        return self._speed * self._bend * math.exp(power)

    def seconds_at(self, epoch: float) -> float:
        """Return when an epoch is reached; for the start, where nothing is due, 0."""
        if epoch <= 0:
            return 0.0
        seconds = epoch / self._speed
        if seconds > self._bend:
            seconds = self._bend * (1 + math.log(epoch / (self._speed * self._bend)))
        return seconds - _FIRST

    def _seconds_of_the_line(self) -> float:
        """Return where the line ends so that the whole takes as long as it should, by bisection."""
        low, high = 0.0, self.epochs / self._speed
        for _ in range(60):
            middle = (low + high) / 2
            whole = middle * (1 + math.log(self.epochs / (self._speed * middle)))
            if whole < _WHOLE + _FIRST:
                low = middle
            else:
                high = middle
        return high
