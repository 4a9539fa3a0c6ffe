"""A landscape in three dimensions, by plain arithmetic: its box, what a viewpoint shows of it.

Points are in the :class:`SurfaceBox`.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.landscape.contour_levels import Levels
from neuroviz.core.types import Bools, Extent, Floats, Ints, Unique

HEIGHT = 0.55
"""Half the height of the box, whose other edges have length 2: a landscape is wider than high."""
_FLOOR = np.array(((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)))


class SurfaceBox(Unique):
    """The position of a landscape in a box around the origin, 2 × 2 × 1.1."""

    extent: Extent
    """Left, right, bottom and top of the plane that is shown."""
    scale: Levels
    """The levels whose ends are the lowest and the highest loss of the box."""

    def place(self, u: Floats | float, v: Floats | float, losses: Floats | float) -> Floats:
        """Return the points (…, 3) of coordinates and losses that broadcast.

        Losses are cut off at the ends of the scale.
        """
        left, right, bottom, top = self.extent
        x = 2 * (np.asarray(u) - left) / (right - left) - 1
        y = 2 * (np.asarray(v) - bottom) / (top - bottom) - 1
        z = HEIGHT * (2 * self.scale.heights(losses) - 1)
        return np.stack(np.broadcast_arrays(x, y, z), axis=-1)

    def plane_point(self, x: float, y: float) -> tuple[float, float]:
        """Return the coordinates of the plane at a point of the box's floor, −1 … 1 each."""
        left, right, bottom, top = self.extent
        return left + (x + 1) / 2 * (right - left), bottom + (y + 1) / 2 * (top - bottom)


def project(points: Floats, azimuth: float, elevation: float) -> tuple[Floats, Floats]:
    """Return where points are seen, and how far away they are.

    Parameters
    ----------
    points
        (…, 3): x to the right and y away from a viewer at azimuth 0, z up.
    azimuth
        How far the viewer has walked around the box, in degrees, counterclockwise seen from above.
    elevation
        The height of the viewer, in degrees, −90 … 90: 0 looks level, 90 straight down.

    Returns
    -------
    tuple of two ndarrays
        (…, 2), to the right and up, in units of the points; and (…), the distance from the viewer,
        where smaller is nearer.
    """
    across, away = _on_the_ground(points[..., 0], points[..., 1], azimuth)
    sine = math.sin(math.radians(elevation))
    cosine = math.cos(math.radians(elevation))
    up = points[..., 2] * cosine + away * sine
    return np.stack((across, up), axis=-1), away * cosine - points[..., 2] * sine


def quads(grid: Floats) -> Floats:
    """Return the pieces of a grid (n, m, k), ((n − 1)·(m − 1), 4, k), row by row.

    The corners of a piece go around it.
    """
    corners = (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1])
    return np.stack(corners, axis=2).reshape(-1, 4, grid.shape[-1])


def pieces(
    box: SurfaceBox, u: Floats, v: Floats, losses: Floats, azimuth: float
) -> tuple[Floats, Floats]:
    """Return the pieces (K, 4, 3) of a surface in its box, farthest first, and their heights (K,).

    Heights are 0 … 1. The losses are (n, m), at v (n,) and u (m,), both ascending; K is (n − 1)·(m
    − 1).
    """
    points = box.place(u, v[:, np.newaxis], losses)
    order = painters_order(points[0, :, 0], points[:, 0, 1], azimuth)
    heights = quads(box.scale.heights(losses)[..., np.newaxis])[order].mean(axis=(1, 2))
    return quads(points)[order], heights


def floor_corners(azimuth: float) -> Floats:
    """Return the corners (4, 3) of the box's floor, around from the nearest to the viewer."""
    corners = np.column_stack((_FLOOR, np.full(4, -HEIGHT)))
    return np.roll(corners, -int(project(corners, azimuth, 0)[1].argmin()), axis=0)


