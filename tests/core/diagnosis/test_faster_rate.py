"""A larger rate is proposed where a run with it, taken step by step, ends at half the loss."""

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.rate_trial import faster_rate
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer


def last_loss(settings: Settings, epochs: int) -> float:
    trainer = Trainer(settings)
    trainer.advance(epochs * settings.steps_per_epoch)
    assert trainer.stopped is None
    return float(trainer.history.newest.loss)


@pytest.mark.parametrize(
    "settings",
    [
        Settings("and", learning_rate=1.0, epochs=1000),
        Settings("line", learning_rate=0.001, epochs=500),
        Settings("double", learning_rate=0.0005, epochs=200, optimizer="momentum"),
        Settings("or", learning_rate=0.5, epochs=300, batch_size=1),
    ],
    ids=lambda settings: settings.task,
)
def test_what_is_named_ends_as_low_as_is_said(settings: Settings) -> None:
    found = finished(faster_rate(settings))
    assert found is not None
    assert found.rate > settings.learning_rate
    assert found.own_loss == last_loss(settings, found.epochs)
    assert found.loss == last_loss(settings.replace(learning_rate=found.rate), found.epochs)
    assert found.loss <= found.own_loss / 2


@pytest.mark.parametrize(
    "settings",
    [
        Settings("xor", learning_rate=1.0, epochs=1000),
        Settings("line", learning_rate=0.05, epochs=1000),
    ],
    ids=lambda settings: settings.task,
)
def test_none_is_named_where_larger_ones_end_no_lower(settings: Settings) -> None:
    """XOR has one minimum, and at 5 or 2 times 0.05 the line blows up."""
    assert finished(faster_rate(settings)) is None
