"""Tables in HTML and Markdown, as they are copied from a page or a note: rows of cells."""

from __future__ import annotations

import re
from html.parser import HTMLParser

Rows = list[tuple[int, list[str]]]
"""Line on which a row begins, from 1, and its cells."""

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_BLANKS = re.compile(r"(?!(?<=\d)[\u00a0\u2009\u202f]\d)\s+")
"""What a page shows as one space; between digits, a space that breaks no line parts thousands."""
_BAR = re.compile(r"(?<!\\)\|")


def is_html(sample: str) -> bool:
    """Return whether text is HTML with a table."""
    return sample.lstrip().startswith("<") and "<t" in sample.lower()


def is_markdown(sample: str) -> bool:
    """Return whether text begins with a Markdown table: names, and a rule of dashes and bars below them."""
    lines = [line for line in sample.splitlines() if line.strip()]
    return len(lines) > 1 and "|" in lines[1] and "|" in lines[0] and bool(_RULE.fullmatch(lines[1]))


def html_rows(text: str) -> Rows:
    """Return the rows of the first table in HTML."""
    parser = _Table()
    parser.feed(text)
    parser.close()
    return [(line, [_BLANKS.sub(" ", "".join(cell)).strip() for cell in row]) for line, row in parser.rows]


def markdown_rows(text: str) -> Rows:
    """Return the rows of a Markdown table."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return [(number, _cells(line)) for i, (number, line) in enumerate(lines) if i != 1]


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    if re.search(r"(?<!\\)\|$", inner):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner)]


class _Table(HTMLParser):
    """Gathers the cells of the first table; one that spans columns stands in the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[list[str]]]] = []
        self._open = False
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._ended:
            return
        if tag == "tr":
            self.rows.append((self.getpos()[0], []))
        if tag in ("td", "th") and self.rows:
            self._open = True
            self.rows[-1][1].append([])
        if tag == "br" and self._open:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._open = False
        self._ended = self._ended or (tag == "table" and bool(self.rows))

    def handle_data(self, data: str) -> None:
        if self._open and not self._ended:
            self.rows[-1][1][-1].append(data)
