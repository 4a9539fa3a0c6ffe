"""A document into the bytes of a file; what writes it is loaded only when one is written."""

from __future__ import annotations

import pickle
import sys

from neuroviz.paper.blocks import PaperDocument

ENDINGS = (".pdf", ".html")
"""Endings of the files that a document can be written to."""
PAPERS = {"A4": "A4", "Letter": "letter"}
"""Sizes of paper, and what HTML and PDF call them."""


def page_bytes(document: PaperDocument, ending: str, paper: str = "A4") -> bytes:
    """Return a document as a file.

    Parameters
    ----------
    ending
        One of ENDINGS, in small letters.
    paper
        One of PAPERS.

    Raises
    ------
    ValueError
        If the ending or the paper is another.
    """
    if ending not in ENDINGS:
        raise ValueError(f"A page can be written as .pdf or .html, not as {ending!r}.")
    if paper not in PAPERS:
        raise ValueError(f"There is paper of the sizes {' and '.join(PAPERS)}, not {paper!r}.")
    if ending == ".html":
        from neuroviz.paper.html import html_page

        return html_page(document, PAPERS[paper])
    from neuroviz.paper.pdf import pdf_page

    return pdf_page(document, PAPERS[paper])


def main() -> None:
    """Write the pickled (document, ending, paper) on standard input as `page_bytes` does.

    Into a pickled list of the bytes on standard output.
    """
    sys.stdout.buffer.write(pickle.dumps([page_bytes(*pickle.load(sys.stdin.buffer))]))
