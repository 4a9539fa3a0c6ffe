"""Text that fits its place."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel

from neuroviz.core.numbers import with_real_minus

_LONG = 10**6
_ENDLESS = QRect(0, 0, _LONG, _LONG)


def readable(text: str) -> str:
    """Return arithmetic with real minus signs, and a hat beside the m: many fonts put none over it, and drop it."""
    return with_real_minus(text).replace(
        "m\N{COMBINING CIRCUMFLEX ACCENT}", "m\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
    )


def fitted(text: str, label: QLabel) -> str:
    """Return a text, cut at a word with "…" where a label that wraps has no room for all of it."""
    metrics = label.fontMetrics()
    room = label.contentsRect()
    shown = text
    endless = QRect(0, 0, room.width(), _LONG)
    while text and metrics.boundingRect(endless, Qt.TextFlag.TextWordWrap, shown).height() > room.height():
        text = text.rpartition(" ")[0]
        shown = f"{text} …"
    return shown


def fitted_line(text: str, label: QLabel, width: int) -> str:
    """Return a text, cut with "…" where a label has no room for it in one line of so many pixels."""
    label.ensurePolished()
    return label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def height_of(lines: int, label: QLabel) -> int:
    """Return the height in pixels of so many lines of a label, in the font that it has on screen."""
    label.ensurePolished()
    text = "\n".join("x" * lines)  # measured, since Qt rounds each line up
    return label.fontMetrics().boundingRect(_ENDLESS, Qt.TextFlag.TextWordWrap, text).height()
