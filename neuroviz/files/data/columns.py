"""Turns the cells of a table into numbers, and words where there are none, in blocks of rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from neuroviz.core.data.dataset import LARGEST_IN_DATA, MOST_CLASSES
from neuroviz.core.data.table_text import read_cell
from neuroviz.core.numbers import counted
from neuroviz.core.types import Floats
from neuroviz.files.data.faults import DataError, Fault, Row
from neuroviz.files.data.form import Form, number_and_unit, number_in, plain_cell

MAX_ROWS = 100_000
_MOST_WORDS = 5_000_000
_MOST_LETTERS = 2**27
"""Cells that hold no number, which are kept as they are, and all their letters, at most."""
_LOOKED_AT = 20
"""Words of a column that show whether it holds numbers with a unit."""


class TableColumns:
    """The columns of a table as far as it has been read, in blocks of rows."""

    def __init__(self, width: int, form: Form) -> None:
        self.width = width
        self.form = form
        self.blocks: list[Floats] = []
        self.lines: list[int] = []
        self.ragged: list[Fault] = []
        self.words: list[dict[int, str]] = [{} for _ in range(width)]
        self._kept = 0
        self._letters = 0

    def add(self, rows: list[Row]) -> None:
        """Add rows.

        Raises
        ------
        DataError
            If there are more than MAX_ROWS, or very many words.
        """
        whole = [(line, cells) for line, cells in rows if self._fits(line, cells)]
        if len(self.lines) + len(whole) + len(self.ragged) > MAX_ROWS:
            raise DataError(f"The table has more than {MAX_ROWS:,} rows: use a part of them.")
        if not whole:
            return
        block = self._all_numbers([cells for _, cells in whole])
        if block is None:
            block = np.column_stack(
                [
                    self._column(j, cells)
                    for j, cells in enumerate(zip(*(c for _, c in whole), strict=True))
                ]
            )
        self.blocks.append(block)
        self.lines += [line for line, _ in whole]

    def take_units(self, values: Floats) -> Iterator[str]:
        """Turn words that are numbers with one unit into numbers, in ``values`` (N, C).

        Yield the unit of each column, empty where its words are left as they are. Up to
        MOST_CLASSES different words of the last column are left, as classes.
        """
        for j, words in enumerate(self.words):
            first = itertools.islice(words.values(), _LOOKED_AT)
            classes = j == self.width - 1 and len({*words.values()}) <= MOST_CLASSES
            found = {}
            if not classes and any(number_and_unit(word)[1] for word in first):
                for row, word in words.items():
                    text, unit = number_and_unit(word)
                    number = number_in(text, self.form.decimal)
                    if unit and number is not None:
                        found[row] = number, unit
            units = {unit for _, unit in found.values()}
            if len(units) != 1 or 2 * len(found) < len(self.lines):
                yield ""
                continue
            for row, (number, _) in found.items():
                values[row, j] = number
                del words[row]
            yield units.pop()

    def _fits(self, line: int, cells: list[str]) -> bool:
        # Drop the empty cells that separators at the end of the line make.
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        if len(cells) == self.width:
            return True
        found = counted(len(cells), "cell")
        self.ragged.append(Fault(line, None, found, f"{self.width:,}", self.form.unit))
        return False

    def _all_numbers(self, rows: list[list[str]]) -> Floats | None:
        """Return a block of rows that hold only numbers, converted together; None for others."""
        try:
            if self.form.decimal == ",":
                rows = [_with_points(cells) for cells in rows]
            block = np.array([list(map(float, cells)) for cells in rows])
        except ValueError:
            return None
        plain = (np.abs(block) <= LARGEST_IN_DATA).all() and not any(
            "_" in "".join(cells) for cells in rows
        )
        return block if plain else None

    def _column(self, j: int, cells: Sequence[str]) -> Floats:
        """Return the numbers of a column, and keep its words."""
        first = len(self.lines)
        if not self.words[j]:
            block = self._all_numbers([[cell] for cell in cells])
            if block is not None:
                return block[:, 0]
        numbers = [number_in(cell, self.form.decimal) for cell in cells]
        words = self.words[j]
        for i, number in enumerate(numbers):
            if number is None:
                word = words[first + i] = read_cell(plain_cell(cells[i]))
                self._kept += 1
                self._letters += len(word)
        if self._kept > _MOST_WORDS or self._letters > _MOST_LETTERS:
            raise DataError(
                "The table holds very many words: remove the columns that are not numbers."
            )
        return np.array([math.nan if number is None else number for number in numbers])


def _with_points(cells: list[str]) -> list[str]:
    """Return cells with decimal commas turned into points.

    Raises ValueError where there is a point already, or a line break.
    """
    text = "\n".join(cells)
    if "." in text:
        raise ValueError
    found = text.replace(",", ".").split("\n")
    if len(found) != len(cells):
        raise ValueError
    return found
