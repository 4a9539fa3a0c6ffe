"""The data view, on screen and on paper: what the neuron says to its data, by the number of inputs."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import dataclass
from neuroviz.core.neuron.boundary import crossings, output_at, output_scale
from neuroviz.core.neuron.neuron import predict, right
from neuroviz.core.neuron.rounding import above_threshold, without_rounding
from neuroviz.core.numbers import fixed
from neuroviz.core.types import Floats
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.held_out import held_out_marks, held_out_places
from neuroviz.pictures.input_names import class_title, input_label, target_label
from neuroviz.pictures.marks import DASHED, Arrow, ColourMap, Curve, Marks, Points, Segments, Text
from neuroviz.pictures.palette import PAPER, Palette
from neuroviz.pictures.weights import padded, printed

Extent = tuple[float, float, float, float]
"""Left, right, bottom and top."""

_CELLS = (200, 160)
"""Columns and rows of a map on paper."""
_CURVE_POINTS = 200
_LONE = 1.5
_PLANE_MARGIN = 0.4
_CURVE_MARGIN = 0.15
_TARGET_MARGIN = 0.2
_MOST_TEXTS = 8
_MOST_WEIGHTS = 4
_SPREAD = 0.15
"""How far samples are moved sideways at most, as a share of the distance of the two classes."""
_ARROW = 0.2
"""The length of the arrow as a share of the plane."""
_NAME_OFF = 4.0
"""Cells from the arrow to its name."""
_FREE = 6.0
"""Cells round the name of the arrow that are to be free; more is no better."""
_BESIDE = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0)
"""Cells from a sample to the right, over what is written there."""
_LARGEST = 1e300
_LONG = 1e4
"""From here on an output is written with an exponent rather than with decimals."""
_FEW = 50
"""Up to so many samples are drawn large."""
_LARGE = 12.0
_SMALL = 7.0
_CROSS = 6.0
"""By so much a cross is larger than what it lies on."""
_HALF = 0.5
"""Pixels, or shades of a map, that nobody sees."""
_SHADES = 256
_LEVELS = np.sinh(np.linspace(-7.0, 7.0, 57))
"""Values of z at which a change of the output is looked for: closely round 0, where activations bend."""
_COLOURS = 40
"""In so many colours samples have that of their target."""


@dataclass(frozen=True, eq=False)
class Now:
    """What the neuron is and says at one moment."""

    parameters: Floats
    """(P,), the bias last."""
    output: Floats
    """(N,): what it says to its samples."""
    right: NDArray[np.bool_] | None
    """(N,): which of them are on their side of the threshold; None for numbers."""

    def has_same_wrong(self, other: Now) -> bool:
        """Return whether at another moment the same samples are wrong."""
        return self.right is None or other.right is None or bool(np.array_equal(self.right, other.right))


@dataclass(frozen=True, eq=False)
class DataScene(ABC):
    """What is to be seen of the data of an experiment."""

    settings: Settings
    two_colours: bool = False
    """For two inputs and classes: two flat colours, one on each side of the threshold."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is shown."""

    @property
    @abstractmethod
    def labels(self) -> tuple[str, str]:
        """What the axes are called."""

    @property
    @abstractmethod
    def bounds(self) -> Extent:
        """The ranges that hold the data with some room, whatever the neuron says."""

    @property
    def equal_aspect(self) -> bool:
        """Whether one unit is as long on both axes."""
        return False

    @abstractmethod
    def positions(self, now: Now | None) -> Floats:
        """Return where the samples stand, (N, 2); none where that cannot be known."""

    def marks(self, now: Now | None, sight: Extent, cells: tuple[int, int], palette: Palette) -> Marks:
        """Return all marks; of a moment that is not known only the samples, where they have their places.

        Parameters
        ----------
        now
            The moment; None if it is not known.
        sight
            What of the plane is in sight.
        cells
            Columns and rows of a map.
        """
        marks: Marks = {} if now is None else self._background(now, sight, cells, palette)
        positions = self.positions(now)
        if len(positions):
            marks.update(self._samples(positions, palette))
        marks.update(self._held_out(now, palette))
        if now is not None and now.right is not None and not now.right.all():
            size = self._size + _CROSS
            x, y = positions[~now.right].T
            marks["wrong"] = Points(x, y, palette.error, "x", "wrong", size)
        return marks

    def has_moved(self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]) -> bool:
        """Return whether something has moved by more than half a pixel or half a shade.

        Parameters
        ----------
        before
            The moment that is drawn.
        parameters
            (P,): those of another.
        sight
            What of the plane is in sight.
        pixel
            Width and height of a pixel in units of the axes.
        """
        with np.errstate(all="ignore"):  # what is no float is not alike
            moved = self._reach_of_change(before, parameters, sight, pixel)
        return not moved <= _HALF

    @abstractmethod
    def _reach_of_change(self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]) -> float:
        """Return by how many pixels, or shades, something has moved, at most."""

    @abstractmethod
    def _background(self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette) -> Marks:
        """Return what lies behind the samples."""

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return the rows held out, which stay the same marks."""
        return _held_out(self, palette)

    @cached_property
    def held_out_places(self) -> Floats:
        """(H, 2): where the rows held out stand, whatever the neuron says: the first two of inputs and target."""
        return held_out_places(self.settings)[:, :2]

    @property
    def _size(self) -> float:
        return _LARGE if self.settings.dataset.samples <= _FEW else _SMALL

    def _outline(self, palette: Palette) -> str | None:
        """Return what samples have round them."""
        return palette.ground

    def _samples(self, positions: Floats, palette: Palette) -> Marks:
        """Return the samples, with shapes and names by class."""
        outline = self._outline(palette)
        if self.settings.coding is None:
            x, y = positions.T
            return {"samples": Points(x, y, palette.ink, "o", "samples", self._size, outline)}
        one = self.settings.dataset.targets == 1
        low, high = (printed(number) for number in CODINGS[self.settings.coding])
        marks: Marks = {}
        if one.any():
            x, y = positions[one].T
            name = f"{class_title(self.settings, 1)} (y = {high})"
            marks["class 1"] = Points(x, y, palette.positive, "o", name, self._size, outline)
        if not one.all():
            x, y = positions[~one].T
            name = f"{class_title(self.settings, 0)} (y = {low})"
            marks["class 0"] = Points(x, y, palette.negative, "s", name, self._size, outline)
        return marks

    def _threshold(self, left: float, right: float, palette: Palette) -> Marks:
        """Return the level line of the threshold; none for numbers."""
        threshold = self.settings.threshold
        if threshold is None:
            return {}
        label = f"threshold {printed(threshold)}"
        level = np.full(2, threshold)
        return {"threshold": Curve(np.array((left, right)), level, palette.muted, label, DASHED, 1.2)}


class PlaneScene(DataScene):
    """Two inputs: the output as a colour map over their plane, with the line where it crosses the threshold."""

    @property
    def title(self) -> str:
        """What is shown."""
        return "Output over the plane"

    @property
    def labels(self) -> tuple[str, str]:
        """The two inputs."""
        return input_label(self.settings, 0), input_label(self.settings, 1)

    @cached_property
    def bounds(self) -> Extent:
        """The inputs, with room at all sides; round a single sample as much as to zero, and half more."""
        places = np.vstack((self.settings.coded_inputs, self.held_out_places))
        if len(places) == 1:
            (x, y), half = places[0], _LONE * max(1.0, np.abs(places).max())
            return x - half, x + half, y - half, y + half
        x, y = (padded(column, _PLANE_MARGIN) for column in places.T)
        return *x, *y

    @property
    def equal_aspect(self) -> bool:
        """Not where one unit would be lost to sight beside the other."""
        left, right, bottom, top = self.bounds
        return bool(0.2 <= (right - left) / (top - bottom) <= 5)

    def positions(self, now: Now | None) -> Floats:
        """Return the inputs themselves."""
        return self.settings.coded_inputs

    def _reach_of_change(self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]) -> float:
        left, right, bottom, top = sight
        corners = np.array([(x, y) for x in (left, right) for y in (bottom, top)])
        change = parameters - before.parameters
        z = float(np.abs(corners @ change[:2] + change[2]).max())
        line = float(np.divide(z, math.hypot(*(parameters[:2] * pixel))))  # without weights there is no line
        output = self.settings.activation_entry.greatest_slope * z
        if line <= _HALF and not self._shades(output) <= _HALF:  # what is far from the line is often saturated
            output = self._change_of_output(before.parameters, parameters, sight)
        return max(line, self._shades(output))

    def _shades(self, output: float) -> float:
        return _SHADES * output / self._shortest_half / 2

    def _change_of_output(self, before: Floats, parameters: Floats, sight: Extent) -> float:
        """Return by how much the output changes somewhere in sight, at most.

        z and its change are linear in the place: wherever z is the same, its change is greatest at the edge.
        """
        left, right, bottom, top = sight
        corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        sides = np.roll(corners, -1, axis=0) - corners
        z = corners @ before[:2] + before[2]
        if not np.isfinite(z).all():
            return math.inf
        share = (_LEVELS[:, np.newaxis] - z) / (np.roll(z, -1) - z)
        places = corners + np.clip(np.nan_to_num(share), 0.0, 1.0)[..., np.newaxis] * sides
        outputs = (output_at(self.settings, each, places.reshape(-1, 2)) for each in (before, parameters))
        return float(np.abs(np.subtract(*outputs)).max())

    @cached_property
    def _shortest_half(self) -> float:
        """How much of the output the steeper half of the scale holds."""
        low, high = output_scale(self.settings)
        threshold = self.settings.threshold
        middle = threshold if threshold is not None and low < threshold < high else (low + high) / 2
        return min(middle - low, high - middle)

    def outputs(self, now: Now | None) -> list[str]:
        """Return what is written beside each sample: its output, where they are few, else nothing."""
        samples = self.settings.dataset.samples
        if samples > _MOST_TEXTS:
            return []
        return [_short(output) for output in (now.output.tolist() if now else [None] * samples)]

    def _background(self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette) -> Marks:
        left, right, bottom, top = sight
        size = np.array((right - left, top - bottom))
        middle = np.array((left, bottom)) + size / 2
        colours = self._map(now.parameters, sight, cells, palette)
        return {"map": colours, **self._boundary(now.parameters, middle, size, cells, palette)}

    def _samples(self, positions: Floats, palette: Palette) -> Marks:
        """Return the samples, the same marks at every moment; of numbers by target, unless rows are held out."""
        return _samples_on_plane(self, palette)

    def by_class(self, palette: Palette) -> Marks:
        """Return the samples, with shapes and names by class; those of a regression all in one colour."""
        return super()._samples(self.settings.coded_inputs, palette)

    def by_target(self, palette: Palette) -> Marks:
        """Return the samples of a regression, those of about one target in the colour that the map has there."""
        low, high = output_scale(self.settings)
        share = np.clip((self.settings.coded_targets - low) / (high - low), 0.0, 1.0)
        steps = (share * (_COLOURS - 1)).round().astype(int)
        marks: Marks = {}
        for step in np.unique(steps).tolist():
            x, y = self.settings.coded_inputs[steps == step].T
            label = None if marks else "samples, in the colour of their target"
            colour = _blend(palette.sequential, step / (_COLOURS - 1))
            marks["target", step] = Points(x, y, colour, "o", label, self._size, palette.ink)
        return marks

    def _map(self, parameters: Floats, sight: Extent, cells: tuple[int, int], palette: Palette) -> ColourMap:
        columns, rows = cells
        output = output_at(self.settings, parameters, _middles(sight, columns, rows))
        values = _finite(output).reshape(rows, columns)
        low, high = output_scale(self.settings)
        cut = values.min() < low - 1e-9 or values.max() > high + 1e-9
        label = "output ŷ (cut off at the ends)" if cut else "output ŷ"
        threshold = self.settings.threshold
        if threshold is None:
            return ColourMap(values, sight, palette.sequential, low, high, label)
        if self.two_colours:
            ends = (palette.diverging[0], palette.diverging[-1])
            return ColourMap(
                np.where(above_threshold(self.settings, values), high, low),
                sight,
                ends,
                low,
                high,
                label,
                flat=True,
            )
        middle = threshold if low < threshold < high else None
        return ColourMap(values, sight, palette.diverging, low, high, label, middle)

    def boundaries(self, parameters: Floats, middle: Floats, size: Floats) -> list[Floats]:
        """Return the lines in sight on which the output crosses the threshold.

        Of each x and y (2, 3): an end, its point nearest the middle, and the other end.

        Parameters
        ----------
        parameters
            (P,), the bias last.
        middle, size
            (2,): of what of the plane is in sight.
        """
        parameters = without_rounding(self.settings, parameters)
        threshold = self.settings.threshold
        offsets = () if threshold is None else crossings(self.settings.activation, threshold)
        lines = (_line(parameters, z, middle, size) for z in offsets)
        return [line for line in lines if line is not None]

    def _boundary(
        self, parameters: Floats, middle: Floats, size: Floats, cells: tuple[int, int], palette: Palette
    ) -> Marks:
        """Return the lines where the output crosses the threshold, and the direction of w from the nearest."""
        boundaries = self.boundaries(parameters, middle, size)
        if not boundaries:
            return {}
        label = f"output crosses {printed(self.settings.threshold)}"
        marks: Marks = {}
        for index, (x, y) in enumerate(boundaries):
            marks["boundary", index] = Curve(x, y, palette.ink, None if index else label, DASHED)
        nearest = min((line[:, 1] for line in boundaries), key=lambda point: math.hypot(*(point - middle)))
        weights = without_rounding(self.settings, parameters)[:2]
        weights = weights / np.abs(weights).max()
        taken = self.settings.coded_inputs if self.settings.dataset.samples <= _MOST_TEXTS else np.zeros((0, 2))
        return {**marks, **_arrow(weights, nearest, middle, size, cells, taken, palette.ink)}


class CurveScene(DataScene):
    """One input: the samples, the neuron's curve and the residuals between them."""

    @property
    def title(self) -> str:
        """What is shown."""
        return f"{self._line.capitalize()} and residuals"

    @property
    def labels(self) -> tuple[str, str]:
        """The input, and what has the heights."""
        return input_label(self.settings, 0), target_label(self.settings, "target y and output ŷ")

    @cached_property
    def bounds(self) -> Extent:
        """Inputs and targets, with room at all sides."""
        x, y = (padded(column, _CURVE_MARGIN) for column in np.vstack((self._places, self.held_out_places)).T)
        return *x, *y

    def positions(self, now: Now | None) -> Floats:
        """Return (x, y) of every sample."""
        return self._places

    @cached_property
    def _places(self) -> Floats:
        return np.column_stack((self.settings.coded_inputs[:, 0], self._targets))

    def _reach_of_change(self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]) -> float:
        weight, bias = parameters - before.parameters
        z = float(np.abs(np.array(sight[:2]) * weight + bias).max())
        return self.settings.activation_entry.greatest_slope * z / pixel[1]

    @property
    def _targets(self) -> Floats:
        return self.settings.coded_targets

    @property
    def _line(self) -> str:
        return "line" if self.settings.activation == "identity" else "curve"

    def _background(self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette) -> Marks:
        left, right, _, _ = sight
        x = self._places[:, 0]
        grid = np.linspace(left, right, _CURVE_POINTS)
        curve = _finite(output_at(self.settings, now.parameters, grid[:, np.newaxis]))
        ends = np.clip(now.output, -_LARGEST, _LARGEST)
        return {
            "residuals": Segments(x, self._targets, x, ends, palette.error, width=1.4),
            "curve": Curve(grid, curve, palette.accent, f"the neuron's {self._line}", width=2.0),
            **self._threshold(left, right, palette),
        }


