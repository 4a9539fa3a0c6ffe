"""The weights view: every parameter over time."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QStyleOptionComboBox, QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import measured, subscripted
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import ColourMap, EndLabel, Points, Text
from neuroviz.ui.canvas.pen import ColourKey
from tests.batteries.claims_readings import as_typed
from tests.ui.person import CTRL, KEY


def labels(person):
    """Return name -> (value written, x, y) of the labels at the lines' ends."""
    found = {}
    for label in person.marks("weights", Text):
        name, value = label.text.split()[-2:]
        found[name] = (float(as_typed(value)), label.x, label.y)
    return found


def test_curves_are_the_history(open_window):
    """A line for each parameter, or for each component of the gradient, to the bit."""
    person = open_window(Settings("and_one_by_one"), plots=["weights"])
    for _ in range(10):
        person.press(KEY.Key_F8)
    for gradients in (False, True):
        if gradients:
            person.button("show_gradients").click()
        column = person.rows.grad if gradients else person.rows.parameter
        curves = person.curves("weights")
        assert len(curves) == 3
        for index, (x, y) in enumerate(curves):
            assert x.tolist() == (np.arange(11) / 4).tolist()
            assert y.tolist() == column(index).tolist()
        assert person.bench.views["weights"].heading.text() == "Weights and bias"
        assert person.plot("weights").getAxis("left").labelText == (
            "gradient" if gradients else "value"
        )
    # In a map the few greatest components, of the first epochs, do not make all others pale.
    # It is said what is cut.
    person.begin(Settings("spam", learning_rate=0.5))
    for _ in range(3):
        person.press(KEY.Key_F8, CTRL)
    person.settle()
    shares = shares_of(person)
    values = np.array([person.rows.grad(i) for i in range(101)])[
        :, np.linspace(0, person.step, 300).round().astype(int)
    ]
    reach = np.quantile(np.abs(values), 0.95)
    lines = values[np.argsort(values[:, -1])]
    assert shares == pytest.approx(np.clip(0.5 + 0.5 * lines / reach, 0, 1), abs=2e-3)
    assert "cut off" in person.reading("weights")
    # Numbers are the same in another theme: pyqtgraph had scaled small ones by a thousand.
    person.begin(Settings("and", learning_rate=1.0))
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    axis = person.plot("weights").getAxis("left")
    for name in ("dark", "light"):
        person.action(f"theme_{name}").trigger()
        person.settle()
        for spacing, places in axis.tickValues(*axis.range, 300.0):
            written = axis.tickStrings(places, axis.autoSIPrefixScale * axis.scale, spacing)
            assert [float(text.replace("−", "-")) for text in written] == pytest.approx(places)


def test_labels_stand_at_the_ends_with_their_values(open_window):
    """Each line's end has its name and its value, and no two labels overlap."""
    person = open_window(Settings("or", learning_rate=1.0), plots=["weights"])
    for _ in range(30):
        person.press(KEY.Key_F8)
    person.settle()
    found = labels(person)
    newest = person.rows.newest.parameters
    assert [found[name][0] for name in ("w₁", "w₂", "b")] == pytest.approx(
        newest.tolist(), rel=1e-3
    )
    assert {x for _, x, _ in found.values()} == {30.0}
    (bottom, top), height = (
        person.plot("weights").box.viewRange()[1],
        person.plot("weights").pixels()[1],
    )
    places = sorted(y for _, _, y in found.values())
    assert min(np.diff(places)) >= 0.99 * 17 * (top - bottom) / height
    # The pointer reads the row nearest to it.
    person.begin(Settings("line"))
    for _ in range(10):
        person.press(KEY.Key_F8)
    person.settle()
    said = person.hover("weights", 3.0, 0.1)
    assert said.startswith("epoch 3 ")
    assert f"w₁ {person.rows.parameter(0)[3]:.4g}"[:6] in said
    assert " b " in said
    person.plot("weights").left.emit()
    # The neuron that is opened has named lines with its values, read too; those of the others
    # are one pale line.
    person.begin(Settings("xor", hidden=2))
    for _ in range(5):
        person.press(KEY.Key_F8)
    for unit, names in ((None, "v₁ v₂ c"), (1, "w₂₁ w₂₂ b₂")):
        person.bench.look_control.open_unit(unit)
        person.settle()
        others, *own = person.curves("weights")
        assert list(labels(person)) == names.split()
        where = person.frame.settings.parameters.of_unit(unit)
        assert [y.tolist() for _, y in own] == [person.rows.parameter(i).tolist() for i in where]
        assert np.isnan(others[1]).sum() == 9 - len(where)
        said = person.hover("weights", 3.0, 0.1)
        assert f"{names.split()[-1]} {measured(person.rows.parameter(where[-1])[3])}" in said
        person.bench.views["weights"].plot.left.emit()
        person.qtbot.waitUntil(lambda: "are pale" in person.reading("weights"))


