"""A race takes the middle: land, standings and strip show one moment, and Esc brings all back."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QTimer
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QLabel, QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.landscape.words import of_race
from neuroviz.pictures.marks import Curve, EndLabel, Points, Text
from neuroviz.pictures.palette import run_style
from neuroviz.pictures.race import Runner, runner_name, standing
from neuroviz.session.going import MOST
from neuroviz.ui.runs.leaderboard import Standings
from neuroviz.ui.runs.race_dialog import RaceDialog
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views import LandscapeView, LossView
from tests.session.test_race_moment import LINE, OPTIMIZERS, RATES
from tests.ui.person import KEY, LEFT, marks_in


def race(person, runs, steps):
    """Race as the dialog asks for it, and stand so far on."""
    bench = person.bench
    bench.race([*runs.items()])
    bench.player.pause()
    if steps > bench.session.step:
        bench.session.advance(steps - bench.session.step)
    bench.frame_dispatcher.now()


def begin_anew(person, settings):
    """Leave the race, and begin another experiment in the window."""
    person.bench.run_list_control.end_race()
    person.begin(settings)


def board(person):
    return person.find(Standings, "standings")


def land(person):
    """Return what is drawn of the race on the map."""
    return person.bench.view(LandscapeView).map.runs.marks


def tags(person):
    return {mark.text for key, mark in land(person).items() if key[0] == "tag"}


def test_all_of_a_race_is_of_one_moment(open_window):
    """Names on the land, standings, strip and bar have the numbers of the step looked at."""
    person = open_window(LINE)
    race(person, OPTIMIZERS, 60)
    for step in (60, 4, 33, 0):
        person.bench.look_control.look_at(step)
        known = {one.name: one.said for one in person.frame.race.runners}
        assert {one.name: one.said for one in board(person).runners} == known
        assert tags(person) <= {f"{name}  {said}" for name, said in known.items()}
        assert person.text("race_title") == f"Standings at epoch {step}"
        assert person.bench.transport.epoch.text() == str(step)
        assert person.bench.transport.loss.text() == person.frame.race.runners[0].said
        assert person.bench.timeline.slider.value() == step
        balls = [
            mark for mark in person.marks("timeline", Points) if mark.size == pytest.approx(9.0)
        ]
        heights = sorted(float(10 ** mark.y[0]) for mark in balls)
        assert heights == pytest.approx(sorted(one.loss for one in person.frame.race.runners))
        assert [float(np.expm1(mark.x[0])) for mark in balls] == pytest.approx([step] * len(balls))
    # Over the curves stands who leads, and no loss.
    strip = person.plot("timeline")
    ((_, ticks),) = strip.getAxis("left").tickValues(*strip.box.viewRange()[1], strip.pixels()[1])
    assert max(ticks) <= max(np.nanmax(y) for _, y in person.curves("timeline") if len(y) > 2)
    # There are as many as run; nor is a dot drawn where no curve is.
    begin_anew(person, LINE)
    race(person, OPTIMIZERS, 30)
    track = person.bench.timeline.slider
    person.bench.timeline.show_epoch(5.0)
    track.grab()
    assert (track.hairline, track.hairline_loss) == (5.0, None)
    foot = track.plot.pixel_of(QPointF(0.0, track.plot.range_to_come[1][0])).y()
    assert track.written["epoch 5"].bottom() == pytest.approx(foot, abs=1)  # away from the ribbon
    # Also while it goes on, at each frame, where of one run alone balls go ahead of what is read.
    begin_anew(person, LINE)
    race(person, OPTIMIZERS, 10)
    bench = person.bench
    bench.frame_dispatcher.throttle.is_read = lambda *_: False
    for taken in np.random.default_rng(0).integers(1, 4, 25).tolist():
        bench.session.advance(taken)
        newest = bench.session.frame()
        bench.frame_dispatcher.follow(newest)
        step = newest.newest_step
        known = {one.name: one.said for one in newest.race.runners}
        places = [run.rows.newest.parameters for run in newest.runs]
        balls = [land(person)["ball", run.slot] for run in newest.runs]
        assert [(*ball.x, *ball.y) for ball in balls] == [pytest.approx(place) for place in places]
        assert tags(person) == {f"{name}  {said}" for name, said in known.items()}
        seen = bench.view(LandscapeView)
        assert seen.reading.text() == of_race(seen._scene)
        assert {one.name: one.said for one in board(person).runners} == known
        assert person.text("race_title") == f"Standings at epoch {step}"
        assert bench.transport.epoch.text() == str(step)
        assert bench.transport.loss.text() == newest.race.runners[0].said
        assert f" at epoch {step}" in person.text("sentence")
        assert person.text("looked_at") == f"step {step}, now"
        assert (bench.timeline.slider.value(), bench.timeline.slider.maximum()) == (step, step)


def test_inside_an_epoch_of_mini_batches_the_standings_are_of_the_last_that_ended(open_window):
    base = Settings("and", batch_size=2, learning_rate=0.3)
    person = open_window(base)
    race(person, {name: base.replace(optimizer=name) for name in ("sgd", "momentum")}, 3)
    assert person.text("race_title") == "Standings at epoch 1"


def test_names_stay_in_the_picture_of_a_small_window(open_window):
    """On the surface too, where they would reach beyond its right edge they stand at the left."""
    person = open_window(LINE, plots="all")
    person.window.resize(1024, 768)
    person.settle()
    landscape = person.bench.view(LandscapeView)
    landscape.surface_shown.setChecked(True)
    named = {f"{name} with a name that is long": each for name, each in OPTIMIZERS.items()}
    race(person, named, 60)
    person.settle()
    # Nor do the words below the title run under the buttons beside it.
    for button in (landscape.surface_shown, landscape.hold):
        assert button.geometry().bottom() < landscape.reading.y()
    surface = landscape.surface
    texts = [mark for key, mark in surface.run_marks.items() if key[0] == "tag"]
    assert len(texts) == len(named)
    bold = QFont(themes.numeric_font())
    bold.setBold(True)
    for text in texts:
        x = surface._to_pixels().map(QPointF(text.x, text.y)).x()
        wide = QFontMetricsF(bold).horizontalAdvance(text.text)
        assert x - wide * text.right >= 0
        assert x + wide * (not text.right) <= surface.width()
    # In the strip and in the large plot of the losses, in a small window, with the longest.
    begin_anew(person, Settings("sum", learning_rate=1e-5))
    person.window.resize(1024, 768)
    own = person.frame.settings
    names = ["SGD", "Nesterov momentum", "Newton's method", *(f"Run {at}" for at in range(5))]
    rates = {name: own.replace(learning_rate=1e-5 / at) for at, name in enumerate(names, start=1)}
    race(person, rates, 30)
    person.settle()
    for plot in ("timeline", "loss"):
        shown = [mark.text for mark in marks_in(person.plot(plot), Text)]
        assert sorted(set(names) & set(shown)) == sorted(names), plot


def test_a_long_name_is_cut_and_not_the_numbers_beside_it():
    """Both stand in a line of the side column, apart; what it ends with is not cut either."""
    name, own = "Nesterov momentum, rate 0.0219", "rate 0.0219"
    assert runner_name(name) == "Nesterov m…, rate 0.0219"
    assert [runner_name(name, room) for room in (-3, 0, 1, 2, 5)] == ["…", "…", "…9", "…9", "N…219"]
    marks = standing(
        Runner(1, name, 0, "1", 0.1, "0.1", 0.5, own), 0, 326, 60, themes.LIGHT.palette
    )
    assert (marks["own"].text, marks["name"].text) == (own, "Nesterov…rate 0.0219")
    numbers = QFontMetricsF(themes.numeric_font())
    bold = QFont(themes.numeric_font())
    bold.setBold(True)
    end = marks["name"].x + QFontMetricsF(bold).horizontalAdvance(marks["name"].text)
    assert end < marks["own"].x - numbers.horizontalAdvance(own) * marks["own"].size
    # In the smallest window a row has one line: who, and how far.
    low = standing(
        Runner(1, name, 0, "2", 0.1, "1.234·10⁻¹²", 0.5, own), 40, 326, 21, themes.LIGHT.palette
    )
    assert {"own", "bar", "track"}.isdisjoint(low)
    assert low["name"].y == low["loss"].y == 50.5
    end = low["name"].x + QFontMetricsF(bold).horizontalAdvance(low["name"].text)
    assert end < low["loss"].x - QFontMetricsF(bold).horizontalAdvance(low["loss"].text)


def test_each_has_a_shape_and_a_colour_of_its_own(open_window):
    """On land, strip and standings the same, and the accent is nobody's."""
    person = open_window(LINE)
    race(person, OPTIMIZERS, 4)
    slots = {one.slot for one in board(person).runners}
    styles = {(run_style(slot).colour, run_style(slot).shape) for slot in slots}
    assert len(styles) == len(OPTIMIZERS)
    balls = {(mark.color, mark.marker) for key, mark in land(person).items() if key[0] == "ball"}
    assert balls == styles
    first = person.frame.race.runners[0]
    assert [key for key in land(person) if key[0] == "ball"][-1] == ("ball", first.slot)
    assert {mark.color for mark in person.marks("timeline", EndLabel)} <= {c for c, _ in styles}
    # As many as may race.
    begin_anew(person, LINE)
    race(person, {f"{x}": LINE.replace(learning_rate=x) for x in np.geomspace(1e-4, 1e-2, MOST)}, 4)
    balls = [mark for key, mark in land(person).items() if key[0] == "ball"]
    for each in ({mark.marker for mark in balls}, {mark.color for mark in balls}):
        assert len(each) == MOST
    # Each a straight line from row to row up to the moment, the newest the thickest. Where
    # fewer were taken, no more than these.
    begin_anew(person, LINE)
    race(person, {f"{x}": LINE.replace(learning_rate=x) for x in (1e-3, 2e-3, 5e-4)}, 700)
    for step in (600, 4):
        person.bench.look_control.look_at(step)
        for run in person.frame.runs:
            tail = [mark for key, mark in land(person).items() if key[0] == ("tail", run.slot)]
            rows = [run.row_at(each).parameters for each in range(max(0, step - 12), step + 1)]
            drawn = [np.column_stack((mark.x, mark.y)) for mark in tail]
            assert drawn == [pytest.approx(np.stack(pair)) for pair in pairwise(rows)]
            widths = [mark.width for mark in tail]
            assert widths == sorted(widths)
            ball = land(person)["ball", run.slot]
            assert (ball.x[0], ball.y[0]) == pytest.approx(rows[-1])


