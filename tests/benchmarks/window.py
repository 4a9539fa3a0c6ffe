"""Windows to measure, ours and a bare one, and what waits for them and watches them.

Qt, nothing of torch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QGridLayout, QMainWindow, QWidget

if TYPE_CHECKING:
    from neuroviz.core.choices.settings import Settings
    from neuroviz.ui.window.main_window import MainWindow

Window = TypeVar("Window", bound=QWidget)
SIZE = (1440, 900)


def run_for(seconds: float) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def run_until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until a condition holds.

    It is looked at after each batch of events.
    """
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


@contextmanager
def opened(settings: Settings) -> Iterator[MainWindow]:
    """Give the program's window, on screen, with torch loaded."""
    from neuroviz.ui.app import create_window

    with closed(create_window(settings)) as window:
        window.bench.grid.choose(list(window.bench.views))  # all that can be live is
        window.resize(*SIZE)
        window.show()
        run_until(lambda: window.bench.session.ready)
        run_for(0.2)  # the layout comes to rest
        yield window


@contextmanager
def closed(window: Window) -> Iterator[Window]:
    """Give a window, and delete it at the end.

    One with plots crashes an interpreter that ends before it.
    """
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def bare_window(plots: int) -> QMainWindow:
    """Return a window of two columns with so many empty plots, not yet shown."""
    import pyqtgraph as pg

    window, middle = QMainWindow(), QWidget()
    grid = QGridLayout(middle)
    for index in range(plots):
        grid.addWidget(pg.PlotWidget(), *divmod(index, 2))
    window.setCentralWidget(middle)
    window.resize(*SIZE)
    return window


def viewports(window: QWidget) -> list[QWidget]:
    """Return what the plots of a window draw on, but for those that would be hidden in it."""
    import pyqtgraph as pg

    return [
        plot.viewport() for plot in window.findChildren(pg.GraphicsView) if plot.isVisibleTo(window)
    ]


class PaintWatch(QObject):
    """Sees which of some widgets have been asked to paint themselves."""

    def __init__(self, widgets: Iterable[QWidget]) -> None:
        super().__init__()
        self._unpainted = set(widgets)
        for widget in self._unpainted:
            widget.installEventFilter(self)

    @property
    def all_painted(self) -> bool:
        """Whether each of them has been."""
        return not self._unpainted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a paint."""
        if event.type() == QEvent.Type.Paint:
            self._unpainted = {widget for widget in self._unpainted if widget is not watched}
        return False


class FrameWatch(QObject):
    """Counts the frames of a running window: moments that were handed out, with all that paints.

    A plot in which nothing moves by half a pixel is not painted, so none of them is counted.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.step = 0
        """The step of the last moment that the plot of the data has painted."""
        self.marks: list[tuple[float, int]] = []
        """(seconds, step) of each moment."""
        window.bench.player.advanced.connect(self._note)
        window.bench.views["data"].plot.viewport().installEventFilter(self)

    def _note(self) -> None:
        step = self._window.bench.session.frame().newest_step
        self.marks.append((time.perf_counter(), step))

    def rates(self, first: int = 0) -> tuple[float, float]:
        """Return steps and frames a second from mark number ``first`` to the last one."""
        (began, from_step), (ended, to_step) = self.marks[first], self.marks[-1]
        return (to_step - from_step) / (ended - began), (len(self.marks) - 1 - first) / (
            ended - began
        )

    def longest_gap(self, first: int = 0) -> float:
        """Return the longest time in seconds between two frames, from a mark on."""
        return max(later - earlier for (earlier, _), (later, _) in pairwise(self.marks[first:]))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what the plot paints."""
        if event.type() == QEvent.Type.Paint:
            frame = self._window.bench.views["data"].frame
            self.step = frame.newest_step if frame else 0
        return False
