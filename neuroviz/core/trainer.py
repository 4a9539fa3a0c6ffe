"""Trainer: forward, loss, backward by autograd, update; row by row."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.edits import Edit, insert
from neuroviz.core.history import MAX_ROWS, History, Row
from neuroviz.core.lazy import load_torch, torch
from neuroviz.core.neuron import Neuron, dtype_of
from neuroviz.core.settings import Settings
from neuroviz.core.tasks import Floats

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["NonFinite", "Trainer", "initial_parameters"]


@dataclass(frozen=True)
class NonFinite:
    """Why a run cannot go on.

    Parameters
    ----------
    step
        The update that led out of the finite numbers; the row before it is the last.
    what
        What was no longer finite: "parameters", "optimizer state", "loss" or "gradient".
    """

    step: int
    what: str


def initial_parameters(settings: Settings) -> Tensor:
    """Return the start θ₀ (P,): typed, zero, or drawn in float32 from a generator of the run's own.

    "uniform" draws what ``torch.nn.Linear(D, 1)`` draws after ``torch.manual_seed(seed)``; in float64 the
    same seed would give other numbers. Reference: He et al. 2015, arXiv:1502.01852, as torch applies it.
    """
    width = settings.dataset.width
    if settings.weights is not None:
        return torch.tensor([*settings.weights, settings.bias], dtype=dtype_of(settings))
    generator = torch.Generator().manual_seed(settings.seed)
    weight, bias = torch.zeros(1, width), torch.zeros(1)
    if settings.init == "uniform":
        bound = 1 / math.sqrt(width)
        torch.nn.init.kaiming_uniform_(weight, a=math.sqrt(5), generator=generator)
        torch.nn.init.uniform_(bias, -bound, bound, generator=generator)
    elif settings.init == "normal":
        weight.normal_(generator=generator)
        bias.normal_(generator=generator)
    return torch.cat((weight[0], bias)).to(dtype_of(settings))


class _Batches:
    """The samples of each step: all, or the next so many in the order of the epoch."""

    def __init__(self, settings: Settings) -> None:
        dtype = dtype_of(settings)
        self.inputs = torch.tensor(settings.coded_inputs, dtype=dtype)
        self.targets = torch.tensor(settings.coded_targets, dtype=dtype)
        self._settings, self._epoch = settings, -1
        self._order: Tensor | None = None

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """Return inputs (B, D) and targets (B,) of the step that leaves row ``step``."""
        settings = self._settings
        if settings.batch_size == "full":
            return self.inputs, self.targets
        epoch, position = divmod(step, settings.steps_per_epoch)
        batch = slice(position * settings.samples_per_step, (position + 1) * settings.samples_per_step)
        if not settings.shuffle:
            return self.inputs[batch], self.targets[batch]
        chosen = self._order_of(epoch)[batch]
        return self.inputs[chosen], self.targets[chosen]

    def _order_of(self, epoch: int) -> Tensor:
        """Return the order of the samples, a function of (seed, epoch) alone: any step can be redone."""
        if epoch != self._epoch or self._order is None:
            generator = np.random.default_rng((self._settings.seed, epoch))
            self._order = torch.from_numpy(generator.permutation(self._settings.dataset.samples))
            self._epoch = epoch
        return self._order


class Trainer:
    """One run: its parameters, its optimizer's state and its history.

    Same settings and same edits give the same history to the last bit, on one machine and one torch.

    Parameters
    ----------
    settings
        What defines the run.
    edits
        Changes in mid-run, in the order of their steps.
    max_rows
        Cap of the history.

    Raises
    ------
    SettingsError
        If the start is not finite.
    """

    def __init__(self, settings: Settings, edits: Iterable[Edit] = (), max_rows: int = MAX_ROWS) -> None:
        load_torch()
        self.settings = settings
        self.edits: tuple[Edit, ...] = tuple(edits)
        self.stopped: NonFinite | None = None
        self._neuron = Neuron(settings.activation_entry, settings.loss_entry)
        self._batches = _Batches(settings)
        self._parameters = initial_parameters(settings)
        self._state = {name: torch.zeros_like(self._parameters) for name in settings.optimizer_entry.state}
        self._hyperparameters = {"learning_rate": settings.learning_rate, **settings.hyperparameters}
        self._unchanged = 0
        self._grad: Tensor
        # Leaf and parameters share their memory: the update writes to one, autograd looks at the other.
        self._leaf = self._parameters.detach().requires_grad_()
        self.history = History(len(self._parameters), settings.steps_per_epoch, max_rows)
        self._apply_edits(0)
        row, wrong = self._evaluate(0)
        if wrong:
            raise SettingsError(
                f"The {wrong} at this start is not finite: take smaller weights or inputs.", "weights"
            )
        self.history.push(row)
        self.first_loss = row.batch_loss if row.loss is None else row.loss

    @property
    def step(self) -> int:
        """Updates done."""
        return self.history.newest.step

    @property
    def settled(self) -> bool:
        """Whether a whole epoch changed no bit of the parameters and the optimizer's state."""
        return self._unchanged >= self.settings.steps_per_epoch

    def state(self) -> dict[str, Floats]:
        """Return a copy of the optimizer's state by name, each (P,)."""
        return {name: tensor.to(torch.float64).numpy().copy() for name, tensor in self._state.items()}

    def hyperparameters(self) -> dict[str, float]:
        """Return the values in force at the newest row, the learning rate without its schedule."""
        return dict(self._hyperparameters)

    def advance(self, steps: int = 1) -> int:
        """Take so many steps, fewer if numbers cease to be finite; return how many were taken."""
        for done in range(steps):
            if self.stopped or not self._take_step():
                return done
        return steps

    def edit(self, name: str, value: float) -> None:
        """Change a hyperparameter from the newest row on.

        Raises
        ------
        SettingsError
            If the name cannot be edited in this run, or the value is out of its range.
        """
        self.edits = insert(self.edits, Edit(self.step, name, value), self.settings)
        self._apply_edits(self.step)
        newest = self.history.newest
        self.history.replace_newest(dataclasses.replace(newest, learning_rate=self._rate(newest.epoch)))
        self._unchanged, self.stopped = 0, None  # with other numbers the run may go on

    def _apply_edits(self, step: int) -> None:
        for edit in self.edits:
            if edit.step == step:
                self._hyperparameters[edit.name] = edit.value

    def _rate(self, epoch: int) -> float:
        factor = self.settings.schedule_entry.factor(epoch, self._hyperparameters)
        return self._hyperparameters["learning_rate"] * factor

    def _take_step(self) -> bool:
        """Update by the newest row's gradient and evaluate; go back if a number is not finite."""
        row = self.history.newest
        before, grad_before = self._parameters.clone(), self._grad
        hyperparameters_before = dict(self._hyperparameters)
        state_before = {name: tensor.clone() for name, tensor in self._state.items()}
        self._update(row)
        self._apply_edits(row.step + 1)
        next_row, wrong = self._evaluate(row.step + 1)
        if wrong:
            self._parameters.copy_(before)
            self._grad, self._hyperparameters = grad_before, hyperparameters_before
            for name, tensor in self._state.items():
                tensor.copy_(state_before[name])
            self.stopped = NonFinite(row.step + 1, wrong)
            return False
        same = torch.equal(before, self._parameters) and all(
            torch.equal(state_before[name], tensor) for name, tensor in self._state.items()
        )
        self._unchanged = self._unchanged + 1 if same else 0
        self.history.push(next_row)
        return True

    def _update(self, row: Row) -> None:
        self.settings.optimizer_entry.update(
            self._parameters, self._grad, self._state, row.learning_rate, self._hyperparameters, row.step + 1
        )

    def _evaluate(self, step: int) -> tuple[Row, str | None]:
        """Return the row at the parameters as they are, and what in it is not finite."""
        epoch, position = divmod(step, self.settings.steps_per_epoch)
        inputs, targets = self._batches(step)
        batch_loss = self._neuron.losses(self._neuron.pre_activation(self._leaf, inputs), targets).mean()
        (self._grad,) = torch.autograd.grad(batch_loss, self._leaf)
        loss: float | None = batch_loss.item()
        if self.settings.steps_per_epoch > 1:
            loss = self._full_loss() if position == 0 else None
        row = Row(
            step=step,
            epoch=epoch,
            loss=loss,
            batch_loss=batch_loss.item(),
            learning_rate=self._rate(epoch),
            parameters=self._parameters.to(torch.float64, copy=True).numpy(),
            grad=self._grad.to(torch.float64, copy=True).numpy(),
        )
        return row, self._not_finite(row)

    def _full_loss(self) -> float:
        with torch.no_grad():
            z = self._neuron.pre_activation(self._leaf, self._batches.inputs)
            return self._neuron.losses(z, self._batches.targets).mean().item()

    def _not_finite(self, row: Row) -> str | None:
        if not np.isfinite(row.parameters).all():
            return "parameters"
        if not all(torch.isfinite(tensor).all() for tensor in self._state.values()):
            return "optimizer state"
        if not math.isfinite(row.batch_loss) or not math.isfinite(row.loss or 0.0):
            return "loss"
        return None if np.isfinite(row.grad).all() else "gradient"
