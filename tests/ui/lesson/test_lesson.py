"""A lesson in the window, played with mouse and keyboard.

What it says is held against a loop of the tests' own.
"""

import json
import operator
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QScreen
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.lessons.answers import LessonProgress
from neuroviz.lessons.library import listed_lessons
from neuroviz.ui.lesson.gallery import SIZE, Gallery, thumbnail
from neuroviz.ui.lesson.lab import Spotlight
from neuroviz.ui.panels.arithmetic import ArithmeticPanel
from neuroviz.ui.panels.code import CodePanel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.window.opening import opening
from tests.eye import contrast
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, in_menus

EXAMPLE = Path(__file__).parents[2] / "lessons" / "example.toml"
X = torch.tensor([[1.0, 1], [1, 0], [0, 1], [0, 0]], dtype=torch.float64)
Y = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)
LINE_X = np.arange(1.0, 7.0)


def and_rows(start, steps):
    """Return parameters and gradients of AND at rate 1 before each step and after the last.

    By autograd.
    """
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rows = []
    for _ in range(steps + 1):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(X @ theta[:2] + theta[2], Y)
        (grad,) = torch.autograd.grad(loss, theta)
        rows.append((theta.detach().numpy().copy(), loss.item(), grad.numpy()))
        with torch.no_grad():
            theta -= grad
    return rows


def line_rows(start, rate, steps):
    """Return parameters and losses of the line, by the gradient written out."""
    w, b = start
    rows = []
    for _ in range(steps + 1):
        error = w * LINE_X + b - (10 * LINE_X + 5)
        rows.append(((w, b), float((error**2).mean())))
        w, b = w - rate * 2 * float((error * LINE_X).mean()), b - rate * 2 * float(error.mean())
    return rows


@pytest.fixture
def lesson(open_window):
    """Open the window with something in the lab, and the lesson in it."""
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.lessons.open_file(EXAMPLE)
    person.settle()
    return person


def anew(person, name):
    """Open a lesson in the window as if it had never been played."""
    person.window.lessons.leave()
    person.window.preferences.set_lesson_progress(name, "")
    person.window.lessons.open_named(name)
    person.settle()


def example_anew(person):
    """Open the lesson of this file in the window as if it had never been played."""
    person.window.lessons.leave()
    person.window.preferences.set_lesson_progress("example", "")
    person.window.lessons.open_file(EXAMPLE)
    person.settle()


def numbers(text):
    return [
        float(word) for word in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text.replace("−", "-"))
    ]


def push(person, name):
    button = person.find(QPushButton, name)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)
    person.settle()


def gone(person):
    """Wait until the run has gone where the answer let it go, at once where that takes longer."""
    control = person.window.lessons.control
    if control.answer_controller.on_the_way:
        push(person, "lesson_go")
    lesson_run = control.lesson_run
    person.qtbot.waitUntil(
        lambda: lesson_run.now is not None and lesson_run.now.done, timeout=20_000
    )
    person.settle()


def go_to(person, step):
    """Skip to a step, from 1."""
    control = person.window.lessons.control
    while control.lesson_run.here + 1 < step:
        push(person, "lesson_next")


def choice_with_the_mouse(lesson):
    start = lesson.frame.start
    rows = and_rows(start, 41)
    (before, _, grad), (after, _, _) = rows[40], rows[41]
    assert lesson.frame.phase == "backward"
    assert lesson.text("lesson_text").startswith(
        "One sample stands in the neuron: (1,\u00a00), with target 0."  # which no line breaks
    )
    assert not lesson.find(QPushButton, "lesson_go").isEnabled()
    push(lesson, "lesson_choice_1")
    assert lesson.find(QPushButton, "lesson_choice_1").text() == "● grow"
    push(lesson, "lesson_go")
    assert lesson.step == 41
    grew = after[0] > before[0]
    marked = ["✓ grow", "shrink", "stay"] if grew else ["✗ grow", "✓ shrink", "stay"]
    assert choices_shown(lesson) == marked
    assert marks_of_dots(lesson) == ["right" if grew else "wrong"]
    assert numbers(lesson.text("lesson_truth").removeprefix("w₁")) == pytest.approx(
        [before[0], after[0]], rel=1e-3
    )
    assert numbers(lesson.text("lesson_feedback"))[0] == pytest.approx(grad[0], rel=1e-3)
    assert not lesson.find(QPushButton, "lesson_choice_2").isEnabled()
    push(lesson, "lesson_next")
    push(lesson, "lesson_back")
    assert choices_shown(lesson) == marked
    assert marks_of_dots(lesson) == ["right" if grew else "wrong", "skipped"]


def choices_shown(person):
    """Return what stands on the choices, which stay where they are when they are judged."""
    choices = person.window.lessons.control.panel.question.choices
    return [choice.text() for choice in choices if choice.isVisible()]


def marks_of_dots(person):
    return list(person.window.lessons.control.panel.dots.marks)


def choice_with_the_keyboard(lesson):
    lesson.focus(lesson.button("lesson_hint"))
    lesson.press(KEY.Key_Tab)
    assert lesson.find(QPushButton, "lesson_choice_1").hasFocus()  # as the eye goes
    lesson.press(KEY.Key_2)
    assert lesson.find(QPushButton, "lesson_choice_2").isChecked()
    lesson.press(KEY.Key_Tab)
    assert lesson.find(QPushButton, "lesson_go").hasFocus()
    lesson.press(KEY.Key_Space)
    gone(lesson)
    assert choices_shown(lesson)[1][1:] == " shrink"
    lesson.press(KEY.Key_Return)
    assert lesson.text("lesson_step_title") == "The sign of a change"
    lesson.press(KEY.Key_2)
    lesson.press(KEY.Key_Return)
    rows = and_rows(lesson.frame.start, 42)
    assert (lesson.step, rows[42][1] < rows[41][1]) == (42, True)
    lesson.settle()
    assert choices_shown(lesson)[1] == "✓ down"
    assert numbers(lesson.text("lesson_feedback"))[:2] == pytest.approx(
        [rows[41][1], rows[42][1]], rel=1e-3
    )


