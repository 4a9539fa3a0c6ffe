"""How matplotlib draws each mark: one function for each type of mark."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, Normalize, TwoSlopeNorm
from matplotlib.patches import Polygon
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Annotation
from numpy.typing import ArrayLike

from neuroviz.core.outside import printable
from neuroviz.core.types import Floats, Line
from neuroviz.pictures.label_places import thin
from neuroviz.pictures.marks import (
    LARGEST,
    Arrow,
    Box,
    ColouredCells,
    ColourMap,
    Curve,
    EndLabel,
    Points,
    Polygons,
    Rim,
    Segments,
    Text,
)
from neuroviz.pictures.matplotlib.labels import LABEL_GAP
from neuroviz.pictures.ticks import even_ticks, log_labels, tick_labels, unit_of

_LOG_RANGE = (1e-270, 1e270)  # leaves room above and below on a logarithmic axis
_CORNER = 10  # points of a round corner
_LARGER = {"*": 10 / 7, "p": 8 / 7}
"""Factors by which some of matplotlib's markers must be larger to look as large as a circle."""
_HALO = 2.5
"""Width of the rim around the letters of a text, in points, both sides together."""
_HEAD = 1.5
"""How much larger the head of an arrow is than letters."""
_MANY = 5000
"""Most markers that are vectors; more lie on one another, and as pixels open at once in any
program."""
_CELLS = (200, 160)
"""Columns and rows of a map whose values change along one direction."""


def _curve(axes: Axes, mark: Curve, order: float) -> None:
    """Draw a line, without points too close to see."""
    x, y = thin(*_on_page(axes, mark))
    axes.plot(
        x,
        y,
        color=mark.color,
        label=_legend_text(mark.label),
        linestyle=(0, mark.dash) if mark.dash else "-",
        linewidth=mark.width,
        path_effects=_rimmed(mark.rim, mark.width),
        zorder=order,
    )


def _rimmed(rim: Rim | None, width: float) -> list[AbstractPathEffect]:
    """Return the effect that draws a rim around a line of this width."""
    return (
        [withStroke(linewidth=width + 2 * rim.width, foreground=rim.color)]
        if rim and rim.width
        else []
    )


def _points(axes: Axes, mark: Points, order: float) -> None:
    """Draw markers, a cloud of them as pixels."""
    colour = mark.color if mark.marker == "x" else mark.outline or "none"
    x, y = _on_page(axes, mark)
    axes.plot(
        x,
        y,
        rasterized=len(x) > _MANY,
        linestyle="none",
        marker=mark.marker,
        markersize=mark.size * _LARGER.get(mark.marker, 1.0),
        markerfacecolor=mark.color,
        markeredgecolor=colour,
        markeredgewidth=mark.stroke_on_paper,
        label=_legend_text(mark.label),
        path_effects=_rimmed(mark.rim, mark.stroke_on_paper),
        zorder=order,
    )


def _segments(axes: Axes, mark: Segments, order: float) -> None:
    """Draw straight pieces, except those with an end that cannot be drawn."""
    ends = np.stack(
        (*_drawable(axes, mark.x0, mark.y0), *_drawable(axes, mark.x1, mark.y1)), axis=1
    )
    good = np.isfinite(ends).all(axis=1)
    lines = LineCollection(
        list(ends[good].reshape(-1, 2, 2)),
        colors=mark.color,
        linewidths=mark.width,
        linestyles=[(0, mark.dash)] if mark.dash else "solid",
        zorder=order,
    )
    axes.add_collection(lines)


