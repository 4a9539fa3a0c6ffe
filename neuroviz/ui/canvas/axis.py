"""Axes that are drawn only when they change, and write decades as people do."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneResizeEvent, QStyleOptionGraphicsItem

from neuroviz.core.numbers import elided, power_of_ten, with_real_minus
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of

_UNDER = -1e3
"""The z-value of the axes, below everything that is drawn in the plane."""
_STRIDES = (1, 2, 5, 10, 20, 50, 100)  # decades
_FIRST_DECADE, _LAST_DECADE = -324, 308
"""The first and the last power of ten among the floats."""
_PLAIN = 4  # decades up to which a power of ten is written out
_LONG = 1e3
_LONGEST = 1e7
"""Numbers from the first have commas, and from the second an exponent."""
_BESIDE = 64.0
"""Widest name of an axis in pixels that stands at the end of the numbers, rather than in a line of
its own."""
_GAP = 6.0  # pixels between that name and a number
_FEWEST = 8
"""Letters that a name keeps, however short the axis is."""
_NAME_MARGIN = 4.0  # pixels that Qt leaves around the text of a name
_ROUND_DIGITS = (1, 3)
"""First digits of the epochs that are named on a logarithmic axis."""
_LEAST_BETWEEN = math.log(10 / 9) / 4
"""Length in log(epoch) of a pixel, above which the lines between two powers of ten would merge."""
_BETWEEN_EPOCHS = 10.0
"""Pixels that stay free to the left and right of an epoch's number."""


TickLevels = list[tuple[float, list[float]]]
"""(spacing, positions) of the ticks of each level."""


