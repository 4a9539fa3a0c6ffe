"""The weights (or their gradients) over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from PySide6.QtCore import QPointF

from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import measured, printed, round_up
from neuroviz.core.training.block import Row
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Ints, Line
from neuroviz.pictures.loss import epoch_limits
from neuroviz.pictures.marks import ColourMap, Marks
from neuroviz.pictures.weights import SIGNS, WeightsScene
from neuroviz.session.figures import FigureOptions
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.epoch_view import EpochView
from neuroviz.ui.canvas.pen import LABEL_ROOM, ColourKey
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, clamp
from neuroviz.ui.canvas.tables import PlotNumbers
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import set_tip

_EXPONENT = 16
"""Further pixels for the power of ten that a value may have."""
_COLUMNS = 300
_ENDS = (1, 1.5, 2, 3, 4, 5, 6, 8)
"""Multiples of a power of ten at which an axis may end, close enough that the lines fill most of
it."""


class WeightsView(EpochView):
    """Every parameter over the epochs, named at the end of its line; many make a heat map."""

    figure_name = "weights"
    title = "Weights and bias"

    _unit: int | None = None
    """The hidden neuron that is opened; None for the output."""
    _map: ColourMap | None = None
    _order: Ints | None = None
    """The parameters in the order of the map's rows."""
    _off_the_page = False

    def __init__(self) -> None:
        super().__init__("value")
        tip = "Show gradients in place of values"
        self.gradients = self.add_button("show_gradients", "Gradients", tip)
        self.gradients.toggled.connect(self._on_gradients_toggled)
        self._scene = WeightsScene(())
        self._key = ColourKey("")
        self._header.insertWidget(1, self._key)
        self.plot.summary = self._summary
        self._said: list[str] = []
        """The values written beside the lines when they were last read."""

    def reset(self, frame: Frame) -> None:
        """Name what is shown, and the axis."""
        self._unit = frame.unit
        self._scene = WeightsScene.of(
            frame.settings, frame.unit, gradients=self.gradients.isChecked()
        )
        advance = self.fontMetrics().horizontalAdvance
        named = zip(self._scene.names, self._scene.symbols, strict=True)
        self._pen.label_room = (
            LABEL_ROOM
            + _EXPONENT
            + advance(f"{SIGNS[0]} ")
            + max(advance(name) - advance(symbol) for name, symbol in named)
        )
        self._map = self._order = None
        self._key.show_map(None)
        self.plot.getAxis("left").setTicks([[]] if self._scene.many else None)
        super().reset(frame)
        set_tip(self.heading, self._scene.title)
        # A low plot has no room for how many there are.
        label = "largest first" if self._scene.many else self._scene.y_label
        self.plot.label_axes(y_label=label)
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Draw the parameters up to now."""
        if frame.unit != self._unit:
            self.reset(frame)
        marks: Marks = {}
        if frame.rows is not None:
            marks = self._mapped(frame.rows) if self._scene.many else self._lines(frame, frame.rows)
        super().draw(frame)
        self._pen.draw(marks)

    def stands_still(self, frame: Frame) -> bool:
        """Return whether the plot can stay: a map stays until the values beside it are read."""
        return self._map is not None or super().stands_still(frame)

    def figure_options(self) -> FigureOptions:
        """Return whether gradients are shown."""
        return FigureOptions(gradients=self.gradients.isChecked())

    def numbers(self) -> PlotNumbers:
        """Return the named parameters over the epochs; those of a map from its lowest row."""
        if self.frame is None or self.frame.rows is None:
            return PlotNumbers()
        rows = self.frame.rows
        scene = self._scene
        column = rows.grad if scene.gradients else rows.parameter
        order = range(len(scene.own)) if self._order is None else self._order.tolist()
        columns = {"epoch": rows.epochs}
        columns |= {scene.names[i]: column(scene.own[i]) for i in order}
        numbers = self.over_epochs(columns)
        if self._map is not None:
            numbers.places[..., 1] = 1 + np.arange(len(order))
        return numbers

    def hover(self, point: QPointF) -> None:
        """Read the parameters at the row nearest to the pointer; in a map, the one under it."""
        if self.frame is None or self.frame.rows is None:
            return
        rows = self.frame.rows
        names = self._scene.names if self._scene.many else self._scene.symbols
        step = min(max(round(point.x() * rows.steps_per_epoch), 0), rows.newest.step)
        row = self.frame.row_at(step)
        assert row is not None
        column = self._values_at(row)
        epoch = step / rows.steps_per_epoch
        if self._scene.many:
            self.mark(epoch)
        else:
            colours = self._scene.colours(themes.now.series)
            self.mark(epoch, *zip(colours, column.tolist(), strict=True))
        shown: Sequence[int] = range(len(names))
        if self._scene.many and self._order is not None:
            shown = self._order[max(round(point.y()) - 1, 0) :][:1].tolist()
        values = "   ".join(f"{names[i]} {measured(column[i])}" for i in shown[:6])
        self.reading.setText(f"epoch {epoch:,.10g}   {values}")

    def _values_at(self, row: Row) -> Floats:
        """Return the values (L,) of a row that have lines with names."""
        return (row.grad if self._scene.gradients else row.parameters)[[*self._scene.own]]

    def _summary(self) -> str:
        """Return the values of now, which are written beside the lines alone."""
        row = self.frame.row if self.frame else None
        if row is None:
            return ""
        named = zip(self._scene.symbols, self._values_at(row).tolist(), strict=True)
        return f"now {', '.join(f'{name} {measured(value)}' for name, value in named)}"

    def show_epoch(self, epoch: float | None) -> None:
        """Read at an epoch that is pointed at elsewhere, with a hairline; None ends that."""
        if epoch is None or not self._scene.many:
            super().show_epoch(epoch)

    def leave(self) -> None:
        """Read the step that is looked back at, or say what the map shows or is off the page."""
        super().leave()
        frame = self.frame
        if frame and frame.rows and frame.looks_back and self._map is None:
            self.hover(QPointF(frame.step / frame.rows.steps_per_epoch, 0.0))
            self._mark.show_marks({})  # there is a line already
            return
        beyond = (
            f"off the page, at its edge: beyond ±{printed(LARGEST_ON_SCREEN)}"
            if self._off_the_page
            else self._scene.said
        )
        self.reading.setText(beyond if self._map is None else self._map.label)

    def _lines(self, frame: Frame, rows: Rows) -> Marks:
        """Return a line for each parameter, and fit the plot to them."""
        pixels = self.plot.pixels()[0]
        in_sight = self.plot.x_in_sight()
        curves, others = (
            [
                rows.drawn_parameter(index, pixels, in_sight, grad=self._scene.gradients)
                for index in each
            ]
            for each in (self._scene.own, self._scene.rest)
        )
        self._fit((*curves, *others), rows.end)
        row = rows.newest
        values = (
            row.grad if self._scene.gradients else without_rounding(frame.settings, row.parameters)
        )
        values = values[[*self._scene.own]]
        epoch = row.step / rows.steps_per_epoch
        if not self.follows or len(self._said) != len(values):
            self._said = [measured(value) for value in values]
        said = [""] * len(values) if frame.looks_back else self._said
        palette = themes.now.palette
        return self._scene.lines(curves, epoch, values.tolist(), said, palette, others)

    def _fit(self, curves: Sequence[Line], epoch: float) -> None:
        right = self._end_with_labels(epoch)
        low = min(0.0, *(float(values.min()) for _, values in curves))
        high = max(0.0, *(float(values.max()) for _, values in curves))
        if self._off_the_page != (max(-low, high) > LARGEST_ON_SCREEN):
            self._off_the_page = not self._off_the_page
            if not self._mark.marks:
                self.leave()
        low = clamp(low)
        high = clamp(high)
        bottom = -round_up(-1.05 * low) if low < 0 else 0.0
        top = round_up(1.05 * high) if high > 0 else 0.0
        least = 0.05 * max(top, -bottom, 1e-12)
        self.plot.show_range(epoch_limits(right)[0], right, min(bottom, -least), max(top, least))

    def _end_with_labels(self, epoch: float) -> float:
        """Return where the axis ends if labels are to have room after an epoch."""
        end = max(epoch, 10.0)
        self.plot.end_axis_at(round_up(end, _ENDS))
        return round_up(end * self._room, _ENDS)

    def _mapped(self, rows: Rows) -> Marks:
        """Return the map, and fit the plot to it."""
        epoch = rows.end
        values = rows.drawn_map(_COLUMNS, grad=self._scene.gradients)[[*self._scene.own]]
        marks = self._scene.mapped(values, epoch, themes.now.palette)
        self._map = cast("ColourMap", marks["map"])
        # The left end is not that of the first cell, which moves at every step and would have the
        # axis drawn again.
        right = self._end_with_labels(epoch)
        self.plot.show_range(*epoch_limits(right), *self._map.extent[2:])
        self._order = self._scene.order(values)
        self._key.show_map(self._map)
        if not self._mark.marks:
            self.leave()
        return marks

    def _on_gradients_toggled(self) -> None:
        if self.frame is not None:
            self.reset(self.frame)
        self.plot.fit()
