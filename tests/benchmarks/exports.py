"""Exports: how long they take.

Beside it the longest time in which the window does not answer the mouse.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from neuroviz.core.choices.settings import Settings
from tests.benchmarks.child import in_child
from tests.benchmarks.large import made_up
from tests.benchmarks.measure import Case, Figures, Options, Target

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

_MOST_MS = 200.0
_CASES = {
    "landscape": "copy_landscape",
    "landscape/spam_mse": "copy_landscape",
    "loss.png": "export_loss",
    "six_wide_runs.csv": "export_runs_csv",
}
"""What is exported, and the action that does it."""


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each export; quick, the landscape of AND alone."""
    for what in list(_CASES)[: 1 if options.quick else None]:
        pair = partial(in_child, "offscreen", exported, what=what)
        yield Case(f"exports/{what}", pair, targets=(Target("worst_ms", at_most=_MOST_MS),))


def exported(what: str) -> Figures:
    """Export something from a window under a moving mouse.

    Return seconds, and what the mouse had to wait in ms.
    """
    from PySide6.QtGui import QAction, QGuiApplication
    from PySide6.QtWidgets import QFileDialog

    from tests.benchmarks.mouse import Mouse
    from tests.benchmarks.window import opened, run_for, run_until, viewports

    with opened(_settings(what)) as window, tempfile.TemporaryDirectory() as folder:
        _prepare(window, what)
        run_for(0.3)
        queue = window.bench.exporter.queue
        answer = (str(Path(folder) / Path(what).name), "")
        began = time.perf_counter()
        with (
            Mouse(viewports(window)[0]) as mouse,
            patch.object(QFileDialog, "getSaveFileName", lambda *_: answer),
        ):
            window.findChild(QAction, f"action_{_CASES[what]}").trigger()
            run_until(lambda: queue.name is None)
            run_for(0.1)  # the moves that waited are heard
        QGuiApplication.clipboard().clear()  # what is there does not outlive its process well
        return {"seconds": time.perf_counter() - began - 0.1, "worst_ms": max(mouse.delays) * 1000}


def _settings(what: str) -> Settings:
    if what == "landscape/spam_mse":
        return Settings("spam", activation="sigmoid", loss="mse")
    return Settings("spam", data=made_up(1_000, 100)) if "wide" in what else Settings("and")


def _prepare(window: MainWindow, what: str) -> None:
    """Let the run go some way; of the wide ones there are six, and six that are pinned."""
    session = window.bench.session
    if "wide" in what:
        for seed in range(1, 6):
            session.advance(1_500)
            session.pin()
            session.apply(session.settings.replace(seed=seed))
    if "spam" not in what:  # there the search for the minimum is longest from the start
        session.advance(1_500)
    window.bench.player.advanced.emit()
