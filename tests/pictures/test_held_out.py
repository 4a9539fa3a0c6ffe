"""Rows held out are hollow, where they stand, and the data's names and units stand at the axes."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.boundary import output_at
from neuroviz.pictures.data.figure import data_figure, data_scene
from neuroviz.pictures.input_names import input_label, own_units
from neuroviz.pictures.marks import HOLLOW, Points
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.render import render
from tests.for_each import for_each

ONE = [[1.0], [2.0], [3.0], [9.0]]
TWO = [[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [9.0, 90.0]]
THREE = [[1.0, 10.0, 1.0], [2.0, 30.0, 2.0], [3.0, 20.0, 1.0], [9.0, 90.0, 3.0]]


def held(inputs, *, classes):
    """Return data whose last row is held out, and far from the others."""
    data = Dataset(inputs, [0.0, 1.0, 0.0, 1.0], classes, held_out=(3,))
    return Settings(data=data.scaled("standardise"))


@for_each("classes", [True, False])
@for_each("inputs", [ONE, TWO, THREE])
def test_they_stand_hollow_among_the_others_and_in_sight(inputs, classes):
    """Where the neuron gets them, scaled by the numbers of the others.

    Of many inputs at what it says.
    """
    settings = held(inputs, classes=classes)
    theta = np.linspace(0.5, -0.5, settings.dataset.width + 1)
    figure = data_figure(settings, theta)
    (mark,) = (
        m for m in figure.marks if isinstance(m, Points) and (m.label or "").startswith("held out")
    )
    x = settings.coded_inputs_of(settings.held_out)[0]
    y = {1: 1.0, 2: x[-1]}.get(len(x), float(output_at(settings, theta, x[None])[0]))
    assert (mark.x[0], mark.y[0]) == pytest.approx((x[0] if len(x) < 3 else 1.0, y))
    assert mark.color == (PAPER.ground if classes else HOLLOW)
    assert mark.outline == (PAPER.positive if classes else PAPER.ink)
    assert mark.label == ("held out, class 1" if classes else "held out")
    if len(inputs[0]) < 3:
        left, right, bottom, top = data_scene(settings).bounds
        assert left < mark.x[0] < right
        assert bottom < mark.y[0] < top


@pytest.mark.parametrize("classes", [True, False], ids=["classes", "numbers"])
def test_only_they_are_hollow_and_every_outline_is_seen_on_the_map(classes):
    """Of a regression the others are solid.

    Whatever the map is where they stand, and the ground is round them.
    """
    marks = [
        m
        for m in data_figure(held(TWO, classes=classes), np.zeros(3)).marks
        if isinstance(m, Points) and m.label != "wrong"
    ]
    hollow = [mark for mark in marks if mark.color in (HOLLOW, PAPER.ground)]
    assert [float(mark.x[0]) for mark in hollow] == [float(hollow[0].x[0])] * 2
    assert {mark.outline for mark in hollow} == {
        PAPER.ground,
        PAPER.positive if classes else PAPER.ink,
    }
    solid = [mark for mark in marks if mark not in hollow and mark.marker != "x"]
    places = {place for mark in solid for place in zip(mark.x, mark.y, strict=True)}
    assert len(places) == 3
    assert {mark.color for mark in solid} <= {PAPER.ink, PAPER.positive, PAPER.negative}
    assert {mark.outline for mark in solid} == {PAPER.ground, PAPER.ink}
    assert render(data_figure(held(TWO, classes=classes), np.zeros(3)), ".svg")


def test_axes_have_the_names_of_the_data_and_say_how_they_are_scaled():
    """Names of one's own as they are; a task's with real indices; a long one is cut."""
    assert [input_label(Settings("and"), i) for i in (0, 1)] == ["x₁", "x₂"]
    assert input_label(Settings("and", inputs="pm1"), 1) == "x₂ (coded −1, 1)"
    assert input_label(Settings("line"), 0) == "x"
    data = Dataset(TWO, [0.0, 1.0, 0.0, 1.0], True, input_names=("warmth", "p" * 40))
    settings = Settings(data=data.scaled("unit"))
    assert data_scene(settings).labels == (
        "warmth (scaled to 0 … 1)",
        f"{'p' * 23}… (scaled to 0 … 1)",
    )
    assert own_units(settings, 1) == "scaled to 0 … 1 from (2, 30)"
    assert own_units(Settings("and"), 0) == ""


def test_classes_of_own_data_have_their_names_in_the_legend():
    """Those held out too."""
    data = Dataset(
        np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]),
        np.array([0.0, 1.0, 0.0, 1.0]),
        classes=True,
        class_names=("nein", "ja"),
        held_out=(3,),
    )
    figure = data_figure(Settings(data=data), np.array([1.0, 1.0, -1.0]))
    labels = {mark.label for mark in figure.marks if isinstance(mark, Points)}
    assert labels >= {"nein (y = 0)", "ja (y = 1)", "held out, ja"}
