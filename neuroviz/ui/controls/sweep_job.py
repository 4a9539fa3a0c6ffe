"""A sweep in slices of time, so that the window keeps answering."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.slices import SLICE
from neuroviz.core.sweep.grid import Grid
from neuroviz.core.sweep.sweep import Sweep


class SweepJob(QObject):
    """Drives one sweep after another."""

    advanced = Signal(float)
    """The share, 0 … 1, that is done."""
    finished = Signal(object, bool)
    """The result, and whether it was stopped before its last epoch."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sweep: Sweep | None = None
        self._stop_after: int | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether a sweep is under way."""
        return self._sweep is not None

    def start(self, grid: Grid) -> None:
        """Begin a sweep; one that is under way is dropped.

        Raises
        ------
        SettingsError
            If a start is not finite.
        """
        self.drop()
        self._sweep = Sweep(grid)
        self._timer.start()

    def stop(self) -> None:
        """Go no further than all neurons need to be at the same step; what there is then is the result."""
        if self._sweep is not None:
            self._stop_after = self._sweep.step

    def drop(self) -> None:
        """Leave off at once, without a result."""
        self._timer.stop()
        self._sweep = None
        self._stop_after = None

    def _go_on(self) -> None:
        sweep = self._sweep
        assert sweep is not None
        # Slices one by one once it is to stop: the neurons of a slice go ahead of the others.
        done = sweep.advance_for(SLICE if self._stop_after is None else 0.0)
        stopped = not done and self._stop_after is not None and sweep.step > self._stop_after
        if not done and not stopped:
            self.advanced.emit(sweep.progress)
            return
        self.drop()
        self.finished.emit(sweep.result(), stopped)
