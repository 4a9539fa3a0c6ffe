"""Whether anything may move, and what eases from one state to the next."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEasingCurve,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSettings,
    QSize,
    QSizeF,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

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
    duration
        Milliseconds.
    """

    reduced = False
    """Whether only ends are shown, everywhere."""

    def __init__(
        self, parent: QObject, show: Callable[[float], None], duration: int = _EASE
    ) -> None:
        super().__init__(parent, startValue=0.0, endValue=1.0, duration=duration)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(show)

    def begin(self) -> None:
        """Begin, or begin again."""
        self.stop()
        self.start()
        if Ease.reduced:
            self.setCurrentTime(self.duration())


class Glide(QWidget):
    """Shows pictures of cards on their way to their places, over these; no press is for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing under it is painted
        self._ways: list[tuple[QPixmap, QRect, QRect]] = []
        self._share = 0.0
        self._ease = Ease(self, self._show)
        self.hide()

    def begin(self, cards: Sequence[QWidget], before: Mapping[QWidget, QRect]) -> None:
        """Let cards come from where they were; one that was nowhere grows in its place."""
        self.hide()
        if Ease.reduced or not cards:
            return
        self._ways = []
        for card in cards:
            to = card.geometry()
            grown = QRect(to.center(), QSize(1, 1))
            self._ways.append((card.grab(), before.get(card, grown), to))
        self.resize(self._over.size())
        self.raise_()
        self._ease.begin()
        self.show()

    def _show(self, share: float) -> None:
        self._share = share
        self.update()
        if share == 1:
            self.hide()
            self._ways = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them on the ground of the window."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().window())
        for picture, start, end in self._ways:
            gone, left = self._share, 1 - self._share
            corner = QPointF(start.topLeft()) * left + QPointF(end.topLeft()) * gone
            size = QSizeF(start.size()) * left + QSizeF(end.size()) * gone
            painter.drawPixmap(QRectF(corner, size).toRect(), picture)


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
