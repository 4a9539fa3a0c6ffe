"""What views draw in a plot: pyqtgraph's items, made cheap enough to be drawn at every frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from neuroviz.core.training.downsampling import bent
from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.pixels import PixelItem, in_pixels

MapRect = tuple[float, float, float, float]
_BEND = 0.03
"""Pixels by which a curve may be drawn beside its points:
no eye and hardly a shade of grey sees it."""
_SHORT = 64  # points that are not worth a look
_FAR = 1e7  # pixels
_NONE = np.empty(0)
_PADDING = 4.0  # pixels round the text of a label
_HEAD = 9.0  # pixels of the head of an arrow
_HALO = 3.0  # pixels round the letters of a text without a box


def _in_pixels(transform: QTransform, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return where points (N,) of a plane that is not turned stand on screen.

    Not farther off than Qt can draw.
    """
    across = transform.m11() * x + transform.dx()
    up = transform.m22() * y + transform.dy()
    return np.clip(across, -_FAR, _FAR), np.clip(up, -_FAR, _FAR)


class _InView:
    """For items of a view box.

    Their bounds are what is in sight, so that no data have to be searched for them.
    """

    def boundingRect(self) -> QRectF:
        """Return the part of the plane in sight."""
        return self.viewRect() or QRectF()  # type: ignore[attr-defined]

    def viewTransformChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()  # type: ignore[attr-defined]
        pg.GraphicsItem.viewTransformChanged(
            self
        )  # forgets what was in sight, which a PlotCurveItem's own does not
        super().viewTransformChanged()  # type: ignore[misc]


