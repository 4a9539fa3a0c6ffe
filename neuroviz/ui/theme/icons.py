"""The icons of buttons: lines of one width on 16 pixels, in the ink of the theme in force."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from neuroviz.files.resources import resource_path


def icon(name: str, ink: QPalette.ColorRole = QPalette.ColorRole.Text) -> QIcon:
    """Return an icon, which changes its colour with the theme: that of the ink, or of another role.

    Raises
    ------
    FileNotFoundError
        If none is called so.
    """
    return QIcon(_Engine(name, ink))


@lru_cache(maxsize=256)
def _picture(drawing: str, ink: str, size: QSize, ratio: float) -> QImage:
    """Return an icon in one ink: what moves under a button has it drawn at every frame."""
    picture = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(drawing.replace("currentColor", ink).encode())
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return picture


class _Engine(QIconEngine):
    """Draws an icon in whatever size is asked for."""

    def __init__(self, name: str, ink: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._ink = ink
        path = resource_path(f"icons/{name.replace(' ', '_')}.svg")
        self._drawing = path.read_text(encoding="utf-8")

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it in the ink, in the accent where a switch is on, or dim."""
        group = QPalette.ColorGroup
        dim = mode == QIcon.Mode.Disabled
        role = QPalette.ColorRole.Accent if state == QIcon.State.On else self._ink
        role = QPalette.ColorRole.Text if dim else role
        ink = QApplication.palette().color(group.Disabled if dim else group.Active, role)
        ratio = painter.device().devicePixelRatioF()
        painter.drawImage(rect.topLeft(), _picture(self._drawing, ink.name(), rect.size(), ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it on nothing."""
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, picture.rect(), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        """Return another of it."""
        return _Engine(self._name, self._ink)
