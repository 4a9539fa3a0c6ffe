"""A progress bar on standard error, for runs that last and somebody who watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from neuroviz.cli.output import is_quiet
from neuroviz.core.lazy import load_torch
from neuroviz.core.signals import Interrupt

_WIDTH = 30
_FIRST, _EVERY = 1.0, 0.1  # seconds


class Progress:
    """How much is done, while entered; nothing in the first second, and but on a terminal.

    Parameters
    ----------
    text
        Says in a line how far it is, told what is done, and in how many seconds.
    """

    def __init__(self, text: Callable[[float, float], str]) -> None:
        self._text = text
        self._began = time.perf_counter()
        self._next = self._began + _FIRST
        self._watched = sys.stderr is not None and sys.stderr.isatty() and not is_quiet()
        self._shown = False

    def update(self, done: float) -> None:
        """Draw the bar again if it is time to."""
        now = time.perf_counter()
        if not self._watched or now < self._next:
            return
        self._next = now + _EVERY
        self._shown = True
        sys.stderr.write(f"\r\x1b[K{self._text(done, now - self._began)}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def watched(interrupt: Interrupt, whole: int) -> Iterator[Callable[[float], bool]]:
    """Give what draws the bar, told how much is done, and says whether to go on."""
    load_torch()  # whose import is no part of the pace that the bar shows
    with Progress(lambda done, seconds: bar(done, whole, seconds)) as progress:

        def goes_on(done: float) -> bool:
            progress.update(done)
            return not interrupt.wanted

        yield goes_on


def bar(epochs: float, whole: int, seconds: float) -> str:
    """Return the bar as text, below 80 columns."""
    full = int(_WIDTH * epochs / whole)
    rate = epochs / seconds
    left = "?" if rate == 0 else duration((whole - epochs) / rate)
    return (
        f"[{'#' * full}{'.' * (_WIDTH - full)}] {epochs / whole:4.0%}  {rate:,.0f} "
        f"epochs/s  {left} left"
    )


def duration(seconds: float) -> str:
    """Return a time span in the two units that matter."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
