"""Reading a table in slices of time, so that the window keeps answering."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.slices import SLICE, Work
from neuroviz.files.data.form import Wishes
from neuroviz.files.data.source import Source
from neuroviz.files.data.table import Reading, Table

__all__ = ["ReadingJob"]


class ReadingJob(QObject):
    """Reads one table after another.

    Parameters
    ----------
    parent
        With it the reading ends.
    """

    advanced = Signal(float)
    """The share, 0 … 1, that is read."""
    finished = Signal(object)
    """The Table."""
    failed = Signal(str)
    """Why it cannot be read."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._work: Work[Table] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether a table is being read."""
        return self._work is not None

    def start(self, source: Source, wishes: Wishes) -> None:
        """Begin to read; what is being read is dropped."""
        self.drop()
        self._reading = Reading(source, wishes)
        self._work = self._reading.work()
        self._timer.start()

    def drop(self) -> None:
        """Leave off at once, without a result."""
        self._timer.stop()
        if self._work is not None:
            self._work.close()
        self._work = None

    def _go_on(self) -> None:
        work = self._work
        assert work is not None
        assert self._reading is not None
        end = time.perf_counter() + SLICE
        try:
            while time.perf_counter() < end:
                next(work)
        except StopIteration as done:
            self.drop()
            self.finished.emit(done.value)
        except SettingsError as error:
            self.drop()
            self.failed.emit(str(error))
        else:
            self.advanced.emit(self._reading.share)
