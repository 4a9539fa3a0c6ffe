"""All that is read tells of one step, also while a run goes at speed."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import measured, with_real_minus
from neuroviz.pictures.marks import Text
from neuroviz.session.session import Session
from neuroviz.ui.bench.drawing_time import ReadThrottle
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.views import LandscapeView
from tests.ui.person import CTRL, KEY
from tests.ui.watch import Watch


class Desk:
    """What is read, at a cost in seconds, and a clock that is turned by hand.

    What is painted afterwards takes its own seconds, and a fifth of them where nothing is read.
    """

    def __init__(self, cost=0.0, painting=0.0):
        self.now = 100.0
        self.cost = cost
        self.painting = painting
        self.drawing = 0.0
        self.session = Session(Settings("and"))
        self.session.prepare()
        self.seen = []
        self.throttle = ReadThrottle(self.read, clock=lambda: self.now)
        self.read(self.session.frame())

    def read(self, frame):
        with self.throttle:
            self.seen.append(frame)
            self.now += self.cost

    def frame_after(self, seconds):
        """Show another moment after so long; return whether it was read."""
        self.now += seconds
        self.session.advance(1)
        frame = self.session.frame()
        if is_read := self.throttle.is_read(frame, self.drawing):
            self.read(frame)
        self.drawing = self.painting + self.cost if is_read else self.painting / 5
        self.now += self.drawing - self.cost if is_read else self.drawing
        return is_read


@pytest.mark.parametrize("rate", [30, 200])
def test_at_speed_some_eight_moments_a_second_are_read(rate):
    desk = Desk()
    assert 3 * 7 <= sum(desk.frame_after(1 / rate) for _ in range(3 * rate)) <= 3 * 9


@pytest.mark.parametrize(("seconds", "cost"), [(0.05, 0.0), (0.15, 0.03), (0.5, 0.1), (3.0, 0.1)])
def test_frames_that_can_be_told_apart_are_all_read(seconds, cost):
    """Twenty steps a second, or one: also where what is read takes some of the time."""
    desk = Desk(cost)
    assert all(desk.frame_after(seconds) for _ in range(5))


def test_where_there_is_no_time_to_read_every_step_some_are_still_read():
    """Ten steps a second, each dear to read: the numbers stood for as long as it went so."""
    desk = Desk(cost=0.06, painting=0.06)
    read = [desk.frame_after(0.1) for _ in range(60)]
    assert 6 <= sum(read) < 30


@pytest.mark.parametrize("painting", [0.0, 0.03])
def test_what_costs_much_takes_a_small_share(qtbot, painting):
    """Eigenvalues that take 30 ms, and as long to be painted, do not take a third of the time.

    At rest they are there.
    """
    desk = Desk(cost=0.03, painting=painting)
    before = desk.now
    for _ in range(300):
        desk.frame_after(1 / 60)
    assert 10 < len(desk.seen) - 1 <= 0.17 * (desk.now - before) / (desk.cost + painting)
    qtbot.waitUntil(lambda: desk.seen[-1].newest_step == 300)


def test_in_the_midst_of_a_run_all_that_is_read_tells_of_one_step(open_window, qtbot):
    """Whatever moment one looks at: bar, strip, neuron and tables.

    Each is held against the row of the step that the bar names. The plots come after them, one by
    one, so that no moment paints them all; till then they still tell of the step that was read
    before.
    """
    person = open_window(Settings("and", epochs=10**7, learning_rate=0.01), sample=0, plots="all")
    bench = person.bench
    bench.transport.set_pace("speed/41")
    told = [_told(person)]
    watched = []

    def look():
        told.append(_told(person))
        watched.append(max(view.frame.newest_step for view in bench.views.values() if view.frame))

    bench.player.advanced.connect(look)
    for surface, looks in ((True, 30), (False, 60)):
        bench.view(LandscapeView).surface_shown.setChecked(surface)
        person.action("run").trigger()
        qtbot.waitUntil(lambda looks=looks: len(told) > looks)
        bench.player.pause()
    before, *told = told
    late = 0
    for each, after in pairwise(told):
        expected = _expected(person, each["epoch"])
        plots = [name for name in each if name.startswith("plot")]
        assert {name: each[name] for name in each if name not in plots} == {
            name: expected[name] for name in each if name not in plots
        }
        waits = [name for name in plots if each[name] != expected[name]]
        assert not waits or all(each[name] == before[name] for name in waits)
        late += bool(waits)
        if after["epoch"] != each["epoch"]:
            assert not waits
            before = expected
    assert late < len(told) / 2
    # It changes at a speed at which it can be read, while what is watched moves with nearly each
    # moment.
    read = {tuple(each["neuron"]) for each in told}
    assert 3 < len(read) < len(told) / 2 < 0.7 * len(set(watched))


def _expected(person, epoch):
    """Return what is to be read of an epoch."""
    row = person.frame.row_at(int(epoch.replace(",", "")))
    loss = with_real_minus(loss_said(person.frame.settings, row.loss))
    weights = [measured(value) for value in row.parameters]
    return {
        "epoch": epoch,
        "step": f"step {epoch}, now",
        "loss": [loss, loss],
        "neuron": weights,
        "table": weights,
        "plot of the landscape": loss,
        "plot of the loss": f"now {loss}",
        "plot of the weights": weights,
    }


def _told(person):
    """Return what is read of epoch, step, losses and parameters."""
    bench = person.bench
    diagram = bench.neuron.diagram.numbers
    landscape = bench.view(LandscapeView)
    surface = landscape.surface_shown.isChecked()
    ball = (landscape.surface.run_marks if surface else landscape.map.runs.marks)["loss"]
    labels = person.marks("weights", Text)
    return {
        "epoch": person.text("epoch"),
        "step": person.text("looked_at"),
        "loss": [person.text("current_loss"), bench.timeline.slider.value_text],
        "neuron": [diagram["weight", index].text.removeprefix("+") for index in range(3)],
        "table": [row[1] for row in person.cells("weights")],
        "plot of the landscape": ball.text,
        "plot of the loss": person.reading("loss"),
        "plot of the weights": [label.text.rpartition(" ")[2] for label in labels],
    }


def test_after_any_stop_all_views_agree(open_window, qtbot):
    """Whatever ended a fast run.

    All that is written shows the same moment, before anything is painted.
    """
    person = open_window(plots="all")
    window = person.window
    window.bench.transport.set_pace("speed/41")
    tasks = ("and", "spam", "line", "and")
    for task, stop in zip(tasks, ("run", "reset", "step_back", "step"), strict=True):
        person.begin(Settings(task, epochs=10**7))
        person.action("run").trigger()
        qtbot.waitUntil(lambda: window.bench.session.frame().newest_step > 300)
        qtbot.waitUntil(person.action(stop).isEnabled)
        person.action(stop).trigger()
        assert not window.bench.player.running
        written = _written(person)
        window.bench.frame_dispatcher.at(window.bench.session.frame())
        assert _written(person) == written, stop
        assert window.bench.timeline.where.text() in written, stop


def test_a_step_under_the_pointer_is_shown_everywhere_but_where_the_pointer_is(open_window, qtbot):
    """The path stays under the pointer, and the ball at its end.

    They do not go to the step that is pointed at.
    """
    person = open_window(Settings("line", learning_rate=0.01), plots="all")
    for _ in range(5):
        person.action("step").trigger()
    landscape = person.bench.view(LandscapeView)
    landscape.surface_shown.setChecked(False)
    qtbot.waitUntil(lambda: landscape.is_finished, timeout=20_000)
    person.settle()
    ball = person.place("landscape", *person.rows.newest.parameters)
    before = person.plot("landscape").grab().toImage().pixelColor(ball).name()
    row = person.frame.row_at(2)
    person.hover("landscape", *row.parameters)
    person.settle()
    assert (person.frame.step, person.bench.views["loss"].frame.step) == (2, 2)
    assert person.plot("landscape").grab().toImage().pixelColor(ball).name() == before


def _written(person):
    """Return the texts of all labels in sight, and of the tables' cells."""
    labels = [label.text() for label in person.window.findChildren(QLabel) if label.isVisible()]
    neuron = [number.text for number in person.bench.neuron.diagram.numbers.values()]
    tables = [
        str(person.table(name).model().index(row, column).data())
        for name in ("predictions", "weights")
        for row in range(person.table(name).model().rowCount())
        for column in range(person.table(name).model().columnCount())
    ]
    return [*labels, *neuron, *tables]


