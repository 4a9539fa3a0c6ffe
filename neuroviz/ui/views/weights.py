"""The weights (or their gradients) over time."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from neuroviz.core.numbers import format_number
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.row import Row
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.label_spreading import spread
from neuroviz.pictures.weights import weights_figure
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.marks import Curve, Labels
from neuroviz.ui.canvas.plot import LARGEST, PlotView, clamp, round_up
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.class_colours import diverging_table
from neuroviz.ui.theme.colours import Theme

__all__ = ["WeightsView"]

MOST_CURVES = 12
"""More parameters than this are a heat map."""
_LABEL_WIDTH = 112  # pixels at the right for the labels at the lines' ends
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
_COLUMNS = 300
_EDGE = 0.015  # of the width, so that the number 0 is not cut by the edge
_ENDS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
"""Where an axis may end, times a power of ten: close enough that the lines fill most of it."""


class WeightsView(PlotView):
    """Every parameter against epochs, named at its line's end; a heat map where there are many."""

    figure_name = "weights"
    menu_title = "Weights plot"

    def __init__(self, theme: Theme) -> None:
        super().__init__("weights_plot", "Weights", "epoch", "value", theme)
        self.gradients = self.add_button("gradients", "Show gradients in place of values", checkable=True)
        self.gradients.setObjectName("show_gradients")
        self.gradients.toggled.connect(self._on_gradients_toggled)
        self._curves: list[Curve] = []
        self._labels = Labels([], themes.numeric_font())
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-10)
        self._here = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._image, self._here):
            self.plot.addItem(item)
        self._here.hide()
        self.plot.apply_theme(theme)

    def reset(self, frame: Frame) -> None:
        """Make one line and one label for each parameter, or the map."""
        for item in (*self._curves, self._labels):
            self.plot.removeItem(item)
        names = frame.settings.parameter_names
        many = len(names) > MOST_CURVES
        shown = range(0 if many else len(names))
        self._curves = [Curve() for _ in shown]
        for index, curve in enumerate(self._curves):
            curve.setPen(self._pen(index))
        self._labels = Labels([self._colour(i) for i in shown], themes.numeric_font(), QColor(self.theme.card))
        for item in (*self._curves, self._labels):
            self.plot.addItem(item)
        self._here.setPen(themes.pen(self.theme.accent, 1, self))
        self._image.setVisible(many)
        self._image.setLookupTable(diverging_table(self.theme))
        self.heading.setText("Gradients" if self.gradients.isChecked() else "Weights")
        value = "gradient of the batch" if self.gradients.isChecked() else "value"
        self.plot.label_axes(self.theme, y_label="parameter (the last is b)" if many else value)
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Show the parameters up to now."""
        if frame.rows is None:
            self._clear()
        elif self._curves:
            self._draw_curves(frame, frame.rows)
        else:
            self._draw_map(frame.rows)
        self._here.setVisible(frame.looks_back)
        if frame.looks_back and frame.rows is not None:
            self._here.setPos(frame.step / frame.rows.steps_per_epoch)

    def figure(self, frame: Frame) -> Figure | None:
        """Return the same for a file."""
        return weights_figure(frame.settings, frame.rows, self.gradients.isChecked()) if frame.rows else None

    def hover(self, point: QPointF) -> None:
        """Read the parameters at the row nearest to the pointer; of many, the one under it."""
        if self.frame is None or self.frame.rows is None:
            return
        rows = self.frame.rows
        names = self.frame.settings.parameter_names
        step = min(max(round(point.x() * rows.steps_per_epoch), 0), rows.newest.step)
        row = self.frame.row_at(step)
        assert row is not None
        column = row.grad if self.gradients.isChecked() else row.parameters
        shown = range(len(names))
        if not self._curves:
            shown = range(*slice(round(point.y()) - 1, round(point.y())).indices(len(names)))
        values = "   ".join(f"{names[i]} {format_number(column[i])}" for i in shown[:6])
        self.reading.setText(f"epoch {step / rows.steps_per_epoch:,.10g}   {values}")

    def leave(self) -> None:
        """Read what the colours mean, where there are any."""
        self.reading.setText("" if self._curves else "orange +, blue −")

    def _clear(self) -> None:
        for curve in self._curves:
            curve.setData()
        self._labels.show_texts([])
        self._image.clear()

    def _draw_curves(self, frame: Frame, rows: Rows) -> None:
        drawn = rows.drawn_grad if self.gradients.isChecked() else rows.drawn_parameter
        low = 0.0
        high = 0.0
        for index, curve in enumerate(self._curves):
            epochs, values = drawn(index, self.plot.pixels()[0], self.plot.window())
            heights = np.clip(values, -LARGEST, LARGEST)
            curve.setData(epochs, heights)
            low = min(low, float(heights.min()))
            high = max(high, float(heights.max()))
        self._fit(rows.newest.step / rows.steps_per_epoch, low, high)
        row = frame.row or rows.newest
        self._place_labels(row, row.step / rows.steps_per_epoch, frame.settings.parameter_names)

    def _fit(self, epoch: float, low: float, high: float) -> None:
        pixels = self.plot.pixels()[0]
        room = pixels / max(pixels - _LABEL_WIDTH, _LABEL_WIDTH)
        right = _end_of_axis(max(epoch, 10.0) * room)
        bottom = -round_up(-1.05 * low) if low < 0 else 0.0
        top = round_up(1.05 * high) if high > 0 else 0.0
        least = 0.05 * max(top, -bottom, 1e-12)
        self.plot.show_range(-_EDGE * right, right, min(bottom, -least), max(top, least))

    def _place_labels(self, row: Row, epoch: float, names: tuple[str, ...]) -> None:
        ends = [float(value) for value in (row.grad if self.gradients.isChecked() else row.parameters)]
        (_, right), (bottom, top) = self.plot.box.viewRange()
        height = (top - bottom) * 17 / self.plot.pixels()[1]
        places = spread([clamp(end) for end in ends], height, bottom + height / 2, top - height / 2)
        # An end that was zoomed out of sight has no label.
        seen = [epoch <= right and bottom <= clamp(end) <= top for end in ends]
        written = (f"{name} {format_number(end)}" for name, end in zip(names, ends, strict=True))
        texts = [text if shown else "" for text, shown in zip(written, seen, strict=True)]
        self._labels.show_texts([(text, epoch, place) for text, place in zip(texts, places, strict=True)])

    def _draw_map(self, rows: Rows) -> None:
        values = rows.drawn_map(_COLUMNS, grad=self.gradients.isChecked())
        width = len(values)
        reach = max(float(np.abs(values).max()), 1e-300)
        self._image.setImage(np.clip(values, -LARGEST, LARGEST), levels=(-reach, reach), autoLevels=False)
        epoch = max(rows.newest.step / rows.steps_per_epoch, 1e-3)
        self._image.setRect(QRectF(0, 0.5, epoch, width))
        self.plot.show_range(0, round_up(max(epoch, 10.0)), 0.5, width + 0.5)

    def _pen(self, index: int) -> object:
        pen = themes.pen(self._colour(index), 1.6, self)
        pen.setStyle(_DASHES[index // len(self.theme.series) % len(_DASHES)])
        return pen

    def _colour(self, index: int) -> str:
        return self.theme.series[index % len(self.theme.series)]

    def _on_gradients_toggled(self) -> None:
        if self.frame is not None:
            self.reset(self.frame)
        self.plot.fit()


def _end_of_axis(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(end * power for end in _ENDS if end * power >= value * (1 - 1e-12))
