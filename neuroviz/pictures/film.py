"""One picture of a film: panes with axes of their own, and words round them.

Lengths are in units, of which the shorter side has 540, and whole pictures two pixels for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Literal, NamedTuple

import numpy as np

from neuroviz.core.landscape.axis_ranges import Extent, round_up
from neuroviz.core.landscape.projection import floor_corners, project
from neuroviz.core.landscape.relief import View
from neuroviz.core.numbers import printed
from neuroviz.core.types import Bools, Floats
from neuroviz.pictures.figure import Ticks
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.marks import (
    HOLLOW,
    Curve,
    Dash,
    EndLabel,
    Mark,
    Marker,
    Marks,
    Points,
    Polygons,
    Text,
)
from neuroviz.pictures.neuron.ink import Ink
from neuroviz.pictures.neuron.layout import Letters
from neuroviz.pictures.palette import Palette, faded

LETTER = 10.0
"""Height of letters of size 1."""
SHAPES = {"wide": (960.0, 540.0), "square": (540.0, 540.0), "tall": (540.0, 960.0)}
"""Name -> width and height."""
SMALL, USUAL = 0.95, 1.2
"""Sizes of captions; none is smaller than 17 pixels in a whole picture."""
_TITLE, _NUMBER = 2.5, 4.4
_COUNTER = 176.0
"""Width that a counter has at most."""
_LINE = 1.17
"""About how high a line of text is, in heights of its letters."""
_LARGER = 1.5
"""How much larger than in a window marks on a plane or a landscape are."""
_ROOM = 0.04
"""Share of a pane that stays free round a landscape."""
_LEAST_SPAN = 0.05
"""Decades that the axis of losses has at least."""
_CORNER = 0.1
"""Share of the width of a plot in which other texts stand at its left, and half of that at its
right."""
_GRID = 0.14
"""Opacity of lines behind curves."""
Align = Literal["left", "centre", "right"]


class Place(NamedTuple):
    """A rectangle of a picture, in units from the upper left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class FilmInk:
    """What a film is drawn with."""

    palette: Palette
    """Of what is drawn on a card."""
    ground: str
    good: str
    """Colour behind everything, and of what is right."""
    neuron: Ink
    measure: Callable[[int], Letters]
    """Gives the letters of a size in points."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A landscape without its runs, which is the same in all pictures of a film."""

    loss_map: LossMap
    view: View
    lines: Marks


@dataclass(frozen=True, eq=False)
class Pane:
    """A part of a picture with axes of its own."""

    place: Place
    sight: Extent
    """What of them is in sight: left, right, bottom and top."""
    marks: Marks
    card: str | None = None
    """Colour behind the marks, which are cut off at round corners then; None for none."""
    scale: float = 1.0
    """How much larger than in a window the marks are."""
    ground: Ground | None = None
    points: int | None = None
    """Size of the letters of a neuron in points; None for those of a film."""


@dataclass(frozen=True, eq=False)
class FilmPicture:
    """A picture, from back to front."""

    size: tuple[float, float]
    ground: str
    panes: tuple[Pane, ...]


class Spot(NamedTuple):
    """Where a caption stands, with its number below."""

    x: float
    y: float
    align: Align


@dataclass(frozen=True)
class FilmPlan:
    """Where everything is in a shape of pictures."""

    margin: float
    title: float
    """Height of the middle of the title."""
    data: Place
    land: Place
    strip: Place
    epoch: Spot
    loss: Spot
    right: Spot
    alone: Place
    """A single view."""


