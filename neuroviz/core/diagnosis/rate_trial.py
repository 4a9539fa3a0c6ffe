"""A learning rate to begin with.

Proposed by the curvature at the start, and tried before it is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Keyed, Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_track import flattens
from neuroviz.core.numbers import rounded_down
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats

_LEAST_EPOCHS = 200
_ADAPTIVE = 0.3
"""The largest rate that is worth a trial where an optimizer scales its steps itself."""
_MOST_WORK = 2**19
"""Numbers that the steps of a trial go through: some hundredths of a second."""
_STEP = 400
"""What a step costs by itself, in numbers."""
_BEYOND = (1.5, 3.0, 10.0, 100.0, 1e4)
_BLOWN = 1e3
"""Times the largest rate by the curvature, and times the first loss: then it blows up."""
_SHARES = (1 / 3, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
"""Of the rate in force, or of the largest that is worth a trial: what is tried, in this order."""


@dataclass(frozen=True)
class Tried:
    """A learning rate that was tried from the start of a run."""

    rate: float
    loss: float
    """The highest of its last losses, below that of the start."""


def rate_from_start(settings: Settings, epochs: int) -> Tried | None:
    """Return a learning rate below the settings' with which a run from the same start falls.

    What is tried is at most a third of the limit by the curvature at the start. The answer is kept:
    what is said of a run asks for it again and again.

    Parameters
    ----------
    epochs
        Those that the run has gone: a trial goes on for as many at least,
        where that does not take too long.
    """
    defining = settings.defining
    data = defining.pop("data")
    kept = max(_LEAST_EPOCHS, 1 << epochs.bit_length())  # for many epochs the same trial
    defined_by = tuple(f"{name} {value!r}" for name, value in defining.items())
    return _rate_from_start(Keyed((data, defined_by), settings), kept)


@lru_cache(maxsize=8)
def _rate_from_start(run: Keyed, epochs: int) -> Tried | None:
    settings = run.settings
    steps = _steps(settings, epochs)
    if not steps:
        return None
    stepper = Stepper(settings)
    start = Trainer(settings, stepper=stepper).history.newest
    most = min(settings.learning_rate, _largest_rate(settings, start.parameters))
    best: Tried | None = None
    for share in _SHARES:
        rate = float(rounded_down(share * most, 2))
        trainer = Trainer(settings, [Edit(0, "learning_rate", rate)], start=start, stepper=stepper)
        trainer.advance(steps)
        losses = trainer.history.recent_losses[1]
        loss = float(losses[len(losses) // 2 :].max())  # it may swing
        if trainer.stopped is None and loss < (best.loss if best else trainer.first_loss):
            best = Tried(rate, loss)
        elif best:
            break
    return best


def rate_that_blows_up(settings: Settings) -> float | None:
    """Return a learning rate with which a run from the start blows up, found by trial.

    None where none of those that are tried does, up to 10,000 times what the curvature allows.
    """
    steps = max(1, _steps(settings, _LEAST_EPOCHS))
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


def _steps(settings: Settings, epochs: int) -> int:
    """Return how many steps a trial takes: whole epochs, none where one would take too long."""
    numbers = _STEP + settings.samples_per_step * settings.parameters.count
    return (
        min(epochs, _MOST_WORK // (numbers * settings.steps_per_epoch)) * settings.steps_per_epoch
    )
