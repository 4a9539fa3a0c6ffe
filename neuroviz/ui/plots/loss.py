"""The loss curve."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from neuroviz.core.numbers import format_number
from neuroviz.core.tasks import Floats
from neuroviz.files.figure import Figure
from neuroviz.files.loss_figure import loss_figure
from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.marks import Curve, Labels, Points
from neuroviz.ui.plot import LARGEST, PlotView, round_up
from neuroviz.ui.predicted import PredictedLosses
from neuroviz.ui.theme import Theme

__all__ = ["LossView"]

_LOWEST_DECADE = -300.0
_NAMED = 80  # pixels from the right edge, where the dashed curve bears its name
_POINTS = 2_000  # of the dashed curve in a file
_EDGE = 0.015  # of the width, so that the newest point is not cut by the edge


class LossView(PlotView):
    """Mean loss over all samples against epochs, linear or logarithmic; dashed what theory predicts."""

    figure_name = "loss"
    menu_title = "Loss plot"

    def __init__(self, theme: Theme) -> None:
        super().__init__("loss_plot", "Loss", "epoch", "loss", theme)
        self.log = self.add_button("log", "Logarithmic loss axis", checkable=True)
        self.log.setObjectName("log_axis")
        self.log.toggled.connect(self._on_log_toggled)
        self._curve = Curve()
        self._newest = Points(size=8, pen=None)
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        self._theory, self._dashes = PredictedLosses(), Curve()
        self._dashes.setZValue(-1)
        self._name = Labels([], themes.text_font())
        for item in (self._curve, self._newest, self._mark, self._dashes, self._name):
            self.plot.addItem(item)
        self._mark.hide()
        self.plot.apply_theme(theme)

    def reset(self, frame: Frame) -> None:
        """Name the loss and its reduction."""
        self.heading.setText(f"{frame.settings.loss_entry.label}, mean")
        self.heading.setToolTip(frame.settings.loss_entry.formula)
        self._curve.setPen(themes.pen(self.theme.accent, 1.6, self))
        self._newest.setBrush(self.theme.accent)
        self._mark.setPen(themes.pen(self.theme.edge, 1, self))
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
        epochs, losses = frame.rows.drawn_loss(self.plot.pixels()[0], self.plot.window())
        heights, newest = self._heights(losses), frame.rows.newest.step / frame.rows.steps_per_epoch
        right = self._right(frame, newest)
        ahead = self._draw_theory(frame, newest, right)
        self._fit(right, heights, ahead if newest == 0 or self.log.isChecked() else heights)
        self._curve.setData(epochs, heights)
        self._newest.setData(epochs[-1:], heights[-1:])
        if not self._mark.isVisible():
            self.leave()

    def figure(self, frame: Frame) -> Figure | None:
        """Return the loss plot as the command line writes it, with what theory predicts."""
        if frame.rows is None:
            return None
        newest = frame.rows.newest.step / frame.rows.steps_per_epoch
        right = self._right(frame, newest) if newest == 0 else newest
        predicted = self._theory.between(frame, 0.0, right, _POINTS)
        return loss_figure(frame.settings, frame.rows, self.log.isChecked(), predicted)

    def hover(self, point: QPointF) -> None:
        """Read epoch and loss of the stored loss nearest to the pointer."""
        if self.frame is None or self.frame.rows is None:
            return
        rows = self.frame.rows
        epoch = min(max(round(point.x()), 0), rows.newest.epoch)
        row = self.frame.row_at(epoch * rows.steps_per_epoch)
        loss = row.loss if row else None
        self._mark.setPos(epoch)
        self._mark.show()
        self.reading.setText(f"epoch {epoch:,}   loss {format_number(loss, 6)}")

    def leave(self) -> None:
        """Read the loss now."""
        self._mark.hide()
        loss = self.frame.current_loss if self.frame else None
        newest = self.frame.newest if self.frame else None
        trains = newest is not None and self.frame is not None and self.frame.settings.activation_entry.trainable
        rate = f", learning rate of this step {format_number(newest.learning_rate, 6)}" if newest and trains else ""
        absent = " (has no place on a log axis)" if loss == 0 and self.log.isChecked() else ""
        self.reading.setText(f"now {format_number(loss, 6)}{absent}{rate}")

    def _right(self, frame: Frame, newest: float) -> float:
        """Return the end of the axis: before the first step that of the whole run, where theory predicts it."""
        whole = newest == 0 and self._theory.exist(frame)
        return round_up(max(frame.settings.epochs if whole else newest, 10.0))

    def _draw_theory(self, frame: Frame, newest: float, right: float) -> Floats:
        """Draw what theory predicts for the epochs in sight, and return its heights."""
        first, last = self.plot.window() or (0.0, right)
        epochs, losses = self._theory.between(frame, first, last, self.plot.pixels()[0])
        heights = self._heights(losses)
        self._dashes.setData(epochs, heights)
        place = last - _NAMED * (last - first) / self.plot.pixels()[0]
        at = int(np.searchsorted(epochs, place))
        named = at < len(epochs) and newest < place
        self._name.show_texts([("predicted", epochs[at], heights[at])] if named else [])
        return heights

    def _heights(self, losses: Floats) -> Floats:
        if not self.log.isChecked():
            return np.minimum(losses, LARGEST)
        # A loss of exactly 0 has no place on a log axis: it stands at its lower end.
        heights: Floats = np.log10(np.maximum(losses, 10.0**_LOWEST_DECADE))
        return heights

    def _fit(self, right: float, heights: Floats, ahead: Floats) -> None:
        """Show epochs up to ``right``, and these heights."""
        left, right = -_EDGE * right, (1 + _EDGE) * right
        y = np.concatenate((heights, ahead))
        if self.log.isChecked():
            visible = y[y > _LOWEST_DECADE]
            low, high = (visible.min(), visible.max()) if len(visible) else (0.0, 0.0)
            self.plot.show_range(left, right, np.floor(low - 0.05), np.ceil(high + 0.05))
        else:
            top = round_up(1.02 * float(y.max()))
            self.plot.show_range(left, right, -0.02 * top, top)

    def _on_log_toggled(self, on: bool) -> None:
        self.plot.getAxis("left").setLogMode(x=False, y=on)
        self.plot.label_axes(self.theme, y_label="loss (log scale)" if on else "loss")
        self.plot.fit()
