"""The timeline, by mouse and keyboard, against the run itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.ui.person import Person

Open = Callable[..., Person]
LEFT = Qt.MouseButton.LeftButton


def slider(person: Person) -> QSlider:
    return person.find(QSlider, "timeline")


def test_a_drag_shows_an_earlier_step_everywhere(open_window: Open) -> None:
    """Tables, labels and readings are those of the step; the run is not touched."""
    person = open_window(Settings(learning_rate=1.0))
    person.window.resize(1440, 900)
    person.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.settle()
    bar = slider(person)
    # As a drag does; with the real pointer the test under Xvfb drags it.
    bar.setSliderDown(True)
    bar.setSliderPosition(48)
    person.qtbot.waitUntil(lambda: person.frame.looks_back)
    bar.setSliderDown(False)
    person.settle()
    step = person.frame.step
    trainer = Trainer(Settings(learning_rate=1.0))
    trainer.advance(step)
    newest = trainer.history.newest

    assert step == 48
    assert person.step == 100
    assert person.text("epoch") == f"{step}"
    assert person.text("looked_at") == f"step {step} of 100"
    assert [float(row[1].replace("−", "-")) for row in person.cells("weights")] == [
        float(f"{value:.4g}") for value in newest.parameters
    ]
    assert person.reading("loss").startswith(f"step {step}:")


def test_keys_go_step_by_step(open_window: Open) -> None:
    """F7 looks one back, F8 one on, and at the end F8 takes a step again; F4 is now."""
    person = open_window(Settings(learning_rate=1.0))
    for _ in range(5):
        person.press(Qt.Key.Key_F8)
    seen = []
    for key in (Qt.Key.Key_F7, Qt.Key.Key_F7, Qt.Key.Key_F7, Qt.Key.Key_F8):
        person.press(key)
        seen.append((person.frame.step, person.step))
    assert seen == [(4, 5), (3, 5), (2, 5), (3, 5)]
    person.press(Qt.Key.Key_F4)
    assert not person.frame.looks_back
    person.press(Qt.Key.Key_F8)
    assert (person.frame.step, person.step) == (6, 6)


def test_the_focused_timeline_takes_the_arrow_keys(open_window: Open) -> None:
    """Left and Right are one step, Home is the start."""
    person = open_window(Settings(learning_rate=1.0))
    person.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.focus(slider(person))
    person.press(Qt.Key.Key_Left)
    person.qtbot.waitUntil(lambda: person.frame.step == 99)
    person.press(Qt.Key.Key_Home)
    person.qtbot.waitUntil(lambda: person.frame.step == 0)
    assert np.array_equal(person.frame.parameters, person.frame.start)
    person.press(Qt.Key.Key_End)
    person.qtbot.waitUntil(lambda: not person.frame.looks_back)


def test_now_is_a_button_that_works_where_there_is_a_way_back(open_window: Open) -> None:
    person = open_window()
    assert not person.button("now").isEnabled()
    for _ in range(3):
        person.press(Qt.Key.Key_F8)
    person.press(Qt.Key.Key_F7)
    assert person.button("now").isEnabled()
    person.qtbot.mouseClick(person.button("now"), LEFT)
    assert not person.frame.looks_back
    assert person.text("looked_at") == "step 3, now"


def test_now_is_the_way_back_from_a_part_of_the_newest_step_too(open_window: Open) -> None:
    """There no earlier step is looked at, and yet not all of the newest is done."""
    person = open_window()
    person.press(Qt.Key.Key_F8)
    person.press(Qt.Key.Key_F6)
    assert (person.frame.phase is None, person.frame.looks_back) == (False, False)
    assert person.button("now").isEnabled()
    person.click("now")
    assert person.frame.phase is None
    assert not person.button("now").isEnabled()


def test_what_was_thinned_out_is_said_to_be(open_window: Open) -> None:
    """A star marks a step that was computed again; the tooltip says how many are kept."""
    person = open_window(Settings(learning_rate=1.0))
    for _ in range(5):
        person.press(Qt.Key.Key_F8)
    trainer = person.bench.session.runs.active.prepare()
    trainer.history.shrink(64)
    trainer.advance(500)
    stride = person.rows.stride
    assert stride > 1
    person.bench.look_control.look_at(stride + 1)
    assert person.text("looked_at") == f"step {stride + 1}* of 505"
    assert "computed again" in person.bench.timeline.where.toolTip()
    person.bench.look_control.look_at(stride)
    assert "*" not in person.text("looked_at")
    assert f"every {stride}" in person.bench.timeline.where.toolTip()


def test_edits_have_ticks(open_window: Open) -> None:
    """The track knows where the run was edited."""
    person = open_window(Settings(learning_rate=1.0))
    for _ in range(4):
        person.press(Qt.Key.Key_F8)
    before = slider(person).grab().toImage()
    person.type_into("learning_rate", "2")
    person.settle()
    assert person.frame.edits == (Edit(4, "learning_rate", 2.0),)
    assert slider(person).grab().toImage() != before
