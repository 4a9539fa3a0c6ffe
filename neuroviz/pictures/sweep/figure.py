"""The figure of a sweep: the loss against the learning rate, or as a map over two axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.label_places import Room
from neuroviz.pictures.marks import DASHED, ColourMap, Curve, Mark, Marker, Points, Text
from neuroviz.pictures.sweep.scene import (
    AIR,
    CurveScene,
    MapScene,
    curve_scene,
    map_scene,
    outer_edges,
    sweep_subtitle,
    sweep_title,
)

_MARGIN = 0.015
"""Free space left and right of the rates, as a share of their range."""
_LETTER = 0.0125
"""About how wide a letter is, as a share of the plot."""
_LINE = 0.055
"""How high a line of text is, as a share of the plot."""


def sweep_figure(result: SweepResult) -> Figure:
    """Show the losses that the neurons of a sweep came to.

    Parameters
    ----------
    result
        Over one axis: a curve, with the ruler's marks and the neurons that diverged at the top. Over two: a map.
    """
    return _curve(result) if len(result.grid.axes) == 1 else _map(result)


@dataclass(frozen=True)
class _Scale:
    """An axis: what stands at which share of it."""

    low: float
    high: float
    log: bool

    def share(self, values: Floats) -> Floats:
        """Return where values lie between the ends."""
        low, high = (math.log(end) for end in self.ends) if self.log else self.ends
        return ((np.log(values) if self.log else values) - low) / (high - low)

    def at(self, share: float) -> float:
        """Return what stands at a share."""
        low, high = (math.log(end) for end in self.ends) if self.log else self.ends
        value = low + share * (high - low)
        return math.exp(value) if self.log else value

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high


# --- one axis --------------------------------------------------------------------------------------------


def _curve(result: SweepResult) -> Figure:
    scene = curve_scene(result)
    rates = _Scale(float(scene.rates[0]), float(scene.rates[-1]), log=True)
    across = _Scale(rates.at(-_MARGIN), rates.at(1 + _MARGIN), log=True)
    up = _up(scene)
    curve = Curve(scene.rates, scene.losses, palette.ACCENT)
    drawn = (*_level(across.ends, scene), curve)
    low = up.at(AIR / 3)
    high = up.at(1 - AIR / 3)
    return Figure(
        sweep_title(result),
        result.grid.axes[0].label,
        "loss" if scene.log else "loss (linear: none is above 0)",
        (
            *_ruler(scene, drawn, across, up),
            *drawn,
            Points(scene.rates, scene.losses, palette.ACCENT, size=4.5),
            *_at_edge(scene.rates[scene.zeros], low, "o", "loss 0"),
            *_at_edge(scene.rates[scene.beyond], high, "^", f"above {format_number(scene.ceiling, 3)}"),
            *_at_edge(scene.rates[scene.diverged], high, "x", "diverged"),
        ),
        log_x=True,
        log_y=scene.log,
        x_limits=across.ends,
        y_limits=up.ends,
        subtitle=sweep_subtitle(result),
    )


def _up(scene: CurveScene) -> _Scale:
    low, high = scene.span
    return _Scale(10**low, 10**high, log=True) if scene.log else _Scale(low, high, log=False)


def _level(limits: tuple[float, float], scene: CurveScene) -> list[Curve]:
    """Return a line at the loss of the start, where it has a place."""
    if scene.log and scene.first <= 0:
        return []
    return [Curve(limits, (scene.first,) * 2, palette.INK_MUTED, "loss at the start", dash=DASHED, width=1.0)]


def _at_edge(x: Floats, y: float, marker: Marker, label: str) -> list[Mark]:
    return [Points(x, np.full(len(x), y), palette.INK, marker, label, 5.5)] if len(x) else []


def _ruler(scene: CurveScene, drawn: tuple[Curve, ...], across: _Scale, up: _Scale) -> list[Mark]:
    """Return a line for each of the ruler's marks within the axis, and its name where there is room."""
    rates = {name: rate for name, rate in scene.marks.items() if across.low < rate < across.high}
    places = [float(across.share(np.array(rate))) for rate in rates.values()]
    taken = Room(_LETTER, _LINE, 1 - AIR)
    for curve in drawn:
        taken.add(across.share(np.asarray(curve.x)), up.share(np.asarray(curve.y)))
    marks: list[Mark] = []
    for place, rate in zip(places, rates.values(), strict=True):
        taken.add(np.array([place, place]), np.array([0.0, 1.0]))
        marks.append(Curve((rate, rate), up.ends, palette.INK_MUTED, dash=DASHED, width=0.9))
    for place, (name, rate) in zip(places, rates.items(), strict=True):
        text = f"{name} {rounded_down(rate, 3)}"
        left, bottom = taken.room_for(text, [place, min(places), max(places)])
        marks.append(Text(across.at(left), up.at(bottom + _LINE / 4), text, palette.INK_MUTED))
    return marks


# --- two axes --------------------------------------------------------------------------------------------


def _map(result: SweepResult) -> Figure:
    across, up = result.grid.axes
    scene = map_scene(result)
    extent = (*outer_edges(across), *outer_edges(up))
    label = "log₁₀ of the loss" + (" (cut off at the ends)" if scene.cut else "")
    return Figure(
        sweep_title(result),
        across.label,
        up.label,
        (
            ColourMap(scene.values, extent, palette.LOSS_ON_PAPER, scene.low, scene.high, label),
            *_limits(scene, up.values),
            *_diverged(result),
            *_letters(result, scene),
        ),
        log_x=across.logarithmic,
        x_limits=extent[:2],
        y_limits=extent[2:],
        subtitle=sweep_subtitle(result),
    )


def _limits(scene: MapScene, momenta: Floats) -> list[Mark]:
    """Return the limit of the learning rate for each momentum, where there is one."""
    if not len(scene.limits):
        return []
    return [Curve(scene.limits, momenta, palette.INK, scene.limit_name, dash=DASHED, width=1.2)]


def _diverged(result: SweepResult) -> list[Mark]:
    """Return a cross in every cell that diverged, small enough that they do not touch."""
    if not result.diverged.any():
        return []
    x, y = (values[result.diverged] for values in result.grid.coordinates.values())
    return [Points(x, y, palette.INK_MUTED, "x", "diverged", max(1.5, 120 / max(result.grid.shape)))]


def _letters(result: SweepResult, scene: MapScene) -> list[Mark]:
    """Return the letters of the losses that starts lead to, and a legend of them without markers."""
    across, up = (axis.values for axis in result.grid.axes)
    middle = (scene.low + scene.high) / 2
    marks: list[Mark] = []
    for basin in scene.basins:
        for row, column in basin.places:
            # Read on light and on dark cells.
            color = palette.BACKGROUND if scene.values[row, column] > middle else palette.INK
            marks.append(Text(float(across[column]), float(up[row]), basin.letter, color))
        said = f"{basin.letter}: loss {basin.loss}, {basin.share:.1%} of the starts"
        marks.append(Points([], [], palette.BACKGROUND, "s", said, 1.0))
    return marks
