"""The icons of buttons, and the shapes of compared runs: balls, ends of curves, legends.

Icons are lines of one width on 16 pixels, in the ink of the theme in force.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache

from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from neuroviz.files.places import resource_path
from neuroviz.pictures.palette import run_style
from neuroviz.ui.theme import theme as themes


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
    picture.fill(ground or Qt.GlobalColor.transparent)
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
    room = QRectF(0, 0, *size.toTuple())
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
        if size.isEmpty():  # a button with no room to show it
            return QPixmap()
        group = QPalette.ColorGroup
        dim = mode == QIcon.Mode.Disabled
        role = QPalette.ColorRole.Accent if state == QIcon.State.On else self._ink
        role = QPalette.ColorRole.Text if dim else role
        ink = QApplication.palette().color(group.Disabled if dim else group.Active, role)
        return _picture(self._drawing, ink.name(), size, ratio)

    def clone(self) -> QIconEngine:
        """Return another of it."""
        return _Engine(self._name, self._ink)


_CORNERS = {
    "s": (4, 1.22),
    "^": (3, 1.4),
    "v": (3, 1.4),
    "D": (4, 1.3),
    "p": (5, 1.15),
    "*": (10, 1.4),
}
"""Shape -> its corners, and the radius to them, by which all look as large as a circle of 1."""
_TURNED = {"s": math.pi / 4, "v": math.pi}
"""Shapes whose first corner does not point up, and by how much they are turned."""
SWATCH = QSize(8, 8)
"""Pixels of the square in the colour of a parameter, before its name."""
SWATCH_OF_BUTTON = QSize(12, 8)
"""The same with a gap behind it, for a button, whose text would touch it."""
_BALL = 4.8
"""Pixels of the radius of a ball beside a name."""
_WAIST = 0.45
"""Radius of a star between its points, as a share of that to its points."""


@lru_cache(maxsize=8)
def _unit(shape: str) -> QPainterPath:
    """Return the shape of a marker round the origin, about as large as a circle of radius 1."""
    path = QPainterPath()
    if shape == "o":
        path.addEllipse(QRectF(-1, -1, 2, 2))
        return path
    if shape == "P":
        path.setFillRule(Qt.FillRule.WindingFill)  # else there is a hole where both bars are
        for across in (True, False):
            path.addRect(QRectF(-1.2, -0.45, 2.4, 0.9) if across else QRectF(-0.45, -1.2, 0.9, 2.4))
        return path.simplified()
    corners, reach = _CORNERS[shape]
    points = []
    for corner in range(corners):
        angle = 2 * math.pi * corner / corners + _TURNED.get(shape, 0.0)
        radius = reach * (_WAIST if shape == "*" and corner % 2 else 1.0)
        points.append(QPointF(radius * math.sin(angle), -radius * math.cos(angle)))
    path.addPolygon(points)
    path.closeSubpath()
    return path


def placed(shape: str, at: QPointF, radius: float) -> QPainterPath:
    """Return a shape round a point, of about a radius, in the units of the point."""
    return QTransform(radius, 0, 0, radius, at.x(), at.y()).map(_unit(shape))


def square_icon(colour: str) -> QIcon:
    """Return a square in the colour of a parameter, for a button."""
    square = QRect(QPoint(), SWATCH)
    ink = QColor(colour)
    picture = picture_of(lambda painter: painter.fillRect(square, ink), SWATCH_OF_BUTTON, 1.0)
    return _of_any_state(picture)


def swatch_icon(widget: QWidget, size: QSize, slot: int, *, active: bool, visible: bool) -> QIcon:
    """Return a piece of a run's curve with its ball on it, pale where it is hidden.

    Parameters
    ----------
    widget
        Where it is to be seen.
    active
        Whether it is the run that goes on, which has the accent, and no dashes.
    """
    style = run_style(slot)
    own = themes.now.palette.run(slot) if visible else themes.now.disabled
    colour = QColor(themes.now.accent if active else own)
    pen = QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if style.dash and not active:
        pen.setDashPattern(list(style.dash))
    middle = QPointF(*size.toTuple()) / 2

    def paint(painter: QPainter) -> None:
        painter.setPen(pen)
        painter.drawLine(QLineF(0, middle.y(), size.width(), middle.y()))
        painter.setPen(QPen(QColor(themes.now.card), 1.5))
        painter.setBrush(colour)
        painter.drawPath(placed(style.shape, middle, _BALL))

    return _of_any_state(picture_of(paint, size, widget.devicePixelRatioF()))


def _of_any_state(picture: QPixmap) -> QIcon:
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Disabled)  # as it is, where it cannot be pressed
    return icon
