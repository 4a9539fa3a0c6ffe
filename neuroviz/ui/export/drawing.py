"""Figures and pages that are made in a process of their own.

Neither importing matplotlib nor a drawing can be cut into slices.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QProcess

from neuroviz.core.slices import Work

_LOOK = 0.01
"""Seconds between two checks whether the process is done."""
_CODE = (
    "import sys; sys.path[:] = {!r}; from neuroviz.core.signals import end_with_parent; "
    "end_with_parent(); from neuroviz.{} import {} as draw; draw()"
)


def made_apart(module: str, *asked: object) -> Work[list[bytes]]:
    """Have `main` of a module, which reads the arguments, make the bytes of files in a process.

    If the work is stopped, so is the process.

    Raises
    ------
    RuntimeError
        If the process failed; the message holds what it wrote.
    """
    with child(python_words(module, "main")) as process:
        process.write(pickle.dumps(asked))
        files: list[bytes] = yield from _result(process)
        return files


def python_words(module: str, function: str) -> list[str]:
    """Return the command that calls a function of a module in a process of its own."""
    return [sys.executable, "-c", _CODE.format(sys.path, module, function)]


def _result(process: QProcess) -> Work[Any]:
    """Close the input of a process, wait for its end, and return its result.

    Raises
    ------
    RuntimeError
        If the process failed; the message holds what it wrote.
    """
    process.closeWriteChannel()
    while process.state() != QProcess.ProcessState.NotRunning:
        yield _LOOK
    if process.exitStatus() != QProcess.ExitStatus.NormalExit or process.exitCode() != 0:
        said = bytes(process.readAllStandardError().data()).decode(errors="replace")
        raise RuntimeError(
            f"The process that draws figures failed: {said or process.errorString()}"
        )
    return pickle.loads(process.readAllStandardOutput().data())


@contextmanager
def child(words: Sequence[str]) -> Iterator[QProcess]:
    """Start a process by the words of its command, and end it in any case."""
    process = QProcess()
    process.start(words[0], list(words[1:]))
    try:
        yield process
    finally:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished()
