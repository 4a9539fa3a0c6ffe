"""Films as files: each picture is painted and handed on to the process that writes the file.

No more than a few of them are in memory here at a time.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QProcess
from PySide6.QtGui import QGuiApplication

from neuroviz.core.slices import Work, finished
from neuroviz.files.film_file import check_kind, encoder
from neuroviz.pictures.film import SHAPES
from neuroviz.session.figures import frame_of
from neuroviz.session.film import FilmOrder
from neuroviz.session.film_pictures import film_work
from neuroviz.ui.export.drawing import child, python_words
from neuroviz.ui.export.film_painter import FilmPainter, film_ink
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from neuroviz.session.frame import Frame

THEMES = {"dark": DARK, "light": LIGHT}
_VIDEO = 30
_SMALL = 15
"""Pictures a second of a video, and of other files."""
_LARGEST = 720
"""Pixels of the longer side of other files."""
_RATIO = 2.0
"""Pixels of a video for a unit."""
_AHEAD = 2**24
"""Bytes of pictures that may wait for the process."""
_LOOK = 10
"""Milliseconds between two looks at it."""
_VIDEO_WORDS = (
    "-threads 2 -preset veryfast -bf 0 -vf scale=out_color_matrix=bt709 -colorspace bt709 "
    "-color_primaries bt709 -color_trc bt709 -pix_fmt yuv420p -movflags +faststart"
)
"""Colours as screens have them, and a third of the memory that ffmpeg takes by itself."""


def film_bytes(
    frame: Frame,
    order: FilmOrder,
    theme: Theme,
    ending: str,
    progressed: Callable[[int, int], object],
) -> Work[list[bytes]]:
    """Make a film into the bytes of a file, the only ones of the list.

    Left off, the process is ended with it, and what it has written is removed.

    Parameters
    ----------
    ending
        A kind of film files.
    progressed
        Is told how many pictures are painted, and of how many.

    Raises
    ------
    ValueError
        Why the file cannot be made, in a sentence.
    """
    check_kind(ending)
    rate = _VIDEO if ending == ".mp4" else _SMALL
    film = yield from film_work(frame, order, rate, film_ink(theme))
    ratio = _RATIO if ending == ".mp4" else _LARGEST / max(SHAPES[order.shape])
    painter = FilmPainter(ratio)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
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
            if process.exitStatus() != QProcess.ExitStatus.NormalExit or process.exitCode():
                raise ValueError(_complaint(process))
        return [path.read_bytes()]


def _words(ending: str, size: Sequence[int], milliseconds: Sequence[int], path: Path) -> list[str]:
    """Return the command that makes a file of pixels, four bytes each, on standard input."""
    width, height = map(str, size)
    if ending == ".mp4":
        given = f"-loglevel error -f rawvideo -pix_fmt bgr0 -s {width}x{height} -r {_VIDEO} -i -"
        return [encoder() or "", *given.split(), *_VIDEO_WORDS.split(), str(path)]
    asked = [str(path), width, height, *map(str, milliseconds)]
    return [*python_words("pictures.render", "main_of_film"), *asked]


def _repeats(ending: str, milliseconds: Sequence[int]) -> list[int]:
    """Return how many pictures of a video each is; once in a file that says how long it is seen."""
    if ending != ".mp4":
        return [1] * len(milliseconds)
    ends = np.round(np.cumsum(milliseconds) * _VIDEO / 1000).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]


def _until(process: QProcess, is_so: Callable[[], bool]) -> Work[None]:
    """Wait, also where nothing else turns, until something is so or the process is over."""
    while process.state() != QProcess.ProcessState.NotRunning and not is_so():
        if process.bytesToWrite():
            process.waitForBytesWritten(_LOOK)
        else:
            process.waitForFinished(_LOOK)
        yield None


def _complaint(process: QProcess) -> str:
    said = bytes(process.readAllStandardError().data()).decode(errors="replace")
    words = " ".join(said.split()) or process.errorString()
    return f"The film could not be made: {words.rstrip('.')}."


def offscreen_application() -> QCoreApplication:
    """Return what painting needs where there is no window, and no screen either."""
    words = ["neuroviz", *(["-platform", "offscreen"] if sys.platform == "linux" else [])]
    return QGuiApplication.instance() or QGuiApplication(words)


def main() -> None:
    """Make the film that is asked for in pickled words on standard input.

    (trainer, order, name of the theme, ending) become pickled bytes on standard output, or a
    sentence that says why they cannot be made.
    """
    trainer, order, theme, ending = pickle.load(sys.stdin.buffer)
    application = offscreen_application()
    work = film_bytes(frame_of(trainer), order, THEMES[theme], ending, lambda *_: None)
    try:
        made: bytes | str = finished(work)[0]
    except ValueError as error:
        made = str(error)
    sys.stdout.buffer.write(pickle.dumps(made))
    del application
