"""The first lines of a text as they stand, those that are not read greyed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from neuroviz.ui.panels.code.highlight import code_font
from neuroviz.ui.theme.colours import Theme

_LINES = 3
"""How many of them are seen at once."""
_BELOW = 1
"""Of them, how many below the last that is not read."""
_FRAME = 6
"""Pixels of the frame and its padding."""


class HeadLines(QPlainTextEdit):
    """To be looked at, and scrolled."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(readOnly=True)
        self._theme = theme
        self.setObjectName("import_head")
        self.setAccessibleName("The first lines as they stand")
        self.setProperty("note", True)
        self.setFont(code_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(0)  # so that whole lines are seen wherever it is scrolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + _FRAME)

    def show_lines(self, lines: Sequence[str], skipped: int) -> None:
        """Show lines, of which the first so many are not read; nothing where there are none."""
        self.setVisible(bool(lines))
        self.setPlainText("\n".join(_line(line) for line in lines))
        grey = QTextCharFormat()
        grey.setForeground(QColor(self._theme.disabled))
        grey.setFontItalic(True)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, skipped)
        cursor.setCharFormat(grey)
        first = max(0, min(skipped, len(lines)) - (_LINES - _BELOW))
        self.verticalScrollBar().setValue(first)


def _line(text: str) -> str:
    """Return a line in which every letter can be seen, and none does anything."""
    return "".join(
        letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
