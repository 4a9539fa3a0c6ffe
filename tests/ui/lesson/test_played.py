"""Every lesson is played in the window from its first step to its last.

The lab is as it was afterwards. By somebody who does what makes no sense at every step, and then
answers right and wrong in turn.
"""

import itertools
import os
import re
import tomllib
from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtTest import QTest

from neuroviz.core.choices.settings import Settings
from neuroviz.files.session_file import session_bytes
from neuroviz.files.state_file import read_settings, settings_path
from neuroviz.lessons.format import ChoiceQuestion, CompareTask, DoTask, NumberQuestion
from tests.lessons.by_hand import DONE, NOT_DONE
from tests.lessons.own_loop import DOUBLE_X, DOUBLE_Y, descend
from tests.lessons.test_lessons import PATHS
from tests.ui.lesson.learner import Learner, answers, settle
from tests.ui.lesson.test_lesson import stood
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT, in_menus


def record(person):
    """Return the session file that would be written, with the views."""
    return session_bytes(
        replace(person.bench.session.record(), views=person.bench.state.as_views())
    )


def kept(person):
    """Return what comes back at the next start, as it is on disk.

    It leaves out how far, and how well, lessons were played, and what was dragged once.
    """
    person.window.keep_preferences()
    learned = ("lesson/", "check/", "switch/dragged_")
    return {
        name: value
        for name, value in read_settings(settings_path()).items()
        if not name.startswith(learned)
    }


def undo_labels(person):
    """Go back as far as one can, then on again as far as one can.

    Return what each would undo or redo.
    """
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
    widgets = [
        *window.bench.form.fields.values(),
        window.bench.neuron.parts,
        *(view.chooser for view in window.bench.views.values()),
    ]
    return [part.toolTip() for part in (*in_menus(window), *widgets)]


def everything(person):
    window = person.window
    ranges = {name: person.plot(name).box.viewRange() for name in window.bench.grid.chosen}
    return {
        **stood(person),
        "record": record(person),
        "kept": kept(person),
        "title": (window.windowTitle(), window.isWindowModified()),
        "ranges": ranges,
        "tips": tips(person),
        "veiled": {name: view.veiled for name, view in window.bench.views.items()},
        "locked": [
            dict(view.drag.locked) for view in window.bench.views.values() if hasattr(view, "drag")
        ],
    }


def worked_in(person):
    """Do a little of everything.

    Edits, a pinned run, a typed weight, a look back, views of one's own.
    """
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    person.action("pin").trigger()
    person.type_into("learning_rate", "0.7")
    person.press(KEY.Key_F8)
    person.choose("optimizer", "adam")
    person.press(KEY.Key_F8)
    person.bench.weights_panel.weight_typed.emit(1, 0.4)
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    person.bench.look_control.look_at(1)
    person.bench.grid.choose(["weights", "data"])
    person.wheel("data", 2)
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.runs)
    person.settle()


def answers_right(learner, telling, written):
    """Give the right answer, or do what is asked for."""
    task = learner.step.task
    if isinstance(task, DoTask):
        does_it(learner)
    elif isinstance(task, CompareTask):
        learner.give()
        learner.arrive()
    else:
        right, _ = answers(learner)
        assert learner.predict(right, telling, written), learner.where


def does_it(learner):
    """Do what a step asks for, the first way that there is."""
    if learner.where == ("beat-sgd", 2):
        learner.optimize([(2.0 - 0.5**n, 0.5**n) for n in range(6)])
        own, sgd = (
            float(word) for word in re.findall(r"\d\.\d+(?:e-\d+)?", learner.text("lesson_told"))
        )
        # A few pixels.
        assert own == pytest.approx(np.mean([0.5**10 * (1 - x) ** 2 for x in (1, 2, 3)]), rel=1.0)
        assert sgd == pytest.approx(
            descend(DOUBLE_X, DOUBLE_Y, [1.0, 3.0], 0.09, 6, "mse").loss[6], rel=1e-2
        )
    else:
        learner.do(DONE[learner.where][0])
    assert learner.mark == "✓", learner.where


