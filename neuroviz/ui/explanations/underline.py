"""Dotted lines under the terms of a label while the pointer is over it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

_DOT = 2
_EVERY = 4
"""Pixels of a dot, and from one dot to the next."""


class Underline(QObject):
    """Lines that are there only under the pointer; Qt paints them, and nothing asks the layout for room."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: list[QLabel] = []
        self.owner: QWidget | None = None

    def show_under(self, owner: QWidget, rects: list[QRect]) -> None:
        """Underline stretches of a widget."""
        self.hide()
        self.owner = owner
        for rect in rects:
            line = QLabel(owner)
            line.setObjectName("term_underline")
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.setPixmap(_dots(rect.width(), owner))
            line.setGeometry(rect.left(), min(rect.bottom(), owner.height() - _DOT), rect.width(), _DOT)
            line.show()
            self._lines.append(line)

    def hide(self) -> None:
        """Take the lines away; those of a widget that has gone went with it."""
        for line in filter(isValid, self._lines):
            line.hide()
            line.deleteLater()
        self._lines.clear()
        self.owner = None


def _dots(width: int, owner: QWidget) -> QPixmap:
    ratio = owner.devicePixelRatioF()
    picture = QPixmap(round(width * ratio), round(_DOT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    colour = owner.palette().color(QPalette.ColorRole.Highlight)
    for x in range(0, width, _EVERY):
        painter.fillRect(x, 0, _DOT, _DOT, colour)
    painter.end()
    return picture
