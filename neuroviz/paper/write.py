"""Writes a document to the bytes of a file, with libraries that are loaded only then."""

from __future__ import annotations

import pickle
import sys

from neuroviz.paper.blocks import PaperDocument

ENDINGS = (".pdf", ".html")
"""The endings of files to which a document can be written."""
PAPERS = {"A4": "A4", "Letter": "letter"}
"""Sizes of paper, and their names in HTML and PDF."""


def page_bytes(document: PaperDocument, ending: str, paper: str = "A4") -> bytes:
    """Return a document as a file.

    Parameters
    ----------
    ending
        One of ENDINGS, in lower case.
    paper
        One of PAPERS.

    Raises
    ------
    ValueError
        If the ending or the paper is not one of them.
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
    """Apply `page_bytes` to the pickled arguments on standard input.

    The bytes go to standard output as a pickled list.
    """
    sys.stdout.buffer.write(pickle.dumps([page_bytes(*pickle.load(sys.stdin.buffer))]))
