"""Where a run ends: numbers that are not finite, bits that do not change, a loss low enough."""

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import advanced, assert_same_bits, columns

BATCHES = {"full": {}, "single": {"batch_size": 1}}


LINEAR = {"activation": "identity", "loss": "mse"}
NON_FINITE = {
    "sgd": ("loss", {**LINEAR, "learning_rate": 10.0}),
    "momentum": ("loss", {**LINEAR, "optimizer": "momentum", "learning_rate": 10.0}),
    "nesterov, shuffled": (
        "loss",
        {**LINEAR, "optimizer": "nesterov", "learning_rate": 1e3, "batch_size": 3, "shuffle": True},
    ),
    "single, float32": (
        "loss",
        {**LINEAR, "learning_rate": 1e4, "batch_size": 1, "precision": "float32"},
    ),
    # The fourth sample is (101, 102, 103): its gradient's square is beyond float32,
    # nothing else is.
    "adam's square": (
        "optimizer state",
        {
            "task": "sum",
            "optimizer": "adam",
            "batch_size": 1,
            "precision": "float32",
            "weights": (3e16, 3e16, 3e16),
        },
    ),
    "a step beyond the numbers": (
        "parameters",
        {
            "data": Dataset(np.array([[1.0]]), np.array([0.0]), classes=False),
            **LINEAR,
            "loss": "mae",
            "optimizer": "adamw",
            "learning_rate": 1e12,
            "weight_decay": 1e3,
            "weights": (1.0,),
        },
    ),
}


@pytest.mark.parametrize("kind", NON_FINITE)
def test_a_run_stops_before_the_first_number_that_is_not_finite(kind):
    """The last finite row stays.

    With the optimizer's state of a run that was stopped there by hand.
    """
    what, choices = NON_FINITE[kind]
    settings = Settings(**choices)
    trainer = Trainer(settings)
    taken = trainer.advance(3000)
    assert taken == trainer.step < 3000
    assert (trainer.stopped.step, trainer.stopped.what) == (taken + 1, what)
    twin = Trainer(settings)
    assert twin.advance(taken) == taken
    assert twin.stopped is None
    table = trainer.history.rows().columns()
    assert (
        np.ma.getmaskarray(table["loss"]).tolist()
        == (table["step"] % settings.steps_per_epoch != 0).tolist()
    )
    assert all(np.isfinite(np.ma.compressed(column)).all() for column in table.values())
    assert np.isfinite(trainer.history.newest.state).all()
    assert twin.advance(1) == 0
    assert_same_bits(trainer, twin)
    assert trainer.advance(5) == 0
    assert_same_bits(trainer, twin)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_after_a_stop_a_smaller_rate_goes_on(optimizer):
    """An edit at the last finite row lets the run go on, and the whole replays from its recipe."""
    choices = {
        "activation": "identity",
        "loss": "mse",
        "optimizer": optimizer,
        "learning_rate": 10.0,
    }
    trainer = advanced(100_000, **choices)
    stopped_at = trainer.step
    assert trainer.stopped is not None
    trainer.edit("learning_rate", 0.01)
    assert trainer.stopped is None
    assert trainer.advance(3000) == 3000
    assert trainer.history.newest.loss < columns(trainer)["loss"][stopped_at]
    replayed = Trainer(Settings(**choices), trainer.edits)
    assert replayed.advance(stopped_at + 3000) == stopped_at + 3000
    assert_same_bits(trainer, replayed)


@pytest.mark.parametrize(
    ("choices", "what"),
    [
        ({"activation": "identity", "loss": "mse", "weights": (1e200, 1e200)}, "loss"),
        ({"activation": "identity", "loss": "mse", "weights": (1e308, 1e308)}, "loss"),
        ({"weights": (1e39, 0.0), "precision": "float32"}, "parameters"),
    ],
)
def test_a_start_that_is_not_finite_is_refused(choices, what):
    """There is no row 0 to show, so the settings' start is refused with what is wrong."""
    with pytest.raises(SettingsError) as refusal:
        Trainer(Settings(**choices))
    assert (
        str(refusal.value)
        == f"The {what} at this start is not finite: take smaller weights or inputs."
    )
    assert refusal.value.field == "weights"


@pytest.mark.parametrize("batch", ["full", "single"])
def test_a_run_has_settled_when_a_whole_epoch_changed_no_bit(batch):
    """Cross-entropy over one output changes nothing.

    Settled after one epoch, and an edit wakes it.
    """
    per_epoch = {"full": 1, "single": 4}[batch]
    trainer = Trainer(Settings(loss="cross_entropy", **BATCHES[batch]))
    for _ in range(per_epoch):
        assert not trainer.settled
        trainer.advance(1)
    assert trainer.settled
    trainer.edit("learning_rate", 1.0)
    assert not trainer.settled
    trainer.advance(per_epoch)
    assert trainer.settled


