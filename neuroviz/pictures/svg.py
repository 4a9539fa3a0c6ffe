"""A figure as pieces of SVG, one for each thing drawn: the pen for a page in a browser.

A piece says only where it is and what it looks like, so that what does not change from one moment
of a run to the next has the same text in both.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike
from PIL import Image

from neuroviz.core.outside import printable
from neuroviz.core.types import Floats, Line
from neuroviz.pictures.label_places import thin
from neuroviz.pictures.marks import (
    HOLLOW,
    Arrow,
    Box,
    ColouredCells,
    ColourMap,
    Curve,
    Dash,
    Figure,
    Mark,
    Points,
    Segments,
    Text,
)
from neuroviz.pictures.palette import PAPER, blended, faded, rgb_along
from neuroviz.pictures.ticks import even_ticks, log_labels, log_ticks, tick_labels
from neuroviz.pictures.weights import padded

Known = dict[Mark, list[str]]
_LETTER = 8.0
"""Usual size of letters in points."""
_WIDE = 0.62
"""Width of one, as a share of them."""
_BESIDE = np.array((46.0, 12.0, 20.0, 34.0))
"""Points to the left of the plot, to the right of it, above and below."""
_TICKS = 30.0
"""Points that the numbers left of it have, beside the name of their axis."""
_FAR = 1e5
"""Points beyond which nothing is visible."""
_COLUMNS = 400
_STEPS = 24
"""Colours of a gradient, and of a picture of cells."""
_CROWD = 200
"""Markers from which on they are one piece, and are drawn only once at each whole unit."""
_HEAD = 6.0
"""Length of an arrow's head in points."""
_SHAPES = {
    "s": ((-1, 1, 1, -1), (-1, -1, 1, 1)),
    "^": ((-1, 1, 0), (0.9, 0.9, -1.1)),
    "D": ((-1.3, 0, 1.3, 0), (0, 1.3, 0, -1.3)),
    "P": (
        (-0.4, 0.4, 0.4, 1.2, 1.2, 0.4, 0.4, -0.4, -0.4, -1.2, -1.2, -0.4),
        (-1.2, -1.2, -0.4, -0.4, 0.4, 0.4, 1.2, 1.2, 0.4, 0.4, -0.4, -0.4),
    ),
    "x": ((-1, 1, 0, -1, 1), (-1, 1, 0, 1, -1)),
}
"""Corners of markers other than circles, x and y, in radii."""


def pieces(
    figure: Figure, name: str, width: float, height: float, point: float, known: Known
) -> list[str]:
    """Return the pieces that a figure is drawn from, from back to front.

    Parameters
    ----------
    figure
        With a horizontal axis that has ends and is not logarithmic.
    name
        Name of the picture in its document: a word that nothing else there has.
    width, height
        Size of the picture, in its own units.
    point
        Size of a point on paper in these units.
    known
        The pieces of marks drawn before in the same axes; new ones are added.
    """
    return list(_Pen(figure, name, width, height, point).drawn(known))


