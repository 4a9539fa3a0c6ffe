"""How runs are drawn over losses, and which are drawn beside the active one.

They have rims, to be seen on any colour. Parts that the plane does not show truly are pale, and
parts that a surface hides are dotted.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from msgspec.structs import replace

from neuroviz.core.landscape.plane import size_of, within
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Bools, Extent, Floats, Frozen, Line, Unique
from neuroviz.pictures.label_places import spread
from neuroviz.pictures.marks import (
    AHEAD,
    HOLLOW,
    Arrow,
    Curve,
    Dash,
    Mark,
    Marker,
    Marks,
    Points,
    Rim,
    Text,
)
from neuroviz.pictures.palette import BACKGROUND, Palette, faded, shape_of, undrawn
from neuroviz.pictures.race import LONGEST_RUNNER, runner_name

BALL = 14.0
"""Diameter of the active run's ball."""
_OTHER_BALL = 11.0
_RACING_BALL = 17.0
_AWAY, _BOLD = 3.5, 1.15
"""Letters from the centre of a ball to its name in a race, and the width of bold letters."""
_WIDE = "mwMW"
"""Letters that are half as wide again as others."""
_SHIFTS = sorted(range(6, -7, -1), key=abs)
"""Lines by which a name may be moved so as not to cover something."""
_FEWEST = 8
"""Letters that a name keeps in any case."""
TAIL = 12
"""Steps in a runner's tail."""
_OUT = 0.1
"""Length of the arrow to a ball that is out of sight, as a share of the plot's height."""
_STEP = 4.5
"""Diameter of the dot at a step."""
_FEW = 60
"""Number of visible steps from which on they have no dots."""
_APART = 0.015
"""Least distance of two steps with dots, as a share of the plot."""
_ALL = 100
"""Number of places up to which all are steps of the path; of a longer path some are left out."""
_LONG = 3.0
"""A path this many times as long as it is wide is a zigzag, whose lines would cover each other and
the map."""
_FAR = 2000.0
"""Distance in plots up to which a path is measured."""
_DASHES = (6.0, 5.0)
_FAINT = "80"
"""Opacity of an old path, and of parts of a path that the plane does not show truly."""
_AGES = ("40", "70", "B0", "FF")
"""Opacities of the dots at steps, from the oldest to the newest."""
START = 8.0
"""Diameter of the marker of a start."""
_GAP = 6.0
"""Pixels between a marker and its loss."""
_RIGHT = 0.3
"""Share of the plot at its right end in which a loss is rather written left of its marker."""
_LINE = (0.4, 0.09)
"""Greatest width and height of a loss, as shares of the plot."""
_WORD, _DIGIT = 0.25, 0.03
"""Usual width of the text beside a start or a ball, and of the number of a step."""
_SHADOW = "#00000060"
_DOTS = (1.5, 4.5)
_NUMBERED = 4
_LINES = 8
"""Steps of a zigzag that are drawn as clear lines; more would be a blot."""


Named = dict[Hashable, tuple[Floats, str, float]]
"""Key of a text -> the place of its marker, the text, and the marker's diameter."""


class PathAhead(Unique):
    """The path of the ghost."""

    path: Floats
    """(m, P): the parameters, from where the ghost begins."""
    opacity: float = 1.0
    end: str = ""
    """A few words on how it ends, if it cannot go on; else empty."""


