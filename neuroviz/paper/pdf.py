"""PDF: a document on paper, written by fpdf2 with the fonts that come with matplotlib.

Its figures are pages made by matplotlib and merged by pypdf: lines stay lines, and text stays text.
"""

from __future__ import annotations

import copy
import io
import logging
import math
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection, XPos, YPos
from fpdf.fonts import FontFace, TextStyle, TTFFont
from pypdf import PdfReader, PdfWriter, Transformation

from neuroviz.core.outside import printable
from neuroviz.paper.blocks import (
    Beside,
    Block,
    Blocks,
    Code,
    Fitting,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
    TextTable,
    TickBoxes,
    WritingLines,
)
from neuroviz.paper.html import as_html, inline_html
from neuroviz.pictures.render import render

_INK = (31, 36, 48)
_QUIET = (91, 98, 112)
_RULE = (138, 145, 160)
_SIDE = 20.0
_TOP = 16.0
_BOTTOM = 16.0
_FOOT = 13.0
"""From the lower edge of the page to the top of the footer, in mm."""
_LINE = 5.2
"""Height of a line of text, in mm."""
_LEADING = 1.35
"""Distance between the lines of a paragraph, in heights of letters."""
_RULED = 8.0
"""Height of a line to write on, in mm."""
_MOST_MORE = 3
"""Lines added to a place to write where its page has room, at most."""
_BOX = 3.4
_BEFORE = 8.0
"""From the left edge to the text of a choice, where its box stands, in mm."""
_DPI = 300
"""Resolution of maps, the only pixels."""
_GAP = 4.0
"""Between pictures side by side, in mm."""
_CODE = 6.5
"""Size of the letters of a program, in points."""
_MANY = 12
"""Lines of a program from which it has two columns."""
_NARROW = 7
"""Letters that each column of a small table has room for, before one takes more than another."""
_UNKNOWN = "\ufffd"
"""In place of a letter that the fonts lack."""
_TO_THE_LEFT = ("R", "AL")
"""Classes of letters that are written from right to left."""
_STYLES = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}

_FORMS: dict[str, dict[str, str]] = {}
"""The forms that each Arabic letter has beside others, by their names in Unicode."""
for _form in map(chr, range(0xFB50, 0xFEFD)):
    _kind, *_codes = unicodedata.decomposition(_form).split() or [""]
    _FORMS.setdefault("".join(chr(int(code, 16)) for code in _codes), {})[_kind] = _form

_LETTER = "(\u0644[\u0622\u0623\u0625\u0627]|.)([\u064b-\u065f\u0670]*)"
"""A letter, lam and alef as one, and the marks on it."""

# Silence the libraries that subset fonts, which report progress and missing letters.
for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)


def _joined(text: str) -> str:
    """Return a text with its Arabic letters in the forms that they have beside each other.

    fpdf2 joins them only where uharfbuzz is installed.
    """
    result = []
    joins = False
    letters = re.findall(_LETTER, text, re.DOTALL)
    for (letter, marks), (after, _) in pairwise([*letters, ("", "")]):
        forms = _FORMS.get(letter, {})
        goes_on = "<initial>" in forms and "<final>" in _FORMS.get(after, {})
        open_ended = "<medial>" if joins else "<initial>"
        closed = "<final>" if joins else "<isolated>"
        result += [forms.get(open_ended if goes_on else closed, letter), marks]
        joins = goes_on
    return "".join(result)


def pdf_page(document: PaperDocument, size: str) -> bytes:
    """Return a document as a PDF file on "A4" or "letter"; equal documents give equal bytes."""
    pages = _Pages(document, size)
    pages.put(document.groups)
    writer = PdfWriter(clone_from=io.BytesIO(pages.output()))
    for page, x, y, picture in pages.placed:
        file = render(picture.figure, ".pdf", picture.width, picture.height, _DPI)
        (figure,) = PdfReader(io.BytesIO(file)).pages
        place = Transformation().translate(pages.k * x, pages.k * (pages.h - y - picture.height))
        writer.pages[page - 1].merge_transformed_page(figure, place)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


