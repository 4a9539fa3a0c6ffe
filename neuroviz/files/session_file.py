"""The session file, NAME.neuroviz.

It is JSON that a person can read, and it is checked when it is read. msgspec reads it: every value
must have the type given in :mod:`neuroviz.core.record`, and none is ever executed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from neuroviz.core.catalogue import told
from neuroviz.core.record import FORMAT, VERSION, SessionRecord
from neuroviz.core.types import Frozen
from neuroviz.files.reader import name_of, opened, read_bytes
from neuroviz.files.writer import FileError, write_bytes

ENDING = ".neuroviz"
_ENDINGS = {ENDING: "session", ".toml": "lesson"}
MOST_BYTES = 128 * 2**20
"""Size of a file, at most: reading a larger one would take longer than anybody waits."""
_MOST = {b",": 10**7, b"[": 4 * 10**6, b"{": 2 * 10**6, b'"': 3 * 10**6}
"""How many of each mark a file may have: lists, tables and texts need far more memory and time than
letters."""
_HEAD = 1 << 16
"""Bytes in which the kind of a file is found."""
_LINE = 112
"""Letters up to which a value stands on one line."""


class _SessionHeader(Frozen):
    """The fields that every version of the file has."""

    format: str
    version: int


def kind_of(path: Path) -> str:
    """Return "session", "lesson" or "table", by the ending of a file or else by its beginning.

    A file that cannot be read counts as a session; reading that then tells why.
    """
    if known := _ENDINGS.get(path.suffix.lower()):
        return known
    try:
        with opened(path) as file:
            head = file.read(_HEAD) or b""
    except (OSError, ValueError):
        return "session"
    if head.lstrip().startswith(b"{"):
        return "session"
    return "lesson" if b"[[step]]" in head else "table"


def write_session(path: str | Path, record: SessionRecord) -> Path:
    """Write a session, all of it or nothing; return the file written.

    Raises
    ------
    FileError
        If it cannot be written; what was there is as it was.
    """
    return write_bytes(path, session_bytes(record))


def read_session(path: str | Path) -> SessionRecord:
    """Return the session in a file.

    Raises
    ------
    FileError
        If it cannot be read, or is no session that this program knows; the message is one sentence.
    """
    return session_of(read_bytes(path, MOST_BYTES), name_of(path))


def session_bytes(record: SessionRecord) -> bytes:
    """Return the content of a session file.

    What fits is written on one line, and empty values are left out.
    """
    said = {name: value for name, value in asdict(record).items() if value not in ([], "", {})}
    first = {name: said.pop(name) for name in ("format", "version")}
    runs = [
        {name: value for name, value in asdict(run).items() if value not in (None, [])}
        for run in said.pop("runs")
    ]
    plain = msgspec.to_builtins({**first, **said, "runs": runs})
    return f"{_written(plain)}\n".encode()


def compact_bytes(record: SessionRecord) -> bytes:
    """Return the content of a session file that nobody needs to read, which is quicker."""
    written = [_compact_data(one) for one in record.data]
    return msgspec.json.encode({**asdict(record), "data": written})


def session_of(content: bytes, name: str) -> SessionRecord:
    """Return the session in the content of a file.

    Parameters
    ----------
    name
        The file's name in error messages.

    Raises
    ------
    FileError
        If it is no session that this program knows.
    """
    if any(content.count(mark) > most for mark, most in _MOST.items()):
        raise FileError(f"Cannot open {name}: it has more values than any session of NeuroViz.")
    try:
        try:
            header = msgspec.json.decode(content, type=_SessionHeader)
        except msgspec.ValidationError:
            # Without the two fields of every session, no place in it is worth naming.
            raise FileError(
                f"Cannot open {name}: it is damaged, or not a session of NeuroViz."
            ) from None
        if header.format != FORMAT:
            raise FileError(
                f"Cannot open {name}: it is not a session of NeuroViz; "
                f"choose a file that ends in {ENDING}."
            )
        if header.version > VERSION:
            raise FileError(
                f"Cannot open {name}: a newer NeuroViz has written it, "
                f"in form {told(header.version)}, and this "
                f"one reads forms up to {VERSION}; install the newer one."
            )
        return msgspec.json.decode(content, type=SessionRecord)
    except msgspec.ValidationError as error:
        raise FileError(
            f"Cannot open {name}: it is damaged, or not a session of NeuroViz ({error})."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if content.strip() and not content.lstrip().startswith(b"{") and b"\0" not in content:
            raise FileError(
                f"Cannot open {name}: it is not a session of NeuroViz, "
                f"whose file ends in {ENDING}. If it is a table, use File > Open data, or --data."
            ) from error
        raise FileError(
            f"Cannot open {name}: it is damaged, cut off, or not a session of NeuroViz."
        ) from error
    except RecursionError:
        raise FileError(
            f"Cannot open {name}: it is nested deeper than any session of NeuroViz."
        ) from None


def _written(value: Any, indent: str = "") -> str:
    """Return a value as JSON, broken into lines where it is long; a list of numbers never is."""
    line: str = msgspec.json.encode(value).decode()
    each = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list | tuple) or len(line) <= _LINE or not _holds_more(each):
        return line
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{_written(name)}: {_written(each, inner)}" for name, each in value.items()]
    else:
        parts = [_written(each, inner) for each in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    between = f",\n{inner}"
    return f"{begin}\n{inner}{between.join(parts)}\n{indent}{end}"


def _holds_more(values: Iterable[Any]) -> bool:
    return any(isinstance(value, dict | list | tuple) for value in values)


_compact: list[tuple[dict[str, Any], Any]] = []
"""The data sets written last and their JSON: they are the same every time, and may be large."""


def _compact_data(data: dict[str, Any]) -> Any:
    for known, written in _compact:
        if known is data:
            return written
    _compact[4:] = []
    _compact.insert(0, (data, msgspec.Raw(msgspec.json.encode(data))))
    return _compact[0][1]
