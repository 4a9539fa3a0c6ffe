"""Values: what stands in the neuron at one look, for one sample or in the mean."""

from __future__ import annotations

from dataclasses import dataclass

from neuroviz.core.choices.tasks import Floats

__all__ = ["Rate", "Values"]


@dataclass(frozen=True)
class Rate:
    """The learning rate of a step.

    Parameters
    ----------
    base
        What the form says.
    factor
        What the schedule multiplies it with.
    value
        The product, which the step uses.
    """

    base: float
    factor: float
    value: float


@dataclass(frozen=True, eq=False)
class Values:
    """What stands in the neuron: for one sample, or the means over the batch of a step.

    Parameters
    ----------
    inputs, products
        (D,): xᵢ and wᵢ·xᵢ.
    pre_activation, output, target, loss
        z, ŷ, y and ℓ; of a batch the loss is the run's own number.
    loss_by_output, output_by_pre_activation, loss_by_pre_activation
        ∂ℓ/∂ŷ, ∂ŷ/∂z and ∂ℓ/∂z; NaN where a factor cannot be told.
    grad
        (P,): ∂ℓ/∂θ of the sample; of a batch the run's own gradient, which the update uses.
    multiply
        Whether the factors multiply to what follows them: means of several samples do not.
    note
        One sentence about what must be known to read them; "" if there is nothing.
    """

    inputs: Floats
    products: Floats
    pre_activation: float
    output: float
    target: float
    loss: float
    loss_by_output: float
    output_by_pre_activation: float
    loss_by_pre_activation: float
    grad: Floats
    multiply: bool
    note: str
