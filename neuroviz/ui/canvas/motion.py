"""Whether anything may move, and what moves smoothly from one state to the next."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSettings,
    QSizeF,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from neuroviz.ui.theme import theme as themes

PRESSES = {
    *(QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.Wheel),
    *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick),
}
RESTED = 0.3
"""Seconds without another change after which a change is shown slowly, since no run is at speed."""
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
"""Keys in the portal of desktops, the first of newer ones, the second of GNOME, and their value for
less motion."""
_WAIT = 100
"""Milliseconds that a desktop has to answer."""
_ANIMATES = 0x1042
"""SPI_GETCLIENTAREAANIMATION of the Windows API."""
_ON_MAC = "Library/Preferences/com.apple.universalaccess.plist"


class Ease(QVariantAnimation):
    """Goes from 0 to 1, ever slower; a press ends it at once, and so does reduced motion.

    Parameters
    ----------
    show
        Called with the present value.
    duration
        Milliseconds that it takes.
    """

    reduced = False
    """Whether all motion is reduced to its end."""
    at_speed = False
    """Whether a run goes as fast as it can, so that ranges leap: easing one would draw its plot
    again and again, and the slower the machine, the more often."""

    def __init__(
        self, parent: QObject, show: Callable[[float], None], duration: int = _EASE
    ) -> None:
        super().__init__(parent, startValue=0.0, endValue=1.0, duration=duration)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setCurrentTime(duration)  # so that the first 0 is a change too, and is reported
        self.valueChanged.connect(show)

    def begin(self) -> None:
        """Begin, or begin again."""
        self.stop()
        self.start()
        if Ease.reduced:
            self.setCurrentTime(self.duration())

    @property
    def going(self) -> bool:
        """Whether it has begun, and has not come to its end."""
        return self.state() != QVariantAnimation.State.Stopped

    def updateState(self, now: QVariantAnimation.State, before: QVariantAnimation.State) -> None:
        """Watch for presses while it goes."""
        super().updateState(now, before)
        application = themes.application()
        if now == QVariantAnimation.State.Stopped:
            application.removeEventFilter(self)
        else:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End on a press."""
        if event.type() in PRESSES:
            self.setCurrentTime(self.duration())
        return False


class Glide(QWidget):
    """Moves pictures to their places, over a widget; presses go through it.

    Parameters
    ----------
    fades
        Whether the pictures fade, so that the widget shows through; otherwise they are painted on
        the window's background.
    """

    _share = _came = 0.0

    def __init__(self, over: QWidget, *, fades: bool = False) -> None:
        super().__init__(over)
        self._over = over
        self._fades = fades
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Nothing is painted under an opaque widget.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, not fades)
        self._ways: list[tuple[QPixmap, QRect, QRect]] = []
        self._ease = Ease(self, self._show)
        self.hide()

    def begin(self, ways: Iterable[tuple[QPixmap, QRect, QRect]]) -> None:
        """Let each picture go from one place to another, unless motion is reduced."""
        self.hide()
        self._ways = [] if Ease.reduced else [*ways]
        if self._ways:
            self.resize(self._over.size())
            self.raise_()
            self._ease.begin()
            self.show()

    def leave(self) -> None:
        """Let what is shown now fade over what comes next, unless something came just before."""
        last = self._came
        self._came = time.perf_counter()
        place = self._over.rect()
        if self._over.isVisible() and not place.isEmpty() and self._came - last > RESTED:
            self.begin([(_picture_of(self._over), place, place)])

    def _show(self, share: float) -> None:
        self._share = share
        self.update()
        if share == 1:
            self.hide()
            self._ways = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures where they are now."""
        painter = QPainter(self)
        gone = self._share
        left = 1 - self._share
        if self._fades:
            painter.setOpacity(left)
        else:
            painter.fillRect(self.rect(), self.palette().window())
        for picture, start, end in self._ways:
            corner = QPointF(start.topLeft()) * left + QPointF(end.topLeft()) * gone
            size = QSizeF(start.size()) * left + QSizeF(end.size()) * gone
            painter.drawPixmap(QRectF(corner, size).toRect(), picture)


def _picture_of(widget: QWidget) -> QPixmap:
    """Return a picture of what a widget draws itself, without the window's background."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(widget.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    widget.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return picture


def desktop_reduces_motion() -> bool:
    """Return whether the desktop asks for less motion; False where it does not say."""
    if sys.platform == "win32":
        animates = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_ANIMATES, 0, ctypes.byref(animates), 0)
        return not animates.value
    if sys.platform == "darwin":
        settings = QSettings(str(Path.home() / _ON_MAC), QSettings.Format.NativeFormat)
        return settings.value("reduceMotion") in (1, True)
    # Imported here, so that the first paint does not wait for it.
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
