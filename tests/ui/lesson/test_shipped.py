"""What the lessons of the program say of a rate of one's own, and of what leaves the page."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.settings import Settings
from tests.lessons.own_loop import LINE_X, LINE_Y, descend
from tests.ui.lesson.test_lesson import LEFT, NO_KEY, go_to, gone, push, stroke


def opened(open_window, name):
    """Open the window with a lesson in it."""
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.teaching.open_named(name)
    person.settle()
    return person


def start_loss(start):
    return descend(LINE_X, LINE_Y, start, 0.01, 0, "mse").loss[0]


def test_a_rate_of_ones_own_is_told_as_it_was_and_kept(open_window):
    """A rate that is set when the run has come somewhere did not bring it there; and Again keeps the choice."""
    person = opened(open_window, "three-rates")
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
    person = opened(open_window, "three-rates")
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
    person = opened(open_window, "three-rates")
    go_to(person, 3)
    start = start_loss(person.frame.start)
    stroke(person, [(0, start), (9, 1.98 * start), (40, 1.99 * start)])
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✓")


def test_a_lesson_without_calculus_leaves_out_the_way_back_and_a_page_of_it_needs_no_scrolling(open_window):
    """No gradient stands in the neuron until the lesson is left; what is said is in sight at 1024x768."""
    person = opened(open_window, "gate-by-hand")
    person.window.resize(1024, 768)
    person.settle()
    numbers = person.window.neuron.diagram.numbers
    assert {numbers[kind, None].text for kind in ("loss_by_output", "loss_by_pre_activation")} == {""}
    assert person.window.neuron.parts.isHidden()
    push(person, "lesson_next")
    push(person, "lesson_choice_1")
    widths = {person.find(QLabel, "lesson_text").width()}
    push(person, "lesson_go")
    gone(person)
    person.settle()
    feedback = person.find(QLabel, "lesson_feedback")
    assert feedback.visibleRegion().boundingRect() == feedback.rect()
    assert widths == {person.find(QLabel, "lesson_text").width()}
    person.window.teaching.leave()
    person.settle()
    assert person.window.neuron.diagram.numbers["grad", 0].text not in ("", "—")
    assert person.window.neuron.parts.isVisible()


def test_choices_stand_whole_in_their_card_and_one_that_is_chosen_moves_nothing(open_window):
    person = opened(open_window, "watch-it-learn")
    go_to(person, 2)
    question = person.window.teaching.control.panel.question
    places = []
    for index in (1, 2, 4):
        push(person, f"lesson_choice_{index}")
        assert question.visibleRegion().boundingRect() == question.rect()
        places.append([choice.geometry() for choice in question.choices])
    assert places[0] == places[1] == places[2]


def test_a_single_sample_is_dragged_over_a_plane_that_stays(open_window):
    """The corner where it is to go is in sight from the beginning, and so is the line on the way."""
    person = opened(open_window, "watch-it-learn")
    go_to(person, 5)
    view = person.plot("data").box.viewRange
    before = view()
    assert all(low < 0 < 1 < high for low, high in before)
    viewport, start, end = person.plot("data").viewport(), person.place("data", 0, 0), person.place("data", 1, 1)
    QTest.mousePress(viewport, LEFT, NO_KEY, start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, LEFT, NO_KEY, end)
    person.settle()
    assert person.text("lesson_told").startswith("✓ It answers 0.9")
    assert view() == before
