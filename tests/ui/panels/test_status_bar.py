"""The state of the run in words."""

import re

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QToolButton

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.sentences import breaks_line
from neuroviz.core.diagnosis.states import CLAIMS
from neuroviz.core.numbers import measured, with_real_minus
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY

ALONE = tuple(name for name, row in BREAKS.items() if not row.least_hidden)
"""What can be broken in one neuron."""


def headline(person):
    """Return the headline and the mood it is painted in."""
    label = person.find(QLabel, "state")
    return label.text(), label.property("mood")


def take_the_next_step(person):
    """Press the button of the foot: what it names is done, and the run goes by itself."""
    person.click("next_step")
    assert person.bench.player.running
    step = person.step
    person.qtbot.waitUntil(lambda: person.step > step)
    person.bench.player.pause()


def whole(person):
    """Return all that is said beside the headline: it stands where the pointer rests."""
    return person.find(QLabel, "sentence").toolTip()


def says_the_remedy(person):
    """Return whether the reason is seen alone, and all of it and the remedy are in its tip."""
    diagnosis = person.frame.diagnosis
    assert diagnosis.remedy
    assert diagnosis.headline not in whole(person)
    assert person.text("sentence") == with_real_minus(diagnosis.why)
    said = diagnosis.why, diagnosis.more, diagnosis.remedy
    return whole(person) == with_real_minus(" ".join(filter(None, said)))


def test_a_run_that_learns_and_one_that_has_not_begun(open_window):
    """Before the first step the headline says so, in no mood, and the words say what to press."""
    person = open_window()
    assert headline(person) == ("At the start", "neutral")
    assert person.text("sentence") == "Press Run, or Step for one update."
    assert whole(person).endswith("No step has been taken yet: these are the start weights.")
    # A run whose loss falls is learning; after a reset it has not started.
    person.begin(Settings("and", learning_rate=1.0))
    for _ in range(5):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Learning: the loss falls", "good")
    for _ in range(15):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Every sample is right", "good")
    assert says_the_remedy(person)
    person.press(KEY.Key_R, CTRL)
    assert headline(person) == ("At the start", "neutral")
    # Looked back at, step 0 is the start; it is said how far the run has come.
    person.begin(Settings("and", learning_rate=1.0))
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.bench.look_control.look_at(0)
    person.settle()
    assert headline(person) == ("At the start", "neutral")
    assert "step 3" in person.text("sentence")
    assert "Press Run" not in person.text("sentence")
    person.press(KEY.Key_F4)
    assert "step 3: F4" not in person.text("sentence")


def test_while_a_run_learns_no_button_blinks(open_window, qtbot):
    """A better rate is offered where the run rests, and not between steps that come slowly."""
    person = open_window(Settings("and", learning_rate=1.0))
    player = person.bench.player
    button = person.find(QToolButton, "next_step")
    slider = person.find(RateSlider, "learning_rate_slider")
    qtbot.waitUntil(lambda: "Best: " in slider.toolTip())
    for _ in range(2):
        person.press(KEY.Key_F8)
    qtbot.waitUntil(button.isVisible)
    player.set_speed(4.0)
    player.start()
    qtbot.waitUntil(lambda: person.step > 2)
    shown = []

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Show:
                shown.append(person.step)
            return False

    watch = Watch()
    button.installEventFilter(watch)
    qtbot.waitUntil(lambda: person.step > 6)
    player.pause()
    assert headline(person) == ("Learning: the loss falls", "good")
    assert shown == []
    qtbot.waitUntil(button.isVisible)


def test_overflow(open_window):
    """A run that is no longer finite is bad; the sentence names step and rate, and why.

    Another mood is another colour, not only another word, and the panel is of one height.
    """
    person = open_window(Settings("line", learning_rate=1e6, epochs=10**7))
    line, label = person.bench.status_bar, person.find(QLabel, "state")

    def dot():
        at = label.geometry().center().y()
        return line.grab().toImage().pixelColor(label.x() - 21, at).name()

    before = line.height(), dot()
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert line.height() == before[0]
    assert dot() != before[1]
    assert headline(person) == ("Overflow: the run has stopped", "bad")
    assert "no longer finite" in whole(person)
    assert "is above the limit 0.06256" in person.text("sentence")


