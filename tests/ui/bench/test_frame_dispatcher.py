"""Of a run that goes on, what is read comes in turn.

When somebody looks, everything shows one moment.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.frame_dispatcher import ReadThrottle
from neuroviz.ui.views import LandscapeView
from tests.ui.person import Person

Open = Callable[..., Person]
READERS = 12


class Desk:
    """Readers, the frames they were shown, and a clock that is turned by hand."""

    def __init__(self, cost: float = 0.0) -> None:
        self.now = 100.0
        self.cost = cost
        self.session = Session(Settings("and"))
        self.session.prepare()
        self.seen: list[list[Frame]] = [[] for _ in range(READERS)]
        self.turns = ReadThrottle(
            [partial(self.read, place) for place in range(READERS)], clock=lambda: self.now
        )

    def read(self, place: int, frame: Frame) -> None:
        self.seen[place].append(frame)
        self.now += self.cost if place == 0 else 0.0

    def frame_after(self, seconds: float) -> int:
        """Show another moment after so long; return how many were shown it."""
        self.now += seconds
        before = sum(map(len, self.seen))
        self.session.advance(1)
        self.turns.show(self.session.frame())
        return sum(map(len, self.seen)) - before


def test_at_speed_each_has_its_turn() -> None:
    """At sixty frames a second everybody is shown ten to fifteen of them.

    No frame pays for more than some.
    """
    desk = Desk()
    desk.turns.show_all(desk.session.frame())
    most = max(desk.frame_after(1 / 60) for _ in range(60))
    assert most <= 3
    assert all(10 <= len(seen) - 1 <= 15 for seen in desk.seen)


@pytest.mark.parametrize("rate", [60, 200, 1000])
def test_a_round_takes_as_long_however_fast_the_frames_come(rate: int) -> None:
    """What of a turn is due after a frame counts at the next: a hundred rounds in nine seconds."""
    desk = Desk()
    desk.turns.show_all(desk.session.frame())
    for _ in range(9 * rate):
        desk.frame_after(1 / rate)
    assert {len(seen) - 1 for seen in desk.seen} <= {99, 100}


@pytest.mark.parametrize(("seconds", "cost"), [(0.05, 0.0), (0.15, 0.03), (0.5, 0.1), (3.0, 0.1)])
def test_frames_that_can_be_told_apart_are_shown_to_all(seconds: float, cost: float) -> None:
    """Twenty steps a second, or one.

    Each is seen whole, also where what is read takes some of the time.
    """
    desk = Desk(cost)
    desk.turns.show_all(desk.session.frame())
    assert [desk.frame_after(seconds) for _ in range(5)] == [READERS] * 5


def test_what_costs_much_takes_a_small_share() -> None:
    """Eigenvalues that take 30 ms do not take a third of the time.

    At rest they are there at once.
    """
    desk = Desk(cost=0.03)
    desk.turns.show_all(desk.session.frame())
    before = desk.now
    for _ in range(300):
        desk.frame_after(1 / 60)
    assert (len(desk.seen[0]) - 1) * 0.03 <= 0.12 * (desk.now - before)
    assert len(desk.seen[1]) > 35
    desk.turns.show_all(desk.session.frame())
    assert {seen[-1].newest_step for seen in desk.seen} == {300}


def test_the_last_frame_is_shown_to_all(qtbot: QtBot) -> None:
    """Where no other follows, those whose turn it was not are shown it all the same."""
    desk = Desk()
    desk.turns.show_all(desk.session.frame())
    assert desk.frame_after(1 / 60) < READERS
    qtbot.waitUntil(lambda: {seen[-1].newest_step for seen in desk.seen} == {1})


@pytest.mark.parametrize("task", ["and", "line", "spam"])
@pytest.mark.parametrize("stop", ["pause", "reset", "look back", "step"])
def test_after_any_stop_all_views_agree(
    open_window: Open, qtbot: QtBot, task: str, stop: str
) -> None:
    """Whatever ended a fast run.

    All that is written shows the same moment, before anything is painted.
    """
    person = open_window(Settings(task, epochs=10**7))
    window = person.window
    commands = window.bench.commands
    ends: dict[str, Callable[[], None]] = {
        "pause": commands["run"].trigger,
        "reset": commands["reset"].trigger,
        "look back": commands["step_back"].trigger,
        "step": commands["step"].trigger,
    }
    window.bench.transport.speed.setValue(window.bench.transport.speed.maximum())
    commands["run"].trigger()
    qtbot.waitUntil(lambda: window.bench.session.frame().newest_step > 300)
    ends[stop]()
    assert not window.bench.player.running
    written = _written(person)
    window.bench.frame_dispatcher.at(window.bench.session.frame())
    assert _written(person) == written
    assert window.bench.timeline.where.text() in written


def test_a_step_under_the_pointer_is_shown_everywhere_but_where_the_pointer_is(
    open_window: Open, qtbot: QtBot
) -> None:
    """The path stays under the pointer, and the ball at its end.

    They do not go to the step that is pointed at.
    """
    person = open_window(Settings("line", learning_rate=0.01))
    for _ in range(5):
        person.action("step").trigger()
    landscape = person.bench.view(LandscapeView)
    landscape.surface_shown.setChecked(False)
    qtbot.waitUntil(lambda: landscape.is_finished, timeout=20_000)
    person.settle()
    ball = person.place("landscape", *person.rows.newest.parameters)
    before = person.plot("landscape").grab().toImage().pixelColor(ball).name()
    row = person.frame.row_at(2)
    assert row is not None
    person.hover("landscape", *row.parameters)
    person.settle()
    assert (person.frame.step, person.bench.views["loss"].frame.step) == (2, 2)
    assert person.plot("landscape").grab().toImage().pixelColor(ball).name() == before


def _written(person: Person) -> list[str]:
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
