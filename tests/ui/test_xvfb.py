"""The real program on a real X display, driven as a person would."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer


@pytest.fixture
def display():
    """Start an X server of our own, and give its name."""
    program = shutil.which("Xvfb")
    assert program, (
        "Xvfb is missing: install the package xvfb, which the README names for the tests."
    )
    reader, writer = os.pipe()
    command = [
        program,
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "1440x900x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start: is /tmp/.X11-unix there and writable?"
    yield f":{number}"
    server.terminate()
    server.wait(10)


def stand(step, edits=()):
    """Return the parameters of a fresh run at a step."""
    trainer = Trainer(Settings("or", learning_rate=1.0), edits)
    trainer.advance(step)
    return [float(value) for value in trainer.history.newest.parameters]


def through_time(seen):
    """Check what was scrubbed, branched, pinned, undone and redone against fresh runs.

    Bit for bit.
    """
    step, newest, edits, parameters = seen["scrubbed"]
    edit = Edit(step, "learning_rate", 2.5)
    assert 0 < step < 50
    assert (newest, edits, parameters) == (100, [], stand(step))
    assert seen["branched"] == [step + 1, step + 1, [str(edit)], stand(step + 1, (edit,))]
    assert seen["listed"] == [100, step + 1]
    assert seen["undone"] == [100, 100, [], stand(100)]
    assert seen["redone"] == seen["branched"]


def test_a_person_trains_or_and_takes_the_plot_away(display, tmp_path):
    """Choose OR, run, see the loss fall and the line settle.

    Pause, step, reset, export the loss plot.
    """
    home = tmp_path / "home"
    home.mkdir()
    place = {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home),
    }
    environment = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.ui.xvfb_driver", str(tmp_path)],
        env=environment | place,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert "trouble" not in seen, seen["trouble"]
    assert seen["platform"] == "xcb"
    assert (seen["task at first"], seen["task between"], seen["task"]) == (
        "OR gate",
        "AND gate",
        "OR gate",
    )
    assert seen["stands still"]
    assert seen["accuracy"].startswith("4 of 4 right")
    w1, w2, b = seen["settled"]
    assert min(w1 + b, w2 + b, w1 + w2 + b) > 0 > b  # the line parts (0, 0) from the rest
    assert seen["a step"] == 1
    assert seen["reset"] == [0, seen["start"]]
    through_time(seen)
    assert "loss.png" in seen["words"]
    plot = QImage(str(tmp_path / "loss.png"))
    assert (plot.width(), plot.height()) == (1260, 787)
    for name in ("running.png", "paused.png", "dialog.png"):
        picture = QImage(str(tmp_path / name))
        assert (picture.width(), picture.height()) == (1440, 900)
    assert list(home.glob("config/NeuroViz/NeuroViz.json"))
