"""The pen for the screen.

Marks become items of a plot, which are touched only where a mark has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainterPath, QPen

from neuroviz.core.types import Floats
from neuroviz.pictures import marks as declared
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.marks import Dash, EndLabel, Mark, Marks
from neuroviz.pictures.run_styles import SHAPES, marker
from neuroviz.ui.canvas.mark_items import (
    ArrowItem,
    ColourMapItem,
    CurveItem,
    Labels,
    PointsItem,
    TextItem,
)
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.palettes import colour_table
from neuroviz.ui.theme.run_shapes import shape_path

LABEL_ROOM = 112
"""Pixels right of the ends of lines, for their labels."""
_LINE = 17
"""Pixels from one label to the next."""
_GAP = 5.0
"""Pixels by which a label stands farther from its end than a ball reaches."""
_BESIDE = 10
"""Pixels of that room that stay free."""
_STEP = 0.01
"""From one mark to the next, from back to front; labels, and what is a view's own, lie over all."""
_ARROW = 2.0
"""Width of an arrow in pixels."""
_SQUARE = 0.92
"""A square is so much smaller, so that it looks as large as the others."""
LabelPlace = tuple[str, float, float]
Logs = tuple[bool, bool]
"""Whether positions on x and y axis are logarithms."""


def heights(values: Floats, *, log: bool) -> Floats:
    """Return where values (N,) stand on an axis; NaN where they have no place on it."""
    if not log:
        return np.clip(values, -LARGEST_ON_SCREEN, LARGEST_ON_SCREEN)
    above_zero = values > 0
    if above_zero.all():
        return np.asarray(np.log10(values))
    return np.log10(values, where=above_zero, out=np.full(len(values), np.nan))


class Pen:
    """Draws marks into a plot, an item for each key.

    A mark that is the one drawn before,
    or has the same look and the very same arrays, costs nothing.
    """

    def __init__(self, plot: Plot) -> None:
        self.label_room: float = LABEL_ROOM
        """Pixels that the view leaves right of the ends of lines."""
        self._plot = plot
        self._drawn: dict[Hashable, _Drawn] = {}
        self._made_for: tuple[Logs, float] = ((False, False), 0.0)
        self._labels = _EndLabels(plot)
        self._letters = QFontMetricsF(themes.numeric_font())

    def draw(self, marks: Marks, ground: str, *, log_x: bool = False, log_y: bool = False) -> None:
        """Show these marks and no others; the ranges of the plot are set before.

        Parameters
        ----------
        ground
            Hex colour of what is behind labels.
        log_x, log_y
            Whether positions on an axis are logarithms.
        """
        made_for = ((log_x, log_y), self._plot.devicePixelRatioF())
        anew = made_for != self._made_for
        self._made_for = made_for
        for key in self._drawn.keys() - marks.keys():
            self._plot.removeItem(self._drawn.pop(key).item)
        for order, (key, mark) in enumerate(marks.items()):
            if type(mark) in _KINDS:
                self._draw_one(key, mark, order, anew=anew)
        ends = [mark for mark in marks.values() if isinstance(mark, EndLabel)]
        places = _apart(ends, self._plot, self._letters, self.label_room - _BESIDE, log=log_y)
        self._labels.show(places, [end.color for end in ends], ground)

    def curve(self, key: Hashable) -> tuple[Floats, Floats]:
        """Return where the points (N,) of a curve stand on the plot."""
        data: tuple[Floats, Floats] = self._drawn[key].item.getData()
        return data

    def _draw_one(self, key: Hashable, mark: Mark, order: int, *, anew: bool) -> None:
        make, show = _KINDS[type(mark)]
        drawn = self._drawn.get(key)
        if drawn is None or type(drawn.mark) is not type(mark):
            if drawn is not None:
                self._plot.removeItem(drawn.item)
            drawn = self._drawn[key] = _Drawn(make())
            self._plot.addItem(drawn.item)
        if order != drawn.order:
            drawn.order = order
            drawn.item.setZValue(order * _STEP)
        if anew or mark is not drawn.mark:
            show(drawn.item, mark, None if anew else drawn.mark, self._plot, self._made_for[0])
            drawn.mark = mark


