"""What is trained: inputs and parameters -> pre-activation z -> output ŷ -> loss.

Parameters are θ, shape (…, P), in the order of ``nn.Module.parameters()``; everything broadcasts
over the leading axes, so that one model and a grid of models are the same code.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from functools import partial

import numpy as np

from neuroviz.core.choices.activations import Activation
from neuroviz.core.choices.losses import Fused, Loss
from neuroviz.core.choices.penalties import ActivePenalties
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import torch, torch_is_in
from neuroviz.core.model.rounding import above_threshold, slack
from neuroviz.core.types import (
    Bools,
    Floats,
    Frozen,
    LossOf,
    Parameters,
    Tensor,
    Thunk,
    Thunks,
    Unique,
)


class Model(Frozen):
    """The functions that a run differentiates.

    Everything but z is the same for every model.

    Parameters
    ----------
    activation
        The activation of the output.
    penalties
        The penalties added to the mean loss of the samples, with their strengths.
    """

    activation: Activation
    loss: Loss
    parameters: Parameters
    penalties: ActivePenalties = ()
    bias_input: float = 1.0
    """What biases are multiplied by: 1, or 0 where there are none."""
    softmax: bool = False
    """Whether the outputs are shares of classes; if not, each has a target of its own."""

    @property
    def fused(self) -> Fused | None:
        """The form of the loss from z; None where there is none."""
        return self.loss.fused.get(self.activation.name)

    @property
    def fast(self) -> bool:
        """Whether activation and loss have kernels; if not, autograd takes the steps."""
        if self.softmax:
            return True
        if self.fused is not None:
            return self.fused.backward is not None
        return self.activation.fast and self.loss.backward is not None

    def start(self, settings: Settings) -> Tensor:
        """Return the start θ₀ (P,): typed, zero or drawn.

        A drawn one comes in float32 from a generator of the run's own. "uniform" draws what
        ``torch.nn.Linear`` draws after ``torch.manual_seed(seed)``, one layer after another; in
        float64 the same seed would give other numbers. Biases that are left out are 0, and the
        weights are the same without them. Reference: He et al. 2015, arXiv:1502.01852, as torch
        applies it.
        """
        if settings.weights is not None:
            return torch.tensor([*settings.weights, settings.bias], dtype=dtype_of(settings))
        shape = self.parameters
        width = shape.inputs
        hidden = shape.hidden
        outputs = shape.outputs
        shapes = ((hidden, width), (outputs, hidden)) if hidden else ((outputs, width),)
        generator = torch.Generator().manual_seed(settings.seed)
        drawn: list[Tensor] = []
        for rows, columns in shapes:
            weight = torch.zeros(rows, columns, dtype=torch.float32)
            bias = torch.zeros(rows, dtype=torch.float32)
            if settings.init == "uniform":
                bound = 1 / math.sqrt(columns)
                torch.nn.init.kaiming_uniform_(weight, a=math.sqrt(5), generator=generator)
                torch.nn.init.uniform_(bias, -bound, bound, generator=generator)
            elif settings.init == "normal":
                weight.normal_(generator=generator)
                bias.normal_(generator=generator)
            if settings.breaks_it("no_bias"):
                bias.zero_()
            if settings.breaks_it("equal_start") and not drawn:
                weight.copy_(weight[:1].expand_as(weight))
                bias.copy_(bias[:1].expand_as(bias))
            elif settings.breaks_it("equal_start"):
                weight.copy_(weight[:, :1].expand_as(weight))
            drawn += (weight.flatten(), bias)
        return torch.cat(drawn).to(dtype_of(settings))

    @abstractmethod
    def pre_activation(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return z at parameters (…, P) and inputs (N, D): (…, N), or (…, N, K) with K outputs."""

    @abstractmethod
    def slopes(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return ∂z/∂θ at parameters (P,) and inputs (N, D), (N, P) or (N, K, P) with K outputs."""

    def rows(self, inputs: Floats) -> Floats:
        """Return what a step reads of samples with inputs (N, D): (N, R)."""
        return inputs

    def forward(self, parameters: Tensor, rows: Tensor) -> Tensor:
        """Return z at parameters (…, P) and rows (N, R), as a step computes it.

        Its shape is that of :meth:`pre_activation`.
        """
        return self.pre_activation(parameters, rows)

    def output(self, pre_activation: Tensor) -> Tensor:
        """Return ŷ in the shape of z; with K classes it is the share of each."""
        if self.softmax:
            return pre_activation.softmax(-1)
        return self.activation.value(pre_activation)

    def slope(self, pre_activation: Tensor) -> Tensor:
        """Return ∂ŷ/∂z in the shape of z; with K outputs it is that of each by its own z."""
        if self.softmax:
            share = self.output(pre_activation)
            return share * (1 - share)
        return self.activation.derivative(pre_activation)

    def losses(self, pre_activation: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of every sample (…, N), from z where there is such a form.

        With targets (N, K) it is the mean of the sample's K losses.
        """
        each = self.losses_of_outputs(pre_activation, targets)
        return each.mean(dim=-1) if targets.dim() > 1 else each

    def losses_of_outputs(self, pre_activation: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of every sample for each target: (…, N), or (…, N, K) with K targets."""
        if self.softmax:
            return self.loss.value(pre_activation, targets)
        if pre_activation.shape[-targets.dim() :] != targets.shape:
            raise ValueError(
                f"targets {tuple(targets.shape)} do not fit outputs {tuple(pre_activation.shape)}"
            )
        if self.fused is not None:
            return self.fused.value(pre_activation, targets)
        return self.loss.value(self.output(pre_activation), targets)

    def mean_loss(self, pre_activation: Tensor, targets: Tensor, parameters: Tensor) -> Tensor:
        """Return the loss that is trained (…): the mean over the samples, with the penalties.

        ``pre_activation`` is z (…, N), and ``parameters`` are (…, P).
        """
        each = self.losses_of_outputs(pre_activation, targets)
        # With several targets the mean is over all at once, as in torch's losses.
        means = each.flatten(-targets.dim()).mean(dim=-1)
        return self.with_penalty(means, parameters)

    def loss_over(self, rows: Tensor, targets: Tensor) -> LossOf:
        """Return the loss that is trained, for rows (N, R) with targets (N,) or (N, K)."""
        return lambda theta: self.mean_loss(self.forward(theta, rows), targets, theta)

    def with_penalty(self, means: Tensor, parameters: Tensor) -> Tensor:
        """Return the mean losses (…) with the penalties at parameters (…, P) added."""
        return means + self.penalty(parameters) if self.penalties else means

    def penalty(self, parameters: Tensor) -> Tensor:
        """Return the sum of the penalties at parameters (…, P), (…); there must be at least one."""
        weights = self._weights(parameters)
        terms: list[Tensor] = [
            strength * row.value(weights).sum(dim=-1) for row, strength in self.penalties
        ]
        return sum(terms[1:], start=terms[0])

    def _weights(self, parameters: Tensor) -> Tensor:
        return parameters[..., self.parameters.where("weights")]

    def penalty_backward(self, parameters: Tensor, grad: Tensor) -> Thunks:
        """Return the calls that add the penalties' gradient to a gradient, as autograd would.

        Parameters and gradient are (…, P).
        """
        # Parameters without a penalty keep 0.
        room = [torch.zeros_like(parameters) for _ in self.penalties]
        calls: list[Thunk] = []
        for (row, strength), out in zip(self.penalties, room, strict=True):
            for part in self.parameters.parts("weights"):
                calls += row.backward(parameters[..., part], strength, out[..., part])
            if out is not room[0]:
                calls.append(partial(room[0].add_, out))
        return (*calls, partial(grad.add_, room[0])) if calls else ()

    def backward(
        self,
        z: Tensor,
        targets: Tensor,
        by_z: Tensor,
        output: Tensor,
        by_output: Tensor,
        mean: Callable[[Tensor], Thunks] = lambda by_losses: (),
    ) -> Thunks:
        """Return the calls that lead from z to ∂loss/∂z by the chain rule.

        They are autograd's own kernels in its order, and exist only for a model that is
        :attr:`fast`.

        Parameters
        ----------
        z, targets
            (…, B) and (B,), which are read.
        by_z
            (…, B): where ∂loss/∂z of every sample is written.
        output, by_output
            (…, B): where ŷ and ∂loss/∂ŷ are written, if they are computed separately.
        mean
            ``mean(by_losses)``: the calls that multiply the derivatives of the single losses by
            their share in the mean, which autograd does before anything else. By default there are
            none, and ``by_z`` is the derivative of each sample's own loss.
        """
        if self.fused is not None:
            assert self.fused.backward is not None
            return (*self.fused.backward(z, targets, by_z), *mean(by_z))
        kernels = self.activation.kernels
        assert kernels is not None
        assert self.loss.backward is not None
        if kernels.forward is None or kernels.backward is None:
            return (*self.loss.backward(z, targets, by_z), *mean(by_z))
        return (
            kernels.forward(z, output),
            *self.loss.backward(output, targets, by_output),
            *mean(by_output),
            kernels.backward(by_output, z, output, by_z),
        )


class Neuron(Model):
    """One neuron, whose z is linear in its parameters w₁ … w_D and b."""

    def pre_activation(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return z (…, N) at parameters (…, P) and inputs (N, D)."""
        if parameters.shape[-1] != inputs.shape[-1] + 1:
            raise ValueError(
                f"{parameters.shape[-1]} parameters do not fit {inputs.shape[-1]} inputs"
            )
        return parameters[..., :-1] @ inputs.T + self.bias_input * parameters[..., -1:]

    def slopes(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return the inputs and what the bias is multiplied by, (N, P)."""
        return _extended(inputs, self.bias_input)

    def rows(self, inputs: Floats) -> Floats:
        """Return the inputs and what the bias is multiplied by, (N, P)."""
        return np.column_stack((inputs, np.full(len(inputs), self.bias_input)))

    def forward(self, parameters: Tensor, rows: Tensor) -> Tensor:
        """Return z (…, N) at parameters (…, P) and rows (N, P), in one product."""
        return rows.mv(parameters) if parameters.dim() == 1 else parameters @ rows.t()


class NeuralNetwork(Model):
    """Layers of neurons: a hidden layer that the outputs read, or several outputs, or both.

    z is V·φ(W·x + b) + c, or W·x + b without hidden neurons. With a single output z has no axis for
    the outputs.
    """

    hidden_activation: Activation | None = None
    """φ, the same for all hidden neurons."""

    @property
    def fast(self) -> bool:
        """Whether output, loss and hidden neurons, if there are any, have kernels."""
        return super().fast and (self.hidden_activation is None or self.phi.fast)

    def parts(self, parameters: Tensor) -> tuple[tuple[Tensor, Tensor], ...]:
        """Return the weights (…, O, I) and biases (…, O) of each layer within parameters (…, P)."""
        parts = torch.split(parameters, list(self.parameters.sizes), dim=-1)
        return tuple(
            (weight.view(*bias.shape, -1), bias)
            for weight, bias in zip(parts[0::2], parts[1::2], strict=True)
        )

    def layers(self, parameters: Tensor) -> tuple[tuple[Tensor, Tensor], ...]:
        """Return copies of them.

        Each has memory of its own, as in a module: the last bits of a product can depend on where
        in memory its numbers begin.
        """
        return tuple((weight.clone(), bias.clone()) for weight, bias in self.parts(parameters))

    def units(self, parameters: Tensor, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return pre-activations and outputs (…, N, H) of the hidden neurons.

        They are those at parameters (…, P) and inputs (N, D).
        """
        z = self._linear(inputs, *self.layers(parameters)[0])
        return z, self.phi.value(z)

    @property
    def phi(self) -> Activation:
        """The activation of the hidden neurons."""
        assert self.hidden_activation is not None
        return self.hidden_activation

    def pre_activation(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return z at parameters (…, P) and inputs (N, D): (…, N), or (…, N, K) with K outputs."""
        *hidden, last = self.layers(parameters)
        for layer in hidden:
            inputs = self.phi.value(self._linear(inputs, *layer))
        z = self._linear(inputs, *last)
        return z if self.parameters.outputs > 1 else z[..., 0]

    def _weights(self, parameters: Tensor) -> Tensor:
        # By layers, not by indices, whose slopes would come back added to 0: that turns −0 into +0.
        layers = torch.split(parameters, list(self.parameters.sizes), dim=-1)
        return torch.cat(layers[0::2], dim=-1)

    def _linear(self, inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return a layer's sums (…, N, O) for inputs (…, N, I), computed as in torch.nn.Linear."""
        if self.bias_input == 0:
            return (
                inputs @ weight.mT
                if weight.dim() > 2
                else torch.nn.functional.linear(inputs, weight)
            )
        if weight.dim() > 2:
            return inputs @ weight.mT + bias.unsqueeze(-2)
        return torch.nn.functional.linear(inputs, weight, bias)

    def slopes(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        """Return ∂z/∂θ by the chain rule, at parameters (P,) and inputs (N, D).

        Its shape is (N, P), or (N, K, P) with K outputs.
        """
        outputs = self.parameters.outputs
        rows = _extended(inputs, self.bias_input)
        result = torch.zeros(len(inputs), outputs, len(parameters), dtype=parameters.dtype)
        if self.parameters.hidden:
            z, given = self.units(parameters, inputs)
            by_z = self.layers(parameters)[1][0] * self.phi.derivative(z)[:, None, :]
            for unit in range(self.parameters.hidden):
                own = self.parameters.of_unit(unit)
                result[:, :, own] = by_z[:, :, unit, None] * rows[:, None, :]
            rows = _extended(given, self.bias_input)
        for index in range(outputs):
            result[:, index, self.parameters.of_unit(self.parameters.hidden + index)] = rows
        return result if outputs > 1 else result[:, 0]

    def bend(self, parameters: Tensor, inputs: Tensor, by_z: Tensor) -> Tensor:
        """Return what the curvature of z adds to the Hessian (P, P), Σ ∂ℓ/∂z·∂²z/∂θ² over samples.

        There must be hidden neurons. z is curved in the parameters of each by its activation, and
        in their products with its weights in the outputs. The second derivatives by parameters of
        two hidden neurons are 0.

        Parameters
        ----------
        parameters, inputs
            (P,) and (N, D).
        by_z
            ∂ℓ/∂z of every sample, shaped as z.
        """
        result = torch.zeros(len(parameters), len(parameters), dtype=parameters.dtype)
        z, _ = self.units(parameters, inputs)
        out_weight = self.layers(parameters)[1][0]
        rows = _extended(inputs, self.bias_input)
        first = self.phi.derivative(z)
        second = self.phi.second_derivative(z)
        by_outputs = by_z.view(len(inputs), -1)
        by_hidden = by_outputs @ out_weight
        for unit in range(self.parameters.hidden):
            own = torch.tensor(self.parameters.of_unit(unit))
            bent = (by_hidden[:, unit] * second[:, unit])[:, None] * rows
            result[own[:, None], own] = rows.T @ bent
            for index in range(self.parameters.outputs):
                place = self.parameters.of_unit(self.parameters.hidden + index)[unit]
                mixed = rows.T @ (by_outputs[:, index] * first[:, unit])
                result[own, place] = result[place, own] = mixed
        return result


def _extended(inputs: Tensor, last: float) -> Tensor:
    return torch.cat((inputs, torch.full_like(inputs[:, :1], last)), dim=1)


def model_of(settings: Settings) -> Model:
    """Return the model that an experiment trains."""
    return neuron_of(settings) if settings.parameters.linear else network_of(settings)


def neuron_of(settings: Settings) -> Neuron:
    """Return the neuron of an experiment that has only one."""
    assert settings.parameters.linear
    return Neuron(*_parts(settings))


def network_of(settings: Settings) -> NeuralNetwork:
    """Return the network of an experiment with several neurons."""
    return NeuralNetwork(*_parts(settings), settings.hidden_activation_entry)


def _parts(
    settings: Settings,
) -> tuple[Activation, Loss, Parameters, ActivePenalties, float, bool]:
    return (
        settings.activation_entry,
        settings.loss_entry,
        settings.parameters,
        settings.penalties,
        settings.bias_input,
        settings.softmax,
    )


def loss_of(settings: Settings) -> LossOf:
    """Return the loss that is trained, as a function of the parameters."""
    model = model_of(settings)
    samples = model.rows(settings.coded_inputs), settings.coded_targets
    return model.loss_over(*(torch.tensor(each, dtype=dtype_of(settings)) for each in samples))


def initial_parameters(settings: Settings) -> Tensor:
    """Return the start θ₀ (P,) of an experiment."""
    return model_of(settings).start(settings)


def dtype_of(settings: Settings) -> torch.dtype:
    """Return the precision as torch's dtype."""
    return torch.float32 if settings.precision == "float32" else torch.float64


def ask(settings: Settings, name: str, *operands: float | Floats) -> tuple[Floats, ...]:
    """Return the results of a function of the optimizer's search, each as an array."""
    dtype = dtype_of(settings)
    tensors = (torch.tensor(operand, dtype=dtype) for operand in operands)
    found = settings.optimizer_entry.code.ask(name, loss_of(settings), *tensors)
    return tuple(map(floats, found if isinstance(found, tuple) else (found,)))


class Prediction(Unique):
    """What a neuron makes of samples: arrays (N,), or with K outputs (N, K), except the losses."""

    pre_activation: Floats
    output: Floats
    """z and ŷ, of the same shape."""
    slope: Floats
    """φ'(z); with several classes ŷ·(1 − ŷ), by each output's own z."""
    losses: Floats
    """(N,): the loss of each sample."""


def predict(settings: Settings, parameters: Floats) -> Prediction:
    """Return what the neuron with parameters (P,) makes of its own data; no run changes.

    With parameters (…, P) the arrays are (…, N).
    """
    if without_torch(settings):
        columns = columns_of(parameters, settings.coded_inputs, settings.coded_targets)
        output = columns["output"]
        slope = output * sigmoid(-columns["pre_activation"])
        return Prediction(columns["pre_activation"], output, slope, columns["loss"])
    model = model_of(settings)
    with torch.inference_mode():
        z = _pre_activation(settings, parameters, settings.coded_inputs)
        targets = torch.tensor(settings.coded_targets, dtype=z.dtype)
        return Prediction(
            floats(z),
            floats(model.output(z)),
            floats(model.slope(z)),
            floats(model.losses(z, targets)),
        )


def of_output(settings: Settings, prediction: Prediction, index: int) -> Prediction:
    """Return the part of a prediction that one of several outputs with targets of its own makes."""
    one = settings.each_output[index]
    z, output, slope = (
        column[:, index]
        for column in (prediction.pre_activation, prediction.output, prediction.slope)
    )
    with torch.inference_mode():
        sums, targets = (torch.tensor(each, dtype=dtype_of(one)) for each in (z, one.coded_targets))
        return Prediction(z, output, slope, floats(model_of(one).losses(sums, targets)))


def output_of(settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
    """Return ŷ (…, N) at parameters (…, P) and inputs (N, D), coded as the neuron gets them.

    With K outputs it is (…, N, K). No run changes.
    """
    if without_torch(settings):
        return columns_of(parameters, inputs, np.zeros(len(inputs)))["output"]
    with torch.inference_mode():
        return floats(model_of(settings).output(_pre_activation(settings, parameters, inputs)))


def _pre_activation(settings: Settings, parameters: Floats, inputs: Floats) -> Tensor:
    # Copied, since numpy's memory need not begin at a boundary, on which the last bit depends.
    dtype = dtype_of(settings)
    theta = torch.tensor(np.asarray(parameters), dtype=dtype)
    rows = torch.tensor(np.asarray(inputs), dtype=dtype)
    return model_of(settings).pre_activation(theta, rows)


def right(settings: Settings, output: Floats) -> Bools | None:
    """Return which samples (N,) are right: class 1 has ŷ above the threshold; None for numbers.

    With K classes the share of the sample's own must be the largest; with K targets all of them
    must be right. A lead that may be rounding does not count. Where :func:`zero_errs`, no sample
    with an output of 0 is right.
    """
    return right_of(settings, output, settings.dataset)


def right_of(settings: Settings, output: Floats, data: Dataset) -> Bools | None:
    """Return the same for other samples (…, N), with their outputs (…, N) or (…, N, K)."""
    if settings.softmax:
        own = np.arange(settings.outputs) == data.targets[:, None]
        share, others = (np.where(mask, output, 0.0).max(axis=-1) for mask in (own, ~own))
        return share > others + slack(settings)
    if settings.threshold is None:
        return None
    result = above_threshold(settings, output) == (data.targets == 1)
    if zero_errs(settings):
        result &= np.abs(output) > slack(settings)
    return result.all(axis=-1) if settings.independent else result


def zero_errs(settings: Settings) -> bool:
    """Return whether an output of 0 is a mistake whatever the class, as for the perceptron."""
    return (settings.loss, settings.activation) == ("perceptron", "identity")


def rule_aside(settings: Settings) -> str:
    """Return what else one must know of the rule that tells two classes apart, "; …" or "".

    A bound of the outputs that is not reached counts as an output.
    """
    if settings.threshold is None:
        return ""
    low, high = settings.output_range
    if settings.threshold >= high:
        return "; no output is above that"
    if settings.threshold < low:
        return "; every output is above that"
    return "; an output of 0 is a mistake for both" if zero_errs(settings) else ""


def activation_curve(activation: Activation, pre_activation: Floats) -> Floats:
    """Return φ at every z of an array of any shape."""
    if not torch_is_in() and activation.name == "sigmoid":
        return sigmoid(pre_activation)
    with torch.inference_mode():
        return floats(activation.value(torch.as_tensor(np.array(pre_activation, dtype=np.float64))))


def floats(tensor: Tensor) -> Floats:
    """Return the numbers of a tensor in float64, in its shape."""
    return tensor.detach().to(torch.float64).numpy()


# --- the very first start, in numpy: it is drawn while torch is being loaded ----------------------
# These are the formulas of sigmoid and binary cross-entropy; a test compares them with torch's.

FIRST_START = (-0.005293981172144413, 0.37932288646698, -0.5819807648658752)
"""w₁, w₂ and b that torch draws for the experiment of the very first start."""


def without_torch(settings: Settings) -> bool:
    """Return whether torch is not loaded yet and the formulas below fit an experiment."""
    entries = settings.activation, settings.loss_entry.name, settings.hidden, settings.bias_input
    return not torch_is_in() and entries == ("sigmoid", "bce", 0, 1.0)


def sigmoid(pre_activation: Floats) -> Floats:
    """Return ŷ of every z, in any shape."""
    return np.exp(-np.logaddexp(0.0, -pre_activation))


def columns_of(parameters: Floats, inputs: Floats, targets: Floats) -> dict[str, Floats]:
    """Return the columns of a pass, as :func:`passed` of the anatomy does.

    They are those at parameters (…, P) and inputs (N, D) with targets (N,).
    """
    extended = np.column_stack((inputs, np.ones(len(inputs))))
    z = (extended @ parameters.T).T
    output = sigmoid(z)
    slope = output * sigmoid(-z)
    delta = output - targets
    untold = (output == 0) | (output == 1)
    return {
        "extended": extended,
        "pre_activation": z,
        "output": output,
        "target": targets,
        "loss": np.logaddexp(0.0, z) - targets * z,
        "loss_by_output": np.where(untold, np.nan, delta / np.where(untold, 1.0, slope)),
        "output_by_pre_activation": np.where(untold, np.nan, slope),
        "loss_by_pre_activation": delta,
        "untold": untold,
    }
