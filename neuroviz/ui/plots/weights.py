"""The weights (or their gradients) over time."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt

from neuroviz.core.history import Rows
from neuroviz.core.numbers import format_number
from neuroviz.core.tasks import Floats
from neuroviz.files.figure import Figure
from neuroviz.files.thinning import spread
from neuroviz.files.weights_figure import weights_figure
from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.colours import diverging_table
from neuroviz.ui.outline import outline
from neuroviz.ui.plot import LARGEST, PlotView, clamp, round_up
from neuroviz.ui.theme import Theme

__all__ = ["WeightsView"]

MOST_CURVES = 12
"""More parameters than this are a heat map."""
_LABEL_WIDTH = 112  # pixels at the right for the labels at the lines' ends
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
_COLUMNS = 300


class WeightsView(PlotView):
    """Every parameter against epochs, named at its line's end; a heat map where there are many."""

    figure_name = "weights"
    menu_title = "Weights plot"

    def __init__(self, theme: Theme) -> None:
        super().__init__("weights_plot", "Weights", "epoch", "value", theme)
        self.gradients = self.add_button("gradients", "Show gradients in place of values", checkable=True)
        self.gradients.setObjectName("show_gradients")
        self.gradients.toggled.connect(self._on_gradients_toggled)
        self._curves: list[pg.PlotCurveItem] = []
        self._labels: list[pg.TextItem] = []
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-10)
        self.plot.addItem(self._image)
        self.plot.apply_theme(theme)

    def reset(self, frame: Frame) -> None:
        """Make one line and one label for each parameter, or the map."""
        for item in (*self._curves, *self._labels):
            self.plot.removeItem(item)
        names = frame.settings.parameter_names
        many = len(names) > MOST_CURVES
        shown = range(0 if many else len(names))
        self._curves = [pg.PlotCurveItem(pen=self._pen(i), antialias=True) for i in shown]
        self._labels = [self._label(i) for i in shown]
        for item in (*self._curves, *self._labels):
            self.plot.addItem(item)
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
            self._draw_curves(frame.rows, frame.settings.parameter_names)
        else:
            self._draw_map(frame.rows)

    def figure(self, frame: Frame) -> Figure | None:
        """Return the same for a file."""
        return weights_figure(frame.settings, frame.rows, self.gradients.isChecked()) if frame.rows else None

    def hover(self, point: QPointF) -> None:
        """Read the parameters at the row nearest to the pointer; of many, the one under it."""
        if self.frame is None or self.frame.rows is None:
            return
        rows, names = self.frame.rows, self.frame.settings.parameter_names
        row = int(np.abs(rows.epochs - point.x()).argmin())
        shown = range(len(names))
        if not self._curves:
            shown = range(*slice(round(point.y()) - 1, round(point.y())).indices(len(names)))
        values = "   ".join(f"{names[i]} {format_number(self._column(rows, i)[row])}" for i in shown[:6])
        self.reading.setText(f"epoch {rows.epochs[row]:,.5g}   {values}")

    def leave(self) -> None:
        """Read what the colours mean, where there are any."""
        self.reading.setText("" if self._curves else "orange +, blue −")

    def _column(self, rows: Rows, index: int) -> Floats:
        return rows.grad(index) if self.gradients.isChecked() else rows.parameter(index)

    def _clear(self) -> None:
        for curve in self._curves:
            curve.setData([], [])
        for label in self._labels:
            label.setText("")
        self._image.clear()

    def _draw_curves(self, rows: Rows, names: tuple[str, ...]) -> None:
        epochs = rows.epochs
        seen = self.plot.visible(epochs)
        low, high = 0.0, 0.0
        for index, curve in enumerate(self._curves):
            shown, values = outline(self._column(rows, index)[seen], self.plot.pixels()[0])
            heights = np.clip(values, -LARGEST, LARGEST)
            curve.setData(epochs[seen][shown], heights)
            low, high = min(low, float(heights.min())), max(high, float(heights.max()))
        self._fit(float(epochs[-1]), low, high)
        self._place_labels(rows, names)

    def _fit(self, epoch: float, low: float, high: float) -> None:
        right = round_up(max(epoch, 10.0))
        bottom = -round_up(-1.05 * low) if low < 0 else 0.0
        top = round_up(1.05 * high) if high > 0 else 0.0
        least = 0.05 * max(top, -bottom, 1e-12)
        pixels = self.plot.pixels()[0]
        room = pixels / max(pixels - _LABEL_WIDTH, _LABEL_WIDTH)
        self.plot.show_range(0, right * room, min(bottom, -least), max(top, least))

    def _place_labels(self, rows: Rows, names: tuple[str, ...]) -> None:
        newest, epoch = rows.newest, float(rows.epochs[-1])
        ends = [float(value) for value in (newest.grad if self.gradients.isChecked() else newest.parameters)]
        (_, right), (bottom, top) = self.plot.box.viewRange()
        height = (top - bottom) * 17 / self.plot.pixels()[1]
        places = spread([clamp(end) for end in ends], height, bottom + height / 2, top - height / 2)
        for label, name, value, place in zip(self._labels, names, ends, places, strict=True):
            label.setText(f"{name} {format_number(value)}")
            label.setPos(epoch, place)
            # An end that was zoomed out of sight has no label.
            label.setVisible(epoch <= right and bottom <= clamp(value) <= top)

    def _draw_map(self, rows: Rows) -> None:
        index = np.unique(np.linspace(0, len(rows) - 1, min(_COLUMNS, len(rows))).round().astype(int))
        width = len(rows.newest.parameters)
        values = np.array([self._column(rows, i)[index] for i in range(width)])
        reach = max(float(np.abs(values).max()), 1e-300)
        self._image.setImage(np.clip(values, -LARGEST, LARGEST), levels=(-reach, reach), autoLevels=False)
        epoch = max(float(rows.epochs[-1]), 1e-3)
        self._image.setRect(QRectF(0, 0.5, epoch, width))
        self.plot.show_range(0, round_up(max(epoch, 10.0)), 0.5, width + 0.5)

    def _pen(self, index: int) -> object:
        series = self.theme.series
        pen = themes.pen(series[index % len(series)], 1.6, self)
        pen.setStyle(_DASHES[index // len(series) % len(_DASHES)])
        return pen

    def _label(self, index: int) -> pg.TextItem:
        label = pg.TextItem(color=self.theme.series[index % len(self.theme.series)], anchor=(0, 0.5))
        label.textItem.setFont(themes.numeric_font())
        return label

    def _on_gradients_toggled(self) -> None:
        if self.frame is not None:
            self.reset(self.frame)
        self.plot.fit()
