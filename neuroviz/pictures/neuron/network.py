"""The picture of all neurons: each with its output over the plane, and the wires between them.

It stands beside the opened neuron. In both a wire is as wide as its weight is large, in the colour
of its sign.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.unit import hidden_outputs, units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.lazy import torch
from neuroviz.core.model.boundary import output_at, output_scale, pre_activation_at
from neuroviz.core.model.model import floats, network_of
from neuroviz.core.numbers import measured, subscripted
from neuroviz.core.types import Floats, Frozen, Parameters
from neuroviz.pictures.input_names import input_name, unit_name
from neuroviz.pictures.marks import ColourMap, Marker, Marks, Points
from neuroviz.pictures.neuron.ink import LEFT, RIGHT, Sheet
from neuroviz.pictures.neuron.layout import SMALL, Letters, Rect, centred
from neuroviz.pictures.neuron.motion import Wire, hide_loss
from neuroviz.pictures.neuron.numbers import is_computed
from neuroviz.pictures.neuron.scene import width_of
from neuroviz.pictures.neuron.shares import EDGE, ROOMY, OutputBars, add_loss, rows_of
from neuroviz.pictures.palette import Palette, blended

_CELLS = 20
"""Points in each direction at which a small picture samples an output."""
_BEYOND = 0.3
"""Share of the samples' extent that a small picture shows around them."""
_LARGEST, _LARGEST_OUTPUT = 3.4, 4.6
"""Lines of the small picture of a hidden neuron at most, and of the output; more in a high card."""
_FILLED = 0.78
"""Greatest share of the height that the small pictures of hidden neurons fill."""
_ROOMY = 15
"""Lines of width from which on there are numbers, if they leave room for wires."""
_OWN_OF_WIRES = 50
"""Pixels of the width that names of inputs and wires have to themselves."""
_WIRES = 1.5
"""Least lines from the numbers of inputs to the hidden neurons."""
_NAMES, _NAMES_OF_LAYER = 0.2, 0.35
"""Greatest share of the width for names of inputs, with hidden neurons and without."""
_TOLD = 1.9
"""Least lines of a small picture that has a number beside it."""
_MOST_INPUTS = 10
"""With more inputs there are no names, and only the wires of the opened neuron."""
_MOST_DOTS = 40
"""Most samples that are drawn in the small pictures."""
_BEND = np.linspace(0, 1, 25)
_NUMBER = "−0.00000"
_MOST_COMPARED = 200
"""Most inputs of all samples that are looked through for the longest number."""
_GAP = 8.0
"""Pixels between a small picture and what is written beside it."""
_CLEAR = 2.0
"""Pixels between a name or a number and the wire that begins behind it."""
_FRAME, _OPENED = 2.0, 3.0
"""Pixels of the frame in a neuron's colour, and of the ring around the opened one."""


_Wire = tuple[Wire, float, float, Rect, float]
"""Its key (side, hidden neuron, input), the x and y where it begins, the picture that it goes to,
and its weight."""


Tiles = dict[int | None, Rect]
"""Index of a hidden neuron or an output, None for the only output -> its small picture."""


class NetworkMoment(Frozen):
    """The neurons at a moment."""

    settings: Settings
    parameters: Floats | None
    """(P,); None until torch is loaded."""
    sample: int | None
    """Index of the sample whose numbers are shown; None shows none."""
    unit: int | None
    """Index of the opened hidden neuron or output; None for the only output."""
    phase: str | None = None
    """The part of the step that was just done, one of PHASES; None shows all that is known."""


def unit_colour(settings: Settings, unit: int | None, ink: Palette) -> str:
    """Return a neuron's own colour; one of several outputs has the colour of its class."""
    if unit is None:
        return ink.ink
    if unit < settings.hidden:
        return ink.neuron_colours[unit]
    return ink.class_colours[unit - settings.hidden]


def tiles_of(settings: Settings, width: float, height: float, letters: Letters) -> Tiles:
    """Return the box of the small picture of each hidden neuron, and of the output."""
    return _arranged(settings, width, height, letters)[0]


def _arranged(
    settings: Settings, width: float, height: float, letters: Letters
) -> tuple[Tiles, bool]:
    """Return the boxes, and whether there is room for numbers beside the neurons and for wires."""
    if width >= (ROOMY if settings.outputs > 1 else _ROOMY) * letters.line:
        tiles = _tiles(settings, width, height, letters, roomy=True)
        wires = tiles[0].x - _inputs_end(settings, width, letters, roomy=True)
        if wires >= _WIRES * letters.line:
            return tiles, True
    return _tiles(settings, width, height, letters, roomy=False), False


