"""The figure of a sweep: the loss against the learning rate, or as a map over two axes."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.grid import Axis, ruler_at_start
from neuroviz.core.numbers import format_number
from neuroviz.core.ruler import Ruler
from neuroviz.core.sweep import SweepResult
from neuroviz.core.tasks import TASKS, Floats
from neuroviz.files import palette
from neuroviz.files.figure import ColourMap, Curve, Figure, Mark, Points, Text
from neuroviz.files.marks import Marker

__all__ = ["sweep_figure"]

_BEYOND = 1e3
"""A loss so many times the one at the start is drawn at the top edge, so that the others stay readable."""
_AIR = 0.06
"""Free space above and below the losses as a share of their range."""
_MARGIN = 0.015
"""Free space left and right of the rates, as a share of their range."""
_LETTER = 0.0125
"""About how wide a letter is, as a share of the plot."""
_LINE = 0.055
"""How high a line of text is, as a share of the plot."""
_MOST_HELD = 3
_FINE = 400
"""Points that a line is checked at for being in a text's way."""
_LEAST_SPAN = 1e-9
_MOST_DECADES = 250
"""Above or below 1: what lies beyond, with the air about it, is more than can be drawn."""

Limits = tuple[float, float]


def sweep_figure(result: SweepResult) -> Figure:
    """Show the losses that the neurons of a sweep came to.

    Parameters
    ----------
    result
        Over one axis: a curve, with the ruler's marks and the neurons that diverged at the top. Over two: a map.

    Returns
    -------
    Figure
        Ready for `write_figure`.
    """
    return _curve(result) if len(result.grid.axes) == 1 else _map(result)


# --- one axis --------------------------------------------------------------------------------------------


def _curve(result: SweepResult) -> Figure:
    (axis,) = result.grid.axes
    x, first = _on_axis(axis, axis.values), float(result.first_losses[0])
    beyond = ~result.diverged & (result.losses > _BEYOND * first)
    shown = ~(result.diverged | beyond)
    log = first > 0 or bool((result.losses[shown] > 0).any())
    zeros = shown & (result.losses == 0) & log
    low, high = _ends(np.append(result.losses[shown & ~zeros], first), log)
    margin = _MARGIN * (x[-1] - x[0])
    limits = float(x[0] - margin), float(x[-1] + margin)
    curve = Curve(x, np.where(shown & ~zeros, result.losses, np.nan), palette.ACCENT)
    edge = _between(low, high, _AIR / 3, log), _between(low, high, 1 - _AIR / 3, log)
    drawn = (*_level(limits, first, log), curve)
    return Figure(
        _title(result),
        _axis_label(axis),
        "loss" if log else "loss (linear: none is above 0)",
        (
            *_ruler(ruler_at_start(result.grid.settings), axis, drawn, limits, (low, high), log),
            *drawn,
            Points(x, curve.y, palette.ACCENT, size=4.5),
            *_at_edge(x[zeros], edge[0], "o", "loss 0"),
            *_at_edge(x[beyond], edge[1], "^", f"above {format_number(_BEYOND * first, 3)}"),
            *_at_edge(x[result.diverged], edge[1], "x", "diverged"),
        ),
        log_y=log,
        x_limits=limits,
        y_limits=(low, high),
        subtitle=_subtitle(result),
    )


def _ends(losses: Floats, log: bool) -> tuple[float, float]:
    """Return the ends of the loss axis, with air about the losses that are drawn."""
    values = np.log10(losses[losses > 0]).clip(-_MOST_DECADES, _MOST_DECADES) if log else losses
    low, high = float(values.min()), float(values.max())
    air = _AIR * (high - low) or 0.5
    return (10 ** (low - air), 10 ** (high + 1.5 * air)) if log else (low - air, high + air)


def _between(low: float, high: float, share: float, log: bool) -> float:
    """Return the height at a share of the plot."""
    return math.exp(_mix(math.log(low), math.log(high), share)) if log else _mix(low, high, share)


def _mix(low: float, high: float, share: float) -> float:
    return low + share * (high - low)


def _level(limits: Limits, first: float, log: bool) -> list[Curve]:
    """Return a line at the loss of the start, where it has a place."""
    if log and first <= 0:
        return []
    return [Curve(limits, (first, first), palette.INK_MUTED, "loss at the start", dashed=True, width=1.0)]


