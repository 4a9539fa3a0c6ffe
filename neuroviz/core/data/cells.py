"""Text in the cells of tables, such that no spreadsheet takes it for a formula.

A cell that begins with =, +, -, @, a tab or a carriage return is worked out, or worse, by the program that opens
the file. An apostrophe before it makes it text everywhere; reading takes the apostrophe away again. Numbers are
none of this: they are written as they are.

Reference
---------
OWASP, CSV Injection.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""Apostrophes of one's own are counted, so that every text comes back."""


def harmless(text: str) -> str:
    """Return a text as a cell that is no formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(cell: str) -> str:
    """Return the text that :func:`harmless` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
