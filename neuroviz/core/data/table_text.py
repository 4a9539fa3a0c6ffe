"""A data set as CSV, from which the same data are read again, to the bit.

No cell can be taken for a formula by a spreadsheet. A cell that begins with =, +, -, @, a tab or a
carriage return would be evaluated, or worse, by the program that opens the file. An apostrophe
before it makes it text everywhere, and reading removes the apostrophe again. Numbers are safe and
are written as they are.

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
"""Leading apostrophes are matched too, so that every text can be read back."""
_TOGETHER = 1_000


def harmless(text: str) -> str:
    """Return a text as a cell that is not a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(cell: str) -> str:
    """Return the text of a cell that :func:`harmless` made."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def is_number(text: str) -> bool:
    """Return whether a cell is a number in any program that opens it."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_cell(text: str) -> str:
    """Return a name as a cell that is not a formula; a class named −1 stays a number."""
    return text if is_number(text) else harmless(text)


def apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names made different: the second "x" becomes "x (2)"."""
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

    A row has the inputs in the data's own units, and the target or targets; classes are written by
    their names. The scaling and the rows held out are not in it.
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
    """Return rows of texts and numbers as lines of CSV that end with ``end``.

    Floats are written by repr, and a cell that contains a line ending is quoted.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue()