def _at_edge(x: Floats, y: float, marker: Marker, label: str) -> list[Mark]:
    return [Points(x, np.full(len(x), y), palette.INK, marker, label, 5.5)] if len(x) else []


def _ruler(
    ruler: Ruler, axis: Axis, drawn: tuple[Curve, ...], limits: Limits, heights: Limits, log: bool
) -> list[Mark]:
    """Return a line for each of the ruler's marks within the axis, and its name where there is room."""
    rates = {name: rate for name, rate in _named(ruler).items() if rate is not None}
    lines = dict(zip(rates, _on_axis(axis, np.array(list(rates.values()))).tolist(), strict=True))
    lines = {name: x for name, x in lines.items() if limits[0] < x < limits[1]}
    taken = _Taken()
    for curve in drawn:
        taken.add(_share(np.asarray(curve.x), *limits), _height(np.asarray(curve.y), *heights, log))
    marks: list[Mark] = []
    for x in lines.values():
        taken.add(_share(np.array([x, x]), *limits), np.array([0.0, 1.0]))
        marks.append(Curve((x, x), heights, palette.INK_MUTED, dashed=True, width=0.9))
    for name, x in lines.items():
        text = f"{name} {format_number(rates[name], 3)}"
        others = [
            float(_share(np.array(value), *limits)) for value in (x, min(lines.values()), max(lines.values()))
        ]
        left, bottom = taken.room_for(text, others)
        y = _between(*heights, bottom + _LINE / 4, log)
        marks.append(Text(_mix(*limits, left), y, text, palette.INK_MUTED))
    return marks


class _Taken:
    """Where in the plot something is drawn, as points in shares of it."""

    def __init__(self) -> None:
        self._points: Floats = np.zeros((0, 2))

    def add(self, x: Floats, y: Floats) -> None:
        """Add a line (n,), its pieces as points; those with an end that is not drawn are none."""
        along = np.linspace(0, len(x) - 1, _FINE)
        points = np.column_stack([np.interp(along, np.arange(len(x)), values) for values in (x, y)])
        self._points = np.vstack((self._points, points[np.isfinite(points).all(axis=1)]))

    def room_for(self, text: str, lines: list[float]) -> tuple[float, float]:
        """Return left and bottom of a free place right or left of one of the lines, the first by preference."""
        width = _LETTER * len(text)
        for beside in lines:
            for bottom in np.arange(_LINE / 4, 1 - 2 * _LINE - _AIR, _LINE).tolist():
                for left in (beside + _LETTER, beside - _LETTER - width):
                    if left > 0 and left + width < 1 and self._is_free(left, bottom, width):
                        self.add(*np.array([[left, bottom + _LINE / 2], [left + width, bottom + _LINE / 2]]).T)
                        return left, bottom
        return max(0.0, lines[0] - _LETTER - width), _LINE

    def _is_free(self, left: float, bottom: float, width: float) -> bool:
        corner = np.array([left, bottom]), np.array([left + width, bottom + _LINE])
        return not ((corner[0] <= self._points) & (self._points <= corner[1])).all(axis=1).any()


def _share(values: Floats, low: float, high: float) -> Floats:
    """Return where values lie between two ends, as shares of the plot."""
    result: Floats = (values - low) / (high - low)
    return result


def _height(values: Floats, low: float, high: float, log: bool) -> Floats:
    return _share(np.log(values), math.log(low), math.log(high)) if log else _share(values, low, high)


def _named(ruler: Ruler) -> dict[str, float | None]:
    """Return the marks by their names, as they follow each other."""
    above = "diverges above" if ruler.quadratic else "overshoots above"
    return {"smooth up to": ruler.safe, "fastest in the worst case": ruler.best, above: ruler.limit}


# --- two axes --------------------------------------------------------------------------------------------


