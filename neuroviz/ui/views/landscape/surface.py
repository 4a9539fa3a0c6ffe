"""The landscape as a surface, turned by mouse and keyboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from neuroviz.core.landscape.projection import SurfaceBox, floor_corners, pieces, project
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.loss_map import LossMap
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import FROM, PIECES, SurfaceScene, surface_texts
from neuroviz.pictures.palette import LOSS
from neuroviz.pictures.weights import printed
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.canvas.pixels import in_pixels
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.palettes import colour_table, palette_of

_TURN = 5.0
_BY_MOUSE = 0.5
"""Degrees by a press of a key, and by a pixel."""
_STEEPEST = 90.0
_WIDE = 4.2
_HIGH = 2.9
"""What of the paper is in sight, in units of the box."""
_TEXT_ROOM = 90.0
_REACH = 1.06 * 2**0.5
_DEEP = 1.3
"""How far the texts at the left and those below are from the middle,
in units of the box, however it is turned."""
# Pixels beside the texts at the left, and those that are left at the right.
_GAP, _RIGHT = 4.0, 12.0
_KEYS = {
    Qt.Key.Key_Left: (-_TURN, 0.0),
    Qt.Key.Key_Right: (_TURN, 0.0),
    Qt.Key.Key_Up: (0.0, _TURN),
    Qt.Key.Key_Down: (0.0, -_TURN),
}


class SurfaceCanvas(QWidget):
    """Draws a map of losses with height, and path and ball at their own losses."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.setAccessibleName("Loss surface: the arrow keys turn it")
        self.setToolTip("Drag to turn, or press the arrow keys; Home turns it back")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme = theme
        self.azimuth, self.elevation = FROM
        self._map: LossMap | None = None
        self._scene: LandscapeScene | None = None
        self._runs = True
        self._from: QPointF | None = None

    def sizeHint(self) -> QSize:
        """Ask for as much as a plot."""
        return QSize(200, 150)

    def show_surface(
        self, loss_map: LossMap | None, scene: LandscapeScene | None, *, runs: bool = True
    ) -> None:
        """Show the losses over a plane, with the runs on it or without.

        Without map or scene nothing.
        """
        self._map = loss_map
        self._scene = scene
        self._runs = runs
        self.update()

    def turn(self, azimuth: float, elevation: float) -> None:
        """Turn by so many degrees; the viewer stays above the ground."""
        self.azimuth = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        self.elevation = min(max(self.elevation + elevation, 0.0), _STEEPEST)
        self.update()

    # --- turning ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn by the arrow keys, and back by Home."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self.azimuth, self.elevation = FROM
            self.update()
        elif key in _KEYS:
            self.turn(*_KEYS[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it with the pointer."""
        if self._from is not None:
            moved = event.position() - self._from
            self._from = event.position()
            self.turn(-_BY_MOUSE * moved.x(), _BY_MOUSE * moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._from = None

    # --- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw floor, surface, run and names."""
        if self._map is None or self._scene is None:
            return
        painter = QPainter(self)
        painter.setFont(themes.numeric_font())
        surface = SurfaceScene(self._scene, self._map, self.azimuth, self.elevation)
        self._paint_floor(painter)
        self._paint_pieces(painter, surface.box, self._map)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._runs:
            # In a small card dashes, and the square of the start,
            # would leave nothing to be seen of a path.
            runs = surface.runs(palette_of(self.theme), dashed=False)
            runs.pop("start", None)
            paint_marks(painter, runs, self._to_pixels())
        self._paint_texts(painter, self._map, self._scene)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def on_paper(self, points: Floats) -> Floats:
        """Return where points (…, 3) of the box are seen, (…, 2) in pixels of the widget."""
        return in_pixels(self._to_pixels(), project(points, self.azimuth, self.elevation)[0])

    def _to_pixels(self) -> QTransform:
        room = self._room()
        free = max(self.width() - room - _RIGHT, 1.0)
        below = max(self.height() / 2 - _metrics().height(), 1.0)
        unit = min(self.width() / _WIDE, self.height() / _HIGH, free / (2 * _REACH), below / _DEEP)
        middle = max(self.width() / 2, room + _REACH * unit)
        return QTransform(unit, 0, 0, -unit, middle, self.height() / 2)

    def _room(self) -> float:
        """Return how many pixels the texts at the left take."""
        if self._map is None:
            return 0.0
        texts = (
            "loss",
            *(printed(loss, 3) for loss in (self._map.scale.low, self._map.scale.high)),
        )
        return max(_metrics().horizontalAdvance(text) for text in texts) + 2 * _GAP

    def _paint_floor(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self.theme.edge), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_polygon(self.on_paper(floor_corners(self.azimuth))))

    def _paint_pieces(self, painter: QPainter, box: SurfaceBox, loss_map: LossMap) -> None:
        corners, heights = pieces(box, *_fewer(loss_map), self.azimuth)
        table = colour_table(LOSS)
        shades = table[(np.nan_to_num(heights, nan=1.0) * (len(table) - 1)).astype(int)]
        for piece, shade in zip(self.on_paper(corners).tolist(), shades.tolist(), strict=True):
            colour = QColor(*shade)
            painter.setBrush(colour)
            painter.setPen(QPen(colour.darker(112), 1))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in piece]))

    def _paint_texts(self, painter: QPainter, loss_map: LossMap, scene: LandscapeScene) -> None:
        """Write names and ends of the two axes in front, and the ends of the height at the left."""
        painter.setPen(QColor(self.theme.muted))
        for place, text, below in surface_texts(
            scene.bounds, loss_map.scale, scene.names, self.azimuth
        ):
            self._write(painter, place, text, below=below)
        self._write(painter, place, "loss", below=False, lines=-1)  # paper says so under the title

    def _write(
        self, painter: QPainter, place: Floats, text: str, *, below: bool, lines: int = 0
    ) -> None:
        """Write a text below a place or to its left, so many lines farther down."""
        x, y = self.on_paper(place).tolist()
        height = painter.fontMetrics().height()
        y += lines * height
        if below:
            box = QRectF(x - _TEXT_ROOM / 2, y, _TEXT_ROOM, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)
        else:
            box = QRectF(x - _TEXT_ROOM - _GAP, y - height / 2, _TEXT_ROOM, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _metrics() -> QFontMetricsF:
    return QFontMetricsF(themes.numeric_font())


def _fewer(loss_map: LossMap) -> tuple[Floats, Floats, Floats]:
    """Return u, v and losses at few enough points to be drawn as pieces."""
    columns, rows = (
        np.unique(np.linspace(0, len(axis) - 1, min(PIECES + 1, len(axis))).round().astype(int))
        for axis in (loss_map.u, loss_map.v)
    )
    return loss_map.u[columns], loss_map.v[rows], loss_map.losses[np.ix_(rows, columns)]


def _polygon(corners: Floats) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners.tolist()])
