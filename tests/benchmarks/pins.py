"""Pinned runs: the processor time of a step with hundreds of them.

With none too, in one window after the other.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.child import in_child
from tests.benchmarks.live import SETTINGS
from tests.benchmarks.measure import Case, Figures, Options, Target, resident_mb

_PINS, _QUICK_PINS = 400, 30
_STEPS, _QUICK_STEPS = 40, 3
_TRAINED = 20
"""Steps of each pinned run."""


def cases(options: Options) -> Iterator[Case]:
    """Yield the one case."""
    pins = _QUICK_PINS if options.quick else _PINS
    steps = _QUICK_STEPS if options.quick else _STEPS
    targets = (Target("added_ms", at_most=30),)
    yield Case(f"pins/{pins}", partial(_pair, pins, steps), {"pins": pins, "steps": steps}, targets)


def _pair(pins: int, steps: int) -> Figures:
    none = in_child("offscreen", stepped, pins=0, steps=steps)
    many = in_child("offscreen", stepped, pins=pins, steps=steps)
    return {
        "none_ms": none["step_ms"],
        "many_ms": many["step_ms"],
        "added_ms": many["step_ms"] - none["step_ms"],
        "added_mb": many["resident_mb"] - none["resident_mb"],
    }


def stepped(pins: int, steps: int) -> Figures:
    """Pin so many runs, press Step with the list in sight.

    Return the time until all is painted, in ms.
    """
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.window import opened, run_for

    with opened(SETTINGS) as window:
        window.bench.side.bring(window.bench.runs)
        for seed in range(1, pins + 1):
            window.bench.session.advance(_TRAINED)
            window.bench.session.pin()
            window.bench.session.apply(window.bench.session.settings.replace(seed=seed))
        window.bench.player.advanced.emit()
        run_for(0.5)
        times = []
        for _ in range(steps + 3):
            began = time.process_time()
            window.bench.commands["step"].trigger()
            QApplication.processEvents()
            times.append(time.process_time() - began)
        return {"step_ms": statistics.median(times[3:]) * 1000, "resident_mb": resident_mb()}
