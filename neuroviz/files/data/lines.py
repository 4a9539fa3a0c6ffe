"""The lines of a text that holds a table: comments above it, its beginning, and its rows."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import TextIO, TypeVar

from msgspec import Struct

from neuroviz.core.slices import Work
from neuroviz.files.data.faults import DataError, Row
from neuroviz.files.data.form import COMMENT, Form
from neuroviz.files.data.source import SAMPLE

_LONGEST = 2**21
"""Letters in a row, at most."""
_MOST_ABOVE = 100_000
"""Lines of comments, at most."""
_TOGETHER = 1_000
"""Lines of comments that are read in one slice."""
T = TypeVar("T")

_FIRST = 100
"""Rows from which the form of a table is found."""
_HEAD = 40
_HEAD_WIDTH = 300
"""Lines, and letters of each, that are kept to be shown as they stand."""


class Beginning(Struct):
    """The beginning of a text."""

    above: int = 0
    """Lines above the table: comments, and empty lines among them."""
    comments: int = 0
    last: str = ""
    """The last comment."""
    first: list[str] = []
    """The first lines of the table, enough to see how they are written."""
    _shown: list[str] = []

    def take(self, line: str) -> None:
        """Add a line above the table."""
        self.above += 1
        if len(self._shown) < _HEAD:
            self._shown.append(line[:_HEAD_WIDTH])
        if line.strip():
            self.comments += 1
            self.last = line

    @property
    def sample(self) -> str:
        """The first letters of the table."""
        return "".join(self.first)[:SAMPLE]

    @property
    def head(self) -> tuple[str, ...]:
        """The first lines as they stand, cut off where they are long."""
        shown = [*self._shown, *self.first][:_HEAD]
        return tuple(line.rstrip("\r\n")[:_HEAD_WIDTH] for line in shown)


def lines_of(file: TextIO) -> Iterator[str]:
    """Return the lines of a text; one that is longer than any row comes in pieces."""
    return iter(partial(file.readline, _LONGEST + 1), "")


def beginning_of(lines: Iterator[str]) -> Work[Beginning]:
    """Take lines until they show how the table is written.

    Raises
    ------
    DataError
        If the comments do not end.
    """
    found = Beginning()
    for line in lines:
        if line.strip() and not line.lstrip().startswith(COMMENT):
            found.first.append(line)
            break
        found.take(line)
        if found.above > _MOST_ABOVE or len(line) > _LONGEST:
            raise DataError("The comments above the table do not end: delete them.")
        if found.above % _TOGETHER == 0:
            yield None
    length = sum(map(len, found.first))
    while length < SAMPLE and (line := next(lines, "")):
        found.first.append(line)
        length += len(line)
    return found


def bounded(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, none of them longer than a row can be.

    Raises
    ------
    DataError
        If one is longer.
    """
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            raise DataError(
                f"Line {number:,} has more than {_LONGEST:,} letters: is it a table of samples?"
            )
        yield line


def rows_of(lines: Iterable[str], form: Form, above: int) -> Iterator[Row]:
    """Yield the rows of a text with the line on which each begins; ``above`` lines precede them.

    Raises
    ------
    DataError
        If one cannot be split into cells.
    """
    letters = 0

    def limited() -> Iterator[str]:
        nonlocal letters
        for line in lines:
            letters += len(line)
            if letters > _LONGEST:
                raise csv.Error(
                    f"it has more than {_LONGEST:,} letters, "
                    "as when quotes are opened but not closed"
                )
            yield line

    reader = csv.reader(
        limited(),
        delimiter=form.separator or "\t",
        quotechar=form.quote,
        skipinitialspace=True,
        strict=True,
    )
    line = above + 1
    while True:
        letters = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"Line {line:,} cannot be split into cells: {_reason(str(error))}."
            ) from None
        yield line, cells
        line = above + reader.line_num + 1


def _reason(said: str) -> str:
    """Return a message of csv in plain words."""
    if "unexpected end" in said:
        return "quotes are opened but not closed"
    if "field limit" in said:
        most = f"{csv.field_size_limit():,}"
        return f"one of them has more than {most} letters, as when quotes are opened but not closed"
    if "expected after" in said:
        return "the quote that ends a cell is followed by something other than the separator"
    return said


def first_of(rows: Iterable[T | None]) -> Generator[None, None, list[T]]:
    """Return the first rows, in which the form of a table is found."""
    first: list[T] = []
    for row in rows:
        if row is None:
            yield None
            continue
        first.append(row)
        if len(first) == _FIRST:
            break
    return first
