"""The dialog that tells what keys and mouse do, in a page that scrolls where the window is low."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from neuroviz.ui.window.texts import HELP

_SIZE = QSize(780, 1040)


def help_dialog(window: QWidget) -> QDialog:
    """Return the dialog, no larger than the window that it belongs to; it is deleted when it is closed."""
    dialog = QDialog(window)
    dialog.setObjectName("help")
    dialog.setWindowTitle("Keyboard and mouse")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page = QTextBrowser()
    page.setObjectName("help_page")
    page.setHtml(HELP)
    close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    close.rejected.connect(dialog.reject)
    rows = QVBoxLayout(dialog)
    rows.addWidget(page)
    rows.addWidget(close)
    dialog.resize(_SIZE.boundedTo(window.size()))
    return dialog
