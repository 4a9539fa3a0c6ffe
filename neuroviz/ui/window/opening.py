"""What a window begins with: a file, the command line's experiment, or what was closed last."""

from __future__ import annotations

import os
import time
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.record import SessionRecord
from neuroviz.files.reader import name_of
from neuroviz.files.session_file import read_session
from neuroviz.files.state_file import StateFile, bring_sessions, last_session, trim
from neuroviz.files.writer import FileError
from neuroviz.session.session import Session
from neuroviz.ui.bench.view_state import Views
from neuroviz.ui.preferences import address_of, path_at


class Opening(Struct):
    """A session to show."""

    session: Session
    """The session; its runs are at their start until they are restored."""
    views: Views = {}
    """What to show, and how; empty for what was shown before."""
    path: Path | None = None
    """The session's file; None for none."""
    stamp: str = ""
    """The state of that file when it was read or written; see :func:`stamp_of`."""
    modified: bool = False
    """Whether the session differs from the file."""
    state: StateFile = field(default_factory=StateFile)
    """The file in which the window keeps it."""
    crashed: StateFile | None = None
    """The session of a program that crashed, to be offered; None for none."""

    @property
    def is_new(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.path is None and not self.views


def opening(settings: Settings | None, edits: tuple[Edit, ...], file: Path | None) -> Opening:
    """Return what the program begins with.

    Raises
    ------
    FileError
        If the file cannot be opened.
    """
    bring_sessions()
    trim()
    last, crashed = _left_behind()
    if file is None and settings is None and last is not None:
        opened = last
    else:
        opened = (
            opened_file(file)
            if file is not None
            else Opening(Session(settings or Settings.opened(), edits))
        )
        if last is not None:
            last.state.release()
    return replace(opened, crashed=crashed)


def opened_file(path: Path) -> Opening:
    """Return the session in a file.

    Raises
    ------
    FileError
        If it cannot be opened; the message is one sentence.
    """
    stamp = stamp_of(path)
    record = read_session(path)
    session = _session_of(record, name_of(path))
    return Opening(session, record.views, Path(os.path.abspath(path)), stamp)


def stamp_of(path: Path) -> str:
    """Return a text that changes whenever a file is written; empty where there is no file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"


def opened_state(state: StateFile) -> Opening:
    """Return what a window was closed with, including its file.

    Raises
    ------
    FileError
        If it cannot be opened; the message is one sentence.
    """
    record = state.read()
    views = dict(record.views)
    address = views.pop("file", None)
    modified = views.pop("modified", False) is True
    path = path_at(address) if isinstance(address, str) and address else None
    stamp = views.pop("stamp", None)
    if path is not None and not isinstance(stamp, str):  # kept by an earlier version
        stamp = stamp_of(path)
    session = _session_of(record, "what was kept")
    return Opening(session, views, path, str(stamp or ""), modified, state)


def with_document(
    record: SessionRecord, path: Path | None, stamp: str, *, modified: bool
) -> SessionRecord:
    """Return a session as a window keeps it, including its file."""
    if path is None:
        return record
    file: Views = {"file": address_of(path), "stamp": stamp, "modified": modified}
    return replace(record, views={**record.views, **file})


def in_words(state: StateFile) -> str:
    """Return a kept session with its time in words: "AND and 2 runs, 25 November, 21:40"."""
    record = state.read()
    session = _session_of(record, "what was kept")
    others = sum(run.listed for run in record.runs)
    runs = f" and {others} run{'s' * (others != 1)} in the list" if others else ""
    when = time.localtime(state.path.stat().st_mtime)
    return f"{session.settings.task_label}{runs}, {time.strftime('%Y-%m-%d %H:%M', when)}"


def _left_behind() -> tuple[Opening | None, StateFile | None]:
    """Return the last window's session if it was closed, or else its file if it crashed.

    Both are None where that window is still open, since another window begins anew.
    """
    state = last_session()
    if state is None:
        return None, None
    if state.crashed:
        return None, state
    try:
        return opened_state(state), None
    except FileError:
        state.release()  # it stays, for a version that can read it
        return None, None


def _session_of(record: SessionRecord, name: str) -> Session:
    try:
        return Session.of_record(record)
    except SettingsError as error:
        raise FileError(f"Cannot open {name}: {error}") from error
