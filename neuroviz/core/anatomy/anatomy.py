"""Anatomy: the arithmetic inside one step.

It has every value and every factor of the chain rule, for every sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.forward_backward import COLUMNS, Values, passed
from neuroviz.core.choices.optimizer_stages import Update, UpdateStage, found_rate
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import ask, floats, loss_of, model_of, neuron_of, predict
from neuroviz.core.model.penalty import penalty_at, penalty_gradient
from neuroviz.core.numbers import format_number
from neuroviz.core.training.batches import epoch_order
from neuroviz.core.training.block import Row
from neuroviz.core.training.stepper import block_of
from neuroviz.core.types import Bools, Floats, Ints, Tensor, Unique

PHASES = ("forward", "loss", "zero_grad", "backward", "update")
"""The parts of a step, in their order."""


_ALONG = 101
"""Points along the line at which the loss is computed; the middle one is the rate that is found."""


class LossAlong(Unique):
    """The loss along the negative gradient, as an exact line search sees it."""

    losses: Floats
    """(n,): at evenly spaced rates from 0 to twice the one that is found, or to the longest."""
    found: float
    """The rate that a step takes."""
    ends: bool
    """Whether that is the longest rate, since the loss falls all the way."""

    @property
    def place(self) -> int:
        """Index of the loss that the step leads to."""
        return len(self.losses) - 1 if self.ends else len(self.losses) // 2


class Anatomy(Unique):
    """One step, taken apart; numbers are computed when first used, in the run's precision."""

    settings: Settings
    """The settings in force at the row; data, neuron and optimizer are the run's."""
    row: Row
    """The row that the step is taken from."""
    hyperparameters: Mapping[str, float]
    """The values in force there: ``learning_rate`` before its schedule, and the optimizer's and the
    schedule's values."""

    # --- forward ----------------------------------------------------------------------------------

    @cached_property
    def batch(self) -> Ints:
        """(B,): the indices of the samples that the step sees, in its order."""
        return samples_of(self.settings, self.row.step)

    @property
    def weights(self) -> Floats:
        """(D,): all parameters but the last."""
        return self.row.parameters[:-1]

    @property
    def bias(self) -> float:
        """The last parameter."""
        return float(self.row.parameters[-1])

    @property
    def extended(self) -> Floats:
        """(N, P): the inputs as the neuron gets them, and what the bias is multiplied by."""
        return self.columns["extended"]

    @property
    def inputs(self) -> Floats:
        """(N, D): the inputs as the neuron gets them."""
        return self.extended[:, :-1]

    @property
    def targets(self) -> Floats:
        """(N,): the targets as the loss gets them."""
        return self.columns["target"]

    @cached_property
    def products(self) -> Floats:
        """(N, D): wᵢ·xᵢ."""
        return self.inputs * self.weights

    @property
    def pre_activation(self) -> Floats:
        """(N,): z."""
        return self.columns["pre_activation"]

    @property
    def output(self) -> Floats:
        """(N,): ŷ."""
        return self.columns["output"]

    @property
    def losses(self) -> Floats:
        """(N,): the loss of every sample, including those outside the batch."""
        return self.columns["loss"]

    @cached_property
    def losses_of_outputs(self) -> Floats:
        """(N, K): the loss of each of several targets; their mean is the sample's loss."""
        z, targets = (torch.tensor(each) for each in (self.pre_activation, self.targets))
        with torch.inference_mode():
            return floats(model_of(self.settings).losses_of_outputs(z, targets))

    @property
    def whole(self) -> Anatomy:
        """The step of the whole network; this step itself unless one neuron of it is opened."""
        return self

    @property
    def loss(self) -> float:
        """The mean loss of the batch with penalties, as the run has it."""
        return self.row.batch_loss

    @property
    def penalty(self) -> float:
        """What the penalties add to the mean loss of the batch; 0 where there are none."""
        return float(penalty_at(self.settings, self.row.parameters))

    # --- backward ---------------------------------------------------------------------------------

    @property
    def loss_by_output(self) -> Floats:
        """(N,): ∂ℓ/∂ŷ, NaN where it is unknown."""
        return self.columns["loss_by_output"]

    @property
    def output_by_pre_activation(self) -> Floats:
        """(N,): ∂ŷ/∂z, NaN where it is unknown."""
        return self.columns["output_by_pre_activation"]

    @property
    def loss_by_pre_activation(self) -> Floats:
        """(N,): δ = ∂ℓ/∂z."""
        return self.columns["loss_by_pre_activation"]

    @cached_property
    def sample_grads(self) -> Floats:
        """(N, P): ∂ℓ/∂θ of every sample, δ·x̃."""
        products = self.loss_by_pre_activation[..., None] * self.extended
        return products if self.settings.outputs == 1 else products.sum(axis=1)

    @property
    def grad(self) -> Floats:
        """(P,): the gradient that the update uses, as the run has it."""
        return self.row.grad

    @cached_property
    def new_grad(self) -> Floats:
        """(P,): the gradient of this step's loss.

        It differs from ``grad`` only where zero_grad is forgotten.
        """
        if self.breaks("no_zero_grad"):
            return self.mean_grad + self.penalty_grad
        return self.row.grad

    @cached_property
    def mean_grad(self) -> Floats:
        """(P,): the mean of the batch's gradients, without the penalties."""
        return self.sample_grads[self.batch].mean(axis=0)

    @cached_property
    def penalty_grad(self) -> Floats:
        """(P,): the penalties' part of the gradient; 0 for the bias, and without penalties."""
        return penalty_gradient(self.settings, self.row.parameters)

    @cached_property
    def accumulated(self) -> Floats:
        """(P,): what is in .grad before the backward pass: 0 unless zero_grad is forgotten."""
        if self.row.step == 0 or not self.breaks("no_zero_grad"):
            return np.zeros_like(self.row.grad)
        return self.row.grad - self.new_grad

    @property
    def untold(self) -> Bools:
        """(N,): where ŷ is 0 or 1 to the last bit, so that the single factors are unknown."""
        return self.columns["untold"] != 0

    @cached_property
    def untold_reason(self) -> str:
        """Why factors are unknown, in one sentence; "" where all are known."""
        fused = self.settings.fused
        if fused is None or not self.untold.any():
            return ""
        index = int(self.untold.argmax())
        output, other = ("1", "1 − ŷ") if self.output[index] > 0 else ("0", "ŷ")
        z = f"z = {format_number(self.pre_activation[index])}"
        if self.settings.others is not None:
            z = f"{z}, beside the other sums,"
        return (
            f"At {z} the output is {output} to "
            f"the last bit, so {other} is 0 and the two factors cannot be found; "
            f"their product is known from z: δ = {fused.derivative_formula}."
        )

    # --- update -----------------------------------------------------------------------------------

    @property
    def new_parameters(self) -> Floats:
        """(P,): θ after the step, to the last bit."""
        return self._arrival[0]

    @property
    def new_state(self) -> Floats:
        """(S, P): the optimizer's state after the step, to the last bit."""
        return self._arrival[1:]

    @cached_property
    def stages(self) -> tuple[UpdateStage, ...]:
        """Every number from the gradient to the new parameters, in the optimizer's arithmetic."""
        update = Update(
            self.row.parameters,
            self.direction,
            self.row.state,
            self.new_parameters,
            self.new_state,
            self.row.learning_rate,
            self.hyperparameters,
            self.row.step + 1,
            self._ask,
        )
        with np.errstate(all="ignore"):  # a divisor may be 0 where ε is
            return (*self._stages_before(), *self.settings.optimizer_entry.stages(update))

    @cached_property
    def line(self) -> LossAlong | None:
        """The loss along the negative gradient; None where that is 0 or no rate is searched for."""
        search = self.settings.optimizer_entry.search
        if search is None or not search.finds_rate or not self.direction.any():
            return None
        found, ends = found_rate(self._ask, self.row.learning_rate)
        rates = np.linspace(0.0, found if ends else 2 * found, _ALONG)
        places = self.row.parameters - rates[:, None] * self.direction
        losses = predict(self.settings, places).losses.mean(axis=-1)
        return LossAlong(losses + penalty_at(self.settings, places), found, ends)

    def _ask(self, name: str, *numbers: float) -> tuple[Floats, ...]:
        return ask(self.settings, name, self.row.parameters, self.direction, *numbers)

    @property
    def grad_stage(self) -> int:
        """The index of the stage with the gradient of the update, before its sign may be turned."""
        parts = 3 if self.settings.penalties else 0
        return parts if self.breaks("no_zero_grad") else max(0, parts - 1)

    def _stages_before(self) -> tuple[UpdateStage, ...]:
        """Return the stages before the optimizer's: the gradient and the rate.

        In gradient ascent the sign of the gradient is turned.
        """
        stages = [*self._penalty_stages()]
        if self.breaks("no_zero_grad"):
            operands = (self.accumulated, self.new_grad)
            stages.append(
                UpdateStage(
                    "g",
                    "accumulated gradient",
                    "g + ∂L/∂θ",
                    self.grad,
                    operands[0],
                    "{} + {}",
                    operands,
                )
            )
        elif not stages:
            stages.append(UpdateStage("g", "gradient", "∂L/∂θ", self.grad))
        if self.breaks("ascent"):
            stages.append(
                UpdateStage(
                    "g",
                    "gradient, turned for ascent",
                    "−g",
                    -self.grad,
                    self.grad,
                    "−{}",
                    (self.grad,),
                )
            )
        return (*stages, self._rate_stage())

    def _penalty_stages(self) -> tuple[UpdateStage, ...]:
        """Return the stages of a gradient with penalties; none where there are no penalties."""
        penalties = self.settings.penalties
        if not penalties:
            return ()
        formula = " + ".join(row.grad_formula for row, _ in penalties)
        pattern = " + ".join(f"{{}}·{row.derivative_formula}" for row, _ in penalties)
        weights = np.zeros_like(self.row.parameters)  # the bias counts as 0
        where = self.settings.parameters.where("weights")
        weights[where] = self.row.parameters[where]
        operands = tuple(each for _, strength in penalties for each in (strength, weights))
        parts = (self.mean_grad, self.penalty_grad)
        return (
            UpdateStage("ḡ", "mean gradient of the samples", "mean ∂ℓ/∂θ", parts[0]),
            UpdateStage(
                "p",
                "gradient of the penalty, 0 for the bias",
                formula,
                parts[1],
                None,
                pattern,
                operands,
            ),
            UpdateStage("g", "gradient", "ḡ + p", self.new_grad, None, "{} + {}", parts),
        )

    def _rate_stage(self) -> UpdateStage:
        schedule = self.settings.schedule_entry
        stage = UpdateStage("η", "learning rate", schedule.formula, self.row.learning_rate)
        if schedule.name == "constant":
            return stage
        base = self.hyperparameters["learning_rate"]
        factor = schedule.factor(self.row.epoch, self.hyperparameters)
        return replace(stage, pattern="{}·{}", operands=(base, factor))

    @property
    def direction(self) -> Floats:
        """(P,): the gradient as the optimizer gets it, turned in gradient ascent."""
        return -self.grad if self.breaks("ascent") else self.grad

    @cached_property
    def _arrival(self) -> Floats:
        """(1 + S, P): parameters and state after the step, by the optimizer's own calls."""
        row = self.row
        code = self.settings.optimizer_entry.code
        block = block_of(self.settings, 1)
        block.write(0, np.concatenate((row.parameters, self.direction, row.state.ravel())))
        block.grow(2)
        block.set_scalars([code.scalars(row.learning_rate, self.hyperparameters, row.step)])
        loss = loss_of(self.settings) if self.settings.optimizer_entry.search else None
        with torch.inference_mode():
            now, then = block.points
            for call in code.calls(now, then, self.hyperparameters, loss):
                call()
        return np.delete(block.numbers(2)[1].reshape(-1, len(row.parameters)), 1, axis=0)

    def losses_of_sum(self, z: Tensor, samples: Ints) -> Tensor:
        """Return the losses (k, m) of samples (m,) if their sums were z (k, m)."""
        targets = torch.tensor(self.targets[samples], dtype=z.dtype)
        return neuron_of(self.settings).losses(z, targets)

    def losses_of_output(self, output: Tensor, samples: Ints) -> Tensor:
        """Return the losses (k, m) of samples (m,) if the neuron gave outputs (k, m)."""
        targets = torch.tensor(self.targets[samples], dtype=output.dtype)
        return self.settings.loss_entry.value(output, targets.expand_as(output))

    # --- views ------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> dict[str, Floats]:
        """Every column (N,) of the pass through the neuron, by name: COLUMNS and more."""
        return passed(self.settings, self.row.parameters)

    def breaks(self, name: str) -> bool:
        """Return whether a break is switched on."""
        return self.settings.breaks_it(name)

    def of(self, sample: int | None) -> Values:
        """Return the values in the neuron for a sample, or for None the means over the batch.

        Raises
        ------
        IndexError
            If there is no sample with that index.
        """
        if sample is None:
            return self._mean
        return Values(
            inputs=self.inputs[sample],
            products=self.products[sample],
            **{name: float(self.columns[name][sample]) for name in COLUMNS},
            grad=self.sample_grads[sample],
            multiply=True,
            note=self.untold_reason if self.untold[sample] else "",
        )

    @cached_property
    def _mean(self) -> Values:
        """The means over the batch; loss and gradient are the run's own numbers."""
        batch = self.batch
        note = (
            f"Means over {len(batch)} samples: each is the mean of its own column, "
            "and a mean of products is not the product of the means."
        )
        if len(batch) == 1:
            note = ""
        return Values(
            inputs=_means(self.inputs[batch]),
            products=_means(self.products[batch]),
            **{
                **{name: float(_means(self.columns[name][batch])) for name in COLUMNS},
                "loss": self.loss,
            },
            grad=self.grad,
            multiply=len(batch) == 1,
            note=self.untold_reason if self.untold[batch].any() else note,
        )


def _means(columns: Floats) -> Floats:
    """Return the mean over the first axis, even where the sum would overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        means: Floats = columns.mean(axis=0)
    return means if np.isfinite(means).all() else (columns / len(columns)).sum(axis=0)


def samples_of(settings: Settings, step: int) -> Ints:
    """Return the indices (B,) of the samples that a step sees, in its order.

    The step is the one taken from the row at ``step``.
    """
    samples = settings.dataset.samples
    size = settings.samples_per_step
    if settings.batch_size == "full":
        return np.arange(samples)
    epoch, position = divmod(step, settings.steps_per_epoch)
    order = np.arange(samples)
    if settings.shuffle:
        order = epoch_order(torch.Generator(), settings.seed, epoch, samples).numpy()
    return order[position * size : (position + 1) * size]
