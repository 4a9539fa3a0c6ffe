"""The bar on top: buttons, speed, and where the run is."""

import itertools
import re

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.bench.transport import FASTEST, speed_of
from tests.ui.person import CTRL, KEY, LEFT


def test_speeds_go_from_one_a_second_to_as_fast_as_it_goes():
    assert (speed_of(0), speed_of(10), speed_of(20), speed_of(FASTEST)) == (1.0, 10.0, 100.0, None)
    speeds = [speed_of(position) for position in range(FASTEST)]
    assert all(later > earlier for earlier, later in itertools.pairwise(speeds))


def test_list_and_keys_set_the_speed(open_window):
    """The rate reads what was chosen while nothing runs, and the list says the same."""
    person = open_window(pace="kept")
    bar = person.bench.transport
    bar.show_rate(123_000.0, 1)
    assert bar.rate.fontMetrics().horizontalAdvance("123,000 epochs/s") <= bar.rate.width()
    for name, speed in (("speed/0", 1.0), ("speed/13", 20.0), ("speed/33", 2000.0)):
        assert person.choose("pace", name)
        unit = "epoch/s" if speed == 1 else "epochs/s"
        assert bar.rate.text() == f"{speed:,.0f} {unit}"
    # Ctrl+- and Ctrl++ halve and double it from wherever the keyboard is, as far as there are any.
    person.press(KEY.Key_Minus, CTRL)
    assert (bar.rate.text(), person.combo("pace").placeholderText()) == ("1,000 epochs/s",) * 2
    assert person.combo("pace").currentIndex() == -1
    for key, said, listed in (
        (KEY.Key_Plus, "as fast as it goes", "Full speed"),
        (KEY.Key_Minus, "1 epoch/s", "Step by step"),
    ):
        for _ in range(15):
            person.press(key, CTRL)
        assert (bar.rate.text(), person.combo("pace").currentText()) == (said, listed)
    # On mini-batches the unit is steps.
    person.begin(Settings("and_one_by_one"))
    assert bar.rate.text() == "1 step/s"


def test_the_pace_is_kept(open_window):
    """For the next start: one of the list, or any other.

    A damaged one is a time-lapse.
    """
    person = open_window()
    for damaged in ("speed/99", "?", f"speed/{'9' * 5000}"):
        person.bench.transport.set_pace(damaged)
        assert person.bench.transport.pace_name == "time_lapse", damaged
    for kept in ("to_end", "speed/21"):
        person.bench.transport.set_pace(kept)
        person.window.close()
        person = open_window(pace="kept")
        assert person.bench.transport.pace_name == kept


def test_faster_and_slower_leave_the_time_lapse(open_window):
    """They go on from the speed that it has reached."""
    person = open_window(Settings(learning_rate=1.0, epochs=10**6), pace="time_lapse")
    bar = person.bench.transport
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: person.step > 10)
    assert person.combo("pace").currentText() == "Time-lapse"
    person.press(KEY.Key_Plus, CTRL)
    assert 2 <= speed_of(int(bar.pace_name.removeprefix("speed/"))) <= 400
    person.choose("pace", f"speed/{FASTEST}")
    person.qtbot.waitUntil(lambda: person.step > 10_000)
    # At one step a second the run does not run away.
    person.begin(Settings(learning_rate=1.0))
    person.choose("pace", "speed/0")
    person.press(KEY.Key_Space)
    person.settle()
    assert person.step <= 1
    person.choose("pace", f"speed/{FASTEST}")
    person.qtbot.waitUntil(lambda: person.step > 100)


def test_numbers_have_room_and_nothing_jumps(open_window):
    """A label keeps its width when its number grows."""
    person = open_window(plots="all")
    labels = [person.find(QLabel, name) for name in ("epoch", "current_loss")]
    widths = [label.width() for label in labels]
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    assert [label.width() for label in labels] == widths
    assert person.text("epoch") == "100"
    # Three steps of single samples are no epoch yet, four are one.
    person.begin(Settings("and_one_by_one"))
    for _ in range(3):
        person.press(KEY.Key_F8)
    assert person.text("epoch") == "0"
    person.press(KEY.Key_F8)
    assert person.text("epoch") == "1"
    # A small loss has a real minus, as in the tables and in the words below.
    person.begin(Settings("double", learning_rate=0.05))
    for _ in range(8):
        person.press(KEY.Key_F8, CTRL)
    person.settle()
    for said in (person.bench.transport.loss.text(), person.reading("loss")):
        assert re.search(r"\d·10⁻", said), said
        assert "-" not in said
    # By hand nothing is trained: Run and its pace cannot be pressed; both can with other data.
    person.begin(Settings("and_by_hand"))
    for runs in (False, True):
        controls = (person.button("run"), person.combo("pace"))
        assert [control.isEnabled() for control in controls] == [runs] * 2
        person.begin(Settings("and"))


def test_everything_has_its_place(open_window):
    """At every width of the window nothing stands over anything else, and nothing is cut."""
    person = open_window(Settings(epochs=10**7))
    bar = person.bench.transport
    # 720 is half of 1440: a screen that shows everything twice as large has no room for more.
    person.window.setMinimumWidth(720)
    for width in (720, 809, 810, 960, 1015, 1016, 1024, 1149, 1150, 1440):
        person.window.resize(width, 600)
        bar.epoch.setText("10,000,000")
        bar.loss.setText("8.888·10⁻³⁰⁸")
        person.settle()
        seen = [
            child
            for child in bar.findChildren(QWidget)
            if child.isVisible() and child.parent() is bar
        ]
        seen.sort(key=QWidget.x)
        assert len(seen) >= 10, width
        for left, right in itertools.pairwise(seen):
            assert left.x() + left.width() <= right.x(), width
        assert seen[-1].x() + seen[-1].width() <= bar.width(), width
        assert all(child.width() >= child.minimumSizeHint().width() for child in seen), width
        boxes = [child for child in seen if isinstance(child, QToolButton | QComboBox)]
        assert len({(box.y(), box.height()) for box in boxes}) == 1, width
    # A button takes back the last change and names it, in a small window too; where there is
    # none it cannot be pressed.
    person.begin(Settings())
    person.window.resize(1024, 768)
    (button,) = (
        button
        for button in person.bench.transport.findChildren(QToolButton)
        if button.defaultAction() is person.action("undo")
    )
    assert button.isVisible()
    assert not button.isEnabled()
    assert button.toolTip() == "There is nothing to undo."
    before = person.frame.settings.learning_rate
    person.type_into("learning_rate", "0.25")
    assert button.toolTip() == f"Undo: learning rate {before:g} → 0.25 (Ctrl+Z)"
    QTest.mouseClick(button, LEFT)
    assert person.frame.settings.learning_rate == before
    assert not button.isEnabled()
    person.action("run").trigger()
    person.qtbot.waitUntil(lambda: person.step > 2)
    assert button.toolTip() == "Undo: run (Ctrl+Z)"
    QTest.mouseClick(button, LEFT)
    assert (person.step, person.bench.player.running) == (0, False)
    person.action("redo").trigger()
    assert person.step > 2
