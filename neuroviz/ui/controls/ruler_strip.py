"""What stands under the learning-rate slider: the names of the marks, and those that merge parted by a zoom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.ui.controls.log_slider import LogSlider, Tick
from neuroviz.ui.controls.marks import Mark, Zoom, grouped, marks_of, spread, zoom_on
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

__all__ = ["RulerStrip"]

_HEIGHT = 40
_LINE = 19
_TICK = 6
_NAMES = 26  # where the names under the zoom begin


class RulerStrip(QWidget):
    """Shows marks of a learning rate, on the track of the slider above it and in a zoom of its own.

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
        self.setFixedHeight(_HEIGHT)
        self._slider = slider
        self._theme = theme
        self._marks: tuple[Mark, ...] = ()
        self._rate: float | None = None
        self._font = QFont(themes.text_font())
        self._font.setPointSize(8)
        self._metrics = QFontMetricsF(self._font)

    def show_marks(self, ruler: Ruler | None, rate: float | None) -> None:
        """Show the marks that are there, and where a rate stands among them."""
        marks = marks_of(ruler)
        if (marks, rate) != (self._marks, self._rate):
            self._marks = marks
            self._rate = rate
            self._mark_track()

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._theme = theme
        self._mark_track()

    def sizeHint(self) -> QSize:
        """Return the height that it keeps; it is as wide as it may be."""
        return QSize(0, _HEIGHT)

    @property
    def groups(self) -> list[tuple[Mark, ...]]:
        """The marks as they merge on the track."""
        return grouped(self._marks, self._slider.pixel_of)

    @property
    def merged(self) -> tuple[Mark, ...]:
        """Those that merge; empty where all stand apart."""
        return next((group for group in self.groups if len(group) > 1), ())

    @property
    def zoom(self) -> Zoom | None:
        """The zoom that parts the marks that merge; None where none do."""
        return zoom_on(self.merged, self.width()) if self.merged else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Merge the marks anew, since they have moved."""
        super().resizeEvent(event)
        self._mark_track()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, zoom, and the rate in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        zoom = self.zoom
        if zoom is not None:
            self._draw_fan(painter)
            self._draw_zoom(painter, zoom)
            self._name_zoomed(painter, zoom)
        self._name_lone(painter)

    def _mark_track(self) -> None:
        """Put the ticks on the slider's track, one for those that merge."""
        self._slider.show_ticks(
            [
                Tick(
                    group[0].rate,
                    group[-1].rate,
                    self._colour(group[0].name) if len(group) == 1 else self._theme.muted,
                )
                for group in self.groups
            ]
        )
        self.update()

    def _colour(self, name: str) -> str:
        return {"best": self._theme.good.text, "limit": self._theme.error}.get(name, self._theme.muted)

    def _draw_fan(self, painter: QPainter) -> None:
        """Draw two lines from what merges on the track to the ends of the zoom."""
        first, last = (self._slider.pixel_of(mark.rate) for mark in (self.merged[0], self.merged[-1]))
        if first < 0 or last > self.width():
            return
        painter.setPen(QPen(QColor(self._theme.edge), 1))
        bottom = _LINE - _TICK
        painter.drawLine(QPointF(first - 1, 0), QPointF(0.5, bottom))
        painter.drawLine(QPointF(last + 1, 0), QPointF(self.width() - 0.5, bottom))

    def _draw_zoom(self, painter: QPainter, zoom: Zoom) -> None:
        ends = [mark for mark in self._marks if mark.name == "limit"]
        limit = min(zoom.place(ends[0].rate), self.width()) if ends else self.width()
        painter.fillRect(QRectF(0, _LINE - 1, limit, 2), QColor(self._theme.edge))
        beyond = QPen(QColor(self._theme.error), 2, Qt.PenStyle.DotLine)
        painter.setPen(beyond)
        painter.drawLine(QPointF(limit, _LINE), QPointF(self.width(), _LINE))
        for mark in self._marks:
            place = round(zoom.place(mark.rate))
            painter.fillRect(QRectF(place - 1, _LINE - _TICK, 2, 2 * _TICK), QColor(self._colour(mark.name)))
        if self._rate is not None:
            self._draw_rate(painter, zoom.place(self._rate))

    def _draw_rate(self, painter: QPainter, place: float) -> None:
        """Draw the rate as a dot, or as a triangle at the end behind which it lies."""
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.setBrush(QColor(self._theme.card))
        if 0 <= place <= self.width():
            painter.drawEllipse(QPointF(place, _LINE), 4, 4)
            return
        tip = 1.0 if place < 0 else self.width() - 1.0
        back = tip + (6 if place < 0 else -6)
        painter.setBrush(QColor(self._theme.accent))
        painter.drawPolygon([QPointF(tip, _LINE), QPointF(back, _LINE - 4), QPointF(back, _LINE + 4)])

    def _name_zoomed(self, painter: QPainter, zoom: Zoom) -> None:
        names = []
        centres = []
        for mark in self.merged:
            place = zoom.place(mark.rate)
            names.append(f"‹ {mark.name}" if place < 0 else f"{mark.name} ›" if place > self.width() else mark.name)
            centres.append(place)
        self._write(painter, names, [mark.name for mark in self.merged], centres, _NAMES)

    def _name_lone(self, painter: QPainter) -> None:
        """Name the marks that stand alone, directly under the track."""
        lone = list(chain.from_iterable(group for group in self.groups if len(group) == 1))
        names = [mark.name for mark in lone]
        self._write(painter, names, names, [self._slider.pixel_of(mark.rate) for mark in lone], 0)

    def _write(
        self, painter: QPainter, texts: Sequence[str], names: Sequence[str], centres: Sequence[float], top: int
    ) -> None:
        widths = [self._metrics.horizontalAdvance(text) for text in texts]
        for text, name, left, width in zip(
            texts, names, spread(centres, widths, self.width()), widths, strict=True
        ):
            box = QRectF(left, top, width, self._metrics.height())
            painter.fillRect(box, QColor(self._theme.card))
            painter.setPen(QColor(self._colour(name)))
            painter.drawText(box.bottomLeft() - QPointF(0, self._metrics.descent()), text)
