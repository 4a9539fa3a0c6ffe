"""One input: the samples, the neuron's curve and the residuals between them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent
from neuroviz.core.model.boundary import output_at
from neuroviz.core.types import Floats
from neuroviz.pictures.data.scene import DataScene, Now, finite
from neuroviz.pictures.input_names import input_label, target_label
from neuroviz.pictures.marks import AHEAD, LARGEST, Curve, Marks, Segments
from neuroviz.pictures.palette import Palette, faded
from neuroviz.pictures.weights import padded

_POINTS = 200
_MARGIN = 0.15


class OneInputScene(DataScene):
    """One input: the samples, the neuron's curve and the residuals between them."""

    @property
    def title(self) -> str:
        """What is shown."""
        return "Output over the input"

    @property
    def labels(self) -> tuple[str, str]:
        """The input, and target and output."""
        return input_label(self.settings, 0), target_label(self.settings, "target y and output ŷ")

    @cached_property
    def bounds(self) -> Extent:
        """Inputs and targets, with room at all sides."""
        x, y = (
            padded(column, _MARGIN) for column in np.vstack((self._places, self.held_out_places)).T
        )
        return *x, *y

    def positions(self, now: Now | None) -> Floats:
        """Return (x, y) of every sample."""
        return self._places

    @cached_property
    def _places(self) -> Floats:
        return np.column_stack((self.settings.coded_inputs[:, 0], self._targets))

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        weight, bias = parameters - before.parameters
        z = float(np.abs(np.array(sight[:2]) * weight + bias).max())
        return self.settings.activation_entry.greatest_slope * z / pixel[1]

    @property
    def _targets(self) -> Floats:
        return self.settings.coded_targets

    @property
    def _line(self) -> str:
        return "line" if self.settings.activation == "identity" else "curve"

    def _curve(self, parameters: Floats, left: float, right: float) -> tuple[Floats, Floats]:
        grid = np.linspace(left, right, _POINTS)
        return grid, finite(output_at(self.settings, parameters, grid[:, np.newaxis]))

    def ahead_marks(
        self, parameters: Floats, sight: Extent, palette: Palette, opacity: float
    ) -> Marks:
        """Return the neuron's curve at the end of a run that nobody has taken."""
        curve = self._curve(parameters, *sight[:2])
        return {"ahead": Curve(*curve, faded(palette.accent, opacity), None, AHEAD, 1.8)}

    def _background(
        self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette
    ) -> Marks:
        left, right, _, _ = sight
        x = self._places[:, 0]
        curve = self._curve(now.parameters, left, right)
        ends = np.clip(now.output, -LARGEST, LARGEST)
        return {
            "residuals": Segments(x, self._targets, x, ends, palette.error, width=1.4),
            "curve": Curve(*curve, palette.accent, f"the neuron's {self._line}", width=2.0),
            **self._threshold(left, right, palette),
        }