def test_the_experiment_is_there_again_after_a_race(open_window):
    """Run, form, plots and columns are as they were; what is changed in the form is its own."""
    person = open_window(LINE, plots=())
    for leave in ("key", "button", "form"):
        begin_anew(person, LINE)
        person.press(KEY.Key_F8)
        bench = person.bench
        bench.columns.show("side", False)
        before = (bench.grid.chosen, bench.form.shown, person.step, person.frame.settings)
        bench.open_race()
        person.find(RaceDialog, "race_dialog").reject()
        assert bench.side.isHidden()
        assert not bench.form.isHidden()
        race(person, OPTIMIZERS, 30)
        assert bench.form.isHidden()
        assert not bench.side.isHidden()
        assert not bench.neuron.isVisible()
        stage = bench.views["landscape"]
        assert not stage.enlarge.isVisible()
        assert stage.heading.text() == "5 runs race on y = 10x + 5"
        menu = stage.chooser.menu()
        menu.aboutToShow.connect(lambda menu=menu: QTimer.singleShot(0, menu.close))
        with person.qtbot.assertNotEmitted(menu.aboutToShow):  # no other view takes this place
            person.qtbot.mouseClick(stage.heading, LEFT)
        person.press(KEY.Key_F9)
        assert (bench.form.isHidden(), bench.form.shown) == (False, LINE)
        if leave == "form":
            person.type_into("learning_rate", "0.002")
            assert person.frame.settings == LINE.replace(learning_rate=0.002)
            assert (person.step, person.frame.race) == (before[2], None)
            assert "Ctrl+Z brings its stage back" in person.text("sentence")
            person.action("undo").trigger()
            assert person.frame.race is not None
            assert "earning rate" in person.action("redo").text()
            person.action("redo").trigger()
            assert person.frame.settings == LINE.replace(learning_rate=0.002)
            assert (person.step, person.frame.race) == (before[2], None)
            continue
        if leave == "key":
            person.press(KEY.Key_Escape)
        else:
            person.click("leave_race")
        now = (bench.grid.chosen, bench.form.shown, person.step, person.frame.settings)
        assert now == before
        assert (bench.form.isHidden(), bench.side.isHidden()) == (False, True)
        assert bench.neuron.isVisible()
        assert stage.enlarge.isVisible()
        assert stage.chooser.isVisible()
        assert stage.heading.text() == "Loss landscape"
        assert person.frame.others == ()
        assert not tags(person)
        assert "Ctrl+Z brings its stage back" in person.text("sentence")
        person.window.lessons.open_first()
        person.window.lessons.leave()
        assert "stage" not in person.text("sentence")  # it was no race that was left now
        person.action("undo").trigger()
        assert person.find(Standings, "standings").isVisible()


