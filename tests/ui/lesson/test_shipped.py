"""What the lessons of the program say of a rate of one's own, and of what leaves the page."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPolygonF
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QInputDialog,
    QLabel,
    QPushButton,
)
from shiboken6 import isValid

from neuroviz.core.choices.settings import Settings
from neuroviz.lessons.library import lesson_paths
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.worksheet import worksheet
from neuroviz.paper.blocks import Beside, TickBoxes
from neuroviz.pictures.marks import Points, Polygons, Text
from neuroviz.ui.data.table_dialog import TableDialog
from neuroviz.ui.lesson.gallery import SIZE
from neuroviz.ui.sweep.window import SweepWindow
from neuroviz.ui.theme import theme as themes
from tests.lessons.own_loop import GATE, LINE_X, LINE_Y, TARGETS, descend
from tests.ui.lesson.test_lesson import (
    anew,
    choices_shown,
    go_to,
    gone,
    marks_of_dots,
    push,
)
from tests.ui.person import CTRL, KEY, LEFT


def opened(open_window, name):
    """Open the window with a lesson in it."""
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.lessons.open_named(name)
    person.settle()
    return person


def answer(person, key):
    """Give a choice by its number."""
    person.press(key)
    person.press(KEY.Key_Return)
    gone(person)


def start_loss(start):
    return descend(LINE_X, LINE_Y, start, 0.01, 0, "mse").loss[0]


def test_a_rate_of_ones_own_is_told_as_it_was_and_kept(open_window):
    """A rate that is set when the run has come somewhere did not bring it there.

    And Again keeps the choice. Of three runs the one that was asked for is marked in its plot.
    """
    person = opened(open_window, "three-rates")
    go_to(person, 2)
    answer(person, KEY.Key_1)
    assert [run.name for run in person.frame.runs] == ["a hundredth", "one half ✓", "almost all"]
    go_to(person, 5)
    person.type_into("learning_rate", "0.0661")
    person.bench.session.advance(21)
    person.bench.player.advanced.emit()
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✗"))
    for rate in ("0.0661", "0.0563"):
        person.type_into("learning_rate", rate)
        person.settle()
        assert "Begun at a rate of 0.0661, it had a loss of" in person.text("lesson_told")
        assert "at epoch 20" in person.text("lesson_told")
    push(person, "lesson_go")
    assert (person.step, person.frame.settings.learning_rate) == (0, 0.0563)
    assert person.text("lesson_told") == ""
    # The run's own does.
    anew(person, "three-rates")
    go_to(person, 3)
    start = start_loss(person.frame.start)
    person.drag("loss", (0, start), (20, 2 * start), (30, 9.7 * start), (40, 9.7 * start))
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✓")


def test_what_is_beyond_the_page_of_a_drawn_curve_is_told_and_has_no_dot(open_window, tmp_path):
    """A curve that hardly rises is not that of the run.

    That has left a lower page and has no dot on it.
    """
    (path,) = (path for path in lesson_paths() if path.stem == "three-rates")
    lower = tmp_path / "lower.toml"
    lower.write_text(
        path.read_text(encoding="utf-8").replace("page = 10", "page = 4"), encoding="utf-8"
    )
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.lessons.open_file(lower)
    person.settle()
    go_to(person, 3)
    # The epochs that are to be drawn have their numbers, though the run has not come to them.
    (_, named), *_ = person.plot("loss").getAxis("bottom").tickValues(0.0, 40.0, 400.0)
    assert max(named) == 40
    start = start_loss(person.frame.start)
    person.drag("loss", (0, start), (20, 1.3 * start), (40, 1.6 * start))
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✗")
    assert "rises ever more steeply" in person.text("lesson_feedback")
    rate = person.frame.settings.learning_rate
    losses = descend(LINE_X, LINE_Y, person.frame.start, rate, 40, "mse").loss
    drawn = np.interp(range(41), *person.dashes("loss")[0])
    left = next(n for n, loss in enumerate(losses) if loss - drawn[n] > 0.1 * 4 * start)
    told = f"Your curve leaves the run's at epoch {left}, downwards, and ends below it on the page."
    assert person.text("lesson_feedback").startswith(told)
    (shade,) = person.marks("loss", Polygons)
    area = QPolygonF([QPointF(*corner) for corner in shade.corners[0]])
    for share, inside in ((0.5, True), (1.2, False), (-0.2, False)):
        place = QPointF(10, drawn[10] + share * (losses[10] - drawn[10]))
        assert area.containsPoint(place, Qt.FillRule.OddEvenFill) == inside
    texts = [mark.text for mark in person.marks("loss", Text)]
    mine, its = texts[-2:]
    assert [text.split(" ")[0] for text in (mine, its)] == ["you", "the"]
    assert its.endswith(" ↑")
    dots = person.marks("loss", Points)[-1].y
    assert list(dots) == pytest.approx([1.3 * start], rel=0.03)


def test_choices_stand_whole_in_their_card_and_one_that_is_chosen_moves_nothing(open_window):
    """And a page opens what it speaks of."""
    person = opened(open_window, "watch-it-learn")
    # The neuron takes the room of the parts of a step, which this lesson is without.
    diagram = person.bench.neuron.diagram
    above, lowest = diagram.weight_areas()[-2:]
    assert diagram.viewport().rect().bottom() - lowest.bottom() < lowest.top() - above.top()
    go_to(person, 2)
    question = person.window.lessons.control.panel.question
    places = []
    for index in (1, 2, 4):
        push(person, f"lesson_choice_{index}")
        assert question.visibleRegion().boundingRect() == question.rect()
        places.append([choice.geometry() for choice in question.choices])
    assert places[0] == places[1] == places[2]
    # Lines break between words, also where one is longer than half of a choice.
    anew(person, "check-again")
    go_to(person, 8)
    choices = person.window.lessons.control.panel.question.choices
    lines = [choice.text().split("\n") for choice in choices]
    assert ["optimizer.zero_grad()", "is missing"] in lines
    # The corner where it is to go is in sight from the beginning. So is the line on the way.
    anew(person, "watch-it-learn")
    go_to(person, 5)
    view = person.plot("data").box.viewRange
    before = view()
    assert all(low < 0 < 1 < high for low, high in before)
    person.drag("data", (0, 0), (1, 1))
    assert person.text("lesson_told").startswith("✓ It answers 0.9")
    assert person.bench.ghost_control.silent  # nothing is trained, so no weight would follow
    assert view() == before
    # And so does who comes back to it.
    anew(person, "two-before-it")
    opens = []
    for page in range(1, 5):
        go_to(person, page)
        opens.append(person.frame.unit)
    assert opens == [0, 1, None, None]
    push(person, "lesson_back")
    push(person, "lesson_back")
    assert person.frame.unit == 1


def test_what_a_step_says_of_the_one_before_is_so_though_that_was_skipped(open_window):
    """From zero a step on all four samples of AND moves the bias by a quarter.

    Every output falls.
    """
    person = opened(open_window, "one-step-by-hand")
    # Before a question on a step its gradients, which would answer it, are still to come.
    for page in (1, 2, 3):
        go_to(person, page)
        assert person.frame.phase == "forward"
    for skipped in (True, False):
        anew(person, "one-step-by-hand")
        go_to(person, 6)
        if not skipped:
            answer(person, KEY.Key_3)
        push(person, "lesson_next")
        after = descend(GATE, TARGETS["and"], [0.0, 0.0, 0.0], 1.0, 2)
        outputs = after.outputs(1)
        text = " ".join(person.text("lesson_text").split())
        assert f"every output fell to {outputs[0]:.3f}" in text
        assert f"The bias is −{-after.theta[1][2]:.2f} now" in text
        answer(person, KEY.Key_1)
        assert person.text("lesson_told").startswith("✓")
        assert person.frame.parameters == pytest.approx(after.theta[2])
        push(person, "lesson_back")
        assert person.step == (0 if skipped else 1)  # as it was left


def test_what_was_done_is_put_back_beside_its_task(open_window):
    """Before it is done and after; what was skipped stays a hollow dot until then."""
    person = opened(open_window, "gate-by-hand")
    go_to(person, 4)
    push(person, "lesson_back")
    put_back = person.find(QPushButton, "lesson_clear")
    assert (put_back.text(), put_back.isEnabled()) == ("Put back", False)
    for bias, done in ((-1.75, False), (-0.5, True)):
        person.bench.weights_panel.weight_typed.emit(2, bias)
        person.settle()
        assert person.text("lesson_told")[:1] == ("✓" if done else "")
        assert marks_of_dots(person)[2] == ("done" if done else "")
        push(person, "lesson_next")
        push(person, "lesson_back")
        push(person, "lesson_clear")
        assert person.frame.parameters[2] == -1.5
        assert person.text("lesson_told") == ""
        assert not put_back.isEnabled()
    go_to(person, 4)
    assert marks_of_dots(person)[:4] == ["done", "skipped", "skipped", ""]
    # A typed weight can be taken back as the table promises.
    anew(person, "gate-by-hand")
    go_to(person, 3)
    assert not person.action("undo").isEnabled()
    person.bench.side.bring(person.bench.weights_panel)
    person.type_weight(2, "-1.75")
    assert "Undo brings this one back" in person.text("weights_note")
    assert person.frame.parameters[2] == -1.75
    person.press(KEY.Key_Z, CTRL)
    assert person.frame.parameters[2] == -1.5
    assert not person.action("undo").isEnabled()
    # While one is typed in the neuron, the lesson with its numbers is in sight.
    anew(person, "one-step-by-hand")
    go_to(person, 5)
    diagram = person.bench.neuron.diagram
    place = diagram.place_of(("weight", 0)).toPoint()
    person.qtbot.mouseClick(diagram.viewport(), LEFT, pos=place)
    assert person.bench.arithmetic.isVisible()
    person.qtbot.mouseDClick(diagram.viewport(), LEFT, pos=place)
    assert person.window.lessons.control.panel.isVisible()
    # No gradient stands in the neuron until the lesson is left. What is said is in sight at
    # 1024x768.
    anew(person, "gate-by-hand")
    person.window.resize(1024, 768)
    person.settle()
    numbers = person.bench.neuron.diagram.numbers
    assert {numbers[kind, None].text for kind in ("loss_by_output", "loss_by_pre_activation")} == {
        ""
    }
    assert person.bench.neuron.parts.isHidden()
    tabs = person.bench.side.tabs
    seen = [tabs.tabText(index) for index in range(tabs.count()) if tabs.isTabVisible(index)]
    assert seen == ["Lesson", "Numbers", "Code", "Runs"]  # arithmetic is of the way back
    places = [tabs.tabRect(index) for index in range(tabs.count()) if tabs.isTabVisible(index)]
    assert all(one.right() + 1 == other.left() for one, other in itertools.pairwise(places))
    push(person, "lesson_next")
    push(person, "lesson_choice_1")
    widths = {person.find(QLabel, "lesson_text").width()}
    push(person, "lesson_go")
    gone(person)
    person.settle()
    feedback = person.find(QLabel, "lesson_feedback")
    assert feedback.visibleRegion().boundingRect() == feedback.rect()
    assert widths == {person.find(QLabel, "lesson_text").width()}
    person.window.lessons.leave()
    person.bench.neuron.gradients.setChecked(True)
    person.settle()
    assert person.bench.neuron.diagram.numbers["grad", 0].text not in ("", "—")
    assert person.bench.neuron.parts.isVisible()


def test_the_end_counts_what_came_true_and_says_what_is_next(open_window):
    """Also of what was answered before the program was closed, and that is shown where it was."""
    person = opened(open_window, "gate-by-hand")
    go_to(person, 2)
    answer(person, KEY.Key_1)
    right = marks_of_dots(person)[1] == "right"
    go_to(person, 4)
    person.bench.weights_panel.weight_typed.emit(2, -1.75)
    person.settle()
    person.window.close()
    person = opened(open_window, "gate-by-hand")  # as it is at the next start of the program
    control = person.window.lessons.control
    assert marks_of_dots(person) == ["done", "right" if right else "wrong", "skipped", ""]
    push(person, "lesson_back")  # to the last step that can be begun
    (chosen,) = [each for each in control.panel.question.choices if each.isChecked()]
    assert (chosen.text()[0], chosen.isEnabled()) == ("✓" if right else "✗", False)
    go_to(person, 8)
    text = person.text("lesson_text")
    assert f"**{int(right)} of 1 predictions came true.**" in text
    assert f"{'✓' if right else '✗'} How many biases keep all samples right?" in text
    assert person.text("lesson_step_title") == f"To take home: {control.lesson.take_home}"
    assert "**Next: Watch it learn.** See a neuron find its own numbers" in text
    skipped = ["skipped"] * 5
    assert marks_of_dots(person) == ["done", "right" if right else "wrong", *skipped]
    assert person.text("lesson_own_title") == "Your own last picture: One right bias?"


def test_the_end_shows_what_was_done_by_hand_last(open_window):
    """The left edge of the plane is a one or a zero by the line that was set."""
    person = opened(open_window, "gate-by-hand")
    go_to(person, 8)
    picture = person.find(QLabel, "lesson_own")
    assert not picture.isVisible()  # all was skipped
    for bias, is_one in ((-0.5, False), (0.5, True)):
        person.window.lessons.control.panel.dots.asked.emit(2)
        assert not picture.isVisible()
        person.bench.weights_panel.weight_typed.emit(2, bias)
        person.settle()
        go_to(person, 8)
        assert person.text("lesson_own_title") == "Your own last picture: Push it until it breaks"
        assert picture.pixmap().deviceIndependentSize().toSize() == QSize(*SIZE)
        for name in ("dark", "light"):
            person.action(f"theme_{name}").trigger()
            colour = picture.pixmap().toImage().pixelColor(4, SIZE[1] // 2)
            assert (colour.red() > colour.blue()) == is_one
    # A curve that is watched on rows held out is in the picture, too.
    anew(person, "hidden-half")
    go_to(person, 4)
    for _ in range(4):
        person.press(KEY.Key_F8)
    go_to(person, 5)
    image = person.window.lessons.control.panel.own.pixmap().toImage()
    across = [image.pixelColor(image.width() // 2, y).name() for y in range(image.height())]
    assert {themes.now.accent, themes.now.ink} <= set(across)


def test_what_was_open_or_switched_in_the_lab_is_not_in_a_lesson(open_window):
    """A table and a sweep go with the experiment that they show."""
    person = open_window(Settings.opened("line"), plots="kept")
    for name, dialog in (("data_table", TableDialog), ("sweep", SweepWindow)):
        person.action(name).trigger()
        person.settle()
        assert person.window.findChild(dialog).isVisible()
    person.window.lessons.open_named("three-rates")
    person.settle()
    assert not any(dialog.isVisible() for dialog in person.window.findChildren(QDialog))
    # Six points of the line stay six where somebody was drawing before. The landscape has its
    # own ranges.
    person.window.lessons.leave()
    person.window.preferences.set_lesson_progress("three-rates", "")
    person.begin(Settings.opened("line"))
    person.bench.grid.choose(["data", "landscape"])
    person.settle()
    switches = ("draw_data", "hold_ranges")
    for name in switches:
        person.click(name)
    person.settle()
    person.window.lessons.open_named("three-rates")
    person.settle()
    person.click_plot("data", 3.0, 20.0)
    person.settle()
    assert person.frame.settings.dataset.samples == 6
    assert not any(person.button(name).isChecked() for name in switches)
    person.window.lessons.leave()
    person.settle()
    assert all(person.button(name).isChecked() for name in switches)
    person.click_plot("data", 3.0, 20.0)
    person.settle()
    assert person.frame.settings.dataset.samples == 7


def shown_choices(person):
    """Return what stands on the choices, from the first to the last."""
    return [
        choice.accessibleName() for choice in person.window.lessons.control.panel.question.choices
    ]


def test_the_window_has_the_choices_in_the_order_of_the_sheet_also_for_who_comes_back(open_window):
    """And what is pressed is what is judged.

    After a thousand epochs more the loss of AND has fallen further.
    """
    person = opened(open_window, "all-right-still-learning")
    for place in range(3):
        anew(person, "all-right-still-learning")
        go_to(person, 2)
        sheet = worksheet(person.window.lessons.control.lesson)
        texts = shown_choices(person)
        assert texts in [
            list(block.texts) for block in laid_flat(sheet) if isinstance(block, TickBoxes)
        ]
        push(person, "lesson_next")
        push(person, "lesson_back")
        assert shown_choices(person) == texts
        answer(person, Qt.Key(KEY.Key_1 + place))
        mark = "✓" if texts[place] == "fall further" else "✗"
        assert choices_shown(person)[place] == f"{mark} {texts[place]}"


def laid_flat(sheet):
    """Give all blocks of a sheet."""
    for group in sheet.groups:
        for block in group:
            yield from block.blocks if isinstance(block, Beside) else (block,)


def test_a_figure_is_written_though_the_lesson_is_left_meanwhile(
    open_window, tmp_path, monkeypatch
):
    """And the bench of the lesson goes only then. Of sheets that of the lesson is offered first."""
    person = opened(open_window, "watch-it-learn")
    bench = person.bench
    asked = []
    monkeypatch.setattr(
        QInputDialog, "getItem", lambda *given: asked.append(given[3:5]) or ("", False)
    )
    for paper in ("worksheet", "key"):
        person.action(paper).trigger()
    assert [titles[first] for titles, first in asked] == ["Watch it learn"] * 2
    assert {lesson.title for lesson in map(read_lesson, lesson_paths())} == {*asked[0][0]}
    path = tmp_path / "data.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    bench.commands["export_data"].setEnabled(True)  # whatever the step withholds
    person.action("export_data").trigger()
    assert bench.exporter.queue.name == "data.png"
    person.window.lessons.leave()
    person.qtbot.waitUntil(path.exists, timeout=60_000)
    person.qtbot.waitUntil(lambda: not isValid(bench), timeout=20_000)
    assert person.frame.settings.task == "or"
    assert person.text("sentence").startswith(f"Written: {path}.")
