"""Text from outside, such as names of columns, files and runs, where it must mean only itself.

Data sets and sessions come from anybody, so no name in them may become code, markup or a reference.
"""

from __future__ import annotations

import unicodedata

_MARKDOWN = {letter: f"\\{letter}" for letter in "`*_{}[]()<>#+-!|~&"}
# After a backslash these would still begin a formula in a notebook.
_MARKDOWN |= {letter: f"&#{ord(letter)};" for letter in "\\$"}


def printable(text: str) -> str:
    """Return a text with a sign in place of characters that no file can hold.

    These are control characters except line breaks, unassigned characters and lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(
        "\ufffd"
        if letter != "\n" and unicodedata.category(letter) in ("Cc", "Cs", "Cn")
        else letter
        for letter in text
    )


def in_quotes(text: str) -> str:
    """Return a text as Python reads it between three quotation marks, in one line.

    It cannot end the quotation.
    """
    return repr(text)[1:-1].replace('"', '\\"')


def in_markdown(text: str) -> str:
    """Return a text as Markdown that shows this text and nothing else.

    That also holds where dollar signs enclose formulas.
    """
    return "".join(_MARKDOWN.get(letter, letter) for letter in text)
