"""Figures and the marks in them, as plain declarations: no mark knows how it is drawn."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuroviz.core.types import Floats, Frozen, Unique

Marker = Literal["o", "s", "^", "v", "D", "P", "p", "*", "x"]
Dash = tuple[float, ...]
"""Lengths of dashes and gaps in turn, in widths of the line; empty for a solid line."""
DASHED: Dash = (5.0, 3.0)
"""The dashes of a theory, threshold or comparison, as opposed to what was measured."""
AHEAD: Dash = (4.0, 2.6)
"""The dashes of a run that was not taken, which never has a solid line."""
LARGEST = 1e300
"""Larger values are drawn here, since matplotlib's arithmetic would overflow."""


class Rim(Frozen):
    """A border around a mark that makes it visible on any colour."""

    color: str
    width: float
    """How far it extends beyond the mark on each side; in the units of a curve's width, and may be
    0."""


class Curve(Unique):
    """A line through points in their order, with a gap where a coordinate is not finite."""

    x: ArrayLike
    y: ArrayLike
    """(N,) each: the points, in units of the axes."""
    color: str
    """A hex colour such as "#102030"."""
    label: str | None = None
    """Entry in the legend."""
    dash: Dash = ()
    width: float = 1.6
    """Points on paper, logical pixels on screen."""
    rim: Rim | None = None


HOLLOW = "#00000000"
"""The filling of a marker that is only an outline."""


class Points(Unique):
    """Markers of one shape and colour."""

    x: ArrayLike
    y: ArrayLike
    """(N,) each: the centres, in units of the axes."""
    color: str
    """Colour of the filling, or of the strokes of ``x``."""
    marker: Marker = "o"
    """Circle, square, triangle, diamond, plus, pentagon, star or cross."""
    label: str | None = None
    """Entry in the legend."""
    size: float = 6.0
    """Diameter: points on paper, logical pixels on screen."""
    outline: str | None = None
    """Colour of the border; None for no border."""
    stroke: float | None = None
    """Width of the border, or of the strokes of ``x``; None for the usual one."""
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
    """(N,) each: the ends, in units of the axes."""
    color: str
    dash: Dash = ()
    width: float = 1.0
    """As for a curve."""


class ColourMap(Unique):
    """A quantity over a plane as coloured cells, with a slim colour bar.

    It sets the limits of the axes where none are given.
    """

    values: NDArray[Any]
    """(rows, columns): row 0 is the lowest, column 0 the leftmost; cells that are not finite stay
    empty. With a direction they are (1, n)."""
    extent: tuple[float, float, float, float]
    """Left, right, bottom and top of the *outer edges* of the cells, half a cell beyond the outer
    centres."""
    stops: tuple[str, ...]
    """Colours, two or more, evenly spaced from low to high."""
    low: float
    high: float
    """Values of the first and the last stop; those beyond take the colour of the end."""
    label: str = ""
    """Label of the colour bar."""
    middle: float | None = None
    """Value at the middle of the stops, between low and high; None for half-way."""
    flat: bool = False
    """Whether each stop fills an equal part, without blending."""
    smooth: bool = False
    """Whether values change smoothly from cell to cell, so that single cells must not be
    visible."""
    powers: bool = False
    """Whether the values are log₁₀, and the colour bar on paper shows their powers of ten."""
    direction: tuple[float, float] | None = None
    """The direction along which alone the values change, in units of the axes: they are evenly
    spaced from the corner where it begins to the opposite one. None where each cell has its own."""

    bar: bool = True
    """Whether there is a colour bar; a small picture within another has none."""

    @property
    def rise(self) -> Floats:
        """(2,): the shares of the way along the values that lie between the sides.

        They are negative where it leads to the left, or down.
        """
        left, right, bottom, top = self.extent
        along = np.array(self.direction or (0.0, 0.0)) * (right - left, top - bottom)
        whole = float(np.abs(along).sum())
        return along / whole if whole else along

    def cells(self, columns: int, rows: int) -> NDArray[Any]:
        """Return the values of so many cells, (rows, columns); its own without a direction."""
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
        """(rows, columns): where the values lie along the stops, 0 … 1."""
        with np.errstate(over="ignore"):  # a value that overflows is beyond an end
            if self.middle is None:
                return np.clip((self.values - self.low) / (self.high - self.low), 0.0, 1.0)
            below = (self.values - self.low) / (self.middle - self.low)
            above = (self.values - self.middle) / (self.high - self.middle)
        return np.clip(0.5 * np.where(self.values < self.middle, below, 1 + above), 0.0, 1.0)


