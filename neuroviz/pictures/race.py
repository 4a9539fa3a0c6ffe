"""A race at one moment: the standings, and all losses under a ribbon that shows who led."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neuroviz.core.numbers import elided, with_real_minus
from neuroviz.core.types import Floats, Frozen, Line, Unique
from neuroviz.pictures.marks import Box, Curve, EndLabel, Marks, Points, Rim, Text
from neuroviz.pictures.palette import Palette, faded, mixed, shape_of

_BALL, _LEADING, _OTHER = 9.0, 3.0, 1.6
"""Diameter of a ball, and widths of the leader's curve and of the others."""
_PALE = 0.62
"""Opacity of the other curves."""
_RIBBON = 7.0
"""Height of the ribbon in pixels."""
_FLAT = Rim("#000000", 0.0)
"""The rim of lines with flat ends."""
_LETTER, _SMALL = 8.6, 6.6
"""Width in pixels of a letter, and of one in a run's own numbers."""
_OWN = 12
"""Letters of a run's own numbers, at least, enough for a rate with its number."""
_NAME, _NUMBER, _EDGE = 52.0, 86.0, 8.0
"""Pixels from the left to a name in the standings, for the loss at the right, and at the edge."""
LONGEST_RUNNER = 24
"""Letters of a racing run's name, at most, wherever it is written."""
_END = 0.55
"""Share of a shortened name that its end has, enough for a rate with its number."""
_SIGN = 10.0
"""Size of the leader's shape, where its name has no room above the ribbon."""
_APART = 9.0
"""Pixels from the middle of a row to its two lines."""
_TWO_LINES = 37.0
"""Height in pixels of a row with room for two lines; in a lower row, name and loss share one."""
_BAR = 7.0


def runner_name(name: str, longest: int = LONGEST_RUNNER) -> str:
    """Return a name to show, without its middle where it is too long.

    The end is kept, since it often tells runs apart, as a rate does.
    """
    whole = elided(name, len(name))
    end = max(round(_END * longest), 0)
    begin = max(longest - 1 - end, 0)
    short = f"{whole[:begin].rstrip()}…{whole[len(whole) - end :].lstrip()}"
    return whole if len(whole) <= longest else short


class Runner(Frozen):
    """One run of a race at one moment."""

    number: int
    """Identifies the run in the session."""
    name: str
    """Its name, of at most :data:`LONGEST_RUNNER` letters."""
    slot: int
    """Index from 0 of its colour and shape."""
    rank: str
    """Its place at this moment, from "1"; "–" for none."""
    loss: float
    """The last stored loss over all samples."""
    said: str
    """The loss as it is written, or the step at which it blew up."""
    share: float
    """Where the logarithm of its loss lies between the least of the race and the start, 0 … 1; 1
    above that."""
    own: str
    """Its unusual numbers; empty for none."""
    stopped: bool = False
    """Whether it has blown up, and stays where it was last."""


class Lead(Frozen):
    """Which run led from one epoch to another."""

    name: str
    slot: int
    begin: float
    end: float


RaceCurve = tuple[Runner, Floats, Floats]
"""The run, with log(1 + epoch) and log₁₀ loss (m,) each."""


def standing(one: Runner, top: float, width: float, height: float, palette: Palette) -> Marks:
    """Return a row of the standings, in pixels from the top.

    It has rank, shape, name, own numbers, loss, and a bar of the loss's logarithm; a low row has no
    own numbers and no bar.
    """
    leads = one.rank == "1"
    gone = one.stopped
    muted = palette.muted
    colour, ink = (muted, muted) if gone else (palette.run(one.slot), palette.ink)
    middle = top + height / 2
    is_low = height < _TWO_LINES
    apart = 0.0 if is_low else _APART
    upper = middle - apart
    lower = middle + apart
    right = width - _EDGE
    room = right - _NAME - _LETTER
    said = with_real_minus(one.said)
    own = elided(one.own, max(int((room - _LETTER * len(one.name)) / _SMALL), _OWN))
    beside = _LETTER * len(said) if is_low else _SMALL * len(own)
    name = runner_name(one.name, int((room - beside) / _LETTER))
    at = np.array([_NAME - 18.0]), np.array([middle])
    ground = mixed(palette.ground, muted, 0.08) if leads else palette.ground
    at_left = gone and not is_low
    marks: Marks = {
        "ground": Box(0.0, top + 1, width, height - 2, _EDGE, ground),
        "rank": Text(11.0, middle, one.rank, muted, centred=True, bold=leads),
        "ball": Points(*at, colour, shape_of(one.slot), size=min(16.0, height - 4)),
        "name": Text(_NAME, upper, name, ink, bold=True),
        "loss": Text(
            _NAME if at_left else right, lower, said, ink, right=not at_left, bold=not gone
        ),
    }
    if is_low:
        return marks
    marks["own"] = Text(right, upper, own, muted, right=True, size=0.9)
    if not gone:
        whole = right - _NAME - _NUMBER
        bars = {"track": (whole, faded(muted, 0.2)), "bar": (max(one.share * whole, _BAR), colour)}
        for part, (length, fill) in bars.items():
            marks[part] = Box(_NAME, lower - _BAR / 2, length, _BAR, _BAR / 2, fill)
    return marks


