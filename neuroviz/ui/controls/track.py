"""The slider over the strip of time: the playhead, and marks of what happened when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from neuroviz.core.choices.edits import Edit
from neuroviz.core.numbers import elided, measured
from neuroviz.core.types import Floats, Line
from neuroviz.pictures.marks import Text
from neuroviz.session.advice import Fact
from neuroviz.session.run import ListedRun
from neuroviz.ui.canvas.handles import paint_knob
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.canvas.pen import heights
from neuroviz.ui.canvas.plot import Plot, is_finite
from neuroviz.ui.controls.slider import Slider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import show_tip

RADIUS = 7.0
NO_CURVE: Line = (np.empty(0), np.empty(0))
_DIAMOND = 5.0
_LONGEST = 32
"""Most letters of a lane's name."""
_AXES = "Both axes are logarithmic: early epochs and small losses have as much room as others."
_TICK = 6.0
_COLUMNS = 16
_APART = 24.0
"""Pixels between the words about steps to come and any other words."""
_REACH = 8.0
"""Pixels from a mark within which the pointer is on it."""


class Track(Slider):
    """A slider over the plot: where the run stands, and what happened when.

    It draws the playhead and the marks, and turns places into steps.
    """

    pin_pressed = Signal(int)
    """The run of this number is wanted."""
    pointed = Signal(object)
    """The epoch under the pointer; None when the pointer has gone."""

    edits: tuple[Edit, ...] = ()
    facts: tuple[Fact, ...] = ()
    per_epoch = 1
    height_at = 0.5
    """Height of the playhead, in the plot's coordinates."""
    value_text = ""
    told_beside = ""
    """What is said of the faint curves."""
    hairline: float | None = None
    """The epoch under the pointer, here or in another plot; None for none."""
    hairline_loss: float | None = None
    """The loss there; None inside an epoch."""
    goal = ""
    """Where Run will go on to; empty where it will not."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.plot = plot
        self.pins: dict[ListedRun, str] = {}
        """Other runs, with what they have that this one has not."""
        self.written: dict[str, QRectF] = {}
        """Texts and the boxes that they take, in pixels."""
        self._taken: list[QRectF] = []
        """The boxes of these texts and of what is drawn."""
        self.curve = NO_CURVE
        """The curve of the run, (n,) each: marks stand on it."""
        self.ghost = "", *NO_CURVE
        """What is said at the end of the ghost's curve about where it ends, and that curve, (m,)
        each."""
        self.setMouseTracking(True)
        self.setProperty("tells_itself", True)  # a card would cover what is pointed at
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def _area(self) -> QRectF:
        """Where the plot has its curves, between the axes."""
        area: QRectF = self.plot.box.sceneBoundingRect()
        return area

    def place_of(self, step: float, height: float = 0.0) -> QPointF:
        """Return the place of a step, in pixels."""
        return self.plot.pixel_of(QPointF(math.log1p(step / self.per_epoch), height))

    def step_at(self, x: float) -> int:
        """Return the step nearest to a place, among those that the run has taken."""
        along = max(0.0, self.plot.point_at(QPointF(x, 0.0)).x())
        epochs = math.expm1(min(along, 700.0))
        return round(min(epochs * self.per_epoch, self.maximum()))

    def spoken(self) -> str:
        """Return which step of how many is shown, and its loss."""
        where = f"step {self.value():,} of {self.maximum():,}"
        return f"{where}, loss {self.value_text}" if self.value_text else where

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Leave painting to the plot below it; otherwise both would be painted twice."""

    # --- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the playhead and bring it to the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        pin = self._pin_at(event.position())
        if pin is not None:
            self.pin_pressed.emit(pin.number)
            return
        if self._is_before(event.position()):
            return
        self.setSliderDown(True)
        self.pointed.emit(None)
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or emit the epoch under the pointer."""
        if self.isSliderDown():
            self._go(event.position())
        elif self.isEnabled():
            hand = self._pin_at(event.position()) is not None
            shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            epoch = self.step_at(event.position().x()) / self.per_epoch
            self.pointed.emit(None if self._is_before(event.position()) else epoch)

    def leaveEvent(self, event: QEvent) -> None:
        """Emit that the pointer has gone."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self.isSliderDown():
            self.setSliderDown(False)
        self.update()

    def _go(self, place: QPointF) -> None:
        """Go to the step at a place, or to that of a mark close by."""
        marks = [fact.step for fact in self.facts] + [edit.step for edit in self.edits]
        near = [step for step in marks if abs(self.place_of(step).x() - place.x()) < _REACH / 2]
        self.setValue(near[0] if near else self.step_at(place.x()))
        self.update()

    def _is_before(self, place: QPointF) -> bool:
        """Return whether a place is on the axis of losses."""
        return place.x() < self._area.left()

    def _pin_at(self, place: QPointF) -> ListedRun | None:
        """Return the run whose lane would be pressed here: at its name, or above where it ends."""
        for run in self.pins:
            name = self.written.get(self.lane_name(run))
            if name is not None and name.contains(place):
                return run
            if run.rows and place.y() < 2 * _REACH:
                end = self.place_of(run.rows.newest.step)
                if abs(end.x() - place.x()) < _REACH:
                    return run
        return None

    def event(self, event: QEvent) -> bool:
        """Name the mark under the pointer in a tooltip, or say why nothing can be dragged."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    def words_at(self, place: QPoint) -> str:
        """Return the words for a place; empty between marks, where one scrubs."""
        pin = self._pin_at(QPointF(place))
        if pin is not None:
            named = ", ".join(filter(None, (pin.name, self.pins[pin])))
            return f"{named}: press to go on with it"
        said = {edit.step: f"Changed at step {edit.step:,}" for edit in self.edits}
        said |= {fact.step: fact.sentence for fact in self.facts}
        near = min(said, key=lambda step: abs(self.place_of(step).x() - place.x()), default=None)
        if near is not None and abs(self.place_of(near).x() - place.x()) < _REACH:
            return said[near]
        if not self._area.contains(QPointF(place)):
            return _AXES
        return "" if self.isEnabled() else self.toolTip()

    def lane_name(self, run: ListedRun) -> str:
        """Return the name of a lane: its run, and in short what is different about it."""
        own = self.pins[run].replace("learning rate", "rate")
        name = f"{run.name} · {own}" if own and own not in run.name.lower() else run.name
        return elided(name, _LONGEST)

    # --- what is drawn ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw marks, playhead and value over the plot; what matters most is placed first."""
        painter = themes.painter(self, themes.text_font())
        area = self._area
        at = self.place_of(self.value(), self.height_at)
        around = QPointF(RADIUS, RADIUS)
        ends = [self.place_of(run.rows.newest.step).x() for run in self.pins if run.rows]
        lines = [QRectF(x - 1, area.top(), 2, area.height()) for x in (at.x(), *ends)]
        self._taken = [*lines, QRectF(at - around, at + around)]
        self.written = {}
        for edit in self.edits:
            self._draw_edit(painter, edit)
        self._draw_value(painter, at)
        for fact in self.facts:
            self._draw_fact(painter, fact)
        self._draw_ghost_end(painter)
        for run in self.pins:
            self._draw_pin(painter, run)
        self._draw_goal(painter)
        self._draw_upright(painter, at.x(), themes.now.ink, 1.2)
        paint_knob(painter, self, at, RADIUS)
        if self.hairline is not None and not self.isSliderDown():
            self._draw_hairline(painter, self.hairline)
        painter.end()

    def _draw_hairline(self, painter: QPainter, epoch: float) -> None:
        """Draw a line, a dot and the loss at an epoch pointed at, here or in another plot."""
        if self.value_text and round(epoch * self.per_epoch) == self.value():
            return  # the playhead says it
        at = self.place_of(epoch * self.per_epoch, self._height_of(epoch * self.per_epoch))
        self._draw_upright(painter, at.x(), themes.now.muted, 1)
        if len(self.curve[0]):  # a race has no single curve
            painter.setBrush(themes.now.accent)
            painter.drawEllipse(at, 3, 3)
        loss = self.hairline_loss
        said = f"{'' if loss is None else f'{measured(loss)} at '}epoch {epoch:,.6g}"
        beyond = self.written.get(self.value_text, QRectF()).width() + 3 * RADIUS
        places = self._beside(painter, at, said, 6)
        places += self._beside(painter, at, said, beyond)
        self._write(painter, said, places, themes.now.muted)

    def _draw_edit(self, painter: QPainter, edit: Edit) -> None:
        foot = QPointF(self.place_of(edit.step).x(), self._area.bottom())
        painter.setPen(QPen(QColor(themes.now.ink), 1.4))
        painter.drawLine(foot, foot - QPointF(0, _TICK))

    def _draw_value(self, painter: QPainter, at: QPointF) -> None:
        """Write the loss beside the playhead."""
        font = themes.numeric_font()
        font.setBold(True)
        painter.setFont(font)
        places = self._beside(painter, at, self.value_text, RADIUS + 6)
        self._write(painter, self.value_text, places, themes.now.ink)
        painter.setFont(themes.text_font())

    def _draw_fact(self, painter: QPainter, fact: Fact) -> None:
        colour = getattr(themes.now, fact.mood).text
        at = self.place_of(fact.step, self._height_of(fact.step))
        shape = [at + QPointF(*way) * _DIAMOND for way in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        painter.setPen(QPen(QColor(themes.now.card), 1.5))
        painter.setBrush(colour)
        painter.drawPolygon(shape)
        self._taken.append(QRectF(shape[3].x(), shape[0].y(), 2 * _DIAMOND, 2 * _DIAMOND))
        places = self._beside(painter, at, fact.name, 2 * _DIAMOND, below=True)
        self._write(painter, fact.name, places, colour)

    def _height_of(self, step: float) -> float:
        x, y = self.curve
        if not len(x):  # of a race: under the ribbon
            return self.plot.range_to_come[1][0]
        return float(np.interp(math.log1p(step / self.per_epoch), x, y))

    def _draw_ghost_end(self, painter: QPainter) -> None:
        """Write how the ghost ends, and what the faint curves are."""
        said, x, y = self.ghost
        if not len(x):
            return
        area = self._area
        end = self.plot.pixel_of(QPointF(x[-1], y[-1]))
        metrics = painter.fontMetrics()
        left = end.x() - metrics.horizontalAdvance(said)
        first = self.plot.point_at(QPointF(left, 0.0)).x()
        above = min(end.y(), self.plot.pixel_of(QPointF(first, np.interp(first, x, y))).y())
        top = above - metrics.height() - 2
        before = self.place_of(self.value()).x() - 2 * RADIUS - metrics.horizontalAdvance(said)
        farther = before - 2 * RADIUS - metrics.horizontalAdvance(self.value_text)
        tops = (top, area.top(), area.bottom() - metrics.height())
        places = [QPointF(x, y) for x in (left, before, farther) for y in tops]
        self._write(painter, said, places, themes.now.accent)
        self._taken += self._along(*self.curve) + self._along(x, y)
        # At the left under a curve that falls; at the right beside one that rises, which soon
        # leaves the plot.
        under = [area.bottomLeft() + QPointF(area.width() / 8, -metrics.height())]
        wide = metrics.horizontalAdvance(self.told_beside)
        aside = [QPointF(area.right() - wide, y) for y in tops[:0:-1]]
        places = [*aside, *under] if y[-1] > y[0] else [*under, *aside]
        middle = QPointF(area.center().x() - wide / 2, area.top())
        self._write(painter, self.told_beside, [*places, middle], themes.now.muted, needed=False)

    def _along(self, x: Floats, y: Floats) -> list[QRectF]:
        """Return boxes along a curve (m,), which optional texts must not cover."""
        if not len(x):
            return []
        columns = np.linspace(x[0], x[-1], _COLUMNS)
        ends = pairwise(map(self.plot.pixel_of, map(QPointF, columns, np.interp(columns, x, y))))
        return [QRectF(*each).normalized().adjusted(-1, -1, 1, 1) for each in ends]

    def _draw_pin(self, painter: QPainter, run: ListedRun) -> None:
        """Draw where a run ends: a dot if the plot has that place, its name if there is room."""
        if run.rows is None:
            return
        area = self._area
        step, loss = run.rows.newest.step, run.rows.last_loss[1]  # inside an epoch there is no loss
        x = self.place_of(step).x()
        at = self.place_of(step, float(heights(np.array([loss]), log=True)[0]))
        colour = themes.now.palette.run(run.slot)
        self._draw_upright(painter, x, colour, 1.4)
        if is_finite(at) and area.contains(at):
            painter.setBrush(colour)
            painter.drawEllipse(at, _TICK / 2, _TICK / 2)
        painter.setFont(themes.text_font(smaller=1))
        name = self.lane_name(run)
        height = painter.fontMetrics().height()
        left = x - painter.fontMetrics().horizontalAdvance(name) - _TICK
        rows = range(math.ceil(area.height() / height))
        places = [
            QPointF(side, area.top() + row * height) for row in rows for side in (left, x + _TICK)
        ]
        self._write(painter, name, places, colour, needed=False)
        painter.setFont(themes.text_font())

    def _draw_goal(self, painter: QPainter) -> None:
        """Write how far Run goes, in the middle of the steps to come."""
        area = self._area
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(self.goal)
        end = self.place_of(self.maximum()).x()  # beyond the playhead in a look back
        taken = max(end, *(box.right() for box in self._taken))
        top = area.center().y() - metrics.height() / 2
        places = [QPointF((taken + area.right() - width) / 2, top)]
        if places[0].x() > taken + _APART:
            self._write(painter, self.goal, places, themes.now.muted)

    def _draw_upright(self, painter: QPainter, x: float, colour: str, width: float) -> None:
        """Draw a line from the top of the plot to its foot."""
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLine(QLineF(x, self._area.top(), x, self._area.bottom()))

    def _beside(
        self,
        painter: QPainter,
        at: QPointF,
        text: str,
        gap: float,
        *,
        below: bool = False,
    ) -> list[QPointF]:
        """Return places for a text beside a point: at the right first, above the curve first.

        With ``below`` it is the other way round. Places where it would lie on the curve come last.
        """
        size = QSizeF(painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text))
        boxes = []
        for above in (True, False):
            for left in (at.x() + gap, at.x() - gap - size.width()):
                top, bottom = self._curve_between(left, left + size.width())
                y = min(top, at.y()) - size.height() if above else max(bottom, at.y())
                boxes.append(self._inside(QRectF(QPointF(left, y), size)))
        return [box.topLeft() for box in sorted(boxes[:: -1 if below else 1], key=self._lies_on)]

    def _lies_on(self, box: QRectF) -> bool:
        """Return whether the curve runs through a box."""
        top, bottom = self._curve_between(box.left(), box.right())
        return top < box.bottom() - 1 and bottom > box.top() + 1

    def _curve_between(self, left: float, right: float) -> tuple[float, float]:
        """Return the top and the bottom of the curve between two places, in pixels."""
        x, y = self.curve
        ends = [self.plot.point_at(QPointF(at, 0.0)).x() for at in (left, right)]
        inside = y[(x >= ends[0]) & (x <= ends[1])]
        if len(x):
            inside = np.append(inside, np.interp(ends, x, y, np.nan, np.nan))
        inside = inside[np.isfinite(inside)]
        if not len(inside):
            return math.inf, -math.inf
        top, bottom = (QPointF(0.0, height) for height in (inside.max(), inside.min()))
        return self.plot.pixel_of(top).y(), self.plot.pixel_of(bottom).y()

    def _write(
        self,
        painter: QPainter,
        text: str,
        places: Sequence[QPointF],
        colour: str,
        *,
        needed: bool = True,
    ) -> None:
        """Write a text with a halo, inside the plot, at the first place that is free.

        If no place is free, a needed text is written at the first one, and any other is left out.
        """
        size = QSizeF(painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text))
        boxes = [self._inside(QRectF(place, size)) for place in places]
        free = [box for box in boxes if not any(map(box.intersects, self._taken))]
        if not text or not (free or needed):
            return
        box = (free or boxes)[0]
        self.written[text] = box
        self._taken.append(box)
        at = box.center()
        mark = Text(*at.toTuple(), text, colour, centred=True, halo=themes.now.card)
        paint_marks(painter, {text: mark}, QTransform())

    def _inside(self, box: QRectF) -> QRectF:
        """Return a box moved as far as needed to lie inside the plot."""
        area = self._area
        left = max(area.left(), min(box.left(), area.right() - box.width()))
        top = max(area.top(), min(box.top(), area.bottom() - box.height()))
        return QRectF(QPointF(left, top), box.size())
