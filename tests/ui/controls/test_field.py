"""A row of the form, and rows that are folded away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from neuroviz.ui.controls.field import Field, Fold


@pytest.fixture
def field(qtbot: QtBot) -> Field:
    """Return a shown row."""
    made = Field("rate", "Learning rate", QLineEdit())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def fold(qtbot: QtBot) -> Fold:
    """Return a shown fold with one row."""
    made = Fold("Coding", [Field("coding", "Classes", QLineEdit())])
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_an_error_is_shown_and_hidden(field: Field) -> None:
    """The sentence stands below the control while something is wrong, and takes no room otherwise."""
    label = field.findChild(QLabel, "rate_error")
    assert not label.isVisible()
    low = field.sizeHint().height()
    field.show_error("<b> is no number.")
    assert (label.text(), label.isVisible()) == ("<b> is no number.", True)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert field.sizeHint().height() > low
    field.show_error(None)
    assert (label.text(), label.isVisible()) == ("", False)


def test_the_caption_names_the_control(field: Field) -> None:
    """The caption is the control's label, for the eye and for a screen reader."""
    caption = next(label for label in field.findChildren(QLabel) if label.text() == "Learning rate")
    control = field.findChild(QLineEdit)
    assert caption.buddy() is control
    assert (control.objectName(), control.accessibleName()) == ("rate", "Learning rate")


def test_a_small_widget_stands_at_the_right(qtbot: QtBot) -> None:
    """What is given as beside is to the right of the control."""
    beside = QLabel("of 4")
    made = Field("batch_size", "Batch", QLineEdit(), beside)
    qtbot.addWidget(made)
    made.show()
    assert beside.isVisible()
    assert beside.x() >= made.control.geometry().right()


@pytest.mark.parametrize("way", ["click", "key"])
def test_a_fold_opens_and_closes(qtbot: QtBot, fold: Fold, way: str) -> None:
    """A click on the name, or Space on it, unfolds the rows; another folds them away."""
    row, button = fold.findChild(QLineEdit), fold.findChild(QToolButton)

    def act() -> None:
        if way == "click":
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(button.hasFocus)
            qtbot.keyClick(button, Qt.Key.Key_Space)

    assert (row.isVisible(), button.text()) == (False, "▸ Coding")
    act()
    assert (row.isVisible(), button.text()) == (True, "▾ Coding")
    act()
    assert (row.isVisible(), button.text()) == (False, "▸ Coding")


def test_a_fold_unfolds_for_the_program(fold: Fold) -> None:
    """unfold() shows the rows, and shows them still when called again."""
    for _ in range(2):
        fold.unfold()
        assert fold.findChild(QLineEdit).isVisible()
