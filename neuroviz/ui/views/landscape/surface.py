"""The landscape as a surface, which is turned by mouse and keyboard."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from neuroviz.core.landscape.relief import HEIGHT, VIEWS, View, floor_corners, project
from neuroviz.core.numbers import printed
from neuroviz.core.slices import CostLimiter
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.landscape.run_marks import PathAhead
from neuroviz.pictures.landscape.scene import LandscapeScene, under_ball
from neuroviz.pictures.landscape.surface import SurfaceScene, name_places
from neuroviz.pictures.marks import Curve, Marks, Text
from neuroviz.pictures.palette import Palette
from neuroviz.ui.canvas.card import PlotReading
from neuroviz.ui.canvas.handles import HandlesItem, in_pixels
from neuroviz.ui.canvas.motion import RESTED, Ease
from neuroviz.ui.canvas.painted_marks import boxes_of, paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import named
from neuroviz.ui.theme.read_aloud import ReadPlot
from neuroviz.ui.views.landscape.relief_picture import relief_picture

_TURN = 5.0
_BY_MOUSE = 0.5
"""Degrees for a press of a key, and for a pixel of the mouse."""
_STEEPEST = 90.0
_ACROSS = 2**0.5
_REACH = 1.06 * _ACROSS
_DEEP = 1.0 * _ACROSS
"""How far the box, the texts at the left and those below reach from the centre, in units of the
box, however it is turned."""
_WIDER = 2.0
"""In a wide card the box may be drawn up to this many times as wide as it is."""
_GAP, _RIGHT, _ABOVE = 4.0, 12.0, 8.0
"""Pixels beside the texts at the left, at the right edge and at the top."""
_DOT, _BESIDE_BALL = 6.0, 120.0
"""Pixels of a piece of the path that words at the ball keep clear of, and how far they reach."""
_LAST_STEPS, _PIECES = 12, 81
"""Lines of a path, from its end, that they keep clear of, and pieces of each."""
_DROP = 1.5
"""Lines of text between the numbers and the names of the axes below, where there is room for
them."""
_SWING = 300
"""Milliseconds of a swing to another view."""
_ROUGH = 0.5
"""Pixels of the surface for one of the widget, while it moves."""
_SHARE = 0.05
"""Share of the time that the surface under a moving run may take."""
_KEYS = {
    Qt.Key.Key_Left: (-_TURN, 0.0),
    Qt.Key.Key_Right: (_TURN, 0.0),
    Qt.Key.Key_Up: (0.0, _TURN),
    Qt.Key.Key_Down: (0.0, -_TURN),
}


class SurfaceCanvas(QWidget):
    """Draws a map of losses as a surface, with path and ball at the height of their losses."""

    read_by = ReadPlot
    turned = Signal()
    """It is seen from another side or in another size, or its numbers need other room."""

    reading: PlotReading | None = None
    quiet = False
    """Whether the surface's colours are pale, so that the runs' colours stand out."""
    _turned = _looked = False
    _map: LossMap | None = None
    _scene: LandscapeScene | None = None
    _runs = True
    _ahead: PathAhead | None = None
    handles: HandlesItem | None = None
    """Draws the handles on it."""
    _from: QPointF | None = None
    _moving = False
    _picture: QPixmap | None = None
    _made_of: object = None
    _left: QPixmap | None = None
    """The picture of the ground before, while it fades."""
    _came = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.buttons = QSize()
        """Size of the buttons that name the axes; empty if the names are part of the picture."""
        self.colours: dict[str, str | None] = {}
        """Name of an axis -> its colour, if it has one of its own."""
        named(self, "surface", "Loss surface: the arrow keys turn it")
        self.setToolTip("Drag to turn, or press the arrow keys; Home turns it back")
        self.setProperty("tells_itself", True)  # the ball is dragged elsewhere
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # An opaque widget spares painting what is under it at every frame.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.azimuth, self.elevation = VIEWS[0]
        self.covered: list[QRectF] = []
        """The boxes of buttons on it, in its pixels."""
        self._taken_told = QRegion()
        """The region of box and texts when ``turned`` was last emitted for it."""
        self._pace = CostLimiter(_SHARE)
        self.numbers: list[QRectF] = []
        """The boxes of texts in that picture."""
        self._placed: tuple[object, QTransform] = (None, QTransform())
        self._fade = Ease(self, self._show_fade)
        self._way = VIEWS[0], VIEWS[0]
        """The views between which it swings."""
        self._swing = Ease(self, self._show_swing, _SWING)

    def described(self) -> str:
        """Return what is read aloud: the handle with the keyboard, or else the reading."""
        reading = self.reading.said if self.reading else ""
        return self.accessibleDescription() or reading or self.toolTip()

    @property
    def view(self) -> View:
        """Azimuth and elevation of the viewer, in degrees."""
        return self.azimuth, self.elevation

    def sizeHint(self) -> QSize:
        """Prefer the size of a plot."""
        return QSize(200, 150)

    def show_surface(
        self,
        loss_map: LossMap | None,
        scene: LandscapeScene | None,
        ahead: PathAhead | None = None,
        *,
        runs: bool = True,
        moving: bool = False,
    ) -> None:
        """Show the losses over a plane, with the runs on it or without.

        Without a map or a scene nothing is shown. Under a moving run the surface follows for a
        small share of the time, but at once if the ranges have changed. At first, at rest, and when
        a hill would hide the ball, the view swings to where the path is seen best, unless a person
        has turned it.
        """
        shown = self._map
        both = None if loss_map is None or shown is None else (loss_map.extent, shown.extent)
        other_ranges = both is not None and both[0] != both[1]
        # If the ranges were not followed, a run that leaves them would not be visible.
        follows = not moving or both is None or other_ranges or self._pace.due()
        if follows:
            if other_ranges:
                self._leave()
            self._map = loss_map
        self._scene = scene
        self._runs = runs
        self._ahead = ahead
        self._moving = moving
        surface = self._surface
        hidden = follows and surface is not None and surface.hill_hides_ball
        if not moving or not self._looked or hidden:
            self._look_from_the_best()
        if not moving or other_ranges:
            taken = self.taken
            if taken != self._taken_told:
                self._taken_told = taken
                self.turned.emit()
        self.update()

    def show_ahead(self, ahead: PathAhead | None) -> None:
        """Show another path of the ghost, or none, while all else stays."""
        self._ahead = ahead
        self.update()

    def forget(self) -> None:
        """Show nothing of the run before, and choose a new view for the next one."""
        self._map = self._scene = None
        self._turned = self._looked = False
        self._taken_told = QRegion()

    def turn(self, azimuth: float, elevation: float) -> None:
        """Turn by some degrees; the viewer stays above the ground."""
        self.azimuth = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        self.elevation = min(max(self.elevation + elevation, 0.0), _STEEPEST)
        self._turned = True
        self.turned.emit()
        self.update()

    def _look_from_the_best(self) -> None:
        surface = self._surface
        if self._turned or surface is None:
            return
        before = self._way[1] if self._swing.going else self.view
        best = surface.best_view(before if self._looked else None)
        if not self._looked or self._picture is None:  # the old view was not seen by anyone
            self._swing.stop()
            self._way = best, best
            self._show_swing(1.0)
        elif best != before:
            self._way = self.view, best
            self._swing.begin()
        self._looked = True

    def _show_swing(self, share: float) -> None:
        """Show it on the shorter way from one view to another."""
        begun, end = self._way
        across = (end[0] - begun[0] + 180.0) % 360.0 - 180.0
        self.azimuth = (begun[0] + share * across + 180.0) % 360.0 - 180.0
        self.elevation = begun[1] + share * (end[1] - begun[1])
        if share == 1:
            self.azimuth, self.elevation = end
        self.turned.emit()
        self.update()

    def _leave(self) -> None:
        """Let the ground fade over what comes next, unless another change came just before.

        The runs do not fade: they are at once where they are now.
        """
        last = self._came
        self._came = time.perf_counter()
        if self.isVisible() and self._picture is not None and self._came - last > RESTED:
            self._left = self._picture
            self._fade.begin()

    def _show_fade(self, share: float) -> None:
        if share == 1:
            self._left = None
        self.update()

    @property
    def _surface(self) -> SurfaceScene | None:
        """The scene; None without a map or a scene."""
        if self._map is None or self._scene is None:
            return None
        return _seen_from(self._scene, self._map, *self.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Emit ``turned`` for a new size, even if it is the card's layout that has changed it."""
        super().resizeEvent(event)
        self.turned.emit()

    # --- turning ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys; Home turns it back."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self._turned = self._looked = False
            self._look_from_the_best()
            self.update()
        elif key in _KEYS:
            self.turn(*_KEYS[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it with the pointer."""
        if self._from is not None:
            moved = event.position() - self._from
            self._from = event.position()
            self.turn(-_BY_MOUSE * moved.x(), _BY_MOUSE * moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop turning it."""
        self._from = None
        self.update()  # drawn fine again at rest

    # --- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface, and the runs on it."""
        painter = QPainter(self)
        surface = self._surface
        if surface is None or self.rect().isEmpty():
            painter.fillRect(event.rect(), themes.now.card)
            return
        # At a scale of 1.4 the picture does not reach the last pixels of the widget.
        painter.setPen(QPen(QColor(themes.now.card), 2))
        painter.drawRect(self.rect())
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.drawPixmap(0, 0, self._kept(surface))
        if self._left is not None:
            painter.setOpacity(1 - self._fade.currentValue())
            painter.drawPixmap(0, 0, self._left)
            painter.setOpacity(1.0)
        painter.setFont(themes.numeric_font())
        if self._runs:
            marks = self.run_marks
            boxes = partial(
                boxes_of,
                to_pixels=self._to_pixels(),
                right_end=self.width(),
            )
            said = [*boxes({key: mark for key, mark in marks.items() if isinstance(mark, Text)})]
            for number in self.numbers:  # a number gives way if neither has another place
                if any(map(number.intersects, said)):
                    painter.fillRect(number, themes.now.card)
            paint_marks(painter, marks, self._to_pixels())
            if self.handles is not None:
                covered = chain(self.covered, self.numbers, boxes(marks), self._way_to_ball(marks))
                self.handles.paint_handles(painter, QRectF(self.rect()), covered)
        if self.hasFocus():
            themes.paint_focus(painter, self.rect())

    @property
    def run_marks(self) -> Marks:
        """The marks of the runs, as they are painted."""
        surface = self._surface
        if surface is None:
            return {}
        palette = self._palette
        metrics = _metrics()
        to_pixels = self._to_pixels()
        digit = metrics.horizontalAdvance("0")
        line = metrics.height()
        letter = digit / to_pixels.m11(), -line / to_pixels.m22()
        to_paper = to_pixels.inverted()[0]
        ends = to_paper.map(QPointF(0, 0)).x(), to_paper.map(QPointF(self.width(), 0)).x()
        boxes = [to_paper.mapRect(box) for box in (*self.covered, *self.numbers)]
        taken = tuple((box.left(), box.right(), box.top(), box.bottom()) for box in boxes)
        marks = _runs_of(surface, palette, letter=letter, ends=ends, taken=taken)
        if self._ahead is None:
            return marks
        return under_ball(marks, surface.ahead_marks(self._ahead, palette))

    @property
    def _palette(self) -> Palette:
        palette = themes.now.palette
        return palette.quiet if self.quiet else palette

    def _kept(self, surface: SurfaceScene) -> QPixmap:
        """Return the picture of all but the runs, drawn again only if something has changed."""
        ratio = self.devicePixelRatioF()
        rough = self._moving or self._from is not None or self._swing.going
        place = (self.view, self.size().toTuple(), ratio, themes.now, self.quiet)
        made_of = (surface.loss_map, surface.scene.names, *place, rough)
        # A rough picture is for what moves; if nothing has changed, the fine one stays.
        if self._picture is None or (
            made_of != self._made_of and (*made_of[:-1], False) != self._made_of
        ):
            fine = _ROUGH if rough else ratio
            with self._pace:
                self._picture = picture_of(
                    lambda painter: self._paint_ground(painter, surface, fine),
                    self.size(),
                    ratio,
                    themes.now.card,
                )
                self._made_of = made_of
        return self._picture

    def _paint_ground(self, painter: QPainter, surface: SurfaceScene, fine: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        to_pixels = self._to_pixels()
        ground = relief_picture(
            surface.loss_map.relief, self.view, to_pixels, self.size(), fine, self._palette
        )
        painter.drawImage(QRectF(self.rect()), ground)
        lines: Marks = dict(enumerate(surface.lines(self._palette)))
        paint_marks(painter, lines, to_pixels)
        painter.setFont(themes.numeric_font())
        self._paint_texts(painter, surface)

    def on_paper(self, points: Floats) -> Floats:
        """Return the pixels (…, 2) in the widget of points (…, 3) of the box."""
        return in_pixels(self._to_pixels(), project(points, *self.view)[0])

    @property
    def ball(self) -> QPointF | None:
        """Where the ball is seen, in pixels of the widget; None where there is none."""
        surface = self._surface
        if surface is None or not self._runs:
            return None
        return QPointF(*self.on_paper(surface.ball).tolist())

    @property
    def ball_is_behind(self) -> bool:
        """Whether the surface hides the ball."""
        surface = self._surface
        return surface is not None and surface.ball_is_hidden

    def plane_point(self, place: QPointF) -> tuple[float, float]:
        """Return the coordinates of the ground that is seen at a place in pixels of the widget."""
        surface = self._surface
        assert surface is not None
        seen = self._to_pixels().inverted()[0].map(place)
        ground = surface.loss_map.relief.place_at(*seen.toTuple(), self.view)
        return surface.box.plane_point(*ground)

    def middles_of_axes(self) -> tuple[QPointF, QPointF]:
        """Return the places of the names of both axes, in pixels of the card."""
        drop = QPointF(self.pos()) + QPointF(0, _DROP * _metrics().height())
        first, second = (
            QPointF(*self.on_paper(place).tolist()) + drop for place in name_places(self.azimuth)
        )
        return first, second

    @property
    def taken(self) -> QRegion:
        """The region of box and texts, with a gap beside these, in pixels of the card."""
        surface = self._surface
        if surface is None:
            return QRegion()
        floor = floor_corners(self.azimuth)
        outline = np.vstack((floor[:2], floor[1:] * (1, 1, -1), floor[3:]))
        corners = self.on_paper(outline).round().astype(int).tolist()
        region = QRegion([QPoint(*corner) for corner in corners])
        for box, _ in self._texts(surface):
            region += QRegion(box.adjusted(-_GAP, 0, _GAP, 0).toAlignedRect())
        return region.translated(self.pos())

    def _to_pixels(self) -> QTransform:
        """Return the transform by which the box and its texts fill the widget.

        Names that are buttons stand below the box, or beside it where it can be larger that way.
        """
        size = self.size().toTuple()
        letters = themes.point_size()
        made_of = self._map, *self.view, size, self.buttons.toTuple(), letters
        if made_of != self._placed[0]:
            self._placed = made_of, self._fitted()
        return self._placed[1]

    def _fitted(self) -> QTransform:
        room = self._room()
        slope = math.radians(self.elevation)
        above = _ACROSS * math.sin(slope) + HEIGHT * math.cos(slope)
        below = _DEEP * math.sin(slope) + HEIGHT * math.cos(slope)
        line = _metrics().height()
        sizes = []
        for under, beside in ((self.buttons.height(), 0), (0, 2 * self.buttons.width())):
            free = max(self.height() - _ABOVE - line - max(under, 0), 1.0)
            widest = max(self.width() - room - _RIGHT - max(beside, 0), 1.0) / (2 * _REACH)
            sizes.append((min(free / (above + below), widest), widest, free))
        high, widest, free = max(sizes)
        wide = min(widest, _WIDER * high)
        middle = max(self.width() / 2, room + _REACH * wide)
        spare = (free - (above + below) * high) / 2
        return QTransform(wide, 0, 0, -high, middle, _ABOVE + spare + above * high)

    def _room(self) -> float:
        """Return the width of the texts at the left, in pixels."""
        if self._map is None:
            return 0.0
        texts = (
            "loss (log)",
            *(printed(loss, 3) for loss in (self._map.scale.low, self._map.scale.high)),
        )
        return max(_metrics().horizontalAdvance(text) for text in texts) + 2 * _GAP

    def _paint_texts(self, painter: QPainter, surface: SurfaceScene) -> None:
        """Write names and ends of the two axes in front, and the ends of the height at the left."""
        self.numbers = []
        for box, text in self._texts(surface):
            self.numbers.append(box)
            painter.setPen(self.colours.get(text) or themes.now.muted)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)

    def _way_to_ball(self, marks: Marks) -> Iterator[QRectF]:
        """Yield boxes on the path near the ball, in pixels of the widget."""
        ball = self.ball
        for key, mark in marks.items():
            of_path = isinstance(key, tuple) and key[0] == "path"
            if ball is None or not (of_path and isinstance(mark, Curve)):
                continue
            way = in_pixels(self._to_pixels(), np.array((mark.x, mark.y)).T)
            way = way[np.isfinite(way).all(axis=1)][-1 - _LAST_STEPS :]
            share = np.linspace(0.0, 1.0, _PIECES)[:, None, None]
            places = (way[:-1] * (1.0 - share) + way[1:] * share).reshape(-1, 2)
            near = np.hypot(*(places - ball.toTuple()).T) < _BESIDE_BALL
            # While a run goes most of the last steps are in one place, which is told once.
            for x, y in set(map(tuple, np.floor(places[near] / _DOT).tolist())):
                yield QRectF(x * _DOT, y * _DOT, _DOT, _DOT)

    def _texts(self, surface: SurfaceScene) -> Iterator[tuple[QRectF, str]]:
        """Yield the boxes and the texts, each text below its place or to its left.

        The ends of an axis begin or end there, so that no corner of theirs is under the box. Where
        the box is lower than two lines, the upper loss stands higher, not over the lower one.
        """
        metrics = _metrics()
        height = metrics.height()
        names = surface.scene.names
        above = math.inf
        told = list(surface.texts_in_box())
        places = self.on_paper(np.array([place for place, _, _ in told])).tolist()
        nearest = self.on_paper(floor_corners(self.azimuth)[0])[0]
        for (x, y), (_, text, drop) in zip(places, told, strict=True):
            width = metrics.horizontalAdvance(text)
            left = x - width / 2 if drop > 0 else x - width - _GAP
            top = y + (drop - 0.5) * height
            if drop <= 0:
                above = top = min(top, above - height)
            if drop > 0 and text not in names:
                left = max(x - width, 0.0) if x < nearest else min(x, self.width() - width)
            if self.buttons.isEmpty() or text not in names:
                yield QRectF(left, top, width, height), text
        name = "loss (log)" if surface.scale.log else "loss"  # on paper the title says this
        width = metrics.horizontalAdvance(name)
        yield QRectF(x - width - _GAP, top - height, width, height), name


_seen_from = lru_cache(maxsize=2)(SurfaceScene)
_runs_of = lru_cache(maxsize=2)(SurfaceScene.runs)
"""The scene, and the marks of its runs: kept, as both are asked for often while nothing changes."""


def _metrics() -> QFontMetricsF:
    return QFontMetricsF(themes.numeric_font())
