"""Standard output and error: whole lines and tables, no traceback when the reader has gone."""

from __future__ import annotations

import argparse
import io
import os
import sys
import textwrap
from collections.abc import Collection, Iterable, Sequence

from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number
from neuroviz.files.writer import FileError

COLUMNS = 100
"""Letters in a line."""


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


def prepare() -> None:
    """Let letters that the terminal's encoding lacks become question marks instead of errors."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str) -> None:
    """Write lines to standard output; a reader who has seen enough, as ``head`` has, is no error.

    Raises
    ------
    FileError
        If it cannot be written for another reason, such as a full disk.
    """
    if sys.stdout is None:  # started with standard output closed
        return
    try:
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


def _tell(sentence: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{' '.join(sentence.split())}\n")
        sys.stderr.flush()
    except OSError:
        pass  # nobody is left to tell


def report_written(*paths: object) -> None:
    """Say on standard error which files were written.

    So that what goes to a pipe stays what it is.
    """
    if paths:
        _tell(f"Written: {', '.join(map(str, paths))}.")


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
    return [
        ("task", f"{settings.task_entry.label}: {settings.task_entry.formula}"),
        *hidden,
        ("neuron", f"{settings.activation_entry.label}, {settings.loss_label}"),
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
