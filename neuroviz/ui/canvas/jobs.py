"""Work in slices between two turns of the event loop.

Somebody waits for it, or it waits until nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.slices import SLICE, Work, advance

REST = 120
"""Milliseconds without another moment to show after which nothing moves any more."""


def one_shot(owner: QObject, do: Callable[[], object], ms: int = 0) -> QTimer:
    """Return a timer that does something once, so many milliseconds after its last start."""
    timer = QTimer(owner, singleShot=True, interval=ms)
    timer.timeout.connect(do)
    return timer


def start_unless_active(timer: QTimer) -> None:
    """Start a timer that does something some time after the first of several events."""
    if not timer.isActive():
        timer.start()


class Job(QObject):
    """Does one work at a time, a slice for each turn of the event loop; then it costs nothing.

    Parameters
    ----------
    seconds
        That a slice may hold the window.

    Attributes
    ----------
    urgent
        Whether the work goes on though another is started; set by the work itself,
        for as long as it has to.
    """

    waiting = False
    """Whether every work waits, for a motion that is to be even."""
    advanced = Signal()
    """A slice is done, and another is to come."""

    def __init__(self, parent: QObject, seconds: float = SLICE) -> None:
        super().__init__(parent)
        self.urgent = False
        self._seconds = seconds
        self._work: Work[Any] | None = None
        self._done: Callable[[Any], None] | None = None
        self._failed: Callable[[ValueError], None] | None = None
        self._timer = one_shot(self, self._go_on)

    @property
    def running(self) -> bool:
        """Whether there is work to be done."""
        return self._work is not None

    def start(
        self,
        work: Work[Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[ValueError], None] | None = None,
        *,
        after: int | None = None,
    ) -> None:
        """Do a work in place of the one that goes on, unless that is urgent.

        Parameters
        ----------
        done, failed
            Get what it made, or why it cannot be.
        after
            Milliseconds until its first slice; without them that is done now, so that what is short
            is done before anybody looks.
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
        """Leave off at once, without a result."""
        self.urgent = False
        self._timer.stop()
        self._work = None  # not closed: a work may drop itself

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
