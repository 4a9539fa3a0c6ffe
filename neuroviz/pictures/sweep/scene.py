"""The scene of a sweep, for paper and screen: the loss over the learning rate, or a map."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.model.rounding import settled_losses
from neuroviz.core.numbers import printed, rounded_down, with_real_minus
from neuroviz.core.sweep.grid import Axis, ruler_at_start
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Bools, Floats, Frozen, Unique
from neuroviz.pictures.label_places import Room, evenly
from neuroviz.pictures.marks import (
    DASHED,
    HOLLOW,
    ColourMap,
    Curve,
    Dash,
    Marker,
    Marks,
    Points,
    Segments,
    Text,
)
from neuroviz.pictures.palette import Palette
from neuroviz.pictures.sweep.basins import Basin, basins

AIR = 0.06
"""Free space above and below the losses, as a share of their range."""
_MARGIN = 0.035
"""Free space left and right of the rates, as a share of their range: half of a number stands
there."""
_MOST_DECADES = 250
"""Decades above or below 1, beyond which losses with their margin cannot be drawn."""
_BEYOND = 1e3
"""Times the loss at the start from which a loss is drawn at the top edge, so that the others stay
readable."""
_LEAST_SPAN = 1e-9
_FARTHEST = 300.0  # decades
_DOTS: Dash = (1.0, 2.0)
"""Dashes of the line at the loss of the start, unlike those of the ruler's lines."""
_FINE = 400
"""Points of a curve that its marks' names should not hide."""
_ONE_STEP = "theory of one step at the start, not of where a run ends"
_CROSSES = 160.0
_CROSS = (1.5, 9.0)
"""Total size of the crosses in all columns of a map, and the least and greatest size of one, so
that they do not touch."""


