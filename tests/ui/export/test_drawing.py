"""What draws figures ends with the program that has started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_PROGRAM = """
from PySide6.QtCore import QCoreApplication
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.marks import Curve, Text
from neuroviz.ui.export.queue import made_apart

app = QCoreApplication([])
texts = tuple(Text(i, i, str(i), "#000000") for i in range(20_000))
figure = Figure("a", "x", "y", (Curve([0, 1], [0, 1], "#000000"), *texts))
for _ in made_apart("pictures.render", figure, (".png",), 160, 100, 100):
    app.processEvents()
"""


def _when(found, seconds=60.0):
    """Wait for what is to be found, and return it; None where it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    return None


def _drawing(parent):
    """Return the process that draws for another, once it does."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return next(
            (
                int(child)
                for child in children
                if "matplotlib" in Path(f"/proc/{child}/maps").read_text()
            ),
            0,
        )
    except OSError:
        return 0


def _has_ended(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are told of elsewhere")
def test_it_ends_when_the_program_is_killed():
    """A figure that would take long is left off: its process went on for as long as that takes."""
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM], stderr=subprocess.DEVNULL)
    try:
        child = _when(lambda: _drawing(program.pid))
        assert child
    finally:
        program.kill()
        program.wait()
    try:
        assert _when(lambda: _has_ended(child), 5.0)
    finally:
        if not _has_ended(child):
            os.kill(child, signal.SIGKILL)
