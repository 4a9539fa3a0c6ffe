"""The limit of the learning rate over the epochs of a run, beside the learning rate."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.edits import Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.limits import LimitCurve, Limits, seen, why_no_limits
from neuroviz.core.numbers import printed
from neuroviz.core.slices import Work
from neuroviz.core.training.block import Row
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Unique
from neuroviz.pictures.loss import epoch_limits, epoch_ticks
from neuroviz.pictures.marks import DASHED, Curve, EndLabel, Figure, Marks, Points
from neuroviz.pictures.palette import PAPER, Palette

TITLE = "Limit of the learning rate"
Y_LABEL = "rate (log scale)"
_AIR = 1.5
"""Factor by which the axis goes beyond what it shows, up and down."""
_ON_PAPER = 200.0
"""Points of the axis on paper, at least."""
_MANY = 40
"""Number of steps that raised the loss from which their marks are small, so as not to hide the
curve."""
_HIGHEST = 1e15
"""End of the axis: where the loss hardly bends, the limit is beyond all rates."""


class LimitScene(Unique):
    """The scene of a run's limits."""

    limits: Limits
    rows: Rows
    """The history of the run."""
    row: Row
    """The row that is looked at."""
    limit: float
    """The limit at that row."""

    @property
    def places(self) -> Floats:
        """(n,): log(1 + epoch) of each limit, its place on the axis."""
        return np.log1p(self.limits.steps / self.rows.steps_per_epoch)

    @property
    def y_limits(self) -> tuple[float, float]:
        """The ends of the axis, which contains everything finite up to 1e15."""
        values = np.concatenate((self.limits.limits, self.limits.rates, [self.limit]))
        values = values[np.isfinite(values) & (values > 0)].clip(max=_HIGHEST)
        values = values if len(values) else np.ones(1)
        return float(values.min()) / _AIR, float(values.max()) * _AIR

    @property
    def raised(self) -> str:
        """What is said about a row after which the loss rose before the next kept row."""
        stride = self.rows.stride
        step = "the next step" if stride == 1 else f"one of the next {stride:,} steps"
        return f"{step} raised the loss"

    @property
    def said(self) -> str:
        """What was seen of the run, with a warning if a step below the limit raised the loss."""
        broken = np.flatnonzero(self.limits.rose & (self.limits.rates < self.limits.limits))
        # Among steps that were not kept, it is unknown which raised the loss, and the limit there.
        if not len(broken) or self.rows.stride > 1:
            return seen(self.rows)
        step = int(self.limits.steps[broken[0]]) + 1
        warning = f"Step {step:,} did, with a rate below the limit there: that is no promise."
        return f"{seen(self.rows)} {warning}"

    def marks(self, palette: Palette) -> Marks:
        """Return both curves with their names, and marks where a step raised the loss."""
        limits = self.limits.limits
        rates = self.limits.rates
        x = self.places
        if not len(x):
            return {}
        drawn = np.where(np.isfinite(limits), limits, np.nan)
        marks: Marks = {
            "limit": Curve(x, drawn, palette.accent, width=1.8),
            "rate": Curve(x, rates, palette.ink, dash=DASHED, width=1.4),
        }
        rose = self.limits.rose & np.isfinite(drawn)
        if rose.any():
            size = 8.0 if rose.sum() < _MANY else 5.0
            marks["rose"] = Points(x[rose], drawn[rose], palette.error, "o", self.raised, size)
        here = np.log1p([self.row.step / self.rows.steps_per_epoch])
        height = self.limit if np.isfinite(self.limit) else np.nan
        marks["ball"] = Points(here, np.array([height]), palette.accent, size=7.0)
        for name, end, colour in (
            ("rate", self.row.learning_rate, palette.ink),
            ("limit", self.limit, palette.accent),
        ):
            said = f"{name} {printed(end)}" if np.isfinite(end) else "no limit"
            # A value above the axis is named at its highest place.
            at = min(end, self.y_limits[1] / _AIR)
            marks["name", name] = EndLabel(float(max(x[-1], *here)), at, said, colour)
        return marks


def limit_work(settings: Settings, edits: Edits, rows: Rows) -> Work[Figure]:
    """Show in slices the limits of a run at its kept steps, or why there are none."""
    reason = why_no_limits(settings)
    if reason is not None:
        return Figure(TITLE, "", "", (), subtitle=reason, frame=False)
    curve = LimitCurve(settings)
    limits, whole = curve.follow(rows, edits)
    while not whole:
        yield None
        limits, whole = curve.follow(rows, edits)
    scene = LimitScene(limits, rows, rows.newest, curve.at(rows.newest))
    last = max(float(rows.epochs[-1]), 1.0)
    return Figure(
        TITLE,
        "epoch",
        Y_LABEL,
        tuple(scene.marks(PAPER).values()),
        x_limits=epoch_limits(float(np.log1p(last)), _ON_PAPER),
        y_limits=scene.y_limits,
        x_ticks=epoch_ticks(last),
        log_y=True,
        subtitle=scene.said or None,
    )
