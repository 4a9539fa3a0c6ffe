"""The loss curve."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF

from neuroviz.core.numbers import format_number
from neuroviz.core.tasks import Floats
from neuroviz.files.figure import Figure
from neuroviz.files.loss_figure import loss_figure
from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.outline import outline_of_band
from neuroviz.ui.plot import LARGEST, PlotView, round_up
from neuroviz.ui.theme import Theme

__all__ = ["LossView"]

_LOWEST_DECADE = -300.0
_EDGE = 0.015  # of the width, so that the newest point is not cut by the edge


class LossView(PlotView):
    """Mean loss over all samples against epochs, linear or logarithmic."""

    figure_name = "loss"
    menu_title = "Loss plot"

    def __init__(self, theme: Theme) -> None:
        super().__init__("loss_plot", "Loss", "epoch", "loss", theme)
        self.log = self.add_button("log", "Logarithmic loss axis", checkable=True)
        self.log.setObjectName("log_axis")
        self.log.toggled.connect(self._on_log_toggled)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._newest = pg.ScatterPlotItem(size=8, pen=None)
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._curve, self._newest, self._mark):
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
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Show the curve up to now."""
        if frame.rows is None:
            self._curve.setData([], [])
            self._newest.setData([], [])
            return
        epochs, losses, low, high = frame.rows.loss_curve
        seen = self.plot.visible(epochs)
        # The extremes since the row before, so that the spikes of thinned rows stay seen.
        least = losses[seen] if frame.rows.stride == 1 else low[seen]
        greatest = least if frame.rows.stride == 1 else high[seen]
        shown, band = outline_of_band(least, greatest, self.plot.pixels()[0])
        band = np.append(band[:-1], losses[seen][-1:])  # the curve ends at the loss, not at an extreme
        x, heights = epochs[seen][shown], self._heights(band)
        self._fit(float(epochs[-1]), heights)
        self._curve.setData(x, heights)
        self._newest.setData(epochs[-1:], self._heights(losses[-1:]))
        if not self._mark.isVisible():
            self.leave()

    def figure(self, frame: Frame) -> Figure | None:
        """Return the loss plot as the command line writes it."""
        return loss_figure(frame.settings, frame.rows, self.log.isChecked()) if frame.rows else None

    def hover(self, point: QPointF) -> None:
        """Read epoch and loss of the stored loss nearest to the pointer."""
        if self.frame is None or self.frame.rows is None:
            return
        epochs, losses, _, _ = self.frame.rows.loss_curve
        index = int(np.abs(epochs - point.x()).argmin())
        self._mark.setPos(epochs[index])
        self._mark.show()
        self.reading.setText(f"epoch {epochs[index]:,.0f}   loss {format_number(losses[index], 6)}")

    def leave(self) -> None:
        """Read the loss now."""
        self._mark.hide()
        loss = self.frame.current_loss if self.frame else None
        newest = self.frame.newest if self.frame else None
        trains = newest is not None and self.frame is not None and self.frame.settings.activation_entry.trainable
        rate = f", learning rate of this step {format_number(newest.learning_rate, 6)}" if newest and trains else ""
        absent = " (has no place on a log axis)" if loss == 0 and self.log.isChecked() else ""
        self.reading.setText(f"now {format_number(loss, 6)}{absent}{rate}")

    def _heights(self, losses: Floats) -> Floats:
        if not self.log.isChecked():
            return np.minimum(losses, LARGEST)
        # A loss of exactly 0 has no place on a log axis: it stands at its lower end.
        heights: Floats = np.log10(np.maximum(losses, 10.0**_LOWEST_DECADE))
        return heights

    def _fit(self, epoch: float, y: Floats) -> None:
        right = round_up(max(epoch, 10.0))
        left, right = -_EDGE * right, (1 + _EDGE) * right
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
