"""Marks painted in pixels, all in one item, since an item for each would cost more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTransform,
)

from neuroviz.core.types import Floats
from neuroviz.pictures import marks as declared
from neuroviz.pictures.label_places import bent
from neuroviz.pictures.marks import Dash, Marks, Rim
from neuroviz.ui.canvas.handles import PixelItem, in_pixels
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK_INK, colour_table, image_of, packed
from neuroviz.ui.theme.icons import picture_of, placed

_HEAD = 9.0
"""Pixels of the head of an arrow."""
_TURNS = np.arange(0.0, math.tau, math.tau / 12)
_AROUND = [QPointF(*way) for way in 2.0 * np.column_stack((np.cos(_TURNS), np.sin(_TURNS)))]
"""Offsets in pixels from the letters of a text to those of its halo."""
_PADDING = 3.0
"""Pixels to the left and right of a text, and the radius of the corners of its background."""
_BEND = 0.08
"""Pixels by which a curve may miss its points; that hardly changes a shade of grey."""
_NEAR = 1e5
"""Pixels up to which a straight line is drawn as it is; NaN is beyond."""
_SHORT = 64
"""Points of a curve that are too few to thin out, and of a piece that is stroked by itself."""
_SWINGS = 40.0
"""A curve is stroked in pieces if it goes up and down by more than this multiple of its height."""
_FEW = 64
"""Markers that are each painted; of more, one is painted and then stamped."""


def paint_marks(painter: QPainter, marks: Marks, to_pixels: QTransform) -> None:
    """Paint marks in order, mapping a plane that is not rotated to logical pixels."""
    for mark in marks.values():
        _PAINT[type(mark)](painter, mark, to_pixels)


class PaintedMarks(PixelItem):
    """An item that paints marks in order.

    Parameters
    ----------
    z
        How far it is before the curves of the plot, if positive, or behind.
    font
        That of its texts; by default that of numbers.
    """

    def __init__(self, z: float = 0.0, font: QFont | None = None) -> None:
        super().__init__()
        self.setZValue(z)
        self.marks: Marks = {}
        self._font = font or themes.numeric_font()

    def show_marks(self, marks: Marks) -> None:
        """Show these marks in place of any others."""
        self.marks = marks
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Paint the marks."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        paint_marks(painter, self.marks, to_pixels)


class KeptMarks(PaintedMarks):
    """Marks that are kept as a picture.

    They are painted again only when the marks or the visible part of the plane have changed.
    """

    _picture: QPixmap | None = None
    _painted_in: object = None

    def show_marks(self, marks: Marks) -> None:
        """Show these marks, which fill the visible plane, in place of any others."""
        self._picture = None
        super().show_marks(marks)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Paint the picture, and make it first if it is missing or was made for another view."""
        seen = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        if not self.marks or seen.isEmpty():  # a plot squeezed down to its axes
            return
        ratio = painter.device().devicePixelRatioF()
        if self._picture is None or self._painted_in != (to_pixels, seen, ratio):
            self._painted_in = (to_pixels, seen, ratio)
            to_picture = to_pixels * QTransform.fromTranslate(-seen.x(), -seen.y())
            paint = super().paint_pixels
            self._picture = picture_of(
                lambda within: paint(within, to_picture), seen.size(), ratio, DARK_INK.name()
            )
        painter.drawPixmap(seen.topLeft(), self._picture)


# --- one function for each mark -------------------------------------------------------------------


def _curve(painter: QPainter, mark: declared.Curve, to_pixels: QTransform) -> None:
    points = np.array((mark.x, mark.y)).T
    if len(points) == 2 and _straight(painter, mark, points, to_pixels):
        return
    points = in_pixels(to_pixels, points)
    gap = np.logical_or(*np.isnan(points.T))
    if gap.any():  # each row of a gap would be a piece of its own
        points = points[~(gap & np.append(False, gap[:-1]))]
    if mark.rim is not None:
        points = points[_distinct(points)]
    elif len(points) > _SHORT and (np.diff(points[:, 0]) >= 0).all():
        points = points[bent(points[:, 0], points[:, 1], _BEND)]  # wide pens cost time per point
    connect = "finite" if gap.any() else "all"
    pens = _pens(mark.color, mark.width, mark.rim, mark.dash)
    whole = _path(points, connect)
    # A curve that swings takes ten times as long to stroke in one piece.
    swings = not mark.dash and _swings(points)
    for pen in pens:
        # Dashes must run through the whole curve, and pale pieces would show where they overlap.
        if not swings or pen.color().alpha() < 255:
            painter.strokePath(whole, pen)
            continue
        for first in range(0, len(points) - 1, _SHORT):
            painter.strokePath(_path(points[first : first + _SHORT + 1], connect), pen)