PLANS = {
    "wide": FilmPlan(
        32,
        42,
        Place(32, 96, 300, 300),
        Place(346, 78, 410, 318),
        Place(32, 424, 896, 56),
        Spot(928, 112, "right"),
        Spot(928, 206, "right"),
        Spot(928, 306, "right"),
        Place(16, 74, 928, 450),
    ),
    "square": FilmPlan(
        30,
        42,
        Place(30, 98, 234, 234),
        Place(272, 92, 250, 246),
        Place(30, 434, 480, 50),
        Spot(30, 366, "left"),
        Spot(510, 366, "right"),
        Spot(270, 366, "centre"),
        Place(14, 74, 512, 452),
    ),
    "tall": FilmPlan(
        30,
        62,
        Place(30, 122, 480, 320),
        Place(30, 448, 480, 300),
        Place(30, 846, 480, 56),
        Spot(30, 768, "left"),
        Spot(510, 768, "right"),
        Spot(270, 768, "centre"),
        Place(14, 106, 512, 838),
    ),
}


def words(
    x: float,
    y: float,
    text: str,
    color: str,
    size: float = USUAL,
    align: Align = "left",
    *,
    bold: bool = False,
) -> Text:
    """Return a text that begins or ends at a place, or has its middle there."""
    return Text(
        x,
        y,
        text,
        color,
        centred=align == "centre",
        right=align == "right",
        size=size,
        bold=bold,
    )


def page(shape: str, marks: Marks) -> Pane:
    """Return the pane of all of a picture, whose axes count units from the upper left."""
    width, height = SHAPES[shape]
    return Pane(Place(0, 0, width, height), (0, width, height, 0), marks)


def head(plan: FilmPlan, title: str, under: str, ink: FilmInk) -> Marks:
    """Return the title, and a quieter line below it."""
    return {
        "title": words(plan.margin, plan.title, title, ink.palette.ink, _TITLE, bold=True),
        "under": words(plan.margin, plan.title + 27, under, ink.palette.muted, USUAL),
    }


def small_head(shape: str, title: str, under: str, counts: tuple[str, ...], ink: FilmInk) -> Marks:
    """Return the same over a single view, with the epoch and the loss at the right."""
    plan, palette = PLANS[shape], ink.palette
    left, right = plan.margin, SHAPES[shape][0] - plan.margin
    rows = plan.title - 12, plan.title + 14
    under = _fitting(under, (right - left - _COUNTER) / USUAL, ink)
    marks: Marks = {
        "title": words(left, rows[0], title, palette.ink, 1.8, bold=True),
        "under": words(left, rows[1], under, palette.muted, USUAL),
    }
    names, colors = ("epoch", "loss"), (palette.ink, palette.accent)
    for row, name, color, number in zip(rows, names, colors, counts, strict=False):
        said = f"{name} {number}"
        marks[name] = words(right, row, said, color, 1.8, "right", bold=True)
    return marks


def parts(shape: str, names: Sequence[str], now: int, said: str, ink: FilmInk) -> Marks:
    """Return the parts of a step in a row below, the present one lit, and what it did above."""
    width, height = SHAPES[shape]
    room = width / len(names)
    marks: Marks = {}
    for index, name in enumerate(names):
        lit = index == now
        color = ink.palette.accent if lit else ink.palette.muted
        x = (index + 0.5) * room
        marks["part", index] = words(x, height - 26, name, color, USUAL, "centre", bold=lit)
    letters = width / (USUAL * _width("n", ink))
    lines = wrap(said, int(letters))
    for index, line in enumerate(lines):
        y = height - 62 - 17 * (len(lines) - 1 - index)
        marks["line", index] = words(width / 2, y, line, ink.palette.ink, USUAL, "centre")
    return marks


def below(place: Place, text: str, ink: FilmInk) -> Text:
    """Return what is said below the middle of a place."""
    x, y = place.left + place.width / 2, place.top + place.height
    text = _fitting(text, place.width / SMALL, ink)
    return words(x, y, text, ink.palette.muted, SMALL, "centre")


