"""Dragging: how fast all views follow, with the run that would follow.

A sample, the line between the classes, the ball and a weight; and the learning rate over its whole
range.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
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


def _own_data(rows: int) -> Dataset:
    """Return two classes of a table that somebody brings, by four columns of it."""
    inputs = np.random.default_rng(0).standard_normal((rows, 4))
    return Dataset(inputs, (inputs.sum(axis=1) > 0).astype(float), classes=True)


_RATES: dict[str, dict[str, object]] = {
    "and": {"task": "and"},
    "line": {"task": "line"},
    "sum": {"task": "sum"},
    "adam": {"task": "and", "optimizer": "adam"},
    "spam": {"task": "spam", "batch_size": "full"},
    "spam_batches": {"task": "spam"},
    "own": {"data": _own_data(200)},
}
_RATE_TARGETS = (
    Target("frames_per_second", at_least=50.0),
    Target("p99_ms", at_most=33.0),
    Target("worst_ms", at_most=50.0),
)
_TARGETS = (Target("frames_per_second", at_least=50.0), Target("processor_ms", at_most=20.0))


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each thing that can be dragged; quick, the line alone."""
    moves = _QUICK_MOVES if options.quick else _MOVES
    for thing in ("line",) if options.quick else _THINGS:
        run = partial(in_child, "offscreen", dragged, thing=thing, moves=moves)
        yield Case(f"drag/{thing}", run, {"moves": moves}, _TARGETS)
    for name, choices in {} if options.quick else _RATES.items():
        run = partial(in_child, "offscreen", rate_dragged, choices=choices, moves=moves)
        yield Case(f"drag/rate/{name}", run, {"moves": moves}, _RATE_TARGETS)


def dragged(thing: str, moves: int) -> Figures:
    """Drag something in a window round a circle.

    Return how fast all views follow, each move painted.
    """
    from PySide6.QtCore import QPointF

    from tests.benchmarks.window import opened, run_for

    with opened(Settings("and", learning_rate=1.0)) as window:
        # All that there are.
        window.bench.grid.choose(["data", "landscape", "loss", "weights"])
        window.bench.views["landscape"].surface_shown.setChecked(False)
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


def rate_dragged(choices: dict[str, object], moves: int) -> Figures:
    """Drag the learning rate to and fro over the whole of its track.

    Return how fast all views follow, each move painted, and how many epochs of the run that would
    follow are known after each.
    """
    from PySide6.QtCore import QPointF

    from neuroviz.core.curvature.rate_ruler import track_ends
    from tests.benchmarks.window import opened, run_for

    with opened(Settings(**choices)) as window:
        window.bench.look_control.pick(0)
        run_for(0.5)
        slider = window.bench.form.ruler.slider
        left, right = map(slider.pixel_of, track_ends(window.bench.session.settings))
        y = slider.height() / 2
        _send(slider, "press", QPointF((left + right) / 2, y))
        times, epochs, last = [], [], 0
        for move in range(1, moves + 1):
            at = QPointF(left + (right - left) * (0.5 + 0.49 * math.sin(0.07 * move)), y)
            if at.toPoint().x() == last:  # the rate stays
                continue
            last = at.toPoint().x()
            times.append(_move_ms(window, slider, at, held=False))
            ghost = window.bench.session.ghosts.ghost
            epochs.append(0.0 if ghost is None else float(ghost.ahead.epochs[-1]))
        return {
            "frames_per_second": 1000 / statistics.mean(times),
            "move_ms": statistics.median(times),
            "p99_ms": statistics.quantiles(times, n=100)[-1],
            "worst_ms": max(times),
            "ghost_epochs": statistics.median(epochs),
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
    if thing == "ball":
        landscape = window.bench.views["landscape"]
        (ball,) = landscape.drag.handles()
        return landscape.plot.viewport(), ball.at
    nearest = -bias / (w1**2 + w2**2)
    places = {"point": (1.0, 1.0), "line": (nearest * w1, nearest * w2)}
    plot: Plot = window.bench.views["data"].plot
    return plot.viewport(), plot.pixel_of(QPointF(*places[thing]))


def _move_ms(window: MainWindow, widget: QWidget, at: QPointF, *, held: bool = True) -> float:
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
    shown = all(view.frame is frame for view in window.bench.views.values())
    if held and not (frame and frame.preview and shown):
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
