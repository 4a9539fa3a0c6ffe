"""What theory knows of how a run goes on, against the run that goes on."""

import numpy as np
import pytest

from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.training.trainer import Trainer

LINEAR = {"activation": "identity", "loss": "mse"}


def begun(steps, **choices):
    """Return a run after so many steps and what is known of it."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return trainer, evidence_of(trainer)


def test_the_limit_follows_the_momentum_in_force():
    """2/λmax without momentum, (2 + 2μ)/λmax with the μ of the moment.

    None where there is no exact limit.
    """
    trainer = Trainer(Settings(**LINEAR, optimizer="momentum", momentum=0.5))
    assert prospects.limit_of(evidence_of(trainer)) == pytest.approx(3 / 3.186141, rel=1e-6)
    trainer.edit("momentum", 0.0)
    assert prospects.limit_of(evidence_of(trainer)) == pytest.approx(0.627719, rel=1e-6)
    assert prospects.limit_of(begun(0)[1]) is None


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_rates_to_come_are_those_that_come(schedule):
    """No later step of 500 has a rate beyond the two ends."""
    own = {} if schedule == "constant" else {"period": 50.0}
    trainer, known = begun(20, learning_rate=0.3, schedule=schedule, **own)
    low, high = prospects.rates_to_come(known)
    trainer.advance(500)
    rates = trainer.history.rows().columns()["learning_rate"][20:]
    assert low * (1 - 1e-12) <= rates.min()
    assert rates.max() <= high * (1 + 1e-12)


@pytest.mark.parametrize("schedule", ["step_decay", "exponential", "cosine"])
def test_the_epoch_at_which_a_schedule_has_come_down(schedule):
    """The step before has a larger rate, that step none."""
    trainer, known = begun(3, learning_rate=1.0, schedule=schedule, period=40.0)
    epoch = prospects.epoch_below(known, 0.4)
    trainer.advance(epoch + 5)
    rates = trainer.history.rows().columns()["learning_rate"]
    assert rates[epoch] <= 0.4 < rates[epoch - 1]
    assert prospects.epoch_below(begun(3)[1], 0.1) is None


@pytest.mark.parametrize("start", [(-3.0, -3.0, -0.5), (0.41, 1.04, -0.13)])
@pytest.mark.parametrize(
    "optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"]
)
def test_what_is_said_to_stay_dead_does(optimizer, start):
    """Through 1,500 steps, from the first time that it is said.

    The first start is dead, the second on its way.
    """
    settings = Settings("nor", activation="relu", loss="mse",
                        inputs="pm1" if start[0] > 0 else "01",
                        optimizer=optimizer, learning_rate=0.298, weights=start[:2],
                        bias=start[2])  # fmt: skip
    trainer = Trainer(settings)
    claimed = None
    for step in range(40):
        known = evidence_of(trainer)
        if claimed is None and not known.prediction.slope.any() and prospects.stays_dead(known):
            claimed = step
        trainer.advance()
    trainer.advance(1500)
    rows = trainer.history.rows()
    theta = np.column_stack([rows.parameter(index) for index in range(3)])
    z = theta @ settings.design.T
    assert claimed is None or (z[claimed:] <= 0).all()
    if start[0] < 0:
        assert claimed == 0
    elif optimizer == "momentum":
        assert (z[5] <= 0).all()
        assert (z[-1] > 0).any()


def test_the_pace_is_that_of_the_error():
    """On ±1 inputs at rate η every error shrinks by 1 − 2η.

    The pace is −log of it, above a floor of ¼ too.
    """
    for rate in (0.001, 0.05):
        _, known = begun(30, task="and", **LINEAR, inputs="pm1", learning_rate=rate)
        assert prospects.pace(known) == pytest.approx(-np.log1p(-2 * rate), rel=1e-9)


def test_nothing_is_known_of_a_divisor_that_vanishes():
    """RMSprop rests and then bursts, as its divisor forgets: its rest is not called convergence."""
    choices = {
        "task": "or",
        "activation": "softplus",
        "loss": "mse",
        "optimizer": "rmsprop",
        "seed": 487,
    }
    trainer, known = begun(300, **choices, learning_rate=0.124)
    assert known.greatest_grad < 1e-8
    assert not prospects.stays_at_rest(known)
    before = known.loss
    trainer.advance(500)
    assert np.abs(trainer.history.recent_losses[1] - before).max() > 1e-3 * before
    assert prospects.stays_at_rest(begun(500, **LINEAR, learning_rate=0.5)[1])