def number_typed(lesson):
    go_to(lesson, 3)
    lesson.press(KEY.Key_7)
    assert lesson.find(QLineEdit, "lesson_number").text() == "7"  # typed on the page
    lesson.type_into("lesson_number", "many", KEY.Key_Tab)
    assert "not a number" in lesson.text("lesson_told")
    assert not lesson.find(QPushButton, "lesson_go").isEnabled()
    lesson.type_into("lesson_number", "10")
    assert lesson.text("lesson_told") == "✗ You predicted: 10"
    assert lesson.text("lesson_feedback") == "The curvature grows with the square of the input."

    def limit(x):
        design = np.column_stack((x, np.ones(6)))
        return 2 / np.linalg.eigvalsh(design.T @ design / 3).max()

    truth = numbers(lesson.text("lesson_right"))[0]
    assert truth == pytest.approx(limit(LINE_X) / limit(10 * LINE_X), rel=1e-3)
    cells = [
        each.text()
        for each in lesson.find(QWidget, "lesson_table").findChildren(QLabel)
        if each.isVisible()
    ]
    assert cells[:2] == ["rate", "it …"]
    assert float(cells[2]) == pytest.approx(0.5 * limit(LINE_X), rel=0.01)


def curve_drawn_with_the_mouse(lesson):
    go_to(lesson, 4)
    go = lesson.find(QPushButton, "lesson_go")
    start, rate = lesson.frame.start, lesson.frame.settings.learning_rate
    rows = line_rows(start, rate, 40)
    heights = [np.log10(rows[epoch][1]) for epoch in (0, 20, 40)]
    lesson.drag("loss", (0, heights[0]), (10, heights[1]))
    assert not go.isEnabled()  # too short
    lesson.drag("loss", (10, heights[1]), (20, heights[1]), (40, heights[2]))
    assert go.isEnabled()
    push(lesson, "lesson_go")
    gone(lesson)
    assert lesson.step == 40
    assert lesson.text("lesson_told") == "✓ Your prediction holds."
    said = lesson.text("lesson_feedback")
    far = [np.log10(row[1]) - np.interp(n, (0, 10), heights[:2]) for n, row in enumerate(rows)]
    left = next(n for n, gap in enumerate(far) if abs(gap) > 0.1 * 6)  # the page has six decades
    told, epoch = "Your curve leaves the run's at epoch ", numbers(said)[0]
    assert said.startswith(f"{told}{epoch:.0f}, downwards, and ends near it on the page. ")
    assert abs(epoch - left) <= 1  # a few pixels
    drawn, true = numbers(said)[1:]
    assert true == pytest.approx(rows[20][1], rel=5e-3)
    assert drawn == pytest.approx(true, rel=0.1)  # a few pixels
    assert len(lesson.dashes("loss")) == 1
    drawn_curve = lesson.dashes("loss")[0][1]
    assert drawn_curve[0] == heights[0]  # where the run began, to the last bit
    log = lesson.bench.views["loss"].log
    assert not log.isEnabled()  # on another axis it would lie elsewhere
    push(lesson, "lesson_next")
    assert log.isEnabled()
    assert "loss" not in lesson.bench.grid.chosen
    push(lesson, "lesson_back")
    assert lesson.dashes("loss")[0][1] == pytest.approx(drawn_curve)


def curve_bent_with_the_arrow_keys(lesson):
    go_to(lesson, 4)
    lesson.focus(lesson.plot("loss"))
    lesson.press(KEY.Key_Down)
    x, y = lesson.dashes("loss")[0]
    level = np.log10(line_rows(lesson.frame.start, 0, 0)[0][1])
    assert (y[0], y[-1]) == pytest.approx((level, level))  # it begins where the run does
    assert y[np.searchsorted(x, 5)] < level
    for _ in range(3):
        lesson.press(KEY.Key_Right)
    lesson.press(KEY.Key_Up)
    x, y = lesson.dashes("loss")[0]
    assert y[np.searchsorted(x, 20)] > level
    assert lesson.find(QPushButton, "lesson_go").isEnabled()
    push(lesson, "lesson_clear")
    assert not lesson.find(QPushButton, "lesson_go").isEnabled()


