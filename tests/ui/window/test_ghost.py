"""The run that would follow what is held, against the run that follows."""

from itertools import combinations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.marks import AHEAD, Curve, Text
from neuroviz.ui.controls.track import Track
from tests.ui.person import CTRL, KEY, LEFT


def hold_ball(person):
    """Take the ball of the map to another place, and wait until all of its future is known."""
    landscape = person.bench.views["landscape"]
    landscape.choice.choose((0, 1))
    person.settle()
    viewport = person.plot("landscape").viewport()
    (ball,) = landscape.drag.handles()
    start, end = ball.at.toPoint(), ball.at.toPoint() + QPoint(30, -20)
    QTest.mousePress(viewport, LEFT, pos=start)
    QTest.mouseMove(viewport, end)
    person.qtbot.waitUntil(lambda: person.frame.ghost is not None and person.frame.ghost.ahead.ends)
    person.settle()
    return end


def strip_of(person):
    """Return epochs and losses of the dashed curve in the strip of time."""
    dashed = [mark for mark in person.marks("timeline", Curve) if mark.dash]
    x, y = (np.asarray(dashed[0].x), np.asarray(dashed[0].y)) if dashed else np.empty((2, 0))
    return np.expm1(x), 10**y


def future(settings, epochs):
    trainer = Trainer(settings)
    trainer.advance(settings.epochs * settings.steps_per_epoch)
    epoch, loss = trainer.history.rows().loss_curve[:2]
    return loss[np.searchsorted(epoch, np.round(epochs))]


def test_the_run_that_follows_is_drawn_while_the_ball_is_held(open_window):
    """In the strip its losses, in the neuron where it leads; faint when let go, and it comes."""
    person = open_window(Settings("and", learning_rate=1.0, epochs=300), sample="first", plots=())
    end = hold_ball(person)
    settings = person.frame.settings
    epochs, losses = strip_of(person)
    assert (epochs[0], round(epochs[-1])) == (0, 300)
    assert losses == pytest.approx(future(settings, epochs))
    ghost = person.frame.ghost
    assert ghost.opacity == 1
    texts = [item.text for item in neuron_texts(person) if item.text.startswith("→")]
    run = Trainer(settings)
    run.advance(300)
    assert [float(text[2:].replace("−", "-")) for text in texts] == pytest.approx(
        run.history.newest.parameters.tolist(), rel=1e-3
    )
    QTest.mouseRelease(person.plot("landscape").viewport(), LEFT, pos=end)
    person.settle()
    assert person.frame.ghost.opacity < 0.5
    assert strip_of(person)[1] == pytest.approx(losses)
    for _ in range(3):
        person.press(KEY.Key_F8, CTRL)
    assert person.step == 300
    assert person.frame.current_loss == pytest.approx(losses[-1])
    person.action("reset").trigger()
    assert person.frame.ghost is None
    assert len(strip_of(person)[0]) == 0


def test_without_room_in_the_neuron_a_sentence_says_where_the_weights_lead(open_window):
    """All of them, while they are held and as long as the way is faint, and no longer."""
    person = open_window(Settings("and", learning_rate=1.0, epochs=300), sample="first", plots=())
    person.window.resize(1024, 768)
    end = hold_ball(person)
    said = person.bench.neuron.parts.said
    run = Trainer(person.frame.settings)
    run.advance(300)
    names = zip(("w₁", "w₂", "b"), run.history.newest.parameters, strict=True)
    ends = ", ".join(f"{name} = {value:#.4g}" for name, value in names).replace("-", "−")
    assert said.text() == f"At epoch 300 the run would have {ends}."
    QTest.mouseRelease(person.plot("landscape").viewport(), LEFT, pos=end)
    person.settle()
    assert said.text() == f"At epoch 300 the run would have {ends}."
    person.click("part_forward")
    assert said.text().startswith("Forward: ")
    person.press(KEY.Key_F4)
    person.action("reset").trigger()
    person.settle()
    assert said.text().startswith("One step in five parts")


def neuron_texts(person):
    marks = person.bench.neuron.diagram.drawing.marks.values()
    return [mark for mark in marks if isinstance(mark, Text)]


def test_esc_puts_it_back_and_no_file_has_it(open_window):
    """Nor does it answer a question of a lesson."""
    person = open_window(Settings("and", learning_rate=1.0), plots="all")
    hold_ball(person)
    for view in person.bench.views.values():
        figure = view.figure(person.frame)
        assert not any(getattr(mark, "dash", ()) == AHEAD for mark in figure.marks)
    person.press(KEY.Key_Escape)
    person.qtbot.waitUntil(lambda: person.frame.ghost is None)
    assert len(strip_of(person)[0]) == 0
    # A question of a lesson is not answered by it.
    person.begin(Settings("and", learning_rate=1.0))
    person.bench.ghost_control.silent = True
    person.bench.change_control.hold({"weights": (1.0, 2.0), "bias": 0.0}, person.bench.neuron)
    assert person.frame.preview
    assert person.frame.ghost is None


