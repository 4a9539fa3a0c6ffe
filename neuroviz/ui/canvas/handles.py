"""What a plot draws in pixels: above all handles, which look as if they could be dragged.

They have a ring and a shadow, and a halo under the pointer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPen,
    QPixmap,
    QRadialGradient,
    QTransform,
)
from PySide6.QtWidgets import QAbstractSlider

from neuroviz.core.types import Floats
from neuroviz.ui.canvas.drag import Changes, Drag, Handle
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of, placed

_FAR = 1e6
"""Pixels beyond which Qt's arithmetic cannot be trusted."""


def in_pixels(transform: QTransform, points: Floats) -> Floats:
    """Return the pixels of points (…, 2) of a plane that is not rotated.

    They are limited to what Qt can draw.
    """
    scale = (transform.m11(), transform.m22())
    shift = (transform.dx(), transform.dy())
    with np.errstate(over="ignore"):
        result: Floats = np.minimum(np.maximum(points * scale + shift, -_FAR), _FAR)
    return result


def place_along(line: Floats, at: Floats, reach: float) -> float | None:
    """Return which point of a line is nearest to a place: the index of its corner, and a share.

    Parameters
    ----------
    line
        (m, 2): its points, in pixels.
    at
        (2,): the place, in pixels.
    reach
        Greatest distance that counts, in pixels; beyond it the result is None.
    """
    along = np.diff(line, axis=0, append=line[-1:])
    length = np.maximum((along**2).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip(((at - line) * along).sum(axis=1) / length, 0, 1)
    away = np.hypot(*(line + share[:, None] * along - at).T)
    nearest = int(away.argmin())
    return nearest + float(share[nearest]) if away[nearest] <= reach else None


class PixelItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An item that covers the visible part of the plane; it takes no clicks."""

    def boundingRect(self) -> QRectF:
        """Return the visible part of the plane."""
        return self.viewRect() or QRectF()

    def contains(self, point: QPointF) -> bool:
        """Return False, so that the plot under the item gets the mouse."""
        return False

    def viewTransformChanged(self) -> None:
        """Follow the view when it moves."""
        self.prepareGeometryChange()
        super().viewTransformChanged()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Call :meth:`paint_pixels` with a painter in pixels."""
        to_pixels = painter.transform()
        painter.resetTransform()
        self.paint_pixels(painter, to_pixels)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Paint in logical pixels, with the transform from the plane to them."""
        raise NotImplementedError


HALO, HELD = 0.22, 0.30
"""Opacity of the halo under the pointer, and of the halo of what is held."""
GROWS = 1.15
_RING = 2.0
BEYOND = 10.0
"""Pixels by which a halo reaches beyond the handle."""
_SOFT = 4.0
_BEHIND = 0.5
"""Opacity of a handle that is hidden by something."""
_WHITE = "white"
_DRAG_ME = "drag me"
_SIDES = (1, -1), (1, 1), (-1, 1), (-1, -1), (-1, 0)
"""Where these words can stand beside a handle, as shares of the way; the first is the usual one."""
_PULSE, _LASTS, _LOOKS = 26.0, 900, 16
"""Pixels by which a pulse grows beyond the handle, its milliseconds, and the number of its
frames."""


class DragMe(QObject):
    """The words "drag me" at a handle, until a person has dragged it once.

    A pulse can draw the eye to it.

    Parameters
    ----------
    name
        The name of the handle.
    """

    understood = Signal(str)
    """The handle of this name was dragged."""
    pulsed = Signal()
    """The pulse is to be drawn again."""
    beat = 0
    """The frame of the pulse, up to _LOOKS; 0 while there is none."""
    shown = False
    waits = False
    """Whether the words wait, because what is written beside the handle leaves no room for
    them."""

    def __init__(self, drag: Drag, name: str) -> None:
        super().__init__(drag)
        self.name = name
        self._ease = Ease(self, self._on_eased, _LASTS)
        drag.dropped.connect(self._on_dropped)

    def pulse(self) -> None:
        """Pulse once at the words, unless motion is reduced."""
        if self.shown and not Ease.reduced:
            self._ease.begin()

    def _on_eased(self, share: float) -> None:
        beat = int(share * _LOOKS) % _LOOKS
        if beat != self.beat:
            self.beat = beat
            self.pulsed.emit()

    def shown_at(self, name: Hashable, taken: Hashable) -> bool:
        """Return whether the words are shown at a handle.

        They are not while anything is held anywhere, nor at full speed, where they would run away.
        """
        busy = taken is not None or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        return self.shown and name == self.name and not (busy or self.waits or Ease.at_speed)

    def _on_dropped(self, changes: Changes) -> None:
        if self.shown and "data" not in changes:
            self.shown = False
            self.understood.emit(self.name)


class HandlesItem(PixelItem):
    """Draws handles of a drag, all or those that ``handles`` returns; figures have none.

    Parameters
    ----------
    covered
        Returns the boxes in a plot that words beside handles avoid, in pixels, from the transform
        to these.
    """

    def __init__(
        self,
        drag: Drag,
        z: float = 0.0,
        words: DragMe | None = None,
        handles: Callable[[], Sequence[Handle]] | None = None,
        covered: Callable[[QTransform], Iterable[QRectF]] = lambda _: (),
    ) -> None:
        super().__init__()
        self.setZValue(z)
        self._covered = covered
        self._words = words
        self._drag = drag
        self._handles = handles or drag.handles
        drag.looks_changed.connect(self.update)
        if words:
            words.pulsed.connect(self.update)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the handles."""
        sight = to_pixels.mapRect(self.boundingRect())
        self.paint_handles(painter, sight, self._covered(to_pixels))

    def paint_handles(self, painter: QPainter, sight: QRectF, covered: Iterable[QRectF]) -> None:
        """Draw the handles where this part of the widget is visible, in a plot or elsewhere.

        Words beside them avoid what is ``covered``, if they can; it is only asked where there are
        words.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._drag.words = None
        taken = self._drag.taken
        for handle in self._drag.free(self._handles()):
            if handle.at is None:
                continue
            asks = self._words and self._words.shown_at(handle.name, taken)
            if asks:
                self._pulse(painter, handle, handle.at)
            held = handle.name == taken
            paint_handle(
                painter,
                handle,
                handle.at,
                themes.now.accent,
                held=held,
                raised=held or (taken is None and handle.name == self._drag.hovered),
                focused=handle.name == self._drag.focused,
            )
            if asks:
                self._ask(painter, handle, handle.at, sight, covered)

    def _pulse(self, painter: QPainter, handle: Handle, at: QPointF) -> None:
        share = self._words.beat / _LOOKS if self._words else 0.0
        if share:
            painter.setOpacity(1 - share)
            accent = themes.now.accent
            painter.setBrush(faded(accent, HELD))
            paint_ring(painter, at, handle.radius + _PULSE * share, accent)
            painter.setOpacity(1.0)

    def _ask(
        self,
        painter: QPainter,
        handle: Handle,
        at: QPointF,
        sight: QRectF,
        covered: Iterable[QRectF],
    ) -> None:
        """Write beside a handle that it can be dragged, where no other handle is near."""
        others = [other.at for other in self._drag.shown if other.at and other.name != handle.name]
        font = themes.numeric_font()
        size = QFontMetricsF(font).size(0, _DRAG_ME)
        box = QRectF(0, 0, size.width() + 12, size.height() + 4)
        taken = tuple(covered)
        away = QPointF(box.width() / 2 + handle.radius + 6, box.height() / 2 + 11)

        def room(side: tuple[int, int]) -> tuple[float, int, float]:
            middle = moved(side)
            free = min((_far(middle, other, box.width()) for other in others), default=0.0)
            hides = _area(box) - _area(box & sight) + sum(_area(box & each) for each in taken)
            return -hides, abs(side[0] * side[1]), free  # at a corner, where that hides no more

        def moved(side: tuple[int, int]) -> QPointF:
            middle = at + QPointF(side[0] * away.x(), side[1] * away.y())
            box.moveCenter(middle)
            return middle

        moved(max(_SIDES, key=room))
        self._drag.words = handle.name, box
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(themes.now.accent)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(themes.now.on_accent)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _DRAG_ME)


def _area(box: QRectF) -> float:
    return box.width() * box.height()


def paint_knob(painter: QPainter, slider: QAbstractSlider, at: QPointF, radius: float) -> None:
    """Draw the knob of a slider in its present state."""
    core = themes.now.accent if slider.isEnabled() else themes.now.disabled
    held = slider.isSliderDown()
    paint_handle(
        painter,
        Handle(lambda _: {}, radius=radius, core=core),
        at,
        core,
        held=held,
        raised=held or (slider.underMouse() and slider.isEnabled()),
        focused=slider.hasFocus(),
    )


def paint_handle(
    painter: QPainter,
    handle: Handle,
    at: QPointF,
    accent: str,
    *,
    held: bool,
    raised: bool,
    focused: bool,
) -> None:
    """Draw a handle in its state: held, raised under the pointer, or with the keyboard."""
    radius = handle.radius * (GROWS if raised else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    if raised:
        painter.setBrush(faded(accent, HELD if held else HALO))
        painter.drawEllipse(at, radius + BEYOND, radius + BEYOND)
    painter.setOpacity(_BEHIND if handle.behind else 1.0)
    if not handle.behind:
        _draw_shadow(painter, at + QPointF(0, 3 if held else 1.5), radius)
    painter.setBrush(_WHITE)
    painter.drawPath(placed(handle.shape, at, radius))
    if handle.core is not None:
        painter.setBrush(handle.core)
        painter.drawPath(placed(handle.shape, at, radius - _RING))
    if handle.hollow:
        painter.setBrush(_WHITE)
        painter.drawEllipse(at, radius - 3 * _RING, radius - 3 * _RING)
    painter.setOpacity(1.0)
    if focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_ring(painter, at, radius + 5, accent)


def paint_ring(painter: QPainter, at: QPointF, radius: float, accent: str) -> None:
    """Draw a ring that can be seen on any background."""
    for colour, width in ((_WHITE, 4.0), (accent, 2.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, radius, radius)


def _far(middle: QPointF, other: QPointF, width: float) -> float:
    """Return the distance of a text from another handle and from what is written at its right."""
    along = min(max(middle.x() - other.x(), 0.0), width)
    return math.hypot(middle.x() - other.x() - along, middle.y() - other.y())


def faded(colour: str, opacity: float) -> QColor:
    """Return a colour with this opacity."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


def _draw_shadow(painter: QPainter, at: QPointF, radius: float) -> None:
    """Draw the shadow at whole pixels; its edge is so soft that this does not show."""
    shadow = _shadow(radius, painter.device().devicePixelRatioF())
    size = shadow.deviceIndependentSize()
    painter.drawPixmap((at - QPointF(*size.toTuple()) / 2).toPoint(), shadow)


@lru_cache(maxsize=32)
def _shadow(radius: float, ratio: float) -> QPixmap:
    """Return a picture of a shadow, cached because its gradient takes most of a handle's time."""
    reach = radius + _SOFT
    middle = QPointF(1, 1) * math.ceil(reach)
    shade = QRadialGradient(middle, reach)
    shade.setColorAt(max(0.0, (radius - 1) / reach), QColor(0, 0, 0, 90))
    shade.setColorAt(1.0, QColor(0, 0, 0, 0))

    def paint(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawEllipse(middle, reach, reach)

    return picture_of(paint, QSize(1, 1) * (2 * math.ceil(reach)), ratio)