def answers_wrong(learner, telling, written, which=-1):
    """Give one of the wrong answers; do what does not do, and then what does."""
    task = learner.step.task
    if isinstance(task, DoTask):
        if learner.where in NOT_DONE:
            learner.do(NOT_DONE[learner.where])
            assert learner.mark in ("", "✗"), learner.where
            if learner.mark:
                learner.push("lesson_go")  # again
        does_it(learner)
    elif isinstance(task, CompareTask):
        learner.give()
        learner.arrive()
    else:
        _, wrong = answers(learner)
        assert not learner.predict(wrong[which % len(wrong)], telling, written), learner.where


_TRIED = set()
"""At which kinds of steps what makes no sense was done."""


def answers_in_turn(learner, telling, written):
    """Do what makes no sense, and then answer right at every second step, wrong at the others.

    In the test line nonsense is done once for each kind of task and what may be touched at it. Of
    several choices take one after another. Which lessons begin with what is left to their names.
    """
    step = learner.step
    kind = type(step.task), frozenset(step.controls), learner.tells_at_end
    if IS_WHOLE or kind not in _TRIED:
        _TRIED.add(kind)
        asks_for_nonsense(learner)
    turn = learner.number + len(learner.path.stem)
    if isinstance(step.task, ChoiceQuestion):
        learner.predict(turn % len(step.task.choices), telling, written)
    else:
        (answers_wrong if turn % 2 else answers_right)(learner, telling, written)


def asks_for_nonsense(learner):
    """Do what makes no sense while a question is open, and may not count."""
    task = learner.step.task
    person = learner.person
    told, done = learner.text("lesson_told"), learner.played.done
    phase = person.frame.phase
    step, settings, title = (
        person.frame.newest_step,
        person.frame.settings,
        learner.text("lesson_step_title"),
    )
    for key in (KEY.Key_Return, KEY.Key_Return, KEY.Key_9, KEY.Key_Escape):
        learner.key(key)
    if not isinstance(task, DoTask):
        for key, modifier in NONSENSE:
            learner.key(key, modifier)
    look_into_every_tab(learner)
    if isinstance(task, NumberQuestion):
        for text in ("", "many", "1e999", "nan", "1,5,2", "--1"):
            learner.type_number(text)
            learner.key(KEY.Key_Return)
            assert not learner.panel.question.go.isEnabled(), text
            assert not text or learner.text("lesson_told"), text
        learner.type_number("")
    if not isinstance(task, CompareTask):
        assert (learner.text("lesson_step_title"), learner.played.done) == (title, done), (
            learner.where
        )
        assert learner.text("lesson_told") == told, learner.where
        assert (person.frame.newest_step, person.frame.settings) == (step, settings), learner.where
        assert person.frame.phase == phase, learner.where
    if {"run", "reset"} <= learner.step.controls:
        learner.key(KEY.Key_Space)
        learner.key(KEY.Key_R, CTRL)
        assert not person.bench.player.running
        assert person.step == 0


def look_into_every_tab(learner):
    """Click at every panel of the side column, then at the lesson.

    None turns up while a question is open.
    """
    window, tabs = learner.person.window, learner.person.bench.side.tabs
    asks = not isinstance(learner.step.task, DoTask)
    for index in filter(tabs.isTabVisible, (*range(tabs.count()), 0)):
        QTest.mouseClick(tabs, LEFT, NO_KEY, tabs.tabRect(index).center())
        settle()
        assert tabs.currentIndex() == (0 if asks else index), learner.where
        assert not (asks and index) or tabs.tabToolTip(index).startswith("Predict first")
    exports = [action for action in in_menus(window) if action.objectName().startswith(EXPORTS)]
    assert len(exports) > 15
    assert not any(action.isEnabled() for action in exports) or not asks, learner.where
    assert (window._moment_to_tell() is None) == asks
    looks = (
        window.bench.timeline.slider,
        learner.person.button("now"),
        *map(learner.person.action, ("step_back", "part_back", "now")),
    )
    assert not any(look.isEnabled() for look in looks) or not asks, learner.where


