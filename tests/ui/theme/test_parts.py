"""Text is cut where its room ends, at a word, and says so."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QMenu

from neuroviz.ui.theme.parts import axis_button, fitted, height_of

WORDS = (
    "The error along the direction grows in every step, below the limit nothing would grow. " * 5
)


@pytest.fixture
def label(qtbot):
    """Return a label that wraps."""
    made = QLabel()
    made.setWordWrap(True)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("lines", [1, 2, 3, 5])
def test_what_is_shown_has_room(label, lines):
    """The text is cut at a word with an ellipsis, is as high as the label at most.

    One word more is not.
    """
    label.setFixedSize(260, height_of(lines, label))
    shown = fitted(WORDS, label)
    assert shown.endswith(" …")
    kept = shown.removesuffix(" …")
    assert WORDS.startswith(f"{kept} ")

    def height(text):
        room = QRect(0, 0, 260, 10_000)
        return label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()

    more = WORDS[: WORDS.index(" ", len(kept) + 1)] + " …"
    assert height(shown) <= label.height() < height(more)


def test_a_short_text_stays(label):
    """What fits is left alone; nothing is nothing."""
    label.setFixedSize(260, height_of(2, label))
    assert fitted("Up to 0.3 no step overshoots.", label) == "Up to 0.3 no step overshoots."
    assert fitted("", label) == ""


def test_no_room_is_no_endless_loop(label):
    """Where not even a word fits, something is returned."""
    label.setFixedSize(5, 1)
    assert fitted("a few words", label) == " …"


def test_a_button_of_an_axis_says_what_is_on_it(qtbot):
    """Its text has room beside the sign."""
    button = axis_button("across_axis", "What goes across", QMenu())
    qtbot.addWidget(button)
    sign = QPixmap(12, 12)
    sign.fill()
    button.setIcon(sign)
    without = button.sizeHint().width()
    button.setText("w₁₂")
    wide = button.fontMetrics().horizontalAdvance("w₁₂")
    assert button.sizeHint().width() >= without + wide