class CurveItem(_InView, pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """A curve; what of it is straight to the eye is drawn as one line.

    Wide pens cost by the point.

    Parameters
    ----------
    connect
        "all", "pairs", or "finite": not where there is a NaN.
    """

    def __init__(self, connect: str = "all", *, antialias: bool = True) -> None:
        super().__init__()
        self.opts |= {"connect": connect, "antialias": antialias}

    def setData(self, x: Floats = _NONE, y: Floats = _NONE) -> None:
        """Show points (N,), x ascending where all are connected; without arguments none."""
        self.xData = x
        self.yData = y
        self._drawn_in: QTransform | None = None
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the curve."""
        if not len(self.xData):
            return
        to_pixels = painter.transform()
        if to_pixels != self._drawn_in:
            self._drawn_in, self._drawn = to_pixels, self._path(to_pixels)
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.opts["antialias"])
        painter.setPen(self.opts["pen"])
        painter.drawPath(self._drawn)

    def _path(self, to_pixels: QTransform) -> QPainterPath:
        """Return the curve in pixels, in which numbers as great as 1e290 are as small as others."""
        x, y = _in_pixels(to_pixels, self.xData, self.yData)
        if self.opts["connect"] == "all" and len(x) > _SHORT:
            kept = bent(x, y, _BEND)
            x = x[kept]
            y = y[kept]
        path: QPainterPath = arrayToQPath(x, y, connect=self.opts["connect"], finiteCheck=False)
        return path


class PointsItem(_InView, pg.ScatterPlotItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Points that keep what is drawn at each of them, and only move."""

    def __init__(self, **options: object) -> None:
        self._dressed: float | None = None
        super().__init__(**options)

    def setData(self, *args: Sequence[float] | Floats, **options: object) -> None:
        """Show points at x and y (N,)."""
        if options or len(args) != 2 or len(args[0]) != len(self.data):
            super().setData(*args, **options)
            return
        self.data["x"], self.data["y"] = args
        self.update()

    def invalidate(self) -> None:
        """Have what is drawn at each point made anew."""
        self._dressed = None
        super().invalidate()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        """Draw the points."""
        fragments = self._pixmapFragments.ndarray()
        ratio = widget.devicePixelRatioF()
        # pyqtgraph leaves out what is not in sight.
        if ratio != self._dressed or len(fragments) != len(self.data):
            super().paint(painter, option, widget)
            self._dressed = ratio
        elif len(fragments):
            fragments[:, 0], fragments[:, 1] = _in_pixels(
                painter.transform(), self.data["x"], self.data["y"]
            )
            painter.resetTransform()
            painter.drawPixmapFragments(  # type: ignore[call-arg]  # pyqtgraph's pointer and count
                *self._pixmapFragments.drawargs(), self.fragmentAtlas.pixmap
            )


class Labels(_InView, pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Short texts, each to the right of a point.

    Parameters
    ----------
    colours
        As "#rrggbb", one for each label that there can be.
    fill
        What is behind them; None for nothing.
    halo
        Whether that is only a halo round the letters, and no box.
    gap
        Pixels from a point to its text and what is behind that.
    above
        Whether they stand above their points, as over a line, and not beside them.
    """

    def __init__(
        self,
        colours: list[str],
        font: QFont,
        fill: QColor | None = None,
        gap: float = 0.0,
        *,
        above: bool = False,
        halo: bool = False,
    ) -> None:
        super().__init__()
        self.gap = gap
        self._halo = halo
        self._above = above
        self._colours = [QColor(colour) for colour in colours]
        self._font = font
        self._fill = fill
        metrics = QFontMetricsF(font)
        self._height, self._ascent = math.ceil(metrics.height()), metrics.ascent()
        self._width = metrics.horizontalAdvance
        self.places: list[tuple[str, float, float]] = []
        """(text, x, y) of each that is shown, in data coordinates; an empty text is not."""

    def __len__(self) -> int:
        return len(self._colours)

    def show_texts(self, places: list[tuple[str, float, float]]) -> None:
        """Show these texts at these points, one for each colour."""
        if places != self.places:
            self.places = places
            self.update()

    def paint(self, painter: QPainter, *args: object) -> None:
        """Write the texts, upright and of one size in whatever view."""
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        shown = [
            (
                colour,
                text,
                transform.map(QPointF(x, y))
                + QPointF(self.gap, -self._height * (1.2 if self._above else 0.5)),
            )
            for colour, (text, x, y) in zip(self._colours, self.places, strict=False)
            if text
        ]
        if self._fill is not None and self._halo:
            ratio = painter.device().devicePixelRatioF()
            for _, text, at in shown:
                x = at.x() + _PADDING - _HALO
                for letter in text:
                    picture = _halo(letter, self._font, self._fill.name(), ratio)
                    painter.drawPixmap(QPointF(x, at.y() - _HALO), picture)
                    x += self._width(letter)
        elif self._fill is not None:
            # All of them before any text, which else would be cut by its neighbour's.
            for _, text, at in shown:
                box = QRectF(at.x(), at.y(), self._width(text) + 2 * _PADDING, self._height)
                painter.fillRect(box.adjusted(0.0, -_PADDING, 0.0, _PADDING), self._fill)
        for colour, text, at in shown:
            painter.setPen(colour)
            painter.drawText(at + QPointF(_PADDING, self._ascent), text)


@lru_cache(maxsize=256)
def _halo(letter: str, font: QFont, colour: str, ratio: float) -> QPixmap:
    """Return what is no farther from a letter than a halo is wide, kept: texts change all the time.

    Its corner is as far left of the letter, and above the line.
    """
    metrics = QFontMetricsF(font)
    size = QSizeF(metrics.horizontalAdvance(letter) + 2 * _HALO, metrics.height() + 2 * _HALO)
    picture = QPixmap((size * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(QPointF(_HALO, _HALO + metrics.ascent()), font, letter)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), 2 * _HALO)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.end()
    return picture


class TextItem(PixelItem):
    """A short text beside or over a point."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.mark: Text | None = None
        self.at = QPointF()
        """Where it stands, in data coordinates."""
        self._font = font
        self._metrics = QFontMetricsF(font)

    def show_text(self, mark: Text, at: QPointF) -> None:
        """Show a text at a place of the plot."""
        self.mark = mark
        self.at = at
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Write it, upright and of one size in whatever view."""
        if self.mark is None:
            return
        at = to_pixels.map(self.at)
        box = QRectF(
            at.x(), at.y(), self._metrics.horizontalAdvance(self.mark.text), self._metrics.height()
        )
        box.translate(-box.width() / 2 if self.mark.centred else 0.0, -box.height() / 2)
        if self.mark.ground is not None:
            painter.fillRect(box.adjusted(-_PADDING, 0.0, _PADDING, 0.0), QColor(self.mark.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setPen(QColor(self.mark.color))
        painter.drawText(box.topLeft() + QPointF(0.0, self._metrics.ascent()), self.mark.text)


class ArrowItem(PixelItem):
    """An arrow whose head has one size in whatever view."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: Floats = np.zeros((2, 2))
        """Foot and tip, in data coordinates."""
        self._pen = QPen()

    def show_ends(self, ends: Floats) -> None:
        """Show an arrow between ends (2, 2)."""
        self.ends = ends
        self.update()

    def set_pen(self, pen: QPen) -> None:
        """Draw with a pen."""
        self._pen = pen
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw line and head."""
        foot, tip = in_pixels(to_pixels, self.ends)
        length = math.hypot(*(tip - foot))
        if not length > 0:
            return
        back = (tip - foot) / length * _HEAD
        side = np.array((-back[1], back[0])) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        for start in (foot, tip - back + side, tip - back - side):
            painter.drawLine(QPointF(*start), QPointF(*tip))


class ColourMapItem(pg.ImageItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """Numbers as colours.

    pyqtgraph's own image is an indexed one, which takes seven times as long to draw.
    """

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self.setZValue(-10)
        self.image: Floats | None = None
        self.levels = (0.0, 1.0)
        self.smooth = False
        """Whether cells blend into each other, at each pixel of the screen."""
        self._place: MapRect | None = None

    def show_map(self, values: Floats, table: NDArray[np.uint8], place: MapRect) -> None:
        """Show values (rows, columns), 0 … 1, in colours (n, 3).

        Between left, right, bottom and top. Where a value is NaN there is nothing.
        """
        if self.image is None or values.shape != self.image.shape:
            self.prepareGeometryChange()
            self._place = None
        self.image = values
        self.lut = table
        self._renderRequired = True
        if place != self._place:
            self._place = place
            left, right, bottom, top = place
            self.setRect(QRectF(left, bottom, right - left, top - bottom))
        self.update()

    def paint(self, painter: QPainter, *args: object) -> None:
        """Draw the colours."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
        super().paint(painter, *args)

    def render(self) -> None:
        """Look the colours up."""
        assert self.image is not None  # else pyqtgraph asks for nothing
        red, green, blue = self.lut.astype(np.uint32).T
        colours = 0xFF000000 | red << 16 | green << 8 | blue
        empty = np.isnan(self.image)
        shares = np.where(empty, 0.0, self.image) if empty.any() else self.image
        index = np.clip(shares * len(colours), 0, len(colours) - 1).astype(np.uint8)
        self._pixels = np.ascontiguousarray(colours[index])  # the image does not hold them
        self._pixels[empty] = 0
        rows, columns = self._pixels.shape
        kind = (
            QImage.Format.Format_ARGB32_Premultiplied if empty.any() else QImage.Format.Format_RGB32
        )
        self.qimage = QImage(self._pixels.data, columns, rows, 4 * columns, kind)
        self._renderRequired = self._unrenderable = False
