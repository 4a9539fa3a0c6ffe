"""Time: the loss over all steps of the run, any of which can be looked at."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout

from neuroviz.core.choices.edits import Edit
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.core.types import Floats
from neuroviz.session.facts import Fact, FactFinder
from neuroviz.session.frame import Frame
from neuroviz.session.loss_curves import same_losses
from neuroviz.session.runs import ListedRun
from neuroviz.ui.canvas.axis import LossAxis, StillAxis
from neuroviz.ui.canvas.handles import GROWS, HALO, HELD, faded
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.canvas.pen import heights
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.slider import Slider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.palettes import palette_of
from neuroviz.ui.theme.parts import (
    FLUSH,
    LabelSlot,
    arrange,
    fitted_line,
    set_tip,
    show_tip,
    small_button,
    text_label,
)

_MOST = 2**31 - 1
_DRAG = "Drag to look at an earlier step; the run is not touched"
_BACK = "Back to the newest step (F4)"
_ROUND = (1, 3)
"""First digits of the epochs that are named."""
_BETWEEN = 10.0
"""Pixels that stay free beside a number."""
_RADIUS = 7.0
_DIAMOND = 5.0
_TICK = 6.0
_REACH = 8.0
"""Pixels from a mark at which the pointer is on it."""
_BESIDE = 132
"""Pixels at the right for the step and the way back."""
_LOSSES = 62
"""Pixels for the name and the numbers of the loss."""
_ABOVE = 0.2
"""Share of the height that stays free above and below the curve."""
_ALL = 200
"""Epochs of which each is drawn, and points from one to its eightfold."""
_LEAST_SPAN = 0.3
"""Decades that are seen at least, so that what hardly falls looks flat."""


class _EpochAxis(StillAxis):
    """An axis of log(1 + epoch), which names round epochs and the last one."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.last = 1.0
        """The epoch at its right end."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return (spacing, positions)."""
        per_pixel = max(high - low, 1e-9) / max(size, 1.0)
        metrics = QFontMetricsF(self.style["tickFont"] or themes.numeric_font())

        def half(epoch: float) -> float:
            return metrics.horizontalAdvance(f"{round(epoch):,}") / 2 + _BETWEEN

        epochs = [0.0, self.last]
        for decade in range(math.floor(math.log10(self.last)) + 1):
            for digit in _ROUND:
                epoch = digit * 10.0**decade
                if epoch < self.last and all(
                    abs(math.log1p(epoch) - math.log1p(other))
                    >= (half(epoch) + half(other)) * per_pixel
                    for other in epochs
                ):
                    epochs.append(epoch)
        return [(1.0, sorted(map(math.log1p, epochs)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the epochs."""
        return [f"{round(math.expm1(value)):,}" for value in values]


class _LowAxis(LossAxis):
    """An axis of losses with little height: two or three round numbers that are whole."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return (spacing, positions), which are logarithms."""
        line = QFontMetricsF(self.style["tickFont"] or themes.numeric_font()).height()
        edge = (line / 2) * (high - low) / max(size, 1.0)
        low, high = max(low + edge, -320.0), min(high - edge, 308.0)
        decades = range(math.floor(low), math.ceil(high) + 1)
        for digits in ((1,), (1, 2, 5), range(1, 10)):
            round_ones = (float(n) + math.log10(digit) for n in decades for digit in digits)
            seen = [value for value in round_ones if low <= value <= high]
            if len(seen) >= 2 and seen[-1] - seen[0] >= 2 * edge:
                apart = (seen[-1] - seen[0]) / 2 >= 2.2 * edge
                middle = [seen[len(seen) // 2]] if len(seen) > 2 and apart else []
                return [(1.0, [seen[0], *middle, seen[-1]])]
        return [(1.0, seen[len(seen) // 2 :][:1])]


class _Track(Slider):
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
        self.pins: tuple[ListedRun, ...] = ()
        self.per_epoch = 1
        self.height_at = 0.5
        """Of the playhead in the plane's coordinates."""
        self.value_text = ""
        self._curve: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self.hairline: float | None = None
        """The epoch that is pointed at."""
        self.goal = ""
        """Where Run goes on to; empty where it does not."""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def place_of(self, step: float, height: float = 0.0) -> QPointF:
        """Return where a step stands, in pixels."""
        return self.plot.pixel_of(QPointF(math.log1p(step / self.per_epoch), height))

    def step_at(self, x: float) -> int:
        """Return the step nearest to a place, of those that the run has taken."""
        along = max(0.0, self.plot.point_at(QPointF(x, 0.0)).x())
        epochs = math.expm1(min(along, 700.0))
        return round(min(epochs * self.per_epoch, self.maximum()))

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
        """Name the mark under the pointer in a tooltip, or say what a drag does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    def words_at(self, place: QPoint) -> str:
        """Return what stands at a place."""
        pin = self._pin_at(QPointF(place))
        if pin is not None:
            return f"{pin.name}: press to start a run with its settings"
        said = {edit.step: f"Changed at step {edit.step:,}" for edit in self.edits}
        said |= {fact.step: fact.sentence for fact in self.facts}
        near = min(said, key=lambda step: abs(self.place_of(step).x() - place.x()), default=None)
        if near is not None and abs(self.place_of(near).x() - place.x()) < _REACH:
            return said[near]
        return self.toolTip()

    # --- what is drawn ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw marks, playhead and value over the plot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(themes.text_font())
        area = self.plot.box.sceneBoundingRect()
        for edit in self.edits:
            self._draw_edit(painter, edit, area)
        for run in self.pins:
            self._draw_pin(painter, run, area)
        for fact in self.facts:
            self._draw_fact(painter, fact, area)
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
        said = f"{format_number(10**height)} at epoch {epoch:,.6g}"
        self._write(painter, said, at + QPointF(6, -8), QColor(self.theme.muted), area)

    def _draw_edit(self, painter: QPainter, edit: Edit, area: QRectF) -> None:
        x = self.place_of(edit.step).x()
        painter.setPen(QPen(QColor(self.theme.ink), 1.4))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() - _TICK))

    def _draw_pin(self, painter: QPainter, run: ListedRun, area: QRectF) -> None:
        if run.rows is None:
            return
        x = self.place_of(run.rows.newest.step).x()
        colour = QColor(palette_of(self.theme).run(run.slot))
        painter.setPen(QPen(colour, 1.4))
        painter.drawLine(QPointF(x, area.top() + _TICK), QPointF(x, area.bottom()))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, area.top() + _TICK), _TICK / 2, _TICK / 2)

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
        self._write(painter, fact.name, at + QPointF(0, -_DIAMOND), colour, area, above=True)

    def _height_of(self, step: float) -> float:
        x, y = self._curve
        return float(np.interp(math.log1p(step / self.per_epoch), x, y)) if len(x) else 0.0

    def show_curve(self, x: Floats, y: Floats) -> None:
        """Know where the curve lies, of which marks stand on it."""
        self._curve = x, y

    def _draw_playhead(self, painter: QPainter, area: QRectF) -> None:
        at = self.place_of(self.value(), self.height_at)
        held, near = self.isSliderDown(), self.underMouse() and self.isEnabled()
        colour = QColor(self.theme.accent if self.isEnabled() else self.theme.disabled)
        painter.setPen(QPen(QColor(self.theme.ink), 1.2))
        painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        radius = _RADIUS * (GROWS if held or near else 1.0)
        if held or near:
            painter.setBrush(faded(colour, HELD if held else HALO))
            painter.drawEllipse(at, radius + 6, radius + 6)
        painter.setBrush(QColor("white"))
        painter.drawEllipse(at, radius, radius)
        painter.setBrush(colour)
        painter.drawEllipse(at, radius - 2, radius - 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 2))
            painter.drawEllipse(at, radius + 3, radius + 3)
        font = themes.numeric_font()
        font.setBold(True)
        painter.setFont(font)
        back = self.value() < self.maximum()  # the curve goes on behind it
        beside = at + QPointF(radius + 6, -radius - 4 if back else 0)
        end = self._write(painter, self.value_text, beside, QColor(self.theme.ink), area)
        painter.setFont(themes.text_font())
        width = painter.fontMetrics().horizontalAdvance(self.goal)
        middle = (max(end, at.x()) + area.right()) / 2
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
        *,
        above: bool = False,
    ) -> float:
        """Write a text with a halo beside a place, or above it, inside the plot.

        Return where it ends.
        """
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text), metrics.height()
        box = QRectF(0, 0, width, height)
        if above:
            box.moveCenter(at + QPointF(0, -height / 2 - 1))
        else:
            box.moveLeft(at.x())
            box.moveTop(at.y() - height / 2)
        if box.right() > area.right():
            box.moveRight(area.right() if above else at.x() - 2 * (_RADIUS + 8))
        if box.top() < area.top():
            box.moveTop(at.y() + 2 * _DIAMOND if above else area.top())
        if box.bottom() > area.bottom():
            box.moveBottom(area.bottom())
        box.moveLeft(max(box.left(), area.left()))
        painter.setPen(QPen(QColor(self.theme.card), 1))
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                painter.drawText(box.translated(across, up), Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.right()


class Timeline(QFrame):
    """The loss over log(1 + epoch), filled up to the step that is looked at.

    Beside it which step that is, and the way back to now.
    """

    step_asked = Signal(int)
    """This row is to be looked at."""
    now_asked = Signal()
    """The newest row is to be looked at, wherever it goes."""
    epoch_hovered = Signal(object)
    """The epoch under the pointer; None for none."""
    run_asked = Signal(int)
    """A run with the settings of the listed one of this number is wanted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._axis = _EpochAxis()
        losses = _LowAxis("left")
        self.plot = Plot("timeline_plot", "epoch", "loss", self._axis, losses)
        losses.setLogMode(x=False, y=True)
        losses.setWidth(themes.scaled(_LOSSES))  # of one width, whatever the losses are
        losses.setStyle(textFillLimits=[(0, 1.1)])
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setAccessibleName("Loss over the epochs, on a logarithmic scale")
        self._past = pg.PlotCurveItem(fillLevel=0.0, pen=None)
        self._line = pg.PlotCurveItem(antialias=True)
        for item in (self._past, self._line):
            self.plot.addItem(item)
        self.slider = _Track(self.plot, theme)
        self.slider.setObjectName("timeline")
        self.slider.setAccessibleName("Timeline: which step of the run is looked at")
        self.slider.setToolTip(_DRAG)
        self.where = text_label("looked_at", "muted")
        self.now = small_button("now", "Now", _BACK, "Back to the newest step")
        self.now.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QGridLayout(self)
        layout.setContentsMargins(10, 0, 12, 4)
        layout.setHorizontalSpacing(themes.GRID)
        layout.addWidget(self.plot, 0, 0)
        layout.addWidget(self.slider, 0, 0)
        self._where = LabelSlot(self.where)
        self._where.setFixedWidth(themes.scaled(_BESIDE))
        right = Qt.AlignmentFlag.AlignRight
        self.where.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
        beside = arrange(QVBoxLayout(), self._where, spacing=2, margins=FLUSH)
        beside.addWidget(self.now, 0, right)
        beside.addStretch(1)
        layout.addLayout(beside, 0, 1)
        layout.setColumnStretch(0, 1)
        # Of a burst of moves only the last is looked at.
        self._asked = QTimer(self, singleShot=True, interval=0)
        self._asked.timeout.connect(self._ask)
        self._showing = False
        self._lock = ""
        """Why no other step can be looked at; empty where it can."""
        self._facts = FactFinder()
        self._search = Job(self)
        self._frame: Frame | None = None
        self.slider.valueChanged.connect(self._on_value_changed)
        self.slider.pin_pressed.connect(self.run_asked)
        self.slider.pointed.connect(self._on_pointed)
        self.now.clicked.connect(self.now_asked)
        self.apply_theme(theme)

    def show_frame(self, frame: Frame) -> None:
        """Show which step is looked at, and of how many."""
        self._frame = frame
        self._showing = True
        newest = min(frame.newest_step, _MOST)
        if self.slider.maximum() != newest:
            self.slider.setRange(0, newest)
            self.slider.setPageStep(max(1, newest // 20))
        if not self._asked.isActive() and frame.selection.hovered_step is None:
            self.slider.setValue(min(frame.step, _MOST))
        self._showing = False
        self.slider.edits = frame.edits
        self.slider.setEnabled(newest > 0 and not self._lock)
        back = frame.looks_back and frame.selection.hovered_step is None
        self.now.setEnabled((back or frame.phase is not None) and not self._lock)
        where = _where(frame)
        self.where.setText(fitted_line(where, self.where, self._where.width()))
        set_tip(self.where, _kept(frame))
        self._draw(frame)
        self._find_facts(frame)

    def show_epoch(self, epoch: float | None) -> None:
        """Show a hairline at an epoch that is pointed at elsewhere; None for none."""
        rows = self._frame.rows if self._frame else None
        newest = rows.newest.step / rows.steps_per_epoch if rows else 0.0
        self.slider.hairline = None if epoch is None else min(max(epoch, 0.0), newest)
        self.slider.update()

    def _on_pointed(self, epoch: float | None) -> None:
        self.show_epoch(epoch)
        self.epoch_hovered.emit(epoch)

    def lock(self, reason: str) -> None:
        """Keep what is looked at for a reason, which is told.

        Free it with the next frame where it is empty.
        """
        self._lock = reason
        self.slider.setToolTip(reason or _DRAG)
        self.now.setToolTip(reason or _BACK)
        if reason:
            self.slider.setEnabled(False)
            self.now.setEnabled(False)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.slider.theme = theme
        self.plot.apply_theme(theme)
        self._line.setPen(themes.pen(theme.accent, 1.6, self))
        self._past.setBrush(faded(QColor(theme.accent), 0.16))
        if self._frame is not None:
            self._draw(self._frame)

    # --- what is drawn ----------------------------------------------------------------------------

    def _draw(self, frame: Frame) -> None:
        """Draw the curve up to the newest step, filled up to the one that is looked at."""
        rows = frame.rows
        track = self.slider
        per_epoch = rows.steps_per_epoch if rows else 1
        end = max(float(frame.settings.epochs), frame.newest_step / per_epoch, 1.0)
        loss = frame.current_loss
        track.per_epoch = per_epoch
        track.pins = tuple(
            run
            for run in frame.others
            if not run.racing and same_losses(frame.settings, run.settings)
        )
        if frame.selection.hovered_step is None:
            said = "" if loss is None else loss_said(frame.settings, loss)
            track.value_text = with_real_minus(said)
        stopped = frame.evidence_now is not None and frame.evidence_now.stopped is not None
        going = frame.newest_step / per_epoch < frame.settings.epochs and not stopped
        asks = going and frame.settings.until_loss is None
        track.goal = f"Run goes on to epoch {frame.settings.epochs:,}" if asks else ""
        x, y = _curve(frame)
        if end != self._axis.last:
            self._axis.last = end
            self._axis.picture = None
        low, high = (float(y.min()), float(y.max())) if len(y) else (-1.0, 0.0)
        if high - low < _LEAST_SPAN:
            low, high = (low + high - _LEAST_SPAN) / 2, (low + high + _LEAST_SPAN) / 2
        room = _ABOVE * (high - low)
        beside = _RADIUS * math.log1p(end) / self.plot.pixels()[0]  # the ball is whole at both ends
        self.plot.show_range(-beside, math.log1p(end) + beside, low - room, high + room)
        self._line.setData(x, y)
        here = math.log1p(track.value() / per_epoch)
        until = int(np.searchsorted(x, here, side="right"))
        at = float(np.interp(here, x, y)) if len(x) else (low + high) / 2
        past = np.append(x[:until], here), np.append(y[:until], at)
        self._past.setFillLevel(low - room)
        self._past.setData(*past)
        track.height_at = at
        track.show_curve(x, y)
        track.update()

    def _find_facts(self, frame: Frame) -> None:
        """Show what is known to have become true, and look for more once nothing moves."""
        self.slider.facts = self._facts.known(frame)
        if self._lock:
            self.slider.facts = ()
            return
        self._search.start(self._facts.work(frame), self._show_facts, after=REST)

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        if facts != self.slider.facts and not self._lock:
            self.slider.facts = facts
            self.slider.update()

    # --- what is asked ----------------------------------------------------------------------------

    def _on_value_changed(self) -> None:
        if not self._showing:
            self._asked.start()

    def _ask(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self.now_asked.emit()
        else:
            self.step_asked.emit(self.slider.value())


def _where(frame: Frame) -> str:
    if frame.rows is None:
        return "—"
    if not frame.looks_back:
        return f"step {frame.newest_step:,}, now" if frame.newest_step else "at the start"
    again = "*" if _recomputed(frame) else ""
    return f"step {frame.step:,}{again} of {frame.newest_step:,}"


def _recomputed(frame: Frame) -> bool:
    return frame.rows is not None and frame.rows.kept_before(frame.step).step != frame.step


def _kept(frame: Frame) -> str:
    """Return what is said of the rows that were left out."""
    if frame.rows is None or frame.rows.stride == 1:
        return "Every step is kept."
    kept = (
        f"Of this long run every {frame.rows.stride:,}th step is kept; "
        "those between are computed again, exactly."
    )
    return f"* This step was computed again. {kept}" if _recomputed(frame) else kept


def _curve(frame: Frame) -> tuple[Floats, Floats]:
    """Return log(1 + epoch) and log₁₀ loss (n,) of what has a place on both axes.

    Of a long run as many points from each epoch to its eightfold as can be told apart, with the
    extremes between them.
    """
    if frame.rows is None:
        return np.empty(0), np.empty(0)
    ends = [frame.rows.newest.step / frame.rows.steps_per_epoch]
    while ends[-1] > _ALL:
        ends.append(ends[-1] / 8)
    parts = [frame.rows.drawn_loss(8 * _ALL, (0.0, ends[-1]))]
    parts += [frame.rows.drawn_loss(_ALL, (low, high)) for high, low in pairwise(ends)][::-1]
    found = [
        (epochs[inside], losses[inside])
        for (epochs, losses), low, high in zip(parts, [-1.0, *ends[:0:-1]], ends[::-1], strict=True)
        for inside in [(epochs > low) & (epochs <= high)]
    ]
    epochs, losses = (np.concatenate(column) for column in zip(*found, strict=True))
    y = heights(losses, log=True)
    known = np.isfinite(y)
    return np.log1p(epochs[known]), y[known]
