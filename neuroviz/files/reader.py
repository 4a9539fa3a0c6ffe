"""The one way in which NeuroViz reads a file that a person names: whole, up to a sensible size."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from neuroviz.files.writer import FileError

CANNOT_OPEN = "Cannot open"
"""The beginning of its messages, before the name of the file."""


def opened(path: str | Path) -> BinaryIO:
    """Open a file for reading without blocking, as a pipe without a writer would.

    Raises
    ------
    OSError, ValueError
        If it cannot be opened, or is a folder.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return open(os.open(path, flags), "rb")


def read_bytes(path: str | Path, most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes; symbolic links are followed.

    Raises
    ------
    FileError
        If it cannot be read; the sentence says why and what would work.
    """
    try:
        with opened(path) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ValueError("it is not an ordinary file; choose one that is")
            # A system log that waits for its next line gives None.
            content = b"" if found.st_size > most else file.read(most + 1) or b""
    except IsADirectoryError:
        raise FileError(
            f"{CANNOT_OPEN} {name_of(path)}: it is a folder; choose a file in it."
        ) from None
    except OSError as error:
        raise FileError(f"{CANNOT_OPEN} {name_of(path)}: {_reason(error)}.") from error
    except ValueError as error:
        raise FileError(f"{CANNOT_OPEN} {name_of(path)}: {error}.") from error
    if max(found.st_size, len(content)) > most:
        raise FileError(f"{CANNOT_OPEN} {name_of(path)}: it is larger than {most // 2**20:,} MB.")
    return content


def name_of(path: str | Path) -> str:
    """Return the name of a file to show, in quotes, with undecodable bytes as question marks."""
    return repr(
        os.fsencode(path).decode(errors="replace").replace("\N{REPLACEMENT CHARACTER}", "?")
    )


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; it may have been moved or renamed"
    if isinstance(error, PermissionError):
        return "you have no permission to read it; ask for it, or choose another"
    return f"{(error.strerror or str(error)).rstrip('.')}; choose another"
