"""How each mark becomes something matplotlib draws: one function per mark, found by its type."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Polygon
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from neuroviz.core.outside import printable
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.label_places import spread, thin
from neuroviz.pictures.marks import (
    LARGEST,
    Arrow,
    Box,
    ColourMap,
    Curve,
    EndLabel,
    Points,
    Polygons,
    Rim,
    Segments,
    Text,
)
from neuroviz.pictures.matplotlib.ticks import log_labels, tick_labels

_LOG_RANGE = (1e-270, 1e270)  # the same, with the air above and below on a logarithmic axis
_CORNER = 10  # points of a round corner
_LARGER = {"*": 10 / 7, "p": 8 / 7}
"""By how much matplotlib's markers have to be larger to look as large as a circle."""
_HALO = 2.5
"""Points round the letters of a text, both sides together."""
_LABEL_GAP = 11.0  # points between a line's end and its label
_MOST_NAMES = 12
_NAME: dict[str, Any] = {
    "xycoords": "axes fraction",
    "textcoords": "offset points",
    "ha": "center",
    "va": "center",
    "annotation_clip": False,
    "zorder": 4,
    "bbox": {"facecolor": palette.BACKGROUND, "alpha": 0.7, "edgecolor": "none", "pad": 0.6},
}
_THIN = 1.0  # points: thinner lines, those of contours, may be hidden
_NAME_GAP = 3.0  # points between a mark and its name
# Rather below or above than at a side, where another mark may stand as near.
_NEAR = np.array([(0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1), (1, 0), (-1, 0)])
_WAYS = np.concatenate((_NEAR, 1.5 * _NEAR, 2.5 * _NEAR))
_FAR = np.repeat((0, 5, 35), len(_NEAR))[:, None]
"""As many points as a name hides that stands so far away."""
_TRIED = 40
_CELLS = (200, 160)
"""Columns and rows of a map whose values change along one direction."""
_FINE = 200
"""Places of a mark at which its name is tried, and points of a line that it would hide."""
_OUTSIDE = 10**6
"""As many points as a name hides that does not lie within the plot."""
_GRID = np.stack(np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 9)), axis=-1).reshape(-1, 2)


def even_ticks(low: float, high: float, count: int) -> list[float]:
    """Divide an axis evenly by round numbers, in about so many parts."""
    locator = MaxNLocator(nbins=count, steps=[1, 2, 5, 10], min_n_ticks=2)
    unit = _unit(low, high)
    found = [unit * float(number) for number in locator.tick_values(low / unit, high / unit)]
    return [number for number in found if low <= number <= high]


def _unit(low: float, high: float) -> float:
    """Return what numbers are divided by before matplotlib adds and multiplies them."""
    return 1e9 if max(-low, high) > LARGEST else 1.0


