"""A run from its start to where it ends: the last epoch, a loss, the end of the finite numbers or Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neuroviz.cli.interrupt import Interrupt
from neuroviz.cli.progress import Progress
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import Diagnosis, diagnose
from neuroviz.core.neuron.neuron import Prediction, predict, right
from neuroviz.core.training.trainer import Trainer

__all__ = ["Outcome", "train"]

_SLICE = 0.02  # seconds between two looks at the clock


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run that has ended.

    Parameters
    ----------
    trainer
        The run at its last step, with its history.
    seconds
        Wall time of the training, without loading torch.
    interrupted
        Whether Ctrl-C ended it.
    """

    trainer: Trainer
    seconds: float
    interrupted: bool

    @property
    def settings(self) -> Settings:
        """What the run was made of."""
        return self.trainer.settings

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """The state it ended in."""
        return diagnose(evidence_of(self.trainer))

    @property
    def stopped(self) -> str:
        """How it ended: "done", "diverged" or "interrupted"."""
        if self.trainer.stopped:
            return "diverged"
        if self.interrupted:
            return "interrupted"
        return "diverged" if self.diagnosis.state == "diverging" else "done"

    @cached_property
    def prediction(self) -> Prediction:
        """What the neuron says to its own data."""
        parameters = self.trainer.history.newest.parameters
        return predict(self.settings, parameters, self.settings.coded_inputs, self.settings.coded_targets)

    @property
    def loss(self) -> float:
        """The loss over all samples: as stored, or computed inside an epoch, where none is stored."""
        stored = self.trainer.history.newest.loss
        if stored is not None or self.prediction.losses is None:
            return stored or 0.0
        return float(self.prediction.losses.mean())

    @cached_property
    def right(self) -> list[bool] | None:
        """Whether each sample is on its side of the threshold; None for numbers."""
        rows = right(self.settings, self.prediction.output)
        return None if rows is None else [bool(row) for row in rows]

    @property
    def accuracy(self) -> float | None:
        """The share of samples that are right; None for numbers."""
        return None if self.right is None else sum(self.right) / len(self.right)

    def predicted(self, asked: Sequence[Sequence[float]]) -> list[float]:
        """Return what the neuron says to other inputs, as it gets them."""
        if not asked:
            return []
        parameters = self.trainer.history.newest.parameters
        result: list[float] = predict(self.settings, parameters, np.array(asked)).output.tolist()
        return result


def train(settings: Settings, edits: Sequence[Edit], interrupt: Interrupt) -> Outcome:
    """Train to the end that the settings name, or to Ctrl-C.

    Raises
    ------
    SettingsError
        If the start is not finite.
    """
    trainer = Trainer(settings, edits)
    progress = Progress(settings.epochs)
    began = time.perf_counter()
    while not _at_end(trainer) and not interrupt.wanted:
        left = settings.epochs * settings.steps_per_epoch - trainer.step
        trainer.advance_for(_SLICE, left, settings.until_loss)
        progress.update(trainer.step / settings.steps_per_epoch)
    seconds = time.perf_counter() - began
    progress.clear()
    return Outcome(trainer, seconds, interrupted=not _at_end(trainer))


def _at_end(trainer: Trainer) -> bool:
    settings = trainer.settings
    newest = trainer.history.newest
    low_enough = settings.until_loss is not None and newest.loss is not None and newest.loss <= settings.until_loss
    return low_enough or trainer.stopped is not None or newest.epoch >= settings.epochs
