"""A data set as CSV, from which the same data are read again, to the bit.

No cell is such that a spreadsheet takes it for a formula. A cell that begins with =, +, -, @, a tab
or a carriage return is worked out, or worse, by the program that opens the file. An apostrophe
before it makes it text everywhere; reading takes the apostrophe away again. Numbers are none of
this: they are written as they are.

Reference
---------
OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from neuroviz.core.data.dataset import Dataset

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""Apostrophes of one's own are counted, so that every text comes back."""
_TOGETHER = 1_000


def harmless(text: str) -> str:
    """Return a text as a cell that is no formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(cell: str) -> str:
    """Return the text that :func:`harmless` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def is_number(text: str) -> bool:
    """Return whether a cell is a number wherever it is opened."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_cell(text: str) -> str:
    """Return a name as a cell that is no formula; a class called −1 stays a number."""
    return text if is_number(text) else harmless(text)


def apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which no two are the same: of two "x" the second is "x (2)"."""
    taken: dict[str, None] = {}
    numbers: Counter[str] = Counter()
    for name in names:
        new = name
        while new in taken:
            numbers[name] += 1
            new = f"{name} ({numbers[name] + 1})"
        taken[new] = None
    return tuple(taken)


def data_text(data: Dataset) -> str:
    """Return a line of names and a row for each sample.

    Its inputs in the data's own units, and its target, or targets. Classes are written by their
    names. How the data are scaled and which rows are held out stands in no column.
    """
    return "".join(_blocks(data))


def _blocks(data: Dataset) -> Iterator[str]:
    yield csv_rows([map(as_cell, data.column_names)])
    names = [as_cell(name) for name in data.class_names]
    for start in range(0, data.rows, _TOGETHER):
        here = slice(start, start + _TOGETHER)
        inputs = data.inputs[here].tolist()
        targets = data.targets[here].reshape(len(inputs), -1).tolist()
        said = [[names[int(each)] if data.classes else each for each in row] for row in targets]
        yield csv_rows([*row, *last] for row, last in zip(inputs, said, strict=True))


def csv_rows(rows: Iterable[Iterable[object]], end: str = "\n") -> str:
    """Return rows of texts and numbers, floats by repr, as lines of CSV.

    Their end is quoted in a cell.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue()
