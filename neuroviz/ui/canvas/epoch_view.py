"""The base of plots over epochs: what is pointed at in one of them is read in all."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, Signal

from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Marks, Points, Segments
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.axis import StillAxis
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.pen import LABEL_ROOM, Pen, heights
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, PlotView
from neuroviz.ui.canvas.tables import PlotNumbers
from neuroviz.ui.theme import theme as themes

DOT = 7.0
"""Size in pixels of the dot where a hairline crosses a curve."""
_UNSEEN = 0.5
"""Pixels by which a run may go on without being drawn again, until it is read."""


class EpochView(PlotView):
    """A plot over the epochs of runs, with hairlines, and with room for names at ends of curves."""

    epoch_hovered = Signal(object)
    """The epoch under the pointer; None when the pointer has gone."""
    scrubbed = Signal(float)
    """The epoch to which a person drags."""

    def __init__(self, y_label: str, *axes: StillAxis) -> None:
        super().__init__("epoch", y_label, *axes)
        self._pen = Pen(self.plot)
        # The hairlines of the step that is looked at and of the pointer, and dots over them.
        self._here, self._mark, self._dots = (
            self.plot.addItem(PaintedMarks(z)) for z in (1.0, 1.0, 2.0)
        )
        self._drawn_to = math.nan
        """The position of the newest epoch that is drawn; NaN if unknown."""
        self.plot.box.is_of_time = True
        # The ranges depend on its width, which changes with the numbers of the left axis.
        self.plot.box.sigResized.connect(self._on_range_changed)
        self.plot.hovered.connect(lambda point: self.epoch_hovered.emit(self.epoch_at(point.x())))
        self.plot.left.connect(lambda: self.epoch_hovered.emit(None))
        self.plot.box.scrubbed.connect(lambda point: self.scrubbed.emit(self.epoch_at(point.x())))

    def epoch_at(self, x: float) -> float:
        """Return the epoch at a position on the axis."""
        return x

    def place_of(self, epoch: float) -> float:
        """Return the position of an epoch on the axis."""
        return epoch

    def over_epochs(self, columns: Mapping[str, Floats], *, log: bool = False) -> PlotNumbers:
        """Return columns over the first, which is the epoch, with places for those of the others.

        ``log`` says whether the others have a logarithmic axis.
        """
        epochs, *others = columns.values()
        x = [self.place_of(epoch) for epoch in epochs]
        places = [np.column_stack((x, heights(values, log=log))) for values in others]
        return PlotNumbers(columns, np.stack(places, axis=1))

    def draw(self, frame: Frame) -> None:
        """Draw a line at the step that is looked at, unless it is the newest."""
        here: Marks = {}
        if frame.looks_back and frame.rows is not None:
            epoch = frame.step / frame.rows.steps_per_epoch
            here = _hairline(self.place_of(epoch), themes.now.accent)
        self._here.show_marks(here)
        self._drawn_to = self._end_of(frame)

    def _end_of(self, frame: Frame) -> float:
        """Return the position of the newest epoch; NaN where not only a going run is shown."""
        if frame.rows is None or frame.preview or frame.looks_back or frame.ghost is not None:
            return math.nan
        return self.place_of(frame.rows.end)

    def read(self, frame: Frame) -> None:
        """Read the step that is looked at, unless the pointer reads another one."""
        if not self._mark.marks:
            self.leave()

    def stands_still(self, frame: Frame) -> bool:
        """Return whether the run has grown too little to be seen."""
        left, right = self.plot.box.viewRange()[0]
        grown = (self._end_of(frame) - self._drawn_to) / (right - left)
        return bool(0 <= grown * self.plot.pixels()[0] <= _UNSEEN)

    def show_epoch(self, epoch: float | None) -> None:
        """Read at an epoch that is pointed at elsewhere, with a hairline; None ends that."""
        if epoch is None:
            self.leave()
        else:
            self.hover(QPointF(self.place_of(epoch), math.nan))  # only near the run's own curve

    def mark(self, x: float, *dots: tuple[str, float], log: bool = False) -> None:
        """Show the hairline at a position, with dots on it, each a colour and a value.

        ``log`` says whether the values have a logarithmic axis.
        """
        self._mark.show_marks(_hairline(x, themes.now.edge))
        at = heights(np.array([value for _, value in dots], dtype=float), log=log)
        placed = enumerate(zip(dots, at, strict=True))
        self._dots.show_marks(
            {("dot", i): Points([x], [y], dot[0], size=DOT) for i, (dot, y) in placed}
        )

    def leave(self) -> None:
        """Hide the hairline."""
        self._mark.show_marks({})
        self._dots.show_marks({})

    @property
    def _room(self) -> float:
        """Factor by which the axis must be longer to leave room for names at the ends of curves."""
        pixels = self.plot.pixels()[0]
        return pixels / max(pixels - self._pen.label_room, LABEL_ROOM)


def _hairline(x: float, colour: str) -> Marks:
    far = LARGEST_ON_SCREEN
    return {"hairline": Segments([x], [-far], [x], [far], colour)}
