"""The key of a map's colours, a strip between its least and greatest value in a card's header."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.numbers import printed
from neuroviz.pictures.marks import ColourMap
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import colour_table, image_of, packed
from neuroviz.ui.theme.parts import LEFT, RIGHT

_STRIP = 64
_HEIGHT = 10
_GAP = 6


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
        return QSize(texts + _STRIP + 2 * _GAP, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        stops, low, high = self._shown
        if not stops:
            return
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawText(self.rect(), LEFT, low)
        painter.drawText(self.rect(), RIGHT, high)
        left = self.fontMetrics().horizontalAdvance(low) + _GAP
        picture = image_of(packed(colour_table(stops))[np.newaxis])
        painter.drawImage(QRect(left, (self.height() - _HEIGHT) // 2, _STRIP, _HEIGHT), picture)
