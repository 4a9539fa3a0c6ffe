"""The plot that views draw in, and the card around it."""

from __future__ import annotations

import html
import math
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QPaintEvent
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
from neuroviz.ui.canvas.tables import MOVES, Cell, PlotNumbers, PlotTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_row, small_button
from neuroviz.ui.theme.read_aloud import ReadPlot, announce

LARGEST_ON_SCREEN = 1e290
"""Greater values are drawn here, well below the numbers at which Qt's arithmetic overflows."""
_SMALLEST_SPAN = 1e-9
_FINEST = 1e-9
"""Share of an axis's ends that must lie between them for the wheel to zoom in further."""
_FARTHEST = 100
"""How many times as wide or high as what fits a plot may become: all in it is a dot then."""
_AROUND = 4
"""Pixels above and below a reading, together."""
_CURSOR = 6.0
"""Pixels from the place that the keyboard reads to the ring around it."""
_PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
"""Modifiers that some keyboards need for a plus."""
_ZOOMS = {
    Qt.Key.Key_Plus: (0.8, "Nearer"),
    Qt.Key.Key_Equal: (0.8, "Nearer"),
    Qt.Key.Key_Minus: (1.25, "Farther"),
}
_FITS = (Qt.Key.Key_Home, Qt.Key.Key_A)
Item = TypeVar("Item", bound=QGraphicsItem)
_FIT = "Fit the plot to its contents again (double click, A)"


def clamp(value: float) -> float:
    """Return a value limited to what can be drawn, ±LARGEST_ON_SCREEN."""
    return min(max(value, -LARGEST_ON_SCREEN), LARGEST_ON_SCREEN)


def is_finite(point: QPointF) -> bool:
    """Return whether both coordinates of a place are finite."""
    return math.isfinite(point.x() + point.y())


