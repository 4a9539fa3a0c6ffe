"""Two inputs, and formulas of them: the output over their plane, where the border is a curve."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent
from neuroviz.core.model.boundary import level_lines, output_at
from neuroviz.core.types import Floats
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import Now, finite
from neuroviz.pictures.marks import Marks

_FINEST = 128
"""Columns or rows of a map at most: every cell is worked out at every look."""


class CurvedPlaneScene(PlaneScene):
    """Two inputs, and formulas of them: the output over their plane, where the border is a curve.

    All weights count, and none of them has a direction in this plane.
    """

    def positions(self, now: Now | None) -> Floats:
        """Return the two inputs."""
        return self.settings.coded_inputs[:, :2]

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        # A border moves as soon as anything does: a map that is alike has one that is elsewhere.
        return 0.0 if np.array_equal(before.parameters, parameters) else np.inf

    def _map_values(
        self, parameters: Floats, sight: Extent, cells: tuple[int, int]
    ) -> tuple[Floats, tuple[float, float] | None]:
        columns, rows = (min(_FINEST, count) for count in cells)
        inputs = _inputs_over(self, sight, columns, rows)
        return finite(output_at(self.settings, parameters, inputs)).reshape(rows, columns), None

    def lines_at(self, parameters: Floats, z: float, middle: Floats, size: Floats) -> list[Floats]:
        """Return the curves (2, n) in sight on which z has a value."""
        (left, bottom), (right, top) = middle - size / 2, middle + size / 2
        return level_lines(self.settings, parameters, z, (left, right, bottom, top))

    def _direction(self, *_: object) -> Marks:
        return {}


@lru_cache(maxsize=2)
def _inputs_over(scene: CurvedPlaneScene, sight: Extent, columns: int, rows: int) -> Floats:
    """Return the inputs (rows · columns, D) of the neuron in the middles of cells."""
    left, right, bottom, top = sight
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    # What no formula gives a number for, as log(x₁) left of 0, stays empty.
    return scene.settings.inputs_at(places)