def test_the_rate_is_held_and_the_edge_is_seen(open_window):
    """Above the limit of the line it says at which step it blows up, and the run does there."""
    person = open_window(Settings("line"))
    slider = person.bench.form.ruler.slider
    y = slider.height() // 2
    QTest.mousePress(slider, LEFT, pos=QPoint(slider.width() // 2, y))
    for share in (0.6, 0.7):
        QTest.mouseMove(slider, QPoint(round(share * slider.width()), y))
    person.qtbot.waitUntil(lambda: person.frame.ghost is not None and person.frame.ghost.ahead.ends)
    run = Trainer(person.frame.ghost.ahead.settings)
    run.advance(1000)
    assert person.frame.ghost.said == f"blows up at step {run.stopped.step:,}"
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(0.7 * slider.width()), y))
    assert person.frame.ghost.opacity < 0.5
    person.press(KEY.Key_Escape)
    assert person.frame.ghost is None
    # It opens the sweep; its presses have moved no rate, and nothing follows from them.
    person.begin(Settings("and"))
    slider = person.bench.form.ruler.slider
    at = slider.knob.toPoint()
    QTest.mousePress(slider, LEFT, pos=at)
    QTest.mouseRelease(slider, LEFT, pos=at)
    QTest.mouseDClick(slider, LEFT, pos=at)
    person.settle()
    sweep = person.find(QWidget, "sweep_window")
    assert sweep.isVisible()
    sweep.close()
    assert (person.frame.ghost, person.bench.session.held) == (None, None)
    assert person.frame.settings == Settings("and")
    # Each is a run of its own; those above the limit blow up, the others do not.
    person.begin(Settings("line"))
    slider = person.bench.form.ruler.slider
    at = QPoint(round(slider.pixel_of(0.05)), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=at + QPoint(2, 0))
    QTest.mouseMove(slider, at)
    person.qtbot.waitUntil(lambda: person.frame.ghost and len(person.frame.ghost.neighbours) == 21)
    limit = person.frame.ruler.limit
    for ahead in person.frame.ghost.neighbours:
        rate = ahead.settings.learning_rate
        assert (ahead.losses[-1] > ahead.losses[0]) == (rate > limit)
        run = Trainer(Settings("line", learning_rate=rate))
        run.advance(int(ahead.steps[-1]))
        assert run.history.newest.parameters.tolist() == ahead.parameters[-1].tolist()
    red = person.frame.ghost.beside(blows_up=True)[1]
    rates = [ahead.settings.learning_rate for ahead in person.frame.ghost.neighbours]
    assert np.isnan(red).sum() == sum(rate > limit for rate in rates) > 3
    QTest.mouseRelease(slider, LEFT, pos=at)
    assert person.frame.ghost.neighbours == ()


def test_the_frame_stays_while_the_rate_is_held_and_the_end_is_said(open_window):
    """Ranges of the landscape, its camera, and the strip's axis, which only gets longer.

    In the foot stands what the run would come to.
    """
    person = open_window(Settings("line"), plots=())
    landscape = person.bench.views["landscape"]
    landscape.surface_shown.setChecked(True)
    person.qtbot.waitUntil(lambda: landscape.is_finished)
    slider = person.bench.form.ruler.slider
    at = QPoint(round(slider.pixel_of(0.02)), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=at)
    person.settle()
    shown, view = landscape.plot.box.viewRange(), landscape.surface.view
    strip = person.bench.timeline.plot.box
    ends = [strip.viewRange()[1]]
    for along in (8, 16, 30, 12):
        QTest.mouseMove(slider, at + QPoint(along, 0))
        person.qtbot.waitUntil(lambda: person.frame.ghost and person.frame.ghost.ahead.ends)
        person.settle()
        left, right = landscape.plot.box.viewRange()[0]
        assert left <= shown[0][0] + 1e-6
        assert right >= shown[0][1] - 1e-6
        assert landscape.surface.view == view
        ends.append(strip.viewRange()[1])
    lows, highs = np.transpose(ends)
    assert (np.diff(lows) <= 0).all()
    assert (np.diff(highs) >= 0).all()
    assert lows[-1] < lows[0]
    person.qtbot.waitUntil(lambda: "The run would end at loss" in person.text("sentence"))
    run = Trainer(person.frame.ghost.ahead.settings)
    run.advance(1000)
    assert f"{run.history.newest.loss:.3e}".split("e")[0] in person.text("sentence")
    QTest.mouseRelease(slider, LEFT, pos=at + QPoint(12, 0))
    person.qtbot.waitUntil(lambda: "would" not in person.text("sentence"))
    person.settle()
    assert np.ptp(strip.viewRange()[1]) < np.ptp(ends[-1])


