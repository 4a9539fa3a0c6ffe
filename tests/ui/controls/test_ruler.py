"""The ruler of the learning rate as a person sees it under the slider."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import track_ends
from neuroviz.core.slices import finished
from neuroviz.core.sweep.rate_curve import curve_work
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY, LEFT

AND = Settings("and", activation="identity", loss="mse", learning_rate=0.5)
NAMES = ("lambda_min", "lambda_max", "condition_number", "rate_smooth", "rate_best", "rate_limit")


def numbers(person):
    """Return the six numbers of the block."""
    return [read(person, name) for name in NAMES]


def value_spoken(slider):
    """Return the value of the slider as a screen reader has it."""
    return QAccessible.queryAccessibleInterface(slider).text(QAccessible.Text.Value)


def read(person, name):
    """Open the section, and read one of its labels."""
    person.bench.form.more.set_open(True)
    person.reveal(person.find(QLabel, name))
    return person.text(name)


def test_the_numbers_are_those_of_the_experiment(open_window):
    """On AND with identity and MSE they are those of the book, the same everywhere."""
    person = open_window(AND)
    assert [float(text) for text in numbers(person)] == pytest.approx(
        [0.313859, 3.186141, 10.1515, 0.313859, 0.571429, 0.627719], rel=1e-3
    )
    assert read(person, "curvature_where") == "the same everywhere"
    person.press(KEY.Key_F8)
    assert float(read(person, "rate_limit")) == pytest.approx(0.627719, rel=1e-3)
    # From zero AND with sigmoid and BCE has the curvatures of the book, others a step later.
    person.begin(Settings("and", weights=(0.0, 0.0), bias=0.0))
    assert read(person, "curvature_where") == "local, at these weights"
    assert [float(text) for text in numbers(person)[:2]] == pytest.approx(
        [0.03923, 0.39827], rel=1e-3
    )
    person.press(KEY.Key_F8)
    assert read(person, "lambda_max") != "0.3983"
    # With momentum the marks are its own, and named by their formulas.
    person.begin(AND.replace(optimizer="momentum", momentum=0.5))
    assert float(read(person, "rate_limit")) == pytest.approx(3 / 3.186141, rel=1e-3)
    assert "(2 + 2μ)/λmax" in read(person, "rate_limit_caption")
    # Mini batches are noisy.
    person.begin(Settings("and", batch_size=1))
    assert read(person, "curvature_where") == "local, for noise-free gradients"
    # Warm-up begins far below the rate in the box: the words are about the rate of the step.
    person.begin(AND.replace(learning_rate=5.0, schedule="warmup"))
    assert read(person, "regime") == "0.005: smooth"


def test_powers_of_ten_are_written_as_in_the_neuron_and_not_cut(open_window):
    """In the numbers, and in the line that they stand under."""
    person = open_window(Settings("and", learning_rate=100.0))
    person.press(KEY.Key_F8, CTRL)
    assert "·10⁻" in read(person, "lambda_max")
    assert not any("e" in text for text in numbers(person))
    for name in NAMES:
        label = person.find(QLabel, name)
        assert label.sizeHint().width() <= label.width()
    line = person.bench.form.sections[1].header
    assert line.accessibleDescription() == f"λ max {read(person, 'lambda_max')}"


def test_nothing_jumps(open_window):
    """A run moves no handle.

    The track depends on the experiment: another task lays it elsewhere.
    """
    person = open_window(Settings("and", learning_rate=5.0))
    slider = person.find(LogSlider, "learning_rate_slider")
    place = slider.pixel_of(5.0)
    for _ in range(20):
        person.press(KEY.Key_F8)
    assert slider.pixel_of(5.0) == place
    person.choose("task", "weather")
    assert slider.number() == person.frame.settings.learning_rate == 1e-7
    assert 0 < slider.value() < slider.maximum()
    # The block is of one height, whatever it has to say.
    person.begin(AND)
    person.bench.form.more_settings.sections[0].set_open(True)
    heights = set()
    for optimizer, rate in (("adam", "1"), ("sgd", "1e-6"), ("sgd", "0.5")):
        person.choose("optimizer", optimizer)
        person.type_into("learning_rate", rate)
        person.settle()
        heights.add(
            (person.bench.form.ruler.height(), person.bench.form.more_settings.sections[0].height())
        )
    assert len(heights) == 1


def test_words_for_each_regime_and_for_what_is_absent(open_window):
    """The rate's regime is named, with the numbers in a sentence that is not cut."""
    person = open_window()
    creeping = "epochs to shrink its error to 37 % (1/e)"
    for settings, name, words in (
        (AND.replace(learning_rate=0.3), "smooth", "no step overshoots"),
        (AND.replace(learning_rate=0.5), "zig-zags", "by less each time"),
        (AND.replace(learning_rate=0.63), "diverges", "every step overshoots further"),
        (Settings("line", learning_rate=1e-4), "smooth and creeps", creeping),
        (
            Settings("and", learning_rate=50.0, weights=(0.0, 0.0), bias=0.0),
            "overshoots here",
            "5.021",
        ),
    ):
        person.begin(settings)
        assert read(person, "regime") == name
        assert words in read(person, "regime_sentence")
        assert "…" not in read(person, "regime_sentence")
    # What theory does not have reads "—", the reason stands under it.
    saddle = Settings("xor", loss="mse", weights=(3.0, 3.0), bias=-2.0)
    for settings, absent, reason in (
        (AND.replace(optimizer="adam"), NAMES[3:], "Theory has no marks for Adam"),
        (Settings("line", loss="mae"), NAMES, "No curvature is positive"),
        (Settings("and", optimizer="momentum"), NAMES[3:], "on a quadratic loss only"),
        (saddle, ("rate_best",), "Not convex here"),
    ):
        person.begin(settings)
        assert {person.text(name) for name in absent} == {"—"}
        assert reason in read(person, "regime_sentence")
    # Another theme reaches the slider and the numbers stay.
    person.begin(AND)
    before = numbers(person)
    person.action("theme_dark").trigger()
    person.settle()
    assert numbers(person) == before
    person.bench.form.more.set_open(True)
    person.bench.form.more_settings.sections[0].set_open(True)
    assert person.find(QLabel, "regime").isVisible()