def painters_order(x: Floats, y: Floats, azimuth: float) -> NDArray[np.intp]:
    """Return the order ((n − 1)·(m − 1),) of a grid's pieces, from the farthest to the nearest.

    It depends only on their positions on the ground. That is exact for a surface with one height at
    each point, seen from any elevation, while the distance of a steep piece's middle is not. Where
    the viewer looks along the ascending directions of both axes, a piece with greater indices never
    hides one with lesser.

    Parameters
    ----------
    x, y
        (m,) and (n,), ascending, in the box: its columns and rows.
    azimuth
        As for :func:`project`.

    References
    ----------
    Newell, Newell and Sancha 1972, Proceedings of the ACM annual conference, 443-450.
    """
    middles = np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2)
    away = _on_the_ground(*middles, azimuth)[1]
    return np.argsort(-away.ravel(), kind="stable")


def _on_the_ground(x: Any, y: Any, azimuth: float) -> tuple[Any, Any]:
    """Return how far to the right and how far away points on the ground are, numbers or arrays.

    With the azimuth turned round, −azimuth, it leads back.
    """
    sine = math.sin(math.radians(azimuth))
    cosine = math.cos(math.radians(azimuth))
    return x * cosine + y * sine, y * cosine - x * sine


View = tuple[float, float]
"""Azimuth and elevation of the viewer, in degrees."""
_STEEP = 65.0
VIEWS, STEEP_VIEWS = (
    tuple(
        (float((azimuth + 180) % 360 - 180), elevation)
        for azimuth in azimuths
        for elevation in elevations
    )
    for azimuths, elevations in (
        ((-35, 30, 55, 120, 145, 210, 235, 300), (35.0, 50.0)),
        (range(-35, 325, 45), (_STEEP,)),
    )
)
"""The eight directions and two heights that are tried, the first also for a landscape without a
path, none so near to a side of the box that a slope looks like a wall; and steep views into
valleys so narrow that none of these shows where a path ends."""
_MOST = 120
"""Most points of a path that are checked."""
_BETTER = 1.25
"""Factor by which another view must be better to replace the present one."""
_STEPS = 28
_NEARLY = 0.03
"""Depth below the ground at which a point still counts as on it, since the ground is made of flat
pieces."""
_ROWS = 200
"""Points in each column of a picture at which the ground is looked up."""
_LIGHT = (-0.55, -0.25, 0.8)
"""Where the light comes from: left, slightly from the viewer, above."""
_CONTRAST = 0.5


Corners = tuple[Ints, Floats, Floats]
"""For points: the indices in a table of the corner at the lower left, and the distances from it
across and along, 0 … 1 of the way to the next corner."""


class Sight(Unique):
    """What is seen at each pixel (rows, columns) of a picture, the lowest row first."""

    shares: Floats
    """Height of the ground at the pixel, 0 … 1; for a wall the height of its edge."""
    light: Floats
    """−1 … 1: in the shadow, flat, in the light."""
    wall: Bools
    """Where the pixel shows a wall in front."""
    cover: Floats
    """Share of the pixel that is ground or wall, 0 … 1."""


