"""What a landscape shows of a run: plane, path, ranges and minimum, and the paths of other runs.

It is followed from frame to frame on the screen, and computed exactly for a file.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.edits import changed
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.minimum import Minimum, minimum_work
from neuroviz.core.landscape.plane import (
    Plane,
    around,
    axis_ranges,
    principal_plane,
    slice_plane,
    together,
)
from neuroviz.core.landscape.relief import View
from neuroviz.core.landscape.run_plane import (
    Path,
    evenly,
    moved_plane,
    newest,
    path_of,
    run_plane,
    tells,
)
from neuroviz.core.model.model import model_of
from neuroviz.core.slices import Work
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.landscape.figure import landscape_work
from neuroviz.pictures.landscape.run_marks import NO_OTHERS, TAIL, OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import ROOM, LandscapeScene
from neuroviz.pictures.landscape.surface import surface_work, view_work
from neuroviz.pictures.marks import Figure
from neuroviz.session.frame import Frame
from neuroviz.session.run import ListedRun

_ON_SCREEN = 200
"""Points of a path: fewer than the active run has, since there may be many runs."""


class OtherRunPaths:
    """Remembers, for one active run, unchanged paths and which runs have the same landscape."""

    def __init__(self, most: int = _ON_SCREEN) -> None:
        self._most = most
        self._same: dict[int, bool] = {}
        self._known: dict[int, tuple[Hashable, OtherRun]] = {}

    def follow(self, frame: Frame) -> OtherRuns:
        """Return the other runs up to the step that is looked at, or as far as they have come."""
        if not frame.runs:
            return NO_OTHERS
        here = [run for run in frame.others if self._is_here(frame.settings, run)]
        race = frame.race
        said: dict[int, str] = {}
        if race is not None:  # a run that has blown up has no place any more
            said = {runner.number: runner.said for runner in race.runners if not runner.stopped}
            here = [run for run in here if run.number in said]
        active = frame.active
        return OtherRuns(
            tuple(
                self._path(run, frame.step if frame.looks_back else None, said.get(run.number))
                for run in here
            ),
            0 if race else len(frame.others) - len(here),
            active.name if active else None,
            active.slot if active else None,
            frame.not_drawn,
            None if race is None else said.get(frame.number, ""),
            None if race is None else race.leader,
        )

    def _is_here(self, settings: Settings, run: ListedRun) -> bool:
        if run.number not in self._same:
            self._same[run.number] = same_landscape(settings, run.settings)
        return self._same[run.number]

    def _path(self, run: ListedRun, step: int | None, said: str | None) -> OtherRun:
        known = run, step, said
        before = self._known.get(run.number)
        if before is None or before[0] != known:
            rows = run.rows_until(step)
            path = path_of(rows, self._most).parameters
            path = path if said is None else with_tail(path, rows)
            before = known, OtherRun(run.name, run.slot, path, rows, said or "")
            self._known[run.number] = before
        return before[1]


def with_tail(path: Floats, rows: Rows) -> Floats:
    """Return a path (m, P) and, where it leaves steps out, the last steps one by one after it."""
    return path if len(path) > rows.newest.step else np.vstack((path, newest(rows, TAIL)))


def same_landscape(first: Settings, second: Settings) -> bool:
    """Return whether two experiments have the same loss at all parameters.

    Model, inputs and targets decide that, penalties included.
    """
    return (
        model_of(first) == model_of(second)
        and np.array_equal(first.coded_inputs, second.coded_inputs)
        and np.array_equal(first.coded_targets, second.coded_targets)
    )


_MOST = 240
"""Points of the path on screen, at most."""
_HIGHER = 3.0
"""How many times the loss of the start a racing run may have and still be kept in the ranges."""
_LIVE_ROWS = 400
_ALL_ROWS = 2000
"""Rows at even distances whose principal directions are taken: while the run moves, and at rest."""

NamedPlane = Literal["run", "principal"]
Axes = tuple[int, int] | NamedPlane
"""Indices of the two parameters of a plane; or "run" for the plane of the run, or "principal" for
the principal directions of the path."""


def plane_of(
    settings: Settings,
    rows: Rows,
    axes: Axes,
    kept: Plane | None,
    previous: Plane | None,
    other_runs: OtherRuns = NO_OTHERS,
    *,
    exact: bool,
) -> Plane:
    """Return the plane to show through the newest row.

    For "run", the plane of one neuron keeps its kind until an exact one is asked for. For
    "principal", the kept plane is used where there is one; else its directions are those of all
    paths together.
    """
    now = rows.newest.parameters
    most = _ALL_ROWS if exact else _LIVE_ROWS
    if axes == "run":
        if kept is not None and tells(kept):
            return kept
        stays = not exact and previous is not None and previous.kind != "path"
        if previous is not None and stays and tells(previous):
            return moved_plane(settings, previous, evenly(rows, 2)[0], now)
        path = evenly(rows, most)
        if previous is not None and tells(previous, path[0], path[-1]):
            return previous
        return run_plane(settings, path, previous)
    if axes != "principal":
        return slice_plane(settings, now, *axes)
    if kept is not None and kept.kind == "principal":
        return kept
    old = previous if previous is not None and previous.kind == "principal" else None
    others = [evenly(run.rows, most) for run in other_runs.runs if run.rows is not None]
    path = together(evenly(rows, most), others)
    return principal_plane(path, old)


_START = {"init", "weights", "bias"}


def starts_elsewhere(before: Settings, after: Settings) -> bool:
    """Return whether two experiments differ in their start, and in nothing else."""
    names = changed(before, after)
    return bool(names) and _START.issuperset(names)


def not_far_above(settings: Settings, paths: list[Floats]) -> Floats:
    """Return the places (n, P) on paths (m, P) whose loss is not far above the start's."""
    places = np.vstack(paths)
    losses = losses_at(settings, places)
    return places[losses <= _HIGHER * losses[0]]


