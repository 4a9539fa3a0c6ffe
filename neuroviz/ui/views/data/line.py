"""One input: the samples, the neuron's curve, and the residuals between them."""

from __future__ import annotations

import numpy as np

from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.marks import Curve
from neuroviz.ui.canvas.plot import LARGEST, Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.data.parts import ClassPoints, margins, reaching

__all__ = ["LineScene"]

_POINTS = 200


class LineScene:
    """Target and output against the one input."""

    title = "Line and residuals"
    x_label = "x"
    y_label = "target and output"

    def __init__(self) -> None:
        self._curve = Curve()
        self._residuals = Curve("pairs", antialias=False)
        self._points = ClassPoints(11)

    def add(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Put curve, residuals and points into the plot."""
        self._curve.setPen(themes.pen(theme.accent, 2, plot))
        self._residuals.setPen(themes.pen(theme.error, 1.4, plot))
        plot.addItem(self._residuals)
        plot.addItem(self._curve)
        self._points.add(plot, theme, classes=frame.settings.dataset.classes)

    def positions(self, frame: Frame) -> Floats:
        """Return (x, y) of every sample."""
        return np.column_stack((frame.settings.coded_inputs[:, 0], frame.settings.coded_targets))

    def draw(self, plot: Plot, frame: Frame, theme: Theme) -> None:
        """Show the curve of the neuron as it is."""
        positions = self.positions(frame)
        low, high = margins(positions[:, 0], 0.15)
        plot.show_range(low, high, *self._heights(frame))
        self._points.draw(frame, positions)
        if frame.prediction is None:
            return
        (left, right), _ = plot.box.viewRange()
        x = np.linspace(left, right, _POINTS)
        output = frame.output_at(x[:, None])
        assert output is not None
        self._curve.setData(x, np.clip(output, -LARGEST, LARGEST))
        pairs = np.column_stack((positions[:, 1], np.clip(frame.prediction.output, -LARGEST, LARGEST))).ravel()
        self._residuals.setData(np.repeat(positions[:, 0], 2), pairs)

    @staticmethod
    def _heights(frame: Frame) -> tuple[float, float]:
        """Return the range: the targets, and the outputs in rounded steps, so that it does not jump."""
        low, high = margins(frame.settings.coded_targets, 0.15)
        if frame.prediction is not None:
            low, high = reaching(low, high, np.clip(frame.prediction.output, -LARGEST, LARGEST))
        return low, high
