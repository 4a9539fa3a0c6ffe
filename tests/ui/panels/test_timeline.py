"""The timeline, by mouse and keyboard, against the run itself."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolTip

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import Points
from neuroviz.ui.canvas.handles import BEYOND, GROWS
from neuroviz.ui.controls.track import RADIUS
from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY, LEFT, plain_tooltip, rest_on


def slider(person):
    return person.find(QSlider, "timeline")


def test_a_drag_shows_an_earlier_step_everywhere(open_window):
    """Tables, labels and readings are those of the step; the run is not touched."""
    person = open_window(Settings(learning_rate=1.0), plots="all")
    person.window.resize(1440, 900)
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    bar = slider(person)
    # As a drag does; with the real pointer the test under Xvfb drags it.
    bar.setSliderDown(True)
    bar.setSliderPosition(48)
    person.qtbot.waitUntil(lambda: person.frame.looks_back)
    bar.setSliderDown(False)
    person.settle()
    step = person.frame.step
    trainer = Trainer(Settings(learning_rate=1.0))
    trainer.advance(step)
    newest = trainer.history.newest

    assert step == 48
    assert person.step == 100
    assert person.text("epoch") == f"{step}"
    assert person.text("looked_at") == f"step {step} of 100"
    assert [float(row[1].replace("−", "-")) for row in person.cells("weights")] == [
        float(f"{value:.4g}") for value in newest.parameters
    ]
    assert person.reading("loss").startswith(f"step {step}:")
    # With the keyboard on it Left and Right are one step, Home is the start.
    person.focus(slider(person))
    person.press(KEY.Key_End)
    person.qtbot.waitUntil(lambda: not person.frame.looks_back)
    person.press(KEY.Key_Left)
    person.qtbot.waitUntil(lambda: person.frame.step == 99)
    person.press(KEY.Key_Home)
    person.qtbot.waitUntil(lambda: person.frame.step == 0)
    assert np.array_equal(person.frame.parameters, person.frame.start)
    person.press(KEY.Key_End)
    person.qtbot.waitUntil(lambda: not person.frame.looks_back)
    # F7 looks one back, F8 one on, and at the end F8 takes a step again; F4 is now.
    person.begin(Settings(learning_rate=1.0))
    for _ in range(5):
        person.press(KEY.Key_F8)
    seen = []
    for key in (KEY.Key_F7, KEY.Key_F7, KEY.Key_F7, KEY.Key_F8):
        person.press(key)
        seen.append((person.frame.step, person.step))
    assert seen == [(4, 5), (3, 5), (2, 5), (3, 5)]
    person.press(KEY.Key_F4)
    assert not person.frame.looks_back
    person.press(KEY.Key_F8)
    assert (person.frame.step, person.step) == (6, 6)


def test_now_is_a_button_that_works_where_there_is_a_way_back(open_window):
    person = open_window()
    assert not person.button("now").isEnabled()
    assert person.button("now").toolTip() == "This is the newest step."
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.press(KEY.Key_F7)
    assert person.button("now").isEnabled()
    person.qtbot.mouseClick(person.button("now"), LEFT)
    assert not person.frame.looks_back
    assert person.text("looked_at") == "step 3, now"
    # From a part of the newest step too: no earlier one is looked at, yet not all of it is
    # done.
    person.begin(Settings())
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F6)
    assert (person.frame.phase is None, person.frame.looks_back) == (False, False)
    assert person.button("now").isEnabled()
    person.click("now")
    assert person.frame.phase is None
    assert not person.button("now").isEnabled()
    # A run that ended inside an epoch has a pin where its last stored loss is.
    person.begin(Settings(learning_rate=1.0, batch_size=1))
    for _ in range(5):
        person.press(KEY.Key_F8)
    person.bench.look_control.look_at(2)
    person.type_into("learning_rate", "0.2")
    track = slider(person)
    assert len(track.pins) == 1
    assert not track.grab().isNull()
    # One that ended at a loss of 0 has no place on an axis of logarithms, but has its line.
    person.begin(Settings(activation="identity", loss="hinge", learning_rate=1.0))
    person.press(KEY.Key_F8, CTRL)
    assert person.frame.current_loss == 0
    person.bench.look_control.look_at(2)
    person.type_into("learning_rate", "0.2")
    assert [run.rows.last_loss[1] for run in track.pins] == [0]
    assert not track.grab().isNull()


def test_what_was_thinned_out_is_said_to_be_and_edits_have_ticks(open_window):
    """A star marks a step that was computed again; the tooltip says how many are kept."""
    person = open_window(Settings(learning_rate=1.0))
    for _ in range(5):
        person.press(KEY.Key_F8)
    trainer = person.bench.session.run.prepare()
    trainer.history.shrink(64)
    trainer.advance(500)
    stride = person.rows.stride
    assert stride > 1
    person.bench.look_control.look_at(stride + 1)
    assert person.text("looked_at") == f"step {stride + 1}* of 505"
    assert "computed again" in person.bench.timeline.where.toolTip()
    # Where there is no room for the number of all steps, the tooltip has it.
    person.bench.timeline.where.setStyleSheet("font-size: 24px")
    person.bench.look_control.look_at(stride + 2)
    person.bench.look_control.look_at(stride + 1)
    assert person.text("looked_at") == f"step {stride + 1}*"
    assert f"step {stride + 1}* of 505" in person.bench.timeline.where.toolTip()
    person.bench.timeline.where.setStyleSheet("")
    person.bench.look_control.look_at(stride)
    assert "*" not in person.text("looked_at")
    assert f"one step in {stride} is kept" in person.bench.timeline.where.toolTip()
    # What is to come begins where the curve ends, not where it is looked at.
    track = slider(person)
    track.grab()
    assert track.written[track.goal].left() > track.place_of(505).x()
    # The track knows where the run was edited.
    person.begin(Settings(learning_rate=1.0))
    for _ in range(4):
        person.press(KEY.Key_F8)
    before = slider(person).grab().toImage()
    person.type_into("learning_rate", "2")
    person.settle()
    assert person.frame.edits == (Edit(4, "learning_rate", 2.0),)
    assert slider(person).grab().toImage() != before
    # Neither one that rests for good nor one that cannot be trained is said to go on.
    person.begin(Settings(learning_rate=1e6, epochs=1000))
    track = slider(person)
    assert track.goal == "Run stops at epoch 1,000"
    for height in (900, 768):  # in the low strip too, above the axis
        person.window.resize(1440, height)
        person.settle()
        track.grab()
        middle = track.plot.box.sceneBoundingRect().center().y()
        assert track.written[track.goal].center().y() == pytest.approx(middle, abs=1)
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert person.step < 1000
    assert not track.goal
    person.bench.change_control.change({"learning_rate": 1.0})
    assert track.goal
    person.bench.change_control.change({"activation": "step", "loss": "mse"})
    assert person.step == 0
    assert not track.goal


def test_the_strip_is_the_loss_over_log_epochs(open_window):
    """Its curve is the history's; both axes have names and numbers, the last one the run's end."""
    person = open_window(Settings(learning_rate=1.0, epochs=1000))
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    trainer = Trainer(Settings(learning_rate=1.0))
    trainer.advance(100)
    ((x, y),) = person.curves("timeline")
    assert np.array_equal(np.expm1(x).round(6), np.arange(101))
    assert 10**y == pytest.approx(trainer.history.rows().loss)
    # What has been is filled, up to the moment that is shown.
    track = slider(person)
    person.bench.look_control.look_at(30)
    person.settle()
    image = track.window().grab().toImage()
    grounds = [
        image.pixelColor(track.mapTo(track.window(), QPoint(int(x), track.height() - 36))).name()
        for x in (track.place_of(step).x() for step in (25, 28, 35))
    ]
    assert grounds[0] == grounds[1] != grounds[2]
    person.bench.look_control.look_at(100)
    person.settle()
    bottom = person.bench.timeline.plot.getAxis("bottom")
    (_, places), (_, between) = bottom.tickValues(0.0, np.log1p(1000), 1200.0)
    assert np.expm1(between).round(6).tolist() == [
        *(2, *range(4, 10), 20, *range(40, 100, 10), 200, *range(400, 1000, 100)),
    ]
    track = slider(person)
    for place in (QPoint(20, 10), QPoint(300, track.height() - 4)):
        assert "logarithmic" in track.words_at(place)
    assert bottom.tickStrings(places, 1.0, 1.0) == [
        "0",
        "1",
        "3",
        "10",
        "30",
        "100",
        "300",
        "1,000",
    ]
    assert (bottom.labelText, person.bench.timeline.plot.getAxis("left").labelText) == (
        "epoch",
        "loss",
    )
    # Whatever its end, no numbers crowd.
    for epochs in (1, 2, 7, 40, 999, 10**7):
        person.begin(Settings(learning_rate=1.0, epochs=epochs))
        person.settle()
        axis = person.bench.timeline.plot.getAxis("bottom")
        (_, places), _ = axis.tickValues(0.0, np.log1p(epochs), 900.0)
        assert axis.tickStrings(places[-1:], 1.0, 1.0) == [f"{epochs:,}"]
        wide = QFontMetricsF(axis.style["tickFont"]).horizontalAdvance
        widths = np.array([wide(text) for text in axis.tickStrings(places, 1.0, 1.0)])
        apart = np.diff(places) * 900 / np.log1p(epochs) - (widths[1:] + widths[:-1]) / 2
        assert apart.min() >= 10, epochs


def test_a_press_on_the_strip_looks_at_that_step_and_a_drag_scrubs(open_window):
    """Places are logarithmic: half way to the end of a thousand lies near epoch 31."""
    person = open_window(Settings(learning_rate=1.0, epochs=1000), plots=["loss"])
    for _ in range(10):
        person.press(KEY.Key_F8, CTRL)
    track = slider(person)
    for step in (3, 31, 400):
        at = track.place_of(step).toPoint()
        person.qtbot.mousePress(track, LEFT, pos=at)
        near = [track.step_at(at.x() + side) for side in (-1, 1)]
        person.qtbot.waitUntil(lambda near=near: near[0] <= person.frame.step <= near[1])
        person.qtbot.mouseRelease(track, LEFT, pos=at)
    person.qtbot.mouseClick(track, LEFT, pos=track.rect().center() + QPoint(10_000, 0))
    person.qtbot.waitUntil(lambda: not person.frame.looks_back)
    QTest.mouseMove(track, track.place_of(31).toPoint())
    told = [float(np.ravel(mark.x)[0]) for mark in person.marks("loss", Points)]
    assert pytest.approx(31, abs=1) in told  # the other plots show it, too
    # The axis of losses only shows.
    axis = QPoint(20, track.height() // 2)
    for place in (track.place_of(31).toPoint(), axis):
        QTest.mouseMove(track, place)
    assert track.hairline is None
    person.qtbot.mouseClick(track, LEFT, pos=axis)
    assert (track.value(), track.isSliderDown()) == (1000, False)
    # A long run has few points, so that at full speed it is not held up; what stood out
    # between them is not lost.
    person.begin(Settings("and", learning_rate=20.0, epochs=10**6))
    person.bench.session.advance(40_000)
    person.bench.frame_dispatcher.now()
    person.settle()
    ((x, y),) = person.curves("timeline")
    _, _, low, high = person.rows.loss_curve  # also of what is not kept
    epochs = np.expm1(x)
    assert len(x) < 3_000
    assert (np.diff(x) >= 0).all()
    assert 10 ** y.max() == pytest.approx(high.max())
    assert 10 ** y.min() == pytest.approx(low.min())
    assert set(person.rows.epochs[:30].tolist()) <= set(epochs.round(6).tolist())
    # A pin a little after the playhead would go through the digits of the loss at its right.
    person.begin(Settings(learning_rate=1.0, epochs=300))
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(80)
    person.type_into("learning_rate", "0.2")
    person.settle()
    track = slider(person)
    track.grab()
    box = track.written[track.value_text]
    playhead, pin = track.place_of(80).x(), track.place_of(100).x()
    assert playhead < pin < playhead + box.width()
    assert box.right() < playhead


def test_when_every_row_became_right_is_a_mark_at_the_very_step(open_window):
    """Found anew for another run; with the pointer on it the sentence is told."""
    person = open_window(Settings(learning_rate=1.0, epochs=1000))
    person.press(KEY.Key_F8, CTRL)
    trainer = Trainer(Settings(learning_rate=1.0))
    inputs, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
    first = 0
    while True:
        weights = np.asarray(trainer.history.newest.parameters)
        if ((inputs @ weights[:-1] + weights[-1] > 0) == targets).all():
            break
        trainer.advance(1)
        first += 1
    track = slider(person)
    person.qtbot.waitUntil(lambda: bool(track.facts))
    (fact,) = track.facts
    assert (fact.step, fact.name, fact.mood) == (first, "all right", "good")
    rest_on(track, track.place_of(first).toPoint())
    person.qtbot.waitUntil(lambda: plain_tooltip() == fact.sentence)
    rest_on(track, track.place_of(5 * first).toPoint())  # where one scrubs, words would cover it
    person.qtbot.waitUntil(lambda: not QToolTip.isVisible())
    person.bench.look_control.look_at(first)  # the playhead comes over the mark, not over its name
    person.settle()
    seen = track.grab().toImage()
    at = round(track.place_of(first).x())
    beside = [(x, y) for x in range(at + 9, at + 40) for y in range(seen.height())]
    green = QColor(themes.now.good.text).getRgb()

    def is_green(x, y):  # letters have smooth edges: not each has a pixel of the very colour
        return np.abs(np.subtract(seen.pixelColor(x, y).getRgb(), green)).max() < 10

    assert not any(is_green(x, y) for x, y in beside)
    assert any(is_green(2 * at - x, y) for x, y in beside)
    # The name stands in the filled part, and has a halo in the colour of the card there.
    strip = person.bench.timeline
    seen = strip.grab().toImage()
    name = track.written["all right"].translated(track.mapTo(strip, QPointF())).toRect()
    inside = [
        (x, y) for x in range(name.left(), name.right()) for y in range(name.top(), name.bottom())
    ]
    assert (
        sum(seen.pixelColor(x, y) == QColor(themes.now.card) for x, y in inside) > len(inside) / 10
    )
    person.press(KEY.Key_R, CTRL)
    assert track.facts == ()
    # Nothing is marked where never all rows are right.
    person.begin(Settings("xor", learning_rate=1.0, epochs=1000))
    person.press(KEY.Key_F8, CTRL)
    person.qtbot.waitUntil(lambda: not person.bench.timeline._search.running)
    assert slider(person).facts == ()
    # One need not pause to see when all became right; it is looked for once.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: bool(slider(person).facts))
    assert [fact.name for fact in slider(person).facts] == ["all right"]
    assert person.bench.player.running


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        ({"learning_rate": 5.0, "epochs": 300}, "all right"),
        ({"task": "line", "learning_rate": 0.2, "epochs": 1000}, "lowest"),
    ],
)
def test_no_text_lies_on_the_curve(open_window, choices, name):
    """At the end of a run the loss stands left of the playhead, above all of the curve there.

    What is under the pointer is written beside it.
    """
    person = open_window()
    track = slider(person)
    for size in ((1440, 900), (1024, 768), (960, 600)):
        person.begin(Settings(**choices))
        person.window.resize(*size)
        person.run_until(lambda: not person.bench.player.running)
        person.qtbot.waitUntil(lambda: bool(track.facts))
        person.settle()
        track.grab()
        x, y = track.curve
        assert {name, track.value_text} <= {*track.written}
        for text in (name, track.value_text):
            box = track.written[text].adjusted(0, 2, 0, -2)  # the room of a line above its letters
            left, right = (
                track.plot.point_at(QPointF(at, 0)).x() for at in (box.left(), box.right())
            )
            across = np.linspace(left, min(right, x[-1]), 50) if left < x[-1] else ()
            there = [track.plot.pixel_of(QPointF(at, np.interp(at, x, y))) for at in across]
            assert not any(map(box.contains, there)), text
        at = track.place_of(track.value(), track.height_at)
        assert at.x() + GROWS * RADIUS + BEYOND <= track.width()  # its halo is whole
        QTest.mouseMove(track, at.toPoint() - QPoint(8, 0))
        person.settle()
        track.grab()
        said = next(box for text, box in track.written.items() if " at epoch" in text)
        assert not said.intersects(track.written[track.value_text])


def test_losses_of_nothing_and_beyond_all_bounds_are_drawn(open_window):
    """A loss of 0 has no place on the axis, an overflow has one; the playhead stays in sight."""
    person = open_window()
    for settings in (
        Settings("line", weights=(2.0,), bias=3.0, learning_rate=0.01, epochs=50),
        Settings("line", learning_rate=1e6, epochs=10**6),
    ):
        person.begin(settings)
        for _ in range(3):
            person.press(KEY.Key_F8, CTRL)
        person.settle()
        track = slider(person)
        at = track.place_of(track.value(), track.height_at)
        assert track.rect().contains(at.toPoint())
    # A loss of 0 lies below all others: the playhead stood at the last one that had a place.
    person.begin(Settings(learning_rate=1e6))
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    losses = person.frame.rows.loss
    assert losses[-1] == 0 < losses[0]
    heights = person.curves("timeline")[0][1]
    assert heights[-1] < heights[: np.count_nonzero(losses)].min()
    bottom, top = person.bench.timeline.plot.box.viewRange()[1]
    assert bottom < heights.min() < heights.max() < top
    assert person.bench.timeline.slider.height_at == heights[-1]
    # Where the loss is lowest the ball stands on the axis, and covers no number.
    person.begin(Settings("sine"))
    person.bench.session.advance(300)
    person.bench.frame_dispatcher.now()
    track = slider(person)
    for size in ((1440, 900), (1024, 768), (976, 549)):
        person.window.resize(*size)
        person.settle()
        ball = track.place_of(track.value(), track.height_at)
        axis = track.place_of(track.value(), track.plot.range_to_come[1][0])
        assert axis.y() - ball.y() >= RADIUS - 0.5, size


def test_a_change_at_an_earlier_step_leaves_a_lane_that_a_press_goes_to(open_window):
    """The run as it was is drawn from where the new one parts, and comes back as it stood."""
    person = open_window(Settings(learning_rate=1.0, epochs=300))
    person.window.resize(1440, 900)
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(40)
    person.type_into("learning_rate", "0.2")
    assert person.text("sentence").startswith("From step 40 this run goes another way")
    person.press(KEY.Key_F8)
    person.settle()
    assert (person.step, person.frame.edits) == (41, (Edit(40, "learning_rate", 0.2),))
    old = Trainer(Settings(learning_rate=1.0))
    old.advance(100)
    lanes = [(x, y) for x, y in person.curves("timeline") if np.expm1(x[-1]).round() == 100]
    ((x, y),) = lanes
    assert np.array_equal(np.expm1(x).round(6), np.arange(39, 101))
    assert 10**y == pytest.approx(old.history.rows().loss[39:])
    track = slider(person)
    pin = track.place_of(100).toPoint()
    pin.setY(4)
    assert [track.lane_name(run) for run in track.pins] == ["Run 1 · rate 1"]
    name = track.written["Run 1 · rate 1"].center().toPoint()
    assert abs(name.x() - pin.x()) > 20
    for place in (pin, name):
        assert track.words_at(place) == "Run 1, learning rate 1: press to go on with it"
    person.qtbot.mouseMove(track, name)
    person.qtbot.waitUntil(lambda: track.cursor().shape() == Qt.CursorShape.PointingHandCursor)
    person.qtbot.mouseClick(track, LEFT, pos=name)
    assert [track.lane_name(run) for run in track.pins] == ["Run 2 · rate 0.2"]
    assert (person.step, person.frame.edits) == (100, ())
    assert person.frame.parameters == pytest.approx(old.history.newest.parameters)
    assert [run.rows.newest.step for run in person.frame.others] == [41]
    person.press(KEY.Key_Z, CTRL)
    assert person.step == 41