def test_a_rate_at_which_the_run_cycles_is_not_called_good(open_window):
    """The curvature is that of the spot that a step thrown far out has come to."""
    person = open_window(Settings("and", l1=0.02, l2=0.01, learning_rate=50.0, epochs=200))
    contradicted = 0
    for _ in range(30):
        person.press(KEY.Key_F8)
        ruler, diagnosis = person.frame.ruler, person.frame.diagnosis
        if ruler.limit and not ruler.overshoots(50.0) and diagnosis.state in ("cycling", "rising"):
            contradicted += 1
            assert read(person, "regime").endswith("at this spot")
            assert read(person, "regime_sentence").startswith(
                "The marks hold only for the curvature at this spot"
            )
            assert "…" not in read(person, "regime_sentence")
    assert contradicted > 3


def test_the_button_takes_the_best_rate_of_the_curve(open_window):
    """In mid-run the run goes on from where it is; what theory has of one step is no advice."""
    person = open_window(Settings("and", learning_rate=1.0, weights=(0.0, 0.0), bias=0.0, l2=0.01))
    assert not person.button("set_best").isEnabled()
    assert "once the curve" in person.button("set_best").toolTip()
    slider = known(person)
    for _ in range(4):
        person.press(KEY.Key_F8)
    assert "Ticks, theory of one step, not of where a run ends: smooth up to " in slider.toolTip()
    person.click("set_best")
    low, high = (float(end) for end in re.findall(r"Best: (\S+) to (\S+)\.", slider.toolTip())[0])
    assert low <= person.box("learning_rate").value() <= high
    assert person.step == 4
    # At the first rate, and at the ends, it says that none blows up, where somebody looks for
    # it.
    person.begin(Settings("and", learning_rate=1.0, epochs=1000))
    slider = known(person)
    for rate in (0.001, 1.0, 100.0):
        slider.set_number(rate)
        assert QRectF(slider.rect()).contains(slider.none_box)
        assert not slider.none_box.isEmpty()
        person.qtbot.mouseClick(slider, LEFT, pos=slider.none_box.center().toPoint())
        assert slider.number() == rate  # words are not pressed
    # Where all rates come to the same loss the bar along them stands below the words.
    person.begin(Settings("weather"))
    slider = known(person)
    image = slider.grab().toImage()
    words = slider.name_words(slider.curve)[0]
    between = round(slider.none_box.right()) + 3
    column = [image.pixelColor(between, y).name() for y in range(image.height())]
    accent = themes.now.accent
    assert accent in column
    assert accent not in column[: int(words.bottom())]


