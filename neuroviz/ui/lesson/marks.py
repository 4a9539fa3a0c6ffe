"""What a person puts into a plot as an answer: a curve that is drawn, a place that is clicked."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from neuroviz.core.numbers import printed
from neuroviz.core.types import Floats, Line
from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ENTER

_POINTS = 81
_KNOTS = 9
"""Places on the curve that the arrow keys go to."""
_ENOUGH = 0.9
"""Share of the epochs over which a curve must be drawn at least."""
_RISE = 0.04
"""Share of an axis by which an arrow key moves."""
_EDGE = 0.05
"""Share of the page from its edge to a label, and half the distance from label to label."""
_UPWARDS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
_SIDEWAYS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_ABOVE = 40
_BELOW = -1
"""Z-values of the marks, above the plot's own items, and of the shade, below them."""
_SHADE = 150
"""Opacity of the shade, of 255."""
_ASIDE = 12.0
"""Pixels from a point to its name."""


class AnswerMarks(QObject):
    """Watches the mouse and the keys of a plot while an answer in it is wanted."""

    changed = Signal()
    """Something was put into the plot, or removed from it."""
    entered = Signal()
    """Enter was pressed: what is in the plot is the answer."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.plot = plot
        self._wanted = True
        self._holds = False
        self._curve = pg.PlotCurveItem(connect="finite")
        self._points = pg.ScatterPlotItem()
        self._names = PaintedMarks(font=themes.text_font())
        for z, item in enumerate((self._curve, self._points, self._names), _ABOVE):
            item.setZValue(z)
            plot.addItem(item)
        plot.viewport().installEventFilter(self)
        plot.installEventFilter(self)
        plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.apply_theme()

    def apply_theme(self) -> None:
        """Draw in the present theme."""
        theme = themes.now
        pen = themes.pen(theme.ink, 2, self.plot)
        pen.setDashPattern([4, 3])
        self._curve.setPen(pen)
        self._points.setPen(themes.pen(theme.ink, 2, self.plot))
        self._points.setBrush(pg.mkBrush(theme.card))
        self.show()

    def show(self) -> None:
        """Draw what was put in."""

    def _name(self, places: list[tuple[str, float, float]]) -> None:
        """Write one or two names, each to the right of its point (x, y) and in its own colour."""
        ground = themes.now.card
        colours = themes.now.ink, themes.now.accent
        self._names.show_marks(
            {
                name: Text(x, y, name, colour, ground=ground, aside=_ASIDE)
                for (name, x, y), colour in zip(places, colours, strict=False)
            }
        )

    def change(self) -> None:
        """Draw what is in the plot now, and emit ``changed``."""
        self.show()
        self.changed.emit()

    def settle(self) -> None:
        """Accept nothing more: the answer is given, and stays on the screen."""
        self._wanted = False
        self.plot.viewport().unsetCursor()
        self.show()

    def remove(self) -> None:
        """Restore the plot."""
        self.settle()
        self.plot.viewport().removeEventFilter(self)
        self.plot.removeEventFilter(self)
        for item in (self._curve, self._points, self._names):
            self.plot.removeItem(item)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the left button and the arrow keys while an answer is wanted."""
        if not self._wanted:
            return False
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and watched is self.plot
        ):
            return self._on_key(Qt.Key(event.key()))
        if isinstance(event, QMouseEvent) and watched is self.plot.viewport():
            return self._on_mouse(event)
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() != Qt.MouseButton.LeftButton:
                return False
            self._holds = True
            self.plot.setFocus(Qt.FocusReason.MouseFocusReason)
            self.put(self.plot.point_at(event.position()), first=True)
            return True
        if kind == QEvent.Type.MouseMove and self._holds:
            self.put(self.plot.point_at(event.position()), first=False)
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._holds:
            self._holds = False
            return True
        return False

    def _on_key(self, key: Qt.Key) -> bool:
        if key in ENTER:
            self.entered.emit()
            return True
        if key not in _UPWARDS and key not in _SIDEWAYS:
            return False
        self.move(_SIDEWAYS.get(key, 0), _UPWARDS.get(key, 0))
        return True

    def put(self, point: QPointF, *, first: bool) -> None:
        """Take a point of the plot; ``first`` says that it begins a stroke."""
        raise NotImplementedError

    def move(self, sideways: int, upwards: int) -> None:
        """Move by one press on an arrow key."""
        raise NotImplementedError


