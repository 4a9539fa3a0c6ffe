"""The gradients of many neurons, or of many small networks, by the chain rule written out.

The runs are side by side in memory: a number of run m is next to that of run m + 1. There are many
runs, so every kernel goes along them; there are few samples and neurons of a network, and these are
on the axes before.
"""

from __future__ import annotations

from functools import partial

from neuroviz.core.lazy import torch
from neuroviz.core.model.model import Model, NeuralNetwork
from neuroviz.core.training.batches import Batch
from neuroviz.core.types import Point, Tensor, Thunk, Thunks

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
        size = 1
        for length in shape:
            size *= length
        return self._numbers[index, :size].view(shape)


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
    *own, weight, bias = _layers(model, point.parameters)
    *by_own, by_weight, by_bias = _layers(model, point.grad)
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
        *_sums(model, batch.inputs, own[0], own[1], own_z),
        *through,
        *read,
        *((partial(z.add_, bias[:, None, :]),) if biased else ()),
        *from_z,
        *written,
        partial(torch.sum, by_z, 1, out=by_bias) if biased else by_bias.zero_,
        *back,
        *_slopes(model, by_own_z, batch.inputs, by_own[0], by_own[1]),
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


def _layers(model: Model, theta: Tensor) -> list[Tensor]:
    """Return the parts of parameters or a gradient (M, P) that belong to the layers.

    They are the weights (O, I, M) and the biases (O, M) of each.
    """
    parts = list(torch.split(theta.t(), list(model.parameters.sizes)))
    for at in range(0, len(parts), 2):
        parts[at] = parts[at].view(len(parts[at + 1]), -1, theta.shape[0])
    return parts


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
