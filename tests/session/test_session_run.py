"""Session: how far Run goes, and why it pauses."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from tests.session.fresh import assert_as_fresh, ready, step_of


def test_advance_for_pauses_at_the_epoch_asked_for():
    """Run stops exactly at its epoch, and goes on to twice as many when it is pressed again."""
    session = ready(Settings(epochs=37))
    assert session.goal == "epoch 37"
    for epochs in (37, 74, 148):
        session.aim()
        _, reason = session.advance_for(10.0)
        assert (step_of(session), session.settings.epochs) == (epochs, epochs)
        assert reason == f"Epoch {epochs} is reached. Run goes on to epoch {2 * epochs}."
        assert session.goal == f"epoch {2 * epochs}"
        assert session.advance_for(10.0) == (0, reason)
    assert session.frame().undo_label == "run from step 74"
    assert_as_fresh(session)


def test_a_limit_behind_the_run_is_doubled_until_it_lies_ahead():
    """Also where steps were taken one by one; a limit of 0 is that of the task."""
    session = ready(Settings(epochs=10, batch_size=1), 4 * 85 + 1)
    session.aim()
    assert session.settings.epochs == 160
    nothing = ready(Settings(epochs=0))
    nothing.aim()
    assert nothing.settings.epochs == 10_000


@pytest.mark.parametrize("back", [0, 5])
def test_reset_takes_the_limits_that_were_chosen(back):
    """Not those to which Run went on by itself, also after a branch.

    Undo brings them back with the run.
    """
    session = ready(Settings(learning_rate=1.0, epochs=20, until_loss=0.5))
    chosen = session.settings
    for _ in range(3):
        session.aim()
        session.advance_for(10.0)
    moved = session.settings
    assert (moved.epochs > 20, moved.until_loss) == (True, 0.25)
    if back:
        session.look_on(-back)
        session.branch()
    session.reset()
    assert session.settings == chosen
    assert session.goal == "loss 0.5, at most to epoch 20"
    session.undo()
    assert session.settings == moved


def test_reset_keeps_what_was_chosen_after_run_went_on():
    """A limit typed since stays; where Run goes on from that in turn, Reset comes back to it."""
    session = ready(Settings(learning_rate=1.0, epochs=20, until_loss=1e-9), 20)
    session.aim()
    session.apply(session.settings.replace(epochs=30))
    session.advance_for(10.0)
    session.aim()
    assert session.settings.epochs == 60
    session.reset()
    assert (session.settings.epochs, session.settings.until_loss) == (30, 1e-9)


def test_run_before_the_limit_leaves_it_as_it_is():
    """Whoever pauses on the way goes on to the same."""
    session = ready(Settings(epochs=37, until_loss=1e-9), 36)
    session.aim()
    assert (session.settings.epochs, session.settings.until_loss) == (37, 1e-9)


def test_from_an_earlier_row_run_goes_to_the_limit_of_then():
    """In a branch, where the limit lies ahead again."""
    session = ready(Settings(epochs=37), 37)
    session.look_at(30)
    session.aim()
    assert (session.settings.epochs, step_of(session)) == (37, 30)
    assert session.advance_for(10.0)[0] == 7


def test_advance_for_pauses_when_no_bit_changes():
    """XOR from zeros at lr 1 stays at zero: SessionRun says so after a block of steps."""
    session = ready(Settings("xor", init="zeros", epochs=10**8))
    taken, reason = session.advance_for(10.0)
    assert 0 < taken <= 1024
    assert "changed nothing" in reason
    assert not session.frame().parameters.any()


@pytest.mark.parametrize("most", [1, 3, 20, 100])
def test_advance_for_takes_at_most_what_was_asked(most):
    """The player's speed bounds the steps, within a block and over several."""
    session = ready(Settings(learning_rate=1.0))
    assert session.advance_for(10.0, most) == (most, None)
    assert step_of(session) == most


def test_advance_for_keeps_its_budget(monkeypatch):
    """When the time is over it stops at the end of a block, however many steps are left."""
    clock = iter(range(1000))
    monkeypatch.setattr(
        "neuroviz.core.training.trainer.time.perf_counter", lambda: float(next(clock))
    )
    session = ready(Settings(learning_rate=1.0, epochs=10**6))
    taken, reason = session.advance_for(3.0)
    assert (0 < taken < 2000, reason) == (True, None)
    assert next(clock) < 10


