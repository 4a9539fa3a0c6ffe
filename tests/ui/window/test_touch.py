"""What is dragged in a view.

All views follow, dropping starts the run from there, Escape puts it back.
"""

from itertools import cycle

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.numbers import counted, measured
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import Arrow, Points, Text
from neuroviz.session.session import Session
from neuroviz.ui.lesson.lab import Locks
from neuroviz.ui.runs.leaderboard import Standings
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT, plain_tooltip

DIAGONAL = Settings("and", weights=(2.0, 2.0), bias=-2.0, learning_rate=1.0)
"""Its line goes through (1, 0) and (0, 1), so that its middle is (0.5, 0.5)."""


def opened(open_window, settings, plots=""):
    person = open_window(settings, plots=plots)
    person.window.resize(1440, 900)
    landscape = person.bench.views["landscape"]
    landscape.choice.choose((0, 1))
    landscape.surface_shown.setChecked(False)
    person.settle()
    return person


def again(person, settings):
    """Begin another experiment in the window."""
    person.begin(settings)
    person.bench.views["landscape"].choice.choose((0, 1))
    person.settle()


def hold(person, plot, start, end):
    """Take what is at one place of a plot to another, until the views show it."""
    viewport = person.plot(plot).viewport()
    first, last = person.place(plot, *start), person.place(plot, *end)
    QTest.mousePress(viewport, LEFT, NO_KEY, first)
    shown = person.bench.views["loss"].frame
    QTest.mouseMove(viewport, last)
    person.qtbot.waitUntil(lambda: person.bench.views["loss"].frame is not shown)
    person.settle()
    # What is read comes a little later.
    person.qtbot.waitUntil(lambda: not person.bench.views["loss"].follows)


def drop(person, plot, place):
    QTest.mouseRelease(person.plot(plot).viewport(), LEFT, NO_KEY, person.place(plot, *place))
    person.settle()


def seen(person):
    """Return what the views and panels show of the parameters, each where it is drawn or read."""
    ball = person.bench.views["landscape"].map.runs.marks["ball"]
    return {
        "data": person.reading("data"),
        "loss": person.reading("loss"),
        "ball": [*ball.x, *ball.y],
        "weights": [row[1] for row in person.cells("weights")],
        "outputs": [row[-3] for row in person.cells("predictions")],
        "step": person.frame.step,
        "settings": person.bench.form.shown,
    }


def test_the_line_is_shifted_and_turned_and_all_views_follow(open_window):
    """The line goes where the pointer goes, w stays.

    The landscape's ball, losses and numbers are those there.
    """
    person = opened(open_window, DIAGONAL, plots="all")
    person.press(KEY.Key_F8)
    before = seen(person)
    theta = person.frame.parameters
    # On the line, and on its axis of symmetry.
    middle = np.full(2, -theta[2] / (theta[0] + theta[1]))
    hold(person, "data", tuple(middle), (0.9, 0.8))
    held = person.frame.parameters
    x, y = person.plot("data").box.viewPixelSize()
    assert held[:2].tolist() == theta[:2].tolist()
    assert abs(held @ (0.9, 0.8, 1.0)) < 2 * (held[0] * x + held[1] * y)
    assert person.frame.step == 0
    during = seen(person)
    assert all(during[what] != before[what] for what in ("data", "loss", "step"))
    assert during["ball"] == held[:2].tolist()
    person.qtbot.waitUntil(lambda: seen(person)["weights"] != before["weights"])
    assert float(str(during["loss"]).split()[1].rstrip(",")) == pytest.approx(
        loss_at(DIAGONAL, held), rel=1e-3
    )
    drop(person, "data", (0.9, 0.8))
    assert (person.step, person.frame.preview) == (0, False)
    assert person.frame.parameters.tolist() == held.tolist()
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert seen(person) == before
    # Its middle stays on it, the pointer is on it, and the weights are as long as before.
    again(person, DIAGONAL)
    (left, right), (_, top) = person.plot("data").box.viewRange()
    end = (left + 0.02, 1 - left - 0.02) if 1 - left <= top else (1 - top + 0.02, top - 0.02)
    hold(person, "data", end, (right - 0.3, top - 0.1))
    held = person.frame.parameters
    assert np.hypot(*held[:2]) == pytest.approx(np.hypot(2.0, 2.0))
    pixel = max(person.plot("data").box.viewPixelSize())
    assert abs(held @ (0.5, 0.5, 1.0)) < 1e-9
    assert abs(held @ (right - 0.3, top - 0.1, 1.0)) / np.hypot(*held[:2]) < 3 * pixel
    person.press(KEY.Key_Escape)
    QTest.mouseRelease(person.plot("data").viewport(), LEFT)
    person.settle()
    assert person.step == 0  # to put it back begins no run
    # The tip of the arrow turns the line about its foot.
    again(person, DIAGONAL)
    (arrow,) = person.marks("data", Arrow)
    foot, tip = (arrow.x, arrow.y), (arrow.x + arrow.dx, arrow.y + arrow.dy)
    hold(person, "data", tip, (foot[0], tip[1]))  # straight upwards
    held = person.frame.parameters
    assert np.hypot(*held[:2]) == pytest.approx(np.hypot(2.0, 2.0))
    assert abs(held[0]) < 0.1 * held[1]
    assert abs(held @ (*foot, 1.0)) < 1e-6


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_F8])
def test_what_is_held_is_where_the_run_starts_from(open_window, key):
    """The rest of the drag moves nothing, and all say the same of the moment: that of the run."""
    person = opened(open_window, DIAGONAL.replace(epochs=50), plots="all")
    middle = np.full(2, -person.frame.parameters[2] / person.frame.parameters[:2].sum())
    hold(person, "data", tuple(middle), (0.9, 0.8))
    held = person.frame.parameters
    person.press(key)
    person.qtbot.waitUntil(lambda: not person.bench.player.running)
    assert person.step == (50 if key == KEY.Key_Space else 1)
    start = person.rows.parameter(0)[0], person.rows.parameter(1)[0]
    assert start == pytest.approx(held[:2].tolist())
    reached = seen(person)
    QTest.mouseMove(person.plot("data").viewport(), person.place("data", 0.2, 0.3))
    person.settle()
    drop(person, "data", (0.2, 0.3))
    assert (seen(person), person.frame.preview) == (reached, False)


