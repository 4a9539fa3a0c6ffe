"""The parts of a step in motion: the neuron's picture at every time of each.

It is a function of t, from 0 where a part begins to 1 where it is done, so that going back is the
same in reverse. All numbers are the run's; none is made up in between.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.numbers import DASH, measured, with_real_minus
from neuroviz.core.types import Floats, Unique
from neuroviz.pictures.marks import Box, Curve, Marks, Points, Text
from neuroviz.pictures.neuron.layout import FACTORS, REST, Layout
from neuroviz.pictures.neuron.numbers import Slot
from neuroviz.pictures.neuron.scene import AMBER, GLOW, Moment, sample_marks
from neuroviz.pictures.palette import Palette, mixed

Way = Sequence[tuple[float, float]]
Wire = tuple[str, int, int]
"""The layer, "in" or "out"; a neuron in it, or before it; and one of its inputs, or of its
readers."""

LASTS = {"forward": 600, "loss": 300, "zero_grad": 120, "backward": 700, "update": 400}
"""Milliseconds of each part."""
_TURN = 0.2
"""Share of a motion in which pale and lit parts change places."""
_TRAVELS, _ARRIVES = 0.3, (0.32, 0.55)
"""How long a term travels along its wire, and when the first and the last one reach the sum."""
_SLIDES, _FILLS = (0.55, 0.8), (0.75, 1.0)
"""When the point moves along the activation, and when the output fills."""
_SPLITS, _ENDS = 0.6, 0.93
"""When the way back reaches ∂ℓ/∂z, and when it reaches the weights."""
_LOSS = 0.5
"""When the loss is known."""
_FLASH, _NEAR = 0.15, 60.0
"""How long a term lights the sum, and within how many pixels a passing dot lights a factor."""
_OF_OUTPUTS = ("z", "sum", "share")
"""Marks of several outputs beside their small pictures, which a forward pass makes."""
_TAIL = 5
_WAY = 60
"""Number of points of a way."""
_ROLL = 9.0
"""Pixels by which a number rolls."""


class NeuronPicture(Unique):
    """A neuron with its numbers, in its places and colours."""

    moment: Moment
    layout: Layout
    ink: Palette

    @cached_property
    def marks(self) -> Marks:
        """All marks, at rest."""
        return sample_marks(self.moment, self.layout, self.ink)


class PartMotion(Unique):
    """A part of a step from its beginning to its end.

    Attributes
    ----------
    part
        A name in LASTS.
    before, after
        The pictures before it, and when it is done.
    then
        The picture that replaces ``after`` at the end, where whole steps are shown.
    """

    part: str
    before: NeuronPicture
    after: NeuronPicture
    then: NeuronPicture | None = None

    def at(self, t: float) -> Marks:
        """Return the marks at a time from 0 to 1."""
        old = self.before.marks
        new = self.after.marks
        then = self.then
        if t >= 1:
            return new if then is None else then.marks
        if then is not None and t > 1 - _TURN:
            return blended(new, then.marks, (t - 1 + _TURN) / _TURN)
        if self.part in ("zero_grad", "update"):
            return blended(old, new, _share(t, 0, 1 - _TURN * (then is not None)))
        parts = {"forward": self._forward, "loss": self._loss, "backward": self._backward}
        marks = parts[self.part](dict(new), t)
        return blended(old, marks, t / _TURN) if t < _TURN else marks

    # --- forward ----------------------------------------------------------------------------------

    @cached_property
    def terms(self) -> list[tuple[float, Slot, float, Floats]]:
        """For each term its time of arrival, its slot, its value, and its way."""
        layout = self.after.layout
        numbers = self.after.moment.numbers
        arrivals = np.linspace(*_ARRIVES, len(layout.rows)).tolist()
        found = []
        for when, (index, row) in zip(arrivals, layout.rows.items(), strict=True):
            slot: Slot = ("rest", None) if index == REST else ("product", index)
            bend: Any = self.after.marks["bend", index]
            bent = [at for at in zip(bend.x, bend.y, strict=True) if at[0] < layout.shapes["sum"].x]
            way = _evenly([(layout.columns["weight"].right, -row.middle[1]), *bent])
            found.append((when, slot, numbers[slot].value or 0.0, way))
        return found

    @cached_property
    def partial_sums(self) -> list[str]:
        """The texts of the sum before any term has arrived, and after each of them."""
        total = self.after.moment.numbers["pre_activation", None].text
        decimals = len(total.partition(".")[2])
        sums = np.cumsum([value for _, _, value, _ in self.terms]).tolist()
        texts = [
            with_real_minus(f"{value:,.{decimals}f}") if total[-1:].isdecimal() else measured(value)
            for value in sums[:-1]
        ]
        return [DASH, *texts, total]

    def _forward(self, marks: Marks, t: float) -> Marks:
        ink = self.after.ink
        largest = max(abs(term[2]) for term in self.terms) or 1.0
        arrived = [term[0] for term in self.terms if term[0] <= t]
        for when, slot, value, way in self.terms:
            share = 1 + (t - when) / _TRAVELS
            if share < 0.4:
                _say(marks, slot)
            size = 8 + 14 * abs(value) / largest
            marks |= _pulse(slot, way, share, size, ink.of_sign(value), ink)
        self._say_sum(marks, self.partial_sums[len(arrived)])
        if arrived and t - arrived[-1] < _FLASH:
            _change(marks, "sum", stroke=5.0)
        self._slide(marks, _share(t, *_SLIDES))
        filled: Any = marks["output"]
        bare = replace(filled, color=ink.ground, outline=ink.line)
        marks["output"] = _between(bare, filled, _share(t, *_FILLS))
        if t < np.mean(_FILLS):
            _say(marks, ("output", None))
        # Of a hidden neuron, what goes on from it stands there, and comes last.
        _say(marks, ("loss", None))
        return marks

    def _say_sum(self, marks: Marks, text: str) -> None:
        """Set the text in the sum's circle, smaller where it is longer than the whole sum's."""
        slot = "pre_activation", None
        mark: Any = marks.get(slot)
        if mark is None:
            return
        letters = self.after.layout.plan.letters
        room = self.after.layout.value("sum").width
        wide = letters.width(text, mark.size, bold=mark.bold)
        _change(marks, slot, text=text, size=mark.size * min(1.0, room / wide))

    def _slide(self, marks: Marks, share: float) -> None:
        """Move the point of the activation along its curve, from z = 0."""
        point: Any = marks.get("point")
        if point is not None and share < 1:
            curve: Any = marks["curve"]
            middle = curve.x[len(curve.x) // 2]
            at = middle + share * (np.asarray(point.x) - middle)
            _change(marks, "point", x=at, y=np.interp(at, curve.x, curve.y))
            del marks["up"]

    # --- loss and backward ------------------------------------------------------------------------

    def _loss(self, marks: Marks, t: float) -> Marks:
        if self.after.moment.settings.before_one_output:
            return marks
        shapes = self.after.layout.shapes
        ink = self.after.ink
        loss = shapes["loss"]
        y = -shapes["loss"].middle[1]
        share = _share(t, 0, _LOSS)
        if share < 1:
            _say(marks, ("loss", None))
        x = loss.middle[0]
        ways = [(shapes["output"].right, y), (loss.x, y)], [(x, -shapes["target"].bottom), (x, y)]
        for key, way in enumerate(ways):
            marks |= _pulse(key, _evenly(way), share, 9.0, AMBER, ink)
        _change(marks, "loss", stroke=2 + 6 * (1 - abs(2 * t - 1)), outline=GLOW)
        return marks

    @cached_property
    def _ways_back(self) -> tuple[Floats, dict[int, Floats]]:
        """The way from the loss to ∂ℓ/∂z, and the ways from there to the weights.

        The latter are all as long as the longest, to stay together; each dot rests at its end.
        """
        layout = self.after.layout
        lane = -(layout.lane or 0.0)
        x = layout.shapes["loss"].middle[0]
        end = layout.slots[FACTORS["sum"][1], None].middle[0]
        down = _evenly([(x, -layout.shapes["loss"].bottom), (x, lane), (end, lane)])
        bus: Any = self.after.marks.get("bus")
        x = end if bus is None else bus.x[-1]
        ways = {}
        for index in layout.pills:
            box = layout.slots["grad", index]
            y = box.middle[1]
            to = box.right if layout.plan.under else box.middle[0]
            ways[index] = [*layout.way_up(end, x), (x, y), (to, y)]
        longest = max(float(_gone(way)[-1]) for way in ways.values())
        return down, {index: _evenly(way, longest) * (1, -1) for index, way in ways.items()}

    def _backward(self, marks: Marks, t: float) -> Marks:
        layout = self.after.layout
        ink = self.after.ink
        red = self.after.ink.error
        if layout.lane is None:
            return marks
        down, ways = self._ways_back
        first = min(1.0, t / _SPLITS)
        then = _share(t, _SPLITS, _ENDS)
        for _, kind in FACTORS.values():
            passed = layout.slots[kind, None].middle[0] - down[_at(first)][0]
            if passed < 0:
                _say(marks, (kind, None))
            elif passed < _NEAR and then < 0.5:
                _change(marks, ("chip", kind), outline=red, stroke=4.0)
        marks |= _pulse("down", down, first, 12.0, red, ink)
        for index, way in ways.items():
            if (way[_at(then)] != way[-1]).any():
                _say(marks, ("grad", index))
            marks |= _pulse(index, way, then, 10.0, red, ink)
        return marks


class NetworkMotion(Unique):
    """A part of a step in the picture of several neurons, layer by layer.

    Attributes
    ----------
    part
        A name in LASTS.
    before, after
        The marks before it, and when it is done.
    flows
        What goes along each wire: w·x of a sample forward, its ∂ℓ/∂w backward. It is empty in
        another part, and for the whole batch.
    """

    part: str
    before: Marks
    after: Marks
    flows: Mapping[Wire, float]
    ink: Palette

    def at(self, t: float) -> Marks:
        """Return the marks at a time from 0 to 1."""
        if self.part == "update" and t < 1:
            return blended(self.before, self.after, _share(t, 0, 1))
        marks = dict(self.after)
        forward = self.part == "forward"
        arrived = 0
        if self.part == "loss" and t < _LOSS:
            hide_loss(marks)
        if not self.flows or t >= 1:
            return marks
        layers = self._layers if forward else self._layers[::-1]
        for place, layer in enumerate(layers):
            start = place / len(layers)
            share = _share(t, start, start + 0.9 / len(layers))
            arrived += share == 1
            largest = max(abs(self.flows.get(wire, 0.0)) for wire, _ in layer) or 1.0
            for wire, way in layer:
                flow = self.flows.get(wire, 0.0)
                colour = self.ink.of_sign(flow) if forward else self.ink.error
                along = way if forward else way[::-1]
                size = 4 + 8 * abs(flow) / largest
                marks |= _pulse(wire, along, share, size, colour, self.ink)
        if forward:
            hidden = {wire[1] for layer in self._layers[1:] for wire, _ in layer}
            for key in self.after:
                if isinstance(key, tuple) and key[0] in ("value", "fill", *_OF_OUTPUTS):
                    last = key[0] in _OF_OUTPUTS or key[1] not in hidden
                    if arrived > last * (len(layers) - 1):
                        continue
                    if isinstance(marks[key], Text):  # nothing is known of it yet
                        _say(marks, key)
                    else:
                        del marks[key]
        return marks

    @cached_property
    def _layers(self) -> list[list[tuple[Wire, Floats]]]:
        """The wires with their ways, those from the inputs first."""
        found: dict[str, list[tuple[Wire, Floats]]] = {"in": [], "out": []}
        for key, mark in self.after.items():
            if isinstance(key, tuple) and key[0] in found and isinstance(mark, Curve):
                places = np.column_stack((mark.x, mark.y)).tolist()
                found[key[0]].append((key, _evenly(places)))
        return [layer for layer in found.values() if layer]


def _pulse(
    key: Hashable, way: Floats, share: float, size: float, colour: str, ink: Palette
) -> Marks:
    """Return a dot on its way with its tail; nothing before it leaves, or at its end."""
    marks: Marks = {}
    for back in range(_TAIL, -1, -1) if 0 < share < 1 else ():
        x, y = way[max(0, _at(share) - 2 * back)]
        seen = f"{colour}{90 - 15 * back:02x}" if back else colour
        rim = None if back else ink.ground
        wide = size * (1 - 0.12 * back)
        marks["pulse", key, back] = Points([x], [y], seen, size=wide, outline=rim)
    return marks


def hide_loss(marks: Marks) -> None:
    """Replace the loss of several outputs by a dash, if it is there."""
    loss = marks.get("loss")
    if isinstance(loss, Text):
        _say(marks, "loss", f"{loss.text.rpartition(' ')[0]} {DASH}")


def _say(marks: Marks, slot: Hashable, text: str = DASH) -> None:
    """Set the text of a number to what is known by now."""
    _change(marks, slot, text=text)


def _change(marks: Marks, key: Hashable, **changes: Any) -> None:
    """Change a mark if it exists."""
    mark: Any = marks.get(key)
    if mark is not None:
        marks[key] = replace(mark, **changes)


def _at(share: float) -> int:
    """Return the index of the point that is reached on a way."""
    return round(share * (_WAY - 1))


def _share(t: float, start: float, end: float) -> float:
    """Return how much of a stretch of time is over, from 0 to 1, slow at both ends."""
    share = min(max((t - start) / (end - start), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _gone(way: Way) -> Floats:
    return np.append(0.0, np.hypot(*np.diff(way, axis=0).T).cumsum())


def _evenly(way: Way, length: float | None = None) -> Floats:
    """Return a way as (_WAY, 2) points at equal distances."""
    gone = _gone(way)
    at = np.linspace(0, length or gone[-1], _WAY)
    return np.column_stack([np.interp(at, gone, each) for each in zip(*way, strict=True)])


@lru_cache(maxsize=4096)
def _shade(first: str, second: str, sixteenth: int) -> str:
    return mixed(first, second, sixteenth / 16)


def blended(old: Marks, new: Marks, share: float) -> Marks:
    """Return marks between two states: those of only one fade, and numbers roll."""
    gone = min(1.0, share / 0.6)
    to_come = 1 - max(0.0, (share - 0.4) / 0.6)
    marks: Marks = {
        ("gone", key): _faded(mark, gone) for key, mark in old.items() if key not in new
    }
    for key, mark in new.items():
        was: Any = old.get(key)
        if was is None:
            marks[key] = _faded(mark, to_come)
        elif isinstance(mark, Text) and was.text != mark.text:
            below = 1 - max(0.0, (share - 0.2) / 0.8)  # sooner, as it does not lie over the old
            marks["gone", key] = _faded(replace(was, y=was.y + _ROLL * gone), gone)
            marks[key] = _faded(replace(mark, y=mark.y - _ROLL * below), below)
        else:
            marks[key] = _between(was, mark, share)
    return marks


def _faded(mark: Any, share: float) -> Any:
    """Return a mark of which this share has faded."""
    seen = f"{round(255 * (1 - share)):02x}"
    colours = {name: getattr(mark, name, None) for name in ("color", "outline")}
    return replace(mark, **{n: colour[:7] + seen for n, colour in colours.items() if colour})


def _between(old: Any, new: Any, share: float) -> Any:
    """Return a mark between two of one kind, in colours, place, size and width."""
    changes: dict[str, Any] = {}
    for name in ("color", "outline"):
        was = getattr(old, name, None)
        now = getattr(new, name, None)
        if was and now and was != now:
            changes[name] = _shade(was, now, round(16 * share))
    if isinstance(new, Curve) and old.width != new.width:
        changes["width"] = old.width + share * (new.width - old.width)
    elif isinstance(new, Points | Box | Text):
        if isinstance(new, Text):  # a name moves to where a number was only once that is pale
            share = max(0.0, 2 * share - 1)
        for name in ("x", "y", "width", "height")[: 4 if isinstance(new, Box) else 2]:
            was = np.asarray(getattr(old, name))
            now = np.asarray(getattr(new, name))
            changes[name] = was + share * (now - was)
    return replace(new, **changes) if changes else new
