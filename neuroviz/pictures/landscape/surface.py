"""The loss landscape as a surface: the same plane, run and marks as on the map, seen in three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent, is_off_the_page
from neuroviz.core.landscape.contour_levels import Levels
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.plane import coordinates
from neuroviz.core.landscape.projection import SurfaceBox, floor_corners, pieces, project
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape.figure import SIZE, labelled, nothing_to_see
from neuroviz.pictures.landscape.loss_map import LossMap
from neuroviz.pictures.landscape.run_marks import RunInk
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.marks import Curve, Mark, Polygons, Segments, Text
from neuroviz.pictures.weights import printed

ON_TOP = "path and ball are drawn on top"
"""Said of them, since a surface would hide what is behind it."""

FROM = (-35.0, 35.0)
"""Azimuth and elevation of the viewer, in degrees, where nothing is said."""
PIECES = 40
"""Into so many pieces a surface is cut along an axis."""
_X_LIMITS = (-3.1, 3.1)
_Y_LIMITS = (-1.5, 1.35)
_RATIO = 6.2 / 2.85
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
    loss_map = yield from scene.loss_map(PIECES + 1)
    view = _View(scene, SurfaceBox(scene.bounds, loss_map.scale), azimuth, elevation)
    return Figure(
        scene.title,
        "",
        "",
        (*view.floor(), view.surface(loss_map), *view.runs(), *view.texts()),
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

    def place(self, parameters: Floats) -> Floats:
        """Return where parameters (…, P) are seen at their own losses, (…, 2)."""
        u, v = np.moveaxis(coordinates(self.scene.plane, parameters), -1, 0)
        losses = losses_at(self.scene.settings, np.atleast_2d(parameters)).reshape(u.shape)
        return project(self.box.place(u, v, losses), self.azimuth, self.elevation)[0]

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

    def surface(self, loss_map: LossMap) -> Mark:
        """Return the pieces of the surface from the farthest to the nearest, in the colours of their losses."""
        corners, heights = pieces(self.box, loss_map.u, loss_map.v, loss_map.losses, self.azimuth)
        flat = project(corners, self.azimuth, self.elevation)[0]
        return Polygons(flat, tuple(palette.blended(palette.LOSS_ON_PAPER, heights)), palette.AXIS)

    def runs(self) -> Iterator[Mark]:
        """Yield paths, balls and the minimum."""
        ink = RunInk(palette.PAPER, (*_X_LIMITS, *_Y_LIMITS), _RATIO, SIZE)
        return labelled(self.scene, self.scene.run_marks(ink, self.place), "path at its own losses,")

    def texts(self) -> list[Mark]:
        """Return the texts, each below its place or left of it."""
        marks: list[Mark] = []
        for place, text, below in surface_texts(self.scene.bounds, self.scale, self.scene.names, self.azimuth):
            x, y = (float(number) for number in self.seen(place))
            left = x if below else x - len(text) * _LETTER[0]
            marks.append(Text(left, y - 0.6 * _LETTER[1] * below, text, palette.INK_MUTED, centred=below))
        return marks
