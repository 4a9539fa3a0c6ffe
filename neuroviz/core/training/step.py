"""Two ways to compute a gradient: fast and readable.

The readable way uses autograd, which spends most of a small step on bookkeeping. The chain rule of
one neuron, of one hidden layer before it, and of several outputs is known in advance, so the fast
way calls autograd's own kernels directly, in autograd's order, in inference mode, and writes into
memory that is already there. Both give the same bits; a test compares every combination.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial

from neuroviz.core.choices.activations import Kernels
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import Model, NeuralNetwork
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import BOUNDARY, Block, padded
from neuroviz.core.types import Tensor, Thunk, Thunks

_TINY = {"float64": 1e-290, "float32": 1e-30}
"""Well above the numbers of each precision that are too small to keep their last bits."""
_SMALL_DATA = 2**14
"""Numbers in the inputs up to which a second copy of them is worth the operation that it saves."""


class Step(ABC):
    """A way to evaluate the rows of a block.

    Parameters
    ----------
    block
        Where parameters are read from and gradients written to.
    """

    def __init__(self, model: Model, block: Block, batches: Batches) -> None:
        self._model = model
        self._block = block
        self._batches = batches

    @abstractmethod
    def evaluate(self, row: int, short: bool) -> Thunks:
        """Return the calls that write the gradient of a row, whose batch may be the short one."""

    @abstractmethod
    def batch_losses(self, first: int, last: int, first_step: int) -> Tensor:
        """Return the losses (last − first,) of the batches of these rows.

        The first row is at ``first_step``.
        """

    def full_losses(self, rows: range) -> Tensor:
        """Return the losses over all samples at these rows."""
        everything = self._batches.all
        loss_of = self._model.loss_over(everything.inputs, everything.targets)
        return torch.stack([loss_of(self._block.points[row].parameters) for row in rows])

    def take_over(self) -> bool:
        """Take other numbers for the same batches; return whether the calls still serve."""
        return True

    def make_ready(self, first: int, last: int) -> None:
        """Set to 0 what is added to, in rows from ``first`` to ``last``, exclusive."""
        self._block.grads(first, last).zero_()

    def instead(self, first: int, last: int) -> Step | None:
        """Return the step that must do these rows again; None where they stand.

        The rows are those from ``first`` to ``last``, exclusive.
        """
        return None


class ReadableStep(Step):
    """Evaluates the rows of a block by autograd, which differentiates any activation and loss."""

    def __init__(self, model: Model, block: Block, batches: Batches) -> None:
        super().__init__(model, block, batches)
        self._losses = torch.zeros(block.size + 1, dtype=batches.all.targets.dtype)

    def evaluate(self, row: int, short: bool) -> Thunks:
        """Return the call that writes the gradient of a row's batch and keeps its loss."""
        return (partial(self._differentiate, row, short),)

    def _differentiate(self, row: int, short: bool) -> None:
        point = self._block.points[row]
        batch = self._batches.slot(row, short=short)
        with torch.inference_mode(False), torch.enable_grad():
            parameters = point.parameters.clone().requires_grad_()
            loss = self._model.loss_over(batch.inputs, batch.targets)(parameters)
            (grad,) = torch.autograd.grad(loss, parameters)
        point.grad.copy_(grad)
        self._losses[row] = loss.detach()

    def batch_losses(self, first: int, last: int, first_step: int) -> Tensor:
        """Return the losses (last − first,) of the batches of these rows."""
        return self._losses[first:last]


