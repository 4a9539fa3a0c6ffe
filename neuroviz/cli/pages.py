"""Where a page is to be written."""

from __future__ import annotations

from pathlib import Path

from neuroviz.cli.command import UsageError
from neuroviz.files.writer import check_writable
from neuroviz.paper.write import ENDINGS


def checked_ending(output: str) -> str:
    """Return the ending of a page's file, which says what it is written as.

    Raises
    ------
    UsageError
        If no page is written so.
    FileError
        If nothing can be written there.
    """
    ending = Path(output).suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"--output writes .pdf and .html, not {output!r}: give the name one of these endings.")
    check_writable(output)
    return ending