@pytest.mark.parametrize("batch", ["full", 1])
def test_advance_for_pauses_at_the_very_row(batch):
    """In frames of any length Run pauses at the first stored loss that is low enough."""
    settings = Settings(learning_rate=1.0, until_loss=0.3, batch_size=batch)
    trainer = Trainer(settings)
    trainer.advance(500)
    loss = trainer.history.rows().loss
    first = int(np.flatnonzero(np.ma.filled(loss, 1.0) <= 0.3)[0])
    for most in (1, 3, 10**6):
        session, reason = ready(settings), None
        while reason is None:
            _, reason = session.advance_for(1.0, most)
        assert "0.3" in reason
        assert step_of(session) == first


@pytest.mark.parametrize("task", ["and", "and_one_by_one", "spam"])
def test_steps_to_epoch_end_at_whole_epochs(task):
    """A step of an epoch goes to the end of the epoch that is under way."""
    session = ready(Settings(task))
    per_epoch = session.settings.steps_per_epoch
    assert session.steps_to_epoch(1) == per_epoch
    session.advance(1)
    session.advance(session.steps_to_epoch(1))
    assert step_of(session) in (per_epoch, 2)
    session.advance(session.steps_to_epoch(10))
    assert step_of(session) % per_epoch == 0


def test_run_goes_on_below_the_loss_to_stop_at():
    """To half of it; where no loss is lower, to the epochs alone."""
    session = ready(Settings(learning_rate=1.0, until_loss=0.3))
    _, reason = session.advance_for(5.0)
    assert reason.startswith(
        "The loss is at or below 0.3. Run goes on to loss 0.15, at most to epoch 10,000."
    )
    assert session.advance_for(5.0, 100) == (0, reason)
    session.aim()
    _, again = session.advance_for(5.0)
    losses = session.frame().rows.loss
    assert losses[-1] <= 0.15 < losses[-2]
    assert "0.15" in again
    lowest = ready(Settings("double", weights=(2.0,), bias=0.0, until_loss=0.5))
    lowest.aim()
    assert lowest.frame().current_loss == 0
    assert lowest.settings.until_loss is None


def test_a_loss_to_stop_at_that_is_met_to_the_bit_is_over():
    """Two samples ±½ from zeros have a loss of ¼: Run goes on to an eighth, and takes steps."""
    data = Dataset([[1.0], [-1.0]], [0.5, -0.5], classes=False)
    session = ready(
        Settings("line", data=data, weights=(0.0,), bias=0.0, learning_rate=0.01, until_loss=0.25)
    )
    assert session.frame().current_loss == 0.25
    assert session.goal.startswith("loss 0.125, ")
    taken, reason = session.advance_for(5.0)
    assert taken == 0
    assert "Run goes on to loss 0.125, " in reason
    session.aim()
    assert session.settings.until_loss == 0.125
    assert session.advance_for(5.0)[0] > 0
    losses = session.frame().rows.loss
    assert losses[-1] <= 0.125 < losses[-2]


def test_run_goes_on_from_an_earlier_row_in_a_branch():
    """Whoever looks back and runs goes on from there; epochs are counted from there too."""
    session = ready(Settings("and_one_by_one"), 30)
    session.look_at(9)
    assert session.steps_to_epoch(1) == 3
    assert session.advance_for(10.0, 5) == (5, None)
    assert (step_of(session), session.selection.step, session.frame().undo_label) == (
        14,
        None,
        "branch at step 9",
    )
    assert [run.rows.newest.step for run in session.frame().runs] == [30]
    assert_as_fresh(session)


def test_looking_back_while_it_runs_branches_once():
    """The first step from an earlier row branches; those after it go on in the branch."""
    session = ready(steps=20)
    session.advance_for(10.0, 20)
    session.look_at(10)
    session.advance_for(10.0, 20)
    session.advance_for(10.0, 20)
    assert (step_of(session), len(session.frame().runs)) == (50, 1)
    assert_as_fresh(session)


def test_a_stop_counts_from_the_row_that_is_looked_at():
    """A branch from before the epoch to stop at stops there again."""
    session = ready(Settings(epochs=37))
    session.advance_for(10.0)
    session.advance(10)
    session.look_at(30)
    taken, reason = session.advance_for(10.0)
    assert (taken, step_of(session)) == (7, 37)
    assert "37" in reason