def place_clicked(lesson, *, keys):
    go_to(lesson, 5)
    view = lesson.window.bench.views["landscape"]
    assert not view.map.runs.isVisible()
    rows = line_rows(lesson.frame.start, lesson.frame.settings.learning_rate, 5)
    w, b = rows[5][0]
    lesson.qtbot.waitUntil(lambda: view._follower.minimum is not None)
    lesson.settle()
    if keys:
        lesson.focus(lesson.plot("landscape"))
        for _ in range(40):
            place = lesson.window.lessons.control.answer_controller.marks.answer
            if place is not None and abs(place.x - w) < 0.03 * place.width:
                break
            left = place is not None and place.x > w
            lesson.press(KEY.Key_Left if left else KEY.Key_Right)
        for _ in range(40):
            place = lesson.window.lessons.control.answer_controller.marks.answer
            if abs(place.y - b) < 0.03 * place.height:
                break
            lesson.press(KEY.Key_Down if place.y > b else KEY.Key_Up)
    else:
        lesson.click_plot("landscape", w, b)
    push(lesson, "lesson_go")
    gone(lesson)
    assert lesson.frame.parameters == pytest.approx((w, b), rel=1e-9)
    assert lesson.text("lesson_told") == "✓ Your prediction holds."
    assert view.map.runs.isVisible()
    place = lesson.window.lessons.control.answer_controller.marks.answer
    dashed = [np.column_stack(line).ravel().tolist() for line in lesson.dashes("landscape")]
    between = pytest.approx([place.x, place.y, *rows[5][0]], rel=1e-9)
    assert any(line == between for line in dashed)  # from the answer to the truth


def done_by_hand(lesson):
    go_to(lesson, 6)
    assert lesson.text("lesson_feedback") in ("Three are wrong.", "Two are wrong.", "One is left.")
    lesson.window.bench.weights_panel.weight_typed.emit(2, -0.5)
    lesson.settle()
    # OR: two too many.
    lesson.qtbot.waitUntil(lambda: lesson.text("lesson_feedback") == "Two are wrong.")
    lesson.drag("data", (0.25, 0.25), (0.75, 0.75))
    # Within a pixel of −1.5.
    lesson.qtbot.waitUntil(lambda: lesson.text("lesson_told").startswith("✓ Done, with b = −1."))
    w1, w2, b = lesson.frame.parameters
    assert b == pytest.approx(-1.5, abs=0.02)
    assert [w1 * x + w2 * y + b > 0 for x, y in X.tolist()] == [True, False, False, False]
    assert lesson.find(QPushButton, "lesson_next").text() == "Next ›"


def runs_compared_and_the_end(lesson):
    go_to(lesson, 7)
    push(lesson, "lesson_go")
    gone(lesson)
    cells = [
        each.text()
        for each in lesson.find(QWidget, "lesson_table").findChildren(QLabel)
        if each.isVisible()
    ]
    assert cells[:3] == ["rate", "it …", "loss at 40"]
    rates = [run.settings.learning_rate for run in lesson.frame.runs]
    ends = [line_rows(lesson.frame.start, rate, 40)[40][1] for rate in rates]
    assert [float(cell.replace(",", "")) for cell in cells[5::3]] == pytest.approx(ends, rel=6e-3)
    assert cells[4::3] == ["smooth and creeps", "zig-zags", "diverges"]
    push(lesson, "lesson_next")
    assert lesson.text("lesson_text").startswith("The loss is")
    push(lesson, "lesson_next")
    assert "A run is the judge." in lesson.text("lesson_step_title")
    push(lesson, "lesson_next")
    assert lesson.window.lessons.control is None
    assert LessonProgress.read(lesson.window.preferences.lesson_progress("example")).finished


def test_all_of_a_page_ends_at_one_edge(lesson):
    """The question and its page, the buttons under them, and the cross over them."""
    lesson.settle()
    names = ("question", "lesson_text", "lesson_next", "lesson_leave")
    parts = [lesson.find(QWidget, name) for name in names]
    ends = {part.mapTo(lesson.window, part.rect().bottomRight()).x() for part in parts}
    assert len(ends) == 1, ends


def test_a_whole_lesson_with_the_mouse(lesson):
    """Each kind of step is answered, judged by the run, and stays beside what happened."""
    hints_in_three_grades(lesson)
    choice_with_the_mouse(lesson)
    number_typed(lesson)
    curve_drawn_with_the_mouse(lesson)
    place_clicked(lesson, keys=False)
    done_by_hand(lesson)
    runs_compared_and_the_end(lesson)


def test_a_lesson_with_the_keyboard(lesson):
    """Digits choose, Return goes on, arrows draw and point."""
    choice_with_the_keyboard(lesson)
    curve_bent_with_the_arrow_keys(lesson)
    place_clicked(lesson, keys=True)


def test_nothing_that_would_give_it_away_works_before_the_answer(lesson):
    push(lesson, "lesson_next")
    push(lesson, "lesson_next")
    push(lesson, "lesson_next")
    before = lesson.step
    lesson.press(KEY.Key_Space)
    lesson.press(KEY.Key_F8)
    assert lesson.step == before
    rate = lesson.window.bench.form.fields["learning_rate"]
    for widget in (rate.control, lesson.button("run")):
        assert not widget.isEnabled()
    assert rate.control.toolTip() == "Predict first: then you can use what this page needs."
    assert lesson.action("run").toolTip() == "Predict first: then you can use what this page needs."
    lesson.drag("loss", (0, 3), (40, 1))
    lesson.window.bench.transport.set_pace("speed/0")
    push(lesson, "lesson_go")
    push(lesson, "lesson_next")  # while it runs: what was answered is judged all the same
    push(lesson, "lesson_back")
    assert lesson.step == 40
    assert lesson.text("lesson_told") == "✗ The run goes another way."
    assert rate.control.isEnabled()
    own = lesson.window.benches.own.form.fields["learning_rate"]
    assert rate.toolTip() == own.toolTip()
    assert lesson.action("run").isEnabled()
    task = lesson.window.bench.form.fields["task"]
    assert not task.control.isEnabled()
    assert "this page does not need it" in task.toolTip()
    lesson.window.bench.form.changed.emit({"seed": 4})
    assert "this page does not need it" in lesson.error("task") + lesson.error(
        "seed"
    ) + lesson.error("init")
    assert lesson.frame.settings.seed == 0


