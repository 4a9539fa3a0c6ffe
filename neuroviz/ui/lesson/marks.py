"""What a person puts into a plot as an answer: a curve that is drawn, a place that is clicked."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from neuroviz.core.numbers import printed
from neuroviz.core.types import Floats, Line
from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.marks import Curve, Marker, Marks, Points, Polygons, Text
from neuroviz.pictures.palette import faded
from neuroviz.ui.canvas.painted_marks import PaintedMarks, boxes_of
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
_SHADE = 0.59
"""Opacity of the shade."""
_DASH = (4.0, 3.0)
_THICK = 2.0
"""Pixels of the width of a curve, and of the border of a point."""
_ASIDE = 12.0
"""Pixels from a point to its name."""
_DOT = 7.0
_HELD = 9.0
_PLACE = 18.0
"""Pixels of a point of a comparison, of that of the arrow keys, and of a place."""
Name = tuple[float, float, str]
"""A point (x, y), and the name to its right."""


class AnswerMarks(QObject):
    """Watches the mouse and the keys of a plot while an answer in it is wanted."""

    changed = Signal()
    """Something was put into the plot, or removed from it."""
    entered = Signal()
    """Enter was pressed: what is in the plot is the answer."""
    _holds = False
    _wanted = True

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.plot = plot
        self._shade = plot.addItem(PaintedMarks(_BELOW))
        self._painted = plot.addItem(PaintedMarks(_ABOVE, themes.text_font()))
        plot.viewport().installEventFilter(self)
        plot.installEventFilter(self)
        plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.show()
        themes.notifier.changed.connect(self.show)

    def show(self) -> None:
        """Draw what was put in, in the present theme."""
        raise NotImplementedError

    def _paint(
        self,
        curve: ArrayLike,
        points: ArrayLike,
        names: list[Name],
        marker: Marker = "o",
        size: float = _DOT,
    ) -> None:
        """Paint a curve (N, 2), points (k, 2), and up to two names, each in its own colour."""
        x, y = np.reshape(curve, (-1, 2)).T
        at, up = np.reshape(points, (-1, 2)).T
        ink = themes.now.ink
        ground = themes.now.card
        marks: Marks = {
            "curve": Curve(x, y, ink, dash=_DASH, width=_THICK),
            "points": Points(at, up, ground, marker, size=size, outline=ink, stroke=_THICK),
        }
        for place, colour in zip(names, (ink, themes.now.accent), strict=False):
            marks[place] = self._placed(Text(*place, colour, ground=ground, aside=_ASIDE))
        self._painted.show_marks(marks)

    def _placed(self, name: Text) -> Text:
        return name

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
        for item in (self._shade, self._painted):
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

    _knots: Floats | None = None
    _knot = 1
    _truth: Line | None = None
    _last: tuple[float, float] | None = None

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
        super().__init__(plot)

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
        self.show()

    def show(self) -> None:
        """Draw the curve, the place of the keys, and the comparison."""
        curve = np.column_stack((self._epochs, self._heights))
        if self._truth is not None:
            self._paint(curve, *self._compared(*self._truth))
        elif self._knots is not None and self._wanted:
            place = self._epochs[-1] * self._knot / (_KNOTS - 1)
            self._paint(curve, (place, self._knots[self._knot]), [], size=_HELD)
        else:
            self._paint(curve, [], [])

    def _compared(self, epochs: Floats, losses: Floats) -> tuple[ArrayLike, list[Name]]:
        """Shade the area up to the losses of the run; return points and names in its middle."""
        answer = self.answer
        assert answer is not None
        run = np.clip([self._height(loss) for loss in losses], self._bottom, self._top)
        drawn = [self._height(answer.at(epoch)) for epoch in epochs]
        area = np.column_stack((np.append(epochs, epochs[::-1]), np.append(drawn, run[::-1])))
        shade = faded(themes.now.warn.background, _SHADE)
        self._shade.show_marks({"gap": Polygons(area[np.newaxis], (shade,))})
        epoch = float(epochs[-1] // 2)
        middle = answer.at(epoch), float(np.interp(epoch, epochs, losses))
        heights = [self._height(loss) for loss in middle]
        edge = _EDGE * (self._top - self._bottom)
        low = self._bottom + edge
        places = spread(heights[::-1], 2 * edge, low, self._top - edge)[::-1]
        both = zip(("you drew", "the run"), middle, heights, places, strict=True)
        return [(epoch, y) for y in heights if self._bottom <= y <= self._top], [
            (epoch, place, f"{who} {printed(loss, 3)}{self._beyond(height)}")
            for who, loss, height, place in both
        ]

    def _beyond(self, height: float) -> str:
        """Return an arrow towards a height beyond the page; empty for one on it."""
        return " ↑" if height > self._top else " ↓" if height < self._bottom else ""

    def _height(self, loss: float) -> float:
        return float(np.log10(max(loss, 1e-300))) if self._log else loss


class ClickedPlace(AnswerMarks):
    """A place, clicked with the mouse or reached with the arrow keys."""

    _place: QPointF | None = None

    def __init__(self, plot: Plot, axes: tuple[int, int] = (0, 1)) -> None:
        self._right: list[tuple[float, float]] = []
        """The right place, once it is known."""
        self._axes = axes
        super().__init__(plot)

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
        self._right = [(x, y)]
        self.show()

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
        """Draw the place, and the line from it to the right one."""
        places = [] if self._place is None else [self._place.toTuple()]
        names = [(*place, "you") for place in places]
        self._paint([*places, *self._right], places, names, "P", _PLACE)

    def _placed(self, name: Text) -> Text:
        """Return a name at the right, the left, or above: where it covers least of the plot."""
        to_pixels = self._painted.sceneTransform()
        taken = [
            box
            for item in self.plot.box.addedItems
            if isinstance(item, PaintedMarks) and item is not self._painted and item.isVisible()
            for box in boxes_of(item.marks, to_pixels)
        ]

        def covers(way: Text) -> int:
            (own,) = boxes_of({"": way}, to_pixels)
            return sum(map(own.intersects, taken))

        return min((name, replace(name, aside=-_ASIDE), replace(name, raised=_ASIDE)), key=covers)