def _tiles(
    settings: Settings, width: float, height: float, letters: Letters, *, roomy: bool
) -> Tiles:
    """Return the boxes, those of several outputs with room for their results beside them."""
    line = letters.line
    hidden = settings.hidden
    left = _inputs_end(settings, width, letters, roomy=roomy)
    if settings.outputs > 1:
        units: list[int | None] = [*range(hidden, hidden + settings.outputs)]
        rows = rows_of(settings, width, height, letters, roomy=roomy)
        right = rows[0].x - _GAP
        share = 0.18 if hidden else 0.3
        size = min(_FILLED * rows[0].height, 0.16 * width, share * (right - left))
        most = size
    else:
        units = [None]
        rows = [Rect(0.0, 1.1 * line, width, height - 1.1 * line)]
        right = width - _OPENED - 5
        size = max(_LARGEST_OUTPUT * line, min(0.22 * height, 0.22 * width))
        free = width - _OWN_OF_WIRES
        size = min(size, rows[0].height - 2.2 * line, 0.28 * width, 0.4 * free)
        most = min(max(_LARGEST * line, min(0.16 * height, 0.16 * width)), 0.2 * width, 0.28 * free)
    outputs = {
        unit: centred((right - size / 2, row.middle[1]), size, size)
        for unit, row in zip(units, rows, strict=True)
    }
    if not hidden:
        return outputs
    top = rows[0].y
    bottom = rows[-1].bottom
    pitch = (bottom - top) / hidden
    small = min(_FILLED * pitch, most)
    spread = pitch if settings.outputs > 1 else min(pitch, 1.5 * max(_LARGEST * line, small))
    x = (left + right - size - _beside(small, letters, roomy=roomy)) / 2
    middles = ((top + bottom) / 2 + (unit - (hidden - 1) / 2) * spread for unit in range(hidden))
    return {
        **{unit: centred((x, middle), small, small) for unit, middle in enumerate(middles)},
        **outputs,
    }


def _beside(high: float, letters: Letters, *, roomy: bool) -> float:
    """Return the width of what stands beside a hidden neuron's picture of this height."""
    values = (
        letters.width(_NUMBER, SMALL)
        if roomy and high >= _TOLD * letters.line
        else letters.width("h₈", SMALL, bold=True)
    )
    return values + (_GAP + 0.3 * letters.line)


def _inputs_end(settings: Settings, width: float, letters: Letters, *, roomy: bool) -> float:
    if settings.dataset.width > _MOST_INPUTS:
        return letters.width("888 inputs", SMALL)
    names = max(letters.width(name, SMALL) for name in _input_names(settings, width, letters))
    end = names + 0.4 * letters.line
    if roomy:
        end += EDGE + letters.width(_longest_input(settings), SMALL) + 0.3 * letters.line
    return end


@lru_cache(maxsize=4)
def _longest_input(settings: Settings) -> str:
    """Return the longest number that an input has, so that wires begin at one place for all."""
    inputs = settings.coded_inputs
    if inputs.size > _MOST_COMPARED:
        return _NUMBER
    return max(map(measured, inputs.ravel().tolist()), key=len)


def _input_names(settings: Settings, width: float, letters: Letters) -> list[str]:
    """Return the names of the inputs; x₁ … where two are the same when cut, or too long."""
    names = [input_name(settings, i, 8) for i in range(settings.dataset.width)]
    room = (_NAMES if settings.hidden else _NAMES_OF_LAYER) * width
    differ = len({*names}) == len(names)
    if differ and max(letters.width(name, SMALL) for name in names) <= room:
        return names
    return [subscripted(f"x{i + 1}") for i in range(len(names))]