def test_the_title_names_the_lesson_and_saving_is_told_while_it_asks(lesson, tmp_path, monkeypatch):
    """What is saved is a person's own session, which has the title again afterwards."""
    window = lesson.window
    for _ in range(3):
        push(lesson, "lesson_next")
    assert lesson.text("state") == "Yours to find"
    assert window.windowTitle() == f"{window.lessons.control.lesson.title}[*] — NeuroViz"
    path = tmp_path / "own.neuroviz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    lesson.press(KEY.Key_S, CTRL)
    assert lesson.text("sentence") == f"Saved: '{path}'."
    lesson.action("leave_lesson").trigger()
    assert window.windowTitle() == "own.neuroviz[*] — NeuroViz"


def stood(person):
    """Return all that a person sees of the lab."""
    window = person.window
    return {
        "rows": {name: np.array(column).tolist() for name, column in person.rows.columns().items()},
        "settings": person.frame.settings,
        "runs": [(run.number, run.name, run.rows.newest.step) for run in person.frame.runs],
        "undo": (person.frame.undo_label, person.frame.redo_label),
        "look": person.frame.selection,
        "plots": window.bench.grid.chosen,
        "log": window.bench.views["loss"].log.isChecked(),
        "range": person.plot("data").box.viewRange(),
        "tab": window.bench.side.tabs.tabText(window.bench.side.tabs.currentIndex()),
        "sections": [section.is_open for section in window.bench.form.sections],
        "enabled": {action.objectName(): action.isEnabled() for action in in_menus(window)},
        "fields": [field.isEnabled() for field in window.bench.form.fields.values()],
        "outputs": person.reading("data"),
        "drags": window.bench.views["data"].drag.locked,
    }


def test_the_lab_comes_back_exactly_as_it_was(open_window, tmp_path):
    person = open_window(Settings.opened("or", weights=(0.3, -0.2), bias=0.1), plots="kept")
    person.bench.grid.choose(["weights", "data"])
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    person.action("pin").trigger()
    person.type_into("learning_rate", "0.7")
    person.press(KEY.Key_F8)
    person.wheel("data", 2)
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.runs)
    person.bench.form.sections[0].set_open(True)
    person.action("theme_light").trigger()  # another theme makes room for the axis' numbers anew
    person.settle()
    for window in ("data_table", "sweep"):
        person.action(window).trigger()
    person.settle()
    dialogs = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    assert len(dialogs) == 3  # with the program's window
    before = stood(person)
    person.window.lessons.open_file(EXAMPLE)
    assert [each for each in dialogs if each.isVisible()] == [person.window]
    person.settle()
    assert person.frame.settings.task == "and"
    person.press(KEY.Key_1)
    person.press(KEY.Key_Return)
    go_to(person, 7)
    person.action("theme_dark").trigger()
    person.settle()
    QTest.mouseClick(person.button("lesson_leave"), LEFT)
    person.settle()
    assert stood(person) == before
    assert all(each.isVisible() for each in dialogs)
    person.qtbot.waitUntil(person.window.isActiveWindow)
    for _ in ("the step", "the rate"):
        person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings.learning_rate == 1.0


def hints_in_three_grades(lesson):
    shown = []
    for _ in range(3):
        lesson.click("lesson_hint")
        shown.append(lesson.text("lesson_hint_text"))
    assert shown[0] == "Follow the arrows."
    assert shown[2].split("\n\n") == [
        "Follow the arrows.",
        "Look at the red number at w₁.",
        "A step goes against the gradient.",
    ]
    assert not lesson.button("lesson_hint").isVisible()


def test_what_is_no_lesson_or_cannot_be_played_changes_nothing(open_window, tmp_path):
    """It is left with a sentence."""
    person = open_window(Settings.opened("or"), plots="kept")
    path = tmp_path / "wrong.toml"
    path.write_text("title = 3", encoding="utf-8")
    before = stood(person)
    person.window.lessons.open_file(path)
    box = person.window.findChild(QMessageBox)
    assert box.text().startswith("wrong.toml, line 1: ")
    box.reject()
    assert stood(person) == before
    # A lesson whose experiment cannot be is left with a sentence.
    person.begin(Settings.opened("or"))
    path = tmp_path / "wrong.toml"
    path.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("weights = [1, 1]", "weights = [1]"),
        encoding="utf-8",
    )
    person.bench.columns.show("side")
    person.settle()
    person.settle()
    before = stood(person)
    person.window.lessons.open_file(path)
    go_to(person, 5)
    QTest.mouseClick(person.find(QPushButton, "lesson_next"), LEFT)
    box = person.window.findChild(QMessageBox)
    assert "cannot go on at step 6: weights needs 2 numbers" in box.text()
    box.reject()
    person.settle()
    assert stood(person) == before