def _colour_map(axes: Axes, mark: ColourMap, order: float) -> None:
    """Draw coloured cells, with a colour bar as high as the plot."""
    unit = unit_of(mark.low, mark.high)
    low = mark.low / unit
    high = mark.high / unit
    values = np.ma.masked_invalid(
        np.clip(np.asarray(mark.cells(*_CELLS), dtype=np.float64) / unit, low, high)
    )
    stops = list(mark.stops)
    colours = (
        ListedColormap(stops) if mark.flat else LinearSegmentedColormap.from_list("stops", stops)
    )
    scale = (
        Normalize(low, high) if mark.middle is None else TwoSlopeNorm(mark.middle / unit, low, high)
    )
    options: dict[str, Any] = {"cmap": colours, "norm": scale, "zorder": order}
    if axes.get_xscale() == "log":
        # matplotlib would distort an image; the cells are equally wide on paper.
        left, right, bottom, top = mark.extent
        edges = (
            np.geomspace(left, right, values.shape[1] + 1),
            np.linspace(bottom, top, values.shape[0] + 1),
        )
        image: Any = axes.pcolormesh(*edges, values, rasterized=True, **options)
    else:
        image = axes.imshow(
            values,
            extent=mark.extent,
            origin="lower",
            aspect="auto",
            interpolation="nearest" if mark.bar else "bilinear",
            **options,
        )
    if not mark.bar:
        return
    bar = axes.figure.colorbar(image, cax=axes.inset_axes((1.03, 0.0, 0.025, 1.0)))
    bar.ax.set_yscale("linear")  # whatever the middle is
    numbers = even_ticks(mark.low, mark.high, 3)
    if mark.powers:
        labels = log_labels([10.0**number for number in numbers])
    else:
        labels = tick_labels(numbers)
    bar.set_ticks([number / unit for number in numbers], labels=labels)
    bar.set_label(printable(mark.label))
    bar.outline.set_visible(False)


def _coloured_cells(axes: Axes, mark: ColouredCells, order: float) -> None:
    axes.imshow(
        mark.values / 255,
        extent=mark.extent,
        origin="lower",
        aspect="auto",
        interpolation="bilinear" if mark.smooth else "nearest",
        zorder=order,
    )


def _polygons(axes: Axes, mark: Polygons, order: float) -> None:
    """Draw polygons, except those with a corner that cannot be drawn."""
    drawable = np.stack(_drawable(axes, mark.corners[..., 0], mark.corners[..., 1]), axis=-1)
    good = np.flatnonzero(np.isfinite(drawable).all(axis=(1, 2)))
    pieces = PolyCollection(
        list(drawable[good]),
        facecolors=[mark.fills[i] for i in good],
        edgecolors="face",
        linewidths=0.3,
        zorder=order,
    )
    axes.add_collection(pieces)


def _box(axes: Axes, mark: Box, order: float) -> None:
    """Draw a rectangle with round corners."""
    turns = np.add.outer(np.arange(4) * np.pi / 2, np.linspace(0, np.pi / 2, _CORNER)).ravel()
    round_ = mark.radius * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    half = np.array((mark.width, mark.height)) / 2
    sides = np.repeat([(1, 1), (-1, 1), (-1, -1), (1, -1)], _CORNER, axis=0)
    middle = np.array((mark.x, mark.y)) + half
    axes.add_patch(
        Polygon(
            middle + sides * (half - mark.radius) + round_,
            closed=True,
            facecolor=mark.color,
            edgecolor=mark.outline or "none",
            linewidth=mark.stroke * bool(mark.outline),
            zorder=order,
        )
    )


def _arrow(axes: Axes, mark: Arrow, order: float) -> None:
    """Draw an arrow, unless it cannot be drawn."""
    ends = np.array(
        [_drawable(axes, mark.x + dx, mark.y + dy) for dx, dy in ((0, 0), (mark.dx, mark.dy))]
    )
    if not np.isfinite(ends).all():
        return
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": mark.color, "shrinkA": 0, "shrinkB": 0}
    style |= {"linewidth": mark.width, "path_effects": _rimmed(mark.rim, mark.width)}
    if mark.dash:
        style["linestyle"] = (0, mark.dash)
    head = _HEAD * rcParams["font.size"]
    arrow = axes.annotate("", ends[1], ends[0], fontsize=head, arrowprops=style, zorder=order)
    arrow.set_in_layout(False)
    axes.update_datalim(ends)


