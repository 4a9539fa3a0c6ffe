"""What is to be seen of a sweep, on paper and on screen: which losses have a place, and what has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuroviz.core.numbers import format_number
from neuroviz.core.sweep.grid import Axis, ruler_at_start
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.caption import experiment
from neuroviz.pictures.sweep.basins import Basin, basins

AIR = 0.06
"""Free space above and below the losses as a share of their range."""
_MOST_DECADES = 250
"""Above or below 1: what lies beyond, with the air about it, is more than can be drawn."""
_MOST_HELD = 3
_BEYOND = 1e3
"""A loss so many times the one at the start is drawn at the top edge, so that the others stay readable."""
_LEAST_SPAN = 1e-9


@dataclass(frozen=True, eq=False)
class CurveScene:
    """Losses over one axis."""

    rates: Floats
    """(n,), ascending."""
    losses: Floats
    """(n,); NaN where the loss has no place in the plot."""
    zeros: Bools
    beyond: Bools
    diverged: Bools
    """(n,): a loss of 0 on a logarithmic axis, one far above the start's, and none at all."""
    first: float
    """The loss at the start."""
    ceiling: float
    """Above it a loss is far above the start's."""
    log: bool
    """Whether the axis of the losses is logarithmic; not where none is above 0."""
    marks: Mapping[str, float]
    """The ruler's rates at the start by their names, in ascending order."""

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the loss axis, with air about what is drawn; on a logarithmic one in decades."""
        losses = np.append(self.losses[~np.isnan(self.losses)], self.first)
        values = np.log10(losses[losses > 0]).clip(-_MOST_DECADES, _MOST_DECADES) if self.log else losses
        low = float(values.min())
        high = float(values.max())
        air = AIR * (high - low) or 0.5
        return low - air, high + (1.5 if self.log else 1.0) * air


@dataclass(frozen=True, eq=False)
class MapScene:
    """Losses over two axes."""

    values: Floats
    """(n₂, n₁): log₁₀ of the losses, cut off at the ends; NaN where one diverged."""
    low: float
    high: float
    """Ends of the scale, low below high."""
    cut: bool
    """Whether some losses lie beyond them."""
    limits: Floats
    """(n₂,): the limit of the learning rate for each momentum, NaN where there is none; empty without any."""
    limit_name: str
    """What the legend calls that limit; empty where there is none."""
    basins: tuple[Basin, ...]
    """Where starts end; empty on a map of other things."""


def curve_scene(result: SweepResult) -> CurveScene:
    """Return what is to be seen of a sweep over learning rates."""
    (axis,) = result.grid.axes
    first = float(result.first_losses[0])
    beyond = ~result.diverged & (result.losses > _BEYOND * first)
    shown = ~(result.diverged | beyond)
    log = first > 0 or bool((result.losses[shown] > 0).any())
    zeros = shown & (result.losses == 0) & log
    losses = np.where(shown & ~zeros, result.losses, np.nan)
    marks = {name: rate for name, rate in ruler_at_start(result.grid.settings).marks.items() if rate is not None}
    return CurveScene(axis.values, losses, zeros, beyond, result.diverged, first, _BEYOND * first, log, marks)


def map_scene(result: SweepResult) -> MapScene:
    """Return what is to be seen of a sweep over two axes."""
    first = float(result.first_losses.max())
    counts = ~result.diverged & (result.losses > 0) & (result.losses <= _BEYOND * first)
    logs = np.log10(result.losses[counts]) if counts.any() else np.zeros(1)
    low = float(logs.min())
    high = float(logs.max())
    with np.errstate(divide="ignore"):  # a loss of 0 has the colour of the least
        values = np.log10(result.losses).clip(low, high)
    values[result.diverged] = np.nan
    limits, name = _limits_over_momentum(result)
    return MapScene(
        values.reshape(result.grid.shape),
        low,
        high if high - low > _LEAST_SPAN else low + 1.0,
        not (counts | result.diverged).all(),
        limits,
        name,
        () if "learning_rate" in {axis.name for axis in result.grid.axes} else basins(result),
    )


def outer_edges(axis: Axis) -> tuple[float, float]:
    """Return where the cells of a map begin and end along an axis: half a cell beyond its ends."""
    values = axis.values
    if axis.logarithmic:
        half = float(np.sqrt(values[1] / values[0]))
        return float(values[0]) / half, float(values[-1]) * half
    step = float(values[1] - values[0]) / 2
    return float(values[0]) - step, float(values[-1]) + step


def sweep_title(result: SweepResult) -> str:
    """Return what a sweep shows."""
    return f"{after_epochs(result)}, over {result.grid.over}"


def after_epochs(result: SweepResult) -> str:
    """Return after how many epochs the losses are."""
    epochs = result.epochs
    number = f"{int(epochs):,}" if epochs == int(epochs) else format_number(epochs)
    return f"Loss after {number} epoch{'' if epochs == 1 else 's'}"


def sweep_subtitle(result: SweepResult) -> str:
    """Return task, neuron, loss and optimizer with what is not swept."""
    settings = result.grid.settings
    return " · ".join((*experiment(settings, rate=False), *_held(result)))


def _held(result: SweepResult) -> list[str]:
    """Return the learning rate where it is one, and where the parameters begin that do not vary."""
    settings = result.grid.settings
    swept = result.grid.coordinates
    if "learning_rate" in swept:
        return []
    names = zip(settings.parameters.names, result.grid.starts[0].tolist(), strict=True)
    held = [f"{name} begins at {format_number(value, 3)}" for name, value in names if f"start_{name}" not in swept]
    return [
        f"learning rate {format_number(settings.learning_rate)}",
        *(held if len(held) <= _MOST_HELD else [f"the other {len(held)} parameters begin as they do"]),
    ]


def _limits_over_momentum(result: SweepResult) -> tuple[Floats, str]:
    _, other = result.grid.axes
    if other.name != "momentum":
        return np.empty(0), ""
    rulers = [ruler_at_start(result.grid.settings.replace(momentum=value)) for value in other.values.tolist()]
    limits = np.array([np.nan if ruler.limit is None else ruler.limit for ruler in rulers])
    name = f"{list(rulers[0].marks)[-1]} this rate"
    return (np.empty(0), name) if np.isnan(limits).all() else (limits, name)