def test_before_torch_everything_is_a_dash(open_window):
    """Nothing is known then, nothing can be set, and the block has its place."""
    person = open_window(AND, wait=False)
    ruler = person.bench.form.ruler
    if not person.bench.session.ready:
        assert set(numbers(person)) == {"—"}
        assert not person.button("set_best").isEnabled()
    height = ruler.height()
    person.qtbot.waitUntil(lambda: person.bench.session.ready)
    person.settle()
    assert ruler.height() == height
    assert "—" not in numbers(person)


def test_nothing_is_computed_that_nobody_sees_or_that_has_not_changed(open_window, monkeypatch):
    """With the panel folded away no curvature is asked for.

    Brought back it shows the weights of now.
    """
    person = open_window(Settings("and"))
    asked = []
    real = Frame.ruler.func
    monkeypatch.setattr(Frame, "ruler", property(lambda self: (asked.append(self), real(self))[1]))
    person.press(KEY.Key_F9)
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    assert asked == []
    before = read(person, "lambda_max")
    person.press(KEY.Key_F9)
    assert len(asked) == 1
    assert read(person, "lambda_max") != before
    # Picking a sample changes no weight, and costs no curvature.
    asked.clear()
    person.click_plot("data", 1.0, 1.0)
    assert asked == []


def known(person):
    """Wait for the curve, and return the slider that lies on it."""
    slider = person.find(RateSlider, "learning_rate_slider")
    person.qtbot.waitUntil(lambda: "Curve: " in slider.toolTip())
    return slider


def test_the_knob_rides_on_what_each_rate_comes_to(open_window):
    """Down to the best rate, and at the top where runs blow up; the words say it too."""
    slider = known(person := open_window(Settings("line", epochs=200, learning_rate=0.0001)))
    heights = []
    for rate in (0.0001, 0.01, 0.05, 0.0575, 0.07, 1.0):
        person.type_into("learning_rate", str(rate))
        heights.append(slider.knob.y())
    assert heights[0] < heights[1] < heights[2] < heights[3]
    assert heights[4] == heights[5] < heights[0]
    assert value_spoken(slider).startswith("1, above the limit 0.06256, best 0.0")
    person.type_into("learning_rate", "0.05")
    assert value_spoken(slider).startswith("0.05, below the limit 0.06256")
    read = QAccessible.queryAccessibleInterface(slider)
    assert read.textInterface() is None  # asked of every node by the bridge to Linux's readers
    assert read.actionInterface() is not None
    number = read.valueInterface()
    assert number.currentValue() == 0.05
    number.setCurrentValue(0.01)
    assert person.frame.settings.learning_rate == pytest.approx(0.01, rel=0.02)