def name_marks(canvas: Canvas, axes: Axes) -> list[Artist]:
    """Write the name of each labelled mark beside it, where it hides least; return the names.

    Done once the plot has its size. Of very many only the first are named.
    """
    names: list[Artist] = []
    point = canvas.dpi / 72
    low, high = axes.get_window_extent().get_points()
    taken = np.concatenate([np.zeros((0, 2)), *_taken(axes)])
    handles, labels = axes.get_legend_handles_labels()
    for handle, name in zip(handles[:_MOST_NAMES], labels, strict=False):
        places = _in_sight(axes, handle)
        if not len(places):
            continue
        places = places[:: -(-len(places) // _TRIED)]
        label = axes.annotate(_shortened(name), (0, 0), (0, 0), **_NAME)
        names.append(label)
        half = np.array(label.get_window_extent().size) / 2
        away = _WAYS[:, None] * (half + point * (_reach(handle) + _NAME_GAP))
        middles = places + away
        hidden = (abs(taken - middles[..., None, :]) < half).all(axis=-1).sum(axis=-1)
        hidden += _FAR + _OUTSIDE * (abs(middles - (low + high) / 2) > (high - low) / 2 - half).any(
            axis=-1
        )
        way, place = np.unravel_index(np.argmin(hidden), hidden.shape)
        label.xy = tuple((places[place] - low) / (high - low))
        label.set_position(tuple(away[way, 0] / point))
        own = middles[way, place] + half * _GRID
        taken = np.concatenate((taken, own, own, own))  # rather over anything than over a name
    return names


def _in_sight(axes: Axes, line: Any) -> Floats:
    """Return the points (N, 2) of a line within the plot, in pixels."""
    path: Floats = axes.transData.transform(line.get_xydata())
    low, high = axes.get_window_extent().get_points()
    with np.errstate(invalid="ignore"):
        inside: Floats = path[((low - 1 <= path) & (path <= high + 1)).all(axis=1)]
    return inside


def _taken(axes: Axes) -> Iterator[Floats]:
    """Give the points (N, 2), in pixels, that a name should not hide."""
    for line in axes.lines:
        if line.get_linewidth() < _THIN:
            continue
        path = _in_sight(axes, line)
        if len(path) and line.get_linestyle() != "None":
            along = np.linspace(0, len(path) - 1, _FINE)
            path = np.stack([np.interp(along, range(len(path)), each) for each in path.T], axis=1)
        reach = _reach(line) * axes.figure.dpi / 72
        yield (path[:, None] + reach * _GRID[::6]).reshape(-1, 2) if reach else path
    for lines in axes.collections:
        if isinstance(lines, LineCollection) and lines.get_segments():
            ends = axes.transData.transform(np.concatenate(lines.get_segments())).reshape(-1, 2, 2)
            yield np.linspace(ends[:, 0], ends[:, 1], 20).reshape(-1, 2)
    for text in axes.texts:
        ends = text.get_window_extent().get_points()
        yield ends.mean(axis=0) + (ends[1] - ends[0]) / 2 * _GRID


def _reach(line: Any) -> float:
    """Return how far a line's markers reach, in points."""
    return 0.0 if line.get_marker() == "None" else float(line.get_markersize() / 2)


def place_end_labels(canvas: Canvas, axes: Axes, labels: list[Annotation]) -> None:
    """Move the labels at the ends of lines apart, once the plot has its size."""
    if labels:
        canvas.draw_without_rendering()
        spread_end_labels(canvas, axes, labels)


def spread_end_labels(canvas: Canvas, axes: Axes, labels: list[Annotation]) -> None:
    """Do the same in a plot that has its place already; there may be no labels."""
    if not labels:
        return
    points = 72 / canvas.dpi
    heights = [axes.transData.transform(label.xy)[1] * points for label in labels]
    distance = max(label.get_window_extent().height for label in labels) * points + 1.5
    low, high = (edge * points for edge in axes.get_window_extent().intervaly)
    placed = spread(heights, distance, min(low, *heights), max(high, *heights))
    for label, height, wanted in zip(labels, placed, heights, strict=True):
        label.set_position((_LABEL_GAP, height - wanted))


def _curve(axes: Axes, mark: Curve, order: float) -> None:
    """Draw a line, without the points nobody could see."""
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
    """Return what draws a rim round a line that is so wide."""
    return (
        [withStroke(linewidth=width + 2 * rim.width, foreground=rim.color)]
        if rim and rim.width
        else []
    )


def _points(axes: Axes, mark: Points, order: float) -> None:
    """Draw markers; those on the edge of the plot whole."""
    colour = mark.color if mark.marker == "x" else mark.outline or "none"
    stroke = mark.stroke or (1.6 if mark.marker == "x" else 1.0)
    axes.plot(
        *_on_page(axes, mark),
        linestyle="none",
        marker=mark.marker,
        markersize=mark.size * _LARGER.get(mark.marker, 1.0),
        markerfacecolor=mark.color,
        markeredgecolor=colour,
        markeredgewidth=stroke,
        label=_legend_text(mark.label),
        path_effects=_rimmed(mark.rim, stroke),
        zorder=order,
    )


def _segments(axes: Axes, mark: Segments, order: float) -> None:
    """Draw straight pieces; one with an end that cannot be drawn is left out."""
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
    """Draw coloured cells, and a colour bar that is as high as the plot whatever its shape."""
    unit = _unit(mark.low, mark.high)
    low, high = mark.low / unit, mark.high / unit
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
        # matplotlib would bend an image; cells are as wide as each other on paper.
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
            interpolation="nearest",
            **options,
        )
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


def _polygons(axes: Axes, mark: Polygons, order: float) -> None:
    """Draw polygons; one with a corner that cannot be drawn is left out."""
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
    """Draw an arrow; one that cannot be drawn is left out."""
    ends = np.array(
        [_drawable(axes, mark.x + dx, mark.y + dy) for dx, dy in ((0, 0), (mark.dx, mark.dy))]
    )
    if not np.isfinite(ends).all():
        return
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": mark.color, "shrinkA": 0, "shrinkB": 0}
    style |= {"linewidth": mark.width, "path_effects": _rimmed(mark.rim, mark.width)}
    if mark.dash:
        style["linestyle"] = (0, mark.dash)
    arrow = axes.annotate(
        "", ends[1], ends[0], arrowprops={**style, "mutation_scale": 12}, zorder=order
    )
    arrow.set_in_layout(False)
    axes.update_datalim(ends)


def _text(axes: Axes, mark: Text, order: float) -> None:
    """Write a short text into the plot."""
    x, y = map(float, _drawable(axes, mark.x, mark.y))
    if np.isfinite([x, y]).all():
        style: dict[str, Any] = {"color": mark.color, "zorder": order, "va": "center"}
        style["ha"] = "center" if mark.centred else "right" if mark.right else "left"
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
        xytext=(_LABEL_GAP, 0),
        textcoords="offset points",
        color=mark.color,
        verticalalignment="center",
        # A thin lead from the line to its name, which shows where a name belongs that had to move.
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
    Polygons: _polygons,
    Box: _box,
    Arrow: _arrow,
    Text: _text,
    EndLabel: _end_label,
}
"""For each mark the function that draws it on axes at an order,
and returns a label that is to be moved."""


def _drawable(axes: Axes, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Make floats of places.

    What has none becomes a gap, the largest are drawn at what can be drawn.
    """
    return _within(x, axes.get_xscale() == "log"), _within(y, axes.get_yscale() == "log")


def _on_page(axes: Axes, mark: Curve | Points) -> tuple[Floats, Floats]:
    x, y = _drawable(axes, mark.x, mark.y)
    if axes.get_yscale() == "log":
        y[y >= _LOG_RANGE[1]] = np.nan  # it leaves the page: along its edge it would look level
    return x, y


def _within(values: ArrayLike, log: bool) -> Floats:
    array = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    placed = np.isfinite(array) & (array > 0) if log else np.isfinite(array)
    low, high = _LOG_RANGE if log else (-LARGEST, LARGEST)
    return np.where(placed, np.clip(array, low, high), np.nan)


def _legend_text(label: str | None) -> str | None:
    """Take a label as it is: for matplotlib a leading underscore would mean "not in the legend"."""
    return (
        f"\u200b{printable(label)}"
        if label and label.startswith("_")
        else printable(label or "") or None
    )


def _shortened(label: str) -> str:
    return label if len(label) <= 60 else f"{label[:59]}…"
