"""Pictures of films, painted in pixels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPixmap, QTransform

from neuroviz.pictures.film import LETTER, FilmInk, FilmPicture, Ground, Pane, Place
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.palettes import palette_of
from neuroviz.ui.views.landscape.relief_picture import relief_picture
from neuroviz.ui.views.neuron.diagram import ink_of, letters_of

_ROUND = 9.0
"""Radius of the corners of a card."""
_POINTS = 72.0
"""In an inch."""


def film_ink(theme: Theme) -> FilmInk:
    """Return what films are drawn with in the colours of a theme."""
    return FilmInk(palette_of(theme), theme.background, theme.good.text, ink_of(theme), letters_of)


class FilmPainter:
    """Paints the pictures of a film, all in one size.

    Parameters
    ----------
    ratio
        Pixels for a unit.
    """

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self._kept: tuple[object, QPixmap] | None = None
        """A landscape with its size, and its picture."""

    def paint(self, picture: FilmPicture) -> QPixmap:
        """Return a picture."""

        def paint_panes(painter: QPainter) -> None:
            for pane in picture.panes:
                painter.save()
                self._paint_pane(painter, pane)
                painter.restore()

        size = QSizeF(*picture.size).toSize()
        return picture_of(paint_panes, size, self.ratio, picture.ground)

    def _paint_pane(self, painter: QPainter, pane: Pane) -> None:
        painter.setFont(_font(painter, pane.points))
        if pane.card is not None:
            card = QPainterPath()
            card.addRoundedRect(QRectF(*pane.place), _ROUND, _ROUND)
            painter.fillPath(card, QColor(pane.card))
            painter.setClipPath(card)
        if pane.ground is not None:
            self._paint_ground(painter, pane, pane.ground)
        painter.scale(pane.scale, pane.scale)
        paint_marks(painter, pane.marks, _to_pixels(pane, pane.scale))

    def _paint_ground(self, painter: QPainter, pane: Pane, ground: Ground) -> None:
        """Paint a landscape, which is made once."""
        place = QRectF(*pane.place).toRect()
        key = ground, place.size()
        if self._kept is None or self._kept[0] != key:
            inside = replace(pane, place=Place(0, 0, place.width(), place.height()))
            paint = partial(self._paint_land, ground, place.size(), _to_pixels(inside, 1.0))
            self._kept = key, picture_of(paint, place.size(), self.ratio)
        painter.drawPixmap(place.topLeft(), self._kept[1])

    def _paint_land(
        self, ground: Ground, size: QSize, to_pixels: QTransform, painter: QPainter
    ) -> None:
        surface, palette = ground.surface, ground.palette
        view = surface.azimuth, surface.elevation
        relief = surface.loss_map.relief
        land = relief_picture(relief, view, to_pixels, size, self.ratio, palette)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(QPointF(), QSizeF(size)), land)
        # The last is an axis, which has no numbers here.
        paint_marks(painter, dict(enumerate(surface.lines(palette)[:-1])), to_pixels)


def _to_pixels(pane: Pane, scale: float) -> QTransform:
    """Return the way from the axes of a pane to units that are so many times as large."""
    left, right, bottom, top = pane.sight
    x, y, width, height = (length / scale for length in pane.place)
    across, up = width / (right - left), height / (top - bottom)
    return QTransform(across, 0, 0, -up, x - left * across, y + top * up)


def _font(painter: QPainter, points: int | None) -> QFont:
    """Return the font of a film, of one height on every device, or of so many points."""
    font = themes.numeric_font()
    font.setPointSizeF(points or LETTER * _POINTS / painter.device().logicalDpiY())
    return font
