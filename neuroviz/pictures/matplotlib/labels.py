"""The texts of a figure: those around the plot, broken into lines, and the names of its marks."""

import re
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Annotation
from matplotlib.text import Text as TextArtist

from neuroviz.core.outside import printable
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.label_places import GRID, Room, evenly, spread
from neuroviz.pictures.marks import Figure

_MARGIN = 6.0
"""Free space at the edge of the page, in points, where the titles of all figures begin."""
LABEL_GAP = 11.0  # points between a line's end and its label
_MOST_ABOVE = 0.3
"""Share of the page's height that the texts above a plot take, at most."""
_KEPT = re.compile(r" (?=[·=])|(?<==) |(?<=,) (?=[−\d])")
"""Spaces at which no line is broken: before a dot, and within x = (1, 1)."""
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
_LEADER = {"arrowstyle": "-", "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
_THIN = 1.0  # points: thinner lines, those of contours, may be hidden
_ROOM = 0.97  # of the page's width for text, which LibreOffice sets wider in an SVG
_NAME_GAP = 3.0  # points between a mark and its name
# Below or above is better than at a side, where another mark may be as close.
_NEAR = np.array([(0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1), (1, 0), (-1, 0)])
_WAYS = np.concatenate((_NEAR, 1.5 * _NEAR, 2.5 * _NEAR))
_FAR = np.repeat((0.0, 5.0, 35.0), len(_NEAR))[:, None]
"""Cost of a name's distance from its mark, in points that it would hide."""
_TRIED = 40
_FINE = 200
"""Places of a mark at which its name is tried, and points of a line that it could hide."""


class FigureHeading(NamedTuple):
    """The texts above a plot."""

    title: TextArtist
    subtitle: TextArtist


def wrap_labels(canvas: Canvas, axes: Axes, figure: Figure) -> FigureHeading:
    """Set the texts around a plot, each broken into as many lines as its room requires.

    Return title and subtitle, which begin at the page's left edge. All marks are drawn, since they
    decide how much room is left, and the layout is done.
    """
    axes.set_xlabel(printable(figure.x_label))
    axes.set_ylabel(printable(figure.y_label))
    # Those of colour bars first: they move the plot's middle.
    bars = [(1, bar.yaxis.label) for bar in axes.child_axes]
    names = (*bars, (0, axes.xaxis.label), (1, axes.yaxis.label))
    margin = _MARGIN * canvas.dpi / 72
    left = margin / canvas.bbox.width
    heading = FigureHeading(
        canvas.suptitle("", x=left, ha="left", weight="bold", size="medium"),
        canvas.text(left, 0, "", color=palette.INK_MUTED, in_layout=False),
    )
    subtitle = figure.subtitle or ""
    for artist, text in zip(heading, (figure.title, subtitle), strict=True):
        artist.set_text(printable(text))
        _wrap(artist, 0, _ROOM * canvas.bbox.width - 2 * margin)
    if subtitle:
        if figure.marks:
            _leave_room(heading, canvas.bbox.height)
        # Empty lines in the title reserve its place.
        lines = heading.subtitle.get_text().count("\n") + 1
        heading.title.set_text(heading.title.get_text() + "\n" * lines)
    for along, name in names:
        _wrap(name, along, canvas.bbox.size[along] - 2 * margin)
    canvas.draw_without_rendering()
    for along, name in names:
        # More lines above leave less for the plot, so its middle is known only now. The name of an
        # axis is centred there, and the nearer end of the page would cut it off, or the title.
        middle = axes.get_window_extent().get_points()[:, along].mean()
        end = (canvas.bbox.width, heading.title.get_window_extent().y0)[along]
        written = name.get_text()
        _wrap(name, along, 2 * min(middle, end - middle) - margin)
        if name.get_text() != written:  # only then, since a layout takes longer than drawing
            canvas.draw_without_rendering()
    return heading


def _leave_room(heading: FigureHeading, height: float) -> None:
    """Cut the subtitle off after a word where it would leave the plot no room on a page so high."""
    lines = heading.subtitle.get_text().split("\n")
    each = heading.subtitle.get_window_extent().height / len(lines)
    room = _MOST_ABOVE * height - heading.title.get_window_extent().height
    most = max(1, int(room / each))
    if len(lines) > most:
        last = lines[most - 1].rpartition(" ")[0].rstrip(" ·,")
        heading.subtitle.set_text("\n".join((*lines[: most - 1], f"{last}…")))


def hang_subtitle(canvas: Canvas, heading: FigureHeading) -> None:
    """Put the subtitle into the place that the title has reserved, once the layout is fixed."""
    box = heading.title.get_window_extent().transformed(canvas.transFigure.inverted())
    heading.subtitle.set_y(box.y0)
    heading.title.set_text(heading.title.get_text().rstrip("\n"))


def _wrap(artist: TextArtist, along: int, room: float) -> None:
    """Break the lines of a text further until it fits along axis 0 or 1 of the page."""
    lines = _KEPT.sub("\xa0", artist.get_text()).split("\n")
    letters = max(map(len, lines))
    while letters > 8 and artist.get_window_extent().size[along] > room:
        # At once to about the right length, then letter by letter.
        share = room / artist.get_window_extent().size[along]
        letters = max(8, min(letters - 1, int(letters * share * 1.1)))
        wrapped = "\n".join("\n".join(textwrap.wrap(line, letters)) for line in lines)
        artist.set_text(wrapped.replace("\xa0", " "))


def spread_end_labels(canvas: Canvas, axes: Axes, labels: list[Annotation]) -> None:
    """Move the labels at the ends of lines apart, if there are any, once the plot has its place."""
    if not labels:
        return
    points = 72 / canvas.dpi
    heights = [axes.transData.transform(label.xy)[1] * points for label in labels]
    distance = max(label.get_window_extent().height for label in labels) * points + 1.5
    low, high = (edge * points for edge in axes.get_window_extent().intervaly)
    least = low + distance / 2  # above the axis, whose line would cross it out
    placed = spread(heights, distance, least, max(least, high, *heights))
    for label, height, wanted in zip(labels, placed, heights, strict=True):
        label.set_position((LABEL_GAP, height - wanted))


def name_marks(canvas: Canvas, axes: Axes) -> None:
    """Write the name of each labelled mark beside it, where it hides least.

    The plot must have its size. Of very many marks only the first are named, and none whose name is
    larger than the plot: it would lie on the texts around it.
    """
    point = canvas.dpi / 72
    low, high = axes.get_window_extent().get_points()
    room = Room(low, high)
    for points in _taken(axes):
        room.add(points)
    for text in axes.texts:
        ends = text.get_window_extent().get_points()
        room.cover(ends.mean(axis=0), (ends[1] - ends[0]) / 2)
    handles, labels = axes.get_legend_handles_labels()
    for handle, name in zip(handles[:_MOST_NAMES], labels, strict=False):
        places = _in_sight(axes, handle)
        if not len(places):
            continue
        places = places[:: -(-len(places) // _TRIED)]
        label = axes.annotate(_shortened(name), (0, 0), (0, 0), **_NAME)
        half = np.array(label.get_window_extent().size) / 2
        away = _WAYS[:, None] * (half + point * (_reach(handle) + _NAME_GAP))
        best = room.place(places + away, half, _FAR)
        if best is None:
            label.remove()
            continue
        way, place = best
        label.xy = tuple((places[place] - low) / (high - low))
        label.set_position(tuple(away[way, 0] / point))
        if way >= len(_NEAR):  # so far away that a line has to tell whose name it is
            with np.errstate(divide="ignore"):
                inside = (half / abs(away[way, 0])).min()
            end = (1 - inside) * away[way, 0] / point
            axes.annotate(
                "", label.xy, tuple(end), **_NAME, arrowprops=_LEADER | {"color": _ink(handle)}
            )


def _in_sight(axes: Axes, line: Any) -> Floats:
    """Return the points (N, 2) of a line within the plot, in pixels."""
    path: Floats = axes.transData.transform(line.get_xydata())
    low, high = axes.get_window_extent().get_points()
    with np.errstate(invalid="ignore"):
        return path[((low - 1 <= path) & (path <= high + 1)).all(axis=1)]


def _taken(axes: Axes) -> Iterator[Floats]:
    """Yield the points (N, 2), in pixels, that a name should not hide."""
    for line in axes.lines:
        if line.get_linewidth() < _THIN:
            continue
        path = _in_sight(axes, line)
        if len(path) and line.get_linestyle() != "None":
            path = evenly(path, _FINE)
        reach = _reach(line) * axes.figure.dpi / 72
        yield (path[:, None] + reach * GRID[::6]).reshape(-1, 2) if reach else path
    for lines in axes.collections:
        if isinstance(lines, LineCollection) and lines.get_segments():
            ends = axes.transData.transform(np.concatenate(lines.get_segments())).reshape(-1, 2, 2)
            yield np.linspace(ends[:, 0], ends[:, 1], 20).reshape(-1, 2)


def _ink(line: Any) -> Any:
    """Return the colour of a line, or of its markers where these have one of their own."""
    own = line.get_marker() != "None" and line.get_markerfacecolor()
    return own if own and own != "none" else line.get_color()


def _reach(line: Any) -> float:
    """Return the radius of a line's markers in points."""
    return 0.0 if line.get_marker() == "None" else float(line.get_markersize() / 2)


def _shortened(label: str) -> str:
    return label if len(label) <= 60 else f"{label[:59]}…"
