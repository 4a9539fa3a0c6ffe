"""The form of a table in text: separator, quotes, decimal mark and header, from its first rows."""

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
"""The usual separators and their names."""
DECIMALS = {".": "point", ",": "comma"}
OTHER_DECIMAL = {".": ",", ",": "."}
COMMENT = "#"
"""How a line above the table begins that is not part of it."""
_ROWS = 100
_LETTERS = 20_000
_LONGEST = 60
_LONG = re.compile(rf"[^\s,;|\"']{{{_LONGEST},}}")
"""Letters without a separator or a quote, which are cut short: the detector's patterns take very
long for very many of them."""
_LONGEST_UNIT = 20
_WITH_UNIT = re.compile(
    r"([$£¥€]?) ?([-+]?\d(?:[\d.,'’]*\d)?)((?: |(?=[%‰°$£¥€]))[^\s\d]\S{0,19})?", re.ASCII
)
"""A number beside the sign of a currency, or before a unit, from which a space parts it."""
_WORD = re.compile("[^\\W\\d_]|[%‰°$£¥€]")
"""What a unit has: a letter or a sign."""
_MISSING = frozenset(("na", "n/a", "nan", "nil", "none", "null"))
"""What stands where a number is missing, and is no unit."""
_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " "})
_THOUSANDS = (
    "'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
)
"""Marks that can stand between groups of three digits, whatever the decimal mark; so can the other
decimal mark."""
_GROUPED = {
    mark: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}([{other}{_THOUSANDS}])\d{{3}}(?:\1\d{{3}})*(?:[{mark}]\d*)?",
        re.ASCII,
    )
    for mark, other in OTHER_DECIMAL.items()
}


class Wishes(Frozen):
    """What a person prescribes about the form of a table; None for what is to be found out."""

    encoding: str | None = None
    """A name that Python knows, such as "utf-8" or "latin-1"."""
    separator: str | None = None
    """A single letter."""
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
            f"There is no encoding named {quoted(name)}: use utf-8, utf-16 or latin-1.", "encoding"
        ) from None


class Form(Frozen):
    """How a table is written."""

    kind: str = "text"
    """One of "text", "html", "markdown", "spreadsheet" or "python"."""
    encoding: str | None = None
    """The encoding of a text file; None for anything else."""
    separator: str | None = None
    """The separator of cells; None where the kind has its own, or there is one column."""
    quote: str = '"'
    """The quote around a cell that contains a separator."""
    decimal: str = "."
    """Either "." or ","."""
    header: bool = True
    """Whether the first row holds the names of the columns."""
    comment: tuple[str, ...] = ()
    """Names of the columns, where they stand in a comment above the table."""
    titles: int = 0
    """Rows above the names, as for a title or a device, which are not read."""
    units: bool = False
    """Whether the row below the names holds the units."""
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """Name of the sheet, and of all sheets there are."""
    either: str | None = None
    """A cell that is a number with either decimal mark, where nothing decides which is meant; else
    None."""

    @property
    def unit(self) -> str:
        """The unit in which rows are counted: "line" from the beginning of a text, else "row"."""
        return "line" if self.kind in ("text", "markdown") else "row"

    @property
    def doubt(self) -> str:
        """What the numbers would be with the other decimal mark, in a sentence; empty if sure."""
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


def form_of(sample: str, wishes: Wishes, encoding: str | None, comment: str) -> Form:
    """Return the form of a table, found in its first letters.

    Parameters
    ----------
    comment
        The last line above it that begins with COMMENT; empty where there is none. It holds the
        names if the first row does not, and if it has as many cells.
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
    except csv.Error:  # reported, with its row, when the whole table is read
        return []


def rows_form(rows: Sequence[Sequence[str]], wishes: Wishes, known: Form) -> Form:
    """Return a known form with the decimal mark and the header that the first rows suggest."""
    filled = [row for row in rows[:_ROWS] if any(cell.strip() for cell in row)]
    found, either = _decimal(filled, known.separator)
    decimal = wishes.decimal or found
    titles = 0 if wishes.header is False else _titles(filled, decimal)
    table = filled[titles:]
    header = _has_header(table, decimal) if wishes.header is None else wishes.header
    return replace(
        known,
        decimal=decimal,
        header=header,
        titles=titles,
        units=header and _has_units(table, decimal),
        either=None if wishes.decimal else either,
    )


def number_in(cell: str, decimal: str = ".") -> float | None:
    """Return the number that a cell holds, up to LARGEST_IN_DATA in size, None for none.

    There may be marks between thousands.
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


