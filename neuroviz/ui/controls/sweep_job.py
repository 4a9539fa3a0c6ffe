"""Sweeps in slices of time, so that the window keeps answering: one, or one after another for the best rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import SLICE
from neuroviz.core.sweep.grid import POINTS, Axis, Grid, default_rates, rate_grid
from neuroviz.core.sweep.sweep import Sweep, SweepResult


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


class BestRates(QObject):
    """Sweeps the learning rates of one experiment after another, each from its start to its last epoch."""

    advanced = Signal(int, float)
    """Which experiment is under way, and the share, 0 … 1, that is done of all."""
    found = Signal(int, object)
    """Which experiment, and the rate with the lowest loss; None where none of them stays finite."""
    finished = Signal()
    """All have been looked at."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._experiments: list[Settings] = []
        self._index = 0
        self._job = SweepJob(self)
        self._job.advanced.connect(self._on_advanced)
        self._job.finished.connect(self._on_finished)

    @property
    def running(self) -> bool:
        """Whether there is something left to do."""
        return self._job.running

    def start(self, experiments: Sequence[Settings]) -> None:
        """Look for the best rates of these; what was under way is dropped."""
        self._experiments = list(experiments)
        self._index = -1
        self._next()

    def drop(self) -> None:
        """Leave off at once."""
        self._job.drop()

    def _next(self) -> None:
        """Begin with the next experiment; one that cannot be swept has no best rate."""
        self._index += 1
        while self._index < len(self._experiments):
            try:
                self._job.start(_grid(self._experiments[self._index]))
            except SettingsError:  # the start, or its curvature, is not finite
                self.found.emit(self._index, None)
                self._index += 1
            else:
                self._on_advanced(0.0)
                return
        self.finished.emit()

    def _on_advanced(self, share: float) -> None:
        self.advanced.emit(self._index, (self._index + share) / len(self._experiments))

    def _on_finished(self, result: SweepResult) -> None:
        rates = result.grid.hyperparameters["learning_rate"]
        self.found.emit(self._index, None if result.best is None else float(rates[result.best]))
        self._next()


def _grid(settings: Settings) -> Grid:
    """Return rates of two digits, from well below the limit to beyond it: the best can be named as it is."""
    low, high = default_rates(settings)
    rates = sorted({float(f"{rate:.2g}") for rate in np.geomspace(low, high, POINTS)})
    return rate_grid(settings, Axis("learning_rate", "learning rate", np.array(rates), logarithmic=True))
