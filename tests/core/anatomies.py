"""The arithmetic of a step, for the tests of several rooms."""

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.training.trainer import Trainer


def anatomy_of(trainer):
    """Return that of the step which leaves the newest row of a run."""
    return Anatomy(trainer.settings, trainer.history.newest, trainer.hyperparameters())


def anatomy_at(settings, steps=0):
    """Return that of the step after so many."""
    trainer = Trainer(settings)
    trainer.advance(steps)
    return anatomy_of(trainer)
