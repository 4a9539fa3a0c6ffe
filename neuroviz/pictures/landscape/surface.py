"""The loss landscape as a surface.

It has the plane, the runs and the marks of the map, seen in three dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache

import numpy as np

from neuroviz.core.landscape.contour_levels import Levels
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.plane import coordinates, is_off_the_page, point_at
from neuroviz.core.landscape.relief import (
    HEIGHT,
    VIEWS,
    SurfaceBox,
    View,
    floor_corners,
    pieces,
    project,
)
from neuroviz.core.numbers import printed
from neuroviz.core.slices import Work
from neuroviz.core.types import Bools, Extent, Floats, Line, Unique
from neuroviz.pictures import palette
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.landscape.figure import HIDDEN, SIZE, labelled, nothing_to_see
from neuroviz.pictures.landscape.run_marks import PathAhead, RunInk
from neuroviz.pictures.landscape.scene import ROOM, LandscapeScene, under_ball
from neuroviz.pictures.marks import Curve, Figure, Mark, Marks, Polygons, Text
from neuroviz.pictures.palette import Palette

PIECES = 40
"""Number of pieces into which a surface is cut along an axis."""
POINTS = 3 * PIECES + 1
"""Losses along an axis for paths, lines and edges, which would be wavy if they lay on the
pieces."""
_X_LIMITS = (-2.6, 2.6)
_Y_LIMITS = (-1.5, 1.35)
"""What is seen of it in a file; more of one that is seen from high above."""
_RATIO = 5.2 / 2.85
_BEYOND = 1.1
"""How far outside the box, in halves of its width, the ghost is still drawn."""
_LETTER = 0.14
"""Height of a line of text in a file of the usual size."""
_LARGER, _LARGEST = 0.75, 2.0
"""By which share of what a room is smaller by letters are larger in it, and by how much at most."""
_ASIDE = 0.4
"""How far from the centre a name must be to be moved outwards, off the end of its axis."""
LIT = 0.17
"""How much lighter the surface is in the light, and how much darker in shadow."""
WALL = 0.55
"""Share of the surface's colour in a wall; the rest is the background's."""
_UNDER = 0.005
"""How far below the pieces of the surface a line may lie that belongs on it."""
_THIN = 0.8
"""Width of the edges in front, and factor for the width of contour lines."""
_CAST = (0.02, -0.03)
"""How far a ball's shadow falls from below it; the light comes from the left."""
WALLS = (0.4, -0.6)
"""The light on the left and on the right wall in front."""


def name_places(azimuth: float) -> tuple[Floats, Floats]:
    """Return the places (3,) of the names of u and v in the box."""
    nearest, second, _, last = floor_corners(azimuth)
    places = [(nearest + end) / 2 * (1.14, 1.14, 1.0) for end in (second, last)]
    return (places[0], places[1]) if nearest[1] == second[1] else (places[1], places[0])


def leftmost(azimuth: float) -> Floats:
    """Return the leftmost corner (3,) of the floor."""
    corners = floor_corners(azimuth)
    return corners[project(corners, azimuth, 0.0)[0][:, 0].argmin()]


def view_work(scene: LandscapeScene) -> Work[View]:
    """Return the view in which the path of a scene is seen best, in slices."""
    if is_off_the_page(scene.bounds):
        return VIEWS[0]
    loss_map = yield from scene.loss_map(POINTS)
    return SurfaceScene(scene, loss_map, *VIEWS[0]).best_view()


def surface_work(
    scene: LandscapeScene, azimuth: float, elevation: float, room: tuple[float, float] = ROOM
) -> Work[Figure]:
    """Declare a surface, in slices.

    Path, ball and minimum are drawn at their own losses, above or below it.

    Parameters
    ----------
    azimuth, elevation
        Direction to the viewer in degrees; see :func:`neuroviz.core.landscape.relief.project`.
    room
        Of the plot in the file, mm.
    """
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    loss_map = yield from scene.loss_map(POINTS)
    larger = np.clip(_LARGER * np.divide(ROOM, room).max(), 1.0, _LARGEST)
    view = SurfaceScene(scene, loss_map, azimuth, elevation, float(larger) * _LETTER)
    marks = view.runs(palette.PAPER, SIZE)
    return Figure(
        scene.title,
        "",
        "",
        (
            *view.block(),
            *view.lines(palette.PAPER),
            *labelled(scene, marks),
            *view.texts(),
        ),
        x_limits=_X_LIMITS,
        y_limits=view.heights,
        named=bool(scene.other_runs.runs),
        subtitle=scene.said(
            HIDDEN if ("path", "hidden") in marks else "",
            f"{'logarithmic height' if view.scale.log else 'height'}: loss",
        ),
        equal_aspect=True,
        frame=False,
        letter=view.letter / 1.14,
    )


