"""Whether a window can be opened here, found out before Qt is asked: it would abort with a core dump."""

from __future__ import annotations

import ctypes
import os
import re
import sys

__all__ = ["display_objection", "library_objection"]

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


def display_objection() -> str | None:
    """Return why no window can be opened here, None if one can as far as is known."""
    if sys.platform != "linux":
        return None
    platform = re.split("[:;]", os.environ.get("QT_QPA_PLATFORM", ""))[0]
    x11 = os.environ.get("DISPLAY")
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if not platform and not x11 and not wayland:
        return f"there is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not set); {_WITHOUT}."
    if platform == "xcb" or (not platform and not wayland):
        return _x11_objection()
    return None


def library_objection(error: ImportError) -> str | None:
    """Return what to install where an import failed for want of a system library or of Qt, else None."""
    named = re.search(r"lib[\w+.-]+\.so[.\d]*", str(error))
    if named:
        return _install(_missing(_QT) or {named[0]: _QT.get(named[0], "")})
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in ("PySide6", "pyqtgraph"):
        return f"{error.name} is not installed, which the window needs: install neuroviz again; {_WITHOUT} it."
    return None


def _x11_objection() -> str | None:
    missing = _missing(_X11)
    if missing:
        return _install(missing)
    if not _x11_answers():
        display = os.environ.get("DISPLAY", "")
        return f"the X display {display!r} does not answer, so no window can be opened; {_WITHOUT} one."
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
    advice = f"on Debian or Ubuntu: sudo apt install {packages}" if packages else "install the package that has it"
    return f"the window needs {libraries}, missing here; {advice} ({_WITHOUT})."
