"""The data view as a figure: what the neuron says to its data, by the number of inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.neuron.boundary import crossings, output_scale
from neuroviz.core.neuron.neuron import predict, right
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import DASHED, Arrow, ColourMap, Curve, Mark, Points, Segments, Text
from neuroviz.pictures.weights import padded, printed

__all__ = ["data_figure"]

Extent = tuple[float, float, float, float]

_COLUMNS = 200
_ROWS = 160
_STOPS = 256
_CURVE_POINTS = 200
_PLANE_MARGIN = 0.5
_CURVE_MARGIN = 0.15
_MOST_TEXTS = 8
_MOST_WEIGHTS = 4
_SPREAD, _ARROW = 0.15, 0.12  # of one unit; of the plane
_LARGEST = 1e300


def data_figure(settings: Settings, parameters: Floats, two_colours: bool = False) -> Figure:
    """Declare what the data view shows.

    Parameters
    ----------
    settings
        The experiment; its number of inputs decides: a map of the output over the plane for two, the neuron's
        curve with residuals for one, prediction against target for more.
    parameters
        (P,), the bias last.
    two_colours
        For two inputs and classes: two flat colours, one on each side of the threshold.
    """
    view = _View(settings, parameters)
    if settings.dataset.width == 2:
        return view.plane(two_colours)
    return view.curve() if settings.dataset.width == 1 else view.against_target()


class _View:
    """What all three kinds of figure need to know.

    Parameters
    ----------
    settings, parameters
        As for :func:`data_figure`.
    """

    def __init__(self, settings: Settings, parameters: Floats) -> None:
        self.settings, self.parameters = settings, np.asarray(parameters, dtype=np.float64)
        self.inputs = settings.coded_inputs
        self.targets = settings.coded_targets
        self.output = self.output_at(self.inputs)
        self.coded = " (coded −1, 1)" if settings.inputs == "pm1" else ""
        task = "own data" if settings.data else TASKS[settings.task].label
        self.subtitle = f"{task} · {settings.activation_entry.label} · {_parameter_text(self.parameters)}"

    def output_at(self, inputs: Floats) -> Floats:
        """Return the output (N,) at inputs (N, D); what is too large for a float is the largest drawn."""
        output = predict(self.settings, self.parameters, inputs).output
        return np.nan_to_num(output, nan=0.0, posinf=_LARGEST, neginf=-_LARGEST)

    def samples(self, x: Floats, y: Floats) -> list[Mark]:
        """Return the samples at (x, y), with shapes and names by class and a cross on the wrong ones."""
        size = 9.0 if len(x) <= 50 else 5.5
        rows = right(self.settings, self.output)
        if self.settings.coding is None or rows is None:
            return [Points(x, y, palette.SERIES[0], "o", "samples", size, palette.INK)]
        one = self.settings.dataset.targets == 1
        low, high = (printed(number) for number in CODINGS[self.settings.coding])
        wrong = ~rows
        marks = (
            Points(x[one], y[one], palette.POSITIVE, "o", f"class 1 (y = {high})", size, palette.INK),
            Points(x[~one], y[~one], palette.NEGATIVE, "s", f"class 0 (y = {low})", size, palette.INK),
            Points(x[wrong], y[wrong], palette.INK, "x", "wrong", size + 4),
        )
        return [mark for mark in marks if np.size(mark.x)]

    def plane(self, two_colours: bool) -> Figure:
        """Return the output over the plane of two inputs."""
        extent = (*padded(self.inputs[:, 0], _PLANE_MARGIN), *padded(self.inputs[:, 1], _PLANE_MARGIN))
        size = np.array((extent[1] - extent[0], extent[3] - extent[2]))
        classes = self.settings.threshold is not None
        colours = self._colours()
        return Figure(
            "Output over the plane",
            f"input x₁{self.coded}",
            f"input x₂{self.coded}",
            (
                self._map(extent, colours, two_colours),
                *self._boundary(np.array((extent[0], extent[2])) + size / 2, size),
                *(self.samples(*self.inputs.T) if classes else self._coloured(colours)),
                *self._texts(size),
            ),
            subtitle=self.subtitle,
            # One unit would be lost to sight beside the other where the inputs have very different scales.
            equal_aspect=bool(0.2 <= size[0] / size[1] <= 5),
        )

    def curve(self) -> Figure:
        """Return the samples, the neuron's curve and the residuals, for one input."""
        x = self.inputs[:, 0]
        limits = padded(x, _CURVE_MARGIN)
        grid = np.linspace(*limits, _CURVE_POINTS)
        line = "line" if self.settings.activation == "identity" else "curve"
        marks: list[Mark] = [
            Segments(x, self.targets, x, self.output, palette.INK_MUTED),
            Curve(grid, self.output_at(grid[:, np.newaxis]), palette.ACCENT, f"the neuron's {line}", width=2.0),
            *self._threshold(*limits),
            *self.samples(x, self.targets),
        ]
        title = f"{line.capitalize()} and residuals"
        x_label = f"input x{self.coded}"
        y_label = "target y and output ŷ"
        return Figure(title, x_label, y_label, tuple(marks), x_limits=limits, subtitle=self.subtitle)

    def against_target(self) -> Figure:
        """Return prediction against target, for more than two inputs."""
        classes = self.settings.coding is not None
        x = self._spread() if classes else self.targets
        x_limits = padded(x, 0.1) if classes else padded(np.append(self.targets, self.output), 0.05)
        perfect = np.unique(self.targets) if classes else np.array(x_limits)
        ends = [(y - _SPREAD, y + _SPREAD) for y in perfect] if classes else [x_limits]
        heights = [(y, y) for y in perfect] if classes else [x_limits]
        marks: list[Mark] = [
            Curve(x_ends, y_ends, palette.INK_MUTED, None if i else "perfect: prediction = target", width=2.0)
            for i, (x_ends, y_ends) in enumerate(zip(ends, heights, strict=True))
        ]
        marks += [*self._threshold(*x_limits), *self.samples(x, self.output)]
        title = "Prediction against target"
        x_label = "target y (spread sideways)" if classes else "target y"
        return Figure(title, x_label, "prediction ŷ", tuple(marks), x_limits=x_limits, subtitle=self.subtitle)

    def _spread(self) -> Floats:
        """Return the targets moved sideways, evenly and in the order of the samples of their class."""
        result = self.targets.copy()
        for target in np.unique(self.targets):
            own = self.targets == target
            if own.sum() > 1:
                result[own] += np.linspace(-_SPREAD, _SPREAD, own.sum())
        return result

    def _threshold(self, left: float, right: float) -> list[Mark]:
        """Return the level line of the threshold; none for numbers."""
        threshold = self.settings.threshold
        if threshold is None:
            return []
        label = f"threshold {printed(threshold)}"
        return [Curve([left, right], [threshold, threshold], palette.INK, label, dash=DASHED)]

    def _colours(self) -> _Colours:
        """Return the range of colours: of classes the activation's, as far as targets can want it."""
        return _Colours(*output_scale(self.settings), self.settings.threshold)

    def _map(self, extent: Extent, colours: _Colours, two_colours: bool) -> ColourMap:
        """Return the output at the middle of every cell."""
        values = self.output_at(_cells(extent)).reshape(_ROWS, _COLUMNS)
        threshold = colours.threshold
        ends = (colours.low, colours.high)
        if two_colours and threshold is not None:
            # Not by the colour of the output, of which there are only so many: the border would be moved.
            values = np.where(values > threshold, colours.high, colours.low)
        cut = values.min() < colours.low - 1e-9 or values.max() > colours.high + 1e-9
        label = "output ŷ (cut off at the ends)" if cut else "output ŷ"
        return ColourMap(np.clip(values, *ends), extent, colours.stops(two_colours), *ends, label)

    def _boundary(self, middle: Floats, size: Floats) -> list[Mark]:
        """Return the lines where the output crosses the threshold, and the direction of w from the nearest."""
        threshold = self.settings.threshold
        offsets = () if threshold is None else crossings(self.settings.activation, threshold)
        lines = [line for z in offsets if (line := _line(self.parameters, z, middle, size)) is not None]
        if not lines:
            return []
        label = f"output crosses {printed(threshold)}"
        marks: list[Mark] = [
            Curve(x, y, palette.INK, None if i else label, dash=DASHED) for i, (x, y) in enumerate(lines)
        ]
        nearest = min((line[:, 1] for line in lines), key=lambda point: math.hypot(*(point - middle)))
        return [*marks, *_arrow(self.parameters[:2] / np.abs(self.parameters[:2]).max(), nearest, middle, size)]

    def _coloured(self, colours: _Colours) -> list[Mark]:
        """Return the samples of a regression, each in the colour of its target."""
        of_sample = np.array([colours.at(target) for target in self.targets])
        marks: list[Mark] = []
        for colour in np.unique(of_sample):
            x, y = self.inputs[of_sample == colour].T
            label = None if marks else "samples, in the colour of their target"
            marks.append(Points(x, y, str(colour), "o", label, 9.0, palette.INK))
        return marks

    def _texts(self, size: Floats) -> list[Mark]:
        """Return the outputs beside the samples, where these are few."""
        few = len(self.output) <= _MOST_TEXTS
        shown = [f"ŷ = {printed(output, 3)}" for output in self.output] if few else []
        return [
            # A text begins at its x, so half of its letters go to the left to have it above the sample.
            Text(x - 0.0125 * len(text) * size[0], y + 0.045 * size[1], text, palette.INK)
            for (x, y), text in zip(self.inputs, shown, strict=False)
        ]