def test_a_lesson_has_its_place_on_a_small_screen_and_gives_it_back(lesson):
    """On every page the panel is there."""
    lesson.window.resize(1024, 768)
    lesson.settle()
    panel = lesson.window.lessons.control.panel
    for step in range(1, 9):
        go_to(lesson, step)
        assert panel.isVisible()
        assert panel._scroll.widget().minimumSizeHint().width() <= panel._scroll.viewport().width()
        assert panel.next.isVisible()
        assert lesson.find(QLabel, "lesson_text").visibleRegion().boundingRect().height() > 0
    # A lesson that another panel covers is marked as the way back; none covers an open question.
    example_anew(lesson)
    bar = lesson.window.bench.side.tabs
    lesson.window.bench.side.bring(lesson.window.bench.arithmetic)
    assert bar.currentIndex() == 0
    go_to(lesson, 6)
    assert bar.tabText(0) == "Lesson"
    lesson.window.bench.side.bring(lesson.window.bench.arithmetic)
    assert (bar.tabText(0), bar.tabToolTip(0)) == ("‹ Lesson", "Back to the lesson")
    bar.setCurrentIndex(0)
    assert bar.tabText(0) == "Lesson"
    lesson.window.lessons.leave()
    assert lesson.window.bench.side.tabs.tabText(0) == "Numbers"
    # The names of the other tabs have their room again. They were cut at both ends, as they had
    # been measured while five stood nearer to each other.
    lesson.settle()
    bar = lesson.window.bench.side.tabs
    after = [bar.tabRect(index) for index in range(bar.count())]
    bar.setStyleSheet("QTabBar { }")  # measures all anew
    assert [bar.tabRect(index) for index in range(bar.count())] == after
    # Closing keeps the lab and how far one has come.
    example_anew(lesson)
    go_to(lesson, 4)
    lesson.window.lessons.leave()
    lesson.window.lessons.open_file(EXAMPLE)
    assert lesson.text("lesson_step_title") == "Draw it"
    lesson.window.close()
    progress = LessonProgress.read(type(lesson.window.preferences)().lesson_progress("example"))
    assert (len(progress.marks), progress.finished) == (4, False)
    again = opening(None, (), None)
    assert again.session.settings == Settings.opened("or")
    assert again.session.untouched is False
    again.state.release()


def test_where_the_experiment_has_no_room_it_is_told_how_it_comes_and_how_the_lesson_comes_back(
    open_window,
):
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.lessons.open_named("ten-times-x")
    person.settle()
    panel = person.window.lessons.control.panel
    needed = []
    for step in range(2, 6):
        person.window.resize(1440, 900)
        person.settle()
        go_to(person, step)
        assert panel.folded.isHidden()
        needed.append(person.bench.form.isVisible())
        person.window.resize(1024, 768)
        push(person, "lesson_back")
        push(person, "lesson_next")
        assert panel.folded.isVisible() == needed[-1]
        if needed[-1]:
            come_and_go(person, panel)
    assert needed == [False, False, True, False]  # in the fourth a rate is to be chosen
    # In the smallest window the plot that is asked about is seen, and what is told in the end.
    person.window.resize(960, 600)
    anew(person, "three-rates")
    go_to(person, 3)
    assert person.bench.views["loss"].isVisible()
    start = person.frame.current_loss
    person.drag("loss", (0, start), (20, 2 * start), (40, 4 * start))
    run = person.window.lessons.control.panel.question.go
    assert run.isEnabled()
    assert run.visibleRegion().boundingRect() == run.rect()
    anew(person, "one-step-by-hand")
    go_to(person, 4)
    for _ in range(5):
        person.press(KEY.Key_F6)
    told = person.find(QLabel, "lesson_told")
    assert told.text().startswith("✓")
    assert told.visibleRegion().boundingRect() == told.rect()
    anew(person, "two-before-it")  # beside the network the neuron that is opened is whole
    diagram = person.bench.neuron.diagram
    assert all(box.right() <= diagram.viewport().width() for _, box in diagram.texts())


def come_and_go(person, panel):
    """Bring the experiment, and then the lesson back, with the keys that are named."""
    for name, button in (("panel", "F9"), ("side", "Shift+F9")):
        assert button in panel.folded.text()
        assert person.action(name).shortcut().toString() == button
        person.action(name).trigger()
        person.settle()
        assert (person.bench.form.isVisible(), panel.isVisible()) == (
            name == "panel",
            name == "side",
        )


CHECK = """
title = "C"
goal = "g"
take_home = "t"
tell = "at the end"
"""


def answer_check(person, path, keys):
    """Answer each question with a key; nothing that is seen tells what was right."""
    person.window.lessons.open_file(path)
    for key in keys:
        person.press(key)
        person.press(KEY.Key_Return)
        question = person.window.lessons.control.panel.question
        assert (
            question.feedback.text() + question.status.text()
            == "Noted. At the end you learn how many are right."
        )
        assert person.text("current_loss") == "0.6931"
        person.press(KEY.Key_Return)


def take_away(person, monkeypatch, *names):
    """Save the answers into each file; return what stands in those that are there then."""
    for name in names:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(name), ""))
        name.unlink(missing_ok=True)
        person.window.lessons.control.panel.take_away.click()
        person.qtbot.waitUntil(name.exists, timeout=60_000)
    return [name.read_text(encoding="utf-8") for name in names]


