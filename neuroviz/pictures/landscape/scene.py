"""The loss landscape as a scene.

It has colours and contour lines over a plane of the parameters, and the runs over them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import (
    gradient_of,
    gradient_of_shares,
    live_points,
    loss_at,
    losses_at,
    sample_gradients,
    without_rounding_of_gradient,
)
from neuroviz.core.landscape.minimum import Minimum
from neuroviz.core.landscape.plane import (
    FARTHEST,
    Plane,
    axis_ranges,
    components,
    coordinates,
    distance,
    size_of,
    together,
    within,
)
from neuroviz.core.landscape.run_plane import TRUE_TO, differences
from neuroviz.core.model.model import ask
from neuroviz.core.model.rounding import loss_said, settled
from neuroviz.core.numbers import measured, printed, subscripted
from neuroviz.core.slices import Work
from neuroviz.core.types import Bools, Extent, Floats, Unique
from neuroviz.pictures.input_names import parameter_labels
from neuroviz.pictures.label_places import evenly
from neuroviz.pictures.landscape.contours import LossMap, loss_map_work
from neuroviz.pictures.landscape.run_marks import (
    BALL,
    NO_OTHERS,
    START,
    Named,
    OtherRun,
    OtherRuns,
    PathAhead,
    RunInk,
)
from neuroviz.pictures.marks import PAGE, Mark, Marks, Text, room_on
from neuroviz.pictures.palette import Palette
from neuroviz.pictures.race import runner_name
from neuroviz.pictures.weights import WeightsScene

OFF_THE_PAGE = f"Off the page: the run is beyond ±{printed(FARTHEST)}."

LOSSES = ("start loss", "least loss", "loss")
"""Keys of the marks with the losses of start, minimum and ball."""
ARROWS = ("way", "next step", "share", "arrow", "arrow name", "next step name")
"""Keys of the marks that show where the run is going."""
LONGEST_NAME = 14
"""Most letters of an input's name on an axis."""
_MOST_HELD = 3
_MOST_NAMED = 8
"""Most runs with a name at the ball; more would hide the landscape, and the list has them all."""
_ROUNDING = 1000 * np.finfo(np.float64).eps  # relative to a target
_TO_EDGE = np.array(((0.9,), (0.985,)))
"""The ends of the arrow to a ball that is out of sight, as shares of the way from centre to
edge."""
_ARROW = 0.2
"""Length of the longest arrow, as a share of the plot."""
_ON_ARROW = np.linspace(0.1, 1.0, 12)
"""Where a name would lie on it, as shares of its length."""
_GONE, _STEEP = 1e-6, 1e2
"""Slopes at which the arrow vanishes, and at which it has its full length; in between it grows with
their logarithm."""
_ON = 0.01
"""Distance off the plane, as a share of the plot's size, up to which a place counts as on it."""
_LONGEST = 2.5
"""A sample's share may be drawn this many times as long as −gradient; beyond that, both are drawn
shorter."""
_MOST_ASTRAY = 48
_PART_OF_MAP = 100
"""A path is compared with the plane at no more than ``_MOST_ASTRAY`` places, nor at more than one
for this many points of a map."""
_FARTHEST_ASTRAY = 1e6
_MANY = 1000.0
"""Percent above which a number would say no more than "many times"."""
_MARKED = 400
_RATIOS = (0.9, 3.0)
"""Least and greatest width over height of ranges that need no change for equal units."""
_WIDE = 1.5
"""Width over height that ranges get that were too narrow, since a page is wider than high."""
_STRAIN = 5.0
"""Ranges this many times beyond _RATIOS cannot have equal units."""
_ROUND = 91
"""Points of a contour of the parabola."""
_LETTER = np.array((1.75, 3.6))
"""Width of a letter and height of a line in a file, mm."""


ROOM = room_on(PAGE)


