"""The plot that views draw in, and the card round it."""

from __future__ import annotations

import html
import math
import time
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QGraphicsGridLayout,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
    QSizePolicy,
)

from neuroviz.core.numbers import printed
from neuroviz.core.types import Extent
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.axis import AxesItem, LossAxis, StillAxis
from neuroviz.ui.canvas.card import Card, PlotReading
from neuroviz.ui.canvas.handles import paint_ring
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.canvas.motion import RESTED, Ease
from neuroviz.ui.canvas.plot_numbers import MOVES, Cell, PlotNumbers, PlotTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_row, small_button
from neuroviz.ui.theme.read_aloud import ReadPlot, announce

LARGEST_ON_SCREEN = 1e290
"""What is larger is drawn here: far enough from where Qt's arithmetic overflows."""
_SMALLEST_SPAN = 1e-9
_FINEST = 1e-9
"""Share of an axis's ends that must lie between them for the wheel to go nearer."""
_AROUND = 4
"""Pixels over and under a reading together."""
_CURSOR = 6.0
"""Pixels from the place that the keyboard reads to the ring round it."""
_PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
"""Modifiers without which some keyboards have no plus."""
_ZOOMS = {
    Qt.Key.Key_Plus: (0.8, "Nearer"),
    Qt.Key.Key_Equal: (0.8, "Nearer"),
    Qt.Key.Key_Minus: (1.25, "Farther"),
}
_FITS = (Qt.Key.Key_Home, Qt.Key.Key_A)
_FIT = "Fit the plot to its contents again (double click, A)"


def clamp(value: float) -> float:
    """Return a value that can be drawn: within ±LARGEST_ON_SCREEN."""
    return min(max(value, -LARGEST_ON_SCREEN), LARGEST_ON_SCREEN)


def is_finite(point: QPointF) -> bool:
    """Return whether a place can be told in numbers."""
    return math.isfinite(point.x() + point.y())


class _Box(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no annotations
    """A view box that is moved by hand, and fitted again by a double click.

    The left button moves it only with Shift: a drag that misses what can be dragged does nothing.
    """

    fit_asked = Signal()
    scrubbed = Signal(QPointF)
    """The left button is down at a point of the plane, where the plot is one of time."""
    is_of_time = False

    def _effectiveLimits(self) -> tuple[list[float], list[float]]:
        """Return the ends of what can be seen: a log axis has room above the largest float."""
        limits = self.state["limits"]
        return limits["xLimits"], limits["yLimits"]

    @property
    def is_finest(self) -> bool:
        """Whether there would be no number between nearer ends."""
        ends = np.array(self.viewRange())
        return bool((np.ptp(ends, axis=1) < _FINEST * np.abs(ends).max(axis=1)).any())

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        place = self.mapToView(event.pos())
        nearer = event.delta() > 0
        if (nearer and self.is_finest) or not is_finite(place):
            event.accept()  # there would be no number between the ends, or none under the pointer
        else:
            super().wheelEvent(event, axis)

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            super().mouseDragEvent(event, axis)
        elif self.is_of_time:
            self._scrub(event)
        else:
            event.ignore()

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        if self.is_of_time and event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event)
        else:
            super().mouseClickEvent(event)

    def _scrub(self, event: MouseDragEvent | MouseClickEvent) -> None:
        event.accept()
        self.scrubbed.emit(self.mapToView(event.pos()))

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.fit_asked.emit()
        event.accept()


