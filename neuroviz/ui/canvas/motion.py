"""Whether anything may move, and what eases from one state to the next."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEasingCurve, QObject, QSettings, QVariantAnimation

_EASE = 200
"""Milliseconds from one state to the next."""
_PORTAL = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
    "ReadOne",
)
_SAID_BY_PORTAL = (
    ("org.freedesktop.appearance", "reduced-motion", 1),
    ("org.gnome.desktop.interface", "enable-animations", False),
)
"""Of the newest desktops, and of GNOME since long: where it is said, and how."""
_WAIT = 100
"""Milliseconds that a desktop has to answer."""
_ANIMATES = 0x1042
"""SPI_GETCLIENTAREAANIMATION of Windows."""
_ON_MAC = "Library/Preferences/com.apple.universalaccess.plist"


class Ease(QVariantAnimation):
    """Goes from 0 to 1, slower at the end; where motion is reduced it is there at once.

    Parameters
    ----------
    show
        Is called with where it is.
    """

    reduced = False
    """Whether only ends are shown, everywhere."""

    def __init__(self, parent: QObject, show: Callable[[float], None]) -> None:
        super().__init__(parent, startValue=0.0, endValue=1.0, duration=_EASE)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(show)

    def begin(self) -> None:
        """Begin, or begin again."""
        self.stop()
        self.start()
        if Ease.reduced:
            self.setCurrentTime(self.duration())


def desktop_reduces_motion() -> bool:
    """Return whether the desktop asks for less motion, as far as it says so."""
    if sys.platform == "win32":
        animates = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_ANIMATES, 0, ctypes.byref(animates), 0)
        return not animates.value
    if sys.platform == "darwin":
        settings = QSettings(str(Path.home() / _ON_MAC), QSettings.Format.NativeFormat)
        return settings.value("reduceMotion") in (1, True)
    # Here: the first paint does not wait for it.
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    for group, key, reduced in _SAID_BY_PORTAL if bus.isConnected() else ():
        asked = QDBusMessage.createMethodCall(*_PORTAL)
        asked.setArguments([group, key])
        for answer in bus.call(asked, QDBus.CallMode.Block, _WAIT).arguments():
            said = answer.variant() if hasattr(answer, "variant") else answer
            if not isinstance(said, str) and said == reduced:
                return True
    return False
