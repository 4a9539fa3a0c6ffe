"""What the parts of a spreadsheet are read by, whichever kind it is: texts, and cells in rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from neuroviz.core.numbers import quoted
from neuroviz.core.slices import Work
from neuroviz.files.data.faults import DataError
from neuroviz.files.data.package import Elements, Package

MOST_COLUMNS = 16_384
_MOST_ROWS = 2**20
"""In a spreadsheet."""
_MOST_LETTERS = 2**17
"""In a cell, as many as csv reads."""
_MOST_SHEETS = 1_000
_MOST_ELEMENTS = 2**16
"""Of one name: what goes on behind them belongs to no sheet."""
MOST_NAMED = 3
"""Of sheets and cells, in a sentence."""

Run = tuple[int, int, str]
"""Columns in which the same stands: the first, from 0, how many, and what."""


class Attributes(Elements):
    """Gathers the attributes of elements of some names."""

    def __init__(self, *names: str) -> None:
        self.found: dict[str, list[dict[str, str]]] = {name: [] for name in names}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take those of an element, up to a limit."""
        if name in self.found and len(self.found[name]) < _MOST_ELEMENTS:
            self.found[name].append(attributes)


class TextElements(Elements):
    """Gathers the letters of one thing at a time."""

    _taking = False
    _length = 0

    def __init__(self, package: Package) -> None:
        self.package = package
        self._letters: list[str] = []

    def text(self, letters: str) -> None:
        """Take some of them, up to a limit."""
        if self._taking:
            self._length += len(letters)
            if self._length > _MOST_LETTERS:
                self.package.refuse(f"one cell has more than {_MOST_LETTERS:,} letters")
            self._letters.append(letters)

    def _given(self) -> str:
        """Return the letters, and begin anew."""
        text = "".join(self._letters)
        self._letters = []
        self._length = 0
        return text


class Cells(TextElements):
    """Reads the cells of a sheet."""

    _number = 0
    _times = 1
    _column = 0

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self._rows: list[tuple[int, int, list[Run]]] = []
        self._runs: list[Run] = []

    def taken(self) -> list[tuple[int, int, list[Run]]]:
        """Return the rows that are whole, and how many times each is there, once."""
        rows, self._rows = self._rows, []
        return rows

    def _end_cell(self, count: int, text: str) -> None:
        if not text.strip():
            return
        if self._column + count > MOST_COLUMNS:
            self.package.refuse(f"row {self._number:,} has more than {MOST_COLUMNS:,} columns")
        self._runs.append((self._column, count, text))

    def _end_row(self) -> None:
        if self._runs:
            if self._number + self._times - 1 > _MOST_ROWS:
                self.package.refuse(f"it has more than {_MOST_ROWS:,} rows")
            self._rows.append((self._number, self._times, self._runs))
        self._runs = []


class Found(NamedTuple):
    """A sheet that is to be read."""

    name: str
    names: tuple[str, ...]
    """Of all sheets."""
    part: str
    """In which its cells are."""
    cells: Cells
    """What reads them."""


def all_of(package: Package, part: str, elements: Elements) -> Work[None]:
    """Read a part to its end, in slices."""
    for _ in package.read(part, elements):
        yield None


def chosen(package: Package, names: Iterable[str], wanted: str | None) -> str:
    """Return the name of the sheet that is wanted.

    Raises
    ------
    DataError
        If it is not there, or there is none.
    """
    every = [*names]
    if not every:
        package.refuse("it has no sheet")
    if len(every) > _MOST_SHEETS:
        package.refuse(
            f"it has {len(every):,} sheets, and at most {_MOST_SHEETS:,} can be chosen from"
        )
    if wanted is not None and wanted not in every:
        more = f" and {len(every) - MOST_NAMED:,} more" if len(every) > MOST_NAMED else ""
        known = ", ".join(map(quoted, every[:MOST_NAMED]))
        raise DataError(f"There is no sheet {quoted(wanted)}; there are {known}{more}.", "sheet")
    return every[0] if wanted is None else wanted


def whole(text: str | None, otherwise: int) -> int:
    """Return a whole number above 0 of a few digits."""
    return (
        int(text) if text and len(text) < 8 and text.isascii() and text.isdecimal() else otherwise
    )


def plain(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes by their names without prefixes."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def number_text(text: str) -> str:
    """Return a number as a cell.

    It has a decimal point: with one more digit 3.125 is no 3125 with thousands.
    """
    digits = text.partition(".")[2]
    return f"{text}0" if len(digits) == 3 and digits.isdecimal() else text
