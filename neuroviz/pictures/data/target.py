"""Three inputs and more: prediction against target."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.landscape.axis_ranges import Extent
from neuroviz.core.model.boundary import output_at
from neuroviz.core.model.model import predict
from neuroviz.core.types import Floats
from neuroviz.pictures.data.scene import FEW, DataScene, Now, held_out_marks, held_out_places
from neuroviz.pictures.figure import Ticks
from neuroviz.pictures.input_names import class_title, target_label
from neuroviz.pictures.marks import LARGEST, Curve, Marks
from neuroviz.pictures.palette import Palette
from neuroviz.pictures.weights import padded

_MARGIN = 0.2
_SPREAD = 0.15
"""How far samples are moved sideways at most, as a share of the distance of the two classes."""


class TargetScene(DataScene):
    """Three inputs and more: prediction against target.

    The samples of a class are spread sideways.
    """

    @property
    def title(self) -> str:
        """What is shown."""
        return "Output against target"

    @property
    def labels(self) -> tuple[str, str]:
        """Target and prediction."""
        words = "target y" if self.settings.coding is None else "class"
        return target_label(self.settings, words), "prediction ŷ"

    @property
    def x_ticks(self) -> Ticks | None:
        """The names of the classes."""
        if self.settings.coding is None:
            return None
        ends = enumerate(CODINGS[self.settings.coding])
        return tuple((place, class_title(self.settings, index)) for index, place in ends)

    @cached_property
    def bounds(self) -> Extent:
        """The targets, with room at all sides: as much both ways."""
        ends = padded(self.settings.coded_targets, _MARGIN)
        return *ends, *ends

    def positions(self, now: Now | None) -> Floats:
        """Return target and prediction of every sample."""
        if now is None:
            return np.empty((0, 2))
        return np.column_stack((self._across, np.clip(now.output, -LARGEST, LARGEST)))

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        output = predict(self.settings, parameters, self.settings.coded_inputs).output
        return float(np.abs(output - before.output).max()) / pixel[1]

    @cached_property
    def _across(self) -> Floats:
        """(N,): the targets.

        Those of classes moved sideways, evenly and in the order of the samples of each.
        """
        return self._spread(self.settings.coded_targets)

    def _spread(self, targets: Floats) -> Floats:
        if self.settings.coding is None:
            return targets
        result = targets.copy()
        for target in np.unique(targets):
            own = targets == target
            if own.sum() > 1:
                result[own] += np.linspace(-self._reach, self._reach, own.sum())
        return result

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return target and prediction of the rows held out."""
        if now is None or self.settings.held_out is None:
            return {}
        known = held_out_places(self.settings)
        output = output_at(self.settings, now.parameters, known[:, :-1])
        places = np.column_stack((self._spread(known[:, -1]), np.clip(output, -LARGEST, LARGEST)))
        return held_out_marks(self.settings, places, palette, self.size)

    def _outline(self, palette: Palette) -> str | None:
        """Return nothing where samples are so near that it would hide what is beside it."""
        return palette.ground if self.settings.dataset.samples <= FEW else None

    @cached_property
    def _reach(self) -> float:
        return _SPREAD * (float(np.ptp(self.settings.coded_targets)) or 1.0)

    def _background(
        self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette
    ) -> Marks:
        left, right, _, _ = sight
        x = y = np.array((left, right))
        if self.settings.coding is not None:
            # Beside its target a sample is as right as on it:
            # a level line for each class, and a gap between.
            levels = np.unique(self.settings.coded_targets)[:, np.newaxis]
            x = (levels + np.array((-self._reach, self._reach, np.nan))).ravel()
            y = np.repeat(levels, 3)
        perfect = Curve(x, y, palette.muted, "perfect: prediction = target", width=1.6)
        return {"perfect": perfect, **self._threshold(left, right, palette)}
