"""The window as Linux's own bus of screen readers has it, and a tour by its ears.

``python -m tests.batteries.at_spi [--tree]``

From the start through a run, a drag by keys and a question of a lesson to an exported figure: what
is spoken is printed, and what is read of the window is checked. Needs Xvfb, dbus and, from apt,
at-spi2-core, python3-gi and gir1.2-atspi-2.0; without them it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QTableView

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NO = Qt.KeyboardModifier.NoModifier
SYSTEM = "/usr/bin/python3"
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
EARS = Path(__file__).with_name("at_spi_ears.py")
PATIENCE = 120.0  # seconds
QUIET = 0.4  # seconds in which nothing comes any more
Said = dict[str, Any]


def missing() -> list[str]:
    """Return which packages of the system are not there."""
    bindings = [SYSTEM, "-c", "import gi; gi.require_version('Atspi', '2.0')"]
    there = {
        "xvfb": shutil.which("Xvfb"),
        "dbus": shutil.which("dbus-run-session"),
        "at-spi2-core": any(Path(path).exists() for path in LAUNCHERS),
        "python3-gi and gir1.2-atspi-2.0": Path(SYSTEM).exists()
        and not subprocess.run(bindings, capture_output=True, check=False).returncode,
    }
    return [package for package, found in there.items() if not found]


def sentence(said: Said) -> str:
    """Return what a reader would speak: name, what it is, how it stands, and what it is for."""
    if said["what"] == "announced":
        return str(said["name"])
    value = f"{said['number']:g}" if "number" in said else ""
    states = [state for state in said["states"] if state != "focusable"]
    if said["role"] == "radio button" and "checked" not in states:
        states = ["not checked"]
    parts = [said["name"], said["role"], value, *states, said["description"]]
    return ", ".join(filter(str.strip, map(str, parts)))


class Tour:
    """Presses keys in the window, and writes down what is heard of it."""

    def __init__(self, window: MainWindow, ears: subprocess.Popen[str]) -> None:
        self.window, self.ears = window, ears
        self.heard: list[Said] = []
        self._rest = ""
        assert ears.stdout is not None
        os.set_blocking(ears.stdout.fileno(), False)

    def listen(self, until: Callable[[], bool] | None = None) -> None:
        """Let the program go on until something is so, and nothing more is heard for a moment."""
        end = time.monotonic() + PATIENCE
        quiet = time.monotonic() + QUIET
        while time.monotonic() < quiet or (until is not None and not until()):
            assert time.monotonic() < end, "waited in vain"
            QApplication.processEvents()
            if self._take():
                quiet = time.monotonic() + QUIET
            time.sleep(0.002)

    def _take(self) -> bool:
        assert self.ears.stdout is not None
        try:
            got = os.read(self.ears.stdout.fileno(), 1 << 20).decode()
        except BlockingIOError:
            return False
        *lines, self._rest = (self._rest + got).split("\n")
        self.heard += map(json.loads, lines)
        return bool(lines)

    def tree(self) -> list[Said]:
        """Return all that is read of the windows."""
        assert self.ears.stdin is not None
        before = len(self.heard)
        self.ears.stdin.write("tree\n")
        self.ears.stdin.flush()
        self.listen(lambda: any(said["what"] == "tree" for said in self.heard[before:]))
        (found,) = (said["nodes"] for said in self.heard[before:] if said["what"] == "tree")
        return list(found)

    def press(self, words: str, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        """Press a key where the keyboard is, and print what is heard."""
        self.do(words, lambda: QTest.keyClick(self.at, key, modifier))

    @property
    def at(self) -> Any:
        """What has the keyboard."""
        return QApplication.focusWidget() or self.window

    def do(
        self, words: str, act: Callable[[], object], until: Callable[[], bool] | None = None
    ) -> None:
        """Do something, and print what is heard."""
        before = len(self.heard)
        act()
        self.listen(until)
        said = [
            sentence(one)
            for one in self.heard[before:]
            if one["what"] in ("announced", "focus")
            or (one["what"] in ("value", "state") and one["name"] == self.at.accessibleName())
        ]
        print(f"[{words}]")
        for line in dict.fromkeys(said):
            print(f"    {line}")

    def has_said(self, words: str) -> bool:
        """Return whether something was announced."""
        return any(one["what"] == "announced" and words in one["name"] for one in self.heard)


def troubles(nodes: list[Said], rate: float) -> list[str]:
    """Return what is nameless, silent, double or false on the bus."""
    found = []
    for node in nodes:
        said = f"{node['role']} {node['name']!r}"
        usable = "focusable" in node["states"] and node["role"] not in ("frame", "dialog", "filler")
        if usable and not node["name"].strip():
            found.append(f"nameless: {said}")
        if node["name"].strip() and node["name"] == node["description"]:
            found.append(f"said twice: {said}")
        if node["role"] in ("slider", "spin button") and "number" not in node:
            found.append(f"silent: {said}")
        if node["name"] == "Learning rate" and node["role"] == "spin button":
            found += [f"another number: {said}"] if node["number"] != rate else []
    return found


def tour(window: MainWindow, ears: subprocess.Popen[str], folder: Path, *, whole: bool) -> int:
    """Go through the window, and return how much was wrong with what is read of it."""
    walk = Tour(window, ears)
    bench = window.bench
    walk.listen(lambda: bench.session.ready and any(s["what"] == "ready" for s in walk.heard))
    window.activateWindow()
    walk.listen(window.isActiveWindow)
    print(f"[the window opens] {window.windowTitle()}")
    wrong: list[str] = []

    def check(when: str) -> None:
        nodes = walk.tree()
        roles = Counter(node["role"] for node in nodes)
        print(f"-- {when}: {len(nodes)} nodes; {dict(roles.most_common(8))}")
        if whole:
            print("\n".join(f"   {sentence({'what': 'node', **node})}" for node in nodes))
        faults = troubles(nodes, bench.session.frame().settings.learning_rate)
        wrong.extend(f"{when}: {fault}" for fault in faults)

    check("at the start")
    for _ in range(4):
        walk.press("Tab", KEY.Key_Tab)
    slider = window.findChild(QSlider, "learning_rate_slider")
    assert slider is not None
    walk.do("the keyboard goes to the slider of the rate", slider.setFocus)
    walk.press("Right", KEY.Key_Right)

    def steps() -> int:
        rows = bench.session.frame().rows
        return 0 if rows is None else rows.newest.step

    walk.do("Space runs", lambda: QTest.keyClick(window, KEY.Key_Space), lambda: steps() > 20)
    walk.do("Space pauses", lambda: QTest.keyClick(window, KEY.Key_Space))
    check("in a run")
    read_plots(walk)
    lesson(walk)
    check("in a lesson")
    walk.do("the lesson is left", window.lessons.leave)
    export(walk, folder)
    if walk.has_said("Preview of"):
        wrong.append("what the keyboard reads was told by the foot, too")
    print("\n".join(wrong) or "-- nothing is nameless, silent, double or false")
    return len(wrong)


def read_plots(walk: Tour) -> None:
    """Read the loss and the data by keys, and drag the line between the classes."""
    views = walk.window.bench.views
    walk.do("loss and data are brought", lambda: walk.window.bench.grid.choose(["loss", "data"]))
    walk.do("the keyboard goes to the loss", views["loss"].plot.setFocus)
    for words, key in (("Left", KEY.Key_Left), ("Left", KEY.Key_Left), ("Page up", KEY.Key_PageUp)):
        walk.press(words, key)
    walk.press("+", KEY.Key_Plus)
    walk.press("Home", KEY.Key_Home)
    walk.press("T", KEY.Key_T)
    walk.listen(lambda: isinstance(walk.at, QTableView))
    walk.press("Down in the table", KEY.Key_Down)
    walk.press("Down", KEY.Key_Down)
    walk.press("Escape", KEY.Key_Escape)
    walk.window.activateWindow()
    walk.listen(walk.window.isActiveWindow)
    tabbed = Qt.FocusReason.TabFocusReason
    walk.do("the keyboard goes to the data", lambda: views["data"].plot.setFocus(tabbed))
    walk.press("Right", KEY.Key_Right)
    walk.press("Right", KEY.Key_Right)
    while "line" not in views["data"].plot.accessibleDescription():
        walk.press("Tab", KEY.Key_Tab)
    for _ in range(3):
        walk.press("Right drags", KEY.Key_Right)
    walk.press("Enter drops", KEY.Key_Return)


def lesson(walk: Tour) -> None:
    """Answer the first question of a lesson by keys."""
    lessons = walk.window.lessons
    walk.do("a lesson", lambda: lessons.open_named("three-rates"))
    panel = lessons.control.panel
    while not panel.question.isVisible() or not panel.question.choices:
        walk.do("Next", panel.next.click)
    first = panel.question.choices[0]
    walk.do("the keyboard goes to the choices", first.setFocus)
    walk.press("Space chooses", KEY.Key_Space)
    walk.press("Down", KEY.Key_Down)
    walk.do("the keyboard goes on", panel.question.go.setFocus)
    walk.press("Space answers", KEY.Key_Space)
    walk.do("to the end at once", panel.question.go.click, lambda: walk.has_said("ight."))


def export(walk: Tour, folder: Path) -> None:
    """Write the loss plot by keys."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        edit = dialog.findChild(QLineEdit, "fileNameEdit") if dialog else None
        if isinstance(edit, QLineEdit) and dialog.isActiveWindow():
            edit.setText(str(folder / "loss.svg"))
            QTest.keyClick(edit, KEY.Key_Return)

    timer = QTimer(interval=200)
    timer.timeout.connect(answer)
    timer.start()
    window = walk.window
    walk.do(
        "Ctrl+E, and a name",
        lambda: QTest.keyClick(window, KEY.Key_E, CTRL),
        lambda: walk.has_said("Written"),
    )
    timer.stop()
    assert (folder / "loss.svg").stat().st_size > 1000