def test_when_a_moment_is_read_each_plot_is_painted_once(open_window, monkeypatch):
    """With other ranges too: to paint the strip twice took two milliseconds of each reading.

    But for what comes by itself, and to a reading at most: facts, the curve of the ruler, and the
    advice of the foot.
    """
    person = open_window()
    bench = person.bench
    person.press(KEY.Key_F8, CTRL)
    person.qtbot.waitUntil(lambda: bool(bench.timeline.slider.facts))  # these are painted, too
    monkeypatch.setattr(bench.timeline, "_find_facts", lambda frame: None)
    slider = person.find(RateSlider, "learning_rate_slider")
    person.qtbot.waitUntil(lambda: "Best: " in slider.toolTip(), timeout=20_000)
    plots = bench.timeline.plot, person.plot("data")
    counts = paints(person, plots, 150, bench.frame_dispatcher.at)
    assert counts.count([1, 1]) >= 4, counts


def paints(person, plots, steps, show):
    """Return how often each plot is painted for each of seven moments that are shown."""
    watches = [Watch(plot.viewport(), QEvent.Type.Paint) for plot in plots]
    counts = []
    for _ in range(7):
        person.bench.session.advance(steps)
        person.settle()
        for watch in watches:
            watch.count = 0
        show(person.bench.session.frame())
        for _ in range(5):
            QApplication.processEvents()
        counts.append([watch.count for watch in watches])
    return counts


