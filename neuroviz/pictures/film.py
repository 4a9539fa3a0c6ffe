"""One picture of a film: panes with their own axes, and texts around them.

Lengths are in units, 540 of them to the shorter side; a full-size picture has two pixels for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from textwrap import wrap
from typing import Literal, NamedTuple

import numpy as np

from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.landscape.relief import floor_corners
from neuroviz.core.numbers import elided, printed, round_up, with_real_minus
from neuroviz.core.types import Bools, Extent, Frozen, Unique
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.loss import RunLosses, epoch_ticks
from neuroviz.pictures.marks import HOLLOW, Curve, EndLabel, Marks, Points, Polygons, Text, Ticks
from neuroviz.pictures.neuron.layout import Letters
from neuroviz.pictures.palette import Palette, faded, shape_of
from neuroviz.pictures.race import Runner, runner_name, span_of, up_to
from neuroviz.pictures.ticks import log_ticks

LETTER = 10.0
"""Height of letters of size 1."""
_LETTER_WIDTH = 0.6 * LETTER
SHAPES = {"wide": (960.0, 540.0), "square": (540.0, 540.0), "tall": (540.0, 960.0)}
"""Width and height of each shape."""
SMALL, USUAL, _ALONE, _TITLE, _NUMBER = 0.95, 1.2, 1.8, 2.5, 4.4
"""Sizes of letters; none is below 17 pixels in a full-size picture."""
_COUNTER = 176.0
"""Width of a counter, at most."""
_LINE = 1.17
"""Approximate height of a line of text, in heights of its letters."""
_LARGER, _RACING = 1.5, 1.1
"""How much larger than in a window marks on a landscape are, for one run and for a race."""
_ROOM = 0.04
"""Share of a pane that stays free around a landscape."""
_LEAST_SPAN = 0.05
"""Decades that the axis of losses is extended by, at least."""
_NAME = 0.6
"""Share of a plot's width that the name of the axis below takes, at most."""
_CORNER = 0.1
"""Share of a plot's width at its left, and twice that at its right, which other texts take."""
_DISC, _TICK = 22.0, np.array(((-3.2, -0.8, 3.2), (0.2, 2.6, -2.2)))
"""Distance between discs, and the points of the tick in one."""
_BESIDE = 34.0
"""Width of the marker before a run's name, with the free space before its loss."""
_LONGEST_LOSS = "1.333·10⁻¹³"
"""A loss with as many letters as nearly any has."""
_FEW = 8
"""Rows up to which each has a disc."""
Align = Literal["left", "centre", "right"]


class Place(NamedTuple):
    """A rectangle of a picture, in units from the upper left."""

    left: float
    top: float
    width: float
    height: float


class FilmPlan(NamedTuple):
    """Where everything stands in a shape of pictures."""

    title: float
    """Height of the title's middle."""
    data: Place
    land: Place
    strip: Place
    alone: Place
    """The place of a single view."""
    counters: tuple[tuple[float, float, Align], ...]
    """Where the names of epoch, loss and rows right stand, above their numbers."""


PLANS = {
    "wide": FilmPlan(
        42,
        Place(32, 96, 300, 300),
        Place(346, 78, 410, 318),
        Place(32, 424, 896, 56),
        Place(16, 74, 928, 450),
        ((928, 112, "right"), (928, 206, "right"), (928, 306, "right")),
    ),
    "square": FilmPlan(
        42,
        Place(30, 98, 234, 234),
        Place(272, 92, 250, 246),
        Place(30, 434, 480, 50),
        Place(14, 74, 512, 452),
        ((30, 366, "left"), (510, 366, "right"), (270, 366, "centre")),
    ),
    "tall": FilmPlan(
        62,
        Place(30, 122, 480, 320),
        Place(30, 448, 480, 300),
        Place(30, 846, 480, 56),
        Place(14, 106, 512, 838),
        ((30, 772, "left"), (510, 772, "right"), (270, 772, "centre")),
    ),
}


class FilmInk(Frozen):
    """The colours and letters of a film."""

    palette: Palette
    """Colours of what is drawn on a card."""
    ground: str
    good: str
    """Colour behind everything, and colour of what is right."""
    measure: Callable[[int], Letters]
    """Returns the letters of a size in points."""

    def width(self, text: str) -> float:
        """Return the approximate width of a bold text of size 1."""
        letters = self.measure(round(LETTER))
        return LETTER * _LINE * letters.width(text, bold=True) / letters.line

    def fitting(self, text: str, room: float) -> str:
        """Return as many parts of a text of size 1 as there is room for."""
        while self.width(text) > room and " · " in text:
            text = text.rpartition(" · ")[0]
        return text


class Ground(Frozen):
    """A landscape without its runs, the same in all pictures of a film."""

    surface: SurfaceScene
    palette: Palette
    """Colours of its losses, and of what is behind."""