def inside(folder: Path, *, whole: bool) -> int:
    """Go on the tour, on a display and a bus of its own."""
    from neuroviz.ui.app import create_window

    launcher = next(path for path in LAUNCHERS if Path(path).exists())
    bus = subprocess.Popen([launcher, "--launch-immediately"])
    pipe = subprocess.PIPE
    window = create_window()
    window.resize(1440, 900)
    window.show()
    ears = subprocess.Popen([SYSTEM, str(EARS)], stdin=pipe, stdout=pipe, text=True)
    try:
        return tour(window, ears, folder, whole=whole)
    finally:
        ears.terminate()
        ears.wait()
        bus.terminate()
        bus.wait()
        window.close()


def main() -> int:
    """Start a display and a bus, and go on the tour there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", action="store_true", help="print all that is read, too")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(options.inside, whole=options.tree)
    if absent := missing():
        print(f"Not read over the bus: {', '.join(absent)} not there (apt install brings it).")
        return 0
    reader, writer = os.pipe()
    screen = ["-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), *screen], pass_fds=[writer], stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with os.fdopen(reader) as number, tempfile.TemporaryDirectory() as folder:
        display = f":{number.readline().strip()}"
        heard = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}
        own = {"XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder, "DISPLAY": display}
        itself = [sys.executable, "-m", "tests.batteries.at_spi", "--inside", folder]
        command = ["dbus-run-session", "--", *itself, *(["--tree"] if options.tree else [])]
        try:
            return subprocess.run(command, env=os.environ | heard | own, check=False).returncode
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
