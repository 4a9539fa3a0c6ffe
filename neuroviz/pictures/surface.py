"""The loss landscape as a surface: the same plane, run and marks as on the map, seen in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.core.landscape.axis_ranges import is_off_the_page
from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.loss_grid import loss_at, losses_at
from neuroviz.core.landscape.plane import coordinates, distance
from neuroviz.core.landscape.projection import SurfaceBox, floor_corners, pieces, project
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape import Scene, nothing_to_see
from neuroviz.pictures.marks import DASHED, Curve, Mark, Points, Polygons, Segments, Text
from neuroviz.pictures.other_runs import ball_marks, short
from neuroviz.pictures.run_styles import marker
from neuroviz.pictures.weights import printed

ON_TOP = "path and ball are drawn on top"
"""Said of them, since a surface would hide what is behind it."""

FROM = (-35.0, 35.0)
"""Azimuth and elevation of the viewer, in degrees, where nothing is said."""
_PIECES = 40
_X_LIMITS = (-3.1, 3.1)
_Y_LIMITS = (-1.5, 1.35)
_LETTER = np.array((0.07, 0.14))
"""Width of a letter and height of a line of text in a file of the usual size."""


def surface_work(scene: Scene, azimuth: float, elevation: float) -> Work[Figure]:
    """Declare a surface, in slices; path, ball and minimum stand at their own losses, over or under it.

    Parameters
    ----------
    azimuth, elevation
        Where the viewer stands, in degrees; see :func:`neuroviz.core.landscape.projection.project`.
    """
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    u, v, losses = yield from scene.grid(_PIECES + 1)
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

    scene: Scene
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
    def corners(self) -> Floats:
        """(4, 3): the corners of the floor, going round from the one nearest to the viewer."""
        return floor_corners(self.azimuth)

    def floor(self) -> list[Mark]:
        """Return the edges of the floor, and of the height at the corner on the left."""
        edge = np.vstack((self.corners, self.corners[:1]))
        x, y = self.seen(np.stack((self.left, self.left * (1, 1, -1))))
        return [
            Curve(*self.seen(edge), palette.AXIS, width=0.8),
            Segments(x[:1], y[:1], x[1:], y[1:], palette.AXIS),
        ]

    @property
    def left(self) -> Floats:
        """(3,): the corner of the floor farthest to the left."""
        return self.corners[self.seen(self.corners)[0].argmin()]

    def surface(self, u: Floats, v: Floats, losses: Floats) -> Mark:
        """Return the pieces of the surface from the farthest to the nearest, in the colours of their losses."""
        corners, heights = pieces(self.box, u, v, losses, self.azimuth)
        flat = project(corners, self.azimuth, self.elevation)[0]
        return Polygons(flat, tuple(palette.blended(palette.LOSS_ON_PAPER, heights)), palette.AXIS)

    def run(self) -> list[Mark]:
        """Return the path, dashed as a whole where part of it is off the plane, its start, and the ball."""
        scene = self.scene
        on_plane = coordinates(scene.plane, scene.path).T
        x, y = self.seen(self.box.place(on_plane[0], on_plane[1], losses_at(scene.settings, scene.path)))
        off = not scene.is_on(scene.path).all()
        farthest = printed(float(distance(scene.plane, scene.path).max()), 3)
        label = f"path at its own losses, off the plane at most by {farthest}" if off else "path"
        ball = f"{short(scene.other_runs.name or 'now')}, loss {printed(loss_at(scene.settings, scene.ball), 3)}"
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
        for run in scene.other_runs.runs:
            u, v = coordinates(scene.plane, run.path).T
            losses = losses_at(scene.settings, run.path)
            x, y = self.seen(self.box.place(u, v, losses))
            off = np.full(len(x), not scene.is_on(run.path).all())
            marks += ball_marks(run, x, y, printed(float(losses[-1]), 3), off)
        return marks

    def minimum(self) -> list[Mark]:
        """Return a cross at the minimum, if it is in sight."""
        lowest = self.scene.minimum
        if lowest is None or lowest.parameters is None or lowest.loss is None:
            return []
        u, v = coordinates(self.scene.plane, lowest.parameters)
        left, right, bottom, top = self.scene.bounds
        if not (left <= u <= right and bottom <= v <= top):
            return []
        x, y = self.seen(self.box.place(u, v, lowest.loss))
        return [Points([x], [y], palette.INK, "x", f"minimum, loss {printed(self.scene.least_loss, 3)}", 9.0)]

    def texts(self) -> list[Mark]:
        """Return names and ends of the two axes in front, and the ends of the height."""
        nearest, second, _, last = self.corners
        marks: list[Mark] = []
        for start, end in ((nearest, second), (nearest, last)):
            axis = int(start[0] == end[0])
            low, high = self.scene.bounds[2 * axis : 2 * axis + 2]
            first, final = (printed(low if corner[axis] < 0 else high) for corner in (start, end))
            for share, text in ((0.15, first), (0.5, self.scene.names[axis]), (0.9, final)):
                marks.append(self._beside(start + share * (end - start), text))
        for height, loss in ((1, self.scale.low), (-1, self.scale.high)):
            x, y = (float(number) for number in self.seen(self.left * (1, 1, height)))
            text = printed(loss, 3)
            marks.append(Text(x - (len(text) + 1) * _LETTER[0], y, text, palette.INK_MUTED))
        return marks

    def _beside(self, place: Floats, text: str) -> Mark:
        """Return a text outside of an edge of the floor, below it on its own side."""
        x, y = (float(number) for number in self.seen(place * (1.08, 1.08, 1.0)))
        left = x - len(text) * _LETTER[0] if x < 0 else x
        return Text(left, y - 0.7 * _LETTER[1], text, palette.INK_MUTED)