class NetworkSheet(Sheet):
    """Draws one network."""

    def __init__(
        self,
        network: NetworkMoment,
        width: float,
        height: float,
        letters: Letters,
        palette: Palette,
    ) -> None:
        super().__init__(letters, palette, {})
        self._network = network
        self._tiles, self._roomy = _arranged(network.settings, width, height, letters)
        self._width = width
        self._height = height
        self._settings = settings = network.settings
        theta = network.parameters
        self._layers = None
        self._sums: Floats | None = None
        """(K,): z of several outputs for the sample; () of the only one."""
        self._values: dict[int | None, float] = {}
        """The output of each neuron for the sample."""
        if theta is not None:
            layers = network_of(settings).layers(torch.tensor(theta))
            self._layers = [floats(weight) for weight, _ in layers]
            if network.sample is not None:
                row = settings.coded_inputs[[network.sample]]
                said = self._said_at(theta, row)
                self._values = {unit: float(value[0]) for unit, value in said.items()}
                self._sums = pre_activation_at(settings, theta, row)[0]

    def drawn(self) -> Marks:
        """Return all marks from back to front: wires, the neurons over them, their numbers."""
        settings = self._settings
        inputs = self._places_of_inputs()
        self._add_wires(inputs)
        self._add_inputs(inputs)
        maps = self._maps()
        for unit, tile in self._tiles.items():
            self._add_tile(unit, tile, maps)
        if settings.outputs > 1:
            rows = rows_of(settings, self._width, self._height, self.letters, roomy=self._roomy)
            sample = self._network.sample
            said = list(self._values.values())[settings.hidden :]
            OutputBars(self, settings, rows, roomy=self._roomy).draw(self._sums, said, sample)
        if not is_computed("loss", self._network.phase):
            hide_loss(self.marks)
        return self.marks

    def _places_of_inputs(self) -> list[Rect]:
        settings = self._settings
        line = self.letters.line
        count = settings.dataset.width
        tiles = [*self._tiles.values()][: settings.hidden or settings.outputs]
        middle = (tiles[0].y + tiles[-1].bottom) / 2
        pitch = min(2.6 * line, (self._height - 1.1 * line) / count)
        end = _inputs_end(settings, self._width, self.letters, roomy=self._roomy)
        wide = 0.0
        if self._roomy:
            wide = self.letters.width(_longest_input(settings), SMALL) + 0.5 * line
        return [
            Rect(end - wide, middle + (i - (count - 1) / 2) * pitch - 0.6 * line, wide, 1.2 * line)
            for i in range(count)
        ]

    def _add_wires(self, inputs: list[Rect]) -> None:
        """Add the wires of all weights but the biases; those of the opened neuron stand out."""
        if self._layers is None:
            return
        largest = float(max(np.abs(weight).max() for weight in self._layers))
        hidden = self._settings.hidden
        outputs = [*self._tiles][hidden:]
        wires: list[_Wire] = [
            (("in", unit, i), inputs[i].right, inputs[i].middle[1], self._tiles[unit], value)
            for unit in range(len(self._layers[0]))
            for i, value in enumerate(self._layers[0][unit].tolist())
        ]
        wires += [
            (
                ("out", unit, place),
                self._value_end(unit),
                self._tiles[unit].middle[1],
                self._tiles[outputs[place]],
                value,
            )
            for place, weights in enumerate(self._layers[1] if hidden else ())
            for unit, value in enumerate(weights.tolist())
        ]

        def stands_out(wire: _Wire) -> bool:
            side, unit, place = wire[0]
            ends = (unit,) if side == "in" else (unit, outputs[place])
            return self._network.unit in ends

        if len(inputs) > _MOST_INPUTS:
            wires = [wire for wire in wires if stands_out(wire)]
        for wire in sorted(wires, key=stands_out):
            key, x, y, tile, value = wire
            ink = self.ink if stands_out(wire) else self.ink.paler
            to = tile.middle[1]
            if key[0] == "out" or not hidden:
                at, of = (key[1], hidden) if hidden else (key[2], len(inputs))
                to += (at - (of - 1) / 2) * 0.5 * tile.height / of
            bend = 3 * _BEND**2 - 2 * _BEND**3
            width = width_of(value, largest)
            begin = x + _CLEAR + width / 2  # its ends are square: half of its width is beyond them
            across = begin + (tile.x - begin) * _BEND
            self.line(key, across, y + (to - y) * bend, ink.of_sign(value), width)

    def _value_end(self, unit: int) -> float:
        """Return the x where the number beside a hidden neuron ends, and its wire begins."""
        tile = self._tiles[unit]
        beside = self.letters.width(unit_name(unit), SMALL, bold=True)
        if self._tells(tile):
            beside = self.letters.width(_NUMBER, SMALL)
        return tile.right + _GAP + beside

    def _tells(self, tile: Rect) -> bool:
        """Return whether a number stands below the name beside a small picture."""
        return self._roomy and bool(self._values) and tile.height >= _TOLD * self.letters.line

    def _add_inputs(self, places: list[Rect]) -> None:
        settings = self._settings
        sample = self._network.sample
        if settings.dataset.width > _MOST_INPUTS:
            middle = Rect(0, (places[0].y + places[-1].y) / 2, places[0].right, places[0].height)
            self.word("inputs", middle, f"{settings.dataset.width:,} inputs", RIGHT)
            return
        names = _input_names(settings, self._width, self.letters)
        for index, (place, name) in enumerate(zip(places, names, strict=True)):
            before = Rect(0, place.y, place.x - 2, place.height)
            self.word(("input name", index), before, name, RIGHT)
            if sample is not None and self._roomy:
                value = measured(float(settings.coded_inputs[sample, index]))
                self.write(("input", index), place, value, self.ink.ink, RIGHT, SMALL)

    def _add_tile(
        self, unit: int | None, tile: Rect, maps: Mapping[int | None, ColourMap | Floats]
    ) -> None:
        settings = self._settings
        line = self.letters.line
        colour = unit_colour(settings, unit, self.ink)
        if unit == self._network.unit:
            ring = tile.around(_OPENED + 1)
            ink = self.ink
            self.box(("opened", unit), ring, 6.0, ink.ground, ink.accent, _OPENED)
        self.box(("tile", unit), tile, 4.0, self.ink.ground, colour, _FRAME)
        inside = tile.around(-1.5)
        shown = maps.get(unit)
        if isinstance(shown, ColourMap):
            extent = (inside.x, inside.right, -inside.bottom, -inside.y)
            self.marks["map", unit] = replace(shown, extent=extent)
            self._add_dots(unit, inside)
        elif shown is not None:
            share = settings.softmax and unit is not None and unit >= settings.hidden
            scale = (0.0, 1.0) if share else ()
            self.graph(("curve", unit), inside.around(-2), shown, colour, scale)
        else:
            self._fill(unit, inside)
        if unit is not None and unit >= settings.hidden:
            return
        if unit is None:
            away = _OPENED + 2
            wide = self._width - EDGE - tile.x + line
            head = Rect(tile.x - line, tile.y - away - line, wide, line)
            self.word(("name", unit), head, "output ŷ", RIGHT)
            if unit in self._values:
                foot = replace(head, y=tile.bottom + away)
                text = measured(self._values[unit])
                self.write(("value", unit), foot, text, self.ink.ink, RIGHT, bold=True)
                self._add_loss(replace(foot, y=foot.bottom))
            return
        beside = Rect(tile.right + _GAP, tile.y, self.letters.width(_NUMBER, SMALL), tile.height)
        if self._tells(tile):
            beside = replace(beside, height=tile.height / 2)
            text = measured(self._values[unit], signed=True)
            lower = replace(beside, y=tile.middle[1])
            self.write(("value", unit), lower, text, self.ink.ink, LEFT, SMALL)
        self.write(("name", unit), beside, unit_name(unit), colour, LEFT, SMALL, bold=True)

    def _add_loss(self, foot: Rect) -> None:
        """Add target and loss of the sample below the only output, if there is room."""
        sample = self._network.sample
        left = max(map(self._value_end, range(self._settings.hidden))) + _GAP
        if self._tiles[self._settings.hidden - 1].middle[1] > foot.y:
            left = (left + self._tiles[None].x) / 2  # by there the lowest wire has risen
        room = replace(foot, x=left, width=foot.right - left)
        if sample is not None and self._sums is not None and foot.bottom <= self._height:
            add_loss(self, self._settings, room, self._sums, sample)

    def _fill(self, unit: int | None, inside: Rect) -> None:
        """Fill a small picture with the colour of its output, where there is no plane to show."""
        value = self._values.get(unit, math.nan)
        if math.isfinite(value):
            hidden = list(self._values.values())[: self._settings.hidden]
            share = np.interp([value], self._scale(unit, np.array(hidden)), (0.0, 1.0))
            self.box(("fill", unit), inside, 3.0, blended(self._stops(unit), share)[0])

    def _stops(self, unit: int | None) -> tuple[str, ...]:
        """Return the colours of a neuron's map; for a class, from the background to its colour."""
        settings = self._settings
        if unit is None or unit < settings.hidden or settings.independent:
            return self.ink.diverging
        return self.ink.ground, unit_colour(settings, unit, self.ink)

    def _said_at(self, theta: Floats, inputs: Floats) -> dict[int | None, Floats]:
        """Return each neuron's outputs (N,) at inputs (N, D), the hidden neurons first."""
        settings = self._settings
        hidden = hidden_outputs(settings, theta, inputs).T if settings.hidden else ()
        outputs = np.atleast_2d(output_at(settings, theta, inputs).T)
        return dict(zip(self._tiles, (*hidden, *outputs), strict=True))

    def _scale(self, unit: int | None, values: Floats) -> tuple[float, float]:
        """Return the ends of a neuron's colour scale.

        For a hidden neuron it is the range of a bounded activation, else symmetric about 0 to hold
        the values.
        """
        settings = self._settings
        entry = settings.hidden_activation_entry
        if entry is None or unit is None or unit >= settings.hidden:
            return output_scale(settings)
        if entry.bounded:
            return entry.output_range
        reach = float(np.abs(values).max()) or 1.0
        return -reach, reach

    # --- the small pictures -----------------------------------------------------------------------

    def _maps(self) -> dict[int | None, ColourMap | Floats]:
        """Return each neuron's outputs over the plane or along the only input; else nothing."""
        settings = self._settings
        theta = self._network.parameters
        own = settings.dataset.own_width
        if theta is None or own > 2:
            return {}
        axes = [np.linspace(*self._extent(index), _CELLS) for index in range(own)]
        places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, own)
        results = self._said_at(theta, settings.inputs_at(places))
        if own == 1:
            return dict(results)
        return {
            unit: ColourMap(
                of_unit.reshape(_CELLS, _CELLS),
                (0, 1, 0, 1),
                self._stops(unit),
                *self._scale(unit, of_unit),
                smooth=True,
                bar=False,
            )
            for unit, of_unit in results.items()
        }

    def _extent(self, index: int) -> tuple[float, float]:
        low, high = ends_of(self._settings.coded_inputs[:, index])
        room = _BEYOND * (high - low) or 1.0
        return low - room, high + room

    def _add_dots(self, unit: int | None, inside: Rect) -> None:
        settings = self._settings
        many = settings.dataset.samples > _MOST_DOTS
        if many or settings.coding is None or inside.height < 2 * self.letters.line:
            return
        places = settings.coded_inputs.T
        x = np.interp(places[0], self._extent(0), (inside.x, inside.right))
        y = np.interp(places[1], self._extent(1), (inside.bottom, inside.y))
        size = max(3.0, 0.1 * inside.height)
        markers: tuple[tuple[int, Marker], ...] = ((1, "o"), (0, "s"))
        targets = settings.dataset.targets
        if settings.independent:
            if unit is None or unit < settings.hidden:  # these have no target
                return
            targets = targets[:, unit - settings.hidden]
        for target, marker in markers:
            of_class = targets == target
            colour = self.ink.positive if target else self.ink.negative
            self.marks["dots", unit, target] = Points(
                x[of_class],
                -y[of_class],
                colour,
                marker,
                size=size,
                outline=self.ink.ground,
                stroke=1.0,
            )


