"""Evidence: what is known about a run, from which its state is diagnosed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from neuroviz.core.choices.edits import Edit, settings_at
from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import gradient_of
from neuroviz.core.model.model import FIRST_START, Prediction, columns_of, predict, right
from neuroviz.core.model.rounding import largest_rounding
from neuroviz.core.model.separability import is_perceptron_rule
from neuroviz.core.slices import SLICE, Work
from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.history import RECENT, History
from neuroviz.core.training.history_view import LOSS, Rows
from neuroviz.core.training.rewind import Rewinder, cost, first_recent_step
from neuroviz.core.training.trainer import NonFinite, Trainer
from neuroviz.core.types import Floats, Unique

SLOPE_SHARE = 0.05
"""An activation is flat where its slope is below this share of its greatest slope."""
SMALL_ERROR = 1e-3
"""A mean error below this is as good as none."""
_SHORT = 655
"""Steps of a small neuron that take a millisecond or two."""


class Evidence(Unique):
    """What is known about a run at its newest row."""

    settings: Settings
    """The settings in force at the row, with the present threshold."""
    hyperparameters: dict[str, float]
    """The values in force, the learning rate before its schedule."""
    first_loss: float
    """The loss at row 0."""
    recent: RowBlock
    """The last rows in order, the newest last."""
    loss_steps: Floats
    """(m,): the steps of ``recent_losses``."""
    recent_losses: Floats
    """(m,): the last stored losses, in order."""
    stopped: NonFinite | None
    since: int = 0
    """The step from which on the present hyperparameters are in force; losses and rows before it
    say nothing about them."""
    mistakes: int | None = None
    """How many samples the perceptron's rule has met on the wrong side; None for other rules, and
    where rows were thinned out."""

    @cached_property
    def newest(self) -> Row:
        """The newest row."""
        return self.recent.row(-1)

    @property
    def loss(self) -> float:
        """The last stored loss."""
        return float(self.recent_losses[-1])

    @property
    def errs(self) -> bool:
        """Whether any sample has a loss, apart from the penalties."""
        if not self.settings.penalties:
            return self.loss > 0
        return bool(self.prediction.losses.any())

    @property
    def epochs(self) -> Floats:
        """(m,): the epochs of ``losses``, those since the present values came into force."""
        return self.loss_steps[self.loss_steps >= self.since] / self.settings.steps_per_epoch

    @cached_property
    def losses(self) -> Floats:
        """(m,): the last stored losses since the present values came into force, in order.

        A loss that is only rounding is given as 0.
        """
        losses = self.recent_losses[self.loss_steps >= self.since]
        return np.where(losses <= largest_rounding(self.settings), 0.0, losses)

    @property
    def halves(self) -> tuple[Floats, Floats]:
        """The earlier and the later half of the losses; the middle one is in the later half."""
        half = len(self.losses) // 2
        return self.losses[:half], self.losses[half:]

    @cached_property
    def rows(self) -> RowBlock:
        """The last rows since the present values came into force."""
        return self.recent.cut(max(0, self.since - self.recent.first_step), len(self.recent))

    @cached_property
    def epoch_grads(self) -> Floats:
        """(n, P): the gradients of the last epoch, or of as much of it as there is."""
        return self.recent.grads[-self.settings.steps_per_epoch :]

    @cached_property
    def prediction(self) -> Prediction:
        """The neuron's predictions for its own data."""
        return predict(self.settings, self.newest.parameters)

    @cached_property
    def wrong(self) -> int | None:
        """How many samples are on the wrong side of the threshold; None for numeric targets."""
        rows = right(self.settings, self.prediction.output)
        return None if rows is None else int((~rows).sum())

    @cached_property
    def greatest_grad(self) -> float:
        """The greatest absolute component of the gradients of the last epoch.

        Where gradients accumulate, or where the last rows may not have met every sample, the
        present gradient over all samples counts too, since either of them moves the run.
        """
        greatest = float(np.abs(self.epoch_grads).max())
        whole = len(self.epoch_grads) == self.settings.steps_per_epoch
        whole &= not self.settings.shuffle
        if whole and not self.settings.breaks_it("no_zero_grad"):
            return greatest
        own = gradient_of(self.settings, self.newest.parameters)
        return max(greatest, float(np.abs(own).max()))

    @cached_property
    def slope_kills(self) -> bool:
        """Whether an error is left, but φ'(z) is nearly 0 where it is.

        The mean slope, weighted by the errors, is compared with ``SLOPE_SHARE`` of the greatest
        slope.
        """
        if self.settings.fused or self.settings.softmax:
            return False
        errors = np.abs(self.prediction.output - self.settings.coded_targets).ravel()
        if errors.mean() < SMALL_ERROR:
            return False
        share = float((errors / errors.sum()) @ np.abs(self.prediction.slope).ravel())
        return share < SLOPE_SHARE * self.settings.activation_entry.greatest_slope


def evidence_of(
    trainer: Trainer,
    settings: Settings | None = None,
    first_loss: float | None = None,
    mistakes: int | None = None,
) -> Evidence:
    """Return what is known about a run now.

    Pass ``settings`` to have their threshold count. The first loss and the mistakes must be given
    for a trainer that was taken up at a later row.
    """
    history = trainer.history
    if first_loss is None:
        mistakes = mistakes_until(trainer.step, trainer.settings, history.rows())
    return Evidence(
        settings or settings_at(trainer.settings, trainer.edits, trainer.step),
        trainer.hyperparameters(),
        trainer.first_loss if first_loss is None else first_loss,
        history.recent,
        *history.recent_losses,
        trainer.stopped,
        _since(trainer.edits, trainer.step),
        mistakes,
    )


