"""Draws figures with matplotlib, to a file or for a notebook's cell.

It is imported late, and pyplot never is. matplotlib's settings are global; they are set for one
drawing and then restored.
"""

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Annotation
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Bbox

from neuroviz.core.numbers import elided
from neuroviz.core.outside import printable
from neuroviz.pictures import palette
from neuroviz.pictures.marks import ColourMap, Figure, Points
from neuroviz.pictures.matplotlib.artists import DRAW
from neuroviz.pictures.matplotlib.labels import (
    hang_subtitle,
    name_marks,
    spread_end_labels,
    wrap_labels,
)
from neuroviz.pictures.ticks import even_ticks, log_labels, log_ticks, tick_labels

_LETTER = 8.0
_LEAST_ROOM = 0.95
"""Letters keep the size of print where they have at least this share of the room for it."""
_STYLE: dict[Any, Any] = {
    "text.color": palette.INK,
    "text.parse_math": False,  # a file name may hold dollar signs
    "axes.titleweight": "bold",
    "axes.titlesize": "medium",
    "axes.titlelocation": "left",
    "axes.labelcolor": palette.INK_MUTED,
    "axes.edgecolor": palette.AXIS,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.unicode_minus": True,
    "grid.color": palette.GRID,
    "grid.linewidth": 0.7,
    "xtick.color": palette.AXIS,
    "ytick.color": palette.AXIS,
    "xtick.labelcolor": palette.INK_MUTED,
    "ytick.labelcolor": palette.INK_MUTED,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "agg.path.chunksize": 5000,
    "svg.fonttype": "none",  # text stays text: it can be searched and edited
    "svg.hashsalt": "neuroviz",  # else the names inside an SVG differ every time
    "pdf.fonttype": 42,
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.h_pad": 0.08,
}
# Without a date the same figure gives the same bytes.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


def draw(figure: Figure, kind: str, width: float, height: float, dpi: int) -> bytes:
    """Draw a figure of a size in inches as the content of a "png", "svg" or "pdf" file."""
    if kind == "png":
        width = _whole_pixels(width, dpi)
        height = _whole_pixels(height, dpi)
    with styled(width, height):
        canvas = Canvas(figsize=(width, height), dpi=dpi, layout="constrained")
        compose(figure, canvas)
        return saved(canvas, kind, figure.title)


def _whole_pixels(inches: float, dpi: float) -> float:
    """Return a length of whole pixels and a bit more, so that matplotlib cuts none off."""
    return (round(inches * dpi) + 1e-4) / dpi


