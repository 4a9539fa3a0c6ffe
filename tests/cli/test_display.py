import os
import subprocess
import sys

import pytest

from neuroviz.cli import window
from neuroviz.cli.window import display_objection, library_objection

VARIABLES = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")


@pytest.fixture
def linux(monkeypatch):
    """Give a function that sets Qt's and the display's variables, on what is taken for Linux."""
    monkeypatch.setattr(window.sys, "platform", "linux")

    def set_to(**variables):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_to


def test_no_display(linux):
    """Without any display the sentence says so, and that training works."""
    linux()
    assert "no display" in display_objection()
    assert "neuroviz train" in display_objection()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:x=1"])
def test_nothing_to_object(platform, linux, monkeypatch):
    """Where Qt needs no display, none is looked for."""
    monkeypatch.setattr(window, "_loads", lambda library: pytest.fail("it looked"))
    monkeypatch.setattr(window, "_qt_complaint", lambda: pytest.fail("it asked"))
    linux(QT_QPA_PLATFORM=platform)
    assert display_objection() is None


@pytest.mark.parametrize(
    "variables", [{"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "vnc:x=1"}]
)
@pytest.mark.parametrize("complaint", [None, "Failed to create wl_display"])
def test_qt_is_asked(variables, complaint, linux, monkeypatch):
    """Where only Qt knows whether it can start, it is asked, and no X display looked for."""
    monkeypatch.setattr(window, "_loads", lambda library: pytest.fail("it looked"))
    monkeypatch.setattr(window, "_qt_complaint", lambda: complaint)
    linux(**variables)
    objection = display_objection()
    assert (objection is None) == (complaint is None)
    assert objection is None or all(value in objection for value in variables.values())


@pytest.mark.parametrize("starts", [True, False])
def test_wayland_where_x_does_not_answer(starts, linux, monkeypatch):
    """Of two displays one is enough, and with neither the sentence is about X."""
    monkeypatch.setattr(window, "_loads", lambda name: True)
    monkeypatch.setattr(window, "_x11_answers", lambda: False)
    monkeypatch.setattr(window, "_qt_complaint", lambda: None if starts else "it failed")
    linux(DISPLAY=":77", WAYLAND_DISPLAY="wayland-0")
    assert (display_objection() is None) == starts
    assert starts or "':77' does not answer" in display_objection()


@pytest.mark.skipif(sys.platform != "linux", reason="displays of Linux")
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"WAYLAND_DISPLAY": "wayland-99"}, "the Wayland display 'wayland-99' does not answer"),
        (
            {"QT_QPA_PLATFORM": "nonsense"},
            "QT_QPA_PLATFORM='nonsense': unset it, or name another of ",
        ),
        ({"QT_QPA_PLATFORM": "nonsense;absurd"}, "offscreen"),
        ({"QT_QPA_PLATFORM": "linuxfb:fb=/dev/null"}, "Qt cannot start on"),
    ],
)
def test_qt_does_not_abort(variables, words):
    """What Qt would end with a core dump for is one line and code 2."""
    env = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    line = [sys.executable, "-m", "neuroviz"]
    done = subprocess.run(
        line, env={**env, **variables}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert "neuroviz train" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="displays of Linux")
def test_a_second_choice_of_platform_is_enough(monkeypatch):
    """Qt goes through the platforms of a list until one starts."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense;offscreen")
    assert display_objection() is None


def test_missing_x_library(linux, monkeypatch):
    """A library that a window on X needs is named with its package, all of them at once."""
    monkeypatch.setattr(window, "_loads", lambda name: "cursor" not in name and "image" not in name)
    linux(DISPLAY=":0")
    assert "libxcb-cursor.so.0" in display_objection()
    assert "sudo apt install libxcb-cursor0 libxcb-image0" in display_objection()


@pytest.mark.parametrize("answers", [True, False])
def test_display_that_does_not_answer(answers, linux, monkeypatch):
    """A display is asked for an answer, since Qt would abort without one."""
    monkeypatch.setattr(window, "_loads", lambda name: True)
    monkeypatch.setattr(window, "_x11_answers", lambda: answers)
    linux(DISPLAY=":77")
    objection = display_objection()
    assert (objection is None) == answers
    assert answers or "':77' does not answer" in objection


@pytest.mark.parametrize(
    ("library", "package"),
    [("libEGL.so.1", "libegl1"), ("libGL.so.1", "libgl1"), ("libglib-2.0.so.0", "libglib2.0-0t64")],
)
def test_missing_qt_library(library, package, monkeypatch):
    """A failed import that names a library becomes a sentence with the package to install.

    ``animate`` says the same.
    """
    monkeypatch.setattr(window, "_loads", lambda name: name != library)
    error = ImportError(f"{library}: cannot open shared object file: No such file or directory")
    objection = library_objection(error)
    assert objection.startswith(f"windows and films need {library}, missing here")
    assert f"sudo apt install {package}" in objection


def test_unknown_library(monkeypatch):
    """A library without a known package is named all the same."""
    monkeypatch.setattr(window, "_loads", lambda name: True)
    assert "libodd.so.9" in library_objection(
        ImportError("libodd.so.9: cannot open shared object file")
    )


def test_qt_not_installed():
    """Without PySide6 the sentence says so; a fault of our own is not taken for that."""
    assert "PySide6" in library_objection(
        ModuleNotFoundError("No module named 'PySide6'", name="PySide6.QtCore")
    )
    assert library_objection(ImportError("cannot import name 'x' from 'neuroviz.ui'")) is None