def test_inputs_of_very_different_size_are_standardised_at_a_press(open_window):
    """For classes too, and also where the curve of the rates knows a tiny one that ends lower."""
    inputs = [[5.0 + at % 3, 1000.0 + 9 * at] for at in range(12)]
    data = Dataset(np.array(inputs), np.arange(12) % 3, classes=True)
    person = open_window(Settings(data=data, learning_rate=1.0, epochs=200))
    one, other = person.button("next_step"), person.button("other_step")
    person.run_until(lambda: not person.bench.player.running)
    person.qtbot.waitUntil(lambda: other.text().startswith("Start anew with rate "))
    person.qtbot.waitUntil(lambda: "The best rate found is" in one.toolTip())
    assert one.text().startswith("Standardise the inputs")
    take_the_next_step(person)
    assert person.frame.settings.data.scaling.name == "standardise"


def test_a_run_past_the_limit_is_explained_and_a_button_does_better(open_window):
    """The direction that blows up, its factor and the limit are said.

    The button starts one that learns, also where the curve of the rates is not known.
    """
    person = open_window(Settings("line", learning_rate=0.07))
    person.bench.form.ruler.be_silent(True)
    below = person.button("next_step")
    start = person.frame.parameters
    assert not below.isVisible()
    person.press(KEY.Key_F8, CTRL)
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
    person.press(KEY.Key_F8, CTRL)
    assert "grows" not in whole(person)
    assert not below.isVisible()
    assert person.rows.loss[-1] < 0.01 * person.rows.loss[0]
    # An overflow starts anew from the same weights; undo brings the old run back.
    person.begin(Settings("line", learning_rate=0.07, epochs=10**6))
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
    person.press(KEY.Key_Z, CTRL)
    assert person.step == last
    assert headline(person) == ("Overflow: the run has stopped", "bad")
    # Where theory knows no limit, a button looks at the lowest loss; a rate branches there.
    person.begin(Settings("line", learning_rate=0.12, epochs=100, batch_size=3))
    assert not person.button("next_step").isVisible()
    person.run_until(lambda: not person.bench.player.running)
    step, losses = person.step, person.rows.loss
    assert person.button("step_back_to_lowest").isVisible()
    person.click("step_back_to_lowest")
    assert person.frame.step == int(person.rows.steps[losses.argmin()])
    assert person.frame.current_loss == losses.min()
    assert person.step == step
    person.type_into("learning_rate", "0.05")
    person.press(KEY.Key_F8, CTRL)
    assert person.frame.current_loss < losses.min()


def test_where_no_other_rate_helps_there_is_no_button(open_window):
    """With Adam the remedy stays in words; that no rate is better is said in place of one."""
    person = open_window(Settings("line", learning_rate=0.07, optimizer="adam"))
    person.press(KEY.Key_F8, CTRL)
    assert not person.button("next_step").isVisible()
    assert says_the_remedy(person)
    # At the best rate no other is asked for.
    person.begin(Settings("line", learning_rate=0.0617, epochs=1000))
    person.press(KEY.Key_F8, CTRL)
    none = "No rate was found that ends much lower"
    person.qtbot.waitUntil(lambda: none in whole(person))
    assert not person.button("next_step").isVisible()
    # Where a lesson locks the rate the button runs nothing.
    person.begin(Settings("line", learning_rate=0.07))
    person.press(KEY.Key_F8, CTRL)
    for advises in (False, True):  # in a lesson the remedy would be its answer
        person.bench.status_bar.change(advises=advises)
        assert person.button("next_step").isVisible() == advises
    person.bench.change_control.objection = lambda control: "Not in this step."
    person.click("next_step")
    assert not person.bench.player.running
    assert person.step == 100
    # Where a neuron of typed weights cannot be trained, nobody is frightened by that.
    person.begin(Settings(activation="step", loss="mse", weights=(1.0, 1.0), bias=-1.5))
    assert headline(person)[0] == "Flat: training changes nothing"
    person.bench.status_bar.change(advises=False)
    assert headline(person) == ("Set by hand", "neutral")


