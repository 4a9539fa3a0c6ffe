"""Dialogs with a text to copy: about the program, and for reporting a problem."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QWidget,
)

from neuroviz import __version__
from neuroviz.files.log_file import last_lines, log_path
from neuroviz.files.parts import parts
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import DIALOG, closable, in_column, named, text_label

_SIZE = (760, 520)
_LINES = 80
"""Lines of the log at the end of a report."""
_ABOUT = f"""\
NeuroViz {__version__}: gradient descent happening in one neuron, and in a few that work together. \
Every number comes from torch, on the run on show. MIT licence.

Its window is made with Qt {qVersion()}, © The Qt Company Ltd and other contributors, by PySide6: \
both under the GNU Lesser General Public License, version 3, so that you may replace them with \
builds of your own. All parts and their licences are listed below; the texts lie beside them."""
_HOW = """\
NeuroViz sends nothing. To report this, copy the text below, check what it says about you, and \
add what you did and what you expected."""


def about_dialog(window: QWidget) -> QDialog:
    """Return a dialog about the program, its parts, and their licences."""
    rows = [f"{part.name:<20} {part.version:<12} {part.licence}" for part in parts()]
    dialog, buttons = _dialog(window, "about", "About NeuroViz", _ABOUT, "\n".join(rows))
    of_qt = buttons.addButton("About Qt", QDialogButtonBox.ButtonRole.HelpRole)
    of_qt.clicked.connect(QApplication.aboutQt)
    return dialog


def report_dialog(window: QWidget, title: str, sentence: str = "", trouble: str = "") -> QDialog:
    """Return a dialog with the information for reporting a problem.

    Parameters
    ----------
    sentence
        What has happened; empty where a person asks for the report.
    trouble
        Its traceback, used where there is no log.
    """
    screens = [
        f"{each.size().width()} × {each.size().height()} at {each.devicePixelRatio():g}"
        for each in QGuiApplication.screens()
    ]
    text = "\n\n".join(
        (
            ", ".join(f"{part.name} {part.version}" for part in parts()),
            f"{platform.platform()}; Qt on {QGuiApplication.platformName()}; {', '.join(screens)}",
            f"The end of {log_path()}:",
            "\n".join(last_lines(_LINES)) or trouble or "There is none.",
        )
    )
    name = "fault" if sentence else "problem"
    return _dialog(window, name, title, f"{sentence}\n\n{_HOW}".strip(), text)[0]


def _dialog(
    window: QWidget, name: str, title: str, sentence: str, text: str
) -> tuple[QDialog, QDialogButtonBox]:
    dialog, buttons = closable(window, name, title)
    page = named(QPlainTextEdit(text, readOnly=True), f"{name}_text", title)
    page.setFont(themes.code_font())
    copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
    copy.setObjectName(f"{name}_copy")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    copy.clicked.connect(lambda: copy.setText("Copied"))
    line = text_label(f"{name}_line", "", sentence, wrap=True)
    in_column(line, page, buttons, within=dialog, margins=DIALOG)
    dialog.resize(*_SIZE)
    return dialog, buttons