class RunInk(Frozen):
    """Draws runs over losses; places are (2,), in units of the axes."""

    palette: Palette
    bounds: Extent
    """The visible part of the plane."""
    ratio: float
    """Width over height of the plot."""
    size: float
    """Size of markers relative to the screen, where a pointer has to find them."""
    letter: tuple[float, float] = (0.0, 0.0)
    """Width of a digit and height of a line of text, in units of the axes."""
    ends: tuple[float, float] = (-np.inf, np.inf)
    """The least and the greatest x of names, if they are within the bounds."""
    taken: tuple[Extent, ...] = ()
    """Boxes of texts and buttons in units of the axes, which no name may cover."""

    @property
    def span(self) -> Floats:
        """(2,): width and height of the visible part."""
        return size_of(self.bounds)

    def path(
        self,
        name: Hashable,
        places: Floats,
        true: Bools,
        seen: Bools,
        slot: int | None,
        *,
        alone: bool = False,
    ) -> Marks:
        """Return a path (m, 2), with dots if it has few steps; nothing for a single place.

        Hidden parts are dotted. Parts that the plane does not show truly are pale, and so are all
        but the newest steps of a zigzag, whose lines would cover the map.

        Parameters
        ----------
        true
            (m,): at which places the plane has the path's own loss.
        seen
            (m,): which places are not hidden.
        slot
            The slot of another run, which has no dots; None for the active run.
        alone
            Whether there is no other run whose colour must differ.
        """
        palette = self.palette
        color = palette.path if alone else palette.accent if slot is None else palette.run(slot)
        zigzags = self._is_zigzag(places)
        width, beyond = (1.0, 0.0) if zigzags else (1.5, 1.0)
        rim = Rim(palette.rim if alone else palette.run_rim, beyond)
        # A piece has a property if both of its ends do.
        told = true[1:] & true[:-1]
        clear = seen[1:] & seen[:-1]
        near = self._come_near(places)
        newest = np.arange(len(told))[::-1] < (_LINES if zigzags else len(told))
        pale = Rim(f"{rim.color}{_FAINT}", beyond)
        old = _AGES[0]
        marks: Marks = {}
        for part, drawn, ink, round_it, dash in (
            ("off", clear & ~told, f"{color}{_FAINT}", pale, ()),
            ("hidden", ~clear, color, rim, _dashes(width, _DOTS)),
            ("old", clear & told & ~newest, f"{color}{old}", Rim(f"{rim.color}{old}", beyond), ()),
            ("on", clear & told & newest, color, rim, ()),
        ):
            if slot is not None:
                drawn = drawn & near
            if drawn.any():
                x, y = places.T
                if not drawn.all():
                    x, y = pieces(x, y, drawn)
                marks[name, part] = Curve(x, y, ink, dash=dash, width=width, rim=round_it)
        if slot is None and self._are_few(places):
            marks |= self._steps(name, places, seen & self._are_apart(places), color, rim)
        return marks

    def _steps(self, name: Hashable, places: Floats, drawn: Bools, color: str, rim: Rim) -> Marks:
        """Return dots at steps (m, 2), which are paler the older they are."""
        marks: Marks = {}
        parts = zip(
            np.array_split(places, len(_AGES)), np.array_split(drawn, len(_AGES)), strict=True
        )
        for age, (part, own) in zip(_AGES, parts, strict=True):
            if own.any():
                x, y = part[own].T
                edge = Rim(f"{rim.color}{age}", rim.width)
                marks[name, "steps", age] = Points(
                    x, y, f"{color}{age}", "o", None, _STEP * self.size, rim=edge
                )
        return marks

    def value(self, at: Floats, text: str, diameter: float) -> Text:
        """Return a loss at the right of a marker, or left if an edge or a text is in the way.

        At the lower and the upper edge it stands so that no half of it is cut off.
        """
        aside = (diameter / 2 + _GAP) * self.size
        x, y = at.tolist()
        low, high = self.bounds[2:]
        if low < y < high:
            y = min(max(y, low + self.letter[1] / 2), high - self.letter[1] / 2)
        length = len(text) * self.letter[0]
        right, left = (
            self._harm(self._beside(x, y, length, side), [*self.taken], []) for side in (1, -1)
        )
        if left < right or (left == right and x > self.bounds[1] - _RIGHT * self.span[0]):
            aside = -aside
        return Text(x, y, text, self.palette.ink, aside=aside, halo=self.palette.ground)

    def names(self, named: Named, ball: Floats, said: Iterable[Mark] = ()) -> Marks:
        """Return texts beside markers, except where one would touch another or the ball.

        None touches a text that is ``said`` already either.
        """
        taken = [ball]
        ink = replace(self, taken=(*self.taken, *self._boxes(said)))
        marks: Marks = {}
        for key, (place, text, diameter) in named.items():
            if all(self._apart(place, other) for other in taken):
                name = ink.value(place, text, diameter)
                boxes = ink._boxes([name])
                if any(ink._harm(box, [*ink.taken], [ball]) >= 1 for box in boxes):
                    continue
                taken.append(place)
                marks[key] = name
                ink = replace(ink, taken=(*ink.taken, *boxes))
        return marks

    def _boxes(self, marks: Iterable[Mark]) -> list[Extent]:
        """Return where texts beside markers stand, as far as it is known how large letters are."""
        return [
            self._beside(mark.x, mark.y, len(mark.text) * self.letter[0], -1 if mark.ends else 1)
            for mark in marks
            if self.letter[0] and isinstance(mark, Text)
        ]

    def shadow(self, at: Floats) -> Points:
        """Return the shadow of a ball on the ground."""
        return Points(at[:1], at[1:], _SHADOW, "o", None, (BALL + 5.0) * self.size)

    def _apart(self, first: Floats, second: Floats) -> bool:
        """Return whether texts at the right of two places do not touch."""
        x, y = np.abs(first - second) / self.span
        return bool(x > _LINE[0] or y > _LINE[1])

    def _covers(self, place: Floats, other: Floats, width: float) -> bool:
        """Return whether a digit beside a place would cover a text beside another place."""
        x, y = (place - other) / self.span
        return bool(-_DIGIT < x < width and abs(y) < _LINE[1])

    def parabola(self, places: Floats) -> Curve:
        """Return contours (n, 2) of the parabola that Newton's method sees at the ball."""
        x, y = places.T
        return Curve(x, y, self.palette.on_loss, dash=_DOTS, rim=Rim(self.palette.rim, 0.9))

    def old_path(self, places: Floats) -> Curve:
        """Return a path (m, 2) that no longer belongs to a run."""
        x, y = places.T
        return Curve(x, y, f"{self.palette.path}{_FAINT}", width=2.0)

    def ahead(
        self, places: Floats, opacity: float, end: str = "", stands: Bools | None = None
    ) -> Marks:
        """Return the path (m, 2) of the ghost: dashed, with a dot at each of its first steps.

        The dots become smaller, and the first four have numbers unless the ghost is faint. A place
        that is hidden is NaN; one that ``stands`` (m,) says is not a step has no dot. Where the
        path leaves the plot, it is written how it ends, if that is known.
        """
        colour = faded(self.palette.accent, opacity)
        rim = Rim(faded(self.palette.run_rim, opacity), 1.0)
        x, y = places.T
        lines = slice(_LINES if self._is_zigzag(places) else None)
        marks: Marks = {"ahead": Curve(x[lines], y[lines], colour, dash=AHEAD, width=1.6, rim=rim)}
        first = places[1:_FEW]
        drawn = self._are_apart(first) & np.isfinite(first).all(axis=1)
        if stands is not None:
            drawn &= stands[1:_FEW]
        said = [(places[0], _WORD)]  # the loss is written beside the start or the ball
        for at, (place, seen) in enumerate(zip(first, drawn, strict=True), start=1):
            if seen:
                size = (8.4 - 3.6 * min(at / 12, 1.0)) * self.size
                marks["ahead", at] = Points(place[:1], place[1:], colour, size=size, rim=rim)
            numbered = seen and at <= _NUMBERED and opacity == 1
            if numbered and not any(self._covers(place, *other) for other in said):
                said.append((place, _DIGIT))
                marks["ahead number", at] = self.value(place, str(at), 8.0)
        gone = self._way_out(places) if end and opacity == 1 else None
        if gone is not None:
            if not self._apart(gone, places[0]):
                gone[1] += _LINE[1] * self.span[1]
            word = self.value(gone, end, 0.0)
            # On a background: red letters cannot be read on every colour of a map.
            marks["ahead end"] = replace(
                word, color=self.palette.error, halo=None, ground=self.palette.ground
            )
        return marks

    def _way_out(self, places: Floats) -> Floats | None:
        """Return where a path (m, 2) leaves the plot, (2,) with room for a text, or None."""
        low, high = np.reshape(self.bounds, (2, 2)).T
        gone = np.flatnonzero(~within(places, self.bounds))  # NaN counts as out
        if not len(gone) or gone[0] == 0:
            return None
        first = int(gone[0])
        edge: Floats = places[first - 1]
        away = places[first] - edge
        if not np.isnan(away).any():
            with np.errstate(divide="ignore", invalid="ignore"):
                edge = (
                    edge + np.nanmin(np.maximum((low - edge) / away, (high - edge) / away)) * away
                )
        room = (0.0, _LINE[1]) * self.span
        return np.clip(edge, low + room, high - room)

    def _are_apart(self, places: Floats) -> Bools:
        """Return which places are far enough from the one before for separate dots."""
        moved = np.diff(places, axis=0) / self.span
        return np.append(True, np.hypot(*moved.T) > _APART)

    def _are_few(self, places: Floats) -> bool:
        """Return whether so few steps are visible that each can have a dot."""
        return 1 < len(places) <= _ALL and int(within(places, self.bounds).sum()) < _FEW

    def _come_near(self, places: Floats) -> Bools:
        """Return which pieces (m - 1,) of a path have a visible end, or are shorter than the plot.

        Others are leaps of a run that blew up, from one side to the other.
        """
        seen = within(places, self.bounds)
        with np.errstate(over="ignore", invalid="ignore"):
            moved = np.abs(np.diff(places, axis=0)) / self.span
        return seen[1:] | seen[:-1] | (moved < 1).all(axis=1)

    def _is_zigzag(self, places: Floats) -> bool:
        places = places[np.isfinite(places).all(axis=1)]
        if not len(places):
            return False
        span = self.span
        corner = np.array(self.bounds[::2])
        drawn = places.clip(corner - _FAR * span, corner + _FAR * span) * ((self.ratio, 1.0) / span)
        x, y = (drawn[1:] - drawn[:-1]).T
        across, up = drawn.max(axis=0) - drawn.min(axis=0)
        return bool(np.hypot(x, y).sum() > _LONG * math.hypot(across, up))

    def ball(
        self,
        at: Floats,
        shape: Marker,
        color: str,
        diameter: float = BALL,
        *,
        behind: bool = False,
    ) -> Points:
        """Return a ball; one that is hidden is thin and transparent."""
        rim = self.palette.rim
        beyond = 0.0 if rim == BACKGROUND else 1.0  # its border serves as a rim
        color, stroke = (f"{color}{_FAINT}", 1.0) if behind else (color, 2.0)
        return self._marker(at, color, shape, diameter, BACKGROUND, stroke, Rim(rim, beyond))

    def other_ball(self, at: Floats, slot: int, *, races: bool = False) -> Points:
        """Return the ball of another run."""
        size = _RACING_BALL if races else _OTHER_BALL
        return self.ball(at, shape_of(slot), self.palette.run(slot), size)

    def out_of_sight(self, way: Floats, slot: int) -> tuple[Floats, Arrow]:
        """Return the ball's place (2,) for a run beyond the edge, and an arrow to the edge.

        ``way`` (2, 2) leads to the edge.
        """
        along = way[1] - way[0]
        along = along * (_OUT / math.hypot(*(along * (self.ratio, 1.0) / self.span)))
        (x, y), (dx, dy) = (way[1] - along).tolist(), along.tolist()
        rim = Rim(self.palette.run_rim, 0.9)
        return way[1] - along, Arrow(x, y, dx, dy, self.palette.run(slot), (), 2.5, rim)

    def tail(self, name: Hashable, places: Floats, slot: int) -> Marks:
        """Return the last steps (m, 2) of a runner, from old and thin to new and thick."""
        colour = self.palette.run(slot)
        rim = Rim(self.palette.run_rim, 0.8)
        last = places[-TAIL - 1 :]
        marks: Marks = {}
        for at in range(len(last) - 1):
            age = TAIL + 2 - len(last) + at
            x, y = last[at : at + 2].T
            share = age / TAIL
            ink = faded(colour, 0.25 + 0.75 * share)
            edge = faded(rim.color, share)
            marks[name, age] = Curve(x, y, ink, width=1.3 + 2.5 * share, rim=Rim(edge, rim.width))
        return marks

    def tags(
        self, named: Sequence[tuple[int | None, str, Floats]], own: int | None = None
    ) -> Marks:
        """Return texts beside the balls (2,) of runs, at different heights, with lines to them.

        Runs are given by slot; the ``own`` one, and one without a slot, have the active run's
        colour.
        """
        places = [at for *_, at in named]
        wide, high = self.letter
        bottom, top = self.bounds[2:]
        wanted = [float(y) for _, y in places]
        heights = spread(wanted, 1.3 * high, bottom + high, top - high)
        lines: Marks = {}
        tags: Marks = {}
        taken = [*self.taken]
        for (slot, text, (x, y)), level in zip(named, heights, strict=True):
            letters = len(text) + sum(map(text.count, _WIDE)) / 2 + 0.5  # for the ground
            aside, height, box = self._free(x, level, _BOLD * letters * wide, taken, places)
            taken.append(box)
            ends = np.array((x, x + aside * _AWAY * wide)), np.array((y, height))
            lines["line", slot] = Curve(*ends, self.palette.ink, width=1.0)
            tags["tag", slot] = Text(
                float(ends[0][1]),
                height,
                text,
                self.palette.accent if slot in (None, own) else self.palette.run(slot),
                ground=self.palette.ground,
                right=aside < 0,
                bold=True,
            )
        return {**lines, **tags}

    def _free(
        self, x: float, level: float, length: float, taken: list[Extent], places: list[Floats]
    ) -> tuple[int, float, Extent]:
        """Return the best side, height and box for a name beside a ball.

        The name stays at its level unless it would cover another text or a button there.
        """
        high = self.letter[1]
        bottom, top = self.bounds[2:]
        found: list[tuple[float, int, float, Extent]] = []
        for lines in _SHIFTS:
            height = min(max(level + lines * high, bottom + high), top - high)
            for aside in (1, -1):
                box = self._beside(x, height, length, aside)
                found.append((self._harm(box, taken, places), aside, height, box))
            least = min(found, key=lambda one: one[0])
            if least[0] == 0:
                break
        return least[1:]

    def _beside(self, x: float, height: float, length: float, side: int) -> Extent:
        """Return the box of a name at the right of x for side 1, or at the left for −1."""
        wide, high = self.letter
        near = x + side * _AWAY * wide
        left = near if side > 0 else near - length
        return left, left + length, height - high / 2, height + high / 2

    def _harm(self, box: Extent, taken: list[Extent], places: list[Floats]) -> float:
        """Return how bad it is if a name stands in a box.

        What counts is how much of it is beyond an edge, whether a ball hides it, whether it covers
        texts or buttons, and how much of them.
        """
        left, right, bottom, top = box
        middle = (bottom + top) / 2
        high = top - bottom
        aside = self.letter[0]
        near = (abs(y - middle) < high and left - aside < x < right + aside for x, y in places)
        shares = (
            (min(right, other[1]) - max(left, other[0]))
            * (min(top, other[3]) - max(bottom, other[2]))
            / (self.span[0] * self.span[1])
            for other in taken
            if left < other[1] and other[0] < right and bottom < other[3] and other[2] < top
        )
        begin, end = self._sides
        beyond = max(begin - left, right - end, 0.0)
        covers = sum(1 + share for share in shares)
        return any(near) + covers + 100 * beyond / (end - begin)

    @property
    def _sides(self) -> tuple[float, float]:
        """The least and the greatest x of names."""
        return max(self.bounds[0], self.ends[0]), min(self.bounds[1], self.ends[1])

    def tag(self, name: str, said: str) -> str:
        """Return name and loss of a runner, short enough for one side of its ball."""
        begin, end = self._sides
        wide = self.letter[0]
        room = int((end - begin) / (2 * _BOLD * wide) - _AWAY) if wide else LONGEST_RUNNER
        loss = f"  {said}"
        letters = min(max(room - len(loss), _FEWEST), LONGEST_RUNNER)
        return f"{runner_name(name, letters)}{loss}"

    def start(self, at: Floats) -> Points:
        """Return the marker of the start of a path."""
        return self._marker(at, BACKGROUND, "o", START, self.palette.edge, 1.2)

    def ring(self, at: Floats, diameter: float) -> Points:
        """Return a ring around a place."""
        return self._marker(
            at, HOLLOW, "o", diameter, self.palette.on_loss, 1.8, Rim(self.palette.rim, 0.9)
        )

    def cross(self, at: Floats, *, hollow: bool) -> Points:
        """Return the mark of the minimum, hollow if that is off the plane."""
        palette = self.palette
        if hollow:
            return self._marker(at, palette.rim, "x", 12.0, None, 2.4, Rim(palette.on_loss, 1.1))
        return self._marker(at, palette.on_loss, "x", 12.0, None, 2.2, Rim(palette.rim, 1.1))

    def way(self, start: Floats, end: Floats) -> Curve:
        """Return a dashed line to a place that the run has not reached yet."""
        x, y = np.stack((start, end)).T
        return Curve(
            x, y, self.palette.on_loss, dash=_dashes(1.6), width=1.6, rim=Rim(self.palette.rim, 0.9)
        )

    def arrow(self, foot: Floats, vector: Floats, *, dashed: bool) -> Arrow:
        """Return an arrow from a place along a vector (2,)."""
        dash = _dashes(1.6) if dashed else ()
        (x, y), (dx, dy) = foot.tolist(), vector.tolist()
        return Arrow(x, y, dx, dy, self.palette.on_loss, dash, 1.6, Rim(self.palette.rim, 0.9))

    def _marker(
        self,
        at: Floats,
        color: str,
        kind: Marker,
        diameter: float,
        outline: str | None,
        stroke: float,
        rim: Rim | None = None,
    ) -> Points:
        return Points(
            at[:1],
            at[1:],
            color,
            kind,
            None,
            diameter * self.size,
            outline,
            stroke * self.size,
            rim,
        )