def test_hover_reads_the_exact_row_where_rows_were_dropped(open_window, monkeypatch):
    """On a thinned run every value under the pointer is that of the whole run at that epoch."""
    monkeypatch.setattr("neuroviz.session.run.Trainer", partial(Trainer, max_rows=64))
    settings = Settings("and", learning_rate=10.0, optimizer="momentum")
    person, full = open_window(settings, plots=["weights"]), Trainer(settings)
    for _ in range(2):
        person.press(KEY.Key_F8, CTRL)
    person.settle()
    full.advance(person.step)
    assert person.rows.stride > 1
    rows = full.history.rows()
    for gradients, step in product((False, True), (0, 3, 99, 101, 155, person.step)):
        if gradients and step == 0:
            person.button("show_gradients").click()
        person.plot("weights").hovered.emit(QPointF(step + 0.3, 0.0))
        said, *values = as_typed(person.reading("weights")).split("   ")
        row = rows.kept_before(step)
        assert said == f"epoch {step}"
        assert [value.split()[0] for value in values] == ["w₁", "w₂", "b"]
        expected = row.grad if gradients else row.parameters
        assert [float(value.split()[1]) for value in values] == pytest.approx(
            expected.tolist(), rel=2e-3
        )


def test_a_hundred_weights_are_a_map(open_window):
    """Spam's weights are a heat map of the history, the five largest named."""
    person = open_window(Settings("spam"), plots=["weights"])
    for _ in range(20):
        person.press(KEY.Key_F8)
    person.settle()
    assert len(labels(person)) == 5
    assert person.curves("weights") == []
    shares = shares_of(person)
    assert shares.shape == (101, 21)
    values = np.array([person.rows.parameter(i) for i in range(101)])
    order = np.argsort(values[:, -1])
    assert shares == pytest.approx((0.5 + 0.5 * values / np.abs(values).max())[order])
    key = person.bench.views["weights"].findChild(ColourKey)
    assert key.isVisible()
    assert measured(np.abs(values).max(), 3) in key.accessibleName()
    said = person.hover("weights", 1.0, 50.0)
    assert subscripted(f"w{order[49] + 1} ") in said
    # The middle of the first cell is epoch 0, that of the last the newest.
    (found,) = person.marks("weights", ColourMap)
    assert found.extent == pytest.approx((-0.05, 2.05, 0.5, 101.5))  # ten steps are an epoch
    # A task with few parameters has lines again.
    person.choose("task", "line")
    assert len(labels(person)) == 2
    assert person.marks("weights", ColourMap) == []


def shares_of(person):
    """Return what the map shows, from 0, the one colour, to 1, the other."""
    (found,) = person.marks("weights", ColourMap)
    return found.shares


def test_the_lines_fill_the_plot_and_leave_their_labels_room(open_window):
    """However long the run is, and the 0 at the left is inside; no number stands in that room."""
    person = open_window(plots=["weights"])
    for epochs in (1, 137, 501, 1000, 1285):
        person.begin(Settings())
        person.bench.session.advance(epochs)
        person.bench.player.advanced.emit()
        person.settle()
        plot = person.plot("weights")
        left, right = plot.box.viewRange()[0]
        pixels = plot.pixels()[0] * (right - epochs) / (right - left)
        assert left < 0
        assert pixels >= 112, epochs
        if epochs > 10:
            assert epochs / right > 0.4
        ticks = plot.getAxis("bottom").tickValues(left, right, plot.pixels()[0])
        if epochs == 1000:
            assert max(tick for _, each in ticks for tick in each) == 1000
    # Twelve thousand rows stay within two points per pixel column, extremes and ends kept.
    person.begin(Settings("and_one_by_one"))
    person.bench.session.advance(12_000)
    person.bench.frame_dispatcher.now()
    person.settle()
    for index, (x, y) in enumerate(person.curves("weights")):
        values = person.rows.parameter(index)
        assert len(x) <= 2 * person.plot("weights").pixels()[0] + 2
        assert (y.min(), y.max(), y[0], y[-1]) == (
            values.min(),
            values.max(),
            values[0],
            values[-1],
        )
    # Off the page they stand at the edge with their own values; after another start nothing is
    # said any more.
    person.begin(Settings("and", weights=(1.79e308, -1.79e308), bias=0.0))
    person.settle()
    assert person.reading("weights") == "off the page, at its edge: beyond ±10²⁹⁰"
    assert labels(person)["w₁"][0] == 1.79e308
    person.choose("init", "zeros")
    person.settle()
    assert person.reading("weights") == ""


