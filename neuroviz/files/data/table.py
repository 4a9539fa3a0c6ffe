"""Reads a table in slices: its cells become numbers, and words where they hold none."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, TextIO

import numpy as np
from msgspec.structs import replace

from neuroviz.core.data.table_text import apart, read_cell
from neuroviz.core.numbers import (
    capitalized,
    counted,
    elided,
    exact,
    format_number,
    with_real_minus,
)
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats, Unique
from neuroviz.files.data.columns import TableColumns
from neuroviz.files.data.faults import DataError, Fault, Row
from neuroviz.files.data.form import (
    COMMENT,
    Form,
    Wishes,
    form_of,
    number_in,
    plain_cell,
    rows_form,
)
from neuroviz.files.data.markup import HtmlTable, is_html, is_markdown, markdown_rows
from neuroviz.files.data.source import (
    SAMPLE,
    Beginning,
    Source,
    beginning_of,
    bounded,
    encoding_of,
    first_of,
    lines_of,
    rows_of,
)
from neuroviz.files.data.spreadsheet import is_spreadsheet, sheet_in

_JSON = re.compile(r"\s*(\{|\[\s*[\[{])")
MAX_COLUMNS = 1_001
"""A thousand inputs and a target."""
_CELLS = 8_000
"""Cells that are read in one slice."""
_TOGETHER = 1_000
"""Empty rows that are read in one slice."""
_MOST_BLANK = 2**20
_LONGEST_PAGE = 100_000_000
"""Empty rows, and letters of an HTML page, which is read from memory, at most."""


class ParsedTable(Unique):
    """A table as it was read, before it is known what its columns are for."""

    origin: str
    form: Form
    names: tuple[str, ...]
    """Names of the C columns, all different."""
    values: Floats
    """(N, C): the numbers, nan where a cell holds none."""
    words: tuple[dict[int, str], ...]
    """For each column, the cells that hold no number, by row index."""
    lines: tuple[int, ...]
    """The line of each of the N rows, from 1."""
    ragged: tuple[Fault, ...] = ()
    """Rows with a different number of cells, which are not among the N."""
    blank_lines: int = 0
    """Number of empty rows."""
    notes: tuple[str, ...] = ()
    """Sentences with what else there is to say about the reading."""
    unnamed: frozenset[int] = frozenset()
    """Indices of the columns without a name of their own."""
    mended: Mapping[tuple[int, int], str] = {}
    """What a person has written into cells, by row index and column."""

    def shown(self, row: int, column: int) -> str:
        """Return a cell to be shown: a word as it stands, a number in short."""
        number = with_real_minus(format_number(float(self.values[row, column]), 6))
        return self.words[column].get(row, number.replace(".", self.form.decimal))

    def written(self, row: int, column: int) -> str:
        """Return a cell to be written: a word as it stands, a number to its last digit."""
        text = exact(float(self.values[row, column])).replace(".", self.form.decimal)
        return self.words[column].get(row, text)

    def with_cells(self, cells: Mapping[tuple[int, int], str]) -> ParsedTable:
        """Return the table with other texts in cells, given by line and column.

        Cells that do not exist are ignored.
        """
        rows = {line: row for row, line in enumerate(self.lines)}
        there = {
            (rows[line], column): text
            for (line, column), text in cells.items()
            if line in rows and column < len(self.names)
        }
        values = self.values.copy()
        words = [*self.words]
        for column in {column for _, column in there}:
            words[column] = dict(words[column])
        for (row, column), text in there.items():
            number = number_in(text, self.form.decimal)
            values[row, column] = math.nan if number is None else number
            words[column].pop(row, None)
            if number is None:
                words[column][row] = plain_cell(text)
        return replace(self, values=values, words=tuple(words), mended=there)


class TableReading:
    """Reads a table in slices.

    Parameters
    ----------
    wishes
        What a person prescribes about its form.

    Attributes
    ----------
    share
        Share that has been read, 0 … 1.
    head
        The first lines of a text as they stand, cut off where they are long, even if it is no
        table.
    skipped
        How many of them are above the table, and not read.
    form
        How it is written, once that is known.
    """

    share = 0.0
    head: tuple[str, ...] = ()
    skipped = 0
    form: Form | None = None
    _blank = 0
    _comments = 0

    def __init__(self, source: Source, wishes: Wishes | None = None) -> None:
        self.source = source
        self.wishes = wishes or Wishes()

    def work(self) -> Work[ParsedTable]:
        """Read the table in slices.

        Raises
        ------
        DataError
            If it is no table: binary, empty, in another encoding, too large, or with unclosed
            quotes.
        """
        try:
            return (yield from self._read())
        except DataError:
            raise
        except MemoryError:
            raise DataError(
                f"{self.source.origin!r} needs more memory than there is: use a part of it."
            ) from None
        except Exception as error:
            # The libraries that examine the first lines may raise anything.
            said = elided(f"{type(error).__name__}: {error}", 100)
            raise DataError(
                f"{self.source.origin!r} cannot be read as a table ({said}): save it as CSV."
            ) from error

    def _read(self) -> Work[ParsedTable]:
        source = self.source
        if source.path is None:
            return (yield from self._text(None))
        with source.raw() as file:
            if is_spreadsheet(file.read(8)):
                file.seek(0)
                return (yield from self._sheet(file))
        encoding = self.wishes.encoding or (yield from encoding_of(source))
        try:
            return (yield from self._text(encoding))
        except UnicodeError:  # UTF-16 without its mark is no UnicodeDecodeError
            self.form = Form(encoding=encoding)
            raise DataError(
                f"{source.origin!r} is not written in {encoding}, or is not text: "
                "choose another encoding.",
                "encoding",
            ) from None

    def _sheet(self, file: BinaryIO) -> Work[ParsedTable]:
        sheet = yield from sheet_in(file, self.source.origin, self.wishes.sheet)
        known = Form(kind="spreadsheet", sheet=sheet.found.name, sheets=sheet.found.names)
        self.form = known
        table = yield from self._cells(sheet.rows(MAX_COLUMNS), known, lambda: sheet.share)
        blank = table.blank_lines + sheet.empty_rows
        notes = (*table.notes, *filter(None, [sheet.note]))
        return replace(table, blank_lines=blank, notes=notes)

    def _text(self, encoding: str | None) -> Work[ParsedTable]:
        file, place = self.source.open(encoding or "utf-8")
        with file:
            lines = lines_of(file)
            begun = yield from beginning_of(lines)
            self.head = begun.head
            self._refuse_binary(begun)
            if is_html(begun.sample):
                return (yield from self._html(begun.first, file, encoding))
            size = max(1, self.source.size)
            return (yield from self._lines(begun, lines, encoding, lambda: place.tell() / size))

    def _refuse_binary(self, begun: Beginning) -> None:
        name = "The text" if self.source.path is None else repr(self.source.origin)
        if not begun.sample.strip():
            what = f"holds only lines that begin with {COMMENT}" if begun.comments else "is empty"
            raise DataError(f"{name} {what}: a table with a row for each sample is expected.")
        if _JSON.match(begun.sample):
            raise DataError(f"{name} is JSON, not a table: save it as CSV first.")
        if any(letter < " " and letter not in "\t\n\r\f\v\x1a" for letter in begun.sample):
            raise DataError(f"{name} is a binary file, not text: save the table as CSV first.")

    def _lines(
        self,
        begun: Beginning,
        rest: Iterator[str],
        encoding: str | None,
        share: Callable[[], float],
    ) -> Work[ParsedTable]:
        """Make the table from lines, some of which have been read already."""
        lines = itertools.chain(begun.first, rest)
        if is_markdown(begun.sample):
            cells = markdown_rows(enumerate(bounded(lines), begun.above + 1))
            known = Form(kind="markdown", encoding=encoding)
            self.skipped = begun.above
            self._comments = begun.comments
            return (yield from self._cells(cells, known, share))
        self.form = form = form_of(begun.sample, self.wishes, encoding, begun.last)
        rows = self._filled(rows_of(lines, form, begun.above))
        first = yield from first_of(rows)
        named = bool(form.comment)
        if named:
            first.insert(0, (begun.above, list(form.comment)))
        self.skipped = first[form.titles][0] - 1 if first else begun.above
        self._comments = begun.comments - named
        return (yield from self._table(first, rows, form, share))

    def _html(self, first: list[str], file: TextIO, encoding: str | None) -> Work[ParsedTable]:
        blocks = first
        length = sum(map(len, first))
        while block := file.read(SAMPLE):
            blocks.append(block)
            length += len(block)
            if length > _LONGEST_PAGE:
                most = f"{_LONGEST_PAGE / 1e6:.0f} million"
                raise DataError(
                    f"{self.source.origin!r} has more than {most} letters: save its table as CSV."
                )
            yield None
        page = HtmlTable("".join(blocks))
        known = Form(kind="html", encoding=encoding)
        return (yield from self._cells(page.rows(), known, lambda: page.share))

    def _cells(
        self, found: Iterator[Row | None], known: Form, share: Callable[[], float]
    ) -> Work[ParsedTable]:
        """Make the table from rows of cells, and find the rest of its form in them."""
        rows = self._filled(found)
        first = yield from first_of(rows)
        form = rows_form([cells for _, cells in first], self.wishes, known)
        return (yield from self._table(first, rows, form, share))

    def _filled(self, rows: Iterator[Row | None]) -> Iterator[Row | None]:
        """Yield the rows that are not empty, and None between slices; count the empty ones."""
        for row in rows:
            if row is None or any(map(str.strip, row[1])):  # mostly decided by the first cell
                yield row
                continue
            self._blank += 1
            if self._blank > _MOST_BLANK:
                raise DataError(f"The table has more than {_MOST_BLANK:,} empty rows: delete them.")
            if self._blank % _TOGETHER == 0:
                yield None

    def _table(
        self, first: list[Row], rows: Iterator[Row | None], form: Form, share: Callable[[], float]
    ) -> Work[ParsedTable]:
        """Make the table from its first rows and the others; ``share`` tells how much is read."""
        self.form = form
        if not first:
            raise DataError(
                f"{self.source.origin!r} holds no rows: a row for each sample is expected."
            )
        notes = _notes(first, form, self._comments)
        names, unnamed, first = _names(first[form.titles :], form)
        columns = TableColumns(len(names), form)
        block: list[Row] = []
        cells = 0
        for row in itertools.chain(first, rows):
            if row is not None:
                block.append(row)
                cells += len(row[1]) + 1
            if row is None or cells > _CELLS:
                columns.add(block)
                block = []
                cells = 0
                self.share = max(self.share, min(1.0, share()))
                yield None
        columns.add(block)
        values = np.concatenate(columns.blocks) if columns.blocks else np.empty((0, len(names)))
        units = []
        for name, unit in zip(names, columns.take_units(values), strict=True):
            units.append("" if f"({unit})" in name else unit)
            yield None
        if taken := ", ".join(dict.fromkeys(filter(None, units))):
            notes = (*notes, f"Units in the cells are now behind the names: {taken}.")
        self.share = 1.0
        return ParsedTable(
            self.source.origin,
            form,
            apart(list(map(_with_unit, names, units))),
            values,
            tuple(columns.words),
            tuple(columns.lines),
            tuple(columns.ragged),
            self._blank,
            notes,
            unnamed=unnamed,
        )


def _names(first: list[Row], form: Form) -> tuple[tuple[str, ...], frozenset[int], list[Row]]:
    """Return the names of the columns, which of them have none, and the rows below them."""
    unnamed: frozenset[int] = frozenset()
    if not form.header:
        width = Counter(len(cells) for _, cells in first).most_common(1)[0][0]
        width = _filled_width(width, first)
        names = [f"x{i + 1}" for i in range(width - 1)] + ["y"]
    else:
        cells = [read_cell(cell.strip()) for cell in first[0][1]][
            : _filled_width(len(first[0][1]), first)
        ]
        if form.separator in (" ", "\t") and _has_row_names(len(cells), first[1:]):
            cells.insert(0, "")
        unnamed = frozenset(i for i, name in enumerate(cells) if not name)
        names = [name or f"column {i + 1}" for i, name in enumerate(cells)]
        if form.units:
            units = (cell.strip().removeprefix("-") for cell in first[1][1])
            names = list(map(_with_unit, names, units))
        first = first[1 + form.units :]
    if len(names) > MAX_COLUMNS:
        raise DataError(
            f"The table has {len(names):,} columns; "
            f"at most {MAX_COLUMNS - 1:,} inputs and a target are read."
        )
    return tuple(names), unnamed, first


def _has_row_names(width: int, rows: list[Row]) -> bool:
    """Return whether each row has one cell more than there are names, as R and pandas write it."""
    return bool(rows) and all(len(row) == width + 1 and row[-1].strip() for _, row in rows)


def _with_unit(name: str, unit: str) -> str:
    """Return the name of a column with its unit in brackets."""
    return f"{name} {unit if unit.startswith(('(', '[')) else f'({unit})'}" if unit else name


def _notes(first: list[Row], form: Form, comments: int) -> tuple[str, ...]:
    """Return the sentences to show about the rows above the table, and about names and units."""
    said = []
    if above := comments + form.titles:
        verb = "is" if above == 1 else "are"
        said.append(f"{counted(above, form.unit)} above the table {verb} not read.")
    if form.comment:
        said.append(f"The names of the columns are in a line that begins with {COMMENT}.")
    if form.units:
        line = first[form.titles + 1][0]
        said.append(f"{capitalized(form.unit)} {line:,} holds the units, now behind the names.")
    return tuple(said)


def _filled_width(width: int, rows: list[Row]) -> int:
    """Return a width without empty columns at the end, as when each line ends with a separator."""
    while width > 1 and not any(
        len(cells) >= width and cells[width - 1].strip() for _, cells in rows
    ):
        width -= 1
    return width