def foot(plan: FilmPlan, said: Sequence[str], ink: FilmInk) -> Marks:
    """Return as much of what is said as there is room for, and the name of the program."""
    room = plan.strip.width / SMALL - _width("NeuroViz  ", ink)
    shown = _fitting(" · ".join(said), room, ink)
    y = plan.strip.top + plan.strip.height + 38
    right = plan.strip.left + plan.strip.width
    return {
        "said": words(plan.margin, y, shown, ink.palette.muted, SMALL),
        "program": words(right, y, "NeuroViz", ink.palette.ink, SMALL, "right", bold=True),
    }


def counter(key: str, spot: Spot, name: str, number: str, color: str, ink: FilmInk) -> Marks:
    """Return a large number below its name."""
    size = min(_NUMBER, _COUNTER / _width(number, ink))
    return {
        (key, "name"): words(spot.x, spot.y, name, ink.palette.muted, USUAL, spot.align),
        key: words(spot.x, spot.y + 34, number, color, size, spot.align, bold=True),
    }


def _fitting(text: str, room: float, ink: FilmInk) -> str:
    """Return as much of what is said, in parts, as there is room for in letters of size 1."""
    while _width(text, ink) > room and " · " in text:
        text = text.rpartition(" · ")[0]
    return text


def _width(text: str, ink: FilmInk) -> float:
    """Return about how wide a bold text of size 1 is."""
    letters = ink.measure(round(LETTER))
    return LETTER * _LINE * letters.width(text, bold=True) / letters.line


def ticks(spot: Spot, right: Bools, ink: FilmInk) -> Marks:
    """Return how many rows are right; of few, a disc for each with a tick in it once it is."""
    count, all_right = len(right), bool(right.all())
    said = f"{'all ' if all_right else ''}{int(right.sum()):,}"
    said = f"{said} right" if all_right else f"{said} of {count:,} right"
    color = ink.good if all_right else ink.palette.muted
    marks: Marks = {"right": words(spot.x, spot.y, said, color, USUAL, spot.align)}
    if count > 8:
        return marks
    wide = {"left": 0.0, "centre": 22 * (count - 1) / 2, "right": 22.0 * (count - 1) + 9}
    for row, is_right in enumerate(right.tolist()):
        x, y = spot.x - wide[spot.align] + 22 * row, spot.y + 34
        color = ink.good if is_right else ink.palette.muted
        at = np.array([x]), np.array([y])
        marks["disc", row] = Points(*at, HOLLOW, size=15, outline=color, stroke=1.6)
        if is_right:
            across, down = x + np.array((-3.2, -0.8, 3.2)), y + np.array((0.2, 2.6, -2.2))
            marks["tick", row] = Curve(across, down, color, width=1.6)
    return marks


def fitted(bounds: Extent, place: Place) -> Extent:
    """Return ranges that hold others, and have the same units on both axes of a place."""
    left, right, bottom, top = bounds
    unit = max((right - left) / place.width, (top - bottom) / place.height)
    across, up = unit * place.width - (right - left), unit * place.height - (top - bottom)
    return left - across / 2, right + across / 2, bottom - up / 2, top + up / 2


def land_pane(place: Place, surface: SurfaceScene, ground: Ground, palette: Palette) -> Pane:
    """Return a landscape as large as it fits, with its runs and without their losses."""
    box = surface.box
    u, v = (np.linspace(*ends, 40) for ends in (box.extent[:2], box.extent[2:]))
    every = np.linspace(0, len(surface.loss_map.u) - 1, 40).astype(np.intp)
    losses = surface.loss_map.losses[np.ix_(every, every)]
    solid = np.vstack(
        (box.place(u, v[:, None], losses).reshape(-1, 3), floor_corners(ground.view[0]))
    )
    x, y = project(solid, *ground.view)[0].T
    room = _ROOM * max(np.ptp(x), np.ptp(y))
    bounds = x.min() - room, x.max() + room, y.min() - room, y.max() + room
    marks: Marks = {
        key: mark for key, mark in surface.runs(palette).items() if not isinstance(mark, Text)
    }
    return Pane(place, fitted(bounds, place), marks, scale=_LARGER, ground=ground)


