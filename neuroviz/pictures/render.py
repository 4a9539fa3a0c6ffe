"""A figure drawn into the bytes of a file; matplotlib is loaded only when one is."""

import re

from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import HOLLOW, ColourMap, Polygons

ENDINGS = (".png", ".svg", ".pdf")
"""Endings of the files a figure can be written to."""
_MILLIMETRES = (40.0, 500.0)
_DPI = (50, 600)


def render(
    figure: Figure, ending: str, width: float = 160.0, height: float = 100.0, dpi: int = 200
) -> bytes:
    """Draw a figure into the bytes of a file; the same figure gives the same bytes.

    Parameters
    ----------
    ending : {'.png', '.svg', '.pdf'}
        Kind of file.
    width, height
        Size in millimetres, from 40 to 500.
    dpi
        Pixels per inch of a PNG and of colour maps, from 50 to 600.

    Raises
    ------
    ValueError
        The ending is none of the three, a size is out of its range, or a colour is no hex colour.
    """
    if ending not in ENDINGS:
        raise ValueError(f"A figure can be a {listed_endings()} file, not {ending!r}.")
    for name, size in (("width", width), ("height", height)):
        if not _MILLIMETRES[0] <= size <= _MILLIMETRES[1]:
            raise ValueError(f"The {name} of a figure must be from 40 to 500 mm, not {size:g}.")
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise ValueError(f"The resolution of a figure must be from 50 to 600 dpi, not {dpi:g}.")
    _check_colours(figure)
    # Only here, since loading matplotlib takes longer than everything else in this package.
    from neuroviz.pictures.matplotlib.drawing import draw

    return draw(figure, ending[1:], width / 25.4, height / 25.4, dpi)


def listed_endings() -> str:
    """Return the endings as a sentence names them."""
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"


def _check_colours(figure: Figure) -> None:
    """Refuse a colour before matplotlib does so in words of its own."""
    for mark in figure.marks:
        if isinstance(mark, Polygons):
            colours = mark.fills
        else:
            colours = mark.stops if isinstance(mark, ColourMap) else (mark.color,)
        for colour in colours:
            if colour != HOLLOW and not re.fullmatch("#([0-9A-Fa-f]{2}){3,4}", colour):
                raise ValueError(f"A colour is written as #RRGGBB, not {colour!r}.")
