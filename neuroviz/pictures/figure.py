"""A printed figure as a declaration, and its file as PNG, SVG or PDF.

A figure says what is to be seen; how it is drawn is one function's business, so that every figure of the
program looks alike. matplotlib is loaded only when a figure is rendered.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from neuroviz.files.writer import FileError, check_writable, write_bytes
from neuroviz.pictures.marks import (
    Arrow,
    ColourMap,
    Curve,
    EndLabel,
    Mark,
    Points,
    Polygons,
    Segments,
    Text,
)

__all__ = [
    "ENDINGS",
    "Arrow",
    "ColourMap",
    "Curve",
    "EndLabel",
    "Figure",
    "Mark",
    "Points",
    "Polygons",
    "Segments",
    "Text",
    "check_figure_path",
    "render",
    "write_figure",
]

ENDINGS = (".png", ".svg", ".pdf")
"""Endings of the files a figure can be written to."""

_MILLIMETRES = (40.0, 500.0)
_DPI = (50, 600)


@dataclass(frozen=True, eq=False)
class Figure:
    """One plot with its title and axes. No text is read as markup.

    Parameters
    ----------
    title, x_label, y_label : str
        What is to be read above, below and left of the plot; units belong to the labels.
    marks : tuple of Mark
        What is drawn, from back to front.
    log_x, log_y : bool
        Logarithmic axes: what is 0 or less on one cannot be drawn and leaves a gap. The cells of a colour map
        are as wide as each other on paper.
    x_limits, y_limits : tuple of two floats, optional
        Ends of the axes; fitted to the marks when not given.
    subtitle : str, optional
        A quieter line below the title.
    equal_aspect : bool
        One unit is as long on both axes.
    frame : bool
        Axes with their labels, numbers and grid; without them only texts above, marks and legend are seen.

    Raises
    ------
    ValueError
        Limits are not finite and ascending, or not greater than 0 on a logarithmic axis.
    """

    title: str
    x_label: str
    y_label: str
    marks: tuple[Mark, ...]
    log_y: bool = False
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    subtitle: str | None = None
    equal_aspect: bool = False
    frame: bool = True
    log_x: bool = False

    def __post_init__(self) -> None:
        for limits, log in ((self.x_limits, self.log_x), (self.y_limits, self.log_y)):
            if limits and not (all(map(math.isfinite, limits)) and limits[0] < limits[1]):
                raise ValueError(f"Limits must be finite and ascending, not {limits}.")
            if limits and log and limits[0] <= 0:
                raise ValueError(f"Limits of a logarithmic axis must be greater than 0, not {limits}.")
        if (self.log_x or self.log_y) and self.equal_aspect:
            raise ValueError("A figure has a logarithmic axis or equal units on both axes, not both.")


def render(figure: Figure, ending: str, width: float = 160.0, height: float = 100.0, dpi: int = 200) -> bytes:
    """Draw a figure into the bytes of a file; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        What to draw.
    ending : {'.png', '.svg', '.pdf'}
        Kind of file.
    width, height : float
        Size in millimetres, from 40 to 500.
    dpi : int
        Pixels per inch of a PNG and of colour maps, from 50 to 600.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        The ending is none of the three, a size is out of its range, or a colour is no hex colour.
    """
    if ending not in ENDINGS:
        raise ValueError(f"A figure can be a {_listed()} file, not {ending!r}.")
    for name, size in (("width", width), ("height", height)):
        if not _MILLIMETRES[0] <= size <= _MILLIMETRES[1]:
            raise ValueError(f"The {name} of a figure must be from 40 to 500 mm, not {size:g}.")
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise ValueError(f"The resolution of a figure must be from 50 to 600 dpi, not {dpi:g}.")
    _check_colours(figure)
    # Only here, since loading matplotlib takes longer than everything else in this package.
    from neuroviz.pictures.matplotlib.drawing import draw

    return draw(figure, ending[1:], width / 25.4, height / 25.4, dpi)


def check_figure_path(path: str | Path) -> Path:
    """Refuse a path to which no figure can be written, before any work is done for it.

    Parameters
    ----------
    path : str or Path
        Where a figure is to be written later.

    Returns
    -------
    Path
        The regular file meant, symbolic links followed.

    Raises
    ------
    FileError
        The ending is none of `ENDINGS`, or the path plainly cannot be written.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise FileError(f"Cannot write a figure to {str(path)!r}: give the name an ending of {_listed()}.")
    return check_writable(path)


def write_figure(
    path: str | Path, figure: Figure, width: float = 160.0, height: float = 100.0, dpi: int = 200
) -> Path:
    """Write a figure to a file of the kind its ending says, all of it or nothing.

    Parameters
    ----------
    path : str or Path
        The file, ending in one of `ENDINGS` in any case.
    figure : Figure
        What to draw.
    width, height : float
        Size in millimetres, from 40 to 500.
    dpi : int
        Pixels per inch, from 50 to 600.

    Returns
    -------
    Path
        The file written, symbolic links followed.

    Raises
    ------
    ValueError
        As for `render`.
    FileError
        The ending is unknown or the file cannot be written.
    """
    check_figure_path(path)
    return write_bytes(path, render(figure, Path(path).suffix.lower(), width, height, dpi))


def _listed() -> str:
    """Name the endings in a sentence."""
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"


def _check_colours(figure: Figure) -> None:
    """Refuse a colour before matplotlib does so in words of its own."""
    for mark in figure.marks:
        colours = mark.stops if isinstance(mark, ColourMap) else (mark.color,)
        fills = mark.fills if isinstance(mark, Polygons) else ()
        for colour in (*colours, *fills):
            if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
                raise ValueError(f"A colour is written as #RRGGBB, not {colour!r}.")