def _straight(
    painter: QPainter, mark: declared.Curve, points: Floats, to_pixels: QTransform
) -> bool:
    """Paint a line of two points (2, 2), of which the tails of a race have a hundred.

    Return whether it was painted, which needs both ends near enough.
    """
    first, last = (to_pixels.map(QPointF(*place)) for place in points.tolist())
    near = all(abs(at.x()) < _NEAR and abs(at.y()) < _NEAR for at in (first, last))
    if near:
        for pen in _pens(mark.color, mark.width, mark.rim, mark.dash):
            painter.setPen(pen)
            painter.drawLine(first, last)
    return near


def _swings(points: Floats) -> bool:
    """Return whether a line (k, 2) goes up and down so often that joints do not show."""
    up = points[:, 1]
    return len(up) > _SHORT and bool(np.abs(np.diff(up)).sum() > _SWINGS * np.ptp(up))


def _segments(painter: QPainter, mark: declared.Segments, to_pixels: QTransform) -> None:
    ends = np.column_stack((mark.x0, mark.y0, mark.x1, mark.y1)).reshape(-1, 2)
    ratio = painter.deviceTransform().m11()
    # Whole pixels: else some would be a pixel wider than others.
    width = max(1, round(mark.width * ratio)) / ratio
    (pen,) = _pens(mark.color, width, None, mark.dash)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # most are vertical
    painter.strokePath(_path(in_pixels(to_pixels, ends), "pairs"), pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _path(points: Floats, connect: str) -> QPainterPath:
    path: QPainterPath = arrayToQPath(*points.T, connect=connect, finiteCheck=False)
    return path


def _distinct(points: Floats) -> NDArray[np.intp]:
    """Return the indices of points (k,) that differ in pixels from the last one, and both ends."""
    rounded = np.round(points)
    kept = (rounded[1:] != rounded[:-1]).any(axis=1)  # a gap differs from everything
    kept[:-1] |= np.isnan(points[2:, 0])
    kept[-1:] = True
    return np.flatnonzero(np.append(True, kept))


def _points(painter: QPainter, mark: declared.Points, to_pixels: QTransform) -> None:
    places = in_pixels(to_pixels, np.array((mark.x, mark.y)).T)
    paint: Paint = _crosses if mark.marker == "x" else _shapes
    if len(places) > _FEW:
        paint = _stamped(painter, mark, paint)
    finite = places[np.isfinite(places).all(axis=1)].tolist()
    paint(painter, [QPointF(*place) for place in finite], mark)


Paint = Callable[[QPainter, list[QPointF], declared.Points], None]


def _stamped(painter: QPainter, mark: declared.Points, paint: Paint) -> Paint:
    """Return a function that paints markers by stamping a picture of one."""
    middle = QPointF(mark.size + 2, mark.size + 2)
    size = QSizeF(2 * middle.x(), 2 * middle.y()).toSize()
    ratio = painter.deviceTransform().m11()
    picture = picture_of(lambda within: paint(within, [middle], mark), size, ratio)

    def stamp(painter: QPainter, places: list[QPointF], _: declared.Points) -> None:
        for at in places:
            painter.drawPixmap(at - middle, picture)

    return stamp


def _crosses(painter: QPainter, places: list[QPointF], mark: declared.Points) -> None:
    stroke = mark.stroke or min(max(mark.size / 4, 1.2), 2.5)  # small crosses keep their arms apart
    pens = _pens(mark.color, stroke, mark.rim, ends=Qt.PenCapStyle.SquareCap)
    corners = [QPointF(mark.size / 2, rise) for rise in (mark.size / 2, -mark.size / 2)]
    for at in places:
        for pen in pens:
            painter.setPen(pen)
            for corner in corners:
                painter.drawLine(at - corner, at + corner)


def _shapes(painter: QPainter, places: list[QPointF], mark: declared.Points) -> None:
    shape = placed(mark.marker, QPointF(), mark.size / 2)
    *rim, pen = _pens(mark.outline or mark.color, mark.stroke or 1.5, mark.rim)
    painter.setBrush(_colour(mark.color))
    painter.setPen(pen if mark.outline else Qt.PenStyle.NoPen)
    for at in places:
        outline = shape.translated(at)
        for wider in rim:
            painter.strokePath(outline, wider)
        painter.drawPath(outline)


def _arrow(painter: QPainter, mark: declared.Arrow, to_pixels: QTransform) -> None:
    foot, tip = in_pixels(
        to_pixels, np.array(((mark.x, mark.y), (mark.x + mark.dx, mark.y + mark.dy)))
    )
    length = math.hypot(*(tip - foot))
    if length < 1:
        return
    along = (tip - foot) / length
    back = tip - min(_HEAD, length) * along
    side = np.array((-along[1], along[0])) * min(_HEAD, length) * 0.45
    for pen in _pens(mark.color, mark.width, mark.rim, mark.dash):
        painter.setPen(pen)
        painter.drawLine(QLineF(*foot, *back))
    rim = mark.rim.color if mark.rim else mark.color
    painter.setPen(_pens(rim, 1.0, None)[0])
    painter.setBrush(_colour(rim if mark.dash else mark.color))
    painter.drawPolygon([QPointF(*corner) for corner in (tip, back + side, back - side)])


def _colour_map(painter: QPainter, mark: declared.ColourMap, to_pixels: QTransform) -> None:
    left, right, bottom, top = mark.extent
    area = to_pixels.mapRect(QRectF(left, bottom, right - left, top - bottom))
    if mark.direction is not None:
        if not area.isEmpty():  # a plot squeezed down to its axes
            painter.fillRect(area, _gradient(mark, area))
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, mark.smooth)
    painter.drawImage(area, _image(mark))


