"""The loss curve is the history."""

import math
from functools import partial
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import EndLabel, Segments, Text
from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY, marks_in


def linear(person):
    """Switch the log axis off."""
    if person.button("log_axis").isChecked():
        person.button("log_axis").click()
    return person


def own(person):
    """Return the curve of the active run."""
    return person.curve("loss", themes.now.accent)


def test_the_curve_is_the_history(open_window):
    """Every row is a point, at its epoch and its loss, to the bit."""
    person = linear(open_window(Settings("line"), plots=["loss"]))
    for _ in range(20):
        person.press(KEY.Key_F8)
    x, y = own(person)
    assert x.tolist() == list(range(21))
    assert y.tolist() == person.rows.loss.tolist()
    # On mini-batches the loss over all samples is known at the ends of epochs only.
    person.begin(Settings("and_one_by_one"))
    linear(person)
    for _ in range(10):
        person.press(KEY.Key_F8)
    x, y = own(person)
    assert x.tolist() == [0.0, 1.0, 2.0]
    assert y.tolist() == person.rows.loss.compressed().tolist()
    # The loss has its name over the plot, and "mean" once.
    person.begin(Settings())
    assert person.bench.views["loss"].heading.text() == "Loss: binary cross-entropy, mean"
    person.choose("loss", "mse")
    assert person.bench.views["loss"].heading.text() == "Loss: mean squared error"
    # The log switch takes the logarithm of the same losses, and the axis says so.
    person.begin(Settings("line"))
    linear(person)
    person.press(KEY.Key_F8, CTRL)
    person.button("log_axis").click()
    _, y = own(person)
    assert np.allclose(10**y, person.rows.loss, rtol=1e-12)
    assert "log" in person.plot("loss").getAxis("left").labelText
    assert person.plot("loss").getAxis("left").logMode


def test_hover_reads_epoch_and_loss(open_window):
    """The pointer reads the row nearest to it; away from the plot the loss of now is read."""
    person = linear(open_window(Settings("line"), plots=["loss"]))
    for _ in range(10):
        person.press(KEY.Key_F8)
    person.settle()
    said = person.hover("loss", 4.0, person.plot("loss").box.viewRange()[1][1] * 0.5)
    epoch, loss = said.removeprefix("epoch ").split("   loss ")
    assert epoch == "4"
    assert loss == measured(person.rows.loss[4])
    assert person.marks("loss", Segments)
    person.plot("loss").left.emit()
    assert person.reading("loss").startswith("now ")


def test_what_is_read_and_drawn_of_a_thinned_run_is_exact(open_window, monkeypatch):
    """On a thinned run the loss at the epoch under the pointer is that of the whole run.

    At any epoch.
    """
    monkeypatch.setattr("neuroviz.session.run.Trainer", partial(Trainer, max_rows=64))
    person = linear(open_window(plots=["loss"]))
    for task in ("and", "and_one_by_one"):
        person.begin(Settings(task, learning_rate=10.0))
        per_epoch = person.frame.settings.steps_per_epoch
        full = Trainer(Settings(task, learning_rate=10.0))
        person.press(KEY.Key_F8, CTRL)
        person.press(KEY.Key_F8, CTRL)
        person.settle()
        full.advance(person.step)
        assert person.rows.stride > per_epoch
        losses = full.history.rows().loss
        for epoch in (0, 1, 37, 101, 150, person.rows.newest.epoch):
            person.plot("loss").hovered.emit(QPointF(epoch + 0.3, 0.0))
            read, loss = person.reading("loss").removeprefix("epoch ").split("   loss ")
            assert int(read) == epoch, task
            assert loss == measured(losses[epoch * per_epoch]), task
    # Where rows were dropped the extremes of the gaps are drawn; the end is the loss of now.
    monkeypatch.setattr("neuroviz.session.run.Trainer", partial(Trainer, max_rows=64))
    person.begin(Settings("and_one_by_one", learning_rate=10.0))
    linear(person)
    full = Trainer(Settings("and_one_by_one", learning_rate=10.0))
    for _ in range(5):
        person.press(KEY.Key_F8, CTRL)
        full.advance(400)
        person.settle()
        losses = full.history.rows().loss.compressed()
        x, y = own(person)
        assert person.rows.stride > 1
        assert (y.max(), y.min(), x[-1], y[-1]) == (
            losses.max(),
            losses.min(),
            full.step / 4,
            losses[-1],
        )
        assert person.points("loss", "circles") == {(full.step / 4, losses[-1])}