@dataclass(frozen=True)
class _Colours:
    """From which output to which the colours go, and where between them the undecided one stands."""

    low: float
    high: float
    threshold: float | None

    def stops(self, flat: bool = False) -> tuple[str, ...]:
        """Return the stops of a map: sequential for numbers, for classes undecided at the threshold."""
        if self.threshold is None:
            return palette.SEQUENTIAL
        values = np.linspace(self.low, self.high, _STOPS)
        if flat:
            return tuple(palette.DIVERGING[2 if value > self.threshold else 0] for value in values)
        return tuple(self.at(value) for value in values)

    def at(self, value: float) -> str:
        """Return the colour of an output."""
        if self.threshold is None:
            return _blend(palette.SEQUENTIAL, (value - self.low) / (self.high - self.low))
        side = self.high if value > self.threshold else self.low
        share = abs(value - self.threshold) / (abs(side - self.threshold) or 1.0)
        return _blend(palette.DIVERGING, 0.5 + math.copysign(0.5, value - self.threshold) * min(1.0, share))


def _cells(extent: Extent) -> Floats:
    """Return the middles of all cells of the plane, (rows · columns, 2)."""
    left, right, bottom, top = extent
    x = left + (np.arange(_COLUMNS) + 0.5) / _COLUMNS * (right - left)
    y = bottom + (np.arange(_ROWS) + 0.5) / _ROWS * (top - bottom)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _line(parameters: Floats, z: float, middle: Floats, size: Floats) -> Floats | None:
    """Return x and y (2, 3) of the line w·x + b = z: an end, its point nearest the middle, and the other end.

    None if it does not cross the plane, which has this middle and size.
    """
    scale = np.abs(parameters[:2]).max()
    half = size / 2
    if scale == 0:
        return None
    length = math.hypot(*(parameters[:2] / scale))  # the squares of the largest weights are no floats
    normal = parameters[:2] / scale / length
    with np.errstate(all="ignore"):  # what is infinite is beyond the plane
        distance = (z - parameters[2]) / scale / length - normal @ middle
        foot = distance * normal
        along = np.array((-normal[1], normal[0]))
        cuts = np.sort(((-half - foot) / along, (half - foot) / along), axis=0)
    first = cuts[0].max()
    last = cuts[1].min()
    if not (abs(distance) <= math.hypot(*half) and first < last):
        return None
    points: Floats = middle + foot + np.outer((first, min(last, max(first, 0.0)), last), along)
    return points.T


