"""Lessons of the program in the window: one with the mouse, wrong answers; one with the keyboard, right ones."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from neuroviz.core.choices.settings import Settings
from tests.lessons.own_loop import LINE_X, LINE_Y, descend, limit
from tests.ui.lesson.test_lesson import go_to, gone, push, stroke


def opened(open_window, name):
    """Open the window with something in the lab, and a lesson in it."""
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.session.advance(7)
    person.window.player.advanced.emit()
    before = person.frame.parameters.tolist(), person.step
    person.window.teaching.open_named(name)
    person.settle()
    return person, before


def test_three_rates_with_the_mouse_and_wrong_answers(open_window):
    """What it says then is true of an own loop, and the lab is as it was afterwards."""
    person, before = opened(open_window, "three-rates")
    start = person.frame.start
    most = limit(LINE_X)
    push(person, "lesson_next")
    choose(person, 3)
    push(person, "lesson_go")
    gone(person)
    ends = [descend(LINE_X, LINE_Y, start, share * most, 40, "mse").loss[-1] for share in (0.01, 0.5, 0.98)]
    assert person.text("lesson_told").startswith("✗")
    assert f"{ends[2]:.3g}" in person.text("lesson_feedback")
    push(person, "lesson_next")
    stroke(person, [(0, start_loss(start)), (20, 0.4 * start_loss(start)), (40, 0.2 * start_loss(start))])
    push(person, "lesson_go")
    gone(person)
    losses = descend(LINE_X, LINE_Y, start, 1.02 * most, 40, "mse").loss
    assert person.text("lesson_told").startswith("✗")
    assert f"{losses[20]:.4g}" in person.text("lesson_truth")
    push(person, "lesson_next")
    choose(person, 2)
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✗")
    assert person.frame.evidence.stopped is not None
    push(person, "lesson_next")
    person.type_into("learning_rate", "0.03")
    person.window.session.advance(20)
    person.window.player.advanced.emit()
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✓"))
    push(person, "lesson_next")
    assert "makes the error larger" in person.text("lesson_text")
    person.window.teaching.leave()
    person.settle()
    assert (person.frame.parameters.tolist(), person.step) == before
    assert person.frame.settings.task == "or"


def choose(person, number):
    """Click a choice: the one on show, since those of steps before may wait to be deleted."""
    buttons = person.window.findChildren(QPushButton, f"lesson_choice_{number}")
    (button,) = [each for each in buttons if each.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    person.settle()


def start_loss(start):
    return descend(LINE_X, LINE_Y, start, 0.01, 0, "mse").loss[0]


def test_one_step_by_hand_with_the_keyboard_and_right_answers(open_window):
    person, before = opened(open_window, "one-step-by-hand")
    person.press(Qt.Key.Key_Return)
    for step, key in ((2, Qt.Key.Key_2), (3, Qt.Key.Key_2)):
        assert person.window.teaching.control.course.here + 1 == step
        person.press(key)
        person.press(Qt.Key.Key_Return)
        gone(person)
        assert person.text("lesson_told").startswith("✓")
        person.press(Qt.Key.Key_Return)
    for _ in range(5):
        person.press(Qt.Key.Key_F6)
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✓"))
    push(person, "lesson_next")
    rows = descend([[1, 0]], [0], [2.0, 1.5, -3.0], 1.0, 1)
    person.window.changing.type_weight(0, float(rows.theta[1][0]))
    person.settle()
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✓"))
    push(person, "lesson_next")
    for key in (Qt.Key.Key_3, Qt.Key.Key_1):
        person.press(key)
        person.press(Qt.Key.Key_Return)
        gone(person)
        assert person.text("lesson_told").startswith("✓")
        push(person, "lesson_next")
    assert person.find(QPushButton, "lesson_next").isEnabled()
    person.window.teaching.leave()
    person.settle()
    assert person.frame.parameters.tolist() == pytest.approx(before[0], rel=0, abs=0)


def test_a_rate_of_ones_own_is_told_as_it_was_and_kept(open_window):
    """A rate that is set when the run has come somewhere did not bring it there; and Again keeps the choice."""
    person, _ = opened(open_window, "three-rates")
    go_to(person, 5)
    person.type_into("learning_rate", "0.0661")
    person.window.session.advance(21)
    person.window.player.advanced.emit()
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✗"))
    for rate in ("0.0661", "0.0563"):
        person.type_into("learning_rate", rate)
        person.settle()
        assert "After 21 epochs at a rate of 0.0661" in person.text("lesson_told")
    push(person, "lesson_go")
    assert (person.step, person.frame.settings.learning_rate) == (0, 0.0563)
    assert person.text("lesson_told") == ""


def test_what_is_beyond_the_page_of_a_drawn_curve_is_told_and_has_no_dot(open_window):
    """A curve that hardly rises is not that of the run, which leaves the page and has no dot on it."""
    person, _ = opened(open_window, "three-rates")
    go_to(person, 3)
    start = start_loss(person.frame.start)
    stroke(person, [(0, start), (20, 1.3 * start), (40, 1.6 * start)])
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✗")
    assert "rises ever more steeply" in person.text("lesson_feedback")
    marks = person.window.teaching.control.asking.plots.marks
    assert [name.split(" ")[0] for name, *_ in marks._labels.places] == ["you", "the"]
    assert marks._labels.places[1][0].endswith(" ↑")
    dots = marks._points.getData()[1]
    assert list(dots) == pytest.approx([1.3 * start], rel=0.03)


def test_a_curve_that_leaves_the_page_holds(open_window):
    """The run's own does."""
    person, _ = opened(open_window, "three-rates")
    go_to(person, 3)
    start = start_loss(person.frame.start)
    stroke(person, [(0, start), (9, 1.98 * start), (40, 1.99 * start)])
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✓")
