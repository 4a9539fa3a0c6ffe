"""Standard output and error: whole lines and tables, no traceback when the reader has gone."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number
from neuroviz.core.signals import ENDING, Interrupt, exit_code, set_handlers
from neuroviz.files.writer import FileError, write_bytes

COLUMNS = 100
"""Letters in a line."""
PIPE = "-"
"""Stands for standard input where a file is read, for standard output where one is written."""
VERSION = 1
"""Of the form of what ``--json`` gives: higher when a program that reads it has to change."""

JSON: dict[str, Any] = {
    "nargs": "?",
    "const": PIPE,
    "metavar": "FILE",
    "help": "one JSON object, in a file or else on standard output, and nothing else there",
}
"""The option ``--json`` of a command's results."""

_quiet = False


class UsageError(Exception):
    """The words of the command line cannot be read; the text is one sentence."""


def refuse(args: argparse.Namespace, names: Iterable[str], why: str) -> None:
    """Refuse options, by their fields, that were given and cannot be.

    Raises
    ------
    UsageError
        The first of them, and why.
    """
    for name in names:
        if getattr(args, name) is not None:
            raise UsageError(f"{option(name)} {why}.")


def keep_quiet(wanted: bool) -> None:
    """Leave out what only tells of the work, from now on."""
    global _quiet
    _quiet = wanted


def is_quiet() -> bool:
    """Return whether what only tells of the work is left out."""
    return _quiet


def prepare() -> None:
    """Let letters that the terminal's encoding lacks become question marks instead of errors."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str | bytes) -> None:
    """Write lines, or the bytes of a file, to standard output.

    A reader who has seen enough, as ``head`` has, is no error.

    Raises
    ------
    FileError
        If it cannot be written for another reason, such as a full disk.
    """
    if sys.stdout is None:  # started with standard output closed
        return
    try:
        if isinstance(text, bytes):
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
    except OSError as error:
        _discard()
        raise FileError(f"Cannot write to standard output: {error.strerror}.") from error


def complain(sentence: str) -> None:
    """Write one line about what went wrong to standard error."""
    _tell(f"neuroviz: {sentence}")


def remark(sentence: str) -> None:
    """Write one line about the work to standard error, if that is wanted."""
    if not _quiet:
        _tell(sentence)


def _tell(sentence: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{' '.join(sentence.split())}\n")
        sys.stderr.flush()
    except OSError:
        pass  # nobody is left to tell


@contextmanager
def readable(path: str | Path, name: str) -> Iterator[Path]:
    """Give the file that a path means; for ``-`` one of that name which has all of standard input.

    So that what comes through a pipe is read as a file is: an encoding is found by a second look,
    and a spreadsheet is no text.
    """
    if str(path) != PIPE:
        yield Path(path)
        return
    content = b"" if sys.stdin is None else sys.stdin.buffer.read()
    with tempfile.TemporaryDirectory() as folder:

        def end(number: int, _: object) -> None:
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(exit_code(number))

        before = set_handlers(dict.fromkeys(ENDING, end))
        try:
            file = Path(folder) / name
            file.write_bytes(content)
            yield file
        finally:
            set_handlers(before)


def put(path: str | Path, content: str | bytes) -> None:
    """Write lines or bytes as a whole file, and say so, or to standard output.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    if str(path) == PIPE:
        emit(content)
    else:
        with Interrupt():  # what has been begun is written to its end
            write_bytes(path, f"{content}\n".encode() if isinstance(content, str) else content)
        report_written(path)


def report_written(*paths: object) -> None:
    """Say on standard error which files were written.

    So that what goes to a pipe stays what it is.
    """
    if paths:
        remark(f"Written: {', '.join(map(str, paths))}.")


def json_text(result: Mapping[str, Any], indent: int | None = None) -> str:
    """Return a result as one JSON object, with the version of its form before it."""
    whole = {"version": VERSION, **result}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=indent)


def finish() -> None:
    """Flush standard output while a failure can still be caught: at exit Python would print it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _discard()


def _discard() -> None:
    """Send what is still in the buffer nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def neuron_lines(settings: Settings) -> list[tuple[str, str]]:
    """Return the lines on task and neuron, each with its name."""
    hidden = [("hidden", settings.hidden_label)] if settings.hidden else []
    who = "neuron" if settings.outputs == 1 else "outputs"
    count = f"{settings.outputs}, " * (settings.outputs > 1)
    return [
        ("task", f"{settings.task_entry.label}: {settings.task_entry.formula}"),
        *hidden,
        (who, f"{count}{settings.activation_label}, {settings.loss_label}"),
    ]


def training_words(settings: Settings, without: Collection[str] = ()) -> str:
    """Return how it was trained, without the hyperparameters in which several runs differ."""
    words = [
        f"{option(name)[2:]} {format_number(value)}"
        for name, value in settings.editable_values.items()
        if name not in without
    ]
    batch = "full batch" if settings.batch_size == "full" else f"batches of {settings.batch_size}"
    schedule = [] if settings.schedule == "constant" else [settings.schedule_entry.label.lower()]
    return ", ".join((settings.optimizer_entry.label, *schedule, *words, batch))


def hanging(start: str, text: str) -> str:
    """Return a text behind its start, and its further lines below the text."""
    indent = " " * len(start)
    return textwrap.fill(
        text, COLUMNS, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return lines with aligned columns, numbers to the right."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.rjust, line, widths)).rstrip() for line in lines)
