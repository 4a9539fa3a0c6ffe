"""The right column: its tabs, and how it makes room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from tests.ui.person import Person

Open = Callable[..., Person]


def test_a_tab_brings_its_panel_to_the_front(open_window: Open) -> None:
    """By the arrow keys, one after the other; only one panel is seen."""
    person = open_window()
    window = person.window
    window.resize(1440, 900)
    person.settle()
    bar = person.find(QTabBar, "side")
    person.focus(bar)
    panels = [window.tables, window.arithmetic, window.code, window.runs]
    for front in panels:
        assert [panel.isVisible() for panel in panels] == [panel is front for panel in panels]
        person.press(Qt.Key.Key_Right)


def test_a_key_folds_the_column_away(open_window: Open) -> None:
    """F10 gives its room to the plots, and takes it again."""
    person = open_window()
    person.window.resize(1440, 900)
    person.settle()
    width = person.window.views["data"].width()
    person.press(Qt.Key.Key_F10)
    person.settle()
    assert not person.window.side.isVisible()
    assert person.window.views["data"].width() > width + 100
    person.press(Qt.Key.Key_F10)
    person.settle()
    assert person.window.side.isVisible()
    assert person.window.views["data"].width() == width


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F10])
def test_where_there_is_no_room_for_both_one_makes_way(open_window: Open, key: Qt.Key) -> None:
    """At 1024 pixels the column is folded away at first; called, it takes the place of the experiment."""
    person = open_window()
    window = person.window
    window.resize(1440, 900)
    person.settle()
    window.resize(1024, 768)
    person.settle()
    assert (window.form.isVisible(), window.side.isVisible()) == (True, False)
    person.press(Qt.Key.Key_F10)
    assert (window.form.isVisible(), window.side.isVisible()) == (False, True)
    assert window.neuron.isVisible()  # also at once, before the views have their new room
    assert (person.action("panel").isChecked(), person.action("side").isChecked()) == (False, True)
    person.press(key)
    assert (window.form.isVisible(), window.side.isVisible()) == (key == Qt.Key.Key_F9, False)
    assert window.neuron.isVisible()
    window.resize(1440, 900)
    person.settle()
    assert (window.form.isVisible(), window.side.isVisible()) == (True, True)


def test_both_tables_are_seen_one_above_the_other(open_window: Any) -> None:
    """With their titles, in the column that is in front at first."""
    person = open_window()
    person.window.resize(1440, 900)
    person.settle()
    upper, lower = person.table("predictions"), person.table("weights")
    assert upper.isVisible()
    assert lower.isVisible()
    assert upper.mapTo(person.window, upper.rect().bottomLeft()).y() < lower.mapTo(
        person.window, lower.rect().topLeft()
    ).y()  # fmt: skip
