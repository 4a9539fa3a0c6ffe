"""Inputs by formula in the window: typed, taken away, refused, offered, and seen."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset


def test_a_product_is_typed_and_xor_is_learned(open_window):
    """From the menu; the border is a curve in the plane of the two inputs, and Undo brings XOR."""
    person = open_window(Settings("xor", learning_rate=5, epochs=300))
    person.settle()

    person.action("add_input").trigger()
    person.type_into("features", "x1*x2")
    person.settle()

    assert person.frame.settings.features == ("x1*x2",)
    assert person.action("undo").text().endswith("input x₁·x₂")
    person.click("sample_next")
    person.settle()
    assert "x₁·x₂ = 1·1 = 1" in person.reading("neuron")
    person.click("run")
    person.qtbot.waitUntil(lambda: person.step == 300, timeout=20_000)
    assert person.frame.right.all()
    (x, y), *_ = [curve for curve in person.dashes("data") if len(curve[0]) > 10]
    inputs = person.frame.settings.inputs_at(np.column_stack((x, y)))
    np.testing.assert_allclose(person.frame.output_at(inputs), 0.5, atol=1e-6)

    for _ in range(2):
        person.action("undo").trigger()
    assert person.frame.settings.features == ()


def test_what_is_no_input_is_said_at_the_field_and_stays_there(open_window):
    """Nothing else changes; an empty line takes all of them away again."""
    person = open_window(Settings("xor", learning_rate=5))
    person.settle()
    person.bench.form.go_to("features")
    before = person.frame.settings

    for text, said in (
        ("x1*", "is no formula"),
        ("1/x1", "is ∞ in row 3"),
        ("x1", "the same as x1"),
    ):
        person.type_into("features", text)
        assert said in person.error("features")
        assert person.find(QLineEdit, "features").text() == text
        assert person.frame.settings == before
    person.type_into("features", "x1*x2, x1-x2")
    assert person.error("features") == ""
    assert person.frame.settings.features == ("x1*x2", "x1-x2")

    person.type_into("features", " ")

    assert person.frame.settings == before

    columns = ("height, cm", "weight")
    person.begin(Settings(data=Dataset([[1, 3], [2, 1], [4, 2]], [0, 1, 1], True, columns)))
    person.type_into("features", "`height, cm`^2, weight > 1.5, `height, cm")
    assert "is no formula" in person.error("features")
    person.type_into("features", "`height, cm`^2, weight > 1.5")
    assert person.frame.settings.features == ("`height, cm`^2", "weight > 1.5")


def test_impossible_offers_two_ways_out(open_window):
    """The input that helps, or neurons before this one; either gets all right, and is undone.

    Both have room in the smallest window, beside a third of the row for why.
    """
    person = open_window(Settings("xor"))
    person.window.resize(1024, 768)
    person.settle()
    one, other = person.button("next_step"), person.button("other_step")
    person.run_until(lambda: one.text() == "Add the input x₁·x₂")
    person.bench.player.pause()
    person.settle()
    assert other.text() == "Put two neurons before it"
    bar = person.bench.status_bar
    assert all(button.width() >= button.sizeHint().width() for button in (one, other))
    assert other.geometry().right() < bar.width()
    assert bar.sentence.width() > bar.width() / 4

    for name, changed in (("other_step", {"hidden": 2}), ("next_step", {"features": ("x1*x2",)})):
        person.click(name)
        person.qtbot.waitUntil(lambda: person.frame.right is not None and person.frame.right.all())
        person.bench.player.pause()
        person.settle()
        assert not other.isVisible()
        assert all(
            getattr(person.frame.settings, field) == value for field, value in changed.items()
        )
        person.action("undo").trigger()
        person.settle()
        assert (person.frame.settings.hidden, person.frame.settings.features) == (0, ())
        person.qtbot.waitUntil(other.isVisible)


def test_the_table_has_them_and_works_them_out(open_window):
    """Their cells follow the others and cannot be typed into."""
    person = open_window(Settings("xor"))
    person.settle()
    person.action("data_table").trigger()
    person.type_into("data_features", "x1+2*x2")

    assert person.cells("data_table")[1] == ["1", "0", "1", "1"]
    model = person.table("data_table").model()
    assert model.setData(model.index(1, 1), "0.25")
    assert person.cells("data_table")[1] == ["1", "0.25", "1.5", "1"]
    editable = [bool(model.index(1, c).flags() & Qt.ItemFlag.ItemIsEditable) for c in range(4)]
    assert editable == [True, True, False, True]
    person.type_into("data_features", "1/x1")
    assert "is ∞ in row" in person.text("data_note")
