"""The loss landscape as a figure: colours and contour lines over a plane of the parameters, and the run on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.axis_ranges import FARTHEST, Extent, axis_ranges, together
from neuroviz.core.landscape.loss_grid import (
    gradient_of,
    loss_grid_work,
    without_rounding_of_gradient,
)
from neuroviz.core.landscape.minimum import Minimum
from neuroviz.core.landscape.plane import Plane, components, coordinates, distance
from neuroviz.core.model.rounding import settled
from neuroviz.core.numbers import subscripted
from neuroviz.core.slices import Work
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.input_names import parameter_labels
from neuroviz.pictures.landscape.other_runs import NO_OTHERS, OtherRuns
from neuroviz.pictures.weights import printed

OFF_THE_PAGE = f"Off the page: the run is beyond ±{printed(FARTHEST)}."

LONGEST_NAME = 14
"""Letters that the name of an input has on an axis."""
_MOST_HELD = 3
_ROUNDING = 1000 * np.finfo(np.float64).eps  # of a target
_ARROW = 0.13
"""The arrow's length as a share of the plot."""
_ON = 0.01
"""What is no farther off the plane than this share of the plot's size counts as on it."""
_MARKED = 400
_PLOT_RATIO = 2.2
"""Width over height of the plot in a file of the usual size, if its units are not equal."""
_RATIOS = (0.9, 3.0)
"""Least and greatest width over height of ranges that stay as they are with equal units."""
_WIDE = 1.5
"""Width over height of one that was too narrow: a page has room beside it."""
_STRAIN = 5.0
"""So many times off these are ranges that cannot have equal units."""
_LETTER = np.array((0.0135, 0.06))
"""Width of a letter and height of a line as shares of that plot."""