def flows(anatomy: Anatomy, sample: int, *, forward: bool) -> dict[Wire, float]:
    """Return what goes along each wire for a sample: w·x, or on the way back ∂ℓ/∂w."""
    settings = anatomy.settings
    theta = anatomy.row.parameters
    shape = settings.parameters
    inputs = settings.coded_inputs[[sample]]
    units = units_of(settings)
    first = units[: shape.hidden] or units
    wires = {("in", unit, i): at for unit, i, at in _weights(shape, first)}
    if shape.hidden:
        wires |= {("out", i, k): at for k, i, at in _weights(shape, units[shape.hidden :])}
        hidden = hidden_outputs(settings, theta, inputs)[0]
    if not forward:
        slopes = anatomy.sample_grads[sample]
        return {wire: float(slopes[at]) for wire, at in wires.items()}
    return {
        wire: float(theta[at] * (inputs[0, wire[2]] if wire[0] == "in" else hidden[wire[1]]))
        for wire, at in wires.items()
    }


def _weights(shape: Parameters, units: Sequence[int | None]) -> list[tuple[int, int, int]]:
    """Return the places of neuron and input, and the index in θ, of all weights of some neurons."""
    return [
        (place, index, at)
        for place, unit in enumerate(units)
        for index, at in enumerate(shape.of_unit(unit)[:-1])
    ]
