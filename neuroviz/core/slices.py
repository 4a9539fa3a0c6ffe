"""Work in slices: a generator that stops again and again, and in the end returns what it made.

And work that may take a share of the time.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.008
"""Seconds after which work is to stop for the next slice, where it can choose."""
SHORT_SLICE = 0.004
"""The same for work that waits for rest."""

Work = Generator[float | None, None, T]
"""Stops between slices;
a number is the seconds that it has to wait for something else, and need not be asked."""


def made(result: T) -> Work[T]:
    """Return what needs no work any more as work."""
    yield from ()
    return result


def finished(work: Work[T]) -> T:
    """Do all of the work at once, and return what it made.

    What it holds open is closed if that fails.
    """
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value
    finally:
        work.close()


def advance(work: Work[object], seconds: float) -> float:
    """Go on with work for so long, at least one slice; return the seconds that it has to wait then.

    Raises
    ------
    StopIteration
        With what was made, when it is done.
    """
    end = time.perf_counter() + seconds
    wait = next(work)
    while wait is None and time.perf_counter() < end:
        wait = next(work)
    return wait or 0.0


class Sliced(ABC):
    """Work that is taken up again and again for a time."""

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether there is nothing left to do."""

    @abstractmethod
    def _take_slice(self) -> None:
        """Do a little of it."""

    def advance_for(self, seconds: float) -> bool:
        """Go on for so long, at least one slice; return whether it is done."""
        end = time.perf_counter() + seconds
        while not self.done:
            self._take_slice()
            if time.perf_counter() >= end:
                break
        return self.done


class CostLimiter:
    """Measures what something costs, and says when it may cost that again.

    Use it as a context manager round the work.

    Parameters
    ----------
    share
        Of the time that the work may take, 0 < share <= 1.
    clock
        Returns seconds that never go back.
    """

    def __init__(self, share: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._share = share
        self._clock = clock
        self._began = 0.0
        self._next = -float("inf")
        self.cost = 0.0
        """Seconds that the work took the last time."""

    def due(self) -> bool:
        """Return whether the work may be done again."""
        return self._clock() >= self._next

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(self, *_: object) -> None:
        now = self._clock()
        self.cost = now - self._began
        self._next = now + self.cost * (1 / self._share - 1)
