"""Whether a window can be opened here, found out before Qt is asked.

It would abort with a core dump.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys

_QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0t64",
}
"""Debian's package of each library that Qt needs anywhere."""
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
"""And of each that it needs for a window on an X display."""
_WITHOUT = "'neuroviz train' works without"
_NO_SCREEN = ("offscreen", "minimal")
"""Qt's platforms that draw on none, and start everywhere."""
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
    """Return why no window can be opened here, None if one can as far as is known."""
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
    """Return what to install where an import failed for want of a system library or of Qt.

    Else None.
    """
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
    """Return why Qt would not start on the platform that was asked for."""
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
    """Return what Qt says where it would abort, None where it starts.

    Only a try in a process of its own tells.
    """
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
    """Connect to the X display and leave again."""
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
    return f"the window needs {libraries}, missing here; {advice} ({_WITHOUT})."
