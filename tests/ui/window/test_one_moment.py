"""One moment everywhere: what is pointed at in one plot of epochs is shown in all."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from neuroviz.core.choices.settings import Settings
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY


@pytest.fixture
def person(open_window):
    """Open a run of 100 steps, with both plots of epochs in sight."""
    person = open_window(Settings(learning_rate=1.0, epochs=1000), plots=("loss", "weights"))
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    return person


def move(widget, place, button=Qt.MouseButton.NoButton):
    """Move the pointer over a widget, with a button down or none."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        button,
        NO_KEY,
    )
    QApplication.sendEvent(widget, event)


def test_a_pointer_over_a_plot_of_epochs_is_read_in_all_and_a_rest_previews(person):
    """All views show the step, which is said to be a preview; the run stays where it is."""
    loss = person.rows.loss
    assert person.hover("loss", 20, -1).startswith("epoch 20")
    assert person.bench.timeline.slider.hairline == pytest.approx(20, abs=0.5)
    assert person.reading("weights").startswith("epoch 20")
    person.qtbot.waitUntil(lambda: person.frame.step == 20)
    assert person.text("epoch") == "20"
    assert person.text("state") == "Preview of step 20"
    assert person.frame.current_loss == loss[20]
    assert person.bench.timeline.slider.value() == 100
    assert not person.button("now").isEnabled()
    QApplication.sendEvent(person.plot("loss"), QEvent(QEvent.Type.Leave))
    person.qtbot.waitUntil(lambda: person.frame.step == 100)
    assert person.bench.timeline.slider.hairline is None
    assert not person.text("state").startswith("Preview")
    # A pointer over the strip is read in the plots.
    track = person.bench.timeline.slider
    at = track.place_of(7).toPoint()
    for place in (at + QPoint(30, 0), at):
        move(track, place)
    person.qtbot.waitUntil(lambda: person.frame.step == 7)
    assert person.reading("loss").startswith("epoch 7")
    track.grab()
    assert any(said.endswith("at epoch 7") for said in track.written)
    # What is shown already needs no preview, and is not said twice.
    far = track.rect().center() + QPoint(track.width() // 4, 0)
    assert track.step_at(far.x()) == 100
    move(track, far)
    person.qtbot.waitUntil(lambda: person.frame.step == 100)
    assert not person.text("state").startswith("Preview")
    track.grab()
    assert not any(said.endswith("at epoch 100") for said in track.written)
    QApplication.sendEvent(track, QEvent(QEvent.Type.Leave))
    assert not person.frame.looks_back
    # What is asked for by a key comes after the pointer came to rest.
    person.hover("loss", 20, -1)
    person.press(KEY.Key_F8)
    person.qtbot.wait(250)  # longer than a rest
    assert (person.step, person.frame.looks_back) == (101, False)
    # While a run goes a pointer only reads.
    person.begin(Settings(learning_rate=1.0, epochs=10**9))
    person.bench.player.start()
    person.qtbot.waitUntil(lambda: person.bench.views["loss"].frame.newest_step > 100)
    person.plot("loss").hovered.emit(QPointF(5, 0))
    assert person.reading("loss").startswith("epoch 5 ")
    person.qtbot.wait(200)  # longer than a rest
    assert person.frame.step == person.frame.newest_step
    person.bench.player.pause()


def test_a_drag_scrubs_and_a_press_looks_at_that_epoch_and_stays(person):
    """As in the strip; where a lesson withholds other steps nothing happens."""
    viewport = person.plot("weights").viewport()
    first, last = person.place("weights", 60, 0), person.place("weights", 10, 0)
    QTest.mousePress(viewport, LEFT, NO_KEY, first)

    def moved():
        move(viewport, last, LEFT)
        return abs(person.frame.step - 10) <= 2

    person.qtbot.waitUntil(moved)
    QTest.mouseRelease(viewport, LEFT, NO_KEY, last)
    assert abs(person.frame.selection.step - 10) <= 2
    person.bench.look_control.now()
    place = person.place("loss", 30, -1)
    viewport = person.plot("loss").viewport()
    person.qtbot.mouseClick(viewport, LEFT, pos=place)
    person.qtbot.waitUntil(lambda: abs(person.frame.step - 30) <= 1)
    assert person.bench.timeline.slider.value() == person.frame.step
    person.bench.look_control.now()
    person.bench.timeline.lock("not now")
    person.qtbot.mouseClick(viewport, LEFT, pos=place)
    person.settle()
    assert person.frame.selection.step is None
    person.bench.timeline.lock("")
