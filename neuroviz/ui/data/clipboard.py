"""The table on the clipboard."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

__all__ = ["clipboard_text"]


def clipboard_text() -> str:
    """Return the text on the clipboard; the HTML of a page's table where the text has no tabs to part its cells."""
    mime = QGuiApplication.clipboard().mimeData()
    text = mime.text()
    has_table = mime.hasHtml() and "<table" in mime.html().lower()
    return mime.html() if has_table and "\t" not in text else text
