"""Work in slices between two turns of the event loop: somebody waits for it, or it waits until nothing moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.slices import SLICE, Work


class JobRunner(QObject):
    """Does one work at a time."""

    advanced = Signal()
    """A slice is done, and another is to come."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Work[Any] | None = None
        self._done: Callable[[Any], None] | None = None
        self._failed: Callable[[ValueError], None] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether there is work to be done."""
        return self._work is not None

    def start(
        self,
        work: Work[Any],
        done: Callable[[Any], None],
        failed: Callable[[ValueError], None],
        *,
        at_once: bool = True,
    ) -> None:
        """Do a work in place of the one that goes on.

        Parameters
        ----------
        done, failed
            Get what it made, or why it cannot be.
        at_once
            Whether its first slice is done now, so that what is short is done before anybody looks.
        """
        self.drop()
        self._work = work
        self._done = done
        self._failed = failed
        if at_once:
            self._go_on()
        else:
            self._timer.start(0)

    def drop(self) -> None:
        """Leave off at once, without a result."""
        self._timer.stop()
        if self._work is not None:
            self._work.close()
        self._work = None

    def _go_on(self) -> None:
        assert self._work is not None
        assert self._done is not None
        assert self._failed is not None
        end = time.perf_counter() + SLICE
        try:
            while time.perf_counter() < end:
                next(self._work)
        except StopIteration as over:
            self._work = None
            self._done(over.value)
        except ValueError as error:  # a SettingsError is one
            self._work = None
            self._failed(error)
        else:
            self._timer.start(0)
            self.advanced.emit()


REST = 120
"""Milliseconds without another moment to show after which nothing moves any more."""


class IdleJob(QObject):
    """Runs an iterator, a slice for each turn of the event loop, until it ends; then it costs nothing.

    Parameters
    ----------
    begin
        Returns the work; each of its steps is a slice.

    Attributes
    ----------
    urgent
        Whether the work goes on though something moves; set by the work itself, for as long as it has to.
    """

    def __init__(self, begin: Callable[[], Iterator[None]], parent: QObject) -> None:
        super().__init__(parent)
        self.urgent = False
        self._begin = begin
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)

    @property
    def waiting(self) -> bool:
        """Whether there is something to do."""
        return self._timer.isActive()

    def start_after(self, milliseconds: int) -> None:
        """Give up what was begun, unless that is urgent, and begin anew after so long without another call."""
        if self.urgent:
            return
        self._work = None
        self._timer.start(milliseconds)

    def stop(self) -> None:
        """Give up what was begun."""
        self.urgent = False
        self._work = None
        self._timer.stop()

    def _go_on(self) -> None:
        if self._work is None:
            self._work = self._begin()
        if next(self._work, self) is not self:
            self._timer.start(0)
