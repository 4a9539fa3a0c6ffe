"""The icons of buttons: lines of one width on 16 pixels, in the ink of the theme in force.

And pictures of whatever is painted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from neuroviz.files.places import resource_path


def icon(name: str, ink: QPalette.ColorRole = QPalette.ColorRole.Text) -> QIcon:
    """Return an icon, which changes its colour with the theme: that of the ink, or of another role.

    Raises
    ------
    FileNotFoundError
        If none is called so.
    """
    return QIcon(_Engine(name, ink))


def picture_of(
    paint: Callable[[QPainter], object], size: QSize, ratio: float, ground: str | None = None
) -> QPixmap:
    """Return a picture of what is painted, with smooth edges.

    Parameters
    ----------
    size
        In logical pixels.
    ratio
        Pixels of the screen for one of these.
    ground
        The colour behind it; None for nothing.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent if ground is None else QColor(ground))
    painter = QPainter(picture)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # of numbers and formulas
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    return picture


@cache
def _drawing(name: str) -> str:
    """Return the file of an icon: every window has several of most."""
    return resource_path(f"icons/{name.replace(' ', '_')}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _picture(drawing: str, ink: str, size: QSize, ratio: float) -> QPixmap:
    """Return an icon in one ink: what moves under a button has it drawn at every frame."""
    renderer = QSvgRenderer(drawing.replace("currentColor", ink).encode())
    room = QRectF(0, 0, size.width(), size.height())
    return picture_of(lambda painter: renderer.render(painter, room), size, ratio)


class _Engine(QIconEngine):
    """Draws an icon in whatever size is asked for."""

    def __init__(self, name: str, ink: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._ink = ink
        self._drawing = _drawing(name)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it."""
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect.topLeft(), self._shown(rect.size(), mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it on nothing."""
        return self._shown(size, mode, state, 1.0)

    def _shown(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, ratio: float) -> QPixmap:
        """Return it in the ink, in the accent where a switch is on, or dim."""
        group = QPalette.ColorGroup
        dim = mode == QIcon.Mode.Disabled
        role = QPalette.ColorRole.Accent if state == QIcon.State.On else self._ink
        role = QPalette.ColorRole.Text if dim else role
        ink = QApplication.palette().color(group.Disabled if dim else group.Active, role)
        return _picture(self._drawing, ink.name(), size, ratio)

    def clone(self) -> QIconEngine:
        """Return another of it."""
        return _Engine(self._name, self._ink)
