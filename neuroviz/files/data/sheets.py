"""Sheets of .xlsx and .ods files.

In .xlsx, texts stand in a part of their own, and dates are numbers with a format; in .ods, repeated
rows and cells are written once.
"""

from __future__ import annotations

import posixpath
import re
from datetime import datetime, timedelta
from functools import lru_cache

from neuroviz.core.numbers import quoted
from neuroviz.core.slices import Work
from neuroviz.files.data.package import (
    MOST_COLUMNS,
    Attributes,
    Cells,
    Elements,
    Found,
    Package,
    TextElements,
    all_of,
    chosen,
    number_text,
    plain,
    whole,
)

_RELATIONS = "_rels/.rels"
_BOOK = "xl/workbook.xml"
_COLUMN = re.compile("[A-Z]{1,3}")
_MOST_STYLES = 2**16
_LONGEST_FORM = 255
"""Styles, and letters of a number format, as many as Excel has; those after them say nothing of
dates."""
_MOST_TEXTS = 5_000_000
_MOST_LETTERS = 2**27
"""Texts of a workbook, and all their letters, at most."""
_NOT_OF_DATES = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].|[^dmyhs]', re.IGNORECASE | re.DOTALL)
"""The parts of a number format that have nothing to do with dates and times."""
_DATES = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
"""The built-in date formats, by number, which every spreadsheet knows."""


def xlsx_sheet(package: Package, wanted: str | None) -> Work[Found]:
    """Return where a sheet is, by its name; None for the first.

    Raises
    ------
    DataError
        If it does not exist, or the file is damaged.
    """
    root = Attributes("Relationship")
    if _RELATIONS in package:
        yield from all_of(package, _RELATIONS, root)
    book_part = next(iter(_parts(root, "", "officeDocument").values()), _BOOK)
    if book_part not in package or not book_part.endswith(".xml"):
        package.refuse("it has no sheet of the kind that .xlsx or .ods has")
    folder, name = posixpath.split(book_part)
    book = Attributes("sheet", "workbookPr")
    yield from all_of(package, book_part, book)
    relations = Attributes("Relationship")
    yield from all_of(package, posixpath.join(folder, "_rels", f"{name}.rels"), relations)
    parts = _parts(relations, folder, "worksheet")
    keys: dict[str, str] = {}
    for sheet in book.found["sheet"]:
        keys.setdefault(sheet.get("name", ""), plain(sheet).get("id", ""))
    sheets = {sheet: parts[key] for sheet, key in keys.items() if key in parts}
    name = chosen(package, sheets, wanted)
    strings = _Strings(package)
    styles = _Styles()
    for kind, elements in (("sharedStrings", strings), ("styles", styles)):
        for part in [*_parts(relations, folder, kind).values()][:1]:
            yield from all_of(package, part, elements)
    from_1904 = any(each.get("date1904") in ("1", "true") for each in book.found["workbookPr"])
    cells = _XlsxCells(package, strings.every, styles.are_dates(), from_1904)
    return Found(name, tuple(sheets), sheets[name], cells)


def _parts(relations: Attributes, folder: str, kind: str) -> dict[str, str]:
    """Return the parts of a kind that the relations of a part name, by their keys."""
    found = {}
    for each in relations.found["Relationship"]:
        if each.get("Type", "").rpartition("/")[2] == kind:
            target = posixpath.join("/", folder, each.get("Target", ""))
            found[each.get("Id", "")] = posixpath.normpath(target).lstrip("/")
    return found


class _Strings(TextElements):
    """Reads the shared texts, which cells refer to by number."""

    _spoken = False
    _letters_kept = 0

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self.every: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._spoken = self._spoken or name == "rPh"  # phonetic text
        self._taking = name == "t" and not self._spoken

    def end(self, name: str) -> None:
        self._taking = False
        self._spoken = self._spoken and name != "rPh"
        if name == "si":
            self.every.append(self._given())
            self._letters_kept += len(self.every[-1])
            if len(self.every) > _MOST_TEXTS or self._letters_kept > _MOST_LETTERS:
                self.package.refuse("it holds very many texts")


