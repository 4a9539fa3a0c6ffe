"""What kind of file a person has named: a session, a lesson, or else a table."""

from __future__ import annotations

from pathlib import Path

from neuroviz.files.reader import opened
from neuroviz.files.session_file import ENDING

_HEAD = 1 << 16
_ENDINGS = {ENDING: "session", ".toml": "lesson"}


def kind_of(path: Path) -> str:
    """Return "session", "lesson" or "table", by the ending or else by how the file begins.

    What cannot be read is a session, whose reader tells why.
    """
    if path.suffix.lower() in _ENDINGS:
        return _ENDINGS[path.suffix.lower()]
    try:
        with opened(path) as file:
            head = file.read(_HEAD) or b""
    except (OSError, ValueError):
        return "session"
    if head.lstrip().startswith(b"{"):
        return "session"
    return "lesson" if b"[[step]]" in head else "table"
