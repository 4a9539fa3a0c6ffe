"""A learning rate that blows up, tried before it is named."""

from __future__ import annotations

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_track import flattens
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats

_EPOCHS = 200
_ADAPTIVE = 0.3
"""The largest rate that is worth a trial where an optimizer scales its steps itself."""
_MOST_WORK = 2**19
"""Numbers that the steps of a trial go through: some hundredths of a second."""
_STEP = 400
"""What a step costs by itself, in numbers."""
_BEYOND = (1.5, 3.0, 10.0, 100.0, 1e4)
_BLOWN = 1e3
"""Times the largest rate by the curvature, and times the first loss: then it blows up."""


def rate_that_blows_up(settings: Settings) -> float | None:
    """Return a learning rate with which a run from the start blows up, found by trial.

    None where none of those that are tried does, up to 10,000 times what the curvature allows.
    """
    epoch = settings.steps_per_epoch
    numbers = epoch * (_STEP + settings.samples_per_step * settings.parameters.count)
    steps = max(1, epoch * min(_EPOCHS, _MOST_WORK // numbers))
    stepper = Stepper(settings)
    start = Trainer(settings, stepper=stepper).history.newest
    limit = _largest_rate(settings, start.parameters)
    if flattens(settings) or not 0 < limit < np.inf:
        return None
    for times in _BEYOND:
        rate = float(f"{times * limit:.2g}")
        trainer = Trainer(settings, [Edit(0, "learning_rate", rate)], start=start, stepper=stepper)
        trainer.advance(steps)
        loss = trainer.history.recent_losses[1][-1]
        if trainer.stopped is not None or loss > _BLOWN * trainer.first_loss:
            return rate
    return None


def _largest_rate(settings: Settings, start: Floats) -> float:
    """Return the largest rate that is worth a trial from the parameters (P,) of the start."""
    method = settings.optimizer_entry.quadratic
    if method is None:
        return _ADAPTIVE
    try:
        greatest = curvature_at(settings, start).greatest
    except (SettingsError, np.linalg.LinAlgError):
        greatest = None
    momentum = settings.hyperparameters.get("momentum", 0.0)
    return np.inf if greatest is None else method.limit(momentum) / greatest
