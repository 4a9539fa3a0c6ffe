"""Longer texts: what they promise is there."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtGui import QAction

from neuroviz.ui.window.help import HELP
from tests.ui.person import Person

Open = Callable[..., Person]


def test_the_keys_of_the_help_are_those_of_the_actions(open_window: Open) -> None:
    """Every key the help names belongs to an action, save A and F10; and the reverse."""
    keys = {
        key.toString()
        for action in open_window().window.findChildren(QAction)
        for key in action.shortcuts()
    }
    told_in_words = {"Shift+F8", "Ctrl+F8"}
    of_no_action = {"A", "F10"}
    assert {key for key in keys - told_in_words if key not in HELP} == set()
    named = set(re.findall(r"<b>(.+?)</b>", HELP.partition("</table>")[0]))
    assert named - keys <= of_no_action
    assert named >= {"Ctrl++", "Ctrl+-", "Ctrl+Shift+C", "Esc", "F1"}
