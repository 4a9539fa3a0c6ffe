"""How long work may take.

What follows a run a share of the time, what waits for rest a slice of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

SLICE = 0.004
"""Seconds that work at rest may hold the window at a time."""


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

    def __init__(self, share: float = 0.05, clock: Callable[[], float] = time.perf_counter) -> None:
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        now = self._clock()
        self.cost = now - self._began
        self._next = now + self.cost * (1 / self._share - 1)
