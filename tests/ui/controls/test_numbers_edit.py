"""Line edits for several numbers, or for one that may be absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from neuroviz.ui.controls.numbers_edit import NumbersEdit

Show = Callable[..., Any]
ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Return a function that shows an edit with 1, -2 beside a neighbour; the keyboard is in the edit."""

    def shown(*, single: bool = False) -> Any:
        window, edit = QWidget(), NumbersEdit(single=single)
        layout = QVBoxLayout(window)
        layout.addWidget(edit)
        layout.addWidget(QLineEdit())
        qtbot.addWidget(window)
        edit.window_shown = window  # outlives this function
        edit.set_values((1.0,) if single else (1.0, -2.0))
        edit.changes, edit.refusals = [], []
        edit.committed.connect(edit.changes.append)
        edit.rejected.connect(edit.refusals.append)
        window.show()
        window.activateWindow()
        edit.setFocus()
        qtbot.waitUntil(edit.hasFocus)
        return edit

    return shown


def retype(qtbot: QtBot, edit: Any, text: str, key: Qt.Key | None = ENTER) -> None:
    """Type in place of what stands there."""
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    qtbot.keyClicks(edit, text)
    if key is not None:
        qtbot.keyClick(edit, key)


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("0.5, 2", (0.5, 2.0), "0.5, 2"),
        ("0,5; 1", (0.5, 1.0), "0.5, 1"),
        ("3 4 -5", (3.0, 4.0, -5.0), "3, 4, -5"),
        ("1e-20", (1e-20,), "1e-20"),
        ("", (), ""),
    ],
)
def test_enter_commits(qtbot: QtBot, show: Show, text: str, values: tuple[float, ...], shown: str) -> None:
    """The numbers are held exactly, said once, and written the one way."""
    edit = show()
    retype(qtbot, edit, text)
    assert (edit.values(), edit.changes, edit.text()) == (values, [values], shown)
    assert edit.refusals == []


def test_nothing_counts_before_it_is_committed(qtbot: QtBot, show: Show) -> None:
    """While typing the old numbers are held."""
    edit = show()
    retype(qtbot, edit, "7, 8", None)
    assert (edit.values(), edit.changes, edit.text()) == ((1.0, -2.0), [], "7, 8")


def test_enter_on_what_stands_there_says_nothing(qtbot: QtBot, show: Show) -> None:
    """Untouched text is no change."""
    edit = show()
    qtbot.keyClick(edit, ENTER)
    assert (edit.changes, edit.refusals) == ([], [])


def test_what_cannot_be_read_is_rejected(qtbot: QtBot, show: Show) -> None:
    """The sentence quotes the text, the edit is marked, the text stays; typing on takes the mark away."""
    edit = show()
    retype(qtbot, edit, "1, two")
    assert len(edit.refusals) == 1
    assert "'two' is not a number" in edit.refusals[0]
    assert (edit.property("invalid"), edit.text()) == (True, "1, two")
    assert (edit.values(), edit.changes) == ((1.0, -2.0), [])
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.property("invalid") is False


@pytest.mark.parametrize("enter_first", [True, False])
def test_escape_restores(qtbot: QtBot, show: Show, enter_first: bool) -> None:
    """Escape brings the old numbers back, whether or not the new ones were rejected."""
    edit = show()
    retype(qtbot, edit, "x", ENTER if enter_first else None)
    qtbot.keyClick(edit, ESCAPE)
    assert (edit.text(), edit.values(), edit.changes) == ("1, -2", (1.0, -2.0), [])
    assert not edit.property("invalid")


def test_leaving_commits(qtbot: QtBot, show: Show) -> None:
    """Tab takes what was typed."""
    edit = show()
    retype(qtbot, edit, "4, 5", TAB)
    assert not edit.hasFocus()
    assert (edit.changes, edit.values()) == ([(4.0, 5.0)], (4.0, 5.0))


def test_leaving_restores_what_cannot_be_read(qtbot: QtBot, show: Show) -> None:
    """Tab out of a bad text brings the old numbers back, unmarked, and has said why."""
    edit = show()
    retype(qtbot, edit, "4, ,5", TAB)
    assert (edit.text(), edit.values(), edit.changes) == ("1, -2", (1.0, -2.0), [])
    assert not edit.property("invalid")
    assert len(edit.refusals) == 1


def test_a_single_number_may_have_a_decimal_comma(qtbot: QtBot, show: Show) -> None:
    """Where one number is wanted a comma is its decimal mark, and an empty text is none."""
    edit = show(single=True)
    retype(qtbot, edit, "0,25")
    assert (edit.values(), edit.text()) == ((0.25,), "0.25")
    retype(qtbot, edit, " ")
    assert (edit.values(), edit.text()) == ((), "")
    assert edit.changes == [(0.25,), ()]


def test_a_single_number_is_not_two(qtbot: QtBot, show: Show) -> None:
    """Two numbers where one is wanted are rejected."""
    edit = show(single=True)
    retype(qtbot, edit, "1; 2")
    assert "'1; 2' is not a number" in edit.refusals[0]
    assert edit.values() == (1.0,)