def _arrow(weights: Floats, start: Floats, middle: Floats, size: Floats) -> list[Mark]:
    """Return the direction of w as an arrow that stays within the plane, with its name at its right."""
    step = weights / math.hypot(*(weights / size))  # as long as the plane
    share = step / size
    room = min((size / 2 - np.sign(step) * (start - middle)) / np.maximum(abs(step), 1e-300))
    step = min(_ARROW, 0.9 * room) * step
    side = 0.05 * size * (abs(share[1]), -share[0] * math.copysign(1.0, share[1]))
    x, y = start + 0.4 * step + side
    return [Arrow(start[0], start[1], step[0], step[1], palette.INK), Text(x, y, "w", palette.INK)]


def _blend(stops: tuple[str, ...], share: float) -> str:
    """Return the colour at a share, 0 … 1, of evenly spaced stops."""
    rgb = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    at = min(1.0, max(0.0, share)) * (len(stops) - 1)
    mixed = [round(np.interp(at, range(len(stops)), channel)) for channel in rgb.T]
    return "#{:02X}{:02X}{:02X}".format(*mixed)


def _parameter_text(parameters: Floats) -> str:
    """Return w and b, or their number where they are many."""
    *weights, bias = (printed(number) for number in parameters)
    if len(weights) > _MOST_WEIGHTS:
        return f"{len(parameters)} parameters"
    return f"w = {weights[0] if len(weights) == 1 else '(' + ', '.join(weights) + ')'}, b = {bias}"
