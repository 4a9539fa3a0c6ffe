import numpy as np
import pytest

from neuroviz.core.anatomy.formula_text import staged
from neuroviz.core.anatomy.forward_backward import Rate
from neuroviz.core.anatomy.update import arrival, grad_stage, rate_stage, turned_stage
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_arrives_where_the_trainer_does(optimizer: str) -> None:
    """To the last bit, in float32 too."""
    settings = Settings(optimizer=optimizer, learning_rate=0.1, precision="float32")
    trainer = Trainer(settings)
    trainer.advance(4)
    row = trainer.history.newest
    found = arrival(settings, row, row.grad, trainer.hyperparameters())
    trainer.advance(1)
    newest = trainer.history.newest
    assert found.tobytes() == np.vstack((newest.parameters, newest.state)).tobytes()


def test_what_the_optimizer_is_given() -> None:
    """The gradient alone, with the old one, or turned; and the rate by its schedule."""
    new, old = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    assert grad_stage(new, new, None).before is None
    both = grad_stage(new, new + old, old)
    assert both.of(1) == sum(both.operands_of(1)) == 1.5
    assert turned_stage(new).of(0) == -1.0
    rate = rate_stage(Settings(schedule="cosine"), Rate(0.5, 0.5, 0.25))
    assert rate.of(0) == 0.25
    assert rate.pattern.format(*rate.operands) == "0.5·0.5"
    assert staged(rate_stage(Settings(schedule="cosine"), Rate(0.5, 0.5, 0.25)), 0) == "= 0.5·0.5 = 0.25"
    assert staged(rate_stage(Settings(), Rate(0.5, 1.0, 0.5)), 0) == "= 0.5"
