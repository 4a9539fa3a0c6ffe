"""The pointer on the path of a run: which step is under it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from neuroviz.core.landscape.run_plane import Path
from neuroviz.core.types import Floats
from neuroviz.ui.canvas.pixels import in_pixels
from neuroviz.ui.canvas.plot import Plot

_REACH = 8.0
"""Pixels from the path within which the pointer is on it."""


class PathPointer(QObject):
    """Finds the step, and says when it has become another.

    Attributes
    ----------
    inside
        Whether the pointer has moved over the plot and not left it again.
    """

    step_changed = Signal(object)
    """The step (int) under the pointer, None when there is none any more."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.inside = False
        self._step: int | None = None

    def step_at(self, point: QPointF, path: Path | None, places: Floats | None) -> int | None:
        """Return the step at a point of the plane, None if it is off the path.

        Parameters
        ----------
        point
            In coordinates of the plane.
        path
            Path whose rows may be pointed at; None until there is one.
        places
            (m, 2): where these rows are drawn on the plane; None until they are.
        """
        self.inside = True
        if path is None or places is None:
            return None
        to_pixels = self._plot.box.childTransform()
        at = in_pixels(to_pixels, np.array((point.x(), point.y())))
        return nearest_step(path, in_pixels(to_pixels, places), at, _REACH)

    def leave(self) -> None:
        """Forget the step: the pointer has gone."""
        self.inside = False
        self.show(None)

    def show(self, step: int | None) -> None:
        """Remember the step under the pointer, and say so where it is another one."""
        if step != self._step:
            self._step = step
            self.step_changed.emit(step)


def nearest_step(path: Path, places: Floats, at: Floats, reach: float) -> int | None:
    """Return the step of a path that is nearest to a place, None if it is out of reach.

    Parameters
    ----------
    path
        Gives the step of each row, (m,).
    places
        (m, 2): where its rows stand, in pixels.
    at
        (2,): the place, in pixels.
    reach
        Greatest distance in pixels that still counts.
    """
    if len(places) == 1:
        places = np.vstack((places, places))
        steps = np.repeat(path.steps, 2)
    else:
        steps = path.steps
    start = places[:-1]
    along = np.diff(places, axis=0)
    length = np.maximum((along**2).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip(((at - start) * along).sum(axis=1) / length, 0, 1)
    away = np.hypot(*(start + share[:, None] * along - at).T)
    nearest = int(away.argmin())
    if away[nearest] > reach:
        return None
    return round(float(steps[nearest] + share[nearest] * (steps[nearest + 1] - steps[nearest])))