def test_the_ball_is_moved_by_the_arrow_keys_and_enter_starts_a_run_there(open_window):
    person = opened(open_window, DIAGONAL)
    person.press(KEY.Key_F8)
    before, theta = seen(person), person.frame.parameters
    pixel = person.plot("landscape").box.viewPixelSize()
    for way in ("Esc", "Enter"):
        person.focus(person.plot("landscape"))
        person.press(KEY.Key_Tab)  # from the plot itself to the ball
        person.press(KEY.Key_Right)
        person.press(KEY.Key_Right)
        person.qtbot.waitUntil(lambda: person.frame.preview)
        person.settle()
        assert person.frame.parameters[0] - theta[0] == pytest.approx(16 * pixel[0], rel=0.1)
        assert abs(person.frame.parameters[1] - theta[1]) <= pixel[1]
        if way == "Esc":
            person.press(KEY.Key_Escape)
            person.settle()
            assert seen(person) == before
            person.bench.form.fields["seed"].control.setFocus()
    person.press(KEY.Key_Return)
    assert (person.step, person.frame.preview) == (0, False)
    assert person.frame.parameters[0] > theta[0]


def test_a_drag_on_empty_ground_and_a_click_move_nothing(open_window):
    """Unless with Shift: then the plot is moved."""
    person = opened(open_window, DIAGONAL, plots="all")
    viewport, box = person.plot("data").viewport(), person.plot("data").box
    begin = person.place("data", -0.8, -0.2)
    before = box.viewRange()
    for key in (NO_KEY, SHIFT):
        QTest.mousePress(viewport, LEFT, key, begin)
        for away in (10, 20, 40):
            send_move(person, QPointF(begin + QPoint(away, 0)), LEFT, key, "data")
            person.qtbot.wait(20)
        QTest.mouseRelease(viewport, LEFT, key, begin + QPoint(40, 0))
        assert (box.viewRange() != before) is (key is not NO_KEY)
    # The map stays where it is. Moved by the middle button or zoomed, it is not held at the
    # next start.
    again(person, DIAGONAL)
    box = person.plot("landscape").box
    before = box.viewRange()
    viewport = person.plot("landscape").viewport()
    for button, moves in ((LEFT, False), (Qt.MouseButton.MiddleButton, True)):
        QTest.mousePress(viewport, button, NO_KEY, viewport.rect().center())
        ways = cycle((10, 20, 40))

        def dragged(button=button, ways=ways):
            """Move on, since pyqtgraph leaves out moves within a hundredth of a second."""
            away = next(ways)
            send_move(person, QPointF(viewport.rect().center()) + QPointF(away, away), button)
            return box.viewRange() != before

        if moves:
            person.qtbot.waitUntil(dragged)
        else:
            for _ in range(6):
                assert not dragged()
                person.qtbot.wait(20)
        QTest.mouseRelease(viewport, button, NO_KEY, viewport.rect().center() + QPoint(40, 40))
        person.settle()
        assert (box.viewRange() != before) is moves
        assert not person.button("hold_ranges").isChecked()
    person.press(KEY.Key_R, CTRL)
    # A click on a sample moves nothing and picks it.
    again(person, Settings("and"))
    person.bench.look_control.pick(None)
    person.click_plot("data", 0.0, 1.0)
    assert (person.frame.selection.sample, person.frame.settings) == (2, Settings("and"))


def test_escape_and_whatever_else_happens_end_the_preview(open_window):
    """The run stands where it stood, at its step, and there is nothing to undo."""
    person = opened(open_window, DIAGONAL, plots="all")
    data = person.bench.views["data"]
    for plot in ("data", "landscape"):
        again(person, DIAGONAL)
        person.press(KEY.Key_F8, CTRL)
        before = seen(person)
        theta = person.frame.parameters
        start = (-theta[2] / theta[:2].sum(),) * 2 if plot == "data" else tuple(theta[:2])
        hold(person, plot, start, (start[0] + 0.3, start[1] + 0.4))
        assert seen(person) != before
        for shift in (0.1, 0.2, 0.25) if plot == "landscape" else ():
            shown = data.frame
            send_move(person, QPointF(person.place(plot, *(theta[:2] + shift))), LEFT)
            person.qtbot.waitUntil(lambda shown=shown: data.frame is not shown)
            # However quick the hand is, the plane says what is held.
            assert f"({measured(data.frame.parameters[0])}·x₁" in person.reading("data")
        person.press(KEY.Key_Escape)
        QTest.mouseRelease(person.plot(plot).viewport(), LEFT)
        person.settle()
        assert seen(person) == before
        assert (person.step, person.frame.undo_label) == (100, "steps")
    # Undo by the keyboard in mid-drag: what is shown then is the run.
    again(person, DIAGONAL)
    person.type_into("learning_rate", "2")
    hold(person, "data", (0.5, 0.5), (0.7, 0.7))
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert not person.frame.preview
    assert person.frame.settings == DIAGONAL
    assert person.bench.views["loss"].frame.parameters.tolist() == [2.0, 2.0, -2.0]
    drop(person, "data", (0.9, 0.9))
    assert person.frame.settings == DIAGONAL
    # No step is taken while the line is held; dropped, the new run goes on by itself.
    again(person, DIAGONAL.replace(learning_rate=1e-6))
    person.run_until(lambda: person.step > 5)
    hold(person, "data", (0.5, 0.5), (0.7, 0.7))
    step = person.bench.session.run.step
    person.qtbot.wait(60)
    assert (person.frame.step, person.bench.session.run.step) == (0, step)
    told = "this becomes the new start. Esc"
    person.qtbot.waitUntil(lambda: told in person.text("sentence"))
    drop(person, "data", (0.7, 0.7))
    person.qtbot.waitUntil(lambda: person.step > 0)
    assert person.bench.player.running
    person.press(KEY.Key_Space)
    # They stay with another start of the same task.
    again(person, Settings("line"))
    person.click("hold_ranges")
    person.type_into("seed", "5")
    assert person.button("hold_ranges").isChecked()
    assert person.choose("task", "double")
    assert not person.button("hold_ranges").isChecked()
    assert person.plot("landscape").following


