"""Going: what lets a run go on, and what makes it pause."""

import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.going import advance, advance_for, obstacle
from neuroviz.session.run import SessionRun
from tests.session.fresh import ready


def begun(settings, steps=0, edits=()):
    run = SessionRun.of(settings, edits)
    run.prepare().advance(steps)
    return run


def test_a_run_can_go_on_until_it_leaves_the_finite_numbers():
    """The reason names what would not be finite."""
    run = begun(Settings("line", learning_rate=1.0), 5)
    assert obstacle([run]) is None
    advance([run], 10_000)
    reason = obstacle([run])
    assert run.trainer.stopped.what in reason
    assert obstacle([run, begun(Settings("line"))]) is None
    assert obstacle([run, run]) == reason


def test_what_has_no_gradient_cannot_be_trained():
    """Before torch as well, and whoever else races."""
    run = SessionRun.of(Settings("and_by_hand"))
    assert "flat but for one jump, so it cannot be trained" in obstacle([run])
    assert "flat but for one jump, so it cannot be trained" in obstacle([run, begun(Settings())])


def test_edits_are_shown_when_they_are_met():
    """By steps, by time, and in a race."""
    edits = (Edit(5, "learning_rate", 3.0),)
    for go in (
        lambda run: advance([run], 5),
        lambda run: advance_for([run], 10.0, 5, to_limit=False),
        lambda run: advance([run, begun(Settings())], 5),
    ):
        run = begun(Settings(), 0, edits)
        go(run)
        assert run.shown.learning_rate == 3.0


@pytest.mark.parametrize("to_limit", [True, False])
def test_without_a_limit_only_an_obstacle_is_a_reason(to_limit):
    """Neither the epoch, nor the loss, nor that nothing changes."""
    settled = Settings("xor", init="zeros", learning_rate=1.0, epochs=20)
    taken, reason = advance_for([begun(settled)], 10.0, 100, to_limit=to_limit)
    assert (taken, reason is None) == ((20, False) if to_limit else (100, True))
    low = Settings(learning_rate=1.0, until_loss=0.3)
    taken, reason = advance_for([begun(low)], 10.0, 1000, to_limit=to_limit)
    assert (taken < 1000, reason is not None) == (to_limit, to_limit)
    diverging = Settings("line", learning_rate=1.0)
    _, reason = advance_for([begun(diverging)], 10.0, 10_000, to_limit=to_limit)
    assert "not be finite" in reason


def test_a_race_ends_at_the_epochs_of_the_active_run():
    """At its end it takes no step more."""
    run, other = begun(Settings(learning_rate=1.0, epochs=700)), begun(Settings(epochs=9))
    taken, reason = advance_for([run, other], 10.0, None, to_limit=True)
    assert (taken, run.step, other.step) == (700, 700, 700)
    assert reason == "Epoch 700 is reached. Run goes on to epoch 1,400."
    assert advance_for([run, other], 10.0, 5, to_limit=True) == (0, reason)


@pytest.mark.parametrize("batch", ["full", 1])
@pytest.mark.parametrize("order", [1, -1])
def test_a_race_to_a_loss_ends_where_the_first_is_there(order, batch):
    """To the step, whoever has its turn first.

    All stand level there, with the bits of a run alone.
    """
    until = Settings(learning_rate=3.0, until_loss=0.25, batch_size=batch)
    settings = [until, until.replace(learning_rate=1.0), until.replace(learning_rate=2.0)]
    alone = begun(until)
    alone.prepare().advance(10**6, 0.25)
    runs = [begun(each) for each in settings[::order]]
    taken, reason = advance_for(runs, 60.0, None, to_limit=True)
    assert taken == alone.step
    assert [run.step for run in runs] == [alone.step] * 3
    for run in runs:
        fresh = begun(run.settings, alone.step)
        assert np.array_equal(
            run.prepare().history.newest.parameters, fresh.prepare().history.newest.parameters
        )
    losses = sorted(float(run.prepare().history.newest.loss) for run in runs)
    assert reason.startswith("The loss is at or below 0.25.")
    left = 0.125 if losses[0] > 0.125 else 0.0625
    assert reason.endswith(f"Run goes on to loss {left}, at most to epoch 10,000.")


def test_a_race_does_not_pause_where_one_has_settled():
    """The others go on."""
    settled = begun(Settings("xor", init="zeros", learning_rate=1.0, epochs=10**6))
    assert advance_for([settled, begun(Settings("xor"))], 10.0, 100, to_limit=True) == (100, None)
    assert settled.prepare().settled


def test_a_race_ends_at_its_epochs_though_the_active_run_has_stopped():
    """Who diverged stays behind; the others do not run past the epochs that were asked for."""
    session = ready(Settings("line", epochs=2000))
    start = session.settings
    session.race([("wild", start.replace(learning_rate=1e4)), ("tame", start)])
    taken, reason = 1, None
    while taken and reason is None:
        taken, reason = session.advance_for(0.02)
    wild, tame = session.frame().runs
    assert wild.stopped
    assert tame.rows.newest.step == 2000
    assert reason.startswith("Epoch 2,000 is reached.")