@contextmanager
def styled(width: float, height: float) -> Iterator[None]:
    """Set matplotlib's style for figures of this size in inches, whatever a matplotlibrc says."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        # The size of print, and smaller where a small page would leave a plot no room.
        matplotlib.rcParams["font.size"] = _LETTER * min(1.0, width / 2.1, height / 1.9)
        # A letter that no font has is shown as a box, which is warning enough.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        # Where texts leave no room for the plot, the default layout is good enough.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        yield


def saved(canvas: Canvas, kind: str, title: str) -> bytes:
    """Return a composed figure as the content of a file."""
    buffer = io.BytesIO()
    metadata = {"Title": printable(title), **_METADATA[kind]}
    canvas.savefig(
        buffer, format=kind, dpi=canvas.dpi, facecolor=palette.BACKGROUND, metadata=metadata
    )
    return buffer.getvalue()


def compose(figure: Figure, canvas: Canvas) -> Axes:
    """Draw marks, axes and texts, within `styled`; return the axes."""
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    if not figure.frame:
        axes.set_axis_off()
    has_map = any(isinstance(mark, ColourMap) for mark in figure.marks)
    axes.grid(not has_map)
    if figure.log_x:
        axes.set_xscale("log", nonpositive="mask")
    if figure.log_y:
        axes.set_yscale("log", nonpositive="mask")
    # Markers need a margin at the sides; curves run from edge to edge.
    axes.margins(x=0.04 if any(isinstance(mark, Points) for mark in figure.marks) else 0.0, y=0.05)
    drawn = [
        DRAW[type(mark)](axes, mark, 2.0 + order / 1000) for order, mark in enumerate(figure.marks)
    ]
    end_labels = [label for label in drawn if label is not None]
    _set_limits(figure, axes)
    _show_whole_markers(axes)
    if figure.equal_aspect:
        axes.set_aspect("equal", adjustable="box", anchor="NW" if figure.frame else "W")
    room = np.array((1.5, 2.2)) * canvas.get_size_inches()
    if figure.equal_aspect:
        room = np.repeat(1.5 * canvas.get_size_inches().min(), 2)
    _set_ticks(axes, (figure.log_x, figure.log_y), room.clip(2, 7).astype(int).tolist())
    for axis, ticks in ((axes.xaxis, figure.x_ticks), (axes.yaxis, figure.y_ticks)):
        if ticks is not None:
            names = [printable(name) for _, name in ticks]
            axis.set_ticks([place for place, _ in ticks], labels=names)
    if figure.letter is not None:
        for text in axes.texts:
            text.set_in_layout(False)  # within the plot, and smaller where that is small
    heading = wrap_labels(canvas, axes, figure)
    spread_end_labels(canvas, axes, end_labels)
    canvas.draw_without_rendering()
    if figure.x_ticks:
        _cut_names(axes)
        canvas.draw_without_rendering()
    canvas.set_layout_engine("none")
    hang_subtitle(canvas, heading)
    if figure.letter is not None:
        _shrink(axes, figure.letter)
    _leave_out_covered(axes)
    if figure.named:
        name_marks(canvas, axes)
    return axes


def _cut_names(axes: Axes) -> None:
    """Cut names below the axis if they would run into each other."""
    every = axes.get_xticklabels()
    names = [name for name in every if name.get_text()] or every
    ends = np.array([name.get_window_extent().intervalx for name in names])
    room = 0.9 * min(np.diff(ends.mean(axis=1)), default=math.inf) / np.ptp(ends, axis=1).max()
    if room < 1:
        longest = int(room * max(len(name.get_text()) for name in names))
        labels = [elided(name.get_text(), longest) for name in every]
        axes.set_xticks(axes.get_xticks(), labels=labels)


def _leave_out_covered(axes: Axes) -> None:
    """Take away each text over the marks that a later one would lie on: neither could be read."""
    later: list[Bbox] = []
    for text in reversed([text for text in axes.texts if text.get_path_effects()]):
        # Without a gap between them two numbers would be read as one.
        box = text.get_window_extent().padded(axes.figure.dpi / 72)
        if any(box.overlaps(other) for other in later):
            text.remove()
        else:
            later.append(box)


def _shrink(axes: Axes, letter: float) -> None:
    """Make letters and lines smaller where the plot is too small for letters of this height."""
    (left, _), (right, _) = axes.transData.transform(((0, 0), (letter, 0)))
    room = (right - left) * 72 / axes.figure.dpi
    share = room / matplotlib.rcParams["font.size"]
    if share >= _LEAST_ROOM:
        return
    for text in axes.texts:
        text.set_fontsize(share * text.get_fontsize())  # of an arrow, its head
        if isinstance(text, Annotation) and text.arrow_patch is not None:
            text.arrow_patch.set_linewidth(share * text.arrow_patch.get_linewidth())
    for line in axes.lines:
        line.set_linewidth(share * line.get_linewidth())
        line.set_markersize(share * line.get_markersize())
    for shape in axes.patches:
        shape.set_linewidth(share * shape.get_linewidth())


def _set_limits(figure: Figure, axes: Axes) -> None:
    """Set the ends of the axes: as declared, else those of colour maps, else of all marks."""
    extents = [mark.extent for mark in figure.marks if isinstance(mark, ColourMap)]
    if extents:
        axes.set_xlim(min(e[0] for e in extents), max(e[1] for e in extents))
        axes.set_ylim(min(e[2] for e in extents), max(e[3] for e in extents))
    else:
        axes.autoscale_view()
    if figure.x_limits:
        axes.set_xlim(*figure.x_limits)
    if figure.y_limits:
        axes.set_ylim(*figure.y_limits)


def _show_whole_markers(axes: Axes) -> None:
    """Let the edge of the plot cut no marker in half whose middle is within it."""
    seen = axes.viewLim
    for line in axes.lines:
        if line.get_linestyle() == "None":
            x, y = (np.asarray(side, dtype=np.float64) for side in line.get_data())
            beyond = (x < seen.xmin) | (x > seen.xmax) | (y < seen.ymin) | (y > seen.ymax)
            line.set_clip_on(bool(beyond.any()))


def _set_ticks(axes: Axes, logs: tuple[bool, bool], room: Sequence[int]) -> None:
    """Write the numbers along the axes in full, without an offset or power of ten in a corner."""
    both = (axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())
    for count, log, (axis, (low, high)) in zip(room, logs, both, strict=True):
        numbers = log_ticks(low, high, count) if log else []
        texts = log_labels(numbers)
        if not numbers:
            numbers = even_ticks(low, high, count)
            texts = tick_labels(numbers)
        axis.set_ticks(numbers, labels=texts)
        axis.set_minor_locator(NullLocator())


_INCH = 25.4
_DPI = 144
"""Pixels an inch with which a notebook shows the figure at a good size."""


class NotebookFigure(Canvas):
    """matplotlib's figure; it shows itself as the last value of a cell, with or without pyplot."""

    def _repr_png_(self) -> bytes:
        """Return the picture; IPython calls this."""
        with styled(*self.get_size_inches()):
            return saved(self, "png", "")


def notebook_figure(figure: Figure, width: float, height: float) -> NotebookFigure:
    """Return the matplotlib figure of a declaration, with its size in millimetres."""
    size = width / _INCH, height / _INCH
    with styled(*size):
        canvas = NotebookFigure(figsize=size, dpi=_DPI, layout="constrained")
        compose(figure, canvas)
    return canvas