def send_move(person, at, button, key=NO_KEY, plot="landscape"):
    """Move the pointer with a button down, which QTest.mouseMove does not say."""
    viewport = person.plot(plot).viewport()
    where = QPointF(viewport.mapToGlobal(at.toPoint()))
    event = QMouseEvent(QEvent.Type.MouseMove, at, where, Qt.MouseButton.NoButton, button, key)
    QApplication.sendEvent(viewport, event)


def test_a_sample_is_moved_and_the_run_starts_anew_with_it(open_window):
    """While it is held the neuron is what it was.

    Dropped, it is the start's, on data that are the person's own.
    """
    person = opened(open_window, Settings("and", learning_rate=1.0), plots="all")
    start = person.frame.parameters.tolist()
    person.press(KEY.Key_F8, CTRL)
    before, theta = seen(person), person.frame.parameters
    hold(person, "data", (1.0, 1.0), (0.6, 1.2))
    x, y = person.plot("data").box.viewPixelSize()
    moved = person.frame.settings.dataset.inputs
    assert moved[0] == pytest.approx((0.6, 1.2), abs=max(x, y))
    assert moved[1:].tolist() == Settings("and").dataset.inputs[1:].tolist()
    assert person.frame.parameters.tolist() == theta.tolist()
    assert person.points("data", "circles") == {tuple(moved[0].tolist())}
    z = np.column_stack((moved, np.ones(4))) @ theta
    loss = np.mean(np.log1p(np.exp(z)) - z * (1, 0, 0, 0))
    assert float(person.reading("loss").split()[1].rstrip(",")) == pytest.approx(loss, rel=1e-3)
    drop(person, "data", (0.6, 1.2))
    assert (person.step, person.frame.parameters.tolist()) == (0, start)
    assert person.frame.settings.data is not None
    assert person.frame.settings.task_label == "AND gate, moved points"
    assert person.button("put_data_back").isVisible()
    assert person.action("undo").text() == "&Undo: moved points"
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert seen(person) == before
    assert not person.button("put_data_back").isVisible()
    # A sample of one input has its target moved too.
    again(person, Settings("double"))
    hold(person, "data", (2.0, 4.0), (1.5, 5.0))
    drop(person, "data", (1.5, 5.0))
    data = person.frame.settings.dataset
    pixel = person.plot("data").box.viewPixelSize()
    assert (data.inputs[1, 0], data.targets[1]) == (
        pytest.approx(1.5, abs=pixel[0]),
        pytest.approx(5, abs=pixel[1]),
    )
    person.click("put_data_back")
    assert person.frame.settings == Settings("double")
    # The command has moved points in it.
    again(person, Settings("or"))
    hold(person, "data", (1.0, 1.0), (1.2, 1.2))
    drop(person, "data", (1.2, 1.2))
    person.action("copy_command").trigger()
    assert "command is on the clipboard" in person.text("sentence")
    line = QApplication.clipboard().text()
    moved, *others = line.removeprefix("neuroviz train --task or --data 'x1,x2,y\n").splitlines()
    off = max(person.plot("data").box.viewPixelSize())
    assert list(map(float, moved.split(","))) == pytest.approx([1.2, 1.2, 1], abs=off)
    assert others[:3] == ["1.0,0.0,1", "0.0,1.0,1", "0.0,0.0,0"]


def test_no_sample_is_moved_or_added_where_a_pixel_is_more_than_all_of_them(open_window):
    """A run that has blown up says at the pointer what would work; after Reset they move again."""
    line = Settings("line", learning_rate=0.07)
    person = opened(open_window, line)
    for draws in (False, True):
        again(person, line)
        person.press(KEY.Key_F8, CTRL)
        person.settle()
        if draws:
            person.click("draw_data")
        plot = person.plot("data")
        at = plot.pixel_of(QPointF(2.0, 25.0)).toPoint()
        QTest.mousePress(plot.viewport(), LEFT, NO_KEY, at)
        QTest.mouseMove(plot.viewport(), at + QPoint(9, 40))
        person.settle()
        assert "press Reset, or Undo" in plain_tooltip()
        QTest.mouseRelease(plot.viewport(), LEFT, NO_KEY, at + QPoint(9, 40))
        QTest.mouseClick(plot.viewport(), LEFT, NO_KEY, at - QPoint(0, 30))
        person.settle()
        assert person.frame.settings == line
        person.click("reset")
        person.settle()
        hold(person, "data", (2.0, 25.0), (2.5, 25.0))
        drop(person, "data", (2.5, 25.0))
        assert person.frame.settings.dataset.inputs[1, 0] == pytest.approx(2.5, abs=0.1)


