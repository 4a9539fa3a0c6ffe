"""Tables in HTML and Markdown, as copied from a page or a note: rows of cells, read in slices."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from neuroviz.files.data.faults import DataError, Row

_MOST_CELLS = 100_000
_MOST_LETTERS = 2**17
"""Cells in a row, and letters in a cell, at most; csv reads as many letters."""
_TAGS = 2_000
"""Tags that are read in one slice."""
_RULE = re.compile(r":?-+:?")
_BLANKS = re.compile(r"(?!(?<=\d)[\u00a0\u2009\u202f]\d)\s+")
"""Whitespace that a page shows as one space; a non-breaking space between digits separates
thousands."""
_BAR = re.compile(r"(?<!\\)\|")
_TAG = re.compile(r"<(?:(!--)|([!?])|(/?)([a-zA-Z][^\s/>]{0,63})|(/))")
"""The beginning of a comment, a declaration, a tag, or a nameless end tag; any other < is a
letter."""
_VALUE = re.compile(r">|=\s*([\"'])")
"""The end of a tag, or the beginning of a quoted value, inside which > is a letter."""
_UNSEEN = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in ("script", "style")}


def is_html(sample: str) -> bool:
    """Return whether a text is HTML with a table."""
    return sample.lstrip().startswith("<") and "<t" in sample.lower()


def is_markdown(sample: str) -> bool:
    """Return whether a text begins with a Markdown table: names above a rule of dashes and bars."""
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(lines) < 2 or "|" not in lines[0] or "|" not in lines[1]:
        return False
    rule = lines[1].strip().removeprefix("|").removesuffix("|").split("|")
    return all(_RULE.fullmatch(cell.strip()) for cell in rule)


def markdown_rows(lines: Iterable[tuple[int, str]]) -> Iterator[Row]:
    """Yield the rows of a Markdown table, given its lines with their numbers."""
    seen = 0
    for number, line in lines:
        seen += bool(line.strip())
        if seen != 2 or not line.strip():  # the second line is the rule
            yield number, _cells(line.strip()) if line.strip() else []


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner, maxsplit=_MOST_CELLS)]


class _Tag(NamedTuple):
    """A part of the text that is not shown: a tag or a comment."""

    name: str
    """In lower case, with a slash before it if it closes; empty for a comment."""
    start: int
    end: int


def _tags(text: str) -> Iterator[_Tag]:
    """Yield the tags of HTML, in time proportional to its length.

    What is opened and not closed reaches to the end of the text, as in a browser.
    """
    place = 0
    while opened := _TAG.search(text, place):
        comment, declaration, slash, name, nothing = opened.groups()
        if comment:
            place = _behind(text, "-->", opened.end())
        elif declaration or nothing:
            place = _behind(text, ">", opened.end())
        else:
            place = _end_of_tag(text, opened.end())
            name = name.lower()
            if not slash and name in _UNSEEN:
                closed = _UNSEEN[name].search(text, place)
                place = closed.start() if closed else len(text)
        yield _Tag(f"{slash}{name}" if name else "", opened.start(), place)


def _behind(text: str, end: str, place: int) -> int:
    found = text.find(end, place)
    return len(text) if found < 0 else found + len(end)


def _end_of_tag(text: str, place: int) -> int:
    while found := _VALUE.search(text, place):
        if found[0] == ">":
            return found.end()
        place = _behind(text, found[1], found.end())
    return len(text)


class HtmlTable:
    """The first table of a page.

    Its rows are counted from 1. A cell that spans several columns stands in the first of them.

    Attributes
    ----------
    share
        Share of the text that has been read, 0 … 1.
    """

    share = 0.0
    _number = 0
    _row: Row | None = None
    _cell: list[str] | None = None

    def __init__(self, text: str) -> None:
        self._text = text

    def rows(self) -> Iterator[Row | None]:
        """Yield the rows, and None between slices.

        Raises
        ------
        DataError
            If a row has too many cells, or a cell too many letters.
        """
        place = 0
        for count, tag in enumerate(_tags(self._text), 1):
            self._take_text(place, tag.start)
            place = tag.end
            yield from self._take_tag(tag.name)
            if tag.name == "/table" and self._number:
                return
            if count % _TAGS == 0:
                self.share = place / len(self._text)
                yield None
        self._take_text(place, len(self._text))
        yield from self._whole_row()

    def _take_text(self, start: int, end: int) -> None:
        """Add text to the open cell, if there is one."""
        if self._cell is not None and end > start:
            if end - start > _MOST_LETTERS:
                raise DataError(
                    f"A cell of row {self._number:,} has more than {_MOST_LETTERS:,} letters."
                )
            self._cell.append(_plain(self._text[start:end]))

    def _take_tag(self, name: str) -> Iterator[Row]:
        """Take a tag, and yield the row that it ends."""
        if name == "tr":
            yield from self._whole_row()
            self._number += 1
            self._row = (self._number, [])
        elif name in ("td", "th") and self._row is not None:
            self._close()
            self._cell = []
        elif name == "br" and self._cell is not None:
            self._cell.append(" ")
        elif name in ("/td", "/th"):
            self._close()
        elif name in ("/tr", "/table"):
            yield from self._whole_row()

    def _whole_row(self) -> Iterator[Row]:
        """Yield the open row, if there is one, and close it."""
        self._close()
        if self._row is not None:
            yield self._row
        self._row = None

    def _close(self) -> None:
        if self._cell is None or self._row is None:
            return
        line, cells = self._row
        if len(cells) == _MOST_CELLS:
            raise DataError(
                f"Row {line:,} has more than {_MOST_CELLS:,} cells: is it a table of samples?"
            )
        cells.append(_BLANKS.sub(" ", "".join(self._cell)).strip())
        self._cell = None


def _plain(text: str) -> str:
    """Return text with character references such as &amp; replaced."""
    try:
        return html.unescape(text)
    except ValueError:  # a character number of thousands of digits
        return text