def test_weights_of_own_data_are_named_alike_wherever_they_stand(open_window):
    """At the lines' ends, whole with their values.

    In the menus at the landscape's axes, as in the table.
    """
    inputs = np.array([[1.62, 58.5], [1.75, 81.0], [1.58, 52.0], [1.83, 90.5]])
    data = Dataset(inputs, np.array([0.0, 1.0, 0.0, 1.0]), True, ("height", "weight"))
    person = open_window(Settings(data=data, learning_rate=1e-4), plots=["weights"])
    person.bench.grid.choose(["weights", "landscape"])
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.settle()
    names = ["w₁ (height)", "w₂ (weight)", "b"]
    assert [cells[0] for cells in person.cells("weights")] == names
    for axis in ("horizontal", "vertical"):
        menu = person.find(QToolButton, f"{axis}_axis").menu()
        menu.aboutToShow.emit()
        assert [action.text() for action in menu.actions()][3:] == names
    ends = [label.text[2:] for label in person.marks("weights", Text)]
    newest = person.rows.newest.parameters
    assert [end.rpartition(" ")[0] for end in ends] == names
    written = [float(end.rpartition(" ")[2].replace("−", "-")) for end in ends]
    assert written == pytest.approx(newest.tolist(), rel=1e-3)
    figure = person.bench.views["weights"].figure(person.frame)
    assert [
        mark.text[2:].rpartition(" ")[0] for mark in figure.marks if isinstance(mark, EndLabel)
    ] == names
    assert person.hover("weights", 3, float(newest[0])).startswith("epoch 3   w₁ ")


def dots(person, epoch):
    """Return the heights of the dots that stand at an epoch, each alone."""
    points = [mark for mark in person.marks("weights", Points) if np.size(mark.x) == 1]
    return [float(np.ravel(mark.y)[0]) for mark in points if np.ravel(mark.x)[0] == epoch]


def test_a_hairline_has_a_dot_on_every_line(open_window):
    """Where an epoch is pointed at, also elsewhere; and where the run is looked back at.

    Then the values are read over the plot, and nothing lies over the lines.
    """
    person = open_window(Settings("and"), plots=["weights"])
    person.bench.grid.choose(["loss", "weights"])
    person.bench.session.advance(40)
    person.bench.frame_dispatcher.new()
    person.settle()
    row = person.frame.row_at(20)
    person.bench.timeline.epoch_hovered.emit(20.0)
    assert dots(person, 20.0) == pytest.approx(row.parameters.tolist())
    (loss,) = [mark for mark in person.marks("loss", Points) if np.ravel(mark.x)[0] == 20.0]
    assert 10 ** float(np.ravel(loss.y)[0]) == pytest.approx(row.loss)
    person.bench.timeline.epoch_hovered.emit(None)
    assert dots(person, 20.0) == []
    person.bench.session.look_at(20, None)
    person.bench.frame_dispatcher.new()
    person.settle()
    person.qtbot.waitUntil(lambda: len(dots(person, 20.0)) == 3)
    assert f"w₁ {measured(row.parameters[0])}" in person.reading("weights")
    names = [label for label in person.marks("weights", Text) if label.text.split()[-1] != "now"]
    assert {label.text.split()[-1] for label in names} == {"w₁", "w₂", "b"}
    assert {label.x for label in names} == {40.0}
    # A name that does not fit in a box ends with "…", not in the middle of a letter.
    person.begin(Settings("line"))
    box = person.combo("task")
    box.setItemText(box.currentIndex(), "Own data, " + "measured in the garden " * 5)
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert option.currentText.startswith("Own data, measured")
    assert option.currentText.endswith("…")
