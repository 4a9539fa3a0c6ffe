"""The combo box over a catalogue."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from neuroviz.ui.controls.choice_box import ChoiceBox
from tests.ui.person import KEY, turn_wheel

LABELS = {"mse": "Mean squared error", "bce": "Binary cross-entropy", "mae": "Mean absolute error"}
TIPS = {"mse": "mean of squares", "bce": "nats"}
TIP, COLOUR = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole


@pytest.fixture
def box(qtbot):
    """Return a shown box that has the keyboard."""
    made = ChoiceBox(LABELS, TIPS)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


@pytest.fixture
def heard(box):
    """Return what the box says is chosen."""
    names = []
    box.chosen.connect(names.append)
    return names


def test_labels_on_screen_and_names_inside(box):
    """The list shows the labels in order; name() gives the stable name."""
    assert [box.itemText(i) for i in range(box.count())] == list(LABELS.values())
    assert (box.currentText(), box.name()) == ("Mean squared error", "mse")
    assert [box.itemData(i, TIP) for i in range(3)] == ["mean of squares", "nats", None]


def test_a_person_chooses_with_a_key(qtbot, box, heard):
    """An arrow key chooses the next entry and says its name once."""
    qtbot.keyClick(box, KEY.Key_Down)
    assert (heard, box.name()) == (["bce"], "bce")


def test_choosing_the_same_says_nothing(qtbot, box, heard):
    """At the top of the list a further Up chooses nothing new."""
    qtbot.keyClick(box, KEY.Key_Up)
    assert (heard, box.name()) == ([], "mse")


def test_showing_a_name_says_nothing(qtbot, box, heard):
    """What the program shows is no choice of the user's; the next key press is."""
    box.set_name("bce")
    assert (heard, box.currentText(), box.toolTip()) == ([], "Binary cross-entropy", "nats")
    box.set_name("mae")
    assert (heard, box.toolTip()) == ([], "")
    qtbot.keyClick(box, KEY.Key_Up)
    assert heard == ["bce"]


def test_what_cannot_be_chosen_is_dim_with_the_reason(qtbot, box, heard):
    """An entry with an objection is dim, its tooltip the reason; it can be picked all the same."""
    box.set_objections({"bce": "needs classes", "mse": None})
    dim = box.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert box.itemData(1, COLOUR).color() == dim
    assert dim != box.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
    assert [box.itemData(i, COLOUR) for i in (0, 2)] == [None, None]
    assert [box.itemData(i, TIP) for i in range(3)] == ["mean of squares", "needs classes", None]
    qtbot.keyClick(box, KEY.Key_Down)
    assert heard == ["bce"]


def test_an_objection_that_falls_away_leaves_no_trace(box):
    """Without objections every entry looks and reads as before."""
    box.set_objections({"bce": "needs classes", "mae": "needs numbers"})
    box.set_objections({})
    assert [box.itemData(i, COLOUR) for i in range(3)] == [None] * 3
    assert [box.itemData(i, TIP) for i in range(3)] == ["mean of squares", "nats", None]


def test_the_wheel_changes_nothing(box, heard):
    """Not even where the keyboard is; the event goes on to what can scroll."""
    box.set_name("bce")
    for notches in (1, -1):
        taken = turn_wheel(box, notches)
        assert (box.name(), heard, taken) == ("bce", [], False)
