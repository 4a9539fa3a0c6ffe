"""The opening: the very first run as a film over the bench, while torch is loading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from neuroviz.core.slices import finished
from neuroviz.pictures.film import SHAPES, FilmPicture, Pane
from neuroviz.pictures.marks import Marks, Points, Text
from neuroviz.session.film_pictures import OpeningFilm
from neuroviz.ui.canvas.motion import PRESSES, Ease
from neuroviz.ui.export.film import FilmPainter, film_ink
from neuroviz.ui.theme import theme as themes

_RATE = 30
"""Pictures a second."""
_DROP, _RUN, _FLY = 1.4, 7.6, 1.0
"""Seconds in which the points drop in, the run is shown, and the pictures fly to their places."""
_LATER = 0.18
"""Seconds from one point to the next."""
_SHAPE = "wide"
_HOW, _GAP = "A key or a click ends this film", 4
"""The text below it, and pixels below that."""


class Prologue(QWidget):
    """Plays over the bench below the bar, until its end, or any key or click.

    With reduced motion only the last picture is shown.

    Parameters
    ----------
    bench
        The bench that it covers.
    top, words
        Pixels of the bench that stay free at the top, and height of the welcome below these.
    places
        The plots of the window to which data and landscape fly, if they are visible.
    """

    over = Signal()
    """It has come to its end by itself."""

    def __init__(self, bench: QWidget, top: int, words: int, places: Sequence[QWidget]) -> None:
        super().__init__(bench)
        self.setObjectName("prologue")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._places = places
        self._bench = bench
        self._top = top
        self._words = words
        self._kept: dict[tuple[Pane, ...], QPixmap] = {}
        """Pictures of the end, by what they show."""
        self._make()
        self._fit()
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=round(1000 / _RATE))
        self._timer.timeout.connect(self._go_on)
        themes.application().installEventFilter(self)
        self._clock.start()
        if not Ease.reduced:
            self._timer.start()
        self.show()
        self.raise_()

    def _make(self) -> None:
        """Make the film in the colours of the theme."""
        self._theme = themes.now
        self._film = OpeningFilm(_SHAPE, _RUN, _RATE, film_ink(self._theme))
        finished(self._film.prepare())
        self._end = self._film.picture(len(self._film.milliseconds) - 1)
        self._kept.clear()

    def _fit(self) -> None:
        """Cover the bench."""
        self.setGeometry(self._bench.rect().adjusted(0, self._top, 0, 0))
        width, height = SHAPES[_SHAPE]
        self._ratio = min(self.width() / width, (self.height() - self._words) / height)
        self._painter = FilmPainter(self._ratio * self.devicePixelRatioF())
        self._kept.clear()

    @property
    def _seconds(self) -> float:
        return _DROP + _RUN if Ease.reduced else self._clock.elapsed() / 1000

    def _go_on(self) -> None:
        if self._seconds > _DROP + _RUN + _FLY:
            self.close()
            self.over.emit()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close at a press; a click goes no further, but a key, or a press on the bar, does."""
        if not isinstance(watched, QWidget):
            return False  # the window is sent a click before the clicked widget is
        if event.type() == QEvent.Type.Resize and watched is self._bench:
            self._fit()
        if event.type() in PRESSES:
            self._timer.stop()
            self.close()
            return watched is self
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the moment, or the pictures on their way to their places."""
        if self._theme is not themes.now:  # the desktop has turned dark meanwhile
            self._make()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        flown = min(max(self._seconds - _DROP - _RUN, 0.0) / _FLY, 1.0)
        painter.setOpacity(1 - flown)
        painter.fillRect(self.rect(), themes.now.background)
        painter.drawPixmap(self._room.topLeft(), self._picture())
        painter.setPen(themes.now.muted)
        below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(self.rect().adjusted(0, 0, 0, -_GAP), below, _HOW)
        if flown:
            painter.setOpacity(1 - flown**4)
            self._paint_flying(painter, flown * flown * (3 - 2 * flown))

    @property
    def _flying(self) -> dict[Pane, QWidget]:
        """The panes that have a place in the window now, with that place."""
        pairs = zip(self._end.panes, self._places, strict=False)
        return {pane: place for pane, place in pairs if place.isVisible()}

    @property
    def _room(self) -> QRect:
        """Where the picture stands."""
        room = QRectF(0, 0, *SHAPES[_SHAPE])
        size = room.size() * self._ratio
        room.setSize(size)
        room.moveCenter(QRectF(self.rect().adjusted(0, self._words, 0, 0)).center())
        return room.toRect()

    def _picture(self) -> QPixmap:
        """Return the present picture, without the panes that fly."""
        running = self._seconds - _DROP
        if running < _RUN:
            picture = self._film.picture(self._film.place_at(max(running, 0.0) * 1000))
            return self._painted(_dropping(picture, self._seconds) if running < 0 else picture)
        away = self._flying if running > _RUN else {}
        return self._at_end([pane for pane in self._end.panes if pane not in away])

    def _at_end(self, panes: Sequence[Pane]) -> QPixmap:
        """Return some panes of the last picture over nothing, made only once."""
        key = tuple(panes)
        if key not in self._kept:
            self._kept[key] = self._painted(replace(self._end, ground="#00000000", panes=key))
        return self._kept[key]

    def _painted(self, picture: FilmPicture) -> QPixmap:
        made = self._painter.paint(picture)
        made.setDevicePixelRatio(self.devicePixelRatioF())
        return made

    def _paint_flying(self, painter: QPainter, share: float) -> None:
        """Paint data and landscape after a share of their way."""
        for pane, widget in self._flying.items():
            picture = self._at_end([pane])
            left, top, width, height = (self._ratio * length for length in pane.place)
            here = QRectF(left, top, width, height)
            ratio = picture.devicePixelRatioF()
            source = QRectF(here.topLeft() * ratio, here.size() * ratio)
            here.translate(self._room.topLeft())
            room = QRectF(widget.rect())
            room.moveTopLeft(QPointF(self.mapFromGlobal(widget.mapToGlobal(QPoint()))))
            size = here.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            way = room.center() - here.center()
            now = QRectF(QPointF(), here.size() + (size - here.size()) * share)
            now.moveCenter(here.center() + way * share)
            painter.drawPixmap(now, picture, source)


def _dropping(picture: FilmPicture, seconds: float) -> FilmPicture:
    """Return a picture whose points fall in from above in turn; its texts are left out."""
    data, *others = picture.panes
    marks: Marks = {}
    bottom, top = data.sight[2:]
    for key, mark in data.marks.items():
        if isinstance(mark, Points):
            y = np.asarray(mark.y)
            falls = [_fall(seconds - _LATER * row) * (top - bottom) for row in range(len(y))]
            marks[key] = replace(mark, y=y + falls)
        elif not isinstance(mark, Text):
            marks[key] = mark
    pane: Pane = replace(data, marks=marks)
    return replace(picture, panes=(pane, *others))


def _fall(seconds: float) -> float:
    """Return the height of a point above its place, from 1 to 0, in free fall."""
    share = min(max(seconds, 0.0) / (_DROP / 2), 1.0)
    return 1 - share * share