def test_a_weight_drags_sideways_and_a_click_still_asks(open_window):
    """Right is more, left is less, the others stay; a press without a move asks why.

    Its whole pill is taken, by the dots too.
    """
    person = opened(open_window, DIAGONAL)
    person.bench.look_control.pick(0)
    person.settle()
    diagram = person.bench.neuron.diagram
    viewport, at = diagram.viewport(), diagram.place_of(("weight", 1)).toPoint()
    asked = []
    person.bench.neuron.asked.connect(asked.append)
    dots = at - QPoint(60, 0)
    for by, index, place in ((30, 1, at), (-45, 1, dots)):
        QTest.mousePress(viewport, LEFT, NO_KEY, place)
        QTest.mouseMove(viewport, place + QPoint(by, 20))
        person.qtbot.waitUntil(lambda: person.frame.preview)
        person.settle()
        held = person.frame.parameters
        assert held[index] == pytest.approx(2.0 * (1 + 0.02 * by))
        assert np.delete(held, index).tolist() == [2.0, -2.0]
        assert seen(person)["ball"] == held[:2].tolist()
        assert float(diagram.numbers["weight", 1].text.replace("−", "-")) == pytest.approx(
            held[index], rel=1e-3
        )
        person.press(KEY.Key_Escape)
        QTest.mouseRelease(viewport, LEFT, NO_KEY, at)
        person.settle()
    assert (person.frame.parameters.tolist(), asked) == ([2.0, 2.0, -2.0], [])
    person.qtbot.mouseClick(viewport, LEFT, NO_KEY, at)
    assert len(asked) == 1
    # A drag straight down changes nothing: run, epoch and undo stay as they were.
    again(person, DIAGONAL)
    person.press(KEY.Key_F8)
    person.bench.look_control.pick(0)
    person.settle()
    before, number = person.frame.parameters.tolist(), person.frame.number
    diagram = person.bench.neuron.diagram
    viewport, at = diagram.viewport(), diagram.place_of(("weight", 1)).toPoint()
    QTest.mousePress(viewport, LEFT, NO_KEY, at)
    QTest.mouseMove(viewport, at + QPoint(0, 12))
    person.qtbot.waitUntil(lambda: person.frame.preview)
    QTest.mouseMove(viewport, at + QPoint(0, 25))
    QTest.mouseRelease(viewport, LEFT, NO_KEY, at + QPoint(0, 25))
    person.settle()
    assert not person.frame.preview
    assert (person.step, person.frame.number) == (1, number)
    assert person.frame.parameters.tolist() == before


def test_a_weight_is_typed_on_its_pill_by_a_double_click(open_window):
    """Enter starts a run with it, as a drop does, and so does a press elsewhere.

    Escape puts it back.
    """
    """Enter starts a run with it, as a drop does; Escape and a press elsewhere put it back."""
    person = opened(open_window, DIAGONAL)
    person.press(KEY.Key_F8)
    person.bench.look_control.pick(0)
    person.settle()
    before = person.frame.parameters.tolist()
    neuron = person.bench.neuron
    viewport, field = neuron.diagram.viewport(), neuron.diagram.field

    def double_click():
        at = neuron.diagram.place_of(("weight", 1)).toPoint()
        QTest.mouseClick(viewport, LEFT, NO_KEY, at)
        QTest.mouseDClick(viewport, LEFT, NO_KEY, at)
        person.settle()

    double_click()
    assert field.hasFocus()
    assert field.selectedText() == field.text() == f"{before[1]:.6g}"
    person.press(KEY.Key_Return)  # nothing was typed
    double_click()
    QTest.keyClicks(field, "3")
    person.press(KEY.Key_Escape)
    double_click()
    QTest.mouseClick(person.button("step_back"), LEFT)
    assert not field.isVisible()
    person.press(KEY.Key_F8)
    assert person.frame.parameters.tolist() == before
    double_click()
    QTest.keyClicks(field, "half")
    person.press(KEY.Key_Return)
    assert "half" in plain_tooltip()
    assert field.isVisible()
    field.selectAll()
    QTest.keyClicks(field, "-0,5")
    person.press(KEY.Key_Return)
    person.settle()
    assert not field.isVisible()
    assert person.frame.parameters.tolist() == [before[0], -0.5, before[2]]
    assert (person.step, person.bench.session.changes.label) == (0, "parameter changed")
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert (person.step, person.frame.parameters.tolist()) == (1, before)
    double_click()
    QTest.keyClicks(field, "6")
    person.press(Qt.Key.Key_Tab)
    assert (person.frame.parameters[1], neuron.diagram.hasFocus()) == (6.0, True)
    person.press(Qt.Key.Key_Z, CTRL)
    person.settle()
    for step in (lambda: person.click("step"), lambda: person.press(Qt.Key.Key_F8)):
        double_click()
        QTest.keyClicks(field, "7")
        step()
        person.settle()
        assert not field.isVisible()
        assert (person.step, person.frame.settings.weights[1]) == (1, 7.0)
        person.press(Qt.Key.Key_Z, CTRL)
        person.press(Qt.Key.Key_Z, CTRL)
        person.settle()
    neuron.drag.locked = {"weights": "This lesson keeps the weights."}
    double_click()
    assert (field.isVisible(), plain_tooltip()) == (False, "This lesson keeps the weights.")


