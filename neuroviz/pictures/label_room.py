"""Room for names beside the lines of a plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroviz.core.types import Floats

_FINE = 400
"""Points that a line is checked at for being in a text's way."""


class Room:
    """Where in a plot something is drawn, as points in shares of its width and height.

    Parameters
    ----------
    letter
        How wide a letter is, and about how far a text stands from its line, as a share of the plot.
    line
        How high a line of text is.
    top
        Up to where texts may stand.
    """

    def __init__(self, letter: float, line: float, top: float) -> None:
        self._letter = letter
        self._line = line
        self._top = top
        self._points: Floats = np.zeros((0, 2))

    def add(self, x: Floats, y: Floats) -> None:
        """Add a line (n,), its pieces as points; those with an end that is not drawn are none."""
        along = np.linspace(0, len(x) - 1, _FINE)
        points = np.column_stack([np.interp(along, np.arange(len(x)), values) for values in (x, y)])
        self._points = np.vstack((self._points, points[np.isfinite(points).all(axis=1)]))

    def room_for(self, text: str, lines: Sequence[float]) -> tuple[float, float]:
        """Return left and bottom of a free place right or left of one of the lines, the first by preference."""
        width = self._letter * len(text)
        line = self._line
        for beside in lines:
            for bottom in np.arange(line / 4, self._top - 2 * line, line).tolist():
                for left in (beside + self._letter, beside - self._letter - width):
                    if left > 0 and left + width < 1 and self._is_free(left, bottom, width):
                        self.add(*np.array([[left, bottom + line / 2], [left + width, bottom + line / 2]]).T)
                        return left, bottom
        return max(0.0, lines[0] - self._letter - width), line

    def _is_free(self, left: float, bottom: float, width: float) -> bool:
        corner = np.array([left, bottom]), np.array([left + width, bottom + self._line])
        return not ((corner[0] <= self._points) & (self._points <= corner[1])).all(axis=1).any()