def known_start(settings: Settings, steps: int = 0) -> tuple[Rows, Evidence] | None:
    """Return history and evidence of the very first experiment, without torch.

    The run has taken ``steps`` steps. The result is None for any other experiment, since only the
    numbers of the first one come with the program.
    """
    if settings != Settings.opened():
        return None
    rate = settings.learning_rate
    parameters = np.array(FIRST_START)
    numbers = []
    losses = []
    for _ in range(steps + 1):
        columns = columns_of(parameters, settings.coded_inputs, settings.coded_targets)
        grad = (columns["loss_by_pre_activation"][:, None] * columns["extended"]).mean(axis=0)
        numbers.append(np.concatenate((parameters, grad)))
        losses.append(columns["loss"].mean())
        parameters = parameters - rate * grad
    return history_of(settings, np.array(losses), np.array(numbers))


def history_of(settings: Settings, losses: Floats, numbers: Floats) -> tuple[Rows, Evidence]:
    """Return history and evidence of a full-batch run, made of its numbers alone.

    Parameters
    ----------
    losses, numbers
        (n,): the loss of each row over all samples, and (n, 2·P): its parameters and gradient.
    """
    rates = np.full(len(losses), settings.learning_rate)
    rows = RowBlock(0, 1, numbers.shape[1] // 2, losses, losses, rates, numbers)
    history = History(rows.cut(0, 1))
    history.extend(rows)
    evidence = Evidence(
        settings,
        settings.editable_values,
        history.first_loss,
        history.recent,
        *history.recent_losses,
        None,
    )
    return history.rows(), evidence


def _since(edits: Iterable[Edit], step: int) -> int:
    """Return the step of the last edit that is in force at a step."""
    return max((edit.step for edit in edits if edit.step <= step), default=0)


class EvidenceAt:
    """Finds what was known when a run stood at a step, to the last bit; the run does not change.

    Where rows were thinned out, the run is taken up at a kept row far enough back that all of its
    last stored losses are there. With mini-batches that can be many steps, so they are taken in
    slices.

    Parameters
    ----------
    rewinder, rows
        The run and its history, thinned out or not.
    step
        From 0 to the newest.

    Attributes
    ----------
    found
        What was known; None until it is found.
    """

    def __init__(self, rewinder: Rewinder, rows: Rows, step: int) -> None:
        self.found: Evidence | None = None
        self.step = step
        self._rewinder = rewinder
        self._settings = rewinder.settings_at(step)
        # The rows themselves are not kept: a run that goes on thins them and drops the old ones.
        self._start = rows.kept_before(first_recent_step(step, self._settings))
        self._first_loss = rows.kept_before(0).loss
        self._mistakes = mistakes_until(step, self._settings, rows)
        self._trainer: Trainer | None = None
        if rows.stride == 1 and step < rows.newest.step:
            since = _since(rewinder.edits, step)
            self.found = _kept_evidence(self._settings, rows, step, since, self._mistakes)

    @property
    def is_near(self) -> bool:
        """Whether it is found already, or takes only a millisecond or two to find."""
        steps = self.step - self._start.step
        return self.found is not None or cost(self._settings, steps) <= _SHORT

    def work(self) -> Work[Evidence]:
        """Find it in slices."""
        while self.found is None:
            trainer = self._taken_up()
            if trainer.step < self.step:
                trainer.advance_for(SLICE / 2, self.step - trainer.step)
                yield None
            else:
                assert self._first_loss is not None  # row 0 ends an epoch
                self.found = evidence_of(trainer, self._settings, self._first_loss, self._mistakes)
        return self.found

    def _taken_up(self) -> Trainer:
        """Return the run on its way to the step.

        It begins again if the rewinder has taken up another trainer in between.
        """
        if self._trainer is None or not self._rewinder.is_last(self._trainer):
            self._trainer = self._rewinder.take_up(self._start)
        return self._trainer


class PastEvidence(Rewinder):
    """Goes back in one run and finds what was known there; keeps the last result."""

    def __init__(self, settings: Settings, edits: Sequence[Edit] = ()) -> None:
        super().__init__(settings, edits)
        self._found: EvidenceAt | None = None

    def at(self, rows: Rows, step: int) -> EvidenceAt:
        """Return the search for what was known at a step; it may be done already."""
        if self._found is None or self._found.step != step:
            self._found = EvidenceAt(self, rows, step)
        return self._found


def mistakes_until(step: int, settings: Settings, rows: Rows) -> int | None:
    """Return how many mistakes the perceptron's rule made before a step of a run.

    It is None for another rule, and where rows were thinned out.
    """
    if rows.stride > 1 or not is_perceptron_rule(settings):
        return None
    return int(np.count_nonzero(rows.kept_parameters(grad=True)[:, :step].any(axis=0)))


def _kept_evidence(
    settings: Settings, rows: Rows, step: int, since: int, mistakes: int | None
) -> Evidence:
    """Return what was known at a step of a run that has all its rows."""
    first = max(0, step + 1 - RECENT)
    ends = np.arange(0, step + 1, rows.steps_per_epoch)[-RECENT:]
    return Evidence(
        settings,
        settings.editable_values,
        float(rows.kept[LOSS, 0]),
        rows.kept_block(first, step + 1).copied(),  # in memory of its own, ordered as a run's rows
        ends.astype(float),
        rows.kept[LOSS, ends],
        None,
        since,
        mistakes,
    )
