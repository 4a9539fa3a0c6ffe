"""The data as a figure, by the number of inputs: one, two (the plane), or more."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import hidden_outputs
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.boundary import output_at
from neuroviz.core.model.model import output_of, predict, right
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import measured, printed, round_up, subscripted
from neuroviz.core.types import Extent, Floats, Line
from neuroviz.pictures.data.curved_plane import CurvedPlaneScene
from neuroviz.pictures.data.hidden_space import HiddenSpaceScene
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import (
    FEW,
    OUTLINE,
    Cells,
    DataScene,
    Now,
    finite,
    held_out_marks,
    held_out_places,
)
from neuroviz.pictures.input_names import class_title, input_label, target_label
from neuroviz.pictures.label_places import Room, evenly
from neuroviz.pictures.marks import (
    LARGEST,
    Curve,
    Figure,
    Mark,
    Marks,
    Points,
    Segments,
    Text,
    Ticks,
)
from neuroviz.pictures.palette import PAPER, Palette
from neuroviz.pictures.weights import padded

_CELLS = (200, 160)
"""Columns and rows of a map on paper."""
_MOST_WEIGHTS = 4
_SIZE = 0.7
"""Size of markers on paper relative to the screen, where they are made to be dragged."""


def data_scene(
    settings: Settings,
    *,
    two_colours: bool = False,
    pair: tuple[int, int] | None = None,
    share: float = 1.0,
    output: int = 0,
) -> DataScene:
    """Return the scene of an experiment's data, by the number of inputs.

    Parameters
    ----------
    pair
        Indices of the hidden neurons over whose outputs to show the data; None for the inputs.
    share
        Share of the way there from the inputs.
    output
        Index of the output to show, of several targets.
    """
    if settings.independent:
        one = data_scene(
            settings.each_output[output], two_colours=two_colours, pair=pair, share=share
        )
        return replace(one, whole=settings, output=output)
    if pair is not None and max(pair) < settings.hidden:
        return HiddenSpaceScene(settings, two_colours, pair=pair, share=share)
    straight = settings.parameters.linear and not settings.features
    plane = PlaneScene if straight else CurvedPlaneScene
    scenes: dict[int, type[DataScene]] = {1: OneInputScene, 2: plane}
    return scenes.get(settings.dataset.own_width, TargetScene)(settings, two_colours)


def data_figure(
    settings: Settings,
    parameters: Floats,
    two_colours: bool = False,
    pair: tuple[int, int] | None = None,
    output: int = 0,
) -> Figure:
    """Declare the figure of the data view.

    Parameters
    ----------
    settings
        The experiment; its number of inputs decides: for two a map of the output over the plane,
        for one the curve of the output with residuals, for more prediction against target.
    parameters
        (P,).
    two_colours
        For two inputs and classes: two flat colours, one on each side of the threshold.
    pair
        Indices of two hidden neurons over whose outputs to show the data; None for the inputs.
    output
        Index of the output to show, of several targets.
    """
    parameters = np.asarray(parameters, dtype=np.float64)
    scene = data_scene(settings, two_colours=two_colours, pair=pair, output=output)
    said = finite(predict(settings, parameters).output)
    now = scene.now(parameters, said, right(settings, said))
    bounds = scene.bounds_at(now)
    marks = _names_apart(scene, now, bounds, scene.marks(now, bounds, _CELLS, PAPER))
    named = {mark.text for mark in marks.values() if isinstance(mark, Text) and mark.bold}
    for key, mark in marks.items():
        if isinstance(mark, Points) and mark.label in named:  # its class stands in its region
            marks[key] = replace(mark, label=None)
    marks |= _texts(scene, now, bounds)
    words = _parameter_text(settings, parameters), scene.said(now), scene.said_last(marks)
    return Figure(
        scene.heading,
        *scene.labels,
        tuple(map(_smaller, marks.values())),
        x_limits=bounds[:2],
        subtitle=" · ".join(filter(None, words)),
        equal_aspect=scene.equal_aspect,
        x_ticks=scene.x_ticks,
        y_ticks=scene.y_ticks,
    )


def _names_apart(scene: DataScene, now: Now, bounds: Extent, marks: Marks) -> Marks:
    """Return marks with names on their curves, where they hide few or no samples and curves.

    This is for paper; on the screen the names would jump as the curves move.
    """
    ways = {
        key: evenly(np.column_stack((mark.x, mark.y)), _PLACES)
        for key, mark in marks.items()
        if isinstance(mark, Curve)
    }
    seen = np.vstack((np.reshape(bounds, (2, 2)).T, *ways.values()))  # a page shows whole curves
    low = np.nanmin(seen, axis=0)
    size = np.nanmax(seen, axis=0) - low
    half = _NAME * size
    middles: list[Floats] = []
    moved: Marks = {}
    for key, way in ways.items():
        if not (isinstance(key, tuple) and key[0] in _OF_NEURONS):
            continue
        named = "name", key[1]
        name = marks.get(named)
        if not isinstance(name, Text):
            continue
        room = Room(low, low + size)
        for taken in (scene.positions(now), *(way for line, way in ways.items() if line != key)):
            room.add(taken)
        for middle in middles:
            room.cover(middle, half)
        best = room.place(way, half, np.abs(way[:, 0] - name.x) / size[0])
        if best is not None:
            middles.append(way[best])
            x, y = way[best].tolist()
            moved[named] = replace(name, x=x, y=y, aside=None, raised=None, centred=True)
    return marks | moved


def _texts(scene: DataScene, now: Now, bounds: Extent) -> Marks:
    """Return the outputs above their samples, without those that another would hide."""
    above = _SIZE * (scene.size + OUTLINE) / 2  # clear of the outline of a wrong sample
    room = _NUMBER * np.subtract(bounds[1::2], bounds[::2])
    texts: list[Text] = []
    for text, place in zip(scene.outputs(now), scene.positions(now), strict=False):
        if all((np.abs(place - (other.x, other.y)) >= room).any() for other in texts):
            x, y = place.tolist()
            texts.append(Text(x, y, text, PAPER.ink, halo=PAPER.ground, raised=above))
    return {("output", index): text for index, text in enumerate(texts)}


def _smaller(mark: Mark) -> Mark:
    return replace(mark, size=_SIZE * mark.size) if isinstance(mark, Points) else mark


def _parameter_text(settings: Settings, parameters: Floats) -> str:
    """Return w and b of a neuron, or the number of parameters."""
    *weights, bias = (measured(number) for number in without_rounding(settings, parameters))
    if not settings.parameters.linear or len(weights) > _MOST_WEIGHTS:
        return f"{len(parameters)} parameters"
    return f"w = {weights[0] if len(weights) == 1 else '(' + ', '.join(weights) + ')'}, b = {bias}"


_OF_NEURONS = ("bump", "hidden")
"""The curves of hidden neurons, which have names."""
_NAME = 0.06
"""Half the width and height of a curve's name, as shares of a figure."""
_NUMBER = (0.28, 0.1)
"""Width and height of an output, as shares of the small figure of a report."""
_PLACES = 60
"""Places on a curve that are tried for its name."""
_POINTS = 200
_COLUMNS = 1000
"""Columns of the visible range in which the residuals of a crowd are drawn."""
_MARGIN = 0.15
_BELOW = 0.06
"""How far a class's name stands below its share, where 1 is all."""
_STRIP = 0.5
"""Height of the strip below the curve, as a share of the height for the targets."""


