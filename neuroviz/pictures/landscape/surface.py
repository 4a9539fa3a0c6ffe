"""The loss landscape as a surface: the same plane, run and marks as on the map, seen in three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent, is_off_the_page
from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.plane import coordinates, distance
from neuroviz.core.landscape.projection import SurfaceBox, floor_corners, pieces, project
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape.figure import nothing_to_see
from neuroviz.pictures.landscape.other_runs import ball_marks, short
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.marks import DASHED, Curve, Mark, Points, Polygons, Segments, Text
from neuroviz.pictures.run_styles import marker
from neuroviz.pictures.weights import printed

ON_TOP = "path and ball are drawn on top"
"""Said of them, since a surface would hide what is behind it."""

FROM = (-35.0, 35.0)
"""Azimuth and elevation of the viewer, in degrees, where nothing is said."""
PIECES = 40
"""Into so many pieces a surface is cut along an axis."""
_X_LIMITS = (-3.1, 3.1)
_Y_LIMITS = (-1.5, 1.35)
_LETTER = np.array((0.07, 0.14))
"""Width of a letter and height of a line of text in a file of the usual size."""


@dataclass(frozen=True, eq=False)
class Other3D:
    """Another run over the plane."""

    path: Floats
    """(m, 2), the run at the last."""
    losses: Floats
    """(m,): at each of them."""
    slot: int
    """Number of its colour, shape and dashes, from 0; see :func:`~neuroviz.pictures.run_styles.run_style`."""


@dataclass(frozen=True, eq=False)
class Run3D:
    """A run over the plane."""

    path: Floats
    """(m, 2), the run at the last."""
    losses: Floats
    """(m,): at each of them."""
    minimum: tuple[float, float, float] | None
    """u, v and loss; None if there is none to mark."""
    shape: str = "circle"
    """Of the ball."""
    others: tuple[Other3D, ...] = ()
    """The other runs, from back to front."""
    minimum_on: bool = True
    """Whether the minimum lies on the plane, and so on the surface."""


def run_in_space(scene: LandscapeScene) -> Run3D:
    """Return what of a run is drawn on the surface: everything at its own loss."""
    lowest = scene.minimum
    place = None
    if lowest is not None and lowest.parameters is not None and lowest.loss is not None:
        u, v = coordinates(scene.plane, lowest.parameters).tolist()
        place = (u, v, lowest.loss)
    paths = (scene.path, *scene.other_runs.paths)
    own, *others = ((coordinates(scene.plane, path), losses_at(scene.settings, path)) for path in paths)
    slots = (run.slot for run in scene.other_runs.runs)
    behind = tuple(Other3D(*places, slot) for places, slot in zip(others, slots, strict=True))
    return Run3D(*own, place, scene.other_runs.shape, behind, scene.minimum_is_on)


def surface_texts(
    extent: Extent, scale: Levels, names: tuple[str, str], azimuth: float
) -> Iterator[tuple[Floats, str, bool]]:
    """Yield names and ends of the two axes in front, and the ends of the height at the left.

    Each has its place (3,) in the box, its text, and whether it stands below that place, or left of it.
    """
    corners = floor_corners(azimuth)
    nearest, second, _, last = corners
    for start, end in ((nearest, second), (nearest, last)):
        axis = int(start[0] == end[0])
        ends = extent[2 * axis : 2 * axis + 2]
        first, final = (printed(ends[int(corner[axis] > 0)], 3) for corner in (start, end))
        for share, text in ((0.2, first), (0.5, names[axis]), (0.9, final)):
            yield (start + share * (end - start)) * (1.14, 1.14, 1.0), text, True
    for side, loss in ((1, scale.low), (-1, scale.high)):
        yield leftmost(azimuth) * (1.06, 1.06, side), printed(loss, 3), False


def leftmost(azimuth: float) -> Floats:
    """Return the corner (3,) of the floor farthest to the left."""
    corners = floor_corners(azimuth)
    return np.asarray(corners[project(corners, azimuth, 0.0)[0][:, 0].argmin()])


def surface_work(scene: LandscapeScene, azimuth: float, elevation: float) -> Work[Figure]:
    """Declare a surface, in slices; path, ball and minimum stand at their own losses, over or under it.

    Parameters
    ----------
    azimuth, elevation
        Where the viewer stands, in degrees; see :func:`neuroviz.core.landscape.projection.project`.
    """
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    u, v, losses = yield from scene.grid(PIECES + 1)
    view = _View(scene, SurfaceBox(scene.bounds, levels(losses)), azimuth, elevation)
    return Figure(
        scene.title,
        "",
        "",
        (*view.floor(), view.surface(u, v, losses), *view.others(), *view.run(), *view.minimum(), *view.texts()),
        x_limits=_X_LIMITS,
        y_limits=_Y_LIMITS,
        subtitle=scene.said(f"{'logarithmic height' if view.scale.log else 'height'}: loss", ON_TOP),
        equal_aspect=True,
        frame=False,
    )


@dataclass(frozen=True, eq=False)
class _View:
    """A scene in its box, seen from somewhere."""

    scene: LandscapeScene
    box: SurfaceBox
    azimuth: float
    elevation: float

    @property
    def scale(self) -> Levels:
        """The scale of the losses."""
        return self.box.scale

    def seen(self, points: Floats) -> tuple[Floats, Floats]:
        """Return x and y (…) on the paper of points (…, 3) in the box."""
        flat = project(points, self.azimuth, self.elevation)[0]
        return flat[..., 0], flat[..., 1]

    @cached_property
    def space(self) -> Run3D:
        """What of the run is drawn."""
        return run_in_space(self.scene)

    def along(self, run: Run3D | Other3D) -> tuple[Floats, Floats]:
        """Return x and y (m,) on the paper of a path at its own losses."""
        return self.seen(self.box.place(run.path[:, 0], run.path[:, 1], run.losses))

    def floor(self) -> list[Mark]:
        """Return the edges of the floor, and of the height at the corner on the left."""
        corners = floor_corners(self.azimuth)
        edge = np.vstack((corners, corners[:1]))
        left = leftmost(self.azimuth)
        x, y = self.seen(np.stack((left, left * (1, 1, -1))))
        return [
            Curve(*self.seen(edge), palette.AXIS, width=0.8),
            Segments(x[:1], y[:1], x[1:], y[1:], palette.AXIS),
        ]

    def surface(self, u: Floats, v: Floats, losses: Floats) -> Mark:
        """Return the pieces of the surface from the farthest to the nearest, in the colours of their losses."""
        corners, heights = pieces(self.box, u, v, losses, self.azimuth)
        flat = project(corners, self.azimuth, self.elevation)[0]
        return Polygons(flat, tuple(palette.blended(palette.LOSS_ON_PAPER, heights)), palette.AXIS)

    def run(self) -> list[Mark]:
        """Return the path, dashed as a whole where part of it is off the plane, its start, and the ball."""
        scene = self.scene
        x, y = self.along(self.space)
        off = not scene.is_on(scene.path).all()
        farthest = printed(float(distance(scene.plane, scene.path).max()), 3)
        label = f"path at its own losses, off the plane at most by {farthest}" if off else "path"
        ball = f"{short(scene.other_runs.name or 'now')}, loss {printed(float(self.space.losses[-1]), 3)}"
        path: list[Mark] = [
            Curve(x, y, palette.BACKGROUND, width=4.0),
            Curve(x, y, palette.ACCENT, label, dash=DASHED if off else (), width=2.0),
            Points(x[:1], y[:1], palette.BACKGROUND, "s", "start", 6.0, palette.ACCENT),
        ]
        now = Points(x[-1:], y[-1:], palette.ACCENT, marker(scene.other_runs.shape), ball, 9.0, palette.BACKGROUND)
        return [*(path if len(x) > 1 else []), now]

    def others(self) -> list[Mark]:
        """Return path and ball of every other run at its own losses, dashed as a whole as the run's own."""
        scene = self.scene
        marks = list[Mark]()
        for run, drawn in zip(scene.other_runs.runs, self.space.others, strict=True):
            x, y = self.along(drawn)
            off = np.full(len(x), not scene.is_on(run.path).all())
            marks += ball_marks(run, x, y, printed(float(drawn.losses[-1]), 3), off)
        return marks

    def minimum(self) -> list[Mark]:
        """Return a cross at the minimum, if it is in sight."""
        if self.space.minimum is None:
            return []
        u, v, loss = self.space.minimum
        left, right, bottom, top = self.scene.bounds
        if not (left <= u <= right and bottom <= v <= top):
            return []
        x, y = self.seen(self.box.place(u, v, loss))
        return [Points([x], [y], palette.INK, "x", f"minimum, loss {printed(self.scene.least_loss, 3)}", 9.0)]

    def texts(self) -> list[Mark]:
        """Return the texts, each below its place or left of it."""
        marks: list[Mark] = []
        for place, text, below in surface_texts(self.scene.bounds, self.scale, self.scene.names, self.azimuth):
            x, y = (float(number) for number in self.seen(place))
            left = x if below else x - len(text) * _LETTER[0]
            marks.append(Text(left, y - 0.6 * _LETTER[1] * below, text, palette.INK_MUTED, centred=below))
        return marks
