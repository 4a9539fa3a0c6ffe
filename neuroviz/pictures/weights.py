"""The parameters of a run, or its gradient, over the epochs: lines, or a heat map where they are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.numbers import format_number
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import ColourMap, Curve, EndLabel, Mark, Points

__all__ = ["padded", "printed", "weights_figure"]

_MOST_LINES = 12
_MOST_COLUMNS = 400
_LARGEST = 1e300
_SHARE = 0.95


def weights_figure(settings: Settings, rows: Rows, gradients: bool = False) -> Figure:
    """Declare what the weights view shows.

    Parameters
    ----------
    settings
        What the run was made of.
    rows
        Its history.
    gradients
        The components of the gradient in place of the parameters.
    """
    many = len(settings.parameter_names) > _MOST_LINES
    return (_heat_map if many else _lines)(settings, rows, gradients)


def padded(values: Floats, margin: float) -> tuple[float, float]:
    """Return the range of values with a share of it added at both ends; never one without any span."""
    low, high = (float(np.clip(end, -_LARGEST, _LARGEST)) for end in (values.min(), values.max()))
    largest = max(abs(low), abs(high))
    if high - low <= 1e-9 * largest:
        # All one number; but for rounding nothing would be seen of what is still different.
        half = 0.5 * largest or 0.5
        return low - half, high + half
    return low - margin * (high - low), high + margin * (high - low)


def printed(number: float | None, digits: int = 4) -> str:
    """Return a number as it stands in a figure, with a real minus."""
    return format_number(number, digits).replace("-", "−")


def _lines(settings: Settings, rows: Rows, gradients: bool) -> Figure:
    """Return a line for each parameter, with its name and newest value at its end."""
    series = [(rows.grad if gradients else rows.parameter)(i) for i in range(len(settings.parameter_names))]
    names = [f"∂L/∂{name}" if gradients else name for name in settings.parameter_names]
    lines: list[Mark] = [_line(rows.epochs, values, i) for i, values in enumerate(series)]
    lines.sort(key=lambda mark: isinstance(mark, Curve) and mark.dashed)  # dashes upon what they may cover
    ends = [
        EndLabel(rows.epochs[-1], values[-1], f"{name} = {printed(values[-1])}", _color(i))
        for i, (name, values) in enumerate(zip(names, series, strict=True))
    ]
    last = float(rows.epochs[-1])
    value = "component of the gradient" if gradients else "value of the parameter"
    if np.abs(series).max() > _LARGEST:
        value += f", at most ±{printed(_LARGEST)} here"
    return Figure(
        "Gradient over the epochs" if gradients else "Weights and bias over the epochs",
        "epoch",
        value,
        (*lines, *ends),
        x_limits=(0.0, last) if last else (-0.04, 1.0),
        y_limits=padded(np.concatenate(series), 0.06),
        subtitle=_subtitle(settings),
    )


def _line(epochs: Floats, values: Floats, index: int) -> Mark:
    """Return one line; a single row is a point."""
    if len(values) == 1:
        return Points(epochs, values, _color(index))
    # Every second one is dashed, and where the colours begin again it is the others that are.
    dashed = (index + index // len(palette.SERIES)) % 2 == 1
    return Curve(epochs, values, _color(index), dashed=dashed)


def _color(index: int) -> str:
    return palette.SERIES[index % len(palette.SERIES)]


def _heat_map(settings: Settings, rows: Rows, gradients: bool) -> Figure:
    """Return all parameters as colours, one line of cells each."""
    count = len(settings.parameter_names)
    columns = _columns(rows)
    values = np.stack([(rows.grad if gradients else rows.parameter)(i)[columns] for i in range(count)])
    greatest = min(float(np.abs(values).max()), _LARGEST) or 1.0
    # A gradient falls by orders of magnitude: drawn to its greatest, all after the first epochs were white.
    reach = (float(np.quantile(np.abs(values), _SHARE)) if gradients else greatest) or greatest
    last = float(rows.epochs[-1])
    half = last / (len(columns) - 1) / 2 if len(columns) > 1 else 0.5
    name = "component of the gradient" if gradients else "value of the parameter"
    name += " (cut off at the ends)" if reach < greatest else ""
    return Figure(
        "Gradient over the epochs" if gradients else "Weights and bias over the epochs",
        "epoch",
        f"parameter number ({count} is b)",
        (ColourMap(values, (-half, last + half, 0.5, count + 0.5), palette.DIVERGING, -reach, reach, name),),
        x_limits=(0.0, last or 0.5),
        subtitle=_subtitle(settings),
    )


def _columns(rows: Rows) -> NDArray[np.intp]:
    """Return which rows are shown: for evenly spaced epochs the nearest row, the first and the newest included."""
    epochs = rows.epochs
    wanted = np.linspace(epochs[0], epochs[-1], min(len(epochs), _MOST_COLUMNS))
    after = np.searchsorted(epochs, wanted).clip(0, len(epochs) - 1)
    before = (after - 1).clip(0)
    return np.where(wanted - epochs[before] < epochs[after] - wanted, before, after)


def _subtitle(settings: Settings) -> str:
    task = "own data" if settings.data else TASKS[settings.task].label
    rate = f"{settings.optimizer_entry.label}, learning rate {printed(settings.learning_rate)}"
    return " · ".join((task, settings.activation_entry.label, settings.loss_entry.label, rate))