@dataclass(frozen=True, eq=False)
class LandscapeScene:
    """A run on a plane of its parameters: what a figure of the landscape shows."""

    settings: Settings
    plane: Plane
    """The plane of parameters over which the loss is drawn."""
    path: Floats
    """(n, P), n at least 1: the parameters over the rows; the run is at the last."""
    minimum: Minimum | None = None
    """What is known of the minimum; None if it is not to be spoken of."""
    following: Floats | None = None
    """(P,): where the next step goes, by the present learning rate and optimizer; None if there is none."""
    extent: Extent | None = None
    """The ranges of the axes, if they are held; None if they follow the run."""
    other_runs: OtherRuns = NO_OTHERS
    grad: Floats | None = None
    """(P,): the gradient of the mean loss at the ball; None where it is still to be computed."""

    @property
    def ball(self) -> Floats:
        """(P,): where the run is."""
        result: Floats = self.path[-1]
        return result

    @property
    def lowest(self) -> Floats | None:
        """(P,): where the minimum is; None where none is known."""
        return self.minimum.parameters if self.minimum else None

    @cached_property
    def bounds(self) -> Extent:
        """The ranges of the axes: unless they are held, so wide that both can have the same units."""
        if self.extent is not None:
            return self.extent
        paths = together(self.path, self.other_runs.paths)
        return _with_room_for_equal_units(axis_ranges(self.plane, paths, self.ball, self.lowest))

    @property
    def size(self) -> Floats:
        """(2,): width and height in units of the axes."""
        left, right, bottom, top = self.bounds
        return np.array((right - left, top - bottom))

    @property
    def equal_units(self) -> bool:
        """Whether both axes can have the same units, on which −gradient is at right angles to the contours."""
        return _can_have_equal_units(self.size[0] / self.size[1])

    @property
    def letter(self) -> Floats:
        """(2,): about how wide a letter and how high a line of text is, in units of the axes."""
        share = self.size[0] / self.size[1] / _PLOT_RATIO if self.equal_units else 1.0
        result: Floats = self.size * _LETTER * (max(1.0, 1 / share), max(1.0, share))
        return result

    @property
    def marked(self) -> Floats:
        """(k, 2): places on the plane where something else is drawn than the loss."""
        x, y = coordinates(self.plane, self.path).T
        # A step can be longer than a number is wide: the line between its ends is marked too.
        fine = np.linspace(0, len(x) - 1, max(_MARKED, 1))
        along = np.column_stack([np.interp(fine, np.arange(len(x)), values) for values in (x, y)])
        known = [self.lowest, self.following, *(run.path[-1] for run in self.other_runs.runs)]
        others = [coordinates(self.plane, point) for point in known if point is not None]
        return np.vstack((*others, along, [coordinates(self.plane, self.ball) + self.arrow / 2]))

    @cached_property
    def arrow(self) -> Floats:
        """(2,): −gradient of the loss on the plane, brought to one length; 0 where it is none, or rounding."""
        grad = gradient_of(self.settings, self.ball) if self.grad is None else self.grad
        down = -components(self.plane, without_rounding_of_gradient(self.settings, self.ball, grad))
        steepness = float(np.abs(down).max())
        if not 0 < steepness < math.inf:
            return np.zeros(2)
        down = down / steepness
        return down * _ARROW / math.hypot(*(down / self.size))

    def grid(self, points: int) -> Work[tuple[Floats, Floats, Floats]]:
        """Return u and v (points,), from edge to edge, and the losses there (points, points), in slices."""
        left, right, bottom, top = self.bounds
        u = np.linspace(left, right, points)
        v = np.linspace(bottom, top, points)
        return u, v, (yield from loss_grid_work(self.settings, self.plane, u, v))

    def is_on(self, parameters: Floats) -> Bools:
        """Return whether parameters (…, P) lie on the plane, as far as can be seen: (…)."""
        return np.asarray(distance(self.plane, parameters) <= _ON * math.hypot(*self.size))

    @property
    def minimum_is_on(self) -> bool:
        """Whether the minimum lies on the plane; True where none is marked."""
        return self.lowest is None or bool(self.is_on(self.lowest))

    @property
    def plane_noun(self) -> str:
        """What the plane is called."""
        return "slice" if self.plane.kind == "slice" else "plane"

    @property
    def least_loss(self) -> float | None:
        """The loss at the minimum, and 0 where it is only what rounding leaves of differences from the targets."""
        loss = None if self.minimum is None else self.minimum.loss
        targets = float(np.square(self.settings.coded_targets).mean())
        return 0.0 if loss is not None and loss <= _ROUNDING**2 * targets else loss

    @property
    def names(self) -> tuple[str, str]:
        """Of the axes; a parameter has its number below the line."""
        if self.plane.kind == "principal":
            return self.plane.names
        first, second = map(subscripted, self.plane.names)
        return first, second

    @property
    def labels(self) -> tuple[str, str]:
        """Of the axes: the names, with the inputs that own data give names."""
        if self.plane.kind == "principal":
            return self.plane.names
        labels = parameter_labels(self.settings, LONGEST_NAME)
        first, second = map(self.settings.parameters.names.index, self.plane.names)
        return labels[first], labels[second]

    @property
    def title(self) -> str:
        """What the plane is; a slice is called one."""
        first, second = self.names
        if self.plane.kind == "principal":
            return f"Loss over the two principal directions of the path{'s' if self.other_runs.runs else ''}"
        return f"Loss over {first} and {second}" + (", a slice" if self.plane.held else "")

    def said(self, *more: str) -> str:
        """Return what the plane holds fixed or holds of the path, which runs are left out, and more."""
        left_out = self.other_runs.sentence
        return " · ".join((*self.plane_in_words(), *([left_out] if left_out else []), *more))

    def plane_in_words(self) -> list[str]:
        """Return what the plane holds of the path, or which values it holds fixed; nothing for the whole."""
        if self.plane.share is not None:
            # Rounded down: a path that is not all on the plane is not said to be.
            paths = "paths" if self.other_runs.runs else "path"
            return [f"the plane holds {printed(math.floor(1000 * self.plane.share) / 10)} % of the {paths}"]
        held = self.plane.held
        if len(held) > _MOST_HELD:
            return [f"the other {len(held)} parameters held at their present values"]
        values = ", ".join(
            f"{subscripted(name)} = {printed(settled(self.settings, value))}" for name, value in held
        )
        return [f"held at {values}"] if held else []


def _can_have_equal_units(ratio: float) -> bool:
    """Return whether ranges, of this width over height, need no more than the strain for equal units."""
    return bool(_RATIOS[0] / _STRAIN <= ratio <= _RATIOS[1] * _STRAIN)


def _with_room_for_equal_units(extent: Extent) -> Extent:
    """Return ranges of which the shorter reaches farther to both sides, where both axes can have the same units."""
    left, right, bottom, top = extent
    ratio = (right - left) / (top - bottom)
    if not _can_have_equal_units(ratio):
        return extent
    wider = (_WIDE * (top - bottom) - (right - left)) / 2 if ratio < _RATIOS[0] else 0.0
    higher = max(0.0, (right - left) / _RATIOS[1] - (top - bottom)) / 2
    return left - wider, right + wider, bottom - higher, top + higher