_FAR_BELOW = 6.0
"""Decades below the end of the middle one of all runs that a strip shows, at most."""


class RaceStrip(Unique):
    """The losses of all runs, the present leader's last."""

    curves: Sequence[RaceCurve]
    leads: Sequence[Lead]
    at: float
    """The epoch of the moment."""

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest visible decade.

        A run that is far below most others leaves the strip, which would else be all its own.
        """
        each = [heights for *_, heights in self.curves]
        low, high = span_of(each)
        lowest = sorted(heights.min() for heights in each if len(heights))
        usual = lowest[(len(lowest) - 1) // 2] if lowest else low  # of two the lower one
        return max(low, float(usual) - _FAR_BELOW), high

    def marks(self, palette: Palette, ribbon: float, pixel: tuple[float, float]) -> Marks:
        """Return curves, ribbon, the balls at the moment, and names at the ends of the curves.

        Parameters
        ----------
        ribbon
            The decade at which the ribbon stands.
        pixel
            Width and height of a pixel, in units of the axes.
        """
        marks: Marks = {}
        balls: Marks = {}
        first = [one for one, *_ in self.curves if one.rank == "1"]
        top = ribbon - _RIBBON * pixel[1]
        newest = max((float(x[-1]) for _, x, _ in self.curves if len(x)), default=0.0)
        for one, x, heights in self.curves:
            colour = palette.muted if one.stopped else palette.run(one.slot)
            pale = mixed(palette.ground, colour, _PALE)
            ink, width = (colour, _LEADING) if first == [one] else (pale, _OTHER)
            marks["curve", one.slot] = Curve(*up_to(top, x, heights), ink, width=width)
            if one.stopped:
                continue
            if one.loss > 0 and math.log10(one.loss) <= top:
                at = np.log1p([self.at])
                now = np.log10([one.loss])
                shape = shape_of(one.slot)
                rim = palette.ground
                balls["ball", one.slot] = Points(at, now, colour, shape, size=_BALL, outline=rim)
            if len(x) and x[-1] > 0:
                end = float(x[-1]), float(heights[-1])
                if end[1] > top:
                    end = newest, math.inf  # beside the ribbon
                elif one.loss == 0 and end[0] < newest:
                    end = newest, -math.inf  # 0 has no place on the axis
                balls["name", one.slot] = EndLabel(*end, one.name, colour, stays=True)
        for place, lead in enumerate(self.leads):
            left = math.log1p(lead.begin)
            right = math.log1p(lead.end)
            colour = palette.run(lead.slot)
            ends = np.array([left, max(right - 2 * pixel[0], left)])
            y = np.full(2, ribbon)
            marks["ribbon", place] = Curve(ends, y, colour, width=_RIBBON, rim=_FLAT)
            above = ribbon + 12 * pixel[1]
            room = (right - left) / pixel[0]
            letters = int(room / _LETTER) - 1
            if letters >= min(len(lead.name), _OWN):
                name = runner_name(lead.name, letters)
                text = Text(left, above, name, colour, ground=palette.ground, aside=3.0)
                marks["leads", place] = text
            elif room > 1.2 * _SIGN:
                middle = np.array([(left + right) / 2])
                shape = shape_of(lead.slot)
                sign = Points(middle, np.array([above]), colour, shape, size=_SIGN)
                marks["leads", place] = sign
        return {**marks, **balls}


def span_of(each: Sequence[Floats]) -> tuple[float, float]:
    """Return the least of the log₁₀ losses (m,) of racing runs, and the highest visible one.

    That is at most a decade above the start, or a third of what is below it, so that a run which
    comes back is seen whole; unless all runs rise further: then one stays visible.
    """
    known = np.concatenate(each)
    if not len(known):
        return -1.0, 0.0
    low = float(known.min())
    start = float(known[0])
    one = float(min(heights.max() for heights in each if len(heights)))
    return low, min(float(known.max()), max(start + max(1.0, (start - low) / 3), one))


def up_to(top: float, x: Floats, heights: Floats) -> Line:
    """Return a curve (m,) each, cut off where it rises above a height."""
    over = heights > top
    if not over.any():
        return x, heights
    before = np.flatnonzero(over[1:] != over[:-1])
    low = heights[before]
    high = heights[before + 1]
    at = x[before] + (top - low) / (high - low) * (x[before + 1] - x[before])
    shown = np.where(over, np.nan, heights)
    return np.insert(x, before + 1, at), np.insert(shown, before + 1, top)
