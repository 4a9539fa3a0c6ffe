"""Spreadsheets, .xlsx and .ods: rows of cells, by python-calamine where it is installed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from neuroviz.core.numbers import exact, quoted
from neuroviz.files.data.faults import DataError
from neuroviz.files.data.source import MAX_BYTES

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def is_spreadsheet(head: bytes) -> bool:
    """Return whether a file that begins so may be a spreadsheet."""
    return head.startswith((_ZIP, _OLD_EXCEL))


def sheet_rows(path: Path, sheet: str | None) -> tuple[list[tuple[int, list[str]]], str, tuple[str, ...]]:
    """Return the rows of a sheet with their numbers, its name, and the names of all sheets.

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
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise DataError(
            f"{path.name!r} is a spreadsheet, and python-calamine, which reads them, is not installed: "
            "install it, or save the sheet as CSV."
        ) from None
    _check_size(path)
    try:
        book = CalamineWorkbook.from_path(path)
        names = tuple(book.sheet_names)
        if not names:
            raise DataError(f"{path.name!r} has no sheet.")
        wanted = names[0] if sheet is None else sheet
        if wanted not in names:
            raise DataError(f"There is no sheet {quoted(wanted)}; there are {', '.join(names)}.", "sheet")
        table = book.get_sheet_by_name(wanted)
        first = (table.start or (0, 0))[0]
        rows = table.to_python(skip_empty_area=True)
    except DataError:
        raise
    except Exception as error:  # the library's own errors have no common class
        raise DataError(f"{path.name!r} cannot be read as a spreadsheet: {error}.") from None
    return [(first + i + 1, [_cell(value) for value in row]) for i, row in enumerate(rows)], wanted, names


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
