from typing import Any

import pytest
from PySide6.QtCore import Qt

from neuroviz.core.settings import Settings

KEY = Qt.Key


def test_space_toggles_a_focused_switch(open_window: Any) -> None:
    """A check box that has the keyboard takes Space; the run does not start."""
    person = open_window(Settings("spam"))
    shuffle = person.window.form.fields["shuffle"].control
    person.focus(shuffle)
    person.press(KEY.Key_Space)

    assert (shuffle.isChecked(), person.window.player.running) == (False, False)


@pytest.mark.parametrize("name", ["task", "learning_rate", "seed", "until_loss", "speed"])
def test_space_runs_from_everywhere_else(open_window: Any, name: str) -> None:
    """Boxes for a choice or a number have no use for a space: it runs, and pauses."""
    person = open_window(Settings(epochs=10**7))
    fields = person.window.form.fields
    person.focus(fields[name].control if name in fields else person.window.transport.speed)
    person.press(KEY.Key_Space)
    running = person.window.player.running
    person.press(KEY.Key_Space)

    assert (running, person.window.player.running) == (True, False)


def test_space_belongs_to_a_line_of_several_numbers(open_window: Any) -> None:
    """Between two weights a space may be typed."""
    person = open_window(Settings(weights=(1.0, 2.0)))
    person.type_into("weights", "3 4")

    assert person.frame.settings.weights == (3.0, 4.0)
    assert not person.window.player.running
