"""For every test of the window: its own settings file, and nothing left when it ends."""

import gc
import os

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neuroviz.core.lazy import load_torch
from neuroviz.core.sweep import rate_curve
from neuroviz.paper.write import page_bytes
from neuroviz.ui.app import create_window
from neuroviz.ui.bench import run_control
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.export import exporter
from neuroviz.ui.lesson import control
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.window import main_window
from tests.ui.person import LEFT, Person

# A test waits for what it names; how long that takes is the machine's affair, which others use too.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed):
    _wait.__kwdefaults__["timeout"] = 60_000


@pytest.fixture(scope="module", autouse=True)
def _modules_set_aside():
    """Keep torch, and all that is imported on the way, out of every later collection.

    What they brought made each one slower.
    """
    load_torch()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left(request, qapp):
    """Fail a test that leaves a widget of ours, or any widget on screen."""
    failures = request.session.testsfailed
    yield
    left = _left()
    for widget in left:  # so that the next test is not blamed for them
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if request.session.testsfailed > failures:
        return  # the traceback of a failed test holds what it made
    assert not left, (
        f"left behind: {', '.join(map(_named, left))}. "
        "Give every widget of a test to qtbot.addWidget(), every dialog a parent or deleteLater(); "
        "connect bound methods, for a lambda keeps what it names alive."
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown():
    """Hide the windows: pytest-qt lets them draw twice more before they are closed."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, main_window.MainWindow) and not QGuiApplication.mouseButtons():
            widget.hide()
    return (yield)


def _left():
    """Return what is left when all that nothing holds has been deleted.

    By Qt, and where need be by Python.
    """
    for collect in (None, gc.collect, gc.collect):  # what goes in one round may have held more
        if collect:
            collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        left = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() or type(widget).__module__.startswith("neuroviz")
        ]
        if not left:
            break
    return left


def _named(widget):
    return f"{type(widget).__module__}.{type(widget).__name__} {widget.objectName()!r}"


@pytest.fixture(autouse=True)
def _in_light(monkeypatch):
    """Have what paints itself begin with the light theme, and go back to it."""
    monkeypatch.setattr(themes, "now", LIGHT)


@pytest.fixture(autouse=True)
def _motion_reduced(monkeypatch):
    """Show only ends, as on a desktop that asks for it: tests wait for no motion."""
    monkeypatch.setattr(Ease, "reduced", True)
    monkeypatch.setattr(main_window, "desktop_reduces_motion", lambda: True)


@pytest.fixture(autouse=True)
def _hand_quick(monkeypatch):
    """Take a press right after the end of a run for Run: a test sees the end, and is that quick."""
    monkeypatch.setattr(run_control, "TOO_LATE", 0)


@pytest.fixture(autouse=True)
def _disk_not_waited_for(monkeypatch):
    """Write files without waiting for the disk: what a loss of power leaves is no window's."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


_CURVES = {}


@pytest.fixture(autouse=True)
def _curves_kept(monkeypatch):
    """Work out once what a window at rest finds out of an experiment's rates.

    Most windows open with the same few, and it is a tenth of a second each time.
    """
    work = rate_curve.curve_work

    def kept(settings):
        if settings not in _CURVES:
            _CURVES[settings] = yield from work(settings)
        return _CURVES[settings]

    monkeypatch.setattr(rate_curve, "curve_work", kept)


@pytest.fixture
def make_pages_here(monkeypatch):
    """Return a function after whose call pages are made in this process.

    Another one, with what it imports, takes a second for each.
    """

    def make(module, *asked):
        assert module == "paper.write"
        yield 0.01
        return [page_bytes(*asked)]

    def begin():
        for module in (exporter, control):
            monkeypatch.setattr(module, "made_apart", make)

    return begin


@pytest.fixture
def undressed(qapp):
    """Give the application back as it was, for the tests that follow."""
    style, palette, font = qapp.style().name(), qapp.palette(), qapp.font()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)
    QGuiApplication.styleHints().unsetColorScheme()


@pytest.fixture
def open_window(undressed, qtbot, request):
    """Return a function that opens the window as ``neuroviz`` does.

    It gives the person who sits before it.
    """
    people = []
    few = () if "views" in request.path.parts else ["data"]

    def opened(settings=None, edits=(), *, wait=True, pace="speed/41", sample=None, plots=few):
        """Open it at full speed, for all of the batch, the landscape as a map.

        Unless something else is wanted. ``plots`` are the names of those that are looked at, "all"
        for all there are, () for the two of the start, which the rooms of views have by default;
        others have one. With "kept" for the pace and the plots, and "first" for the sample, nobody
        has touched it.
        """
        window = create_window(settings, edits)
        if pace != "kept":
            window.bench.transport.set_pace(pace)
        if sample != "first":
            window.bench.look_control.pick(sample)
        if plots != "kept":
            window.bench.grid.choose(list(window.bench.views) if plots == "all" else plots)
            window.bench.views["landscape"].surface_shown.setChecked(False)
            window.welcome.hide()
            columns = window.bench.columns
            columns.change(wanted=columns.state.wanted | {"side"})
        people.append(window)
        if window.preferences.geometry() is None:
            window.resize(1440, 900)  # there is no screen so large offscreen, but most people's is
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if wait:
            qtbot.waitUntil(lambda: window.bench.session.ready, timeout=30_000)
        return Person(window, qtbot)

    yield opened
    for window in people:
        if QGuiApplication.mouseButtons():  # a test may end with a hand on something
            QTest.mouseRelease(window, LEFT)
        window.close()
        window.deleteLater()
    people.clear()
    # Here and now: collected while PySide disconnects a signal,
    # a window would wait for a lock of its own thread.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    window = None
    gc.collect()
    QApplication.clipboard().clear()
