"""The loss landscape as a surface.

The same plane, run and marks as on the map, seen in three dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent, is_off_the_page
from neuroviz.core.landscape.contour_levels import Levels
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
from neuroviz.pictures.marks import Curve, Mark, Marks, Polygons, Segments, Text
from neuroviz.pictures.palette import Palette
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


def surface_texts(
    extent: Extent, scale: Levels, names: tuple[str, str], azimuth: float
) -> Iterator[tuple[Floats, str, bool]]:
    """Yield names and ends of the two axes in front, and the ends of the height at the left.

    Each has its place (3,) in the box, its text,
    and whether it stands below that place, or left of it.
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
    """Declare a surface, in slices.

    Path, ball and minimum stand at their own losses, over or under it.

    Parameters
    ----------
    azimuth, elevation
        Where the viewer stands, in degrees; see :func:`neuroviz.core.landscape.projection.project`.
    """
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    loss_map = yield from scene.loss_map(PIECES + 1)
    view = SurfaceScene(scene, loss_map, azimuth, elevation)
    return Figure(
        scene.title,
        "",
        "",
        (
            *view.floor(),
            view.surface(),
            *labelled(scene, view.runs(palette.PAPER, SIZE), "path at its own losses,"),
            *view.texts(),
        ),
        x_limits=_X_LIMITS,
        y_limits=_Y_LIMITS,
        subtitle=scene.said(
            f"{'logarithmic height' if view.scale.log else 'height'}: loss", ON_TOP
        ),
        equal_aspect=True,
        frame=False,
    )


@dataclass(frozen=True, eq=False)
class SurfaceScene:
    """A landscape in its box, seen from somewhere."""

    scene: LandscapeScene
    loss_map: LossMap
    azimuth: float
    elevation: float

    @cached_property
    def box(self) -> SurfaceBox:
        """Where it stands."""
        return SurfaceBox(self.scene.bounds, self.loss_map.scale)

    @property
    def scale(self) -> Levels:
        """The scale of the losses."""
        return self.loss_map.scale

    def seen(self, points: Floats) -> tuple[Floats, Floats]:
        """Return x and y (…) on the paper of points (…, 3) in the box."""
        flat = project(points, self.azimuth, self.elevation)[0]
        return flat[..., 0], flat[..., 1]

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

    def surface(self) -> Mark:
        """Return the pieces of the surface from the farthest to the nearest.

        In the colours of their losses.
        """
        corners, heights = pieces(
            self.box, self.loss_map.u, self.loss_map.v, self.loss_map.losses, self.azimuth
        )
        flat = project(corners, self.azimuth, self.elevation)[0]
        return Polygons(flat, tuple(palette.blended(palette.LOSS_ON_PAPER, heights)), palette.AXIS)

    def runs(self, palette: Palette, size: float = 1.0, *, dashed: bool = True) -> Marks:
        """Return paths, balls and the minimum, which are drawn on top.

        Size and dashes are those of a RunInk.
        """
        ink = RunInk(palette, (*_X_LIMITS, *_Y_LIMITS), _RATIO, size, dashed)
        return self.scene.run_marks(
            ink, list(map(self._place, self.scene.parameters, self.scene.losses))
        )

    def _place(self, parameters: Floats, losses: Floats) -> Floats:
        """Return where parameters (…, P) are seen at their losses (…): (…, 2)."""
        u, v = np.moveaxis(coordinates(self.scene.plane, parameters), -1, 0)
        return project(self.box.place(u, v, losses), self.azimuth, self.elevation)[0]

    def texts(self) -> list[Mark]:
        """Return the texts, each below its place or left of it."""
        marks: list[Mark] = []
        for place, text, below in surface_texts(
            self.scene.bounds, self.scale, self.scene.names, self.azimuth
        ):
            x, y = (float(number) for number in self.seen(place))
            left = x if below else x - len(text) * _LETTER[0]
            marks.append(
                Text(left, y - 0.6 * _LETTER[1] * below, text, palette.INK_MUTED, centred=below)
            )
        return marks
