"""The slider of the learning rate, whose knob rides on a curve of the loss for each rate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen

from neuroviz.core.lazy import np
from neuroviz.core.numbers import rounded_down, with_real_minus
from neuroviz.ui.canvas.axis import decade_text
from neuroviz.ui.canvas.handles import faded, paint_knob
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme import theme as themes

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve

_HIGH = 24  # pixels of the curve
_AIR = 18.0  # pixels above it, for the knob with its halo while it is held
_BELOW = 8.0  # pixels from the curve to the numbers, so that the knob covers none
_TICK = 4.0
_GAP = 4.0  # pixels between two numbers, at least
_APART = 10.0  # pixels between two texts, at least
_NONE = "no blow-up"
_RADIUS = 7.0
_BAR = 5.0
_HALO = 12.0  # pixels of the halo and the ring round the knob, at most


class RateSlider(LogSlider):
    """Shows curve, cliff and best rate, and below them the marks of theory and the decades."""

    sweep_asked = Signal()
    """A double click asks for the curve in its own window."""

    curve: RateCurve | None = None
    """The curve that the knob rides on; None where it is not known."""
    _limit: float | None = None
    words = ""
    """Where the rate lies, as read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks: list[float] = []
        self._font = themes.numeric_font(smaller=2)
        self._letters = QFontMetricsF(self._font)
        digits = self._letters.ascent()  # no digit goes below the baseline
        self._top = max(_AIR, digits)
        self._bottom = self._top + themes.scaled(_HIGH)
        self.setFixedHeight(math.ceil(self._bottom + _BELOW + digits) + 1)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def spoken(self) -> str:
        """Return in words where the rate lies."""
        return self.words

    def show_curve(self, curve: RateCurve | None, limit: float | None = None) -> None:
        """Put the knob on a curve, and mark the rate above which runs blow up."""
        if (curve, limit) != (self.curve, self._limit):
            self.curve = curve
            self._limit = limit
            self.update()

    def show_ticks(self, rates: list[float]) -> None:
        """Show the marks of theory that are on the track."""
        if rates != self._ticks:
            self._ticks = rates
            self.update()

    @property
    def knob(self) -> QPointF:
        """The centre of the knob."""
        rate = min(max(self.number(), self._low), self._high)
        return QPointF(self.pixel_of(rate), self._y(self.curve.height(rate) if self.curve else 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the knob, but not by the words over the curve."""
        words = [self.none_box]
        if self.curve is not None:
            words.append(self.name_words(self.curve)[0])
        if self._limit is not None:
            words.append(self.cliff_words(self._limit)[0])
        over = [box for box in words if box.bottom() < self._top + 1]  # not those in the cliff
        if not any(box.contains(event.position()) for box in over):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the curve in its own window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.sweep_asked.emit()

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track, what is known about it, and the knob."""
        painter = themes.painter(self, self._font)
        left = self.pixel_of(self._low)
        right = self.pixel_of(self._high)
        painter.setPen(QPen(QColor(themes.now.edge), 1.0 if self.curve else 3.0))
        painter.drawLine(QLineF(left, self._bottom, right, self._bottom))
        painter.setPen(themes.now.muted)
        self._write_decades(painter)
        for place in map(self.pixel_of, self._ticks):
            if left <= place <= right:
                painter.drawLine(QLineF(place, self._bottom + 1, place, self._bottom + _TICK))
        if self.curve is not None:
            self._draw_curve(self.curve, painter)
            box, words = self.name_words(self.curve)
            if not box.isEmpty():
                painter.setPen(themes.now.accent)
                self._write(painter, words, box.right(), self._top - 3)
            none = self.none_box
            if not none.isEmpty():
                painter.setPen(themes.now.muted)
                self._write(painter, _NONE, none.right(), self._top - 3)
        if self._limit is not None:
            self._draw_cliff(painter, self._limit)
        paint_knob(painter, self, self.knob, _RADIUS)

    def _draw_curve(self, curve: RateCurve, painter: QPainter) -> None:
        """Draw the losses over the rates, with a dot at the best one or a bar along the best."""
        accent = themes.now.accent
        for points in self._pieces(curve):
            under = [QPointF(end.x(), self._bottom) for end in (points[-1], points[0])]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(accent, 0.14))
            painter.drawPolygon([*points, *under])
            painter.setPen(QPen(QColor(accent), 1.5))
            painter.drawPolyline(points)
        if curve.best is not None:
            low, high = (self.pixel_of(rate) for rate in curve.best)
            y = max(self._y(curve.height(curve.best[0])), self._top + _BAR / 2)  # below the words
            painter.setPen(QPen(QColor(accent), _BAR, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(low, y, high + 0.01, y))

    def _draw_cliff(self, painter: QPainter, limit: float) -> None:
        """Draw the cliff, and tint the rates beyond it, at which runs blow up."""
        error = themes.now.error
        left = self.pixel_of(limit)
        right = self.width()
        top = self._top
        painter.fillRect(QRectF(left, top, right - left, self._bottom - top), faded(error, 0.2))
        painter.setPen(QPen(QColor(error), 2.0))
        painter.drawLine(QLineF(left, top, left, self._bottom))
        box, text = self.cliff_words(limit)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def name_words(self, curve: RateCurve) -> tuple[QRectF, str]:
        """Return the caption of the curve, and a box for it that is clear of the knob.

        The box is at the end where the curve is low, else to the right of the knob, else at the
        other end. If the caption fits nowhere, fewer words are tried; if nothing fits, the box is
        empty.
        """
        when = f"at epoch {curve.result.epochs:,.0f}"
        texts = [f"loss {when}", when]
        taken = [self._reach]
        if self._limit is not None:
            box, words = self.cliff_words(self._limit)
            taken.append(box.adjusted(-_APART, 0, _APART, 0))
            if "\n" not in words:  # in the line of the cliff, fewer words look like its end
                texts = texts[:1]
        first, *_, last = curve.heights.tolist()
        for text in texts:
            width = self._letters.horizontalAdvance(text)
            ends = [0.0, self.width() - width]
            if first >= last and self._limit is None:
                ends.reverse()
            box = self._free((ends[0], self._reach.right(), ends[1]), width, taken)
            if not box.isEmpty():
                return box, text
        return QRectF(), when

    @property
    def none_box(self) -> QRectF:
        """The box of the words that no rate blows up; empty where one does, or without room."""
        if self.curve is None or self.curve.blows_up.any():
            return QRectF()
        name = self.name_words(self.curve)[0].adjusted(-_APART, 0, _APART, 0)
        width = self._letters.horizontalAdvance(_NONE)
        lefts = 0.0, name.right(), self._reach.right(), self.width() - width
        return self._free(lefts, width, [name, self._reach])

    def _free(self, lefts: Iterable[float], width: float, taken: Iterable[QRectF]) -> QRectF:
        """Return the first box over the curve that is free; empty where none is."""
        for left in lefts:
            box = QRectF(left, 0, width, self._top)
            if box.right() <= self.width() and not any(map(box.intersects, taken)):
                return box
        return QRectF()

    @property
    def _reach(self) -> QRectF:
        """The square that the knob takes with its halo and ring."""
        reach = QPointF(_RADIUS + _HALO, _RADIUS + _HALO)
        return QRectF(self.knob - reach, self.knob + reach)

    def cliff_words(self, limit: float) -> tuple[QRectF, str]:
        """Return the text of the cliff, and a box for it that is clear of the knob.

        It takes two lines where there is room for them behind the cliff, else one line over the
        curve, and where that has no room either, only the number.
        """
        short = with_real_minus(rounded_down(limit))
        lines = f"blows up\nabove {short}"
        line = lines.replace("\n", " ")
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
        """Write as many powers of ten as there is room for, evenly spaced."""
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
        """Write a text that ends at ``right``, moved to stay inside the widget."""
        width = self._letters.horizontalAdvance(text)
        left = min(max(right - width, 0.0), self.width() - width)
        painter.drawText(QPointF(left, baseline), text)

    def _pieces(self, curve: RateCurve) -> Iterator[list[QPointF]]:
        """Yield the stretches of the curve in which runs do not blow up."""
        ends = [math.log(self._low), math.log(self._high)]
        places = np.interp(
            np.log(curve.rates), ends, [self.pixel_of(self._low), self.pixel_of(self._high)]
        )
        whole = zip(places.tolist(), curve.heights.tolist(), curve.blows_up.tolist(), strict=True)
        for bad, piece in groupby(whole, key=lambda point: point[2]):
            if not bad:
                yield [QPointF(x, self._y(height)) for x, height, _ in piece]

    def _y(self, height: float) -> float:
        """Return the y in pixels of a height of the curve."""
        return self._bottom - height * (self._bottom - self._top)
