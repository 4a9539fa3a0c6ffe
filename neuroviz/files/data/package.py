"""The zip file that a spreadsheet is.

Its parts are XML, of which elements are read in slices, and nothing else.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from neuroviz.core.numbers import quoted
from neuroviz.files.data.faults import DataError

_MOST_BYTES = 500_000_000
"""Bytes of a part when it is unpacked."""
_TIGHT_BYTES = 16_000_000
_TIGHTEST = 400
"""The same of a part of which a byte in the file becomes more than so many;
of a table of zeros it becomes 280."""
_MOST_LISTED = 2**20
"""Bytes of the list of all parts, which is read at once."""
_TOO_MANY = "it has very many parts"
_BLOCK = 2**16
_LONGEST_TAG = 2**20
"""Bytes; expat before 2.6 looks at a tag that has no end yet from its beginning,
again with every block."""
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
    """Reads a part; subclasses take of it what they want."""

    done = False
    """Whether nothing more is wanted."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element, by its name without prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, letters: str) -> None:
        """Take letters between two tags, all or some of them."""


class Package:
    """A spreadsheet's file.

    Parameters
    ----------
    file
        Its bytes; who opened it closes it.
    origin
        What it is called in sentences.

    Raises
    ------
    DataError
        If it is no zip file, or has very many parts.
    """

    def __init__(self, file: BinaryIO, origin: str) -> None:
        self.origin = origin
        with self._told():
            self._zip = zipfile.ZipFile(_Listed(file))
        # As some programs write them: with other slashes, and capitals.
        self._parts = {
            item.filename.replace("\\", "/").lower(): item for item in self._zip.infolist()
        }

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def read(self, part: str, elements: Elements) -> Iterator[float]:
        """Give a part to what reads it.

        Yield after every slice how much of it has been read, 0 … 1.

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
        """Say that the file is no spreadsheet that can be read.

        Raises
        ------
        DataError
            One sentence.
        """
        raise DataError(
            f"{self.origin!r} cannot be read as a spreadsheet: {why}; save the table as CSV."
        )

    def _check_size(self, item: zipfile.ZipInfo) -> None:
        size = item.file_size
        if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self.refuse("it is packed in a way in which spreadsheets are not")
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
            self.refuse("its XML declares a type of document, by which other files could be read")

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = elements.text
        parser.StartDoctypeDeclHandler = declared
        return parser

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one sentence what is wrong with the file."""
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
    """A file of which the list of all parts is read only where it is not large."""

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
