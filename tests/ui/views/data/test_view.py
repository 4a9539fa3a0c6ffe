"""The data view: what is read and picked in it, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.views.data.view import describe_sample, equation
from tests.ui.person import Person

Open = Callable[..., Person]


@pytest.mark.parametrize("task", ["and", "line", "sum", "spam"])
def test_a_hovered_sample_is_read(open_window: Open, task: str) -> None:
    """On a point x, z, ŷ, y and its loss are read; beside it the neuron."""
    person = open_window(Settings(task))
    person.settle()
    positions = person.window.views["data"]._scene.positions(person.frame)
    said = person.hover("data", *positions[0])
    nearest = [describe_sample(person.frame, i) for i in range(len(positions))]
    assert said in nearest
    if task in ("and", "line"):  # in the others points lie on each other
        assert said == nearest[0]
    for word in ("x (", "z ", "ŷ ", "y ", "loss "):
        assert word in said
    person.plot("data").left.emit()
    assert person.reading("data") == equation(person.frame)


def test_a_click_picks_a_sample_in_plot_and_table(open_window: Open) -> None:
    """A clicked point is ringed, its row selected and its numbers read; a click beside it lets go."""
    person = open_window()
    person.settle()
    person.click_plot("data", 0.0, 1.0)
    assert person.points("data", "rings") == {(0.0, 1.0)}
    assert [index.row() for index in person.table("predictions").selectionModel().selectedRows()] == [2]
    assert person.reading("data").startswith("x (0, 1)")
    person.click_plot("data", 0.5, 0.5)
    assert person.points("data", "rings") == set()
    assert not person.table("predictions").selectionModel().hasSelection()


def test_a_picked_sample_stays_through_the_run(open_window: Open) -> None:
    """The ring and the reading follow the run."""
    person = open_window()
    person.settle()
    person.click_plot("data", 1.0, 1.0)
    before = person.reading("data")
    person.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert person.points("data", "rings") == {(1.0, 1.0)}
    assert person.reading("data") != before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings("and_by_hand"), "ŷ = step(1·x₁ + 1·x₂ − 1.5)"),
        (Settings("line", weights=(-2.0,), bias=0.5), "ŷ = -2·x + 0.5"),
        (Settings("or", weights=(0.5, -1.0), bias=-0.0), "ŷ = sigmoid(0.5·x₁ − 1·x₂ + 0)"),
        (Settings("spam"), "100 inputs, 200 samples"),
    ],
)
def test_the_neuron_is_read_as_an_equation(open_window: Open, settings: Settings, said: str) -> None:
    """Where it fits a line, the neuron stands over the plot as it is now."""
    assert open_window(settings).reading("data") == said


@pytest.mark.parametrize(
    ("task", "title"),
    [("and", "Output over the plane"), ("line", "Line and residuals"), ("sum", "Prediction against target")],
)
def test_the_title_says_what_is_shown(open_window: Open, task: str, title: str) -> None:
    """The content follows the number of inputs, also from one task to the next."""
    person = open_window(Settings("spam"))
    person.choose("task", task)
    assert person.window.views["data"].heading.text() == title
    assert person.button("two_colours").isVisible() is (task == "and")


def test_a_second_click_gives_up_a_sample(open_window: Open) -> None:
    """The ring goes, and with it the sample; another click takes it again."""
    person = open_window()
    picked = []
    for _ in range(3):
        person.click_plot("data", 1, 1)
        picked.append(person.frame.look.sample)
    assert picked == [0, None, 0]
