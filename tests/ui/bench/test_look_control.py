"""Part-steps and branches through keys, against fresh runs."""

import pytest

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.anatomy.phases import sentence
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.state_file import settings_path
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.views import LandscapeView
from neuroviz.ui.views.neuron.network import NetworkPicture
from tests.batteries import presses
from tests.core.same_bits import assert_same_row
from tests.ui.person import CTRL, KEY

PARTS = ["forward", "loss", "zero_grad", "backward", "update"]


def test_five_presses_are_a_step(open_window):
    """The run goes on with the update only; the words and the lit code follow, there and back."""
    person = open_window(Settings(learning_rate=1.0))
    seen = []
    for _ in range(6):
        person.press(KEY.Key_F6)
        seen.append((person.frame.phase, person.step))
        said = sentence(person.frame.anatomy, person.frame.phase, person.frame.sample)
        assert person.bench.neuron.parts.said.text() == said
        assert said[:9] not in person.text("sentence")  # the foot speaks of the run
    assert seen == [*((part, 0) for part in PARTS[:-1]), ("update", 1), ("forward", 1)]
    back = []
    for _ in range(6):
        person.press(KEY.Key_F5)
        back.append((person.frame.step, person.frame.phase))
    assert back == [
        (1, "update"),
        (0, "backward"),
        (0, "zero_grad"),
        (0, "loss"),
        (0, "forward"),
        (0, "forward"),
    ]
    assert person.step == 1
    # A whole step ends going by parts.
    person.begin(Settings(learning_rate=1.0))
    for key in (KEY.Key_F6, KEY.Key_F6, KEY.Key_F8):
        person.press(key)
    assert (person.frame.phase, person.step) == (None, 1)
    # Each part brings the arithmetic that it is about. A gradient asked too early is a dash,
    # and the new weights come last.
    person.begin(Settings(learning_rate=1.0))
    window = person.window
    window.resize(1440, 900)
    window.bench.side.bring(window.bench.arithmetic)
    panel = window.bench.arithmetic.panel
    titles = dict.fromkeys(PARTS, "Loss") | {
        "forward": "Pre-activation z",
        "backward": "Gradient",
        "update": "Update",
    }

    def shows(part):
        return panel.heading.text().startswith(titles[part]) and panel.steps.isVisible() == (
            part == "update"
        )

    for part in PARTS:
        person.press(KEY.Key_F6)
        assert person.frame.phase == part
        person.qtbot.waitUntil(lambda part=part: shows(part))
        if part == "forward":
            panel.show_quantity(Quantity("grad", 0))
            assert (panel.ways[0].text(), panel.steps.isVisible()) == ("—", False)


def test_from_an_earlier_step_one_branches(open_window):
    """Run, or another rate, goes on from there in a new run; the old one is in the list.

    Undo brings it back.
    """
    person = open_window(Settings(learning_rate=1.0, epochs=300))
    person.press(KEY.Key_F8, CTRL)
    old = person.rows.newest
    for edits in ((), (Edit(40, "learning_rate", 2.5),)):
        person.bench.look_control.look_at(40)
        if edits:
            person.type_into("learning_rate", "2.5")
            person.press(KEY.Key_F8)
        else:
            person.run_until(lambda: person.step == 300 and not person.bench.player.running)
        fresh = Trainer(Settings(learning_rate=1.0), edits)
        fresh.advance(person.step)
        assert person.frame.edits == edits
        assert_same_row(person.frame.row, fresh.history.newest)
        assert [(run.active, run.rows.newest.step) for run in person.frame.runs] == [(False, 100)]
        person.press(KEY.Key_Z, CTRL)
        while person.frame.edits or person.step != 100:
            person.press(KEY.Key_Z, CTRL)
        assert_same_row(person.frame.row, old)
        assert person.frame.runs == ()
    # Before an edit the form shows the old rate, and now the new one again.
    person.begin(Settings(learning_rate=1.0))
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.type_into("learning_rate", "4")
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F7)
    person.press(KEY.Key_F7)
    assert (person.frame.step, person.box("learning_rate").value()) == (2, 1.0)
    person.press(KEY.Key_F4)
    assert person.box("learning_rate").value() == 4.0
    # To look while the run goes on stops it where it is.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 50)
    person.press(KEY.Key_F7)
    at = person.step
    person.settle()
    assert (person.step, person.frame.step, person.bench.player.running) == (at, at - 1, False)


