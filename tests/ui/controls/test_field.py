"""A row of the form."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from neuroviz.ui.controls.field import Field


@pytest.fixture
def field(qtbot):
    """Return a shown row."""
    made = Field("rate", "Learning rate", QLineEdit())
    qtbot.addWidget(made)
    made.show()
    return made


def test_an_error_is_shown_and_hidden(field):
    """The sentence stands below the control while something is wrong.

    It takes no room otherwise.
    """
    low = field.sizeHint().height()
    field.show_error("<b> is no number.")
    label = field.findChild(QLabel, "rate_error")
    assert (label.text(), label.isVisible()) == ("<b> is no number.", True)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert field.sizeHint().height() > low
    field.show_error(None)
    assert (label.text(), label.isVisible()) == ("", False)


def test_a_small_widget_stands_at_the_right(qtbot):
    """What is given as beside is to the right of the control."""
    beside = QLabel("of 4")
    made = Field("batch_size", "Batch", QLineEdit(), beside)
    qtbot.addWidget(made)
    made.show()
    assert beside.isVisible()
    assert beside.x() >= made.control.geometry().right()


def test_a_control_below_has_the_whole_width(qtbot):
    """With the caption above it a control begins at the left and ends at the right."""
    made = Field("loss", "Loss", QLineEdit(), below=True)
    qtbot.addWidget(made)
    made.resize(238, 60)
    made.show()
    assert (made.control.x(), made.control.width()) == (0, 238)
