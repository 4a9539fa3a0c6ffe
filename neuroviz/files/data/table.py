"""Reading a table: rows of cells become numbers, and words where there are no numbers, in slices."""

from __future__ import annotations

import csv
import itertools
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import numpy as np

from neuroviz.core.data.dataset import LARGEST
from neuroviz.core.data.table_text import read_cell
from neuroviz.core.numbers import counted, format_number
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.files.data.faults import DataError, Fault
from neuroviz.files.data.form import Form, Wishes, form_of, number_in, plain_cell, rows_form
from neuroviz.files.data.markup import html_rows, is_html, is_markdown, markdown_rows
from neuroviz.files.data.source import SAMPLE, Source, encoding_of
from neuroviz.files.data.spreadsheet import is_spreadsheet, sheet_rows

MAX_ROWS = 100_000
MAX_COLUMNS = 1_001
"""A thousand inputs and a target."""
_CELLS = 8_000
"""Cells that are read in one slice."""
_FIRST = 100
"""Rows by whose most common width a table without names is measured."""

Row = tuple[int, list[str]]


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read, before anybody says what its columns are for."""

    origin: str
    form: Form
    names: tuple[str, ...]
    """C names of the columns, no two the same."""
    values: Floats
    """(N, C): the numbers, nan where a cell holds none."""
    words: tuple[dict[int, str], ...]
    """For each column the cells that hold no number, by row index."""
    lines: tuple[int, ...]
    """N: the line on which each row stands, from 1."""
    ragged: tuple[Fault, ...] = ()
    """Rows that have another number of cells, which are not among the N."""
    blank_lines: int = 0
    """How many empty rows there were."""

    def shown(self, row: int, column: int) -> str:
        """Return a cell as it is to be shown: a word as it stood, a number in short."""
        return self.words[column].get(row, format_number(float(self.values[row, column]), 6))


class Reading:
    """A table that is being read, in slices.

    Parameters
    ----------
    wishes
        What is not to be found but taken so.

    Attributes
    ----------
    share
        How much has been read, 0 … 1.
    """

    def __init__(self, source: Source, wishes: Wishes | None = None) -> None:
        self.source = source
        self.wishes = wishes or Wishes()
        self.share = 0.0

    def work(self) -> Work[Table]:
        """Read it.

        Raises
        ------
        DataError
            If it is no table: binary, empty, in another encoding, too large, or with quotes that do not end.
        """
        source = self.source
        if source.path is not None:
            with source.raw() as file:
                head = file.read(8)
            if is_spreadsheet(head):
                return (yield from self._sheet(source.path))
        encoding = None
        if source.path is not None:
            encoding = self.wishes.encoding or (yield from encoding_of(source))
        try:
            return (yield from self._text(encoding))
        except UnicodeError as error:  # UTF-16 without its mark is no UnicodeDecodeError
            reason = getattr(error, "reason", str(error))
            raise DataError(
                f"{source.origin!r} is not written in {encoding}, or is no text: {reason}. Take another encoding.",
                "encoding",
            ) from None

    def _sheet(self, path: Path) -> Work[Table]:
        sheet = yield from sheet_rows(path, self.wishes.sheet)
        rows = sheet.rows()
        first = [*itertools.islice(rows, _FIRST)]
        form = rows_form([row for _, row in first], self.wishes)
        form = replace(form, kind="spreadsheet", sheet=sheet.name, sheets=sheet.names)
        return (yield from self._table(itertools.chain(first, rows), form, lambda: sheet.share))

    def _text(self, encoding: str | None) -> Work[Table]:
        file, raw = self.source.open(encoding or "utf-8")
        with file:
            sample = file.read(SAMPLE)
            self._refuse_binary(sample)
            yield None
            if is_html(sample) or is_markdown(sample):
                return (yield from self._markup(sample + file.read(), encoding))
            form = form_of(_whole_lines(sample), self.wishes, encoding)
            file.seek(0)
            size = len(self.source.text) if self.source.path is None else os.path.getsize(self.source.path)
            place = raw or file
            return (yield from self._table(_cells(file, form), form, lambda: place.tell() / max(1, size)))

    def _refuse_binary(self, sample: str) -> None:
        if not sample.strip():
            raise DataError(f"{self.source.origin!r} is empty: a table with a row for each sample is expected.")
        if any(letter < " " and letter not in "\t\n\r\f\v\x1a" for letter in sample):
            raise DataError(f"{self.source.origin!r} is a binary file, not text: save the table as CSV first.")

    def _markup(self, text: str, encoding: str | None) -> Work[Table]:
        html = is_html(text[:SAMPLE])
        rows = html_rows(text) if html else markdown_rows(text)
        form = rows_form([row for _, row in rows], self.wishes)
        kind = "html" if html else "markdown"
        return (yield from self._table(rows, replace(form, kind=kind, encoding=encoding), lambda: 0.5))

    def _table(self, rows: Iterable[Row], form: Form, share: Callable[[], float]) -> Work[Table]:
        """Make the table of rows; ``share`` tells how much of them is read."""
        filled = _Filled(iter(rows))
        first = [*itertools.islice(filled, _FIRST)]
        if not first:
            raise DataError(f"{self.source.origin!r} holds no rows: a row for each sample is expected.")
        names, first = _names(first, form)
        columns = _Columns(len(names), form.decimal)
        together = max(1, _CELLS // len(names))
        waiting = itertools.chain(first, filled)
        while block := [*itertools.islice(waiting, together)]:
            columns.add(block)
            self.share = min(1.0, share())
            yield None
        self.share = 1.0
        return Table(
            self.source.origin,
            form,
            names,
            np.concatenate(columns.blocks) if columns.blocks else np.empty((0, len(names))),
            tuple(columns.words),
            tuple(columns.lines),
            tuple(columns.ragged),
            filled.blank,
        )


class _Filled(Iterator[Row]):
    """The rows that hold anything; counts those that do not."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.blank = 0

    def __next__(self) -> Row:
        for row in self._rows:
            if any(map(str.strip, row[1])):  # ends at the first cell, mostly
                return row
            self.blank += 1
        raise StopIteration