def _gradient(mark: declared.ColourMap, area: QRectF) -> QLinearGradient:
    """Return the gradient of a map whose values change along one direction only."""
    across, up = mark.rise
    start = QPointF(
        area.left() if across >= 0 else area.right(), area.bottom() if up >= 0 else area.top()
    )
    slope = QPointF(across / area.width(), -up / area.height())
    steepness = QPointF.dotProduct(slope, slope)
    gradient = QLinearGradient(start, start + slope / steepness if steepness else start)
    colours = _packed(mark)[0]
    bend = np.append(True, colours[1:] != colours[:-1])
    kept = np.flatnonzero(bend | np.append(bend[1:], True))
    way = kept / max(len(colours) - 1, 1)
    pairs = zip(way.tolist(), colours[kept].tolist(), strict=True)
    gradient.setStops([(at, QColor.fromRgb(colour)) for at, colour in pairs])
    return gradient


def _packed(mark: declared.ColourMap) -> NDArray[np.uint32]:
    """Return the colours of the values in Qt's format; transparent where a value is missing."""
    if isinstance(mark, declared.ColouredCells):
        return packed(mark.values)
    table = colour_table(mark.stops, len(mark.stops)) if mark.flat else colour_table(mark.stops)
    shares = mark.shares
    empty = np.isnan(shares)
    index = np.where(empty, 0.0, shares) * len(table)
    pixels = packed(table)[np.minimum(index, len(table) - 1).astype(np.intp)]
    pixels[empty] = 0
    return np.asarray(pixels)


@lru_cache(maxsize=8)
def _image(mark: declared.ColourMap) -> QImage:
    """Return an image with a pixel for each cell, the top row first."""
    return image_of(_packed(mark)[::-1])


def _polygons(painter: QPainter, mark: declared.Polygons, to_pixels: QTransform) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for corners, fill in zip(in_pixels(to_pixels, mark.corners), mark.fills, strict=True):
        painter.setBrush(_colour(fill))
        painter.drawPolygon([QPointF(*corner) for corner in corners.tolist()])


def _box(painter: QPainter, mark: declared.Box, to_pixels: QTransform) -> None:
    box = to_pixels.mapRect(QRectF(mark.x, mark.y, mark.width, mark.height))
    radius = abs(mark.radius * to_pixels.m11())
    painter.setPen(_pens(mark.outline, mark.stroke, None)[0] if mark.outline else Qt.PenStyle.NoPen)
    painter.setBrush(_colour(mark.color))
    painter.drawRoundedRect(box, radius, radius)


def _text(painter: QPainter, mark: declared.Text, to_pixels: QTransform) -> None:
    usual = painter.font()
    if mark.size != 1.0 or mark.bold:
        painter.setFont(sized(usual, mark.size, bold=mark.bold))
    _write(painter, mark, to_pixels)
    painter.setFont(usual)


@lru_cache(maxsize=64)
def sized(font: QFont, size: float, *, bold: bool) -> QFont:
    """Return a font scaled from another; it is cached, so nobody may change it."""
    result = QFont(font)
    result.setPointSizeF(size * font.pointSizeF())
    result.setBold(bold)
    return result


@lru_cache(maxsize=64)
def _metrics(font: QFont) -> QFontMetricsF:
    """Return the metrics of a font, cached because Qt would ask the system for them each time."""
    return QFontMetricsF(font)


