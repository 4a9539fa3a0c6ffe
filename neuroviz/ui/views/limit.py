"""The limit of the learning rate over the epochs, beside the rate itself."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF

from neuroviz.core.diagnosis.limits import LimitCurve, why_no_limits
from neuroviz.core.numbers import measured, printed
from neuroviz.pictures.limit import TITLE, Y_LABEL, LimitScene
from neuroviz.pictures.loss import epoch_limits
from neuroviz.pictures.marks import Marks
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.axis import EpochAxis
from neuroviz.ui.canvas.epoch_view import EpochView
from neuroviz.ui.canvas.jobs import REST, one_shot
from neuroviz.ui.canvas.pen import LABEL_ROOM
from neuroviz.ui.canvas.tables import PlotNumbers
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import keep_room

_LONGER = 16
"""Further pixels that the label of a small limit with four digits needs."""


class LimitView(EpochView):
    """The limit that the curvature sets at each step of the run, and the rate that was taken."""

    figure_name = "limit"
    title = "Limit of the rate"
    _curve: LimitCurve | None = None
    _reason: str | None = None
    """Why there is no limit; None where there is one."""
    _scene: LimitScene | None = None

    def __init__(self) -> None:
        self._axis = EpochAxis()
        super().__init__(Y_LABEL, self._axis)
        self.heading.setText(TITLE)
        self.plot.getAxis("left").setLogMode(True)
        keep_room(self.plot)
        self._pen.label_room = LABEL_ROOM + _LONGER
        # Limits that are still missing are computed a part at a time, when nothing else is to be
        # done.
        self._more = one_shot(self, self._draw_again)

    def reset(self, frame: Frame) -> None:
        """Begin again with another run."""
        super().reset(frame)
        self._reason = why_no_limits(frame.settings_at_start)
        self._curve = None if self._reason else LimitCurve(frame.settings_at_start)
        self._scene = None
        self.plot.setVisible(self._reason is None)  # empty axes would only confuse
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Draw the limits up to now."""
        marks: Marks = {}
        if frame.rows is not None and self._curve is not None:
            limits, whole = self._curve.follow(frame.rows, frame.edits)
            row = frame.row or frame.rows.newest
            self._scene = LimitScene(limits, frame.rows, row, self._curve.at(row))
            marks = self._scene.marks(themes.now.palette)
            self._fit(self._scene, frame.rows.end)
            if not whole:
                self._more.start(REST if self.follows else 0)
        super().draw(frame)
        self._pen.draw(marks, log_y=True)

    def numbers(self) -> PlotNumbers:
        """Return the limits and the rates over the epochs."""
        if self._scene is None:
            return PlotNumbers()
        limits = self._scene.limits
        per_epoch = self._scene.rows.steps_per_epoch
        columns = {"epoch": limits.steps / per_epoch, "limit": limits.limits, "rate": limits.rates}
        return self.over_epochs(columns, log=True)

    def hover(self, point: QPointF) -> None:
        """Read the limit at the known step that is nearest to the pointer."""
        scene = self._scene
        if scene is None or not len(scene.places):
            return
        nearest = int(np.abs(scene.places - point.x()).argmin())
        limit = scene.limits.limits[nearest]
        rate = scene.limits.rates[nearest]
        dots = (themes.now.accent, limit), (themes.now.ink, rate)
        self.mark(float(scene.places[nearest]), *dots, log=True)
        said = "none: the loss bends nowhere" if np.isinf(limit) else measured(float(limit))
        epoch = scene.limits.steps[nearest] / scene.rows.steps_per_epoch
        after = f"   {scene.raised}" if scene.limits.rose[nearest] else ""
        self.reading.setText(f"epoch {epoch:,.10g}   limit {said}   rate {printed(rate)}{after}")

    def epoch_at(self, x: float) -> float:
        """Return the epoch at a position; the axis is log(1 + epoch)."""
        return math.expm1(x)

    def place_of(self, epoch: float) -> float:
        """Return the position of an epoch."""
        return math.log1p(epoch)

    def leave(self) -> None:
        """Say why there is no limit, or what was seen of the run."""
        super().leave()
        said = "" if self._scene is None else self._scene.said
        self.reading.setText(self._reason or said)

    def _fit(self, scene: LimitScene, epoch: float) -> None:
        end = max(epoch, 10.0)
        self._axis.end_at(end)
        right = math.log1p(end) * self._room
        low, high = np.log10(scene.y_limits)
        self.plot.show_range(*epoch_limits(right, self.plot.pixels()[0]), float(low), float(high))