class OneInputScene(DataScene):
    """One input: the samples, the curve of the output and the residuals between them.

    With hidden neurons it also shows what each adds to z: at the height of the curve where the
    output has no activation, else in a strip below the curve.
    """

    title = "Output over the input"

    @property
    def labels(self) -> tuple[str, str]:
        """The input, and target and output."""
        several = self.settings.outputs > 1
        words = "share ŷ of each class" if several else "target y, output ŷ"
        return input_label(self.settings, 0), target_label(self.settings, words)

    @cached_property
    def bounds(self) -> Extent:
        """The ranges of inputs and targets, with a margin on all sides."""
        x, y = (
            padded(column, _MARGIN) for column in np.vstack((self._places, self.held_out_places)).T
        )
        if self.settings.outputs > 1:
            y = (-_EDGE, 1 + _EDGE)
        return *x, *y

    def bounds_at(self, now: Now | None) -> Extent:
        """Return the ranges, with a strip below where the hidden neurons' sum is not ŷ."""
        left, right, low, high = self.bounds
        return left, right, low - _STRIP * (high - low) * self._has_strip, high

    @property
    def _has_strip(self) -> bool:
        return self._adds_up and self.settings.activation != "identity"

    @property
    def _adds_up(self) -> bool:
        """Whether the hidden neurons' outputs add up to one z."""
        return self.settings.hidden > 0 and self.settings.outputs == 1

    @property
    def y_ticks(self) -> Ticks | None:
        """The values of the classes, above the strip."""
        if self.settings.coding is None or not self._has_strip:
            return None
        low, high = CODINGS[self.settings.coding]
        return tuple((level, printed(level)) for level in (low, (low + high) / 2, high))

    def positions(self, now: Now | None) -> Floats:
        """Return (x, y) of every sample."""
        return self._places

    @cached_property
    def _places(self) -> Floats:
        return np.column_stack((self.settings.coded_inputs[:, 0], self._targets))

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        if not self.settings.parameters.linear:
            return super()._reach_of_change(before, parameters, sight, pixel)
        # With one input, z changes most at an end.
        count = _POINTS if self.settings.features else 2
        inputs = self.settings.inputs_at(np.linspace(*sight[:2], count)[:, np.newaxis])
        *weights, bias = parameters - before.parameters
        z = float(np.abs(inputs @ weights + bias).max())
        return self.settings.activation_entry.greatest_slope * z / pixel[1]

    @property
    def _targets(self) -> Floats:
        """(N,): the targets; with several outputs the target of each sample's own class, 1."""
        targets = self.settings.coded_targets
        return targets if self.settings.outputs == 1 else np.ones(len(targets))

    @cached_property
    def held_out_places(self) -> Floats:
        """(H, 2): the places of the rows held out."""
        places = super().held_out_places
        if self.settings.outputs > 1:
            places = np.column_stack((places[:, 0], np.ones(len(places))))
        return places

    @property
    def _line(self) -> str:
        straight = self.settings.activation == "identity" and self.settings.parameters.linear
        return "line" if straight else "curve"

    def _curve(self, parameters: Floats, left: float, right: float) -> Line:
        grid = np.linspace(left, right, _POINTS)
        inputs = self.settings.inputs_at(grid[:, np.newaxis])
        return grid, finite(output_at(self.settings, parameters, inputs))

    def lines_of(self, parameters: Floats, sight: Extent) -> list[Floats]:
        """Return the curve of each output, where it is in sight."""
        left, right, bottom, top = sight
        x, y = self._curve(parameters, left, right)
        if y.min() > top or y.max() < bottom:
            return []
        return [np.stack((x, each)) for each in np.atleast_2d(y.T)]

    def _beside(self, now: Now, sight: Extent, palette: Palette) -> Marks:
        """Return none where there are curves of hidden neurons beside."""
        return {} if self._adds_up else super()._beside(now, sight, palette)

    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        left, right, _, _ = sight
        curve = self._curve(now.parameters, left, right)
        residuals = self._residuals(now, right - left, palette)
        if self.settings.outputs > 1:
            return {"residuals": residuals, **self._curves_of_classes(*curve, palette)}
        return {
            "residuals": residuals,
            **self._bumps(now, sight, cells[1], palette),
            "curve": Curve(*curve, palette.accent, f"the {self._whose} {self._line}", width=2.0),
            **self._threshold(left, right, palette),
        }

    def _residuals(self, now: Now, width: float, palette: Palette) -> Segments:
        """Return the lines from targets to outputs, in a crowd as one line for each column.

        All lines of a column meet at the curve, so that together they look the same.
        """
        x = self._places[:, 0]
        starts = self._targets
        ends = np.clip(own_share(self.settings, now.output), -LARGEST, LARGEST)
        if self.crowded:
            order = np.argsort(x)
            columns = np.floor(x[order] / width * _COLUMNS)
            first = np.flatnonzero(np.diff(columns, prepend=np.nan))
            lowest = np.minimum.reduceat(np.minimum(starts, ends)[order], first)
            ends = np.maximum.reduceat(np.maximum(starts, ends)[order], first)
            x, starts = x[order][first], lowest
        return Segments(x, starts, x, ends, palette.error, width=1.4)

    def _curves_of_classes(self, x: Floats, shares: Floats, palette: Palette) -> Marks:
        """Return the share (n, K) of each class over the input, with a name at its maximum."""
        marks: Marks = {}
        names: Marks = {}
        ends = len(x) // 8  # a name nearer an end would be cut off
        for index, share in enumerate(shares.T):
            colour = palette.class_colours[index]
            name = class_title(self.settings, index)
            marks["share", index] = Curve(x, share, colour, width=2.0)
            # In the middle, where the maximum is level.
            most = share[ends:-ends] >= 0.995 * share[ends:-ends].max()
            top = ends + int(np.median(np.flatnonzero(most)))
            y = float(share[top]) - _BELOW
            names["class name", index] = Text(
                float(x[top]), y, name, colour, centred=True, halo=palette.ground, bold=True
            )
        return {**marks, **names}

    @property
    def _whose(self) -> str:
        return "neuron's" if self.settings.parameters.linear else "output's"

    def said(self, now: Now | None) -> str:
        """Return what the curves of hidden neurons add up to."""
        if not self._adds_up:
            return ""
        total = "z" if self._has_strip else "ŷ"
        return f"thin: v·h of hidden neurons; with c they add up to {total}"

    def addends(self, parameters: Floats, places: Floats) -> Floats:
        """Return v·h (H, n) of the hidden neurons at inputs (n,); with c they add up to z."""
        inputs = self.settings.inputs_at(places[:, np.newaxis])
        weights = parameters[self.settings.parameters.of_unit(None)[:-1]]
        with np.errstate(all="ignore"):
            return finite((hidden_outputs(self.settings, parameters, inputs) * weights).T)

    def heights(self, now: Now) -> Floats:
        """Return the heights to keep visible: outputs, and what adds up to them unless far away."""
        if not self._adds_up or self._has_strip:
            return now.output
        low, high = self.bounds[2:]
        bumps = self.addends(now.parameters, np.linspace(*self.bounds[:2], _POINTS))
        span = high - low
        return np.append(now.output, np.clip(bumps, low - span, high + span))

    def _bumps(self, now: Now, sight: Extent, rows: int, palette: Palette) -> Marks:
        """Return the curves of what hidden neurons add to z, with their names.

        The plane is as high as so many rows of cells.
        """
        if not self._adds_up:
            return {}
        left, right, bottom, top = sight
        grid = np.linspace(left, right, _POINTS)
        heights = self.addends(now.parameters, grid)
        level = 0.0
        unit = 1.0
        marks: Marks = {}
        if self._has_strip:
            low, high = self.bounds[2:]
            half = _STRIP * (high - low) / 2
            level = low - half
            most = round_up(float(np.abs(heights).max()) or 1.0)
            unit = 0.8 * half / most
            ends = np.array((left, right))
            at = np.full(2, level)
            marks["level"] = Curve(ends, at, palette.muted, None, width=0.8)
            said = f"v·h, ±{printed(most)}"
            marks["scale"] = Text(left, level + half, said, palette.muted, aside=4.0)
        names: Marks = {}
        highest = top - min(_NAME_ROOM / rows, 0.5) * (top - bottom)
        count = len(heights)
        for index, bump in enumerate(heights):
            colour = palette.neuron_colours[index]
            y = level + unit * bump
            marks["bump", index] = Curve(grid, y, colour, width=1.2)
            seen = np.flatnonzero((y >= bottom) & (y <= top))
            if not len(seen):  # no name for a curve that is not visible
                continue
            middle = seen[np.abs(seen - int((index + 0.5) / count * _POINTS)).argmin()]
            name = subscripted(f"v{index + 1}·h{index + 1}")
            x = float(grid[middle])
            height = min(float(y[middle]), highest)
            names["name", index] = Text(x, height, name, colour, halo=palette.ground, raised=4.0)
        return {**marks, **names}


