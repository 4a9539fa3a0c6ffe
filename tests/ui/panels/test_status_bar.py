"""The state of the run in words."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.sentences import breaks_line
from neuroviz.core.diagnosis.states import CLAIMS
from neuroviz.core.numbers import with_real_minus
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.theme import theme as themes
from tests.ui.person import Person

Open = Callable[..., Person]
KEY = Qt.Key
ALONE = tuple(name for name, row in BREAKS.items() if not row.least_hidden)
"""What can be broken in one neuron."""


def headline(person: Person) -> tuple[str, str]:
    """Return the headline and the mood it is painted in."""
    label = person.find(QLabel, "state")
    return label.text(), label.property("mood")


def take_the_next_step(person: Person) -> None:
    """Press the button of the foot: what it names is done, and the run goes by itself."""
    person.click("next_step")
    assert person.bench.player.running
    step = person.step
    person.qtbot.waitUntil(lambda: person.step > step)
    person.bench.player.pause()


def whole(person: Person) -> str:
    """Return all that is said beside the headline: it stands where the pointer rests."""
    return person.find(QLabel, "sentence").toolTip()


def says_the_remedy(person: Person) -> bool:
    """Return whether the reason is seen alone, and all of it and the remedy are in its tip."""
    diagnosis = person.frame.diagnosis
    assert diagnosis is not None
    assert diagnosis.remedy
    assert diagnosis.headline not in whole(person)
    assert person.text("sentence") == with_real_minus(diagnosis.why)
    said = diagnosis.why, diagnosis.more, diagnosis.remedy
    return whole(person) == with_real_minus(" ".join(filter(None, said)))


def test_not_started(open_window: Open) -> None:
    """Before the first step the headline says so, in no mood, and the words say what to press."""
    person = open_window()
    assert headline(person) == ("At the start", "neutral")
    assert person.text("sentence") == "Press Run, or Step for one update."
    assert whole(person).endswith("No step has been taken yet: these are the weights of the start.")


def test_learning(open_window: Open) -> None:
    """A run whose loss falls is learning; after a reset it has not started."""
    person = open_window(Settings("and", learning_rate=1.0))
    for _ in range(5):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Learning: the loss falls", "good")
    for _ in range(15):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Every row is right", "good")
    assert says_the_remedy(person)
    person.press(KEY.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert headline(person) == ("At the start", "neutral")


def test_overflow(open_window: Open) -> None:
    """A run that is no longer finite is bad; the sentence names step and rate, and why."""
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    person.run_until(lambda: not person.bench.player.running)
    assert headline(person) == ("Overflow: the run has stopped", "bad")
    assert "no longer finite" in whole(person)
    assert "is above the limit 0.06256" in person.text("sentence")


def test_the_dot_wears_the_mood(open_window: Open) -> None:
    """Another mood is another colour, not only another word."""
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    line, label = person.bench.status_bar, person.find(QLabel, "state")

    def dot() -> str:
        at = label.geometry().center().y()
        return line.grab().toImage().pixelColor(label.x() - 21, at).name()

    before = dot()
    person.run_until(lambda: not person.bench.player.running)
    assert dot() != before


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

    The button starts one that learns, also where the curve of the rates is not known.
    """
    person = open_window(Settings("line", learning_rate=0.07))
    person.bench.form.ruler.be_silent(True)
    below = person.button("next_step")
    start = person.frame.parameters
    assert not below.isVisible()
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert headline(person) == ("Diverging: it will overflow", "bad")
    assert person.text("sentence").startswith("Learning rate 0.07 is above the limit 0.06256, ")
    assert "grows 1.238-fold in every step" in whole(person)
    assert "(w₁ " in whole(person)
    assert not person.button("step_back_to_lowest").isVisible()
    assert below.isVisible()
    take_the_next_step(person)
    assert np.array_equal(person.rows.kept_before(0).parameters, start)
    assert person.box("learning_rate").value() == 0.031
    assert "grows" not in whole(person)
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert "grows" not in whole(person)
    assert not below.isVisible()
    assert person.rows.loss[-1] < 0.01 * person.rows.loss[0]


