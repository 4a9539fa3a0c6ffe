"""Data of three classes in the window: drawn, edited in the table, told and dragged."""

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import output_of
from tests.ui.person import KEY, SHIFT
from tests.ui.views.data.test_drawing import click, drawing

NAMES = ("<b>bold</b>", "cat & dog", "=1+1")


def settings_of_three():
    """Return nine points of three classes whose names would be markup and formulas."""
    places = np.array(((-1.0, -1.0), (1.0, -1.0), (0.0, 1.0)))[np.arange(9) % 3]
    inputs = places + 0.1 * np.arange(9)[:, None]
    data = Dataset(inputs, np.arange(9) % 3, classes=True, class_names=NAMES)
    return Settings(data=data, weights=[-2.0, -1.0, 2.0, -1.0, 0.0, 2.0, 0.0, 0.0], bias=0.5)


def test_points_of_any_class_are_drawn_and_its_share_is_told(open_window):
    """With a pen for each, by its key too; Shift takes the next one."""
    person = drawing(open_window, settings_of_three())
    click(person, -0.8, 2.0)
    click(person, 2.0, 0.9, SHIFT)
    person.click("draw_class3")
    click(person, -1.2, 0.8)
    person.press(KEY.Key_2)
    click(person, 0.6, -1.3)
    data = person.frame.settings.dataset
    assert data.targets[9:].tolist() == [0, 1, 2, 1]
    assert data.class_names == NAMES
    cells = person.cells("predictions")
    frame = person.frame
    shares = output_of(frame.settings, frame.parameters, frame.settings.coded_inputs)
    for row, said in enumerate(shares):
        best = int(said.argmax())
        assert f"{said[best]:.4f} {NAMES[best]}" in cells[row]
        assert NAMES[int(data.targets[row])] in cells[row]
        assert ("✓" in cells[row]) == (best == data.targets[row])


def test_a_border_is_shifted_by_its_grip(open_window):
    """Of its two outputs each bias does half of the way, and the border is where it was put."""
    person = open_window(settings_of_three())
    person.bench.grid.choose(["data", "landscape"])
    person.settle()
    before = person.frame.parameters
    place = person.grip(("line", (0, 1)))
    to = place + np.array((0.3, 0.0))
    person.drag("data", place, to)
    after = person.frame.parameters
    changed = after - before
    assert np.array_equal(changed != 0, np.isin(np.arange(9), (6, 7)))
    assert np.isclose(changed[6], -changed[7])
    shares = output_of(person.frame.settings, after, to[None])[0]
    assert np.isclose(shares[0], shares[1], atol=0.02)
    said = person.hover("data", *person.frame.settings.coded_inputs[0])
    shares = output_of(person.frame.settings, after, person.frame.settings.coded_inputs[:1])[0]
    best = int(shares.argmax())
    assert f"{shares[best]:.4f}"[:5] in said
    assert NAMES[best] in said