class TargetScene(DataScene):
    """Three inputs and more: prediction against target; the samples of a class are spread sideways."""

    @property
    def title(self) -> str:
        """What is shown."""
        return "Prediction against target"

    @property
    def labels(self) -> tuple[str, str]:
        """Target and prediction."""
        target = target_label(self.settings)
        return target if self.settings.coding is None else f"{target}, spread sideways", "prediction ŷ"

    @cached_property
    def bounds(self) -> Extent:
        """The targets, with room at all sides: as much both ways."""
        ends = padded(self.settings.coded_targets, _TARGET_MARGIN)
        return *ends, *ends

    def positions(self, now: Now | None) -> Floats:
        """Return target and prediction of every sample."""
        if now is None:
            return np.empty((0, 2))
        return np.column_stack((self._across, np.clip(now.output, -_LARGEST, _LARGEST)))

    def _reach_of_change(self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]) -> float:
        output = predict(self.settings, parameters, self.settings.coded_inputs).output
        return float(np.abs(output - before.output).max()) / pixel[1]

    @cached_property
    def _across(self) -> Floats:
        """(N,): the targets; those of classes moved sideways, evenly and in the order of the samples of each."""
        return self._spread(self.settings.coded_targets)

    def _spread(self, targets: Floats) -> Floats:
        if self.settings.coding is None:
            return targets
        result = targets.copy()
        for target in np.unique(targets):
            own = targets == target
            if own.sum() > 1:
                result[own] += np.linspace(-self._reach, self._reach, own.sum())
        return result

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return target and prediction of the rows held out."""
        if now is None or self.settings.held_out is None:
            return {}
        known = held_out_places(self.settings)
        output = output_at(self.settings, now.parameters, known[:, :-1])
        places = np.column_stack((self._spread(known[:, -1]), np.clip(output, -_LARGEST, _LARGEST)))
        return held_out_marks(self.settings, places, palette, self._size)

    def _outline(self, palette: Palette) -> str | None:
        """Return nothing where samples stand so near each other that it would hide what is beside it."""
        return palette.ground if self.settings.dataset.samples <= _FEW else None

    @cached_property
    def _reach(self) -> float:
        return _SPREAD * (float(np.ptp(self.settings.coded_targets)) or 1.0)

    def _background(self, now: Now, sight: Extent, cells: tuple[int, int], palette: Palette) -> Marks:
        left, right, _, _ = sight
        x = y = np.array((left, right))
        if self.settings.coding is not None:
            # Beside its target a sample is as right as on it: a level line for each class, and a gap between.
            levels = np.unique(self.settings.coded_targets)[:, np.newaxis]
            x = (levels + np.array((-self._reach, self._reach, np.nan))).ravel()
            y = np.repeat(levels, 3)
        perfect = Curve(x, y, palette.muted, "perfect: prediction = target", width=1.6)
        return {"perfect": perfect, **self._threshold(left, right, palette)}


def data_scene(settings: Settings, *, two_colours: bool = False) -> DataScene:
    """Return what is to be seen of the data of an experiment, by the number of inputs."""
    scenes: dict[int, type[DataScene]] = {1: CurveScene, 2: PlaneScene}
    return scenes.get(settings.dataset.width, TargetScene)(settings, two_colours)


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
    parameters = np.asarray(parameters, dtype=np.float64)
    scene = data_scene(settings, two_colours=two_colours)
    output = predict(settings, parameters, settings.coded_inputs).output
    output = _finite(output)
    now = Now(parameters, output, right(settings, output))
    marks = scene.marks(now, scene.bounds, _CELLS, PAPER)
    if isinstance(scene, PlaneScene):
        marks.update(_texts(scene, now))
    return Figure(
        scene.title,
        *scene.labels,
        tuple(marks.values()),
        x_limits=scene.bounds[:2],
        subtitle=_parameter_text(without_rounding(settings, parameters)),
        equal_aspect=scene.equal_aspect,
    )


def _finite(output: Floats) -> Floats:
    """Return outputs (N,) of which what is too large for a float is the largest that is drawn."""
    if np.isfinite(output).all():
        return output
    return np.nan_to_num(output, nan=0.0, posinf=_LARGEST, neginf=-_LARGEST)


@lru_cache(maxsize=2)
def _held_out(scene: DataScene, palette: Palette) -> Marks:
    return held_out_marks(scene.settings, scene.held_out_places, palette, scene._size)


@lru_cache(maxsize=2)
def _samples_on_plane(scene: PlaneScene, palette: Palette) -> Marks:
    settings = scene.settings
    # In the colour of the map a sample that the neuron fits looks hollow, as only those held out should.
    in_map_colours = settings.coding is None and settings.held_out is None
    return scene.by_target(palette) if in_map_colours else scene.by_class(palette)


def _texts(scene: PlaneScene, now: Now) -> Marks:
    above = (scene._size + _CROSS) / 2  # clear of the cross over a wrong sample
    places = zip(scene.outputs(now), scene.positions(now).tolist(), strict=False)
    return {
        ("output", index): Text(x, y, text, PAPER.ink, raised=above) for index, (text, (x, y)) in enumerate(places)
    }


def _short(output: float | None) -> str:
    """Return an output as it stands beside a sample, with decimals that do not jump."""
    if output is None or abs(output) < _LONG:
        return fixed(output, 3).replace("-", "−")
    return printed(output, 3)


@lru_cache(maxsize=1)
def _middles(sight: Extent, columns: int, rows: int) -> Floats:
    """Return the middles (rows · columns, 2) of cells that fill a part of the plane."""
    left, right, bottom, top = sight
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
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


def _arrow(
    weights: Floats,
    start: Floats,
    middle: Floats,
    size: Floats,
    cells: tuple[int, int],
    taken: Floats,
    ink: str,
) -> Marks:
    """Return the direction of w as an arrow that stays within the plane, with its name beside it.

    The name stands right of the arrow or left of it, where it is not behind a sample or the output written there.
    """
    step = weights / math.hypot(*(weights / size))  # as long as the plane
    share = step / size
    room = min((size / 2 - np.sign(step) * (start - middle)) / np.maximum(abs(step), 1e-300))
    step = min(_ARROW, 0.9 * room) * step
    across = np.array((share[1] * cells[1], -share[0] * cells[0]))  # to the right of it, as it is seen
    beside = max(_NAME_OFF, 0.045 * min(cells)) * across / np.hypot(*across) * size / cells
    places = [start + along * step + side * beside for along in (0.4, 0.75, 1.1) for side in (1, -1)]
    inside = [place for place in places if (abs(place - middle) < 0.47 * size).all()] or places[:1]
    x, y = max(inside, key=lambda place: min(_FREE, _distance(place, taken, cells / size)))
    return {
        "w": Arrow(float(start[0]), float(start[1]), float(step[0]), float(step[1]), ink),
        "w name": Text(float(x), float(y), "w", ink),
    }


def _distance(place: Floats, samples: Floats, cells: Floats) -> float:
    """Return how far, in cells, a place is from the nearest sample (N, 2) and what is written beside it."""
    beside = np.concatenate([samples + np.array((right / cells[0], 0.0)) for right in _BESIDE])
    return float(np.min(np.hypot(*((beside - place) * cells).T), initial=math.inf))


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
