"""The application: it is created, gets its window, and runs."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QSize, QSocketNotifier
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from neuroviz import __version__
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.signals import ENDING, exit_code, set_handlers
from neuroviz.files.log_file import LOG, LogFile
from neuroviz.files.places import bring_settings, resource_path
from neuroviz.session.session import Session
from neuroviz.ui.preferences import PROJECTOR, Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FRAME
from neuroviz.ui.window.main_window import SMALLEST, MainWindow
from neuroviz.ui.window.opening import opening

_FACTOR = "QT_SCALE_FACTOR"
_HANDED_OVER = "NEUROVIZ_SESSION"
"""Environment variable with the descriptor of an open file, in which the process before this one
has left its session."""
_OWN_FACTOR = os.environ.get(_FACTOR)
"""The scale factor that the desktop or a person asks for; None if there is none."""
_ENLARGED = 1.4
"""The largest factor, with which the plots are still large."""


def create_app() -> QApplication:
    """Return the application with its name set; it is made at the first call."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        bring_settings()
        if sys.platform == "win32":  # one taskbar button, by its own name and not Python's
            ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("NeuroViz")
        if Preferences().flag(PROJECTOR):
            _enlarge()
        app = QApplication(sys.argv[:1])
    app.setApplicationName("NeuroViz")
    app.setApplicationDisplayName("NeuroViz")
    app.setDesktopFileName("neuroviz")
    app.setWindowIcon(QIcon(str(resource_path("icon.svg"))))
    return app


def _enlarge() -> None:
    """Make Qt draw everything larger, for a room, as far as the smallest window fits on the screen.

    In a lower window the neuron's letters would be smaller than without. Qt reads the factor only
    once, when it starts; so a first start measures the screen.
    """
    measuring = QGuiApplication(sys.argv[:1])
    screen = measuring.primaryScreen().size()
    measuring.shutdown()
    themes.notifier = themes.Notifier()  # every QObject has gone with it
    own = _OWN_FACTOR or ""
    factor = float(own) if own.replace(".", "", 1).isdecimal() else 1.0
    room = QSize(*SMALLEST) + FRAME
    fits = min(screen.width() / room.width(), screen.height() / room.height(), _ENLARGED)
    os.environ[_FACTOR] = f"{factor * max(1.0, fits):g}"


def create_window(
    settings: Settings | None = None, edits: tuple[Edit, ...] = (), file: Path | None = None
) -> MainWindow:
    """Return the window that ``neuroviz`` opens, still hidden.

    Parameters
    ----------
    settings
        Its first experiment; None for that of the last window, or AND at the first start.
    edits
        Edits in mid-run, to be replayed.
    file
        A session to open instead.

    Raises
    ------
    FileError
        If the session cannot be opened.
    """
    app = create_app()
    preferences = Preferences()
    themes.apply_without_sheet(app, themes.choose(preferences.choice("theme")))
    collects = gc.isenabled()
    gc.disable()  # all of this stays, and garbage collection of it would take 20 ms
    try:
        window = MainWindow(opening(settings, edits, file), preferences)
        window.handed_over = os.environ.pop(_HANDED_OVER, "")
        return window
    finally:
        if collects:
            gc.enable()


def run(
    settings: Settings | None = None,
    edits: tuple[Edit, ...] = (),
    file: Path | None = None,
    dropped: Path | None = None,
) -> int:
    """Open the window, and return the exit code when it is closed.

    A ``dropped`` file, such as a lesson, is opened as if it had been dropped on the window.

    Raises
    ------
    FileError
        If the session cannot be opened.
    """
    app = create_app()
    with suppress(OSError):
        LogFile()
        LOG.info("NeuroViz %s", __version__)
    window = create_window(settings, edits, file)
    report = _Report(window)
    sys.excepthook = report
    interrupts = _Interrupts(window.end)
    window.show()
    if dropped is not None:
        window.drops.open(dropped)
    elif not window.welcome.isHidden():
        window.play_opening()
    code = app.exec()
    code = interrupts.stop() or code
    LOG.info("End, exit code %d", code)  # a log without it tells of a crash or kill -9
    if window.opens_again is not None and not code:
        _open_again(window.opens_again, window.benches.own.session, ran=window.ran)
    if window.loader.loading:  # nobody should wait for torch, and there is nothing else left to do
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.excepthook = sys.__excepthook__
    # A pyqtgraph window that lives until the interpreter ends crashes it.
    window.deleteLater()
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return code


def _open_again(words: list[str], session: Session, *, ran: bool) -> None:
    """Replace this process by one that opens what was in the window, and what the words name.

    What was kept on disk has no undo: the session itself is in a file without a name, which the new
    process inherits; there a run that was going on goes on.
    """
    # Without it there is nothing to undo, and all else is there.
    with suppress(Exception), tempfile.TemporaryFile() as file:
        pickle.dump((session, ran), file)
        file.seek(0)
        stays_open = os.dup(file.fileno())
        os.set_inheritable(stays_open, True)
        os.environ[_HANDED_OVER] = str(stays_open)
    if _OWN_FACTOR is None:
        os.environ.pop(_FACTOR, None)
    else:
        os.environ[_FACTOR] = _OWN_FACTOR
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.execv(sys.executable, [sys.executable, "-m", "neuroviz", *words])


class _Report:
    """Handles an exception in a slot, which Qt would print and swallow.

    It pauses the run, and reports and logs one exception for each place that raises any.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._places: set[str] = set()

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._window.bench.player.pause()
        place = f"{kind} {traceback.extract_tb(trace)[-1:]}"
        if place in self._places:
            return
        self._places.add(place)
        LOG.error("In the window:", exc_info=error)
        traceback.print_exception(kind, error, trace)
        told = "".join(traceback.format_exception(kind, error, trace))
        self._window.tell_fault(f"{kind.__name__}: {error}", told)


class _Interrupts(QObject):
    """Lets Ctrl-C, SIGTERM and SIGHUP close the window as soon as the event loop runs.

    An earlier signal waits for the loop. Each leaves a byte on a socket, which wakes the loop;
    Python itself would not look before the next event.
    """

    _noted = 0

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self._close = close
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = set_handlers(dict.fromkeys(ENDING, self._note))

    def stop(self) -> int:
        """Give the signals back, and return the exit code.

        It is that of the signal that closed the window, or 0 without one. After one, further
        signals are ignored.
        """
        set_handlers(dict.fromkeys(self._before, signal.SIG_IGN) if self._noted else self._before)
        signal.set_wakeup_fd(self._old_fd)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()
        return exit_code(self._noted) if self._noted else 0

    def _note(self, number: int, *_: object) -> None:
        self._noted = self._noted or number

    def _on_woken(self) -> None:
        self._reader.recv(64)
        self._close()
