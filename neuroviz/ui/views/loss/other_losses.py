"""The loss curves of the runs that the active one is compared with, each with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from neuroviz.core.training.row import Row
from neuroviz.core.types import Floats
from neuroviz.pictures.label_spreading import spread
from neuroviz.pictures.run_styles import run_style
from neuroviz.session.frame import Frame
from neuroviz.session.listed_run import ListedRun
from neuroviz.ui.canvas.marks import Curve, Labels, Points
from neuroviz.ui.canvas.plot import LARGEST, Plot, clamp
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.run_shapes import run_colour, run_pen, shape_path

__all__ = ["LOWEST_DECADE", "OtherLosses", "loss_heights"]

LOWEST_DECADE = -300.0
_WIDEST = 90
"""Pixels of a name, beyond which it is shortened."""
_LINE = 15
"""Pixels from one name to the next."""
_PADDING = 14
_AWAY = 5
"""Pixels by which a name begins farther from the ball than Labels begin it: 4 are left between them."""
_WIDTH = 1.0
"""Wider ones cost several times as much, and the active run has the wide one."""
_NONE = np.empty(0)
Place = tuple[str, float, float]


def loss_heights(losses: Floats, *, log: bool) -> Floats:
    """Return where losses stand on the axis."""
    if not log:
        return np.minimum(losses, LARGEST)
    # A loss of exactly 0 has no place on a log axis: it stands at its lower end.
    heights: Floats = np.log10(np.maximum(losses, 10.0**LOWEST_DECADE))
    return heights


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What is drawn of one run."""

    epochs: Floats
    heights: Floats
    ends: Floats
    """(2,): least and greatest height in sight."""
    place: tuple[float, float]
    """Where the run is, or was at the step that is looked at."""


class OtherLosses:
    """Draws them into a plot; a curve that has not changed costs nothing.

    Parameters
    ----------
    plot
        Where.
    """

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._items: dict[int, _Item] = {}
        self._labels = Labels([], themes.text_font())
        self._metrics = QFontMetricsF(themes.text_font())
        self._labelled: Hashable = None

    # --- what there is -----------------------------------------------------------------------------------

    @property
    def end(self) -> float:
        """The farthest epoch that one of them has come to, at least 0."""
        return max((item.drawn.epochs[-1] for item in self._items.values()), default=0.0)

    @property
    def room(self) -> float:
        """How many times as long the axis must be for their names."""
        if not self._items:
            return 1.0
        pixels = self._plot.pixels()[0]
        return pixels / max(pixels - _WIDEST - _PADDING, _WIDEST)

    def heights(self) -> Floats:
        """Return least and greatest height of each, (2k,)."""
        return np.concatenate([_NONE, *(item.drawn.ends for item in self._items.values())])

    def nearest(self, point: QPointF, own: tuple[Floats, Floats]) -> ListedRun | None:
        """Return the run whose curve is nearest above or below a point; None if that is the active one.

        Parameters
        ----------
        point
            In coordinates of the plot.
        own
            Epochs and heights (m,) of the active run.
        """
        curves = [own, *((item.drawn.epochs, item.drawn.heights) for item in self._items.values())]
        away = [_away(*curve, point) for curve in curves]
        nearest = int(np.argmin(away))
        return None if nearest == 0 else list(self._items.values())[nearest - 1].run

    # --- drawing -----------------------------------------------------------------------------------------

    def follow(self, frame: Frame, theme: Theme, *, log: bool) -> None:
        """Take up this moment."""
        if not frame.runs and not self._items:
            return
        runs = frame.others
        for number in self._items.keys() - {run.number for run in runs}:
            self._items.pop(number).leave(self._plot)
        for run in runs:
            made_of = (run.edits, _newest(run).step, self._plot.pixels()[0], self._plot.window(), log, run.slot)
            step = frame.step if frame.looks_back else None
            item = self._items.get(run.number)
            if item is None:
                item = self._items[run.number] = _Item(self._plot, run)
            item.run = run
            item.wear(theme, self._plot)
            if item.made_of != (made_of, step):
                item.made_of = (made_of, step)
                item.show(_drawn(run, self._plot, step, log=log))

    def name(self, own: Place | None, theme: Theme) -> None:
        """Write the names at the ends of the curves that are in sight, one below the other.

        Parameters
        ----------
        own
            Name, epoch and height of the active run; None where it is not in the list.
        theme
            The colours.
        """
        ends = [(item.run.name, item.drawn.epochs[-1], item.drawn.heights[-1]) for item in self._items.values()]
        colours = [run_colour(item.run.slot, theme) for item in self._items.values()]
        if ends and own is not None:
            ends = [*ends, own]
            colours = [*colours, theme.accent]
        self._colour(tuple(colours), theme)
        now = own or max(ends, key=_epoch, default=None)
        named = _named(ends, now, self._plot)
        self._labels.show_texts(_apart(ends, named, self._plot, self._shortened))

    def _colour(self, colours: tuple[str, ...], theme: Theme) -> None:
        if (colours, theme) == self._labelled:
            return
        self._labelled = (colours, theme)
        self._plot.removeItem(self._labels)
        self._labels = Labels(list(colours), themes.text_font())
        self._plot.addItem(self._labels)

    def _shortened(self, name: str) -> str:
        return self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, _WIDEST)


