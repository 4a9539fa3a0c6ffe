"""Hidden neurons in the data view: their lines are taken, and the samples seen as ŷ sees them."""

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.marks import Arrow, Text
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.canvas.pen import ColourKey
from tests.ui.person import KEY

THETA = {
    **{"w11": 1.5, "w12": 1.0, "w21": -1.0, "w22": 2.0, "w31": 0.5, "w32": 0.2},
    **{"b1": -2.0, "b2": -0.6, "b3": 0.4, "v1": 1.0, "v2": -1.5, "v3": 0.5, "c": 0.1},
}


@pytest.fixture
def person(open_window):
    """Sit before XOR with three hidden neurons."""
    *weights, bias = THETA.values()
    settings = Settings("xor", hidden=3, weights=weights, bias=bias)
    someone = open_window(settings, sample=0, plots=["data", "landscape"])
    someone.settle()
    return someone


def named(person):
    theta = person.frame.parameters
    return dict(zip(person.frame.settings.parameters.names, theta.tolist(), strict=True))


def choose(person, axis, name):
    menu = person.find(QToolButton, f"hidden_{axis}").menu()
    (action,) = (each for each in menu.actions() if each.text() == name)
    action.trigger()
    person.settle()


def samples(person):
    """Return where the samples are seen (4, 2), sorted."""
    seen = person.points("data", "circles") | person.points("data", "squares")
    return np.array(sorted(seen))


def put(person, *units):
    """Return where two hidden neurons put them (4, 2), sorted."""
    inputs = person.frame.settings.coded_inputs
    rows = [np.tanh(inputs @ [THETA[f"w{j}1"], THETA[f"w{j}2"]] + THETA[f"b{j}"]) for j in units]
    return np.array(sorted(zip(*rows, strict=True)))


def test_the_line_of_a_hidden_neuron_is_shifted_and_turned(person):
    """Only its bias changes, so that its sum is 0 where it was dropped."""
    assert not person.marks("data", Arrow)
    assert person.reading("data").endswith(" · h₁ …: where its z is 0")
    place = person.grip(("line", 1))
    assert -place[0] + 2 * place[1] - 0.6 == pytest.approx(0, abs=0.02)
    to = place + np.array((0.1, 0.3))
    person.drag("data", place, to)
    now = named(person)
    changed = {name for name in now if now[name] != pytest.approx(THETA[name])}
    assert changed == {"b2"}
    assert -to[0] + 2 * to[1] + now["b2"] == pytest.approx(0, abs=0.02)
    # That of the opened neuron is turned about it: its weights stay as long, and its sum at
    # the grip stays 0.
    person.action("undo").trigger()
    person.bench.look_control.open_unit(0)
    person.settle()
    pivot, tip = person.grip(("line", 0)), person.grip(("turn", 0))
    person.drag("data", tip, tip + np.array((0.2, 0.1)))
    now = named(person)
    assert {name for name in now if now[name] != pytest.approx(THETA[name])} == {"w11", "w12", "b1"}
    assert np.hypot(now["w11"], now["w12"]) == pytest.approx(np.hypot(1.5, 1.0))
    assert now["w11"] * pivot[0] + now["w12"] * pivot[1] + now["b1"] == pytest.approx(0, abs=0.02)
    assert now["w11"] != pytest.approx(1.5, abs=0.02)


