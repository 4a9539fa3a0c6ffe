"""Files that a command is to write: refused before the work what could not be written after it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from neuroviz.cli.output import UsageError, report_written
from neuroviz.files.figure_file import check_figure_path
from neuroviz.files.table import check_table_path
from neuroviz.files.writer import FileError, check_writable
from neuroviz.paper.write import ENDINGS


def page_ending(output: str) -> str:
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
        raise UsageError(
            f"--output writes .pdf and .html, not {output!r}: give the name one of these endings."
        )
    check_writable(output)
    return ending


def check_results(option: str, table: str | None, plot: str | None) -> None:
    """Refuse names under which a table, given with an option, and a plot cannot be written.

    Raises
    ------
    UsageError
        If both are the same file.
    FileError
        If nothing can be written there, or not as that.
    """
    if table is not None and plot is not None and os.path.realpath(table) == os.path.realpath(plot):
        raise UsageError(f"{option} and --plot both name {plot!r}: give two names.")
    if table is not None:
        check_table_path(table)
    if plot is not None:
        check_figure_path(plot)


def write_all(*files: tuple[str | None, Callable[[str], object]]) -> str | None:
    """Write the files whose paths are given, and say so.

    Return what went wrong, after all that could be done.
    """
    problems = []
    for path, write in files:
        if path is not None:
            try:
                write(path)
                report_written(path)
            except FileError as error:
                problems.append(str(error))
    return " ".join(problems) or None
