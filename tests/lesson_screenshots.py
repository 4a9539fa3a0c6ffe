"""Pictures of every step of every lesson, before and after it.

``python -m tests.lesson_screenshots FOLDER``. In light and dark, at 1440x900 and 1024x768; the
options take some lessons, themes or sizes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from neuroviz.lessons.format import (
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    PointQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.lessons.library import lesson_paths
from tests.lessons.by_hand import DONE, make

THEMES = ("light", "dark")
SIZES = ((1440, 900), (1024, 768))
_ROUNDS = 30
_LONGEST = 60.0
"""Seconds that a run may take after an answer."""


def main() -> int:
    """Draw the pictures."""
    known = {path.stem: path for path in lesson_paths()}
    parser = argparse.ArgumentParser(prog="python -m tests.lesson_screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to put them; made if it is not there")
    parser.add_argument("--only", choices=known, nargs="+", metavar="NAME", default=list(known))
    parser.add_argument("--theme", choices=THEMES, nargs="+", default=THEMES)
    parser.add_argument("--small", action="store_true", help="1024x768 only")
    parser.add_argument("--large", action="store_true", help="1440x900 only")
    chosen = parser.parse_args()
    sizes = [
        size
        for size in SIZES
        if size != (SIZES[0] if chosen.small else SIZES[1] if chosen.large else None)
    ]
    chosen.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from neuroviz.ui.app import create_app

    create_app()
    with (
        tempfile.TemporaryDirectory() as place,
        patch.dict(os.environ, XDG_CONFIG_HOME=place, XDG_STATE_HOME=place),
    ):
        for name in chosen.only:
            for theme in chosen.theme:
                for size in sizes:
                    for suffix, window in _played(known[name], theme, size):
                        path = chosen.folder / f"{name}-{suffix}-{theme}-{size[0]}x{size[1]}.png"
                        window.grab().save(str(path))
                        print(path, flush=True)
    return 0


def _played(path: Path, theme: str, size: tuple[int, int]) -> Iterator[tuple[str, Any]]:
    """Play a lesson in a window of its own; give it at every step, before and after."""
    from tests import screenshots
    from tests.screenshot_scenes import Scene

    window = screenshots._window(theme, size, Scene(0))
    _until(lambda: window.bench.session.ready)
    window.lessons.open_file(path)
    control = window.lessons.control
    assert control is not None
    for number, step in enumerate(control.lesson.steps, 1):
        _settle()
        yield f"{number}a", window
        _answer(window, number, step)
        _until(lambda: not control.answer_controller.on_the_way)
        if not isinstance(step.task, Prediction | DoTask):
            control.next()
            continue
        _settle()
        yield f"{number}b", window
        control.next()
    _settle()
    yield "end", window
    screenshots._close(window)


def _answer(window: Any, number: int, step: Any) -> None:
    """Give the first answer there is; do what is to be done."""
    from PySide6.QtCore import QPointF

    control = window.lessons.control
    task = step.task
    if isinstance(task, DoTask):
        for way in DONE.get((control.lesson.name, number), [])[:1]:
            make(window.bench.session, way)
            window.bench.frame_dispatcher.new()
            window.bench.player.advanced.emit()
        return
    if not isinstance(task, Prediction):
        return
    if isinstance(task, CurveQuestion):
        top = control.lesson_run.now.evaluator.page()[1]
        for epoch, share in ((0.0, 0.5), (20.0, 0.2), (40.0, 0.1)):
            control.answer_controller.marks.put(QPointF(epoch, share * top), first=epoch == 0)
    elif isinstance(task, PointQuestion):
        control.answer_controller.marks.put(QPointF(2.0, 0.5), first=True)
    elif isinstance(task, ChoiceQuestion | SignQuestion):
        _push(window, "lesson_choice_1")
    else:
        window.bench.findChild(object, "lesson_number").setText("1")
    _settle(0.1)
    _push(window, "lesson_go")


def _push(window: Any, name: str) -> None:
    from PySide6.QtWidgets import QAbstractButton

    # The last: those of steps before wait to be deleted.
    buttons = window.findChildren(QAbstractButton, name)
    assert buttons, name
    buttons[-1].click()


def _until(condition: Any) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.perf_counter() + _LONGEST
    while not condition() and time.perf_counter() < end:
        QApplication.processEvents()


def _settle(seconds: float = 0.7) -> None:
    """Let layouts and plots come to rest.

    Also where the machine is so busy that the time is over at once.
    """
    from PySide6.QtWidgets import QApplication

    end = time.perf_counter() + seconds
    rounds = 0
    while time.perf_counter() < end or rounds < _ROUNDS:
        QApplication.processEvents()
        rounds += 1


if __name__ == "__main__":
    sys.exit(main())
