"""The outputs beside a few samples, each on the side where it hides nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes

_OFFSET = 14.0  # pixels from the centre of a point to its label
_PADDING = 4.0  # pixels of both margins of a label's text together
_POINT = 8.0  # half the size of a point, in pixels
_NAMED = 26.0  # pixels from the centre of a grip to the end of its name
_STEP = 24.0
"""Pixels by which the room for labels grows, so that sides do not change with every digit."""


class OutputLabels:
    """Labels beside points."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._letters = QFontMetricsF(themes.numeric_font())
        self.labels = plot.addItem(PaintedMarks(2))

    def right_of(self, points: Floats, left: float, right: float) -> float:
        """Return where an axis from ``left`` must end for labels beside points (N, 2) to fit."""
        last = float(points[:, 0].max())
        room = (_OFFSET + self._letters.horizontalAdvance("0.00000")) / self._plot.pixels()[0]
        return max(right, left + (last - left) / (1 - room)) if room < 1 else right

    def show(self, texts: Sequence[str], points: Floats, names: Sequence[Text] = ()) -> None:
        """Show texts beside points (N, 2); an empty sequence hides them.

        ``names`` stand beside their grips; a text takes the side where it hides least of them.
        """
        if not texts:
            self.labels.show_marks({})
            return
        pixel = self._plot.box.viewPixelSize()
        usual = self._letters.horizontalAdvance("0.0000")
        widths = np.array([*map(self._letters.horizontalAdvance, texts)])
        room = usual + _PADDING + max(0, math.ceil((widths.max() - usual) / _STEP)) * _STEP
        left, right = self._plot.box.viewRange()[0]
        reach = (_OFFSET + _PADDING / 2 + widths) * pixel[0]
        whole = np.column_stack((points[:, 0] + reach <= right, points[:, 0] - reach >= left))
        grips = np.array([(name.x, name.y, name.ends) for name in names]).reshape(-1, 3)
        sides = _free_sides(points, pixel, room, self._letters.height(), whole, grips)
        outputs = zip(texts, sides, points.tolist(), strict=True)
        self.labels.show_marks(
            {
                index: Text(
                    x + side * (_OFFSET + _PADDING / 2) * pixel[0],
                    y,
                    text,
                    themes.now.ink,
                    halo=themes.now.card,
                    right=side < 0,
                )
                for index, (text, side, (x, y)) in enumerate(outputs)
                if side
            }
        )


def _free_sides(
    points: Floats,
    pixel: tuple[float, float],
    width: float,
    height: float,
    whole: Bools,
    grips: Floats,
) -> list[int]:
    """Return the side of each point (N, 2) for its label: 1 right, −1 left, 0 for no label.

    Parameters
    ----------
    points
        (N, 2): the points, in data coordinates.
    pixel
        Its width and height in those units; 0 where the view is too far in or out for a float.
    width, height
        Size of a label in pixels.
    whole
        (N, 2): whether no edge of the plot cuts the label to the right, and to the left.
    grips
        (M, 3): x and y of grips, and whether the name is at the left; a label takes the side where
        it hides least of them.
    """
    if not min(pixel) > 0:
        return [1] * len(points)
    at = points / np.array(pixel)
    placed = [QRectF(x - _POINT, y - _POINT, 2 * _POINT, 2 * _POINT) for x, y in at]
    named = [
        QRectF(x - (_NAMED if left else _POINT), y - _POINT, _POINT + _NAMED, 2 * _POINT)
        for x, y, left in grips / np.array((*pixel, 1.0))
    ]

    def hidden(label: QRectF) -> float:
        both = map(label.intersected, named)
        return sum(box.width() * box.height() for box in both)

    sides = []
    for (x, y), beside in zip(at, whole.tolist(), strict=True):
        free = {}
        for side, fits in zip((1, -1), beside, strict=True):
            left = x + _OFFSET if side > 0 else x - _OFFSET - width
            label = QRectF(left, y - height / 2, width, height)
            if fits and not any(map(label.intersects, placed)):
                free[side] = label
        side = min(free, key=lambda side: hidden(free[side]), default=0)
        if side:
            placed.append(free[side])
        sides.append(side)
    return sides