class _Pages(FPDF):
    """Pages with the title on the first, and a footer with a number on each."""

    def __init__(self, document: PaperDocument, size: str) -> None:
        super().__init__(format=size)
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        for family, file in (("Sans", "DejaVuSans"), ("Mono", "DejaVuSansMono")):
            for style, name in _STYLES.items():
                self.add_font(family, style, fonts / f"{file}{name}.ttf")
        self.set_fallback_fonts(["Sans"])  # it has letters that Mono lacks
        self._footer = document.footer
        self._more = 0
        self.placed: list[tuple[int, float, float, Picture]] = []
        self.set_title(printable(document.title))
        self.set_lang("en")
        self.set_creation_date(
            datetime(2000, 1, 1, tzinfo=UTC)
        )  # else the same page has other bytes a second later
        self.set_margins(_SIDE, _TOP)
        self.set_auto_page_break(True, _BOTTOM)
        self.add_page()
        self._write(document.title, 17, "B", 8)
        self.ln(1)

    def normalize_text(self, text: str) -> str:
        """Replace letters that cannot be written, since a name from outside may hold anything."""
        font = self.fonts["sans"]
        assert isinstance(font, TTFFont)
        known = "".join(
            letter if letter.isspace() or ord(letter) in font.cmap else _UNKNOWN
            for letter in _joined(printable(text))
        )
        if any(unicodedata.bidirectional(letter) in _TO_THE_LEFT for letter in known):
            known = BidiParagraph(known, TextDirection.LTR).get_reordered_string()
        return super().normalize_text(known)

    def footer(self) -> None:
        """Write the footer and the number of the page."""
        self.set_y(-_FOOT)
        self.set_font("Sans", "", 8)
        self.set_text_color(*_QUIET)
        self.cell(self.epw / 2, 4, self._footer)
        self.cell(self.epw / 2, 4, str(self.page_no()), align="R")

    def put(self, groups: Sequence[Blocks]) -> None:
        """Put groups on pages; one that does not fit on the rest of this begins a new page."""
        waiting: list[Block] = []
        room = self._room()
        trial = copy.deepcopy(self)  # only once: copying takes as long as writing a page
        for group in groups:
            ways = [(trial._height(way), way) for way in _ways(group)]
            height, shown = next((way for way in ways if way[0] <= room), ways[-1])
            if height > room and waiting:
                self._put_page(waiting, room)
                self.add_page()
                waiting = []
                room = self._room()
            waiting += shown
            room -= height
        self._put_page(waiting, room)

    def _room(self) -> float:
        """Return the height left on the page, in mm."""
        return float(self.page_break_trigger - self.y)

    def _height(self, group: Blocks) -> float:
        """Return the height of a group in mm; infinite where it is longer than a page."""
        self.add_page()
        page = self.page_no()
        top = _TOP + 1.0  # at the very top of a page, a paragraph would have no margin
        self.set_y(top)
        self._put_all(group)
        return math.inf if self.page_no() > page else float(self.y) - top

    def _put_page(self, blocks: Sequence[Block], room: float) -> None:
        """Put blocks that leave this much room, in mm, which is used for more lines to write on."""
        count = sum(isinstance(block, WritingLines) for block in _flat(blocks))
        self._more = int(min(_MOST_MORE, max(0.0, room) / _RULED / max(1, count)))
        self._put_all(blocks)
        self._more = 0

    def _put_all(self, group: Iterable[Block]) -> None:
        for block in group:
            _PUT[type(block)](self, block)

    def _write(self, text: str, size: float, style: str, line: float) -> None:
        self.set_font("Sans", style, size)
        self.set_text_color(*_INK)
        self.multi_cell(0, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def put_heading(self, block: SectionHeading) -> None:
        """Put a heading, with room above it."""
        self.ln(3)
        self._write(block.text, 12, "B", 6)
        self.ln(0.5)

    def put_text(self, block: Paragraphs) -> None:
        """Put paragraphs."""
        self.set_font("Sans", "", 8.5 if block.quiet else 10)
        self.set_text_color(*(_QUIET if block.quiet else _INK))
        self._markup(as_html(block.markdown))
        self.ln(1)

    def _markup(self, markup: str) -> None:
        code = FontFace(family="Mono")
        paragraph = TextStyle(t_margin=0.6, b_margin=0.6, l_margin=0)
        self.write_html(
            markup.replace("\n", " ").replace("<p>", f'<p line-height="{_LEADING}">'),
            font_family="Sans",
            tag_styles={"code": code, "p": paragraph},
            li_prefix_color=_INK,
        )
        self.set_x(self.l_margin)

    def put_choices(self, block: TickBoxes) -> None:
        """Put boxes with their texts, side by side where all fit into one line."""
        self.ln(1)
        side = self.l_margin
        widths = [_BEFORE + self._width(text) + _GAP for text in block.texts]
        between = (self.epw - sum(widths)) / len(widths)
        for number, text in enumerate(block.texts):
            if self.will_page_break(_LINE + 2):
                self.add_page()
            top = self.y
            self._choice(text, ticked=number in block.ticked)
            if between >= 0 and number < len(widths) - 1:
                self.set_left_margin(self.l_margin + widths[number] + between)
                self.set_xy(self.l_margin, top)
        self.set_left_margin(side)
        self.set_x(side)

    def _width(self, text: str) -> float:
        """Return the width of a choice in a single line, in mm, estimated from above."""
        self.set_font("Mono" if "`" in text else "Sans", "", 10)
        return float(self.get_string_width(re.sub("[`*]", "", text)))

    def _choice(self, text: str, *, ticked: bool) -> None:
        side = self.l_margin
        self._box(ticked=ticked)
        self.set_left_margin(side + _BEFORE)
        self.set_x(self.l_margin)
        self.set_font("Sans", "", 10)
        self.set_text_color(*_INK)
        self._markup(f"<p>{inline_html(text)}</p>")
        self.set_left_margin(side)
        self.set_x(side)
        self.ln(1.2)

    def _box(self, *, ticked: bool) -> None:
        x = self.l_margin + 1
        y = self.y + 1.0
        self.set_draw_color(*_INK)
        self.set_line_width(0.3)
        self.rect(x, y, _BOX, _BOX)
        if ticked:
            self.set_line_width(0.7)
            self.line(x + 0.6, y + 0.6, x + _BOX - 0.6, y + _BOX - 0.6)
            self.line(x + 0.6, y + _BOX - 0.6, x + _BOX - 0.6, y + 0.6)

    def put_lines(self, block: WritingLines) -> None:
        """Put a label and lines to write on."""
        if block.label:
            self.ln(1)
            self._write(block.label, 10, "", _LINE)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        for _ in range(block.count + self._more):
            if self.will_page_break(_RULED):
                self.add_page()
            self.ln(_RULED)
            self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)
        self.ln(1.5)

    def put_pictures(self, block: Pictures) -> None:
        """Put pictures side by side, in rows as wide as the page."""
        for row in _rows(block, self.epw):
            height = max(picture.height for picture in row)
            if self.will_page_break(height):
                self.add_page()
            x = self.l_margin
            for picture in row:
                self._image(picture, x)
                x += picture.width + _GAP
            self.set_y(self.y + height + 1)

    def _image(self, picture: Picture, x: float) -> None:
        self.placed.append((self.page, x, self.y, picture))

    def put_beside(self, block: Beside) -> None:
        """Put a picture, and its blocks to the right of it."""
        picture = block.picture
        if self.will_page_break(picture.height):
            self.add_page()
        page = self.page
        top = self.y
        side = self.l_margin
        self._image(picture, side)
        self.set_left_margin(side + picture.width + _GAP)
        self.set_xy(self.l_margin, top)
        self._put_all(block.blocks)
        self.set_left_margin(side)
        below = self.y if self.page > page else max(self.y, top + picture.height + 1)
        self.set_xy(side, below)

    def put_table(self, block: TextTable) -> None:
        """Put a table as wide as the page."""
        self.ln(1)
        self.set_font("Sans", "", 8 if block.small else 9)
        self.set_text_color(*_INK)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        place: dict[str, Any] = {"line_height": 6, "padding": 0.8, "text_align": "L"}
        if block.small:
            place = {"line_height": 3.4, "padding": 0.4, "text_align": "R"}
            place["borders_layout"] = "HORIZONTAL_LINES"
            words = [max(title.split(), key=len, default="") for title in block.titles]
            columns = zip(words, *block.rows, strict=True)
            place["col_widths"] = [2 + max(_NARROW, *map(len, column)) for column in columns]
        with self.table(headings_style=FontFace(emphasis="B"), **place) as table:
            for cells in (block.titles, *block.rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        self.ln(2)

    def put_code(self, block: Code) -> None:
        """Put a program, in two columns if it is long; lines that are too long are broken."""
        columns = 2 if block.text.count("\n") >= _MANY else 1
        width = (self.epw - _GAP * (columns - 1)) / columns
        self.set_font("Mono", "", _CODE)
        self.set_text_color(*_INK)
        room = int(width / self.get_string_width("x"))
        lines = [part for line in block.text.split("\n") for part in _broken(line, room)]
        half = -(-len(lines) // columns)
        line = 1.22 * _CODE / self.k
        self.ln(1)
        for start in range(half):
            if self.will_page_break(line):
                self.add_page()
            for text in (lines[start], *lines[start + half : start + half + 1]):
                self.cell(width + _GAP, line, text)
            self.ln(line)


def _broken(line: str, room: int) -> list[str]:
    """Break a line of a program, indent its continuation, and keep a comment a comment."""
    before = line[: len(line) - len(line.lstrip())]
    further = f"{before}# " if line.lstrip().startswith("#") else f"{before}    "
    return textwrap.wrap(line, room, subsequent_indent=further, break_on_hyphens=False) or [""]


def _ways(group: Blocks) -> tuple[Blocks, ...]:
    """Return a group at each of its lengths, from the longest to the shortest."""
    return next((block.ways for block in group if isinstance(block, Fitting)), (group,))


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, including those beside a picture."""
    for block in blocks:
        yield from block.blocks if isinstance(block, Beside) else (block,)


def _rows(block: Pictures, width: float) -> list[list[Picture]]:
    """Distribute pictures over rows that are no wider than the page."""
    rows: list[list[Picture]] = []
    left = 0.0
    for picture in block.pictures:
        if not rows or picture.width > left:
            rows.append([])
            left = width
        rows[-1].append(picture)
        left -= picture.width + _GAP
    return rows


_PUT: Mapping[type[Any], Callable[[_Pages, Any], None]] = {
    SectionHeading: _Pages.put_heading,
    Paragraphs: _Pages.put_text,
    TickBoxes: _Pages.put_choices,
    WritingLines: _Pages.put_lines,
    Pictures: _Pages.put_pictures,
    Beside: _Pages.put_beside,
    TextTable: _Pages.put_table,
    Code: _Pages.put_code,
}