_NAME_ROOM = 9
"""Rows of cells that a curve's name needs above it."""
_MARGIN_OF_TARGETS = 0.2
_SPREAD = 0.15
"""How far samples are moved sideways, at most, as a share of the distance between two classes."""
_SPREAD_OF_CLASSES = 0.3
"""The same for classes with an output each, whose distance is 1."""
_EDGE = 0.08
"""Margin below and above their shares."""


def own_share(settings: Settings, output: Floats, data: Dataset | None = None) -> Floats:
    """Return the output for each sample's own class (N,), also for other data.

    From several outputs (N, K) it is the share of that class; from one output (N,) the output
    itself.
    """
    if settings.outputs == 1:
        return output
    own = (data or settings.dataset).targets.astype(np.intp)
    return output[np.arange(len(own)), own]


class TargetScene(DataScene):
    """Three or more inputs: prediction against target, with a class's samples spread sideways."""

    title = "Output against target"

    @property
    def labels(self) -> tuple[str, str]:
        """Target and prediction."""
        words = "class" if self.settings.dataset.classes else "target y"
        several = self.settings.outputs > 1
        said = "share ŷ of its class" if several else "prediction ŷ"
        return target_label(self.settings, words), said

    @property
    def x_ticks(self) -> Ticks | None:
        """The names of the classes."""
        if not self.settings.dataset.classes:
            return None
        coding = self.settings.coding
        ends = enumerate(CODINGS[coding] if coding else range(self.settings.outputs))
        return tuple((place, class_title(self.settings, index)) for index, place in ends)

    @cached_property
    def bounds(self) -> Extent:
        """The range of the targets on both axes, with a margin on all sides."""
        ends = padded(self.settings.coded_targets, _MARGIN_OF_TARGETS)
        if self.settings.outputs > 1:
            return *ends, -_EDGE, 1 + _EDGE
        return *ends, *ends

    def positions(self, now: Now | None) -> Floats:
        """Return target and prediction of every sample."""
        if now is None:
            return np.empty((0, 2))
        output = own_share(self.settings, now.output)
        return np.column_stack((self._across, np.clip(output, -LARGEST, LARGEST)))

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        output = output_of(self.settings, parameters, self.settings.coded_inputs)
        return float(np.abs(output - before.output).max()) / pixel[1]

    @cached_property
    def _across(self) -> Floats:
        """(N,): the targets; for classes, moved sideways evenly in the order of their samples."""
        return self._spread(self.settings.coded_targets)

    def _spread(self, targets: Floats) -> Floats:
        if not self.settings.dataset.classes:
            return targets
        result = targets.copy()
        for target in np.unique(targets):
            own = targets == target
            if own.sum() > 1:
                result[own] += np.linspace(-self._reach, self._reach, own.sum())
        return result

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return the marks of the rows held out, at target and prediction."""
        if now is None or self.settings.held_out is None:
            return {}
        known = held_out_places(self.settings)
        output = output_at(self.settings, now.parameters, known[:, :-1])
        output = own_share(self.settings, output, self.settings.held_out)
        places = np.column_stack((self._spread(known[:, -1]), np.clip(output, -LARGEST, LARGEST)))
        return held_out_marks(self.settings, places, palette, self.size)

    def _outline(self, palette: Palette) -> str | None:
        """Return no outline where samples are so close that it would hide others."""
        return palette.ground if self.settings.dataset.samples <= FEW else None

    @cached_property
    def _reach(self) -> float:
        if self.settings.outputs > 1:
            return _SPREAD_OF_CLASSES
        return _SPREAD * (float(np.ptp(self.settings.coded_targets)) or 1.0)

    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        left, right, _, _ = sight
        x = y = np.array((left, right))
        if self.settings.dataset.classes:
            # Moved sideways, a sample is as right as on its target:
            # a level line for each class, with a gap between.
            levels = np.unique(self.settings.coded_targets)[:, np.newaxis]
            x = (levels + np.array((-self._reach, self._reach, np.nan))).ravel()
            y = np.ones(len(x)) if self.settings.outputs > 1 else np.repeat(levels, 3)
        perfect = Curve(x, y, palette.muted, "perfect: prediction = target", width=1.6)
        return {"perfect": perfect, **self._threshold(left, right, palette)}
