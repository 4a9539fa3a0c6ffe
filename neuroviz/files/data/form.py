"""The form of a table in text: separator, quotes, decimal mark, header.

Found from its first rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from neuroviz.core.data.dataset import LARGEST_IN_DATA
from neuroviz.core.numbers import quoted
from neuroviz.core.types import Frozen
from neuroviz.files.data.faults import DataError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", " ": "space", "|": "bar"}
"""The usual ones, and what they are called."""
DECIMALS = {".": "point", ",": "comma"}
OTHER_DECIMAL = {".": ",", ",": "."}
COMMENT = "#"
"""What a line begins with that is none of the table, where it stands above it."""
_ROWS = 100
_LETTERS = 20_000
_LONGEST = 60
_LONG = re.compile(rf"[^\s,;|\"']{{{_LONGEST},}}")
"""Letters without a separator or a quote:
the detector's patterns take very long for very many of them."""
_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " "})
_THOUSANDS = (
    "'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
)
"""What stands between groups of three digits, whatever the decimal mark;
the other decimal mark does too."""
_GROUPED = {
    mark: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}([{other}{_THOUSANDS}])\d{{3}}(?:\1\d{{3}})*(?:[{mark}]\d*)?",
        re.ASCII,
    )
    for mark, other in OTHER_DECIMAL.items()
}


class Wishes(Frozen):
    """What is to be so, whatever is found; None for what is to be found."""

    encoding: str | None = None
    """A name that Python knows, such as "utf-8" or "latin-1"."""
    separator: str | None = None
    """One letter."""
    decimal: str | None = None
    """Either "." or ","."""
    header: bool | None = None
    """Whether the first row holds the names of the columns."""
    sheet: str | None = None
    """Name of the sheet of a spreadsheet."""

    def __post_init__(self) -> None:
        for name in ("encoding", "separator", "decimal", "sheet"):
            if not isinstance(getattr(self, name), str | None):
                raise DataError(f"The {name} must be text, not {getattr(self, name)!r}.", name)
        if self.encoding is not None:
            _check_encoding(self.encoding)
        if not isinstance(self.header, bool | None):
            raise DataError(
                f"Whether there is a header must be true or false, not {self.header!r}.", "header"
            )
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '\r\n"'):
            raise DataError(
                f"The separator must be one letter, not {quoted(self.separator)}.", "separator"
            )
        if self.decimal is not None and self.decimal not in DECIMALS:
            raise DataError(
                f"The decimal mark must be . or , and not {quoted(self.decimal)}.", "decimal"
            )


def _check_encoding(name: str) -> None:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=name or "?")
    except (LookupError, ValueError):
        raise DataError(
            f"There is no encoding named {quoted(name)}: take utf-8, utf-16 or latin-1.", "encoding"
        ) from None


class Form(Frozen):
    """How a table is written."""

    kind: str = "text"
    """One of "text", "html", "markdown", "spreadsheet" or "python"."""
    encoding: str | None = None
    """Of a file of text; None elsewhere."""
    separator: str | None = None
    """Between two cells; None where the kind has its own, or there is one column."""
    quote: str = '"'
    """What stands round a cell with a separator in it."""
    decimal: str = "."
    """Either "." or ","."""
    header: bool = True
    """Whether the first row holds the names of the columns."""
    comment: tuple[str, ...] = ()
    """Their names, where they stand in a comment above the table."""
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """Which sheet it is, and which there are."""
    either: str | None = None
    """A cell that is a number with both decimal marks, where nothing tells which one is meant; None
    where something does.
    """

    @property
    def unit(self) -> str:
        """What the rows are counted by: the lines of a text, with what is above them, else rows."""
        return "line" if self.kind in ("text", "markdown") else "row"

    @property
    def doubt(self) -> str:
        """What the other decimal mark would make of the numbers, one sentence.

        Empty where something decides.
        """
        if self.either is None:
            return ""
        other = OTHER_DECIMAL[self.decimal]
        here, there = (number_in(self.either, mark) for mark in (self.decimal, other))
        return (
            f"{self.either} is read as {here:,.15g}; "
            f"with the decimal mark {DECIMALS[other]} it is {there:,.15g}."
        )

    def __str__(self) -> str:
        parts = [self.kind] if self.kind != "text" else []
        parts += [f"sheet {quoted(self.sheet)}"] if self.sheet is not None else []
        if self.separator is not None:
            parts.append(f"separator {SEPARATORS.get(self.separator, quoted(self.separator))}")
        parts.append(f"decimal {DECIMALS[self.decimal]}")
        parts += [self.encoding] if self.encoding else []
        parts.append("a header" if self.header else "no header")
        return ", ".join(parts)