@dataclass
class _Drawn:
    """An item, the mark that it shows, and its place in the order from back to front."""

    item: Any
    mark: Any = None
    order: int = -1


class _EndLabels:
    """One item for all labels."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._item: Labels | None = None
        self._colours: tuple[list[str], str] | None = None

    def show(self, places: list[LabelPlace], colours: list[str], ground: str) -> None:
        """Show texts at their places, each in its colour, on a ground."""
        if (colours or self._item is not None) and (colours, ground) != self._colours:
            self._colours = (colours, ground)
            if self._item is not None:
                self._plot.removeItem(self._item)
            self._item = Labels(colours, themes.numeric_font(), QColor(ground), _GAP)
            self._item.setZValue(1)
            self._plot.addItem(self._item)
        if self._item is not None:
            self._item.show_texts(places)


def _apart(
    ends: list[EndLabel], plot: Plot, letters: QFontMetricsF, widest: float, *, log: bool
) -> list[LabelPlace]:
    """Return the labels where they do not overlap.

    Empty for an end that is out of sight or has no room. Those wider than so many pixels are
    shortened. Where there is not height enough for all, those nearest the last one stay.
    """
    if not ends:
        return []
    (_, right), (bottom, top) = plot.box.viewRange()
    pixels = plot.pixels()[1]
    at = heights(np.array([end.y for end in ends]), log=log).tolist()
    last = ends[-1].x, at[-1]
    seen = [i for i, end in enumerate(ends) if end.x <= right and bottom <= at[i] <= top]
    away = {i: (abs(ends[i].x - last[0]), abs(at[i] - last[1])) for i in seen}
    named = sorted(sorted(seen, key=away.__getitem__)[: max(1, pixels // _LINE)])
    line = (top - bottom) * _LINE / pixels
    placed = spread([at[i] for i in named], line, bottom + line / 2, top - line / 2)
    places: list[LabelPlace] = [("", end.x, 0.0) for end in ends]
    for index, height in zip(named, placed, strict=True):
        text = ends[index].text
        if letters.horizontalAdvance(text) > widest:
            text = letters.elidedText(text, Qt.TextElideMode.ElideRight, widest)
        places[index] = (text, ends[index].x, height)
    return places


# --- one function for each mark: shows it in its item, where it differs from the one before -------


def _curve(
    item: CurveItem, mark: declared.Curve, before: declared.Curve | None, plot: Plot, logs: Logs
) -> None:
    if before is None or (mark.color, mark.dash, mark.width) != (
        before.color,
        before.dash,
        before.width,
    ):
        item.setPen(_pen(mark.color, mark.width, mark.dash, plot))
    if before is None or mark.x is not before.x or mark.y is not before.y:
        x, y = _places(mark.x, mark.y, logs)
        item.opts["connect"] = "all" if np.isfinite(x).all() and np.isfinite(y).all() else "finite"
        item.setData(x, y)


def _points(
    item: PointsItem, mark: declared.Points, before: declared.Points | None, plot: Plot, logs: Logs
) -> None:
    if before is None or _look(mark) != _look(before):
        _set_style(item, mark)
    if before is None or mark.x is not before.x or mark.y is not before.y:
        x, y = _places(mark.x, mark.y, logs)
        seen = np.isfinite(y)
        item.setData(x[seen], y[seen])


def _segments(
    item: CurveItem,
    mark: declared.Segments,
    before: declared.Segments | None,
    plot: Plot,
    logs: Logs,
) -> None:
    if before is None or (mark.color, mark.dash, mark.width) != (
        before.color,
        before.dash,
        before.width,
    ):
        item.setPen(_pen(mark.color, mark.width, mark.dash, plot))
    x, y = (np.column_stack(pair).ravel() for pair in ((mark.x0, mark.x1), (mark.y0, mark.y1)))
    item.setData(*_places(x, y, logs))


def _colour_map(
    item: ColourMapItem,
    mark: declared.ColourMap,
    before: declared.ColourMap | None,
    plot: Plot,
    logs: Logs,
) -> None:
    table = colour_table(mark.stops, len(mark.stops)) if mark.flat else colour_table(mark.stops)
    left, right, bottom, top = mark.extent
    (x0, x1), (y0, y1) = (each.tolist() for each in _places((left, right), (bottom, top), logs))
    item.smooth = mark.smooth
    item.show_map(mark.shares, table, (x0, x1, y0, y1))


def _arrow(
    item: ArrowItem, mark: declared.Arrow, before: declared.Arrow | None, plot: Plot, logs: Logs
) -> None:
    item.show_ends(
        np.column_stack(_places((mark.x, mark.x + mark.dx), (mark.y, mark.y + mark.dy), logs))
    )
    if before is None or mark.color != before.color:
        item.set_pen(themes.pen(mark.color, _ARROW, plot))


def _text(
    item: TextItem, mark: declared.Text, before: declared.Text | None, plot: Plot, logs: Logs
) -> None:
    item.show_text(mark, QPointF(*(float(place[0]) for place in _places([mark.x], [mark.y], logs))))


def _places(x: ArrayLike, y: ArrayLike, logs: Logs) -> tuple[Floats, Floats]:
    """Return where coordinates (N,) stand on the axes."""
    across = np.asarray(x, dtype=np.float64)
    up = heights(np.asarray(y, dtype=np.float64), log=logs[1])
    return heights(across, log=True) if logs[0] else across, up


def _look(mark: declared.Points) -> tuple[object, ...]:
    return mark.color, mark.marker, mark.size, mark.outline


def _set_style(item: PointsItem, mark: declared.Points) -> None:
    """Give points their shape and colours."""
    strokes = mark.marker == "x"
    item.setSymbol(_symbol(mark.marker))
    item.setSize(mark.size * (_SQUARE if mark.marker == "s" else 1.0))
    item.setBrush(None if strokes else mark.color)
    # Small crosses keep their arms apart.
    width = min(max(mark.size / 4, 1.2), 2.5) if strokes else 1.5
    outline = pg.mkPen(mark.color if strokes else mark.outline, width=width)
    item.setPen(outline if strokes or mark.outline else None)


def _symbol(shape: str) -> str | QPainterPath:
    """Return what pyqtgraph takes for a marker."""
    if shape in "os":
        return shape
    if shape == "x":
        return _cross()
    return shape_path(next(name for name in SHAPES if marker(name) == shape), 0.5)


@lru_cache(maxsize=1)
def _cross() -> QPainterPath:
    """Return two strokes, under which a class stays seen."""
    path = QPainterPath()
    for start, end in (((-0.5, -0.5), (0.5, 0.5)), ((-0.5, 0.5), (0.5, -0.5))):
        path.moveTo(*start)
        path.lineTo(*end)
    return path


def _pen(colour: str, width: float, dash: Dash, plot: Plot) -> QPen:
    result = themes.pen(colour, width, plot)
    if dash:
        result.setDashPattern(list(dash))
        result.setCapStyle(Qt.PenCapStyle.FlatCap)
    return result


_KINDS: dict[type, tuple[Callable[[], Any], Callable[[Any, Any, Any, Plot, Logs], None]]] = {
    declared.Curve: (CurveItem, _curve),
    declared.Points: (PointsItem, _points),
    declared.Segments: (partial(CurveItem, "pairs", antialias=False), _segments),
    declared.ColourMap: (ColourMapItem, _colour_map),
    declared.Arrow: (ArrowItem, _arrow),
    declared.Text: (lambda: TextItem(themes.numeric_font()), _text),
}
"""For each mark what makes its item, and what shows it there;
labels of ends have an item for all of them."""