class Scale(Frozen):
    """A part of an axis, between two positions, which are decades on a logarithmic one."""

    low: float
    high: float
    log: bool

    def share(self, values: ArrayLike) -> Floats:
        """Return where values lie, from 0 at the low end to 1 at the high end."""
        positions = np.log10(values) if self.log else np.asarray(values)
        return (positions - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """Return the value at a share."""
        position = self.low + share * (self.high - self.low)
        return 10.0 ** min(max(position, -_FARTHEST), _FARTHEST) if self.log else position

    @property
    def ends(self) -> tuple[float, float]:
        """The values at both ends."""
        return self.at(0.0), self.at(1.0)


class CurveScene(Unique):
    """Losses over one axis: a curve for learning rates, points for seeds."""

    axis: Axis
    losses: Floats
    """(n,); NaN where the loss has no place in the plot."""
    zeros: Bools
    beyond: Bools
    diverged: Bools
    """(n,): whether a loss is 0 on a logarithmic axis, is far above the start's, or diverged."""
    first: float
    """The loss at the start."""
    ceiling: float
    """The loss above which one is far above the start's."""
    log: bool
    """Whether the axis of the losses is logarithmic, as it is unless none is above 0."""
    rulers: Mapping[str, float]
    """The ruler's rates at the start by name, ascending."""
    theory: str
    """What these rates are; empty where they hold for the whole run, as for a quadratic loss."""
    basins: tuple[Basin, ...] = ()
    """The minima that starts end in; empty for rates."""

    @property
    def labels(self) -> tuple[str, str]:
        """The names of the axes."""
        return self.axis.label, "loss" if self.log else "loss (none above 0)"

    @property
    def across(self) -> Scale:
        """The axis of the rates, or seeds, with a margin."""
        log = self.axis.logarithmic
        low, high = (np.log10(end) if log else end for end in self.axis.values[[0, -1]].tolist())
        margin = _MARGIN * (high - low)
        letters = 1 if log else 3  # room for the minima's letters
        return Scale(float(low - margin), float(high + letters * margin), log=log)

    @property
    def up(self) -> Scale:
        """The axis of the losses, with a margin around what is drawn.

        For seeds the start is not drawn, and the axis spans at least a decade, so that runs that
        end alike look alike.
        """
        losses = self.losses[~np.isnan(self.losses)]
        if self.axis.logarithmic or not len(losses):
            losses = np.append(losses, self.first)
        values = (
            np.log10(losses[losses > 0]).clip(-_MOST_DECADES, _MOST_DECADES) if self.log else losses
        )
        low, high = ends_of(values)
        air = AIR * (high - low) or 0.5
        if not self.axis.logarithmic:
            air = max(air, (1.0 - (high - low)) / 2)
        return Scale(low - air, high + (1.5 if self.log else 1.0) * air, self.log)

    @property
    def places(self) -> Floats:
        """(n,): the loss at which each rate is drawn; one without a place is at an edge."""
        places = self.losses.copy()
        places[self.zeros] = self.up.at(AIR / 3)
        places[self.beyond | self.diverged] = self.up.at(1 - AIR / 3)
        return places

    def marks(
        self, palette: Palette, across: Scale, up: Scale, letter: float, line: float
    ) -> Marks:
        """Return the curve with its points, the ruler's named marks, and what stands at the edges.

        Parameters
        ----------
        across, up
            The visible part of the axes.
        letter, line
            Width of a letter and height of a line of text, as shares of the plot.
        """
        numbers = self.axis.values
        joined = self.axis.logarithmic  # neighbouring seeds have nothing to do with each other
        curve = Curve(numbers, self.losses, palette.accent)
        marks: Marks = {}
        if joined and (not self.log or self.first > 0):
            level = Curve(
                across.ends, (self.first,) * 2, palette.muted, "loss at the start", _DOTS, 1.0
            )
            marks["level"] = level
        marks |= {"curve": curve} if joined else {}
        room = Room((0, 0), (1, 1))
        for mark in marks.values():
            if isinstance(mark, Curve):
                points = np.column_stack((across.share(mark.x), up.share(mark.y)))
                room.add(evenly(points, _FINE))
        marks.update(self._ruler(palette, across, up, room, letter, line))
        marks["points"] = Points(numbers, self.losses, palette.accent, size=5.0 if joined else 7.0)
        places = self.places
        for basin in self.basins:
            at = across.at(1 - letter), float(np.median(places[basin.cells.ravel()]))
            marks["basin", basin.letter] = Text(*at, basin.letter, palette.ink, right=True)
        edges: tuple[tuple[str, Bools, str, Marker, str | None, float], ...] = (
            ("loss 0", self.zeros, palette.ground, "o", palette.ink, 8.0),
            (f"above {printed(self.ceiling, 3)}", self.beyond, palette.ink, "^", None, 7.0),
            ("diverged", self.diverged, palette.error, "x", None, 6.0),
        )
        for name, which, color, marker, outline, size in edges:
            if which.any():
                marks[name] = Points(
                    numbers[which], places[which], color, marker, name, size, outline
                )
        return marks

    def ring(self, neuron: int, palette: Palette) -> Marks:
        """Return a ring around a neuron."""
        at = self.axis.values[[neuron]], self.places[[neuron]]
        return {"ring": Points(*at, HOLLOW, size=13.0, outline=palette.ink)}

    def _ruler(
        self,
        palette: Palette,
        across: Scale,
        up: Scale,
        taken: Room,
        letter: float,
        line: float,
    ) -> Marks:
        """Return a line for each visible mark of the ruler, named where that hides no curve.

        A name may cover another mark's line, so a dot on its own line says whose it is.
        """
        rates = {name: rate for name, rate in self.rulers.items() if 0 < across.share(rate) < 1}
        if not rates:
            return {}
        x = np.array(list(rates.values()))
        low, high = (np.full(len(x), end) for end in up.ends)
        marks: Marks = {"ruler": Segments(x, low, x, high, palette.muted, DASHED)}
        places = across.share(x).tolist()
        rows = np.arange(0.75, 1 / line - 3.5, 1.05) * line  # diverged neurons stand at the top
        dots: list[tuple[float, float]] = []
        for place, (name, rate) in zip(places, rates.items(), strict=True):
            text = f"{name} {with_real_minus(rounded_down(rate))}"
            half = np.array((letter * len(text), line)) / 2
            away = letter + half[0]
            sides = np.add.outer((place, places[0], places[-1]), (-away, away))
            middles = np.stack(np.broadcast_arrays(sides[:, None], rows[:, None]), axis=-1)
            x, y = middles[taken.place(middles, half) or (0, 0, 0)].tolist()
            left = max(x - half[0], 0.0)
            before = left < place
            width = letter * len(text)
            row = up.at(y)
            if not left < place < left + width:
                dots.append((rate, row))
            marks[name] = Text(
                across.at(left + width * before),
                row,
                text,
                palette.muted,
                ground=palette.ground,
                right=before,
            )
        x, y = np.reshape(dots, (-1, 2)).T
        marks["ruler dots"] = Points(x, y, palette.muted, size=5.0, label=self.theory)
        return marks


class MapScene(Unique):
    """Losses over two axes."""

    axes: tuple[Axis, Axis]
    values: Floats
    """(n₂, n₁): log₁₀ of the losses, cut off at the ends; NaN where one diverged."""
    low: float
    high: float
    """Ends of the scale, low below high."""
    below: bool
    above: bool
    """Whether some losses lie below and above the scale."""
    limits: Floats
    """(n₂,): the limit of the learning rate for each momentum, NaN where there is none; may be
    empty."""
    limit_name: str
    """The limit's name in the legend; empty without a limit."""
    basins: tuple[Basin, ...]
    """The minima that starts end in; empty on other maps."""

    @property
    def labels(self) -> tuple[str, str]:
        """The names of the axes."""
        across, up = self.axes
        return across.label, up.label

    @property
    def across(self) -> Scale:
        """The horizontal axis, including all of the outer cells."""
        return _with_cells(self.axes[0])

    @property
    def up(self) -> Scale:
        """The vertical axis, including all of the outer cells."""
        return _with_cells(self.axes[1])

    def marks(self, palette: Palette, *_: object) -> Marks:
        """Return losses as colours, the limit, crosses for what diverged, and minima's letters."""
        label = "log₁₀ of the loss" + (" (cut off at the ends)" if self.below or self.above else "")
        extent = (*self.across.ends, *self.up.ends)
        marks: Marks = {
            "losses": ColourMap(self.values, extent, palette.loss, self.low, self.high, label)
        }
        across, up = (axis.values for axis in self.axes)
        if len(self.limits):
            marks["rim"] = Curve(self.limits, up, palette.rim, width=4.0)
            marks["limit"] = Curve(self.limits, up, palette.on_loss, self.limit_name, DASHED, 1.6)
        rows, columns = np.nonzero(np.isnan(self.values))
        if len(rows):
            size = min(max(_CROSSES / max(self.values.shape), _CROSS[0]), _CROSS[1])
            marks["diverged"] = Points(
                across[columns], up[rows], palette.error, "x", "diverged", size
            )
        for basin in self.basins:
            for row, column in basin.places:
                at = float(across[column]), float(up[row])
                letter = Text(*at, basin.letter, palette.on_loss, centred=True, ground=palette.rim)
                marks[basin.letter, row, column] = letter
        return marks

    def ring(self, neuron: int, palette: Palette) -> Marks:
        """Return a frame around a neuron's cell, in two colours so that it is visible on any."""
        row, column = divmod(neuron, self.values.shape[1])
        at = self.axes[0].values[[column]], self.axes[1].values[[row]]
        sizes = (("ring's rim", palette.rim, 17.0), ("ring", palette.on_loss, 13.0))
        return {key: Points(*at, HOLLOW, "s", None, size, colour) for key, colour, size in sizes}


def _with_cells(axis: Axis) -> Scale:
    """Return an axis with half a cell beyond its ends."""
    values = np.log10(axis.values) if axis.logarithmic else axis.values
    half = float(values[1] - values[0]) / 2
    return Scale(float(values[0]) - half, float(values[-1]) + half, axis.logarithmic)


SweepScene = CurveScene | MapScene


def sweep_scene(result: SweepResult) -> SweepScene:
    """Return the scene of a sweep: a curve over one axis, a map over two."""
    return curve_scene(result) if len(result.grid.axes) == 1 else map_scene(result)


def curve_scene(result: SweepResult) -> CurveScene:
    """Return the scene of a sweep over learning rates, or seeds."""
    (axis,) = result.grid.axes
    of_rates = axis.logarithmic
    first = float(result.first_losses.max())
    losses = settled_losses(result.grid.settings, result.losses)
    beyond = ~result.diverged & (losses > _BEYOND * first)
    shown = ~(result.diverged | beyond)
    log = first > 0 or bool((losses[shown] > 0).any())
    zeros = shown & (losses == 0) & log
    drawn = np.where(shown & ~zeros, losses, np.nan)
    shared = axis, drawn, zeros, beyond, result.diverged, first, _BEYOND * first, log
    if not of_rates:
        return CurveScene(*shared, {}, "", basins(result))
    ruler = ruler_at_start(result.grid.settings)
    marks = {name: rate for name, rate in ruler.marks.items() if rate is not None}
    return CurveScene(*shared, marks, _ONE_STEP if marks and not ruler.quadratic else "")


def map_scene(result: SweepResult) -> MapScene:
    """Return the scene of a sweep over two axes."""
    first = float(result.first_losses.max())
    losses = settled_losses(result.grid.settings, result.losses)
    counts = ~result.diverged & (losses > 0) & (losses <= _BEYOND * first)
    logs = np.log10(losses[counts]) if counts.any() else np.zeros(1)
    low, high = ends_of(logs)
    with np.errstate(divide="ignore"):  # a loss of 0 gets the colour of the lowest
        values = np.log10(losses).clip(low, high)
    values[result.diverged] = np.nan
    limits, name = _limits_over_momentum(result)
    across, up = result.grid.axes
    return MapScene(
        (across, up),
        values.reshape(result.grid.shape),
        low,
        high if high - low > _LEAST_SPAN else low + 1.0,
        bool((losses < 10**low)[~(counts | result.diverged)].any()),
        bool((losses > 10**high)[~(counts | result.diverged)].any()),
        limits,
        name,
        () if "learning_rate" in {axis.name for axis in result.grid.axes} else basins(result),
    )


def _limits_over_momentum(result: SweepResult) -> tuple[Floats, str]:
    _, other = result.grid.axes
    if other.name != "momentum":
        return np.empty(0), ""
    rulers = [
        ruler_at_start(result.grid.settings.replace(momentum=value))
        for value in other.values.tolist()
    ]
    limits = np.array([np.nan if ruler.limit is None else ruler.limit for ruler in rulers])
    name = f"{list(rulers[0].marks)[-1]} this rate"
    return (np.empty(0), name) if np.isnan(limits).all() else (limits, name)
