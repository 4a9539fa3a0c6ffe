"""Work in slices: a generator that pauses again and again, and in the end returns its result.

There is also work that may take only a share of the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.008
"""Seconds after which work should pause, where it can choose."""
SHORT_SLICE = 0.004
"""The same for work that is done while the window is idle."""

Work = Generator[float | None, None, T]
"""Work that pauses between slices. It yields None, or the seconds that it has to wait for something
else and need not be resumed."""


def made(result: T) -> Work[T]:
    """Return a result that is ready, as work."""
    yield from ()
    return result


def finished(work: Work[T]) -> T:
    """Do all of the work at once, and return its result.

    If it fails, the generator is closed, and with it all that it holds open.
    """
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value
    finally:
        work.close()


def advance(work: Work[object], seconds: float) -> float:
    """Resume work for some seconds, at least one slice; return the seconds that it must wait.

    Raises
    ------
    StopIteration
        With the result, when the work is done.
    """
    end = time.perf_counter() + seconds
    wait = next(work)
    while wait is None and time.perf_counter() < end:
        wait = next(work)
    return wait or 0.0


class CostLimiter:
    """Measures how long something takes, and tells when it may be done again.

    Use it as a context manager around the work.

    Parameters
    ----------
    share
        Share of the time that the work may take, 0 < share <= 1.
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
        self.count(self._clock() - self._began)

    def count(self, cost: float) -> None:
        """Count these seconds as what the work took the last time, with all that it set off."""
        self.cost = cost
        self._next = self._began + cost / self._share
