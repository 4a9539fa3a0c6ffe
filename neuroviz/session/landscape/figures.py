"""The landscape of a moment for a file: plane, path and minimum, all exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.axis_ranges import Extent, together
from neuroviz.core.landscape.minimum import Minimum, minimum_work
from neuroviz.core.landscape.plane import Plane, principal_plane, slice_plane
from neuroviz.core.landscape.relief import View
from neuroviz.core.landscape.run_plane import evenly, path_of, run_plane, tells
from neuroviz.core.slices import Work
from neuroviz.core.training.history_view import Rows
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape.figure import landscape_work
from neuroviz.pictures.landscape.run_marks import NO_OTHERS, OtherRuns
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import surface_work, view_work
from neuroviz.session.frame import Frame
from neuroviz.session.landscape.other_paths import OtherRunPaths

_LIVE_ROWS = 400
_ALL_ROWS = 2000
"""Rows at even distances whose principal directions are taken, while the run moves and at rest."""

NamedPlane = Literal["run", "principal"]
Axes = tuple[int, int] | NamedPlane
"""Indices of the two parameters of a plane; or that of the run, or of the path's directions."""


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
    """Return the plane of two parameters through the newest row.

    One neuron's of the run stays until it is asked for exactly. Of the path's directions it is a
    kept or a new one; principal ones are those of all paths together.
    """
    now = rows.newest.parameters
    most = _ALL_ROWS if exact else _LIVE_ROWS
    if axes == "run":
        if kept is not None and tells(kept):
            return kept
        stays = not exact and previous is not None and previous.kind != "path"
        if previous is not None and stays and tells(previous):
            return previous
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
    return principal_plane(settings, path, old)


def landscape_scene(
    frame: Frame, axes: Axes = "run", known: Minimum | None = None, extent: Extent | None = None
) -> Work[LandscapeScene]:
    """Return what a file shows of a run that has begun, with everything exact, in slices.

    Parameters
    ----------
    axes
        Of the plane.
    known
        The minimum, where it has been found already.
    extent
        The ranges of the axes, if they are held.
    """
    rows = frame.rows_here
    assert rows is not None
    other_runs = replace(OtherRunPaths(_ALL_ROWS).follow(frame), said=None)  # a file names all
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
) -> Work[Figure]:
    """Declare the figure of the same, as a map or a surface.

    ``seen_from`` says from where that is seen; None for where the path is seen best.
    """
    scene = yield from landscape_scene(frame, axes, known, extent)
    if not surface:
        return (yield from landscape_work(scene))
    return (yield from surface_work(scene, *(seen_from or (yield from view_work(scene)))))
