"""Figures and what can be drawn in them, as plain declarations: no mark knows how it is drawn."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuroviz.core.types import Floats, Frozen, Unique

Marker = Literal["o", "s", "^", "D", "P", "p", "*", "x"]
Dash = tuple[float, ...]
"""Lengths of dashes and gaps in turn, in widths of the line; empty for a solid one."""
DASHED: Dash = (5.0, 3.0)
"""The dashes of what is not measured but theory, threshold or comparison."""
AHEAD: Dash = (4.0, 2.6)
"""Of what would come: no solid line is one that nobody has gone."""
LARGEST = 1e300
"""What is larger is drawn here: beyond, the arithmetic of matplotlib overflows."""


class Rim(Frozen):
    """What lies round a mark, so that it is seen on any colour.

    A mark in a rim may go anywhere, and back.
    """

    color: str
    width: float
    """By which it reaches beyond the mark, on each side, if at all;
    in points or pixels as the width of a curve."""


class Curve(Unique):
    """A line through points in their order; where a coordinate is not finite, it has a gap."""

    x: ArrayLike
    y: ArrayLike
    """(N,) each: points, in units of the axes."""
    color: str
    """Such as "#102030"."""
    label: str | None = None
    """Entry in the legend."""
    dash: Dash = ()
    width: float = 1.6
    """In points on paper, in logical pixels on screen."""
    rim: Rim | None = None


HOLLOW = "#00000000"
"""The filling of a marker that is only an outline."""


class Points(Unique):
    """Markers of one shape and colour."""

    x: ArrayLike
    y: ArrayLike
    """(N,) each: centres, in units of the axes."""
    color: str
    """Of the filling, or of the strokes of ``x``."""
    marker: Marker = "o"
    """Circle, square, triangle, diamond, plus, pentagon, star, cross."""
    label: str | None = None
    """Entry in the legend."""
    size: float = 6.0
    """Diameter in points on paper, in logical pixels on screen."""
    outline: str | None = None
    """Colour of the border; None for no border."""
    stroke: float | None = None
    """Width of the border, or of the strokes of ``x``; None for what is usual."""
    rim: Rim | None = None

    @property
    def stroke_on_paper(self) -> float:
        """Width on paper of the border, or of the strokes of ``x``, in points."""
        return self.stroke or (1.6 if self.marker == "x" else 1.0)


class Segments(Unique):
    """Straight pieces from (x0, y0) to (x1, y1), such as residuals."""

    x0: ArrayLike
    y0: ArrayLike
    x1: ArrayLike
    y1: ArrayLike
    """(N,) each: ends, in units of the axes."""
    color: str
    dash: Dash = ()
    width: float = 1.0
    """As of a curve."""


class ColourMap(Unique):
    """A quantity over a plane as coloured cells, with a slim colour bar.

    It sets the limits of the axes where these are not said.
    """

    values: NDArray[Any]
    """(rows, columns): row 0 is the lowest, column 0 the leftmost;
    cells that are not finite stay empty. With a direction (1, n)."""
    extent: tuple[float, float, float, float]
    """Left, right, bottom and top of the *outer edges* of the cells:
    half a cell beyond the outer centres."""
    stops: tuple[str, ...]
    """Colours, two or more, evenly spaced from low to high."""
    low: float
    high: float
    """Values of the first and last stop; what lies beyond takes the colour of the end."""
    label: str = ""
    """What the colour bar shows."""
    middle: float | None = None
    """Value of the middle of the stops, between low and high; half-way where there is none."""
    flat: bool = False
    """Whether each stop fills an equal part, without any blends."""
    smooth: bool = False
    """Whether the values change smoothly from cell to cell, so that no cell is to be seen."""
    powers: bool = False
    """Whether on paper the colour bar shows 10 to the values, of which these are log₁₀."""
    direction: tuple[float, float] | None = None
    """Along which alone the values change, in units of the axes: they stand at even distances
    from the corner where it begins to the opposite one. None where each cell has its own."""

    bar: bool = True
    """Whether it has the colour bar; a small picture within another one has none."""

    @property
    def rise(self) -> Floats:
        """(2,): the shares of the way along the values that lie between the sides.

        Negative where it leads to the left, or downwards.
        """
        left, right, bottom, top = self.extent
        along = np.array(self.direction or (0.0, 0.0)) * (right - left, top - bottom)
        whole = float(np.abs(along).sum())
        return along / whole if whole else along

    def cells(self, columns: int, rows: int) -> NDArray[Any]:
        """Return the values of so many cells, (rows, columns); without a direction those it has."""
        if self.direction is None:
            return self.values
        across, up = self.rise
        x, y = ((np.arange(count) + 0.5) / count for count in (columns, rows))
        way = np.abs(across) * (x if across >= 0 else 1 - x)
        way = way + np.abs(up) * (y if up >= 0 else 1 - y)[:, np.newaxis]
        at = way * (self.values.shape[1] - 1)
        if self.flat:
            return self.values[0, at.round().astype(np.intp)]
        return np.interp(at, np.arange(self.values.shape[1]), self.values[0])

    @property
    def shares(self) -> Floats:
        """(rows, columns): where the values stand along the stops, 0 … 1."""
        with np.errstate(over="ignore"):  # what overflows lies beyond an end
            if self.middle is None:
                return np.clip((self.values - self.low) / (self.high - self.low), 0.0, 1.0)
            below = (self.values - self.low) / (self.middle - self.low)
            above = (self.values - self.middle) / (self.high - self.middle)
        return np.clip(0.5 * np.where(self.values < self.middle, below, 1 + above), 0.0, 1.0)


class ColouredCells(ColourMap):
    """Cells over a plane that have a colour each: ``values`` are (rows, columns, 3), 0 … 255."""

    bar: bool = False


class Polygons(Unique):
    """Filled polygons, each over those before it, such as the pieces of a surface."""

    corners: Floats
    """(K, C, 2): C corners of each, going round, in units of the axes."""
    fills: tuple[str, ...]
    """A colour of each, that of its edges too."""


class Arrow(Frozen):
    """An arrow from (x, y) to (x + dx, y + dy), in units of the axes, in a hex colour."""

    x: float
    y: float
    dx: float
    dy: float
    color: str
    dash: Dash = ()
    width: float = 1.6
    rim: Rim | None = None
    """As of a curve; the head of one in dashes has the colour of the rim."""


class Text(Frozen):
    """A short text whose left end stands at (x, y).

    With its middle at that height, in a hex colour.
    """

    x: float
    y: float
    text: str
    color: str
    centred: bool = False
    """Whether its middle stands there, and not its left end."""
    ground: str | None = None
    """Colour of the box behind it; None for none."""
    halo: str | None = None
    """Colour of a rim round its letters; None for none."""
    aside: float | None = None
    """Where it is said, the text begins by so many points right of (x, y), or ends left of it."""
    raised: float | None = None
    """Where it is said, the text stands in the middle above (x, y),
    by so many points: clear of a marker there."""
    right: bool = False
    """Whether its right end stands there."""
    size: float = 1.0
    """Of its letters, beside those that are usual."""
    bold: bool = False

    @property
    def ends(self) -> bool:
        """Whether its right end is what has a place."""
        return self.right or (self.aside or 0.0) < 0


class Box(Frozen):
    """A rectangle with round corners, from (x, y) to the right and up, in units of the axes."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    """Of the corners, in units of the axes, which are equal."""
    color: str
    """Of the filling."""
    outline: str | None = None
    """Colour of the border; None for no border."""
    stroke: float = 1.2
    """Width of the border, in points on paper, in logical pixels on screen."""


class EndLabel(Frozen):
    """The name of a line, right of its end (x, y); labels that would overlap are moved apart.

    Give a colour of at least 4.5:1 on white, since the text is small.
    """

    x: float
    y: float
    text: str
    color: str
    stays: bool = False
    """Whether it stands at the edge of the plot, with an arrow, where its end is beyond that."""


Mark = (
    Curve | Points | Segments | ColourMap | ColouredCells | Polygons | Box | Arrow | Text | EndLabel
)
Marks = dict[Hashable, Mark]
"""Marks by a key each, from back to front:
under a key stands what is one thing to the eye, however it changes."""


Ticks = tuple[tuple[float, str], ...]
"""Places on an axis, each with the text there."""


class Figure(Unique):
    """One plot with its title and axes. No text is read as markup."""

    title: str
    x_label: str
    y_label: str
    """What is to be read above, below and left of the plot; units belong to the labels."""
    marks: tuple[Mark, ...]
    """What is drawn, from back to front."""
    log_y: bool = False
    """A logarithmic axis, as :attr:`log_x`."""
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    """Ends of the axes; fitted to the marks where there are none."""
    subtitle: str | None = None
    """A quieter line below the title."""
    equal_aspect: bool = False
    """Whether one unit is as long on both axes."""
    frame: bool = True
    """Axes with their labels, numbers and grid; without them only texts above,
    marks and legend are seen."""
    x_ticks: Ticks | None = None
    y_ticks: Ticks | None = None
    """Where an axis has texts in place of numbers; None for numbers."""
    log_x: bool = False
    """A logarithmic axis: what is 0 or less on it cannot be drawn and leaves a gap. The cells of a
    colour map are as wide as each other on paper.
    """
    named: bool = True
    """Whether the labels of its marks are written: not where other texts in the plot say it."""

    @property
    def own_size(self) -> tuple[float, float] | None:
        """Width and height in its own units; None where the axes are fitted to the marks."""
        if self.x_limits is None or self.y_limits is None:
            return None
        return self.x_limits[1] - self.x_limits[0], self.y_limits[1] - self.y_limits[0]