class _Styles(Elements):
    """Reads the number format of each style."""

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._styles: list[str] = []
        self._here = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._forms[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[
                :_LONGEST_FORM
            ]
        elif name == "xf" and self._here and len(self._styles) < _MOST_STYLES:
            self._styles.append(attributes.get("numFmtId", ""))
        self._here = self._here or name == "cellXfs"

    def end(self, name: str) -> None:
        self._here = self._here and name != "cellXfs"

    def are_dates(self) -> frozenset[str]:
        """Return the numbers of the styles that show dates."""
        dates = _DATES | {key for key, form in self._forms.items() if _NOT_OF_DATES.sub("", form)}
        return frozenset(str(number) for number, form in enumerate(self._styles) if form in dates)


class _XlsxCells(Cells):
    _kind = ""
    _style = ""
    _spoken = False
    _column = -1

    def __init__(
        self, package: Package, strings: list[str], dates: frozenset[str], from_1904: bool
    ) -> None:
        super().__init__(package)
        self._strings = strings
        self._dates = dates
        self._from_1904 = from_1904

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._column = self._column_of(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
        elif name in ("v", "t"):
            self._taking = not self._spoken
        elif name == "row":
            self._number = whole(attributes.get("r"), self._number + 1)
            self._column = -1
        elif name == "rPh":
            self._spoken = True

    def end(self, name: str) -> None:
        self._taking = False
        if name == "c":
            self._end_cell(1, self._said(self._given()))
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._spoken = False
        elif name == "sheetData":
            self.done = True

    def _column_of(self, place: str | None) -> int:
        """Return the column of a cell by its name, or without one the column after the last."""
        if place is None:
            return self._column + 1
        column = _column_called(place.rstrip("0123456789"))
        if column is None:
            self.package.refuse(f"it has a cell called {quoted(place)}")
        return column

    def _said(self, text: str) -> str:
        if self._kind == "s":
            number = whole(text, -1)
            if not 0 <= number < len(self._strings):
                self.package.refuse(f"row {self._number:,} has a text that is not there")
            return self._strings[number]
        if self._kind == "b":
            return "true" if text == "1" else "false"
        if self._kind != "n" or not text:
            return text
        return self._date(text) if self._style in self._dates else number_text(text)

    def _date(self, text: str) -> str:
        try:
            days = float(text)
            moment = datetime(1904, 1, 1) if self._from_1904 else datetime(1899, 12, 30)
            moment += timedelta(seconds=round(86_400 * days))
        except (ValueError, OverflowError):
            return text
        return str(moment.time() if days < 1 else moment if days % 1 else moment.date())


@lru_cache(maxsize=MOST_COLUMNS)
def _column_called(letters: str) -> int | None:
    """Return the column, from 0, of letters such as "A" or "XFD"; None for other letters."""
    if not _COLUMN.fullmatch(letters):
        return None
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1 if column <= MOST_COLUMNS else None


CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def ods_sheet(package: Package, wanted: str | None) -> Work[Found]:
    """Return where a sheet is, by its name; None for the first.

    Raises
    ------
    DataError
        If it does not exist, or the file is damaged or encrypted.
    """
    if _MANIFEST in package:
        parts = Attributes("encryption-data")
        yield from all_of(package, _MANIFEST, parts)
        if parts.found["encryption-data"]:
            package.refuse("it has a password")
    tables = _SheetNames()
    yield from all_of(package, CONTENT, tables)
    name = chosen(package, tables.names, wanted)
    return Found(name, tuple(tables.names), CONTENT, _OdsCells(package, name))


class _SheetNames(Elements):
    """Reads the names of the sheets."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self._inside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._inside += 1
            if self._inside == 1:
                self.names[plain(attributes).get("name", "")] = None

    def end(self, name: str) -> None:
        self._inside -= name == "table"


class _OdsCells(Cells):
    """Reads the cells of the sheet with a name."""

    _here = False
    _tables = 0
    _cell: dict[str, str] | None = None

    def __init__(self, package: Package, sheet: str) -> None:
        super().__init__(package)
        self._sheet = sheet
        self._inside: list[str] = []
        """The elements that are open in the cell; notes and pictures in it have texts of their
        own."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._start_inside(name, attributes)
        elif name == "table":
            self._tables += 1
            self._here = self._here or (
                self._tables == 1 and plain(attributes).get("name", "") == self._sheet
            )
        elif self._here and name == "table-row":
            self._number += self._times
            self._times = whole(plain(attributes).get("number-rows-repeated"), 1)
            self._column = 0
        elif self._here and name in ("table-cell", "covered-table-cell"):
            self._cell = plain(attributes)

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p" and not self._inside:
            if self._letters:
                self._letters.append("\n")
            self._taking = True
        elif self._taking and name in ("s", "tab", "line-break"):
            self.text(" " * whole(plain(attributes).get("c"), 1) if name == "s" else " ")
        self._inside.append(name)

    def end(self, name: str) -> None:
        if self._inside:
            self._inside.pop()
            self._taking = self._taking and bool(self._inside)
        elif self._cell is not None:
            count = whole(self._cell.get("number-columns-repeated"), 1)
            self._end_cell(count, self._said(self._cell, self._given()))
            self._column += count
            self._cell = None
        elif self._here and name == "table-row":
            self._end_row()
        elif name == "table":
            self._tables -= 1
            self.done = self.done or (self._here and not self._tables)
            self._here = self._here and not self.done

    @staticmethod
    def _said(cell: dict[str, str], shown: str) -> str:
        if cell.get("value-type") in ("float", "percentage", "currency"):
            return number_text(cell.get("value", shown))
        values = (cell.get(f"{kind}-value") for kind in ("boolean", "date", "time", "string"))
        return next(filter(None, values), shown)
