"""Pictures of films, painted in pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QTransform

from neuroviz.pictures.film import LETTER, FilmInk, FilmPicture, Ground, Pane, Place
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
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
        self._ratio = ratio
        self._kept: tuple[Ground, QImage] | None = None
        """A landscape, and its picture."""

    def paint(self, picture: FilmPicture) -> QImage:
        """Return a picture."""
        width, height = picture.size
        size = QSize(round(width * self._ratio), round(height * self._ratio))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(picture.ground))
        image.setDevicePixelRatio(self._ratio)
        painter = QPainter(image)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        for pane in picture.panes:
            painter.save()
            self._paint_pane(painter, pane, picture.ground)
            painter.restore()
        painter.end()
        return image

    def _paint_pane(self, painter: QPainter, pane: Pane, ground: str) -> None:
        painter.setFont(_font(painter, pane.points))
        if pane.card is not None:
            card = QPainterPath()
            card.addRoundedRect(QRectF(*pane.place), _ROUND, _ROUND)
            painter.fillPath(card, QColor(pane.card))
            painter.setClipPath(card)
        if pane.ground is not None:
            self._paint_ground(painter, pane, pane.ground, ground)
        painter.scale(pane.scale, pane.scale)
        paint_marks(painter, pane.marks, _to_pixels(pane, pane.scale))

    def _paint_ground(self, painter: QPainter, pane: Pane, ground: Ground, card: str) -> None:
        """Paint a landscape, which is made once."""
        if self._kept is None or self._kept[0] is not ground:
            self._kept = ground, self._land(pane, ground, card)
        painter.drawImage(QRectF(*pane.place), self._kept[1])

    def _land(self, pane: Pane, ground: Ground, card: str) -> QImage:
        size = QSize(round(pane.place.width), round(pane.place.height))
        place = Place(0, 0, size.width(), size.height())
        inside = Pane(place, pane.sight, ground.lines)
        to_pixels = _to_pixels(inside, 1.0)
        image = QImage(size * self._ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self._ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        relief = ground.loss_map.relief
        land = relief_picture(relief, ground.view, to_pixels, size, self._ratio, card)
        painter.drawImage(QRectF(*place), land)
        paint_marks(painter, ground.lines, to_pixels)
        painter.end()
        return image


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
