"""Population: many neurons on the same data, trained in one tensor program.

The neurons are side by side in memory: element (m, p) of their parameters (M, P) is next to (m + 1,
p). Since samples are few and neurons are many, every kernel runs along the neurons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, model_of
from neuroviz.core.sweep.chain_rule import MATRICES, Workspace, columns_of, gradient_calls
from neuroviz.core.training.batches import Batch, Batches
from neuroviz.core.training.stepper import update_calls
from neuroviz.core.types import Bools, Floats, Point, Tensor, Thunks


def workspace_for(neurons: int, settings: Settings) -> Workspace:
    """Return the memory that populations of up to ``neurons`` neurons need."""
    columns = columns_of(model_of(settings), settings.samples_per_step)
    matrices = MATRICES + settings.optimizer_entry.code.scratch
    return Workspace(neurons, columns, matrices, dtype_of(settings))


def rows_of(settings: Settings) -> int:
    """Return how many numbers are kept of a neuron, (2 + S)·P.

    They are its parameters, its gradient and its optimizer's state.
    """
    return (2 + len(settings.optimizer_entry.state)) * settings.parameters.count


class Population:
    """Neurons that take every step together.

    Gradients come from the kernels of the fast step, or from autograd where there are no kernels.
    The arithmetic is that of the trainer, but since mm is not mv, last bits may differ.

    Parameters
    ----------
    settings
        The settings that all neurons share; ``hyperparameters`` override theirs.
    hyperparameters
        The learning rate, (M,), and other hyperparameters in which the neurons differ, (M,) each.
    workspace
        Memory for M neurons or more.

    Attributes
    ----------
    numbers
        ((2 + S)·P, M): a column for each neuron. Fill it, and call :meth:`evaluate` unless it has
        the gradients.
    """

    def __init__(
        self,
        settings: Settings,
        hyperparameters: Mapping[str, Floats],
        batches: Batches,
        workspace: Workspace,
    ) -> None:
        self._settings = settings
        self._code = settings.optimizer_entry.code
        self._batches = batches
        self._model = model_of(settings)
        self._workspace = workspace
        self._size = len(hyperparameters["learning_rate"])
        columns = {name: values[:, np.newaxis] for name, values in hyperparameters.items()}
        self._rates = columns["learning_rate"]
        self._hyperparameters = {**settings.hyperparameters, **columns}
        self._written: tuple[float, int] | None = None
        self._steady = settings.schedule == "constant" and not self._code.counts
        width = settings.parameters.count
        dtype = batches.all.targets.dtype
        with torch.inference_mode():
            self._numbers = torch.zeros(rows_of(settings), self._size, dtype=dtype)
            parameters, grad, *state = (part.t() for part in torch.split(self._numbers, width))
            scratch = tuple(
                workspace.matrix(MATRICES + i, width, self._size).t()
                for i in range(self._code.scratch)
            )
            scalars = tuple(
                torch.zeros(np.shape(value), dtype=dtype) for value in self._scalars(1.0, 0)
            )
            self._point = Point(parameters, grad, tuple(state), scalars, scratch)
            self._before = torch.zeros_like(grad)
            self._update = update_calls(batches, self._point, self._point, settings.hyperparameters)
        self._evaluations: dict[tuple[int, bool], Thunks] = {}
        self.numbers: Floats = self._numbers.numpy()

    def evaluate(self, slot: int, step: int) -> None:
        """Write the gradients of the batch of a step, which is in a slot of the batches."""
        with torch.inference_mode():
            for call in self._evaluation(slot, step):
                call()

    def advance(self, first_slot: int, first_step: int, count: int) -> None:
        """Take steps from ``first_step`` on.

        Parameters
        ----------
        first_slot
            Slot of the batch of the second step, since row k + 1 has the gradient of the batch of
            step k + 1.
        first_step
            Steps done so far.
        """
        with torch.inference_mode():
            self._set_scalars(first_step)
            for offset in range(count):
                if not self._steady:
                    self._set_scalars(first_step + offset)
                for call in self._update:
                    call()
                for call in self._next_gradient(first_slot + offset, first_step + offset + 1):
                    call()

    def near(self) -> Bools:
        """Return which neurons (M,) are so far from overflow that no loss can be infinite."""
        bound = 1e-6 * torch.finfo(self._numbers.dtype).max ** 0.5
        with torch.inference_mode():
            return (self._numbers.abs() < bound).all(dim=0).numpy()

    def finite(self, slot: int, step: int) -> Bools:
        """Return which neurons (M,) may keep their row, with finite numbers and losses."""
        batch = self._batches.slot(slot, short=self._batches.is_short(step))
        with torch.inference_mode():
            good = self._numbers.isfinite().all(dim=0) & self._losses(batch).isfinite()
            if not self._batches.full and step % self._settings.steps_per_epoch == 0:
                good &= self._losses(self._batches.all).isfinite()
            return good.numpy()

    def _losses(self, batch: Batch) -> Tensor:
        """Return the mean losses (M,) of the neurons over a batch."""
        parameters = self._point.parameters
        return self._model.mean_loss(
            self._model.forward(parameters, batch.inputs), batch.targets, parameters
        )

    # --- the calls of a step ----------------------------------------------------------------------

    def _next_gradient(self, slot: int, step: int) -> Thunks:
        """Return the calls that write the gradients after a step.

        They are added to those before where zero_grad is forgotten.
        """
        calls = self._evaluation(slot, step)
        grad = self._point.grad
        if not self._settings.breaks_it("no_zero_grad"):
            return calls
        return (partial(self._before.copy_, grad), *calls, partial(grad.add_, self._before))

    def _evaluation(self, slot: int, step: int) -> Thunks:
        """Return the calls that write the gradients, bound once for each slot."""
        key = (0, False) if self._batches.full else (slot, self._batches.is_short(step))
        if key not in self._evaluations:
            batch = self._batches.slot(key[0], short=key[1])
            known = gradient_calls(self._model, self._point, batch, self._workspace)
            self._evaluations[key] = known or (partial(self._differentiate, batch),)
        return self._evaluations[key]

    def _differentiate(self, batch: Batch) -> None:
        with torch.inference_mode(False), torch.enable_grad():
            parameters = self._point.parameters.clone().requires_grad_()
            z = self._model.forward(parameters, batch.inputs)
            losses = self._model.mean_loss(z, batch.targets, parameters)
            (grad,) = torch.autograd.grad(losses.sum(), parameters)  # each by its own loss
        self._point.grad.copy_(grad)

    # --- hyperparameters --------------------------------------------------------------------------

    def _scalars(self, factor: float, step: int) -> tuple[float | Floats, ...]:
        """Return the optimizer's numbers of an update, as columns (M, 1) where neurons differ."""
        # They are plain arithmetic, which works for a column of rates as for one rate.
        scalars: Callable[..., tuple[float | Floats, ...]] = self._code.scalars
        return scalars(self._rates * factor, self._hyperparameters, step)

    def _set_scalars(self, step: int) -> None:
        """Set the numbers of the update from a step, unless they are set already."""
        epoch = step // self._settings.steps_per_epoch
        factor = self._settings.schedule_entry.factor(epoch, self._settings.hyperparameters)
        told = step if self._code.counts else 0
        if self._written == (factor, told):
            return
        self._written = factor, told
        for tensor, value in zip(self._point.scalars, self._scalars(factor, told), strict=True):
            tensor.copy_(torch.as_tensor(value, dtype=torch.float64))