def test_a_sample_under_the_pointer_shows_its_share(open_window):
    """Its arrow on the landscape, as long as the pointer is there; nothing is picked."""
    person = open_window(Settings(learning_rate=1.0), plots=())
    person.window.resize(1440, 900)
    person.settle()
    landscape = person.bench.views["landscape"]
    landscape.choice.choose((0, 1))
    assert "share" not in landscape.map.runs.marks
    person.hover("data", 1, 1)
    assert person.frame.sample == 0
    assert person.frame.selection.sample is None
    grad = person.frame.anatomy.sample_grads[0][:2] / 4
    share = landscape.map.runs.marks["share"]
    assert share.dx * -grad[1] == pytest.approx(share.dy * -grad[0])
    person.bench.views["data"].leave()
    assert "share" not in landscape.map.runs.marks
    # The pointer is over a sample and the path, and another task comes in. The old one comes
    # back by undo.
    person.begin(Settings("line"))
    person.window.resize(1440, 900)
    person.press(KEY.Key_F8, CTRL)
    for task in ("and", "spam"):
        person.hover("data", 3, 35)
        person.bench.look_control.hover(50)
        assert (person.frame.sample, person.frame.step) == (2, 50)
        assert person.choose("task", task)
        person.settle()
        person.bench.look_control.hover(0)
        person.press(KEY.Key_Z, CTRL)
        person.settle()
        assert (person.frame.settings.task, person.step, person.frame.looks_back) == (
            "line",
            100,
            False,
        )


def moving(person):
    """Let things move; return what plays a part, with its clock in the hands of the test."""
    Ease.reduced = False
    person.bench.part_player.apart = 0.0
    return person.bench.part_player.animation


def texts(person):
    return presses.looks(person.bench.neuron.diagram.drawing.marks)


def test_a_part_plays_and_any_press_ends_it_at_once(open_window):
    """What it leads to is there from the first: in session, strip and words.

    Only the picture is on its way, and its last moment is the one that is seen without motion.
    """
    person = open_window(Settings(learning_rate=1.0), sample="first")
    person.press(KEY.Key_F6)
    end = texts(person)
    animation = moving(person)
    person.click("part_forward")
    animation.pause()
    assert (
        animation.duration(),
        person.frame.phase,
        person.bench.neuron.parts.said.text()[:8],
    ) == (
        600,
        "forward",
        "Forward:",
    )
    seen = []
    for when in (100, 300, 500):
        animation.setCurrentTime(when)
        seen.append(texts(person))
    assert end not in seen
    assert seen[0] != seen[1] != seen[2]
    assert Job.waiting
    person.press(KEY.Key_Shift)
    assert animation.state() == animation.State.Stopped
    assert texts(person) == end
    assert not Job.waiting


def test_the_ball_takes_its_step_in_the_same_beat_there_and_back(open_window):
    """It is on the straight way between the two steps, at its own loss; going back it goes back."""
    person = open_window(Settings(learning_rate=1.0), sample="first", plots=())
    landscape = person.bench.view(LandscapeView)
    animation = moving(person)

    def ball():
        (handle,) = landscape.drag.shown
        return handle.at

    person.press(KEY.Key_F8)
    animation.pause()
    places, losses = [], []
    for when in (0, 100, 200, 300, 399):
        animation.setCurrentTime(when)
        places.append(ball())
        losses.append(landscape.map.runs.marks["loss"].text)
    person.press(KEY.Key_Shift)
    places.append(ball())
    assert [animation.duration(), len(set(losses))] == [400, 5]
    assert float(losses[0]) == pytest.approx(float(person.frame.row_at(0).loss), rel=1e-3)
    along = [place.y() for place in places]
    assert along in (sorted(along), sorted(along, reverse=True))
    assert abs(along[0] - along[-1]) > 2
    person.press(KEY.Key_F7)
    assert animation.state() == animation.State.Running
    assert ball().y() == pytest.approx(along[-1], abs=0.5)
    person.press(KEY.Key_Shift)
    assert ball().y() == pytest.approx(along[0], abs=0.5)


