"""Look ahead: computes how a run would go on, and keeps the rows that are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.history import History
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import NonFinite, Trainer
from neuroviz.core.types import Floats, Ints, Unique

_EACH = 64
"""Number of first steps that are all kept."""
_PER_E = 64
"""Rows kept after that while the number of epochs since the start grows by a factor of e."""
_AT_ONCE = 256
"""Steps in a block; the memory of a larger one would leave the processor's cache between two
paintings."""


class Ahead(Unique):
    """The part of a run that lies ahead, as far as it is known."""

    settings: Settings
    """The settings in force where it begins."""
    steps: Ints
    """(m,): the first steps, then ends of epochs evenly spaced in the logarithm, and the newest."""
    losses: Floats
    """(m,): the loss over all samples, NaN inside an epoch of mini-batches."""
    parameters: Floats
    """(m, P)."""
    ends: bool
    """Whether the run is known to its end."""
    stopped: NonFinite | None
    """Why the run cannot go on; None where it can."""

    @property
    def epochs(self) -> Floats:
        """(m,): epochs done at each row."""
        return self.steps / self.settings.steps_per_epoch


class _Trail(History):
    """Keeps rows evenly in the logarithm of the epochs, instead of as many as there is room for."""

    def __init__(self, start: RowBlock, loss_before: float) -> None:
        self.first = start.first_step
        self.kept: list[tuple[Ints, Floats, Floats]] = []
        super().__init__(start, max_rows=1)
        if start.first_step % start.steps_per_epoch:
            self._recent_losses = np.array([[start.first_step], [loss_before]])

    def is_below(self, mark: float | None) -> bool:
        """Return whether the last stored loss is at a mark or below it; False without one."""
        return mark is not None and self.recent_losses[1][-1] <= mark

    def _settle(self, block: RowBlock) -> None:
        per_epoch = block.steps_per_epoch
        since = block.steps - self.first
        marks = np.floor(_PER_E * np.log1p(since / per_epoch))
        marks_before = np.floor(_PER_E * np.log1p(np.maximum(since - per_epoch, 0) / per_epoch))
        due = (since < _EACH) | ((block.steps % per_epoch == 0) & (marks > marks_before))
        self.kept.append((block.steps[due], block.losses[due], block.parameters[due]))


class LookAhead:
    """Computes runs ahead, one after another, with the same tensors wherever these serve."""

    def __init__(self) -> None:
        self._stepper: Stepper | None = None
        self._trainer: Trainer | None = None
        self._until = 0

    def begin(
        self,
        settings: Settings,
        edits: Sequence[Edit],
        start: Row | None,
        until: int,
        loss_before: float = np.inf,
    ) -> None:
        """Begin at the start of a run, or at a row of it.

        Parameters
        ----------
        settings, edits
            The settings the run started with, and its changes in mid-run.
        start
            The row to go on from; None for the start of the run.
        until
            The step to end at, unless the loss to stop at comes first.
        loss_before
            The last loss over all samples, where ``start`` is inside an epoch.

        Raises
        ------
        SettingsError
            If the start is not finite.
        """
        if self._stepper is None or not self._stepper.take_over(settings):
            self._stepper = Stepper(settings, at_most=_AT_ONCE)
        self._trainer = Trainer(settings, edits, 1, start=start, stepper=self._stepper)
        self._trainer.history = _Trail(self._trainer.history.recent, loss_before)
        self._until = until

    def advance_for(self, seconds: float) -> Ahead:
        """Go on for about this many seconds; return what is known by then."""
        trainer = self._trainer
        assert trainer is not None
        trail = trainer.history
        assert isinstance(trail, _Trail)
        until_loss = trainer.settings.until_loss
        left = self._until - trainer.step
        if left > 0 and not trail.is_below(until_loss) and trainer.stopped is None:
            trainer.advance_for(seconds, left, until_loss)
        newest = trail.recent.last
        last = newest.steps, newest.losses, newest.parameters
        steps, losses, parameters = (
            np.concatenate(column) for column in zip(*trail.kept, last, strict=True)
        )
        ends = trainer.step >= self._until or trail.is_below(until_loss) or bool(trainer.stopped)
        return Ahead(trainer.settings, steps, losses, parameters, ends, trainer.stopped)
