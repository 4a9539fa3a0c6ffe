"""Longer texts: what they promise is there."""

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QTextBrowser

from neuroviz.ui.window.help import HELP


def test_what_the_help_says_is_there(open_window):
    """Every key that it names belongs to an action, but for four; and the reverse.

    The page for teachers with its tables; each of its links leads to a place farther down.
    """
    person = open_window()
    actions = person.window.findChildren(QAction)
    keys = {key.toString() for action in actions for key in action.shortcuts()}
    told_in_words = {"Shift+F8", "Ctrl+F8"}
    of_no_action = {"A", "Alt", "F10", "Ctrl+W"}
    assert {key for key in keys - told_in_words if key not in HELP} == set()
    named = set(re.findall(r"<b>(.+?)</b>", HELP.partition("</table>")[0]))
    assert named - keys <= of_no_action
    assert named >= {"Ctrl++", "Ctrl+-", "Ctrl+Shift+C", "Esc", "F1"}
    person.action("for_teachers").trigger()
    page = person.find(QTextBrowser, "for_teachers_page")
    told = page.toPlainText()
    assert {"45 minutes: a neuron learns", "Worksheets and keys", "The lab room"} <= {
        *told.splitlines()
    }
    assert "](" not in told
    links = re.findall(r'href="(.*?)"', page.toHtml())
    assert len(links) > 10
    for link in links:
        page.verticalScrollBar().setValue(0)
        page.setSource(QUrl(link))
        assert page.verticalScrollBar().value() > 0, link
    person.find(QDialog, "for_teachers").close()