class Pane(Unique):
    """A part of a picture with its own axes."""

    place: Place
    sight: Extent
    """The visible range: left, right, bottom and top."""
    marks: Marks
    card: str | None = None
    """Colour behind the marks, which are then cut off at round corners; None for no card."""
    scale: float = 1.0
    """How much larger than in a window the marks are."""
    ground: Ground | None = None
    points: int | None = None
    """Size of a neuron's letters in points; None for those of a film."""


class FilmPicture(Unique):
    """A picture, with its panes from back to front."""

    size: tuple[float, float]
    ground: str
    panes: tuple[Pane, ...]


class FilmPage:
    """Collects the texts of a picture."""

    def __init__(self, shape: str, ink: FilmInk) -> None:
        self.plan = PLANS[shape]
        self.size = SHAPES[shape]
        self.ink = ink
        self.marks: Marks = {}

    @property
    def pane(self) -> Pane:
        """The whole picture, with axes in units from the upper left."""
        width, height = self.size
        return Pane(Place(0, 0, width, height), (0, width, height, 0), self.marks)

    def write(
        self,
        key: Hashable,
        x: float,
        y: float,
        text: str,
        size: float = USUAL,
        align: Align = "left",
        color: str = "",
        *,
        bold: bool = False,
    ) -> None:
        """Write a text that begins, ends or is centred at a place."""
        color = color or self.ink.palette.muted
        centred = align == "centre"
        right = align == "right"
        self.marks[key] = Text(x, y, text, color, centred, right=right, size=size, bold=bold)

    def head(self, title: str, under: str, counts: Sequence[tuple[str, str]] = ()) -> None:
        """Write the title, a quieter line below, and beside them the counters of a single view."""
        left = self.plan.strip.left
        y = self.plan.title
        right = self.size[0] - left
        ink = self.ink.palette.ink
        rows, largest = ((y - 12, y + 14), _ALONE) if counts else ((y, y + 27), _TITLE)
        room = right - left - (_COUNTER if counts else 0)
        size = min(largest, room / self.ink.width(title))
        self.write("title", left, rows[0], title, size, color=ink, bold=True)
        self.write("under", left, rows[1], self.ink.fitting(under, room / USUAL))
        for y, (said, color) in zip(rows, counts, strict=False):
            self.write(("count", y), right, y, said, _ALONE, "right", color, bold=True)

    def foot(self, said: Iterable[str]) -> None:
        """Write as much of a description as there is room for, and the program's name."""
        left, top, width, height = self.plan.strip
        y = top + height + 38
        room = width / SMALL - self.ink.width("NeuroViz  ")
        self.write("said", left, y, self.ink.fitting(" · ".join(said), room), SMALL)
        ink = self.ink.palette.ink
        self.write("program", left + width, y, "NeuroViz", SMALL, "right", ink, bold=True)

    def below(self, place: Place, text: str) -> None:
        """Write a line centred below a place, or as far to the left as it needs to stay inside."""
        said = self.ink.fitting(text, place.width / SMALL)
        end = self.plan.strip.left + self.plan.strip.width
        x = min(place.left + place.width / 2, end - SMALL * self.ink.width(said) / 2)
        self.write(place, x, place.top + place.height, said, SMALL, "centre")

    def count(self, at: int, name: str, number: str, color: str) -> None:
        """Write a large number below its name."""
        x, y, align = self.plan.counters[at]
        size = min(_NUMBER, _COUNTER / self.ink.width(number))
        self.write(("name", at), x, y, name, align=align)
        self.write(("number", at), x, y + 34, number, size, align, color, bold=True)

    def rows_right(self, right: Bools) -> None:
        """Write how many rows are right; each of a few has a disc, ticked when it is."""
        x, y, align = self.plan.counters[2]
        count = len(right)
        good = self.ink.good
        muted = self.ink.palette.muted
        said = f"all {count:,} right" if right.all() else f"{right.sum():,} of {count:,} right"
        self.write("right", x, y, said, align=align, color=good if right.all() else muted)
        if count > _FEW:
            return
        first = x - _DISC * (count - 1) * (0.5 if align == "centre" else 1) - 8 * (align == "right")
        at = first + _DISC * np.arange(count)
        down = np.full(count, y + 34)
        for color, rows in ((good, right), (muted, ~right)):
            disc = Points(at[rows], down[rows], HOLLOW, size=15, outline=color, stroke=1.6)
            self.marks["disc", color] = disc
        for row in np.flatnonzero(right).tolist():
            self.marks["tick", row] = Curve(at[row] + _TICK[0], down[row] + _TICK[1], good)

    def parts(self, names: Sequence[str], now: int, said: str) -> None:
        """Write the parts of a step at the bottom, the present one lit, and above what it did."""
        width, height = self.size
        accent = self.ink.palette.accent
        for index, name in enumerate(names):
            x = (index + 0.5) * width / len(names)
            lit = index == now
            color = accent if lit else ""
            self.write(("part", index), x, height - 26, name, USUAL, "centre", color, bold=lit)
        share = USUAL * self.ink.width(said) / (0.9 * width)
        lines = wrap(said, int(len(said) / max(math.ceil(share), 1)) + 8)
        for index, line in enumerate(lines[::-1]):
            y = height - 62 - 17 * index
            self.write(("line", index), width / 2, y, line, USUAL, "centre", self.ink.palette.ink)

    def runners(self, runners: Sequence[Runner], leader: int | None) -> None:
        """Write the runs of a race with their losses, each in a row with its marker."""
        left, top, width, height = self.plan.data
        row = min(40.0, height / len(runners))
        first = top + (height - row * (len(runners) - 1)) / 2
        room = width - _BESIDE
        palette = self.ink.palette
        losses = ["blew up" if one.stopped else with_real_minus(one.said) for one in runners]
        # The same size in all pictures, however long a loss is.
        letters = int(room / (SMALL * self.ink.width("n"))) - len(_LONGEST_LOSS)
        said = [", ".join(filter(None, (one.name, one.own))) for one in runners]
        whole = max(map(len, said)) <= letters  # else a name is worth more than a rate
        names = said if whole else [runner_name(one.name, letters) for one in runners]
        widest = max(self.ink.width(f"{name} {_LONGEST_LOSS}") for name in names)
        size = min(1.6, row / 18, room / widest)
        for index, one in enumerate(runners):
            y = first + index * row
            bold = one.slot == leader
            shape = shape_of(one.slot)
            color = palette.run(one.slot)
            ink = palette.ink
            if one.stopped:
                color = ink = palette.muted
            self.marks["marker", index] = Points([left + 8], [y], color, shape, size=13)
            self.write(("run", index), left + 24, y, names[index], size, "left", color, bold=bold)
            at = ("its loss", index), left + width, y, losses[index]
            self.write(*at, size, "right", ink, bold=bold)


