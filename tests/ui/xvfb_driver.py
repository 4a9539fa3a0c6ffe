"""A person before the real program on a real X display.

Run by test_xvfb.py, which reads what was seen. ``python -m tests.ui.xvfb_driver FOLDER`` opens
``neuroviz --task or``, drives it with keyboard and mouse, and writes what it saw to
FOLDER/seen.json beside a picture of the whole screen.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSlider,
    QToolButton,
    QWidget,
)

from neuroviz.ui.app import create_app
from neuroviz.ui.window.main_window import MainWindow

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
PATIENCE = 20_000  # ms


class Driver:
    """Drives the window from inside its own event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, Any] = {}

    @property
    def window(self) -> MainWindow:
        """The program's window."""
        return next(
            widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)
        )

    def text(self, name: str) -> str:
        """Return the text of a label."""
        label = self.window.findChild(QLabel, name)
        assert label is not None
        return label.text()

    def loss(self) -> float:
        """Return the loss on show."""
        return float(self.text("current_loss"))

    def epoch(self) -> int:
        """Return the epoch on show."""
        return int(self.text("epoch").replace(",", ""))

    def wait(self, what: str, condition: Callable[[], Any]) -> None:
        """Wait for a condition."""
        deadline = QDeadlineTimer(PATIENCE)
        while not condition():
            if deadline.hasExpired():
                raise TimeoutError(f"waited in vain: {what}")
            # Not QTest.qWait, which holds Python's lock and lets no thread import torch meanwhile.
            QApplication.processEvents()
            time.sleep(0.005)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def type_into(self, name: str, text: str) -> None:
        """Click into a box and type a number in place of the old one."""
        box = self.window.findChild(QAbstractSpinBox, name)
        assert box is not None
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, KEY.Key_Return)

    def parameters(self) -> list[float]:
        """Return w and b as they are."""
        found = self.window.bench.session.frame().parameters
        assert found is not None
        return [float(value) for value in found]

    def drive(self) -> None:
        """Do everything, write down what was seen, and close the window."""
        try:
            self._drive()
        except Exception:
            self.seen["trouble"] = traceback.format_exc()
        (self.folder / "seen.json").write_text(json.dumps(self.seen))
        self.window.close()

    def _drive(self) -> None:
        self.wait(
            "the window",
            lambda: any(isinstance(w, MainWindow) for w in QApplication.topLevelWidgets()),
        )
        self.wait(
            "its exposure",
            lambda: self.window.windowHandle() and self.window.windowHandle().isExposed(),
        )
        self.window.activateWindow()
        self.wait("its activation", self.window.isActiveWindow)
        self.seen["platform"] = QGuiApplication.platformName()
        self.wait("torch", lambda: self.window.bench.session.ready)
        self._choose_or()
        self._run()
        self._step_and_reset()
        self._through_time()
        self._export()

    @staticmethod
    def _at_keyboard(name: str) -> bool:
        widget = QApplication.focusWidget()
        return widget is not None and widget.objectName() == name

    def _choose_or(self) -> None:
        box = self.window.findChild(QComboBox, "task")
        assert box is not None
        self.seen["task at first"] = box.currentText()
        box.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(box, KEY.Key_Up)  # to AND, and back to OR
        self.seen["task between"] = box.currentText()
        QTest.keyClick(box, KEY.Key_Down)
        self.seen["task"] = box.currentText()
        self.type_into("learning_rate", "1")
        # So far that the run still goes when it is to be paused.
        line = self.window.findChild(QToolButton, "section_more")
        assert line is not None
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        self.press(KEY.Key_N, Qt.KeyboardModifier.AltModifier)
        self.wait("the box for the last epoch", lambda: self._at_keyboard("epochs"))
        self.type_into("epochs", "1000000000")
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        self.seen["start"], self.seen["loss at start"] = self.parameters(), self.loss()

    def _run(self) -> None:
        self.press(KEY.Key_Space)
        self.wait("the loss to fall", lambda: self.loss() < 0.5 * self.seen["loss at start"])
        self.wait("the line to settle", lambda: self.epoch() > 2000)
        self._screenshot("running.png")
        self.press(KEY.Key_Space)
        epoch = self.epoch()
        self._screenshot("paused.png")
        self.seen["stands still"] = self.epoch() == epoch
        self.seen["accuracy"], self.seen["settled"] = self.text("accuracy"), self.parameters()

    def _step_and_reset(self) -> None:
        before = self.epoch()
        self.press(KEY.Key_F8)
        self.seen["a step"] = self.epoch() - before
        self.press(KEY.Key_R, CTRL)
        self.seen["reset"] = [self.epoch(), self.parameters()]
        self.press(KEY.Key_F8, CTRL)

    def _through_time(self) -> None:
        """Scrub by mouse, branch by typing, pin, undo and redo by keys."""
        bar = self.window.findChild(QSlider, "timeline")
        assert bar is not None
        middle = bar.height() // 2
        track = self.window.bench.timeline.slider
        places = [QPoint(round(track.place_of(step).x()), middle) for step in (100, 60, 40, 20)]
        QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(bar, place)
        QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=places[-1])
        self.wait("the look", lambda: 0 < self.window.bench.session.frame().step < 50)
        self.press(KEY.Key_F7)
        self.seen["scrubbed"] = self._stand()
        self._screenshot("scrubbed.png")
        self.type_into("learning_rate", "2.5")
        self.press(KEY.Key_F8)
        self.seen["branched"] = self._stand()
        self.press(KEY.Key_P, CTRL)
        self.seen["listed"] = [
            run.rows.newest.step for run in self.window.bench.session.frame().runs if run.rows
        ]
        for _ in ("the step", "the rate"):
            self.press(KEY.Key_Z, CTRL)
        self.seen["undone"] = self._stand()
        for _ in ("the rate", "the step"):
            self.press(KEY.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
        self.seen["redone"] = self._stand()

    def _stand(self) -> list[Any]:
        """Return step, edits and parameters of what is on show."""
        frame = self.window.bench.session.frame()
        return [
            frame.step,
            frame.newest_step,
            [str(edit) for edit in frame.edits],
            self.parameters(),
        ]

    def _export(self) -> None:
        timer = QTimer(interval=50)
        timer.timeout.connect(self._answer_dialog)
        timer.start()
        self.press(KEY.Key_E, CTRL)
        timer.stop()
        self.wait("the figure to be written", lambda: "Written" in self.text("sentence"))
        self.seen["words"] = self.text("sentence")

    def _answer_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        edit: QWidget | None = dialog.findChild(QLineEdit, "fileNameEdit") if dialog else None
        if (
            isinstance(dialog, QFileDialog)
            and isinstance(edit, QLineEdit)
            and dialog.isActiveWindow()
        ):
            self._screenshot("dialog.png")
            edit.selectAll()
            QTest.keyClicks(edit, str(self.folder / "loss.png"))
            QTest.keyClick(edit, KEY.Key_Return)

    def _screenshot(self, name: str) -> None:
        for _ in range(3):  # let everything be drawn
            QApplication.processEvents()
        QGuiApplication.primaryScreen().grabWindow(0).save(str(self.folder / name))


def main() -> None:
    """Open the program and drive it."""
    folder = Path(sys.argv[1])
    app = create_app()
    driver = Driver(folder)
    QTimer.singleShot(0, app, driver.drive)
    sys.argv = ["neuroviz", "--task", "or"]
    runpy.run_module("neuroviz", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
