"""Blocks: what stands on a page, from top to bottom."""

from __future__ import annotations

from neuroviz.core.types import Frozen, Unique
from neuroviz.pictures.marks import Figure


class SectionHeading(Frozen):
    """The title of what follows, which stays with it on one page."""

    text: str


class Paragraphs(Frozen):
    """Paragraphs in Markdown."""

    markdown: str
    """Emphasis, code and lists; nothing else is read as markup, and no HTML."""
    quiet: bool = False
    """Whether it is smaller and grey."""


class TickBoxes(Frozen):
    """Boxes to be ticked."""

    texts: tuple[str, ...]
    """What stands beside each, in Markdown."""
    ticked: frozenset[int] = frozenset()
    """Numbers, from 0, of those that are ticked."""


class WritingLines(Frozen):
    """Room to write: a label and so many ruled lines."""

    label: str
    count: int = 1


class Picture(Unique):
    """A figure with its size in millimetres."""

    figure: Figure
    width: float
    height: float
    """On the page."""


class Pictures(Unique):
    """Figures beside each other, no wider in all than the page."""

    pictures: tuple[Picture, ...]


class Beside(Unique):
    """A picture on the left, and right of it what belongs to it."""

    picture: Picture
    blocks: Blocks


class TextTable(Frozen):
    """A table of texts; an empty cell is room to write, but in a small one."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    small: bool = False


class Code(Frozen):
    """Lines of a program, in two columns where they are many."""

    text: str


class Fitting(Unique):
    """The same said at more and less length.

    Paper has the longest way that fits into the rest of its page.
    """

    ways: tuple[Blocks, ...]
    """From the longest to the shortest."""
    many: int
    """Lines of a program from which a web page, which is not laid out here,
    is printed in the second way."""


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
    """Pages."""

    title: str
    """Stands on top, and is the file's own title."""
    groups: tuple[Blocks, ...]
    """What stays together on a page where it can: a heading with all that belongs to it."""
    footer: str = ""
    """Small, at the end of each page, beside its number."""
