"""Sheets as .ods has them: rows and cells that are written once and repeated."""

from __future__ import annotations

from neuroviz.core.slices import Work
from neuroviz.files.data.cells import (
    Attributes,
    Cells,
    Found,
    all_of,
    chosen,
    number_text,
    plain,
    whole,
)
from neuroviz.files.data.package import Elements, Package

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def ods_sheet(package: Package, wanted: str | None) -> Work[Found]:
    """Return where a sheet is, by its name; None for the first.

    Raises
    ------
    DataError
        If it is not there, or the file is damaged.
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
    """Reads which sheets there are."""

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
    """Reads the cells of a sheet by its name."""

    _here = False
    _tables = 0
    _cell: dict[str, str] | None = None

    def __init__(self, package: Package, sheet: str) -> None:
        super().__init__(package)
        self._sheet = sheet
        self._inside: list[str] = []
        """The elements that are open in the cell, where notes and pictures have texts of their
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