class _Item:
    """The curve of one run and its ball."""

    drawn: _Drawn

    def __init__(self, plot: Plot, run: ListedRun) -> None:
        self.run = run
        self.curve = Curve()
        self.ball = Points(size=9, pen=None)
        self.made_of: Hashable = None
        self._worn: Hashable = None
        for item, height in ((self.curve, -0.6), (self.ball, 0.5)):
            item.setZValue(height)
            plot.addItem(item)

    def wear(self, theme: Theme, plot: Plot) -> None:
        """Take the style of the run's slot; nothing is done where it has it."""
        worn = (self.run.slot, theme, plot.devicePixelRatioF())
        if worn == self._worn:
            return
        self._worn = worn
        self.curve.setPen(run_pen(self.run.slot, theme, _WIDTH, plot))
        self.ball.setBrush(run_colour(self.run.slot, theme))
        self.ball.setSymbol(shape_path(run_style(self.run.slot).shape, 0.5))

    def show(self, drawn: _Drawn) -> None:
        """Show the curve, and the ball where the run is."""
        self.drawn = drawn
        self.curve.setData(drawn.epochs, drawn.heights)
        self.ball.setData([drawn.place[0]], [drawn.place[1]])

    def leave(self, plot: Plot) -> None:
        """Be gone."""
        plot.removeItem(self.curve)
        plot.removeItem(self.ball)


def _newest(run: ListedRun) -> Row:
    assert run.rows is not None  # only such runs are drawn
    return run.rows.newest


def _drawn(run: ListedRun, plot: Plot, step: int | None, *, log: bool) -> _Drawn:
    """Return what is to be drawn of a run; its ball at a step, None for where it is."""
    assert run.rows is not None  # only such runs are drawn
    rows = run.rows
    epochs, losses = rows.drawn_loss(plot.pixels()[0], plot.window())
    heights = loss_heights(losses, log=log)
    seen = heights[heights > LOWEST_DECADE] if log else heights
    ends = np.array((seen.min(), seen.max())) if len(seen) else _NONE
    row = None if step is None else run.row_at(step)
    at, loss = (rows if row is None else rows.until(row)).last_loss
    height = float(loss_heights(np.array([loss]), log=log)[0])
    return _Drawn(epochs, heights, ends, (at / rows.steps_per_epoch, height))


def _away(epochs: Floats, heights: Floats, point: QPointF) -> float:
    """Return how far above or below a curve a point is; beside the curve, without end."""
    if not len(epochs) or not epochs[0] <= point.x() <= max(epochs[-1], 1.0):
        return math.inf
    return abs(float(np.interp(point.x(), epochs, heights)) - point.y())


def _epoch(end: Place) -> float:
    return end[1]


def _named(ends: list[Place], now: Place | None, plot: Plot) -> list[int]:
    """Return which ends have a name: those in sight, and of these as many as there is height for.

    Those farthest from the present moment go without one first.
    """
    if now is None:
        return []
    (_, right), (bottom, top) = plot.box.viewRange()
    seen = [index for index, (_, x, y) in enumerate(ends) if x <= right and bottom <= clamp(y) <= top]
    away = {index: (abs(ends[index][1] - now[1]), abs(clamp(ends[index][2]) - clamp(now[2]))) for index in seen}
    return sorted(sorted(seen, key=away.__getitem__)[: int(plot.pixels()[1] / _LINE)])


def _apart(ends: list[Place], named: list[int], plot: Plot, shortened: Callable[[str], str]) -> list[Place]:
    """Return the names where they do not overlap; empty for an end that has none."""
    (left, right), (bottom, top) = plot.box.viewRange()
    width, pixels = plot.pixels()
    height = (top - bottom) * _LINE / pixels
    away = (right - left) * _AWAY / width
    heights = spread([clamp(ends[index][2]) for index in named], height, bottom + height / 2, top - height / 2)
    places = [("", x, y) for _, x, y in ends]
    for index, place in zip(named, heights, strict=True):
        name, x, _ = ends[index]
        places[index] = (shortened(name), x + away, place)
    return places
