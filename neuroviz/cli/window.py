"""``neuroviz``: open the window, or say why none can be opened before Qt would abort."""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from neuroviz import __version__
from neuroviz.cli.options import add_experiment, experiment, refuse_experiment, said
from neuroviz.cli.output import UsageError, remark, report_written
from neuroviz.core.choices.edits import Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.files.desktop import install_desktop, remove_desktop
from neuroviz.files.session_file import kind_of
from neuroviz.files.state_file import set_settings_aside


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the window."""
    parser.add_argument("-V", "--version", action="version", version=f"neuroviz {__version__}")
    parser.add_argument("file", nargs="?", help="a session, NAME.neuroviz, or a table or a lesson")
    parser.add_argument(
        "--reset",
        action="store_true",
        help="open it as if for the first time; the old settings are kept beside the new ones",
    )
    desktop = parser.add_mutually_exclusive_group()
    desktop.add_argument(
        "--install-desktop",
        action="store_true",
        help="add it to the menu of this user's desktop, and open sessions with it",
    )
    desktop.add_argument(
        "--remove-desktop", action="store_true", help="remove what --install-desktop wrote"
    )
    add_experiment(parser)


def run(args: argparse.Namespace) -> int:
    """Open the window with the experiment that is given, or with the last one."""
    if args.install_desktop or args.remove_desktop:
        if args.file or args.reset or args.edit or said(args):
            raise UsageError(
                "--install-desktop and --remove-desktop open no window: use one alone."
            )
        if sys.platform in ("darwin", "win32"):
            raise UsageError(
                "only on Linux and the like do files tell the desktop of a program; here, make a "
                "shortcut to neuroviz-window, and choose it for a session in 'Open with'."
            )
        if args.install_desktop:
            report_written(*install_desktop())
        else:
            removed = ", ".join(map(str, remove_desktop()))
            remark(f"Removed: {removed or 'nothing, it was not there'}.")
        return 0
    settings, edits = _experiment(args)
    if args.file is not None:
        refuse_experiment(args)
    if args.reset:
        kept = set_settings_aside()
        remark(f"The old settings are in {kept}." if kept else "There were no settings to reset.")
        settings = settings or Settings.opened()
    if args.file is None:
        return open_window(settings, edits)
    file = Path(args.file)
    return open_window(file=file) if kind_of(file) == "session" else open_window(dropped=file)


def open_window(
    settings: Settings | None = None,
    edits: Edits = (),
    file: Path | None = None,
    *,
    dropped: Path | None = None,
) -> int:
    """Open the window, with a session or file in it, and return the exit code.

    Raises
    ------
    UsageError
        If there is no screen, or a system library is missing.
    FileError
        If the session cannot be opened.
    """
    objection = display_objection()
    if objection:
        raise UsageError(objection)
    try:
        app = import_app()
    except ImportError as error:
        objection = library_objection(error)
        if objection is None:
            raise
        raise UsageError(objection) from error
    return int(app.run(settings, edits, file, dropped))


def _experiment(args: argparse.Namespace) -> tuple[Settings | None, Edits]:
    """Return what the window opens with; None for the last experiment.

    A task alone is opened with the window's own settings for it.
    """
    choices = said(args)
    if args.edit or choices.keys() - {"task", "data"}:
        return experiment(args)
    if not choices:
        return None, ()
    from neuroviz.core.curvature.scale_hint import below_limit  # here, to keep the help quick

    return below_limit(Settings.opened(**choices)), ()


def import_app() -> ModuleType:
    """Return ``neuroviz.ui.app``, imported only here, since no other command needs Qt.

    What the imports make lives as long as the program; searching it for garbage would take 30 ms.
    """
    gc.disable()
    try:
        return importlib.import_module("neuroviz.ui.app")
    finally:
        gc.freeze()
        gc.enable()


_QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0t64",
}
"""Debian's package of each library that Qt always needs."""
_X11 = {
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""Debian's package of each library that Qt needs for a window on an X display."""
_WITHOUT = "'neuroviz train' works without"
_NO_SCREEN = ("offscreen", "minimal")
"""Qt's platforms that draw on no screen, and start everywhere."""
_PROBE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
try:
    from PySide6.QtGui import QGuiApplication
except ImportError:
    sys.exit()  # what is missing is told when the window is imported
sys.exit(QGuiApplication([]).primaryScreen() is None)
"""
_PATIENCE = 20  # seconds


def display_objection() -> str | None:
    """Return why no window can be opened here; None if one can, as far as is known."""
    if sys.platform != "linux":
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return _platform_objection(platform)
    x11 = os.environ.get("DISPLAY")
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if not x11 and not wayland:
        return (
            "there is no display to open a window on "
            f"(DISPLAY and WAYLAND_DISPLAY are not set); {_WITHOUT}."
        )
    objection = (
        _x11_objection()
        if x11
        else f"the Wayland display {wayland!r} does not answer; {_WITHOUT} one."
    )
    if (x11 and not objection) or (wayland and _qt_complaint() is None):
        return None
    return objection


def library_objection(error: ImportError) -> str | None:
    """Return what to install if an import failed for lack of a system library or Qt, else None."""
    named = re.search(r"lib[\w+.-]+\.so[.\d]*", str(error))
    if named:
        return _install(_missing(_QT) or {named[0]: _QT.get(named[0], "")})
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in (
        "PySide6",
        "pyqtgraph",
    ):
        return (
            f"{error.name} is not installed, which the window needs: "
            f"install neuroviz again; {_WITHOUT} it."
        )
    return None


def _platform_objection(platform: str) -> str | None:
    """Return why Qt would not start on the platform that is asked for."""
    name = platform.split(":")[0]
    if name == "xcb":
        return _x11_objection()
    complaint = None if name in _NO_SCREEN else _qt_complaint()
    if complaint is None:
        return None
    known = re.search("plugins are: (.+)[.]", complaint)
    others = f"another of {known[1]}" if known else "another platform"
    return (
        f"Qt cannot start on QT_QPA_PLATFORM={platform!r}: unset it, or name {others}; "
        f"{_WITHOUT} a window."
    )


def _qt_complaint() -> str | None:
    """Return what Qt says where it would abort, None where it starts; tried in another process."""
    line = [sys.executable, "-c", _PROBE]
    try:
        done = subprocess.run(
            line,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stderr if done.returncode else None


def _x11_objection() -> str | None:
    missing = _missing(_X11)
    if missing:
        return _install(missing)
    if not _x11_answers():
        display = os.environ.get("DISPLAY", "")
        return (
            f"the X display {display!r} does not answer, "
            f"so no window can be opened; {_WITHOUT} one."
        )
    return None


def _x11_answers() -> bool:
    """Return whether a connection to the X display can be made."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _missing(libraries: dict[str, str]) -> dict[str, str]:
    return {library: package for library, package in libraries.items() if not _loads(library)}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install(missing: dict[str, str]) -> str:
    libraries = ", ".join(missing)
    packages = " ".join(filter(None, missing.values()))
    advice = (
        f"on Debian or Ubuntu: sudo apt install {packages}"
        if packages
        else "install the package that has it"
    )
    return f"windows and films need {libraries}, missing here; {advice} ({_WITHOUT})."