def form_of(sample: str, wishes: Wishes, encoding: str | None, comment: str = "") -> Form:
    """Return the form of a table from its first letters.

    Parameters
    ----------
    comment
        The last line above it that begins with COMMENT; empty where there is none. It holds the
        names if the first row does not, and it has as many cells.
    """
    short = _first_lines(sample)
    separator = wishes.separator
    quote = '"'
    if separator is None:
        separator, quote = _dialect(short)
    rows = _parted(short, separator, quote)
    known = Form(encoding=encoding, separator=separator, quote=quote)
    form = rows_form(rows, wishes, known)
    if comment and wishes.header is None and not form.header:
        names = _parted(comment.lstrip().removeprefix(COMMENT).lstrip(" "), separator, quote)
        if rows and names and len(names[0]) == len(rows[0]) > 1:
            return replace(form, header=True, comment=(names[0][0] or COMMENT, *names[0][1:]))
    return form


def _parted(text: str, separator: str | None, quote: str) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    try:
        return list(
            csv.reader(lines, delimiter=separator or "\t", quotechar=quote, skipinitialspace=True)
        )
    except csv.Error:  # said with its row when all of it is read
        return []


def rows_form(rows: Sequence[Sequence[str]], wishes: Wishes, known: Form) -> Form:
    """Return a known form with decimal mark and header, as they are in the first rows of cells."""
    filled = [row for row in rows[:_ROWS] if any(cell.strip() for cell in row)]
    found, either = _decimal(filled)
    decimal = wishes.decimal or found
    header = _has_header(filled, decimal) if wishes.header is None else wishes.header
    either = None if wishes.decimal else either
    return replace(known, decimal=decimal, header=header, either=either)


def number_in(cell: str, decimal: str = ".") -> float | None:
    """Return the number up to LARGEST_IN_DATA in size that a cell holds, None for none.

    Thousands may be parted.
    """
    text = cell.replace("\N{MINUS SIGN}", "-").strip()
    if groups := _GROUPED[decimal].fullmatch(text):
        text = text.replace(groups[1], "")
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= LARGEST_IN_DATA and "_" not in text else None


def is_too_large(word: str) -> bool:
    """Return whether a cell that :func:`number_in` takes for a word is a number all the same."""
    try:
        return abs(float(word.replace(",", "."))) > LARGEST_IN_DATA and word[-1:].isdigit()
    except ValueError:
        return False


def plain_cell(cell: str) -> str:
    """Return a cell without spaces around it, and with the minus sign of a keyboard."""
    return cell.translate(_SIGNS).strip()


def _first_lines(sample: str) -> str:
    taken: list[str] = []
    for line in io.StringIO(sample, newline="").readlines()[:_ROWS]:
        if sum(map(len, taken)) > _LETTERS and len(taken) > 2:
            break
        taken.append(line)
    return "".join(taken)


def _dialect(sample: str) -> tuple[str | None, str]:
    from clevercsv import Detector

    short = _LONG.sub(lambda run: run[0][:_LONGEST], sample)
    found = Detector().detect(short, delimiters=list(SEPARATORS))
    if found is None:
        return None, '"'
    return found.delimiter or None, found.quotechar if found.quotechar == "'" else '"'


def _decimal(rows: Sequence[Sequence[str]]) -> tuple[str, str | None]:
    """Return the mark with which more cells are numbers.

    With it a cell to doubt it by, where both do as well. Then the one mark that stands in the cells
    is the decimal mark, and the point where there is none.
    """
    cells = [cell for row in rows for cell in row]
    found = {mark: [number_in(cell, mark) for cell in cells] for mark in DECIMALS}
    missing = {mark: found[mark].count(None) for mark in DECIMALS}
    if missing["."] != missing[","]:
        return min(missing, key=missing.__getitem__), None
    both = zip(cells, found["."], found[","], strict=True)
    unsure = [
        cell.strip() for cell, one, other in both if None not in (one, other) and one != other
    ]
    with_comma = sum("," in cell for cell in unsure)
    return "," if 2 * with_comma > len(unsure) else ".", unsure[0] if unsure else None


def _has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Return whether no cell of the first row is a number.

    Though below it there are columns of numbers. Where no column holds numbers nothing can be told,
    and the first row is taken for the names.
    """
    if len(rows) < 2:
        return bool(rows) and all(number_in(cell, decimal) is None for cell in rows[0])
    below: Counter[int] = Counter()
    for row in rows[1:]:
        below.update(i for i, cell in enumerate(row) if number_in(cell, decimal) is not None)
    numeric = [i for i, count in below.items() if 2 * count >= len(rows) - 1 and i < len(rows[0])]
    return all(number_in(rows[0][i], decimal) is None for i in numeric)
