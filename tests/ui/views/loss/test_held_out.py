"""The loss of rows that are held out: a curve of its own, and words."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.ui.theme import theme as themes
from tests.ui.person import KEY

DATA = Dataset(
    [[0.0, 1.0], [2.0, 1.0], [1.0, 3.0], [4.0, 0.0], [0.5, 0.5], [3.0, 2.0]],
    [0.0, 1.0, 0.0, 1.0, 1.0, 1.0],
    classes=True,
    held_out=(1, 4, 5),
)


def cross_entropy(theta):
    """Return the mean loss of the rows held out, and how many are right, by the formula."""
    rows = list(DATA.held_out)
    output = 1 / (1 + np.exp(-(DATA.inputs[rows] @ theta[:2] + theta[2])))
    target = DATA.targets[rows]
    losses = -(target * np.log(output) + (1 - target) * np.log(1 - output))
    return float(losses.mean()), int(((output > 0.5) == (target == 1)).sum())


def test_it_is_drawn_beside_the_loss_and_read_in_words(open_window):
    """By the weights of every row of the history; the rows held out change nothing in that."""
    settings = Settings(data=DATA, learning_rate=0.5)
    person = open_window(settings, plots=["loss"])
    if person.button("log_axis").isChecked():
        person.button("log_axis").click()
    for _ in range(12):
        person.press(KEY.Key_F8)
    x, y = person.curve("loss", themes.now.ink)
    history = np.column_stack([person.rows.parameter(index) for index in range(3)])
    wanted = [cross_entropy(theta)[0] for theta in history]
    assert x.tolist() == list(range(13))
    assert y == pytest.approx(wanted)
    loss, right = cross_entropy(person.frame.parameters)
    line = person.find(QWidget, "held_out_line")
    assert line.text() == f"○ held out {loss:.4g}, {right} of 3 right"
    assert f"; held out: {right} of 3" in person.text("accuracy")
    alone = Settings(data=DATA.picked(DATA.training_rows), learning_rate=0.5)
    assert person.rows.loss[0] == pytest.approx(open_window(alone, plots=["loss"]).rows.loss[0])
    # Without rows held out there is no line, and no curve.
    person = open_window(settings, plots=["loss"])
    line = person.find(QWidget, "held_out_line")
    assert person.choose("task", "and")
    assert not line.isVisible()
    person.press(KEY.Key_F8)
    assert len(person.curves("loss")) == 1
