"""The state of the run in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.sentences import breaks_line
from tests.ui.person import Person

Open = Callable[..., Person]
KEY = Qt.Key


def chip(person: Person) -> tuple[str, str]:
    """Return the state and the mood it is painted in."""
    label = person.find(QLabel, "state")
    return label.text(), label.property("chip")


def says_the_remedy(person: Person) -> bool:
    """Return whether the sentence ends with the remedy."""
    diagnosis = person.frame.diagnosis
    assert diagnosis is not None
    assert diagnosis.remedy
    return person.text("sentence") == f"{diagnosis.sentence} {diagnosis.remedy}"


def test_not_started(open_window: Open) -> None:
    """Before the first step the chip says so, in no mood, and the words say what to press."""
    person = open_window()
    assert chip(person) == ("not started", "neutral")
    assert says_the_remedy(person)
    assert "Run" in person.text("sentence")


def test_learning(open_window: Open) -> None:
    """A run whose loss falls is learning; after a reset it has not started."""
    person = open_window(Settings("and", learning_rate=1.0))
    for _ in range(20):
        person.press(KEY.Key_F8)
    assert chip(person) == ("learning", "good")
    assert says_the_remedy(person)
    person.press(KEY.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert chip(person) == ("not started", "neutral")


def test_overflow(open_window: Open) -> None:
    """A run that is no longer finite is bad; the sentence names step and rate, and why."""
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    person.run_until(lambda: not person.bench.player.running)
    assert chip(person) == ("overflow", "bad")
    assert "no longer finite" in person.text("sentence")
    assert "is above 0.06256" in person.text("sentence")


def test_the_chip_wears_the_mood(open_window: Open) -> None:
    """Another mood is another colour, not only another word."""
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    label = person.find(QLabel, "state")
    before = label.grab().toImage().pixelColor(6, label.height() // 2).name()
    person.run_until(lambda: not person.bench.player.running)
    assert label.grab().toImage().pixelColor(6, label.height() // 2).name() != before


def test_nothing_jumps(open_window: Open) -> None:
    """The panel is of one height whatever it says."""
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    before = person.bench.status_bar.height()
    first = person.text("sentence")
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert person.text("sentence") != first
    assert person.bench.status_bar.height() == before


def test_a_run_past_the_limit_is_explained(open_window: Open) -> None:
    """The direction that blows up, its factor and the limit are said.

    The button starts one that learns.
    """
    person = open_window(Settings("line", learning_rate=0.07))
    below = person.button("rate_below_limit")
    start = person.frame.parameters
    assert not below.isVisible()
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert chip(person) == ("diverging", "bad")
    assert "grows 1.238-fold in every step" in person.text("sentence")
    assert "(w₁ " in person.text("sentence")
    assert not person.button("step_back_to_lowest").isVisible()
    assert below.isVisible()
    person.click("rate_below_limit")
    assert person.step == 0
    assert np.array_equal(person.frame.parameters, start)
    assert person.box("learning_rate").value() == pytest.approx(0.9 * 2 / 31.9679, rel=1e-4)
    assert "grows" not in person.text("sentence")
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert "grows" not in person.text("sentence")
    assert not below.isVisible()
    assert person.rows.loss[-1] < 0.01 * person.rows.loss[0]


def test_a_run_still_below_its_start_goes_on_below_the_limit(open_window: Open) -> None:
    """What was learned before the rate was set too high is not thrown away."""
    person = open_window(Settings("line", learning_rate=0.05))
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.type_into("learning_rate", "0.07")
    person.press(KEY.Key_F8)
    assert person.button("rate_below_limit").text() == "Use a rate below the limit"
    person.click("rate_below_limit")
    assert person.step == 101


def test_an_overflow_starts_anew_below_the_limit(open_window: Open) -> None:
    """One press starts from the same weights with a rate that is small enough.

    Undo brings the old run back.
    """
    person = open_window(Settings("line", learning_rate=0.07, epochs=10**6))
    person.run_until(lambda: not person.bench.player.running)
    last = person.step
    assert person.button("rate_below_limit").text() == "Start anew, below the limit"
    assert not person.button("step_back_to_lowest").isVisible()
    assert person.text("sentence").count("0.06256") == 1
    person.click("rate_below_limit")
    assert person.step == 0
    assert person.text("sentence").startswith(
        f"The run of {last:,} epochs is put aside: Ctrl+Z brings it back."
    )
    person.press(KEY.Key_F8)
    assert person.step == 1
    assert "put aside" not in person.text("sentence")
    assert person.box("learning_rate").value() == pytest.approx(0.9 * 2 / 31.9679, rel=1e-4)
    assert not person.button("rate_below_limit").isVisible()
    person.press(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert person.step == last
    assert chip(person) == ("overflow", "bad")


def test_a_run_that_blew_up_is_stepped_back(open_window: Open) -> None:
    """Where theory knows no limit, a button looks at the lowest loss; a rate branches there."""
    person = open_window(Settings("line", learning_rate=0.07, epochs=100, batch_size=3))
    assert not person.button("rate_below_limit").isVisible()
    person.run_until(lambda: not person.bench.player.running)
    step, losses = person.step, person.rows.loss
    person.click("step_back_to_lowest")
    assert person.frame.step == int(person.rows.steps[losses.argmin()])
    assert person.frame.current_loss == losses.min()
    assert person.step == step
    person.type_into("learning_rate", "0.05")
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert person.frame.current_loss < losses.min()


def test_where_theory_says_nothing_there_is_no_button(open_window: Open) -> None:
    """With Adam the remedy stays in words."""
    person = open_window(Settings("line", learning_rate=0.07, optimizer="adam"))
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert not person.button("rate_below_limit").isVisible()
    assert says_the_remedy(person)


def test_words_without_room_are_cut_and_told_whole(open_window: Open) -> None:
    """In a small window the words end in an ellipsis, and stand whole where the pointer rests."""
    person = open_window(Settings("line", learning_rate=0.07, epochs=10**6))
    person.window.resize(900, 600)
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert person.text("sentence").endswith(" …")
    whole = person.find(QLabel, "sentence").toolTip()
    assert whole.startswith(person.text("sentence").removesuffix(" …"))
    assert "in every step" in whole


def test_what_is_broken_on_purpose_is_marked(open_window: Open) -> None:
    """Names and what to look for stand in a warning chip, apart from the state.

    Nothing while nothing is broken.
    """
    person = open_window(Settings("and", breaks=("ascent",)))
    label = person.find(QLabel, "on_purpose")
    assert label.isVisible()
    assert label.property("chip") == "warn"
    assert label.text().startswith("On purpose: Gradient ascent. Look for")
    for _ in range(20):
        person.press(KEY.Key_F8)
    assert chip(person) == ("diverging", "bad")
    assert "up the gradient" in person.text("sentence")
    person.press(KEY.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert person.frame.settings.breaks == ("ascent",)  # Reset keeps them
    person.choose("task", "or")
    person.settle()
    assert person.frame.settings.breaks == ()
    assert not label.isVisible()


def test_no_card_moves_when_the_chip_comes(open_window: Open) -> None:
    """What is broken on purpose is said in the room that there is: every card stays where it is."""
    person = open_window()
    person.settle()
    cards = list(person.bench.views.values())
    before = [card.geometry() for card in cards]
    person.bench.change_control.change({"breaks": tuple(BREAKS)})
    person.settle()
    assert person.find(QLabel, "on_purpose").isVisible()
    assert [card.geometry() for card in cards] == before


def test_many_are_cut_and_whole_where_the_pointer_rests(open_window: Open) -> None:
    """The chip has three lines; what does not fit is in the tooltip."""
    person = open_window(Settings("and", breaks=tuple(BREAKS)))
    person.window.resize(1024, 768)
    person.settle()
    label = person.find(QLabel, "on_purpose")
    assert label.text().endswith(" …")
    assert label.toolTip() == breaks_line(person.frame.settings)
    assert label.heightForWidth(label.width()) <= label.height()


def test_the_start_of_a_run_that_went_on_is_no_run_that_has_not_begun(open_window: Open) -> None:
    """Looked back at, step 0 is the start.

    How far the run has come is said, and how to get there.
    """
    person = open_window(Settings("and", learning_rate=1.0))
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.bench.look_control.look_at(0)
    person.settle()
    assert chip(person) == ("start", "neutral")
    assert "step 3" in person.text("sentence")
    assert "Press Run" not in person.text("sentence")
    person.press(KEY.Key_F4)
    assert "step 3: F4" not in person.text("sentence")
