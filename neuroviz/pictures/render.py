"""Figures, and films, drawn into the bytes of files.

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

from neuroviz.pictures.marks import HOLLOW, ColourMap, Figure, Polygons

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = (".png", ".svg", ".pdf")
"""Endings of the files a figure can be written to."""
_INCH = 25.4
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

    return draw(figure, ending[1:], width / _INCH, height / _INCH, dpi)


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


_EFFORT = 80
"""Of WebP, to make it small."""
_COLOURS = 256
_SAMPLES = 6
"""Pictures of which the palette of a GIF is made."""


def _webp(images: Sequence[Image], milliseconds: Sequence[int]) -> bytes:
    # With loss, what changes slowly stays as it was; a key picture each second would be a third.
    keys = {"kmin": len(images), "kmax": len(images) + 1}
    return _saved("WEBP", images, milliseconds, **keys, lossless=True, quality=_EFFORT, method=2)


def _gif(images: Sequence[Image], milliseconds: Sequence[int]) -> bytes:
    """Return a GIF whose pictures have one palette.

    So that colours mean the same in all of them.
    """
    from PIL.Image import Dither, Quantize, fromarray

    some = [
        images[place]
        for place in np.linspace(0, len(images) - 1, min(_SAMPLES, len(images))).astype(int)
    ]
    palette = fromarray(np.vstack([np.asarray(image) for image in some])).quantize(
        _COLOURS, method=Quantize.FASTOCTREE
    )
    drawn = [image.quantize(palette=palette, dither=Dither.NONE) for image in images]
    # Said once more, since else Pillow gives every picture one of its own.
    own = bytes(palette.getpalette() or ())
    return _saved("GIF", drawn, milliseconds, optimize=False, palette=own)


def _saved(
    kind: str, images: Sequence[Image], milliseconds: Sequence[int], **options: Any
) -> bytes:
    """Return what Pillow makes of images that are seen again and again."""
    buffer = BytesIO()
    first, *others = images
    films = {"save_all": True, "append_images": others, "duration": list(milliseconds), "loop": 0}
    first.save(buffer, kind, **films, **options)
    return buffer.getvalue()


_FILMS = {".webp": _webp, ".gif": _gif}


def main_of_film() -> None:
    """Write a film to a file.

    The words of the command are the file, width, height, and how long each picture is seen in
    milliseconds; their pixels, blue, green, red and a fourth byte, come in one after another.
    """
    from PIL.Image import frombytes

    path, *numbers = sys.argv[1:]
    width, height, *milliseconds = map(int, numbers)
    images = [
        frombytes("RGB", (width, height), sys.stdin.buffer.read(4 * width * height), "raw", "BGRX")
        for _ in milliseconds
    ]
    target = Path(path)
    target.write_bytes(_FILMS[target.suffix](images, milliseconds))


def main() -> None:
    """Draw the pickled (figure, endings, width, height, dpi) on standard input as `render` does.

    Into a pickled list of bytes on standard output.
    """
    figure, endings, *size = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps([render(figure, ending, *size) for ending in endings]))
