"""The plane of two inputs with formulas of them or hidden neurons: the border is a curve."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from msgspec.structs import replace

from neuroviz.core.model.boundary import class_borders, level_lines, output_at
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.data.borders import boundary_line, places_over
from neuroviz.pictures.data.plane import PlaneScene, Taken
from neuroviz.pictures.data.scene import Cells, DataScene, Now, finite
from neuroviz.pictures.input_names import unit_name
from neuroviz.pictures.marks import ColourMap, Curve, Marks, Text
from neuroviz.pictures.palette import Palette


class CurvedPlaneScene(PlaneScene):
    """The plane of two inputs with formulas of them or hidden neurons: the border is a curve.

    All weights matter, and the output's have no direction in this plane. Each hidden neuron has a
    line where its z is 0.
    """

    has_direction = False

    def positions(self, now: Now | None) -> Floats:
        """Return the two inputs."""
        return self.settings.coded_inputs[:, :2]

    # A border moves whenever anything does, even where the map looks the same.
    _reach_of_change = DataScene._reach_of_change

    def _map_values(
        self, parameters: Floats, sight: Extent, cells: Cells
    ) -> tuple[Floats, tuple[float, float] | None]:
        columns, rows = (min(self.finest, count) for count in cells)
        inputs = _inputs_over(self, sight, columns, rows)
        output = finite(output_at(self.settings, parameters, inputs))
        return output.reshape(rows, columns, *output.shape[1:]), None

    def _map(self, parameters: Floats, sight: Extent, cells: Cells, palette: Palette) -> ColourMap:
        colours = super()._map(parameters, sight, cells, palette)
        # With hidden neurons the output is smooth; with formulas it may be undefined somewhere.
        smooth = not self.settings.features and not colours.flat
        return replace(colours, smooth=smooth)

    def lines_at(self, parameters: Floats, z: float, sight: Extent) -> list[Floats]:
        """Return the visible curves (2, n) on which z has a value."""
        return level_lines(self.settings, parameters, z, sight)

    def _class_borders(
        self, parameters: Floats, sight: Extent
    ) -> list[tuple[tuple[int, int] | None, Floats]]:
        settings = self.settings
        if settings.hidden or settings.features:
            return [(None, line) for line in class_borders(settings, parameters, sight)]
        outputs = range(settings.outputs)
        layer = np.array([parameters[settings.parameters.of_unit(unit)] for unit in outputs])
        return super()._class_borders(layer * (1, 1, settings.bias_input), sight)

    def said_last(self, marks: Marks) -> str:
        """Return what the lines of hidden neurons mean, if any are drawn."""
        names = [unit_name(unit) for unit in range(self.settings.hidden) if ("name", unit) in marks]
        said = f"{names[0]}{' …' * (len(names) > 1)}: where its z is 0" if names else ""
        return " · ".join(filter(None, (said, super().said_last(marks))))

    def lines_to_take(self, parameters: Floats, sight: Extent) -> list[tuple[Taken, Floats]]:
        """Return the hidden neurons' lines; none with formulas, since a drag would be ambiguous."""
        if self.settings.features:
            return []
        if not self.settings.hidden:
            return super().lines_to_take(parameters, sight)
        return [*self._hidden_lines(parameters, sight)]

    def _hidden_lines(self, parameters: Floats, sight: Extent) -> Iterator[tuple[int, Floats]]:
        """Yield the visible lines (2, n) on which the z of a hidden neuron is 0, with its index.

        A straight one is in the form of `boundary_line`.
        """
        for unit in range(self.settings.hidden):
            if self.settings.features:
                for line in level_lines(self.settings, parameters, 0.0, sight, unit):
                    yield unit, line
                continue
            own = parameters[self.settings.parameters.of_unit(unit)]
            own[-1] *= self.settings.bias_input
            straight = boundary_line(own, 0.0, sight)
            if straight is not None:
                yield unit, straight

    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        marks = super()._background(now, sight, cells, palette)
        left, right, _, _ = sight
        lines = self._hidden_lines(now.parameters, sight)
        for piece, (unit, line) in enumerate(lines):
            colour = palette.neuron_colours[unit]
            name = unit_name(unit)
            marks["hidden", unit, piece] = Curve(line[0], line[1], colour, width=1.8)
            x, y = grip_on(line, unit).tolist()
            aside = -_ASIDE if x > right - _NAME_ROOM * (right - left) else _ASIDE
            marks["name", unit] = Text(
                x, y, name, colour, halo=palette.ground, aside=aside, bold=True
            )
        return marks


_GRIPS = (0.5, 0.36, 0.64, 0.28, 0.72, 0.43, 0.57, 0.22)
"""Where on the line of each hidden neuron its grip is, as a share, so that no two grips meet."""
_ASIDE, _NAME_ROOM = 11.0, 0.1
"""Distance from a grip to the name of its neuron, in points or pixels; and room for a name, as a
share of the width."""


def grip_on(line: Floats, unit: int | None, share: float | None = None) -> Floats:
    """Return the point (2,) by which the line (2, n) of a hidden neuron or the output is moved.

    ``share`` asks for the point at another share of the way from end to end.
    """
    share = _GRIPS[unit or 0] if share is None else share
    if line.shape[1] > 3:  # a curve
        return line[:, int(share * (line.shape[1] - 1))]
    return (1 - share) * line[:, 0] + share * line[:, -1]


@lru_cache(maxsize=4)
def _inputs_over(scene: CurvedPlaneScene, sight: Extent, columns: int, rows: int) -> Floats:
    """Return the inputs (rows · columns, D) of the neuron at the centres of cells."""
    # Where a formula has no value, as log(x₁) left of 0, the cell stays empty.
    return scene.settings.inputs_at(places_over(sight, columns, rows))
