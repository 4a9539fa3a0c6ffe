"""What stands under the learning-rate slider: from where to where rates do what, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.curvature.rate_zones import Zone, zone_of
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

_LINE = 4.0  # pixels, the thickness of a bar
_PARTED = 2.0  # between two bars
_GAP = 6.0  # between words
_ABOVE = 3.0
_BELOW = 4.0
_SEEN = 0.1
"""Pixels by which a bar has to move to be drawn again: no eye sees less."""


class RulerStrip(QWidget):
    """Shows zones of learning rates, each under the stretch of the slider's track where it lies."""

    def __init__(self, slider: LogSlider, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ruler_strip")
        self.setAccessibleName("What learning rates do")
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self._slider = slider
        self._theme = theme
        self._zones: tuple[Zone, ...] = ()
        self._lit: Zone | None = None
        self._drawn: tuple[object, list[float]] = (None, [])
        """Words and lit word of what was last drawn, and the ends of its bars."""
        self._font = themes.text_font(smaller=2)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self.setFixedHeight(math.ceil(_ABOVE + _LINE + _BELOW + QFontMetricsF(self._font).height()))

    def show_zones(self, zones: tuple[Zone, ...], rate: float | None) -> None:
        """Show the zones that are there, lit the one in which a rate lies."""
        lit = None if rate is None else zone_of(zones, rate)
        if (zones, lit) != (self._zones, self._lit):
            self._zones = zones
            self._lit = lit
            ends = [end for zone in zones for end in self._bar(zone)]
            looks = [zone.word for zone in zones], None if lit is None else zones.index(lit)
            before, stood = self._drawn
            if looks != before or any(
                abs(end - old) > _SEEN for end, old in zip(ends, stood, strict=True)
            ):
                self._drawn = looks, ends
                self.setAccessibleDescription(
                    f"The learning rate is where it {self.word}." if lit else ""
                )
                self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height that it keeps; it is as wide as it may be."""
        return QSize(0, self.height())

    @property
    def word(self) -> str:
        """What the learning rate in force does; empty where nothing is known."""
        return self._lit.word if self._lit else ""

    @property
    def words(self) -> list[str]:
        """The words on show, from left to right."""
        return [zone.word for zone, _, _ in self._written()]

    def text_at(self, point: QPoint) -> str:
        """Return the word at a place, or that of the zone there; empty where there is none."""
        for zone, left, width in self._written():
            if left - _GAP / 2 <= point.x() <= left + width + _GAP / 2:
                return zone.word
        return next((zone.word for zone in self._zones if point.x() <= self._bar(zone)[1]), "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bar for each zone, and the words under them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for zone in self._zones or (Zone("", 0.0, math.inf),):
            left, right = self._bar(zone)
            if zone is self._lit:
                right = max(right, left + _PARTED)
            if right > left:
                self._draw_bar(
                    painter, QRectF(left, _ABOVE, right - left, _LINE), lit=zone is self._lit
                )
        self._write(painter)

    def _written(self) -> Iterator[tuple[Zone, float, float]]:
        """Yield the zones that have room for their word.

        With left end and width of the word in pixels.
        """
        bars = [self._bar(zone) for zone in self._zones]
        fonts = [self._bold if zone is self._lit else self._font for zone in self._zones]
        words = zip(fonts, self._zones, strict=True)
        widths = [QFontMetricsF(font).horizontalAdvance(zone.word) for font, zone in words]
        lit = self._zones.index(self._lit) if self._lit is not None else None
        lefts = under_bars(bars, widths, lit, self.width())
        for zone, left, width in zip(self._zones, lefts, widths, strict=True):
            if left is not None:
                yield zone, left, width

    def _write(self, painter: QPainter) -> None:
        line = _ABOVE + _LINE + _BELOW + QFontMetricsF(self._font).ascent()
        for zone, left, _ in self._written():
            lit = zone is self._lit
            painter.setFont(self._bold if lit else self._font)
            painter.setPen(QColor(self._lit_colour if lit else self._theme.muted))
            painter.drawText(QPointF(left, line), zone.word)

    def _draw_bar(self, painter: QPainter, bar: QRectF, *, lit: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._lit_colour if lit else self._theme.edge))
        radius = min(_LINE, bar.width()) / 2
        painter.drawRoundedRect(bar, radius, radius)

    @property
    def _lit_colour(self) -> str:
        return self._theme.error if self.word == "blows up" else self._theme.accent

    def _bar(self, zone: Zone) -> tuple[float, float]:
        """Return the ends of the bar of a zone in pixels, as far as they are in sight."""
        left = self._slider.pixel_of(zone.low) + _PARTED / 2 if zone.low > 0 else 0.0
        right = (
            self._slider.pixel_of(zone.high) - _PARTED / 2 if zone.high < math.inf else self.width()
        )
        return max(left, 0.0), min(right, self.width())


def under_bars(
    bars: Sequence[tuple[float, float]], widths: Sequence[float], lit: int | None, right: float
) -> list[float | None]:
    """Return the left ends of words under ascending bars.

    None for a word that has no room under its own.

    Parameters
    ----------
    bars
        Left and right end of each; one out of sight ends where it begins, or before.
    widths
        Of the words.
    lit
        The word that is there in any case, while its bar is in sight:
        round its bar where that is narrower.
    right
        Where the strip ends, which begins at 0.
    """
    lefts: list[float | None] = [None] * len(bars)
    taken: tuple[float, float] | None = None
    if lit is not None:
        (low, high), width = bars[lit], widths[lit]
        if 0 <= low <= right and high >= 0:
            lefts[lit] = left = min(max((low + high - width) / 2, 0.0), right - width)
            taken = left - _GAP, left + width + _GAP
    end = -_GAP
    for i, ((low, high), width) in enumerate(zip(bars, widths, strict=True)):
        if i != lit:
            if taken is not None and lit is not None:
                low, high = (low, min(high, taken[0])) if i < lit else (max(low, taken[1]), high)
            low = max(low, end + _GAP)
            if high - low >= width:
                lefts[i] = min(max((sum(bars[i]) - width) / 2, low), high - width)
        at = lefts[i]
        end = end if at is None else at + width
    return lefts