class Relief(Unique):
    """A ground of evenly spaced heights (n, m), 0 … 1; heights that are not finite count as 1."""

    heights: Floats

    @cached_property
    def _tables(self) -> tuple[Floats, Floats]:
        """Heights without holes, and the normals (3, n, m) of the ground."""
        shares = np.nan_to_num(self.heights, nan=1.0)
        rise, run = np.gradient(2 * HEIGHT * shares)
        rows, columns = shares.shape
        up = np.stack((-run * (columns - 1) / 2, -rise * (rows - 1) / 2, np.ones_like(shares)))
        return shares, up / np.linalg.norm(up, axis=0)

    def _ground(self, x: Floats, y: Floats) -> Floats:
        """Return the height of the ground in the box at points."""
        return HEIGHT * (2 * _between(self._tables[0], self._corners(x, y)) - 1)

    def _corners(self, x: Floats, y: Floats) -> Corners:
        """Return the heights that points of the box lie between, as :data:`Corners`."""
        rows, columns = self.heights.shape
        across = np.fmin(np.fmax((x + 1) / 2, 0.0), 1.0) * (columns - 1)  # NaN is 0 here
        along = np.fmin(np.fmax((y + 1) / 2, 0.0), 1.0) * (rows - 1)
        left = np.minimum(across.astype(np.intp), columns - 2)
        low = np.minimum(along.astype(np.intp), rows - 2)
        return low * columns + left, across - left, along - low

    def hidden(self, points: Floats, view: View, under: float = _NEARLY) -> Bools:
        """Return which points (k, 3) the ground hides, whether they are behind or below it.

        Points less than ``under`` below it count as on it; none outside the box is hidden.
        """
        azimuth, elevation = map(math.radians, view)
        rise = math.tan(elevation)
        farthest = min(2 * math.sqrt(2), 2 * HEIGHT / max(rise, 1e-9))
        towards = np.array((math.sin(azimuth), -math.cos(azimuth))) + 1e-12
        leaves = ((np.sign(towards) - points[:, :2]) / towards).min(axis=1)
        away = np.clip(leaves, 0.0, farthest)[:, None] * np.linspace(0.0, 1.0, _STEPS)
        x = points[:, :1] + away * towards[0]
        y = points[:, 1:2] + away * towards[1]
        z = points[:, 2:] + away * rise
        ground = self._ground(x, y)
        inside = (np.abs(points[:, :2]) <= 1).all(axis=1)
        return inside & (ground > z + under).any(axis=1)

    def best_view(self, path: Floats, now: View | None = None) -> View:
        """Return the view that shows most of a path (k, 3), coming towards the viewer.

        The end of the path is visible if any view shows it. Points below the ground count as on it.

        Parameters
        ----------
        now
            The present view, which stays unless another is clearly better.
        """
        places = np.linspace(0, len(path) - 1, min(len(path), _MOST)).astype(int)
        points = self.lifted(path[places])
        end = points[-1:]
        for tried in (VIEWS, STEEP_VIEWS):
            shown = [view for view in tried if not self.hidden(end, view).any()]
            if shown:
                break
        worth = {view: self._worth(points, view) for view in shown or VIEWS}
        best = max(worth, key=worth.__getitem__)
        if now is None or (shown and self.hidden(end, now).any()):
            return best
        if now[1] >= _STEEP > best[1] or worth[best] > _BETTER * self._worth(points, now):
            return best
        return now

    def lifted(self, points: Floats) -> Floats:
        """Return points (…, 3), with those below the ground moved up onto it."""
        x, y, z = np.moveaxis(points, -1, 0)
        inside = np.maximum(np.abs(x), np.abs(y)) <= 1
        floor = self._ground(x, y)
        return np.stack((x, y, np.where(inside, np.maximum(z, floor), z)), axis=-1)

    def _worth(self, points: Floats, view: View) -> float:
        seen = ~self.hidden(points, view)
        moved = np.diff(points, axis=0)
        length = np.linalg.norm(moved, axis=1)
        away = _on_the_ground(moved[:, 0], moved[:, 1], view[0])[1]
        return float(((length - away) * (seen[1:] & seen[:-1])).sum())

    def seen(self, across: Floats, up: Floats, view: View) -> Sight:
        """Return what is seen at the centres of pixels.

        A column of the picture is a line along the ground, away from the viewer; a pixel shows the
        first point of it that appears that high up.

        Parameters
        ----------
        across, up
            (columns,) and (rows,): coordinates of the picture, ascending and evenly spaced.
        """
        elevation = math.radians(view[1])
        near, far = _ends(across, view[0])
        away = near + (far - near) * np.linspace(0, 1, _ROWS)[:, None]
        x, y = _on_the_ground(across, away, -view[0])
        corners = self._corners(x, y)
        shares = _between(self._tables[0], corners)
        light = self._light(corners, view[0])
        unit = up[1] - up[0]
        height = HEIGHT * (2 * shares - 1) * math.cos(elevation) + away * math.sin(elevation)
        rows = (height - up[0]) / unit
        floor = (-HEIGHT * math.cos(elevation) + near * math.sin(elevation) - up[0]) / unit
        before, after, part = _first_places(rows, len(up))
        level = np.arange(len(up))[:, None]
        top = np.clip(rows.max(axis=0) - level + 0.5, 0.0, 1.0)
        cover = top * np.clip(level - floor + 0.5, 0.0, 1.0) * (near < far)

        def along(values: Floats) -> Floats:
            first = values.take(before)
            return first + part * (values.take(after) - first)

        return Sight(along(shares), along(light), after < len(across), cover)

    def place_at(self, across: float, up: float, view: View) -> tuple[float, float]:
        """Return the point (x, y) of the ground that is seen at a point of the picture.

        Outside the ground it is the nearest one.
        """
        azimuth, elevation = map(math.radians, view)
        widest = (abs(math.sin(azimuth)) + abs(math.cos(azimuth))) * (1 - 1e-6)
        across = min(max(across, -widest), widest)
        near, far = _ends(np.array([across]), view[0])
        away = np.linspace(near[0], far[0], _ROWS)
        x, y = _on_the_ground(across, away, -view[0])
        height = self._ground(x, y) * math.cos(elevation) + away * math.sin(elevation)
        seen = slice(int(height.argmax()) + 1)  # what is farther is behind the highest
        here = float(np.interp(up, np.maximum.accumulate(height[seen]), away[seen]))
        return _on_the_ground(across, here, -view[0])

    def light(self, x: Floats, y: Floats, azimuth: float) -> Floats:
        """Return the light (…) at points, −1 … 1, for a viewer at an azimuth in degrees.

        It comes over the viewer's left shoulder; 0 is the light on flat ground (Lambert's law).
        """
        return self._light(self._corners(x, y), azimuth)

    def _light(self, corners: Corners, azimuth: float) -> Floats:
        left, near, above = _LIGHT
        x, y = _on_the_ground(left, near, -azimuth)
        run, rise, flat = self._tables[1]
        lit = _between(run * x + rise * y + above * flat, corners)
        return np.clip((lit - above) / _CONTRAST, -1.0, 1.0)


