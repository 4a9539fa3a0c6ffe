"""The lab after a lesson: every number, switch and label is as it was before."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from neuroviz.core.choices.settings import Settings
from neuroviz.files.ini_file import read_ini, settings_path
from neuroviz.files.session_file import session_bytes
from neuroviz.lessons.format import Click, Compare, Curve, Do, Look, Number
from tests.lessons.by_hand import DONE
from tests.ui.lesson.test_lesson import gone, push, stood
from tests.ui.lesson.test_shipped import choose

LEFT = Qt.MouseButton.LeftButton


def record(person):
    """Return the session file that would be written, with the views."""
    return session_bytes(replace(person.window.session.record(), views=person.window._kept.views()))


def kept(person):
    """Return what comes back at the next start, as it is on disk, but how far lessons were played."""
    person.window._kept.keep()
    return {name: value for name, value in read_ini(settings_path()).items() if not name.startswith("lesson/")}


def undo_labels(person):
    """Go back as far as one can, then on again as far as one can, and return what each would undo or redo."""
    undone, redone = [], []
    while (label := person.frame.undo_label) is not None:
        undone.append(label)
        person.action("undo").trigger()
    while (label := person.frame.redo_label) is not None:
        redone.append(label)
        person.action("redo").trigger()
    person.settle()
    return undone, redone


def tips(person):
    """Return what every action, field and button says at the pointer."""
    window = person.window
    widgets = [*window.form.fields.values(), window.neuron.parts, *window.grid.choice.findChildren(QPushButton)]
    return [part.toolTip() for part in (*window.actions_.all, *widgets)]


def everything(person):
    window = person.window
    ranges = {name: person.plot(name).box.viewRange() for name in window.grid.choice.chosen}
    return {
        **stood(person),
        "record": record(person),
        "kept": kept(person),
        "title": (window.windowTitle(), window.isWindowModified()),
        "ranges": ranges,
        "tips": tips(person),
        "veiled": {name: view.veiled for name, view in window.views.items()},
        "locked": [dict(drag.locked) for drag in window.teaching.control._lab.locks._drags],
    }


def worked_in(person):
    """Do a little of everything: edits, a pinned run, a typed weight, a look back, views of one's own."""
    person.press(Qt.Key.Key_F8)
    person.press(Qt.Key.Key_F8)
    person.action("pin").trigger()
    person.type_into("learning_rate", "0.7")
    person.press(Qt.Key.Key_F8)
    person.choose("optimizer", "adam")
    person.press(Qt.Key.Key_F8)
    person.window.changing.type_weight(1, 0.4)
    person.press(Qt.Key.Key_F8)
    person.press(Qt.Key.Key_F8)
    person.window.looking.look_at(1)
    person.window.grid.choice.choose(["weights", "data"])
    person.window.view(type(person.window.views["loss"])).log.setChecked(False)
    person.wheel("data", 2)
    person.window.columns.show_side(True)
    person.window.side.bring(person.window.runs)
    person.settle()


def answer(person, number, step):
    """Answer or do what a step asks, somehow."""
    task = step.task
    name = person.window.teaching.control.lesson.name
    if isinstance(task, Look):
        return
    if isinstance(task, Do):
        for way in DONE.get((name, number), [])[:1]:
            way(person.window.session)
            person.window.showing.new()
            person.window.player.advanced.emit()
        if "own_steps" in step.controls:
            own_step(person)
        return
    if not isinstance(task, Compare):
        give(person, task.answer)
    push(person, "lesson_go")
    gone(person)


def give(person, kind):
    """Put an answer in."""
    if isinstance(kind, Number):
        person.type_into("lesson_number", "1")
    elif isinstance(kind, Curve | Click):
        plot = "loss" if isinstance(kind, Curve) else "data" if kind.target == "line" else "landscape"
        person.focus(person.plot(plot))
        person.press(Qt.Key.Key_Right)
        person.press(Qt.Key.Key_Up)
    else:
        choose(person, 1)


def own_step(person):
    """Be the optimizer for a step, and leave it at that."""
    person.click("you_optimize")
    person.settle()
    viewport = person.plot("landscape").viewport()
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, viewport.rect().center() + QPoint(20, 10))
    person.settle()


@pytest.mark.parametrize("name", ["two-planes", "beat-sgd", "forgotten-zero-grad"])
def test_a_lesson_leaves_everything_as_it_was(open_window, name):
    """Played to its end, with 3D, one's own steps, and what is broken on purpose."""
    person = open_window(Settings.opened("or", weights=(0.3, -0.2), bias=0.1), plots="kept")
    worked_in(person)
    labels = undo_labels(person)
    assert len(labels[0]) > 2
    before = everything(person)
    person.window.teaching.open_named(name)
    person.settle()
    steps = person.window.teaching.control.lesson.steps
    for number, step in enumerate(steps, 1):
        answer(person, number, step)
        push(person, "lesson_next")
    QTest.mouseClick(person.button("lesson_leave"), LEFT)
    person.settle()
    after = everything(person)
    for part, was in before.items():
        assert after[part] == was, part
    assert undo_labels(person) == labels
    assert person.window.preferences.lesson_progress(name) == (len(steps) - 1, True)
