"""A figure as pieces of SVG, one for each thing drawn: the pen of a page that a browser shows.

A piece says nothing but where it is and what it looks like, so that what stands still from one
moment of a run to the next is the same text in both.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from neuroviz.core.outside import printable
from neuroviz.core.types import Floats
from neuroviz.pictures.figure import Figure, Ticks
from neuroviz.pictures.label_places import spread, thin
from neuroviz.pictures.marks import (
    HOLLOW,
    Arrow,
    Box,
    ColourMap,
    Curve,
    Dash,
    EndLabel,
    Mark,
    Points,
    Polygons,
    Segments,
    Text,
)
from neuroviz.pictures.matplotlib.ticks import even_ticks, log_labels, log_ticks, tick_labels
from neuroviz.pictures.palette import PAPER, faded
from neuroviz.pictures.weights import padded

Known = dict[Mark, list[str]]
_LETTER = 8.0
"""Points of letters that are usual."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 12.0, 20.0, 34.0
_NAMES = 74.0
"""Points beside the plot; at its right more, where lines have names at their ends."""
_FAR = 1e5
"""Points beyond which nobody sees anything."""
_COLUMNS = 400
_STEPS = 24
"""Colours of a gradient, and of a picture whose cells change."""
_HEAD = 6.0
"""Points of the head of an arrow."""
_SHAPES = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "^": ((0, -1.1), (1.1, 1), (-1.1, 1)),
    "D": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "p": tuple((1.15 * math.sin(k * 1.2566), -1.15 * math.cos(k * 1.2566)) for k in range(5)),
    "*": tuple(
        ((1.4, 0.6)[k % 2] * math.sin(k * 0.6283), -(1.4, 0.6)[k % 2] * math.cos(k * 0.6283))
        for k in range(10)
    ),
}


def pieces(
    figure: Figure, name: str, width: float, height: float, point: float, known: Known
) -> list[str]:
    """Return what a figure is drawn of, from back to front.

    Parameters
    ----------
    name
        What the picture is called in its document: a word that no other there has.
    width, height
        Of the picture, in its own units.
    point
        What a point on paper is in these.
    known
        What marks were drawn of in the same axes before; it is added to.
    """
    return list(_Pen(figure, name, width, height, point).drawn(known))


