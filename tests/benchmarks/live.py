"""The real window at its greatest speed: rate, frames a second, and the delay of the mouse."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from tests.benchmarks.bare import bare_rates, with_ratio
from tests.benchmarks.child import PLATFORMS, in_child, objection
from tests.benchmarks.measure import Case, Figures, Options, peak_mb

__all__ = ["SETTINGS", "cases", "window_run"]

_SECONDS = 20.0
_WARM_UP = 1.0
SETTINGS = Settings("and", epochs=MAX_EPOCHS)
"""AND at its own learning rate, at which no bit stops changing, without an end."""


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each platform."""
    for platform in PLATFORMS:
        seconds = 0.5 if options.quick else options.length(_SECONDS)
        yield Case(
            f"live/{platform}", partial(_pair, platform, seconds), {"seconds": seconds}, skipped=objection(platform)
        )


def _pair(platform: str, seconds: float) -> Figures:
    """Return the figures of the window, and the bare loop's rates, the mean of before and after."""
    before = bare_rates(SETTINGS, seconds / 5)
    figures = in_child(platform, window_run, seconds=seconds)
    after = bare_rates(SETTINGS, seconds / 5)
    bare = {name: (rate + after[name]) / 2 for name, rate in before.items()}
    return {**with_ratio(figures.pop("ours"), bare), **figures}


def window_run(seconds: float) -> Figures:
    """Run the window for so long, and return what was seen."""
    from tests.benchmarks.mouse import Mouse
    from tests.benchmarks.window import FrameWatch, opened, run_for, viewports

    with opened(SETTINGS) as window:
        watch = FrameWatch(window)
        window.transport.speed.setValue(window.transport.speed.maximum())
        window.actions_.run.trigger()
        with Mouse(window.views["loss"].plot.viewport()) as mouse:
            run_for(min(_WARM_UP, seconds))
            first, moved = len(watch.marks) - 1, len(mouse.delays)
            run_for(seconds)
        if not window.player.running:
            raise RuntimeError(f"The run paused by itself at step {watch.step}.")
        rate, frames = watch.rates(first)
        return {
            "ours": rate,
            "frames_per_second": frames,
            "longest_frame_ms": watch.longest_gap(first) * 1000,
            "mouse_median_ms": statistics.median(mouse.delays[moved:]) * 1000,
            "mouse_worst_ms": max(mouse.delays[moved:]) * 1000,
            "plots": len(viewports(window)),
            "steps": watch.step,
            "peak_mb": peak_mb(),
        }