def test_words_in_a_small_window_end_where_there_is_no_room(open_window):
    """Cut they end in an ellipsis, and stand whole where the pointer rests."""
    person = open_window(Settings("line", learning_rate=0.07, epochs=10**6))
    person.window.resize(900, 600)
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    label = person.find(QLabel, "sentence")
    assert label.text().endswith("…")
    whole = label.toolTip()
    assert whole.startswith(label.text().removesuffix("…").rstrip())
    assert "in every step" in whole
    # The row is as high as for every state; the button ends at the edge.
    person.begin(Settings("xor", hidden=3, hidden_activation="identity"))
    person.window.resize(1024, 768)
    person.settle()
    bar, button = person.bench.status_bar, person.button("next_step")
    before = bar.height()
    person.bench.session.advance(200)  # long before no bit changes, which would be said
    person.bench.player.advanced.emit()
    person.qtbot.waitUntil(lambda: headline(person)[0] == "Impossible: identity adds nothing")
    person.qtbot.waitUntil(lambda: says_the_remedy(person))
    assert bar.height() == before
    assert button.height() == button.sizeHint().height() <= bar.contentsRect().height()
    margin = bar.layout().contentsMargins().right()
    assert button.geometry().right() == bar.contentsRect().right() - margin
    # A third of the row is left for why, whatever the headline.
    words = [claim.headline for claim in CLAIMS if isinstance(claim.headline, str)]
    assert max(len(each.split()) for each in words) <= 8
    person.begin(Settings())
    for each in words:
        bar.state.setText(each)
        person.settle()
        assert bar.sentence.width() > bar.width() / 3, each


