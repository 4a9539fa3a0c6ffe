"""The arithmetic panel: why a number is what it is."""

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.ui.panels.arithmetic import ArithmeticPanel
from tests.ui.views.neuron.moments import moment, settle


@pytest.fixture
def panel(qtbot):
    """Return the panel, on screen."""
    made = ArithmeticPanel()
    qtbot.addWidget(made)
    settle(made, 340, 700)
    return made


def ways(panel):
    """Return the three numbers."""
    return [label.text() for label in panel.ways]


def test_three_ways_to_the_gradient(panel):
    """Here, autograd and a finite difference are torch's number to the digits shown."""
    frame = moment(learning_rate=1.0)
    panel.show_new(frame)
    theta = torch.tensor(frame.parameters, requires_grad=True)
    x = torch.tensor([[1.0, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]], dtype=torch.float64)
    y = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)
    torch.nn.functional.binary_cross_entropy_with_logits(x @ theta, y).backward()
    assert ways(panel) == [with_real_minus(format_number(theta.grad[0].item(), 6))] * 3
    assert panel.heading.text() == "Gradient of w₁"
    assert "∂L/∂w₁ = " in panel.formula.text()
    assert panel.note.text() == "Equal to 6 digits."


def test_a_value_has_no_derivative(panel):
    """It is said so."""
    panel.show_new(moment(sample=1))
    panel.show_quantity(Quantity("output"))
    assert ways(panel)[1:] == ["—", "—"]
    assert "not a derivative" in panel.note.text()


def test_the_samples_are_unfolded(panel, qtbot):
    """One row for each; of one sample there is nothing to unfold."""
    panel.show_new(moment())
    assert panel.samples.isHidden()
    qtbot.mouseClick(panel.fold, Qt.MouseButton.LeftButton)
    assert panel.samples.isVisible()
    assert panel.samples.rowCount() == 4
    panel.show_new(moment(sample=2))
    assert panel.fold.isHidden()
    assert panel.samples.isHidden()


def test_a_step_of_the_optimizer_is_explained_where_it_is_clicked(panel, qtbot):
    """With its own formula."""
    panel.show_new(moment(optimizer="momentum"))
    settle(panel, 340, 700)
    table = panel.stages
    rows = [table.item(table.line_of(row, 0), 0).text() for row in range(4)]
    row = next(i for i, text in enumerate(rows) if text.startswith("v ← μ·v"))
    place = table.visualRect(table.model().index(table.line_of(row, 2), 2)).center()
    with qtbot.waitSignal(panel.stages.asked) as asked:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [Quantity("stage", (row, 1))]
    assert "w₂" in panel.heading.text()
    assert panel.formula.text() == rows[row]


def test_the_steps_say_which_step_they_are_of(panel):
    """After three steps the table shows the moments of the fourth, and says so.

    By parts those of that at hand.
    """
    frame = moment(optimizer="adam", steps=3)
    panel.show_new(frame)
    assert panel.steps.text() == "The next step: from the batch's gradient to the update"
    assert panel.stages.item(panel.stages.line_of(0, 1), 1).text() == with_real_minus(
        format_number(float(frame.next_step.grad[0]), 4)
    )
    panel.show_new(moment(optimizer="adam", steps=3, phase="update"))
    assert panel.steps.text().startswith("This step: ")


def test_another_experiment_without_the_number_shows_a_gradient(panel):
    """A weight that is not there cannot be asked."""
    panel.show_new(moment("spam"))
    panel.show_quantity(Quantity("grad", 77))
    assert "w₇₈" in panel.heading.text()
    panel.show_new(moment())
    assert panel.heading.text() == "Gradient of w₁"


def test_each_moment_is_explained_at_once(panel):
    """All that is read tells of one step."""
    panel.show_new(moment(steps=1))
    for frame in [moment(steps=steps) for steps in (2, 3, 4)]:
        panel.show_frame(frame)
        expected = with_real_minus(format_number(float(frame.anatomy.grad[0]), 6))
        assert ways(panel)[0] == expected


def test_nothing_is_computed_while_it_is_hidden(panel):
    """What was missed is shown when it is shown."""
    panel.show_new(moment())
    before = ways(panel)
    panel.hide()
    panel.show_new(moment(steps=9))
    assert ways(panel) == before
    panel.show()
    assert ways(panel) != before


def test_before_torch_it_waits(panel):
    """With dashes."""
    panel.show_new(moment(ready=False))
    assert ways(panel) == ["—"] * 3
    assert "In a moment" in panel.note.text()
    assert panel.stages.isHidden()


def test_texts_are_plain_and_can_be_selected(panel):
    """Nothing is read as markup."""
    labels = [
        label
        for label in panel.findChildren(QLabel)
        if label.objectName().startswith("arithmetic_")
    ]
    assert len(labels) >= 7
    for label in labels:
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


@pytest.mark.parametrize("task", ["and", "weather", "spam"])
@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_the_column(panel, task, width):
    """The page never scrolls sideways."""
    settle(panel, width, 600)
    panel.show_new(moment(task, optimizer="adam"))
    settle(panel, width, 600)
    assert panel.widget().width() <= panel.viewport().width()


def test_each_part_of_a_step_brings_what_it_is_about(panel):
    """By itself; the parameter that was asked about stays.

    Another question is answered until the next part.
    """
    panel.show_new(moment(sample=1))
    panel.show_quantity(Quantity("grad", 1))
    titles = {
        "forward": "Pre-activation z",
        "loss": "Loss",
        "backward": "Gradient of w₁",
        "update": "Update of w₁",
    }
    for phase, title in titles.items():
        panel.show_new(moment(phase=phase, sample=1))
        assert panel.heading.text() == title
    panel.show_quantity(Quantity("output"))
    panel.show_new(moment(phase="update", sample=1, steps=4))
    assert panel.heading.text() == "Output ŷ"


def test_after_the_update_a_value_is_that_of_the_new_weights(panel):
    """As in the neuron."""
    frame = moment(phase="update", sample=1)
    panel.show_new(frame)
    panel.show_quantity(Quantity("output"))
    assert ways(panel)[0] == with_real_minus(format_number(float(frame.prediction.output[1]), 6))


def test_no_number_of_the_task_before_is_left(panel):
    """In another task, gone by parts, the table of the update is empty until its turn comes."""
    panel.show_new(moment())
    assert panel.stages.isVisible()
    panel.hide()
    panel.show_new(moment("line", phase="backward"))
    panel.show_quantity(Quantity("weight", 0))
    panel.show()
    assert panel.stages.isHidden()


def test_the_loss_along_the_gradient_stands_by_the_steps(panel):
    """Of exact line search alone: the lowest of its places is the rate that the step takes."""
    panel.show_new(moment(optimizer="line_search"))
    line = panel.frame.next_step.line
    assert line.losses.argmin() == line.place == len(line.losses) // 2
    assert panel.along.isVisible()
    assert format_number(line.found) in panel.along.accessibleDescription()
    found = panel.stages.item(panel.stages.line_of(2, 1), 1)
    assert found.text() == format_number(line.found, 4)

    panel.show_new(moment(optimizer="newton"))
    assert not panel.along.isVisible()
