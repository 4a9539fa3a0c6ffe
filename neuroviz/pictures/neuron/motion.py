"""The parts of a step in motion: the neuron's picture at every moment of each.

A function of t, from 0 where a part begins to 1 where it is done, so that going back is the same
the other way round. The numbers are the run's: none is made up between two.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from neuroviz.core.numbers import DASH, with_real_minus
from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Box, Curve, Marks, Points, Text
from neuroviz.pictures.neuron.equations import four
from neuroviz.pictures.neuron.ink import Ink
from neuroviz.pictures.neuron.layout import FACTORS, REST, Layout
from neuroviz.pictures.neuron.numbers import Slot
from neuroviz.pictures.neuron.scene import AMBER, GLOW, Moment, sample_marks
from neuroviz.pictures.palette import mixed

LASTS = {"forward": 600, "loss": 300, "zero_grad": 120, "backward": 700, "update": 400}
"""Milliseconds of each part."""
_TURN = 0.2
"""Share of a motion in which what steps back and what comes forward change places."""
_TRAVELS, _ARRIVES = 0.3, (0.32, 0.55)
"""How long a term is on its wire, and when the first and the last one arrive in the sum."""
_SLIDES, _FILLS = (0.55, 0.8), (0.75, 1.0)
"""When the point goes along the activation, and the output fills."""
_PASSES = (0.2, 0.4, 0.6)
"""When the way back comes by the loss, the output and the activation's factor."""
_SPLIT = 0.93
"""When it arrives at the weights."""
_FLASH = 0.15
_TAIL = 5
_ROLL = 7.0
"""Pixels by which a number rolls."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A neuron with its numbers, in its places and colours."""

    moment: Moment
    layout: Layout
    ink: Ink

    @cached_property
    def marks(self) -> Marks:
        """Everything, at rest."""
        return sample_marks(self.moment, self.layout, self.ink)


