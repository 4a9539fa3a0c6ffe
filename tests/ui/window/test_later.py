"""Panels that are built at their first use: nobody can tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPlainTextEdit, QTabBar

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.ui.runs.race_dialog import RaceDialog
from tests.ui.person import Person

Open = Callable[..., Person]
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def turn_to(person: Person, title: str) -> None:
    """Turn to a tab of the side column, in a window that has room for it."""
    person.window.resize(1440, 900)
    bar = person.find(QTabBar, "side")
    bar.setCurrentIndex(next(index for index in range(bar.count()) if bar.tabText(index) == title))
    person.settle()


def seen_after_a_while(person: Person, title: str, *, built_before: bool) -> QImage:
    """Return the side column with a panel, after a theme, a pin, a hundred epochs and a part of a step."""
    person.action("theme_light").trigger()
    if built_before:
        assert getattr(person.window, title.lower())
    person.action("theme_dark").trigger()
    person.action("pin").trigger()
    person.action("step_100_epochs").trigger()
    person.qtbot.waitUntil(lambda: person.step == 100)
    person.action("part").trigger()
    turn_to(person, title)
    return person.window.side.grab().toImage()


@pytest.mark.parametrize("title", ["Arithmetic", "Code", "Runs"])
def test_a_panel_that_comes_late_looks_as_if_it_had_been_there(open_window: Open, title: str) -> None:
    """To the last pixel, whatever was changed before it was first seen."""
    late, early = (
        seen_after_a_while(open_window(Settings(learning_rate=1.0)), title, built_before=before)
        for before in (False, True)
    )
    assert late == early


def test_a_number_that_is_asked_brings_the_panel_that_explains_it(open_window: Open) -> None:
    """The first question after the start is answered."""
    person = open_window()
    person.window.resize(1440, 900)
    person.window.neuron.asked.emit(Quantity("loss"))
    person.settle()
    assert person.window.arithmetic.isVisible()
    first = person.text("arithmetic_title")
    person.window.neuron.asked.emit(Quantity("output"))
    assert person.text("arithmetic_title") not in ("", first)


def test_a_race_can_be_put_together_right_after_the_start(open_window: Open) -> None:
    """Its key opens the dialog, also before anybody saw the list of runs."""
    person = open_window()
    person.press(Qt.Key.Key_R, CTRL_SHIFT)
    (dialog,) = person.window.findChildren(RaceDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_the_way_in_which_code_is_written_comes_back(open_window: Open) -> None:
    """Also after a start at which nobody looked at the code."""
    settings = Settings("or")
    person = open_window(settings)
    turn_to(person, "Code")
    person.click("code_module")
    person.window.close()
    open_window(settings).window.close()
    person = open_window(settings)
    turn_to(person, "Code")
    written = person.find(QPlainTextEdit, "code").toPlainText().split("\n")
    assert written == [line.text for line in script(settings, style="module").lines]