@dataclass(frozen=True, eq=False)
class LossLine:
    """The losses of a run, and where it is."""

    epochs: Floats
    losses: Floats
    """(n,)."""
    color: str
    epoch: float
    loss: float
    dash: Dash = ()
    marker: Marker = "o"


def loss_pane(
    place: Place,
    lines: Sequence[LossLine],
    epochs: float,
    ink: FilmInk,
    *,
    with_losses: bool = False,
) -> Pane:
    """Return the losses over the epochs, both logarithmic, filled up to where the last line is.

    Parameters
    ----------
    epochs
        Where the axis ends.
    with_losses
        Whether they are written at the left.
    """
    known = np.concatenate([line.losses[np.isfinite(line.losses)] for line in lines])
    least = float(known[known > 0].min(initial=1.0))
    low, high = math.log10(least), math.log10(max(float(known.max()), least))
    spare = max(_LEAST_SPAN, 0.12 * (high - low))
    sight = 0.0, math.log1p(epochs), low - spare, high + spare
    marks: Marks = {}
    if with_losses:
        marks |= _levels(sight, [(power, 10.0**power) for power in _powers(low, high)], ink)
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        marks |= {(index, *key): mark for key, mark in _line(line, sight, ink, filled=last).items()}
    below = sight[2] - 18 * (sight[3] - sight[2]) / place.height
    for epoch in _epochs(epochs):
        align: Align = "left" if not epoch else "right" if epoch == epochs else "centre"
        text = f"{epoch:,.0f}"
        at = math.log1p(epoch)
        marks["epoch", epoch] = words(at, below, text, ink.palette.muted, SMALL, align)
    return Pane(place, sight, marks)


def _line(line: LossLine, sight: Extent, ink: FilmInk, *, filled: bool) -> dict[tuple[str], Mark]:
    bottom = sight[2]
    x = np.log1p(line.epochs)
    y = np.log10(np.maximum(line.losses, 10**bottom))
    here, height = math.log1p(line.epoch), math.log10(max(line.loss, 10**bottom))
    gone = x < here
    past = np.append(x[gone], here), np.append(y[gone], height)
    at = np.array([here]), np.array([height])
    marks: dict[tuple[str], Mark] = {}
    if filled:
        outline = np.column_stack(past)
        ends = np.array(((here, bottom), (0.0, bottom)))
        area = np.vstack((outline, ends))[None]
        marks["area",] = Polygons(area, (faded(line.color, 0.16),))
    marks["ahead",] = Curve(x, y, faded(ink.palette.muted, 0.4), width=1.4)
    marks["past",] = Curve(*past, line.color, dash=line.dash, width=2.4 if filled else 1.8)
    if filled:
        marks["halo",] = Points(*at, faded(line.color, 0.3), size=17)
    white = ink.palette.ground if not filled else "#ffffff"
    marks["ball",] = Points(*at, line.color, line.marker, size=10, outline=white, stroke=1.5)
    return marks