EXPORTS = ("action_export_", "action_copy_", "action_film", "action_report")
NONSENSE = [
    (KEY.Key_Space, NO_KEY),
    (KEY.Key_F8, NO_KEY),
    (KEY.Key_F7, NO_KEY),
    (KEY.Key_F6, NO_KEY),
    (KEY.Key_F5, NO_KEY),
    (KEY.Key_F4, NO_KEY),
    (KEY.Key_R, CTRL),
    (KEY.Key_Z, CTRL),
    (KEY.Key_N, CTRL | SHIFT),
    (KEY.Key_P, CTRL),
]


def lets_it_run(step):
    """Return whether a step as it is written has a run that the choice of an answer lets go on."""
    predict = step.get("predict", {})
    return predict.get("then", {}).get("epochs", 0) > 3 and "choice" in predict


def has_a_run(path):
    """Return whether a lesson has a step with such a run."""
    return any(map(lets_it_run, tomllib.loads(path.read_text(encoding="utf-8"))["step"]))


def leaves_in_the_middle(person, path):
    """Close a lesson while its run goes where an answer lets it go."""
    learner = Learner(person, path, keys=False)
    for _ in itertools.takewhile(lambda step: not lets_it_run(step), learner.said["step"]):
        learner.push("lesson_next")
    person.bench.transport.set_pace("speed/0")
    learner.choose(0)
    learner.give()
    assert learner.control.answer_controller.on_the_way != learner.tells_at_end
    learner.leave()
    person.bench.transport.set_pace("speed/41")


WHOLE = [
    (partial(answers_wrong, which=which), keys) for which in range(4) for keys in (False, True)
]
RIGHT = [(answers_right, keys) for keys in (False, True)]
IN_TURN = [(answers_in_turn, keys) for keys in (False, True)]
"""Who plays, and whether with the keyboard."""


IS_WHOLE = "NEUROVIZ_WHOLE" in os.environ
"""See tests/batteries/lessons.py."""


def passes(name):
    """Return who plays a lesson: in the test line one, every second time with the keyboard."""
    if IS_WHOLE:
        return [*RIGHT, *WHOLE, *IN_TURN]
    return [IN_TURN[[*PATHS].index(name) % 2]]


_WINDOWS = 2
"""In which the lessons are played, one after another: to open and to use one takes a second."""


@pytest.mark.parametrize("first", range(_WINDOWS))
def test_every_lesson_is_played_and_leaves_everything_as_it_was(open_window, first):
    person = open_window(Settings.opened("or", weights=(0.3, -0.2), bias=0.1), plots="kept")
    worked_in(person)
    labels = undo_labels(person)
    assert len(labels[0]) > 2
    names = [*PATHS][first::_WINDOWS]
    left = [name for name in names if has_a_run(PATHS[name])][: None if IS_WHOLE else 1]
    for name in names:
        for answer, keys in passes(name):
            before = whole_before(person, answer)
            plays(person, name, answer, keys=keys)
            if answer is answers_in_turn and name in left:
                leaves_in_the_middle(person, PATHS[name])
                person.settle()
            after = everything(person)
            for part, was in before.items():
                assert after[part] == was, (name, part)
    assert undo_labels(person) == labels


def whole_before(person, answer):
    """Return everything before a lesson; in a small window who answers in turn plays."""
    if answer is answers_in_turn:
        person.window.resize(1024, 768)
        person.settle()
        # Plots that follow the run fit their ranges when it is drawn.
        person.bench.frame_dispatcher.new()
        person.settle()
    return everything(person)


def plays(person, name, answer, *, keys):
    """Play a lesson to its end, and leave it."""
    learner = Learner(person, PATHS[name], keys=keys)
    learner.play(answer)
    if learner.tells_at_end:
        share = learner.read_end() / len(learner.said["step"])
        assert share == 1 if answer is answers_right else 0 <= share < 1
    assert learner.untrue == []
    assert max(learner.screens.values()) <= 2, (name, learner.screens)
    assert max(learner.state_words.values()) <= 30, (name, learner.state_words)
    learner.leave()
    assert '"finished":true' in person.window.preferences.lesson_progress(name)
    person.settle()