@dataclass(frozen=True, eq=False)
class PartMotion:
    """A part of a step from its beginning to its end.

    Attributes
    ----------
    part
        A name in LASTS.
    before, after
        What is seen before it, and when it is done.
    then
        What is seen instead when it is done, where nobody goes by parts.
    """

    part: str
    before: Picture
    after: Picture
    then: Picture | None = None

    def at(self, t: float) -> Marks:
        """Return what is seen at a moment, 0 … 1."""
        old, new, then = self.before.marks, self.after.marks, self.then
        if t >= 1:
            return new if then is None else then.marks
        if then is not None and t > 1 - _TURN:
            return self._blended(new, then.marks, (t - 1 + _TURN) / _TURN)
        if self.part in ("zero_grad", "update"):
            return self._blended(old, new, _share(t, 0, 1 - _TURN * (then is not None)))
        marks = dict(new)
        parts = {"forward": self._forward, "loss": self._loss, "backward": self._backward}
        over = parts[self.part](marks, t)
        return {**(self._blended(old, marks, t / _TURN) if t < _TURN else marks), **over}

    def _blended(self, old: Marks, new: Marks, share: float) -> Marks:
        """Return marks on their way: those that only one has fade, and numbers roll."""
        card = self.after.ink.card
        goes, comes = min(1.0, 2 * share), max(0.0, 2 * share - 1)
        marks: Marks = {
            ("gone", key): _faded(mark, card, goes) for key, mark in old.items() if key not in new
        }
        for key, mark in new.items():
            was = old.get(key)
            if was is None:
                marks[key] = _faded(mark, card, 1 - comes)
            elif isinstance(mark, Text) and isinstance(was, Text) and was.text != mark.text:
                half, moved, gone = (
                    (was, goes, goes) if share < 0.5 else (mark, comes - 1, 1 - comes)
                )
                marks[key] = _faded(replace(half, y=half.y + _ROLL * moved), card, gone)
            else:
                marks[key] = _between(was, mark, share)
        return marks

    # --- forward ----------------------------------------------------------------------------------

    @cached_property
    def terms(self) -> list[tuple[float, Slot, float, Floats]]:
        """When each term arrives, its slot, its value, and (m, 2) its way in even steps."""
        layout, numbers = self.after.layout, self.after.moment.numbers
        arrivals = np.linspace(*_ARRIVES, len(layout.rows)).tolist()
        found = []
        for when, (index, row) in zip(arrivals, layout.rows.items(), strict=True):
            slot: Slot = ("rest", None) if index == REST else ("product", index)
            bend: Any = self.after.marks["bend", index]
            way = np.column_stack((bend.x, bend.y))
            start = layout.columns["weight"].right, -row.middle[1]
            way = np.vstack(([start], way[way[:, 0] < layout.shapes["sum"].x]))
            found.append((when, slot, numbers[slot].value or 0.0, _evenly(way)))
        return found

    @cached_property
    def partial_sums(self) -> list[str]:
        """What the sum says before any term has arrived, and after each."""
        total = self.after.moment.numbers["pre_activation", None].text
        decimals = len(total.partition(".")[2])
        sums = np.cumsum([value for _, _, value, _ in self.terms]).tolist()
        texts = [
            with_real_minus(f"{value:.{decimals}f}") if total[-1:].isdecimal() else four(value)
            for value in sums[:-1]
        ]
        return [DASH, *texts, total]

    def _forward(self, marks: Marks, t: float) -> Marks:
        ink = self.after.ink
        largest = max(abs(value) for _, _, value, _ in self.terms) or 1.0
        pulses: Marks = {}
        arrived = [when for when, *_ in self.terms if when <= t]
        for when, slot, value, way in self.terms:
            share = 1 + (t - when) / _TRAVELS
            if share < 0.4:
                self._say(marks, slot)
            size = 8 + 14 * abs(value) / largest
            pulses |= self._pulse(slot, way, share, size, ink.of_sign(value))
        self._say(marks, ("pre_activation", None), self.partial_sums[len(arrived)])
        if arrived and t - arrived[-1] < _FLASH:
            marks["sum"] = replace(marks["sum"], stroke=5.0)  # type: ignore[arg-type]
        self._slide(marks, _share(t, *_SLIDES))
        filled: Any = marks["output"]
        bare = replace(filled, color=ink.card, outline=ink.edge)
        marks["output"] = _between(bare, filled, _share(t, *_FILLS))
        if t < np.mean(_FILLS):
            self._say(marks, ("output", None))
        return pulses

    def _slide(self, marks: Marks, share: float) -> None:
        """Let the point of the activation come along its curve from z = 0."""
        point: Any = marks.get("point")
        if point is None or share == 1:
            return
        curve: Any = marks["curve"]
        middle = curve.x[len(curve.x) // 2]
        at = middle + share * (np.asarray(point.x) - middle)
        marks["point"] = replace(point, x=at, y=np.interp(at, curve.x, curve.y))
        del marks["up"]

    def _say(self, marks: Marks, slot: Slot, text: str = DASH) -> None:
        """Let a number say what is known of it by now."""
        mark = marks.get(slot)
        if isinstance(mark, Text) and mark.text != text:
            marks[slot] = replace(mark, text=text)

    def _pulse(self, key: Hashable, way: Floats, share: float, size: float, colour: str) -> Marks:
        """Return what goes along a way, with its tail; nothing before it leaves and at its end."""
        marks: Marks = {}
        for back in range(_TAIL, -1, -1) if 0 < share < 1 else ():
            x, y = way[max(0, round(share * (len(way) - 1) - 1.5 * back))]
            wide = size * (1 - 0.12 * back)
            seen = colour if back == 0 else f"{colour}{90 - 15 * back:02x}"
            rim = self.after.ink.card if back == 0 else None
            marks["pulse", key, back] = Points([x], [y], seen, size=wide, outline=rim)
        return marks

    # --- loss and backward ------------------------------------------------------------------------

    def _loss(self, marks: Marks, t: float) -> Marks:
        shapes = self.after.layout.shapes
        loss, output, target = shapes["loss"], shapes["output"], shapes["target"]
        y = -loss.middle[1]
        ways = (
            ((output.right, y), (loss.x, y)),
            ((loss.middle[0], -target.bottom), (loss.middle[0], -loss.y)),
        )
        over: Marks = {}
        if t < 0.5:
            self._say(marks, ("loss", None))
            for key, way in enumerate(ways):
                over |= self._pulse(key, _evenly(np.array(way)), _share(t, 0, 0.5), 9.0, AMBER)
        glow = 5 * (1 - abs(2 * t - 1))
        halos: Marks = {}
        for layer in (3, 2, 1):
            box = loss.around(layer * glow)
            place = box.x, -box.bottom, box.width, box.height
            halos["glow", layer] = Box(*place, loss.height / 2, f"{GLOW}30")
        whole = {**halos, **marks}
        marks.clear()
        marks |= whole
        return over

    @cached_property
    def _way_back(self) -> tuple[Floats, dict[int, Floats]]:
        """(k, 3): places and times from the loss by its factors; and the way to each weight.

        All of these are as long as the longest, to stay together: at its end each rests.
        """
        layout = self.after.layout
        lane = -(layout.lane or 0.0)
        x = layout.shapes["loss"].middle[0]
        stations = [(x, -layout.shapes["loss"].bottom, 0.0), (x, lane, 0.08)]
        factors = [layout.slots[kind, None].middle[0] for _, kind in reversed(FACTORS.values())]
        stations += [(x, lane, when) for x, when in zip(factors, _PASSES, strict=True)]
        bus: Any = self.after.marks.get("bus")
        x = factors[-1] if bus is None else bus.x[-1]
        ways = {}
        for index in layout.pills:
            box = layout.slots["grad", index]
            end = box.right if layout.plan.under else box.middle[0]
            y = -box.middle[1]
            ways[index] = np.array(((factors[-1], lane), (x, lane), (x, y), (end, y)))
        longest = max(float(_gone(way)[-1]) for way in ways.values())
        return np.array(stations), {i: _evenly(way, longest) for i, way in ways.items()}

    def _backward(self, marks: Marks, t: float) -> Marks:
        red = self.after.ink.error
        for when, (_, kind) in zip(_PASSES, reversed(FACTORS.values()), strict=True):
            chip: Any = marks.get(("chip", kind))
            if t < when:
                self._say(marks, (kind, None))
            elif t < when + _FLASH and chip is not None:
                marks["chip", kind] = replace(chip, outline=red, stroke=4.0)
        if self.after.layout.lane is None:
            return {}
        stations, ways = self._way_back
        share = _share(t, _PASSES[-1], _SPLIT)
        for index, way in ways.items():
            if (way[round(share * (len(way) - 1))] != way[-1]).any():
                self._say(marks, ("grad", index))
        if t < _PASSES[-1]:
            x, y, when = stations.T
            way = np.array([(np.interp(t, when, x), np.interp(t, when, y))])
            return self._pulse("back", way, 0.5, 12.0, red)
        over: Marks = {}
        for index, way in ways.items():
            over |= self._pulse(index, way, share, 10.0, red)
        return over


def _share(t: float, start: float, end: float) -> float:
    """Return how much of a stretch is over, 0 … 1, slow at both ends."""
    share = min(max((t - start) / (end - start), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _gone(way: Floats) -> Floats:
    """Return how long a way (k, 2) is up to each of its places, (k,)."""
    return np.append(0.0, np.cumsum(np.hypot(*np.diff(way, axis=0).T)))


def _evenly(way: Floats, length: float | None = None) -> Floats:
    """Return a way (k, 2) in steps of one length, (60, 2)."""
    gone = _gone(way)
    at = np.linspace(0, length or gone[-1], 60)
    return np.column_stack([np.interp(at, gone, each) for each in way.T])


@lru_cache(maxsize=4096)
def _shade(first: str, second: str, sixteenth: int) -> str:
    return mixed(first, second, sixteenth / 16)


def _faded(mark: Any, card: str, share: float) -> Any:
    """Return a mark of which a share has gone into the card."""
    edge = {"outline": card} if getattr(mark, "outline", None) else {}
    return _between(mark, replace(mark, color=card, **edge), share)


def _between(old: Any, new: Any, share: float) -> Any:
    """Return a mark between two of one kind: its colours, the width of a line, a point's place."""
    changes: dict[str, Any] = {}
    for name in ("color", "outline"):
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was and now and was != now:
            changes[name] = _shade(was, now, round(16 * share))
    if isinstance(new, Curve) and old.width != new.width:
        changes["width"] = old.width + share * (new.width - old.width)
    elif isinstance(new, Points):
        for name in ("x", "y"):
            was, now = np.asarray(getattr(old, name)), np.asarray(getattr(new, name))
            changes[name] = was + share * (now - was)
    return replace(new, **changes) if changes else new