@pytest.mark.parametrize("all_samples", [True, False])
def test_the_ball_takes_its_step_where_the_neuron_plays_nothing(open_window, all_samples):
    """In the list of all samples, whose columns change; and while the landscape has all the room.

    If another moment is shown on the way, the ball is there at once.
    """
    sample = None if all_samples else 0
    person = open_window(Settings(learning_rate=1.0), sample=sample, plots=("data", "landscape"))
    landscape = person.bench.view(LandscapeView)
    if not all_samples:
        person.bench.grid.turn_large("landscape")
    animation = moving(person)

    def ball():
        (handle,) = landscape.drag.shown
        return handle.at.y()

    for part in PARTS:
        person.bench.look_control.look_at_part(part)
    animation.pause()
    seen = []
    for when in (0, 200, 399):
        animation.setCurrentTime(when)
        seen.append(ball())
    assert seen in (sorted(seen), sorted(seen, reverse=True))
    assert abs(seen[0] - seen[-1]) > 2
    person.bench.look_control.hover(0, everywhere=True)
    animation.setCurrentTime(300)
    assert animation.state() == animation.State.Stopped
    assert ball() == pytest.approx(seen[0], abs=0.5)


def test_nothing_plays_above_two_steps_a_second_nor_where_motion_is_reduced(open_window):
    """Nor while a run goes at speed; a slow run plays each of its steps."""
    person = open_window(sample="first")
    animation = moving(person)
    person.bench.part_player.apart = 1e6  # as if every press came at once
    person.press(KEY.Key_F8)
    assert animation.state() == animation.State.Stopped
    person.bench.part_player.apart = 0.0
    Ease.reduced = True
    for key in (KEY.Key_F6, KEY.Key_F8, KEY.Key_F7):
        person.press(key)
        assert animation.state() == animation.State.Stopped
    Ease.reduced = False
    for pace, plays in ((1.0, True), (2.0, True), (2.5, False), (None, False)):
        person.bench.player.set_speed(pace)
        person.bench.player.start()
        step = person.step
        person.qtbot.waitUntil(lambda step=step: person.step > step)
        assert (animation.state() == animation.State.Running) == plays
        person.bench.player.pause()
        person.press(KEY.Key_Shift)


def test_a_part_goes_through_all_neurons(open_window):
    """In their picture beside the one that is opened, until any press shows what it leads to."""
    person = open_window(Settings("gates", hidden=2, learning_rate=1.0), sample="first")
    picture = person.find(NetworkPicture, "network")
    for part, lasts in (("forward", 600), ("backward", 700)):
        Ease.reduced = True
        person.click(f"part_{part}")
        end = picture.grab().toImage()
        animation = moving(person)
        person.click(f"part_{part}")
        animation.pause()
        seen = [end]
        for when in (0.25 * lasts, 0.7 * lasts):
            animation.setCurrentTime(round(when))
            seen.append(picture.grab().toImage())
        assert seen[0] != seen[1] != seen[2] != end, part
        person.press(KEY.Key_Shift)
        assert animation.state() == animation.State.Stopped
        assert picture.grab().toImage() == end, part


def test_presses_at_any_moment_of_a_motion_end_where_they_end_without(open_window):
    """Thirty of them, and a thousand in tests/batteries/presses: states, numbers and the ball."""
    ends = []
    for motion in (True, False):
        settings_path().unlink(missing_ok=True)  # which a window writes as it goes
        person = open_window(Settings(), sample="first", plots=())
        person.bench.view(LandscapeView).surface_shown.setChecked(False)
        ends.append(presses.pressed(person.window, presses.chosen(30, 7), moving=motion))
        person.qtbot.waitUntil(lambda person=person: not person.bench.player.running)
    (states, there, balls, moved), (plain, here, others, still) = ends
    assert states == plain
    assert there == here
    for ball, other in zip(balls, others, strict=True):
        assert (ball - other).manhattanLength() < 1
    assert moved > 15
    assert still == 0
