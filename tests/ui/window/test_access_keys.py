"""The letter that is underlined in a caption or on a button: Alt with it goes there."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QPushButton, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.export.figures import FigureSizeDialog
from neuroviz.ui.window.finds import everything
from tests.ui.person import KEY

ALT = Qt.KeyboardModifier.AltModifier
LEFT = {
    *("outputs", "hidden_activation", "seed", "shuffle", "bias", "until_loss", "momentum"),
    *("inputs", "coding", "threshold", "precision"),
}
"""Fields of the form for which there is no letter."""


def letter(part):
    return QKeySequence.mnemonic(part.text()).toString()


def troubles(window, bar):
    """Return the letters that lead to two places, and the fields and feet that have none."""
    parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
    captions = [part for part in parts if isinstance(part, QLabel) and part.buddy()]
    buttons = [part for part in parts if isinstance(part, QAbstractButton)]
    count = Counter(letter(part) for part in (*bar, *captions, *buttons))
    found = [f"twice: {key}" for key, times in count.items() if key and times > 1]
    nameless = {label.buddy().objectName() for label in captions if not letter(label)}
    found += [f"no letter: {name}" for name in nameless - LEFT]
    feet = [part for part in buttons if isinstance(part, QPushButton) and part.text()]
    found += [f"no letter: {part.text()}" for part in feet if not (bar or letter(part))]
    for part in (*captions, *buttons):
        name = QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name)
        if "&" in name + part.toolTip() + part.accessibleDescription():
            found.append(f"a sign is read: {name}")
    return found


def test_no_letter_of_the_window_leads_to_two_places(open_window):
    """With all settings open, and the menus among them; each field that can have one has one."""
    person = open_window(plots="all")
    bar = person.window.menuBar().actions()
    for are_open in (False, True):
        for section in person.bench.form.sections:
            section.set_open(section.is_open or are_open)
        for task in ("and", "line", "spam", "xor"):
            person.begin(Settings(task, optimizer="momentum", batch_size=1, weights=None))
            person.settle()
            assert troubles(person.window, bar) == [], (task, are_open)
            found = everything(person.bench, bar, lambda name: None, lambda name: None)
            names = {find.name for find in found if find.where in ("Experiment", "More settings")}
            assert {"Task", "Learning rate", "Batch size"} <= names, (task, are_open)
            assert not any("&" in name for name in names), (task, are_open)


def test_a_letter_goes_to_its_field_and_brings_it_in_sight(open_window):
    """Also to one at the end of a list that scrolls; to one that is folded away it does not."""
    person = open_window()
    form = person.bench.form
    for key, name in ((KEY.Key_T, "task"), (KEY.Key_G, "learning_rate")):
        person.press(key, ALT)
        assert form.fields[name].control.hasFocus()
    person.press(KEY.Key_B, ALT)
    assert form.fields["learning_rate"].control.hasFocus()
    person.press(KEY.Key_M, ALT)
    person.qtbot.waitUntil(lambda: form.more.is_open)
    person.settle()
    for key, name in ((KEY.Key_N, "epochs"), (KEY.Key_A, "activation")):
        person.press(key, ALT)
        assert form.fields[name].control.hasFocus()
        person.settle()
        control = form.fields[name].control
        assert control.visibleRegion().boundingRect() == control.rect()
    form.more.set_open(False)
    person.bench.go_to("precision")  # as Ctrl+K does
    person.settle()
    control = form.fields["precision"].control
    assert control.visibleRegion().boundingRect() == control.rect()


def test_what_comes_for_a_while_has_its_letters(open_window):
    """A lesson, its own form and what it asks; and dialogs that no menu opens.

    Those of the menus are looked at in ``test_read_aloud``.
    """
    person = open_window()
    size = FigureSizeDialog((160, 100, 200), person.window)
    size.show()
    size.activateWindow()
    person.qtbot.waitUntil(size.isActiveWindow)
    assert troubles(size, []) == []
    person.qtbot.keyClick(size, KEY.Key_H, ALT)
    assert size.focusWidget().objectName() == "figure_height"
    size.close()
    size.deleteLater()
    person.window.tell_trouble("It cannot be.")
    box = person.window.findChild(QMessageBox)
    person.qtbot.waitUntil(box.isVisible)
    assert troubles(box, []) == []
    box.close()
    person.window.lessons.open_named("three-rates")
    person.settle()
    bar = person.window.menuBar().actions()
    panel = person.window.lessons.control.panel
    for _ in range(3):
        person.bench.columns.show("panel")
        person.settle()
        assert troubles(person.window, bar) == []
        panel.next.click()
        person.settle()
