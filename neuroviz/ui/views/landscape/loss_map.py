"""What the run is drawn on: the losses as colours, and their contour lines with their numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTransform

from neuroviz.pictures.landscape.contours import Contour
from neuroviz.pictures.palette import LOSS
from neuroviz.session.loss_maps import LossMap
from neuroviz.ui.canvas.pixels import PixelItem, in_pixels
from neuroviz.ui.theme.palettes import DARK_INK, LIGHT_INK, colour_table

_LINE = QColor(LIGHT_INK)
_VEIL = QColor(DARK_INK)
_LINE.setAlpha(120)
_VEIL.setAlpha(110)
_PADDING = 3.0


def cells_rect(loss_map: LossMap) -> QRectF:
    """Return where the cells of a map stand: half of one beyond the outermost points."""
    u = loss_map.u
    v = loss_map.v
    cell = (u[-1] - u[0]) / (len(u) - 1), (v[-1] - v[0]) / (len(v) - 1)
    left = float(u[0] - cell[0] / 2)
    bottom = float(v[0] - cell[1] / 2)
    return QRectF(left, bottom, float(cell[0] * len(u)), float(cell[1] * len(v)))


def colours_of(loss_map: LossMap) -> NDArray[np.uint32]:
    """Return the colours (n, m) of a map, the highest row first."""
    table = colour_table(LOSS).astype(np.uint32)
    packed = (table @ np.array((1 << 16, 1 << 8, 1), dtype=np.uint32) + 0xFF000000).astype(np.uint32)
    shares = np.nan_to_num(loss_map.scale.heights(loss_map.losses[::-1]), nan=1.0)
    result: NDArray[np.uint32] = packed[(shares * (len(packed) - 1)).astype(np.intp)]
    return result


class LossMapItem(PixelItem):
    """Map and lines, kept as a picture: they are drawn anew only when they or what is in sight have changed."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.setZValue(-10)
        self.loss_map: LossMap | None = None
        self.lines: list[Contour] = []
        self.finished = False
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._picture: QImage | None = None
        self._drawn_in: object = None

    def show_map(self, loss_map: LossMap | None) -> None:
        """Show a map, or none."""
        self.loss_map = loss_map
        self.finished = False
        self._changed()

    def show_lines(self, lines: list[Contour], *, finished: bool = False) -> None:
        """Show contour lines; finished are those of the full map."""
        self.lines = lines
        self.finished = finished
        self._changed()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the picture."""
        if self.loss_map is None:
            return
        seen = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        if seen.isEmpty():  # a plot squeezed to its axes
            return
        ratio = painter.device().devicePixelRatioF()
        if self._picture is None or self._drawn_in != (to_pixels, seen, ratio):
            self._drawn_in = (to_pixels, seen, ratio)
            self._picture = QImage(seen.size() * ratio, QImage.Format.Format_RGB32)
            self._picture.setDevicePixelRatio(ratio)
            self._draw(self._picture, QPointF(seen.topLeft()), to_pixels, self.loss_map)
        painter.drawImage(seen.topLeft(), self._picture)

    def _changed(self) -> None:
        self._picture = None
        self.update()

    def _draw(self, picture: QImage, corner: QPointF, to_pixels: QTransform, loss_map: LossMap) -> None:
        picture.fill(DARK_INK)
        painter = QPainter(picture)
        painter.translate(-corner)
        colours = colours_of(loss_map)
        rows, columns = colours.shape
        image = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        painter.drawImage(to_pixels.mapRect(cells_rect(loss_map)), image)
        painter.setFont(self._font)
        painter.setPen(QPen(_LINE, 1))
        for line in self.lines:
            points = in_pixels(to_pixels, np.column_stack((line.x, line.y)))
            painter.drawPath(arrayToQPath(points[:, 0], points[:, 1], connect="finite", finiteCheck=False))
        for line in self.lines:
            if line.label is not None:
                self._write(painter, line.text, to_pixels.map(QPointF(*line.label)))
        painter.end()

    def _write(self, painter: QPainter, text: str, centre: QPointF) -> None:
        box = self._metrics.boundingRect(text).adjusted(-_PADDING, 0, _PADDING, 0)
        box.moveCenter(centre)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_VEIL)
        painter.drawRoundedRect(box, _PADDING, _PADDING)
        painter.setPen(LIGHT_INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def letter_size(font: QFont) -> tuple[float, float]:
    """Return how wide a digit and how high a line of a font is, in pixels."""
    metrics = QFontMetricsF(font)
    return metrics.horizontalAdvance("0"), metrics.height()
