"""The data view: what is read and picked in it, whatever it shows."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QFontMetricsF

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import parse_recipe
from neuroviz.core.model.boundary import output_scale
from neuroviz.core.numbers import printed
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.data.scene import Now
from neuroviz.pictures.marks import ColourMap, Points
from neuroviz.ui.canvas.pen import ColourKey
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.theme import numeric_font
from neuroviz.ui.views.data.view import describe_sample, equation, reaching
from tests.eye import colours_in
from tests.ui.person import CTRL, KEY


def test_a_hovered_sample_is_read(open_window):
    """On a point x, z, ŷ, y and its loss are read; beside it the neuron."""
    person = open_window()
    for task in ("and", "line", "sum", "spam"):
        person.begin(Settings(task))
        person.settle()
        frame = person.frame
        now = Now(frame.parameters, frame.prediction.output, frame.right)
        positions = data_scene(frame.settings).positions(now)
        said = person.hover("data", *positions[0])
        nearest = [describe_sample(person.frame, i) for i in range(len(positions))]
        assert said in nearest
        if task in ("and", "line"):  # in the others points lie on each other
            assert said == nearest[0]
        for word in ("x (", "z ", "ŷ ", "y ", "loss "):
            assert word in said
        person.plot("data").left.emit()
        assert person.reading("data") == equation(person.frame)


def test_the_ring_goes_round_a_square_that_the_pointer_raises(open_window):
    """No corner sticks out of it: what is as white as the square's edge lies inside the ring."""
    person = open_window(Settings("and", learning_rate=1.0))
    person.bench.session.advance(200)  # the ground is blue there
    person.bench.player.advanced.emit()
    person.settle()
    person.hover("data", 0.0, 0.0)
    at = person.place("data", 0.0, 0.0)
    seen = person.plot("data").viewport().grab().toImage()
    ratio = seen.devicePixelRatio()
    away = [(x, y) for x in range(-20, 1) for y in range(-20, 21)]  # its output is at the right
    white = [
        math.hypot(x, y)
        for x, y in away
        if seen.pixelColor((QPointF(at + QPoint(x, y)) * ratio).toPoint()) == QColor("white")
    ]
    assert 8 < max(white) < 13.5


def test_a_click_picks_a_sample_in_plot_and_table(open_window):
    """A clicked point is ringed, its row selected and its numbers read.

    A click on the empty plane changes nothing.
    """
    person = open_window()
    person.settle()
    person.click_plot("data", 0.0, 1.0)
    assert person.points("data", "rings") == {(0.0, 1.0)}
    assert [
        index.row() for index in person.table("predictions").selectionModel().selectedRows()
    ] == [2]
    assert person.points("data", "wrong")
    assert person.reading("data") == "ring: the sample in the neuron · red: wrong"
    assert person.hover("data", 0.0, 1.0).startswith("x (0, 1)")
    person.click_plot("data", 0.5, 0.8)
    assert person.points("data", "rings") == {(0.0, 1.0)}
    assert person.frame.selection.sample == 2
    # The ring and the reading follow the run.
    person.begin(Settings())
    person.settle()
    person.click_plot("data", 1.0, 1.0)
    before = person.reading("data")
    person.press(KEY.Key_F8, CTRL)
    assert person.points("data", "rings") == {(1.0, 1.0)}
    assert person.reading("data") != before
    # A second click gives up a sample; another one takes it again.
    person.begin(Settings())
    picked = []
    for _ in range(3):
        person.click_plot("data", 1, 1)
        picked.append(person.frame.selection.sample)
    assert picked == [0, None, 0]


def test_the_ring_is_seen_beside_that_of_a_wrong_sample_and_in_a_crowd(open_window):
    """Its own edge, which a crowd needs, would hide the red ring of a wrong sample elsewhere."""
    person = open_window()
    person.settle()

    def colours(x, y):
        at = person.place("data", x, y)
        around = QRect(at.x() - 14, at.y() - 14, 29, 29)
        return colours_in(person.plot("data").grab(around).toImage())

    person.click_plot("data", 1, 1)
    assert person.points("data", "rings") == {(1.0, 1.0)}
    assert (1.0, 1.0) in person.points("data", "wrong")
    assert colours(1, 1) >= {themes.now.ink.lower(), themes.now.error.lower()}
    person.begin(Settings(data=parse_recipe("moons:count=2000").dataset()))
    person.settle()
    person.click_plot("data", *person.frame.settings.dataset.inputs[0])
    assert person.points("data", "rings")
    (ring,) = (mark for mark in person.marks("data", Points) if mark.outline == themes.now.ink)
    assert ring.rim.color == themes.now.card


