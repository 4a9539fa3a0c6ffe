import pytest

from neuroviz.ui.views.landscape.plane_choice import PlaneChoice


@pytest.fixture
def choice(qtbot):
    row = PlaneChoice()
    qtbot.addWidget(row)
    return row


def test_two_parameters_leave_no_choice(choice):
    choice.offer(("w1", "b"))
    assert choice.isHidden()
    assert (choice.axes, choice.principal) == ((0, 1), False)


def test_three_can_be_chosen_from_and_another_experiment_begins_at_the_first_two(choice, qtbot):
    choice.offer(("w1", "w2", "b"))
    assert not choice.isHidden()
    with qtbot.waitSignal(choice.changed):
        choice.boxes[1].setCurrentIndex(2)
    assert choice.axes == (0, 2)
    choice.offer(("w1", "w2", "b"))
    assert choice.axes == (0, 2)
    choice.offer(("w1", "w2", "w3", "b"))
    assert choice.axes == (0, 1)


def test_both_axes_never_have_the_same(choice):
    """The other one steps aside."""
    choice.offer(("w1", "w2", "b"))
    choice.boxes[0].setCurrentIndex(1)
    assert choice.axes == (1, 2)
    choice.boxes[1].setCurrentIndex(1)
    assert choice.axes == (2, 1)


def test_the_principal_plane_needs_no_axes(choice, qtbot):
    choice.offer(("w1", "w2", "b"))
    with qtbot.waitSignal(choice.changed):
        choice._button.click()
    assert choice.principal
    assert not any(box.isEnabled() for box in choice.boxes)
    choice.offer(("w1", "b"))
    assert not choice.principal


def test_everything_has_a_name_for_those_who_do_not_see_it(choice):
    assert all(widget.accessibleName() for widget in (*choice.boxes, choice._button))
