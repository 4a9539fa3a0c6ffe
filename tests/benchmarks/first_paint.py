"""The first seconds of a window, ours and a bare one.

Moments are counted from the start of the process. Nothing is imported here before it is needed:
what a window does not need must not be in its time.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Function = TypeVar("Function", bound=Callable[..., object])


class _Moments(dict[str, float]):
    """Name -> when it first was, in seconds of ``time.monotonic``."""

    def note(self, name: str) -> None:
        """Note that it is now, if it was not before."""
        self.setdefault(name, time.monotonic())

    def after(self, name: str, function: Function) -> Function:
        """Return the function, made to note when it is first done."""

        def noted(*arguments: object) -> object:
            result = function(*arguments)
            self.note(name)
            return result

        return noted


def our_start(began: float) -> dict[str, float]:
    """Open the program's window as at a first start, press Run, and return what came when.

    Parameters
    ----------
    began
        When the process was started, in seconds of ``time.monotonic``.
    """
    from neuroviz.cli.window import import_app

    app = import_app()
    from neuroviz.core.lazy import load_torch
    from neuroviz.core.training.stepper import Stepper
    from neuroviz.ui.window import loader
    from tests.benchmarks.window import SIZE, FrameWatch, PaintWatch, closed, run_until, viewports

    moments = _Moments(began=began)
    loader.load_torch = moments.after("torch", load_torch)
    Stepper.take = moments.after("step", Stepper.take)
    with closed(app.create_window()) as window:
        window.resize(*SIZE)  # the offscreen screen is a small one
        plots = PaintWatch(viewports(window))
        window.show()
        run_until(lambda: plots.all_painted)
        moments.note("painted")
        processor = time.process_time()
        frames = FrameWatch(window)
        turns = _turns(window)
        window.bench.commands["run"].trigger()
        run_until(lambda: frames.step > 0)
        moments.note("frame")
        longest = max(last - first for first, last in pairwise(turns) if first < moments["torch"])
        return {
            **_figures(moments, len(viewports(window))),
            "ours_cpu_ms": processor * 1000,
            "standstill_ms": longest * 1000,
        }


def _turns(window: QWidget) -> list[float]:
    """Return a list that gets the moments at which the event loop goes round, from now on.

    At most one for each 5 ms.
    """
    from PySide6.QtCore import QTimer

    turns = [time.monotonic()]
    timer = QTimer(window, interval=5)
    timer.timeout.connect(lambda: turns.append(time.monotonic()))
    timer.start()
    return turns


def _figures(moments: _Moments, plots: int) -> dict[str, float]:
    from tests.benchmarks.measure import peak_mb

    spans = {
        "ours": ("began", "painted"),
        "torch": ("began", "torch"),
        "first_step": ("torch", "step"),
        "first_frame": ("torch", "frame"),
    }
    figures = {
        f"{name}_ms": (moments[last] - moments[first]) * 1000
        for name, (first, last) in spans.items()
    }
    return {
        **figures,
        "plots": plots,
        "dynamo_imported": "torch._dynamo" in sys.modules,
        "peak_mb": peak_mb(),
    }


def our_import() -> dict[str, float]:
    """Return how many of our own modules are imported before the window is made.

    The second number is how long that takes. They are imported twice, and the second time is taken:
    all that they need of others is there then.
    """
    importlib.import_module("neuroviz.cli.window").import_app()
    ours = [name for name in sys.modules if name.partition(".")[0] == "neuroviz"]
    for name in ours:
        del sys.modules[name]
    began = time.perf_counter()
    importlib.import_module("neuroviz.cli.window").import_app()
    return {"our_modules": len(ours), "our_import_ms": (time.perf_counter() - began) * 1000}


def bare_start(began: float, plots: int) -> dict[str, float]:
    """Open a bare window with so many empty plots, and return when it was painted."""
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.window import PaintWatch, bare_window, closed, run_until, viewports

    app = QApplication(sys.argv[:1])
    with closed(bare_window(plots)) as window:
        watch = PaintWatch(viewports(window))
        window.show()
        run_until(lambda: watch.all_painted)
        painted = time.monotonic()
        processor = time.process_time()
    app.quit()
    return {"bare_ms": (painted - began) * 1000, "bare_cpu_ms": processor * 1000}