def test_a_sample_that_is_held_shows_the_run_that_will_start(open_window):
    """With these data, from the run's own start: that is what comes of letting go.

    The plane says which of its lines is that run's.
    """
    person = open_window(Settings("and", learning_rate=1.0, epochs=200))
    person.press(KEY.Key_F8, CTRL)
    moved = moved_data(person.frame.settings, 0, np.array([0.7, 0.6]))
    control = person.bench.change_control
    control.hold({"data": moved}, person.bench.views["data"])
    person.qtbot.waitUntil(lambda: person.frame.ghost and person.frame.ghost.ahead.ends)
    ahead = person.frame.ghost.ahead
    person.qtbot.waitUntil(lambda: person.reading("data").startswith("violet dashes: where the "))
    control.drop({"data": moved}, person.bench.views["data"])
    for _ in range(2):
        person.press(KEY.Key_F8, CTRL)
    assert person.step == 200
    assert person.frame.parameters.tolist() == ahead.parameters[-1].tolist()
    # A held sample names no epoch for weights that no run starts with.
    person.begin(Settings("and", learning_rate=1.0, epochs=200))
    control, view = person.bench.change_control, person.bench.views["data"]
    moved = {"data": moved_data(person.frame.settings, 0, np.array([0.7, 0.6]))}
    control.hold(moved, view)
    person.settle()
    assert person.text("epoch") == "0"  # these are the weights that a run starts with
    control.hold(None, view)
    person.press(KEY.Key_F8, CTRL)
    control.hold(moved, view)
    person.qtbot.waitUntil(lambda: person.text("epoch") == "—")
    assert person.bench.timeline.slider.value_text == ""
    control.drop(moved, view)
    person.settle()
    assert person.text("epoch") == "0"
    assert person.bench.timeline.slider.value_text != ""


def test_what_was_told_of_the_run_comes_back_when_the_rate_is_let_go(open_window):
    """A branch that began under the hand is told of after the ghost's own words."""
    person = open_window(Settings("and", learning_rate=1.0, epochs=200))
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(40)
    slider = person.bench.form.ruler.slider
    at = QPoint(round(slider.pixel_of(0.5)), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=at)
    QTest.mouseMove(slider, at + QPoint(6, 0))
    person.qtbot.waitUntil(lambda: "The run would" in person.text("sentence"))
    QTest.mouseRelease(slider, LEFT, pos=at + QPoint(6, 0))
    person.qtbot.waitUntil(
        lambda: person.text("sentence").startswith("From step 40 this run goes another way")
    )
    # From an earlier row the ghost is the branch that begins.
    person.begin(Settings("and", learning_rate=1.0, epochs=200))
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(40)
    at = hold_rate(person, 20.0)
    person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.ends)
    ahead = person.frame.ghost.ahead
    let_go(person, at)
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: not person.bench.player.running)
    assert person.step == 200
    assert person.frame.parameters.tolist() == ahead.parameters[-1].tolist()
    # It had begun anew then, and told of an end so far that was another.
    person.begin(Settings("line", epochs=400))
    at = hold_rate(person, 0.05)
    person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.ends)
    assert person.text("state") == f"Rate {person.frame.ghost.ahead.settings.learning_rate:g}"
    assert "Press Run" not in person.text("sentence")
    ahead = person.frame.ghost.ahead
    let_go(person, at)
    person.settle()
    assert person.frame.ghost.ahead is ahead
    assert person.text("state") == "At the start"
    at = hold_rate(person, 0.02)  # and at once let go: it comes to its end all the same
    let_go(person, at)
    person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.ends)
    person.bench.session.advance(400)
    assert person.frame.ghost is not None
    person.bench.session.advance(1)
    assert person.frame.ghost is None


