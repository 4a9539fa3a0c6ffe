"""How far an action of a person goes through the program: ``python -m tests.batteries.entered``.

For one Step, for the next page of a lesson and for a learning rate typed in mid-run, as one line of
JSON each: how many files of ``neuroviz`` are entered, and how often a call goes from one file to
another. All is drawn before, and each is done once before it is counted, so that what is built at
the first time does not count.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TypeVar
from unittest.mock import patch

import neuroviz

T = TypeVar("T")

_ROOM = f"{Path(neuroviz.__file__).parent}{os.sep}"


class Entered:
    """Counts what is entered while it is the profile function."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.changes = 0
        self._last = ""

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Count a call into a file of the program."""
        path = frame.f_code.co_filename
        if event != "call" or not path.startswith(_ROOM):
            return
        self.files.add(path)
        self.changes += path != self._last
        self._last = path


def entered_by(action: Callable[[], None], settle: Callable[[], None]) -> Entered:
    """Return what is entered by an action, done twice, the second time.

    Until the window is at rest.
    """
    action()
    settle()
    counted = Entered()
    sys.setprofile(counted)
    try:
        action()
        settle()
    finally:
        sys.setprofile(None)
    return counted


def main() -> None:
    """Open the window without a screen, and do what a person does."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder),
    ):
        for name, counted in _actions():
            print(
                json.dumps(
                    {"action": name, "files": len(counted.files), "changes": counted.changes}
                )
            )


def _actions() -> list[tuple[str, Entered]]:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QAction
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox

    from neuroviz.ui.app import create_window

    window = create_window()
    window.resize(1440, 900)
    window.show()

    def find(kind: type[T], name: str) -> T:
        found = window.bench.findChild(kind, name) or window.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def settle() -> None:
        QTest.qWait(1500)  # what comes at rest is part of it

    def trigger(name: str) -> None:
        find(QAction, f"action_{name}").trigger()

    def click(name: str) -> None:
        QTest.mouseClick(find(QAbstractButton, name), Qt.MouseButton.LeftButton)

    rates = iter(("0.5", "0.25"))

    def type_rate() -> None:
        box = find(QAbstractSpinBox, "learning_rate")
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, next(rates))
        QTest.keyClick(box, Qt.Key.Key_Return)

    settle()
    trigger("plots_all")
    settle()
    step = entered_by(lambda: trigger("step"), settle)
    rate = entered_by(type_rate, settle)
    trigger("lessons")
    settle()
    click("lesson_three-rates")
    settle()
    page = entered_by(lambda: click("lesson_next"), settle)
    window.close()
    return [("step", step), ("rate", rate), ("page", page)]


if __name__ == "__main__":
    main()