class LandscapeFollower:
    """Follows a run, and the same experiment from other starts; another run needs a new follower.

    Attributes
    ----------
    plane, path, bounds
        What is shown, and the ranges of its axes; None until there is a run.
    minimum
        What is known of the minimum; None until it has been sought.
    other_runs
        The other runs on the landscape.
    """

    plane: Plane | None = None
    path: Path | None = None
    bounds: Extent | None = None
    minimum: Minimum | None = None
    other_runs = NO_OTHERS
    _sought: Floats | None = None
    _data: Dataset | None = None
    _old_path: Floats | None = None
    _least: Extent | None = None
    """The ranges that must be contained in those that are shown."""

    def start_elsewhere(self, shown: Extent) -> None:
        """Begin with the same experiment from another start.

        What was shown stays in view; the old path stays too, pale, until the run has taken a step.
        """
        self._least = shown if self.bounds is not None else None
        if self.path is not None and len(self.path.parameters) > 1:
            self._old_path = self.path.parameters

    def fit(self) -> None:
        """Let the ranges become smaller than what was shown."""
        if self._least is not None:
            self._least = self.bounds = None

    def follow(
        self,
        settings: Settings,
        rows: Rows,
        axes: Axes,
        other_runs: OtherRuns = NO_OTHERS,
        *,
        anew: bool,
        exact: bool = False,
        held: bool = False,
    ) -> None:
        """Follow the run to its newest row.

        Parameters
        ----------
        axes
            The axes of the plane.
        other_runs
            The other runs, which the ranges contain too.
        anew
            Whether principal directions are computed again; without a plane they always are.
        exact
            Whether many rows are used.
        held
            Whether the newest row is only where a person holds something: path and ranges then
            stay.
        """
        if held and self.plane is not None:
            self.plane = plane_of(settings, rows, axes, self.plane, self.plane, exact=False)
            return
        before = self.plane
        self.path = path_of(rows, _MOST)
        self.other_runs = other_runs
        self.plane = plane_of(
            settings, rows, axes, before if not anew else None, before, other_runs, exact=exact
        )
        same = before is not None and before.names == self.plane.names
        lowest = self.minimum.parameters if self.minimum else None
        paths = together(self.path.parameters, other_runs.paths)
        ball = rows.newest.parameters
        if other_runs.races:
            paths = not_far_above(settings, [self.path.parameters, *other_runs.paths])
            ball = paths[0]
        self.bounds = axis_ranges(self.plane, paths, ball, lowest, self.bounds if same else None)
        if self.plane.kind == "path" and self.plane is not before:
            self._least = None  # coordinates on the old plane mean nothing on this one
        if self._least is not None and same and self.plane.kind != "principal":
            self.bounds = around(self.bounds, self._least)
        if rows.newest.step:
            self._old_path = None

    def search(self, settings: Settings, rows: Rows) -> Work[None]:
        """Look for the minimum from the newest row, in slices."""
        near = rows.newest.parameters
        if (
            self._sought is not None
            and np.array_equal(self._sought, near)
            and settings.dataset is self._data
        ):
            return
        self.minimum = yield from minimum_work(settings, near)
        self._sought = near
        self._data = settings.dataset

    def scene(
        self, frame: Frame, following: Floats | None, extent: Extent, looked_at: Floats | None
    ) -> LandscapeScene:
        """Return the scene of a run that has begun, in these ranges."""
        assert self.plane is not None
        assert self.path is not None
        assert frame.rows_here is not None  # there is a run
        settings = frame.settings
        # The gradient of a batch, or of a loss that is broken on purpose,
        # is not the gradient of the landscape.
        known = settings.batch_size == "full" and not settings.breaks
        # A race adds places to its path.
        as_stored = not (settings.breaks or self.other_runs.races)
        # Nobody has picked the sample that is shown at the start.
        at_first = settings.first_sample if frame.selection.sample is not None else None
        return LandscapeScene(
            settings,
            self.plane,
            with_tail(self.path.parameters, frame.rows_here)
            if self.other_runs.races
            else self.path.parameters,
            self.minimum,
            following,
            extent,
            self.other_runs,
            frame.rows_here.newest.grad if known else None,
            None if frame.sample == at_first else frame.sample,
            held=frame.parameters if frame.preview else None,
            looked_at=looked_at,
            old_path=self._old_path,
            stored=self.path.losses if as_stored else None,
        )


