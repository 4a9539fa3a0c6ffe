import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.training.rewind import Rewinder
from neuroviz.core.training.trainer import Trainer
from tests.core.training.test_rewind import evidence_at


def evidence(steps, **choices):
    """Return what is known of a run after so many steps."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return evidence_of(trainer)


def test_it_holds_the_last_rows_and_losses():
    """The newest row is the run's, the first loss is row 0's, and losses come with their steps."""
    known = evidence(100)
    assert known.newest.step == 100
    assert known.loss == known.newest.loss
    assert known.recent.steps.tolist() == list(range(37, 101))
    assert known.loss_steps.tolist() == list(range(37, 101))
    assert known.recent_losses.tolist() == known.recent.losses.tolist()
    assert known.first_loss == Trainer(Settings()).history.newest.loss


def test_wrong_counts_rows_on_the_wrong_side():
    """Counted against the classes by the threshold; None for numbers."""
    always_one = {"weights": (0.0, 0.0), "bias": 1.0}
    assert evidence(0, **always_one).wrong == 3
    assert evidence(0, task="or", **always_one).wrong == 1
    assert evidence(0, activation="tanh", loss="hinge", **always_one).wrong == 3
    assert evidence(0, threshold=0.9, **always_one).wrong == 1
    assert evidence(0, task="line").wrong is None


def test_greatest_grad_is_of_a_whole_epoch():
    """One small batch gradient is no evidence of rest: the greatest of the epoch counts."""
    known = evidence(41, task="and", batch_size=1, learning_rate=0.5)
    grads = [np.abs(grad).max() for grad in known.recent.grads[-4:]]
    assert known.greatest_grad == max(grads) > grads[-1]


def test_slope_kills_where_the_error_does_not_reach_the_weights():
    """True for sigmoid with MSE far out on the wrong side, also if a right sample has a slope.

    Never from z, never where nothing is wrong.
    """
    far = {"weights": (4.0, 4.0), "bias": 4.0}
    assert evidence(0, loss="mse", **far).slope_kills
    # The one slope that is no zero (0.018) is at the sample that is nearly right.
    assert evidence(0, loss="mse", weights=(-8.0, -8.0), bias=20.0).slope_kills
    # z = −2.2, −5, −5 and −7.8: only the last is wrong, by 1, and there φ' is 0.0004.
    assert evidence(0, loss="mse", weights=(-2.8, -2.8), bias=-2.2).slope_kills
    assert not evidence(0, loss="bce", **far).slope_kills
    assert not evidence(0, loss="mse", weights=(20.0, 20.0), bias=-30.0).slope_kills
    # Two of four are off by 0.0015: what is left is less than 0.001.
    assert not evidence(0, loss="mse", weights=(20.0, 20.0), bias=-26.5).slope_kills
    assert not evidence(0, loss="mse", weights=(0.1, 0.1)).slope_kills


def test_losses_of_mini_batches_come_with_the_steps_of_whole_epochs():
    """Of a run of mini-batches the stored losses are known."""
    known = evidence(41, task="and", batch_size=1, learning_rate=0.5)
    assert known.epochs.tolist() == list(range(11))
    assert known.loss_steps.tolist() == list(range(0, 41, 4))
    assert known.newest.step == 41
    assert known.newest.loss is None
    assert known.loss == known.recent_losses[-1]


def test_sums_of_gradients_are_still_only_where_both_are():
    """With zero_grad forgotten no sum of 0 and no single gradient of 0 alone ends a run."""
    trainer = Trainer(
        Settings(
            "and", activation="identity", loss="mse", learning_rate=0.05, breaks=("no_zero_grad",)
        )
    )
    for _ in range(60):
        trainer.advance(1)
        evidence, row = evidence_of(trainer), trainer.history.newest
        own = Trainer(Settings("and", activation="identity", loss="mse",
                               weights=tuple(row.parameters[:2]),
                               bias=row.parameters[2])).history.newest.grad  # fmt: skip
        expected = max(np.abs(own).max(), np.abs(row.grad).max())
        assert evidence.greatest_grad == pytest.approx(expected, rel=1e-9)


def test_what_came_before_an_edit_is_no_evidence_of_it():
    """Losses and rows count from the step of the last edit on.

    Also when the run is looked back at.
    """
    trainer = Trainer(Settings(learning_rate=1.0))
    trainer.advance(40)
    trainer.edit("learning_rate", 2.0)
    trainer.advance(5)
    known = evidence_of(trainer)
    assert (known.since, known.epochs.tolist()) == (40, [40, 41, 42, 43, 44, 45])
    assert known.losses.tolist() == known.recent_losses[-6:].tolist()
    assert known.rows.steps.tolist() == list(range(40, 46))
    assert known.settings.learning_rate == 2.0
    rows = trainer.history.rows()
    for step, since in ((39, 0), (40, 40), (43, 40)):
        assert evidence_at(Rewinder(trainer.settings, trainer.edits), rows, step).since == since