def test_a_check_tells_the_second_time_and_the_answers_can_be_taken_away(
    open_window, tmp_path, monkeypatch, make_pages_here
):
    step = """[[step]]
title = "s"
text = "x"
[step.experiment]
task = "and"
weights = [0, 0]
[step.predict]
kind = "sign"
ask = "Which way goes the loss?"
of = "loss - before.loss"
then = {steps = 1}
[step.predict.feedback]
grow = "g"
shrink = "s {loss:6}"
stay = "n"
"""
    path = tmp_path / "check.toml"
    path.write_text(CHECK + step + step, encoding="utf-8")
    person = open_window(Settings.opened("or"), plots="kept")
    make_pages_here()
    loss = f"s {and_rows([0.0, 0.0, 0.0], 1)[1][1]:.6f}"[:9]
    answer_check(person, path, (KEY.Key_1, KEY.Key_1))
    text = person.window.lessons.control.panel.text.text()
    assert "**0 of 2 right.**" in text
    assert "\n1\\. You said: grow.  \n" in text
    shown = person.window.lessons.control.panel.text.html
    assert "<li>" not in shown  # which would count on where a question was skipped
    assert "2. You said: grow." in shown
    assert not set("✓✗") & set(text)
    assert "you learn which are right" in text
    assert loss not in text
    assert person.text("state") == "Yours to find"
    target = tmp_path / "answers.json"
    told, page = take_away(person, monkeypatch, target, target.with_suffix(".html"))
    ask = "Which way goes the loss?"
    untold = {"truth": "", "right": None, "feedback": "", "right_answer": "", "leads": None}
    answers = [{"step": number, "ask": ask, "answer": "grow", **untold} for number in (1, 2)]
    assert json.loads(told) == {"lesson": "check", "title": "C", "right": 0, "answers": answers}
    assert "<p>You said: grow.</p>" in page
    assert "you learn which are right" in page
    assert not set("✓✗") & set(page)
    push(person, "lesson_back")
    assert person.text("current_loss") == "0.6931"
    chosen = [choice.isChecked() for choice in person.window.lessons.control.panel.question.choices]
    assert chosen == [True, False, False]  # as it was answered
    push(person, "lesson_next")
    answer_check(person, path, (KEY.Key_2, KEY.Key_1))
    text = person.window.lessons.control.panel.text.text()
    assert "**The first time 0 of 2 were right, now 1.**" in text
    assert "✗ 2\\. You said: grow. In truth: shrink. g." in text
    assert ".." not in text
    assert person.text("state") != "Yours to find"
    assert loss in text
    told, page = take_away(person, monkeypatch, target, target.with_suffix(".html"))
    assert "1 of 2 predictions came true." in page
    told = json.loads(told)
    assert told["right"] == 1
    assert [answer["right"] for answer in told["answers"]] == [True, False]
    assert told["answers"][0] | {"feedback": ""} == {
        "step": 1,
        "ask": "Which way goes the loss?",
        "answer": "shrink",
        "truth": "shrink",
        "right": True,
        "feedback": "",
        "right_answer": "shrink",
        "leads": None,
    }
    answer_check(person, path, (KEY.Key_2,))
    control = person.window.lessons.control
    control.next()  # without an answer to the second
    assert marks_of_dots(person) == ["done", "skipped"]
    assert (
        "**The first time 0 of 2 were right, then 1, now 1.**"
        in person.window.lessons.control.panel.text.text()
    )
    push(person, "lesson_back")
    question = person.window.lessons.control.panel.question
    assert question.feedback.text().startswith("Not answered.")
    assert not any(choice.isEnabled() for choice in question.choices)
    assert not question.go.isVisible()


def test_a_lesson_that_goes_on_where_it_was_left_goes_back_to_what_can_be_begun(open_window):
    """Step 3 goes on from step 2, which was not played this time: there its own experiment is."""
    person = open_window(Settings.opened("or"), plots="kept")
    for back in (lambda person: push(person, "lesson_back"), lambda person: dot(person, 2)):
        person.window.lessons.leave()
        person.window.preferences.set_lesson_progress("gate-by-hand", "3")  # as 0.7.1 has kept it
        person.window.lessons.open_named("gate-by-hand")
        gate = person.window.lessons.control.lesson
        assert person.text("lesson_step_title") == gate.steps[3].title
        back(person)
        assert person.text("lesson_step_title") == gate.steps[1].title
        assert person.frame.settings.task == gate.steps[1].experiment.options["task"]
    # A lesson that is done begins anew.
    anew(person, "three-rates")
    person.window.lessons.control.next()
    person.window.lessons.open_named("three-rates")
    control = person.window.lessons.control
    assert control.lesson_run.here == 1
    for _ in control.lesson.steps[1:]:
        control.next()
    control.back()
    person.window.lessons.open_named("three-rates")
    assert person.window.lessons.control.lesson_run.here == 0
    # Where weights are set the settings stay folded.
    anew(person, "gate-by-hand")
    person.window.lessons.open_named("gate-by-hand")
    control = person.window.lessons.control
    control.next()
    control.next()
    assert control.lesson_run.now.evaluator.step.controls == {"line", "weights"}
    assert person.bench.form.isHidden()
    assert person.bench.weights_panel.isEnabled()
    person.bench.side.bring(person.bench.weights_panel)
    assert not control.panel.isVisible()
    person.type_weight(2, "-0.5")
    assert control.panel.isVisible()  # what was asked for is done, and says so
    assert person.text("lesson_told").startswith("✓")
    assert control.panel.hasFocus()


def dot(person, index):
    """Press the dot of a step."""
    dots = person.window.lessons.control.panel.dots
    QTest.mouseClick(dots, LEFT, NO_KEY, dots.place_of(index).center().toPoint())
    person.settle()


