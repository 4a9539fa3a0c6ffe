"""Surface: a landscape seen in three dimensions, by plain arithmetic.

Screen and files use the same. Points are put into a box, turned, and projected without perspective;
the pieces of the surface are painted from the farthest to the nearest, each over what it hides.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.landscape.contour_levels import Levels
from neuroviz.core.types import Extent, Floats, Unique

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


def _on_the_ground(x: Floats, y: Floats, azimuth: float) -> tuple[Floats, Floats]:
    """Return how far to the right and how far away points on the ground are."""
    sine = math.sin(math.radians(azimuth))
    cosine = math.cos(math.radians(azimuth))
    return x * cosine + y * sine, y * cosine - x * sine
