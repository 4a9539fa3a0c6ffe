"""Which step is seen when.

In time-lapse, the first epochs one by one, then ever faster; and in a film of a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

_WHOLE = 9.1
"""Seconds from the first epoch to the last in time-lapse, of ten that are promised:
drawing takes its share."""
_FIRST = 0.03
"""Seconds by which the first epoch comes early,
so that a frame that is late does not miss its quarter second."""
_LEAST, _MOST = 1.0, 4.0
"""Epochs a second at which time-lapse begins."""
_LEAD = 0.097
"""How far, of the whole way in the logarithm of the epoch,
that beginning may be ahead of even progress."""
LENGTHS = (1, 30)
"""Seconds, least and greatest."""
_HELD = 1.5
_HELD_SHARE = 0.2
"""Seconds that the end is seen before the film begins again, or that share of a short film."""
_TICK = 10
"""Milliseconds: the times of a GIF are whole ticks, and all films have the same."""


class TimeLapseCurve:
    """Where a run in time-lapse is at which second.

    A straight line, and from its end on an exponential. Their slopes meet, so nothing jumps. A run
    so short that the line reaches its end has no other part.
    """

    def __init__(self, epochs: int) -> None:
        self.epochs = max(1, epochs)
        way = math.log(self.epochs)
        # With this line the greatest lead is the one allowed.
        even = way / _WHOLE * math.exp(1 + _LEAD * way)
        self._speed = min(max(_LEAST, even), _MOST)
        self._bend = self._seconds_of_the_line()

    def epoch_at(self, seconds: float) -> float:
        """Return the epoch, with its fraction, so many seconds after the start."""
        seconds += _FIRST
        if seconds <= self._bend:
            return self._speed * seconds
        # Beyond it the number would overflow.
        power = min((seconds - self._bend) / self._bend, 700.0)
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


@dataclass(frozen=True)
class FilmTimes:
    """What is seen when."""

    steps: tuple[int, ...]
    """(n,), ascending, each once: the steps of the run; the last is where it ends."""
    milliseconds: tuple[int, ...]
    """(n,): how long each is seen."""


def film_times(last_step: int, steps_per_epoch: int, seconds: float, rate: int) -> FilmTimes:
    """Spread the steps of a run, 0 to the last, over a film, even in log(1 + epoch).

    Parameters
    ----------
    last_step, steps_per_epoch
        Of the run.
    seconds, rate
        How long the film is, the end that is held at the last included,
        and its pictures a second at most.
    """
    moving = seconds - min(_HELD, _HELD_SHARE * seconds)
    count = max(2, round(moving * rate))
    way = math.log1p(last_step / steps_per_epoch)
    shares = (place / (count - 1) for place in range(count))
    steps = [round(steps_per_epoch * math.expm1(share * way)) for share in shares]
    ticks = [round(place * 1000 / rate / _TICK) for place in range(count - 1)]
    ticks += [round(moving * 1000 / _TICK), round(seconds * 1000 / _TICK)]
    first = [next(places) for _, places in groupby(range(count), key=steps.__getitem__)]
    ends = [*(ticks[place] for place in first[1:]), ticks[-1]]
    lengths = [_TICK * (end - ticks[place]) for place, end in zip(first, ends, strict=True)]
    return FilmTimes(tuple(steps[place] for place in first), tuple(lengths))
