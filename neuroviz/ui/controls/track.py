"""The slider over the strip of time: the playhead, and marks of what was when."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from neuroviz.core.choices.edits import Edit
from neuroviz.core.numbers import elided, measured
from neuroviz.core.types import Floats
from neuroviz.session.facts import Fact
from neuroviz.session.runs import ListedRun
from neuroviz.ui.canvas.drag import Handle
from neuroviz.ui.canvas.handles import faded, paint_handle
from neuroviz.ui.canvas.pen import heights
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.slider import Slider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.palettes import palette_of
from neuroviz.ui.theme.parts import show_tip

RADIUS = 7.0
NO_CURVE: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
_DIAMOND = 5.0
_LONGEST = 32
"""Letters of the name of a lane."""
_AXES = "Both axes are logarithmic: early epochs and small losses have as much room as others."
_TICK = 6.0
_REACH = 8.0
"""Pixels from a mark at which the pointer is on it."""


class Track(Slider):
    """A slider over the plot: where the run stands, and what was when.

    It draws the playhead and the marks, and turns places into steps.
    """

    pin_pressed = Signal(int)
    """The run of this number is wanted."""
    pointed = Signal(object)
    """The epoch under the pointer; None for none."""

    def __init__(self, plot: Plot, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.theme = theme
        self.plot = plot
        self.edits: tuple[Edit, ...] = ()
        self.facts: tuple[Fact, ...] = ()
        self.pins: dict[ListedRun, str] = {}
        """Other runs, and what they have that this one has not."""
        self._names_end = 0.0
        """Where the last name of a lane ends, in pixels."""
        self.per_epoch = 1
        self.height_at = 0.5
        """Of the playhead in the plane's coordinates."""
        self.value_text = ""
        self.curve = NO_CURVE
        """Of the run, (n,): marks stand on it."""
        self.ghost = "", *NO_CURVE
        """Where a run that would follow ends, to be said at the end of its curve, (m,)."""
        self.told_beside = ""
        """What is said of the faint curves."""
        self.hairline: float | None = None
        """The epoch that is pointed at."""
        self.hairline_loss: float | None = None
        """The loss there; None inside an epoch."""
        self.goal = ""
        """Where Run goes on to; empty where it does not."""
        self.setMouseTracking(True)
        self.setProperty("tells_itself", True)  # a card would lie over what is pointed at
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def place_of(self, step: float, height: float = 0.0) -> QPointF:
        """Return where a step stands, in pixels."""
        return self.plot.pixel_of(QPointF(math.log1p(step / self.per_epoch), height))

    def step_at(self, x: float) -> int:
        """Return the step nearest to a place, of those that the run has taken."""
        along = max(0.0, self.plot.point_at(QPointF(x, 0.0)).x())
        epochs = math.expm1(min(along, 700.0))
        return round(min(epochs * self.per_epoch, self.maximum()))

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Leave the picture to the plot under it: else both would be painted twice."""

    # --- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the playhead, which comes to the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        pin = self._pin_at(event.position())
        if pin is not None:
            self.pin_pressed.emit(pin.number)
            return
        self.setSliderDown(True)
        self.pointed.emit(None)
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or tell of the epoch under the pointer."""
        if self.isSliderDown():
            self._go(event.position())
        elif self.isEnabled():
            self.pointed.emit(self.step_at(event.position().x()) / self.per_epoch)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has gone."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self.isSliderDown():
            self.setSliderDown(False)
        self.update()

    def _go(self, place: QPointF) -> None:
        """Go to a step; one that a mark stands at is caught."""
        marks = [fact.step for fact in self.facts] + [edit.step for edit in self.edits]
        near = [step for step in marks if abs(self.place_of(step).x() - place.x()) < _REACH / 2]
        self.setValue(near[0] if near else self.step_at(place.x()))
        self.update()

    def _pin_at(self, place: QPointF) -> ListedRun | None:
        return next(
            (
                run
                for run in self.pins
                if run.rows
                and abs(self.place_of(run.rows.newest.step).x() - place.x()) < _REACH
                and place.y() < 2 * _REACH
            ),
            None,
        )

    def event(self, event: QEvent) -> bool:
        """Name the mark under the pointer in a tooltip, or say why nothing can be dragged."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    def words_at(self, place: QPoint) -> str:
        """Return what stands at a place; nothing between marks, where a hand is to scrub."""
        pin = self._pin_at(QPointF(place))
        if pin is not None:
            named = ", ".join(filter(None, (pin.name, self.pins[pin])))
            return f"{named}: press to go on with it"
        said = {edit.step: f"Changed at step {edit.step:,}" for edit in self.edits}
        said |= {fact.step: fact.sentence for fact in self.facts}
        near = min(said, key=lambda step: abs(self.place_of(step).x() - place.x()), default=None)
        if near is not None and abs(self.place_of(near).x() - place.x()) < _REACH:
            return said[near]
        if not self.plot.box.sceneBoundingRect().contains(QPointF(place)):
            return _AXES
        return "" if self.isEnabled() else self.toolTip()

    def lane_name(self, run: ListedRun) -> str:
        """Return what a lane is called: its run, and in short what that has of its own."""
        own = self.pins[run].replace("learning rate", "rate")
        name = f"{run.name} · {own}" if own and own not in run.name.lower() else run.name
        return elided(name, _LONGEST)

    # --- what is drawn ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw marks, playhead and value over the plot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(themes.text_font())
        area = self.plot.box.sceneBoundingRect()
        for edit in self.edits:
            self._draw_edit(painter, edit, area)
        self._names_end = 0.0
        for number, run in enumerate(self.pins):
            self._draw_pin(painter, run, area, number)
        for fact in self.facts:
            self._draw_fact(painter, fact, area)
        self._draw_ghost_end(painter, area)
        self._draw_playhead(painter, area)
        if self.hairline is not None and not self.isSliderDown():
            self._draw_hairline(painter, self.hairline, area)
        painter.end()

    def _draw_hairline(self, painter: QPainter, epoch: float, area: QRectF) -> None:
        """Draw a line, a dot and the loss where somebody points at, here or in another plot."""
        height = self._height_of(epoch * self.per_epoch)
        at = self.place_of(epoch * self.per_epoch, height)
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
        painter.setBrush(QColor(self.theme.accent))
        painter.drawEllipse(at, 3, 3)
        said = f"{measured(self.hairline_loss)} at epoch {epoch:,.6g}"
        beside = QPointF(at.x() + 6, at.y() - painter.fontMetrics().height())
        self._write(painter, said, beside, QColor(self.theme.muted), area)

    def _draw_edit(self, painter: QPainter, edit: Edit, area: QRectF) -> None:
        x = self.place_of(edit.step).x()
        painter.setPen(QPen(QColor(self.theme.ink), 1.4))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() - _TICK))

    def _draw_pin(self, painter: QPainter, run: ListedRun, area: QRectF, number: int) -> None:
        """Draw where a run ends, with a dot if that is in sight, and its name if there is room."""
        if run.rows is None:
            return
        newest = run.rows.newest
        x = self.place_of(newest.step).x()
        at = self.place_of(newest.step, float(heights(np.array([newest.loss]), log=True)[0]))
        colour = QColor(palette_of(self.theme).run(run.slot))
        painter.setPen(QPen(colour, 1.4))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if area.contains(at):
            painter.setBrush(colour)
            painter.drawEllipse(at, _TICK / 2, _TICK / 2)
        painter.setFont(themes.text_font(smaller=1))
        metrics = painter.fontMetrics()
        name = self.lane_name(run)
        width = metrics.horizontalAdvance(name)
        y = area.top() + (number + 0.5) * metrics.height()
        value = self._value_span(painter)
        for left in (x - width - _TICK, x + _TICK, value[1] + 1):
            clear = left + width < value[0] or value[1] < left
            inside = area.left() <= left and left + width <= area.right()
            if clear and inside and y + metrics.height() / 2 <= area.bottom():
                self._names_end = max(self._names_end, left + width)
                self._write(painter, name, QPointF(left, y), colour, area)
                break
        painter.setFont(themes.text_font())

    def _value_span(self, painter: QPainter) -> tuple[float, float]:
        """Return from where to where playhead and value stand."""
        at = self.place_of(self.value()).x()
        width = painter.fontMetrics().horizontalAdvance(self.value_text)
        return at - RADIUS, at + 3 * RADIUS + width

    def _draw_fact(self, painter: QPainter, fact: Fact, area: QRectF) -> None:
        colour = QColor(getattr(self.theme, fact.mood).text)
        height = self._height_of(fact.step)
        at = self.place_of(fact.step, height)
        shape = QPolygonF(
            [at + QPointF(*way) * _DIAMOND for way in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        )
        painter.setPen(QPen(QColor(self.theme.card), 1.5))
        painter.setBrush(colour)
        painter.drawPolygon(shape)
        width = painter.fontMetrics().horizontalAdvance(fact.name)
        before = at.x() - area.left() > width + 2 * _DIAMOND  # where no playhead comes over it
        aside = -width - 2 * _DIAMOND if before else 2 * _DIAMOND
        self._write(painter, fact.name, at + QPointF(aside, _DIAMOND), colour, area)

    def _height_of(self, step: float) -> float:
        x, y = self.curve
        return float(np.interp(math.log1p(step / self.per_epoch), x, y)) if len(x) else 0.0

    def _draw_ghost_end(self, painter: QPainter, area: QRectF) -> None:
        said, x, y = self.ghost
        if not len(x):
            return
        end = self.plot.pixel_of(QPointF(x[-1], y[-1]))
        left = end.x() - painter.fontMetrics().horizontalAdvance(said)
        before = self.plot.point_at(QPointF(left, 0.0)).x()
        above = min(end.y(), self.plot.pixel_of(QPointF(before, np.interp(before, x, y))).y())
        height = painter.fontMetrics().height()
        place = QPointF(left, above - height / 2 - 2)
        at = self.place_of(self.value(), self.height_at)
        before, behind = self._value_span(painter)
        beside = end.x() > before and left < behind
        if beside and abs(place.y() - at.y()) < 2 * height:  # the value at the playhead is there
            place.setY(area.top() if at.y() > area.center().y() else area.bottom())
        self._write(painter, said, place, QColor(self.theme.accent), area)
        # At the left under a curve that falls; one that rises is soon out of sight: at the right.
        free = area.bottomLeft() + QPointF(area.width() / 8, 0)
        if y[-1] > y[0]:
            wide = painter.fontMetrics().horizontalAdvance(self.told_beside)
            right = area.right() if area.height() > 2 * height else left - height
            free = QPointF(right - wide, area.bottom())
        self._write(painter, self.told_beside, free, QColor(self.theme.muted), area)

    def _draw_playhead(self, painter: QPainter, area: QRectF) -> None:
        at = self.place_of(self.value(), self.height_at)
        held, near = self.isSliderDown(), self.underMouse() and self.isEnabled()
        core = self.theme.accent if self.isEnabled() else self.theme.disabled
        painter.setPen(QPen(QColor(self.theme.ink), 1.2))
        painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
        handle = Handle(lambda _: {}, radius=RADIUS, core=core)
        focused = self.hasFocus()
        paint_handle(
            painter, handle, at, QColor(core), held=held, raised=held or near, focused=focused
        )
        font = themes.numeric_font()
        font.setBold(True)
        painter.setFont(font)
        beside = at + QPointF(RADIUS + 6, -RADIUS - 4)  # above the curve, which may go on there
        end = self._write(painter, self.value_text, beside, QColor(self.theme.ink), area)
        painter.setFont(themes.text_font())
        width = painter.fontMetrics().horizontalAdvance(self.goal)
        end = max(end, at.x(), self._names_end)
        middle = (end + area.right()) / 2
        if self.goal and middle - width / 2 > end + 24:
            place = QPointF(middle - width / 2, area.center().y())
            self._write(painter, self.goal, place, QColor(self.theme.muted), area)

    def _write(
        self,
        painter: QPainter,
        text: str,
        at: QPointF,
        colour: QColor,
        area: QRectF,
    ) -> float:
        """Write a text with a halo beside a place, inside the plot.

        Return where it ends.
        """
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text), metrics.height()
        box = QRectF(0, 0, width, height)
        box.moveLeft(at.x())
        box.moveTop(max(at.y() - height / 2, area.top()))
        if box.right() > area.right():
            box.moveRight(at.x() - 2 * (RADIUS + 8))
        if box.bottom() > area.bottom():
            box.moveBottom(area.bottom())
        box.moveLeft(max(box.left(), area.left()))
        painter.fillRect(box, faded(QColor(self.theme.card), 0.7))
        painter.setPen(QPen(QColor(self.theme.card), 1))
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                painter.drawText(box.translated(across, up), Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.right()
