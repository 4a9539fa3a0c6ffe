"""The table on the clipboard."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication


def clipboard_text() -> str:
    """Return the text on the clipboard; the HTML of a page's table where the text has no tabs to part its cells."""
    # Not by its mimeData, which is None at first on some platforms.
    clipboard = QGuiApplication.clipboard()
    text = clipboard.text()
    html, _ = clipboard.text("html")
    return html if "<table" in html.lower() and "\t" not in text else text
