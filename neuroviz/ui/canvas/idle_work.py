"""Work that is done in slices when nothing has moved for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

REST = 120
"""Milliseconds without another moment to show after which nothing moves any more."""
SLICE = 0.004
"""Seconds that the window may be held at a time."""


class RestWork(QObject):
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
