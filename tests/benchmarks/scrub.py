"""Looking back in a long run.

The time to show and paint another step, as the timeline is dragged to and fro.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from tests.benchmarks.child import in_child
from tests.benchmarks.large import made_up
from tests.benchmarks.live import SETTINGS
from tests.benchmarks.measure import Case, Figures, Options, Target, peak_mb, resident_mb

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

_MOVES, _QUICK_MOVES = 200, 5
_RUNS = {"and": 10_000_000, "spam": 200_000, "wide": 2_000}
"""Updates of each run: ten million epochs of AND, mini-batches of 20, and a hundred inputs."""
_TARGETS = {
    "and": (Target("move_ms", at_most=10.0), Target("worst_ms", at_most=33.0)),
    "spam": (),
    "wide": (Target("worst_ms", at_most=50.0),),
}
_QUICK_UPDATES = 2_000
_REST = 0.3
"""Seconds in which the whole run is painted, as it is before anyone drags:
the first move would pay for it."""


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each run."""
    runs = {"and": _RUNS["and"]} if options.quick else _RUNS
    for name, updates in runs.items():
        taken = min(updates, _QUICK_UPDATES) if options.quick else updates
        moves = _QUICK_MOVES if options.quick else _MOVES
        yield Case(
            f"scrub/{name}",
            partial(_dragged, name, taken, moves),
            {"updates": taken},
            _TARGETS[name],
        )


def _dragged(name: str, updates: int, moves: int) -> Figures:
    return in_child("offscreen", dragged, name=name, updates=updates, moves=moves)


def dragged(name: str, updates: int, moves: int) -> Figures:
    """Let a window's run go so far, drag its timeline to random places.

    Return what a move takes.
    """
    from tests.benchmarks.window import opened, run_for

    with opened(_settings(name)) as window:
        window.bench.session.advance(updates)
        window.bench.player.advanced.emit()
        run_for(_REST)
        places = random.Random(0)
        window.bench.timeline.slider.setSliderDown(True)
        times = [_move_ms(window, places.randrange(updates)) for _ in range(moves)]
        return {
            "move_ms": statistics.median(times),
            "worst_ms": max(times),
            "resident_mb": resident_mb(),
            "peak_mb": peak_mb(),
        }


def _settings(name: str) -> Settings:
    if name == "spam":
        return Settings("spam", batch_size=20, shuffle=True, epochs=MAX_EPOCHS)
    return (
        SETTINGS if name == "and" else Settings("spam", data=made_up(1_000, 100), epochs=MAX_EPOCHS)
    )


def _move_ms(window: MainWindow, step: int) -> float:
    """Drag the timeline to a step.

    Return the time until all that it changes has been painted in ms.
    """
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.window import run_until

    began = time.perf_counter()
    window.bench.timeline.slider.setValue(step)
    run_until(lambda: window.bench.views["loss"].frame.step == step)
    QApplication.processEvents()  # a view that stands still is not painted: none is waited for
    return (time.perf_counter() - began) * 1000
