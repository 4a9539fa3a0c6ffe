"""The pen for the screen, which draws marks in a plot, and the key of a map's colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.numbers import printed
from neuroviz.core.types import Floats
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.marks import ColourMap, EndLabel, Mark, Marks, Text
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import colour_table, image_of, packed
from neuroviz.ui.theme.parts import LEFT, RIGHT

LABEL_ROOM, NAME_ROOM = 112, 160
"""Pixels to the right of the ends of lines, for their labels, and for the names of runners."""
_LINE, _CLOSE = 17, 13
"""Pixels from one label to the next, and the same where there are many."""
_GAP = 9.0
"""Pixels from an end to its label; a ball does not reach as far."""
_BESIDE = 16
"""Pixels of that room that stay free, with the gap and the padding of the letters."""
_BEHIND = -10
"""The z-value of maps, behind the items that a view adds itself."""
_AXES = {"x": 0, "x0": 0, "x1": 0, "y": 1, "y0": 1, "y1": 1}
"""Coordinate of a mark -> its axis, 0 for x and 1 for y."""
Logs = tuple[bool, bool]
"""Whether positions on the x and on the y axis are logarithms."""


def heights(values: Floats, *, log: bool) -> Floats:
    """Return the positions of values (N,) on an axis; NaN where a value has no logarithm."""
    if not log:
        return np.clip(values, -LARGEST_ON_SCREEN, LARGEST_ON_SCREEN)
    above_zero = values > 0
    if above_zero.all():
        return np.log10(values)
    return np.log10(values, where=above_zero, out=np.full(len(values), np.nan))


class Pen:
    """Draws marks into a plot, with maps behind all others."""

    def __init__(self, plot: Plot) -> None:
        self.label_room: float = LABEL_ROOM
        """Pixels that the view leaves to the right of the ends of lines."""
        self._plot = plot
        self._maps = plot.addItem(PaintedMarks(_BEHIND))
        self._others = plot.addItem(PaintedMarks())
        self._letters = QFontMetricsF(themes.numeric_font())

    def draw(self, marks: Marks, *, log_x: bool = False, log_y: bool = False) -> None:
        """Show these marks in place of any others; set the ranges of the plot first.

        Parameters
        ----------
        log_x, log_y
            Whether positions on an axis are logarithms.
        """
        maps: Marks = {}
        others: Marks = {}
        ends = [mark for mark in marks.values() if isinstance(mark, EndLabel)]
        for key, mark in marks.items():
            if not isinstance(mark, EndLabel):
                kind = maps if isinstance(mark, ColourMap) else others
                kind[key] = _on_axes(mark, (log_x, log_y))
        widest = self.label_room - _BESIDE
        for label in _apart(ends, self._plot, self._letters, widest, log=log_y):
            others["end", label] = label
        self._maps.show_marks(maps)
        self._others.show_marks(others)


def _on_axes(mark: Mark, logs: Logs) -> Mark:
    """Return a mark with its coordinates as positions on the axes."""
    if not any(logs):
        return mark
    moved: dict[str, Any] = {
        name: _decades(getattr(mark, name))
        for name, axis in _AXES.items()
        if logs[axis] and hasattr(mark, name)
    }
    if isinstance(mark, ColourMap):
        of_ends = zip(mark.extent, (logs[0], logs[0], logs[1], logs[1]), strict=True)
        moved["extent"] = tuple(_decades(end) if log else end for end, log in of_ends)
    return replace(mark, **moved)


def _decades(values: ArrayLike) -> Floats | float:
    found = heights(np.atleast_1d(np.asarray(values, dtype=np.float64)), log=True)
    return found if np.ndim(values) else float(found[0])


def _apart(
    ends: list[EndLabel],
    plot: Plot,
    letters: QFontMetricsF,
    widest: float,
    *,
    log: bool,
) -> Iterator[Text]:
    """Yield the labels of line ends, spread so that they do not overlap.

    An end has no label if it is not visible, unless it stays at the edge. Labels wider than
    ``widest`` pixels are shortened. Where there is not enough height for all, those nearest to the
    last one stay.
    """
    if not ends:
        return
    (_, right), (bottom, top) = plot.range_to_come
    pixels = plot.pixels()[1]
    at = heights(np.array([end.y for end in ends]), log=log).tolist()
    last = ends[-1].x, at[-1]
    level = [min(max(y, bottom), top) if end.stays else y for end, y in zip(ends, at, strict=True)]
    seen = [i for i, end in enumerate(ends) if end.x <= right and bottom <= level[i] <= top]
    away = {i: (abs(ends[i].x - last[0]), abs(at[i] - last[1])) for i in seen}
    named = sorted(sorted(seen, key=away.__getitem__)[: max(1, pixels // themes.scaled(_CLOSE))])
    line = (top - bottom) * themes.scaled(_LINE) / pixels
    placed = spread([at[i] for i in named], line, bottom + line / 2, top - line / 2)
    for i, height in zip(named, placed, strict=True):
        end = ends[i]
        arrow = " ↑" * (at[i] > top) + " ↓" * (at[i] < bottom)
        room = widest - letters.horizontalAdvance(arrow)
        text = letters.elidedText(end.text, Qt.TextElideMode.ElideMiddle, room) + arrow
        yield Text(end.x, height, text, end.color, halo=themes.now.card, aside=_GAP)


_STRIP = 64
_HEIGHT = 10
_KEY_GAP = 6


class ColourKey(QWidget):
    """Name and least value, the colours, and the greatest value."""

    _shown: tuple[tuple[str, ...], str, str] = ((), "", "")

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFont(themes.numeric_font())
        self.setProperty("role", "muted")
        self.hide()

    def show_map(self, colours: ColourMap | None) -> None:
        """Show what the colours of a map mean; None hides the key."""
        self.setVisible(colours is not None)
        if colours is None:
            return
        low = printed(colours.low, 3)
        high = printed(colours.high, 3)
        self.show_ends(colours.stops, low, high, colours.label)

    def show_ends(self, stops: tuple[str, ...], low: str, high: str, label: str) -> None:
        """Show what the colours from a least to a greatest value mean."""
        shown = (stops, f"{self._name} {low}", high)
        if shown != self._shown:
            self._shown = shown
            self.setToolTip(label)
            self.setAccessibleName(f"Colours: {label}, from {low} to {high}")
            self.setFixedSize(self._size())
            self.update()

    def _size(self) -> QSize:
        metrics = self.fontMetrics()
        texts = sum(map(metrics.horizontalAdvance, self._shown[1:]))
        return QSize(texts + _STRIP + 2 * _KEY_GAP, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        stops, low, high = self._shown
        if not stops:
            return
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawText(self.rect(), LEFT, low)
        painter.drawText(self.rect(), RIGHT, high)
        left = self.fontMetrics().horizontalAdvance(low) + _KEY_GAP
        picture = image_of(packed(colour_table(stops))[np.newaxis])
        painter.drawImage(QRect(left, (self.height() - _HEIGHT) // 2, _STRIP, _HEIGHT), picture)
