"""The readable way to a gradient: forward, loss, and backward by autograd, as in any torch notebook."""

from __future__ import annotations

from functools import partial

from neuroviz.core.lazy import torch
from neuroviz.core.neuron.neuron import Neuron
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block
from neuroviz.core.types import Tensor, Thunk


class ReadableStep:
    """Evaluates the rows of a block by autograd, which differentiates any activation and loss."""

    def __init__(self, neuron: Neuron, block: Block, batches: Batches) -> None:
        self._neuron = neuron
        self._block = block
        self._batches = batches
        self._losses = torch.zeros(block.size + 1, dtype=batches.all.targets.dtype)

    def evaluate(self, row: int, short: bool) -> tuple[Thunk, ...]:
        """Return the call that writes the gradient of a row's batch and keeps its loss."""
        return (partial(self._differentiate, row, short),)

    def _differentiate(self, row: int, short: bool) -> None:
        point = self._block.points[row]
        batch = self._batches.slot(row, short=short)
        with torch.inference_mode(False), torch.enable_grad():
            parameters = point.parameters.clone().requires_grad_()
            z = batch.inputs.mv(parameters)
            loss = self._neuron.mean_loss(z, batch.targets, parameters)
            (grad,) = torch.autograd.grad(loss, parameters)
        point.grad.copy_(grad)
        self._losses[row] = loss.detach()

    def batch_losses(self, first: int, last: int, first_step: int) -> Tensor:
        """Return the losses (last − first,) of the batches of these rows."""
        return self._losses[first:last]

    def full_losses(self, rows: range) -> Tensor:
        """Return the losses over all samples at these rows."""
        everything = self._batches.all
        points = (self._block.points[row].parameters for row in rows)
        return torch.stack(
            [self._neuron.mean_loss(everything.inputs.mv(at), everything.targets, at) for at in points]
        )

    def make_ready(self, first: int, last: int) -> None:
        """Do nothing: gradients are copied to where they belong."""

    def underflowed(self, first: int, last: int) -> bool:
        """Return False: autograd's numbers stand."""
        return False
