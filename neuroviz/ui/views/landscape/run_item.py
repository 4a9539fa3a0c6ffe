"""The run on a landscape: path, start, minimum, −gradient, next step and ball; the step under the pointer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QTransform

from neuroviz.core.landscape.path import Path
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.landscape.run_marks import RunMarks
from neuroviz.pictures.run_styles import run_style
from neuroviz.ui.canvas.pixels import PixelItem, in_pixels
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.palettes import DARK_INK, LIGHT_INK
from neuroviz.ui.theme.run_shapes import placed, run_colour

BALL = 7.0
"""Radius of the ball, in pixels."""
_HEAD = 9.0
_PATH = 2.0
_OTHER = (3.6, 1.8)
_OTHER_BALL = 5.5
"""Rim, line and radius of the ball of another run."""
_DASHES = (3.0, 2.5)
_LONG = 3.0
"""A path so many times as long as it is far across is a zigzag: its lines would cover each other and the map."""


@dataclass(frozen=True)
class _Inks:
    """The colours of a path, and how wide its rim and its line are, in pixels."""

    rim: QColor
    line: QColor
    rim_width: float = 4.2
    width: float = 2.0


class RunItem(PixelItem):
    """Draws the marks of a run, light with a dark rim, so that they are seen on every colour.

    Beside others, which have colours of their own, its path has the accent's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(20)
        self.marks: RunMarks | None = None
        self.theme: Theme | None = None

    def show_marks(self, marks: RunMarks | None, theme: Theme) -> None:
        """Show a run, or none; the ball has the accent's colour."""
        self.marks = marks
        self.theme = theme
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw everything, the ball last."""
        if self.marks is None or self.theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = self.marks
        for other in marks.others:
            inks = _inks(run_colour(other.slot, self.theme), self.theme, *_OTHER)
            self._paint_path(painter, in_pixels(to_pixels, other.path), other.on, inks)
        for other in marks.others:
            at = in_pixels(to_pixels, other.path[-1])
            _ball(painter, at, _OTHER_BALL, run_style(other.slot).shape, run_colour(other.slot, self.theme))
        inks = _inks(self.theme.accent, self.theme) if marks.others else _Inks(DARK_INK, LIGHT_INK)
        path = in_pixels(to_pixels, marks.path)
        self._paint_path(painter, path, marks.on, inks)
        if len(path) > 1:
            _square(painter, path[0], 4.0)
        self._paint_marks(painter, marks, to_pixels)
        ball = in_pixels(to_pixels, marks.ball)
        for vector, dashed in ((marks.share, True), (marks.down, False)):
            if vector is not None and vector.any():
                _arrow(painter, ball, in_pixels(to_pixels, marks.ball + vector), dashed=dashed)
        _ball(painter, ball, BALL, marks.shape, self.theme.accent)

    def _paint_path(self, painter: QPainter, path: Floats, on: Bools, inks: _Inks) -> None:
        kept = _distinct(path)
        path = path[kept]
        on = on[kept]
        if len(path) < 2:
            return
        solid = np.append(on[1:] & on[:-1], False)
        long = float(np.hypot(*np.diff(path, axis=0).T).sum()) > _LONG * float(np.hypot(*np.ptp(path, axis=0)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for connect, dashes in ((solid, None), (~solid, _DASHES)):
            if connect[:-1].any():
                line = arrayToQPath(path[:, 0], path[:, 1], connect=connect, finiteCheck=False)
                if not long:
                    painter.strokePath(line, _pen(inks.rim, inks.rim_width, dashes))
                painter.strokePath(line, _pen(inks.line, inks.width / (1 + long), dashes))

    def _paint_marks(self, painter: QPainter, marks: RunMarks, to_pixels: QTransform) -> None:
        """Draw minimum, next step and the step under the pointer."""
        if marks.minimum is not None:
            cross(painter, _point(in_pixels(to_pixels, marks.minimum)), hollow=not marks.minimum_on)
        if marks.following is not None:
            ball, place = (in_pixels(to_pixels, point) for point in (marks.ball, marks.following))
            _line(painter, ball, place, dashed=True)
            _ring(painter, place, 5.0)
        if marks.looked_at is not None:
            _ring(painter, in_pixels(to_pixels, marks.looked_at), 8.0)


def _distinct(path: Floats) -> NDArray[np.intp]:
    """Return which points (k,) of a path in pixels differ from the one before; first and last are among them."""
    rounded = np.round(path)
    moved = (rounded[1:] != rounded[:-1]).any(axis=1)
    moved[-1:] = True
    return np.flatnonzero(np.append(True, moved))


def _pen(colour: QColor, width: float, dashes: tuple[float, ...] | None = None) -> QPen:
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    if dashes:
        # A pattern counts in widths of its pen, and both pens are to have the same one.
        pen.setDashPattern([dash * _PATH / width for dash in dashes])
    return pen


def _point(place: Floats) -> QPointF:
    return QPointF(float(place[0]), float(place[1]))


def _line(painter: QPainter, start: Floats, end: Floats, *, dashed: bool) -> None:
    line = QLineF(_point(start), _point(end))
    for colour, width in ((DARK_INK, 3.4), (LIGHT_INK, 1.6)):
        painter.setPen(_pen(colour, width, _DASHES if dashed else None))
        painter.drawLine(line)


def _arrow(painter: QPainter, start: Floats, end: Floats, *, dashed: bool) -> None:
    length = math.hypot(*(end - start))
    if length < 1:
        return
    along = (end - start) / length
    back = end - min(_HEAD, length) * along
    side = np.array((-along[1], along[0])) * min(_HEAD, length) * 0.45
    _line(painter, start, back, dashed=dashed)
    painter.setPen(_pen(DARK_INK, 1))
    painter.setBrush(DARK_INK if dashed else LIGHT_INK)
    painter.drawPolygon(QPolygonF([_point(end), _point(back + side), _point(back - side)]))


def _inks(colour: str, theme: Theme, rim_width: float = 4.2, width: float = 2.0) -> _Inks:
    """Return a run's own colour with a rim that it stands out from, as it does from the theme's cards."""
    return _Inks(DARK_INK if theme.name == "dark" else LIGHT_INK, QColor(colour), rim_width, width)


def _ball(painter: QPainter, at: Floats, radius: float, shape: str, colour: str) -> None:
    outline = placed(shape, _point(at), radius)
    painter.strokePath(outline, _pen(DARK_INK, 4))
    painter.setBrush(QBrush(QColor(colour)))
    painter.setPen(_pen(LIGHT_INK, 2))
    painter.drawPath(outline)


def _ring(painter: QPainter, at: Floats, radius: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((DARK_INK, 3.6), (LIGHT_INK, 1.8)):
        painter.setPen(_pen(colour, width))
        painter.drawEllipse(_point(at), radius, radius)


def _square(painter: QPainter, at: Floats, half: float) -> None:
    painter.setPen(_pen(DARK_INK, 1.2))
    painter.setBrush(LIGHT_INK)
    painter.drawRect(QRectF(float(at[0]) - half, float(at[1]) - half, 2 * half, 2 * half))


def cross(painter: QPainter, at: QPointF, *, hollow: bool) -> None:
    """Draw the cross of a minimum: light in a dark rim, and hollow where it is off the plane."""
    pens = ((LIGHT_INK, 4.6), (DARK_INK, 2.4)) if hollow else ((DARK_INK, 4.4), (LIGHT_INK, 2.2))
    for colour, width in pens:
        painter.setPen(QPen(colour, width))
        for rise in (6.0, -6.0):
            corner = QPointF(6.0, rise)
            painter.drawLine(at - corner, at + corner)


_REACH = 8.0
"""Pixels from the path within which the pointer is on it."""


class PathPointer(QObject):
    """Finds the step, and says when it has become another.

    Attributes
    ----------
    inside
        Whether the pointer has moved over the plot and not left it again.
    """

    step_changed = Signal(object)
    """The step (int) under the pointer, None when there is none any more."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.inside = False
        self._step: int | None = None

    def step_at(self, point: QPointF, path: Path | None, marks: RunMarks | None) -> int | None:
        """Return the step at a point of the plane, None if it is off the path.

        Parameters
        ----------
        point
            In coordinates of the plane.
        path
            Path whose rows may be pointed at; None until there is one.
        marks
            Where these rows are drawn on the plane; None until they are.
        """
        self.inside = True
        if path is None or marks is None:
            return None
        to_pixels = self._plot.box.childTransform()
        at = in_pixels(to_pixels, np.array((point.x(), point.y())))
        return nearest_step(path, in_pixels(to_pixels, marks.path), at, _REACH)

    def leave(self) -> None:
        """Forget the step: the pointer has gone."""
        self.inside = False
        self.show(None)

    def show(self, step: int | None) -> None:
        """Remember the step under the pointer, and say so where it is another one."""
        if step != self._step:
            self._step = step
            self.step_changed.emit(step)


def nearest_step(path: Path, places: Floats, at: Floats, reach: float) -> int | None:
    """Return the step of a path that is nearest to a place, None if it is out of reach.

    Parameters
    ----------
    path
        Gives the step of each row, (m,).
    places
        (m, 2): where its rows stand, in pixels.
    at
        (2,): the place, in pixels.
    reach
        Greatest distance in pixels that still counts.
    """
    if len(places) == 1:
        places = np.vstack((places, places))
        steps = np.repeat(path.steps, 2)
    else:
        steps = path.steps
    start = places[:-1]
    along = np.diff(places, axis=0)
    length = np.maximum((along**2).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip(((at - start) * along).sum(axis=1) / length, 0, 1)
    away = np.hypot(*(start + share[:, None] * along - at).T)
    nearest = int(away.argmin())
    if away[nearest] > reach:
        return None
    return round(float(steps[nearest] + share[nearest] * (steps[nearest + 1] - steps[nearest])))
