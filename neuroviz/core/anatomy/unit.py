"""One neuron of several, opened: the step that is taken apart as if there were no other.

What a neuron gets, from the inputs or from the hidden neurons, and what comes back to it stand
still at the moment that is looked at. So the arithmetic of one neuron is that of each.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.losses import Loss
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, floats, hidden_of, model_of
from neuroviz.core.numbers import subscripted
from neuroviz.core.types import Floats, Ints, Parameters, Tensor

HANDED_BACK = Loss(
    name="handed_back",
    label="What comes back",
    formula="mean h·∂ℓ/∂h, with ∂ℓ/∂h as it is here",
    reference="Rumelhart, Hinton and Williams 1986, Nature 323, 533-536",
    value=lambda output, target: target * output,
    derivative=lambda output, target: target.expand_as(output),
    sample_formula="y·ŷ",
    derivative_formula="y",
    slopes=lambda error, target: (target.expand_as(error), torch.zeros_like(error)),
    torch_code="(target * output).mean()",
    sample_code="target * output",
)
"""The loss as a hidden neuron knows it, to first order: each sample's target is ∂ℓ/∂h, what the
output hands back. Its gradient is that of the network."""


class UnitSettings(Settings):
    """The settings of one neuron of several at a moment: its inputs, targets and activation."""

    unit: int | None
    """Index of the hidden neuron; None for the output."""

    def __init__(self, whole: Anatomy, unit: int | None) -> None:
        settings = whole.settings
        kept = {name: settings.__dict__[name] for name in Settings.__dataclass_fields__}
        kept |= {"hidden": 0, "hidden_activation": None, "unit": unit}
        names = settings.parameters
        own = tuple(names.names[index] for index in names.of_unit(unit))
        if unit is None:
            hidden = tuple(subscripted(f"h{index + 1}") for index in range(settings.hidden))
            data, outputs = settings.dataset, hidden_outputs(settings, whole.row.parameters)
            # Of the data only names and size are asked for; outputs can be larger than data may be.
            kept["data"] = Dataset(
                np.zeros_like(outputs), data.targets, data.classes, hidden, data.target_name
            )
            kept |= {"inputs": None, "coded_inputs": outputs, "dataset": kept["data"]}
            kept["coded_targets"] = settings.coded_targets
        else:
            kept |= {"activation": settings.hidden_activation, "coding": None, "threshold": None}
            kept |= {"dataset": settings.dataset, "coded_inputs": settings.coded_inputs}
            weight = whole.row.parameters[names.of_unit(None)[unit]]
            kept["coded_targets"] = whole.loss_by_pre_activation * weight
        kept["parameters"] = Parameters(len(own) - 1, named=own)
        self.__dict__.update(kept)

    @property
    def output_letter(self) -> str:
        """ŷ, or h₁ …."""
        return super().output_letter if self.unit is None else subscripted(f"h{self.unit + 1}")

    @property
    def is_hidden(self) -> bool:
        """Whether it is a hidden neuron."""
        return self.unit is not None

    @property
    def loss_entry(self) -> Loss:
        """The row of the loss, or what comes back."""
        return super().loss_entry if self.unit is None else HANDED_BACK


class Opened(Anatomy):
    """A neuron of several within a step that is taken apart."""

    unit: int | None
    """Index of the hidden neuron; None for the output."""
    places: list[int]
    """(P,): where in the parameters of all its own stand."""

    def __init__(self, whole: Anatomy, unit: int | None) -> None:
        places = whole.settings.parameters.of_unit(unit)
        row = replace(
            whole.row,
            parameters=whole.row.parameters[places],
            grad=whole.row.grad[places],
            state=whole.row.state[:, places],
        )
        self.__dict__ |= {
            "_whole": whole,
            "unit": unit,
            "places": places,
            "settings": UnitSettings(whole, unit),
            "row": row,
            "hyperparameters": whole.hyperparameters,
        }

    @property
    def whole(self) -> Anatomy:
        """The same step in all of them."""
        whole: Anatomy = self.__dict__["_whole"]
        return whole

    @property
    def penalty(self) -> float:
        """What the penalties of all weights add to the mean loss of the batch."""
        return self.whole.penalty

    @cached_property
    def _arrival(self) -> Floats:
        """(1 + S, P): what of the step of all is this neuron's."""
        result: Floats = self.whole._arrival[:, self.places]
        return result

    @property
    def out_weight(self) -> float:
        """The weight that the output has for a hidden neuron."""
        assert self.unit is not None
        return float(
            self.whole.row.parameters[self.whole.settings.parameters.of_unit(None)[self.unit]]
        )

    def losses_of_output(self, output: Tensor, samples: Ints) -> Tensor:
        """Return the losses (k, m) of the network where this neuron gave other outputs (k, m)."""
        if self.unit is None:
            return super().losses_of_output(output, samples)
        dtype = output.dtype
        own, z, targets = (
            torch.tensor(column[samples], dtype=dtype)
            for column in (self.output, self.whole.pre_activation, self.whole.targets)
        )
        return model_of(self.whole.settings).losses(z + self.out_weight * (output - own), targets)


def hidden_outputs(settings: Settings, parameters: Floats, inputs: Floats | None = None) -> Floats:
    """Return h (N, H), what the hidden neurons give at parameters (P,).

    For every sample, or for inputs (N, D).
    """
    inputs = settings.coded_inputs if inputs is None else inputs
    theta, rows = (torch.tensor(each, dtype=dtype_of(settings)) for each in (parameters, inputs))
    with torch.inference_mode():
        return floats(hidden_of(settings).units(theta, rows)[1])
