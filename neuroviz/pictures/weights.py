"""The parameters of a run, or its gradient, over the epochs: as lines, or as a map if many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import measured, printed
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Frozen, Ints, Line
from neuroviz.pictures.input_names import parameter_labels, unit_title
from neuroviz.pictures.loss import epoch_limits
from neuroviz.pictures.marks import (
    DASHED,
    LARGEST,
    ColourMap,
    Curve,
    EndLabel,
    Figure,
    Marks,
    Points,
)
from neuroviz.pictures.palette import PAPER, SHAPES, Palette, faded

LONGEST_NAME = 9
"""Letters of an input's name at the end of a line, at most."""
SIGNS = "●■▲◆⬟★○□△◇⬠☆"
"""SHAPES, filled and then hollow, as letters before names: enough for the most lines."""
_SHAPE = 6.0
_FEWEST = 3
"""Size of the shapes on a line, and how many it has at least."""
_MOST_LINES = 12
_MOST_COLUMNS = 400
_SHARE = 0.95
_MOST_NAMED = 5
_PALE = 0.3
"""Opacity of the lines of neurons that are not opened."""
_WITH_NAMES = 1.7
"""Length of the horizontal axis of a map on paper, in lengths of the run, which leaves room for
names."""


class WeightsScene(Frozen):
    """The scene of a run's parameters."""

    names: tuple[str, ...]
    """Names of the parameters with a line each, with the data's names of their inputs."""
    gradients: bool = False
    """Whether the gradient's components are shown instead of the parameters."""
    whose: str = ""
    """The neuron that they belong to, of several."""
    own: tuple[int, ...] = ()
    rest: tuple[int, ...] = ()
    """Their indices in θ, and those of the other neurons' parameters."""

    @classmethod
    def of(cls, settings: Settings, unit: int | None, *, gradients: bool = False) -> WeightsScene:
        """Return the scene with one of several neurons opened; None for the output."""
        names = parameter_labels(settings, LONGEST_NAME)
        everything = range(len(names))
        if settings.parameters.linear:
            return cls(names, gradients, own=tuple(everything))
        own = tuple(settings.parameters.of_unit(unit))
        rest = tuple(index for index in everything if index not in own)
        return cls(tuple(names[i] for i in own), gradients, unit_title(settings, unit), own, rest)

    @property
    def said(self) -> str:
        """Which neuron's lines have names; empty for a single neuron."""
        return f"{self.whose}; the other neurons' parameters are pale" if self.whose else ""

    @property
    def symbols(self) -> list[str]:
        """The names without those of inputs."""
        return [name.partition(" ")[0] for name in self.names]

    @property
    def many(self) -> bool:
        """Whether one neuron has too many parameters for lines, so that they are a map."""
        return len(self.names) > _MOST_LINES

    @property
    def title(self) -> str:
        """What the scene shows."""
        title = "Gradient of the batch" if self.gradients else "Weights and bias"
        return f"{self.whose}: {title[0].lower()}{title[1:]}" if self.whose else title

    @property
    def y_label(self) -> str:
        """The label of the vertical axis."""
        if self.many:
            return f"{len(self.names)} parameters, largest first"
        return "gradient" if self.gradients else "value"

    def colours(self, series: Sequence[str]) -> list[str]:
        """Return the colours of the lines, which repeat where there are more lines."""
        return [series[index % len(series)] for index in range(len(self.names))]

    def colour_of(self, index: int, series: Sequence[str]) -> str | None:
        """Return the colour of a parameter of θ; None where it has no line."""
        lines = dict(zip(self.own, self.colours(series), strict=True))
        return None if self.many else lines.get(index)

    def lines(
        self,
        curves: Sequence[Line],
        epoch: float,
        values: Sequence[float],
        said: Sequence[str],
        palette: Palette,
        others: Sequence[Line] = (),
    ) -> Marks:
        """Return a line for each parameter, with name and value at its end.

        Shapes on the line and before its name help those who cannot see the colours.

        Parameters
        ----------
        curves
            Epochs and values (n,) of each.
        epoch, values
            Where the lines end.
        said
            The values to read; "" where others are looked at.
        others
            Epochs and values of the other neurons' parameters: pale lines without names.
        """
        count = len(palette.series)
        colours = self.colours(palette.series)
        marks: Marks = {}
        if others:
            # One line with gaps, since a hundred lines would take a hundred times as long.
            ends = np.array([np.nan])
            x, y = (
                np.concatenate([part for curve in others for part in (curve[axis], ends)])
                for axis in (0, 1)
            )
            faint = faded(palette.muted, _PALE)
            alone = len(others[0][0]) == 1
            marks["others"] = Points(x, y, faint) if alone else Curve(x, y, faint, width=1.0)
        for index, (curve, colour) in enumerate(zip(curves, colours, strict=True)):
            # Names and shapes tell the lines apart; so do dashes, where the colours repeat.
            dash = DASHED if index // count % 2 else ()
            marks["line", index] = Curve(*curve, colour, dash=dash)
            places = _along(*curve, (index + 1) / (len(self.names) + 1))
            again, shape = divmod(index, len(SHAPES))
            filling = palette.ground if again else colour
            marks["shape", index] = Points(
                *places, filling, SHAPES[shape], size=_SHAPE, outline=colour
            )
        for index, (name, value, words, colour) in enumerate(
            zip(self.names, values, said, colours, strict=True)
        ):
            marks["name", index] = EndLabel(
                epoch, value, f"{SIGNS[index]} {name} {words}".rstrip(), colour
            )
        return marks

    def order(self, values: Floats) -> Ints:
        """Return the parameters (P,) in the order of the rows of a map of values (P, m)."""
        return np.argsort(values[:, -1], kind="stable")

    def mapped(self, values: Floats, last: float, palette: Palette) -> Marks:
        """Return all parameters as colours, with names and values of the largest at their ends.

        Parameters
        ----------
        values
            (P, m), at evenly spaced epochs.
        last
            The last epoch.
        """
        marks: Marks = {"map": self._map(values, last, palette)}
        order = self.order(values)
        ends = values[order, -1]
        for line in np.argsort(-np.abs(ends), kind="stable")[:_MOST_NAMED].tolist():
            text = f"{self.names[order[line]]} {measured(ends[line])}"
            marks["name", line] = EndLabel(last, line + 1.0, text, palette.ink)
        return marks

    def _map(self, values: Floats, last: float, palette: Palette) -> ColourMap:
        """Return all parameters as colours, a row of cells each, ordered by their last values."""
        columns = values.shape[1]
        sizes = np.abs(values).ravel()
        greatest = min(float(sizes.max()), LARGEST) or 1.0
        reach = greatest
        if self.gradients:
            # A gradient falls by orders of magnitude: with a scale up to its greatest value,
            # everything after the first epochs would be pale.
            place = int(_SHARE * (len(sizes) - 1))
            reach = min(float(np.partition(sizes, place)[place]), greatest) or greatest
        half = last / (columns - 1) / 2 if columns > 1 else 0.5
        label = "component of the gradient" if self.gradients else "value of the parameter"
        if reach < greatest:
            label += " (cut off at the ends)"
        extent = (-half, last + half, 0.5, len(self.names) + 0.5)
        return ColourMap(
            values[self.order(values)], extent, palette.diverging, -reach, reach, label
        )


