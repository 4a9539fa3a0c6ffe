"""Title, subtitle and axis labels of a figure, broken into lines where they would be cut off."""

import textwrap
from collections.abc import Callable
from typing import NamedTuple, TypedDict

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text as TextArtist
from matplotlib.transforms import Bbox

from neuroviz.pictures import palette

_MARGIN = 6.0
"""Free space at the edge of the page, in points, where titles of all figures begin."""


class Wrapped(TypedDict):
    """The texts round a plot."""

    title: str
    subtitle: str
    x_label: str
    y_label: str


class FigureHeading(NamedTuple):
    """The texts above a plot."""

    title: TextArtist
    subtitle: TextArtist


def wrap_labels(canvas: Canvas, axes: Axes, texts: Wrapped) -> FigureHeading:
    """Set the texts round a plot, each broken into as many lines as its room asks for.

    Return title and subtitle, which begin at the page's left edge. All marks are drawn, since they
    decide how much room is left.
    """
    x_label = axes.set_xlabel(texts["x_label"])
    y_label = axes.set_ylabel(texts["y_label"])
    left = _margin(canvas) / canvas.bbox.width
    heading = FigureHeading(
        canvas.suptitle("", x=left, ha="left", weight="bold", size="medium"),
        canvas.text(left, 0, "", color=palette.INK_MUTED, in_layout=False),
    )
    replace_heading(canvas, heading, texts["title"], texts["subtitle"])
    _wrap(x_label, canvas.bbox.width - 2 * _margin(canvas), _wide)
    _wrap(y_label, canvas.bbox.height - 2 * _margin(canvas), _high)
    canvas.draw_without_rendering()
    # More lines above leave less for the plot, so its middle is known only now.
    _wrap_axis_labels(canvas, axes, x_label, y_label)
    return heading


def _wrap_axis_labels(canvas: Canvas, axes: Axes, x_label: TextArtist, y_label: TextArtist) -> None:
    """Break the labels of the axes, which stand at the plot's middle.

    The nearer end of the page cuts them off.
    """
    page = canvas.bbox
    plot = axes.get_window_extent()
    centre = (plot.x0 + plot.x1) / 2
    _wrap(x_label, 2 * min(centre, page.x1 - centre) - _margin(canvas), _wide)
    canvas.draw_without_rendering()
    plot = axes.get_window_extent()
    centre = (plot.y0 + plot.y1) / 2
    _wrap(y_label, 2 * min(centre, page.y1 - centre) - _margin(canvas), _high)
    canvas.draw_without_rendering()


def replace_heading(canvas: Canvas, heading: FigureHeading, title: str, subtitle: str) -> None:
    """Set title and subtitle, each broken into lines where it has to be."""
    for artist, text in zip(heading, (title, subtitle), strict=True):
        artist.set_text(text)
        _wrap(artist, canvas.bbox.width - 2 * _margin(canvas), _wide)
    if subtitle:  # the title holds its place
        lines = heading.subtitle.get_text().count("\n") + 1
        heading.title.set_text(heading.title.get_text() + "\n" * lines)


def hang_subtitle(canvas: Canvas, heading: FigureHeading) -> None:
    """Set the subtitle into the place that the title holds, once that stands where it will."""
    box = heading.title.get_window_extent().transformed(canvas.transFigure.inverted())
    heading.subtitle.set_y(box.y0)
    heading.title.set_text(heading.title.get_text().rstrip("\n"))


def _margin(canvas: Canvas) -> float:
    """Give the free space at the edge of the page, in pixels."""
    return _MARGIN * canvas.dpi / 72


def _wide(box: Bbox) -> float:
    return float(box.width)


def _high(box: Bbox) -> float:
    return float(box.height)


def _wrap(artist: TextArtist, room: float, measure: Callable[[Bbox], float]) -> None:
    """Break a text into lines until it fits."""
    text = artist.get_text()
    letters = len(text)
    while letters > 8 and measure(artist.get_window_extent()) > room:
        # In one go to about the right length, then letter by letter.
        share = room / measure(artist.get_window_extent())
        letters = max(8, min(letters - 1, int(letters * share * 1.1)))
        artist.set_text("\n".join(textwrap.wrap(text, letters)))