def test_zeros_and_enormous_losses_are_drawn_and_said(open_window):
    """0 has no logarithm: the curve ends before it, and axis and reading say so."""
    person = open_window(
        Settings("or", loss="hinge", activation="identity", learning_rate=0.5), plots=["loss"]
    )
    person.button("log_axis").setChecked(True)
    person.press(KEY.Key_F8)
    assert person.rows.loss[0] > 0
    person.run_until(lambda: person.rows.loss[-1] == 0)
    person.settle()
    assert "no place on a log axis" in person.reading("loss")
    assert "zeros not drawn" in person.plot("loss").getAxis("left").labelText
    _, y = own(person)
    assert y[0] == pytest.approx(np.log10(person.rows.loss[0]))
    assert np.isnan(y[-1])
    assert person.points("loss", "circles") == set()
    # As on paper: where no loss has a logarithm, all are drawn at 0, and the axis says why.
    person.begin(Settings("double", weights=(2.0,), bias=0.0))
    person.button("log_axis").setChecked(True)
    person.press(KEY.Key_F8)
    person.settle()
    assert person.points("loss", "circles") == {(1.0, 0.0)}
    axis = person.plot("loss").getAxis("left")
    assert (axis.logMode, axis.labelText) == (False, "loss (none above 0)")
    person.type_weight(0, "1.5")
    person.settle()
    assert (axis.logMode, axis.labelText) == (True, "loss (log scale)")
    # A diverging run draws at every step, linear and logarithmic.
    person.begin(Settings("line", learning_rate=1.0, epochs=10**6))
    linear(person)
    person.run_until(lambda: not person.bench.player.running)
    for _ in range(2):
        person.settle()
        assert all(np.isfinite(y).all() for _, y in person.curves("loss"))
        assert np.isfinite(person.plot("loss").box.viewRange()).all()
        person.button("log_axis").click()


def test_a_long_run_stays_within_two_points_per_pixel_and_is_full_where_zoomed(open_window):
    """Ten thousand rows are drawn as few points.

    The highest spike and the newest row are among them.
    """
    person = linear(open_window(Settings("and_one_by_one", learning_rate=10.0), plots=["loss"]))
    person.bench.session.advance(20_000)
    person.bench.frame_dispatcher.now()
    person.settle()
    x, y = own(person)
    losses = person.rows.loss.compressed()
    assert len(losses) > 5000
    assert len(x) <= 2 * person.plot("loss").pixels()[0] + 2
    assert (y.max(), y.min()) == (losses.max(), losses.min())
    assert (x[-1], y[-1]) == (5000.0, losses[-1])
    assert (np.diff(x) >= 0).all()
    # Zoomed in, the rows in sight come back one by one, from edge to edge.
    person.begin(Settings("line"))
    linear(person)
    person.bench.session.advance(5000)
    person.bench.frame_dispatcher.now()
    person.settle()
    person.plot("loss").following = False
    person.plot("loss").box.setRange(xRange=(1000, 1020), padding=0)
    person.settle()
    person.qtbot.waitUntil(lambda: len(own(person)[0]) < 100)
    x, y = own(person)
    assert x[0] <= 1000
    assert x[-1] >= 1020
    assert y.tolist() == person.rows.loss[x.astype(int)].tolist()


def dashes(person):
    """Return the dashed curve."""
    (found,) = person.dashes("loss")
    return found


