"""Standard output and error: whole lines, no traceback when the reader has gone."""

from __future__ import annotations

import io
import os
import sys

from neuroviz.files.writer import FileError


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
