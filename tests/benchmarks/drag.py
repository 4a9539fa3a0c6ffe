"""Dragging: how fast all views follow.

A sample, the line between the classes, the ball and a weight.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from neuroviz.core.choices.settings import Settings
from tests.benchmarks.child import in_child
from tests.benchmarks.measure import Case, Figures, Options, Target

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from neuroviz.ui.canvas.plot import Plot
    from neuroviz.ui.window.main_window import MainWindow

_MOVES, _QUICK_MOVES = 300, 5
_THINGS = ("point", "line", "ball", "weight")
_RADIUS = 20.0
"""Of the circle that the pointer goes round, in pixels."""
_STEPS = 200
"""Of the run before something is dragged."""
_TARGETS = (Target("frames_per_second", at_least=50.0), Target("processor_ms", at_most=20.0))


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each thing that can be dragged; quick, the line alone."""
    moves = _QUICK_MOVES if options.quick else _MOVES
    for thing in ("line",) if options.quick else _THINGS:
        run = partial(in_child, "offscreen", dragged, thing=thing, moves=moves)
        yield Case(f"drag/{thing}", run, {"moves": moves}, _TARGETS)


def dragged(thing: str, moves: int) -> Figures:
    """Drag something in a window round a circle.

    Return how fast all views follow, each move painted.
    """
    from PySide6.QtCore import QPointF

    from tests.benchmarks.window import opened, run_for

    with opened(Settings("and", learning_rate=1.0)) as window:
        # All that there are.
        window.bench.grid.choose(["data", "landscape", "loss", "weights"])
        window.bench.session.advance(_STEPS)
        window.bench.player.advanced.emit()
        run_for(0.5)
        widget, at = _taken(window, thing)
        _send(widget, "press", at)
        turns = (
            QPointF(math.cos(0.2 * move) - 1, math.sin(0.2 * move)) for move in range(1, moves + 1)
        )
        began = time.process_time()
        times = [_move_ms(window, widget, at + _RADIUS * turn) for turn in turns]
        processor = time.process_time() - began
        return {
            "frames_per_second": 1000 / statistics.mean(times),
            "move_ms": statistics.median(times),
            "worst_ms": max(times),
            "processor_ms": 1000 * processor / moves,
        }


def _taken(window: MainWindow, thing: str) -> tuple[QWidget, QPointF]:
    """Return the widget on which something is dragged, and where it is there."""
    from PySide6.QtCore import QPointF

    parameters = window.bench.session.frame().parameters
    assert parameters is not None
    w1, w2, bias = parameters.tolist()
    if thing == "weight":
        diagram = window.bench.neuron.diagram
        return diagram.viewport(), diagram.place_of(("weight", 0))
    nearest = -bias / (w1**2 + w2**2)
    places = {"point": (1.0, 1.0), "line": (nearest * w1, nearest * w2), "ball": (w1, w2)}
    plot: Plot = window.bench.views["landscape" if thing == "ball" else "data"].plot  # type: ignore[attr-defined]
    return plot.viewport(), plot.pixel_of(QPointF(*places[thing]))


def _move_ms(window: MainWindow, widget: QWidget, at: QPointF) -> float:
    """Move the pointer and return how long the views take, in ms.

    Every one has the moment and is painted then.
    """
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.window import run_until

    before = window.bench.views["loss"].frame
    began = time.perf_counter()
    _send(widget, "move", at)
    run_until(lambda: window.bench.views["loss"].frame is not before)
    QApplication.processEvents()
    frame = window.bench.views["loss"].frame
    if not (
        frame and frame.preview and all(view.frame is frame for view in window.bench.views.values())
    ):
        raise RuntimeError("Not all views show what is held.")
    return (time.perf_counter() - began) * 1000


def _send(widget: QWidget, what: str, at: QPointF) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    if what == "press":
        QTest.mousePress(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint()
        )
    else:
        QTest.mouseMove(widget, at.toPoint())