def test_words_and_the_gallery_lead_to_lessons(open_window):
    person = open_window(Settings.opened("or"), plots="kept")
    person.focus(person.bench.form.fields["learning_rate"].control)
    person.window.explainer.explain_focused()
    lesson = next(one for one in listed_lessons() if "learning rate" in one.terms)
    button = person.find(QToolButton, "explanation_lesson")
    assert button.text() == f"Lesson: {lesson.title}"
    QTest.mouseClick(button, LEFT)
    person.settle()
    assert person.text("lesson_title") == lesson.title
    person.window.lessons.leave()
    for name, kept in ("three-rates", "2"), ("gate-by-hand", "6 finished"):
        person.window.preferences.set_lesson_progress(name, kept)  # as 0.7.1 has kept it
    person.window.preferences.set_check_results("check", [5, 8])
    person.action("lessons").trigger()
    gallery = person.window.findChild(Gallery)
    person.qtbot.waitUntil(lambda: gallery.drawn)
    assert [entry.objectName() for entry in gallery.entries] == [
        f"lesson_{one.name}" for one in listed_lessons()
    ]
    assert person.text("check_results") == "right: 5, then 8"
    assert not gallery.findChild(QLabel, "check-networks_results").isVisible()
    focused = gallery.focusWidget()
    assert focused.objectName() == "lesson_watch-it-learn"
    assert focused.visibleRegion().boundingRect() == focused.rect()  # Return opens what is seen
    pictures = [entry.findChild(QLabel, "picture").pixmap().toImage() for entry in gallery.entries]
    assert {(picture.width(), picture.height()) for picture in pictures} == {SIZE}
    assert len({picture.constBits().tobytes() for picture in pictures}) > len(pictures) / 2
    card = QColor(themes.now.card)
    # Each has a ground of its own.
    assert not any(picture.pixelColor(0, 0) == card for picture in pictures)
    for theme in ("dark", "light"):  # when the desktop changes its colours
        person.action(f"theme_{theme}").trigger()
        person.qtbot.waitUntil(lambda: not gallery.drawn)
        person.qtbot.waitUntil(lambda: gallery.drawn)
        again = [entry.findChild(QLabel, "picture").pixmap().toImage() for entry in gallery.entries]
        assert [*map(operator.eq, again, pictures)] == [theme == "light"] * len(pictures)
    entry = gallery.findChild(QToolButton, "lesson_three-rates")
    picture = entry.findChild(QLabel, "picture").pixmap().toImage()
    height = SIZE[1] // 2  # there the residuals of the four higher samples cross it
    row = [picture.pixelColor(x, height) for x in range(SIZE[0])]
    assert sum(colour.red() > 1.3 * colour.green() for colour in row) >= 3
    topics = {one.topic for one in listed_lessons()}
    assert "" not in topics
    assert {label.text() for label in gallery.findChildren(QLabel, "topic")} == topics
    assert entry.findChild(QLabel, "goal").text() == lesson.goal
    assert entry.findChild(QLabel, "facts").text().endswith("page 3 of 5")
    closed = QSignalSpy(gallery.accepted)
    QTest.mouseClick(entry, LEFT)
    person.settle()
    assert closed.count() == 1
    assert person.text("lesson_title") == "Three rates"


@pytest.mark.parametrize("points", [10.0, 13.0])
def test_the_cards_of_the_gallery_end_where_its_buttons_do(open_window, points, monkeypatch):
    """One margin at the left and at the right, no card beyond it, and each aim whole on its card.

    Also in the larger letters of a desktop. Return opens the lesson that has the keyboard, and not
    the file dialog of the button that stands first.
    """
    monkeypatch.setattr(themes, "point_size", lambda: points)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: QRect(0, 0, 1600, 1000))
    person = open_window(Settings.opened("or"))
    for size in ((960, 600), (1440, 900)) if points < 13 else ((1440, 900),):
        person.window.resize(*size)
        person.action("lessons").trigger()
        gallery = person.window.findChild(Gallery)
        person.qtbot.waitUntil(lambda gallery=gallery: gallery.drawn)
        cards_fit(gallery)
        if size == (960, 600):
            gallery.reject()
            person.settle()
    asked = []
    gallery.file_asked.disconnect()  # else a dialog would stand there for ever
    gallery.file_asked.connect(lambda: asked.append(True))
    here = gallery.focusWidget()
    assert here.objectName() == "lesson_gate-by-hand"
    QTest.keyClick(here, KEY.Key_Return)
    person.settle()
    assert asked == []
    assert person.text("lesson_title") == "A gate by hand"


def cards_fit(gallery):
    close = gallery.findChild(QPushButton, "gallery_close")
    right = close.mapTo(gallery, close.rect().topRight()).x()
    ends = {card.mapTo(gallery, card.rect().topRight()).x() for card in gallery.entries}
    assert max(ends) == right
    assert gallery.width() - 1 - right == 16
    for card in gallery.entries:
        picture, title, facts, goal = card.findChildren(QLabel)
        for above, below in pairwise((picture, title, facts, goal)):
            assert above.geometry().bottom() < below.y()
            assert below.height() >= below.heightForWidth(below.width())
        assert picture.contentsRect().size().width() == themes.scaled(SIZE[0])
        for button in card.findChildren(QToolButton):
            edge, ground = (button.grab().toImage().pixelColor(20, y) for y in (0, 3))
            assert edge.name() == LIGHT.edge != ground.name()  # it looks like a button
            assert goal.geometry().bottom() < button.y()


def inked(picture, colour):
    """Return the columns of a picture that have a pixel of this very colour."""
    wide, high = picture.width(), picture.height()
    return [x for x in range(wide) if any(picture.pixelColor(x, y) == colour for y in range(high))]


def test_a_screen_of_two_pixels_for_one_has_sharp_pictures_in_the_gallery(qapp):
    gate = next(one for one in listed_lessons() if one.name == "gate-by-hand")
    picture = thumbnail(gate, 2.0)
    assert (picture.width(), picture.height()) == (2 * SIZE[0], 2 * SIZE[1])
    assert picture.deviceIndependentSize().toSize() == QSize(*SIZE)
    # Where its first plot is the loss, a run has been there: its curve spans the picture.
    step = next(one for one in listed_lessons() if one.name == "one-step-by-hand")
    curve = inked(thumbnail(step, 1.0).toImage(), QColor(themes.now.accent))
    assert max(curve) - min(curve) > 0.7 * SIZE[0]


