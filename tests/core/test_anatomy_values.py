import dataclasses

import pytest

from neuroviz.core.anatomy.anatomy import anatomy_of
from neuroviz.core.anatomy_values import Rate
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer


def test_they_cannot_be_changed() -> None:
    """What a view is given is frozen."""
    settings = Settings()
    trainer = Trainer(settings)
    values = anatomy_of(settings, trainer.history.newest, trainer.hyperparameters()).of(0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        values.loss = 1.0  # type: ignore[misc]  # that is the test
    assert Rate(0.5, 0.5, 0.25) == Rate(0.5, 0.5, 0.25)
