"""What stands under the learning-rate slider: from where to where rates do what, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.curvature.rate_zones import Zone, zone_of
from neuroviz.ui.controls.log_slider import LogSlider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

__all__ = ["RulerStrip", "spread"]

_LINE = 4.0  # pixels, the thickness of a bar
_PARTED = 2.0  # between two bars
_NARROW = 10.0  # a zone less wide than this has no word of its own
_GAP = 6.0  # between words
_ABOVE = 3.0
_BELOW = 4.0


class RulerStrip(QWidget):
    """Shows zones of learning rates, each under the stretch of the slider's track where it lies.

    Parameters
    ----------
    slider
        The slider, which is as wide.
    theme
        The colours.
    """

    def __init__(self, slider: LogSlider, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ruler_strip")
        self.setAccessibleName("What learning rates do")
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self._slider = slider
        self._theme = theme
        self._zones: tuple[Zone, ...] = ()
        self._lit: Zone | None = None
        self._font = themes.text_font()
        self._font.setPointSize(8)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self.setFixedHeight(math.ceil(_ABOVE + _LINE + _BELOW + QFontMetricsF(self._font).height()))

    def show_zones(self, zones: tuple[Zone, ...], rate: float | None) -> None:
        """Show the zones that are there, lit the one in which a rate lies."""
        lit = None if rate is None else zone_of(zones, rate)
        if (zones, lit) != (self._zones, self._lit):
            self._zones = zones
            self._lit = lit
            self.setAccessibleDescription(f"The learning rate is where it {self.word}." if lit else "")
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
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
        return [zone.word for zone in self._named()]

    def text_at(self, point: QPoint) -> str:
        """Return the word at a place; empty where there is none."""
        for zone, left, width in self._written():
            if left - _GAP / 2 <= point.x() <= left + width + _GAP / 2:
                return zone.word
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bar for each zone, and the words under them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for zone in self._zones or (Zone("", 0.0, math.inf),):
            left, right = self._bar(zone)
            if zone is self._lit:
                right = max(right, left + _PARTED)
            if right > left:
                self._draw_bar(painter, QRectF(left, _ABOVE, right - left, _LINE), lit=zone is self._lit)
        self._write(painter)

    def _written(self) -> Iterator[tuple[Zone, float, float]]:
        """Return the zones that have a word, with left end and width of the word in pixels."""
        zones = self._named()
        widths = [QFontMetricsF(self._bold).horizontalAdvance(zone.word) for zone in zones]  # so that none moves
        centres = [(left + right) / 2 for left, right in map(self._bar, zones)]
        return zip(zones, spread(centres, widths, self.width()), widths, strict=True)

    def _write(self, painter: QPainter) -> None:
        line = _ABOVE + _LINE + _BELOW + QFontMetricsF(self._font).ascent()
        for zone, left, _ in self._written():
            lit = zone is self._lit
            painter.setFont(self._bold if lit else self._font)
            painter.setPen(QColor(self._lit_colour if lit else self._theme.muted))
            painter.drawText(QPointF(left, line), zone.word)

    def _draw_bar(self, painter: QPainter, bar: QRectF, *, lit: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._lit_colour if lit else self._theme.selected))
        radius = min(_LINE, bar.width()) / 2
        painter.drawRoundedRect(bar, radius, radius)

    @property
    def _lit_colour(self) -> str:
        return self._theme.error if self.word == "blows up" else self._theme.accent

    def _named(self) -> list[Zone]:
        """Return the zones that have room for a word; a lit one without room takes the place of the one before."""
        named: list[Zone] = []
        for zone in self._zones:
            left, right = self._bar(zone)
            if right - left >= _NARROW:
                named.append(zone)
            elif zone is self._lit and 0 <= left <= self.width():
                named[-1:] = [zone]
        return named

    def _bar(self, zone: Zone) -> tuple[float, float]:
        """Return the ends of the bar of a zone in pixels, as far as they are in sight."""
        left = self._slider.pixel_of(zone.low) + _PARTED / 2 if zone.low > 0 else 0.0
        right = self._slider.pixel_of(zone.high) - _PARTED / 2 if zone.high < math.inf else self.width()
        return max(left, 0.0), min(right, self.width())


def spread(centres: Sequence[float], widths: Sequence[float], right: float) -> list[float]:
    """Return the left ends of words that would stand at ascending centres, moved apart, between 0 and ``right``."""
    lefts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]
    for _ in lefts:  # the ends of a row of neighbours need as many rounds to move
        for i in range(len(lefts) - 1):
            overlap = lefts[i] + widths[i] + _GAP - lefts[i + 1]
            if overlap > 0:
                lefts[i] -= overlap / 2
                lefts[i + 1] += overlap / 2
    low = 0.0
    for i, width in enumerate(widths):
        lefts[i] = low = max(low, lefts[i])
        low += width + _GAP
    high = right
    for i in reversed(range(len(lefts))):
        lefts[i] = min(lefts[i], high - widths[i])
        high = lefts[i] - _GAP
    return lefts