def test_plots_whose_axes_change_are_painted_once_though_others_are_beside_them(open_window):
    """Each was painted twice a frame: the first that was done had the rest painted too early."""
    person = open_window(plots="all")
    bench = person.bench
    bench.grid.choose(["data", "loss", "limit"])

    def follow(frame):
        for view in bench.views.values():
            view.follow(frame)

    counts = paints(person, (person.plot("loss"), person.plot("limit")), 100, follow)
    assert counts.count([1, 1]) >= 5, counts
    # One of epochs waits till its run has grown by what can be seen; what is read is drawn at
    # once.
    person.begin(Settings())
    bench.grid.choose(["data", "loss"])
    bench.session.advance(10_000)
    bench.frame_dispatcher.now()
    loss = bench.views["loss"]
    bench.session.advance(1)
    assert loss.stands_still(bench.session.frame())
    bench.session.advance(1_000)
    assert not loss.stands_still(bench.session.frame())
    bench.frame_dispatcher.now()
    assert loss.stands_still(bench.session.frame())


def test_where_drawing_takes_long_plots_take_turns_at_full_speed(open_window, monkeypatch):
    """So that no press waits for all of them, also when they read; what is held all draw."""
    person = open_window()
    bench = person.bench
    dispatcher, names = bench.frame_dispatcher, ["data", "landscape", "loss"]
    bench.grid.choose(names)
    person.settle()
    drawn = []
    for name in names:
        view = bench.views[name]
        monkeypatch.setattr(view, "stands_still", lambda frame: False)
        monkeypatch.setattr(view, "draw", lambda frame, name=name: drawn.append(name))
    reads = []
    monkeypatch.setattr(dispatcher.throttle, "is_read", lambda *_: reads and reads.pop())

    def followed(seconds, moments=30):
        for _ in range(moments):
            drawn.clear()
            bench.player.drawing = seconds
            dispatcher.follow(bench.session.frame())
            yield [*drawn]

    assert all(set(moment) == set(names) for moment in followed(0.002))
    slow = [*followed(0.3)][-6:]
    assert all(len(moment) == 1 for moment in slow)
    assert {name for moment in slow[-3:] for name in moment} == set(names)
    reads.append(True)
    bench.session.advance(1)
    read = bench.session.frame()
    assert next(followed(0.3)) == []
    bench.session.advance(1)
    *_, last = followed(0.3, 3)
    assert len(last) == 1
    assert {bench.views[name].frame.newest_step for name in names} == {read.newest_step}
    # Where the run pauses before all have read it, they show where it is; where a ghost comes or
    # goes, none brings back the one before.
    for show in (dispatcher.now, dispatcher.ghost):
        reads.append(True)
        assert next(followed(0.3)) == []
        bench.session.advance(1)
        show()
        newest = bench.session.frame().newest_step
        assert len([*followed(0.3, 3)]) == 3
        assert {bench.views[name].frame.newest_step for name in names} == {newest}
    drawn.clear()
    dispatcher.hovered_sample()
    assert drawn == []  # it is read soon
    bench.player.pause()
    dispatcher.follow(bench.session.frame())
    assert set(drawn) == set(names)
    drawn.clear()
    dispatcher.hovered_sample()
    assert drawn == ["landscape"]


def test_at_full_speed_a_dear_plot_is_drawn_more_seldom_than_cheap_ones(open_window, monkeypatch):
    """They share the time, so that none moves in jerks because another one is dear."""
    person = open_window()
    bench = person.bench
    costs = {"data": 0.003, "landscape": 0.03, "loss": 0.003}
    bench.grid.choose([*costs])
    person.settle()
    drawn = []
    for name in costs:
        monkeypatch.setattr(bench.views[name], "stands_still", lambda frame: False)
        monkeypatch.setattr(bench.views[name], "draw", lambda _, name=name: drawn.append(name))
    monkeypatch.setattr(bench.frame_dispatcher.throttle, "is_read", lambda *_: False)
    bench.player.drawing = 0.01

    def moment():
        drawn.clear()
        bench.frame_dispatcher.follow(bench.session.frame())
        bench.player.drawing = sum(costs[name] for name in drawn)
        return [*drawn]

    for _ in range(200):
        moment()
    moments = [moment() for _ in range(60)]
    counts = {name: sum(name in each for each in moments) for name in costs}
    assert 3 <= counts["landscape"] <= 15
    assert min(counts["data"], counts["loss"]) >= 40
    assert all(each == ["landscape"] for each in moments if "landscape" in each)
    # A plot that stood still for long does not get all the time when it moves again.
    monkeypatch.setattr(bench.views["landscape"], "stands_still", lambda frame: True)
    for _ in range(200):
        moment()
    monkeypatch.setattr(bench.views["landscape"], "stands_still", lambda frame: False)
    moments = [moment() for _ in range(20)]
    assert 1 <= sum("landscape" in each for each in moments) <= 6
