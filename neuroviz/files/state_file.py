"""What a window keeps on disk: its session, and the settings of all windows.

While a session is open, a lock lies beside it. A lock that nobody holds was left by a program that
crashed. Each window has its own file.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from neuroviz.core.record import SessionRecord
from neuroviz.files.places import bring_settings, folder, old_folder
from neuroviz.files.reader import read_bytes
from neuroviz.files.session_file import ENDING, MOST_BYTES, compact_bytes, session_of
from neuroviz.files.writer import FileError, file_error, write_bytes

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_MOST = 20
"""Sessions of closed windows that are kept; beyond that the oldest are removed."""


class StateFile:
    """The session of one window.

    Parameters
    ----------
    path
        Its file; None for a new one among those of all windows.

    Attributes
    ----------
    crashed
        Whether the program that had it crashed; known once it is claimed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = (
            path or _folder() / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(4).hex()}{ENDING}"
        )
        self.crashed = False
        self._lock: int | None = None

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    def claim(self) -> bool:
        """Lock it for this process if it is free; return whether this process has it now.

        Raises
        ------
        OSError
            If no lock can be made there.
        """
        if self._lock is not None:
            return True
        self.crashed = self._lock_path.exists()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self._lock_path, flags, 0o600)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def read(self) -> SessionRecord:
        """Return the session.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        return session_of(
            read_bytes(self.path, MOST_BYTES), f"the session kept in {str(self.path)!r}"
        )

    def write(self, record: SessionRecord) -> None:
        """Write a session in place of the one that is there.

        Raises
        ------
        FileError
            If it cannot be written; the old file is then unchanged.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.claim():
                raise FileError(f"Cannot write {str(self.path)!r}: another window is using it.")
        except OSError as error:
            raise file_error(self.path, error) from error
        write_bytes(self.path, compact_bytes(record))

    def release(self) -> None:
        """Leave it for the next start, like that of a closed window."""
        if self._lock is not None:
            if sys.platform == "win32":  # where open files cannot be removed
                os.close(self._lock)
                self._unlink_lock()
            else:  # while it is still locked, so that nobody claims it in between
                self._unlink_lock()
                os.close(self._lock)
            self._lock = None

    def move(self, place: Path) -> None:
        """Move it into another folder, including the mark of a crash.

        Raises
        ------
        OSError
            If it cannot be moved; it then stays where it is.
        """
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(self.path, place)
            if self.crashed:
                (place / self._lock_path.name).touch()
        finally:
            self.release()

    def discard(self) -> None:
        """Remove it, since there is nothing in it to keep."""
        with suppress(OSError):
            self.path.unlink()
        self.release()

    def _unlink_lock(self) -> None:
        with suppress(OSError):
            self._lock_path.unlink()


def last_session() -> StateFile | None:
    """Claim the newest session; return None if there is none, or a running program has it."""
    newest = kept_sessions()[:1]
    return _claimed(newest[0]) if newest else None


def kept_sessions() -> list[Path]:
    """Return the session files of all windows, the newest first."""
    found = []
    for path in _found(f"*{ENDING}"):
        with suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def bring_sessions() -> None:
    """Move the sessions of versions up to 0.7.1 here, except those of running windows."""
    old = old_folder() / "sessions"
    for path in old.glob(f"*{ENDING}") if old != _folder() else ():
        if state := _claimed(path):
            with suppress(OSError):
                state.move(_folder())


def trim() -> None:
    """Remove the oldest of many sessions of closed windows, and locks without a session."""
    paths = kept_sessions()
    alone = [
        path.with_suffix("")
        for path in _found(f"*{ENDING}.lock")
        if path.with_suffix("") not in paths
    ]
    for path in (*paths[_MOST:], *alone):
        if state := _claimed(path):
            state.discard()


def _claimed(path: Path) -> StateFile | None:
    """Claim a session; return None if a running program has it, or no lock can be made."""
    state = StateFile(path)
    with suppress(OSError):
        if state.claim():
            return state
    return None


def _found(pattern: str) -> list[Path]:
    with suppress(OSError):
        return list(_folder().glob(pattern))
    return []


def _folder() -> Path:
    return folder("state") / "sessions"


def _lock(descriptor: int) -> bool:
    """Return whether this process now has the file; without support for locks it always has."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass
    return os.fstat(descriptor).st_nlink > 0 or sys.platform == "win32"


_MOST_BYTES = 1 << 20
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|(.))")
_BYTES = "@ByteArray("


def settings_path() -> Path:
    """Return the path of the user's settings file."""
    return folder("config") / "NeuroViz.json"


def read_settings(path: Path) -> dict[str, str]:
    """Return the texts of a settings file by name; none if it is damaged or not a regular file.

    If it is missing, they are those that version 0.7 kept.
    """
    if not os.path.lexists(path):
        return _old_settings(path.with_suffix(".ini"))
    try:
        entries = json.loads(_text(path))
    except (ValueError, RecursionError):
        return {}
    said = entries.items() if isinstance(entries, dict) else ()
    # Text with half of a surrogate pair could not be shown.
    return {
        name: value.encode(errors="replace").decode()
        for name, value in said
        if isinstance(value, str)
    }


def write_settings(path: Path, entries: Mapping[str, str]) -> None:
    """Write a settings file with these entries, and make its folder if need be.

    Raises
    ------
    FileError, OSError
        If it cannot be written; the old file is then unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, json.dumps(entries, indent=1).encode())


def set_settings_aside() -> Path | None:
    """Rename the user's settings file, so that everything is as at a first start.

    Return where the old settings are now; None where there were none.

    Raises
    ------
    FileError
        If it cannot be renamed.
    """
    bring_settings()
    path = settings_path()
    kept = None
    aside = path.with_stem(f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in (".ini", ".json"):
        try:
            path.with_suffix(ending).rename(aside.with_suffix(ending))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise file_error(path, error) from error
        kept = aside.with_suffix(ending)
    return kept


def _text(path: Path) -> str:
    with suppress(FileError):
        return read_bytes(path, _MOST_BYTES).decode(errors="replace")
    return ""


def _old_settings(path: Path) -> dict[str, str]:
    """Return the settings that version 0.7 kept, with bytes in base64."""
    entries: dict[str, str] = {}
    section = ""
    for line in _text(path).split("\n"):
        if line.startswith("["):
            section = "" if line == "[General]" else f"{line[1:-1]}/"
            continue
        name, found, value = line.partition("=")
        if not found:
            continue
        text = _ESCAPE.sub(
            lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2],
            value.removeprefix('"').removesuffix('"'),
        )
        if text.startswith(_BYTES):
            text = base64.b64encode(
                text[len(_BYTES) : -1].encode("latin-1", errors="replace")
            ).decode()
        entries[section + name] = text
    return entries
