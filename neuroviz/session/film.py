"""A film of a run: which step is seen when, and the run as it stood there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from neuroviz.core.catalogue import SettingsError
from neuroviz.session.frame import Frame, Look
from neuroviz.session.time_lapse import Curve

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
        raise SettingsError(f"There is no pace named {pace!r}; known are: {', '.join(PACES)}.", "pace")
    wanted = {"seconds": (seconds, LENGTHS), "rate": (rate, RATES), "width": (width, WIDTHS)}
    for name, (value, (low, high)) in wanted.items():
        if not low <= value <= high:
            raise SettingsError(f"The {name} of an animation must be from {low} to {high}, not {value:g}.", name)


def film_of(last_step: int, steps_per_epoch: int, seconds: float, rate: int, pace: str) -> Film:
    """Spread the steps of a run, 0 to the last, over a film.

    Parameters
    ----------
    last_step, steps_per_epoch
        Of the run.
    seconds, rate
        How long the film is, the end that is held at the last included, and its pictures a second at most.
    pace
        A name in PACES.
    """
    moving = seconds - min(_HELD, _HELD_SHARE * seconds)
    count = max(2, round(moving * rate))
    steps = [_step_at(place / (count - 1), last_step, steps_per_epoch, pace) for place in range(count)]
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
    curve = Curve(math.ceil(last / steps_per_epoch))
    epoch = curve.epoch_at(share * curve.seconds_at(last / steps_per_epoch)) if share else 0.0
    return min(math.floor(epoch * steps_per_epoch), last)


def moments(frame: Frame, film: Film) -> Iterator[Frame]:
    """Yield the run as it stood at each step of a film but the last, of which the frame is the moment.

    What else is in the list of runs stands at the same step, as far as it has come.
    """
    for step in film.steps[:-1]:
        yield frame_until(frame, step)


def at_end(frame: Frame) -> Frame:
    """Return the moment of the newest row, where another is looked at."""
    return replace(frame, look=Look(sample=frame.look.sample))


def frame_until(frame: Frame, step: int) -> Frame:
    """Return the moment at which the run stood at a step, and had no more rows."""
    row = frame.row_at(step)
    assert frame.rows is not None
    assert row is not None
    runs = tuple(run if run.active else run.until(step) for run in frame.runs)
    return Frame(
        number=frame.number,
        settings_now=frame.past.rewinder.settings_at(step),
        past=frame.past,
        rows=frame.rows.until(row),
        evidence_now=None,
        look=Look(sample=frame.look.sample),
        runs=runs,
    )