def test_what_is_said_while_a_sample_is_held_is_what_comes(open_window):
    """Let go, it starts anew with the data; the ring is round the sample in the neuron."""
    person = opened(open_window, DIAGONAL)
    hold(person, "data", (0.0, 0.0), (0.3, 0.2))
    assert person.text("sentence").startswith(
        "Let go, or press Enter, to start anew with these data. Then press Run to train."
    )
    viewport = person.plot("data").viewport()
    QTest.mouseRelease(viewport, LEFT, NO_KEY, person.place("data", 0.3, 0.2))
    person.qtbot.waitUntil(lambda: not person.frame.preview)
    assert person.step == 0
    person.hover("data", 1.0, 1.0)
    assert person.frame.sample is not None
    (ring,) = (mark for mark in person.marks("data", Points) if mark.size > 20)
    place = person.frame.settings.dataset.inputs[person.frame.sample]
    assert np.array_equal(np.ravel((ring.x, ring.y)), place)
    # Taken by an end, too.
    again(person, DIAGONAL)
    data = person.bench.views["data"]
    locks = Locks(person.bench.form, {}, [data.drag])
    locks.lock_all_but(frozenset({"shift"}), "not now", [])
    assert [handle.name for handle in data.drag.shown] == ["line"]
    (left, _), (_, top) = person.plot("data").box.viewRange()
    end = (left + 0.02, 1 - left - 0.02) if 1 - left <= top else (1 - top + 0.02, top - 0.02)
    hold(person, "data", end, (end[0] + 0.2, end[1]))
    held = person.frame.parameters
    assert held[:2].tolist() == [2.0, 2.0]
    assert held[2] < -2.0


def test_the_rate_hardly_moves_where_the_way_back_of_a_sample_comes(open_window):
    """The button stands where the words about the task stood; below them it pushed all down."""
    person = open_window(Settings("and"))
    person.settle()
    rate, purpose = person.box("learning_rate"), person.find(QLabel, "task_purpose")
    before = rate.mapToGlobal(QPoint())
    assert purpose.isVisible()
    hold(person, "data", (0.0, 0.0), (0.3, 0.2))
    drop(person, "data", (0.3, 0.2))
    assert (person.button("put_data_back").isVisible(), purpose.isVisible()) == (True, False)
    assert (rate.mapToGlobal(QPoint()) - before).manhattanLength() < purpose.height()
    person.press(KEY.Key_Z, CTRL)
    person.settle()
    assert (rate.mapToGlobal(QPoint()), purpose.isVisible()) == (before, True)


def test_drag_me_is_said_once_to_a_person_and_undo_says_what_was_moved(open_window):
    """It waits where the names of other runs stand."""
    person = opened(open_window, DIAGONAL)
    words = person.bench.views["landscape"].drag_me
    assert words.shown_at("ball", None)
    person.press(KEY.Key_F8)
    person.action("pin").trigger()
    person.action("reset").trigger()
    person.settle()
    assert not words.shown_at("ball", None)
    (pinned,) = person.frame.others
    person.bench.run_list_control.delete(pinned.number)
    person.settle()
    assert words.shown_at("ball", None)
    for plot, name, start in (("data", "line", (0.5, 0.5)), ("landscape", "ball", (2.0, 2.0))):
        again(person, DIAGONAL)
        words, viewport = person.bench.views[plot].drag_me, person.plot(plot).viewport()
        told = viewport.grab().toImage()
        assert words.shown
        words.shown = False
        assert viewport.grab().toImage() != told, plot
        words.shown = True
        hold(person, plot, start, (start[0] + 0.3, start[1]))
        drop(person, plot, (start[0] + 0.3, start[1]))
        assert not words.shown, plot
        assert person.action("undo").text() == f"&Undo: {name} dragged"
        person.press(KEY.Key_Z, CTRL)
        assert (person.frame.settings, person.frame.undo_label) == (DIAGONAL, None)
    next_one = opened(open_window, DIAGONAL)
    for plot in ("data", "landscape"):
        assert not next_one.bench.views[plot].drag_me.shown, plot


def test_who_drags_the_words_drags_what_they_stand_at(open_window):
    """It comes to the pointer; a press on the words turned the surface, or did nothing."""
    person = open_window(DIAGONAL, plots="kept")
    person.settle()
    views = person.bench.views
    canvases = views["landscape"].surface, person.plot("data").viewport()
    drags = views["landscape"].surface_drag, views["data"].drag
    for canvas, drag, name in zip(canvases, drags, ("ball", "line"), strict=True):
        canvas.grab()
        at = drag.words[1].center().toPoint()
        QTest.mouseMove(canvas, at)
        assert drag.hovered == name
        QTest.mousePress(canvas, LEFT, NO_KEY, at)
        canvas.grab()  # while it is held the words are gone
        assert (drag.taken, drag.words) == (name, None)
        for step in (3, 6, 9):
            QTest.mouseMove(canvas, at + QPoint(step, 0))
        QTest.mouseRelease(canvas, LEFT, NO_KEY, at + QPoint(9, 0))
        assert person.action("undo").text() == f"&Undo: {name} dragged"


def test_drag_me_is_not_said_at_full_speed(open_window):
    """The words would run away from the hand; they are there again as soon as the run pauses."""
    person = opened(open_window, DIAGONAL.replace(epochs=10**7))
    bench = person.bench
    words = [bench.views[plot].drag_me for plot in ("data", "landscape")]
    bench.transport.set_pace("speed/41")
    person.action("run").trigger()
    person.qtbot.waitUntil(lambda: bench.session.frame().newest_step > 100)
    assert not any(each.shown_at(each.name, None) for each in words)
    person.action("run").trigger()
    assert all(each.shown_at(each.name, None) for each in words)


@pytest.mark.parametrize("free", [{"shift", "turn"}, {"shift"}])
def test_drag_me_hides_neither_a_sample_nor_its_output_nor_w(open_window, free):
    """At the usual place there would be a sample, or the letter of an arrow that cannot turn."""
    bias = -2.5 if "turn" in free else -1.5
    person = open_window(Settings("and", weights=(1.0, 1.0), bias=bias), plots="kept")
    person.window.resize(1024, 768)
    person.settle()
    data, plot = person.bench.views["data"], person.plot("data")
    locks = Locks(person.bench.form, {}, [data.drag])
    locks.lock_all_but(frozenset(free), "not now", [])
    words, pictures = data.drag_me, []
    for words.shown in (True, False):
        picture = plot.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        rows = np.frombuffer(picture.constBits(), np.uint32)
        pictures.append(rows.reshape(picture.height(), picture.width()))
    written = np.argwhere(pictures[0] != pictures[1])[:, ::-1]
    assert len(written)
    kept = [(*corner, 7, 7, 7) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))]
    for text in person.marks("data", Text):
        left, right = (5, 5) if text.text == "w" else (30, 0) if text.right else (0, 30)
        kept.append((text.x, text.y, left, right, 5))
    assert len(kept) == 9
    for x, y, left, right, half in kept:
        at = np.array(plot.pixel_of(QPointF(x, y)).toTuple())
        first, last = at - np.array((left, half)), at + np.array((right, half))
        hidden = ((written >= first) & (written <= last)).all(axis=1)
        assert not hidden.any(), (x, y)


