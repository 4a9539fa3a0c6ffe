"""The strip of time: the loss over all steps of the run, any of which can be looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy

from neuroviz.core.diagnosis.prospects import is_stuck
from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import round_up, with_real_minus
from neuroviz.core.slices import SLICE
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Line
from neuroviz.pictures.loss import ahead_marks
from neuroviz.pictures.marks import Curve, Marks
from neuroviz.pictures.race import RaceStrip
from neuroviz.session.advice import Fact, FactFinder
from neuroviz.session.frame import Frame
from neuroviz.session.ghost import Ghost
from neuroviz.session.loss_curves import same_losses
from neuroviz.session.race_moment import RaceMoment
from neuroviz.session.run import ListedRun
from neuroviz.ui.canvas.axis import EpochAxis, LowLossAxis
from neuroviz.ui.canvas.handles import BEYOND, GROWS, faded
from neuroviz.ui.canvas.jobs import REST, Job, one_shot
from neuroviz.ui.canvas.pen import NAME_ROOM, Pen, heights
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.controls.track import NO_CURVE, RADIUS, Track
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    RIGHT,
    STRETCH,
    LabelSlot,
    fitted_line,
    in_column,
    in_row,
    named,
    set_tip,
    small_button,
    text_label,
)

_MOST = 2**31 - 1
_DRAG = "Drag to look at an earlier step; the run is not touched"

_BESIDE = 132
"""Pixels at the right for the step and the buttons."""
_LOSSES = 74
"""Pixels for the title and the numbers of the axis of losses."""
_RIBBON = 30.0
"""Pixels above the curves of a race, for a ribbon of who leads, with names over it."""
_ABOVE = 0.2
"""Share of the height that stays free above and below the curve."""
_ALL = 200
"""Epochs that are all drawn, and the points from any later epoch to its eightfold."""
_MOST_DECADES = 2.0
"""Decades by which a ghost may widen the strip upwards."""
_BELOW = 0.3
"""How far a loss of 0 lies below all others, as a share of their span."""
_OTHER_RATES = "thin: nearby rates"
_RED = ", red: the loss ends higher"
_LEAPS = 10
"""The lower end of a race's strip moves by this part of its height, so that the axis mostly stands
still."""
_LEAST_SPAN = 0.3
"""Decades that are shown at least, so that a loss that hardly falls looks flat."""


class Timeline(QFrame):
    """The loss over log(1 + epoch), filled up to the step that is looked at.

    Beside it stand which step that is, and a button back to the newest.
    """

    step_asked = Signal(int)
    """A person wants to look at this row."""
    now_asked = Signal()
    """A person wants to look at the newest row, and to follow it."""

    epoch_hovered = Signal(object)
    """The epoch under the pointer; None for none."""

    _pins_of: object = None
    _held: tuple[float, float] | None = None
    """The ends of the axis of losses while a person holds something."""
    _lock = ""
    """Why no other step can be looked at; empty where one can."""
    tells_facts = True
    """Whether it marks facts: where the loss was lowest, and where every sample became right."""
    _frame: Frame | None = None

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._axis = EpochAxis()
        self._losses = losses = LowLossAxis("left")
        self.plot = Plot("timeline_plot", "epoch", "loss", self._axis, losses)
        losses.setLogMode(True)
        losses.setWidth(themes.scaled(_LOSSES))  # a fixed width, whatever the losses are
        losses.setStyle(textFillLimits=[(0, 1.1)])
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setAccessibleName("Loss over the epochs, on a logarithmic scale")
        self._parted: dict[ListedRun, int] = {}
        """Other runs -> the step at which each parted from this one."""
        self._past = self.plot.addItem(pg.PlotCurveItem(fillLevel=0.0, pen=None))
        self._pen = Pen(self.plot)
        self._pen.label_room = themes.scaled(NAME_ROOM)
        self._curves: dict[ListedRun, Line] = {}
        """Curves of other runs; each is kept as long as its run has not changed."""
        self.slider = named(
            Track(self.plot), "timeline", "Timeline: which step of the run is looked at"
        )
        self.slider.setToolTip(_DRAG)
        self.where = text_label("looked_at", "muted")
        self._where = LabelSlot(self.where)

        self._lay_out(commands)
        # Only the last of a burst of moves is looked at.
        self._asked = one_shot(self, self._ask)
        self._facts = FactFinder()
        self._search = Job(self, SLICE / 4)
        self.slider.valueChanged.connect(lambda: self._asked.start())
        self.slider.pointed.connect(self.show_epoch)
        self.slider.pointed.connect(self.epoch_hovered)
        self.plot.box.sigResized.connect(self._draw_again)
        self._apply_theme()
        themes.notifier.changed.connect(self._apply_theme)

    def _lay_out(self, commands: Commands) -> None:
        """Lay the slider over the plot, and the words and buttons beside them."""
        layout = QGridLayout(self)
        layout.setContentsMargins(10, 0, 12, 4)
        layout.setHorizontalSpacing(themes.GRID)
        layout.addWidget(self.plot, 0, 0)
        layout.addWidget(self.slider, 0, 0)
        self._where.setFixedWidth(themes.scaled(_BESIDE))
        self.where.setAlignment(RIGHT)
        beside = in_column(self._where, spacing=2)
        buttons = (small_button(name, "", action=commands[name]) for name in ("large_loss", "now"))
        beside.addLayout(in_row(STRETCH, *buttons))
        beside.addStretch(1)
        layout.addLayout(beside, 0, 1)
        layout.setColumnStretch(0, 1)

    def show_frame(self, frame: Frame) -> None:
        """Show which step is looked at, and of how many."""
        self._frame = frame
        newest = min(frame.newest_step, _MOST)
        with QSignalBlocker(self.slider):
            if self.slider.maximum() != newest:
                self.slider.setRange(0, newest)
                self.slider.setPageStep(max(1, newest // 20))
            if not self._asked.isActive() and frame.selection.hovered_step is None:
                self.slider.setValue(min(frame.step, _MOST))
        self.slider.edits = frame.edits
        self.slider.setEnabled(newest > 0 and not self._lock)

        where = _where(frame)
        shown = fitted_line(where, self.where, self._where.width())
        self.where.setText(shown if shown == where else where.partition(" of ")[0])
        set_tip(self.where, _kept(frame) if shown == where else f"{where}. {_kept(frame)}")
        self._draw(frame)
        if frame.race is None:
            self._find_facts(frame)

    def show_epoch(self, epoch: float | None) -> None:
        """Show a hairline at an epoch that is pointed at in another plot; None for none."""
        rows = self._frame.rows if self._frame else None
        newest = rows.end if rows else 0.0
        self.slider.hairline = None
        if epoch is not None and rows and self._frame:
            step = round(min(max(epoch, 0.0), newest) * rows.steps_per_epoch)
            row = None if self._frame.race else self._frame.row_at(step)
            self.slider.hairline = step / rows.steps_per_epoch
            self.slider.hairline_loss = None if row is None else row.loss
        self.slider.update()

    def _draw_again(self) -> None:
        """Draw again in other colours, or in another size with the same pixels free."""
        if self._frame is not None:
            self._draw(self._frame)

    def lock(self, reason: str) -> None:
        """Allow no other step to be looked at, for a reason, which tooltips give.

        With an empty reason the next frame frees it.
        """
        self._lock = reason
        self.slider.setToolTip(reason or _DRAG)
        if reason:
            self.slider.setEnabled(False)

    def _apply_theme(self) -> None:
        self._past.setBrush(faded(themes.now.accent, 0.16))
        self._draw_again()

    # --- what is drawn ----------------------------------------------------------------------------

    def _draw(self, frame: Frame) -> None:
        """Draw the curve up to the newest step, filled up to the step that is looked at."""
        self._past.setVisible(frame.race is None)
        if frame.race is not None:
            self._draw_race(frame, frame.race)
            return
        self._losses.end_at(math.inf)
        rows = frame.rows
        track = self.slider
        per_epoch = rows.steps_per_epoch if rows else 1
        end = max(float(frame.settings.epochs), frame.newest_step / per_epoch, 1.0)
        loss = frame.current_loss
        track.per_epoch = per_epoch
        if frame.selection.hovered_step is None:
            unsaid = loss is None or frame.as_it_stands
            said = "" if unsaid else loss_said(frame.settings, loss)
            track.value_text = with_real_minus(said)
        going = frame.newest_step / per_epoch < frame.settings.epochs and _can_go_on(frame)
        asks = going and frame.settings.until_loss is None and frame.ghost is None
        track.goal = f"Run stops at epoch {frame.settings.epochs:,}" if asks else ""
        lanes = self._lanes(frame)
        x, y = _curve(frame.rows, zero=True)
        if frame.ghost is not None:
            end = max(end, float(frame.ghost.ahead.epochs[-1]))
        self._axis.end_at(end)
        known = y[np.isfinite(y)]
        ends = ends_of(known) if len(known) else (-1.0, 0.0)
        low, high = _seen(*ends)
        if len(known) < len(y):  # a loss of 0 is drawn below all that have a logarithm
            low -= _BELOW * (high - low)
            y = np.maximum(y, low)
        followed = self._ghost(frame.ghost)
        ahead = track.ghost[2]
        if len(ahead):  # otherwise it would leave the strip at once
            low = min(low, float(ahead.min()))
            high = max(high, min(float(ahead.max()), high + _MOST_DECADES))
        held = frame.ghost is not None and frame.ghost.held
        if held and self._held is not None:  # the axis stands still under the hand, or grows
            low = min(low, self._held[0])
            high = max(high, self._held[1])
        self._held = (low, high) if held else None
        room = _ABOVE * (high - low)
        wide, tall = self.plot.pixels()
        # The playhead is never cut off: the epochs stand below it.
        beside = RADIUS * math.log1p(end) / wide
        room = max(room, RADIUS * (high - low) / max(tall - 2 * RADIUS, RADIUS))
        halo = beside * (GROWS + BEYOND / RADIUS)  # at the left it lies over the axis
        self.plot.show_range(-beside, math.log1p(end) + halo, low - room, high + room)
        self._pen.draw({**followed, "loss": Curve(x, y, themes.now.accent), **lanes})
        here = math.log1p(track.value() / per_epoch)
        until = int(np.searchsorted(x, here, side="right"))
        at = float(np.interp(here, x, y)) if len(x) else (low + high) / 2
        past = np.append(x[:until], here), np.append(y[:until], at)
        self._past.setFillLevel(low - room)
        self._past.setData(*past)
        track.height_at = at
        track.curve = x, y  # it is painted together with the plot under it

    def _draw_race(self, frame: Frame, race: RaceMoment) -> None:
        """Draw the losses of all runners, and who leads when."""
        track = self.slider
        self._pins_of = None  # they are looked up again after the race
        track.pins = {}
        track.facts = ()
        track.ghost = ("", *NO_CURVE)
        track.curve = NO_CURVE
        track.told_beside = track.goal = track.value_text = ""
        track.per_epoch = race.steps_per_epoch
        self._keep_curves(race.runs)
        known = {run.number: curve for run, curve in self._curves.items()}
        curves = [(one, *known[one.number]) for one in race.runners[::-1]]
        wide, tall = self.plot.pixels()
        above = _RIBBON if tall > 3 * _RIBBON else 0.0  # a low strip has room for the curves alone
        strip = RaceStrip(curves, race.leads if above else (), race.epoch)
        low, high = _seen(*strip.span)
        least = round_up((high - low) / _LEAPS)
        low = least * math.floor(low / least)
        top = (above + RADIUS) * (high - low) / max(tall - above - 2 * RADIUS, RADIUS)
        end = math.log1p(max(frame.settings.epochs, race.newest / race.steps_per_epoch, 1.0))
        self._axis.end_at(math.expm1(end))
        self._losses.end_at(high)  # the ribbon stands above it
        names = self._pen.label_room
        beside = end / max(wide - names - RADIUS, RADIUS)
        bottom = low - RADIUS * (high - low) / tall
        self.plot.show_range(-RADIUS * beside, end + names * beside, bottom, high + top)
        pixel = (beside, (high + top - bottom) / tall)
        palette = themes.now.palette
        ribbon = high + top - max(above - RADIUS, RADIUS) * pixel[1]
        self._pen.draw(strip.marks(palette, ribbon, pixel))
        _, x, y = curves[-1]
        at = float(np.interp(math.log1p(race.epoch), x, y))
        # Who takes steps alone leads nobody: the playhead has no ribbon to stand on.
        track.height_at = ribbon if curves[1:] or math.isnan(at) else at
        track.update()

    def _ghost(self, ghost: Ghost | None) -> Marks:
        """Return the marks of the ghost and its neighbours, and let the track say where it ends."""
        track = self.slider
        track.told_beside = _told_beside(ghost)
        track.ghost = "", *NO_CURVE
        if ghost is None:
            return {}
        x, y = _on_axes(*ghost.curve)
        ahead = x[np.isfinite(y)], y[np.isfinite(y)]
        track.ghost = ghost.said, *ahead
        beside = {
            blows_up: _on_axes(*ghost.beside(blows_up=blows_up)) for blows_up in (False, True)
        }
        return ahead_marks(ahead, beside, "", themes.now.palette, ghost.opacity)

    def _lanes(self, frame: Frame) -> Marks:
        """Return the curve of each run that parted from this one, from there on."""
        pins = tuple(
            run
            for run in frame.others
            if not run.racing and same_losses(frame.settings, run.settings)
        )
        start = frame.settings_at_start
        edits = frame.edits
        if (pins, start, edits) != self._pins_of:
            self._pins_of = pins, start, edits
            self.slider.pins = {run: run.unlike(start, edits) for run in pins}
            self._parted = {
                run: step for run in pins if (step := run.branched_at(start, edits)) is not None
            }
        self._keep_curves(self._parted)
        lanes: Marks = {}
        for run, step in self._parted.items():
            x, y = self._curves[run]
            parted_at = math.log1p(step / self.slider.per_epoch)
            first = max(0, int(np.searchsorted(x, parted_at)) - 1)
            colour = themes.now.palette.run(run.slot)
            lanes["lane", run.number] = Curve(x[first:], y[first:], colour, width=1.4)
        return lanes

    def _keep_curves(self, runs: Iterable[ListedRun]) -> None:
        self._curves = {run: self._curves.get(run) or _curve(run.rows) for run in runs}

    def _find_facts(self, frame: Frame) -> None:
        """Show the facts that are known, and look for more once nothing moves.

        If every sample is right, it looks for when that came at once, even while the run goes on.
        """
        if self._lock or frame.preview or not self.tells_facts:
            self._search.drop()
            self.slider.facts = ()
            return
        self.slider.facts = self._facts.known(frame)
        right = frame.right is not None and frame.right.all()
        self._search.start(self._facts.work(frame), self._show_facts, after=0 if right else REST)

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        if facts != self.slider.facts and not self._lock:
            self.slider.facts = facts
            self.slider.update()

    # --- what is asked ----------------------------------------------------------------------------

    def _ask(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self.now_asked.emit()
        else:
            self.step_asked.emit(self.slider.value())


def _seen(low: float, high: float) -> tuple[float, float]:
    """Return the ends of the strip for losses from low to high, in decades."""
    more = max(_LEAST_SPAN - (high - low), 0.0) / 2
    return low - more, high + more


def _can_go_on(frame: Frame) -> bool:
    """Return whether more steps would still change something."""
    evidence = frame.evidence_now
    if evidence is None:
        return True
    trainable = frame.settings.activation_entry.trainable
    return trainable and evidence.stopped is None and not is_stuck(evidence)


def _where(frame: Frame) -> str:
    if frame.rows is None:
        return "—"
    if not frame.looks_back:
        if frame.phase is not None:
            return f"step {frame.newest_step:,}, in parts"
        return f"step {frame.newest_step:,}, now"
    again = "*" if _recomputed(frame) else ""
    return f"step {frame.step:,}{again} of {frame.newest_step:,}"


def _recomputed(frame: Frame) -> bool:
    return frame.rows is not None and frame.rows.kept_before(frame.step).step != frame.step


def _kept(frame: Frame) -> str:
    """Return what is said about the rows that were left out."""
    if frame.rows is None or frame.rows.stride == 1:
        return "Every step is kept."
    kept = (
        f"Of this long run one step in {frame.rows.stride:,} is kept; "
        "those between are computed again, exactly."
    )
    return f"* This step was computed again. {kept}" if _recomputed(frame) else kept


def _on_axes(epochs: Floats, losses: Floats) -> Line:
    """Return log(1 + epoch) and log₁₀ loss, (m,) each; NaN where the loss has no logarithm."""
    return np.log1p(epochs), heights(losses, log=True)


def _told_beside(ghost: Ghost | None) -> str:
    if ghost is None or not ghost.neighbours:
        return ""
    return f"{_OTHER_RATES}{_RED if len(ghost.beside(blows_up=True)[0]) else ''}"


def _curve(rows: Rows | None, *, zero: bool = False) -> Line:
    """Return log(1 + epoch) and log₁₀ loss, (n,) each, of the points that can be drawn.

    With ``zero`` a loss of 0 is one of them, as −∞. A long run has as many points from each epoch
    to its eightfold as can be told apart, with the extremes between them.
    """
    if rows is None:
        return NO_CURVE
    ends = [rows.end]
    while ends[-1] > _ALL:
        ends.append(ends[-1] / 8)
    parts = [rows.drawn_loss(8 * _ALL, (0.0, ends[-1]))]
    parts += [rows.drawn_loss(_ALL, (low, high)) for high, low in pairwise(ends)][::-1]
    found = [
        (epochs[inside], losses[inside])
        for (epochs, losses), low, high in zip(parts, [-1.0, *ends[:0:-1]], ends[::-1], strict=True)
        for inside in [(epochs > low) & (epochs <= high)]
    ]
    epochs, losses = (np.concatenate(column) for column in zip(*found, strict=True))
    x, y = _on_axes(epochs, losses)
    y[losses == 0] = -np.inf
    known = np.isfinite(y) | (zero & (losses == 0))
    return x[known], y[known]