def hold_rate(person, rate):
    """Take the knob of the learning rate to another place, and hold it there."""
    slider = person.bench.form.ruler.slider
    at = [
        QPoint(round(slider.pixel_of(each)), slider.height() // 2)
        for each in (person.bench.session.settings.learning_rate, rate)
    ]
    QTest.mousePress(slider, LEFT, pos=at[0])
    QTest.mouseMove(slider, at[1])
    return at[1]


def let_go(person, at):
    QTest.mouseRelease(person.bench.form.ruler.slider, LEFT, pos=at)


def test_no_run_is_touched_while_the_rate_is_held(open_window):
    """What is seen of the run stays, the ghost is of the rate that the box shows; Esc puts back."""
    person = open_window(Settings("and", learning_rate=1.0))
    run, box = person.bench.session.run, person.bench.form.fields["learning_rate"].control
    hold_rate(person, 20.0)
    assert person.bench.session.run is run
    assert person.frame.settings.learning_rate == 1.0
    assert person.frame.ghost.ahead.settings.learning_rate == box.value() > 10
    assert person.reading("data").startswith("violet dashes: where the run would lead")
    person.press(KEY.Key_Escape)
    assert (box.value(), person.frame.ghost) == (1.0, None)
    assert "violet" not in person.reading("data")
    let_go(person, hold_rate(person, 20.0))
    assert person.bench.session.settings.learning_rate == box.value() > 10
    assert person.frame.ghost.opacity < 0.5
    person.action("undo").trigger()
    assert box.value() == 1.0
    assert person.bench.session.run is run
    # What was held was for the row that was looked at.
    person.begin(Settings("and", learning_rate=1.0))
    person.press(KEY.Key_F8, CTRL)
    at = hold_rate(person, 20.0)
    person.action("step_back").trigger()
    person.settle()
    assert person.bench.form.fields["learning_rate"].control.value() == 1.0
    let_go(person, at)
    assert person.bench.session.run.edits == ()
    # Undo says what was undone and how it comes back.
    person.begin(Settings("and", learning_rate=1.0))
    let_go(person, hold_rate(person, 20.0))
    rate = f"{person.frame.settings.learning_rate:g}"
    person.action("undo").trigger()
    said = f"Undone: learning rate 1 → {rate}. Ctrl+Shift+Z redoes it."
    assert person.text("sentence").startswith(said)
    person.action("redo").trigger()
    assert person.text("sentence").startswith(f"Done again: learning rate 1 → {rate}.")
    # Its numbers had gone ahead of all others while a run went on.
    person.begin(Settings("and", learning_rate=1.0))
    let_go(person, hold_rate(person, 2.0))
    neuron, frame = person.bench.neuron, person.frame
    neuron.show_frame(frame)
    before = {mark.text for mark in neuron_texts(person)}
    person.bench.session.advance(50)
    neuron.follow(person.bench.session.frame())
    assert {mark.text for mark in neuron_texts(person)} == before


def test_no_words_of_the_strip_lie_over_others(open_window):
    """Nor over the playhead: of the loss there, of the end, of the rates beside it."""
    person = open_window()
    for steps, rate in ((0, 0.02), (1000, 0.02), (0, 0.0617), (1000, 0.5)):
        person.begin(Settings("line", epochs=1000, learning_rate=0.001))
        person.bench.session.advance(steps)
        person.settle()
        hold_rate(person, rate)
        person.qtbot.waitUntil(
            lambda: person.frame.ghost and len(person.frame.ghost.neighbours) == 21
        )
        person.settle()
        track = person.find(Track, "timeline")
        line = track.place_of(track.value()).x()
        assert {track.value_text, person.frame.ghost.said} <= track.written.keys()
        for one, other in combinations(track.written.values(), 2):
            assert not one.intersects(other)
        assert not any(box.left() < line < box.right() for box in track.written.values())


def test_a_key_goes_on_with_the_rate_that_is_held(open_window):
    """Another number of the optimizer shows what would follow, too."""
    person = open_window()
    for name, step in (("run", 1), ("step", 1), ("reset", 0)):
        person.begin(Settings("line"))
        at = hold_rate(person, 0.03)
        rate = person.bench.form.fields["learning_rate"].control.value()
        person.action(name).trigger()
        person.qtbot.waitUntil(lambda least=step: person.step >= least)
        person.bench.player.pause()
        let_go(person, at)
        assert rate == pytest.approx(0.03, rel=0.1)
        assert person.bench.session.run.settings.learning_rate == rate
        run = Trainer(Settings("line", learning_rate=rate))
        run.advance(person.step)
        assert person.frame.parameters.tolist() == run.history.newest.parameters.tolist()
    # It had been drawn with the numbers of the task before, and that was an error.
    person.begin(Settings())
    for first, second in (("line", "and"), ("and", "line")):
        person.begin(Settings(first))
        slider = person.bench.form.ruler.slider
        at = QPoint(slider.width() // 2, slider.height() // 2)
        QTest.mousePress(slider, LEFT, pos=at)
        QTest.mouseMove(slider, at + QPoint(9, 0))
        person.qtbot.waitUntil(lambda: person.frame.ghost is not None)
        QTest.mouseRelease(slider, LEFT, pos=at + QPoint(9, 0))
        assert person.frame.ghost.opacity < 0.5
        person.choose("task", second)
        person.settle()
        assert (person.frame.settings.task, person.frame.ghost) == (second, None)
    # By key, for as long as a hand may still be on it, and without rates beside it.
    person.begin(Settings("and", learning_rate=1.0, optimizer="momentum", epochs=200))
    person.bench.form.more.set_open(True)
    box = person.bench.form.fields["momentum"].control
    box.setFocus()
    person.qtbot.waitUntil(box.hasFocus)
    QTest.keyClick(box, KEY.Key_Up)
    person.qtbot.waitUntil(lambda: person.frame.ghost is not None and person.frame.ghost.ahead.ends)
    ghost = person.frame.ghost
    assert ghost.ahead.settings.momentum == person.frame.settings.momentum == box.value()
    assert ghost.neighbours == ()
    run = Trainer(person.frame.settings)
    run.advance(int(ghost.ahead.steps[-1]))
    assert run.history.newest.parameters.tolist() == ghost.ahead.parameters[-1].tolist()
    person.qtbot.waitUntil(lambda: person.frame.ghost.opacity < 0.5)


def test_where_it_leaves_the_map_stands_how_it_ends(open_window):
    """In sight, beside the map's edge; a run that comes down has no such words."""
    person = open_window(Settings("line"), plots=())
    landscape = person.bench.views["landscape"]
    landscape.surface_shown.setChecked(False)
    person.settle()

    def said():
        marks = landscape.map.runs.marks.items()
        return [mark for key, mark in marks if key == "ahead end"]

    at = hold_rate(person, 0.1)
    person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.stopped is not None and said() != [])
    (text,) = said()
    assert text.text == f"blows up at step {person.frame.ghost.ahead.stopped.step:,}"
    (left, right), (bottom, top) = landscape.plot.box.viewRange()
    assert left <= text.x <= right
    assert bottom < text.y < top
    let_go(person, at)
    assert said() == []
    at = hold_rate(person, 0.05)
    person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.ends)
    assert said() == []
    let_go(person, at)


