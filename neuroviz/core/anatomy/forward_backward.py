"""One pass through the neuron and back, by the run's own kernels.

It gives every value and every factor for every sample.
"""

from __future__ import annotations

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import Model, columns_of, dtype_of, floats, model_of, without_torch
from neuroviz.core.training.batches import Batches
from neuroviz.core.types import Floats, Tensor, Unique


class Values(Unique):
    """The values in the neuron for one sample, or their means over the batch of a step."""

    inputs: Floats
    """(D,): xᵢ."""
    products: Floats
    """(D,): wᵢ·xᵢ."""
    pre_activation: float
    output: float
    target: float
    loss: float
    """z, ŷ, y and ℓ; the loss of a batch is the run's own number."""
    loss_by_output: float
    output_by_pre_activation: float
    loss_by_pre_activation: float
    """∂ℓ/∂ŷ, ∂ŷ/∂z and ∂ℓ/∂z; NaN where a factor is unknown."""
    grad: Floats
    """(P,): ∂ℓ/∂θ of the sample; for a batch the run's own gradient, which the update uses."""
    multiply: bool
    """Whether the product of the factors is what follows them; for means over several samples it is
    not."""
    note: str
    """One sentence that one must know to read them; "" if there is nothing."""


COLUMNS = (
    "pre_activation",
    "output",
    "target",
    "loss",
    "loss_by_output",
    "output_by_pre_activation",
    "loss_by_pre_activation",
)
"""Quantities of which every sample has one."""


def passed(settings: Settings, parameters: Floats) -> dict[str, Floats]:
    """Return every column of the pass at parameters (P,), in the precision of the run.

    Returns
    -------
    dict
        The :data:`COLUMNS`, (N,) each; ``extended`` (N, P): ∂z/∂θ, for one neuron the inputs and
        what the bias is multiplied by; ``untold`` (N,): 1 where ŷ is 0 or 1 to the last bit, so
        that the factors are unknown and NaN. With K outputs z, ŷ and the derivatives by them are
        (N, K), and ``extended`` is (N, K, P); with K targets ``target`` is (N, K) too.
    """
    if without_torch(settings):
        return columns_of(parameters, settings.coded_inputs, settings.coded_targets)
    everything = Batches(settings, 0, dtype_of(settings)).all
    inputs = everything.inputs
    targets = everything.targets
    neuron = model_of(settings)
    with torch.inference_mode():
        theta = torch.tensor(parameters, dtype=inputs.dtype)
        z = inputs.mv(theta) if neuron.parameters.linear else neuron.forward(theta, inputs)
        told = z if settings.others is None else z - torch.tensor(settings.others, dtype=z.dtype)
        output = neuron.output(told)
        columns = {
            "extended": inputs if neuron.parameters.linear else neuron.slopes(theta, inputs),
            "pre_activation": z,
            "output": output,
            "target": targets,
            "loss": neuron.losses(told, targets),
            **_factors(neuron, told, output, targets),
        }
    return {name: floats(column) for name, column in columns.items()}


def _factors(neuron: Model, z: Tensor, output: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Return the factors of the chain rule, and where they are unknown, as :func:`passed` does.

    The loss of a sample is the mean over its targets.
    """
    fused = neuron.fused
    untold = torch.zeros_like(targets, dtype=torch.bool)
    if neuron.softmax:
        by_output = slope = torch.full_like(z, torch.nan)
        by_z = neuron.loss.derivative(z, targets)
    elif fused is None:
        by_output = _by_output(neuron, output, targets)
        slope = _slope(neuron, z, output)
        by_z = by_output * slope
    else:
        untold = (output == 0) | (output == 1)
        by_output = fused.by_output(z, targets).masked_fill(untold, torch.nan)
        slope = neuron.activation.derivative(z).masked_fill(untold, torch.nan)
        by_z = fused.derivative(z, targets)
    count = targets.shape[1] if targets.dim() > 1 else 1
    return {
        "loss_by_output": by_output / count,
        "output_by_pre_activation": slope,
        "loss_by_pre_activation": by_z / count,
        "untold": untold,
    }


def _by_output(neuron: Model, output: Tensor, targets: Tensor) -> Tensor:
    """Return ∂ℓ/∂ŷ by the kernels of the fast step, or in closed form where there are none."""
    if neuron.loss.backward is None:
        return neuron.loss.derivative(output, targets)
    result = torch.empty_like(output)
    for call in neuron.loss.backward(output, targets, result):
        call()
    return result


def _slope(neuron: Model, z: Tensor, output: Tensor) -> Tensor:
    """Return ∂ŷ/∂z as the run has it: by autograd's kernel, or else in closed form."""
    kernels = neuron.activation.kernels
    if kernels is None or kernels.backward is None:
        return neuron.activation.derivative(z)
    result = torch.empty_like(z)
    kernels.backward(torch.ones_like(z), z, output, result)()
    return result
