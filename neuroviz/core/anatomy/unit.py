"""One neuron of several, opened: its step is taken apart as if there were no other neuron.

What a neuron gets, from the inputs or from the hidden neurons, and what comes back to it are fixed
at the moment that is looked at. So its arithmetic is that of a single neuron.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cached_property
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.formula_text import as_factor
from neuroviz.core.choices.activations import ACTIVATIONS, Activation
from neuroviz.core.choices.losses import LOSSES, SOFTMAX, Loss
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, floats, model_of, network_of, neuron_of
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
"""The loss as a hidden neuron sees it, to first order: the target of each sample is ∂ℓ/∂h, which
the outputs hand back. Its gradient is that of the network."""


SOFTMAX_OF_ONE = replace(
    ACTIVATIONS["sigmoid"],
    label="Softmax",
    formula="ŷ = eᶻ/(the sum of all outputs' eᶻ)",
    reference="Bridle 1990, Probabilistic interpretation of feedforward classification network "
    "outputs",
)
"""Softmax as one output sees it: the sigmoid of its z less log Σ eᶻ of the other outputs."""

LOSS_OF_CLASS = replace(
    LOSSES["bce"],
    label=SOFTMAX.label,
    formula=SOFTMAX.formula,
    reference=SOFTMAX.reference,
    sample_formula="−log ŷ",
)
"""Cross-entropy as one output sees it: its class against the rest. What the other outputs make of
their classes is left out, since this output does not change it. The formula is for a sample of the
output's own class; the loss of any other sample belongs to another output, see `behind_loss`."""