def _cells(file: TextIO, form: Form) -> Iterator[Row]:
    """Yield the rows of text with the line each begins on."""
    separator = form.separator or "\t"
    reader = csv.reader(file, delimiter=separator, quotechar=form.quote, skipinitialspace=True, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(f"Row {line:,} cannot be parted into cells: {_reason(str(error))}.") from None
        yield line, cells
        line = reader.line_num + 1


def _reason(said: str) -> str:
    """Return in plain words what csv says."""
    if "unexpected end" in said:
        return "quotes are opened and not closed"
    if "field limit" in said:
        most = f"{csv.field_size_limit():,}"
        return f"one of them has more than {most} letters, as where quotes are opened and not closed"
    if "expected after" in said:
        return "after the quote that ends a cell something else than the separator stands"
    return said


def _whole_lines(sample: str) -> str:
    """Return a sample without the line that it cuts."""
    end = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample[: end + 1] if len(sample) >= SAMPLE and end > 0 else sample


def _names(first: list[Row], form: Form) -> tuple[tuple[str, ...], list[Row]]:
    """Return the names of the columns and the rows below them."""
    if not form.header:
        width = Counter(len(cells) for _, cells in first).most_common(1)[0][0]
        width = _filled_width(width, first)
        names = [f"x{i + 1}" for i in range(width - 1)] + ["y"]
    else:
        cells = [read_cell(cell.strip()) for cell in first[0][1]][: _filled_width(len(first[0][1]), first)]
        names = [name or f"column {i + 1}" for i, name in enumerate(cells)]
        first = first[1:]
    if len(names) > MAX_COLUMNS:
        raise DataError(
            f"The table has {len(names):,} columns; at most {MAX_COLUMNS - 1:,} inputs and a target are read."
        )
    return _different(names), first


def _filled_width(width: int, rows: list[Row]) -> int:
    """Return a width without columns at the end in which nothing stands: each line ends with a separator."""
    while width > 1 and not any(len(cells) >= width and cells[width - 1].strip() for _, cells in rows):
        width -= 1
    return width


def _different(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which no two are the same: of two "x" the second is "x (2)"."""
    taken: dict[str, None] = {}
    for name in names:
        number = 1
        new = name
        while new in taken:
            number += 1
            new = f"{name} ({number})"
        taken[new] = None
    return tuple(taken)


@dataclass
class _Columns:
    """What has been read so far."""

    width: int
    decimal: str
    blocks: list[Floats] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    ragged: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words: list[dict[int, str]] = [{} for _ in range(self.width)]

    def add(self, rows: list[Row]) -> None:
        """Take rows in.

        Raises
        ------
        DataError
            If there are more than MAX_ROWS.
        """
        whole = [(line, cells) for line, cells in rows if self._fits(line, cells)]
        if len(self.lines) + len(whole) > MAX_ROWS:
            raise DataError(f"The table has more than {MAX_ROWS:,} rows: take a part of them.")
        if not whole:
            return
        block = self._all_numbers([cells for _, cells in whole])
        if block is None:
            block = np.column_stack(
                [self._column(j, cells) for j, cells in enumerate(zip(*(c for _, c in whole), strict=True))]
            )
        self.blocks.append(block)
        self.lines += [line for line, _ in whole]

    def _fits(self, line: int, cells: list[str]) -> bool:
        while len(cells) > self.width and not cells[-1].strip():  # a separator at the end of the line
            cells.pop()
        if len(cells) == self.width:
            return True
        found = counted(len(cells), "cell")
        self.ragged.append(Fault(line, None, found, f"{self.width:,}"))
        return False

    def _all_numbers(self, rows: list[list[str]]) -> Floats | None:
        """Return rows of numbers only, at once; None if there is anything else."""
        try:
            if self.decimal == ",":
                rows = [_with_points(cells) for cells in rows]
            block = np.array([list(map(float, cells)) for cells in rows])
        except ValueError:
            return None
        plain = (np.abs(block) <= LARGEST).all() and not any("_" in "".join(cells) for cells in rows)
        return block if plain else None

    def _column(self, j: int, cells: Sequence[str]) -> Floats:
        """Return the numbers of a column, and keep its words."""
        first = len(self.lines)
        if not self.words[j]:
            block = self._all_numbers([[cell] for cell in cells])
            if block is not None:
                return block[:, 0]
        numbers = [number_in(cell, self.decimal) for cell in cells]
        words = self.words[j]
        for i, number in enumerate(numbers):
            if number is None:
                words[first + i] = read_cell(plain_cell(cells[i]))
        return np.array([math.nan if number is None else number for number in numbers])


def _with_points(cells: list[str]) -> list[str]:
    """Return cells with decimal commas as Python reads them."""
    text = "\n".join(cells)
    if "." in text:
        raise ValueError
    found = text.replace(",", ".").split("\n")
    if len(found) != len(cells):
        raise ValueError
    return found
