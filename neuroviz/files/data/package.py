"""The zip file that a spreadsheet is, and the cells in it.

Its parts are XML. Their elements are read in slices, and nothing else is read. No library does
that: calamine makes a rectangle of all cells at once, so that a note in the last cell of a sheet
asks for 512 GB and aborts the program; openpyxl knows no .ods.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple, NoReturn
from xml.parsers import expat

from neuroviz.core.numbers import quoted
from neuroviz.core.slices import Work
from neuroviz.files.data.faults import DataError

_MOST_BYTES = 500_000_000
"""Bytes of an unpacked part, at most."""
_TIGHT_BYTES = 16_000_000
_TIGHTEST = 400
"""Above the first number of bytes, a part may be packed by no more than the second factor; a table
of zeros is packed by 280."""
_MOST_LISTED = 2**20
"""Bytes of the list of all parts, at most; it is read at once."""
_TOO_MANY = "it has very many parts"
_BLOCK = 2**16
_LONGEST_TAG = 2**20
"""Bytes of a tag, at most: expat before 2.6 looks at an unfinished tag from its beginning again
with every block."""
_DEEPEST = 100
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    struct.error,
)


class Elements:
    """Reads the elements of a part; subclasses take from it what they need."""

    done = False
    """Whether nothing more is needed."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element, by its name without prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element, by its name without prefix."""

    def text(self, letters: str) -> None:
        """Take letters between two tags: all, or a piece of them."""


class Package:
    """The zip file of a spreadsheet.

    Parameters
    ----------
    file
        Its content; the caller closes it.
    origin
        The file's name in sentences.

    Raises
    ------
    DataError
        If it is no zip file, or has too many parts.
    """

    def __init__(self, file: BinaryIO, origin: str) -> None:
        self.origin = origin
        with self._told():
            self._zip = zipfile.ZipFile(_Listed(file))
        # Some programs write backslashes, or other capitals.
        self._parts = {
            item.filename.replace("\\", "/").lower(): item for item in self._zip.infolist()
        }

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def read(self, part: str, elements: Elements) -> Iterator[float]:
        """Pass the elements of a part to a reader; after every slice, yield the share read, 0 … 1.

        Raises
        ------
        DataError
            If the part is missing, damaged or too large, or has what no spreadsheet needs.
        """
        if part not in self:
            self.refuse(f"there is no {quoted(part)} in it")
        item = self._parts[part.lower()]
        self._check_size(item)
        parser = self._parser(elements)
        fed = 0
        with self._told(), self._zip.open(item) as file:
            while not elements.done and (block := file.read(_BLOCK)):
                parser.Parse(block)
                fed += len(block)
                if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                    self.refuse("its XML has a tag without an end")
                yield fed / item.file_size
            if not elements.done:
                parser.Parse(b"", True)

    def refuse(self, why: str) -> NoReturn:
        """Refuse the file as no spreadsheet that can be read.

        Raises
        ------
        DataError
            Always, with the reason in one sentence.
        """
        raise DataError(
            f"{self.origin!r} cannot be read as a spreadsheet: {why}; save the table as CSV."
        )

    def _check_size(self, item: zipfile.ZipInfo) -> None:
        size = item.file_size
        if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self.refuse("it is packed in a way that spreadsheets are not")
        if size > _MOST_BYTES:
            self.refuse(
                f"unpacked it has {size / 1e6:,.0f} MB, "
                f"and at most {_MOST_BYTES / 1e6:,.0f} MB are read"
            )
        if size > max(_TIGHT_BYTES, _TIGHTEST * item.compress_size):
            self.refuse(f"{size / 1e6:,.0f} MB are packed into {item.compress_size / 1e3:,.0f} kB")

    def _parser(self, elements: Elements) -> expat.XMLParserType:
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                self.refuse("its XML is nested too deeply")
            elements.start(name.rpartition(":")[2] if ":" in name else name, attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            elements.end(name.rpartition(":")[2] if ":" in name else name)

        def declared(*_: object) -> None:
            self.refuse("its XML declares a document type, through which other files could be read")

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = elements.text
        parser.StartDoctypeDeclHandler = declared
        return parser

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn errors of the file into one sentence."""
        try:
            yield
        except DataError:
            raise
        except expat.ExpatError as error:
            self.refuse(f"its XML is broken ({expat.ErrorString(error.code)})")
        except _DAMAGED as error:
            if "encrypted" in str(error):
                self.refuse("it has a password")
            self.refuse(
                _TOO_MANY if _TOO_MANY in str(error) else "the file is damaged, or not whole"
            )


class _Listed:
    """A file whose list of all parts is refused if it is too large."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read what :mod:`zipfile` asks for."""
        if size > _MOST_LISTED:
            raise zipfile.BadZipFile(_TOO_MANY)
        return self._file.read(size)


MOST_COLUMNS = 16_384
_MOST_ROWS = 2**20
"""Columns and rows of a spreadsheet, at most."""
_MOST_LETTERS = 2**17
"""Letters of a cell, at most; csv reads as many."""
_MOST_SHEETS = 1_000
_MOST_ELEMENTS = 2**16
"""Elements of one name, at most; those after them belong to no sheet."""
MOST_NAMED = 3
"""Sheets or cells that a sentence names, at most."""

Run = tuple[int, int, str]
"""Columns with the same content: the first, from 0, their number, and the content."""


class Attributes(Elements):
    """Collects the attributes of elements with certain names."""

    def __init__(self, *names: str) -> None:
        self.found: dict[str, list[dict[str, str]]] = {name: [] for name in names}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the attributes of an element, up to a limit."""
        if name in self.found and len(self.found[name]) < _MOST_ELEMENTS:
            self.found[name].append(attributes)


class TextElements(Elements):
    """Collects the letters of one item at a time."""

    _taking = False
    _length = 0

    def __init__(self, package: Package) -> None:
        self.package = package
        self._letters: list[str] = []

    def text(self, letters: str) -> None:
        """Take letters, up to a limit."""
        if self._taking:
            self._length += len(letters)
            if self._length > _MOST_LETTERS:
                self.package.refuse(f"one cell has more than {_MOST_LETTERS:,} letters")
            self._letters.append(letters)

    def _given(self) -> str:
        """Return the letters collected, and start anew."""
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
        """Return the complete rows since the last call: their number, repetitions and content."""
        rows = self._rows
        self._rows = []
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
    """Names of all sheets."""
    part: str
    """The part that holds its cells."""
    cells: Cells
    """The reader of its cells."""


def all_of(package: Package, part: str, elements: Elements) -> Work[None]:
    """Read a part to its end, in slices."""
    for _ in package.read(part, elements):
        yield None


def chosen(package: Package, names: Iterable[str], wanted: str | None) -> str:
    """Return the name of the sheet that is wanted.

    Raises
    ------
    DataError
        If it does not exist, or there are no sheets, or too many.
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
    """Return the whole number above 0 that a text of a few digits is, else the other number."""
    return (
        int(text) if text and len(text) < 8 and text.isascii() and text.isdecimal() else otherwise
    )


def plain(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes with their names without prefixes."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def number_text(text: str) -> str:
    """Return a number in the form of a cell.

    It has a decimal point: 3.125 becomes 3.1250, which cannot be read as 3125 with thousands.
    """
    digits = text.partition(".")[2]
    return f"{text}0" if len(digits) == 3 and digits.isdecimal() else text
