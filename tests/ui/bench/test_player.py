"""Player: run, pause, and the speed that the clock asks for."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.session.step_schedules import TimeLapse
from neuroviz.ui.bench import player as player_module
from neuroviz.ui.bench.player import Player


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """Give the player a clock of ours; the session's own stays."""
    clock = Clock()
    monkeypatch.setattr(player_module, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


@pytest.fixture
def make(qapp):
    """Return a function that makes a player for settings."""
    made = []

    def player(settings=None):
        session = Session(settings or Settings(learning_rate=1.0, epochs=10**7))
        session.prepare()
        made.append(Player(session))
        return made[-1], session

    yield player
    for each in made:
        each.pause()
        each.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def step(session):
    """Return the updates done."""
    newest = session.frame().row
    return newest.step


def test_the_speed_is_kept_by_the_clock(make, clock, qtbot):
    """At 10 steps a second each tenth of a second is one step, however often the timer ticks."""
    player, session = make()
    player.set_speed(10.0)
    player.start()
    for wanted in range(1, 12):
        clock.now += 0.1
        qtbot.waitUntil(lambda wanted=wanted: step(session) >= wanted - 1)
    clock.now += 0.05
    qtbot.waitUntil(lambda: step(session) == 11)


def test_nothing_is_done_while_the_clock_stands(make, clock, qtbot):
    """No time, no step: ticks do not count."""
    player, session = make()
    ticks = []
    player._timer.timeout.connect(lambda: ticks.append(1))
    player.set_speed(1000.0)
    player.start()
    qtbot.waitUntil(lambda: len(ticks) > 5)
    assert step(session) == 0


def test_lost_time_is_forgotten_not_made_up(make, clock, qtbot):
    """After the machine slept for a minute the run goes on with one step.

    Not with a burst of 600.
    """
    player, session = make()
    player.set_speed(10.0)
    player.start()
    clock.now += 60.0
    qtbot.waitUntil(lambda: step(session) > 0)
    assert step(session) == 1
    clock.now += 0.35
    qtbot.waitUntil(lambda: step(session) == 3)


def test_the_rate_is_what_was_taken_since_the_first_tick(make, clock, qtbot):
    """Two steps in each quarter of a second are eight a second.

    From the second tick on and for ever after; it is unknown before and after a run.
    """
    player, session = make()
    player.set_speed(8.0)
    player.start()
    rates = [player.rate()]
    for tick in range(1, 7):
        clock.now += 0.25
        qtbot.waitUntil(lambda tick=tick: step(session) == 2 * tick)
        rates.append(player.rate())
    assert rates == [None, None, *[pytest.approx(8.0, rel=1e-9)] * 5]
    player.pause()
    assert player.rate() is None


def test_a_changed_speed_counts_from_now(make, clock, qtbot):
    """A new speed owes nothing for the time before it."""
    player, session = make()
    player.set_speed(1.0)
    player.start()
    clock.now += 0.9
    player.set_speed(10.0)
    clock.now += 0.101
    qtbot.waitUntil(lambda: step(session) == 1)


@pytest.mark.parametrize(
    ("drawing", "share"),
    [(0.001, 0.0157), (0.0108, 0.006), (0.024, 0.01755), (0.09, 0.03), (60.0, 0.03)],
)
def test_training_gets_more_of_a_frame_the_longer_drawing_takes(
    make, clock, qtbot, monkeypatch, drawing, share
):
    """What is left of a frame where that is more; and never so much that a key would wait."""
    player, session = make()
    budgets = []

    def take(seconds, *_, **__):
        budgets.append(seconds)
        return 1, None

    def draw():
        clock.now += drawing

    monkeypatch.setattr(session, "advance_for", take)
    player.advanced.connect(draw)
    player.set_speed(None)
    player.start()
    qtbot.waitUntil(lambda: len(budgets) > 40)
    assert budgets[40] == pytest.approx(share, rel=0.01)
    assert max(budgets) <= 0.03


def test_start_and_pause_tell_once(make, clock):
    """Starting what runs and pausing what stands still is nothing new."""
    player, _ = make()
    told = []
    player.running_changed.connect(told.append)
    player.pause()
    player.start()
    player.start()
    assert player.running
    player.pause()
    player.pause()
    assert told == [True, False]


def test_an_end_by_itself_gives_its_reason(make, qtbot):
    """At the epoch asked for the player pauses, shows the last step, then says why."""
    player, session = make(Settings(learning_rate=1.0, epochs=20))
    order = []
    player.running_changed.connect(lambda on: order.append(f"running {on}"))
    player.advanced.connect(lambda: order.append("advanced"))
    player.paused.connect(order.append)
    player.start()
    qtbot.waitUntil(lambda: "running False" in order and order[-1].startswith("Epoch 20"))
    assert (step(session), player.running) == (20, False)
    assert order[-3:-1] == ["running False", "advanced"]


def test_to_the_end_it_tells_of_steps_twice_a_second(make, clock, qtbot):
    """It takes all that it can meanwhile, and tells of the last one when it has come there."""
    player, session = make(Settings(learning_rate=1.0, epochs=60_000))
    told = []
    player.advanced.connect(lambda: told.append(step(session)))
    player.drawing = 0.01  # as a run at full speed has left it
    player.set_pace(None, seldom=True)
    player.start()
    qtbot.waitUntil(lambda: step(session) > 5_000)
    assert told == []
    assert player.drawing == 0  # nothing hurries what is drawn twice a second
    clock.now += 0.51
    qtbot.waitUntil(lambda: len(told) == 1)
    qtbot.waitUntil(lambda: not player.running, timeout=30_000)
    assert told[1:] == [60_000]


def test_a_time_lapse_takes_the_first_epochs_one_by_one(make, clock, qtbot):
    """Four in the first second, by the clock alone."""
    player, session = make(Settings(learning_rate=1.0, epochs=10_000))
    player.set_pace(TimeLapse(player.session))
    player.start()
    for wanted in range(1, 5):
        clock.now += 0.23
        qtbot.waitUntil(lambda wanted=wanted: step(session) == wanted)
        clock.now += 0.02