def text_box(
    mark: declared.Text, to_pixels: QTransform, font: QFont, right_end: float = math.inf
) -> QRectF:
    """Return where the letters of a text stand, in logical pixels.

    Parameters
    ----------
    font
        That of the letters, larger or bold as they are.
    right_end
        Where there is nothing more to paint on.
    """
    metrics = _metrics(font)
    at = to_pixels.map(QPointF(mark.x, mark.y))
    box = QRectF(0.0, 0.0, metrics.horizontalAdvance(mark.text), metrics.height())
    box.moveCenter(at)
    if mark.raised is not None:
        box.moveBottom(at.y() - mark.raised)
    elif mark.right:
        box.moveRight(at.x())
    elif mark.aside is not None:
        box.moveLeft(at.x() + mark.aside)
        if mark.aside < 0 or box.right() + _PADDING > right_end:
            box.moveRight(at.x() - abs(mark.aside))
    elif not mark.centred:
        box.moveLeft(at.x())
    return box


def boxes_of(marks: Marks, to_pixels: QTransform, right_end: float = math.inf) -> Iterator[QRectF]:
    """Yield where the texts stand and, unless they are many, the points, in logical pixels.

    Parameters
    ----------
    right_end
        Where there is nothing more to paint on.
    """
    font = themes.numeric_font()
    for mark in marks.values():
        if isinstance(mark, declared.Text):
            letters = sized(font, mark.size, bold=mark.bold)
            yield text_box(mark, to_pixels, letters, right_end)
        elif isinstance(mark, declared.Points) and np.size(mark.x) <= _FEW:
            half = mark.size / 2
            places = in_pixels(to_pixels, np.array((mark.x, mark.y)).T)
            for x, y in places[np.isfinite(places).all(axis=1)].tolist():
                yield QRectF(x - half, y - half, mark.size, mark.size)


def _write(painter: QPainter, mark: declared.Text, to_pixels: QTransform) -> None:
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # else a sign stands behind
    letters = text_box(mark, to_pixels, painter.font(), _right_end(painter))
    box = letters.adjusted(-_PADDING, 0, _PADDING, 0)
    if mark.ground is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colour(mark.ground))
        painter.drawRoundedRect(box, _PADDING, _PADDING)
    place = box.adjusted(-1, 0, 1, 0)
    if mark.halo is None:
        painter.setPen(_colour(mark.color))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, mark.text)
        return
    ratio = painter.deviceTransform().m11()
    key = painter.font().toString()
    picture = _with_halo(mark.text, key, place.size().toTuple(), mark.color, mark.halo, ratio)
    size = picture.deviceIndependentSize()
    corner = (place.center() - QPointF(*size.toTuple()) / 2) * ratio
    painter.drawPixmap(QPointF(corner.toPoint()) / ratio, picture)


def _right_end(painter: QPainter) -> float:
    """Return the right end of the device, in the painter's units."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if isinstance(device, QPixmap) else 1.0  # a widget's is in
    return device.width() / ratio / painter.worldTransform().m11()


@lru_cache(maxsize=256)
def _with_halo(
    text: str, font: str, size: tuple[float, float], colour: str, halo: str, ratio: float
) -> QPixmap:
    """Return a picture of a text with its halo, kept while only its place changes."""
    wide, high = (math.ceil(length) + 2 * math.ceil(_PADDING) for length in size)
    letters = QFont()
    letters.fromString(font)
    place = QRectF(0, 0, wide, high)

    def paint(painter: QPainter) -> None:
        painter.setFont(letters)
        painter.setPen(_colour(halo))
        for way in _AROUND:
            painter.drawText(place.translated(way), Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(_colour(colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    return picture_of(paint, QSize(wide, high), ratio)


@lru_cache(maxsize=512)
def _pens(
    colour: str,
    width: float,
    rim: Rim | None,
    dash: Dash = (),
    *,
    ends: Qt.PenCapStyle | None = None,
) -> list[QPen]:
    """Return the pen of the rim, if there is one, and then the pen of the line.

    Both have the same dashes.
    """
    inks = [(rim.color, width + 2 * rim.width)] if rim and rim.width else []
    cap = ends or (Qt.PenCapStyle.FlatCap if dash or rim else Qt.PenCapStyle.SquareCap)
    pens = []
    for ink, wide in (*inks, (colour, width)):
        pen = QPen(_colour(ink), wide, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.BevelJoin)
        if dash:
            # Qt counts dashes in widths of the pen.
            pen.setDashPattern([part * width / wide for part in dash])
        pens.append(pen)
    return pens


@lru_cache(maxsize=512)
def _colour(colour: str) -> QColor:
    """Return the colour of "#rrggbb" or "#rrggbbaa"; Qt itself puts the opacity first."""
    return QColor(f"#{colour[7:]}{colour[1:7]}")


_PAINT: dict[type, Callable[[QPainter, Any, QTransform], None]] = {
    declared.Curve: _curve,
    declared.Segments: _segments,
    declared.Points: _points,
    declared.Arrow: _arrow,
    declared.ColourMap: _colour_map,
    declared.ColouredCells: _colour_map,
    declared.Polygons: _polygons,
    declared.Box: _box,
    declared.Text: _text,
}
