"""The losses of several runs in one plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.loss import alone_in, with_extremes
from neuroviz.pictures.marks import Curve, EndLabel, Mark, Points
from neuroviz.pictures.run_styles import run_style

__all__ = ["NamedRun", "runs_figure"]

NamedRun = tuple[str, int | None, Settings, Rows]
"""Name, slot (None for the run that goes on and is not in the list), settings, and history."""

_LONGEST = 22
"""Letters of a name beside its curve."""
_NEAR = 0.97
"""Share of the axis from which on a curve ends at its right edge, where there is room for names."""


def runs_figure(runs: Sequence[NamedRun], log: bool = False) -> Figure:
    """Show the stored losses of runs against their epochs, each with its name.

    It stands at the end of the curve, and below the plot where other curves go on behind that end.

    Parameters
    ----------
    runs : sequence of (name, slot, settings, rows)
        One or more; without a slot a run has the colour of the one that goes on.
    log : bool
        Logarithmic loss axis; where no loss is greater than 0 it is a linear one.

    Returns
    -------
    Figure
        Ready for `write_figure`.

    Raises
    ------
    ValueError
        There is no run.
    """
    if not runs:
        raise ValueError("There is no run to draw: pin one first.")
    curves = [with_extremes(*rows.loss_curve) for *_, rows in runs]
    log_y = log and any((y > 0).any() for _, y in curves)
    right = max(1.0, *(float(x[-1]) for x, _ in curves))
    marks: list[Mark] = []
    for (name, slot, *_), (x, y) in zip(runs, curves, strict=True):
        marks += _marks(name, slot, x, y, log_y=log_y, right=right)
    zeros = log and any((y <= 0).any() for _, y in curves)
    return Figure(
        title=_title([settings for _, _, settings, _ in runs]),
        x_label="epoch",
        y_label="loss",
        marks=tuple(marks),
        x_limits=(0.0, right),
        log_y=log_y,
        subtitle=_subtitle([settings for _, _, settings, _ in runs], zeros=zeros, log_y=log_y),
    )


def _marks(name: str, slot: int | None, x: Floats, y: Floats, *, log_y: bool, right: float) -> list[Mark]:
    """Return the curve of a run, its end where the others go on, and its name."""
    colour = palette.ACCENT if slot is None else run_style(slot).colour
    dashed = slot is not None and bool(run_style(slot).dash)
    drawn = y > 0 if log_y else np.full(len(y), True)
    points = alone_in(drawn) if log_y else np.full(len(x), len(x) == 1)
    ends = np.flatnonzero(drawn)[-1:]
    beside = bool(len(ends)) and float(x[ends[0]]) >= _NEAR * right
    marks: list[Mark] = [Curve(x, y, colour, label=None if beside else name, dashed=dashed)]
    if not beside:
        points[ends] = True
    if points.any():
        marks.append(Points(x[points], y[points], colour, size=6.0))
    if beside:
        marks.append(EndLabel(float(x[ends[0]]), float(y[ends[0]]), _short(name), colour))
    return marks


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _title(all_settings: Sequence[Settings]) -> str:
    """Name the loss where it is the same in all runs."""
    losses = {settings.loss_entry.label for settings in all_settings}
    samples = {settings.dataset.samples for settings in all_settings}
    name = losses.pop() if len(losses) == 1 else "Losses"
    number = f"{samples.pop()}" if len(samples) == 1 else "all"
    return f"{name} (mean over {number} samples)"


def _subtitle(all_settings: Sequence[Settings], *, zeros: bool, log_y: bool) -> str:
    """Say what the runs share, and where their heights cannot be compared."""
    tasks = list(dict.fromkeys("own data" if s.data else TASKS[s.task].label for s in all_settings))
    losses = list(dict.fromkeys(settings.loss_entry.label for settings in all_settings))
    parts = [", ".join(tasks), f"{len(all_settings)} run{'s' if len(all_settings) > 1 else ''}"]
    if len(losses) > 1:
        parts.append(f"different losses: {', '.join(losses)}")
    if zeros:
        parts.append("zeros not drawn" if log_y else "linear, since the loss is 0")
    return " · ".join(parts)