class Plot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no annotations
    """A plot whose ranges are set by hand, never by pyqtgraph.

    They follow until a person zooms or pans. A view box with an axis at its left and one below, and
    nothing of a `pyqtgraph.PlotItem` beside: that brings two more axes, a title and a menu with
    forty controls, all of which Qt would build and dress at every start.

    Parameters
    ----------
    name
        Object name, by which tests and style sheets find it.
    bottom, left
        The axes, if they are to be of another kind.
    """

    read_by = ReadPlot
    fit_asked = Signal()
    zoomed = Signal(bool)
    """Whether a person has zoomed or moved it, and it was not fitted since."""
    range_changed = Signal()
    hovered = Signal(QPointF)
    clicked = Signal(QPointF, bool)
    """The left button was pressed and let go at a point of the plane; whether with Shift."""
    left = Signal()
    """What is read is nothing in particular any more."""

    def __init__(
        self,
        name: str,
        x_label: str,
        y_label: str,
        bottom: StillAxis | None = None,
        left: StillAxis | None = None,
    ) -> None:
        super().__init__()
        self.enableMouse(False)  # the view box has it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.box = _Box(enableMenu=False)
        self._axes = {"bottom": bottom or StillAxis("bottom"), "left": left or LossAxis("left")}
        self._area = self._laid_out()
        self.setCentralItem(self._area)
        self.setObjectName(name)
        self._labels = {"bottom": x_label, "left": y_label}
        self._following = True
        self._last: float | None = None
        self._zoomed = False
        self._ends = np.zeros((2, 2)), np.zeros((2, 2))
        self._wanted: list[list[float]] = []
        self._changed = 0.0
        self.rested = RESTED
        self._ease = Ease(self, self._show_range)
        self.box.disableAutoRange()
        self.box.setLimits(
            xMin=-LARGEST_ON_SCREEN,
            xMax=LARGEST_ON_SCREEN,
            yMin=-LARGEST_ON_SCREEN,
            yMax=LARGEST_ON_SCREEN,
            minXRange=_SMALLEST_SPAN,
            minYRange=1e-12,
        )
        self.box.sigRangeChangedManually.connect(self._stop_following)
        self.box.fit_asked.connect(self.fit)
        # Else pyqtgraph does it while it paints, and all is painted once more.
        self.box.sigRangeChanged.connect(self.box.updateMatrix)
        self.box.sigRangeChanged.connect(self.range_changed)
        # Of a burst of moves only the last is read:
        # a row that is looked at may have to be computed again.
        self._moved = one_shot(self, self._read_pointer)
        self._pointer = QPointF()
        self._asks = False
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_clicked)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setFocusProxy(None)  # else the plot is read twice
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reading: PlotReading | None = None
        """What is said of it over it."""
        self.numbers: Callable[[], PlotNumbers] = PlotNumbers
        """Returns what is drawn, as a table and for the arrow keys."""
        self._cell: Cell | None = None
        self._cursor = QPointF(math.nan, math.nan)
        """Where the keyboard reads, in units of the axes."""
        self._table: PlotTable | None = None
        self.as_table = self._table_action()
        self._draw_few_things()

    def _table_action(self) -> QAction:
        """Return what opens a table of what is drawn, by a key while the plot has the keyboard."""
        action = QAction("As a table", self)
        action.setShortcut(Qt.Key.Key_T)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self._open_table)
        self.addAction(action)
        return action

    def _laid_out(self) -> pg.GraphicsWidget:
        """Return the view box with its axes, which take what room their numbers need."""
        area = pg.GraphicsWidget()
        area.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        layout = QGraphicsGridLayout(area)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addItem(self.box, 0, 1)
        for axis, row, column in ((self._axes["left"], 0, 0), (self._axes["bottom"], 1, 1)):
            axis.linkToView(self.box)
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
            layout.addItem(axis, row, column)
        layout.setRowStretchFactor(0, 1)
        layout.setColumnStretchFactor(1, 1)
        return area

    def addItem(self, item: QGraphicsItem) -> None:
        """Put something into the plane."""
        self.box.addItem(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Take something out of the plane."""
        self.box.removeItem(item)

    def getAxis(self, side: str) -> StillAxis:
        """Return the axis at the "left" or the "bottom"."""
        return self._axes[side]

    @property
    def following(self) -> bool:
        """Whether the ranges follow what is drawn."""
        return self._following

    @following.setter
    def following(self, on: bool) -> None:
        self._following = on
        if on:
            self._set_zoomed(False)
        self._end_axis()

    def end_axis_at(self, last: float) -> None:
        """Name no number of the x axis beyond this one, unless a person has chosen the range."""
        self._last = last
        self._end_axis()

    def _end_axis(self) -> None:
        if self._last is not None:
            self.getAxis("bottom").end_at(self._last if self._following else math.inf)

    def fit(self) -> None:
        """Follow the data again."""
        self.following = True
        self.fit_asked.emit()

    def show_range(self, left: float, right: float, bottom: float, top: float) -> None:
        """Show this part of the plane, unless a person has chosen another."""
        if not self.following:
            return
        wanted = [[clamp(left), clamp(right)], [clamp(bottom), clamp(top)]]
        before = self._wanted if self._is_easing else self.box.targetRange()
        if before == wanted:
            return
        wider = all(
            new[0] <= old[0] and new[1] >= old[1] for new, old in zip(wanted, before, strict=True)
        )
        last = self._changed
        self._changed = time.perf_counter()
        self._ease.stop()
        self._wanted, start = wanted, np.array(self.box.targetRange())
        self.box.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)
        if wider and 0 < last < self._changed - self.rested:
            # Where units are equal it is not what was wanted.
            self._ends = start, np.array(self.box.targetRange())
            self._ease.begin()

    def _show_range(self, share: float) -> None:
        start, end = self._ends
        x, y = (end if share == 1 else start + share * (end - start)).tolist()
        self.box.setRange(xRange=x, yRange=y, padding=0)

    @property
    def _is_easing(self) -> bool:
        return self._ease.state() == Ease.State.Running

    @property
    def range_to_come(self) -> list[list[float]]:
        """What is in sight, or will be when the range has come to rest: ends of x and of y."""
        sight: list[list[float]] = self.box.viewRange()
        return self._ends[1].tolist() if self._is_easing else sight

    @property
    def sight(self) -> Extent:
        """What is in sight now: left, right, bottom and top, in units of the axes."""
        (left, right), (bottom, top) = self.box.viewRange()
        return left, right, bottom, top

    def label_axes(self, x_label: str | None = None, y_label: str | None = None) -> None:
        """Name the axes, in the colours of the theme."""
        for side, text in (("bottom", x_label), ("left", y_label)):
            if text is not None:
                self._labels[side] = text
        style = {"color": themes.now.muted, "font-size": f"{themes.point_size() - 1:g}pt"}
        for side, text in self._labels.items():
            self.getAxis(side).setLabel(html.escape(text), **style)

    def apply_theme(self) -> None:
        """Apply the theme in force."""
        self.setBackground(themes.now.card)
        for axis in self._axes.values():
            themes.style_axis(axis)
        self.label_axes()

    def pixels(self) -> tuple[int, int]:
        """Return width and height of the plane in logical pixels, at least 1."""
        size = self.box.size()
        return max(1, int(size.width())), max(1, int(size.height()))

    def pixel_of(self, point: QPointF) -> QPointF:
        """Return where a point of the plane stands on the viewport, in pixels."""
        return QPointF(self.viewportTransform().map(self.box.mapViewToScene(point)))

    def point_at(self, pixel: QPointF) -> QPointF:
        """Return the point of the plane at a place of the viewport, in pixels."""
        point: QPointF = self.box.mapSceneToView(self.mapToScene(pixel.toPoint()))
        return point

    def text_at(self, point: QPoint) -> str:
        """Return the name of the axis at a place of the viewport; empty where there is none."""
        place = self.mapToScene(point)
        for axis in self._axes.values():
            if axis.label.isVisible() and axis.label.sceneBoundingRect().contains(place):
                return str(axis.labelText)
        return ""

    def x_in_sight(self) -> tuple[float, float] | None:
        """Return which x are in sight; None while all are."""
        left, right = self.box.viewRange()[0]
        return None if self.following else (left, right)

    def described(self) -> str:
        """Return what is read: the handle that has the keyboard, or the reading."""
        return self.accessibleDescription() or self._said

    @property
    def _said(self) -> str:
        return self.reading.said if self.reading else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring of the keyboard over it, and a small one where that reads."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = themes.painter(self.viewport())
            themes.paint_focus(painter, self.viewport().rect())
            if is_finite(self._cursor) and not self.accessibleDescription():
                place = self.pixel_of(self._cursor)
                paint_ring(painter, place, _CURSOR, QColor(themes.now.accent))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it, and what was read."""
        super().focusOutEvent(event)
        if self._cell is not None:
            self.left.emit()
        self.forget_cursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read on by arrows, zoom by + and −, fit on Home and "A"; the rest is not the plot's."""
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~_PLAIN
        if plain and key in MOVES:
            self._read_on(key)
        elif plain and key in _ZOOMS:
            self._zoom(*_ZOOMS[key])
        elif plain and key in _FITS:
            self.fit()
            announce(self, "All in sight")
        else:
            event.ignore()

    def forget_cursor(self) -> None:
        """Let the keyboard begin to read anew."""
        self._cell, self._cursor = None, QPointF(math.nan, math.nan)
        self.viewport().update()

    def _read_on(self, key: Qt.Key) -> None:
        """Read at another place, which comes into sight if it is not."""
        numbers = self.numbers()
        self._cell = numbers.moved(self._cell, key)
        if self._cell is None:
            return
        self._cursor = QPointF(*numbers.places[self._cell].tolist())
        if is_finite(self._cursor) and not self.box.viewRect().contains(self._cursor):
            self.box.translateBy(self._cursor - self.box.viewRect().center())
        self.viewport().update()
        self.hovered.emit(self._cursor)
        if self.reading:
            announce(self, f"{numbers.name_of(self._cell)}{self.reading.text()}")

    def tell_moved(self, pixel: QPointF) -> None:
        """Tell to which place of the viewport the keyboard has moved something."""
        x, y = self.point_at(pixel).toTuple()
        announce(self, f"{printed(x)}, {printed(y)}: {self._said}")

    def _zoom(self, factor: float, said: str) -> None:
        """Zoom at the place that is read, or in the middle."""
        if factor > 1 or not self.box.is_finest:
            self.box.scaleBy((factor, factor), self._cursor if is_finite(self._cursor) else None)
            self._stop_following()
            announce(self, said)

    def _open_table(self) -> None:
        if self._table is None:
            self._table = PlotTable(self, f"{self.accessibleName()}, as a table")
        self._table.show()
        self._table.activateWindow()
        self.refresh_table()

    def refresh_table(self) -> None:
        """Write what is drawn now into the table, if that is open."""
        if self._table is not None and self._table.isVisible():
            self._table.show_numbers(self.numbers())

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer has gone."""
        super().leaveEvent(event)
        self._moved.stop()
        self.left.emit()

    def _draw_few_things(self) -> None:
        """Have Qt draw the few items of every frame at once, and the axes as a picture of them.

        It goes straight to them.
        """
        self.axes = AxesItem([*self._axes.values()])
        self.scene().addItem(self.axes)
        self.box.sigResized.connect(lambda: self.axes.fill(QRectF(self.viewport().rect())))
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        for item in (self._area, self.box):
            item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)

    def _stop_following(self) -> None:
        self._ease.stop()
        self.following = False
        self._set_zoomed(True)

    def _set_zoomed(self, zoomed: bool) -> None:
        if zoomed != self._zoomed:
            self._zoomed = zoomed
            self.zoomed.emit(zoomed)

    def _on_mouse_moved(self, position: QPointF) -> None:
        self._pointer = position
        self._moved.start()

    def _on_clicked(self, event: MouseClickEvent) -> None:
        place = event.scenePos()
        if event.double() or not self.box.sceneBoundingRect().contains(place):
            return
        point = self.box.mapSceneToView(place)
        if event.button() == Qt.MouseButton.LeftButton and is_finite(point):
            self.clicked.emit(point, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def _read_pointer(self) -> None:
        if self.box.sceneBoundingRect().contains(self._pointer):
            self._ask(False)
            self.hovered.emit(self.box.mapSceneToView(self._pointer))
        else:
            self.left.emit()
            self._ask(bool(self.text_at(self.mapFromScene(self._pointer))))

    def _ask(self, on: bool) -> None:
        """Let the pointer have a question mark over what explains itself."""
        if on != self._asks:
            self._asks = on
            self.viewport().setCursor(
                Qt.CursorShape.WhatsThisCursor if on else Qt.CursorShape.ArrowCursor
            )


class PlotView(Card):
    """A card with a title, a reading and a plot: the base of every view that is a plot."""

    def __init__(self, x_label: str, y_label: str, *axes: StillAxis) -> None:
        super().__init__()
        self._stays = False
        """Whether the range stays as it is when another experiment is shown."""
        self.plot = Plot(f"{self.figure_name}_plot", x_label, y_label, *axes)
        self.plot.setAccessibleName(self.title)
        self.reading = self.plot.reading = PlotReading(themes.numeric_font())
        # In the line of the reading, as high as that: nothing moves when it comes.
        self.fit_button = small_button("fit_plot", "Fit", _FIT, clicked=self.fit)
        self.reading.setFixedHeight(self.reading.height() + _AROUND)
        self.fit_button.setFixedHeight(self.reading.height())
        self.fit_button.hide()
        self.plot.zoomed.connect(self.fit_button.setVisible)
        self._rows.addLayout(in_row((self.reading, 1), self.fit_button))
        self._rows.addWidget(self.plot, 1)
        self.plot.fit_asked.connect(self._draw_again)
        # Later, once for all of a burst:
        # a change of range in the midst of drawing must not draw again at once.
        self._redraw = one_shot(self, self._draw_again)
        self.plot.range_changed.connect(self._on_range_changed)
        self.plot.hovered.connect(self.hover)
        self.plot.left.connect(self.leave)
        self.plot.numbers = self.numbers
        self.addAction(self.plot.as_table)
        self.plot.apply_theme()

    def show_error(self, sentence: str) -> None:
        """Say why what was asked for cannot be."""
        self.reading.setText(sentence)
        announce(self.plot, sentence)

    def add_hairline(self) -> pg.InfiniteLine:
        """Add an upright line across the plot, which is hidden at first."""
        line = pg.InfiniteLine(angle=90, movable=False)
        line.setZValue(1)
        line.hide()
        self.plot.addItem(line)
        return line

    def hover(self, point: QPointF) -> None:
        """Read what is under the pointer."""

    def leave(self) -> None:
        """Show what is read without a pointer."""

    def numbers(self) -> PlotNumbers:
        """Return what is drawn, as a table and for the arrow keys; nothing while there is none."""
        return PlotNumbers()

    def fit(self) -> None:
        """Follow the data again."""
        self.plot.fit()

    def show_new(self, frame: Frame) -> None:
        """Fit the plot and show another experiment."""
        self.plot.forget_cursor()
        self.plot.following = not self._stays
        super().show_new(frame)

    def apply_theme(self) -> None:
        """Draw again in another theme."""
        self.plot.apply_theme()
        super().apply_theme()

    def _draw_again(self) -> None:
        self._redraw.stop()
        super()._draw_again()
        self.plot.refresh_table()

    def _on_range_changed(self) -> None:
        if not self._drawing and self.plot.isVisible():
            self._redraw.start()
