"""Text from outside, such as the name of a column, a file or a run.

Where it must mean nothing but itself. Data sets and sessions come from anybody: what is called
something in them becomes no code, markup or reference.
"""

from __future__ import annotations

import unicodedata

_MARKDOWN = {letter: f"\\{letter}" for letter in "`*_{}[]()<>#+-!|~&"}
# Behind a backslash they would still begin a formula in a notebook.
_MARKDOWN |= {letter: f"&#{ord(letter)};" for letter in "\\$"}


def printable(text: str) -> str:
    """Return a text with a sign in place of what no file can hold.

    Control characters and halves of letters.
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
    """Return a text as Python reads it between three quotation marks.

    One line, which cannot end them.
    """
    return repr(text)[1:-1].replace('"', '\\"')


def in_markdown(text: str) -> str:
    """Return a text as Markdown that is nothing but this text.

    Also where dollar signs enclose formulas.
    """
    return "".join(_MARKDOWN.get(letter, letter) for letter in text)
