import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from neuroviz.ui.views.landscape.tools import PlaneChoice


@pytest.fixture
def choice(qtbot):
    card = QWidget()
    qtbot.addWidget(card)
    choice = PlaneChoice(card)
    yield choice
    card.close()


def test_two_parameters_leave_no_choice(choice):
    choice.offer(("w1", "b"))
    assert all(button.isHidden() for button in choice.buttons)
    assert (choice.offered, choice.axes) == (False, (0, 1))


def test_at_first_it_is_the_plane_of_the_run_and_what_was_chosen_stays(choice, qtbot):
    """With another experiment it is that of the run again."""
    choice.offer(("w1", "w2", "b"))
    assert choice.shown == "run"
    with qtbot.waitSignal(choice.changed):
        choice.choose_axis(1, 2)
    choice.offer(("w1", "w2", "b"))
    assert choice.shown == (0, 2)
    choice.offer(("w1", "w2", "w3", "b"))
    assert choice.shown == "run"


def test_both_axes_never_have_the_same(choice):
    """The other one steps aside; beside the first that is chosen stands the bias."""
    choice.offer(("w1", "w2", "b"))
    choice.choose_axis(0, 1)
    assert choice.shown == (1, 2)
    choice.choose_axis(1, 1)
    assert choice.shown == (2, 1)


def test_where_no_place_is_free_a_name_stands_where_it_covers_least(choice):
    choice.offer(("w1", "w2", "b"))
    choice.name(("w1", "w2"), ("#00806a", "#a3408c"))
    first, second = choice.buttons
    room = QRect(0, 0, 4 * first.width(), first.height() + 2)
    taken = QRect(first.width() - 3, 0, room.width(), room.height())
    choice.place((QPointF(room.center()), QPointF(room.bottomRight())), room, QRegion(taken))
    assert first.geometry().intersected(taken).width() <= 3
    assert room.contains(second.geometry())


def test_a_menu_lists_planes_and_parameters_with_a_tick_at_what_is_shown(choice):
    choice.offer(("w1", "w2", "b"))
    menu = choice.buttons[0].menu()
    menu.aboutToShow.emit()
    first, second, _, *parameters = menu.actions()
    assert (first.isChecked(), second.isChecked()) == (True, False)
    assert [action.text() for action in parameters] == ["w1", "w2", "b"]
    parameters[0].trigger()
    assert choice.shown == (0, 2)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["w1"]


def test_each_neuron_of_several_has_a_menu_of_its_own(choice):
    choice.offer(("w1", "b1", "v1", "c"), {"hidden neuron h₁": [0, 1], "output ŷ": [2, 3]})
    menu = choice.buttons[1].menu()
    menu.aboutToShow.emit()
    hidden, output = menu.actions()[-2:]
    assert [action.text() for action in output.menu().actions()] == ["v1", "c"]
    hidden.menu().actions()[1].trigger()
    assert choice.shown == (3, 1)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == [
        "hidden neuron h₁"
    ]
