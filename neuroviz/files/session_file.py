"""The session file, NAME.neuroviz.

JSON that a person can read, and that is checked when it is read. msgspec reads it: every value must
have the type that :mod:`neuroviz.core.record` says, and none is ever run.
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
"""Of a file: what is larger would be read for longer than anybody waits."""
_MOST = {b",": 10**7, b"[": 4 * 10**6, b"{": 2 * 10**6, b'"': 3 * 10**6}
"""Of each mark in a file: lists, tables and texts need far more memory and time than letters."""
_HEAD = 1 << 16
"""Bytes by which it is told what kind of file it is."""
_LINE = 112
"""Letters of a line: what is no longer stands on one."""


class _SessionHeader(Frozen):
    """What every form of the file has."""

    format: str
    version: int


def kind_of(path: Path) -> str:
    """Return "session", "lesson" or "table", by the ending or else by how the file begins.

    What cannot be read is a session, whose reader tells why.
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
        If it cannot be read, or is no session that this program knows: one sentence.
    """
    return session_of(read_bytes(path, MOST_BYTES), name_of(path))


def session_bytes(record: SessionRecord) -> bytes:
    """Return a session as it stands in a file.

    What can be on a line is, what is always so is left out.
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
    """Return a session as in a file that nobody is to read, which is quicker."""
    written = [_compact_data(one) for one in record.data]
    return msgspec.json.encode({**asdict(record), "data": written})


def session_of(content: bytes, name: str) -> SessionRecord:
    """Return the session that the bytes of a file are.

    Parameters
    ----------
    name
        What the file is called in the sentence of an error.

    Raises
    ------
    FileError
        If they are none that this program knows.
    """
    if any(content.count(mark) > most for mark, most in _MOST.items()):
        raise FileError(f"Cannot open {name}: it has more values than any session of NeuroViz.")
    try:
        try:
            header = msgspec.json.decode(content, type=_SessionHeader)
        except msgspec.ValidationError:
            # What lacks the two fields of every session has no place to be named.
            raise FileError(
                f"Cannot open {name}: it is damaged, or no session of NeuroViz."
            ) from None
        if header.format != FORMAT:
            raise FileError(
                f"Cannot open {name}: it is no session of NeuroViz; "
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
            f"Cannot open {name}: it is damaged, or no session of NeuroViz ({error})."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if content.strip() and not content.lstrip().startswith(b"{") and b"\0" not in content:
            raise FileError(
                f"Cannot open {name}: it is no session of NeuroViz, whose file ends in {ENDING}. "
                "If it is a table, take File > Open data, or --data."
            ) from error
        raise FileError(
            f"Cannot open {name}: it is damaged, or cut off, or no session of NeuroViz."
        ) from error
    except RecursionError:
        raise FileError(
            f"Cannot open {name}: it is nested deeper than any session of NeuroViz."
        ) from None


def _written(value: Any, indent: str = "") -> str:
    """Return a value as JSON, broken into lines where it is long; a row of numbers never is."""
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
"""The last data that were written, and as what: they are the same at every turn, and may be
large."""


def _compact_data(data: dict[str, Any]) -> Any:
    for known, written in _compact:
        if known is data:
            return written
    _compact[4:] = []
    _compact.insert(0, (data, msgspec.Raw(msgspec.json.encode(data))))
    return _compact[0][1]
