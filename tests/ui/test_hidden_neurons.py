"""Hidden neurons in the window: put there, opened, changed, run, taken away again."""

import numpy as np
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.session.race_runs import runners
from neuroviz.ui.views.neuron.network import NetworkPicture
from tests.ui.person import KEY


def test_two_neurons_are_put_before_it_and_xor_is_learned(open_window):
    """By the form; each is opened by a click or a key, as the neuron that is known."""
    person = open_window(Settings("xor", learning_rate=1.0, epochs=600))
    person.settle()
    picture = person.find(NetworkPicture, "network")
    assert not picture.isVisible()

    person.bench.form.more.set_open(True)
    person.type_into("hidden", "2")
    person.settle()
    person.bench.form.more.set_open(False)

    assert person.frame.settings.hidden == 2
    assert person.frame.settings.hidden_activation == "tanh"
    assert picture.isVisible()
    assert person.bench.neuron.heading.text() == "Output neuron ŷ"
    person.click("run")
    person.qtbot.waitUntil(lambda: person.step == 600, timeout=20_000)
    assert person.frame.right.all()

    person.click("sample_next")
    person.open_neuron(1)
    assert person.bench.neuron.heading.text() == "Hidden neuron h₂"
    opened = person.frame.opened
    numbers = person.bench.neuron.diagram.numbers
    assert numbers["output", None].text == measured(float(opened.output[0]))
    assert numbers["weight", 0].text == measured(float(person.frame.parameters[2]), signed=True)
    diagram = person.bench.neuron.diagram
    assert picture.geometry().right() < diagram.x()
    for _ in range(2):  # enlarged there is height for the one above the other
        person.bench.neuron.enlarge.click()
        person.settle()
        above = picture.geometry().bottom() < diagram.y()
        assert above == person.bench.neuron.enlarge.isChecked()
        assert above or picture.geometry().right() < diagram.x()
        person.open_neuron(1)
        titles = ["Network", "Hidden neuron h₂, opened"] if above else ["Hidden neuron h₂"]
        seen = (person.bench.neuron.heading, person.find(QLabel, "opened"))
        assert [label.text() for label in seen if label.isVisible()] == titles
    person.focus(picture)
    person.press(KEY.Key_Down)
    person.settle()
    assert person.bench.neuron.heading.text() == "Output neuron ŷ"
    person.press(KEY.Key_Down)
    person.settle()
    assert person.bench.neuron.heading.text() == "Hidden neuron h₁"

    for _ in range(2):
        person.action("undo").trigger()
    person.settle()
    assert person.frame.settings.hidden == 0
    assert not picture.isVisible()
    assert person.bench.neuron.heading.text() == "Neuron"


def test_a_weight_of_the_opened_neuron_is_typed_and_no_other_changes(open_window):
    """A new run starts there; what is asked about is of that neuron."""
    person = open_window(Settings("xor", hidden=3, learning_rate=1.0))
    person.settle()
    person.open_neuron(1)
    before = person.frame.parameters.copy()

    person.bench.neuron.diagram.field.typed.emit(1, -2.5)
    person.settle()

    after = person.frame.parameters
    assert np.flatnonzero(after != before).tolist() == [3]
    assert after[3] == -2.5
    assert person.bench.neuron.heading.text() == "Hidden neuron h₂"
    person.click("sample_next")
    person.click("step")
    person.settle()
    assert person.step == 1
    person.click("part_backward")
    person.settle()
    assert "∂ℓ/∂h₂ = ∂ℓ/∂z of ŷ " in person.reading("neuron")


def test_what_hidden_neurons_cannot_be_with_is_said_at_the_field(open_window):
    """Nothing else changes."""
    person = open_window(Settings("spam"))
    person.settle()
    before = person.frame.settings
    person.bench.form.more.set_open(True)
    person.type_into("hidden", "2")
    person.settle()
    assert "at most 10 inputs, and there are 100" in person.error("hidden")
    assert person.frame.settings == before


def test_the_room_is_shared_anew_at_once_and_a_race_has_only_whom_it_can(open_window):
    """What hidden neurons took is the neuron's again when they go; Newton's method is left out."""
    person = open_window(Settings("xor", hidden=3, learning_rate=1.0))
    person.settle()
    picture, diagram = person.find(NetworkPicture, "network"), person.bench.neuron.diagram
    assert picture.isVisible()
    narrow = diagram.viewport().width()
    person.bench.form.changed.emit({"hidden": 0})
    assert not picture.isVisible()
    assert diagram.viewport().width() >= narrow + picture.width()
    drawn = max(box.right for box in diagram.drawing.slots.values())
    assert drawn > 0.9 * diagram.viewport().width()

    person.bench.form.changed.emit({"hidden": 2})
    names = [run.name for run in runners(person.frame, "optimizers")]
    assert "Adam" in names
    assert not {"Newton", "Newton's method"} & set(names)
