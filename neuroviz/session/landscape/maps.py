"""Maps of the loss over a plane: a coarse one while the run moves, the full one at rest."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape.loss_grid import FULL, full_points, live_points
from neuroviz.core.landscape.plane import Plane
from neuroviz.core.slices import CostLimiter, Work, finished
from neuroviz.core.types import Extent, Unique
from neuroviz.pictures.landscape.contours import ContourWork, LossMap, loss_map_work

_LIVE = 0.4
"""Share of the points that can be computed within a screen frame that a coarse grid has on each
side."""
_FEWEST = 20
_MOVED = 0.002
"""Share of the visible range by which a slice may have moved and still have the same colours to the
eye."""
_LAST_BITS = 1e-9
"""Share of the visible range: with equal units, ranges come back from the plot with other last
bits."""
_SHARE = 0.04
"""Share of the time that a moving map may take."""
_EVERY = 2
"""Contour lines use every second point of the full grid: finer ones cost more and look the same."""


class _Made(Unique):
    """A map, with the data and the plane that it was made for."""

    loss_map: LossMap
    data: Dataset
    plane: Plane

    def is_of(self, data: Dataset, plane: Plane, extent: Extent, moved: float = 0.0) -> bool:
        """Return whether it shows a plane, moved by no more than ``moved`` parameter units."""
        return (
            self.data is data
            and self.is_in(extent)
            and bool(np.abs(self.plane.origin - plane.origin).max() <= moved)
            and np.array_equal(self.plane.directions, plane.directions)
        )

    def is_in(self, extent: Extent) -> bool:
        """Return whether it covers exactly the visible range."""
        off = np.abs(np.subtract(self.loss_map.extent, extent)).max()
        return bool(off <= _LAST_BITS * _span(extent))


class MapMaker:
    """Makes maps of the loss over planes and keeps the last one.

    Attributes
    ----------
    points
        Number of losses computed so far.
    """

    def __init__(self) -> None:
        self.points = 0
        self._made: _Made | None = None
        self._pace = CostLimiter(_SHARE)

    @property
    def loss_map(self) -> LossMap | None:
        """The last map."""
        return self._made.loss_map if self._made else None

    @property
    def due(self) -> bool:
        """Whether it is time to follow a moving plane again."""
        return self._made is None or self._pace.due()

    def forget(self) -> None:
        """Make the next map anew, since the loss has changed."""
        self._made = None

    def is_full(self, settings: Settings, plane: Plane, extent: Extent) -> bool:
        """Return whether the last map is the full one of exactly this plane and range."""
        return (
            self._made is not None
            and len(self._made.loss_map.u) == full_points(settings)
            and self._made.is_of(settings.dataset, plane, extent)
        )

    def follow(self, settings: Settings, plane: Plane, extent: Extent) -> LossMap | None:
        """Return a coarse map where the last one shows something else and it is time; else None.

        Parameters
        ----------
        settings
            Data, activation and loss.
        extent
            Left, right, bottom and top of the visible range, in coordinates of the plane.
        """
        made = self._made
        if made is not None:
            same_place = made.is_of(settings.dataset, plane, extent, _MOVED * _span(extent))
            if same_place or (made.is_in(extent) and not self._pace.due()):
                return None
        with self._pace:
            points = max(_FEWEST, round(_LIVE * live_points(settings)))
            finished(self._make(settings, plane, extent, points))
        return self.loss_map

    def refine(self, settings: Settings, plane: Plane, extent: Extent) -> Work[None]:
        """Compute the full map in slices."""
        return self._make(settings, plane, extent, full_points(settings))

    def _make(self, settings: Settings, plane: Plane, extent: Extent, points: int) -> Work[None]:
        loss_map = yield from loss_map_work(settings, plane, extent, points)
        self.points += loss_map.losses.size
        self._made = _Made(loss_map, settings.dataset, plane)


def contour_work(loss_map: LossMap, marked: np.ndarray, letter: tuple[float, float]) -> ContourWork:
    """Return the contour lines of a map, with the places of their numbers still to be found.

    Parameters
    ----------
    marked
        (k, 2): places that no number should cover.
    letter
        Width of a letter and height of a line of text, in units of the axes.
    """
    return loss_map.contour_work(marked, letter, _EVERY if len(loss_map.u) >= FULL else 1)


def _span(extent: Extent) -> float:
    return max(extent[1] - extent[0], extent[3] - extent[2])