class DrawnCurve(AnswerMarks):
    """A loss curve, drawn with the mouse from left to right.

    With the arrow keys it is bent at some of its epochs.

    Parameters
    ----------
    plot
        The plot that it is drawn in.
    epochs
        The last epoch; the first one is 0.
    start
        The loss at epoch 0, where the curve begins.
    page
        Least and greatest loss on the page; strokes stay between them.
    log
        Whether the axis is logarithmic.
    """

    def __init__(
        self,
        plot: Plot,
        epochs: int,
        start: float,
        page: tuple[float, float],
        *,
        log: bool,
    ) -> None:
        self._epochs = np.linspace(0, epochs, _POINTS)
        self._log = log
        self._bottom, self._top = (self._height(loss) for loss in page)
        self._start = self._height(start)
        self._heights = np.full(_POINTS, np.nan)
        self._heights[0] = self._start
        self._knots: Floats | None = None
        self._knot = 1
        self._last: tuple[float, float] | None = None
        self._truth: Line | None = None
        self._gap = QGraphicsPathItem()
        self._gap.setPen(QPen(Qt.PenStyle.NoPen))
        self._gap.setZValue(_BELOW)
        plot.addItem(self._gap)
        super().__init__(plot)

    def apply_theme(self) -> None:
        """Draw in the present theme."""
        shade = QColor(themes.now.warn.background)
        shade.setAlpha(_SHADE)
        self._gap.setBrush(shade)
        super().apply_theme()

    def remove(self) -> None:
        """Restore the plot."""
        self.plot.removeItem(self._gap)
        super().remove()

    def fit(self) -> None:
        """Show the whole page, whatever the run does."""
        self.plot.following = False
        margin = 0.02 * self._epochs[-1]
        bottom = self._bottom if self._log else self._bottom - 0.02 * self._top
        self.plot.box.setRange(
            xRange=(-margin, self._epochs[-1] + margin), yRange=(bottom, self._top), padding=0
        )

    @property
    def answer(self) -> CurveAnswer | None:
        """The curve; None as long as too little of it is drawn."""
        drawn = np.flatnonzero(np.isfinite(self._heights))
        if len(drawn) < _ENOUGH * _POINTS:
            return None
        # A missing end continues at the last height.
        heights = np.interp(self._epochs, self._epochs[drawn], self._heights[drawn])
        losses = 10**heights if self._log else heights
        return CurveAnswer(tuple(self._epochs.tolist()), tuple(losses.tolist()))

    def clear(self) -> None:
        """Clear the curve."""
        self._heights[1:] = np.nan
        self._knots = self._last = None
        self.change()

    def put(self, point: QPointF, *, first: bool) -> None:
        """Draw on to a point; a stroke replaces what was there, so that it can be corrected."""
        here = (
            min(max(point.x(), 0.0), float(self._epochs[-1])),
            min(max(point.y(), self._bottom), self._top),
        )
        before = here if first or self._last is None else self._last
        self._last = here
        self._knots = None
        (left, from_), (right, to) = sorted((before, here))
        step = self._epochs[1]
        between = (self._epochs >= left - step / 2) & (self._epochs <= right + step / 2)
        self._heights[between] = (
            np.interp(self._epochs[between], (left, right), (from_, to)) if right > left else to
        )
        self._heights[0] = self._start  # where the run is
        self.change()

    def move(self, sideways: int, upwards: int) -> None:
        """Go to another epoch, or bend the curve at the present one."""
        if self._knots is None:
            known = np.flatnonzero(np.isfinite(self._heights))
            places = np.linspace(0, _POINTS - 1, _KNOTS)
            self._knots = np.interp(places, known, self._heights[known])
        self._knot = min(max(self._knot + sideways, 1), _KNOTS - 1)
        moved = self._knots[self._knot] + upwards * _RISE * (self._top - self._bottom)
        self._knots[self._knot] = min(max(moved, self._bottom), self._top)
        self._heights = np.interp(
            np.arange(_POINTS), np.linspace(0, _POINTS - 1, _KNOTS), self._knots
        )
        self.change()

    def take(self, answer: CurveAnswer) -> None:
        """Show an answer that was given before, and accept no other."""
        self._heights = np.array([self._height(loss) for loss in answer.losses])
        self.settle()

    def compare(self, epochs: Floats, losses: Floats) -> None:
        """Shade the area between the drawn curve and the losses of the run.

        Both get a label in the middle, with its loss there.
        """
        self._truth = epochs, losses
        heights = [self._height(loss) for loss in losses]
        run = np.clip(heights, self._bottom, self._top)
        answer = self.answer
        assert answer is not None
        drawn = [self._height(answer.at(epoch)) for epoch in epochs]
        there = zip(epochs, drawn, strict=True)
        back = zip(epochs[::-1], run[::-1], strict=True)
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(*point) for point in (*there, *back)]))
        self._gap.setPath(path)
        self.show()

    def show(self) -> None:
        """Draw the curve, the place of the keys, and the comparison."""
        self._curve.setData(self._epochs, self._heights)
        if self._truth is not None:
            answer = self.answer
            assert answer is not None
            epoch = float(self._truth[0][-1] // 2)
            drawn = answer.at(epoch)
            loss = float(np.interp(epoch, *self._truth))
            heights = [self._height(drawn), self._height(loss)]
            inside = [y for y in heights if self._bottom <= y <= self._top]
            self._points.setData([epoch] * len(inside), inside, size=7)
            names = (f"you drew {printed(drawn, 3)}", f"the run {printed(loss, 3)}")
            named = zip(names, heights, self._apart(*heights), strict=True)
            self._name(
                [(name + self._beyond(height), epoch, place) for name, height, place in named]
            )
        elif self._knots is not None and self._wanted:
            place = self._epochs[-1] * self._knot / (_KNOTS - 1)
            self._points.setData([place], [self._knots[self._knot]], size=9)
        else:
            self._points.setData([], [])

    def _beyond(self, height: float) -> str:
        """Return an arrow towards a height beyond the page; empty for one on it."""
        return " ↑" if height > self._top else " ↓" if height < self._bottom else ""

    def _apart(self, some: float, other: float) -> tuple[float, float]:
        """Return heights of two labels, moved to be on the page and not to overlap."""
        edge = _EDGE * (self._top - self._bottom)
        low = self._bottom + edge
        high = self._top - edge
        some = min(max(some, low), high)
        other = min(max(other, low), high)
        middle = min(max((some + other) / 2, low + edge), high - edge)
        half = math.copysign(max(abs(some - other) / 2, edge), some - other)
        return middle + half, middle - half

    def _height(self, loss: float) -> float:
        return float(np.log10(max(loss, 1e-300))) if self._log else loss


class ClickedPlace(AnswerMarks):
    """A place, clicked with the mouse or reached with the arrow keys."""

    def __init__(self, plot: Plot, axes: tuple[int, int] = (0, 1)) -> None:
        self._place: QPointF | None = None
        self._axes = axes
        super().__init__(plot)
        self._points.setSymbol("+")
        self._points.setSize(18)

    @property
    def answer(self) -> PointAnswer | None:
        """The place; None as long as there is none."""
        if self._place is None:
            return None
        left, right, bottom, top = self.plot.sight
        width, height = self.plot.pixels()
        return PointAnswer(
            self._place.x(), self._place.y(), right - left, top - bottom, height / width, self._axes
        )

    def clear(self) -> None:
        """Remove the place."""
        self._place = None
        self.change()

    def take(self, answer: PointAnswer) -> None:
        """Show an answer that was given before, and accept no other."""
        self._place = QPointF(answer.x, answer.y)
        self.settle()

    def compare(self, x: float, y: float) -> None:
        """Draw a line from the place to the right one."""
        if self._place is not None:
            self._curve.setData([self._place.x(), x], [self._place.y(), y])

    def put(self, point: QPointF, *, first: bool) -> None:
        """Take the place under the pointer."""
        self._place = point
        self.change()

    def move(self, sideways: int, upwards: int) -> None:
        """Move the place; the first press begins at the centre of the plot."""
        left, right, bottom, top = self.plot.sight
        here = self._place or QPointF((left + right) / 2, (bottom + top) / 2)
        away = QPointF(sideways * _RISE * (right - left), upwards * _RISE * (top - bottom))
        self.put(here + away, first=True)

    def show(self) -> None:
        """Draw the place."""
        places = [] if self._place is None else [self._place.toTuple()]
        self._points.setData(pos=places)
        self._name([("you", x, y) for x, y in places])
