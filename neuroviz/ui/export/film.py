"""Films as files: each picture is painted and passed on to the process that writes the file.

Only a few pictures are in memory here at a time.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QPointF, QProcess, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPixmap,
    QTransform,
)

from neuroviz.api.film import check_kind, encoder
from neuroviz.core.slices import Work, finished
from neuroviz.pictures.film import LETTER, SHAPES, FilmInk, FilmPicture, Ground, Pane, Place
from neuroviz.session.film import FilmOrder
from neuroviz.session.film_pictures import film_work
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.export.queue import child, complaint_of, python_words
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.views.landscape.relief_picture import relief_picture
from neuroviz.ui.views.neuron.diagram import letters_of

if TYPE_CHECKING:
    from neuroviz.session.frame import Frame


THEMES = {"dark": DARK, "light": LIGHT}
_VIDEO = 30
_SMALL = 15
"""Pictures per second of a video, and of other files."""
_LARGEST = 720
"""Longer side of other files, in pixels."""
_RATIO = 2.0
"""Pixels of a video for one unit."""
_AHEAD = 2**24
"""Greatest number of bytes of pictures that wait for the process."""
_LOOK = 10
"""Milliseconds between two checks of the process."""
_VIDEO_WORDS = (
    "-threads 2 -preset veryfast -bf 0 -vf scale=out_color_matrix=bt709 -colorspace bt709 "
    "-color_primaries bt709 -color_trc bt709 -pix_fmt yuv420p -movflags +faststart"
)
"""Options for colours as screens show them, and for a third of the memory that ffmpeg usually
takes."""


def film_bytes(
    frame: Frame,
    order: FilmOrder,
    theme: Theme,
    ending: str,
    progressed: Callable[[int, int], object],
) -> Work[list[bytes]]:
    """Make a film into the bytes of a file, the only item of the list.

    If the work is stopped, so is the process, and what it has written is removed.

    Parameters
    ----------
    ending
        A kind of film file.
    progressed
        Is called with the number of pictures painted, and the number of all.

    Raises
    ------
    ValueError
        If the file cannot be made; the message says why in a sentence.
    """
    check_kind(ending)
    rate = _VIDEO if ending == ".mp4" else _SMALL
    film = yield from film_work(frame, order, rate, film_ink(theme))
    ratio = _RATIO if ending == ".mp4" else _LARGEST / max(SHAPES[order.shape])
    painter = FilmPainter(ratio)
    with _temporary_folder() as folder:
        path = Path(folder) / f"film{ending}"
        size = [round(side * ratio) for side in SHAPES[order.shape]]
        with child(_words(ending, size, film.milliseconds, path)) as process:
            count = len(film.milliseconds)
            for place, repeated in enumerate(_repeats(ending, film.milliseconds)):
                image = painter.paint(film.picture(place)).toImage()
                for _ in range(repeated):
                    process.write(bytes(image.constBits()))
                    yield from _until(process, lambda: process.bytesToWrite() <= _AHEAD)
                if process.state() == QProcess.ProcessState.NotRunning:
                    break
                progressed(place + 1, count)
                yield None
            process.closeWriteChannel()
            yield from _until(process, lambda: False)
            if said := complaint_of(process):
                words = " ".join(said.split()).rstrip(".")
                raise ValueError(f"The film could not be made: {words}.")
        return [path.read_bytes()]


def _temporary_folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(ignore_cleanup_errors=True)
    except OSError as error:
        said = f"{error.strerror} in the folder of temporary files"
        raise ValueError(f"The film could not be made: {said}.") from error


def _words(ending: str, size: Sequence[int], milliseconds: Sequence[int], path: Path) -> list[str]:
    """Return the command that makes a file from pixels, four bytes each, on standard input."""
    width, height = map(str, size)
    if ending == ".mp4":
        given = f"-loglevel error -f rawvideo -pix_fmt bgr0 -s {width}x{height} -r {_VIDEO} -i -"
        return [encoder() or "", *given.split(), *_VIDEO_WORDS.split(), str(path)]
    asked = [str(path), width, height, *map(str, milliseconds)]
    return [*python_words("pictures.render", "main_of_film"), *asked]


def _repeats(ending: str, milliseconds: Sequence[int]) -> list[int]:
    """Return how many pictures of a video each picture is; 1 for other files.

    Other files say how long each picture is seen.
    """
    if ending != ".mp4":
        return [1] * len(milliseconds)
    ends = np.round(np.cumsum(milliseconds) * _VIDEO / 1000).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]


def _until(process: QProcess, is_so: Callable[[], bool]) -> Work[None]:
    """Wait, even without an event loop, until something is true or the process has ended."""
    while process.state() != QProcess.ProcessState.NotRunning and not is_so():
        if process.bytesToWrite():
            process.waitForBytesWritten(_LOOK)
        else:
            process.waitForFinished(_LOOK)
        yield None


def offscreen_application() -> QCoreApplication:
    """Return the application that painting needs, even without a window and without a screen."""
    words = ["neuroviz", *(["-platform", "offscreen"] if sys.platform == "linux" else [])]
    return QGuiApplication.instance() or QGuiApplication(words)


def main() -> None:
    """Make the film that pickled arguments on standard input ask for.

    They are (frame, order, name of the theme, ending). The pickled result on standard output is
    the bytes of the file, or a sentence that says why it cannot be made.
    """
    frame, order, theme, ending = pickle.load(sys.stdin.buffer)
    application = offscreen_application()
    work = film_bytes(frame, order, THEMES[theme], ending, lambda *_: None)
    try:
        made: bytes | str = finished(work)[0]
    except ValueError as error:
        made = str(error)
    sys.stdout.buffer.write(pickle.dumps(made))
    del application


_ROUND = 9.0
"""Radius of the corners of a card, in units."""
_POINTS = 72.0
"""Points in an inch."""


def film_ink(theme: Theme) -> FilmInk:
    """Return the colours and letters of a film in a theme."""
    return FilmInk(theme.palette, theme.background, theme.good.text, letters_of)


class FilmPainter:
    """Paints the pictures of a film, all in one size.

    Parameters
    ----------
    ratio
        Pixels for one unit.
    """

    _kept: tuple[object, QPixmap] | None = None
    """A landscape with its size, and its picture."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio

    def paint(self, picture: FilmPicture) -> QPixmap:
        """Return a picture as a pixmap."""

        def paint_panes(painter: QPainter) -> None:
            for pane in picture.panes:
                painter.save()
                self._paint_pane(painter, pane)
                painter.restore()

        size = QSizeF(*picture.size).toSize()
        return picture_of(paint_panes, size, self.ratio, picture.ground)

    def _paint_pane(self, painter: QPainter, pane: Pane) -> None:
        painter.setFont(_font(painter, pane.points))
        if pane.card is not None:
            card = QPainterPath()
            card.addRoundedRect(QRectF(*pane.place), _ROUND, _ROUND)
            painter.fillPath(card, QColor(pane.card))
            painter.setClipPath(card)
        if pane.ground is not None:
            self._paint_ground(painter, pane, pane.ground)
        painter.scale(pane.scale, pane.scale)
        paint_marks(painter, pane.marks, _to_pixels(pane, pane.scale))

    def _paint_ground(self, painter: QPainter, pane: Pane, ground: Ground) -> None:
        """Paint a landscape, whose picture is made only once."""
        place = QRectF(*pane.place).toRect()
        key = ground, place.size()
        if self._kept is None or self._kept[0] != key:
            inside = replace(pane, place=Place(0, 0, place.width(), place.height()))
            paint = partial(self._paint_land, ground, place.size(), _to_pixels(inside, 1.0))
            self._kept = key, picture_of(paint, place.size(), self.ratio)
        painter.drawPixmap(place.topLeft(), self._kept[1])

    def _paint_land(
        self, ground: Ground, size: QSize, to_pixels: QTransform, painter: QPainter
    ) -> None:
        surface = ground.surface
        palette = ground.palette
        view = surface.view
        relief = surface.loss_map.relief
        land = relief_picture(relief, view, to_pixels, size, self.ratio, palette)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(QPointF(), QSizeF(size)), land)
        # The last one is an axis, which has no numbers here.
        paint_marks(painter, dict(enumerate(surface.lines(palette)[:-1])), to_pixels)


def _to_pixels(pane: Pane, scale: float) -> QTransform:
    """Return the transform from the axes of a pane to units that are ``scale`` times as large."""
    left, right, bottom, top = pane.sight
    x, y, width, height = (length / scale for length in pane.place)
    across = width / (right - left)
    up = height / (top - bottom)
    return QTransform(across, 0, 0, -up, x - left * across, y + top * up)


def _font(painter: QPainter, points: int | None) -> QFont:
    """Return the font of a film, equally tall on every device, or of a size in points."""
    font = themes.numeric_font()
    font.setPointSizeF(points or LETTER * _POINTS / painter.device().logicalDpiY())
    return font
