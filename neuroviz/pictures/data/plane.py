"""Two inputs: the output as a colour map over their plane, with the line at the threshold."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import product
from typing import ClassVar

import numpy as np
from msgspec.structs import replace

from neuroviz.core.model.boundary import crossings, output_at, output_scale
from neuroviz.core.model.rounding import above_threshold, without_rounding
from neuroviz.core.numbers import measured, printed
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.data.borders import (
    NAME_CELLS,
    boundary_line,
    class_names,
    middle_and_size,
    places_over,
    straight_borders,
)
from neuroviz.pictures.data.scene import UNSEEN, Cells, DataScene, Now, finite
from neuroviz.pictures.input_names import input_label
from neuroviz.pictures.label_places import clearance
from neuroviz.pictures.marks import (
    DASHED,
    Arrow,
    ColouredCells,
    ColourMap,
    Curve,
    Marks,
    Points,
    Text,
)
from neuroviz.pictures.palette import Palette, rgb_mixed
from neuroviz.pictures.weights import padded

Taken = int | tuple[int, int] | None
"""Whose line it is: a hidden neuron's, that of two outputs, or None for the only output's."""
_FINEST, _FINEST_OF_CLASSES = 128, 80
"""Columns or rows of a map, at most, where every cell is computed each time."""
_LONE = 1.5
"""How far the plane of a single sample goes to each side, in distances from it to zero."""
_MARGIN = 0.4
_MARGIN_OF_NUMBERS = 0.15
_MOST_TEXTS = 8
_SHADES = 256
_LEVELS = np.sinh(np.linspace(-7.0, 7.0, 57))
"""Values of z at which a change of the output is sought; they are dense near 0, where activations
bend."""
_RING = 2.2
"""Pixels by which the outer ring of a sample is wider. With 2, a square, which is drawn at whole
pixels, would be half a pixel off centre."""
_NO_ERROR = 0.01
"""Share of the targets' range up to which an error is invisible."""