class SurfaceScene(Unique):
    """A landscape in its box, seen from one side."""

    scene: LandscapeScene
    loss_map: LossMap
    azimuth: float
    elevation: float
    letter: float = _LETTER
    """Height of a line of text in a file."""

    @cached_property
    def box(self) -> SurfaceBox:
        """The box."""
        return SurfaceBox(self.loss_map.extent, self.loss_map.scale)

    @property
    def scale(self) -> Levels:
        """The scale of the losses."""
        return self.loss_map.scale

    @property
    def view(self) -> View:
        """Azimuth and elevation of the viewer."""
        return self.azimuth, self.elevation

    @property
    def heights(self) -> tuple[float, float]:
        """From where to where a file shows all of the box, and the texts below it."""
        floor = floor_corners(self.azimuth)
        corners = self._on_paper(np.vstack((floor, floor * (1, 1, -1))))[:, 1].tolist()
        said = [text.y for text in self.texts()]
        low = min(*corners, *said) - self.letter
        return min(_Y_LIMITS[0], low), max(_Y_LIMITS[1], max(corners) + self.letter)

    def seen(self, points: Floats) -> Line:
        """Return x and y (…) on the page of points (…, 3) in the box."""
        flat = self._on_paper(points)
        return flat[..., 0], flat[..., 1]

    def _on_paper(self, points: Floats) -> Floats:
        """Return the places (…, 2) on the page of points (…, 3) in the box."""
        return project(points, *self.view)[0]

    def best_view(self, now: View | None = None) -> View:
        """Return the view in which the path is seen best.

        For a run that has not begun it is the way to the lowest place of the map. The present view,
        ``now``, is kept unless another one is clearly better.
        """
        ball = self.scene.ball_index
        path = self._points[ball - len(self.scene.path) : ball]
        if self.scene.other_runs.races and len(path) > 1:
            every = self._points[:ball]  # as far as they are in the box
            path = every[np.abs(every[:, :2]).max(axis=1) <= 1]
        if len(path) == 1:
            row, column = np.unravel_index(
                np.nanargmin(self.loss_map.losses), self.loss_map.losses.shape
            )
            lowest = self.box.place(self.loss_map.u[column], self.loss_map.v[row], -np.inf)
            path = path + np.linspace(0, 1, 50)[:, None] * (lowest - path)
        return self.loss_map.relief.best_view(path, now)

    @property
    def hill_hides_ball(self) -> bool:
        """Whether ground hides the ball, even if the ball is lifted onto the ground above it."""
        ball = self.loss_map.relief.lifted(self._points[[self.scene.ball_index]])
        return bool(self.loss_map.relief.hidden(ball, self.view).any())

    def block(self) -> list[Mark]:
        """Return walls and surface, lit, with the pieces from the farthest to the nearest."""
        every = (POINTS - 1) // PIECES
        u = self.loss_map.u[::every]
        v = self.loss_map.v[::every]
        corners, heights = pieces(
            self.box, u, v, self.loss_map.losses[::every, ::every], self.azimuth
        )
        middles = corners.mean(axis=1)
        light = self.loss_map.relief.light(middles[:, 0], middles[:, 1], self.azimuth)
        fills = [
            palette.mixed(colour, "#FFFFFF" if lit > 0 else "#000000", LIT * abs(lit))
            for colour, lit in zip(
                palette.blended(palette.LOSS_ON_PAPER, heights), light.tolist(), strict=True
            )
        ]
        return [*self._walls(), Polygons(self._on_paper(corners), tuple(fills))]

    def _walls(self) -> list[Mark]:
        walls: list[Mark] = []
        for edge, lit in zip(self._near_edges(), WALLS, strict=True):
            foot = edge * (1, 1, 0) + (0, 0, -HEIGHT)
            corners = np.stack((edge[:-1], edge[1:], foot[1:], foot[:-1]), axis=1)
            shares = (edge[1:, 2] / HEIGHT + 1) / 2
            fills = tuple(
                palette.mixed(palette.BACKGROUND, colour, WALL + 0.1 * lit)
                for colour in palette.blended(palette.LOSS_ON_PAPER, shares)
            )
            walls.append(Polygons(self._on_paper(corners), fills))
        return walls

    def _near_edges(self) -> list[Floats]:
        """Return the edges (k, 3) of the surface towards the viewer, the left one first."""
        points = self.box.place(self.loss_map.u, self.loss_map.v[:, None], self.loss_map.losses)
        sides = (points[0], points[-1], points[:, 0], points[:, -1])
        away = [project(side, self.azimuth, 0.0)[1].mean() for side in sides]
        near = [sides[side] for side in np.argsort(away)[:2]]
        return sorted(near, key=lambda side: project(side, self.azimuth, 0.0)[0][:, 0].mean())

    def lines(self, palette: Palette) -> list[Mark]:
        """Return the contour lines where they are visible, and the edges in front."""
        marks: list[Mark] = []
        for points in _contours(self.loss_map):
            hidden = self.loss_map.relief.hidden(points, self.view, _UNDER)
            x, y = self.seen(np.where(hidden[:, None], np.nan, points))
            marks.append(Curve(x, y, palette.contour, width=_THIN * palette.contour_width))
        marks += [
            Curve(*self.seen(side), palette.on_loss, width=_THIN) for side in self._near_edges()
        ]
        left = leftmost(self.azimuth)
        marks.append(
            Curve(*self.seen(np.stack((left, left * (1, 1, -1)))), palette.muted, width=_THIN)
        )
        return marks

    def runs(
        self,
        palette: Palette,
        size: float = 1.0,
        letter: tuple[float, float] = (0.0, 0.0),
        ends: tuple[float, float] = (-np.inf, np.inf),
        taken: tuple[Extent, ...] = (),
    ) -> Marks:
        """Return paths, balls and the minimum; what the surface hides of a path is dotted.

        The other parameters are those of a RunInk.
        """
        ink = RunInk(palette, (*_X_LIMITS, *_Y_LIMITS), _RATIO, size, letter, ends, taken)
        in_sight = self.scene.parted(self._in_sight)
        points = self.scene.parted(self._points)
        count = len(self.scene.other_runs.runs)
        # A path that blew up would cross the card; the active run is always in the box.
        inner = [*map(_inside, points[:count]), *points[count:]]
        places = [*map(self._on_paper, inner)]
        marks = self.scene.run_marks(ink, places, in_sight, self._on_ground)
        old: Marks = {}
        if self.scene.old_path is not None:
            way = self._in_box(self.scene.old_path)
            old["old path"] = ink.old_path(self._on_paper(way))
        shadow: Marks = {}
        # A hidden ball has no shadow, and many shadows would be a blot.
        if not (self.ball_is_hidden or self.scene.other_runs.races):
            shadow["shadow"] = ink.shadow(self._under_ball())
        return under_ball({**old, **marks}, shadow)

    def ahead_marks(self, ahead: PathAhead, palette: Palette) -> Marks:
        """Return the path of the ghost, which lies under the ball."""
        way = self._in_box(ahead.path)
        seen = self._on_paper(_inside(way))
        ink = RunInk(palette, (*_X_LIMITS, *_Y_LIMITS), _RATIO, 1.0)
        return ink.ahead(seen, ahead.opacity, ahead.end, _is_in_box(way))

    @cached_property
    def _points(self) -> Floats:
        """(k, 3): the places in the box of all that is drawn, as the scene's parameters."""
        return self._in_box(np.vstack(self.scene.parameters), self.scene.losses)

    @cached_property
    def _in_sight(self) -> Bools:
        """(k,): which of them the surface does not hide."""
        return ~self.loss_map.relief.hidden(self._points, self.view)

    @property
    def ball(self) -> Floats:
        """(3,): the place of the ball in the box."""
        return self._points[self.scene.ball_index]

    @property
    def ball_is_hidden(self) -> bool:
        """Whether the surface hides the ball."""
        return not self._in_sight[self.scene.ball_index]

    def _under_ball(self) -> Floats:
        """Return the place (2,) of the ball's shadow on the page."""
        if self.scene.is_on(self.scene.ball):
            return self._on_paper(self.ball) + _CAST
        plane = self.scene.plane
        return self._on_ground(coordinates(plane, self.scene.ball)[None])[0] + _CAST

    def _on_ground(self, places: Floats) -> Floats:
        """Return the places (k, 2) on the page of the ground at coordinates (k, 2) of the plane."""
        return self._on_paper(self._in_box(point_at(self.scene.plane, *places.T)))

    def _in_box(self, parameters: Floats, losses: Floats | None = None) -> Floats:
        """Return the places (…, 3) in the box of parameters (…, P), at their losses (…).

        Without ``losses`` these are computed.
        A place on the plane is never below the surface, which is coarser than the loss, and does
        not reach down to the bottom of a narrow valley.
        """
        if losses is None:
            losses = losses_at(self.scene.settings, parameters)
        u, v = np.moveaxis(coordinates(self.scene.plane, parameters), -1, 0)
        places = self.box.place(u, v, losses)
        on = self.scene.is_on(parameters)[..., None]
        return np.where(on, self.loss_map.relief.lifted(places), places)

    def texts_in_box(self) -> Iterator[tuple[Floats, str, float]]:
        """Yield names and ends of the two axes in front, and the ends of the height at the left.

        Each has its place (3,) in the box, its text, and by how many lines its middle is below the
        place: that of an axis is below it, one at the left beside it. The lower end of the height
        stands higher, since the number of an axis is just below it.
        """
        nearest, second, _, last = floor_corners(self.azimuth)
        for start, end in ((nearest, second), (nearest, last)):
            axis = int(start[0] == end[0])
            ends = self.box.extent[2 * axis : 2 * axis + 2]
            first, final = (printed(ends[int(corner[axis] > 0)], 3) for corner in (start, end))
            for share, text in ((0.2, first), (0.5, self.scene.names[axis]), (0.9, final)):
                yield (start + share * (end - start)) * (1.14, 1.14, 1.0), text, 0.5
        for side, loss, drop in ((1, self.scale.low, -0.5), (-1, self.scale.high, 0.0)):
            yield leftmost(self.azimuth) * (1.06, 1.06, side), printed(loss, 3), drop

    def texts(self) -> list[Text]:
        """Return the texts, each below its place or to its left; names extend outwards."""
        marks: list[Text] = []
        for place, text, drop in self.texts_in_box():
            x, y = (float(number) for number in self.seen(place))
            is_name = text in self.scene.names
            below = drop > 0
            y -= (2.2 if is_name else 0.6 if below else drop) * self.letter
            outward = is_name and abs(x) > _ASIDE
            right = not below or (outward and x < 0)
            centred = below and not outward
            marks.append(Text(x, y, text, palette.INK_MUTED, centred=centred, right=right))
        return marks


