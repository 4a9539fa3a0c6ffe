"""The files that a command writes; those that cannot be written are refused before the work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from neuroviz.cli.output import BAD_INPUT, PIPE, UsageError, complain, emit, is_quiet, put
from neuroviz.core.signals import Interrupt
from neuroviz.core.slices import finished
from neuroviz.files.table import Column, check_table_path, csv_work
from neuroviz.files.writer import FileError, check_writable
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.render import ENDINGS, listed_endings, render

Result = tuple[str | None, Callable[[str], str | bytes]]
"""The path of a file, or None where it is not asked for, and what makes its content for a path."""
_EXIT_CODES = {"done": 0, "diverged": 1}


def checked_ending(output: str, endings: Sequence[str], data: str | None = None) -> str:
    """Return the ending of a file, which decides its kind; the first one for a pipe.

    Raises
    ------
    UsageError
        If it is none of the endings, or the file is the table of the data.
    FileError
        If nothing can be written there.
    """
    ending = Path(output).suffix.lower()
    if output == PIPE:
        return next(iter(endings))
    if ending not in endings:
        raise UsageError(
            f"--output writes {' and '.join(endings)}, not {output!r}: "
            "give the name one of these endings."
        )
    if data is not None and os.path.realpath(data) == os.path.realpath(output):
        raise UsageError(f"--data and --output both name {output!r}: give two names.")
    check_writable(output)
    return ending


def check_results(args: argparse.Namespace) -> None:
    """Refuse names under which table, plot and JSON cannot be written.

    Raises
    ------
    UsageError
        If two are the same file, or one is the table of the data.
    FileError
        If nothing can be written there, or not in that kind.
    """
    given = [
        (name, path, check)
        for name, path, check in (
            ("--csv", args.csv, check_table_path),
            *(("--plot", path, check_figure_path) for path in args.plot),
            ("--json", args.json, check_writable),
        )
        if path is not None
    ]
    table = getattr(args, "table", args.data)
    named = {os.path.realpath(table): "--data"} if isinstance(table, str) else {}
    for name, path, _ in given:
        file = path if path == PIPE else os.path.realpath(path)
        if file in named:
            raise UsageError(f"{named[file]} and {name} both name {path!r}: give two names.")
        named[file] = name
    for _, path, check in given:
        if path != PIPE:
            check(path)


def check_figure_path(path: str | Path) -> Path:
    """Return the file that a path means for a figure, or refuse it before any work is done for it.

    Raises
    ------
    FileError
        If the ending is none of `neuroviz.pictures.render.ENDINGS`, or the path plainly cannot be
        written.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise FileError(
            f"Cannot write a figure to {str(path)!r}: "
            f"give the name an ending of {listed_endings()}."
        )
    return check_writable(path)


def figure_bytes(path: str | Path, figure: Figure) -> bytes:
    """Return a figure as a file of the kind that its ending says; of the first kind for a pipe."""
    return render(figure, Path(path).suffix.lower() or ENDINGS[0])


def table_bytes(columns: Mapping[str, Column]) -> bytes:
    """Return columns of numbers as a CSV file."""
    return b"".join(finished(csv_work(columns)))


def write_all(files: Sequence[Result]) -> str | None:
    """Write the files whose paths are given, except to standard output, and say so.

    Return what went wrong, after everything else is written; None for nothing.
    """
    problems = []
    for path, made_for in files:
        if path is not None and path != PIPE:
            try:
                put(path, made_for(path))
            except FileError as error:
                problems.append(str(error))
    return " ".join(problems) or None


def show(
    files: Sequence[Result],
    summary: Callable[[], str],
    answer: Callable[[], str] | None = None,
) -> None:
    """Write to standard output what was asked for there, or else a summary.

    Without remarks only the answer to a question is written in its place.

    Call it when the files are complete and a signal ends the program at once, since a reader may
    keep it waiting.
    """
    asked = [made_for(PIPE) for path, made_for in files if path == PIPE]
    words = answer if is_quiet() else summary
    for content in asked or ([] if words is None else [words()]):
        emit(content)


def ended(stopped: str, problem: str | None, interrupt: Interrupt) -> int:
    """Report what could not be written, and return the exit code of a training."""
    if problem:
        complain(problem)
        return BAD_INPUT
    return _EXIT_CODES.get(stopped, interrupt.exit_code)