def _between(table: Floats, corners: Corners) -> Floats:
    """Return the values (…) of a table (n, m), interpolated between its points."""
    at, across, along = corners
    columns = table.shape[1]
    below = table.take(at)
    below += across * (table.take(at + 1) - below)
    above = table.take(at + columns)
    above += across * (table.take(at + columns + 1) - above)
    return below + along * (above - below)


def _first_places(rows: Floats, height: int) -> tuple[Ints, Ints, Floats]:
    """Return the first point of each column to reach a row, (height, columns) each.

    The result is the point before it, the point itself, and the share of the way from one to the
    other. Points are counted through all of ``rows``; where the first point of a column reaches the
    row, it stands for both.

    Parameters
    ----------
    rows
        (points, columns): the row of the picture in which a point is seen, from the nearest.
    """
    width = rows.shape[1]
    reached = np.floor(np.maximum.accumulate(rows, axis=0)).astype(np.intp)
    higher, column = np.nonzero((reached[1:] > reached[:-1]) & (reached[:-1] + 1 < height))
    first = np.zeros((height, width), dtype=np.intp)
    first[np.maximum(reached[higher, column] + 1, 0), column] = higher + 1
    at = np.maximum.accumulate(first, axis=0)
    after: Ints = at * width + np.arange(width)
    before: Ints = np.where(at > 0, after - width, after)
    low = rows.take(before)
    high = rows.take(after)
    part = (np.arange(height)[:, None] - low) / np.where(high > low, high - low, 1.0)
    return before, after, np.clip(part, 0.0, 1.0)


def _ends(across: Floats, azimuth: float) -> tuple[Floats, Floats]:
    """Return the distances (columns,) at which lines away from the viewer enter and leave the box.

    Where a line misses the box, the first is no less than the second.
    """
    low = np.full_like(across, -np.inf)
    high = np.full_like(across, np.inf)
    sine = math.sin(math.radians(azimuth))
    cosine = math.cos(math.radians(azimuth))
    for offset, slope in ((across * cosine, -sine), (across * sine, cosine)):
        if abs(slope) < 1e-9:
            outside = np.abs(offset) > 1
            low = np.where(outside, 0.0, low)
            high = np.where(outside, 0.0, high)
        else:
            ends = np.sort(np.stack(((-1 - offset) / slope, (1 - offset) / slope)), axis=0)
            low = np.maximum(low, ends[0])
            high = np.minimum(high, ends[1])
    return low, np.maximum(low, high)