class _Pen:
    def __init__(
        self, figure: Figure, name: str, width: float, height: float, point: float
    ) -> None:
        self._figure = figure
        self._point = point
        self._width = width
        self._cut = f' clip-path="url(#{name}-plot)"'
        self._name = name
        left, right, top, bottom = (_BESIDE * point * figure.frame).tolist()
        self._box = left, width - right, top, height - bottom
        self._ranges = self._fitted()

    def drawn(self, known: Known) -> Iterator[str]:
        """Yield every piece: the plot, clipped at its edges, then what stands beside it."""
        figure = self._figure
        yield f'<clipPath id="{self._name}-plot"><rect {_place(*self._box)}/></clipPath>'
        yield from self._grid() if figure.frame else ()
        for mark in figure.marks:
            if mark not in known:
                known[mark] = list(_DRAW[type(mark)](self, mark))
            yield from known[mark]
        yield from self._axes() if figure.frame else ()
        yield from self._legend() if figure.named else ()

    # --- places -----------------------------------------------------------------------------------

    def _fitted(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ranges of both axes; on a logarithmic axis as logarithms."""
        figure = self._figure
        x = figure.x_limits or (0.0, 1.0)
        y = figure.y_limits or self._heights()
        if figure.log_y:
            y = math.log10(y[0]), math.log10(y[1])
        if figure.equal_aspect:
            left, right, top, bottom = self._box
            unit = max((x[1] - x[0]) / (right - left), (y[1] - y[0]) / (bottom - top))
            beside = (right - left - (x[1] - x[0]) / unit) / 2
            above = (bottom - top - (y[1] - y[0]) / unit) / 2
            self._box = left + beside, right - beside, top + above, bottom - above
        return x, y

    def _heights(self) -> tuple[float, float]:
        """Return the vertical range of the marks: that of a map, else with a margin."""
        known = [np.zeros(0)]
        for mark in self._figure.marks:
            if isinstance(mark, ColourMap):
                return mark.extent[2:]
            if isinstance(mark, Segments):
                known += [np.ravel(mark.y0), np.ravel(mark.y1)]
            elif isinstance(mark, Curve | Points):
                known.append(np.ravel(mark.y))
        values = np.concatenate(known)
        values = values[np.isfinite(values)]
        return padded(values, 0.05) if len(values) else (0.0, 1.0)

    def _at(self, x: ArrayLike, y: ArrayLike) -> Line:
        """Return the coordinates in the picture; NaN where there are none."""
        left, right, top, bottom = self._box
        (low, high), (under, over) = self._ranges
        with np.errstate(all="ignore"):
            across = np.asarray(x, dtype=np.float64)
            up = np.asarray(y, dtype=np.float64)
            up = np.log10(up) if self._figure.log_y else up
            px = left + (across - low) / (high - low) * (right - left)
            py = bottom - (up - under) / (over - under) * (bottom - top)
        far = _FAR * self._point
        return np.clip(px, -far, far), np.clip(py, -far, far)

    # --- marks ------------------------------------------------------------------------------------

    def _curve(self, mark: Curve) -> Iterator[str]:
        path = _path(*self._at(*thin(np.asarray(mark.x), np.asarray(mark.y), _COLUMNS)))
        if mark.rim is not None and mark.rim.width:
            yield self._line(path, mark.rim.color, mark.width + 2 * mark.rim.width, cut=True)
        yield self._line(path, mark.color, mark.width, mark.dash, cut=True)

    def _line(
        self, path: str, color: str, width: float, dash: Dash = (), *, cut: bool = False
    ) -> str:
        """Return a line, clipped at the edge of the plot or not."""
        wide = self._point * width
        dashes = " ".join(_n(wide * part) for part in dash)
        dashed = f' stroke-dasharray="{dashes}"' if dash else ""
        return (
            f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{_n(wide)}"'
            f'{dashed}{self._cut if cut else ""} stroke-linejoin="round"/>'
        )

    def _segments(self, mark: Segments) -> Iterator[str]:
        gap = np.full(len(np.asarray(mark.x0)), np.nan)
        x = np.stack((mark.x0, mark.x1, gap), axis=1)
        y = np.stack((mark.y0, mark.y1, gap), axis=1)
        yield self._line(
            _path(*self._at(x.ravel(), y.ravel())), mark.color, mark.width, mark.dash, cut=True
        )

    def _points(self, mark: Points) -> Iterator[str]:
        cross = mark.marker == "x"
        stroke = self._point * mark.stroke_on_paper
        edge = mark.color if cross else mark.outline
        style = f'fill="{"none" if mark.color == HOLLOW else mark.color}"'
        style += f' stroke="{edge}" stroke-width="{_n(stroke)}"' if edge else ""
        styles = [style]
        if mark.rim is not None:
            wide = _n(stroke + 2 * self._point * mark.rim.width)
            rim = f'fill="{mark.rim.color}" stroke="{mark.rim.color}" stroke-width="{wide}"'
            styles = [rim, style]
        x, y = self._at(mark.x, mark.y)
        good = np.isfinite(x) & np.isfinite(y)
        places = np.column_stack((x[good], y[good]))
        radius = self._point * mark.size / 2
        if len(places) > _CROWD:
            stamp = _stamp(mark.marker, radius)
            found = np.unique(places.round(), axis=0).tolist()
            path = "".join(f"M{_n(px)} {_n(py)}{stamp}" for px, py in found)
            yield from (f'<path d="{path}" {style}/>' for style in styles)
            return
        for style in styles:
            yield from (_shape(mark.marker, px, py, radius, style) for px, py in places.tolist())

    def _box_mark(self, mark: Box) -> Iterator[str]:
        (x0, x1), (y0, y1) = self._at([mark.x, mark.x + mark.width], [mark.y, mark.y + mark.height])
        radius = mark.radius * (x1 - x0) / mark.width if mark.width else 0.0
        edge = ""
        if mark.outline:
            edge = f' stroke="{mark.outline}" stroke-width="{_n(self._point * mark.stroke)}"'
        yield f'<rect {_place(x0, x1, y1, y0)} rx="{_n(radius)}" fill="{mark.color}"{edge}/>'

    def _arrow(self, mark: Arrow) -> Iterator[str]:
        (x0, x1), (y0, y1) = self._at([mark.x, mark.x + mark.dx], [mark.y, mark.y + mark.dy])
        length = math.hypot(x1 - x0, y1 - y0)
        if not length > 0:  # also where an end has no place
            return
        head = min(_HEAD * self._point / length, 1.0)
        dx = head * (x1 - x0)
        dy = head * (y1 - y0)
        neck_x = x1 - dx
        neck_y = y1 - dy
        yield self._line(_path((x0, neck_x), (y0, neck_y)), mark.color, mark.width, mark.dash)
        corners = _path(
            (x1, neck_x - 0.4 * dy, neck_x + 0.4 * dy), (y1, neck_y + 0.4 * dx, neck_y - 0.4 * dx)
        )
        yield f'<path d="{corners}Z" fill="{mark.color}"/>'

    def _text(self, mark: Text) -> Iterator[str]:
        (x,), (y,) = self._at([mark.x], [mark.y])
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        x += self._point * (mark.aside or 0.0)
        centred = mark.centred or mark.raised is not None
        y -= self._point * (mark.raised + _LETTER / 2 if mark.raised is not None else 0.0)
        align = "middle" if centred else "end" if mark.ends else "start"
        halo = mark.halo or mark.ground
        yield self._letters(
            x, y, mark.text, mark.color, align, mark.size, bold=mark.bold, halo=halo
        )

    def _letters(
        self,
        x: float,
        y: float,
        text: str,
        color: str,
        align: str = "start",
        size: float = 1.0,
        *,
        bold: bool = False,
        halo: str | None = None,
        turned: bool = False,
    ) -> str:
        height = self._point * _LETTER * size
        style = ' font-weight="bold"' if bold else ""
        if halo:
            style += f' stroke="{halo}" stroke-width="{_n(0.35 * height)}" paint-order="stroke"'
        if turned:
            style += f' transform="rotate(-90 {_n(x)} {_n(y)})"'
        return (
            f'<text x="{_n(x)}" y="{_n(y + 0.36 * height)}" font-size="{_n(height)}" '
            f'fill="{color}" text-anchor="{align}"{style}>{html.escape(printable(text))}</text>'
        )

    def _colour_map(self, mark: ColourMap) -> Iterator[str]:
        (left, right), (bottom, top) = self._at(mark.extent[:2], mark.extent[2:])
        place = _place(left, right, top, bottom)
        if mark.direction is not None and not mark.flat:
            yield self._gradient(mark, place)
            return
        picture = io.BytesIO()
        if isinstance(mark, ColouredCells):
            image = Image.fromarray(mark.values[::-1].astype(np.uint8))
        else:
            cells = replace(mark, values=mark.cells(120, 96))
            image = _painted(cells.shares[::-1], mark.stops)
        image.save(picture, "PNG", optimize=True)
        data = base64.b64encode(picture.getvalue()).decode()
        yield (
            f'<image {place}{self._cut} preserveAspectRatio="none" '
            f'href="data:image/png;base64,{data}"/>'
        )

    def _gradient(self, mark: ColourMap, place: str) -> str:
        """Return a map whose values change along one direction, as a gradient of colours."""
        (x0, x1), (y0, y1) = self._at(mark.extent[:2], mark.extent[2:])
        first = np.where(mark.rise >= 0, (x0, y0), (x1, y1))
        # In the picture's units, equal values must stay at right angles to the gradient.
        slope = mark.rise / (x1 - x0, y1 - y0)
        steepness = float(slope @ slope)
        last = first + slope / steepness if steepness else first
        chosen = np.linspace(0, mark.shares.shape[1] - 1, _STEPS).round().astype(np.intp)
        colours = blended(mark.stops, mark.shares[0, chosen])
        stops = "".join(
            f'<stop offset="{_n(100 * k / (_STEPS - 1))}%" stop-color="{colour}"/>'
            for k, colour in enumerate(colours)
        )
        ends = " ".join(
            f'{name}="{_n(value)}"'
            for name, value in zip(("x1", "y1", "x2", "y2"), (*first, *last), strict=True)
        )
        return (
            f'<linearGradient id="{self._name}-map" gradientUnits="userSpaceOnUse" {ends}>{stops}'
            f'</linearGradient><rect {place}{self._cut} fill="url(#{self._name}-map)"/>'
        )

    # --- beside the plot --------------------------------------------------------------------------

    def _ticks(self, axis: int) -> list[tuple[float, str]]:
        """Return the places of texts along an axis, in the picture, and the texts."""
        figure = self._figure
        ticks = (figure.x_ticks, figure.y_ticks)[axis]
        if ticks is None:
            low, high = self._ranges[axis]
            powers = log_ticks(10**low, 10**high, 6) if axis and figure.log_y else []
            even = even_ticks(low, high, 5)
            texts = log_labels(powers) if powers else tick_labels(even)
            ticks = tuple(zip(powers or even, texts, strict=True))
        return [(float(self._at(value, value)[axis]), text) for value, text in ticks]

    def _grid(self) -> Iterator[str]:
        left, right, top, bottom = self._box
        paths = [_path((x, x), (bottom, top)) for x, _ in self._ticks(0)]
        paths += [_path((left, right), (y, y)) for y, _ in self._ticks(1)]
        yield from (self._line(path, faded(PAPER.muted, 0.25), 0.6) for path in paths)

    def _axes(self) -> Iterator[str]:
        figure = self._figure
        point = self._point
        left, right, top, bottom = self._box
        yield self._line(_path((left, left, right), (top, bottom, bottom)), PAPER.muted, 0.8)
        across = self._ticks(0)
        apart = min((after - before for (before, _), (after, _) in pairwise(across)), default=right)
        size = self._size_within(0.9 * apart, across)
        for x, text in across:
            yield self._letters(x, bottom + 9 * point, text, PAPER.muted, "middle", size)
        up = self._ticks(1)
        size = self._size_within(_TICKS * point, up)
        for y, text in up:
            yield self._letters(left - 4 * point, y, text, PAPER.muted, "end", size)
        x = (left + right) / 2
        y = (top + bottom) / 2
        yield self._letters(x, bottom + 24 * point, figure.x_label, PAPER.muted, "middle")
        yield self._letters(
            left - 38 * point, y, figure.y_label, PAPER.muted, "middle", turned=True
        )

    def _size_within(self, room: float, ticks: Iterable[tuple[float, str]]) -> float:
        """Return the size of letters in which the texts along an axis have so much room each."""
        longest = max((len(text) for _, text in ticks), default=0)
        return min(1.0, room / max(_WIDE * _LETTER * self._point * longest, 1e-9))

    def _legend(self) -> Iterator[str]:
        """Name the labelled marks above the plot, if too long in two lines, then in small print."""
        drawn = [mark for mark in self._figure.marks if isinstance(mark, Curve | Points)]
        named = [(mark, mark.label) for mark in drawn if mark.label]
        lengths = [self._point * (_WIDE * _LETTER * len(label) + 32) for _, label in named]
        cuts = range(len(named)) if sum(lengths) > self._width else [0]
        longest, cut = min((max(sum(lengths[:at]), sum(lengths[at:])), at) for at in cuts)
        size = min(1.0, self._width / max(longest, 1.0))
        left = x = max(0.0, min(self._box[0], self._width - longest))
        y = (4.5 if cut else 9.0) * self._point
        for index, ((mark, label), length) in enumerate(zip(named, lengths, strict=True)):
            if cut and index == cut:
                x = left
                y += 10 * self._point
            point = size * self._point
            if isinstance(mark, Curve):
                path = _path((x, x + 14 * point), (y, y))
                yield self._line(path, mark.color, mark.width, mark.dash)
            else:
                style = f'fill="{mark.color}" stroke="{mark.outline or mark.color}"'
                yield _shape(mark.marker, x + 7 * point, y, 3 * point, style)
            yield self._letters(x + 18 * point, y, label, PAPER.ink, size=size)
            x += size * length


_DRAW: dict[type, Callable[[_Pen, Any], Iterator[str]]] = {
    Curve: _Pen._curve,
    Points: _Pen._points,
    Segments: _Pen._segments,
    ColourMap: _Pen._colour_map,
    ColouredCells: _Pen._colour_map,
    Box: _Pen._box_mark,
    Arrow: _Pen._arrow,
    Text: _Pen._text,
}


def _n(value: float) -> str:
    """Write a length with one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _place(left: float, right: float, top: float, bottom: float) -> str:
    """Write the attributes of a rectangle."""
    return f'x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"'


def _path(x: ArrayLike, y: ArrayLike) -> str:
    """Return lines through places (N,), with gaps where there is none."""
    parts = []
    pen = "M"
    for px, py in np.column_stack((x, y)).tolist():
        if math.isfinite(px) and math.isfinite(py):
            parts.append(f"{pen}{_n(px)} {_n(py)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _shape(marker: str, x: float, y: float, radius: float, style: str) -> str:
    if marker == "o":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {style}/>'
    return f'<path d="M{_n(x)} {_n(y)}{_stamp(marker, radius)}" {style}/>'


def _stamp(marker: str, radius: float) -> str:
    """Return the outline of a marker as a path that begins at the marker's middle."""
    if marker == "o":
        r = _n(radius)
        return f"m-{r} 0a{r} {r} 0 1 0 {_n(2 * radius)} 0a{r} {r} 0 1 0-{_n(2 * radius)} 0"
    across, up = np.diff(radius * np.array(_SHAPES[marker]), prepend=0.0)
    return _path(across, up).lower() + "z" * (marker != "x")


def _painted(shares: Floats, stops: tuple[str, ...]) -> Image.Image:
    """Return cells (rows, columns) as a picture of few colours; not finite ones are transparent."""
    known = np.isfinite(shares)
    steps = np.where(known, np.nan_to_num(shares) * (_STEPS - 1), _STEPS).round().astype(np.uint8)
    image = Image.fromarray(steps, "P")
    palette = rgb_along(stops, np.linspace(0.0, 1.0, _STEPS))
    image.putpalette([*palette.ravel().tolist(), 255, 255, 255])
    if not known.all():
        image.info["transparency"] = _STEPS
    return image
