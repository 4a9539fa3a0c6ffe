"""The sample beside the title, and the parts of a step under the neuron, as a person uses them."""

import pytest
from PySide6.QtWidgets import QToolButton

from tests.ui.person import KEY, LEFT

PARTS = ("forward", "loss", "zero_grad", "backward", "update")


def lit(person):
    return [part for part in PARTS if person.find(QToolButton, f"part_{part}").isChecked()]


def test_the_buttons_and_arrows_choose_the_sample(open_window, qtbot):
    """One is picked from the start.

    "all" shows every sample's gradient, and goes back to the one before.
    """
    person = open_window(sample="first")
    assert person.text("sample_shown") == "sample 1 of 4"
    assert not person.find(QToolButton, "sample_previous").isEnabled()
    person.click("sample_next")
    assert (person.frame.selection.sample, person.text("sample_shown")) == (1, "sample 2 of 4")
    person.focus(person.find(QToolButton, "sample_next"))
    person.press(KEY.Key_Right)
    assert person.text("sample_shown") == "sample 3 of 4"
    person.click("sample_all")
    assert person.frame.selection.sample is None
    shown = {slot[0] for slot in person.bench.neuron.diagram.numbers}
    assert shown >= {"sample_output", "sample_loss", "loss"}
    person.click("sample_all")
    assert person.frame.selection.sample == 2
    # There is none before the first and none after the last; of all both lead to a sample.
    seen = []
    for key in (KEY.Key_Home, KEY.Key_Right, KEY.Key_Right, KEY.Key_Right):
        person.focus(person.find(QToolButton, "sample_all"))
        person.press(key)
        buttons = (person.find(QToolButton, name) for name in ("sample_previous", "sample_next"))
        seen.append((person.text("sample_shown"), *(button.isEnabled() for button in buttons)))
    assert seen == [
        ("sample 1 of 4", False, True),
        ("sample 2 of 4", True, True),
        ("sample 3 of 4", True, True),
        ("sample 4 of 4", True, False),
    ]


def test_lines_and_parts_can_be_pressed_and_reached(open_window, qtbot):
    """A press on a line of the batch shows its sample."""
    person = open_window()
    diagram = person.bench.neuron.diagram
    place = diagram.place_of(("sample_output", 3)).toPoint()
    qtbot.mouseClick(diagram.viewport(), LEFT, pos=place)
    assert person.text("sample_shown") == "sample 4 of 4"
    # Arrow keys go from part to part, and each has a name for who does not see it.
    buttons = [person.find(QToolButton, f"part_{part}") for part in PARTS]
    assert all(button.accessibleName() for button in buttons)
    person.focus(buttons[0])
    person.press(KEY.Key_Left)
    assert buttons[4].hasFocus()
    person.press(KEY.Key_Right)
    assert buttons[0].hasFocus()


def test_a_press_on_a_part_goes_there(open_window):
    """At the row that is looked at.

    The update of the newest takes a step, and its loss is the one on the bar.
    """
    person = open_window(sample="first")
    assert lit(person) == []
    for part in ("backward", "forward", "loss", "zero_grad"):
        person.click(f"part_{part}")
        assert (lit(person), person.step) == ([part], 0)
    person.click("part_update")
    assert (lit(person), person.step, person.frame.phase) == (["update"], 1, "update")
    person.click("sample_all")
    shown = person.bench.neuron.diagram.numbers["loss", None].value
    assert shown == pytest.approx(person.frame.current_loss, rel=1e-12)
    person.click("part_update")
    assert person.step == 2
    person.press(KEY.Key_F7)
    person.click("part_update")
    assert (person.step, person.frame.step) == (2, 2)  # that one had been taken
    assert person.bench.neuron.parts.said.text().startswith("Update")
