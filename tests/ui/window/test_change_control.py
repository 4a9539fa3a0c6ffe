"""Changes that the window's parts ask for, and what is said where they cannot be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from neuroviz.core.choices.settings import Settings
from tests.ui.person import Person

Open = Callable[..., Person]
KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_menu_names_what_can_be_undone(open_window: Open) -> None:
    """Three changes are taken back one by one, last first, and made again."""
    person = open_window(Settings(learning_rate=1.0))
    person.press(KEY.Key_F8)
    person.type_into("learning_rate", "5")
    person.type_into("seed", "7")
    assert person.choose("optimizer", "momentum")
    names = []
    for _ in range(3):
        names.append(person.action("undo").text().removeprefix("&Undo "))
        person.press(KEY.Key_Z, CTRL)
    assert [name.split()[0] for name in names] == ["optimizer", "seed", "learning"]
    assert names[-1] == "learning rate 1 → 5"
    assert (person.frame.settings, person.step) == (Settings(learning_rate=1.0), 1)
    assert not person.action("undo").isEnabled()
    assert person.action("redo").text() == "&Redo learning rate 1 → 5"
    for _ in range(3):
        person.press(KEY.Key_Z, CTRL | SHIFT)
    assert (person.frame.settings.optimizer, person.frame.settings.seed) == ("momentum", 7)


def test_a_start_that_is_not_finite_is_refused_where_it_was_asked_for(open_window: Open) -> None:
    """The landscape says why the ball cannot be dropped there; the run stays."""
    person = open_window(Settings("double"))
    person.window.changing.start_at([1e300, 0.0])
    assert "not finite" in person.reading("landscape")
    assert (person.frame.settings, person.frame.undo_label) == (Settings("double"), None)


def test_a_dropped_ball_is_a_start_that_can_be_undone(open_window: Open) -> None:
    person = open_window(Settings("double"))
    person.press(KEY.Key_F8)
    before = person.frame.parameters.tolist()
    person.window.changing.start_at([3.0, -1.0])
    assert (person.step, person.frame.parameters.tolist()) == (0, [3.0, -1.0])
    person.press(KEY.Key_Z, CTRL)
    assert (person.step, person.frame.parameters.tolist()) == (1, before)