def test_the_land_of_its_end_is_the_same_however_it_was_watched(open_window):
    """Also at a moment on the way, or only at the end."""
    gate = Settings("and", epochs=300)
    rates = {"sgd": 5.0, "momentum": 1.0, "adam": 0.3, "rmsprop": 0.1}
    runs = {name: gate.replace(optimizer=name, learning_rate=rate) for name, rate in rates.items()}
    person = open_window(gate)
    landscape = person.bench.view(LandscapeView)
    seen = []
    for watched in ([300], [100, 300], range(10, 301, 10)):
        race(person, runs, 0)
        for step in watched:
            person.bench.session.advance(step - person.bench.session.step)
            person.bench.frame_dispatcher.follow(person.bench.session.frame())
        person.bench.frame_dispatcher.now()
        person.qtbot.waitUntil(lambda: landscape.is_finished)
        seen.append(landscape.map.extent)
    assert seen == seen[:1] * 3


def test_its_end_says_who_has_won_and_what_comes_next(open_window):
    """The button does that: the experiment has the winner's settings."""
    person = open_window(LINE, plots="all")
    race(person, OPTIMIZERS, 50)
    assert not person.find(QLabel, "race_headline").isVisible()
    race(person, OPTIMIZERS, 100)
    assert person.text("race_headline") == "rmsprop wins"
    assert person.text("race_headline") == person.text("state")
    told = person.text("race_sentence")  # there, and not in the foot again
    assert told.startswith("Loss ")
    assert told.split(";")[0] not in person.text("sentence")
    for _ in range(2):  # unless the standings are folded away
        person.bench.commands["side"].trigger()
        folded = not person.find(QLabel, "race_sentence").isVisible()
        assert (told.split(";")[0] in person.text("sentence")) == folded
    person.bench.look_control.look_at(4)  # the end stays known
    assert person.text("race_headline") == "rmsprop wins"
    assert person.text("sentence").startswith("Loss ")  # that of this step
    # Or the same race runs again from its start.
    person.find(QToolButton, "replay_race").click()
    person.bench.player.pause()
    assert not person.find(QLabel, "race_headline").isVisible()
    assert {run.name: run.settings for run in person.frame.race.runs} == OPTIMIZERS
    race(person, OPTIMIZERS, 100)
    person.find(QToolButton, "race_next").click()
    assert person.frame.settings == OPTIMIZERS["rmsprop"].replace(epochs=LINE.epochs)
    assert person.frame.race is None
    # And the experiment still stands aside.
    begin_anew(person, LINE)
    race(person, {f"Rate {x:g}": LINE.replace(learning_rate=x) for x in (0.5, 1.0)}, 10**4)
    assert person.text("race_headline") == "All blew up"
    person.find(QToolButton, "race_next").click()
    person.bench.player.pause()
    assert [run.name for run in person.frame.race.runs] == ["Rate 0.05", "Rate 0.1"]
    assert person.frame.home == LINE
    # The dialog offers its optimizers and rates, not those of one that races.
    begin_anew(person, LINE)
    race(person, OPTIMIZERS, 4)
    person.find(QToolButton, "new_race").click()
    dialog = person.find(RaceDialog, "race_dialog")
    assert {row.rate.value() for row in dialog.rows[: len(OPTIMIZERS)]} == {LINE.learning_rate}
    assert dialog.rows[1].name == "Momentum"
    dialog.go.click()
    person.bench.player.pause()
    assert person.frame.home == LINE
    person.press(KEY.Key_Escape)
    assert person.frame.settings == LINE
    # At full size, each with its name at its end, who leads the thickest; no legend.
    begin_anew(person, Settings("sum", epochs=50))
    rates = {"sgd": 1e-5, "adam": 0.1, "rmsprop": 0.01}
    runs = {
        name: person.frame.settings.replace(optimizer=name, learning_rate=rate)
        for name, rate in rates.items()
    }
    race(person, runs, person.frame.settings.steps_per_epoch * 3)
    view = person.bench.view(LossView)
    assert view.isVisible()
    assert not person.bench.view(LandscapeView).isVisible()
    assert not view.legend.isVisible()
    widths = {mark.color: mark.width for mark in person.marks("loss", Curve)}
    losses = {run.slot: run.rows.last_loss[1] for run in person.frame.runs if run.racing}
    first = min(losses, key=losses.get)
    assert widths.pop(run_style(first).colour) == 3.0
    assert set(widths.values()) == {1.0}