def test_a_run_whose_state_still_changes_has_not_settled():
    """A velocity that decays counts as a change even when the parameters stand still."""
    trainer = advanced(30, learning_rate=1e-12, optimizer="momentum", weights=(1e9, 1e9),
                       activation="identity", loss="mae")  # fmt: skip
    assert len(set(columns(trainer)["w1"])) == 1
    assert not trainer.settled
    assert not advanced(50).settled


def test_an_optimum_in_reach_of_float64_is_settled():
    """``double`` ends where a step is too small to change a bit, and stays there."""
    trainer = advanced(6_000, task="double", learning_rate=0.1)
    assert trainer.settled
    assert columns(trainer)["w1"][-1] == pytest.approx(2.0, rel=1e-14)


def test_where_no_bit_changes_any_more_a_step_costs_nothing_and_has_the_same_bits(
    monkeypatch,
):
    """A step of Newton's is dear; a run that is taken up in mid-way takes each of them anew."""
    settings = Settings("and", optimizer="newton")
    trainer = Trainer(settings)
    trainer.advance(100)
    assert trainer.settled
    there = trainer.history.newest
    taken = []
    take = Stepper.take

    def counted(stepper, newest, rates, numbers):
        taken.append(len(rates) - 1)
        return take(stepper, newest, rates, numbers)

    monkeypatch.setattr(Stepper, "take", counted)
    assert trainer.advance(2_000) == 2_000
    assert (sum(taken), trainer.step) == (0, 2_100)
    anew = Trainer(settings, start=there)
    anew.advance(1)
    assert sum(taken) == 1
    one, other = anew.history.newest, trainer.history.newest
    assert (one.loss, one.batch_loss, one.learning_rate) == (
        other.loss, other.batch_loss, other.learning_rate
    )  # fmt: skip
    for name in ("parameters", "grad", "state"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_what_stands_still_goes_on_with_another_rate_the_first_time_and_when_it_is_replayed():
    """``double`` ends where a step is too small to change a bit, but a larger one is not."""
    trainer = advanced(9_000, task="double", learning_rate=0.02)
    assert trainer.settled
    before = columns(trainer)["w1"][-1]
    trainer.edit("learning_rate", 0.1)
    trainer.advance(1_000)
    assert columns(trainer)["w1"][-1] != before
    replayed = Trainer(trainer.settings, trainer.edits)
    replayed.advance(10_000)
    assert_same_bits(trainer, replayed)


def test_a_gradient_that_adds_up_moves_what_has_stood_still():
    """Each is too small to change a bit of a weight; their sum is not for long."""
    choices = {"weights": (40.0, 40.0), "bias": -59.0, "learning_rate": 1e-6}
    one_by_one = advanced(1, **choices, breaks=("no_zero_grad",))
    assert one_by_one.settled
    for _ in range(40):
        one_by_one.advance(1)
    at_once = advanced(41, **choices, breaks=("no_zero_grad",))
    assert_same_bits(one_by_one, at_once)
    assert one_by_one.history.newest.parameters[0] != 40.0


@pytest.mark.parametrize(("factor", "steps"), [(1.1, 1929), (10.0, 120)])
def test_above_the_limit_float64_overflows_when_theory_says(factor, steps):
    """At 1.1 and 10 times 2/λmax the loss overflows after some 1,929 and 120 steps.

    By |1 − lr·λ| per step.
    """
    trainer = advanced(
        10_000, activation="identity", loss="mse", learning_rate=factor * 2 / 3.1861406616345072
    )
    assert trainer.stopped is not None
    assert abs(trainer.step - steps) <= 0.02 * steps


def test_an_edit_at_the_step_that_fails_is_not_in_force():
    """The update that leaves the finite numbers was made with the old rate.

    The run stands before the edit.
    """
    free = Trainer(Settings("double", learning_rate=1e9))
    free.advance(1000)
    edited = Trainer(
        Settings("double", learning_rate=1e9), [Edit(free.stopped.step, "learning_rate", 0.1)]
    )
    edited.advance(1000)

    assert edited.stopped == free.stopped
    assert edited.hyperparameters()["learning_rate"] == 1e9


def test_a_slice_that_ends_at_the_mark_is_the_last():
    """Though all its steps were taken the loss has come down: there is no other slice."""
    settings = Settings(learning_rate=1.0)
    whole = Trainer(settings)
    whole.advance(200)
    losses = whole.history.rows().loss
    step = 150
    trainer = Trainer(settings)
    trainer._stepper.pace = step / 100.0  # so that the first slice is just as long
    assert trainer.advance_for(100.0, 10**6, float(losses[step])) == step
    assert trainer.step == step
