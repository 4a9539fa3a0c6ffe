"""The list follows the frames, stays on the picked run and keeps its pace."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.ui.runs.panel import RunList

MOUSE, KEYBOARD = QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard


@pytest.fixture
def shown(qapp, qtbot):
    """Return a session of three pinned runs and their list."""
    session = Session(Settings("and", learning_rate=1.0))
    session.prepare()
    for rate in (1.0, 2.0, 3.0):
        session.apply(session.settings.replace(learning_rate=rate))
        session.pin()
        if rate < 3:
            session.advance(5)
            session.reset()
    view = RunList()
    qtbot.addWidget(view)
    view.resize(320, 400)
    view.show()
    view.show_frame(session.frame())
    return session, view


def test_the_picked_run_stays_picked(shown):
    """When others join the list or leave it; when it leaves itself, its neighbour is picked."""
    session, view = shown
    numbers = [run.number for run in session.frame().runs]
    view.setCurrentIndex(view.runs.index(1))
    session.delete(numbers[0])
    view.show_frame(session.frame())
    assert (view.picked_run().number, view.currentIndex().row()) == (numbers[1], 0)
    assert view.selectionModel().isRowSelected(0)
    session.delete(numbers[1])
    view.show_frame(session.frame())
    assert view.picked_run().number == numbers[2]


def test_a_menu_is_asked_for_the_run_under_the_pointer(shown, qtbot):
    """A press with the right button picks it; beside the entries there is none.

    By key it is the picked one's.
    """
    _, view = shown
    asked = []
    view.menu_asked.connect(asked.append)
    second, third = (view.visualRect(view.runs.index(row)).center() for row in (1, 2))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=third)
    for reason, place in ((MOUSE, third), (MOUSE, QPoint(10, 390)), (KEYBOARD, second)):
        QApplication.sendEvent(
            view.viewport(), QContextMenuEvent(reason, place, view.mapToGlobal(place))
        )
    assert view.currentIndex().row() == 2
    assert asked == [view.viewport().mapToGlobal(third)] * 2