def test_the_words_at_the_cliff_are_whole_wherever_the_knob_is(open_window):
    """Inside the red where they have room there; and a knob that is held has room at both ends."""
    slider = known(person := open_window(Settings("line", epochs=200, learning_rate=0.0001)))
    low, high = track_ends(person.frame.settings)
    for rate in np.geomspace(low, high, 60).tolist():
        slider.set_number(rate)
        box, words = slider.cliff_words(0.06256)
        curve = QRectF(0, 20, slider.pixel_of(0.06256), slider.height())
        assert not box.intersects(curve)
        assert "0.06256" in words
        knob = QRectF(0, 0, 14, 14)
        knob.moveCenter(slider.knob)
        assert QRectF(slider.rect()).contains(box)
        assert not box.intersects(knob)
        assert box.left() > slider.pixel_of(0.06256) or rate > 0.06256
    assert "above 2.142·10⁻⁶" in slider.cliff_words(2.142e-6)[1].replace("\n", " ")
    slider.setSliderDown(True)
    for rate in (low, high):
        slider.set_number(rate)
        around = QRectF(0, 0, 36, 36)
        around.moveCenter(slider.knob)
        assert QRectF(slider.rect()).contains(around)


def test_the_name_of_the_curve_is_clear_of_a_knob_that_is_held(open_window):
    """With its halo, and of the words at the cliff; up to the limit it is always there."""
    person = open_window()
    for settings in (Settings("and"), Settings("line", epochs=200)):
        person.begin(settings)
        _assert_name_is_clear(known(person), settings)


def _assert_name_is_clear(slider, settings):
    """Hold the knob at rates from end to end, and see where the name of the curve is."""
    slider.setSliderDown(True)
    boxes = []
    for rate in np.geomspace(*track_ends(settings), 60).tolist():
        slider.set_number(rate)
        box, words = slider.name_words(slider.curve)
        boxes.append(box)
        assert words.endswith(f"at epoch {settings.epochs:,}")
        around = QRectF(0, 0, 36, 36)
        around.moveCenter(slider.knob)
        cliff = slider.cliff_words(0.06256)[0] if settings.task == "line" else QRectF()
        if not box.isEmpty():
            assert QRectF(slider.rect()).contains(box)
            assert not box.intersects(around)
            assert not box.intersects(cliff.adjusted(-8, 0, 8, 0))
        none = slider.none_box
        assert none.isEmpty() or not (none.intersects(around) or none.intersects(box))
        assert none.isEmpty() or settings.task == "and"
    free = boxes if settings.task == "and" else boxes[:30]
    assert not any(box.isEmpty() for box in free)
    slider.setSliderDown(False)


def test_the_slider_stops_where_runs_were_tried(qtbot):
    """The losses of the curve are those of the very rates that it gives."""
    settings = Settings("line", epochs=2)
    slider = LogSlider()
    slider.set_ends(*track_ends(settings))
    qtbot.addWidget(slider)
    given = []
    slider.value_changed.connect(given.append)
    for position in range(1, slider.maximum() + 1):
        slider.setValue(position)
    assert given == finished(curve_work(settings)).rates[1:].tolist()


def test_a_slider_without_a_curve_is_only_its_track(qtbot):
    """A lone dash stood over its end; why there is no curve is said by its tip."""
    slider = RateSlider()
    qtbot.addWidget(slider)
    slider.set_ends(0.001, 100.0)
    slider.set_number(0.1)
    slider.resize(240, slider.height())
    image = slider.grab().toImage()
    above = slider.knob.y() - 3
    columns = range(round(slider.knob.x()) + 20, image.width())
    assert len({image.pixel(x, y) for x in columns for y in range(round(above))}) == 1


def test_the_curve_is_worked_out_once_and_at_rest(open_window, monkeypatch):
    """Not for another rate, nor for what an undo brings back, nor while a run goes on."""
    made = []
    real = Sweep.__init__

    def count(self, grid):
        made.append(grid.settings)
        real(self, grid)

    monkeypatch.setattr(Sweep, "__init__", count)
    person = open_window(Settings("and", epochs=50))
    slider = known(person)
    person.type_into("learning_rate", "0.3")
    person.press(KEY.Key_F8)
    assert slider.curve is not None
    person.choose("task", "line")
    assert slider.curve is None  # none of the task before
    known(person)
    person.action("undo").trigger()
    known(person)
    assert len(made) == 2
    person.bench.form.ruler.wait_for_run(True)
    person.choose("task", "nand")  # which no other test has had: its curve is kept
    jobs = person.bench.form.ruler.findChildren(Job)
    assert not any(job.running for job in jobs)
    person.bench.form.ruler.wait_for_run(False)
    assert any(job.running for job in jobs)
    known(person)
    assert len(made) == 3
    assert not any(job.running for job in jobs)


