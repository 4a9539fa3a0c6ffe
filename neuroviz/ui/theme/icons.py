"""The icons of buttons: lines of one width on 16 pixels, in the ink of the theme in force."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPalette, QPixmap
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
        drawing = self._drawing.replace("currentColor", ink.name())
        QSvgRenderer(drawing.encode()).render(painter, QRectF(rect))

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