def under_ball(marks: Marks, others: Marks) -> Marks:
    """Return marks with others drawn over all of them but the ball and the losses."""
    over: Marks = {key: marks[key] for key in ("ball", *LOSSES) if key in marks}
    under: Marks = {key: mark for key, mark in marks.items() if key not in over}
    return {**under, **others, **over}


class LandscapeScene(Unique):
    """A run on a plane of its parameters, which is what a figure of the landscape shows."""

    settings: Settings
    plane: Plane
    """The plane of parameters over which the loss is drawn."""
    path: Floats
    """(n, P), n at least 1: the parameters at its rows; the run is at the last one."""
    minimum: Minimum | None = None
    """What is known about the minimum; None if it is not to be mentioned."""
    following: Floats | None = None
    """(P,): the end of the next step, with the present learning rate and optimizer; None if there
    is none."""
    extent: Extent | None = None
    """The ranges of the axes if they are held; None if they follow the run."""
    other_runs: OtherRuns = NO_OTHERS
    grad: Floats | None = None
    """(P,): the gradient of the mean loss at the ball; None if it is still to be computed."""
    sample: int | None = None
    """The picked sample, whose share of the gradient has an arrow; None for none."""
    held: Floats | None = None
    """(P,): the place where a person holds the ball; None if it is not held."""
    read: Floats | None = None
    """(2,): the losses of start and ball when they were last read; None if that is now."""
    looked_at: Floats | None = None
    """(P,): the row of the path under the pointer; None for none."""
    old_path: Floats | None = None
    """(m, P): the path of a run that was replaced by one from another start; None for none."""
    stored: Floats | None = None
    """(n,): the losses at the path that the run has stored, NaN where it has not; None for none."""
    room: tuple[float, float] = ROOM
    """Of the plot in a file, mm."""

    def filling(self, room: tuple[float, float]) -> LandscapeScene:
        """Return the same for a plot of so many millimetres in a file.

        Ranges that nobody holds are so wide that it is filled where its units are equal.
        """
        left, right, bottom, top = self.bounds
        if self.extent is None and self.equal_units:
            width = max(right - left, (top - bottom) * room[0] / room[1])
            wider = (width - (right - left)) / 2
            higher = (width * room[1] / room[0] - (top - bottom)) / 2
            extent = left - wider, right + wider, bottom - higher, top + higher
            return replace(self, room=room, extent=extent)
        return replace(self, room=room)

    @property
    def ball(self) -> Floats:
        """(P,): the parameters of the run, or those where a person holds the ball."""
        return self.path[-1] if self.held is None else self.held

    def standing(self, path: Floats, ball: Floats) -> LandscapeScene:
        """Return the scene before a step: path (m, P) up to there, its end marked, no arrows."""
        path = np.vstack((path, path[-1:]))
        still = replace(self, following=None, sample=None, stored=None)
        return replace(still, path=path, looked_at=path[-1], held=ball)

    def with_ball(self, ball: Floats) -> LandscapeScene:
        """Return the scene with the ball (P,) elsewhere, at its own loss, and without arrows.

        What has been computed for the path stays known.
        """
        moved = replace(self, held=ball, read=None)
        losses = self.losses.copy()
        losses[self.ball_index] = loss_at(self.settings, ball)
        known = {"bounds": self.bounds, "astray": self.astray, "losses": losses}
        moved.__dict__.update(known, arrow=np.zeros(2))
        return moved

    def read_like(self, before: LandscapeScene) -> LandscapeScene:
        """Return the scene with what was read of an earlier moment of the run.

        These are the losses of start and ball, and how far the plane's are from the paths' own.
        """
        same = replace(self, read=before.losses_read)
        paths = [*self.other_runs.paths, self.path]
        if len(paths) == len(before.astray):
            same.__dict__["astray"] = [
                np.interp(np.linspace(0, len(away) - 1, len(path)), np.arange(len(away)), away)
                for path, away in zip(paths, before.astray, strict=True)
            ]
        return same

    @property
    def lowest(self) -> Floats | None:
        """(P,): the place of the minimum; None if it is not known."""
        return self.minimum.parameters if self.minimum else None

    @cached_property
    def bounds(self) -> Extent:
        """The ranges of the axes.

        Unless they are held, they are made wide enough for equal units, if that is possible.
        """
        if self.extent is not None:
            return self.extent
        paths = together(self.path, self.other_runs.paths)
        return _with_room_for_equal_units(axis_ranges(self.plane, paths, self.ball, self.lowest))

    @property
    def size(self) -> Floats:
        """(2,): width and height of the plot, in units of the axes."""
        return size_of(self.bounds)

    @property
    def equal_units(self) -> bool:
        """Whether both axes can have the same units.

        With these −gradient is at right angles to the contours.
        """
        return _can_have_equal_units(self.size[0] / self.size[1])

    @property
    def letter(self) -> Floats:
        """(2,): how wide a letter and how high a line of text is, in units of the axes."""
        wide, high = self.room
        drawn = min(wide, high * self.ratio), min(high, wide / self.ratio)
        return self.size * _LETTER / drawn

    @property
    def marked(self) -> Floats:
        """(k, 2): places on the plane where something is drawn over the losses."""
        # A step can be longer than a number is wide, so the line between its ends is marked too.
        along = evenly(coordinates(self.plane, self.path), _MARKED)
        known = [self.lowest, self.following, *(run.path[-1] for run in self.other_runs.runs)]
        others = [coordinates(self.plane, point) for point in known if point is not None]
        arrow = coordinates(self.plane, self.ball) + np.outer((0.5, 1.0), self.arrow)
        return np.vstack((*others, along, arrow))

    def under(self, marks: Iterable[Mark], letter: ArrayLike) -> Floats:
        """Return places (k, 2) that no number of a line may cover: what is marked, and the texts.

        Parameters
        ----------
        marks
            The marks of runs, as they are drawn.
        letter
            (2,): width of a letter and height of a line of text, in units of the axes.
        """
        wide, _ = np.asarray(letter).tolist()
        under = [self.marked]
        for mark in marks:
            if isinstance(mark, Text):
                end = len(mark.text) * wide * (-1 if mark.ends else 1)
                under.append(np.array([(mark.x + end / 2, mark.y), (mark.x + end, mark.y)]))
        return np.vstack(under)

    @property
    def _gradient(self) -> Floats:
        return gradient_of(self.settings, self.ball) if self.grad is None else self.grad

    @cached_property
    def arrow(self) -> Floats:
        """(2,): −gradient of the loss on the plane; its length is by the logarithm of its size.

        It is 0 where the gradient is nearly 0, or only rounding.
        """
        grad = without_rounding_of_gradient(self.settings, self.ball, self._gradient)
        down = -components(self.plane, grad)
        steepness = float(np.abs(down).max())
        if not _GONE < steepness < math.inf:
            return np.zeros(2)
        length = min(1.0, math.log(steepness / _GONE) / math.log(_STEEP / _GONE))
        down = down / steepness
        return down * _ARROW * length / math.hypot(*(down / self.size))

    def along_arrow(self, letter: tuple[float, float]) -> tuple[Extent, ...]:
        """Return boxes of the size of a letter along −gradient, which no name may cover.

        Both are in units of the axes.
        """
        wide, high = letter
        foot = coordinates(self.plane, self.ball)
        places = (foot + np.outer(_ON_ARROW, self.arrow)).tolist() if self.arrow.any() else ()
        return tuple((x - wide / 2, x + wide / 2, y - high / 2, y + high / 2) for x, y in places)

    @cached_property
    def arrows(self) -> tuple[Floats, Floats | None]:
        """−gradient (2,) as it is drawn, and the sample's share at the same scale.

        The share is None if no sample is picked, or there is no gradient.
        """
        down = self.arrow
        if self.sample is None or self.sample >= self.settings.dataset.samples:
            return down, None
        by_sample = sample_gradients(self.settings, self.ball)
        gradient = gradient_of_shares(self.settings, self.ball, by_sample)
        whole = float(np.hypot(*components(self.plane, gradient)))
        if not down.any() or not whole > 0:
            return down, None
        share = -components(self.plane, by_sample)[self.sample] * (np.hypot(*down) / whole)
        shorter = max(
            1.0, float(np.hypot(*(share / self.size)) / np.hypot(*(down / self.size))) / _LONGEST
        )
        return down / shorter, share / shorter

    def marks(
        self,
        palette: Palette,
        ratio: float,
        size: float = 1.0,
        letter: tuple[float, float] = (0.0, 0.0),
        taken: tuple[Extent, ...] = (),
    ) -> Marks:
        """Return the marks of the runs from back to front.

        They are the other runs, path, start, minimum, next step, arrows, and the ball.

        Parameters
        ----------
        ratio, size, letter, taken
            As in a :class:`~neuroviz.pictures.landscape.run_marks.RunInk`.
        """
        taken += self.along_arrow(letter)
        ink = RunInk(palette, self.bounds, ratio, size, letter, taken=taken)
        marks = self.run_marks(
            ink, [coordinates(self.plane, parameters) for parameters in self.parameters]
        )
        old: Marks = {}
        if self.old_path is not None:
            old["old path"] = ink.old_path(coordinates(self.plane, self.old_path))
        return under_ball({**old, **marks}, self._arrow_marks(ink, marks))

    def ahead_marks(self, ahead: PathAhead, palette: Palette, ratio: float) -> Marks:
        """Return the path of the ghost, which lies under the ball."""
        way = coordinates(self.plane, ahead.path)
        return RunInk(palette, self.bounds, ratio, 1.0).ahead(way, ahead.opacity, ahead.end)

    @property
    def parameters(self) -> list[Floats]:
        """(m, P) or (P,) each: the parameters of everything that is drawn.

        They are the paths of the other runs, the path, the ball, and the minimum if it is known.
        """
        lowest = [] if self.lowest is None else [self.lowest]
        return [*self.other_runs.paths, self.path, self.ball, *lowest]

    @cached_property
    def losses(self) -> Floats:
        """(k,): the losses at all of them, one after the other."""
        parameters = np.vstack(self.parameters)
        losses = np.full(len(parameters), np.nan)
        if self.stored is not None:  # to compute hundreds of them would take long at every frame
            losses[self.ball_index - len(self.path) : self.ball_index] = self.stored
            if self.held is None:
                losses[self.ball_index] = self.stored[-1]
        missing = np.isnan(losses)
        if missing.any():
            losses[missing] = losses_at(self.settings, parameters[missing])
        return losses

    @property
    def start_and_ball(self) -> Floats:
        """(2,): the losses at the start of the path and at the ball."""
        return losses_at(self.settings, np.stack((self.path[0], self.ball)))

    @cached_property
    def ball_index(self) -> int:
        """The index of the ball among them; the path comes before it."""
        return sum(map(len, self.other_runs.paths)) + len(self.path)

    def parted(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Split values (k, …) for all of them into (m, …) or (…) for each."""
        sizes = [len(np.atleast_2d(each)) for each in self.parameters]
        parts = np.split(values, np.cumsum(sizes[:-1]))
        return [
            part if each.ndim == 2 else part[0]
            for each, part in zip(self.parameters, parts, strict=True)
        ]

    def run_marks(
        self,
        ink: RunInk,
        places: list[Floats],
        in_sight: list[Bools] | None = None,
        on_ground: Callable[[Floats], Floats] = np.asarray,
    ) -> Marks:
        """Return paths, minimum and balls at their places, (m, 2) or (2,) each.

        The start and the ball of a run alone have their losses beside them.

        Parameters
        ----------
        in_sight
            (m,) each: which places are not hidden; None if all are visible.
        on_ground
            Returns the places (k, 2) at which coordinates (k, 2) of the plane are seen.
        """
        others = self.other_runs.runs
        minimum = self._cross(ink, places, in_sight)
        if self.other_runs.races:
            return minimum | self._race_marks(ink, places, on_ground)
        true = [away <= TRUE_TO for away in self.astray]
        seen = in_sight or [np.ones(len(each), dtype=bool) for each in true]
        path, ball = places[len(others) : len(others) + 2]
        marks: Marks = {}
        balls: Marks = {}
        for number, (run, way) in enumerate(zip(others, places, strict=False)):
            marks |= ink.path(("path", number), way, true[number], seen[number], run.slot)
            # a surface is not clipped
            if in_sight is None or self.is_in_sight(run.path[-1]):
                balls["ball", number] = ink.other_ball(way[-1], run.slot)
        marks |= ink.path("path", path, true[-1], seen[len(others)], None, alone=not others)
        marks |= self._names_of_runs(ink, places) | balls
        if len(path) > 1:
            marks["start"] = ink.start(path[0])
        marks |= minimum
        behind = in_sight is not None and not in_sight[len(others) + 1].all()
        marks["ball"] = ink.ball(ball, self.other_runs.shape, ink.palette.accent, behind=behind)
        if not others:
            marks |= self._losses_said(ink, path[0], ball, places[-1] if minimum else None)
        return marks

    def _cross(self, ink: RunInk, places: list[Floats], in_sight: list[Bools] | None) -> Marks:
        """Return the mark of the minimum, hollow if that is off the plane; nothing if it is hidden.

        A hidden one would seem to lie on the wall of the surface.
        """
        beside = not self.minimum_is_on
        clear = beside or in_sight is None or bool(in_sight[-1].all())
        if self.lowest is None or not clear:
            return {}
        return {"minimum": ink.cross(places[-1], hollow=beside)}

    def _race_marks(
        self, ink: RunInk, places: list[Floats], on_ground: Callable[[Floats], Floats]
    ) -> Marks:
        """Return tails, balls and names of all runners that have not blown up.

        One that is out of sight stands at the edge, with an arrow.
        """
        race = self.other_runs
        own = OtherRun(race.name or "", race.slot or 0, self.path, said=race.said or "")
        marks: Marks = {"start": ink.start(places[len(race.runs)][0])}
        balls = {}
        for run, way in zip((*race.runs, own), places, strict=False):
            if not run.said:
                continue
            seen = self.is_in_sight(run.path)
            balls[run] = way[-1]
            if not seen[-1]:
                to_edge = on_ground(self._to_edge(run.path[-1]))
                balls[run], marks["beyond", run.slot] = ink.out_of_sight(to_edge, run.slot)
                continue
            tail = np.where(seen[:, None], way, np.nan)
            marks |= ink.tail(("tail", run.slot), tail, run.slot)
        # Of balls at the same place, the first in the list has its name at the top.
        named = [
            (run.slot, ink.tag(run.name, run.said), at)
            for run, at in sorted(balls.items(), key=lambda one: -one[0].slot)
        ]
        marks |= ink.tags(named)
        for run, ball in sorted(balls.items(), key=lambda one: one[0].slot == race.leader):
            marks["ball", run.slot] = ink.other_ball(ball, run.slot, races=True)
        return marks

    def _names_of_runs(self, ink: RunInk, places: list[Floats]) -> Marks:
        """Return the names of visible runs beside their balls; of many runs only the last ones.

        The active run has its loss instead if it is not in the list.
        """
        race = self.other_runs
        runs: list[tuple[int | None, str, Floats]]
        runs = [(run.slot, run.name, run.path[-1]) for run in race.runs]
        ends = [way[-1] for way in places[: len(runs)]]
        if race.runs:
            own = race.name or loss_said(self.settings, float(self.losses_read[1]))
            runs.append((race.slot, own, self.ball))
            ends.append(places[len(race.runs) + 1])
        named = [
            (slot, runner_name(name), end)
            for (slot, name, at), end in zip(runs, ends, strict=True)
            if name and self.is_in_sight(at)
        ]
        return ink.tags(named[-_MOST_NAMED:], race.slot) if ink.letter[0] else {}

    def _losses_said(
        self, ink: RunInk, start: Floats, ball: Floats, lowest: Floats | None
    ) -> Marks:
        """Return the losses of ball, start and minimum, as far as there is room."""
        begun, now = (loss_said(self.settings, loss) for loss in self.losses_read.tolist())
        names: Named = {"start loss": (start, f"start {begun}", START)}
        if lowest is not None and self.minimum_is_on:
            names["least loss"] = (lowest, f"minimum {measured(self.least_loss)}", BALL)
        loss = ink.value(ball, now, BALL)
        return {"loss": loss, **ink.names(names, ball, [loss])}

    @property
    def losses_read(self) -> Floats:
        """(2,): the losses of start and ball, as they are read now or were last."""
        return self.start_and_ball if self.read is None else self.read

    @cached_property
    def astray(self) -> list[Floats]:
        """(m,) each: by what share the plane's loss differs from the path's own.

        There is one for each other run's path, and then one for the path. Of many places it is
        computed at a few.
        """
        paths = [*self.other_runs.paths, self.path]
        if self.plane.kind == "whole":
            return [np.zeros(len(path)) for path in paths]
        most = min(_MOST_ASTRAY, max(2, live_points(self.settings) ** 2 // _PART_OF_MAP))
        return [self._astray(path, most) for path in paths]

    def _astray(self, path: Floats, most: int) -> Floats:
        few = np.linspace(0, len(path) - 1, min(len(path), most)).round().astype(np.intp)
        away = differences(self.settings, self.plane, path[few])
        return np.interp(np.arange(len(path)), few, np.minimum(away, _FARTHEST_ASTRAY))

    @property
    def has_parabola(self) -> bool:
        """Whether the next step goes to the centre of a parabola."""
        search = self.settings.optimizer_entry.search
        return search is not None and search.parabola and self.following is not None

    @cached_property
    def parabola(self) -> Floats | None:
        """(n, 2): two contours of that parabola, the outer one through the ball.

        It is None if the plane does not show all parameters, or if the parabola has no centre.
        """
        if not self.has_parabola or self.plane.kind != "whole":
            return None
        curvatures, directions, damping, steps = ask(
            self.settings, "newton_parts", self.ball, self._gradient
        )
        divisors = curvatures + damping
        if not steps.all():
            return None
        angles = np.append(np.linspace(0, 2 * np.pi, _ROUND), np.nan)
        radii = np.sqrt(divisors @ steps**2 / divisors)
        ellipse = np.column_stack((np.cos(angles), np.sin(angles))) * radii @ directions.T
        middle = self.ball + directions @ steps
        return coordinates(self.plane, middle + np.vstack((ellipse, ellipse / 2)))

    @property
    def parabola_in_words(self) -> str | None:
        """What the dotted contours are, or why there are none; None if none are expected."""
        if not self.has_parabola:
            return None
        if self.plane.kind != "whole":
            return f"no parabola: this {self.plane_noun} does not show all parameters"
        if self.parabola is None:
            return None
        middle = (np.nanmin(self.parabola, axis=0) + np.nanmax(self.parabola, axis=0)) / 2
        left, right, bottom, top = self.bounds
        inside = left <= middle[0] <= right and bottom <= middle[1] <= top
        off = "" if inside else ", whose bottom is off the map"
        return f"in dots on the map: the parabola seen from the ball{off}"

    def _arrow_marks(self, ink: RunInk, others: Marks) -> Marks:
        """Return the next step, the row under the pointer, the gradient and the sample's share.

        Their names lie on no text of the others.
        """
        ball = coordinates(self.plane, self.ball)
        marks: Marks = {}
        if self.parabola is not None:
            marks["parabola"] = ink.parabola(self.parabola)
        if self.following is not None:
            following = coordinates(self.plane, self.following)
            marks |= {"way": ink.way(ball, following), "next step": ink.ring(following, 10.0)}
        if self.looked_at is not None:
            marks["looked at"] = ink.ring(coordinates(self.plane, self.looked_at), 16.0)
        down, share = self.arrows
        if share is not None and share.any():
            marks["share"] = ink.arrow(ball, share, dashed=True)
        names: Named = {}
        if down.any():
            marks["arrow"] = ink.arrow(ball, down, dashed=False)
            # Beyond the tip, where it covers no shaft: without its minus it would be uphill.
            names["arrow name"] = (ball + 1.5 * down, "−gradient", 0.0)
        if self.following is not None:
            names["next step name"] = (following, "next step", 10.0)
        return {**marks, **ink.names(names, ball, others.values())}

    @property
    def ratio(self) -> float:
        """Width over height of the plot on paper."""
        wide, high = self.size if self.equal_units else self.room
        return float(wide / high)

    def loss_map(self, points: int) -> Work[LossMap]:
        """Return the losses from edge to edge, at this many points along each axis, in slices."""
        return loss_map_work(self.settings, self.plane, self.bounds, points)

    @property
    def minimum_is_on(self) -> bool:
        """Whether the minimum lies on the plane, as far as can be seen; True if there is none."""
        return self.lowest is None or bool(self.is_on(self.lowest))

    def is_on(self, parameters: Floats) -> Bools:
        """Return which parameters (…, P) lie on the plane, as far as can be seen, as (…)."""
        near = _ON * math.hypot(*self.size)
        return distance(self.plane, parameters) <= near

    def is_in_sight(self, parameters: Floats) -> Bools:
        """Return which parameters (…, P) are within the ranges, as (…)."""
        return within(coordinates(self.plane, parameters), self.bounds)

    def _to_edge(self, parameters: Floats) -> Floats:
        """Return the end (2, 2) of the way from the centre to the edge, towards parameters (P,)."""
        low, high = np.reshape(self.bounds, (2, 2)).T
        middle = (low + high) / 2
        half = (high - low) / 2
        away = (coordinates(self.plane, parameters) - middle) / half
        return middle + half * away / np.abs(away).max() * _TO_EDGE

    def beyond(self, parameters: Floats) -> float:
        """Return the distance from the ranges of parameters (P,) that are out of sight."""
        place = coordinates(self.plane, parameters)
        low, high = np.reshape(self.bounds, (2, 2)).T
        return float(np.hypot(*(place - place.clip(low, high))))

    @property
    def plane_noun(self) -> str:
        """The word for the plane: plane, or slice."""
        return "plane" if self.plane.kind in ("whole", "principal") else "slice"

    @property
    def least_loss(self) -> float | None:
        """The loss at the minimum; None if it is not known.

        It is 0 where it is only rounding of differences from the targets.
        """
        loss = None if self.minimum is None else self.minimum.loss
        targets = float(np.square(self.settings.coded_targets).mean())
        return 0.0 if loss is not None and loss <= _ROUNDING**2 * targets else loss

    @property
    def names(self) -> tuple[str, str]:
        """The names of the axes; a parameter has its index as a subscript."""
        if self.plane.kind not in ("whole", "slice"):
            return self.plane.names
        first, second = map(subscripted, self.plane.names)
        return first, second

    @property
    def labels(self) -> tuple[str, str]:
        """The names of the axes, with the inputs' own names where the data have them."""
        if self.plane.kind not in ("whole", "slice"):
            return self.names
        labels = parameter_labels(self.settings, LONGEST_NAME)
        first, second = map(self.settings.parameters.names.index, self.plane.names)
        return labels[first], labels[second]

    def colours(self, series: Sequence[str]) -> tuple[str | None, str | None]:
        """Return the colours of the axes, those of the parameters' lines in the plot of weights.

        None for an axis along which several change, and for a parameter without a line.
        """
        if not self.settings.parameters.linear:
            return None, None
        lines = WeightsScene.of(self.settings, None)
        every = self.settings.parameters.names
        first, second = (
            lines.colour_of(every.index(name), series) if name in every else None
            for name in self.plane.names
        )
        return first, second

    @property
    def title(self) -> str:
        """The title, which says what the plane is, and whether it is a slice."""
        first, second = self.names
        if self.plane.kind == "principal":
            return (
                "Loss over the two principal directions of the "
                f"path{'s' if self.other_runs.runs else ''}"
            )
        if self.plane.kind == "path":
            return "Loss over two directions, along which all parameters change"
        if self.plane.kind in ("together", "along"):
            return f"Loss over {first}, against {second}"
        return f"Loss over {first} and {second}" + (", a slice" if self.plane.held else "")

    def said(self, *more: str) -> str:
        """Return the words about the plane, and more.

        They say what the plane holds fixed or holds of the path, which runs are left out, and why a
        path is pale.
        """
        words = (*self.plane_in_words(), self.other_runs.sentence, self.astray_in_words, *more)
        return " · ".join(filter(None, words))

    def plane_in_words(self) -> list[str]:
        """Return what share of the path the plane holds, or which values it holds fixed.

        The list is empty if the plane is the whole space.
        """
        if self.plane.kind == "path":
            return self._path_plane_in_words()
        if self.plane.share is not None:
            if not (self.other_runs.runs or np.ptp(self.path, axis=0).any()):  # no path yet
                return ["a slice through the ball"]
            # Rounded down, so that a path that is partly off the plane never counts as 100 %.
            paths = "paths" if self.other_runs.runs else "path"
            return [
                (
                    f"the plane holds {printed(math.floor(1000 * self.plane.share) / 10)} "
                    f"% of the {paths}"
                )
            ]
        held = self.plane.held
        if self.plane.kind == "along":
            return ["a slice through start and ball"]
        if self.plane.kind == "together" and not held:
            return ["a slice: the differences of the weights held at their present values"]
        if len(held) > _MOST_HELD:
            return [f"the other {len(held)} parameters held at their present values"]
        values = ", ".join(
            f"{subscripted(name)} = {measured(settled(self.settings, value))}"
            for name, value in held
        )
        return [f"a slice at {values}"] if held else []

    def _path_plane_in_words(self) -> list[str]:
        """Return what the plane passes through, and what share of the path it holds."""
        away = self.path - self.path[0]
        whole = float(np.square(away).sum())
        if not (whole > 0 and self.is_on(self.path[[0, -1]]).all()):
            return ["a slice through the ball"]
        share = 1 - float(np.square(distance(self.plane, self.path)).sum()) / whole
        held = printed(math.floor(1000 * share) / 10)
        return [f"a slice through start, ball and {held} % of the path"]

    @property
    def astray_in_words(self) -> str | None:
        """By how much the slice is wrong about the path; None where it is right enough."""
        said = self.most_astray
        return (
            f"path: its own loss differs by {said} from the {self.plane_noun}'s" if said else None
        )

    @property
    def most_astray(self) -> str:
        """The same in a few words; empty where it is right enough."""
        most = 100 * float(self.astray[-1].max())
        if most <= 100 * TRUE_TO:
            return ""
        return "many times" if most > _MANY else f"up to {printed(most, 2)} %"


def _can_have_equal_units(ratio: float) -> bool:
    """Return whether ranges can get equal units without too much strain.

    ``ratio`` is their width over height.
    """
    return bool(_RATIOS[0] / _STRAIN <= ratio <= _RATIOS[1] * _STRAIN)


def _with_room_for_equal_units(extent: Extent) -> Extent:
    """Return ranges in which the shorter one is extended to both sides, for equal units.

    They are unchanged if equal units are impossible.
    """
    left, right, bottom, top = extent
    ratio = (right - left) / (top - bottom)
    if not _can_have_equal_units(ratio):
        return extent
    wider = (_WIDE * (top - bottom) - (right - left)) / 2 if ratio < _RATIOS[0] else 0.0
    higher = max(0.0, (right - left) / _RATIOS[1] - (top - bottom)) / 2
    return left - wider, right + wider, bottom - higher, top + higher
