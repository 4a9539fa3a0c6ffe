"""Standard output and error: whole lines, tables and a progress bar.

There is no traceback if the reader has gone.
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
"""Letters in a line, at most."""
PIPE = "-"
"""Name of standard input where a file is read, and of standard output where one is written."""
BAD_INPUT = 2
"""The exit code if something cannot be read, done or written."""
VERSION = 1
"""Version of the format of ``--json``: raised when programs that read it have to change."""

JSON: dict[str, Any] = {
    "nargs": "?",
    "const": PIPE,
    "metavar": "FILE",
    "help": "one JSON object, in a file or by itself on standard output",
}
"""The option ``--json`` for a command's results."""

_quiet = False


class UsageError(Exception):
    """Words of the command line that cannot be read; the message is one sentence."""


def add_option(
    group: argparse._ArgumentGroup,
    field: str,
    kind: Callable[[str], Any],
    metavar: str,
    words: str,
    **more: Any,
) -> None:
    """Add the option of a field, also under its Python name; None where it is not given."""
    names = dict.fromkeys((option(field), f"--{field.replace('_', '-')}"))
    words = words.replace("%", "%%")
    group.add_argument(*names, dest=field, type=kind, metavar=metavar, help=words, **more)


def refuse(args: argparse.Namespace, names: Iterable[str], why: str) -> None:
    """Refuse options, by their fields, if they are given.

    Raises
    ------
    UsageError
        With the first of them, and why.
    """
    for name in names:
        if getattr(args, name) is not None:
            raise UsageError(f"{option(name)} {why}.")


def keep_quiet(wanted: bool) -> None:
    """Suppress, or show, remarks about the work from now on."""
    global _quiet
    _quiet = wanted


def is_quiet() -> bool:
    """Return whether remarks about the work are suppressed."""
    return _quiet


def prepare() -> None:
    """Let letters that the terminal's encoding lacks become question marks instead of errors."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str | bytes) -> None:
    """Write lines, or the content of a file, to standard output.

    It is no error if a reader such as ``head`` has closed it.

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
    """Write one line about the work to standard error, unless such remarks are suppressed."""
    if not _quiet:
        _tell(sentence)


