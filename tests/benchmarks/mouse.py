"""A mouse that moves at random moments, and how long the window takes to answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QPointF, QSocketNotifier, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.pulses import MOMENT


class Mouse(QObject):
    """Moves over a widget while it is entered.

    The delay of a move ends when the widget has dealt with it.

    Parameters
    ----------
    target
        Gets the moves.
    """

    def __init__(self, target: QWidget) -> None:
        super().__init__()
        self._target = target
        self.delays: list[float] = []
        """Seconds."""

    def __enter__(self) -> Mouse:
        command = [sys.executable, "-m", "tests.benchmarks.pulses"]
        self._source = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._source.stdout is not None
        self._notifier = QSocketNotifier(
            self._source.stdout.fileno(), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._on_moments)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._notifier.setEnabled(False)
        self._source.terminate()
        self._source.communicate()

    def _on_moments(self) -> None:
        for (moment,) in MOMENT.iter_unpack(os.read(self._notifier.socket(), 64 * MOMENT.size)):
            self._move()
            self.delays.append(time.monotonic() - moment)

    def _move(self) -> None:
        """Send a move to the next of a hundred places on the diagonal."""
        share = (len(self.delays) % 100 + 0.5) / 100
        place = QPointF(self._target.width() * share, self._target.height() * share)
        none = Qt.MouseButton.NoButton
        on_screen = self._target.mapToGlobal(place)
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            self._target, QMouseEvent(QEvent.Type.MouseMove, place, on_screen, none, none, keys)
        )
