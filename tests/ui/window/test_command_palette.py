"""Any command and any lesson, found by a part of its name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget

from neuroviz.core.choices.settings import Settings


def test_a_command_and_a_lesson_are_found_and_done(open_window):
    person = open_window(Settings.opened("or"), plots="kept")

    def shown():
        line = person.find(QListWidget, "palette_list")
        return [line.item(row).text() for row in range(line.count())]

    person.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    names = shown()
    assert any(name.startswith("Step one epoch") for name in names)
    assert not any(name.startswith("Step back") for name in names)  # there is no step to go back by
    line = person.find(QLineEdit, "palette_line")
    person.qtbot.keyClicks(line, "epoch step")
    assert shown() == ["Step one epoch", "Step 100 epochs"]
    keys = [
        label.text()
        for label in person.find(QListWidget, "palette_list").findChildren(QLabel)
        if label.isVisible()
    ]
    assert keys == ["Shift+F8", "Ctrl+F8"]
    person.qtbot.keyClick(line, Qt.Key.Key_Down)
    person.qtbot.keyClick(line, Qt.Key.Key_Up)
    person.qtbot.keyClick(line, Qt.Key.Key_Return)
    person.settle()
    assert person.step == 1
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    line = person.find(QLineEdit, "palette_line")
    person.qtbot.keyClicks(line, "three rates")
    assert shown() == ["Lesson: Three rates"]
    person.qtbot.keyClick(line, Qt.Key.Key_Return)
    person.settle()
    assert person.text("lesson_title") == "Three rates"


def test_where_nothing_is_called_so_it_is_said(open_window):
    """And where a word is explained; neither Return nor the arrows do anything to the sentence."""
    person = open_window()
    person.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    line, shown = person.find(QLineEdit, "palette_line"), person.find(QListWidget, "palette_list")
    person.qtbot.keyClicks(line, "boundary")
    assert [shown.item(row).text() for row in range(shown.count())] == [
        "No command or lesson has this in its name. Help > Glossary explains words."
    ]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        person.qtbot.keyClick(line, key)
    assert line.isVisible()
    line.clear()
    assert shown.count() > 20
    assert shown.currentRow() == 0
