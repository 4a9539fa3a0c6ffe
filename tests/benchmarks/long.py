"""Ten million epochs in the window.

What a long history costs in rate, in time for a frame and in memory.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks.bare import bare_rates, with_ratio
from tests.benchmarks.child import in_child
from tests.benchmarks.live import SETTINGS
from tests.benchmarks.measure import Case, Figures, Options, peak_mb, resident_mb

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow
    from tests.benchmarks.window import FrameWatch

_SECONDS = 4.0  # of the bare loop
_EPOCHS = (1_000, 100_000, 1_000_000, 10_000_000)
_QUICK_EPOCHS = (200, 400)
_FRAMES = 20


def cases(options: Options) -> Iterator[Case]:
    """Yield the one case."""
    epochs = _QUICK_EPOCHS if options.quick else _EPOCHS
    yield Case(
        "long/offscreen", partial(_pair, epochs, options.length(_SECONDS)), {"epochs": epochs}
    )


def _pair(epochs: Sequence[int], seconds: float) -> Figures:
    figures = in_child("offscreen", run_through, epochs=epochs)
    return {
        **with_ratio(figures[f"rate_at_{epochs[-1]}"], bare_rates(SETTINGS, seconds)),
        **figures,
    }


def run_through(epochs: Sequence[int]) -> Figures:
    """Run the window at its greatest speed, and measure at each of these epochs.

    It ends at the last.
    """
    from tests.benchmarks.window import FrameWatch, opened

    figures: Figures = {}
    with opened(SETTINGS) as window:
        watch = FrameWatch(window)
        window.bench.transport.speed.setValue(window.bench.transport.speed.maximum())
        for epoch in epochs:
            figures |= {
                f"{name}_at_{epoch}": value for name, value in _at(epoch, window, watch).items()
            }
    for name in ("rate", "frames_per_second"):
        figures[f"{name}_last_to_first"] = (
            figures[f"{name}_at_{epochs[-1]}"] / figures[f"{name}_at_{epochs[0]}"]
        )
    return {**figures, "peak_mb": peak_mb()}


def _at(epoch: int, window: MainWindow, watch: FrameWatch) -> Figures:
    """Run on to an epoch, take the rates over the frames that follow.

    Pause and time some frames by hand.
    """
    _run_until_frame(window, watch, lambda: watch.step >= epoch)
    first = len(watch.marks) - 1
    _run_until_frame(window, watch, lambda: len(watch.marks) > first + _FRAMES)
    rate, frames = watch.rates(first)
    window.bench.commands["run"].trigger()
    return {
        "rate": rate,
        "frames_per_second": frames,
        "frame_ms": statistics.median(_frame_ms(window, watch) for _ in range(_FRAMES)),
        "resident_mb": resident_mb(),
    }


def _run_until_frame(window: MainWindow, watch: FrameWatch, arrived: Callable[[], bool]) -> None:
    from tests.benchmarks.window import run_until

    if not window.bench.player.running:
        window.bench.commands["run"].trigger()
    run_until(lambda: arrived() or not window.bench.player.running)
    if not window.bench.player.running:
        raise RuntimeError(f"The run paused by itself at step {watch.step}.")


def _frame_ms(window: MainWindow, watch: FrameWatch) -> float:
    """Take a step of the paused window, and return the time to show and paint it in ms."""
    from PySide6.QtWidgets import QApplication

    window.bench.session.advance(1)
    painted, began = len(watch.marks), time.perf_counter()
    window.bench.player.advanced.emit()
    QApplication.processEvents()
    elapsed = time.perf_counter() - began
    if len(watch.marks) == painted:
        raise RuntimeError("A frame was shown that was not painted.")
    return elapsed * 1000