def test_the_prediction_comes_true(open_window):
    """Before the first step the whole run is dashed and in sight.

    Then the run comes down on it, edits and all.
    """
    person = linear(open_window(Settings("line", epochs=100), plots=["loss"]))
    before = dict(zip(*dashes(person), strict=True))
    assert list(before) == list(range(101))
    (left, right), (bottom, top) = person.plot("loss").box.viewRange()
    assert left <= 0 < 100 <= right
    assert bottom <= min(before.values()) <= max(before.values()) <= top
    assert [mark.text for mark in person.marks("loss", Text)] == ["predicted"]
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    assert list(before.values()) == pytest.approx(person.rows.loss.tolist(), rel=1e-9)
    person.type_into("learning_rate", "0.0005")
    after = dict(zip(*dashes(person), strict=True))
    person.press(KEY.Key_F8, CTRL)
    losses = person.rows.loss
    assert all(
        after[epoch] == pytest.approx(losses[int(epoch)], rel=1e-9)
        for epoch in after
        if epoch <= 200
    )
    # That of a run that will overflow is finite, on either axis, with at most a point a pixel.
    person.begin(Settings("line", learning_rate=0.07, epochs=10**6))
    for _ in range(2):
        person.settle()
        x, y = dashes(person)
        assert len(x) <= person.plot("loss").pixels()[0]
        assert np.isfinite(y).all()
        assert np.isfinite(person.plot("loss").box.viewRange()).all()
        person.button("log_axis").click()


def test_without_a_theory_or_before_an_answer_there_is_no_prediction(open_window):
    """Elsewhere there is no dashed curve, and the axis begins small."""
    person = open_window(plots=["loss"])
    for settings in (Settings("and"), Settings("line", optimizer="adam")):
        person.begin(settings)
        assert person.dashes("loss") == []
        assert person.plot("loss").box.viewRange()[0][1] < 11
    # Before a lesson's question is answered it had room for a whole run that was not drawn.
    person.begin(Settings("line", epochs=6000))
    person.bench.views["loss"].veil(frozenset({"theory"}))
    person.settle()
    assert person.dashes("loss") == []
    assert person.plot("loss").box.viewRange()[0][1] < 11
    person.bench.views["loss"].veil(frozenset())
    person.settle()
    assert person.plot("loss").box.viewRange()[0][1] > 6000
    # The figure has the dashed curve with its name, from the start to the end of the run.
    person.begin(Settings("line", epochs=100))
    view = person.bench.views["loss"]
    figure = view.figure(person.frame)
    (curve,) = [mark for mark in figure.marks if getattr(mark, "dash", ())]
    assert (curve.label, curve.x[0], curve.x[-1]) == ("predicted", 0.0, 100.0)
    assert figure.x_limits == pytest.approx((-2.5, 102.5))  # the ball is whole at both ends
    person.choose("optimizer", "adam")
    assert not any(getattr(mark, "dash", ()) for mark in view.figure(person.frame).marks)


def test_the_file_has_the_loss_axis_of_the_screen(open_window):
    """And the prediction begins on both where the run is.

    So that the run's own curve looks like one.
    """
    person = open_window(plots=["loss"])
    view = person.bench.views["loss"]
    line = Settings("line", learning_rate=0.07)
    for log, settings in product((False, True), (Settings("xor"), line)):
        view.log.setChecked(log)
        person.begin(settings)
        for _ in range(5):
            person.press(KEY.Key_F8)
        person.settle()
        figure = view.figure(person.frame)
        seen = person.plot("loss").box.viewRange()[1]
        assert seen == pytest.approx(np.log10(figure.y_limits) if log else figure.y_limits)
        own = [mark for mark in figure.marks if getattr(mark, "dash", ())]
        assert [(mark.x[0], mark.x[-1]) for mark in own] == (
            [(5.0, 10.0)] if settings.task == "line" else []
        )
        assert [float(x[0]) for x, _ in person.dashes("loss")] == [mark.x[0] for mark in own]


def race(person, steps=30):
    """Race two optimizers on the task that is shown."""
    settings = person.frame.settings
    person.bench.session.race([("plain", settings), ("Adam", settings.replace(optimizer="adam"))])
    person.bench.session.advance(steps)
    for view in person.bench.views.values():
        view.show_new(person.frame)
    person.settle()
    return person


def read(person, height):
    """Return what is read at epoch 20 and a height."""
    person.plot("loss").hovered.emit(QPointF(20.0, height))
    return person.reading("loss")


