"""Where a table comes from, a file or pasted text: its encoding, and the lines of its text."""

from __future__ import annotations

import codecs
import csv
import io
import os
import stat
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO, TypeVar

from msgspec import Struct

from neuroviz.core.slices import Work
from neuroviz.core.types import Frozen
from neuroviz.files.data.faults import DataError, Row
from neuroviz.files.data.form import COMMENT, Form
from neuroviz.files.reader import opened

MAX_BYTES = 2_000_000_000
SAMPLE = 2**16
"""Bytes or letters in which the form of a table is found."""
_BLOCK = 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "latin_1")
"""The most likely encodings of a few letters with accents, where nothing speaks against them."""
_ENCODINGS = [
    "utf_16_le",
    "utf_16_be",
    "utf_32_le",
    "utf_32_be",
    *_WESTERN,
    "cp1250",
    "cp1251",
    "cp1253",
]
"""The encodings that are considered: among all there are, a few letters fit too many."""
_ON_THE_WEB = ("http:/", "https:/")
"""How an address begins, also as a path, which keeps one slash of two."""
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class Source(Frozen):
    """A table before it is read."""

    origin: str
    """The name of the file, or "pasted"."""
    path: Path | None = None
    """The file; None for text."""
    text: str = ""
    """The pasted text."""

    @property
    def size(self) -> int:
        """Letters of the text, or bytes of the file."""
        return len(self.text) if self.path is None else os.path.getsize(self.path)

    def open(self, encoding: str) -> tuple[TextIO, IO[Any]]:
        """Return the text from its beginning, and the stream whose position tells how much is read.

        Raises
        ------
        DataError
            If the file cannot be opened.
        """
        if self.path is None:
            text = io.StringIO(self.text, newline="")
            return text, text
        raw = self.raw()
        if encoding == "utf-8" and raw.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            raw.seek(0)
        return io.TextIOWrapper(raw, encoding=encoding, newline=""), raw

    def raw(self) -> BinaryIO:
        """Return the file, opened for reading bytes.

        Raises
        ------
        DataError
            If it cannot be opened.
        """
        assert self.path is not None
        try:
            file = opened(self.path)
        except OSError as error:
            raise _unreadable(self.path, error) from None
        try:
            _check(self.path, os.fstat(file.fileno()))
        except DataError:
            file.close()
            raise
        return file


def text_source(text: str, origin: str = "pasted") -> Source:
    """Return text as a source.

    Raises
    ------
    DataError
        If the text is empty.
    """
    if not text.strip():
        raise DataError("There is no text to read a table from: copy some rows first.")
    return Source(origin, None, text.removeprefix("\ufeff"))


def file_source(path: str | Path) -> Source:
    """Return a file as a source; only regular files are opened.

    Raises
    ------
    DataError
        If it is missing, empty, too large (MAX_BYTES or more), not readable, or not a regular file.
    """
    try:
        path = Path(path).expanduser()
        found = os.stat(path)
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from None
    except ValueError:
        raise DataError(
            f"Cannot read {str(path)!r}: a name cannot contain a zero character."
        ) from None
    _check(path, found)
    # The name is kept with the data, as text.
    return Source(os.fsencode(path.name).decode(errors="replace"), path)


def _check(path: Path, found: os.stat_result) -> None:
    """Refuse anything but a regular file of a sensible size."""
    if stat.S_ISDIR(found.st_mode):
        raise DataError(
            f"Cannot read {str(path)!r}: it is a folder; give the name of a file in it."
        )
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "no ordinary file")
        raise DataError(
            f"Cannot read {str(path)!r}: it is {kind}; write the table to a file first."
        )
    if found.st_size == 0:
        raise DataError(f"No table with a row for each sample: {path.name} is empty.")
    if found.st_size >= MAX_BYTES:
        raise DataError(
            f"At most 2 GB are read, and {path.name} has {found.st_size / 1e9:.1f} GB: "
            "use a part of its rows."
        )


def _unreadable(path: str | Path, error: OSError | RuntimeError) -> DataError:
    reasons: dict[type, str] = {
        FileNotFoundError: "there is no such file",
        PermissionError: "there is no permission to read it",
        NotADirectoryError: "a part of the path is a file, not a folder",
    }
    said = getattr(error, "strerror", None) or str(error)
    reason = reasons.get(type(error), said.rstrip(".").lower())
    if str(path).startswith(_ON_THE_WEB):
        reason = "it is an address on the web; save the file, and give its name"
    return DataError(f"Cannot read {str(path)!r}: {reason}.")


def encoding_of(source: Source) -> Work[str]:
    """Return the encoding of a file: by its mark, UTF-8 if all of it is that, else a guess.

    The guess is made by charset-normalizer.

    Raises
    ------
    DataError
        If it is not text.
    """
    with source.raw() as file:
        head = file.read(_BLOCK)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if b"\0" in head:
            return _guessed(source, head[:SAMPLE])
        decoder = codecs.getincrementaldecoder("utf-8")()
        block = head
        while block and file.tell() < MAX_BYTES:  # a file can grow while it is read
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return _guessed(source, block[max(0, error.start - SAMPLE // 2) :][:SAMPLE])
            yield None
            block = file.read(_BLOCK)
    return "utf-8"


def _guessed(source: Source, sample: bytes) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=_ENCODINGS)
    best = found.best()
    if best is None or (b"\0" in sample and not best.encoding.startswith(("utf_16", "utf_32"))):
        raise DataError(
            f"{source.origin!r} is a binary file, not text: save the table as CSV first."
        )
    as_good = [
        match for match in found if match.chaos <= best.chaos and match.coherence >= best.coherence
    ]
    possible = {name for match in as_good for name in match.could_be_from_charset}
    return next((name for name in _WESTERN if name in possible), best.encoding)


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