def test_on_the_surface_only_steps_that_lie_there_have_dots(open_window):
    """One outside had a dot with its number at the edge, where the run never is."""
    person = open_window(Settings("line"), plots="all")
    landscape = person.bench.views["landscape"]
    for rate in (0.05, 0.0724):
        person.begin(Settings("line"))
        landscape.surface_shown.setChecked(True)
        person.qtbot.waitUntil(lambda: landscape.is_finished)
        at = hold_rate(person, rate)
        person.qtbot.waitUntil(lambda: person.frame.ghost.ahead.ends)
        surface = landscape.surface
        dots = {key[1] for key in surface.run_marks if isinstance(key, tuple) and key[0] == "ahead"}
        left, right, bottom, top = surface._map.extent
        middle, half = (
            np.array((left + right, bottom + top)) / 2,
            np.array((right - left, top - bottom)),
        )
        run = Trainer(person.frame.ghost.ahead.settings)
        run.advance(8)
        places = [run.history.rows().kept_before(step).parameters for step in range(1, 9)]
        there = {
            step
            for step, place in enumerate(places, start=1)
            if (np.abs(place - middle) <= 1.1 * half / 2).all()
        }
        assert dots & set(range(1, 9)) <= there
        assert 2 in dots & there
        assert (1 in dots) == (1 in there) == (rate == 0.05)
        let_go(person, at)


def test_the_neuron_under_a_ghost_looks_as_if_all_of_it_were_painted(open_window):
    """What stands is a picture then: with where the ghost leads, and with what has the pointer."""
    person = open_window(Settings("and", learning_rate=1.0), sample="first")
    hold_rate(person, 20.0)
    diagram = person.bench.neuron.diagram
    kept = {}
    for name, slot in (("free", None), ("hovered", ("product", 0))):
        diagram._hover(slot)
        kept[name] = diagram.viewport().grab().toImage()
    drawing = diagram.drawing
    assert {key for key in drawing.marks if key not in drawing.still}
    diagram.drawing = replace(drawing, still=None)
    assert diagram.viewport().grab().toImage() == kept["hovered"] != kept["free"]
    diagram._hover(None)
    assert diagram.viewport().grab().toImage() == kept["free"]
