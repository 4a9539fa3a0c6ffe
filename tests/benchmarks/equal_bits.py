"""Whether two ways of training give the same history to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer

WAYS: tuple[Callable[[Settings], Trainer], Callable[[Settings], Trainer]] = (
    Trainer,
    partial(Trainer, readable=True),
)
"""The ways to compare: as the program trains, and by autograd as one reads it."""


def equal_bits(settings: Settings, steps: int) -> bool:
    """Return whether both ways of :data:`WAYS` give equal rows and optimizer's states.

    Over so many steps.
    """
    first, second = (_bits(way(settings), steps) for way in WAYS)
    return first == second


def _bits(trainer: Trainer, steps: int) -> dict[str, bytes]:
    trainer.advance(steps)
    numbers = {**trainer.history.rows().columns(), "state": trainer.history.newest.state}
    return {name: np.ma.filled(column, np.nan).tobytes() for name, column in numbers.items()}