class ColouredCells(ColourMap):
    """Cells over a plane, each with its own colour: ``values`` are (rows, columns, 3), 0 … 255."""

    bar: bool = False


class Polygons(Unique):
    """Filled polygons, each drawn over those before it, such as the pieces of a surface."""

    corners: Floats
    """(K, C, 2): the C corners of each, in order around it, in units of the axes."""
    fills: tuple[str, ...]
    """The colour of each, also of its edges."""


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
    """As for a curve; the head of a dashed arrow has the colour of the rim."""


class Text(Frozen):
    """A short text with its left end at (x, y), centred vertically, in a hex colour."""

    x: float
    y: float
    text: str
    color: str
    centred: bool = False
    """Whether its middle instead of its left end is at (x, y)."""
    ground: str | None = None
    """Colour of the box behind it; None for none."""
    halo: str | None = None
    """Colour of a border around its letters; None for none."""
    aside: float | None = None
    """Points to the right of (x, y) at which the text begins or, if negative, to the left at which
    it ends; None for neither."""
    raised: float | None = None
    """Points by which the text is above (x, y) and centred there, clear of a marker; None if it is
    not."""
    right: bool = False
    """Whether its right end is at (x, y)."""
    size: float = 1.0
    """Size of its letters relative to the usual ones."""
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
    """Radius of the corners, in units of the axes, which must be equal."""
    color: str
    """Colour of the filling."""
    outline: str | None = None
    """Colour of the border; None for no border."""
    stroke: float = 1.2
    """Width of the border: points on paper, logical pixels on screen."""


class EndLabel(Frozen):
    """The name of a line, to the right of its end (x, y); overlapping labels are moved apart.

    Use a colour with a contrast of at least 4.5:1 on white, since the text is small.
    """

    x: float
    y: float
    text: str
    color: str
    stays: bool = False
    """Whether it stays at the edge of the plot, with an arrow, if its end is beyond that."""


Mark = (
    Curve | Points | Segments | ColourMap | ColouredCells | Polygons | Box | Arrow | Text | EndLabel
)
Marks = dict[Hashable, Mark]
"""Marks by key, from back to front; a key stands for one thing to the eye, however it changes."""


PAGE = 160.0, 100.0
"""Width and height of a file of the usual size, mm."""
_BESIDE, _BELOW, _WORDS = 28.0, 16.0, 960.0
"""Millimetres of a file that its plot does not have, across and up, and square millimetres that the
words above it take, in more lines on a narrow page."""


def room_on(page: tuple[float, float]) -> tuple[float, float]:
    """Return width and height that a plot has in a file of some size, all in mm."""
    width, height = page
    return width - _BESIDE, max(width / 8, height - _BELOW - _WORDS / width)


Ticks = tuple[tuple[float, str], ...]
"""Places on an axis, each with its text."""


class Figure(Unique):
    """A plot with its title and axes; no text is read as markup."""

    title: str
    x_label: str
    y_label: str
    """The texts above, below and to the left of the plot; labels include units."""
    marks: tuple[Mark, ...]
    """The marks, from back to front."""
    log_y: bool = False
    """Whether the vertical axis is logarithmic, as for :attr:`log_x`."""
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    """Ends of the axes; None to fit them to the marks."""
    subtitle: str | None = None
    """A quieter line below the title."""
    equal_aspect: bool = False
    """Whether a unit is equally long on both axes."""
    frame: bool = True
    """Whether there are axes with labels, numbers and grid; without them only the texts above,
    marks and legend are shown."""
    x_ticks: Ticks | None = None
    y_ticks: Ticks | None = None
    """Texts along an axis; None for numbers."""
    log_x: bool = False
    """Whether the horizontal axis is logarithmic: values of 0 or less cannot be drawn and leave a
    gap. The cells of a colour map are equally wide on paper."""
    named: bool = True
    """Whether the labels of marks are written; not needed where other texts in the plot say the
    same."""
    letter: float | None = None
    """Height of letters in units of the axes, for which the marks leave room: on a small page both
    shrink. None where letters keep the size of print."""

    @property
    def own_size(self) -> tuple[float, float] | None:
        """Width and height in its own units; None where the axes are fitted to the marks."""
        if self.x_limits is None or self.y_limits is None:
            return None
        return self.x_limits[1] - self.x_limits[0], self.y_limits[1] - self.y_limits[0]
