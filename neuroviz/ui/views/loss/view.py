"""The loss curve."""

from __future__ import annotations

from typing import cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout

from neuroviz.core.numbers import format_number
from neuroviz.core.types import Floats
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.loss import loss_figure
from neuroviz.pictures.run_styles import run_style
from neuroviz.session.frame import Frame
from neuroviz.session.listed_run import ListedRun
from neuroviz.ui.canvas.marks import Curve, Labels, Points
from neuroviz.ui.canvas.plot import PlotView, round_up
from neuroviz.ui.runs.run_legend import RunLegend
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.run_shapes import shape_path
from neuroviz.ui.views.loss.other_losses import LOWEST_DECADE, OtherLosses, loss_heights
from neuroviz.ui.views.loss.predicted import PredictedLosses

__all__ = ["LossView"]

_NAMED = 80  # pixels from the right edge, where the dashed curve bears its name
_POINTS = 2_000  # of the dashed curve in a file
_EDGE = 0.015  # of the width, so that the newest point is not cut by the edge


class LossView(PlotView):
    """Mean loss over all samples against epochs, linear or logarithmic; dashed what theory predicts."""

    figure_name = "loss"
    menu_title = "Loss plot"
    run_switched = Signal(int, bool)
    """Number of a run of the list, and whether it is to be seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("loss_plot", "Loss", "epoch", "loss", theme)
        self.log = self.add_button("log", "Logarithmic loss axis", checkable=True)
        self.log.setObjectName("log_axis")
        self.log.toggled.connect(self._on_log_toggled)
        self._curve = Curve()
        self._newest = Points(size=8, pen=None)
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        self._here = pg.InfiniteLine(angle=90, movable=False)
        self._theory = PredictedLosses()
        self._dashes = Curve()
        self._shape = "circle"
        self._dashes.setZValue(-1)
        self._newest.setZValue(1)
        self.legend = RunLegend()
        self._others = OtherLosses(self.plot)
        cast("QVBoxLayout", self.layout()).insertWidget(1, self.legend)  # under the header
        self.legend.run_switched.connect(self.run_switched)
        self._name = Labels([], themes.text_font())
        for item in (self._curve, self._newest, self._mark, self._here, self._dashes, self._name):
            self.plot.addItem(item)
        self._mark.hide()
        self._here.hide()
        self.plot.apply_theme(theme)

    def reset(self, frame: Frame) -> None:
        """Name the loss and its reduction."""
        self.heading.setText(f"{frame.settings.loss_entry.label}, mean")
        self.heading.setToolTip(frame.settings.loss_entry.formula)
        self._curve.setPen(themes.pen(self.theme.accent, 1.6, self))
        self._newest.setBrush(self.theme.accent)
        self._mark.setPen(themes.pen(self.theme.edge, 1, self))
        self._here.setPen(themes.pen(self.theme.accent, 1, self))
        dashes = themes.pen(self.theme.muted, 1.2, self)
        dashes.setStyle(Qt.PenStyle.DashLine)
        self._dashes.setPen(dashes)
        self.plot.removeItem(self._name)
        self._name = Labels([self.theme.muted], themes.text_font(), QColor(self.theme.card))
        self.plot.addItem(self._name)
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Show the curve up to now."""
        if frame.rows is None:
            self._curve.setData()
            self._newest.setData([], [])
            return
        self.legend.show_runs(tuple(run for run in frame.runs if run.rows is not None), self.theme)
        self._others.follow(frame, self.theme, log=self.log.isChecked())
        epochs, losses = frame.rows.drawn_loss(self.plot.pixels()[0], self.plot.window())
        heights = self._heights(losses)
        newest = frame.rows.newest.step / frame.rows.steps_per_epoch
        right = self._right(frame, newest)
        ahead = self._draw_theory(frame, newest, right)
        ahead = ahead if newest == 0 or self.log.isChecked() else heights
        self._fit(right, np.concatenate((heights, ahead, self._others.heights())))
        self._curve.setData(epochs, heights)
        self._name_runs(frame, epochs, heights)
        self._show_moment(frame, epochs, heights)
        if not self._mark.isVisible():
            self.leave()

    def _show_moment(self, frame: Frame, epochs: Floats, heights: Floats) -> None:
        """Mark the row that is looked at: by a point, and where it is an earlier one by a line too."""
        self._here.setVisible(frame.looks_back)
        if not frame.looks_back or frame.rows_here is None:
            self._newest.setData(epochs[-1:], heights[-1:])
            return
        rows = frame.rows_here
        step, loss = rows.last_loss
        self._here.setPos(frame.step / rows.steps_per_epoch)
        self._newest.setData([step / rows.steps_per_epoch], self._heights(np.array([loss])))

    def _name_runs(self, frame: Frame, epochs: Floats, heights: Floats) -> None:
        """Name the curves while there are others, and give the run the shape of its place in the list."""
        active = next((run for run in frame.runs if run.active), None)
        shape = run_style(active.slot).shape if active else "circle"
        if shape != self._shape:
            self._shape = shape
            self._newest.setSymbol(shape_path(shape, 0.5) if active else "o")
        self._others.name((active.name, epochs[-1], heights[-1]) if active else None, self.theme)

    def figure(self, frame: Frame) -> Figure | None:
        """Return the loss plot as the command line writes it, with what theory predicts."""
        if frame.rows is None:
            return None
        newest = frame.rows.newest.step / frame.rows.steps_per_epoch
        right = self._right(frame, newest) if newest == 0 else newest
        predicted = self._theory.between(frame, 0.0, right, _POINTS)
        others = [(run.name, run.slot, run.rows) for run in frame.others if run.rows is not None]
        name = next((run.name for run in frame.runs if run.active), None)
        return loss_figure(frame.settings, frame.rows, self.log.isChecked(), predicted, others, name)

    def hover(self, point: QPointF) -> None:
        """Read epoch and loss of the stored loss nearest to the pointer, and of several curves the name."""
        if self.frame is None or self.frame.rows is None:
            return
        other = self._others.nearest(point, self._curve.getData())
        run = other or self.frame
        rows = run.rows or self.frame.rows
        epoch = min(max(round(point.x()), 0), rows.newest.epoch)
        row = run.row_at(epoch * rows.steps_per_epoch)
        loss = row.loss if row else None
        self._mark.setPos(epoch)
        self._mark.show()
        self.reading.setText(f"{self._whose(other)}epoch {epoch:,}   loss {format_number(loss, 6)}")

    def _whose(self, other: ListedRun | None) -> str:
        """Return how a reading names a run, the active one where it is None; not at all while it is alone."""
        if self.frame is None or not self.frame.others:
            return ""
        run = other or next((run for run in self.frame.runs if run.active), None)
        return f"{run.name if run else 'this run'}: "

    def leave(self) -> None:
        """Read the loss at the row that is looked at."""
        self._mark.hide()
        loss = self.frame.current_loss if self.frame else None
        row = self.frame.row if self.frame else None
        trains = row is not None and self.frame is not None and self.frame.settings.activation_entry.trainable
        rate = f", learning rate of this step {format_number(row.learning_rate, 6)}" if row and trains else ""
        absent = " (has no place on a log axis)" if loss == 0 and self.log.isChecked() else ""
        here = f"step {self.frame.step:,}:" if self.frame and self.frame.looks_back else "now"
        self.reading.setText(f"{here} {format_number(loss, 6)}{absent}{rate}")

    def _right(self, frame: Frame, newest: float) -> float:
        """Return the end of the axis: before the first step that of the whole run, where theory predicts it."""
        whole = newest == 0 and self._theory.exist(frame)
        return round_up(max(frame.settings.epochs if whole else newest, 10.0, self._others.end)) * self._others.room

    def _draw_theory(self, frame: Frame, newest: float, right: float) -> Floats:
        """Draw what theory predicts for the epochs in sight, and return its heights."""
        first, last = self.plot.window() or (0.0, right)
        epochs, losses = self._theory.between(frame, first, last, self.plot.pixels()[0])
        heights = self._heights(losses)
        self._dashes.setData(epochs, heights)
        place = last - _NAMED * (last - first) / self.plot.pixels()[0]
        names_end = newest * self._others.room if self._others.end else newest
        named = len(epochs) > 0 and epochs[0] <= place <= epochs[-1] and names_end < place
        self._name.show_texts([("predicted", place, float(np.interp(place, epochs, heights)))] if named else [])
        return heights

    def _heights(self, losses: Floats) -> Floats:
        return loss_heights(losses, log=self.log.isChecked())

    def _fit(self, right: float, y: Floats) -> None:
        """Show epochs up to ``right``, and these heights."""
        left = -_EDGE * right
        right = (1 + _EDGE) * right
        if self.log.isChecked():
            visible = y[y > LOWEST_DECADE]
            low, high = (visible.min(), visible.max()) if len(visible) else (0.0, 0.0)
            self.plot.show_range(left, right, np.floor(low - 0.05), np.ceil(high + 0.05))
        else:
            top = round_up(1.02 * float(y.max()))
            self.plot.show_range(left, right, -0.02 * top, top)

    def _on_log_toggled(self, on: bool) -> None:
        self.plot.getAxis("left").setLogMode(x=False, y=on)
        self.plot.label_axes(self.theme, y_label="loss (log scale)" if on else "loss")
        self.plot.fit()
