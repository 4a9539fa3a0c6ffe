"""The icons of buttons: lines of one width on 16 pixels, in the ink of the theme in force."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication

_SIZE = 16
_STROKE = 1.5
_PANEL = QRectF(2.25, 3.25, 11.5, 9.5)
_LINES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "enlarge": (((9.5, 3), (13, 3), (13, 6.5)), ((13, 3), (9, 7)),
                ((6.5, 13), (3, 13), (3, 9.5)), ((3, 13), (7, 9))),
    "draw": (((3, 13), (3.6, 10), (10.7, 2.9), (13.1, 5.3), (6, 12.4), (3, 13)),
             ((8.9, 4.7), (11.3, 7.1))),
    "left panel": (((6.25, 3.25), (6.25, 12.75)),),
    "right panel": (((9.75, 3.25), (9.75, 12.75)),),
    "back": (((9.75, 4), (5.75, 8), (9.75, 12)),),
    "on": (((6.25, 4), (10.25, 8), (6.25, 12)),),
    "unfolded": (((4, 6.25), (8, 10.25), (12, 6.25)),),
    "hold": (((4, 7.5), (12, 7.5), (12, 13), (4, 13), (4, 7.5)),
             ((5.5, 7.5), (5.5, 4.5), (7, 3), (9, 3), (10.5, 4.5), (10.5, 7.5))),
    "surface": (((8, 2), (13, 5), (13, 11), (8, 14), (3, 11), (3, 5), (8, 2)),
                ((3, 5), (8, 8), (13, 5)), ((8, 8), (8, 14))),
    "pointer": (((4, 2.5), (4, 12), (6.5, 9.7), (8.3, 13.5), (10, 12.7), (8.3, 9), (11.7, 9),
                 (4, 2.5)),),
    "close": (((4, 4), (12, 12)), ((12, 4), (4, 12))),
}  # fmt: skip
ICONS = tuple(_LINES)
"""Names of all that there are."""


def icon(name: str, ink: QPalette.ColorRole = QPalette.ColorRole.Text) -> QIcon:
    """Return an icon, which changes its colour with the theme: that of the ink, or of another role.

    Raises
    ------
    KeyError
        If none is called so.
    """
    return QIcon(_Engine(name, ink))


class _Engine(QIconEngine):
    """Draws an icon in whatever size is asked for."""

    def __init__(self, name: str, ink: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._ink = ink
        self._path = _path(name)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it in the ink, in the accent where a switch is on, or dim."""
        group = QPalette.ColorGroup
        dim = mode == QIcon.Mode.Disabled
        role = QPalette.ColorRole.Accent if state == QIcon.State.On else self._ink
        role = QPalette.ColorRole.Text if dim else role
        ink = QApplication.palette().color(group.Disabled if dim else group.Active, role)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / _SIZE, rect.height() / _SIZE)
        ends = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(ink, _STROKE, *ends))
        painter.drawPath(self._path)

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


def _path(name: str) -> QPainterPath:
    path = QPainterPath()
    if name.endswith("panel"):
        path.addRoundedRect(_PANEL, 2, 2)
    for (x, y), *others in _LINES[name]:
        path.moveTo(x, y)
        for other in others:
            path.lineTo(*other)
    return path
