"""Spreadsheets, .xlsx and .ods: rows of cells, read in slices; only their contents are kept."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from msgspec import Struct

from neuroviz.core.slices import Work
from neuroviz.files.data.faults import DataError, Row
from neuroviz.files.data.package import MOST_NAMED, Found, Package, Run
from neuroviz.files.data.sheets import CONTENT, ods_sheet, xlsx_sheet
from neuroviz.files.data.source import first_of

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_TOGETHER = 1_000
"""Repetitions of a row that are read in one slice."""
_FilledRow = tuple[int, list[Run]]
"""Number of a row, from 1, and its content."""


def is_spreadsheet(head: bytes) -> bool:
    """Return whether a file with this beginning may be a spreadsheet."""
    return head.startswith((_ZIP, _OLD_EXCEL))


def sheet_in(file: BinaryIO, origin: str, wanted: str | None) -> Work[OpenSheet]:
    """Return a sheet whose rows can be read, from a file that stays open.

    Parameters
    ----------
    origin
        The file's name in sentences.
    wanted
        Name of the sheet; None for the first.

    Raises
    ------
    DataError
        If the file is no spreadsheet, or there is no such sheet.
    """
    if file.read(len(_OLD_EXCEL)) == _OLD_EXCEL:
        raise DataError(
            f"{origin!r} is a workbook of an old Excel, or has a password: "
            "save it without one, as .xlsx or CSV."
        )
    package = Package(file, origin)
    found = yield from (ods_sheet if CONTENT in package else xlsx_sheet)(package, wanted)
    return OpenSheet(package, found)


class OpenSheet(Struct):
    """The table in a sheet; cells that stand beside it are reported, but not read."""

    package: Package
    found: Found
    """Where it is, and the reader of its cells."""
    share: float = 0.0
    """Share of it that has been read, 0 … 1."""
    empty_rows: int = 0
    """Empty rows between the others, so far."""
    beside: list[str] = []
    """Names of the first cells that stand beside the table, such as "XFD5000"."""
    more_beside: int = 0

    def rows(self, most: int) -> Iterator[Row | None]:
        """Yield the rows with their numbers, and None between slices.

        Parameters
        ----------
        most
            Columns that the table may have.

        Raises
        ------
        DataError
            If it has more, or the file is damaged.
        """
        filled = self._filled()
        first = yield from first_of(filled)
        columns = _columns_of([runs for _, runs in first])
        if len(columns) > most:
            raise DataError(
                f"The table goes to cell {_last_cell(first)} of its sheet, "
                f"and at most {most:,} columns are read: "
                "remove what is apart from the others, or save a part of it as CSV."
            )
        yield from self._within(columns, itertools.chain(first, filled))

    def _filled(self) -> Iterator[_FilledRow | None]:
        for share in self.package.read(self.found.part, self.found.cells):
            self.share = share
            for number, times, runs in self.found.cells.taken():
                for repeated in range(times):
                    yield number + repeated, runs
                    if repeated % _TOGETHER == _TOGETHER - 1:
                        yield None
            yield None

    def _within(self, columns: range, rows: Iterable[_FilledRow | None]) -> Iterator[Row | None]:
        """Yield the rows, cut to these columns."""
        before = None
        for row in rows:
            if row is None:
                yield None
                continue
            number, runs = row
            cells = [""] * len(columns)
            for start, count, text in runs:
                inside = range(max(start, columns.start), min(start + count, columns.stop))
                if inside:
                    cells[inside.start - columns.start : inside.stop - columns.start] = [
                        text
                    ] * len(inside)
                if len(inside) < count and len(self.beside) < MOST_NAMED:
                    beside = start if start < columns.start else max(start, columns.stop)
                    self.beside.append(_cell_name(beside, number))
                elif len(inside) < count:
                    self.more_beside += 1
            if any(cells):
                self.empty_rows += 0 if before is None else max(0, number - before - 1)
                before = number
                yield number, cells

    @property
    def note(self) -> str:
        """What is not read, in a sentence; empty where everything is."""
        if not self.beside:
            return ""
        names = ", ".join(self.beside) + (
            f" and {self.more_beside:,} more" if self.more_beside else ""
        )
        one = len(self.beside) == 1
        return f"Not read, since {'it is' if one else 'they are'} beside the table: {names}."


def _columns_of(rows: list[list[Run]]) -> range:
    """Return the columns of a table, found in its first rows.

    They go from the first to the last that is filled in more than half of the rows. They go further
    as long as the first row, which may hold the names, goes on without a gap of more than one
    column.
    """
    if not rows:
        return range(0)
    filled = [
        {column for start, count, _ in runs for column in range(start, start + count)}
        for runs in rows
    ]
    found = Counter(itertools.chain.from_iterable(filled))
    often = [column for column, count in found.items() if 2 * count > len(rows)] or [min(filled[0])]
    left = min(often)
    right = max(often)
    while farther := filled[0] & {right + 1, right + 2}:
        right = max(farther)
    while farther := filled[0] & {left - 1, left - 2}:
        left = min(farther)
    return range(left, right + 1)


def _last_cell(rows: list[_FilledRow]) -> str:
    """Return the name of the cell that is furthest to the right."""
    column, number = max(
        (start + count - 1, -number) for number, runs in rows for start, count, _ in runs
    )
    return _cell_name(column, -number)


def _cell_name(column: int, number: int) -> str:
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{number}"