def test_where_a_task_is_done_by_a_run_the_plots_show_its_end(open_window):
    """At full speed plots come after what is read, and the lesson pauses where it reads."""
    person = open_window(plots="kept")
    person.window.lessons.open_named("three-classes")
    go_to(person, 7)
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: person.text("lesson_told").startswith("✓"), timeout=20_000)
    assert person.reading("loss") == f"now {measured(person.frame.current_loss)}"


def test_what_a_task_is_done_with_has_a_ring_until_it_is_done(open_window):
    person = open_window(Settings.opened("or"), plots="kept")
    person.window.lessons.open_named("one-step-by-hand")
    # What is behind a tab is built when that is turned to.
    assert not any(person.bench.findChildren(kind) for kind in (ArithmeticPanel, CodePanel))

    def lit():
        return set(person.bench.findChild(Spotlight).lit)

    go_to(person, 4)
    assert lit() == {person.button("part"), person.bench.neuron.parts}
    for _ in range(5):
        person.press(KEY.Key_F6)
    assert person.text("lesson_told").startswith("✓")
    assert lit() == set()
    push(person, "lesson_next")
    seen = person.bench.neuron.diagram.grab().toImage()
    person.bench.frame_dispatcher.new()
    person.settle()
    assert person.bench.neuron.diagram.grab().toImage() == seen  # with the grips of free weights
    person.window.lessons.open_named("three-rates")
    go_to(person, 5)
    form = person.bench.form
    rate = form.fields["learning_rate"], form.ruler
    assert not form.fields["optimizer"].isEnabled()  # in More settings, built only now
    assert lit() == {*rate, person.button("run")}  # by which it is done, and not by Step
    rings = person.bench.findChild(Spotlight)._rings()
    begun = [rings.elementAt(at).isMoveTo() for at in range(rings.elementCount())]
    assert sum(begun) == 2  # what lies together has one round all of it
    for _ in range(2):
        push(person, "lesson_back")
    assert lit() == {person.bench.views["loss"]}  # where a curve is to be drawn
    person.window.lessons.open_named("one-sample-at-a-time")
    go_to(person, 6)
    form = person.bench.form
    form.more.header.click()
    schedule = form.fields["schedule"]
    person.bench.form.show_settings(person.frame.settings.replace(learning_rate=0.5))
    for other_task in ("as_in_notebook", "flat_line"):
        assert not person.button(other_task).isEnabled()
    assert {schedule, form.more} < lit()
    assert schedule.visibleRegion().boundingRect() == schedule.rect()  # what is ringed is in sight
    person.window.lessons.open_named("gate-by-hand")
    go_to(person, 3)
    assert lit() == {person.bench.views["data"], person.bench.neuron.diagram.viewport()}
    go_to(person, 7)
    assert lit() == {person.bench.views["data"]}
    diagram = person.bench.neuron.diagram  # which its words name too, so it is no paler
    place = diagram.rect().translated(diagram.mapTo(person.bench, QPoint()))
    seen = person.bench.grab(place).toImage()
    person.bench.findChild(Spotlight).light([])
    assert person.bench.grab(place).toImage() == seen
    person.window.lessons.open_named("check")
    go_to(person, 4)
    assert lit() == {person.bench.views["landscape"]}
    person.click_plot("landscape", 1.5, 2.0)
    push(person, "lesson_go")
    assert lit() == set()
    person.window.lessons.open_named("without-a-bias")
    assert len(person.bench.neuron.diagram.weight_areas()) == 2  # the bias stays 0
    assert not person.find(QLabel, "on_purpose").isVisible()
    person.window.lessons.leave()
    assert person.bench.findChild(Spotlight) is None


def test_a_ring_is_seen_the_rest_steps_back_and_nothing_moves(open_window):
    """A contrast of 3:1 for the ring, and for what is said beside it; what is locked is as ever."""
    person = open_window(Settings.opened("or"), plots="kept")
    for theme in (LIGHT, DARK):
        person.action(f"theme_{theme.name}").trigger()
        anew(person, "one-sample-at-a-time")
        step, run = person.button("step"), person.button("run")

        def seen(widget, beyond=0):
            area = widget.rect().translated(widget.mapTo(person.bench, QPoint()))
            image = person.bench.grab(area.adjusted(-beyond, -beyond, beyond, beyond)).toImage()
            every = ((x, y) for x in range(image.width()) for y in range(image.height()))
            return [image.pixelColor(x, y).name() for x, y in every]

        def stands_out(pixels):
            return max(contrast(pixel, themes.now.background) for pixel in set(pixels))

        labels = person.bench.findChildren(QLabel)
        epoch = next(label for label in labels if label.text() == "Epoch")
        bar = person.bench.transport.findChildren(QWidget)
        named, places = seen(step, 4), [each.geometry() for each in bar]
        locked, aside = seen(run), stands_out(seen(epoch))
        person.bench.findChild(Spotlight).light([])
        plain = seen(step, 4)
        ring = [pixel for pixel, before in zip(named, plain, strict=True) if pixel != before]
        assert sum(contrast(pixel, theme.background) >= 3 for pixel in ring) > 4 * step.height()
        assert 3 <= aside < stands_out(seen(epoch))
        assert locked == seen(run)
        assert places == [each.geometry() for each in bar]