def _dashes(width: float, lengths: Dash = _DASHES) -> Dash:
    """Return a pattern with dashes of these lengths, for a line of a width in the same unit."""
    return tuple(length / width for length in lengths)


def pieces(x: Floats, y: Floats, drawn: Bools) -> Line:
    """Return x and y (k,) of the pieces (n − 1,) of a line (n,) that are drawn.

    They are separated by NaN.
    """
    ends = np.zeros(len(x), dtype=bool)
    ends[:-1] = drawn
    ends[1:] |= drawn
    kept = np.flatnonzero(ends)
    points = np.column_stack((x[kept], y[kept]))
    gaps = np.flatnonzero(~drawn[kept[:-1]]) + 1
    if len(gaps):
        points = np.insert(points, gaps, np.nan, axis=0)
    return points[:, 0], points[:, 1]


class OtherRun(Unique):
    """Another run, whose loss is the same function of the same parameters."""

    name: str
    """Its name in the list of runs."""
    slot: int
    """Number of its colour, shape and dashes, from 0; see
    :func:`~neuroviz.pictures.palette.run_style`."""
    path: Floats
    """(m, P), m at least 1: its parameters at its rows; the run is at the last one."""
    rows: Rows | None = None
    """Its history up to that row, for principal directions; None where these are not needed."""
    said: str = ""
    """Its loss in a race; empty outside one, and for a runner that has blown up."""