def test_at_rest_nothing_is_painted_and_a_press_takes_the_knob(open_window):
    """With the curve there, no turn of the event loop draws the slider again."""
    person = open_window(Settings("line", epochs=20))
    slider = known(person)
    for _ in range(50):
        QApplication.processEvents()
    painted = []

    class Counter(QObject):
        def eventFilter(self, _, event):
            if event.type() == QEvent.Type.Paint:
                painted.append(event)
            return False

    counter = Counter()
    slider.installEventFilter(counter)
    person.bench.form.ruler.show_frame(person.frame)
    for _ in range(50):
        QApplication.processEvents()
    slider.removeEventFilter(counter)
    assert painted == []
    # Where a lesson asks there is neither curve nor ticks, and no words about the rate.
    with_curve = slider.grab().toImage()
    ruler = person.bench.form.ruler
    ruler.be_silent(True)
    assert slider.curve is None
    plain = slider.grab().toImage()
    assert plain != with_curve
    assert not {"limit", "best"} & set(value_spoken(slider).split())
    assert "Ticks" not in slider.toolTip()
    ruler.be_silent(False)
    assert slider.grab().toImage() == with_curve
    # A press below the words or at the bottom takes the knob, and a second one opens the sweep.
    name = slider.name_words(slider.curve)[0]
    QTest.mouseClick(slider, LEFT, pos=name.center().toPoint())
    assert person.frame.settings.learning_rate == Settings("line").learning_rate
    for rate, y in ((0.01, round(name.bottom()) + 1), (0.001, slider.height() - 3)):
        place = QPoint(round(slider.pixel_of(rate)), y)
        QTest.mousePress(slider, LEFT, pos=place)
        assert slider.isSliderDown()
        QTest.mouseRelease(slider, LEFT, pos=place)
        assert person.frame.settings.learning_rate == pytest.approx(rate, rel=0.1)
    QTest.mouseDClick(slider, LEFT, pos=QPoint(60, 20))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(60, 20))
    window = person.window.findChild(QDialog, "sweep_window")
    assert window.isVisible()
    window.close()


def test_where_the_loss_flattens_out_no_rate_blows_up(open_window):
    """A sentence says so, and its button, in a small window too, leads to a task where one does."""
    person = open_window(Settings("and"))
    person.window.resize(1024, 768)
    person.settle()
    slider = known(person)
    assert slider.curve.cliff is None
    assert "Best: 100." in slider.toolTip()
    assert "Ticks" not in slider.toolTip()
    assert person.button("flat_line").text() == "No rate blows up: try the line"
    person.click("flat_line")
    assert person.frame.settings.task == "line"
    person.press(KEY.Key_F8, CTRL)
    assert person.frame.diagnosis.state in ("diverging", "overflow")  # as the button says
    assert known(person).curve.cliff is not None
    assert not person.bench.form.ruler.flat.isVisible()
    # With a penalty AND survives 10, above the limit of its start: it is said why.
    person.begin(Settings("and", l2=0.1, epochs=300))
    known(person)
    assert person.text("why_other_limit") == "The curvature holds here, not later."
    # What has no room for its end says that it has one.
    person.begin(Settings("line", batch_size=1, schedule="exponential", epochs=1000))
    known(person)
    why = person.bench.form.ruler.why
    assert why.text().startswith("The limit is that of full batches")
    assert why.text().endswith("…")
    assert why.toolTip() == "The limit is that of full batches at constant rates."
    assert not person.button("flat_line").isVisible()