class AxesItem(QGraphicsItem):
    """The axes of a plot with their grid, below everything else, kept as a picture.

    Qt's own cache of a background is not used: where a window has several plots, it has a view
    painted once more whenever the view itself is asked to paint, and not its scene.
    """

    _picture: QPixmap | None = None

    def __init__(self, axes: Sequence[StillAxis]) -> None:
        super().__init__()
        self.setZValue(_UNDER)
        self._axes = axes
        self._size = QRectF()
        for axis in axes:
            axis.kept = self

    def boundingRect(self) -> QRectF:
        """Return the whole plot."""
        return self._size

    def fill(self, size: QRectF) -> None:
        """Take this much room."""
        self.prepareGeometryChange()
        self._size = size
        self.draw_anew()

    def draw_anew(self) -> None:
        """Draw the axes again at the next paint."""
        self._picture = None
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the picture, and draw it first if it is missing."""
        ratio = painter.device().devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatioF() != ratio:
            self._picture = picture_of(self._draw, self._size.size().toSize(), ratio)
        painter.drawPixmap(0, 0, self._picture)

    def _draw(self, painter: QPainter) -> None:
        for axis in self._axes:
            axis.draw(painter)


class StillAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no annotations
    """An axis that is not drawn at every frame: an `AxesItem` keeps a picture of it."""

    kept: AxesItem | None = None
    picture: tuple[Any, ...] | None
    """The computed drawing, by pyqtgraph's name; None where it has to be computed again."""
    _fitted: float | None = None
    """Length of the axis to which the name was last fitted; None for another name."""
    _written = ""
    """What stands at the axis now, in HTML."""
    _named = False
    """Whether names stand at it in place of numbers, from left to right."""
    last = math.inf
    """The largest number that gets a tick; beyond it there is room for names."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.autoSIPrefix = False  # otherwise another range would not be drawn
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        # Not hidden, as a hidden label would get no room.
        self.label.setOpacity(0.0)

    def updateAutoSIPrefix(self) -> None:
        """Leave the numbers as they are; pyqtgraph scales them even with the prefix turned off."""

    def end_at(self, last: float) -> None:
        """Write no number beyond this one."""
        if last != self.last:
            self.last = last
            self.picture = None
            self.update()

    def setTicks(self, ticks: Any) -> None:
        """Set names and where they stand, or None for numbers."""
        self._named = ticks is not None and self.orientation == "bottom"
        super().setTicks(ticks)
        self.setLabel(self.labelText)

    def tickValues(self, low: float, high: float, size: float) -> TickLevels:
        """Return (spacing, positions) for each level of ticks, up to the last number."""
        ticks = super().tickValues(low, high, size)
        end = self.last * (1 + 1e-9)
        return [(spacing, [value for value in values if value <= end]) for spacing, values in ticks]

    @property
    def _beside(self) -> bool:
        """Whether the name is in the line of the numbers, which saves the plot a line."""
        beside = self.orientation == "bottom" and not self._named
        return beside and bool(self.label.boundingRect().width() <= _BESIDE)

    def _updateLabel(self) -> None:
        """Have the axis drawn again; pyqtgraph would write its name anew for each pen that is set.

        The name has its own colour, and is written by `setLabel`.
        """
        self.picture = None
        self.update()

    def setLabel(self, *args: object, **kwargs: object) -> None:
        """Name the axis."""
        self._fitted = None
        super().setLabel(*args, **kwargs)
        self._write(self.labelString())
        self._adjustSize()
        if self.orientation == "bottom":
            font = self.style["tickFont"]
            line = (
                QFontMetricsF(font).height()
                if font is not None
                else self.label.boundingRect().height() / 2
            )
            below = 0.0 if self._beside else self.label.boundingRect().height() - 2 * _NAME_MARGIN
            self.setHeight(line + self.style["tickTextOffset"][1] + below)
        self.resizeEvent()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        """Put the name at the middle of the axis, or at the end of its numbers."""
        if self.label is not None:
            self._fit_name()
        super().resizeEvent(event)
        if self.label is not None and self._beside:
            left = self.size().width() - self.label.boundingRect().width() + _NAME_MARGIN
            self.label.setPos(left, self.style["tickTextOffset"][1] - _NAME_MARGIN)

    def _fit_name(self) -> None:
        """Shorten the name to the axis's length; `labelText` keeps the whole of it."""
        size = self.size()
        room = size.height() if self.orientation == "left" else size.width()
        if room == self._fitted:
            return
        self._fitted = room
        whole = self.labelString()
        name = html.unescape(self.labelText)
        self._write(whole)
        for letters in range(len(name) - 1, _FEWEST, -1):
            if not 0 < room < self.label.boundingRect().width() - 2 * _NAME_MARGIN:
                break
            cut = elided(name, letters)
            words = cut.rpartition(" ")[0]
            if len(words) >= _FEWEST:  # rather a whole word than a part of the next
                cut = f"{words}…"
            self._write(whole.replace(self.labelText, html.escape(cut)))

    def _write(self, name: str) -> None:
        if name != self._written:
            self._written = name
            self.label.setHtml(name)

    def boundingRect(self) -> QRectF:
        """Return the bounds, with room for a long number at either end; see `generateDrawSpecs`."""
        room: QRectF = super().boundingRect()
        return room.adjusted(-_BESIDE, 0, _BESIDE, 0) if self.orientation == "bottom" else room

    def generateDrawSpecs(self, painter: QPainter) -> tuple[Any, ...] | None:
        """Return line, ticks and numbers, where the last number ends with the axis.

        The name stands after it, or in the last gap between numbers that is wide enough; numbers
        are left out until it fits. Names in place of numbers are cut to the room of each.
        """
        specs: tuple[Any, ...] | None = super().generateDrawSpecs(painter)
        if specs is not None and self._named:
            _cut_names(specs[2], painter)
        if specs is None or not self._beside or not specs[2]:
            return specs
        line, ticks, texts = specs
        texts.sort(key=lambda text: text[0].left())
        last = texts[-1][0]
        last.moveRight(min(last.right(), self.size().width()))
        width = self.label.boundingRect().width() - 2 * _NAME_MARGIN
        left = self.size().width() - width
        while texts and left < texts[-1][0].right() + _GAP:
            gap = _last_gap([text[0] for text in texts], width)
            if gap is not None:
                left = gap
                break
            del texts[-2 if len(texts) > 1 else -1]
        self.label.setPos(left - _NAME_MARGIN, self.label.pos().y())
        return line, ticks, texts

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the numbers as text, long ones with commas or an exponent."""
        texts: list[str] = super().tickStrings(values, scale, spacing)
        if self.logMode:
            return texts
        return [
            with_real_minus(_grouped(value * scale, text))
            for value, text in zip(values, texts, strict=True)
        ]

    def update(self, *_: object) -> None:
        """Let the axis be drawn again."""
        if self.kept is not None:
            self.kept.draw_anew()

    def draw(self, painter: QPainter) -> None:
        """Draw line, ticks, grid and label, in scene coordinates."""
        painter.save()
        painter.setTransform(self.sceneTransform(), True)
        painter.setFont(self.style["tickFont"] or painter.font())
        if self.picture is None:  # the range or the look has changed
            self.picture = self.generateDrawSpecs(painter) or ()
        if self.picture:  # directly: `paint` would record everything first, and then play it back
            self.drawPicture(painter, *self.picture)
        painter.restore()
        if self.label.isVisible():
            painter.save()
            painter.setTransform(self.label.sceneTransform(), True)
            self.label.paint(painter, QStyleOptionGraphicsItem(), None)
            painter.restore()


class LossAxis(StillAxis):
    """A left axis.

    In log mode its ticks are at whole decades, and where there is room also at 2 and 5.
    """

    label_room = 28.0
    """Least pixels from one label to the next."""

    def tickValues(self, low: float, high: float, size: float) -> TickLevels:
        """Return (spacing, positions) for each level; in log mode positions are logarithms."""
        if not self.logMode:
            return super().tickValues(low, high, size)
        most = max(2.0, size / self.label_room)
        least = (high - low) / most
        stride = next((s for s in _STRIDES if s >= least), _STRIDES[-1])
        # Beyond these decades there is no float to be written, however far a person zooms out.
        first = max(math.ceil(low), _FIRST_DECADE)
        last = min(math.floor(high), _LAST_DECADE)
        decades = [float(n) for n in range(first, last + 1) if n % stride == 0]
        crowded = 3 * (high - low) > most or not math.isfinite(high - low)
        if crowded and len(decades) > 1:
            return [(float(stride), decades)]
        parts = [n + math.log10(m) for n in range(first - 1, last + 1) for m in (1, 2, 5)]
        seen = [value for value in parts if low <= value <= high]
        return [(1.0, [seen[0], seen[-1]] if crowded and len(seen) > 2 else seen)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels."""
        if not self.logMode:
            return super().tickStrings(values, scale, spacing)
        return [decade_text(value) for value in values]


