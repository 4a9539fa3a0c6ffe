"""Markdown as HTML, by markdown-it-py.

CommonMark without raw HTML, so that no file brings markup.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def as_html(markdown: str) -> str:
    """Return paragraphs of Markdown as HTML."""
    return str(_reader().render(markdown))


def inline_html(markdown: str) -> str:
    """Return a piece of text with its emphasis and code as HTML, without a paragraph of its own."""
    return str(_reader().renderInline(markdown))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, since only a page needs it

    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])
