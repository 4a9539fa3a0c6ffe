"""The slider of the learning rate, whose knob rides on the loss that each rate comes to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)

from neuroviz.core.lazy import np
from neuroviz.core.numbers import DASH, rounded_down
from neuroviz.ui.canvas.axis import decade_text
from neuroviz.ui.canvas.handles import faded, paint_knob
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve

_HIGH = 24  # pixels of the curve
_AIR = 18.0  # pixels above it, for the knob that is held, with its halo
_BELOW = 8.0  # from the curve to the numbers: the knob covers none
_TICK = 4.0
_GAP = 4.0  # between two numbers
_APART = 10.0  # between two texts, at least
_NONE = "no blow-up"
_RADIUS = 7.0
_BAR = 5.0
_HALO = 12.0  # of halo and ring round the knob, at most


class RateSlider(LogSlider):
    """Shows curve, cliff and best rate above the marks of theory and the decades of its track."""

    sweep_asked = Signal()
    """The curve is wanted large."""

    def __init__(self) -> None:
        super().__init__()
        self.curve: RateCurve | None = None
        """What the knob lies on, where it is known."""
        self._limit: float | None = None
        self.words = ""
        """Where the rate lies, as it is spoken."""
        self._picture = QPixmap()
        self._made_of: object = None
        self._ticks: list[float] = []
        self._font = themes.numeric_font(smaller=2)
        self._letters = QFontMetricsF(self._font)
        digits = self._letters.ascent()  # no number goes below its line
        self._top = max(_AIR, digits)
        self._bottom = self._top + themes.scaled(_HIGH)
        self.setFixedHeight(math.ceil(self._bottom + _BELOW + digits) + 1)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def spoken(self) -> str:
        """Return where the rate lies."""
        return self.words

    def show_curve(self, curve: RateCurve | None, limit: float | None = None) -> None:
        """Lay the knob on a curve, with the number from which on runs blow up."""
        if (curve, limit) != (self.curve, self._limit):
            self.curve = curve
            self._limit = limit
            self.update()

    def show_ticks(self, rates: list[float]) -> None:
        """Show the marks that theory has, as far as they are on the track."""
        if rates != self._ticks:
            self._ticks = rates
            self.update()

    @property
    def knob(self) -> QPointF:
        """Where the middle of the knob is."""
        rate = min(max(self.number(), self._low), self._high)
        return QPointF(self.pixel_of(rate), self._y(self.curve.height(rate) if self.curve else 0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the curve in its window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.sweep_asked.emit()

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track, what is known of it, and the knob."""
        painter = themes.painter(self, self._font)
        left = self.pixel_of(self._low)
        right = self.pixel_of(self._high)
        painter.setPen(QPen(QColor(themes.now.edge), 1.0 if self.curve else 3.0))
        painter.drawLine(QLineF(left, self._bottom, right, self._bottom))
        painter.setPen(QColor(themes.now.muted))
        self._write_decades(painter)
        for place in map(self.pixel_of, self._ticks):
            if left <= place <= right:
                painter.drawLine(QLineF(place, self._bottom + 1, place, self._bottom + _TICK))
        if self.curve is None:
            self._write(painter, DASH, right, self._bottom - 4)
        else:
            painter.drawPixmap(0, 0, self._picture_of(self.curve))
            box, words = self.name_words(self.curve)
            if not box.isEmpty():
                painter.setPen(QColor(themes.now.accent))
                self._write(painter, words, box.right(), self._top - 3)
            none = self.none_box
            if not none.isEmpty():
                painter.setPen(QColor(themes.now.muted))
                self._write(painter, _NONE, none.right(), self._top - 3)
        if self._limit is not None:
            self._draw_cliff(painter, self._limit)
        paint_knob(painter, self, self.knob, _RADIUS)

    def _picture_of(self, curve: RateCurve) -> QPixmap:
        """Return the curve alone, made anew where it is another: the knob moves over it."""
        ratio = self.devicePixelRatioF()
        made_of = curve, self.size().toTuple(), ratio, themes.now.name, self._low, self._high
        if made_of != self._made_of:
            self._made_of = made_of
            draw = partial(self._draw_curve, curve)
            self._picture = picture_of(draw, self.size(), ratio)
        return self._picture

    def _draw_curve(self, curve: RateCurve, painter: QPainter) -> None:
        """Draw the losses over the rates, and a dot at the best, or a bar along the best."""
        accent = QColor(themes.now.accent)
        for points in self._pieces(curve):
            under = [QPointF(end.x(), self._bottom) for end in (points[-1], points[0])]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(accent, 0.14))
            painter.drawPolygon([*points, *under])
            painter.setPen(QPen(accent, 1.5))
            painter.drawPolyline(points)
        if curve.best is not None:
            low, high = (self.pixel_of(rate) for rate in curve.best)
            y = max(self._y(curve.height(curve.best[0])), self._top + _BAR / 2)  # below the words
            painter.setPen(QPen(accent, _BAR, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(low, y, high + 0.01, y))

    def _draw_cliff(self, painter: QPainter, limit: float) -> None:
        """Draw where runs blow up, and from where on."""
        error = QColor(themes.now.error)
        left = self.pixel_of(limit)
        right = self.width()
        top = self._top
        painter.fillRect(QRectF(left, top, right - left, self._bottom - top), faded(error, 0.2))
        painter.setPen(QPen(error, 2.0))
        painter.drawLine(QLineF(left, top, left, self._bottom))
        box, text = self.cliff_words(limit)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def name_words(self, curve: RateCurve) -> tuple[QRectF, str]:
        """Return what the curve is, and where to write it: clear of the knob.

        Where the curve is low, else behind the knob, or at the other end; in fewer words where
        that gives it room, and in an empty box where nothing does.
        """
        when = f"at epoch {curve.result.epochs:,.0f}"
        texts = [f"loss {when}", when]
        taken = [self._reach]
        if self._limit is not None:
            box, words = self.cliff_words(self._limit)
            taken.append(box.adjusted(-_APART, 0, _APART, 0))
            if "\n" not in words:  # in the same line fewer words would be read as the end of these
                texts = texts[:1]
        first, *_, last = curve.heights.tolist()
        for text in texts:
            width = self._letters.horizontalAdvance(text)
            ends = [0.0, self.width() - width]
            if first >= last and self._limit is None:
                ends.reverse()
            for left in (ends[0], self._reach.right(), ends[1]):
                box = QRectF(left, 0, width, self._top)
                if box.right() <= self.width() and not any(map(box.intersects, taken)):
                    return box, text
        return QRectF(), when

    @property
    def none_box(self) -> QRectF:
        """Where it is written that no rate blows up; empty where one does, or without room."""
        if self.curve is None or self.curve.blows_up.any():
            return QRectF()
        name = self.name_words(self.curve)[0].adjusted(-_APART, 0, _APART, 0)
        width = self._letters.horizontalAdvance(_NONE)
        for left in (0.0, name.right(), self._reach.right(), self.width() - width):
            box = QRectF(left, 0, width, self._top)
            free = not box.intersects(name) and not box.intersects(self._reach)
            if free and box.right() <= self.width():
                return box
        return QRectF()

    @property
    def _reach(self) -> QRectF:
        """What the knob takes with halo and ring."""
        reach = QPointF(_RADIUS + _HALO, _RADIUS + _HALO)
        return QRectF(self.knob - reach, self.knob + reach)

    def cliff_words(self, limit: float) -> tuple[QRectF, str]:
        """Return from where on runs blow up, and where to write it: clear of the knob.

        In two lines where these have room behind the cliff, else in one over the curve; where
        that has none either, the number alone.
        """
        lines = f"blows up\nabove {rounded_down(limit)}"
        line = lines.replace("\n", " ")
        short = rounded_down(limit)
        size = self._letters.size
        cliff = self.pixel_of(limit)
        taken = self._reach
        before = taken.left()
        behind = taken.right()
        in_red = cliff + _GAP
        high = self._top - size(0, line).height()
        ends = [max(end - size(0, line).width(), 0.0) for end in (cliff, before)]
        for left, top, text in (
            *((left, self._top, lines) for left in (in_red, max(in_red, behind))),
            *((left, high, line) for left in (*ends, behind)),
            *((left, self._top, short) for left in (in_red, max(in_red, behind))),
        ):
            box = QRectF(QPointF(left, top), size(0, text))
            if QRectF(self.rect()).contains(box) and not taken.intersects(box):
                break
        return box, text

    def _write_decades(self, painter: QPainter) -> None:
        """Write as many powers of ten as there is room for, evenly."""
        first = round(math.log10(self._low))
        last = round(math.log10(self._high))
        advance = self._letters.horizontalAdvance
        widths = {n: advance(decade_text(n)) for n in range(first, last + 1)}
        decade = self.pixel_of(10 * self._low) - self.pixel_of(self._low)
        stride = 1
        while any(
            (widths[n] + widths[n + stride]) / 2 + _GAP > stride * decade
            for n in range(first, last + 1 - stride, stride)
        ):
            stride += 1
        for n in range(first, last + 1, stride):
            right = self.pixel_of(10.0**n) + widths[n] / 2
            self._write(
                painter, decade_text(n), right, self._bottom + _BELOW + self._letters.ascent()
            )

    def _write(self, painter: QPainter, text: str, right: float, baseline: float) -> None:
        """Write a text that ends at a place, inside the widget."""
        width = self._letters.horizontalAdvance(text)
        left = min(max(right - width, 0.0), self.width() - width)
        painter.drawText(QPointF(left, baseline), text)

    def _pieces(self, curve: RateCurve) -> Iterator[list[QPointF]]:
        """Yield the curve between what blows up."""
        ends = [math.log(self._low), math.log(self._high)]
        places = np.interp(
            np.log(curve.rates), ends, [self.pixel_of(self._low), self.pixel_of(self._high)]
        )
        whole = zip(places.tolist(), curve.heights.tolist(), curve.blows_up.tolist(), strict=True)
        for bad, piece in groupby(whole, key=lambda point: point[2]):
            if not bad:
                yield [QPointF(x, self._y(height)) for x, height, _ in piece]

    def _y(self, height: float) -> float:
        """Return how far down a height of the curve is."""
        return self._bottom - height * (self._bottom - self._top)