class _Pen:
    def __init__(
        self, figure: Figure, name: str, width: float, height: float, point: float
    ) -> None:
        self._figure = figure
        self._name = name
        self._point = point
        self._width = width
        labels = any(isinstance(mark, EndLabel) for mark in figure.marks)
        beside = (_LEFT, _NAMES if labels else _RIGHT, _TOP, _BOTTOM)
        left, right, top, bottom = (point * part if figure.frame else 0.0 for part in beside)
        self._box = left, width - right, top, height - bottom
        self._ranges = self._fitted()

    def drawn(self, known: Known) -> Iterator[str]:
        """Give every piece: the plot, cut at its edges, then what stands beside it."""
        figure = self._figure
        left, right, top, bottom = self._box
        yield (
            f'<clipPath id="{self._name}-plot"><rect x="{_n(left)}" y="{_n(top)}" '
            f'width="{_n(right - left)}" height="{_n(bottom - top)}"/></clipPath>'
        )
        yield from self._grid() if figure.frame else ()
        for mark in figure.marks:
            if mark not in known:
                known[mark] = list(_DRAW[type(mark)](self, mark))
            yield from known[mark]
        yield from self._axes() if figure.frame else ()
        yield from self._end_labels()
        yield from self._legend() if figure.named else ()

    # --- places -----------------------------------------------------------------------------------

    def _fitted(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ranges of both axes, as logarithms on a logarithmic one."""
        figure = self._figure
        x, y = (
            self._ends(limits, axis, log=log)
            for axis, (limits, log) in enumerate(
                ((figure.x_limits, figure.log_x), (figure.y_limits, figure.log_y))
            )
        )
        if figure.equal_aspect:
            left, right, top, bottom = self._box
            unit = max((x[1] - x[0]) / (right - left), (y[1] - y[0]) / (bottom - top))
            beside = (right - left - (x[1] - x[0]) / unit) / 2
            above = (bottom - top - (y[1] - y[0]) / unit) / 2
            self._box = left + beside, right - beside, top + above, bottom - above
        return x, y

    def _ends(
        self, limits: tuple[float, float] | None, axis: int, *, log: bool
    ) -> tuple[float, float]:
        if limits is None:
            marks = self._figure.marks
            known = [np.ravel(_places_of(mark)[axis]) for mark in marks] or [np.zeros(1)]
            values = np.concatenate(known)
            mapped = any(isinstance(mark, ColourMap) for mark in marks)
            limits = padded(values[np.isfinite(values)], 0.0 if mapped else 0.05)
        return (math.log10(limits[0]), math.log10(limits[1])) if log else limits

    def _at(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        """Return places in the picture; NaN where there are none."""
        left, right, top, bottom = self._box
        (low, high), (under, over) = self._ranges
        figure = self._figure
        with np.errstate(all="ignore"):
            across = np.log10(_numbers(x)) if figure.log_x else _numbers(x)
            up = np.log10(_numbers(y)) if figure.log_y else _numbers(y)
            px = left + (across - low) / (high - low) * (right - left)
            py = bottom - (up - under) / (over - under) * (bottom - top)
        far = _FAR * self._point
        return np.clip(px, -far, far), np.clip(py, -far, far)

    # --- marks ------------------------------------------------------------------------------------

    def _curve(self, mark: Curve) -> Iterator[str]:
        x, y = self._at(*thin(_numbers(mark.x), _numbers(mark.y), _COLUMNS))
        path = _path(x, y)
        if mark.rim is not None and mark.rim.width:
            yield self._line(path, mark.rim.color, mark.width + 2 * mark.rim.width, cut=True)
        yield self._line(path, mark.color, mark.width, mark.dash, cut=True)

    def _line(
        self, path: str, color: str, width: float, dash: Dash = (), *, cut: bool = False
    ) -> str:
        """Return a line, cut at the edge of the plot or not."""
        wide = self._point * width
        dashes = " ".join(_n(wide * part) for part in dash)
        dashed = f' stroke-dasharray="{dashes}"' if dash else ""
        return (
            f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{_n(wide)}"'
            f'{dashed}{self._cut * cut} stroke-linejoin="round"/>'
        )

    @property
    def _cut(self) -> str:
        return f' clip-path="url(#{self._name}-plot)"'

    def _segments(self, mark: Segments) -> Iterator[str]:
        x0, y0 = self._at(mark.x0, mark.y0)
        x1, y1 = self._at(mark.x1, mark.y1)
        gap = np.full(len(x0), np.nan)
        path = _path(np.stack((x0, x1, gap), 1).ravel(), np.stack((y0, y1, gap), 1).ravel())
        yield self._line(path, mark.color, mark.width, mark.dash, cut=True)

    def _points(self, mark: Points) -> Iterator[str]:
        radius = self._point * mark.size / 2
        stroke = self._point * (mark.stroke or (1.6 if mark.marker == "x" else 1.0))
        edge = mark.color if mark.marker == "x" else mark.outline
        style = f'fill="{"none" if mark.color == HOLLOW else mark.color}"'
        style += f' stroke="{edge}" stroke-width="{_n(stroke)}"' if edge else ""
        x, y = self._at(mark.x, mark.y)
        good = np.isfinite(x) & np.isfinite(y)
        if mark.rim is not None:
            wide = _n(stroke + 2 * self._point * mark.rim.width)
            rim = f'fill="{mark.rim.color}" stroke="{mark.rim.color}" stroke-width="{wide}"'
            yield from (
                _shape(mark.marker, *at, radius, rim) for at in zip(x[good], y[good], strict=True)
            )
        yield from (
            _shape(mark.marker, *at, radius, style) for at in zip(x[good], y[good], strict=True)
        )

    def _polygons(self, mark: Polygons) -> Iterator[str]:
        for corners, fill in zip(mark.corners, mark.fills, strict=True):
            x, y = self._at(*corners.T)
            if np.isfinite(x).all() and np.isfinite(y).all():
                yield f'<path d="{_path(x, y)}Z" fill="{fill}" stroke="{fill}"/>'

    def _box_mark(self, mark: Box) -> Iterator[str]:
        (x0, x1), (y0, y1) = self._at([mark.x, mark.x + mark.width], [mark.y, mark.y + mark.height])
        radius = mark.radius * (x1 - x0) / mark.width if mark.width else 0.0
        edge = ""
        if mark.outline:
            edge = f' stroke="{mark.outline}" stroke-width="{_n(self._point * mark.stroke)}"'
        yield (
            f'<rect x="{_n(x0)}" y="{_n(y1)}" width="{_n(x1 - x0)}" height="{_n(y0 - y1)}" '
            f'rx="{_n(radius)}" fill="{mark.color}"{edge}/>'
        )

    def _arrow(self, mark: Arrow) -> Iterator[str]:
        x, y = self._at([mark.x, mark.x + mark.dx], [mark.y, mark.y + mark.dy])
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            return
        way = np.array((x[1] - x[0], y[1] - y[0]))
        length = float(np.hypot(*way))
        if not length:
            return
        head = min(_HEAD * self._point, length)
        along = way / length * head
        across = np.array((-along[1], along[0])) * 0.4
        tip, neck = np.array((x[1], y[1])), np.array((x[1], y[1])) - along
        corners = np.stack((tip, neck + across, neck - across)).T
        yield self._line(
            _path(*np.stack(((x[0], y[0]), neck)).T), mark.color, mark.width, mark.dash
        )
        yield f'<path d="{_path(*corners)}Z" fill="{mark.color}"/>'

    def _text(self, mark: Text) -> Iterator[str]:
        (x,), (y,) = self._at([mark.x], [mark.y])
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        x += self._point * (mark.aside or 0.0)
        centred = mark.centred or mark.raised is not None
        y -= self._point * (mark.raised + _LETTER / 2 if mark.raised is not None else 0.0)
        align = "middle" if centred else "end" if mark.right else "start"
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
        place = (
            f'x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"'
        )
        if mark.direction is not None and not mark.flat:
            yield self._gradient(mark, place)
            return
        cells = mark.cells(120, 96)
        shares = ColourMap(cells, mark.extent, mark.stops, mark.low, mark.high, middle=mark.middle)
        picture = io.BytesIO()
        image = _painted(shares.shares[::-1], mark.stops)
        image.save(picture, "PNG", optimize=True)
        data = base64.b64encode(picture.getvalue()).decode()
        yield (
            f'<image {place}{self._cut} preserveAspectRatio="none" '
            f'href="data:image/png;base64,{data}"/>'
        )

    def _gradient(self, mark: ColourMap, place: str) -> str:
        """Return a map whose values change along one direction, as a gradient of colours."""
        left, right, bottom, top = mark.extent
        assert mark.direction is not None
        (x0, x1), (y0, y1) = self._at([left, right], [bottom, top])
        # Where values are the same stays the same wherever axes have other units.
        along = np.array(mark.direction) * ((right - left) / (x1 - x0), (top - bottom) / (y1 - y0))
        first = np.where(np.array(mark.direction) >= 0, (x0, y0), (x1, y1))
        way = np.array((x0 + x1, y0 + y1)) - 2 * first
        size = float(along @ along)
        last = first + along * float(along @ way) / size if size else first
        chosen = np.linspace(0, mark.shares.shape[1] - 1, _STEPS).round().astype(np.intp)
        colours = _colours(mark.shares[0, chosen], mark.stops)
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

    def _ticks(self, axis: int) -> Ticks:
        figure = self._figure
        ticks, log = ((figure.x_ticks, figure.log_x), (figure.y_ticks, figure.log_y))[axis]
        if ticks is not None:
            return ticks
        low, high = self._ranges[axis]
        if log and (found := log_ticks(10**low, 10**high, 6)):
            return tuple(zip(found, log_labels(found), strict=True))
        values = even_ticks(low, high, 5)
        return tuple(zip(values, tick_labels(values), strict=True))

    def _grid(self) -> Iterator[str]:
        left, right, top, bottom = self._box
        for axis in (0, 1):
            at = [place for place, _ in self._ticks(axis)]
            x, y = self._at(at, at)
            for px, py in zip(x, y, strict=True):
                ends = ((px, px), (bottom, top)) if axis == 0 else ((left, right), (py, py))
                yield self._line(_path(*map(np.array, ends)), faded(PAPER.muted, 0.25), 0.6)

    def _axes(self) -> Iterator[str]:
        figure, point = self._figure, self._point
        left, right, top, bottom = self._box
        corner = np.array((left, left, right)), np.array((top, bottom, bottom))
        yield self._line(_path(*corner), PAPER.muted, 0.8)
        for place, text in self._ticks(0):
            (x,), _ = self._at([place], [1.0])
            if left - 1 <= x <= right + 1:
                yield self._letters(x, bottom + 9 * point, text, PAPER.muted, "middle")
        for place, text in self._ticks(1):
            _, (y,) = self._at([1.0], [place])
            if top - 1 <= y <= bottom + 1:
                yield self._letters(left - 4 * point, y, text, PAPER.muted, "end")
        middle = (left + right) / 2
        yield self._letters(middle, bottom + 24 * point, figure.x_label, PAPER.muted, "middle")
        y = (top + bottom) / 2
        across = left - 38 * point
        yield self._letters(across, y, figure.y_label, PAPER.muted, "middle", turned=True)

    def _end_labels(self) -> Iterator[str]:
        labels = [mark for mark in self._figure.marks if isinstance(mark, EndLabel)]
        if not labels:
            return
        x, y = self._at([mark.x for mark in labels], [mark.y for mark in labels])
        apart = spread(y.tolist(), 1.3 * _LETTER * self._point, *self._box[2:])
        for mark, px, py in zip(labels, x, apart, strict=True):
            yield self._letters(px + 5 * self._point, py, mark.text, mark.color)

    def _legend(self) -> Iterator[str]:
        """Name what has a label, in a line above the plot: smaller where it would be too long."""
        named = [m for m in self._figure.marks if isinstance(m, Curve | Points) and m.label]
        lengths = [self._point * (0.62 * _LETTER * len(mark.label or "") + 32) for mark in named]
        size = min(1.0, self._width / max(sum(lengths), 1.0))
        x, y = max(0.0, min(self._box[0], self._width - sum(lengths))), 9 * self._point
        for mark, length in zip(named, lengths, strict=True):
            point = size * self._point
            if isinstance(mark, Curve):
                line = np.array((x, x + 14 * point)), np.array((y, y))
                yield self._line(_path(*line), mark.color, mark.width, mark.dash)
            else:
                style = f'fill="{mark.color}" stroke="{mark.outline or mark.color}"'
                yield _shape(mark.marker, x + 7 * point, y, 3 * point, style)
            yield self._letters(x + 18 * point, y, mark.label or "", PAPER.ink, size=size)
            x += size * length


_DRAW: dict[type, Callable[[_Pen, Any], Iterator[str]]] = {
    Curve: _Pen._curve,
    Points: _Pen._points,
    Segments: _Pen._segments,
    ColourMap: _Pen._colour_map,
    Polygons: _Pen._polygons,
    Box: _Pen._box_mark,
    Arrow: _Pen._arrow,
    Text: _Pen._text,
    EndLabel: lambda pen, mark: iter(()),  # moved apart, all together
}


def _n(value: float) -> str:
    """Write a length with one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _numbers(values: Any) -> Floats:
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    return np.asarray(values, dtype=np.float64)


def _path(x: Floats, y: Floats) -> str:
    """Return lines through places; a gap where there is none."""
    parts = []
    pen = "M"
    for px, py in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(px) and math.isfinite(py):
            parts.append(f"{pen}{_n(px)} {_n(py)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _shape(marker: str, x: float, y: float, radius: float, style: str) -> str:
    if marker == "o":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {style}/>'
    if marker == "x":
        arms = np.array((-1, 1, np.nan, -1, 1)), np.array((-1, 1, np.nan, 1, -1))
        return f'<path d="{_path(x + radius * arms[0], y + radius * arms[1])}" {style}/>'
    corners = np.array(_SHAPES[marker]).T
    return f'<path d="{_path(x + radius * corners[0], y + radius * corners[1])}Z" {style}/>'


def _places_of(mark: Any) -> tuple[Any, Any]:
    """Return x and y of what a mark shows, in units of the axes."""
    if isinstance(mark, ColourMap):
        return mark.extent[:2], mark.extent[2:]
    if isinstance(mark, Segments):
        return np.append(mark.x0, mark.x1), np.append(mark.y0, mark.y1)
    if isinstance(mark, Polygons):
        return mark.corners[..., 0], mark.corners[..., 1]
    return _numbers(mark.x), _numbers(mark.y)


def _rgb(shares: Floats, stops: tuple[str, ...]) -> Floats:
    """Return red, green and blue (…, 3), 0 … 255, of places along colours."""
    known = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    at = np.linspace(0.0, 1.0, len(stops))
    return np.stack([np.interp(shares, at, known[:, k]) for k in range(3)], axis=-1)


def _colours(shares: Floats, stops: tuple[str, ...]) -> list[str]:
    numbers = _rgb(shares, stops).round().astype(int).tolist()
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in numbers]


def _painted(shares: Floats, stops: tuple[str, ...]) -> Image.Image:
    """Return cells (rows, columns) as a picture of few colours; what is not finite is clear."""
    known = np.isfinite(shares)
    steps = np.where(known, np.nan_to_num(shares) * (_STEPS - 1), _STEPS).round().astype(np.uint8)
    image = Image.fromarray(steps, "P")
    palette = _rgb(np.linspace(0.0, 1.0, _STEPS), stops).round().astype(np.uint8)
    image.putpalette([*palette.ravel().tolist(), 255, 255, 255])
    if not known.all():
        image.info["transparency"] = _STEPS
    return image