def landscape_scene(
    frame: Frame, axes: Axes = "run", known: Minimum | None = None, extent: Extent | None = None
) -> Work[LandscapeScene]:
    """Return in slices the scene that a file shows of a run that has begun, with everything exact.

    Parameters
    ----------
    axes
        The axes of the plane.
    known
        The minimum, where it has been found already.
    extent
        The ranges of the axes; None to choose them.
    """
    rows = frame.rows_here
    assert rows is not None
    # Without a standing, a file names all runs.
    other_runs = replace(OtherRunPaths(_ALL_ROWS).follow(frame), said=None)
    yield None
    plane = plane_of(frame.settings, rows, axes, None, None, other_runs, exact=True)
    yield None
    lowest = known or (yield from minimum_work(frame.settings, rows.newest.parameters))
    path = path_of(rows, _ALL_ROWS).parameters
    return LandscapeScene(frame.settings, plane, path, lowest, frame.following, extent, other_runs)


def landscape_figure(
    frame: Frame,
    axes: Axes = "run",
    known: Minimum | None = None,
    extent: Extent | None = None,
    seen_from: View | None = None,
    *,
    surface: bool = False,
    room: tuple[float, float] = ROOM,
) -> Work[Figure]:
    """Declare the figure of that scene in slices, as a map or a surface.

    ``seen_from`` says from where that is seen; None for where the path is seen best. A map fills
    a ``room`` of so many millimetres; in a small one a surface has larger letters.
    """
    scene = yield from landscape_scene(frame, axes, known, extent)
    if not surface:
        return (yield from landscape_work(scene.filling(room)))
    return (yield from surface_work(scene, *(seen_from or (yield from view_work(scene))), room))