def test_rows_slide_to_their_new_places(open_window, monkeypatch):
    """From where they were; at the end each stands where its rank is."""
    person = open_window(LINE)
    race(person, RATES, 1)
    standings = board(person)
    standings._ease.stop()
    before = {one.number: row for row, one in enumerate(standings.runners)}
    monkeypatch.setattr("neuroviz.ui.canvas.motion.Ease.reduced", False)
    person.bench.session.advance(199)
    person.bench.frame_dispatcher.now()
    assert [one.number for one in standings.runners] != [*before]
    standings._ease.setCurrentTime(0)
    assert standings._places == before
    standings._ease.setCurrentTime(standings._ease.duration())
    assert standings._places == {one.number: row for row, one in enumerate(standings.runners)}


def test_a_race_is_there_again_at_the_next_start(open_window):
    """And still can be left."""
    person = open_window(LINE)
    race(person, OPTIMIZERS, 12)
    person.action("quit").trigger()
    again = open_window()
    assert (again.frame.race.newest, again.frame.home) == (12, LINE)
    assert again.text("race_title") == "Standings at epoch 12"
    again.window.resize(1440, 900)  # it may open in a smaller one
    again.settle()
    again.click("leave_race")
    assert (again.frame.settings, again.bench.form.isHidden()) == (LINE, False)


