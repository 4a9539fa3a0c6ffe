"""What a run is drawn on.

The losses over a plane as colours, and their contour lines with their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.landscape.contour_levels import Levels
from neuroviz.core.landscape.relief import Relief
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.contours import Contour
from neuroviz.pictures.marks import ColourMap, Curve, Marks, Text
from neuroviz.pictures.palette import Palette


@dataclass(frozen=True, eq=False)
class LossMap:
    """A grid of losses and its scale."""

    u: Floats
    v: Floats
    """(m,) and (n,), ascending, from edge to edge."""
    losses: Floats
    """(n, m); what is not finite has the highest colour."""
    scale: Levels
    """Of the losses."""

    @cached_property
    def relief(self) -> Relief:
        """The losses as heights."""
        return Relief(self.scale.heights(self.losses))

    def marks(self, palette: Palette, lines: Sequence[Contour] = ()) -> Marks:
        """Return colours, and on them contour lines with numbers.

        The colours are even in the logarithm where the scale is.
        """
        marks: Marks = {"losses": self._colours(palette)}
        for number, line in enumerate(lines):
            marks["line", number] = Curve(
                line.x, line.y, palette.contour, width=palette.contour_width
            )
        for number, line in enumerate(lines):
            if line.label is not None:
                marks["number", number] = Text(
                    *line.label,
                    line.text,
                    palette.on_loss,
                    centred=True,
                    ground=palette.number_ground,
                )
        return marks

    def _colours(self, palette: Palette) -> ColourMap:
        half_u, half_v = (
            float(axis[-1] - axis[0]) / (len(axis) - 1) / 2 for axis in (self.u, self.v)
        )
        extent = (self.u[0] - half_u, self.u[-1] + half_u, self.v[0] - half_v, self.v[-1] + half_v)
        low, high, label, shown = self.scale.low, self.scale.high, "loss", self.losses
        if self.scale.log:
            low, high, label = math.log10(low), math.log10(high), "log₁₀ of the loss"
            shown = low + (high - low) * self.scale.heights(self.losses)
        shown = np.where(np.isnan(shown), high, shown)
        return ColourMap(shown, extent, palette.loss, low, high, label, smooth=True)
