"""The loss landscape as a figure: colours and contour lines over a plane of the parameters, and the run on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.axis_ranges import FARTHEST, Extent, axis_ranges, is_off_the_page, together
from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.loss_grid import (
    FULL,
    gradient_of,
    live_points,
    loss_at,
    loss_grid_work,
    without_rounding_of_gradient,
)
from neuroviz.core.landscape.minimum import Minimum
from neuroviz.core.landscape.plane import Plane, components, coordinates, distance
from neuroviz.core.model.rounding import settled
from neuroviz.core.numbers import subscripted
from neuroviz.core.slices import Work
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures import palette
from neuroviz.pictures.contours import Contour, contours
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.input_names import parameter_labels
from neuroviz.pictures.marks import DASHED, Arrow, ColourMap, Curve, Mark, Points, Text
from neuroviz.pictures.other_runs import NO_OTHERS, OtherRuns, ball_marks, pieces, short
from neuroviz.pictures.run_styles import marker
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
class Scene:
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


def nothing_to_see(scene: Scene) -> Figure:
    """Declare a page that says why nothing is drawn on it."""
    return Figure(scene.title, "", "", (), subtitle=scene.said(OFF_THE_PAGE), frame=False)


def landscape_work(scene: Scene) -> Work[Figure]:
    """Declare the landscape as a map, in slices: colours, contours and their losses, path, gradient, minimum."""
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    # Finer than on the screen where that costs little: narrow valleys have smooth lines then.
    u, v, losses = yield from scene.grid(max(FULL, 2 * live_points(scene.settings)))
    scale = levels(losses)
    yield None
    found = contours(u, v, losses, scale.values, scene.marked, scene.letter)
    yield None
    return Figure(
        scene.title,
        *scene.labels,
        (
            _colours(scene, u, v, losses, scale),
            *_lines(found),
            *_others(scene),
            *_path(scene),
            *_minimum(scene),
            *_step(scene),
            *_ball(scene),
        ),
        x_limits=scene.bounds[:2],
        y_limits=scene.bounds[2:],
        subtitle=scene.said(
            *(["colours and contour lines by the logarithm of the loss"] if scale.log else []),
            *([] if scene.equal_units else ["the two axes have different scales"]),
        ),
        equal_aspect=scene.equal_units,
    )


def _colours(scene: Scene, u: Floats, v: Floats, losses: Floats, scale: Levels) -> ColourMap:
    """Return the losses as colours, even in their logarithm where their range asks for it."""
    half_u = (u[1] - u[0]) / 2
    half_v = (v[1] - v[0]) / 2
    extent = (u[0] - half_u, u[-1] + half_u, v[0] - half_v, v[-1] + half_v)
    shown = losses
    low = scale.low
    high = scale.high
    label = "loss"
    if scale.log:
        low = math.log10(scale.low)
        high = math.log10(scale.high)
        label = "log₁₀ of the loss"
        shown = low + (high - low) * scale.heights(losses)
    return ColourMap(shown, extent, palette.LOSS_ON_PAPER, low, high, label)


def _lines(found: list[Contour]) -> list[Mark]:
    """Return the contour lines, and the loss of each where it has room for its number."""
    marks: list[Mark] = [Curve(line.x, line.y, palette.INK_MUTED, width=0.6) for line in found]
    for line in found:
        if line.label is not None:
            marks.append(Text(*line.label, line.text, palette.INK, centred=True))
    return marks


def _path(scene: Scene) -> list[Mark]:
    """Return the path on a light ground, so that it is seen on any colour; in dashes where it is off the plane."""
    if len(scene.path) < 2:
        return []
    x, y = coordinates(scene.plane, scene.path).T
    on = scene.is_on(scene.path)
    # A piece is on the plane if both of its ends are.
    both = on[1:] & on[:-1]
    marks: list[Mark] = [Curve(x, y, palette.BACKGROUND, width=4.0)]
    if both.any():
        marks.append(
            Curve(*pieces(x, y, both), palette.ACCENT, None if scene.other_runs.runs else "path", width=2.0)
        )
    if not both.all():
        farthest = printed(float(distance(scene.plane, scene.path).max()), 3)
        label = f"path off the {scene.plane_noun}, at most by {farthest}"
        marks.append(Curve(*pieces(x, y, ~both), palette.ACCENT, label, dash=DASHED, width=1.6))
    return [*marks, Points(x[:1], y[:1], palette.BACKGROUND, "s", "start", 6.0, palette.ACCENT)]


def _others(scene: Scene) -> list[Mark]:
    """Return path and ball of every other run, named with its loss."""
    marks: list[Mark] = []
    for run in scene.other_runs.runs:
        x, y = coordinates(scene.plane, run.path).T
        loss = printed(loss_at(scene.settings, run.path[-1]), 3)
        marks += ball_marks(run, x, y, loss, ~scene.is_on(run.path))
    return marks


def _minimum(scene: Scene) -> list[Mark]:
    """Return a cross at the minimum, smaller where it is off the plane."""
    if scene.lowest is None:
        return []
    x, y = coordinates(scene.plane, scene.lowest)
    left, right, bottom, top = scene.bounds
    if not (left <= x <= right and bottom <= y <= top):
        return []
    on = scene.minimum_is_on
    loss = printed(scene.least_loss, 3)
    label = f"minimum, loss {loss}" if on else f"minimum, off the {scene.plane_noun}, loss {loss}"
    return [Points([x], [y], palette.INK, "x", label, 9.0 if on else 6.0)]


def _step(scene: Scene) -> list[Mark]:
    x, y = coordinates(scene.plane, scene.ball)
    marks: list[Mark] = []
    if scene.following is not None:
        to_x, to_y = coordinates(scene.plane, scene.following)
        marks.append(Curve([x, to_x], [y, to_y], palette.INK, dash=DASHED, width=1.2))
        marks.append(Points([to_x], [to_y], palette.BACKGROUND, "o", "next step", 7.0, palette.INK))
    return [*marks, *([Arrow(x, y, scene.arrow[0], scene.arrow[1], palette.INK)] if scene.arrow.any() else [])]


def _ball(scene: Scene) -> list[Mark]:
    x, y = coordinates(scene.plane, scene.ball)
    loss = loss_at(scene.settings, scene.ball)
    label = f"{short(scene.other_runs.name or 'now')}, loss {printed(loss, 3)}"
    if not scene.other_runs.runs:  # else the legend, which names them all, would leave the plot little room
        label += "; arrow: −gradient"
    return [Points([x], [y], palette.ACCENT, marker(scene.other_runs.shape), label, 9.0, palette.BACKGROUND)]
