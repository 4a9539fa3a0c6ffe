"""Python code on screen: its font, and its words in the colours of the theme."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme

_QUOTES = '"""'
_TOKEN = re.compile(
    r"""(?P<comment>\#.*)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<number>(?<![\w.])\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?)
    |(?P<keyword>\b(?:KEYWORDS)\b)""".replace("KEYWORDS", "|".join(keyword.kwlist)),
    re.VERBOSE,
)
_OUTSIDE = 0
_INSIDE = 1


def code_font() -> QFont:
    """Return the desktop's own font with letters of one width, a little smaller than words."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setFamilies([*font.families(), "DejaVu Sans Mono"])
    font.setPointSizeF(themes.point_size() - 1)
    return font


def code_colours(theme: Theme) -> dict[str, str]:
    """Return the colour of each kind of word; orange and blue belong to the classes."""
    return {
        "comment": theme.muted,
        "string": theme.good.text,
        "number": theme.series[1],
        "keyword": theme.accent,
    }


class PythonHighlighter(QSyntaxHighlighter):
    """Colours the Python of a document."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._formats = {name: _format(colour) for name, colour in code_colours(theme).items()}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line; a text in triple quotes goes on over lines."""
        inside = self.previousBlockState() == _INSIDE
        if inside or text.startswith(_QUOTES):
            self.setFormat(0, len(text), self._formats["string"])
            ends = (text.count(_QUOTES) + inside) % 2 == 0
            self.setCurrentBlockState(_OUTSIDE if ends else _INSIDE)
            return
        self.setCurrentBlockState(_OUTSIDE)
        for found in _TOKEN.finditer(text):
            self.setFormat(
                found.start(), found.end() - found.start(), self._formats[found.lastgroup or ""]
            )


def _format(colour: str) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(QColor(colour))
    return result
