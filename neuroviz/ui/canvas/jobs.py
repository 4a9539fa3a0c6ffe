"""Work in slices between two turns of the event loop.

It is begun at once, or put off until nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.slices import SLICE, Work, advance

REST = 120
"""Milliseconds without a new moment after which nothing counts as moving."""


def one_shot(owner: QObject, do: Callable[[], object], ms: int = 0) -> QTimer:
    """Return a timer that calls ``do`` once, so many milliseconds after its last start."""
    timer = QTimer(owner, singleShot=True, interval=ms)
    timer.timeout.connect(do)
    return timer


def start_unless_active(timer: QTimer) -> None:
    """Start a timer at the first of several events, so that the others do not put it off."""
    if not timer.isActive():
        timer.start()


class Job(QObject):
    """Does one piece of work at a time, in slices, one in each turn of the event loop.

    Parameters
    ----------
    seconds
        Seconds for which a slice may hold up the window.

    Attributes
    ----------
    urgent
        Whether the work goes on even if another is started; the work itself sets it while needed.
    """

    waiting = False
    """Whether all work waits, so that a motion stays smooth."""
    advanced = Signal()
    """A slice is done, and another one follows."""

    urgent = False
    _work: Work[Any] | None = None
    _done: Callable[[Any], None] | None = None
    _failed: Callable[[ValueError], None] | None = None

    def __init__(self, parent: QObject, seconds: float = SLICE) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._timer = one_shot(self, self._go_on)

    @property
    def running(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(
        self,
        work: Work[Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[ValueError], None] | None = None,
        *,
        after: int | None = None,
    ) -> None:
        """Start work in place of the present one, unless that is urgent.

        Parameters
        ----------
        done, failed
            Called with the result, or with the error.
        after
            Milliseconds until the first slice; if None, that is done now, so that short work is
            finished before anything is painted.
        """
        if self.urgent:
            return
        self.drop()
        self._work = work
        self._done = done
        self._failed = failed
        if after is None:
            self._go_on()
        else:
            self._timer.start(after)

    def drop(self) -> None:
        """Stop at once, without a result."""
        self.urgent = False
        self._timer.stop()
        self._work = None  # not closed: work may drop itself

    def _go_on(self) -> None:
        assert self._work is not None
        if Job.waiting:
            self._timer.start(REST)
            return
        try:
            wait = advance(self._work, self._seconds)
        except StopIteration as over:
            self._work = None
            if self._done is not None:
                self._done(over.value)
        except ValueError as error:  # a SettingsError is one
            self._work = None
            if self._failed is None:
                raise
            self._failed(error)
        else:
            if self._work is not None:
                self._timer.start(round(1000 * wait))
                self.advanced.emit()
