"""Which step is seen when.

In time-lapse, the first epochs one by one, then ever faster, and in a film of a run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from neuroviz.core.catalogue import SettingsError
from neuroviz.session.frame import Frame, Selection

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
PACES = {
    "time_lapse": "The first epochs one by one, then ever faster",
    "even": "As many epochs in every second",
}
"""Name -> how the steps are spread over the film."""
LENGTHS = (1, 60)
"""Seconds, least and greatest."""
RATES = (1, 30)
"""Pictures a second."""
WIDTHS = (320, 1920)
"""Pixels."""
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
class Film:
    """What is seen when."""

    steps: tuple[int, ...]
    """(n,), ascending, each once: the steps of the run; the last is where it ends."""
    milliseconds: tuple[int, ...]
    """(n,): how long each is seen."""


def check_film(seconds: float, rate: int, pace: str, width: int) -> None:
    """Refuse what no film can be made of.

    Raises
    ------
    SettingsError
        If a number is out of its range, or there is no such pace.
    """
    if pace not in PACES:
        raise SettingsError(
            f"There is no pace named {pace!r}; known are: {', '.join(PACES)}.", "pace"
        )
    wanted = {"seconds": (seconds, LENGTHS), "rate": (rate, RATES), "width": (width, WIDTHS)}
    for name, (value, (low, high)) in wanted.items():
        if not low <= value <= high:
            raise SettingsError(
                f"The {name} of an animation must be from {low} to {high}, not {value:g}.", name
            )


def film_of(last_step: int, steps_per_epoch: int, seconds: float, rate: int, pace: str) -> Film:
    """Spread the steps of a run, 0 to the last, over a film.

    Parameters
    ----------
    last_step, steps_per_epoch
        Of the run.
    seconds, rate
        How long the film is, the end that is held at the last included,
        and its pictures a second at most.
    pace
        A name in PACES.
    """
    moving = seconds - min(_HELD, _HELD_SHARE * seconds)
    count = max(2, round(moving * rate))
    steps = [
        _step_at(place / (count - 1), last_step, steps_per_epoch, pace) for place in range(count)
    ]
    ticks = [round(place * 1000 / rate / _TICK) for place in range(count - 1)]
    ticks += [round(moving * 1000 / _TICK), round(seconds * 1000 / _TICK)]
    first = [next(places) for _, places in groupby(range(count), key=steps.__getitem__)]
    ends = [*(ticks[place] for place in first[1:]), ticks[-1]]
    lengths = [_TICK * (end - ticks[place]) for place, end in zip(first, ends, strict=True)]
    return Film(tuple(steps[place] for place in first), tuple(lengths))


def _step_at(share: float, last: int, steps_per_epoch: int, pace: str) -> int:
    """Return the step that is seen after a share, 0 … 1, of the time in which the run moves."""
    if share >= 1:
        return last
    if pace == "even":
        return round(share * last)
    curve = TimeLapseCurve(math.ceil(last / steps_per_epoch))
    epoch = curve.epoch_at(share * curve.seconds_at(last / steps_per_epoch)) if share else 0.0
    return min(math.floor(epoch * steps_per_epoch), last)


def moments(frame: Frame, film: Film) -> Iterator[Frame]:
    """Yield the run as it stood at each step of a film but the last.

    Of it the frame is the moment.
    What else is in the list of runs stands at the same step, as far as it has come.
    """
    for step in film.steps[:-1]:
        yield frame_until(frame, step)


def at_end(frame: Frame) -> Frame:
    """Return the moment of the newest row, where another is looked at."""
    return replace(frame, selection=Selection(sample=frame.selection.sample))


def frame_until(frame: Frame, step: int) -> Frame:
    """Return the moment at which the run stood at a step, and had no more rows."""
    row = frame.row_at(step)
    assert frame.rows is not None
    assert row is not None
    runs = tuple(run if run.active else run.until(step) for run in frame.runs)
    return Frame(
        number=frame.number,
        settings_now=frame.past.settings_at(step),
        past=frame.past,
        rows=frame.rows.until(row),
        evidence_now=None,
        selection=Selection(sample=frame.selection.sample),
        runs=runs,
    )
