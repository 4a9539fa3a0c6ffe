"""The log: what was done and what went wrong, for finding faults; it is sent nowhere."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections import deque
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from neuroviz.files.places import folder

LOG = logging.getLogger("neuroviz")
_MOST_BYTES = 200_000
"""Size of each of the two files."""
_FORM = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S")


class LogFile(RotatingFileHandler):
    """The log of this process while it is open, including crashes of the interpreter.

    Raises
    ------
    OSError
        If it cannot be written.
    """

    def __init__(self) -> None:
        path = log_path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(
            path, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
        self.setFormatter(_FORM)
        LOG.addHandler(self)
        LOG.setLevel(logging.INFO)
        threading.excepthook = _log_thread

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        faulthandler.enable(stream)
        return stream

    def rotate(self, source: str, dest: str) -> None:
        """Start a new file; on Windows this fails while another window has the old one open."""
        with suppress(OSError):
            super().rotate(source, dest)

    def close(self) -> None:
        """Stop writing to the log."""
        faulthandler.disable()
        threading.excepthook = threading.__excepthook__
        LOG.removeHandler(self)
        super().close()


def log_path() -> Path:
    """Return the path of the log."""
    return folder("log") / "NeuroViz.log"


def last_lines(count: int) -> list[str]:
    """Return the last lines of the log; empty where there is none."""
    with suppress(OSError), log_path().open(encoding="utf-8", errors="replace") as lines:
        return [line.rstrip("\n") for line in deque(lines, count)]
    return []


def _log_thread(said: threading.ExceptHookArgs) -> None:
    if said.exc_value is not None:
        LOG.error("In a thread:", exc_info=said.exc_value)
    if sys.stderr is not None:
        threading.__excepthook__(said)