def test_the_samples_are_seen_as_the_output_sees_them(person):
    """Where the two hidden neurons put them that are chosen, where there are two and more."""
    button = person.find(QToolButton, "hidden_space")
    assert button.isVisible()
    person.click("hidden_space")
    person.settle()
    view = person.bench.views["data"]
    assert view.heading.text() == "Hidden space"

    assert samples(person) == pytest.approx(put(person, 1, 2))
    assert "h₃ held at its mean" in person.reading("data")
    choose(person, "across", "h₃")
    assert samples(person) == pytest.approx(put(person, 3, 2))
    assert "h₁ held at its mean" in person.reading("data")
    x, y = put(person, 3, 2)[0]
    assert person.hover("data", x, y).startswith("x (")
    assert not view.findChild(ColourKey).isVisible()  # the two choices have its room
    view.enlarge.click()
    person.settle()
    assert view.findChild(ColourKey).isVisible()
    view.enlarge.click()
    person.click("hidden_space")
    person.window.resize(1280, 720)
    person.bench.columns.show("side")
    person.settle()
    assert view.heading.shown in (view.heading.text(), "Output")  # rather than the key
    assert samples(person) == pytest.approx(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    person.bench.form.changed.emit({"hidden": 1})
    person.settle()
    assert not button.isVisible()
    person.begin(Settings("sine", hidden=3))
    person.click("hidden_space")
    person.settle()
    assert not view.findChild(ColourKey).isVisible()
    wide = view.heading.fontMetrics().horizontalAdvance("Hidden space")
    assert view.heading.contentsRect().width() >= wide
    person.begin(Settings("gates", hidden=3))
    assert view.heading.shorter == "Hidden"  # nothing longer fits beside the pair's buttons


def test_a_pair_is_kept_where_one_of_it_is_gone_and_comes_back(person):
    """Of two there is no choice, and the key has its room."""
    person.click("hidden_space")
    choose(person, "across", "h₃")
    view = person.bench.views["data"]
    person.bench.form.changed.emit({"hidden": 2})
    person.settle()
    assert view.heading.text() == "Hidden space"
    assert person.find(QToolButton, "hidden_space").isVisible()
    assert view.findChild(ColourKey).isVisible()
    person.action("undo").trigger()
    person.settle()
    assert person.find(QToolButton, "hidden_across").text() == "h₃"
    assert samples(person) == pytest.approx(put(person, 3, 2))
    # Over what hidden neurons give no click can say which inputs are meant: points are drawn
    # over the inputs.
    assert not person.find(QToolButton, "draw_data").isVisible()
    person.action("draw_data").trigger()
    person.settle()
    assert person.bench.views["data"].heading.text() == "Draw your own data"
    person.press(KEY.Key_Escape)


def test_the_border_in_hidden_space_is_taken(person):
    """It is the output's: shifted it has another bias, and the samples stay where they are.

    Turned it has other weights of the two.
    """
    person.click("hidden_space")
    person.settle()
    view = person.bench.views["data"]
    assert {handle.name for handle in view.drag.handles()} == {("line", None), ("turn", None)}
    before, place = samples(person), person.grip(("line", None))
    to = place + np.array((-0.2, 0.1))
    person.drag("data", place, to)
    now = named(person)
    assert {name for name in now if now[name] != pytest.approx(THETA[name])} == {"c"}
    assert samples(person) == pytest.approx(before)
    assert person.grip(("line", None)) @ (1.0, -1.5) == pytest.approx(to @ (1.0, -1.5), abs=0.03)
    person.bench.look_control.open_unit(0)
    choose(person, "across", "h₃")
    tip = person.grip(("turn", None))
    person.drag("data", tip, tip + np.array((0.0, 0.3)))
    after = named(person)
    assert {name for name in now if after[name] != pytest.approx(now[name])} == {"v2", "v3", "c"}
    assert np.hypot(after["v2"], after["v3"]) == pytest.approx(np.hypot(1.5, 0.5))


def test_they_move_there(person, monkeypatch):
    """They begin somewhere else and end where the hidden neurons put them."""
    monkeypatch.setattr(Ease, "reduced", False)
    person.click("hidden_space")
    on_the_way = samples(person)
    end = put(person, 1, 2)
    assert np.abs(on_the_way - end).max() > 0.1
    person.qtbot.waitUntil(lambda: np.allclose(samples(person), end))


def test_an_output_is_written_where_it_hides_no_grip(open_window):
    """Two grips with names at their right: one right of a sample, and one below it."""
    lines = (0.16, 0.49, -1.84, -1.87, -0.07, 0.34, 0.04, 0.39, 0.002)
    person = open_window(Settings("xor", hidden=3, weights=(*lines, -0.5, -1.6, -0.2), bias=-0.8))
    person.window.resize(1440, 900)
    person.bench.columns.show("side", False)
    person.settle()
    labels = [mark for mark in person.marks("data", Text) if mark.halo]
    assert [mark.right for mark in labels if abs(mark.x) < 0.3 and mark.y == 0] == [True]