class FastStep(Step):
    """Evaluates the rows of a block by the chain rule written out.

    The activation and the loss of the model must have kernels.

    Parameters
    ----------
    room
        Distance from one row of z to the next, in numbers; by default the length of a row.
    """

    def __init__(
        self, model: Model, block: Block, batches: Batches, room: int | None = None
    ) -> None:
        super().__init__(model, block, batches)
        assert model.activation.kernels is not None
        self._kernels = model.activation.kernels
        dtype = batches.all.targets.dtype
        self._per_step = len(batches.slot(0, short=False).targets) * model.parameters.outputs
        with torch.inference_mode():
            self._z = torch.zeros(block.size + 1, room or self._per_step, dtype=dtype)
            self._by_z = torch.zeros_like(self._z)
            self._by_output = torch.zeros_like(self._z[0])
            # Losses are computed for a whole block at once, from z where there is such a form, else
            # from ŷ.
            from_z = model.fused is not None or self._kernels.forward is None
            self._outputs = self._z if from_z else torch.zeros_like(self._z)

    def _from_z(self, row: int, targets: Tensor) -> Thunks:
        """Return the calls that lead from z of a row to the derivative of its mean loss by z.

        The targets of a sample with several outputs stand one after the other, as that many losses.
        """
        targets = targets.flatten()
        size = len(targets)
        z, by_z, output = (rows[row, :size] for rows in (self._z, self._by_z, self._outputs))
        return self._model.backward(z, targets, by_z, output, self._by_output[:size], self._mean)

    def _mean(self, by_losses: Tensor) -> Thunks:
        """Return the product of B losses with 1/B, autograd's gradient of their mean.

        There are no calls for a single loss.
        """
        if len(by_losses) == 1:
            return ()
        return (partial(by_losses.mul_, torch.ones_like(by_losses).div_(len(by_losses))),)

    def batch_losses(self, first: int, last: int, first_step: int) -> Tensor:
        """Return the losses (last − first,) of the batches of these rows.

        The first row is at ``first_step``.
        """
        outputs = self._outputs[first:last, : self._per_step]
        means = self._losses(outputs, self._batches.targets(first, last)).mean(-1)
        losses = self._model.with_penalty(means, self._block.parameters(first, last))
        if self._batches.last_is_short:
            for offset in range(last - first):
                if self._batches.is_short(first_step + offset):
                    losses[offset] = self._short_loss(first + offset)
        return losses

    def _losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the losses per sample, whose bits must not depend on their place in a block."""
        fused = self._model.fused
        return fused.value(outputs, targets) if fused else self._model.loss.value(outputs, targets)

    def _short_loss(self, row: int) -> Tensor:
        targets = self._batches.slot(row, short=True).targets
        numbers = len(targets) * self._model.parameters.outputs
        mean = self._losses(self._outputs[row, :numbers], targets.flatten()).mean()
        return self._model.with_penalty(mean, self._block.points[row].parameters)


class NeuronStep(FastStep):
    """The fast way for one neuron.

    The mean gives every sample's loss the gradient 1/B. Where B is a power of two, the product with
    it is exact and may be taken in advance, into a copy of the inputs, as long as no number on the
    way is so small that it loses its last bits; :meth:`instead` checks that.

    Parameters
    ----------
    share_beforehand
        Whether 1/B may be multiplied into the inputs.
    """

    def __init__(
        self, model: Model, block: Block, batches: Batches, *, share_beforehand: bool = True
    ) -> None:
        super().__init__(model, block, batches)
        self._tiny = _TINY[str(self._z.dtype).removeprefix("torch.")]
        self._shared: Tensor | None = None
        with torch.inference_mode():
            if share_beforehand and self._is_exact():
                self._shared = batches.all.transposed / self._per_step

    def take_over(self) -> bool:
        """Take other numbers for the same batches; return whether the calls still serve."""
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
        """Return whether 1/B can be multiplied into the inputs without changing a bit."""
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

    def instead(self, first: int, last: int) -> Step | None:
        """Return the step that multiplies by 1/B where autograd does, if numbers got too small."""
        if self._shared is None or not self._has_tiny(self._by_z[first:last]):
            return None
        return NeuronStep(self._model, self._block, self._batches, share_beforehand=False)

    def make_ready(self, first: int, last: int) -> None:
        """Set to 0 what products are added to, in rows from ``first`` to ``last``, exclusive.

        Products added in place need no keyword argument, which costs a sixth of so small a product.
        """
        super().make_ready(first, last)
        self._z[first:last].zero_()

    def evaluate(self, row: int, short: bool) -> Thunks:
        """Return the calls that write the gradient of a row: forward, loss and backward.

        What they compute on the way has the shape (B,).
        """
        batch = self._batches.slot(row, short=short)
        point = self._block.points[row]
        with torch.inference_mode():
            size = len(batch.targets)
            z = self._z[row, :size]
            by_z = self._by_z[row, :size]
            backward = self._from_z(row, batch.targets)
            penalty = self._model.penalty_backward(point.parameters, point.grad)
        transposed = batch.transposed if self._shared is None else self._shared
        return (
            partial(z.addmv_, batch.inputs, point.parameters),
            *backward,
            partial(point.grad.addmv_, transposed, by_z),
            *penalty,
        )

    def _mean(self, by_losses: Tensor) -> Thunks:
        """Return the product with 1/B; nothing where it is already in the inputs."""
        return () if self._shared is not None else super()._mean(by_losses)

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
        if not self._model.penalties:
            return means
        return self._model.with_penalty(
            means, torch.stack([self._block.points[row].parameters for row in rows])
        )


class NetworkStep(FastStep):
    """The fast way for layers: outputs, and hidden neurons that they read if there are any.

    The last bits of a product can depend on where in memory its numbers begin; in a module they
    begin at a boundary. So where the weights of the outputs do not begin at one in a row of the
    block, they and their gradient have memory of their own.
    """

    def __init__(self, model: NeuralNetwork, block: Block, batches: Batches) -> None:
        shape = model.parameters
        per_step = len(batches.slot(0, short=False).targets)
        dtype = batches.all.targets.dtype
        super().__init__(model, block, batches, padded(per_step * shape.outputs, dtype.itemsize))
        self._network = model
        self._phi: Kernels | None = None
        if model.hidden_activation is not None:
            assert model.phi.kernels is not None
            self._phi = model.phi.kernels
        units = shape.hidden
        outputs = shape.outputs
        with torch.inference_mode():
            self._hidden_z = torch.zeros(per_step, units, dtype=dtype)
            self._by_hidden_output = torch.zeros_like(self._hidden_z)
            self._hidden_output = self._hidden_z
            self._by_hidden_z = self._by_hidden_output
            if self._phi is not None and self._phi.forward is not None:
                self._hidden_output = torch.zeros_like(self._hidden_z)
                self._by_hidden_z = torch.zeros_like(self._hidden_z)
            self._out_weight = torch.zeros(outputs, units, dtype=dtype)
            self._by_out_weight = torch.zeros_like(self._out_weight)
            if model.softmax:
                self._outputs = torch.zeros_like(self._z)
                self._by_log = torch.zeros(per_step, outputs, dtype=dtype)
                self._classes = torch.zeros(per_step, 1, dtype=torch.long)
                if batches.full:
                    self._ask(batches.all.targets)

    def evaluate(self, row: int, short: bool) -> Thunks:
        """Return the calls that write the gradient of a row: forward, loss and backward."""
        batch = self._batches.slot(row, short=short)
        point = self._block.points[row]
        size = len(batch.targets)
        outputs = self._model.parameters.outputs
        z, by_z = (
            rows[row, : size * outputs].view(size, outputs) for rows in (self._z, self._by_z)
        )
        with torch.inference_mode():
            backward = self._from_z(row, batch.targets)
            penalty = self._model.penalty_backward(point.parameters, point.grad)
        *hidden, (weight, bias) = self._network.parts(point.parameters)
        *by_hidden, (by_weight, by_bias) = self._network.parts(point.grad)
        if self._phi is None:
            return (
                self._sums(batch.inputs, weight, bias, z),
                *backward,
                partial(torch.mm, by_z.t(), batch.inputs, out=by_weight),
                *self._over_samples(by_z, by_bias),
                *penalty,
            )
        hidden_z = self._hidden_z[:size]
        hidden_output = self._hidden_output[:size]
        by_hidden_z = self._by_hidden_z[:size]
        by_hidden_output = self._by_hidden_output[:size]
        read = _at_boundary(weight, self._out_weight)
        written = _at_boundary(by_weight, self._by_out_weight)
        phi_forward: Thunks = ()
        phi_backward: Thunks = ()
        if self._phi.forward is not None and self._phi.backward is not None:
            phi_forward = (self._phi.forward(hidden_z, hidden_output),)
            phi_backward = (
                self._phi.backward(by_hidden_output, hidden_z, hidden_output, by_hidden_z),
            )
        return (
            self._sums(batch.inputs, *hidden[0], hidden_z),
            *phi_forward,
            *_copy(weight, read),
            self._sums(hidden_output, read, bias, z),
            *backward,
            partial(torch.mm, by_z, read, out=by_hidden_output),
            *phi_backward,
            partial(torch.mm, by_z.t(), hidden_output, out=written),
            *_copy(written, by_weight),
            partial(torch.mm, by_hidden_z.t(), batch.inputs, out=by_hidden[0][0]),
            *self._over_samples(by_z, by_bias),
            *self._over_samples(by_hidden_z, by_hidden[0][1]),
            *penalty,
        )

    def _from_z(self, row: int, targets: Tensor) -> Thunks:
        """Return the calls that lead from z of a row to the derivative of its mean loss by z.

        For classes the way leads through the logarithms of their shares; the derivative of
        the loss is −1/B by that of a sample's own class.
        """
        if not self._model.softmax:
            return super()._from_z(row, targets)
        size = len(targets)
        outputs = self._model.parameters.outputs
        z, by_z, log = (
            rows[row, : size * outputs].view(size, outputs)
            for rows in (self._z, self._by_z, self._outputs)
        )
        softmax = torch.ops.aten._log_softmax
        backward = torch.ops.aten._log_softmax_backward_data
        return (
            *(() if self._batches.full else (partial(self._ask, targets),)),
            partial(softmax.out, z, -1, False, out=log),
            partial(backward.out, self._by_log[:size], log, -1, z.dtype, out=by_z),
        )

    def _ask(self, targets: Tensor) -> None:
        """Take the classes (B,) of the samples, by whose logarithms the loss has a slope."""
        size = len(targets)
        self._classes[:size, 0] = targets
        self._by_log[:size].zero_().scatter_(1, self._classes[:size], -1 / size)

    def take_over(self) -> bool:
        """Take other numbers for the same batches; return whether the calls still serve."""
        if self._model.softmax and self._batches.full:
            with torch.inference_mode():
                self._ask(self._batches.all.targets)
        return super().take_over()

    def _losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the losses per sample; for classes ``outputs`` are logarithms of shares."""
        if not self._model.softmax:
            return super()._losses(outputs, targets)
        logs = outputs.view(*outputs.shape[:-1], -1, self._model.parameters.outputs)
        own = targets.long().expand(logs.shape[:-1]).unsqueeze(-1)
        return -logs.gather(-1, own).squeeze(-1)

    def _sums(self, inputs: Tensor, weight: Tensor, bias: Tensor, out: Tensor) -> Thunk:
        """Return the call that writes the weighted sums (B, O) of a layer's inputs (B, I)."""
        if self._model.bias_input == 0:
            return partial(torch.mm, inputs, weight.t(), out=out)
        return partial(torch.addmm, bias, inputs, weight.t(), out=out)

    def _over_samples(self, by_z: Tensor, out: Tensor) -> Thunks:
        """Return the call that writes the derivative by a layer's biases, if it has any."""
        return (partial(torch.sum, by_z, 0, out=out),) if self._model.bias_input else ()


def _at_boundary(part: Tensor, room: Tensor) -> Tensor:
    """Return a part of a row, or ``room`` where the part does not begin at a boundary."""
    return room if part.data_ptr() % BOUNDARY else part


def _copy(source: Tensor, target: Tensor) -> Thunks:
    """Return the call that copies numbers; none where they are already there."""
    return () if target is source else (partial(target.copy_, source),)


def fast_step(model: Model, block: Block, batches: Batches) -> FastStep:
    """Return the fast way for a model that has one."""
    if isinstance(model, NeuralNetwork):
        return NetworkStep(model, block, batches)
    return NeuronStep(model, block, batches)
