"""Figures drawn in a process of their own.

Neither the import of matplotlib nor a drawing can be cut in slices.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QProcess

from neuroviz.core.slices import Work
from neuroviz.pictures.figure import Figure
from neuroviz.session.figures import FigureMaker
from neuroviz.session.frame import Frame

if TYPE_CHECKING:  # what is seldom made is imported then: the first paint does not wait for it
    from neuroviz.pictures.render import FilmSheet
    from neuroviz.session.film import Film

_LOOK = 0.01
"""Seconds between two looks whether the process is done."""
_AHEAD = 2**24
"""Bytes of figures that may wait for the process."""
_CODE = (
    "import sys; sys.path[:] = {!r}; from neuroviz.core.signals import end_with_parent; "
    "end_with_parent(); from neuroviz.{} import {} as draw; draw()"
)


def drawn(
    figure: Figure, endings: Sequence[str], width: float, height: float, dpi: int
) -> Work[list[bytes]]:
    """Draw a figure into the bytes of files, as :func:`neuroviz.pictures.render.render` does.

    Left off, the process is ended with it.

    Parameters
    ----------
    endings
        Kinds of the files.
    width, height
        Size in millimetres.
    dpi
        Pixels per inch.

    Raises
    ------
    RuntimeError
        The process failed; with what it said.
    """
    return made_apart("pictures.render", figure, tuple(endings), width, height, dpi)


def made_apart(module: str, *asked: object) -> Work[list[bytes]]:
    """Have the `main` of a module, which reads what is asked, make the bytes of files.

    Left off, the process is ended with it.

    Raises
    ------
    RuntimeError
        The process failed; with what it said.
    """
    with _child(module, "main") as process:
        process.write(pickle.dumps(asked))
        files: list[bytes] = yield from _result(process)
        return files


def animated(
    frame: Frame,
    makers: Sequence[FigureMaker],
    film: Film,
    sheet: FilmSheet,
    ending: str,
    progressed: Callable[[int, int], None],
) -> Work[list[bytes]]:
    """Draw an animation into the bytes of a file, the only one of the list.

    As :class:`neuroviz.pictures.render.Animation` does. Left off, the process is ended with it.

    Parameters
    ----------
    frame
        The moment at its end.
    makers
        What makes the figures, one for each view.
    film
        Which step is seen when.
    ending
        Kind of the file.
    progressed
        Is told how many pictures are drawn, and of how many.

    Raises
    ------
    ValueError
        Why the file cannot be made, in a sentence.
    RuntimeError
        The process failed; with what it said.
    """
    from neuroviz.session.film import moments

    count = len(film.steps)
    with _child("pictures.render", "main_of_film") as process:
        ends = yield from figures_of(makers, frame)
        process.write(pickle.dumps((ends, sheet, ending, film.milliseconds)))
        for moment in moments(frame, film):
            process.write(pickle.dumps((yield from figures_of(makers, moment))))
            while process.bytesToWrite() > _AHEAD:
                yield _LOOK
            progressed(_pictures(process), count)
            yield None
        result: bytes | str = yield from _result(
            process, lambda: progressed(_pictures(process), count)
        )
    if isinstance(result, str):
        raise ValueError(result)
    return [result]


def figures_of(makers: Sequence[FigureMaker], frame: Frame) -> Work[tuple[Figure, ...]]:
    """Make a figure of each view."""
    figures = []
    for maker in makers:
        figures.append((yield from maker(frame)))
        yield None
    return tuple(figures)


def _pictures(process: QProcess) -> int:
    """Return how many pictures an animation has by now: the dots on standard error."""
    process.setReadChannel(QProcess.ProcessChannel.StandardError)
    return int(process.bytesAvailable())


def _result(process: QProcess, progressed: Callable[[], None] = lambda: None) -> Work[Any]:
    """Wait for what the process makes of all that it was given.

    Raises
    ------
    RuntimeError
        The process failed; with what it said.
    """
    process.closeWriteChannel()
    while process.state() != QProcess.ProcessState.NotRunning:
        progressed()
        yield _LOOK
    if process.exitStatus() != QProcess.ExitStatus.NormalExit or process.exitCode() != 0:
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").lstrip(".")
        raise RuntimeError(
            f"The process that draws figures failed: {said or process.errorString()}"
        )
    return pickle.loads(process.readAllStandardOutput().data())


@contextmanager
def _child(module: str, function: str) -> Iterator[QProcess]:
    """Start a process that draws, and end it in any case."""
    process = QProcess()
    process.start(sys.executable, ["-c", _CODE.format(sys.path, module, function)])
    try:
        yield process
    finally:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished()
