"""Spreadsheets, .xlsx and .ods: rows of cells, by python-calamine where it is installed."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuroviz.core.numbers import exact, quoted
from neuroviz.core.slices import Work
from neuroviz.files.data.faults import DataError
from neuroviz.files.data.source import MAX_BYTES

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_WAIT = 0.004
"""Seconds between two looks whether the thread is done."""


def is_spreadsheet(head: bytes) -> bool:
    """Return whether a file that begins so may be a spreadsheet."""
    return head.startswith((_ZIP, _OLD_EXCEL))


def sheet_rows(path: Path, sheet: str | None) -> Work[Sheet]:
    """Return a sheet, in slices: a thread unpacks it, which holds up nobody, since the library needs no Python.

    Parameters
    ----------
    sheet
        Name of the sheet; None for the first.

    Raises
    ------
    DataError
        If the library is missing, the file is no spreadsheet, or there is no such sheet.
    """
    try:
        import python_calamine
    except ImportError:
        raise DataError(
            f"{path.name!r} is a spreadsheet, and python-calamine, which reads them, is not installed: "
            "install it, or save the sheet as CSV."
        ) from None
    _check_size(path)
    found: list[Sheet | Exception] = []

    def unpack() -> None:
        try:
            found.append(_sheet(python_calamine.CalamineWorkbook.from_path(path), path, sheet))
        except Exception as error:  # the library's own errors have no common class
            found.append(error)

    thread = threading.Thread(target=unpack, daemon=True)  # who does not wait any more leaves it to its end
    thread.start()
    while thread.is_alive():
        thread.join(_WAIT)
        yield None
    (result,) = found
    if isinstance(result, DataError):
        raise result
    if isinstance(result, Exception):
        raise DataError(f"{path.name!r} cannot be read as a spreadsheet: {result}.") from None
    return result


def _sheet(book: Any, path: Path, wanted: str | None) -> Sheet:
    names = tuple(book.sheet_names)
    if not names:
        raise DataError(f"{path.name!r} has no sheet.")
    if wanted is not None and wanted not in names:
        raise DataError(f"There is no sheet {quoted(wanted)}; there are {', '.join(names)}.", "sheet")
    name = names[0] if wanted is None else wanted
    table = book.get_sheet_by_name(name)
    return Sheet(name, names, table)


@dataclass
class Sheet:
    """A sheet that is unpacked, with the names of all."""

    name: str
    names: tuple[str, ...]
    table: Any
    """The library's."""
    share: float = 0.0
    """How many of its rows were given, 0 … 1."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows with their numbers, from the first row and column on in which anything stands."""
        top, _ = self.table.start or (0, 0)  # empty columns at the left are none of a row
        for number, row in enumerate(self.table.iter_rows(), 1):
            self.share = number / (self.table.total_height + 1)
            if number > top:
                yield number, [_cell(value) for value in row]


def _check_size(path: Path) -> None:
    """Refuse what is small on the disk and huge when it is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(item.file_size for item in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # an old .xls, or a file that the library will refuse
    if size >= MAX_BYTES:
        raise DataError(f"{path.name!r} has {size / 1e9:.1f} GB when unpacked; at most 2 GB are read.")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return str(value)
    text = exact(value)
    # A number of the sheet has a decimal point: with one more digit 3.125 is no 3125 with a thousands point.
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
