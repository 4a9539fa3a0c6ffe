"""Figures drawn in a process of their own: neither the import of matplotlib nor a drawing can be cut in slices."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence

from PySide6.QtCore import QProcess

from neuroviz.core.slices import Work
from neuroviz.pictures.figure import Figure

__all__ = ["drawn"]

_LOOK = 0.01
"""Seconds between two looks whether the process is done."""
_CODE = "import sys; sys.path[:] = {!r}; from neuroviz.pictures.matplotlib.child import main; main()"


def drawn(figure: Figure, endings: Sequence[str], width: float, height: float, dpi: int) -> Work[list[bytes]]:
    """Draw a figure into the bytes of files, as :func:`neuroviz.pictures.render.render` does.

    Left off, the process is ended with it.

    Parameters
    ----------
    figure
        What is drawn.
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
    process = QProcess()
    try:
        process.start(sys.executable, ["-c", _CODE.format(sys.path)])
        process.write(pickle.dumps((figure, tuple(endings), width, height, dpi)))
        process.closeWriteChannel()
        while process.state() != QProcess.ProcessState.NotRunning:
            yield _LOOK
        if process.exitStatus() != QProcess.ExitStatus.NormalExit or process.exitCode() != 0:
            said = bytes(process.readAllStandardError().data()).decode(errors="replace")
            raise RuntimeError(f"The process that draws figures failed: {said or process.errorString()}")
        files: list[bytes] = pickle.loads(process.readAllStandardOutput().data())
        return files
    finally:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished()