def test_an_overflow_starts_anew_below_the_limit(open_window: Open) -> None:
    """One press starts from the same weights with a rate that is small enough.

    Undo brings the old run back.
    """
    person = open_window(Settings("line", learning_rate=0.07, epochs=10**6))
    person.bench.form.ruler.be_silent(True)
    person.run_until(lambda: not person.bench.player.running)
    last = person.step
    assert person.button("next_step").text() == "Start anew with rate 0.031"
    assert not person.button("step_back_to_lowest").isVisible()
    assert person.text("sentence").count("0.06256") == 1
    assert "the limit for these data, such as 0.031" in person.button("next_step").toolTip()
    take_the_next_step(person)
    assert person.frame.edits == ()
    assert person.box("learning_rate").value() == 0.031
    assert not person.button("next_step").isVisible()
    person.press(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert person.step == last
    assert headline(person) == ("Overflow: the run has stopped", "bad")


def test_a_run_that_blew_up_is_stepped_back(open_window: Open) -> None:
    """Where theory knows no limit, a button looks at the lowest loss; a rate branches there."""
    person = open_window(Settings("line", learning_rate=0.07, epochs=100, batch_size=3))
    assert not person.button("next_step").isVisible()
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
    assert not person.button("next_step").isVisible()
    assert says_the_remedy(person)


def test_words_without_room_are_cut_and_told_whole(open_window: Open) -> None:
    """In a small window the words end in an ellipsis, and stand whole where the pointer rests."""
    person = open_window(Settings("line", learning_rate=0.07, epochs=10**6))
    person.window.resize(900, 600)
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    label = person.find(QLabel, "sentence")
    assert label.text().endswith("…")
    whole = label.toolTip()
    assert whole.startswith(label.text().removesuffix("…").rstrip())
    assert "in every step" in whole


def test_why_it_is_impossible_is_told_beside_its_button(open_window: Open) -> None:
    """In a small window, and the row is as high as for every state; the button ends at the edge."""
    person = open_window(Settings("xor", hidden=3, hidden_activation="identity"))
    person.window.resize(1024, 768)
    person.settle()
    bar, button = person.bench.status_bar, person.button("next_step")
    before = bar.height()
    person.run_until(lambda: headline(person)[0] == "Impossible: identity adds nothing")
    person.bench.player.pause()
    person.settle()
    person.qtbot.waitUntil(lambda: says_the_remedy(person))
    assert bar.height() == before
    assert button.height() == button.sizeHint().height() <= bar.contentsRect().height()
    margin = bar.layout().contentsMargins().right()
    assert button.geometry().right() == bar.contentsRect().right() - margin


SEEN = {
    "Learning": (Settings("and", learning_rate=1.0), 8),
    "Every row is right": (Settings("and", learning_rate=1.0, epochs=60), 60),
    "Converged": (Settings("double", learning_rate=0.1), 1500),
    "Cycling": (Settings("double", loss="mae", learning_rate=0.1), 400),
    "Diverging": (Settings("line", learning_rate=0.07), 100),
    "Overflow": (Settings("line", learning_rate=0.07, epochs=10**6), 10**4),
    "Impossible": (Settings("xor", learning_rate=1.0), 600),
    "Plateau": (Settings("xor", hidden=2, seed=1), 3000),
    "Dead": (Settings("xor", hidden=2, hidden_activation="relu"), 1000),
    "Twins": (Settings("xor", hidden=2, breaks=("equal_start",)), 300),
    "Saturated": (
        Settings("and", breaks=("naive_bce",), weights=(90.0, 90.0), bias=-40.0, learning_rate=0.1),
        50,
    ),
}
"""Headline, or its first words -> a run, and the steps after which it is told."""


@pytest.mark.parametrize("state", SEEN)
def test_why_is_whole_in_a_small_window(open_window: Open, state: str) -> None:
    """One sentence, beside a button and a chip too, in a row as high as at the start."""
    settings, steps = SEEN[state]
    person = open_window(settings)
    person.bench.form.ruler.be_silent(True)  # whose curve has another remedy
    person.window.resize(1024, 768)
    person.settle()
    before = person.bench.status_bar.height()
    person.bench.session.advance(steps)
    person.bench.frame_dispatcher.now()
    person.settle()
    assert headline(person)[0].startswith(state)
    assert says_the_remedy(person) or person.frame.why_it_diverges
    assert person.text("sentence") == with_real_minus(person.frame.diagnosis.why)
    assert person.bench.status_bar.height() == before


def test_what_happened_stands_before_why_where_both_are_whole(open_window: Open) -> None:
    """Where they have no room together it stands alone; the rest is where the pointer rests."""
    person = open_window(Settings("xor", hidden=2, breaks=("equal_start",), epochs=20))
    person.bench.form.ruler.be_silent(True)
    person.run_until(lambda: not person.bench.player.running)
    event = "Epoch 20 is reached. Run goes on to epoch 40."
    why = "h₁ and h₂ are equal to the last bit, and so are their gradients."
    for width, words in ((1440, f"{event} {why}"), (1024, event), (1440, f"{event} {why}")):
        person.window.resize(width, 768)
        person.settle()
        assert headline(person)[0] == "Twins: h₁ and h₂ do what one could"
        assert person.text("sentence") == words
        assert whole(person).startswith(f"{event} {why} Together ")


def test_a_rate_that_was_just_raised_has_changed_nothing_yet(open_window: Open) -> None:
    """The curve beside the words is flat: what is foreseen is said, and comes true."""
    person = open_window(Settings("line", learning_rate=0.01))
    for _ in range(5):
        person.press(KEY.Key_F8)
    person.type_into("learning_rate", "0.2")
    assert headline(person) == ("From here on it will overflow", "bad")
    person.press(KEY.Key_F8)
    assert headline(person) == ("Diverging: it will overflow", "bad")
    person.bench.transport.set_pace("to_end")
    person.press(KEY.Key_F5)
    person.run_until(lambda: not person.bench.player.running)
    assert headline(person)[0].startswith("Overflow")


def test_what_is_broken_on_purpose_is_marked(open_window: Open) -> None:
    """Names and what to look for stand in a warning chip, apart from the state.

    Nothing while nothing is broken.
    """
    person = open_window(Settings("and", breaks=("ascent",)))
    label = person.find(QLabel, "on_purpose")
    assert label.isVisible()
    assert label.property("chip") == "warn"
    assert label.text() == "On purpose: Gradient ascent"
    assert label.toolTip().startswith("On purpose: Gradient ascent. Look for")
    for _ in range(20):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Diverging: it will overflow", "bad")
    assert "up the gradient" in person.text("sentence")
    person.press(KEY.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert person.frame.settings.breaks == ("ascent",)  # Reset keeps them
    person.choose("task", "or")
    person.settle()
    assert person.frame.settings.breaks == ()
    assert not label.isVisible()


def test_the_headline_is_never_cut(open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is little room the chip has the name alone, and the reason is left to its tip."""
    monkeypatch.setattr(themes, "point_size", lambda: 13.0)
    person = open_window(Settings("and", learning_rate=1.0, breaks=("ascent",)))
    person.window.resize(1024, 768)
    person.bench.run_control.step_100()
    person.qtbot.waitUntil(lambda: person.find(QToolButton, "step_back_to_lowest").isVisible())
    person.settle()
    assert person.find(QLabel, "on_purpose").text() == "Gradient ascent"
    shown = person.find(QLabel, "state")
    assert shown.width() >= shown.sizeHint().width()
    assert person.find(QLabel, "sentence").toolTip()


def test_no_card_moves_when_the_chip_comes(open_window: Open) -> None:
    """What is broken on purpose is said in the room that there is: every card stays where it is."""
    person = open_window()
    person.settle()
    cards = list(person.bench.views.values())
    before = [card.geometry() for card in cards]
    person.bench.change_control.change({"breaks": ALONE})
    person.settle()
    assert person.find(QLabel, "on_purpose").isVisible()
    assert [card.geometry() for card in cards] == before


def test_many_are_cut_and_whole_where_the_pointer_rests(open_window: Open) -> None:
    """The chip has one line; what does not fit is in the tooltip."""
    person = open_window(Settings("and", breaks=ALONE))
    person.window.resize(1024, 768)
    person.settle()
    label = person.find(QLabel, "on_purpose")
    assert label.text().endswith("…")
    assert label.toolTip() == breaks_line(person.frame.settings)
    assert label.sizeHint().width() <= label.width()


def test_the_remedy_is_a_button_where_a_change_does_it(open_window: Open) -> None:
    """A press does what the words say, and the state is gone."""
    person = open_window(Settings("and", learning_rate=1.0, breaks=("ascent",)))
    for _ in range(3):
        person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    button = person.button("next_step")
    assert button.text() == "Try without it"
    assert button.toolTip() == person.frame.diagnosis.remedy
    take_the_next_step(person)
    assert person.frame.settings.breaks == ()
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    assert person.frame.diagnosis.state != "diverging"


@pytest.mark.parametrize(
    ("settings", "epochs"),
    [
        (Settings("and", learning_rate=1.0, epochs=1000), 41),
        (Settings("and", l2=0.01, learning_rate=50.0, epochs=300), 100),
        (Settings("line", learning_rate=0.07, epochs=200), 100),
        (Settings("line", learning_rate=0.0001, epochs=200), 100),
        (Settings("line", learning_rate=0.0624, epochs=100, batch_size=3), 60),
    ],
    ids=["learning", "cycling", "diverging", "slow", "batches"],
)
def test_a_rate_that_is_offered_is_the_best_of_the_ruler(
    open_window: Open, settings: Settings, epochs: int
) -> None:
    """Whatever the state; a press starts the run anew, and it ends with the loss that is said."""
    person = open_window(settings)
    slider = person.find(RateSlider, "learning_rate_slider")
    button = person.button("next_step")
    person.bench.session.advance(epochs * settings.steps_per_epoch)
    person.bench.frame_dispatcher.now()
    person.qtbot.waitUntil(lambda: "Best: " in slider.toolTip() and "rate" in button.text())
    said = re.search(
        r"best rate found is (\S+): from this start to (\S+) at epoch", button.toolTip()
    )
    assert said is not None
    assert button.text() == f"Start anew with rate {said[1]}"
    best = [float(end) for end in re.findall(r"[\d.]+(?= to|\.\n)", slider.toolTip())]
    assert best[0] <= float(said[1]) <= best[-1]
    assert person.button("set_best").toolTip().startswith(f"Take {said[1]}. Curve: ")
    person.choose("pace", "to_end")
    person.click("next_step")
    # At the end, or where it pauses before, as nothing can change any more.
    person.qtbot.waitUntil(lambda: person.text("epoch") != "0" and not person.bench.player.running)
    person.settle()
    assert person.text("current_loss") == said[2]
    assert "rate" not in button.text() or not button.isVisible()


def test_at_the_best_rate_no_other_is_asked_for(open_window: Open) -> None:
    """That none is better is said in place of it."""
    person = open_window(Settings("line", learning_rate=0.0617, epochs=1000))
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    none = "No rate was found that ends much lower"
    person.qtbot.waitUntil(lambda: none in whole(person))
    assert not person.button("next_step").isVisible()


def test_a_lesson_that_locks_the_rate_runs_nothing_either(open_window: Open) -> None:
    """The button says why, and no step is taken."""
    person = open_window(Settings("line", learning_rate=0.07))
    person.press(KEY.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.bench.change_control.objection = lambda control: "Not in this step."
    person.click("next_step")
    assert not person.bench.player.running
    assert person.step == 100


def test_what_a_lesson_sets_by_hand_is_not_called_flat(open_window: Open) -> None:
    """Where a neuron of typed weights cannot be trained, nobody is frightened by that."""
    person = open_window(Settings(activation="step", loss="mse", weights=(1.0, 1.0), bias=-1.5))
    assert headline(person)[0] == "Flat: training changes nothing"
    person.bench.status_bar.advises = False
    person.bench.frame_dispatcher.now()
    assert headline(person) == ("Set by hand", "neutral")


def test_a_headline_has_at_most_eight_words_in_room_for_its_reason(open_window: Open) -> None:
    """At 1024 pixels a third of the row is left for why, whatever the headline."""
    words = [claim.headline for claim in CLAIMS if isinstance(claim.headline, str)]
    assert max(len(each.split()) for each in words) <= 8
    person = open_window()
    person.window.resize(1024, 768)
    bar = person.bench.status_bar
    for each in words:
        bar.state.setText(each)
        person.settle()
        assert bar.sentence.width() > bar.width() / 3, each


def test_the_start_of_a_run_that_went_on_is_no_run_that_has_not_begun(open_window: Open) -> None:
    """Looked back at, step 0 is the start.

    How far the run has come is said, and how to get there.
    """
    person = open_window(Settings("and", learning_rate=1.0))
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.bench.look_control.look_at(0)
    person.settle()
    assert headline(person) == ("At the start", "neutral")
    assert "step 3" in person.text("sentence")
    assert "Press Run" not in person.text("sentence")
    person.press(KEY.Key_F4)
    assert "step 3: F4" not in person.text("sentence")