def test_the_ball_on_the_surface_is_dragged_over_the_ground(open_window):
    """It stays under the pointer, at the loss of where it is held, and a run starts there."""
    person = open_window(Settings("and", learning_rate=1.0), plots="kept")
    landscape = person.bench.views["landscape"]
    surface = landscape.surface
    for by in ("mouse", "keys"):
        person.begin(Settings("and", learning_rate=1.0))
        person.press(KEY.Key_F8, CTRL)
        person.settle()
        person.qtbot.waitUntil(lambda: landscape.is_finished)
        before, view = person.frame.parameters, surface.view
        at = surface.ball.toPoint()
        there = at + QPoint(40, -24)
        if by == "mouse":
            person.qtbot.mousePress(surface, LEFT, pos=at)
            for step in (1, 2, 3, 4):
                person.qtbot.mouseMove(surface, at + step * QPoint(10, -6))
        else:
            person.focus(surface)
            landscape.surface_drag.focus("ball")
            for key in 5 * [KEY.Key_Right] + 3 * [KEY.Key_Up]:
                person.qtbot.keyClick(surface, key)
        person.qtbot.waitUntil(lambda: person.frame.preview)
        person.qtbot.waitUntil(
            lambda there=there: (surface.ball - QPointF(there)).manhattanLength() < 2
        )
        held = person.frame.parameters
        assert held[1] - held[0] == pytest.approx(before[1] - before[0])  # on the plane of the run
        assert person.frame.current_loss == pytest.approx(loss_at(person.frame.settings, held))
        if by == "mouse":
            person.qtbot.mouseRelease(surface, LEFT, pos=there)
        else:
            person.qtbot.keyClick(surface, KEY.Key_Return)
        assert (person.step, person.frame.preview) == (0, False)
        assert person.frame.parameters == pytest.approx(held, abs=0.05)
        assert surface.view == view
        person.press(KEY.Key_Z, CTRL)
        assert person.frame.parameters == pytest.approx(before)
    # Whichever way they end; what a person asks for meanwhile stays.
    person.begin(Settings("line"))
    surface = person.button("show_surface")
    for end in (lambda: person.press(KEY.Key_Escape), lambda: person.click("run")):
        assert surface.isChecked()
        person.click("you_optimize")
        assert not surface.isChecked()
        end()
        person.settle()
        assert person.frame.own is None
    assert surface.isChecked()
    person.click("show_surface")
    for _ in range(2):
        person.click("you_optimize")
        assert not surface.isChecked()


def test_a_weight_with_the_keyboard_is_changed_by_the_arrow_keys(open_window):
    """Up and down still choose a sample, and Enter starts a run with the weight."""
    person = opened(open_window, DIAGONAL)
    person.bench.look_control.pick(0)
    person.settle()
    diagram = person.bench.neuron.diagram
    person.focus(diagram)
    while person.bench.neuron.drag.focused != ("weight", 1):
        person.press(KEY.Key_Tab)
    before = person.frame.selection.sample
    person.press(KEY.Key_Down)
    assert person.frame.selection.sample != before
    person.press(KEY.Key_Right)
    person.qtbot.waitUntil(lambda: person.frame.preview)
    assert person.frame.parameters[1] > 2.0
    person.press(KEY.Key_Return)
    assert (person.frame.preview, person.frame.settings.bias) == (False, -2.0)
    assert person.frame.settings.weights[1] > 2.0
    person.press(KEY.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "7")
    person.press(KEY.Key_Return)
    assert person.frame.settings.weights[1] == 7.0
    # A pill grows a halo under the pointer and is flat while a lesson locks it.
    again(person, DIAGONAL)
    person.bench.look_control.pick(0)
    person.settle()
    neuron = person.bench.neuron
    viewport = neuron.diagram.viewport()
    at = neuron.diagram.place_of(("weight", 1)).toPoint()

    def seen():  # whose bytes are not all of the picture: the last of a pixel is any
        pill = neuron.diagram.drawing.pills[1].around(4)
        area = QRect(*map(int, (pill.x, pill.y, pill.width, pill.height)))
        return viewport.grab(area).toImage()

    flat = seen()
    places = cycle((at + QPoint(0, 60), at))

    def comes_to(look):
        """Go away and come back: on a busy machine Qt tells of the last move late."""
        QTest.mouseMove(viewport, next(places))
        return (seen() != flat) is look

    person.qtbot.waitUntil(lambda: comes_to(True))
    person.qtbot.waitUntil(lambda: comes_to(False))
    neuron.drag.locked = {"weights": "not now"}
    neuron.read(person.frame)
    assert seen() != flat

    def pointed_at():
        QTest.mouseMove(viewport, next(places))
        return viewport.cursor().shape()

    person.qtbot.waitUntil(lambda: pointed_at() == Qt.CursorShape.PointingHandCursor)