class PlaneScene(DataScene):
    """Two inputs: the output as a colour map over their plane, with the line at the threshold."""

    title = "Output over the plane"
    has_direction: ClassVar[bool] = True
    """Whether w has a direction in this plane."""

    @property
    def labels(self) -> tuple[str, str]:
        """The two inputs."""
        return input_label(self.settings, 0), input_label(self.settings, 1)

    @cached_property
    def bounds(self) -> Extent:
        """The ranges of the inputs, with a margin on all sides.

        Around a single sample they reach as far as zero, and half as far again.
        """
        places = np.vstack((self.positions(None), self.held_out_places))
        if len(places) == 1:
            (x, y), half = places[0], _LONE * max(1.0, np.abs(places).max())
            return x - half, x + half, y - half, y + half
        margin = _MARGIN if self.settings.dataset.classes else _MARGIN_OF_NUMBERS
        x, y = (padded(column, margin) for column in places.T)
        return *x, *y

    @property
    def equal_aspect(self) -> bool:
        """Whether the units are equal: not where one would be invisibly short, and not for numbers.

        For numbers there is no line at right angles to w.
        """
        if not self.settings.dataset.classes:
            return False
        left, right, bottom, top = self.bounds
        return bool(0.2 <= (right - left) / (top - bottom) <= 5)

    def positions(self, now: Now | None) -> Floats:
        """Return the inputs."""
        return self.settings.coded_inputs

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        left, right, bottom, top = sight
        corners = np.array([(x, y) for x in (left, right) for y in (bottom, top)])
        change = parameters - before.parameters
        z = float(np.abs(corners @ change[:2] + change[2]).max())
        # Without weights there is no line.
        line = float(np.divide(z, math.hypot(*(parameters[:2] * pixel))))
        output = self.settings.activation_entry.greatest_slope * z
        # Far from the line, the output is often saturated.
        if line <= UNSEEN and not self._shades(output) <= UNSEEN:
            output = self._change_of_output(before.parameters, parameters, sight)
        return max(line, self._shades(output))

    def _shades(self, output: float) -> float:
        return _SHADES * output / self._shortest_half / 2

    def _change_of_output(self, before: Floats, parameters: Floats, sight: Extent) -> float:
        """Return by how much the output changes anywhere in the visible range, at most.

        z and its change are linear in the place: where z is the same, its change is greatest at the
        edge.
        """
        left, right, bottom, top = sight
        corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        sides = np.roll(corners, -1, axis=0) - corners
        z = corners @ before[:2] + before[2]
        if not np.isfinite(z).all():
            return math.inf
        share = (_LEVELS[:, np.newaxis] - z) / (np.roll(z, -1) - z)
        places = corners + np.clip(np.nan_to_num(share), 0.0, 1.0)[..., np.newaxis] * sides
        outputs = (
            output_at(self.settings, each, places.reshape(-1, 2)) for each in (before, parameters)
        )
        return float(np.abs(np.subtract(*outputs)).max())

    @cached_property
    def _shortest_half(self) -> float:
        """How much of the output the shorter half of the scale covers."""
        low, high = output_scale(self.settings)
        threshold = self.settings.threshold
        middle = threshold if threshold is not None and low < threshold < high else (low + high) / 2
        return min(middle - low, high - middle)

    def outputs(self, now: Now | None) -> list[str]:
        """Return the text beside each sample, its output; none where there are many samples."""
        samples = self.settings.dataset.samples
        if samples > _MOST_TEXTS or self.settings.outputs > 1:
            return []
        return [measured(output) for output in (now.output.tolist() if now else [None] * samples)]

    def marks(self, now: Now | None, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return all marks; with several outputs including the classes' names in their regions."""
        marks = super().marks(now, sight, cells, palette)
        if now is not None and self.settings.outputs > 1:
            shares, _ = self._map_values(self.as_neuron(now.parameters), sight, NAME_CELLS)
            marks.update(class_names(self.settings, shares, sight, self.positions(now), palette))
        return marks

    def as_neuron(self, parameters: Floats) -> Floats:
        """Return, of parameters (P,), those of the neuron that is drawn over the plane."""
        return parameters

    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        colours = self._map(now.parameters, sight, cells, palette)
        return {"map": colours, **self._boundary(now.parameters, sight, cells, palette)}

    def _samples(self, positions: Floats, now: Now | None, palette: Palette) -> Marks:
        """Return the samples: classes have shapes and names, numbers the sign of the error.

        Each has an outer ring, which with the inner one is seen on any colour of a map.
        """
        if self.settings.dataset.classes or now is None:
            samples = super()._samples(positions, now, palette)
        else:
            samples = self._by_error(positions, now, palette)
        if self.settings.outputs > 1 or self.crowded:  # visible without rings, or too many for them
            return samples
        return {**_rings_round(samples, palette), **samples}

    def _by_error(self, positions: Floats, now: Now, palette: Palette) -> Marks:
        """Return the samples in the colours of what ŷ is too high by, where anybody sees that."""
        targets = self.settings.coded_targets
        error = now.output - targets
        error[np.abs(error) <= _NO_ERROR * (np.ptp(targets) or 1.0)] = 0.0
        kinds = (
            (1.0, palette.positive, "ŷ too high"),
            (-1.0, palette.negative, "ŷ too low"),
            (0.0, palette.ink, f"ŷ right to {printed(100 * _NO_ERROR)} %"),
        )
        marks: Marks = {}
        for sign, colour, label in kinds:
            own = np.sign(error) == sign
            if own.any():
                x, y = positions[own].T
                outline = self._outline(palette)
                marks["error", sign] = Points(x, y, colour, "o", label, self.size, outline)
        return marks

    def _map(self, parameters: Floats, sight: Extent, cells: Cells, palette: Palette) -> ColourMap:
        values, direction = self._map_values(parameters, sight, cells)
        if self.settings.outputs > 1:
            return self._map_of_classes(values, sight, palette)
        low, high = output_scale(self.settings)
        cut = values.min() < low - 1e-9 or values.max() > high + 1e-9
        label = "output ŷ (cut off at the ends)" if cut else "output ŷ"
        threshold = self.settings.threshold
        stops = palette.sequential if threshold is None else palette.diverging
        colours = ColourMap(values, sight, stops, low, high, label, direction=direction)
        if threshold is None:
            return colours
        if self.two_colours:
            values = np.where(above_threshold(self.settings, values), high, low)
            return replace(colours, values=values, stops=(stops[0], stops[-1]), flat=True)
        return replace(colours, middle=threshold if low < threshold < high else None)

    @property
    def finest(self) -> int:
        """Columns or rows of a map where each cell is computed, at most."""
        return _FINEST if self.settings.outputs == 1 or self.two_colours else _FINEST_OF_CLASSES

    def _map_of_classes(self, shares: Floats, sight: Extent, palette: Palette) -> ColouredCells:
        """Return the classes' colours mixed by their shares (rows, columns, K)."""
        flat = self.two_colours
        if flat:
            shares = np.eye(self.settings.outputs)[shares.argmax(axis=-1)]
        colours = rgb_mixed(palette.class_colours, shares, palette.ground)
        stops = palette.class_colours[: self.settings.outputs]
        return ColouredCells(colours, sight, stops, 0.0, 1.0, flat=flat, smooth=not flat)

    def _map_values(
        self, parameters: Floats, sight: Extent, cells: Cells
    ) -> tuple[Floats, tuple[float, float] | None]:
        """Return the output (rows, columns) of the cells, or (1, n) along one direction, and that.

        Where z is the same, so is the output: one line of places, as fine as the cells, is enough.
        For K outputs the values are (rows, columns, K), since each has its own direction.
        """
        if self.settings.outputs > 1:
            columns, rows = (min(self.finest, count) for count in cells)
            shares = self._output_at(parameters, places_over(sight, columns, rows))
            return finite(shares).reshape(rows, columns, -1), None
        left, right, bottom, top = sight
        weights = parameters[:2] / (np.abs(parameters[:2]).max() or 1.0)
        first = np.where(weights >= 0, (left, bottom), (right, top))
        last = np.array((left + right, bottom + top)) - first
        along = np.linspace(0.0, 1.0, math.ceil(math.hypot(*cells)) + 1)[:, np.newaxis]
        places = (1 - along) * first + along * last
        values = finite(self._output_at(parameters, places))[np.newaxis]
        return values, (float(weights[0]), float(weights[1]))

    def _output_at(self, parameters: Floats, places: Floats) -> Floats:
        return output_at(self.settings, parameters, places)

    def lines_to_take(self, parameters: Floats, sight: Extent) -> list[tuple[Taken, Floats]]:
        """Return the visible straight lines (2, 3) that show a neuron's weights and bias.

        Each comes with the index of its hidden neuron, None for the output, or a pair of outputs.
        """
        hidden = self.settings.hidden
        if self.settings.outputs > 1:
            return [
                ((hidden + pair[0], hidden + pair[1]), line)
                for pair, line in self._class_borders(parameters, sight)
                if pair is not None
            ]
        return [(None, line) for line in self.boundaries(parameters, sight)]

    def places_of(self, unit: int | None) -> list[int]:
        """Return the indices in θ of the two weights and the bias of a line that can be dragged."""
        return [self.places[at] for at in self.settings.parameters.of_unit(unit)]

    def lines_of(self, parameters: Floats, sight: Extent) -> list[Floats]:
        """Return the borders between the classes."""
        return self.boundaries(self.as_neuron(parameters), sight)

    def boundaries(self, parameters: Floats, sight: Extent) -> list[Floats]:
        """Return the visible lines, x and y (2, n), on which the output crosses the threshold.

        Parameters
        ----------
        parameters
            (P,), the bias last.
        """
        if self.settings.outputs > 1:
            return [line for _, line in self._class_borders(parameters, sight)]
        parameters = without_rounding(self.settings, parameters)
        threshold = self.settings.threshold
        offsets = () if threshold is None else crossings(self.settings.activation, threshold)
        return [line for z in offsets for line in self.lines_at(parameters, z, sight)]

    def _class_borders(
        self, parameters: Floats, sight: Extent
    ) -> list[tuple[tuple[int, int] | None, Floats]]:
        """Return where two outputs are equal and the largest, with the pair if that is straight."""
        return [*straight_borders(parameters, sight)]

    def lines_at(self, parameters: Floats, z: float, sight: Extent) -> list[Floats]:
        """Return the visible lines (2, n) on which z has a value.

        A straight one is an end, the point nearest the middle, and the other end.
        """
        line = boundary_line(parameters, z, sight)
        return [] if line is None else [line]

    def _boundary(self, parameters: Floats, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return the lines where the output crosses the threshold, with the direction of w."""
        boundaries = self.boundaries(parameters, sight)
        if not boundaries:
            return {}
        label = "two shares are the same"
        if self.settings.threshold is not None:
            label = f"ŷ = {printed(self.settings.threshold)}"
        marks: Marks = {}
        for index, (x, y) in enumerate(boundaries):
            marks["boundary", index] = Curve(x, y, palette.ink, None if index else label, DASHED)
        if not self.has_direction:
            return marks
        return {**marks, **self._direction(parameters, boundaries, sight, cells, palette)}

    def _direction(
        self,
        parameters: Floats,
        boundaries: list[Floats],
        sight: Extent,
        cells: Cells,
        palette: Palette,
    ) -> Marks:
        """Return the arrow of w, from the line nearest the middle."""
        middle, _ = middle_and_size(sight)
        weights = without_rounding(self.settings, parameters)[:2]
        weights = weights / np.abs(weights).max()
        nearest = min(
            (_clear_of_edges(line, weights, sight) for line in boundaries),
            key=lambda point: math.hypot(*(point - middle)),
        )
        taken = (
            self.settings.coded_inputs
            if self.settings.dataset.samples <= _MOST_TEXTS
            else np.zeros((0, 2))
        )
        return weights_arrow(weights, nearest, sight, cells, taken, palette.ink)


def _rings_round(samples: Marks, palette: Palette) -> Marks:
    """Return an outer ring of each."""
    return {
        ("ring", key): replace(
            mark, color=palette.ink, outline=palette.ink, label=None, size=mark.size + _RING
        )
        for key, mark in samples.items()
        if isinstance(mark, Points)
    }


_ARROW = 0.2
"""Length of the arrow as a share of the plane."""
_EDGE = 0.07
"""Share of the plane at each edge that the arrow's foot avoids: its handle would be cut there. The
tip avoids half of it."""
_NAME_OFF = 4.0
"""Cells from the arrow to its name."""
_FREE = 7.0
"""Cells around the arrow's name that should be free, a sample's ring included."""
_COVERED = np.array([*product(range(0, 21, 4), (0,)), *product(range(-16, 17, 8), (9, 16))])
"""Cells to the right of a sample that its text covers on the screen, and above it on paper."""


def _clear_of_edges(line: Floats, weights: Floats, sight: Extent) -> Floats:
    """Return the point of a line (2, 3) nearest the middle from which an arrow of w can be seen.

    The line is given by an end, the visible point nearest the middle, and the other end. The point
    is clear of the edges, and if it can be half of the arrow too.
    """
    first, nearest, last = line.T
    middle, size = middle_and_size(sight)
    way = last - first
    along = (nearest - first) @ way / (way @ way)
    far = (0.5 - _EDGE) * size
    arrow = _ARROW * _as_long_as_plane(weights, size)
    for ahead in (arrow / 2, 0 * arrow):
        ends = np.array((-far - np.minimum(ahead, 0), far - np.maximum(ahead, 0)))
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed = (middle - first + ends) / way
        enter = np.nanmax(np.nanmin(crossed, axis=0))
        leave = np.nanmin(np.nanmax(crossed, axis=0))
        if enter <= along <= leave:
            return nearest
        if enter < leave:
            return first + np.clip(along, enter, leave) * way
    return nearest  # it runs along an edge, or through a corner


def _as_long_as_plane(weights: Floats, size: Floats) -> Floats:
    """Return the direction of w (2,) as a step across the whole plane."""
    return weights / math.hypot(*(weights / size))


def weights_arrow(
    weights: Floats,
    start: Floats,
    sight: Extent,
    cells: Cells,
    taken: Floats,
    ink: str,
) -> Marks:
    """Return the direction of w as an arrow that stays within the plane, with its name.

    The name stands to the right or left of the arrow, where no sample or text covers it.

    Parameters
    ----------
    weights, start
        (2,): w, and the foot of the arrow, in units of the axes.
    cells
        Columns and rows of the map, for lengths as they are seen.
    taken
        (N, 2): the samples.
    """
    middle, size = middle_and_size(sight)
    step = _as_long_as_plane(weights, size)
    share = step / size
    far = (1 - _EDGE) * size / 2
    room = min((far - np.sign(step) * (start - middle)) / np.maximum(abs(step), 1e-300))
    step = max(min(_ARROW, room), 0.0) * step
    # At right angles to the arrow, as seen on the screen.
    across = np.array((share[1] * cells[1], -share[0] * cells[0]))
    beside = max(_NAME_OFF, 0.045 * min(cells)) * across / np.hypot(*across) * size / cells
    places = [
        start + along * step + side * beside
        for away in (1, 2, 3)
        for along in (0.4, 0.75, 1.1)
        for side in (away, -away)
    ]
    inside = [place for place in places if (abs(place - middle) < 0.47 * size).all()] or places[:1]
    covered = (taken - middle)[:, None] * cells / size + _COVERED
    free = clearance((np.array(inside) - middle) * cells / size, covered.reshape(-1, 2))
    x, y = inside[free.clip(max=_FREE).argmax()]
    return {
        "w": Arrow(float(start[0]), float(start[1]), float(step[0]), float(step[1]), ink),
        "w name": Text(float(x), float(y), "w", ink),
    }