class OtherRuns(Unique):
    """The other runs that are drawn beside the active one."""

    runs: tuple[OtherRun, ...] = ()
    """The other runs, from back to front."""
    left_out: int = 0
    """How many more runs have another landscape."""
    name: str | None = None
    slot: int | None = None
    """Slot of the active run if it is in the list; its ball has the shape of the slot."""
    not_drawn: int = 0
    """How many more runs could be drawn, but would be too many to tell apart."""
    said: str | None = None
    """Loss of the active run in a race; None outside a race."""
    leader: int | None = None
    """Slot of the run that leads in a race; None if none leads alone."""

    @property
    def races(self) -> bool:
        """Whether all runs race, so that each has its colour and its name."""
        return self.said is not None

    @property
    def paths(self) -> list[Floats]:
        """The paths (m, P) of the other runs."""
        return [run.path for run in self.runs]

    @property
    def shape(self) -> Marker:
        """The shape of the active run's ball."""
        return shape_of(self.slot)

    @property
    def sentence(self) -> str | None:
        """How many runs are left out, and why; None if none are."""
        runs = "runs" if self.left_out > 1 else "run"
        elsewhere = f"{self.left_out} {runs} not drawn: other data, neurons or loss"
        parts = [
            *([elsewhere] if self.left_out else []),
            *([undrawn(self.not_drawn)] if self.not_drawn else []),
        ]
        return " · ".join(parts) or None


NO_OTHERS = OtherRuns()
"""No other run."""