def _tell(sentence: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{' '.join(sentence.split())}\n")
        sys.stderr.flush()
    except OSError:
        pass  # there is nobody to tell


@contextmanager
def readable(path: str | Path, name: str) -> Iterator[Path]:
    """Yield the file that a path names; for ``-``, a temporary file with all of standard input.

    Input from a pipe is then read like a file: finding an encoding needs a second look, and a
    spreadsheet is not text. Of endless input only so much is read that it is refused as a file of
    that size would be.
    """
    if str(path) != PIPE:
        yield Path(path)
        return
    from neuroviz.files.data.source import MAX_BYTES  # here, to keep the help quick

    content = b"" if sys.stdin is None else sys.stdin.buffer.read(MAX_BYTES)
    with tempfile.TemporaryDirectory() as folder:

        def end(number: int, _: object) -> None:
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(exit_code(number))

        before = set_handlers(dict.fromkeys(ENDING, end))
        try:
            file = Path(folder) / name
            file.write_bytes(content)
            yield file
        except FileError as error:  # the file is known to nobody
            said = str(error).replace(repr(str(file)), "standard input")
            raise FileError(said) from None
        finally:
            set_handlers(before)


def put(path: str | Path, content: str | bytes) -> None:
    """Write text or bytes as a whole file and say so, or to standard output.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    if str(path) == PIPE:
        emit(content)
    else:
        with Interrupt():  # an interrupt waits until the file is written
            write_bytes(path, f"{content}\n".encode() if isinstance(content, str) else content)
        report_written(path)


def report_written(*paths: object) -> None:
    """Say on standard error which files were written, so that output to a pipe is not disturbed."""
    remark(f"Written: {', '.join(map(str, paths))}.")


def json_text(result: Mapping[str, Any], indent: int | None = None) -> str:
    """Return a result as one JSON object, which begins with the version of its format."""
    whole = {"version": VERSION, **result}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=indent)


def settings_told(settings: Settings) -> dict[str, Any]:
    """Return the settings by the names of their options, and what own data are made of."""
    data = settings.dataset
    said = {**settings.as_dict(), "features": [*settings.features]}
    if data.origin:
        said["data"] = data.origin
        said["inputs"] = [*data.input_names[: data.own_width]]
        said["target"] = [*data.column_names[data.width :]]
        said["scale"] = data.scaling.name
    return said


def parameters_told(settings: Settings, values: list[float]) -> dict[str, Any]:
    """Return weights and bias of a single neuron; of several neurons all parameters by name."""
    if settings.parameters.linear:
        return {"weights": values[:-1], "bias": values[-1]}
    return {"parameters": dict(zip(settings.parameters.names, values, strict=True))}


def _discard() -> None:
    """Discard what is still in the buffer."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def neuron_lines(settings: Settings) -> list[tuple[str, str]]:
    """Return the lines about task and neuron, each with its name."""
    hidden = [("hidden", settings.hidden_label)] if settings.hidden else []
    who = "neuron" if settings.outputs == 1 else "outputs"
    count = f"{settings.outputs}, " * (settings.outputs > 1)
    return [
        ("task", f"{settings.task_entry.label}: {settings.task_formula}"),
        *hidden,
        (who, f"{count}{settings.activation_label}, {settings.loss_label}"),
    ]


def training_words(settings: Settings, without: Collection[str] = ()) -> str:
    """Return how the run is trained, without the hyperparameters in which several runs differ."""
    words = [
        f"{option(name)[2:]} {format_number(value, 6)}"
        for name, value in settings.editable_values.items()
        if name not in without
    ]
    batch = "full batch" if settings.batch_size == "full" else f"batches of {settings.batch_size}"
    schedule = [] if settings.schedule == "constant" else [settings.schedule_entry.label.lower()]
    return ", ".join((settings.optimizer_entry.label, *schedule, *words, batch))


def hanging(start: str, text: str) -> str:
    """Return a text after its start, with further lines indented to the text."""
    indent = " " * len(start)
    return textwrap.fill(
        text, COLUMNS, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return lines with aligned columns, flushed right."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.rjust, line, widths)).rstrip() for line in lines)


_WIDTH = 30
_FIRST, _EVERY = 1.0, 0.1  # seconds


class Progress:
    """Shows how much is done, on a terminal and after the first second; used in a with statement.

    Parameters
    ----------
    text
        Returns the line to show, given how much is done and after how many seconds.
    """

    def __init__(self, text: Callable[[float, float], str]) -> None:
        self._text = text
        self._began = time.perf_counter()
        self._next = self._began + _FIRST
        self._watched = sys.stderr is not None and sys.stderr.isatty() and not is_quiet()
        self._shown = False

    def update(self, done: float) -> None:
        """Draw the line again if it is time to."""
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
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def watched(interrupt: Interrupt, whole: int) -> Iterator[Callable[[float], bool]]:
    """Yield a function that shows the epochs done and returns whether to go on."""
    load_torch()  # before, so that its import does not count in the speed shown
    with Progress(lambda done, seconds: bar(done, whole, seconds)) as progress:

        def goes_on(done: float) -> bool:
            progress.update(done)
            return not interrupt.wanted

        yield goes_on


def bar(epochs: float, whole: int, seconds: float) -> str:
    """Return the bar as text of less than 80 columns."""
    full = int(_WIDTH * epochs / whole)
    rate = epochs / seconds
    left = "?" if rate == 0 else duration((whole - epochs) / rate)
    return (
        f"[{'#' * full}{'.' * (_WIDTH - full)}] {epochs / whole:4.0%}  {rate:,.0f} "
        f"epochs/s  {left} left"
    )


def duration(seconds: float) -> str:
    """Return a time span in its two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