def test_in_a_race_nothing_of_one_run_can_be_pressed(open_window):
    """Parts of a step, pins, own steps; after it all can be again."""
    person = open_window(LINE)
    race(person, OPTIMIZERS, 12)
    for name in ("part", "part_back", "pin", "you_optimize", "sweep", "plots_2"):
        assert not person.action(name).isEnabled()
    assert not person.bench.side.tabs.isVisible()
    assert person.bench.view(LandscapeView)._handles() == []
    person.press(KEY.Key_Escape)
    assert person.action("part").isEnabled()
    assert person.bench.side.tabs.isVisible()
    # The strip of a race that is there again is as it was.
    begin_anew(person, LINE)
    race(person, OPTIMIZERS, 60)
    person.settle()
    before = person.plot("timeline").box.viewRange()
    person.bench.run_list_control.end_race()
    person.settle()
    person.action("undo").trigger()
    person.settle()
    assert person.frame.race is not None
    assert person.plot("timeline").box.viewRange() == [pytest.approx(ends) for ends in before]
    # At once: also where the neuron was enlarged, and had the room of the side column.
    begin_anew(person, LINE)
    bench = person.bench
    for _ in range(5):
        person.press(KEY.Key_F8)
    bench.look_control.look_at(2)
    person.type_into("learning_rate", "0.02")
    person.settle()
    bench.columns.show("side")
    assert [run.number for run in bench.timeline.slider.pins] == [1]
    bench.neuron.enlarge.click()
    assert bench.side.isHidden()
    race(person, OPTIMIZERS, 30)
    assert not person.action("pin").isEnabled()
    bench.run_list_control.end_race()
    assert person.action("pin").isEnabled()
    assert not bench.side.isHidden()
    assert "side" in bench.columns.state.wanted
    assert [run.number for run in bench.timeline.slider.pins] == [1]
    # Also where the window was small at its begin, as a window that is just opening is.
    begin_anew(person, LINE)
    person.window.resize(900, 700)
    person.settle()
    race(person, OPTIMIZERS, 30)
    person.window.resize(1440, 900)
    person.settle()
    person.press(KEY.Key_Escape)
    assert not person.bench.form.isHidden()
    assert not person.bench.side.isHidden()


def test_another_start_leaves_the_race(open_window):
    """As every change of the experiment does: the runs of the race are not begun anew.

    What cannot be one leaves the race where it is, and says why.
    """
    person = open_window(LINE)
    race(person, OPTIMIZERS, 30)
    change = person.bench.change_control
    change.start_at(np.array([1e200, 1e200]), person.bench.neuron)
    assert "not finite" in person.reading("neuron")
    for changes in ({"weights": (1e200,), "bias": 1e200}, {"loss": "bce"}):
        change.change(changes)
    change.objection = lambda control: "Not now." if control == "optimizer" else None
    change.change({"optimizer": "adam"})
    assert (person.frame.race.newest, person.bench.form.shown) == (30, LINE)
    person.bench.change_control.start_at(np.array([3.0, -2.0]), person.bench.neuron)
    assert person.frame.race is None
    assert person.frame.parameters.tolist() == [3.0, -2.0]
    assert person.frame.settings.learning_rate == LINE.learning_rate
    assert "Ctrl+Z brings its stage back" in person.text("sentence")
    person.action("undo").trigger()  # one change, one press
    assert person.frame.race.newest == 30
    person.action("redo").trigger()
    assert (person.frame.race, person.frame.parameters.tolist()) == (None, [3.0, -2.0])
