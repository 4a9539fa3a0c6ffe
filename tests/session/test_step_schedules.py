"""Paces: the steps that are due, by a clock of ours."""

import math
from itertools import pairwise

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.session.step_schedules import TimeLapse
from tests.for_each import for_each
from tests.session.fresh import ready

TICK = 1 / 60


class Runner:
    """Stands where a session would: all that is due is done at once, at 1.3 million epochs too."""

    def __init__(self, settings, step=0):
        self.settings, self.step = settings, step


def lapse(runner, *, fast=10**12, until=60.0):
    """Let a run go to its limit in time-lapse; return (seconds, step) whenever it has moved."""
    pace = TimeLapse(runner)
    pace.begin(0.0)
    end = runner.settings.epochs * runner.settings.steps_per_epoch
    moved = [(0.0, runner.step)]
    ticks = 0
    while runner.step < end and ticks * TICK < until:
        ticks += 1
        now = ticks * TICK
        if pace.wait(now) > 0:  # nobody asks before
            continue
        taken = min(pace.due(now), end - runner.step, fast)
        runner.step += taken
        pace.took(taken)
        if taken:
            moved.append((now, runner.step))
    return moved


@for_each("epochs", [100, 1_000, 10_000, 1_000_000])
@for_each("batch", ["full", 1])
def test_a_whole_run_takes_ten_seconds_with_even_progress(epochs, batch):
    """It is nowhere more than a tenth ahead or behind, but for a frame.

    In the logarithm of the epoch.
    """
    settings = Settings(epochs=epochs, batch_size=batch)
    moved = lapse(Runner(settings))
    seconds, last = moved[-1]
    per_epoch = settings.steps_per_epoch
    assert last == epochs * per_epoch
    assert 9 <= seconds <= 11
    for (_, before), (now, step) in pairwise(moved):
        for shown in (before, step):  # just before it moves, and after
            way = math.log(max(1, shown // per_epoch)) / math.log(epochs)
            assert abs(way - now / seconds) <= 0.1 + TICK / seconds


@pytest.mark.parametrize("epochs", [1_000, 10_000, 1_000_000])
def test_in_every_quarter_second_something_moves(epochs):
    """Of the first second too, whose epochs come one by one."""
    moved = lapse(Runner(Settings(epochs=epochs)))
    assert [step for _, step in moved[:5]] == [0, 1, 2, 3, 4]
    times = [now for now, _ in moved]
    for quarter in range(int(times[-1] / 0.25)):
        assert any(0.25 * quarter < now <= 0.25 * (quarter + 1) for now in times)


def test_at_the_first_start_half_the_time_is_a_tenth_of_the_way():
    """What is to be seen is seen: five seconds after Run the epoch is below a tenth of the last."""
    settings = Settings.opened()
    assert max(step for now, step in lapse(Runner(settings)) if now <= 5) < settings.epochs / 10


@pytest.mark.parametrize("epochs", [1, 2, 10])
def test_a_short_run_takes_a_second_an_epoch_at_most(epochs):
    """Nobody waits ten seconds for two epochs."""
    moved = lapse(Runner(Settings(epochs=epochs)))
    assert [step for _, step in moved] == list(range(epochs + 1))
    assert moved[-1][0] <= epochs + TICK


def test_who_goes_on_goes_on_as_if_there_had_been_no_pause():
    """From epoch 100 of 10,000 half of the way is left."""
    whole = {step: now for now, step in lapse(Runner(Settings(epochs=10_000)))}
    rest = lapse(Runner(Settings(epochs=10_000), 100))
    assert rest[-1][0] == pytest.approx(whole[10_000] - whole[100], abs=2 * TICK)


def test_what_the_machine_cannot_do_is_not_made_up_for():
    """A slow one takes longer, and no more than it can at a time; nothing is queued."""
    moved = lapse(Runner(Settings(epochs=10_000)), fast=20)
    assert moved[-1][1] == 10_000
    runner = Runner(Settings(epochs=10_000), 50)
    pace = TimeLapse(runner)
    pace.begin(0.0)
    assert pace.due(60.0) < 20  # after a minute of sleep


def test_a_limit_that_is_changed_on_the_way_bends_the_curve():
    """The epoch does not jump, and the new limit is come to."""
    session = ready(Settings(learning_rate=1.0, epochs=100), 50)
    pace = TimeLapse(session)
    pace.begin(0.0)
    session.apply(session.settings.replace(epochs=100_000))
    assert pace.due(TICK) <= 2
    session.apply(session.settings.replace(epochs=20))
    assert pace.wait(TICK) < 1
