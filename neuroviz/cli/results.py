"""Files that a command is to write: refused before the work what could not be written after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path

from neuroviz.cli.output import UsageError, complain, report_written
from neuroviz.core.signals import Interrupt
from neuroviz.files.table import check_table_path
from neuroviz.files.writer import FileError, check_writable, write_bytes
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.render import ENDINGS, listed_endings, render

_EXIT_CODES = {"done": 0, "diverged": 1}


def checked_ending(output: str, endings: Collection[str]) -> str:
    """Return the ending of a file, which says what it is written as.

    Raises
    ------
    UsageError
        It is none of the endings.
    FileError
        If nothing can be written there.
    """
    ending = Path(output).suffix.lower()
    if ending not in endings:
        raise UsageError(
            f"--output writes {' and '.join(endings)}, not {output!r}: "
            "give the name one of these endings."
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


def check_figure_path(path: str | Path) -> Path:
    """Return the file that a path means for a figure, or refuse it, before any work is done for it.

    Raises
    ------
    FileError
        The ending is none of `neuroviz.pictures.render.ENDINGS`,
        or the path plainly cannot be written.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise FileError(
            f"Cannot write a figure to {str(path)!r}: "
            f"give the name an ending of {listed_endings()}."
        )
    return check_writable(path)


def write_figure(path: str | Path, figure: Figure) -> Path:
    """Write a figure to a file of the kind its ending says, all of it or nothing; return the file.

    Raises
    ------
    FileError
        The file cannot be written.
    """
    return write_bytes(path, render(figure, Path(path).suffix.lower()))


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


def ended(stopped: str, problem: str | None, interrupt: Interrupt) -> int:
    """Tell what could not be written, and return the exit code of a training."""
    if problem:
        complain(problem)
        return 2
    return _EXIT_CODES.get(stopped, interrupt.exit_code)