class _Box(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no annotations
    """A view box that a person moves, and fits again by a double click.

    The left button moves it only with Shift, so that a drag that misses its target does nothing.
    """

    fit_asked = Signal()
    scrubbed = Signal(QPointF)
    """The left button is down at this point of the plane, in a plot over time."""
    is_of_time = False
    farthest = np.full(2, np.inf)
    """(2,): the greatest width and height, in units of the axes."""

    def _effectiveLimits(self) -> tuple[list[float], list[float]]:
        """Return the limits as they are; pyqtgraph ends a log axis at the largest float."""
        limits = self.state["limits"]
        return limits["xLimits"], limits["yLimits"]

    def ends(self, *, nearer: bool) -> bool:
        """Return whether there is nothing to see nearer, no number, or farther, only a dot."""
        ends = np.array(self.viewRange())
        spans = np.ptp(ends, axis=1)
        is_last = spans < _FINEST * np.abs(ends).max(axis=1) if nearer else spans >= self.farthest
        return bool(is_last.any())

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        place = self.mapToView(event.pos())
        if self.ends(nearer=event.delta() > 0) or not is_finite(place):
            event.accept()  # there is nothing more to see, or no number under the pointer
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
    """A plot whose ranges are set by the program, never by pyqtgraph.

    They follow the data until a person zooms or pans. It is a view box with an axis at its left and
    one below. A `pyqtgraph.PlotItem` would bring two more axes, a title and a menu with forty
    controls, all of which Qt would build and style at every start.

    Parameters
    ----------
    name
        Object name, for tests and style sheets.
    bottom, left
        The axes, if they are to be of another class.
    """

    read_by = ReadPlot
    fit_asked = Signal()
    zoomed = Signal(bool)
    """A person has zoomed or moved the plot (True), or it is fitted again."""
    range_changed = Signal()
    hovered = Signal(QPointF)
    clicked = Signal(QPointF, bool)
    """The left button was pressed and released at this point of the plane; and whether with
    Shift."""
    left = Signal()
    """The pointer, or the keyboard, no longer reads anything."""

    _following = True
    _last: float | None = None
    _changed = 0.0
    _to_come: list[list[float]]
    """The ends of x and of y when the range has come to rest, while it widens."""
    _asks = False
    reading: PlotReading | None = None
    """The line of words above the plot."""
    _cell: Cell | None = None
    _table: PlotTable | None = None

    def __init__(
        self,
        name: str,
        x_label: str,
        y_label: str,
        bottom: StillAxis | None = None,
        left: StillAxis | None = None,
    ) -> None:
        super().__init__()
        self.enableMouse(False)  # the view box handles the mouse
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.box = _Box(enableMenu=False)
        self._axes = {"bottom": bottom or StillAxis("bottom"), "left": left or LossAxis("left")}
        self._area = self._laid_out()
        self.setCentralItem(self._area)
        self.setObjectName(name)
        self._labels = {"bottom": x_label, "left": y_label}
        self._colours: dict[str, str | None] = {}
        """Colours of names that have one of their own."""
        self._ends = np.zeros((2, 2)), np.zeros((2, 2))
        self._wanted: list[list[float]] = []
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
        # Otherwise pyqtgraph does this while it paints, and everything is painted once more.
        self.box.sigRangeChanged.connect(self.box.updateMatrix)
        self.box.sigRangeChanged.connect(self.range_changed)
        # Only the last of a burst of moves is read, since the row that is looked at may have to be
        # computed again.
        self._moved = one_shot(self, self._read_pointer)
        self._pointer = QPointF()
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_clicked)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setFocusProxy(None)  # otherwise the plot is read twice
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.numbers: Callable[[], PlotNumbers] = PlotNumbers
        """Returns the numbers of what is drawn, for the table and the arrow keys."""
        self.summary: Callable[[], str] = str
        """Returns what is read aloud where no reading stands above the plot."""
        self._cursor = QPointF(math.nan, math.nan)
        """The place that the keyboard reads, in units of the axes; NaN while there is none."""
        self.as_table = QAction("As a table", self)
        self.as_table.setShortcut(Qt.Key.Key_T)
        self.as_table.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.as_table.triggered.connect(self._open_table)
        self.addAction(self.as_table)
        self._draw_few_things()
        self.apply_theme()
        themes.notifier.changed.connect(self.apply_theme)

    def _laid_out(self) -> pg.GraphicsWidget:
        """Return the view box with its axes, which take the room that their numbers need."""
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

    def addItem(self, item: Item) -> Item:
        """Add an item to the plane, and return it."""
        self.box.addItem(item)
        return item

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
            self.zoomed.emit(False)
        self._end_axis()

    def end_axis_at(self, last: float) -> None:
        """Name no number of the x axis beyond this one, unless a person has chosen the range."""
        self._last = last
        self._end_axis()

    def _end_axis(self) -> None:
        if self._last is not None:
            self.getAxis("bottom").end_at(self._last if self._following else math.inf)

    def fit(self) -> None:
        """Follow the data again, and ask for a fit."""
        self.following = True
        self.fit_asked.emit()

    def show_range(self, left: float, right: float, bottom: float, top: float) -> None:
        """Show this part of the plane, unless a person has zoomed or moved it."""
        wanted = [[clamp(left), clamp(right)], [clamp(bottom), clamp(top)]]
        self.box.farthest = _FARTHEST * np.ptp(wanted, axis=1)
        if not self.following:
            return
        before = self._wanted if self._ease.going else self.box.targetRange()
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
        if wider and 0 < last < self._changed - self.rested and not Ease.at_speed:
            self._ends = start, np.array(self.box.targetRange())
            # Where both axes have equal units, one of them reaches beyond what was asked for.
            self._to_come = self.box.viewRange()
            self._ease.begin()

    def _show_range(self, share: float) -> None:
        start, end = self._ends
        x, y = (end if share == 1 else start + share * (end - start)).tolist()
        self.box.setRange(xRange=x, yRange=y, padding=0)

    @property
    def range_to_come(self) -> list[list[float]]:
        """The ends of x and of y that are visible, or will be when the range has come to rest."""
        sight: list[list[float]] = self.box.viewRange()
        return self._to_come if self._ease.going else sight

    @property
    def sight(self) -> Extent:
        """What is visible now: left, right, bottom and top, in units of the axes."""
        (left, right), (bottom, top) = self.box.viewRange()
        return left, right, bottom, top

    def label_axes(
        self,
        x_label: str | None = None,
        y_label: str | None = None,
        *,
        colours: tuple[str | None, str | None] = (None, None),
    ) -> None:
        """Name the axes, in the theme's colours where they have none of their own."""
        for side, text, colour in zip(self._labels, (x_label, y_label), colours, strict=True):
            if text is not None:
                self._labels[side] = text
                self._colours[side] = colour
        size = f"{themes.point_size() - 1:g}pt"
        for side, text in self._labels.items():
            style = {"color": self._colours.get(side) or themes.now.muted, "font-size": size}
            self.getAxis(side).setLabel(html.escape(text), **style)

    def apply_theme(self) -> None:
        """Apply the present theme."""
        self.setBackground(themes.now.card)
        for axis in self._axes.values():
            themes.style_axis(axis)
        self.label_axes()

    def pixels(self) -> tuple[int, int]:
        """Return the width and the height of the plane in logical pixels, each at least 1."""
        size = self.box.size()
        return max(1, int(size.width())), max(1, int(size.height()))

    def pixel_of(self, point: QPointF) -> QPointF:
        """Return the place of a point of the plane on the viewport, in pixels."""
        return QPointF(self.viewportTransform().map(self.box.mapViewToScene(point)))

    def point_at(self, pixel: QPointF) -> QPointF:
        """Return the point of the plane at a place of the viewport, in pixels."""
        point: QPointF = self.box.mapSceneToView(self.mapToScene(pixel.toPoint()))
        return point

    def text_at(self, point: QPoint) -> str:
        """Return the name of the axis whose label is at a place of the viewport; empty for none."""
        place = self.mapToScene(point)
        for axis in self._axes.values():
            if axis.label.isVisible() and axis.label.sceneBoundingRect().contains(place):
                return str(axis.labelText)
        return ""

    def x_in_sight(self) -> tuple[float, float] | None:
        """Return the ends of the x that are visible; None while the ranges follow the data."""
        left, right = self.box.viewRange()[0]
        return None if self.following else (left, right)

    def described(self) -> str:
        """Return what is read aloud: the handle with the keyboard, or else the reading."""
        return self.accessibleDescription() or self._said or self.summary()

    @property
    def _said(self) -> str:
        return self.reading.said if self.reading else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the focus ring over the plot, and a small one at the place the keyboard reads."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = themes.painter(self.viewport())
            themes.paint_focus(painter, self.viewport().rect())
            if is_finite(self._cursor) and not self.accessibleDescription():
                place = self.pixel_of(self._cursor)
                paint_ring(painter, place, _CURSOR, themes.now.accent)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring, and forget what the keyboard read."""
        super().focusOutEvent(event)
        if self._cell is not None:
            self.left.emit()
        self.forget_cursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read on by arrow keys, zoom by + and −, fit on Home and "A"; ignore other keys."""
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
        """Let the keyboard begin to read from the start."""
        self._cell, self._cursor = None, QPointF(math.nan, math.nan)
        self.viewport().update()

    def _read_on(self, key: Qt.Key) -> None:
        """Read at another place, and bring it into view."""
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
        """Announce the place of the viewport to which the keyboard has moved something."""
        x, y = self.point_at(pixel).toTuple()
        announce(self, f"{printed(x)}, {printed(y)}: {self._said}")

    def tell_reading(self) -> None:
        """Announce what stands above the plot."""
        announce(self, self._said)

    def _zoom(self, factor: float, said: str) -> None:
        """Zoom at the place that is read, or at the centre."""
        if not self.box.ends(nearer=factor < 1):
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
        """Update the table, if it is open."""
        if self._table is not None and self._table.isVisible():
            self._table.model.show(self.numbers())

    def leaveEvent(self, event: QEvent) -> None:
        """Emit that the pointer has gone."""
        super().leaveEvent(event)
        self._moved.stop()
        self.left.emit()

    def _draw_few_things(self) -> None:
        """Let Qt draw the few items of a frame directly, and the axes as a picture that is kept.

        Caches and indices for items would only cost time here.
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
        self.zoomed.emit(True)

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
        """Show a question mark at the pointer over a label that explains itself."""
        if on != self._asks:
            self._asks = on
            self.viewport().setCursor(
                Qt.CursorShape.WhatsThisCursor if on else Qt.CursorShape.ArrowCursor
            )


class PlotView(Card):
    """A card with a title, a reading and a plot: the base of every view that is a plot."""

    _stays = False
    """Whether the range is kept when another experiment is shown."""

    def __init__(self, x_label: str, y_label: str, *axes: StillAxis) -> None:
        super().__init__()
        self.plot = Plot(f"{self.figure_name}_plot", x_label, y_label, *axes)
        self.plot.setAccessibleName(self.title)
        self.reading = self.plot.reading = PlotReading(themes.numeric_font())
        # The button is in the line of the reading and as high, so that nothing moves when it
        # appears.
        self.fit_button = small_button("fit_plot", "Fit", _FIT, clicked=self.plot.fit)
        self.reading.setFixedHeight(self.reading.height() + _AROUND)
        self.fit_button.setFixedHeight(self.reading.height())
        self.fit_button.hide()
        self.plot.zoomed.connect(self.fit_button.setVisible)
        self._rows.addLayout(in_row((self.reading, 1), self.fit_button))
        self._rows.addWidget(self.plot, 1)
        self.plot.fit_asked.connect(self._draw_again)
        # Later, and once for a burst of changes: a range that changes during drawing must not draw
        # again at once.
        self._redraw = one_shot(self, self._draw_again)
        self.plot.range_changed.connect(self._on_range_changed)
        self.plot.hovered.connect(self.hover)
        self.plot.left.connect(self.leave)
        self.plot.numbers = self.numbers
        self.addAction(self.plot.as_table)

    def show_error(self, sentence: str) -> None:
        """Say why what was asked for is impossible."""
        self.reading.setText(sentence)
        announce(self.plot, sentence)

    def hover(self, point: QPointF) -> None:
        """Read what is under the pointer."""

    def leave(self) -> None:
        """Show the reading without a pointer."""

    def numbers(self) -> PlotNumbers:
        """Return the numbers of what is drawn, for the table and the arrow keys; here none."""
        return PlotNumbers()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, with the plot fitted to it."""
        self.plot.forget_cursor()
        self.plot.following = not self._stays
        super().show_new(frame)

    def _draw_again(self) -> None:
        self._redraw.stop()
        super()._draw_again()
        self.plot.refresh_table()

    def _on_range_changed(self) -> None:
        if not self._drawing and self.plot.isVisible():
            self._redraw.start()