def _map(result: SweepResult) -> Figure:
    across, up = result.grid.axes
    x, y = _on_axis(across, across.values), _on_axis(up, up.values)
    values, low, high, label = _heights(result)
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    extent = float(x[0] - half_x), float(x[-1] + half_x), float(y[0] - half_y), float(y[-1] + half_y)
    stops = palette.SEQUENTIAL[:-1]
    return Figure(
        _title(result),
        _axis_label(across),
        _axis_label(up),
        (
            ColourMap(values, extent, stops, low, high, label),
            *_limits_over_momentum(result, x, y),
            *_diverged(result, x, y),
        ),
        x_limits=extent[:2],
        y_limits=extent[2:],
        subtitle=_subtitle(result),
    )


def _heights(result: SweepResult) -> tuple[Floats, float, float, str]:
    """Return log₁₀ of the losses as a map, empty where one diverged, the ends of its colours, and its name."""
    first = float(result.first_losses.max())
    counts = ~result.diverged & (result.losses > 0) & (result.losses <= _BEYOND * first)
    logs = np.log10(result.losses[counts]) if counts.any() else np.zeros(1)
    low, high = float(logs.min()), float(logs.max())
    with np.errstate(divide="ignore"):  # a loss of 0 has the colour of the least
        values = np.log10(result.losses).clip(low, high)
    values[result.diverged] = np.nan
    label = "log₁₀ of the loss" + ("" if (counts | result.diverged).all() else " (cut off at the ends)")
    return values.reshape(result.grid.shape), low, high if high - low > _LEAST_SPAN else low + 1.0, label


def _limits_over_momentum(result: SweepResult, x: Floats, y: Floats) -> list[Mark]:
    """Return the limit of the learning rate for each momentum, where there is one."""
    rates, other = result.grid.axes
    if other.name != "momentum":
        return []
    rulers = [ruler_at_start(result.grid.settings.replace(momentum=value)) for value in other.values.tolist()]
    limits = _on_axis(rates, np.array([np.nan if ruler.limit is None else ruler.limit for ruler in rulers]))
    if np.isnan(limits).all():
        return []
    name = next(name for name in reversed(_named(rulers[0])))
    return [Curve(limits, y, palette.INK, f"{name} this rate", dashed=True, width=1.2)]


def _diverged(result: SweepResult, x: Floats, y: Floats) -> list[Mark]:
    """Return a cross in every cell that diverged, small enough that they do not touch."""
    at = np.flatnonzero(result.diverged)
    if not len(at):
        return []
    row, column = np.unravel_index(at, result.grid.shape)
    return [Points(x[column], y[row], palette.INK_MUTED, "x", "diverged", max(1.5, 120 / max(result.grid.shape)))]


# --- words -----------------------------------------------------------------------------------------------


def _on_axis(axis: Axis, values: Floats) -> Floats:
    result: Floats = np.log10(values) if axis.logarithmic else values
    return result


def _axis_label(axis: Axis) -> str:
    return f"log₁₀ of the {axis.label}" if axis.logarithmic else axis.label


def _title(result: SweepResult) -> str:
    epochs = result.epochs
    number = f"{int(epochs):,}" if epochs == int(epochs) else format_number(epochs)
    return f"Loss after {number} epoch{'' if epochs == 1 else 's'}, over {result.grid.over}"


def _subtitle(result: SweepResult) -> str:
    """Return task, neuron, loss and optimizer with what is not swept."""
    settings = result.grid.settings
    task = "own data" if settings.data else TASKS[settings.task].label
    optimizer = settings.optimizer_entry.label
    if settings.schedule != "constant":
        optimizer += f" ({settings.schedule_entry.label.lower()})"
    batch = [] if settings.batch_size == "full" else [f"batches of {settings.batch_size}"]
    words = (task, settings.activation_entry.label, settings.loss_entry.label, optimizer, *batch)
    return " · ".join((*words, *_held(result)))


def _held(result: SweepResult) -> list[str]:
    """Return the learning rate where it is one, and where the parameters begin that do not vary."""
    settings, swept = result.grid.settings, result.grid.coordinates
    if "learning_rate" in swept:
        return []
    names = zip(settings.parameter_names, result.grid.starts[0].tolist(), strict=True)
    held = [f"{name} begins at {format_number(value, 3)}" for name, value in names if f"start_{name}" not in swept]
    return [
        f"learning rate {format_number(settings.learning_rate)}",
        *(held if len(held) <= _MOST_HELD else [f"the other {len(held)} parameters begin as they do"]),
    ]
