"""A paused window, and a bare one with as many empty plots: the share of a core that they take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.child import in_child
from tests.benchmarks.live import SETTINGS
from tests.benchmarks.measure import Case, Figures, Options, resident_mb

_SECONDS = 10.0
_SETTLED = 0.5


def cases(options: Options) -> Iterator[Case]:
    """Yield the one case."""
    seconds = options.length(_SECONDS)
    yield Case("idle/offscreen", partial(_pair, seconds), {"seconds": seconds})


def _pair(seconds: float) -> Figures:
    ours = in_child("offscreen", paused, seconds=seconds)
    return {**ours, **in_child("offscreen", bare_idle, seconds=seconds, plots=ours["plots"])}


def paused(seconds: float) -> Figures:
    """Run the window for a while, pause.

    Return the share of a core in per cent that it takes then.
    """
    from tests.benchmarks.window import opened, run_for, viewports

    with opened(SETTINGS) as window:
        window.bench.commands["run"].trigger()
        run_for(_SETTLED)
        window.bench.commands["run"].trigger()
        run_for(_SETTLED)
        if window.bench.player.running or window.bench.session.frame().newest_step == 0:
            raise RuntimeError("The window has not run and paused.")
        return {
            "ours_percent": _share(seconds),
            "plots": len(viewports(window)),
            "resident_mb": resident_mb(),
        }


def bare_idle(seconds: float, plots: int) -> Figures:
    """Return the share of a core in per cent that a bare window takes."""
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.window import bare_window, closed, run_for

    app = QApplication([])
    with closed(bare_window(plots)) as window:
        window.show()
        run_for(_SETTLED)
        share = _share(seconds)
    app.quit()
    return {"bare_percent": share}


def _share(seconds: float) -> float:
    """Return the processor's time in per cent of the time while the event loop runs for so long."""
    from tests.benchmarks.window import run_for

    began, used = time.perf_counter(), time.process_time()
    run_for(seconds)
    return 100 * (time.process_time() - used) / (time.perf_counter() - began)