def test_you_are_the_optimizer_and_sgd_takes_as_many_steps(open_window):
    """On the stage of a race, where both have ball, tail, curves and a row of the standings.

    Clicks are the steps; SGD's are those of gradient descent by hand. Leaving brings all back.
    """
    settings = Settings("line", learning_rate=0.01, optimizer="momentum", weights=(0.0,), bias=0.0)
    person = opened(open_window, settings)
    person.bench.grid.choose(["landscape", "loss"])
    person.press(KEY.Key_F8)
    view = person.bench.views["landscape"]
    person.qtbot.waitUntil(lambda: view.is_finished, timeout=60_000)
    person.settle()
    before, start = seen(person), person.frame.parameters
    person.click("you_optimize")
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon  # the foot names it
    assert person.button("you_optimize").toolButtonStyle() == beside
    person.settle()
    for place in ((4.0, 2.0), (8.0, 3.0)):
        person.click_plot("landscape", *place)
        person.settle()
    pixel = max(person.plot("landscape").box.viewPixelSize())
    assert person.frame.parameters == pytest.approx((8.0, 3.0), abs=pixel)
    marks = view.map.runs.marks
    tail = [mark for key, mark in marks.items() if key[0] == ("tail", 0)]
    drawn = [(mark.x[0], mark.y[0]) for mark in tail]
    assert drawn == [pytest.approx(place, abs=pixel) for place in (start, (4.0, 2.0))]
    x, theta = np.arange(1.0, 7.0), start
    for _ in range(2):
        error = theta[0] * x + theta[1] - (10 * x + 5)
        theta = theta - 0.01 * 2 * np.array((np.mean(error * x), np.mean(error)))
    person.click("sgd_turn")
    person.settle()
    sgd = view.map.runs.marks["ball", 1]
    assert (*sgd.x, *sgd.y) == pytest.approx(theta)
    sight = person.plot("landscape").box.viewRange()
    for point in (start, theta, person.frame.parameters, (10.0, 5.0)):
        assert all(low < value < high for value, (low, high) in zip(point, sight, strict=True))
    losses = {
        "You": loss_at(settings, person.frame.parameters),
        "SGD": loss_at(settings, theta),
    }
    runners = person.find(Standings, "standings").runners
    assert [one.rank for one in runners] == ["1", "2"]
    assert {one.name: one.loss for one in runners} == pytest.approx(losses)
    assert [one.own for one in runners if one.name == "You"] == [""]
    balls = [mark for mark in person.marks("timeline", Points) if mark.size == 9.0]
    assert sorted(10 ** mark.y[0] for mark in balls) == pytest.approx(sorted(losses.values()))
    won = "You win" if losses["You"] < losses["SGD"] else "SGD wins"
    assert person.text("race_headline") == person.text("state") == won
    person.bench.look_control.look_at(1)
    assert person.frame.parameters == pytest.approx((4.0, 2.0), abs=pixel)
    assert person.text("race_title") == "Standings at epoch 1"
    person.bench.look_control.now()
    person.click("you_optimize")
    person.settle()
    assert seen(person) == before
    # In a small window, too, the buttons hide nothing of the map.
    person.window.resize(1024, 768)
    person.settle()
    person.click("you_optimize")
    person.settle()
    for name in ("you_optimize", "show_surface", "hold_ranges"):
        assert person.button(name).geometry().bottom() < view.plot.geometry().top()


def test_what_ends_your_turn_can_be_undone_and_so_can_each_of_your_steps(open_window):
    """One undo brings the steps back, whatever has ended them, and redo ends them again."""
    person = opened(open_window, DIAGONAL)
    surface = person.button("show_surface")
    person.click("show_surface")
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    places = ((2.5, 1.5), (1.5, 2.0))

    def moment():
        own = person.frame.own
        return None if own is None else [tuple(point) for point in own.points]

    def run():
        person.press(KEY.Key_Space)
        person.run_until(lambda: not person.bench.player.running)

    def reset():
        person.press(KEY.Key_R, CTRL)

    for ends in (
        lambda: person.press(KEY.Key_Escape),
        lambda: person.press(KEY.Key_F8),
        run,
        reset,
        lambda: person.type_into("learning_rate", "0.5"),
        lambda: person.choose("task", "line"),
    ):
        person.click("you_optimize")
        person.settle()
        begun = moment()
        for place in places:
            person.click_plot("landscape", *place)
            person.settle()
        taken = moment()
        assert (len(begun), len(taken)) == (1, 3)
        if person.bench.form.isHidden():
            person.press(KEY.Key_F9)
        ends()
        person.settle()
        there = person.step, person.frame.settings
        assert moment() is None
        assert surface.isChecked()
        back = "Your steps are put aside: Ctrl+Z brings them back."
        if ends is reset:
            back = "The run of 2 epochs is put aside: Ctrl+Z brings it back."
        assert back in person.text("sentence")
        person.press(KEY.Key_Z, CTRL)
        person.settle()
        assert moment() == taken
        assert not surface.isChecked()  # a click on it takes no step
        person.press(KEY.Key_Z, CTRL | SHIFT)
        person.settle()
        assert moment() is None
        assert (person.step, person.frame.settings) == there
        for steps in (taken, taken[:2], begun, None):
            person.press(KEY.Key_Z, CTRL)
            person.settle()
            assert moment() == steps
        assert (person.step, person.frame.settings.learning_rate) == (2, 1.0)
    # Reset at the start ends it, too; a turn that begins then and is left is over.
    again(person, DIAGONAL)
    person.click("you_optimize")
    person.settle()
    person.click_plot("landscape", *places[0])
    person.settle()
    taken = moment()
    reset()
    person.click("you_optimize")
    person.press(KEY.Key_Escape)
    person.settle()
    assert moment() is None
    person.press(KEY.Key_Z, CTRL)
    assert moment() == taken


