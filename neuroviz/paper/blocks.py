"""Blocks: the parts of a page, from top to bottom."""

from __future__ import annotations

from neuroviz.core.types import Frozen, Unique
from neuroviz.pictures.marks import Figure


class SectionHeading(Frozen):
    """A title, which stays on one page with what follows."""

    text: str


class Paragraphs(Frozen):
    """Paragraphs in Markdown."""

    markdown: str
    """Emphasis, code and lists; all other markup and HTML stays text."""
    quiet: bool = False
    """Whether the text is smaller and grey."""


class TickBoxes(Frozen):
    """Boxes to tick."""

    texts: tuple[str, ...]
    """The text beside each box, in Markdown."""
    ticked: frozenset[int] = frozenset()
    """Indices, from 0, of those that are ticked."""


class WritingLines(Frozen):
    """Room to write: a label and a number of ruled lines."""

    label: str
    count: int = 1


class Picture(Unique):
    """A figure with its size on the page."""

    figure: Figure
    width: float
    height: float
    """Width and height in millimetres."""


class Pictures(Unique):
    """Figures side by side, together no wider than the page."""

    pictures: tuple[Picture, ...]


class Beside(Unique):
    """A picture on the left, with blocks to its right."""

    picture: Picture
    blocks: Blocks


class TextTable(Frozen):
    """A table of texts; an empty cell is room to write, except in a small table."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    small: bool = False


class Code(Frozen):
    """A program, in two columns if it has many lines."""

    text: str


class Fitting(Unique):
    """The same content at several lengths.

    A PDF has the longest that fits into the rest of its page.
    """

    ways: tuple[Blocks, ...]
    """From the longest to the shortest."""
    many: int
    """Lines of a program from which a web page, which is not laid out here, is printed with a
    shorter one."""


Block = (
    SectionHeading
    | Paragraphs
    | TickBoxes
    | WritingLines
    | Pictures
    | Beside
    | TextTable
    | Code
    | Fitting
)

Blocks = tuple[Block, ...]


class PaperDocument(Unique):
    """The content of one or more pages."""

    title: str
    """The heading of the first page, and the title of the file."""
    groups: tuple[Blocks, ...]
    """Blocks that stay together on a page where possible, such as a heading with all below it."""
    footer: str = ""
    """Small text at the end of each page, beside its number."""