@lru_cache(maxsize=2)
def _contours(loss_map: LossMap) -> list[Floats]:
    """Return the places (k, 3) in the box of each contour line, cached for a view that turns."""
    lines = loss_map.contour_work(np.empty((0, 2)), np.ones(2)).found
    box = SurfaceBox(loss_map.extent, loss_map.scale)
    losses = loss_map.scale.values.tolist()
    return [box.place(line.x, line.y, loss) for line, loss in zip(lines, losses, strict=True)]


def _is_in_box(way: Floats) -> Bools:
    """Return which places (m, 3) are in the box, or not far outside."""
    return np.abs(way[:, :2]).max(axis=1) <= _BEYOND


def _inside(way: Floats) -> Floats:
    """Return a way (m, 3) with NaN where it is far outside the box.

    It ends at the box's outer limit, and begins again there; between two places it is straight.
    """
    far = np.abs(way[:, :2]).max(axis=1)
    out = ~_is_in_box(way)
    result = np.where(out[:, None], np.nan, way)
    for at in np.flatnonzero(out[1:] != out[:-1]).tolist():
        inner, outer = (at, at + 1) if out[at + 1] else (at + 1, at)
        gone = np.abs(way[outer, :2] - way[inner, :2]).max()
        share = min(1.0, (_BEYOND - far[inner]) / gone) if np.isfinite(gone) and gone else 0.0
        edge = way[inner] + share * (way[outer] - way[inner])
        if np.isnan(result[outer]).all():
            result[outer] = edge
    return result