def fitted(bounds: Extent, place: Place) -> Extent:
    """Return ranges that contain others, with equal units on both axes of a place."""
    left, right, bottom, top = bounds
    unit = max((right - left) / place.width, (top - bottom) / place.height)
    across = unit * place.width - (right - left)
    up = unit * place.height - (top - bottom)
    return left - across / 2, right + across / 2, bottom - up / 2, top + up / 2


def land_pane(place: Place, surface: SurfaceScene, ground: Ground, palette: Palette) -> Pane:
    """Return a landscape as large as fits, with its runs but without their losses."""
    land = surface.loss_map
    points = surface.box.place(land.u, land.v[:, None], land.losses).reshape(-1, 3)
    x, y = surface.seen(np.vstack((points, floor_corners(surface.azimuth))))
    room = _ROOM * max(np.ptp(x), np.ptp(y))
    bounds = x.min() - room, x.max() + room, y.min() - room, y.max() + room
    marks: Marks = {
        key: mark for key, mark in surface.runs(palette).items() if not isinstance(mark, Text)
    }
    larger = _RACING if surface.scene.other_runs.races else _LARGER
    return Pane(place, fitted(bounds, place), marks, scale=larger, ground=ground)


def loss_pane(
    place: Place, runs: Sequence[RunLosses], epochs: float, ink: FilmInk, *, numbers: bool
) -> Pane:
    """Return losses over the epochs, both logarithmic, with the area below one run filled so far.

    That run is the only one, or the leader of a race.

    Parameters
    ----------
    epochs
        The end of the axis.
    numbers
        Whether losses are written at the left.
    """
    each = [np.log10(run.losses[run.losses > 0]) for run in runs]
    alone = len(runs) == 1
    low, high = ends_of(each[0]) if alone and len(each[0]) else span_of(each)
    spare = max(_LEAST_SPAN, 0.12 * (high - low))
    sight = 0.0, math.log1p(epochs), low - spare, high + spare
    marks: Marks = {}
    if numbers:
        least, most = (10 ** np.clip(sight[2:], -307, 308)).tolist()
        losses = log_ticks(least, most, 6) or _round(least, most)
        marks |= _levels(sight, [(math.log10(loss), loss) for loss in losses], ink)
    for index, run in enumerate(runs):
        for key, mark in _curve(run, sight, ink, active=alone or run.leads).items():
            marks[index, key] = mark
    below = sight[2] - 18 * (sight[3] - sight[2]) / place.height
    for at, text in epoch_ticks(epochs):
        last = at == sight[1]
        muted = ink.palette.muted
        centred = not last and at > 0
        marks["epoch", at] = Text(at, below, text, muted, centred, right=last, size=SMALL)
    return Pane(place, sight, marks)