def _text(axes: Axes, mark: Text, order: float) -> None:
    """Write a short text into the plot."""
    x, y = map(float, _drawable(axes, mark.x, mark.y))
    if np.isfinite([x, y]).all():
        style: dict[str, Any] = {"color": mark.color, "zorder": order, "va": "center"}
        style["ha"] = "center" if mark.centred else "right" if mark.ends else "left"
        style["fontsize"] = mark.size * rcParams["font.size"]
        style["fontweight"] = "bold" if mark.bold else "normal"
        if mark.ground is not None:
            style["bbox"] = {
                "facecolor": mark.ground,
                "edgecolor": "none",
                "boxstyle": "square,pad=0.2",
            }
        if mark.halo is not None:
            style["path_effects"] = [withStroke(linewidth=_HALO, foreground=mark.halo)]
        if mark.aside is not None:
            style |= {"xytext": (mark.aside, 0), "textcoords": "offset points"}
        if mark.raised is not None:
            style |= {
                "xytext": (0, mark.raised),
                "textcoords": "offset points",
                "ha": "center",
                "va": "bottom",
                "zorder": order + 1,  # over the axes: a 3 that one crosses is read as an 8
            }
        axes.annotate(printable(mark.text), (x, y), **style)
        axes.update_datalim([(x, y)])


def _end_label(axes: Axes, mark: EndLabel, order: float) -> Annotation | None:
    """Write a name beside the end of a line, to be moved later."""
    x, y = map(float, _drawable(axes, mark.x, mark.y))
    if not np.isfinite([x, y]).all():
        return None
    label = axes.annotate(
        printable(mark.text),
        (x, y),
        xytext=(LABEL_GAP, 0),
        textcoords="offset points",
        color=mark.color,
        verticalalignment="center",
        # A thin lead from the line to its name shows where a name belongs that was moved.
        arrowprops={
            "arrowstyle": "-",
            "color": mark.color,
            "linewidth": 0.7,
            "shrinkA": 1,
            "shrinkB": 0,
            "relpos": (0, 0.5),
        },
        annotation_clip=False,
        zorder=order,
    )
    axes.update_datalim([(x, y)])
    return label


DRAW: dict[type, Callable[[Axes, Any, float], Annotation | None]] = {
    Curve: _curve,
    Points: _points,
    Segments: _segments,
    ColourMap: _colour_map,
    ColouredCells: _coloured_cells,
    Polygons: _polygons,
    Box: _box,
    Arrow: _arrow,
    Text: _text,
    EndLabel: _end_label,
}
"""The function that draws each type of mark on axes, in an order; it returns a label to be moved
later, if any."""


def _drawable(axes: Axes, x: ArrayLike, y: ArrayLike) -> Line:
    """Return places as floats: NaN, a gap, where there is none, and the largest clipped."""
    return _within(x, axes.get_xscale() == "log"), _within(y, axes.get_yscale() == "log")


def _on_page(axes: Axes, mark: Curve | Points) -> Line:
    x, y = _drawable(axes, mark.x, mark.y)
    if axes.get_yscale() == "log":
        y[y >= _LOG_RANGE[1]] = np.nan  # leaves the page; drawn along its edge it would look level
    return x, y


def _within(values: ArrayLike, log: bool) -> Floats:
    array = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    placed = np.isfinite(array) & (array > 0) if log else np.isfinite(array)
    low, high = _LOG_RANGE if log else (-LARGEST, LARGEST)
    return np.where(placed, np.clip(array, low, high), np.nan)


def _legend_text(label: str | None) -> str | None:
    """Return a label as it is; matplotlib would leave one with a leading underscore out."""
    return (
        f"\u200b{printable(label)}"
        if label and label.startswith("_")
        else printable(label or "") or None
    )
