"""Figures, and animations of them, drawn into the bytes of files.

matplotlib and Pillow are loaded only when one is drawn.
"""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import HOLLOW, ColourMap, Polygons

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


ANIMATIONS = (".webp", ".gif", ".png", ".mp4")
"""Endings of the files; .png is an animated PNG."""
_HALF = 0.75
"""The size of a view in the picture of all, as a share of a view that is alone:
its letters are smaller there."""
_WIDE = 0.36
"""Height over width of the first view in the picture of all, which has a row of its own."""
_MOST_BYTES = 2**30
_QUALITY = 80
"""Of WebP with loss, which areas of changing colour need;
lines and letters are smaller without any."""
_COLOURS = 256
_SAMPLES = 6
"""Pictures of which the palette of a GIF is made."""
_WHITE = 255


@dataclass(frozen=True)
class PicturePlace:
    """Where a view is in the picture: pixels from the upper left, and its page in inches."""

    left: int
    top: int
    width: float
    height: float


@dataclass(frozen=True)
class FilmSheet:
    """The picture that a moment is drawn on."""

    width: int
    height: int
    """Pixels."""
    dpi: float
    """Pixels per inch."""
    places: tuple[PicturePlace, ...]
    """One for each view."""


def sheet_of(views: int, width: int, page: tuple[float, float]) -> FilmSheet:
    """Return the picture of one view, or of several.

    The first in a row of its own, the others in pairs.

    Parameters
    ----------
    width
        Pixels.
    page
        Width and height of a view that is alone, in millimetres.
    """
    wide, high = (length / _INCH for length in page)
    if views == 1:
        dpi = width / wide
        return FilmSheet(width, round(high * dpi), dpi, (PicturePlace(0, 0, wide, high),))
    half = _HALF * wide, _HALF * high
    dpi = width / (2 * half[0])
    first = PicturePlace(0, 0, 2 * half[0], 2 * half[0] * _WIDE)
    top = round(first.height * dpi)
    row = round(half[1] * dpi)
    places = [
        PicturePlace(i % 2 * (width // 2), top + i // 2 * row, *half) for i in range(views - 1)
    ]
    return FilmSheet(width, top + -(-(views - 1) // 2) * row, dpi, (first, *places))


def check_animation(sheet: FilmSheet, pictures: int, ending: str) -> None:
    """Refuse what cannot be made, before any work is done for it.

    Raises
    ------
    ValueError
        The ending is none of ANIMATIONS, the pictures do not fit into memory,
        or ffmpeg is wanted and is not there.
    """
    if ending not in ANIMATIONS:
        raise ValueError(
            f"An animation can be a {', '.join(ANIMATIONS[:-1])} or {ANIMATIONS[-1]} "
            f"file, not {ending!r}."
        )
    size = 3 * sheet.width * sheet.height * pictures
    if size > _MOST_BYTES:
        raise ValueError(
            f"{pictures} pictures of {sheet.width} × {sheet.height} pixels need {size / 1e9:.1f} "
            "GB of memory: take a smaller width, fewer pictures a second or a shorter animation."
        )
    if ending == ".mp4" and shutil.which("ffmpeg") is None:
        raise ValueError(
            "An MP4 is made by ffmpeg, which is not on the path: install it, or choose WebP or GIF."
        )


class Animation:
    """The pictures of a film, from the first to the last.

    Parameters
    ----------
    ends
        The figure of each view at the end: its axes are those of all.
    """

    def __init__(self, ends: Sequence[Figure], sheet: FilmSheet) -> None:
        from neuroviz.pictures.matplotlib.film import FilmPage

        self._sheet = sheet
        self._ends = ends
        self._pages = [
            FilmPage(end, place.width, place.height, sheet.dpi)
            for end, place in zip(ends, sheet.places, strict=True)
        ]
        self._pictures: list[NDArray[np.uint8]] = []

    def add(self, figures: Sequence[Figure]) -> None:
        """Draw the next moment: a figure for each view."""
        whole = np.full((self._sheet.height, self._sheet.width, 3), _WHITE, dtype=np.uint8)
        for figure, place, page in zip(figures, self._sheet.places, self._pages, strict=True):
            drawn = page.picture(figure)
            room = whole[
                place.top : place.top + len(drawn), place.left : place.left + drawn.shape[1]
            ]
            room[:] = drawn[: room.shape[0], : room.shape[1]]
        self._pictures.append(whole)

    def file(self, ending: str, milliseconds: Sequence[int]) -> bytes:
        """Return the pictures, and the end after them, as the bytes of a file.

        Parameters
        ----------
        ending
            One of ANIMATIONS.
        milliseconds
            How long each is seen, the end too.

        Raises
        ------
        ValueError
            ffmpeg could not make the file; the sentence has what it said.
        """
        from PIL.Image import fromarray

        self.add(self._ends)
        if ending == ".mp4":
            return _mp4(self._pictures, milliseconds)
        images = [fromarray(picture) for picture in self._pictures]
        return _KINDS[ending](images, milliseconds, self._has_areas)

    @property
    def _has_areas(self) -> bool:
        return any(
            isinstance(mark, ColourMap | Polygons) for end in self._ends for mark in end.marks
        )


def _webp(images: Sequence[Image], milliseconds: Sequence[int], areas: bool) -> bytes:
    """Return a WebP: without any loss, but for areas of changing colour."""
    # A key picture each second or so would be a third of the file.
    keys = {"kmin": len(images), "kmax": len(images) + 1}
    way = (
        {"quality": _QUALITY, "method": 2}
        if areas
        else {"lossless": True, "quality": 20, "method": 2}
    )
    return _saved("WEBP", images, milliseconds, **keys, **way)


def _gif(images: Sequence[Image], milliseconds: Sequence[int], areas: bool) -> bytes:
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
    colours = np.array(palette.getpalette()).reshape(-1, 3)
    # The paper, which the quantizer makes a little grey.
    colours[colours.sum(axis=1).argmax()] = _WHITE
    palette.putpalette(colours.ravel().tolist())
    drawn = [image.quantize(palette=palette, dither=Dither.NONE) for image in images]
    # Said once more, since else Pillow gives every picture one of its own.
    return _saved(
        "GIF", drawn, milliseconds, optimize=False, palette=bytes(palette.getpalette() or ())
    )


def _apng(images: Sequence[Image], milliseconds: Sequence[int], areas: bool) -> bytes:
    return _saved("PNG", images, milliseconds)


def _saved(
    kind: str, images: Sequence[Image], milliseconds: Sequence[int], **options: Any
) -> bytes:
    """Return what Pillow makes of images that are seen again and again."""
    buffer = BytesIO()
    first, *others = images
    films = {"save_all": True, "append_images": others, "duration": list(milliseconds), "loop": 0}
    first.save(buffer, kind, **films, **options)
    return buffer.getvalue()


def _mp4(pictures: Sequence[NDArray[np.uint8]], milliseconds: Sequence[int]) -> bytes:
    """Return an MP4.

    For it ffmpeg is given the pictures one after another, and some of them repeatedly.
    """
    height, width, _ = pictures[0].shape
    tick = int(np.gcd.reduce(milliseconds))
    words = (
        f"ffmpeg -loglevel error -f rawvideo -pix_fmt rgb24 -s {width}x{height} -r 1000/{tick} -i -"
    ).split()
    even = "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white"  # which its colours need
    words += [
        "-vf",
        even,
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "frag_keyframe+empty_moov",
        "-f",
        "mp4",
        "-",
    ]
    with TemporaryFile() as film:  # on the disk, since it has each picture as often as it is seen
        for picture, length in zip(pictures, milliseconds, strict=True):
            film.write(picture.tobytes() * (length // tick))
        film.seek(0)
        done = subprocess.run(words, stdin=film, capture_output=True, check=False)
    if done.returncode:
        said = (
            " ".join(done.stderr.decode(errors="replace").split())
            or f"it ended with code {done.returncode}"
        )
        raise ValueError(f"ffmpeg could not make the MP4: {said.rstrip('.')}.")
    return done.stdout


_KINDS: dict[str, Callable[[Sequence[Image], Sequence[int], bool], bytes]] = {
    ".webp": _webp,
    ".gif": _gif,
    ".png": _apng,
}


def main_of_film() -> None:
    """Draw an animation into the pickled bytes of a file.

    What cannot be drawn becomes a pickled sentence that says why. What comes in is pickled:
    (figures of the end, sheet, ending, milliseconds), then the figures of each moment before it. On
    standard error stands a dot for each that is drawn.
    """
    ends, sheet, ending, milliseconds = pickle.load(sys.stdin.buffer)
    animation = Animation(ends, sheet)
    for _ in milliseconds[:-1]:
        animation.add(pickle.load(sys.stdin.buffer))
        sys.stderr.write(".")
        sys.stderr.flush()
    try:
        result: bytes | str = animation.file(ending, milliseconds)
    except ValueError as error:
        result = str(error)
    sys.stdout.buffer.write(pickle.dumps(result))


def main() -> None:
    """Draw the pickled (figure, endings, width, height, dpi) on standard input as `render` does.

    Into a pickled list of bytes on standard output.
    """
    figure, endings, *size = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps([render(figure, ending, *size) for ending in endings]))