def test_the_neuron_is_read_as_an_equation(open_window):
    """Where it fits a line, the neuron stands over the plot as it is now."""
    person = open_window()
    for settings, said in (
        (Settings("and_by_hand"), "ŷ = heaviside(1·x₁ + 1·x₂ − 1.5)"),
        (Settings("line", weights=(-2.0,), bias=0.5), "ŷ = −2·x + 0.5"),
        (Settings("or", weights=(0.5, -1.0), bias=-0.0), "ŷ = sigmoid(0.5·x₁ − 1·x₂ + 0)"),
        (Settings("spam"), "100 inputs, 200 samples"),
    ):
        person.begin(settings)
        assert person.reading("data") == said
    # The title follows the number of inputs, also from one task to the next.
    person.begin(Settings("spam"))
    for task, title in (
        ("and", "Output over the plane"),
        ("line", "Output over the input"),
        ("sum", "Output against target"),
    ):
        person.choose("task", task)
        assert person.bench.views["data"].heading.text() == title
        assert person.button("two_colours").isVisible() is (task == "and")


def test_a_narrow_plot_cuts_neither_its_title_nor_its_outputs(open_window):
    """At 1024x768 beside the side column the key of the colours makes room."""
    person = open_window(plots="kept")
    person.window.resize(1024, 768)
    person.bench.columns.show("side")
    person.settle()
    view = person.bench.views["data"]
    heading = view.heading
    wide = heading.fontMetrics().horizontalAdvance
    assert wide("Output") <= heading.width() < wide(heading.text())
    # The button after it stands beside the shorter title, not where the longer one would end.
    assert 0 <= view.chooser.x() - heading.x() - wide("Output") <= 4
    assert not view.findChild(ColourKey).isVisible()
    across, _ = view.plot.pixels()
    left, right, *_ = view.plot.sight
    beside = (right - 1.0) / (right - left) * across
    assert beside >= 14 + QFontMetricsF(numeric_font()).horizontalAdvance("0.6625")


def test_a_range_reaches_to_the_outputs_in_rounded_steps():
    """The range holds the outputs, and does not move with every one of them."""
    assert reaching(-1.0, 10.0, np.array([0.0, 9.0])) == (-1.0, 10.0)
    tops = {reaching(-1.0, 10.0, np.array([0.0, value]))[1] for value in np.linspace(11, 19, 50)}
    assert tops == {20.0}
    bottom, top = reaching(-1.0, 10.0, np.array([-300.0, 1e6]))
    assert bottom <= -300
    assert top >= 1e6
    # An output of 0, as of a ReLU that is dead, is whole in a plot of 120 pixels, too.
    bottom, top = reaching(32.0, 98.0, np.array([0.0]))
    assert -bottom / (top - bottom) * 120 > 10
    bottom, top = reaching(-1.0, 10.0, np.array([-300.0, 9.0]))
    assert 10 + 0.07 * (top - bottom) < top  # a ring round the highest sample is not cut


def test_numbers_on_a_plane_have_a_key_and_samples_the_sign_of_their_error(open_window):
    """The map goes from light to dark; ŷ is 0.5 everywhere: too high, and too low twice."""
    data = Dataset([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [0.0, 1.0, 2.0], classes=False)
    person = open_window(Settings("line", data=data, weights=(0.0, 0.0), bias=0.5))
    person.settle()
    (image,) = person.marks("data", ColourMap)
    assert image.stops == themes.now.palette.sequential
    low, high = output_scale(person.frame.settings)
    key = person.bench.views["data"].findChild(ColourKey)
    assert key.isVisible()
    assert (
        key.accessibleName() == f"Colours: output ŷ, from {printed(low, 3)} to {printed(high, 3)}"
    )
    found = {
        mark.color: np.column_stack((mark.x, mark.y)).tolist()
        for mark in person.marks("data", Points)
    }
    palette = themes.now.palette
    assert found[palette.positive] == [[0, 0]]
    assert found[palette.negative] == [[1, 0], [0, 1]]
    assert "orange: ŷ too high" in person.reading("data")
    # One input in thousands beside one in ones: as on paper, their units are not as long then.
    data = Dataset([[0.0, 0.0], [3000.0, 1.0], [1000.0, 0.5]], [0.0, 1.0, 1.0], classes=True)
    person.begin(Settings("and", data=data))
    person.settle()
    (left, right), (bottom, top) = person.plot("data").box.viewRange()
    assert (right - left, top - bottom) == pytest.approx((1.8 * 3000, 1.8))