SEEN = {
    "Learning": (Settings("and", learning_rate=1.0), 8),
    "Every sample is right": (Settings("and", learning_rate=1.0, epochs=60), 60),
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


def test_why_is_whole_in_a_small_window(open_window):
    """One sentence, beside a button and a chip too, in a row as high as at the start."""
    person = open_window()
    person.bench.form.ruler.be_silent(True)  # whose curve has another remedy
    person.window.resize(1024, 768)
    person.settle()
    before = person.bench.status_bar.height()
    for state, (settings, steps) in SEEN.items():
        person.begin(settings)
        person.bench.session.advance(steps)
        person.bench.frame_dispatcher.now()
        person.settle()
        assert headline(person)[0].startswith(state)
        assert says_the_remedy(person) or person.frame.why_it_diverges, state
        assert person.text("sentence") == with_real_minus(person.frame.diagnosis.why), state
        assert person.bench.status_bar.height() == before, state


def test_what_happened_stands_before_why_where_both_are_whole(open_window):
    """Where they have no room together it stands alone; the rest is where the pointer rests."""
    person = open_window(Settings("xor", hidden=3, breaks=("equal_start",), epochs=100))
    person.bench.form.ruler.be_silent(True)
    person.run_until(lambda: not person.bench.player.running)
    event = "Epoch 100 is reached. Run goes on to epoch 200."
    why = "All 3 hidden neurons are equal to the last bit, and so are their gradients."
    for width, words in ((1440, f"{event} {why}"), (1024, event), (1440, f"{event} {why}")):
        person.window.resize(width, 768)
        person.settle()
        assert headline(person)[0] == "Twins: 3 neurons act as one"
        assert person.text("sentence") == words
        assert whole(person).startswith(f"{event} {why} Together ")
    # After a rate was raised the curve is flat: what is foreseen is said, and comes true.
    person.begin(Settings("line", learning_rate=0.01))
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


def test_the_headline_is_never_cut(open_window, monkeypatch):
    """Where there is little room the chip has the name alone, and the reason is left to its tip."""
    monkeypatch.setattr(themes, "point_size", lambda: 13.0)
    person = open_window(Settings("and", learning_rate=1.0, breaks=("ascent",)))
    person.window.resize(1024, 768)
    person.bench.run_control.go_on(epochs=100)
    person.qtbot.waitUntil(lambda: person.find(QToolButton, "step_back_to_lowest").isVisible())
    person.settle()
    assert person.find(QLabel, "on_purpose").text() == "Gradient ascent"
    shown = person.find(QLabel, "state")
    assert shown.width() >= shown.sizeHint().width()
    assert person.find(QLabel, "sentence").toolTip()


def test_what_is_broken_on_purpose_is_marked_and_can_be_mended(open_window):
    """Names and what to look for stand in a warning chip, apart from the state.

    Nothing while nothing is broken, and no card moves when it comes.
    """
    person = open_window(plots="all")
    person.settle()
    cards = list(person.bench.views.values())
    before = [card.geometry() for card in cards]
    person.bench.change_control.change({"breaks": ALONE})
    person.settle()
    assert person.find(QLabel, "on_purpose").isVisible()
    assert [card.geometry() for card in cards] == before
    # What is broken on purpose is marked.
    person.begin(Settings("and", breaks=("ascent",)))
    label = person.find(QLabel, "on_purpose")
    assert label.isVisible()
    assert themes.looks(label) == ["chip"]
    assert label.text() == "On purpose: Gradient ascent"
    assert label.toolTip().startswith("On purpose: Gradient ascent. Look for")
    for _ in range(20):
        person.press(KEY.Key_F8)
    assert headline(person) == ("Diverging: it grows without end", "bad")
    assert "up the gradient" in person.text("sentence")
    person.press(KEY.Key_R, CTRL)
    assert person.frame.settings.breaks == ("ascent",)  # Reset keeps them
    person.choose("task", "or")
    person.settle()
    assert person.frame.settings.breaks == ()
    assert not label.isVisible()
    # A press of the button does what the words say, and the state is gone.
    person.begin(Settings("and", learning_rate=1.0, breaks=("ascent",)))
    for _ in range(3):
        person.press(KEY.Key_F8, CTRL)
    button = person.button("next_step")
    assert button.text() == "Try without it"
    assert button.toolTip() == person.frame.diagnosis.remedy
    take_the_next_step(person)
    assert person.frame.settings.breaks == ()
    person.press(KEY.Key_F8, CTRL)
    assert person.frame.diagnosis.state != "diverging"
    # Many are cut and whole where the pointer rests.
    person.begin(Settings("and", breaks=ALONE))
    person.window.resize(1024, 768)
    person.settle()
    assert label.text().endswith("…")
    assert label.toolTip() == breaks_line(person.frame.settings)
    assert label.sizeHint().width() <= label.width()


OFFERED = {
    "batches": (Settings("line", learning_rate=0.0624, epochs=100, batch_size=3), 60),
    "learning": (Settings("and", learning_rate=1.0, epochs=1000), 41),
    "diverging": (Settings("line", learning_rate=0.07, epochs=200), 100),
    "slow": (Settings("line", learning_rate=0.0001, epochs=200), 100),
    "cycling": (Settings("and", l2=0.01, learning_rate=50.0, epochs=300), 100),
}
"""What a run is like -> the run, and the epochs after which another rate is offered."""


def test_a_rate_that_is_offered_is_the_best_of_the_ruler(open_window):
    """Whatever the state; a press starts the run anew, and it ends with the loss that is said."""
    person = open_window(pace="to_end")
    slider = person.find(RateSlider, "learning_rate_slider")
    button = person.button("next_step")
    for name, (settings, epochs) in OFFERED.items():
        person.begin(settings)
        person.bench.session.advance(epochs * settings.steps_per_epoch)
        person.bench.frame_dispatcher.now()
        person.qtbot.waitUntil(
            lambda: "Best: " in slider.toolTip() and button.isVisible() and "rate" in button.text()
        )
        said = re.search(
            r"best rate found is (\S+): from this start to (\S+) at epoch", button.toolTip()
        )
        assert said is not None, name
        assert button.text() == f"Start anew with rate {said[1]}", name
        best = [float(end) for end in re.findall(r"[\d.]+(?= to|\.\n)", slider.toolTip())]
        assert best[0] <= float(said[1]) <= best[-1], name
        assert person.button("set_best").toolTip().startswith(f"Use {said[1]}. Curve: "), name
        person.click("next_step")
        # At the end, or where it pauses before, as nothing can change any more.
        person.qtbot.waitUntil(
            lambda: person.text("epoch") != "0" and not person.bench.player.running
        )
        person.settle()
        assert person.text("current_loss") == said[2], name
        assert "rate" not in button.text() or not button.isVisible(), name
    # Of a rate that leads there over a rise that is said, and nobody is told to step back from it.
    person.begin(Settings("and", learning_rate=100.0, epochs=1000))
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    person.qtbot.waitUntil(lambda: "Best: " in slider.toolTip())
    person.qtbot.waitUntil(lambda: "after a rise to" in whole(person))
    assert headline(person)[0] == "Rising: the loss went up"
    assert not person.button("step_back_to_lowest").isVisible()
    highest = re.search(r"after a rise to (\S+)\.", whole(person))[1]
    person.bench.session.advance(998)
    assert highest == measured(person.rows.loss.max())
