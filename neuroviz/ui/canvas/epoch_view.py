"""A plot over epochs: what is pointed at in one of them is read in all."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, Signal

from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Points
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.axis import StillAxis
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.pen import LABEL_ROOM, Pen, heights
from neuroviz.ui.canvas.plot import PlotView
from neuroviz.ui.canvas.plot_numbers import PlotNumbers
from neuroviz.ui.theme import theme as themes

DOT = 7.0
"""Pixels of the dot where a hairline crosses a curve."""
_UNSEEN = 0.5
"""Pixels by which a run may go on, and is not drawn anew until it is read."""


class EpochView(PlotView):
    """The base of the plots whose x axis is the run: with hairlines, and room for names at ends."""

    epoch_hovered = Signal(object)
    """The epoch under the pointer, None where it leaves."""
    scrubbed = Signal(float)
    """The epoch to which somebody drags."""

    def __init__(self, y_label: str, *axes: StillAxis) -> None:
        super().__init__("epoch", y_label, *axes)
        self._pen = Pen(self.plot)
        self._here = self.add_hairline()
        self._mark = self.add_hairline()
        self._dots = PaintedMarks(themes.numeric_font())
        self._dots.setZValue(2)  # over the hairlines
        self._drawn_to = math.nan
        """The place of the newest epoch that is drawn."""
        self.plot.addItem(self._dots)
        self.plot.box.is_of_time = True
        self.plot.hovered.connect(lambda point: self.epoch_hovered.emit(self.epoch_at(point.x())))
        self.plot.left.connect(lambda: self.epoch_hovered.emit(None))
        self.plot.box.scrubbed.connect(lambda point: self.scrubbed.emit(self.epoch_at(point.x())))

    def epoch_at(self, x: float) -> float:
        """Return the epoch that stands at a place on the axis."""
        return x

    def place_of(self, epoch: float) -> float:
        """Return the place of an epoch on the axis."""
        return epoch

    def over_epochs(self, columns: Mapping[str, Floats], *, log: bool = False) -> PlotNumbers:
        """Return columns over the first, the epoch, with a place for each number of the others.

        ``log`` says whether these have a logarithmic axis.
        """
        epochs, *others = columns.values()
        x = [self.place_of(epoch) for epoch in epochs]
        places = [np.column_stack((x, heights(values, log=log))) for values in others]
        return PlotNumbers(columns, np.stack(places, axis=1))

    def reset(self, frame: Frame) -> None:
        """Let the hairlines wear the theme."""
        self._here.setPen(themes.pen(themes.now.accent, 1, self))
        self._mark.setPen(themes.pen(themes.now.edge, 1, self))

    def draw(self, frame: Frame) -> None:
        """Draw a line at the step that is looked at, where that is not the newest."""
        self._here.setVisible(frame.looks_back)
        if frame.looks_back and frame.rows is not None:
            self._here.setPos(self.place_of(frame.step / frame.rows.steps_per_epoch))
        self._drawn_to = self._end_of(frame)

    def _end_of(self, frame: Frame) -> float:
        """Return the place of the newest epoch; NaN where more than a run that goes on is seen."""
        if frame.rows is None or frame.preview or frame.looks_back or frame.ghost is not None:
            return math.nan
        return self.place_of(frame.rows.end)

    def read(self, frame: Frame) -> None:
        """Read the step that is looked at, where the pointer reads no other."""
        if not self._mark.isVisible():
            self.leave()

    def stands_still(self, frame: Frame) -> bool:
        """Return whether the run has grown by less than can be seen."""
        left, right = self.plot.box.viewRange()[0]
        grown = (self._end_of(frame) - self._drawn_to) / (right - left)
        return bool(0 <= grown * self.plot.pixels()[0] <= _UNSEEN)

    def show_epoch(self, epoch: float | None) -> None:
        """Read at an epoch that is pointed at elsewhere, with a hairline; None for none."""
        if epoch is None:
            self.leave()
        else:
            self.hover(QPointF(self.place_of(epoch), math.nan))  # near no curve but the run's own

    def mark(self, x: float, *dots: tuple[str, float], log: bool = False) -> None:
        """Show the hairline at a place, with dots there, of colours and values.

        ``log`` says whether these have a logarithmic axis.
        """
        self._mark.setPos(x)
        self._mark.show()
        at = heights(np.array([value for _, value in dots], dtype=float), log=log)
        placed = enumerate(zip(dots, at, strict=True))
        self._dots.show_marks(
            {("dot", i): Points([x], [y], dot[0], size=DOT) for i, (dot, y) in placed}
        )

    def leave(self) -> None:
        """Take the hairline away."""
        self._mark.hide()
        self._dots.show_marks({})

    @property
    def _room(self) -> float:
        """How many times as long the axis must be for names at the ends of curves."""
        pixels = self.plot.pixels()[0]
        return pixels / max(pixels - self._pen.label_room, LABEL_ROOM)
