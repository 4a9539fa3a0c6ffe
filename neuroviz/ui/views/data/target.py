"""Three inputs and more: the prediction against the target, with the line of perfection."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.marks import Curve
from neuroviz.ui.canvas.plot import LARGEST, Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.data.parts import ClassPoints, margins, reaching

__all__ = ["TargetScene"]

_SPREAD = 0.3  # of the distance of the two classes


class TargetScene:
    """Prediction against target; the samples of a class are spread sideways, which the axis says."""

    title = "Prediction against target"
    x_label = "target"
    y_label = "prediction"

    def __init__(self) -> None:
        self._perfect = Curve()
        self._threshold = pg.InfiniteLine(angle=0)
        self._points = ClassPoints(10)

    def add(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Put the line of perfection, the threshold and the points into the plot."""
        pen = themes.pen(theme.muted, 1.2, plot)
        pen.setStyle(Qt.PenStyle.DashLine)
        self._perfect.setPen(pen)
        self._threshold.setPen(themes.pen(theme.edge, 1.2, plot))
        plot.addItem(self._perfect)
        plot.addItem(self._threshold)
        self._points.add(plot, theme, classes=frame.settings.dataset.classes)
        if frame.settings.dataset.classes:
            self.x_label = "target (spread sideways)"
        threshold = frame.settings.threshold
        self._threshold.setVisible(threshold is not None)
        if threshold is not None:
            self._threshold.setPos(threshold)

    def positions(self, frame: Frame) -> Floats:
        """Return (target, prediction) of every sample; none until torch is loaded."""
        if frame.prediction is None:
            return np.empty((0, 2))
        targets = frame.settings.coded_targets.copy()
        if frame.settings.dataset.classes:
            span = float(np.ptp(targets)) or 1.0
            # By the golden ratio the samples of a class fill the width evenly, whatever their number.
            shares = (np.arange(len(targets)) * 0.6180339887) % 1 - 0.5
            targets = targets + _SPREAD * span * shares
        return np.column_stack((targets, np.clip(frame.prediction.output, -LARGEST, LARGEST)))

    def draw(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Show the predictions of the neuron as it is."""
        positions = self.positions(frame)
        targets = frame.settings.coded_targets
        low, high = margins(targets, 0.2)
        bottom = low
        top = high
        if len(positions):
            self._points.draw(frame, positions)
            bottom, top = reaching(bottom, top, positions[:, 1])
        plot.show_range(low, high, bottom, top)
        ends = np.array([low, high])
        self._perfect.setData(ends, ends)
