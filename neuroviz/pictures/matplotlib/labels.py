"""Title, subtitle and axis labels of a figure, broken into lines where they would be cut off."""

import textwrap
from collections.abc import Callable
from typing import NamedTuple, TypedDict

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text as TextArtist
from matplotlib.transforms import Bbox

from neuroviz.pictures import palette

_ROUNDS = 4
"""In which lines above a plot and its place come to terms."""


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

    Return title and subtitle. All marks are drawn, since they decide how much room is left.
    """
    x_label, y_label, heading = _set_texts(axes, texts)
    for artist in (x_label, heading.title, heading.subtitle):
        _wrap(artist, canvas.bbox.width - _margin(canvas), _wide)
    _wrap(y_label, canvas.bbox.height - _margin(canvas), _high)
    canvas.draw_without_rendering()
    _wrap_heading(canvas, axes, heading)
    if texts["subtitle"]:
        _lift_title(canvas, axes, heading)
    # More lines above leave less for the plot, so its middle is known only now.
    canvas.draw_without_rendering()
    _wrap_axis_labels(canvas, axes, x_label, y_label)
    # More lines at the left have moved the plot to the right once more; and where its units are
    # equal, more lines above make it narrower, which moves it too.
    for _ in range(_ROUNDS):
        before = heading.subtitle.get_text()
        _wrap_heading(canvas, axes, heading)
        if heading.subtitle.get_text() == before:
            break
        _lift_title(canvas, axes, heading)
        canvas.draw_without_rendering()
    return heading


def _set_texts(axes: Axes, texts: Wrapped) -> tuple[TextArtist, TextArtist, FigureHeading]:
    """Return the labels of the axes and the heading, in one line each as yet."""
    title = axes.set_title(texts["title"], pad=8)
    subtitle = axes.annotate(
        texts["subtitle"],
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 7),
        textcoords="offset points",
        color=palette.INK_MUTED,
        annotation_clip=False,
    )
    # The title stands above it and holds its place; the layout would make room for its whole width.
    subtitle.set_in_layout(not texts["title"])
    heading = FigureHeading(title, subtitle)
    return axes.set_xlabel(texts["x_label"] or ""), axes.set_ylabel(texts["y_label"] or ""), heading


def _wrap_heading(canvas: Canvas, axes: Axes, heading: FigureHeading) -> None:
    """Break title and subtitle to the room from the plot's left edge on."""
    room = canvas.bbox.x1 - axes.get_window_extent().x0 - _margin(canvas)
    for artist in (heading.title, heading.subtitle):
        _wrap(artist, room, _wide)


def _lift_title(canvas: Canvas, axes: Axes, heading: FigureHeading) -> None:
    """Set the title above the lines of the subtitle."""
    points = _high(heading.subtitle.get_window_extent()) * 72 / canvas.dpi
    axes.set_title(heading.title.get_text(), pad=13 + points)


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


def replace_heading(
    canvas: Canvas, axes: Axes, heading: FigureHeading, title: str, subtitle: str
) -> None:
    """Set other texts above a plot that stays where it is.

    Each is broken into lines where it has to be.
    """
    room = canvas.bbox.x1 - axes.get_window_extent().x0 - _margin(canvas)
    for artist, text in ((heading.title, title), (heading.subtitle, subtitle)):
        artist.set_text(text)
        _wrap(artist, room, _wide)


def _margin(canvas: Canvas) -> float:
    """Give the free space at the edge of the page, in pixels."""
    return 8 * canvas.dpi / 72


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