def _last_gap(numbers: list[QRectF], width: float) -> float | None:
    """Return the left end of a name in the last gap that is wide enough for it, or None."""
    ends = [-_GAP, *(number.right() for number in numbers)]
    for end, number in reversed(list(zip(ends, numbers, strict=False))):
        room = number.left() - end
        if room >= width + 2 * _GAP:
            return float(end + (room - width) / 2)
    return None


def _cut_names(texts: list[Any], painter: QPainter) -> None:
    """Cut all texts (place, flags, text) to the room of each."""
    middles = sorted(place.center().x() for place, *_ in texts)
    room = int(min(np.diff(middles), default=1e6) - _GAP)
    cut = painter.fontMetrics().elidedText
    texts[:] = [(*how, cut(text, Qt.TextElideMode.ElideMiddle, room)) for *how, text in texts]


def _grouped(value: float, text: str) -> str:
    return f"{value:,.0f}" if _LONG <= abs(value) < _LONGEST and value == round(value) else text


def decade_text(exponent: float) -> str:
    """Write 10 to an exponent, in full where that is short."""
    whole = math.floor(exponent + 1e-9)
    mantissa = round(10 ** (exponent - whole), 1)
    if abs(whole) <= _PLAIN:
        return f"{mantissa * 10.0**whole:,.{max(0, (mantissa % 1 > 0) - whole)}f}"
    power = power_of_ten(whole)
    return power if mantissa == 1 else f"{mantissa:g}·{power}"


class EpochAxis(StillAxis):
    """An axis of log(1 + epoch), which names round epochs and the last one.

    The lines between crowd towards the next power of ten, by which one knows a logarithmic axis.
    """

    last = 1.0

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setStyle(maxTextLevel=0)

    def tickValues(self, low: float, high: float, size: float) -> TickLevels:
        """Return (spacing, positions): first the named epochs, then the lines between."""
        per_pixel = max(high - low, 1e-9) / max(size, 1.0)
        metrics = QFontMetricsF(self.style["tickFont"] or themes.numeric_font())

        def half(epoch: float) -> float:
            return metrics.horizontalAdvance(f"{round(epoch):,}") / 2 + _BETWEEN_EPOCHS

        epochs = [0.0, self.last]
        decades = range(math.floor(math.log10(self.last)) + 1)
        for decade in decades:
            for digit in _ROUND_DIGITS:
                epoch = digit * 10.0**decade
                if epoch < self.last and all(
                    abs(math.log1p(epoch) - math.log1p(other))
                    >= (half(epoch) + half(other)) * per_pixel
                    for other in epochs
                ):
                    epochs.append(epoch)
        named = sorted(map(math.log1p, epochs))
        between = [math.log1p(digit * 10.0**n) for n in decades for digit in range(2, 10)]
        shown = [place for place in between if place < named[-1] and place not in named]
        return [(1.0, named), (0.5, shown if per_pixel < _LEAST_BETWEEN else [])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the epochs as text."""
        return [f"{round(math.expm1(value)):,}" for value in values]


class LowLossAxis(LossAxis):
    """An axis of losses with little height: two or three numbers, as round as there is room for."""

    def boundingRect(self) -> QRectF:
        """Return the bounds, with room for the lowest number beside the epochs."""
        return super().boundingRect().adjusted(0, 0, 0, 2 * _GAP)

    def tickValues(self, low: float, high: float, size: float) -> TickLevels:
        """Return (spacing, positions); the positions are logarithms."""
        line = QFontMetricsF(self.style["tickFont"] or themes.numeric_font()).height()
        edge = (line / 2) * (high - low) / max(size, 1.0)
        low = max(low, -320.0)
        high = min(high - edge, self.last, 308.0)
        decades = range(math.floor(low), math.ceil(high) + 1)
        for tenths in ((10,), (10, 20, 50), *(range(10, 100, step) for step in (10, 5, 1))):
            round_ones = (n + math.log10(tenth / 10) for n in decades for tenth in tenths)
            seen = [value for value in round_ones if low <= value <= high]
            if len(seen) >= 2 and seen[-1] - seen[0] >= 2 * edge:
                centre = (seen[0] + seen[-1]) / 2
                middle = min(seen, key=lambda value: abs(value - centre))
                apart = min(middle - seen[0], seen[-1] - middle) >= 2.2 * edge
                return [(1.0, [seen[0], *([middle] if apart else []), seen[-1]])]
        return [(1.0, seen[len(seen) // 2 :][:1])]