def number_and_unit(cell: str) -> tuple[str, str]:
    """Return the number that a cell holds, as it is written, and its unit.

    A cell of any other form is returned as it is, without a unit.
    """
    found = _WITH_UNIT.fullmatch(plain_cell(cell))
    if found is None or bool(found[1]) == bool(found[3]):
        return cell, ""
    return found[2], found[1] or found[3].strip()


def is_too_large(word: str) -> bool:
    """Return whether a cell that :func:`number_in` does not take is a number that is too large."""
    try:
        return abs(float(word.replace(",", "."))) > LARGEST_IN_DATA and word[-1:].isdigit()
    except ValueError:
        return False


def plain_cell(cell: str) -> str:
    """Return a cell without surrounding spaces, and with hyphens for minus signs."""
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


def _decimal(rows: Sequence[Sequence[str]], separator: str | None) -> tuple[str, str | None]:
    """Return the decimal mark with which more cells are numbers, and a cell that is in doubt.

    Where both do equally well, it is the comma if that stands in most of the cells in doubt and
    does not part cells, else the point. The second value is None where nothing is in doubt.
    """
    cells = [number_and_unit(cell)[0] for row in rows for cell in row]
    found = {mark: [number_in(cell, mark) for cell in cells] for mark in DECIMALS}
    missing = {mark: found[mark].count(None) for mark in DECIMALS}
    if missing["."] != missing[","]:
        return min(missing, key=missing.__getitem__), None
    both = zip(cells, found["."], found[","], strict=True)
    unsure = [
        cell.strip() for cell, one, other in both if None not in (one, other) and one != other
    ]
    with_comma = 0 if separator == "," else sum("," in cell for cell in unsure)
    return "," if 2 * with_comma > len(unsure) else ".", unsure[0] if unsure else None


def _has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Return whether no cell of the first row is a number although columns below hold numbers.

    Where no column holds numbers, the first row is taken for the names.
    """
    if len(rows) < 2:
        return bool(rows) and all(number_in(cell, decimal) is None for cell in rows[0])
    below = _of_numbers(rows[1:], decimal)
    return all(number_in(rows[0][i], decimal) is None for i in below if i < len(rows[0]))


def _titles(rows: Sequence[Sequence[str]], decimal: str) -> int:
    """Return how many rows stand above the names: they have fewer cells than most rows."""
    widths = [max((i for i, cell in enumerate(row, 1) if cell.strip()), default=0) for row in rows]
    often = Counter(widths)
    usual = max(often, key=lambda width: (often[width], width), default=0)
    above = next((i for i, width in enumerate(widths) if width >= usual), 0)
    below = rows[above + 1 :]
    named = bool(_of_numbers(below, decimal)) and _has_header(rows[above:], decimal)
    return above if named else 0


def _has_units(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Return whether the second row holds units.

    They stand over columns of numbers alone, a dash or nothing over what has none; they are short
    words, and stand nowhere below.
    """
    if len(rows) < 4:
        return False
    columns = _of_numbers(rows[2:], decimal)
    below = {(i, cell.strip()) for row in rows[2:] for i, cell in enumerate(row)}
    units = [(i, unit) for i, unit in enumerate(map(str.strip, rows[1])) if unit not in ("", "-")]
    return 2 * len(units) > len(columns) and all(
        i in columns
        and len(unit) <= _LONGEST_UNIT
        and unit.lower() not in _MISSING
        and _WORD.search(unit)
        and number_in(unit, decimal) is None
        and (i, unit) not in below
        for i, unit in units
    )


def _of_numbers(rows: Sequence[Sequence[str]], decimal: str) -> list[int]:
    """Return the columns in which at least half of some rows hold numbers."""
    found: Counter[int] = Counter()
    for row in rows:
        found.update(i for i, cell in enumerate(row) if number_in(cell, decimal) is not None)
    return [i for i, count in found.items() if 2 * count >= len(rows)]
