"""Draws figures and films as the content of files.

matplotlib and Pillow are loaded only when one is drawn.
"""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuroviz.core.numbers import joined
from neuroviz.pictures.marks import HOLLOW, ColourMap, Figure, Polygons

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = (".png", ".svg", ".pdf")
"""The endings of files to which a figure can be written."""
_INCH = 25.4
_MILLIMETRES = (40.0, 500.0)
_DPI = (50, 600)


def render(
    figure: Figure, ending: str, width: float = 160.0, height: float = 100.0, dpi: int = 200
) -> bytes:
    """Draw a figure as the content of a file; equal figures give equal bytes.

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
        If the ending is none of the three, a size is out of range, or a colour is no hex colour.
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

    return draw(figure, ending[1:], width / _INCH, height / _INCH, dpi)


def listed_endings() -> str:
    """Return the endings for a sentence."""
    return joined(ENDINGS, "or")


def _check_colours(figure: Figure) -> None:
    """Refuse an invalid colour before matplotlib does so in its own words."""
    for mark in figure.marks:
        if isinstance(mark, Polygons):
            colours = mark.fills
        else:
            colours = mark.stops if isinstance(mark, ColourMap) else (mark.color,)
        for colour in colours:
            if colour != HOLLOW and not re.fullmatch("#([0-9A-Fa-f]{2}){3,4}", colour):
                raise ValueError(f"A colour is written as #RRGGBB, not {colour!r}.")


_EFFORT = 80
"""How hard WebP tries to make a file small."""
_COLOURS = 256
_SAMPLES = 6
"""Pictures from which the palette of a GIF is made."""


def _webp(images: Sequence[Image], milliseconds: Sequence[int]) -> bytes:
    # Lossy files freeze slow changes; key pictures every second would be a third of the file.
    keys = {"kmin": len(images), "kmax": len(images) + 1}
    return _saved("WEBP", images, milliseconds, **keys, lossless=True, quality=_EFFORT, method=2)


def _gif(images: Sequence[Image], milliseconds: Sequence[int]) -> bytes:
    """Return a GIF whose pictures share one palette, so that colours mean the same in all."""
    from PIL.Image import Dither, Quantize, fromarray

    some = [
        images[place]
        for place in np.linspace(0, len(images) - 1, min(_SAMPLES, len(images))).astype(int)
    ]
    # The widest cover, and one turn of means: with an octree a smooth blue had a band of green.
    palette = fromarray(np.vstack([np.asarray(image) for image in some])).quantize(
        _COLOURS, method=Quantize.MAXCOVERAGE, kmeans=1
    )
    drawn = [image.quantize(palette=palette, dither=Dither.NONE) for image in images]
    # Passed again, since otherwise Pillow gives every picture its own palette.
    own = bytes(palette.getpalette() or ())
    return _saved("GIF", drawn, milliseconds, optimize=False, palette=own)


def _saved(
    kind: str, images: Sequence[Image], milliseconds: Sequence[int], **options: Any
) -> bytes:
    """Return Pillow's file of images that repeat for ever."""
    buffer = BytesIO()
    first, *others = images
    films = {"save_all": True, "append_images": others, "duration": list(milliseconds), "loop": 0}
    first.save(buffer, kind, **films, **options)
    return buffer.getvalue()


_FILMS = {".webp": _webp, ".gif": _gif}


def main_of_film() -> None:
    """Write a film to a file.

    The command's arguments are the file, width, height, and the milliseconds for which each picture
    is shown. The pictures' pixels come on standard input one after another, as blue, green, red and
    a fourth byte.
    """
    from PIL.Image import frombytes

    path, *numbers = sys.argv[1:]
    width, height, *milliseconds = map(int, numbers)
    images = [
        frombytes("RGB", (width, height), sys.stdin.buffer.read(4 * width * height), "raw", "BGRX")
        for _ in milliseconds
    ]
    target = Path(path)
    film = _FILMS[target.suffix](images, milliseconds)
    try:
        target.write_bytes(film)
    except OSError as error:
        sys.exit(f"{error.strerror} in the folder of temporary files")


def main() -> None:
    """Apply `render` to the pickled (figure, endings, width, height, dpi) on standard input.

    The bytes for all endings go to standard output as a pickled list.
    """
    figure, endings, *size = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps([render(figure, ending, *size) for ending in endings]))
