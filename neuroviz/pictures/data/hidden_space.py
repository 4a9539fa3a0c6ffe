"""The samples as the output sees them: by the outputs of two hidden neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import hidden_outputs, units_of
from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import floats, model_of, right
from neuroviz.core.numbers import measured, printed, round_up
from neuroviz.core.types import Bools, Extent, Floats
from neuroviz.pictures.data.plane import PlaneScene, Taken
from neuroviz.pictures.data.scene import Cells, DataScene, Now, finite, held_out_marks
from neuroviz.pictures.input_names import unit_name
from neuroviz.pictures.marks import ColouredCells, ColourMap, Curve, Marks
from neuroviz.pictures.palette import Palette, faded, mixed, rgb_along

_MARGIN = 0.15
_LINES, _POINTS = 11, 41
"""Lines of the grid in each direction, which the layer bends, and points of each."""
_DOTTED = (2.0, 3.0)
_MOST_INPUTS = 3
"""Inputs that are written beside a sample, at most."""


class HiddenSpaceScene(PlaneScene):
    """What the output reads: the outputs of two hidden neurons, with the others at their means.

    Over these, the output is one neuron with a straight border.
    """

    pair: tuple[int, int] = (0, 1)
    """Indices of the hidden neurons on the horizontal and the vertical axis."""
    share: float = 1.0
    """How far the samples are on the way here from the inputs, 0 … 1."""

    title = "Hidden space"
    has_direction = False

    @property
    def labels(self) -> tuple[str, str]:
        """The two hidden neurons."""
        first, second = map(unit_name, self.pair)
        return f"output {first}", f"output {second}"

    @property
    def bounds(self) -> Extent:
        """The ranges of the neurons' outputs, with a margin on all sides."""
        return self.bounds_at(None)

    def bounds_at(self, now: Now | None) -> Extent:
        """Return the ranges; for an unbounded activation they fit the outputs, in round numbers."""
        ends: list[float] = []
        given = np.zeros((1, 2)) if now is None else self._given(now)
        held = self.settings.held_out
        if now is not None and held is not None:
            places = self._given(now, self.settings.coded_inputs_of(held))
            given = np.vstack((given, places))
        low, high = self._ends
        for column in given.T:
            least, most = ends_of(column)
            first = low if np.isfinite(low) else -round_up(-least) if least < 0 else 0.0
            last = high if np.isfinite(high) else round_up(most) if most > 0 else 0.0
            last = last if last > first else first + 1.0
            room = _MARGIN * (last - first)
            ends += (first - room, last + room)
        return ends[0], ends[1], ends[2], ends[3]

    @property
    def equal_aspect(self) -> bool:
        """Whether the neurons' outputs are bounded, so that both axes are equally long."""
        return bool(np.isfinite(self._ends).all())

    def positions(self, now: Now | None) -> Floats:
        """Return the outputs of the two neurons, or places on the way there from the inputs."""
        if now is None:
            return np.empty((0, 2))
        return self._on_the_way(self._given(now), self.settings.coded_inputs, now)

    def outputs(self, now: Now | None) -> list[str]:
        """Return the text beside each of a few samples: its inputs."""
        inputs = self.settings.coded_inputs
        if now is None or not super().outputs(now) or inputs.shape[1] > _MOST_INPUTS:
            return []
        return [f"({', '.join(map(printed, row))})" for row in inputs.tolist()]

    def said(self, now: Now | None) -> str:
        """Return whether one line separates the classes here, and what is held at its mean."""
        if now is None:
            return ""
        where = "the others held at their means" if self._held else ""
        if len(self._held) == 1:
            (held,) = self._held
            mean = measured(float(self._means(now.parameters)[held]))
            where = f"{unit_name(held)} held at its mean, {mean}"
        return " · ".join(filter(None, (self._verdict(now), where)))

    def parts(self, now: Now) -> Bools | None:
        """Return which samples (N,) are on their side of the border here; None for numbers."""
        neuron = self.as_neuron(now.parameters)
        return right(self.settings, self._output_at(neuron, self._given(now)))

    def _verdict(self, now: Now) -> str:
        parted = self.parts(now)
        if parted is None or now.right is None or len({*self.settings.dataset.targets}) < 2:
            return ""
        if parted.all():
            several = self.settings.outputs > 1
            return "straight lines are enough here" if several else "one line is enough here"
        return "not separated in this pair, only by all together" if now.right.all() else ""

    def as_neuron(self, parameters: Floats) -> Floats:
        """Return the output as a neuron (3,) of the two, with all else in its bias.

        For K outputs it is (K, 3).
        """
        outputs = units_of(self.settings)[self.settings.hidden :]
        found = np.array([self._of_two(parameters, unit) for unit in outputs])
        return found if len(outputs) > 1 else found[0]

    def _of_two(self, parameters: Floats, unit: int | None) -> Floats:
        *weights, bias = parameters[self.settings.parameters.of_unit(unit)].tolist()
        v = np.array(weights)
        held = self._held
        bias *= self.settings.bias_input
        with np.errstate(all="ignore"):
            rest = float(v[held] @ self._means(parameters)[held])
        return finite(np.array((*v[list(self.pair)], rest + bias)))

    @property
    def _held(self) -> list[int]:
        return [unit for unit in range(self.settings.hidden) if unit not in self.pair]

    def _means(self, parameters: Floats) -> Floats:
        return finite(hidden_outputs(self.settings, parameters)).mean(axis=0)

    @property
    def _ends(self) -> tuple[float, float]:
        entry = self.settings.hidden_activation_entry
        assert entry is not None
        return entry.output_range

    def _given(self, now: Now, inputs: Floats | None = None) -> Floats:
        """Return the outputs (N, 2) of the two for every sample, or at inputs."""
        return finite(hidden_outputs(self.settings, now.parameters, inputs)[:, self.pair])

    def _on_the_way(self, there: Floats, inputs: Floats, now: Now) -> Floats:
        """Return places (N, 2) on the way from inputs (N, D), fitted to the plane, to ``there``."""
        if self.share == 1 or self.settings.dataset.own_width > 2:
            return there
        left, right, bottom, top = self.bounds_at(now)
        low = np.array((left, bottom))
        span = np.array((right - left, top - bottom))
        first, last = self._corners
        room = 0.25 * (last - first)
        start = (inputs[:, : len(first)] - first + room) / (last - first + 2 * room)
        if start.shape[1] == 1:
            start = np.column_stack((start, np.full(len(start), 0.5)))
        return (1 - self.share) * (low + start * span) + self.share * there

    @property
    def _corners(self) -> tuple[Floats, Floats]:
        """The least and the greatest of each of the one or two inputs."""
        own = self.settings.coded_inputs[:, : self.settings.dataset.own_width]
        first = own.min(axis=0)
        last = own.max(axis=0)
        return first, np.where(last > first, last, first + 1)

    def _output_at(self, parameters: Floats, places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            z = finite(places @ parameters[..., :2].T + parameters[..., 2])
        with torch.inference_mode():
            return floats(model_of(self.settings).output(torch.tensor(z)))

    _reach_of_change = DataScene._reach_of_change

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        held = self.settings.held_out
        if now is None or held is None:
            return {}
        inputs = self.settings.coded_inputs_of(held)
        places = self._on_the_way(self._given(now, inputs), inputs, now)
        return held_out_marks(self.settings, places, palette, self.size)

    def lines_to_take(self, parameters: Floats, sight: Extent) -> list[tuple[Taken, Floats]]:
        """Return the border; none while the samples are on the way."""
        if self.share < 1:
            return []
        return super().lines_to_take(self.as_neuron(parameters), sight)

    def places_of(self, unit: int | None) -> list[int]:
        """Return the indices of the output's weights of the two, and of its bias."""
        own = self.settings.parameters.of_unit(unit)
        return [*(own[unit] for unit in self.pair), own[-1]]

    def ahead_marks(self, *_: object) -> Marks:
        """Return none, since at the end of a run the samples would be elsewhere."""
        return {}

    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        neuron = replace(now, parameters=self.as_neuron(now.parameters))
        marks = super()._background(neuron, sight, cells, palette)
        colours = marks["map"]
        if self.share < 1:  # no place on the way has an output
            assert isinstance(colours, ColourMap)
            stops = (mixed(palette.ground, stop, self.share) for stop in colours.stops)
            paler = replace(colours, stops=tuple(stops))
            if isinstance(colours, ColouredCells):
                ground = rgb_along((palette.ground,), np.zeros(1))
                values = ground + self.share * (colours.values - ground)
                paler = replace(colours, values=values)
            marks = {"map": paler}
        return {**marks, **self._square(palette), **self._grid(now, palette)}

    def _square(self, palette: Palette) -> Marks:
        """Return how far the neurons' outputs reach, if they are bounded."""
        low, high = self._ends
        if not np.isfinite((low, high)).all():
            return {}
        x = np.array((low, high, high, low, low))
        y = np.array((low, low, high, high, low))
        return {"reach": Curve(x, y, faded(palette.muted, 0.7), None, _DOTTED, 1.0)}

    def _grid(self, now: Now, palette: Palette) -> Marks:
        """Return a grid over the samples' inputs, bent by the layer; for one input a line."""
        if self.settings.dataset.own_width > 2:
            return {}
        first, last = self._corners
        along = np.linspace(0, 1, _POINTS)
        lines = _grid_lines(along) if len(first) == 2 else [along[:, np.newaxis]]
        marks: Marks = {}
        for index, line in enumerate(lines):
            inputs = self.settings.inputs_at(first + line * (last - first))
            x, y = self._on_the_way(self._given(now, inputs), inputs, now).T
            edge = len(first) == 1 or index % _LINES in (0, _LINES - 1)
            colour = faded(palette.ink, 0.5 if edge else 0.22)
            marks["grid", index] = Curve(x, y, colour, width=1.2 if edge else 1.0)
        return marks


def _grid_lines(along: Floats) -> Sequence[Floats]:
    """Return the lines (n, 2) of a grid over the unit square, vertical ones first."""
    places = [np.full_like(along, place) for place in np.linspace(0, 1, _LINES)]
    upright = [np.column_stack((place, along)) for place in places]
    return [*upright, *(np.column_stack((along, place)) for place in places)]
