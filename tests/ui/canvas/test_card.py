"""The card that every view is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.panels.weights import WeightsPanel


class Counting(Card):
    """Remembers what it was told."""

    def __init__(self):
        super().__init__()
        self.told = []

    def reset(self, frame):
        self.told.append("reset")

    def draw(self, frame):
        self.told.append("draw")


@pytest.fixture
def card(qtbot):
    made = Counting()
    qtbot.addWidget(made)
    return made


def test_nothing_is_drawn_while_nobody_sees_it(card):
    """What was missed is drawn at the show, once, and again in another size."""
    frame = Session(Settings("and")).frame()
    card.show_new(frame)
    card.show_frame(frame)
    assert card.told == ["reset"]
    card.resize(300, 200)
    card.show()
    assert card.told == ["reset", "draw"]
    card.resize(400, 200)
    assert card.told == ["reset", "draw", "draw"]


def test_another_theme_draws_again(card):
    card.show_new(Session(Settings("and")).frame())
    card.show()
    card.told.clear()
    card.apply_theme()
    assert card.told == ["reset", "draw"]


def test_the_button_asks_for_room(card, qtbot):
    """The window is told which view is to be large, and the button stays last."""
    card.add_button("", "log", "Logarithmic")
    with qtbot.waitSignal(card.enlarge_asked) as asked:
        card.enlarge.click()
    assert asked.args == [card]
    card.resize(400, 100)
    card.show()
    assert card.enlarge.x() == max(child.x() for child in card.findChildren(type(card.enlarge)))


def test_mathematics_goes_from_left_to_right_in_every_language(qapp, qtbot):
    """Of a program that goes the other way signs of numbers would stand behind them."""
    right_to_left, left_to_right = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
    qapp.setLayoutDirection(right_to_left)
    try:
        parent = QWidget()
        qtbot.addWidget(parent)
        card, table = Counting(), WeightsPanel()
        for part in (card, table):
            part.setParent(parent)
        assert parent.layoutDirection() == table.layoutDirection() == right_to_left
        assert card.enlarge.layoutDirection() == card.layoutDirection() == left_to_right
        assert table.table.viewport().layoutDirection() == left_to_right
    finally:
        qapp.setLayoutDirection(left_to_right)
