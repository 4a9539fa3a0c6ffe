"""Data that are made up: what is chosen is seen at once, and taken or left."""

import numpy as np
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.generators import GENERATORS, Recipe
from neuroviz.core.model.separability import separable
from neuroviz.ui.data.new_dialog import NewDialog
from neuroviz.ui.theme.colours import DARK
from tests.ui.person import KEY, LEFT


def opened(open_window):
    person = open_window(Settings("and"))
    person.action("new_data").trigger()
    person.qtbot.waitUntil(person.window.findChild(NewDialog).isVisible)
    person.settle()
    return person


def kind(person, name):
    box = person.combo("new_kind")
    box.setCurrentIndex(box.findData(name))
    person.settle()


def shown(person):
    """Return all points of the picture."""
    return person.points("new", "circles") | person.points("new", "squares")


def test_what_is_chosen_or_typed_is_seen_said_and_taken(open_window):
    """A typed formula parts the classes, and a bad one is told.

    Half-way typed, the last good data stay in the picture and cannot be taken. Every kind has a
    picture and says what one neuron can: where it gives no reason, a line parts the classes. The
    points in the picture are those that come; each change shows others. Undo brings back what was.
    """
    person = opened(open_window)
    assert not person.find(QLineEdit, "new_typed").isVisible()
    kind(person, "above")
    edit = person.find(QLineEdit, "new_typed")
    edit.selectAll()
    person.qtbot.keyClicks(edit, "2*x")
    person.settle()
    above = np.array(sorted(person.points("new", "circles")))
    assert (above[:, 1] > 2 * above[:, 0]).all()
    person.qtbot.keyClicks(edit, " + ")
    assert "no formula" in person.find(QLabel, "new_error").text()
    assert not person.find(QPushButton, "new_take").isEnabled()
    person.qtbot.keyClicks(edit, "1")
    person.settle()
    assert person.find(QLabel, "new_error").text() == ""
    assert person.find(QPushButton, "new_take").isEnabled()
    # Where the desktop turns dark meanwhile, so does the picture.
    person.action("theme_dark").trigger()
    assert person.plot("new").backgroundBrush().color().name() == DARK.card
    # Every kind has a picture.
    for name in GENERATORS:
        kind(person, name)
        data = Recipe.of(name).dataset()
        assert len(shown(person)) == data.rows, name
        note = person.text("new_note")
        if not data.classes:
            assert note.startswith("Numbers to predict"), name
            assert person.plot("new").getAxis("left").labelText == "target y"  # no output is there
        elif separable(data):
            assert note == "One neuron can get all of these right.", name
        else:
            assert note.startswith("One neuron cannot get all of these right: "), name
    # What is chosen is seen and taken.
    kind(person, "moons")
    before = shown(person)
    assert len(before) == 100
    person.type_into("new_count", "30", KEY.Key_Tab)
    person.type_into("new_noise", "0.25", KEY.Key_Tab)
    person.click("new_next_seed")
    person.settle()
    recipe = Recipe("moons", 0.25, 30, 1)
    assert shown(person) == set(map(tuple, recipe.dataset().inputs.tolist()))
    assert person.frame.settings == Settings("and")
    person.qtbot.mouseClick(person.find(QPushButton, "new_take"), LEFT)
    person.settle()
    assert person.frame.settings == Settings.opened(data=recipe.dataset())
    assert person.combo("task").currentText() == "Own data, Moons"
    person.qtbot.waitUntil(lambda: person.window.windowTitle() == "moons[*] — NeuroViz")
    person.action("undo").trigger()
    assert person.frame.settings == Settings("and")
