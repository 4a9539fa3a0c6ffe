"""What eases: ranges that widen, cards on their way, the ring that closes; and Reduced motion."""

import sys
import types

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.canvas.motion import Ease, Glide, desktop_reduces_motion
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.preferences import REDUCED_MOTION, Preferences
from neuroviz.ui.views import DataView, LandscapeView
from neuroviz.ui.window import main_window
from tests.ui.person import CTRL, KEY, in_menus

RUNNING = Ease.State.Running


def eases(parent):
    """Return what is on its way in a part of the window."""
    return [ease for ease in parent.findChildren(Ease) if ease.state() == RUNNING]


def halfway(parent):
    (ease,) = eases(parent)
    ease.pause()
    ease.setCurrentTime(ease.duration() // 2)


def likeness(*pictures):
    """Return the share of two pictures that is the same."""
    plain = QImage.Format.Format_RGB32
    first, second = (
        np.asarray(picture.toImage().convertToFormat(plain).constBits()) for picture in pictures
    )
    return np.mean(first == second)


def test_its_beginning_is_shown_at_once_the_first_time_too(qapp):
    """Else its end would be painted before it."""
    Ease.reduced = False
    shown = []
    ease = Ease(qapp, shown.append)
    for _ in range(2):
        shown.clear()
        ease.begin()
        assert shown == [0.0]
        ease.setCurrentTime(ease.duration())
    ease.deleteLater()


@pytest.mark.parametrize("reduced", [False, True])
def test_a_range_that_widens_eases_when_nothing_runs(qtbot, reduced):
    """A narrower one comes at once, and so does another soon after the last: a run is at speed."""
    Ease.reduced = reduced
    plot = Plot("plot", "x", "y")
    qtbot.addWidget(plot)
    plot.show_range(0, 1, 0, 1)
    assert plot.box.targetRange() == [[0, 1], [0, 1]]
    plot.show_range(0, 2, 0, 1)
    assert plot.box.targetRange() == [[0, 2], [0, 1]]  # soon after
    plot.rested = 0.0
    plot.show_range(0, 4, -2, 1)
    if reduced:
        assert plot.box.targetRange() == [[0, 4], [-2, 1]]
        return
    halfway(plot)
    (left, right), (bottom, top) = plot.box.targetRange()
    assert (left, top) == (0, 1)
    assert 2 < right < 4
    assert -2 < bottom < 0
    plot.show_range(0, 4, -2, 1)  # the view draws again and asks for the same
    assert plot.box.targetRange()[0][1] == right
    (ease,) = plot.findChildren(Ease)
    ease.setCurrentTime(ease.duration())
    assert plot.box.targetRange() == [[0, 4], [-2, 1]]
    plot.show_range(1, 2, 0, 1)
    assert plot.box.targetRange() == [[1, 2], [0, 1]]
    plot.box.setAspectLocked()
    plot.show_range(0, 2, -1, 1)
    to_come = plot.range_to_come
    ease.setCurrentTime(ease.duration())
    assert np.allclose(to_come, plot.box.viewRange())


def test_at_full_speed_a_range_leaps_and_after_it_it_eases_again(open_window, qtbot):
    """The slower the machine, the later a change came after another: each eased, and slowed it."""
    person = open_window(Settings("and", epochs=10**7), plots=["weights", "data"])
    bench, plot = person.bench, person.plot("weights")
    Ease.reduced = False
    plot.rested = 0.0
    eased = []
    plot.range_changed.connect(lambda: eased.append(bool(eases(plot))))
    bench.transport.set_pace("speed/41")
    person.action("run").trigger()
    qtbot.waitUntil(lambda: len(eased) > 5)
    bench.player.pause()
    assert not any(eased)
    bench.session.advance(4 * bench.session.frame().newest_step)
    bench.frame_dispatcher.now()
    assert eases(plot)


def test_cards_come_to_their_places_and_no_press_waits(open_window):
    """What is pressed on the way is what is there; at the end nothing lies over it."""
    person = open_window(plots="kept")
    grid = person.bench.grid
    glide = grid.findChild(Glide, options=Qt.FindChildOption.FindDirectChildrenOnly)
    grid.see(3)
    assert not glide.isVisible()  # motion is reduced
    Ease.reduced = False
    grid.see(2)
    halfway(glide)
    assert glide.isVisible()
    form, under = person.bench.form, grid.childAt(grid.rect().center())
    assert form.isVisible()
    assert under is not glide
    (ease,) = glide.findChildren(Ease)
    ease.setCurrentTime(ease.duration())
    assert not glide.isVisible()
    for column in ("side", "side", "panel", "panel"):  # folded away, and back
        person.click(column)
        person.settle()
        assert glide.isVisible(), column
        ease.setCurrentTime(ease.duration())
    person.window.resize(1300, 800)
    person.settle()
    assert not eases(glide)  # the window's edge is in the hand
    person.window.resize(1024, 768)
    person.settle()
    for column in ("side", "panel"):  # each comes where the other goes, and the neuron stays
        person.click(column)
        person.settle()
        assert person.bench.neuron.isVisible(), column
    ease.setCurrentTime(ease.duration())
    grid.restore()  # as each page of a lesson asks; nothing is enlarged
    assert not glide.isVisible()
    person.window.lessons.open_named("bumps")
    (glide,) = person.bench.grid.findChildren(
        Glide, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    assert not glide.isVisible()  # over a new bench lay pictures of it without its task
    person.window.findChild(QPushButton, "lesson_next").click()
    assert not glide.isVisible()  # and over the sine lay the curves of two neurons


def test_what_leaves_stays_until_it_is_covered(open_window):
    """The other cards were gone at once when one grew, and a grey window was in their places."""
    person = open_window(plots=("data", "landscape"))
    grid = person.bench.grid
    glide = grid.findChild(Glide, options=Qt.FindChildOption.FindDirectChildrenOnly)
    leaving = person.bench.neuron.geometry()
    seen = grid.grab(leaving)
    Ease.reduced = False
    grid.turn_large("landscape")
    (ease,) = eases(grid)
    ease.pause()
    ease.setCurrentTime(0)
    assert person.bench.neuron.isHidden()
    assert likeness(glide.grab(leaving), seen) > 0.98


def test_the_form_stays_in_sight_while_several_neurons_come_around_it(open_window):
    """Their card has a free corner there, which lay over it on the way."""
    person = open_window(Settings("xor"), plots=("data", "landscape"), sample=0)
    person.window.resize(1440, 900)
    person.bench.columns.show("side", False)
    person.settle()
    glide = person.bench.grid.findChild(Glide, options=Qt.FindChildOption.FindDirectChildrenOnly)
    Ease.reduced = False
    person.bench.form.changed.emit({"hidden": 2})
    halfway(glide)
    form = person.bench.form
    assert likeness(glide.grab(form.geometry()), form.grab()) > 0.9


def test_a_landscape_widens_over_the_map_of_where_it_comes_to(open_window):
    """So each frame on the way costs no losses; a press ends it at once."""
    person = open_window(Settings(learning_rate=5.0), pace="kept", plots="all")
    view = person.bench.view(LandscapeView)
    person.press(KEY.Key_F8)
    person.qtbot.waitUntil(lambda: view.is_finished)
    Ease.reduced = False
    view.plot.rested = 0.0
    while not eases(view.plot):
        before = np.array(view.plot.box.viewRange())
        person.press(KEY.Key_F8)
    halfway(view.plot)
    between = np.array(view.plot.box.viewRange())
    computed, made = view.computed, view.map.loss_map
    view.draw(person.frame)
    assert (view.computed, view.map.loss_map) == (computed, made)
    extent = np.reshape(made.extent, (2, 2))
    assert (np.ptp(before, axis=1) <= np.ptp(between, axis=1)).all()
    assert (np.ptp(between, axis=1) < np.ptp(extent, axis=1)).any()
    person.qtbot.mouseClick(person.bench.neuron.diagram.viewport(), Qt.MouseButton.RightButton)
    assert not eases(view.plot)
    assert np.allclose(view.plot.box.viewRange(), extent)


def test_rows_that_are_sorted_come_through_what_was_seen(open_window):
    person = open_window(Settings("line"))
    person.action("data_table").trigger()
    table = person.table("data_table")
    person.qtbot.waitUntil(table.isVisible)
    glide = table.findChild(Glide)
    for reduced, order, first in (
        (False, Qt.SortOrder.DescendingOrder, "6"),
        (True, Qt.SortOrder.AscendingOrder, "1"),
    ):
        Ease.reduced = reduced
        table.sortByColumn(0, order)
        assert table.model().index(0, 0).data() == first
        assert glide.isVisible() != reduced
        assert [150 <= ease.duration() <= 250 for ease in eases(glide)] == [True] * (not reduced)
        person.qtbot.keyClick(table, KEY.Key_Down)
        assert not glide.isVisible()


def test_all_samples_move_too(open_window):
    """The list comes over the neuron, and its bars and numbers go on with each step."""
    person = open_window(Settings(learning_rate=5.0), sample="first")
    diagram = person.bench.neuron.diagram
    glide = diagram.findChild(Glide)
    Ease.reduced = False
    person.click("sample_all")
    halfway(glide)
    assert glide.isVisible()
    outputs = [person.frame.prediction.output[0]]
    person.press(KEY.Key_F8)
    outputs.append(person.frame.prediction.output[0])
    assert not glide.isVisible()
    animation = person.bench.part_player.animation
    seen = []
    for share in (0.0, 0.5, 1.0):
        animation.setCurrentTime(round(share * animation.duration()))
        seen.append(diagram.drawing.marks["bar", 0].width)
    assert min(seen[0], seen[2]) < seen[1] < max(seen[0], seen[2])
    assert seen[2] / seen[0] == pytest.approx(outputs[1] / outputs[0])


def test_a_ring_closes_round_the_last_sample_once_a_run(open_window):
    """At the step at which it becomes right, where it stands; not again when one goes to and fro.

    Another run has its own.
    """
    person = open_window(Settings(learning_rate=5.0))
    view = person.bench.view(DataView)
    Ease.reduced = False
    for _ in range(2):
        closed = []
        for step in range(1, 30):
            wrong = ~person.frame.right
            person.press(KEY.Key_F8)
            if view.closing.state() == RUNNING:
                closed.append(step)
                assert person.frame.right.all()
                assert wrong.sum() == 1
                ring = view.closing_ring
                view.closing.setCurrentTime(view.closing.duration() // 2)
                assert ring.opacity() > 0
                mark = ring.marks["ring"]
                places = person.frame.settings.coded_inputs[wrong].T
                assert np.allclose((mark.x, mark.y), places)
                view.closing.setCurrentTime(view.closing.duration())
                assert ring.opacity() == 0
                for key in (KEY.Key_F7, KEY.Key_F8):
                    person.press(key)
                    assert view.closing.state() != RUNNING
        assert len(closed) == 1
        person.press(KEY.Key_R, CTRL)


def test_reduced_motion_follows_the_desktop_until_it_is_chosen(open_window, monkeypatch):
    """It is asked again when the window comes to the front, and a choice is remembered."""
    asks = {"reduced": False}
    monkeypatch.setattr(main_window, "desktop_reduces_motion", lambda: asks["reduced"])
    person = open_window()
    action = person.action(REDUCED_MOTION)
    seen = [(action.isChecked(), Ease.reduced)]
    asks["reduced"] = True
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    seen.append((action.isChecked(), Ease.reduced))
    assert seen == [(False, False), (True, True)]
    assert Preferences().kept_flag(REDUCED_MOTION) is None
    action.trigger()
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert (action.isChecked(), Ease.reduced) == (False, False)
    assert Preferences().kept_flag(REDUCED_MOTION) is False
    assert action in in_menus(person.window)


@pytest.mark.parametrize(
    ("said", "reduces"),
    [
        ({"reduced-motion": 1}, True),
        ({"reduced-motion": 0, "enable-animations": True}, False),
        ({"enable-animations": False}, True),
        ({}, False),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="a portal of Linux")
def test_the_portal_of_the_desktop_is_asked(monkeypatch, said, reduces):
    """A setting that it does not know is answered by an error's text."""

    class Message:
        def setArguments(self, arguments):
            self.key = arguments[1]

        def arguments(self):
            variant = types.SimpleNamespace(variant=lambda: said[self.key])
            return [variant] if self.key in said else ["Requested setting not found"]

    bus = types.SimpleNamespace(isConnected=lambda: True, call=lambda message, *_: message)
    module = types.SimpleNamespace(
        QDBus=types.SimpleNamespace(CallMode=types.SimpleNamespace(Block=0)),
        QDBusConnection=types.SimpleNamespace(sessionBus=lambda: bus),
        QDBusMessage=types.SimpleNamespace(createMethodCall=lambda *_: Message()),
    )
    monkeypatch.setitem(sys.modules, "PySide6.QtDBus", module)
    assert desktop_reduces_motion() == reduces


def test_a_bench_that_goes_in_the_middle_of_a_motion_leaves_no_work_waiting(open_window):
    """Work of every bench waits for a motion, and this one would never have ended."""
    person = open_window(Settings(), sample="first")
    Ease.reduced = False
    bench = person.window.benches.open()
    bench.frame_dispatcher.new()
    bench.look_control.pick(0)
    person.settle()
    bench.look_control.next_part()
    assert bench.part_player.animation.state() == RUNNING
    person.window.benches.close_front()
    assert not Job.waiting


def test_what_is_squeezed_to_nothing_leaves_nothing_to_fade(qtbot):
    """Qt cannot paint a picture without a pixel, and says so."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setFixedSize(0, 10)
    widget.show()
    glide = Glide(widget, fades=True)
    Ease.reduced = False
    glide.leave()
    assert not glide.isVisible()
