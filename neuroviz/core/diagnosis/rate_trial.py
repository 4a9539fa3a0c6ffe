"""A learning rate to begin with: proposed by the curvature at the start, and tried before it is named."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.lazy import dataclass
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats

_EPOCHS = 200
_MOST_WORK = 2**21
"""Numbers that the steps of a trial go through: some hundredths of a second."""
_STEP = 400
"""What a step costs by itself, in numbers."""
_TRIALS = 6


@dataclass(frozen=True)
class Tried:
    """A learning rate that was tried from the start of a run."""

    rate: float
    loss: float
    """The highest of its last losses, below that of the start."""


@dataclass(frozen=True)
class _Run:
    """What a run is defined by, and the settings to take it from."""

    defined_by: tuple[str, ...]
    data: object
    settings: Settings = field(compare=False)


def rate_from_start(settings: Settings) -> Tried | None:
    """Return a learning rate below that of the settings with which a run from the same start is seen to fall.

    The first that is tried is half of the limit by the curvature at the start, or a tenth of the rate in force, if
    that is less; then a tenth of it, and so on. It is kept: what is said of a run asks for it again and again.
    """
    defining = settings.defining
    data = defining.pop("data")
    return _rate_from_start(_Run(tuple(f"{name} {value!r}" for name, value in defining.items()), data, settings))


@lru_cache(maxsize=8)
def _rate_from_start(run: _Run) -> Tried | None:
    settings = run.settings
    stepper = Stepper(settings)
    start = Trainer(settings, stepper=stepper).history.newest
    rate = _first_rate(settings, start.parameters)
    for _ in range(_TRIALS):
        rate = float(f"{rate:.1e}")
        trainer = Trainer(settings, [Edit(0, "learning_rate", rate)], start=start, stepper=stepper)
        trainer.advance(_steps(settings))
        losses = trainer.history.recent_losses[1]
        loss = float(losses[len(losses) // 2 :].max())  # it may swing
        if trainer.stopped is None and loss < trainer.first_loss:
            return Tried(rate, loss)
        rate /= 10
    return None


def _first_rate(settings: Settings, start: Floats) -> float:
    """Return the largest rate that is worth a trial from the parameters (P,) of the start."""
    method = settings.optimizer_entry.quadratic
    if method is None:
        return min(settings.learning_rate / 10, 1.0)
    try:
        greatest = curvature_at(settings, start).greatest
    except (SettingsError, np.linalg.LinAlgError):
        greatest = None
    if greatest is None:
        return settings.learning_rate / 10
    momentum = settings.hyperparameters.get("momentum", 0.0)
    return min(settings.learning_rate / 10, method.limit(momentum) / greatest / 2)


def _steps(settings: Settings) -> int:
    """Return how many steps a trial takes: whole epochs, at least one."""
    numbers = _STEP + settings.samples_per_step * (settings.dataset.width + 1)
    epochs = max(1, min(_EPOCHS, _MOST_WORK // (numbers * settings.steps_per_epoch)))
    return epochs * settings.steps_per_epoch
