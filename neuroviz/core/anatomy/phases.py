"""Phases: the parts of a step one after the other, with a plain sentence for each.

A position is (step, phase). At row k the phases from "forward" to "backward" belong to the step
taken from the row, and "update" belongs to the step that led to it, so that the parameters are
those of the row. The phase None comes before "forward": nobody is going through the parts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.core.anatomy.formula_text import Writing, bracketed, delta_formula, equation, weighted
from neuroviz.core.anatomy.forward_backward import Values
from neuroviz.core.anatomy.unit import behind_loss
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import format_number, measured, subscripted
from neuroviz.core.types import Floats

Position = tuple[int, str | None]

_ORDER = ("update", *PHASES[:-1])
"""The phases in the order in which a row meets them."""
_NAMED = 4
"""Most parameters that a sentence names."""


def following_position(step: int, phase: str | None) -> Position:
    """Return the position after another; "backward" is followed by "update" at the next row."""
    if phase is None:
        return step, "forward"
    index = _ORDER.index(phase) + 1
    return (step, _ORDER[index]) if index < len(_ORDER) else (step + 1, "update")


def previous_position(step: int, phase: str | None) -> Position:
    """Return the position before another.

    The first part of the first step has none before it and is returned itself.
    """
    if phase is None:
        return (step, "update") if step > 0 else (step, None)
    index = _ORDER.index(phase) - 1
    if index < 0:
        return step - 1, _ORDER[-1]
    return (step, phase) if step == 0 and index == 0 else (step, _ORDER[index])


def sentence(anatomy: Anatomy, phase: str, sample: int | None = None) -> str:
    """Return what a part of a step did, with its numbers, in one plain sentence.

    Parameters
    ----------
    anatomy
        The anatomy of the step that the part belongs to; for "update" that is the step that led to
        the row.
    phase
        One of PHASES.
    sample
        Index of the sample on show; None for the mean over the batch.

    Raises
    ------
    KeyError
        If there is no such phase.
    """
    if phase == "loss":
        anatomy = behind_loss(anatomy, sample)
    said = _SENTENCES[phase](anatomy, anatomy.of(sample))
    return said.replace("ŷ", anatomy.settings.output_letter)


def _sum_name(anatomy: Anatomy) -> str:
    """Return the name of the sum: z, or z₁ … for one of several outputs."""
    letter = anatomy.settings.output_letter
    return "z" + letter.removeprefix("ŷ") if letter.startswith("ŷ") else "z"


def _forward(anatomy: Anatomy, values: Values) -> str:
    output = measured(values.output)
    name = _sum_name(anatomy)
    if not values.multiply:
        z = measured(values.pre_activation)
        return (
            f"Forward: over the {len(anatomy.batch)} samples of the batch {name} is {z} and ŷ is "
            f"{output} on average."
        )
    z = equation(lambda writing: weighted(anatomy, values, writing), values.pre_activation)
    made = f"makes it ŷ = {output}"
    if anatomy.settings.others is not None:
        made = f"turns it and the other sums into the share ŷ = {output}"
    if anatomy.settings.activation == "identity":
        made = f"leaves it as it is: ŷ = {output}"
    return f"Forward: {name} {z}. {anatomy.settings.activation_entry.label} {made}."


def _loss(anatomy: Anatomy, values: Values) -> str:
    label = anatomy.settings.loss_entry.label
    loss = loss_said(anatomy.settings, values.loss)
    if anatomy.settings.penalties and values is anatomy.of(None):
        mean = measured(anatomy.losses[anatomy.batch].mean())
        return (
            f"Loss: {label} {_of_batch(anatomy)} is {mean}, and with the penalty on the weights, "
            f"{measured(anatomy.penalty)}, the loss is {loss}."
        )
    if not values.multiply:
        return (
            f"Loss: {label} over the {len(anatomy.batch)} samples of the batch is "
            f"{loss} on average."
        )
    if anatomy.whole.settings.independent:
        count = anatomy.whole.settings.outputs
        return f"Loss: {label} of the {count} outputs and their targets is {loss} on average."
    of = f"output {measured(values.output)} and the target {measured(values.target)}"
    if anatomy.settings.others is not None:
        of = f"share of the sample's class, ŷ = {measured(values.output)},"
    return f"Loss: {label} of the {of} is {loss}."


def _zero_grad(anatomy: Anatomy, values: Values) -> str:
    if anatomy.breaks("no_zero_grad"):
        if anatomy.row.step == 0:
            return (
                "zero_grad is forgotten: there is no old gradient yet, "
                "so it makes no difference in this step."
            )
        return (
            f"zero_grad is forgotten: the old gradients {_named(anatomy.accumulated)} stay, "
            "and the new ones will be added to them."
        )
    return "zero_grad: the old gradients are discarded, or the new ones would be added to them."


def _backward(anatomy: Anatomy, values: Values) -> str:
    if anatomy.breaks("no_zero_grad"):
        return (
            f"Backward: the new gradient {_named(anatomy.new_grad)} is added to what was left, "
            f"and the update uses the sum {_named(anatomy.grad)}."
        )
    if anatomy.settings.penalties and values is anatomy.of(None):
        return (
            f"Backward: {_of_batch(anatomy)} the gradient is "
            f"{_named(anatomy.mean_grad)} on average, and with that of the penalty, "
            f"{_named(anatomy.penalty_grad)}, it is {_named(anatomy.grad)}."
        )
    if not values.multiply:
        return (
            f"Backward: the mean over the {len(anatomy.batch)} samples is the gradient, "
            f"{_named(anatomy.grad)}."
        )
    samples = len(anatomy.batch)
    several = samples > 1  # this sample's own gradient stands at the weights
    grad = anatomy.mean_grad if several else values.grad
    mean = f"; mean of {samples}" if several else ""
    delta = _delta(anatomy, values)
    return f"Backward: ∂ℓ/∂{_sum_name(anatomy)} {delta}, times each input{mean}: {_named(grad)}."


def _of_batch(anatomy: Anatomy) -> str:
    samples = len(anatomy.batch)
    return "of the one sample" if samples == 1 else f"over the {samples} samples of the batch"


def _delta(anatomy: Anatomy, values: Values) -> str:
    """Return the factors and the value of ∂ℓ/∂z, or its formula where the factors are unknown."""
    delta = values.loss_by_pre_activation
    if anatomy.settings.others is not None or np.isnan(values.loss_by_output):
        return f"= {delta_formula(anatomy)} = {measured(delta)}"

    def product(writing: Writing) -> str:
        first = bracketed(values.loss_by_output, writing, first=True)
        return f"{first}·{bracketed(values.output_by_pre_activation, writing)}"

    return equation(product, delta)


def _update(anatomy: Anatomy, values: Values) -> str:
    rate = format_number(anatomy.row.learning_rate)
    way = ", against the gradient" if anatomy.settings.optimizer == "sgd" else ""
    if anatomy.breaks("ascent"):
        way = ", up the loss, on purpose"
    called = "rate"
    if search := anatomy.settings.optimizer_entry.search:
        called = "longest rate" if search.finds_rate else called
        found = (stage for stage in anatomy.stages if stage.told)
        told = [f"{stage.symbol} = {measured(stage.of(0))} ({stage.label})" for stage in found]
        way = ", " + (", ".join(told) or "each direction divided by its curvature")
    rule = f"by {anatomy.settings.optimizer_entry.label}"
    names = map(subscripted, anatomy.settings.parameters.names)
    old = anatomy.row.parameters
    new = anatomy.new_parameters
    moves = [_move(*each) for each in zip(names, old.tolist(), new.tolist(), strict=True)]
    return f"Update {rule}, {called} {rate}{way}: {listed(moves)}."


def _move(name: str, old: float, new: float) -> str:
    """Return how a parameter moves, even where its digits do not show it."""
    if format_number(old) != format_number(new):
        return f"{name} {measured(old)} → {measured(new)}"
    return (
        f"{name} stays at {measured(old)}"
        if old == new
        else f"{name} {measured(old)} by only {format_number(new - old, 2)}"
    )


_SENTENCES: dict[str, Callable[[Anatomy, Values], str]] = {
    "forward": _forward,
    "loss": _loss,
    "zero_grad": _zero_grad,
    "backward": _backward,
    "update": _update,
}


def _named(grad: Floats) -> str:
    """Return the numbers of a gradient in brackets, four at most."""
    shown = [measured(value) for value in grad[:_NAMED]]
    return f"({', '.join(shown)}{', …' if len(grad) > _NAMED else ''})"


def listed(parts: list[str]) -> str:
    """Return parts of a sentence one after the other; of many the first, and how many more."""
    if len(parts) <= _NAMED:
        return ", ".join(parts)
    return f"{', '.join(parts[: _NAMED - 1])} and {len(parts) - _NAMED + 1} more"
