"""Keeps what a person does on disk, within seconds and without being asked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from neuroviz.core.record import SessionRecord
from neuroviz.files.state_file import StateFile
from neuroviz.files.writer import FileError
from neuroviz.ui.canvas.jobs import one_shot, start_unless_active

_LOOK = 500
"""Milliseconds after which a possible change is looked for."""
_SHARE = 20
"""How many times as long as the last write the next one waits: a large session is written less
often."""
_LONGEST = 2.0
"""Seconds that it waits at most: a change must be on disk within five seconds."""
_AGAIN = 5.0
"""Seconds after which a failed write is tried again."""


class Autosaver(QObject):
    """Writes the session of a window to its own file when it has changed.

    A disk may take a second for a small file, so a thread does the writing, and nothing waits for
    it.

    Parameters
    ----------
    moment
        Returns what is compared to see whether anything has changed.
    record
        Returns the session as plain data; None where there is nothing in it to keep.
    """

    reported = Signal(str)
    """Once why nothing is kept, and once that it is kept again."""
    _thread: threading.Thread | None = None
    trouble: str | None = None
    """Why the last attempt to keep it failed; None where it did not."""
    _next = 0.0
    _written: object = None
    _error_reported = False

    def __init__(
        self,
        state: StateFile,
        moment: Callable[[], object],
        record: Callable[[], SessionRecord | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.state = state
        self._moment = moment
        self._record = record
        self._timer = one_shot(self, self._look, _LOOK)

    def start(self, *, written: bool) -> None:
        """Begin; ``written`` says that the file is up to date."""
        self._written = self._moment() if written else None
        self.look_soon()

    def look_soon(self) -> None:
        """Write any changes within a second or, often, a few."""
        start_unless_active(self._timer)

    def keep(self) -> None:
        """Write any changes now."""
        self._wait()
        if self.trouble is not None or self._moment() != self._written:
            self._begin()
            self._wait()

    def leave(self, state: StateFile | None = None) -> None:
        """Leave the file like that of a closed window, and go on with another one."""
        self.keep()
        self.state.release()
        self.state = state or StateFile()
        self._written = None

    def set_aside(self) -> None:
        """Leave the file as it is, behind all others, and go on with a new one."""
        self._wait()
        with suppress(OSError):
            os.utime(self.state.path, (0, 0))
        self.state.release()
        self.state = StateFile()
        self._written = None

    def close(self) -> None:
        """Write any changes, and leave the file to the next start."""
        self._timer.stop()
        self._timer.blockSignals(True)  # whatever is still shown while the window closes
        self.keep()
        self.state.release()

    def _look(self) -> None:
        """Write any changes, and look again until they are written; then the timer stops."""
        if self._thread is None or not self._thread.is_alive():
            self._report()
            if self._moment() == self._written:
                return
            if time.monotonic() >= self._next:
                self._begin()
        self.look_soon()

    def _begin(self) -> None:
        moment = self._moment()
        try:
            record = self._record()
        except ValueError as error:
            self.trouble = str(error)
            self._next = time.monotonic() + _AGAIN
            return
        self._written = moment
        self._thread = threading.Thread(
            target=self._write, args=(self.state, record), name="autosave"
        )
        self._thread.start()

    def _write(self, state: StateFile, record: SessionRecord | None) -> None:
        began = time.monotonic()
        try:
            if record is None:
                state.discard()
            else:
                state.write(record)
            self.trouble = None
            self._next = time.monotonic() + min(_LONGEST, _SHARE * (time.monotonic() - began))
        except (FileError, ValueError) as error:  # ValueError if it cannot be made plain data
            self.trouble = str(error)
            self._written = None
            self._next = time.monotonic() + _AGAIN

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
        self._report()

    def _report(self) -> None:
        fails = self.trouble is not None
        if fails != self._error_reported:
            self._error_reported = fails
            not_kept = f"What you do is not being kept: {self.trouble}"
            self.reported.emit(not_kept if fails else "What you do is kept again.")