def test_the_arrow_downhill_crosses_no_name(open_window):
    """Where it points to the side at which the name usually stands."""
    person = opened(open_window, Settings("line", weights=(0.0,), bias=0.0))
    person.action("you_optimize").trigger()
    person.settle()
    assert person.bench.views["landscape"].heading.text() == "You are the optimizer"
    shown = person.bench.views["landscape"].map
    marks = shown.runs.marks
    arrow, tag = marks["arrow"], marks["tag", 0]
    wide, high = shown.letter
    left, right = sorted((tag.x, tag.x + wide * len(tag.text) * (-1 if tag.right else 1)))
    along = np.linspace(0, 1, 50)
    x, y = arrow.x + arrow.dx * along, arrow.y + arrow.dy * along
    assert not np.any((left < x) & (x < right) & (abs(y - tag.y) < high / 2))


def test_a_page_that_turns_over_own_steps_is_shown_once_and_whole(open_window):
    """A lesson ends the mode when its next page is there already, on data of another width."""
    person = opened(open_window, Settings("sum"), plots="all")
    person.click("you_optimize")
    person.settle()
    person.bench.session.become(Session(Settings("line")))
    person.bench.session.prepare()
    person.bench.views["landscape"].end_own_steps()
    person.bench.frame_dispatcher.new()
    person.settle()
    assert not person.button("you_optimize").isChecked()
    assert person.bench.views["landscape"].frame.settings.task == "line"


def test_in_fog_there_is_no_map_and_no_minimum_until_sgd_had_its_turn(open_window):
    """Nor does theory predict the loss, or the pointer read it elsewhere.

    Run ends it all, and the fog.
    """
    person = opened(open_window, Settings("line"))
    person.bench.grid.choose(["landscape", "loss"])
    view = person.bench.views["landscape"]
    person.qtbot.waitUntil(lambda: "minimum" in view.map.runs.marks, timeout=60_000)
    person.action("you_optimize").trigger()
    for _ in range(2):  # the words get their width, and then their height
        person.settle()
    sight = person.plot("landscape").box.viewRange()
    assert person.text("state") == "Your turn"
    assert person.text("sentence") == "Click on the landscape where the next step should go."
    person.click("fog")
    person.click_plot("landscape", 3.0, 3.0)
    person.settle()
    assert person.plot("landscape").box.viewRange() == sight
    assert not view.map.ground.isVisible()
    assert view.map.runs.marks.keys().isdisjoint({"minimum", "next step"})
    middle = [sum(ends) / 2 for ends in sight]
    assert person.hover("landscape", *middle) == "a straight line is one step"
    person.click("sgd_turn")
    assert view.map.ground.isVisible()
    person.click("fog")
    person.press(KEY.Key_F8)
    person.settle()
    assert (person.step, person.frame.preview) == (1, False)
    assert (view.map.ground.isVisible(), view.you.isChecked()) == (True, False)
    # Its path of before is gone; then it takes as many as the person has taken by then. Also in
    # a lesson, where the views stay as they are: both curves stand in the loss plot.
    again(person, Settings("line", learning_rate=0.01, weights=(0.0,), bias=0.0))
    person.bench.grid.choose(["landscape", "loss"])
    person.bench.races_aside = False
    person.click("you_optimize")
    person.settle()
    for steps, place in enumerate(((4.0, 2.0), (8.0, 3.0)), 1):
        person.click_plot("landscape", *place)
        person.settle()
        said = f"{counted(steps, 'step')} taken. Click on the landscape where"
        assert person.text("sentence").startswith(said)
        assert person.button("sgd_turn").isEnabled()
        person.click("sgd_turn")
        person.settle()
        assert not person.button("sgd_turn").isEnabled()
        trainer = Trainer(Settings("line", learning_rate=0.01, weights=(0.0,), bias=0.0))
        trainer.advance(steps)
        sgd = next(one for one in person.frame.race.runners if one.name == "SGD")
        assert sgd.loss == trainer.history.newest.loss
        ends = sorted(10 ** float(y[-1]) for _, y in person.curves("loss"))
        assert ends == pytest.approx([one.loss for one in person.frame.race.runners])


def test_another_task_ends_the_mode_of_own_steps(open_window):
    """A task with another number of weights is shown whole.

    No view gets the moment of the mode that ends.
    """
    person = opened(open_window, DIAGONAL, plots="all")
    person.begin(Settings("and_by_hand"))  # a step without slopes leaves SGD nothing to do
    person.settle()
    assert not person.button("you_optimize").isEnabled()
    assert "cannot be trained" in person.button("you_optimize").toolTip()
    person.action("you_optimize").trigger()
    assert person.frame.own is None
    for task in ("sum", "line", "xor"):
        person.begin(DIAGONAL)
        person.action("you_optimize").trigger()
        person.settle()
        viewport = person.plot("landscape").viewport()
        QTest.mouseClick(viewport, LEFT, NO_KEY, viewport.rect().center() / 2)
        person.qtbot.waitUntil(lambda: person.frame.own is not None and person.frame.own.taken == 1)
        person.press(KEY.Key_F9)
        assert person.choose("task", task)
        person.settle()
        assert person.frame.own is None
        assert not person.button("you_optimize").isChecked()
        shown = {
            view.frame.settings.task
            for view in person.bench.views.values()
            if view.frame is not None
        }
        assert shown == {task}


def test_the_buttons_of_the_landscape_cover_no_words_and_nothing_of_it(open_window):
    """Nor do the names of several runs, which take no row of their own."""
    person = open_window(plots="kept")
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(10)
    person.type_into("learning_rate", "5")
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    landscape = person.bench.views["landscape"]
    assert landscape.surface_shown.isChecked()
    assert len(person.frame.others) == 1
    for button in (landscape.you, landscape.surface_shown, landscape.hold):
        assert button.isVisible()
        assert not button.geometry().intersects(landscape.reading.geometry())
        assert not landscape.surface.geometry().intersects(button.geometry())
        assert not landscape.heading.geometry().intersects(button.geometry())
