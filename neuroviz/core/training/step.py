"""Two ways to a gradient.

Fast, by autograd's own kernels in its own order, and readable, by autograd itself. Autograd spends
most of a small step on bookkeeping. The chain rule of one neuron is known beforehand, so the fast
way calls the same kernels directly, in inference mode, writing into memory that is there already.
The bits are those of the readable one; a test compares every combination.
"""

from __future__ import annotations

from functools import partial

from neuroviz.core.lazy import torch
from neuroviz.core.model.model import Model, Neuron
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block
from neuroviz.core.types import Tensor, Thunk

_TINY = {"float64": 1e-290, "float32": 1e-30}
"""Well above the numbers whose last bits are lost."""
_SMALL_DATA = 2**14
"""Numbers up to which a second copy of the inputs is worth the operation that it saves."""


class FastStep:
    """Evaluates the rows of a block by the chain rule written out.

    The mean gives every sample's loss the gradient 1/B. Where B is a power of two, the product with
    it is exact and may be taken beforehand, into a copy of the inputs, as long as no number on the
    way is so small that its last bits are lost: :meth:`underflowed` tells.

    Parameters
    ----------
    neuron
        Activation and loss, both with kernels for the fast step.
    block
        Where parameters are read and gradients are written.
    share_beforehand
        Whether 1/B may be taken into the inputs.
    """

    def __init__(
        self, neuron: Neuron, block: Block, batches: Batches, *, share_beforehand: bool = True
    ) -> None:
        kernels = neuron.activation.kernels
        dtype = batches.all.targets.dtype
        assert kernels is not None
        self._neuron = neuron
        self._block = block
        self._batches = batches
        self._kernels = kernels
        self._tiny = _TINY[str(dtype).removeprefix("torch.")]
        per_step = len(batches.slot(0, short=False).targets)
        with torch.inference_mode():
            self._z = torch.zeros(block.size + 1, per_step, dtype=dtype)
            self._by_z = torch.zeros_like(self._z)
            self._by_output = torch.zeros_like(self._z[0])
            # Losses are computed for a whole block at once:
            # from z where there is such a form, or from ŷ.
            from_z = neuron.fused is not None or kernels.forward is None
            self._outputs = self._z if from_z else torch.zeros_like(self._z)
            self._shared: Tensor | None = None
            if share_beforehand and self._is_exact():
                self._shared = batches.all.transposed / per_step

    def take_over(self) -> bool:
        """Take other numbers in the same batches; return whether the calls still serve."""
        if self._shared is None:
            return True
        if not self._is_exact():
            return False
        with torch.inference_mode():
            torch.div(
                self._batches.all.transposed, len(self._batches.all.targets), out=self._shared
            )
        return True

    def _is_exact(self) -> bool:
        """Return whether 1/B can be taken into the inputs without a change of a bit."""
        inputs = self._batches.all.inputs
        samples = len(self._batches.all.targets)
        power_of_two = samples & (samples - 1) == 0
        if not (self._batches.full and power_of_two and inputs.numel() <= _SMALL_DATA):
            return False
        return not self._has_tiny(inputs)

    def _has_tiny(self, numbers: Tensor) -> bool:
        sizes = numbers.abs()
        small = sizes < self._tiny
        return bool(small.any()) and bool((small & (sizes > 0)).any())

    def underflowed(self, first: int, last: int) -> bool:
        """Return whether rows from ``first`` to ``last``, exclusive, must be done again.

        With 1/B in its place.
        """
        return self._shared is not None and self._has_tiny(self._by_z[first:last])

    def make_ready(self, first: int, last: int) -> None:
        """Set to 0 what products are added to in rows from ``first`` to ``last``, exclusive.

        Added in place they need no argument by name, which costs a sixth of such a small product.
        """
        self._z[first:last].zero_()
        self._block.grads(first, last).zero_()

    def evaluate(self, row: int, short: bool) -> tuple[Thunk, ...]:
        """Return the calls that write the gradient of a row.

        Forward, loss and backward, (B,) on the way.
        """
        batch = self._batches.slot(row, short=short)
        point = self._block.points[row]
        with torch.inference_mode():
            size = len(batch.targets)
            z = self._z[row, :size]
            by_z = self._by_z[row, :size]
            output = self._outputs[row, :size]
            by_output = self._by_output[:size]
            backward = self._neuron.backward(z, batch.targets, by_z, output, by_output, self._mean)
            penalty = self._neuron.penalty_backward(point.parameters, point.grad)
        transposed = batch.transposed if self._shared is None else self._shared
        return (
            partial(z.addmv_, batch.inputs, point.parameters),
            *backward,
            partial(point.grad.addmv_, transposed, by_z),
            *penalty,
        )

    def _mean(self, by_losses: Tensor) -> tuple[Thunk, ...]:
        """Return the product with 1/B, autograd's gradient of the mean.

        Nothing where it is 1 or done already.
        """
        if self._shared is not None or len(by_losses) == 1:
            return ()
        return (partial(by_losses.mul_, torch.ones_like(by_losses).div_(len(by_losses))),)

    def batch_losses(self, first: int, last: int, first_step: int) -> Tensor:
        """Return the losses (last − first,) of the batches of these rows.

        The first is at ``first_step``.
        """
        means = self._losses(self._outputs[first:last], self._batches.targets(first, last)).mean(-1)
        losses = self._neuron.with_penalty(means, self._block.parameters(first, last))
        if self._batches.last_is_short:
            for offset in range(last - first):
                if self._batches.is_short(first_step + offset):
                    losses[offset] = self._short_loss(first + offset)
        return losses

    def full_losses(self, rows: range) -> Tensor:
        """Return the losses over all samples at these rows."""
        everything = self._batches.all
        forward = self._kernels.forward
        z = torch.empty(len(rows), len(everything.targets), dtype=self._z.dtype)
        outputs = z if self._outputs is self._z else torch.empty_like(z)
        for row, z_of_row, output in zip(rows, z, outputs, strict=True):
            torch.mv(everything.inputs, self._block.points[row].parameters, out=z_of_row)
            if outputs is not z and forward is not None:
                forward(z_of_row, output)()
        means = self._losses(outputs, everything.targets).mean(-1)
        if not self._neuron.penalties:
            return means
        return self._neuron.with_penalty(
            means, torch.stack([self._block.points[row].parameters for row in rows])
        )

    def _losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the losses per sample.

        Their bits must not depend on where in a block a sample stands.
        """
        fused = self._neuron.fused
        return fused.value(outputs, targets) if fused else self._neuron.loss.value(outputs, targets)

    def _short_loss(self, row: int) -> Tensor:
        targets = self._batches.slot(row, short=True).targets
        mean = self._losses(self._outputs[row, : len(targets)], targets).mean()
        return self._neuron.with_penalty(mean, self._block.points[row].parameters)


class ReadableStep:
    """Evaluates the rows of a block by autograd, which differentiates any activation and loss."""

    def take_over(self) -> bool:
        """Return that it serves: it keeps nothing of the data."""
        return True

    def __init__(self, model: Model, block: Block, batches: Batches) -> None:
        self._model = model
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
            z = self._model.forward(parameters, batch.inputs)
            loss = self._model.mean_loss(z, batch.targets, parameters)
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
            [
                self._model.mean_loss(
                    self._model.forward(at, everything.inputs), everything.targets, at
                )
                for at in points
            ]
        )

    def make_ready(self, first: int, last: int) -> None:
        """Do nothing: gradients are copied to where they belong."""

    def underflowed(self, first: int, last: int) -> bool:
        """Return False: autograd's numbers stand."""
        return False