def _shared(loss: Loss, count: int) -> Loss:
    """Return the loss of one of several targets as its output sees it.

    It is the target's share of the sample's loss, which is the mean over the targets. The formula
    shown is that of the whole loss.
    """

    def shared(derivative: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
        return lambda output, target: derivative(output, target) / count

    fused = {
        name: replace(
            form,
            value=shared(form.value),
            derivative=shared(form.derivative),
            derivative_formula=f"{as_factor(form.derivative_formula)}/{count}",
            second_derivative=shared(form.second_derivative),
            by_output=shared(form.by_output),
            backward=None,
        )
        for name, form in loss.fused.items()
    }
    terms = (subscripted(f"ℓ{place + 1}") for place in range(count))
    return replace(
        loss,
        value=shared(loss.value),
        derivative=shared(loss.derivative),
        sample_formula=f"({' + '.join(terms)})/{count}",
        derivative_formula=f"{as_factor(loss.derivative_formula)}/{count}",
        fused=fused,
        backward=None,
    )


class UnitSettings(Settings):
    """The settings of one neuron of several at a moment: its inputs, targets and activation.

    Numbers that only a step can tell are nan where there is none, such as before torch is loaded.
    """

    unit: int | None
    """Index of the hidden neuron, or of an output after them; None for the only output."""

    def __init__(self, settings: Settings, unit: int | None, step: Anatomy | None = None) -> None:
        kept = {field.name: settings.__dict__[field.name] for field in fields(Settings)}
        kept |= {"hidden": 0, "hidden_activation": None, "outputs": 1, "unit": unit}
        kept |= {"dataset": settings.dataset, "coded_inputs": settings.coded_inputs}
        if unit is not None and unit < settings.hidden:
            kept |= {"activation": settings.hidden_activation, "coding": None, "threshold": None}
            kept["is_hidden"] = True
            names = settings.parameters.names
            places = _places_of_out_weights(settings.parameters, unit)
            kept["out_names"] = tuple(subscripted(names[place]) for place in places)
            kept["coded_targets"] = (
                _handed_back(step, unit) if step else np.full(settings.dataset.samples, np.nan)
            )
        else:
            kept |= self._of_output(settings, unit, step)
        shape = settings.parameters
        own = tuple(shape.names[index] for index in shape.of_unit(unit))
        kept["parameters"] = Parameters(len(own) - 1, named=own)
        kept |= {"output_letter": unit_letter(settings, unit), "experiment": settings}
        self.__dict__.update(kept)

    def _of_output(
        self, settings: Settings, unit: int | None, step: Anatomy | None
    ) -> dict[str, Any]:
        """Return what an output reads and what its targets are, by names of settings."""
        data = settings.dataset
        result: dict[str, Any] = {"coded_targets": settings.coded_targets}
        index = 0 if unit is None else unit - settings.hidden
        if settings.independent:
            data = data.of_target(index)
            result |= {"dataset": data, "coded_targets": settings.coded_targets[:, index]}
            result["shared"] = _shared(settings.loss_entry, settings.outputs)
        elif unit is not None:
            name = data.class_names[index]
            of_class = (data.targets == index).astype(np.float64)
            data = replace(data, targets=of_class, class_names=(f"not {name}", name))
            others = _others(step, index) if step else np.full(len(of_class), np.nan)
            result |= {"dataset": data, "coded_targets": of_class, "others": others}
            result["class_of_unit"] = index
            result |= {"activation": "sigmoid", "loss": "bce", "coding": "01", "threshold": 0.5}
        if settings.hidden:
            names = tuple(subscripted(f"h{index + 1}") for index in range(settings.hidden))
            outputs = np.full((data.samples, settings.hidden), np.nan)
            if step:
                outputs = hidden_outputs(settings, step.row.parameters)
            # Only names and size of these data are used; outputs may exceed what data may hold.
            read = np.zeros_like(outputs)
            data = Dataset(
                read, data.targets, data.classes, names, data.target_name, data.class_names
            )
            result |= {"data": data, "dataset": data, "inputs": None, "coded_inputs": outputs}
        return result

    @property
    def activation_entry(self) -> Activation:
        """The row of the activation, or softmax as one output sees it."""
        return super().activation_entry if self.others is None else SOFTMAX_OF_ONE

    @property
    def loss_entry(self) -> Loss:
        """The row of the loss, or the loss as this neuron sees it."""
        if self.is_hidden:
            return HANDED_BACK
        if "shared" in self.__dict__:
            return self.__dict__["shared"]
        return super().loss_entry if self.others is None else LOSS_OF_CLASS

    @property
    def whole(self) -> Settings:
        """The settings of the whole network."""
        return self.__dict__["experiment"]


class Opened(Anatomy):
    """A neuron of several within a step that is taken apart."""

    whole: Anatomy
    """The same step of the whole network."""
    unit: int | None
    """Index of the hidden neuron, or of an output after them; None for the only output."""
    places: list[int]
    """(P,): the indices of the neuron's parameters among those of the network."""

    @property
    def penalty(self) -> float:
        """What the penalties of all weights add to the mean loss of the batch."""
        return self.whole.penalty

    @cached_property
    def _arrival(self) -> Floats:
        """(1 + S, P): this neuron's part of parameters and state after the step."""
        return self.whole._arrival[:, self.places]

    @cached_property
    def columns(self) -> dict[str, Floats]:
        """Every column (N,) of the pass through the neuron; the loss is that of the network."""
        return {**super().columns, "loss": self.whole.losses}

    @property
    def out_weights(self) -> Floats:
        """(K,): the weights that the outputs have for a hidden neuron."""
        assert self.unit is not None
        return out_weights(self.whole, self.unit)

    def losses_of_sum(self, z: Tensor, samples: Ints) -> Tensor:
        """Return the losses (k, m) of the network if this neuron's sums were z (k, m)."""
        if self.settings.is_hidden:
            return self.losses_of_output(neuron_of(self.settings).output(z), samples)
        if self.settings.others is None:
            return super().losses_of_sum(z, samples)
        assert self.unit is not None
        whole = self.whole.settings
        sums, targets = (
            torch.tensor(column[samples], dtype=z.dtype)
            for column in (self.whole.pre_activation, self.whole.targets)
        )
        own = torch.arange(whole.outputs) == self.unit - whole.hidden
        return model_of(whole).losses(torch.where(own, z[..., None], sums), targets)

    def losses_of_output(self, output: Tensor, samples: Ints) -> Tensor:
        """Return the losses (k, m) of the network if this neuron gave outputs (k, m)."""
        if self.unit is None:
            return super().losses_of_output(output, samples)
        dtype = output.dtype
        own, z, targets, losses = (
            torch.tensor(column[samples], dtype=dtype)
            for column in (
                self.output,
                self.whole.pre_activation,
                self.whole.targets,
                self.whole.losses,
            )
        )
        if not self.settings.is_hidden:
            # The rest of the loss, which is not of this class or target, stays as it is.
            of_class = super().losses_of_output
            return of_class(output, samples) - of_class(own[None], samples) + losses
        weights = torch.tensor(self.out_weights, dtype=dtype)
        moved = (output - own)[..., None] * weights
        z = z + (moved if z.dim() > 1 else moved[..., 0])
        return model_of(self.whole.settings).losses(z, targets)


def opened(whole: Anatomy, unit: int | None) -> Opened:
    """Return one neuron of several within a step, by its index as in :class:`Opened`."""
    places = whole.settings.parameters.of_unit(unit)
    row = replace(
        whole.row,
        parameters=whole.row.parameters[places],
        grad=whole.row.grad[places],
        state=whole.row.state[:, places],
    )
    settings = UnitSettings(whole.settings, unit, whole)
    return Opened(settings, row, whole.hyperparameters, whole, unit, places)


def units_of(settings: Settings) -> tuple[int | None, ...]:
    """Return the indices of the neurons of a network, hidden ones first; none for one neuron."""
    if settings.parameters.linear:
        return ()
    if settings.outputs == 1:
        return (*range(settings.hidden), None)
    return tuple(range(settings.hidden + settings.outputs))


def unit_letter(settings: Settings, unit: int | None) -> str:
    """Return the name of a neuron's output: h₁ … if hidden, else ŷ, or ŷ₁ … of several."""
    if unit is None:
        return "ŷ"
    hidden = unit < settings.hidden
    return subscripted(f"{'h' if hidden else 'ŷ'}{unit + 1 - (0 if hidden else settings.hidden)}")


def out_weights(whole: Anatomy, unit: int) -> Floats:
    """Return the weights (K,) that the outputs have for a hidden neuron."""
    return whole.row.parameters[_places_of_out_weights(whole.settings.parameters, unit)]


def _places_of_out_weights(shape: Parameters, unit: int) -> list[int]:
    outputs = range(shape.hidden, shape.hidden + shape.outputs)
    return [shape.of_unit(output)[unit] for output in outputs]


def behind_loss(anatomy: Anatomy, sample: int | None) -> Anatomy:
    """Return the output before the loss, where a neuron of a network is opened.

    With several classes it is the output of the sample's own class, whose share makes the
    loss. With several targets it is the output that is opened, else the first.

    Parameters
    ----------
    sample
        Index of the sample; None for the batch, whose first sample decides.
    """
    settings = anatomy.whole.settings
    if settings.parameters.linear:
        return anatomy
    if settings.outputs == 1:
        return opened(anatomy.whole, None)
    if settings.independent:
        unit = anatomy.unit if isinstance(anatomy, Opened) else None
        return opened(anatomy.whole, max(settings.hidden, unit or 0))
    sample = int(anatomy.batch[0]) if sample is None else sample
    return opened(anatomy.whole, settings.hidden + int(anatomy.whole.targets[sample]))


def _handed_back(whole: Anatomy, unit: int) -> Floats:
    """Return ∂ℓ/∂h (N,) of a hidden neuron: Σ ∂ℓ/∂zₖ·vₖ over the outputs."""
    by_z = whole.loss_by_pre_activation.reshape(whole.settings.dataset.samples, -1)
    # In the order of autograd's product, which has no sum for one output.
    weights = out_weights(whole, unit)
    return by_z[:, 0] * weights[0] if len(weights) == 1 else by_z @ weights


def _others(whole: Anatomy, index: int) -> Floats:
    """Return log Σ eᶻ (N,) of all outputs but one."""
    return np.logaddexp.reduce(np.delete(whole.pre_activation, index, axis=1), axis=1)


def hidden_outputs(settings: Settings, parameters: Floats, inputs: Floats | None = None) -> Floats:
    """Return h (N, H), the outputs of the hidden neurons at parameters (P,).

    They are those for every sample, or for inputs (N, D) if these are given.
    """
    inputs = settings.coded_inputs if inputs is None else inputs
    theta, rows = (torch.tensor(each, dtype=dtype_of(settings)) for each in (parameters, inputs))
    with torch.inference_mode():
        return floats(network_of(settings).units(theta, rows)[1])