def _curve(run: RunLosses, sight: Extent, ink: FilmInk, *, active: bool) -> Marks:
    """Return the losses of a run: the past in its colour, the future paler."""
    (bottom, top), palette = sight[2:], ink.palette
    color = run.colour(palette)
    x = np.log1p(run.epochs)
    here = np.log1p(run.epoch)
    y, height = (np.log10(np.maximum(losses, 10**bottom)) for losses in (run.losses, run.loss))
    past = np.append(x[x < here], here), np.append(y[x < here], height)
    marks: Marks = {}
    if active:
        area = np.vstack((np.column_stack(past), ((here[0], bottom), (0.0, bottom))))
        marks["area"] = Polygons(area[None], (faded(color, 0.16),))
        marks["halo"] = Points(here, height, faded(color, 0.3), size=17)
    marks["ahead"] = Curve(*up_to(top, x, y), faded(palette.muted, 0.4), width=1.4)
    marks["past"] = Curve(*up_to(top, *past), color, dash=run.dash, width=2.4 if active else 1.8)
    if run.gone or height[0] > top:
        return marks
    edge = palette.path if active else palette.ground
    marks["ball"] = Points(here, height, color, run.marker, None, 10, edge, 1.5)
    return marks


def _levels(sight: Extent, at: Sequence[tuple[float, float]], ink: FilmInk) -> Marks:
    """Return horizontal lines at heights, with their numbers."""
    left, right, *_ = sight
    muted = ink.palette.muted
    marks: Marks = {}
    for height, number in at:
        ends = np.array((left, right)), np.full(2, height)
        marks["level", height] = Curve(*ends, faded(muted, 0.14), width=1.0)
        place = (left, height)
        halo = ink.palette.ground
        marks["number", height] = Text(
            *place, printed(number), muted, halo=halo, aside=6.0, size=SMALL
        )
    return marks


def plot_pane(
    place: Place,
    sight: Extent,
    marks: Marks,
    ink: FilmInk,
    labels: tuple[str, str] = ("", ""),
    x_ticks: Ticks | None = None,
    *,
    numbers: bool = True,
    least: float = -math.inf,
    scale: float = 1.0,
) -> Pane:
    """Return a plot with a few lines behind its marks, and the texts of its axes inside it.

    Names at the ends of lines are moved apart.

    Parameters
    ----------
    x_ticks
        The texts below; None for a few round numbers.
    numbers
        Whether there are numbers at the left.
    least
        The least of them: below it is another scale.
    """
    left, right, bottom, top = sight
    palette = ink.palette
    width = right - left
    height = top - bottom
    levels = _levels(sight, [(y, y) for y in _round(bottom, top) if numbers and y >= least], ink)
    texts: Marks = {key: mark for key, mark in levels.items() if isinstance(mark, Text)}
    halo = palette.ground
    letter = _LETTER_WIDTH * SMALL * scale * width / place.width
    letters = int(width / letter)
    if x_ticks is None:
        name = f"{elided(labels[0], int(_NAME * letters))} "
        few = _round(left + _CORNER * width, right - 2 * _CORNER * width)
        free = right - letter * len(name)
        x_ticks = tuple(
            (at, text)
            for at, text in zip(few, map(printed, few), strict=True)
            if at + letter * len(text) / 2 < free
        )
        y = bottom + 0.05 * height
        texts["x"] = Text(right, y, name, palette.ink, halo=halo, right=True, size=SMALL)
    for at, text in x_ticks:
        said = elided(text, letters // len(x_ticks))
        half = letter * len(said) / 2
        x = min(max(at, left + half), right - half)
        texts["below", at] = Text(x, bottom, said, palette.muted, halo=halo, raised=4.0, size=SMALL)
    y = top - 0.05 * height
    said = elided(labels[1], letters - 1)
    texts["y"] = Text(left, y, said, palette.ink, halo=halo, aside=6.0, size=SMALL)
    ends = {key: mark for key, mark in marks.items() if isinstance(mark, EndLabel)}
    line = 15 * height / place.height
    heights = spread([end.y for end in ends.values()], line, bottom + line, top - line / 2)
    for (key, end), y in zip(ends.items(), heights, strict=True):
        texts[key] = Text(end.x, y, end.text, end.color, aside=8.0, size=USUAL, bold=True)
    behind = {key: mark for key, mark in (levels | marks).items() if key not in texts}
    return Pane(place, sight, behind | texts, palette.ground, scale)


def _round(low: float, high: float) -> list[float]:
    """Return a few round numbers between two ends, away from both."""
    step = round_up((high - low) / 4)
    first = math.ceil((low + 0.08 * (high - low)) / step)
    last = math.floor((high - 0.12 * (high - low)) / step)
    return [step * count for count in range(first, last + 1)]
