"""Population: many neurons on the same data, trained in one tensor program.

They, or small networks, are side by side in memory: element (m, p) of their parameters (M, P) is
next to (m + 1, p). Since samples are few and neurons are many, every kernel runs along the neurons.
Their gradients are the chain rule written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import Model, NeuralNetwork, dtype_of, model_of
from neuroviz.core.training.batches import Batch, Batches
from neuroviz.core.training.stepper import update_calls
from neuroviz.core.types import Bools, Floats, Point, Tensor, Thunk, Thunks

# Intermediate results between the parameters and their gradient.
_Z, _BY_Z, _OUTPUT, _BY_OUTPUT, _HIDDEN_Z, _HIDDEN, _BY_HIDDEN, _BY_HIDDEN_Z, _PRODUCT = range(9)
MATRICES = 9


class Workspace:
    """Memory for the intermediate results of up to ``runs`` runs.

    One population after another uses it.
    """

    def __init__(self, runs: int, columns: int, matrices: int, dtype: torch.dtype) -> None:
        with torch.inference_mode():
            self._numbers = torch.zeros(matrices, runs * columns, dtype=dtype)

    def matrix(self, index: int, *shape: int) -> Tensor:
        """Return one of the matrices in a shape whose last axis is that of the runs."""
        return self._numbers[index, : math.prod(shape)].view(shape)


def columns_of(model: Model, samples: int) -> int:
    """Return how many numbers per run the widest matrix has."""
    shape = model.parameters
    return max(samples * max(shape.hidden, shape.outputs), shape.count)


def gradient_calls(model: Model, point: Point, batch: Batch, room: Workspace) -> Thunks | None:
    """Return the calls that write the gradients of the mean losses of runs at a point.

    It is None where the activation or the loss has no kernels.

    Parameters
    ----------
    point
        Parameters and gradient (M, P) of M runs, each the transpose of a contiguous array.
    """
    if not model.fast:
        return None
    if isinstance(model, NeuralNetwork):
        layers = _of_network(model, point, batch, room)
    else:
        layers = _of_neuron(model, point, batch, room)
    return (*layers, *model.penalty_backward(point.parameters, point.grad))


def _of_neuron(model: Model, point: Point, batch: Batch, room: Workspace) -> Thunks:
    """Return the calls for neurons, whose z is linear in the parameters: two products."""
    runs = len(point.grad)
    samples = len(batch.targets)
    z, by_z, output, by_output = (
        room.matrix(index, samples, runs).t() for index in (_Z, _BY_Z, _OUTPUT, _BY_OUTPUT)
    )
    grad = point.grad
    # The factor of the product makes it a mean over the samples.
    mean = partial(torch.addmm, grad, by_z, batch.inputs, beta=0, alpha=1 / samples, out=grad)
    return (
        partial(torch.mm, point.parameters, batch.transposed, out=z),
        *model.backward(z, batch.targets, by_z, output, by_output),
        mean,
    )


def _of_network(model: NeuralNetwork, point: Point, batch: Batch, room: Workspace) -> Thunks:
    """Return the calls for networks of H hidden neurons, or none, and K outputs."""
    runs = len(point.grad)
    samples = len(batch.targets)
    outputs = model.parameters.outputs
    # The last axis is that of the runs.
    (*own, (weight, bias)), (*by_own, (by_weight, by_bias)) = (
        [(weight.movedim(0, -1), bias.t()) for weight, bias in model.parts(theta)]
        for theta in (point.parameters, point.grad)
    )
    z, by_z = (room.matrix(index, outputs, samples, runs) for index in (_Z, _BY_Z))
    from_z = _from_z(model, z, by_z, batch.targets, room)
    if not own:
        return (
            *_sums(model, batch.inputs, weight, bias, z),
            *from_z,
            *_slopes(model, by_z, batch.inputs, by_weight, by_bias),
        )
    assert model.phi.kernels is not None
    shape = model.parameters.hidden, samples, runs
    own_z, given = (room.matrix(index, *shape) for index in (_HIDDEN_Z, _HIDDEN))
    by_given, by_own_z = (room.matrix(index, *shape) for index in (_BY_HIDDEN, _BY_HIDDEN_Z))
    product = room.matrix(_PRODUCT, *shape)
    forward = model.phi.kernels.forward
    backward = model.phi.kernels.backward
    through: Thunks = ()
    back: Thunks = ()
    if forward is None or backward is None:
        given = own_z
        by_own_z = by_given
    else:
        through = (forward(own_z, given),)
        back = (backward(by_given, own_z, given, by_own_z),)
    read: list[Thunk] = []
    written: list[Thunk] = []
    for index, weights in enumerate(weight[:, :, None, :]):
        slope = by_z[index]
        read += [
            partial(torch.mul, given, weights, out=product),
            partial(torch.sum, product, 0, out=z[index]),
        ]
        written += [
            partial(torch.mul, given, slope, out=product),
            partial(torch.sum, product, 1, out=by_weight[index]),
            _add_product(weights, slope, by_given, first=index == 0),
        ]
    biased = model.bias_input != 0
    return (
        *_sums(model, batch.inputs, *own[0], own_z),
        *through,
        *read,
        *((partial(z.add_, bias[:, None, :]),) if biased else ()),
        *from_z,
        *written,
        partial(torch.sum, by_z, 1, out=by_bias) if biased else by_bias.zero_,
        *back,
        *_slopes(model, by_own_z, batch.inputs, *by_own[0]),
    )


def _add_product(weights: Tensor, slope: Tensor, out: Tensor, *, first: bool) -> Thunk:
    """Return the call that adds a product to the terms before it, or writes the first."""
    if first:
        return partial(torch.mul, weights, slope, out=out)
    return partial(out.addcmul_, weights, slope)


def _from_z(model: Model, z: Tensor, by_z: Tensor, targets: Tensor, room: Workspace) -> Thunks:
    """Return the calls that lead from z (K, N, M) to the derivative of the mean loss by z."""
    outputs, samples, _ = z.shape
    if model.softmax:
        own = torch.zeros(outputs, samples, 1, dtype=z.dtype)
        return (
            partial(_mark_classes, targets, own),
            partial(torch.ops.aten._softmax.out, z, 0, False, out=by_z),
            partial(by_z.sub_, own),
            partial(by_z.mul_, 1 / samples),
        )
    asked = targets if outputs == 1 else targets.t()  # a view, since batches are filled again
    output, by_output = (room.matrix(index, *z.shape) for index in (_OUTPUT, _BY_OUTPUT))
    sums, by_sums, said, by_said = (
        matrix.permute(2, 0, 1) for matrix in (z, by_z, output, by_output)
    )
    return (
        *model.backward(sums, asked, by_sums, said, by_said),
        partial(by_z.mul_, 1 / (outputs * samples)),
    )


def _mark_classes(targets: Tensor, own: Tensor) -> None:
    """Write a 1 for each sample's own class, by classes (B,), into (K, B, 1), and else 0."""
    own.zero_().scatter_(0, targets.long()[None, :, None], 1.0)


def _sums(model: Model, inputs: Tensor, weight: Tensor, bias: Tensor, out: Tensor) -> Thunks:
    """Return the call that writes a layer's sums (O, N, M) of its inputs (N, I)."""
    each = inputs.expand(len(weight), *inputs.shape)
    if model.bias_input == 0:
        return (partial(torch.bmm, each, weight, out=out),)
    return (partial(torch.baddbmm, bias[:, None, :], each, weight, out=out),)


def _slopes(
    model: Model, by_z: Tensor, inputs: Tensor, by_weight: Tensor, by_bias: Tensor
) -> Thunks:
    """Return the calls that write the derivatives by a layer's parameters from those by its sums.

    The latter are (O, N, M).
    """
    each = inputs.t().expand(len(by_z), inputs.shape[1], inputs.shape[0])
    return (
        partial(torch.bmm, each, by_z, out=by_weight),
        partial(torch.sum, by_z, 1, out=by_bias) if model.bias_input else by_bias.zero_,
    )


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
