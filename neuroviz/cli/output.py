"""Standard output and error: whole lines and tables, no traceback when the reader has gone.

And a bar, for what lasts.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import load_torch
from neuroviz.core.numbers import format_number
from neuroviz.core.signals import ENDING, Interrupt, exit_code, set_handlers
from neuroviz.files.writer import FileError, write_bytes

COLUMNS = 100
"""Letters in a line."""
PIPE = "-"
"""Stands for standard input where a file is read, for standard output where one is written."""
BAD_INPUT = 2
"""The exit code where something cannot be read, done or written."""
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


def add_option(
    group: argparse._ArgumentGroup,
    field: str,
    kind: Callable[[str], Any],
    metavar: str,
    words: str,
    **more: Any,
) -> None:
    """Add the option of a field, also by its name in Python; where it is not said it is None."""
    names = dict.fromkeys((option(field), f"--{field.replace('_', '-')}"))
    words = words.replace("%", "%%")
    group.add_argument(*names, dest=field, type=kind, metavar=metavar, help=words, **more)


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


_WIDTH = 30
_FIRST, _EVERY = 1.0, 0.1  # seconds


class Progress:
    """How much is done, while entered; nothing in the first second, and but on a terminal.

    Parameters
    ----------
    text
        Says in a line how far it is, told what is done, and in how many seconds.
    """

    def __init__(self, text: Callable[[float, float], str]) -> None:
        self._text = text
        self._began = time.perf_counter()
        self._next = self._began + _FIRST
        self._watched = sys.stderr is not None and sys.stderr.isatty() and not is_quiet()
        self._shown = False

    def update(self, done: float) -> None:
        """Draw the bar again if it is time to."""
        now = time.perf_counter()
        if not self._watched or now < self._next:
            return
        self._next = now + _EVERY
        self._shown = True
        sys.stderr.write(f"\r\x1b[K{self._text(done, now - self._began)}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def watched(interrupt: Interrupt, whole: int) -> Iterator[Callable[[float], bool]]:
    """Give what draws the bar, told how much is done, and says whether to go on."""
    load_torch()  # whose import is no part of the pace that the bar shows
    with Progress(lambda done, seconds: bar(done, whole, seconds)) as progress:

        def goes_on(done: float) -> bool:
            progress.update(done)
            return not interrupt.wanted

        yield goes_on


def bar(epochs: float, whole: int, seconds: float) -> str:
    """Return the bar as text, below 80 columns."""
    full = int(_WIDTH * epochs / whole)
    rate = epochs / seconds
    left = "?" if rate == 0 else duration((whole - epochs) / rate)
    return (
        f"[{'#' * full}{'.' * (_WIDTH - full)}] {epochs / whole:4.0%}  {rate:,.0f} "
        f"epochs/s  {left} left"
    )


def duration(seconds: float) -> str:
    """Return a time span in the two units that matter."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