def _powers(low: float, high: float) -> list[int]:
    """Return at most 6 whole powers between two, one at least where there is one."""
    powers = range(math.ceil(low), math.floor(high) + 1)
    return list(powers[:: -(-len(powers) // 6) or 1])


def _epochs(last: float) -> list[float]:
    """Return 0, the powers of ten that are clear of the end, and the end."""
    powers = [10.0**power for power in range(12) if 3 * 10.0**power < last]
    return [0.0, *powers, last]


def _levels(sight: Extent, at: Sequence[tuple[float, float]], ink: FilmInk) -> Marks:
    """Return lines across at heights, with the numbers that stand there."""
    left, right, *_ = sight
    marks: Marks = {}
    for height, number in at:
        ends = np.array((left, right)), np.full(2, height)
        marks["level", height] = Curve(*ends, faded(ink.palette.muted, _GRID), width=1.0)
        text = words(left, height, printed(number), ink.palette.muted, SMALL)
        marks["number", height] = replace(text, aside=6.0, halo=ink.palette.ground)
    return marks


def axes(
    marks: Marks, sight: Extent, labels: tuple[str, str], x_ticks: Ticks | None, ink: FilmInk
) -> Marks:
    """Return marks with few lines behind them, and over them numbers and the names of the axes."""
    left, right, bottom, top = sight
    levels = _levels(sight, [(at, at) for at in _round(bottom, top)], ink)
    lines: Marks = {key: mark for key, mark in levels.items() if isinstance(mark, Curve)}
    texts = {key: mark for key, mark in levels.items() if key not in lines}
    few = _round(left + _CORNER * (right - left), right - 2 * _CORNER * (right - left))
    for at, text in x_ticks or [(at, printed(at)) for at in few]:
        shown = words(at, bottom, text, ink.palette.muted, SMALL, "centre")
        texts["below", at] = replace(shown, raised=4.0, halo=ink.palette.ground)
    edge = 0.05 * (top - bottom)
    texts["y"] = replace(words(left, top - edge, labels[1], ink.palette.ink, SMALL), aside=6.0)
    if x_ticks is None:
        name = f"{labels[0]} "
        texts["x"] = words(right, bottom + edge, name, ink.palette.ink, SMALL, "right")
    return lines | marks | texts


def _round(low: float, high: float) -> list[float]:
    """Return few round numbers between two, clear of both."""
    step = round_up((high - low) / 4)
    first = math.ceil((low + 0.08 * (high - low)) / step)
    last = math.floor((high - 0.12 * (high - low)) / step)
    return [step * count for count in range(first, last + 1)]


def lines_pane(
    place: Place, sight: Extent, marks: Marks, epochs: float | None, ink: FilmInk
) -> Pane:
    """Return lines or a map with names at their ends, which are moved apart.

    Parameters
    ----------
    epochs
        Where the logarithmic axis below ends; None where neither axis has numbers.
    """
    _, _, bottom, top = sight
    unit = (top - bottom) / place.height
    ends = [(key, mark) for key, mark in marks.items() if isinstance(mark, EndLabel)]
    heights = spread([end.y for _, end in ends], 15 * unit, bottom + 14 * unit, top - 8 * unit)
    shown: Marks = {key: mark for key, mark in marks.items() if not isinstance(mark, EndLabel)}
    if epochs is not None:
        shown = _levels(sight, [(at, at) for at in _round(bottom, top)], ink) | shown
        for epoch in _epochs(epochs)[1:]:
            at = words(math.log1p(epoch), bottom, f"{epoch:,.0f}", ink.palette.muted, SMALL)
            shown["epoch", epoch] = replace(at, raised=4.0)
    for (key, end), height in zip(ends, heights, strict=True):
        shown[key] = Text(end.x, height, end.text, end.color, aside=8.0, size=USUAL, bold=True)
    return Pane(place, sight, shown, ink.palette.ground)


def runners(place: Place, lines: Sequence[tuple[str, LossLine, str]], ink: FilmInk) -> Marks:
    """Return the runs of a race with their losses: marker, name and number, each in its row."""
    row = min(40.0, place.height / len(lines))
    first = place.top + (place.height - row * (len(lines) - 1)) / 2
    best = min((line.loss for _, line, _ in lines), default=0.0)
    marks: Marks = {}
    for index, (name, line, loss) in enumerate(lines):
        y = first + index * row
        leads = line.loss == best
        size = min(1.6, row / 18)
        at = np.array([place.left + 8]), np.array([y])
        marks["marker", index] = Points(*at, line.color, line.marker, size=13)
        marks["name", index] = words(place.left + 24, y, name, line.color, size, bold=leads)
        right = place.left + place.width
        marks["value", index] = words(right, y, loss, ink.palette.ink, size, "right", bold=leads)
    return marks