def weights_figure(
    settings: Settings, rows: Rows, gradients: bool = False, unit: int | None = None
) -> Figure:
    """Declare the figure of the weights view: the parameters, or the gradient's components.

    With hidden neurons, those of one ``unit`` are in front, None for the output.
    """
    scene = WeightsScene.of(settings, unit, gradients=gradients)
    last = float(rows.epochs[-1])
    y_label = scene.y_label
    y_limits = None
    if scene.many:
        values = rows.drawn_map(_MOST_COLUMNS, grad=gradients)[[*scene.own]]
        marks = scene.mapped(values, last, PAPER)
    else:
        column = rows.grad if gradients else rows.parameter
        series = [column(index) for index in scene.own]
        pale = [column(index) for index in scene.rest]
        ends = np.array([values[-1] for values in series])
        if not gradients:
            ends = without_rounding(settings, rows.newest.parameters)[[*scene.own]]
        curves, others = ([(rows.epochs, values) for values in each] for each in (series, pale))
        said = [measured(end) for end in ends]
        marks = scene.lines(curves, last, ends.tolist(), said, PAPER, others)
        y_limits = padded(np.concatenate((*series, *pale)), 0.05)
        if np.abs((*series, *pale)).max() > LARGEST:
            y_label += f", at most ±{printed(LARGEST)} here"
    return Figure(
        scene.title,
        "epoch",
        y_label,
        tuple(marks.values()),
        x_limits=epoch_limits((_WITH_NAMES if scene.many else 1.0) * (last or 1.0)),
        y_limits=y_limits,
        y_ticks=() if scene.many else None,
    )


def padded(values: Floats, margin: float) -> tuple[float, float]:
    """Return the range of values extended by a share of it at both ends, and never empty."""
    low, high = (float(np.clip(end, -LARGEST, LARGEST)) for end in (values.min(), values.max()))
    largest = max(abs(low), abs(high))
    if high - low <= 1e-9 * largest:
        # All values are equal but for rounding.
        half = 0.5 * largest or 0.5
        return low - half, high + half
    return low - margin * (high - low), high + margin * (high - low)


def _along(epochs: Floats, values: Floats, share: float) -> Line:
    """Return a few places on a line, at a share, 0 … 1, between round epochs.

    They stay while the run goes on, and differ for lines that lie on each other. A single row is
    itself a place.
    """
    start = epochs[0]
    span = epochs[-1] - epochs[0]
    if not span:
        return epochs, values
    apart = 2.0 ** np.floor(np.log2(span / _FEWEST))
    places = (np.arange(start // apart, epochs[-1] // apart + 1) + share) * apart
    places = places[(places >= start) & (places <= epochs[-1])]
    return places, np.interp(places, epochs, values)