def test_other_runs_are_read_named_in_sight_and_in_the_file(open_window):
    """The pointer reads the run whose curve is nearest; a click in the legend takes it away."""
    person = open_window(Settings("line", learning_rate=0.01), plots=["loss"])
    person.button("log_axis").setChecked(True)
    race(person)
    adam = person.frame.runs[1]
    losses, own = adam.rows.loss, float(np.log10(person.rows.loss[20]))
    height = float(np.log10(losses[20]))
    _, (bottom, top) = person.plot("loss").box.viewRange()
    assert bottom <= np.log10(losses.min()) <= np.log10(losses.max()) <= top
    said = read(person, height)
    assert said.startswith("Adam: epoch 20   loss ")
    assert said.split("loss ")[1] == measured(losses[20])
    assert read(person, own).startswith("plain: epoch 20 ")
    figure = person.bench.views["loss"].figure(person.frame)
    assert {mark.text for mark in figure.marks if isinstance(mark, EndLabel)} == {"plain", "Adam"}
    curves = len(person.curves("loss"))
    with person.qtbot.waitSignal(person.bench.views["loss"].legend.run_switched) as asked:
        person.bench.views["loss"].legend.findChildren(QToolButton)[1].click()
    assert asked.args == [adam.number, False]
    person.bench.session.show_run(adam.number, visible=False)
    person.bench.views["loss"].show_frame(person.frame)
    assert len(person.curves("loss")) == curves - 1
    assert read(person, height).startswith("epoch 20 ")


def test_the_ball_of_a_run_that_blew_up_is_whole(open_window):
    """However high the last loss lies, the plot ends above its ball, which is 6 pixels large."""
    person = open_window(Settings("line", learning_rate=0.2), plots=["loss"])
    assert person.button("log_axis").isChecked()
    person.bench.session.advance_for(60.0)
    person.bench.player.advanced.emit()
    person.settle()
    plot = person.plot("loss")
    height = math.log10(person.frame.current_loss or 1.0)
    at = plot.pixel_of(QPointF(person.rows.newest.epoch, height))
    assert height > 300
    assert at.y() - plot.box.sceneBoundingRect().top() >= 3.5


def listed(view):
    """Return the entries that are seen in the legend."""
    return [entry for entry in view.legend.findChildren(QToolButton) if entry.isVisible()]


def test_runs_of_another_task_are_counted_and_drawn_when_asked_for(open_window):
    """A pinned run of other data would flatten the curve.

    It is not drawn, in the file neither, until a press.
    """
    person = linear(open_window(Settings("line", learning_rate=0.01), plots=["loss"]))
    person.press(KEY.Key_F8, CTRL)
    person.action("pin").trigger()
    person.choose("optimizer", "adam")
    person.press(KEY.Key_F8, CTRL)
    person.action("pin").trigger()
    person.choose("task", "and")
    person.press(KEY.Key_F8, CTRL)
    view = person.bench.views["loss"]
    assert not view.legend.isVisible()
    assert person.button("unlike_runs").text() == "Draw 2 more: other data or loss"
    assert person.plot("loss").box.viewRange()[1][1] < 2 * person.rows.loss.max()
    figure = view.figure(person.frame)
    assert "2 more runs are not drawn" in figure.subtitle
    assert not [mark for mark in figure.marks if isinstance(mark, EndLabel)]
    curves = len(person.curves("loss"))

    person.button("unlike_runs").click()
    person.settle()
    assert person.button("unlike_runs").text() == "Leave out 2: other data or loss"
    assert len(person.curves("loss")) == curves + 2
    assert len(listed(view)) == 2

    person.button("unlike_runs").click()
    person.choose("task", "line")
    person.settle()
    assert not person.button("unlike_runs").isVisible()
    assert len(listed(view)) == 2


def test_a_race_that_goes_up_stays_in_sight_and_who_has_left_has_its_name(open_window):
    """The one that rises least is seen to its end; the other's name is at the edge."""
    person = open_window(Settings("sum", learning_rate=0.1), plots=["loss"])
    person.button("log_axis").setChecked(True)
    settings = person.frame.settings
    runs = [("slow", settings), ("fast", settings.replace(learning_rate=1.0))]
    person.bench.run_list_control.race(runs, beside=True)
    person.bench.session.advance(20)
    person.bench.views["loss"].show_new(person.frame)
    person.settle()
    _, (_, top) = person.plot("loss").box.viewRange()
    losses = sorted(float(np.log10(run.rows.loss[-1])) for run in person.frame.race.runs)
    assert losses[0] < top < losses[1]
    names = {mark.text for mark in marks_in(person.plot("loss"), Text)}
    assert {"slow", "fast ↑"} <= names
