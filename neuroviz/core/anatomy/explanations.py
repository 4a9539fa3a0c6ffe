"""The words of an explanation: title, and formula in letters and with numbers.

There is a function for every kind of quantity.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.formula_text import (
    Writing,
    bracketed,
    delta_formula,
    equation,
    folded,
    grad_term,
    letters,
    of_input,
    parameter,
    penalty_numbers,
    penalty_slope,
    put_in,
    staged,
    summed,
    weighted,
)
from neuroviz.core.anatomy.forward_backward import COLUMNS
from neuroviz.core.anatomy.unit import Opened
from neuroviz.core.choices.losses import LOSSES, Loss
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.numbers import capitalized, elided, format_number, subscripted
from neuroviz.core.types import Floats, Frozen, Ints, Unique


class Asked(Unique):
    """A question, with what is needed to answer it."""

    anatomy: Anatomy
    kind: str
    """A key of WORDS."""
    index: int
    """Index of the input or the parameter, 0 … P − 1; 0 where there is only one."""
    stage: int
    """Index of the stage of the update."""
    sample: int | None
    """Index of the sample on show; None for the mean over the batch."""

    @property
    def samples(self) -> Ints:
        """(m,): the indices of the samples in question."""
        return self.anatomy.batch if self.sample is None else np.array([self.sample])

    @property
    def several(self) -> bool:
        """Whether the question is about a mean."""
        return len(self.samples) > 1

    @property
    def penalised(self) -> bool:
        """Whether the question is about the loss of a step that has penalties.

        They belong to the loss of a step, not to that of a sample.
        """
        return self.sample is None and bool(self.anatomy.settings.penalties)

    @property
    def mean_of(self) -> str:
        """The words before a sample's formula where the question is about a mean."""
        return "mean over the samples of " if self.several else ""

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return parameter(self.anatomy, self.index)


class Terms(Unique):
    """The numbers of each sample of a batch.

    The mean of the last column is the explained value, apart from penalties.
    """

    headers: tuple[str, ...]
    """Names of the columns."""
    rows: Floats
    """(B, k); the first column is the number of the sample, from 1 on."""


class Words(Frozen):
    """Title, formula in letters, the same with numbers, and the value."""

    title: str
    formula: str
    arithmetic: str
    value: float


_LONGEST = 14
"""Most letters of a class's name in a formula."""
_SMALL_SHARE = 1e-3
_TARGET = re.compile(r"(?<![A-Za-z′])y(?![A-Za-z])")


def in_letters(settings: Settings, words: Words) -> Words:
    """Return words with ŷ replaced by the letter of the neuron's output."""
    letter = settings.output_letter
    if letter == "ŷ":
        return words
    formula = words.formula
    if settings.is_hidden:  # what comes back takes the place of the target
        formula = _TARGET.sub(f"∂ℓ/∂{letter}", formula)
    return replace(
        words,
        title=words.title.replace("ŷ", letter),
        formula=formula.replace("ŷ", letter),
        arithmetic=words.arithmetic.replace("ŷ", letter),
    )


def terms_of(asked: Asked) -> Terms | None:
    """Return the numbers of each sample, where a mean over several is explained, else None."""
    anatomy = asked.anatomy
    kind = asked.kind
    index = asked.index
    if not asked.several or kind not in (*COLUMNS, "grad", "product", "input"):
        return None
    inputs = anatomy.extended[:, index]
    name = of_input(anatomy, index)
    if kind in COLUMNS:
        columns = [(_QUANTITIES[kind].symbol, anatomy.columns[kind])]
    elif kind == "input":
        columns = [(name, inputs)]
    elif kind == "product":
        product = anatomy.row.parameters[index] * inputs
        columns = [(name, inputs), (f"{asked.name}·{name}", product)]
    else:
        columns = [
            ("ŷ", anatomy.output),
            ("y", anatomy.targets),
            ("∂ℓ/∂z", anatomy.loss_by_pre_activation),
            (name, inputs),
            (f"∂ℓ/∂{asked.name}", anatomy.sample_grads[:, index]),
        ]
    samples = asked.samples
    rows = np.column_stack((samples + 1.0, *(column[samples] for _, column in columns)))
    return Terms(("sample", *(header for header, _ in columns)), rows)


def _column(asked: Asked) -> Words:
    """Return the words for a quantity of which every sample has one."""
    anatomy = asked.anatomy
    kind = asked.kind
    quantity = _QUANTITIES[kind]
    if kind == "loss_by_output" and anatomy.settings.is_hidden:
        quantity = _HANDED_BACK
    value = float(getattr(anatomy.of(asked.sample), kind))
    formula = quantity.formula(anatomy)
    if kind == "loss" and asked.penalised:
        return _penalised_loss(asked, formula, value)
    if not asked.several:
        sample = int(asked.samples[0])
        arithmetic = equation(lambda writing: _numbers(anatomy, kind, sample, writing), value)
        return Words(quantity.title, f"{quantity.symbol} = {formula}", arithmetic, value)
    if kind == "loss" and anatomy.settings.others is not None:
        formula = "−log of the share of the sample's class"
    return Words(
        f"{quantity.title}, mean over the batch",
        f"{'L' if kind == 'loss' else quantity.symbol} = mean over the samples of {formula}",
        _mean(anatomy.columns[kind][asked.samples], value),
        value,
    )


def other_losses(anatomy: Anatomy, sample: int) -> str:
    """Return a sentence with the cost of a sample's output under each other suitable loss.

    It is computed from z where loss and activation have such a form, since an output rounded to 0
    or 1 would cost ∞.
    """
    settings = anatomy.settings
    z, output, target = (
        torch.tensor(float(each[sample]), dtype=torch.float64)
        for each in (anatomy.pre_activation, anatomy.output, anatomy.targets)
    )

    def cost(row: Loss) -> float:
        fused = row.fused.get(settings.activation)
        return float(fused.value(z, target) if fused else row.value(output, target))

    said = [
        f"{row.label} {format_number(cost(row), 4)}"
        for row in LOSSES.values()
        if row.name != settings.loss
        and row.objection(settings.activation_entry) is None
        and (settings.coding is not None or not row.classes_only)
        and row.coding in (None, settings.coding)
    ]
    return f"The same ŷ under other losses: {', '.join(said)}."


def _penalised_loss(asked: Asked, formula: str, value: float) -> Words:
    """Return the words for the loss of a step: the penalties, and the mean over its samples."""
    anatomy = asked.anatomy
    penalties = " + ".join(row.sum_formula for row, _ in anatomy.settings.penalties)
    losses = anatomy.losses[asked.samples]
    return Words(
        f"Loss, {'mean over the batch ' if asked.several else ''}with penalty",
        f"L = {penalties} + {asked.mean_of}{formula}",
        equation(
            lambda writing: f"{penalty_numbers(anatomy, writing)} + {_mean_text(losses, writing)}",
            value,
        ),
        value,
    )


def _mean(values: Floats, value: float) -> str:
    return equation(lambda writing: _mean_text(values, writing), value)


def _mean_text(values: Floats, writing: Writing) -> str:
    terms = folded(lambda number: format_number(values[number], writing.digits), values, writing)
    return terms if len(values) == 1 else f"({terms})/{len(values)}"


def _sum_formula(anatomy: Anatomy) -> str:
    width = anatomy.settings.dataset.width
    terms = [f"{parameter(anatomy, index)}·{of_input(anatomy, index)}" for index in range(width)]
    return summed(terms if anatomy.breaks("no_bias") else [*terms, parameter(anatomy, width)])


def _delta_formula(anatomy: Anatomy) -> str:
    formula = delta_formula(anatomy)
    return formula if anatomy.settings.fused else f"∂ℓ/∂ŷ·∂ŷ/∂z = {formula}"


def _delta_numbers(anatomy: Anatomy, sample: int, writing: Writing) -> str:
    if anatomy.settings.fused:
        return put_in(delta_formula(anatomy), letters(anatomy, sample), writing)
    by_output = float(anatomy.loss_by_output[sample])
    slope = float(anatomy.output_by_pre_activation[sample])
    return f"{bracketed(by_output, writing, first=True)}·{bracketed(slope, writing)}"


class _Quantity(NamedTuple):
    """A quantity of which every sample has one."""

    symbol: str
    title: str
    formula: Callable[[Anatomy], str]
    """Gives its formula in letters."""


_QUANTITIES = {
    "pre_activation": _Quantity("z", "Pre-activation z", _sum_formula),
    "output": _Quantity(
        "ŷ",
        "Output ŷ",
        lambda anatomy: (
            _share(anatomy, "e^{}".format)
            or anatomy.settings.activation_entry.formula.removeprefix("ŷ = ")
        ),
    ),
    "target": _Quantity("y", "Target y", lambda anatomy: _target(anatomy)),
    "loss": _Quantity("ℓ", "Loss", lambda anatomy: anatomy.settings.loss_entry.sample_formula),
    "loss_by_output": _Quantity(
        "∂ℓ/∂ŷ",
        "Slope of the loss by the output",
        lambda anatomy: anatomy.settings.loss_entry.derivative_formula,
    ),
    "output_by_pre_activation": _Quantity(
        "∂ŷ/∂z",
        "Slope of the activation",
        lambda anatomy: anatomy.settings.activation_entry.derivative_formula,
    ),
    "loss_by_pre_activation": _Quantity("∂ℓ/∂z", "Slope of the loss by z, δ", _delta_formula),
}


_HANDED_BACK = _Quantity(
    "∂ℓ/∂ŷ", "What comes back: the slope of the loss by ŷ", lambda anatomy: _back(anatomy)
)
"""∂ℓ/∂ŷ of a hidden neuron, whose output goes into other neurons."""


def _back(anatomy: Anatomy) -> str:
    """Return the formula, in letters, of what the outputs hand back to a hidden neuron."""
    assert isinstance(anatomy, Opened)
    names = anatomy.settings.out_names
    if anatomy.settings.before_one_output:
        return f"∂ℓ/∂z of the output · {names[0]}"
    return summed([f"∂ℓ/∂{_sum_of(place)}·{name}" for place, name in enumerate(names)])


def _back_numbers(anatomy: Anatomy, sample: int, writing: Writing) -> str:
    assert isinstance(anatomy, Opened)
    deltas = np.atleast_1d(anatomy.whole.loss_by_pre_activation[sample])
    factors = [*zip(deltas.tolist(), anatomy.out_weights.tolist(), strict=True)]
    terms = [
        f"{bracketed(delta, writing, first=True)}·{bracketed(weight, writing)}"
        for delta, weight in factors
    ]
    return folded(terms.__getitem__, deltas * anatomy.out_weights, writing)


def _sum_of(place: int) -> str:
    """Return the name of the sum of one of several outputs."""
    return subscripted(f"z{place + 1}")


def _share(anatomy: Anatomy, power: Callable[[str], str]) -> str:
    """Return eᶻ over the sum of those of all outputs; "" for a neuron without softmax.

    ``power`` gives the text of an output's eᶻ by the name of its sum.
    """
    if not isinstance(anatomy, Opened) or anatomy.settings.others is None:
        return ""
    shape = anatomy.whole.settings.parameters
    powers: dict[int | None, str] = {
        shape.hidden + place: power(_sum_of(place)) for place in range(shape.outputs)
    }
    return f"{powers[anatomy.unit]}/({' + '.join(powers.values())})"


def _sums(anatomy: Anatomy, sample: int) -> dict[str, float]:
    """Return the sums of all outputs at a sample, by their names."""
    values = anatomy.whole.pre_activation[sample].tolist()
    return {_sum_of(place): value for place, value in enumerate(values)}


def _share_numbers(anatomy: Anatomy, sample: int, writing: Writing) -> str:
    sums = _sums(anatomy, sample)
    return _share(anatomy, lambda name: f"e^{bracketed(sums[name], writing)}")


def _loss_of_share(anatomy: Anatomy, sample: int, writing: Writing) -> str:
    """Return −log of the share with its number.

    Where that number is too small to have digits, it is written by the sums of the outputs.
    """
    if writing.gap != "z" or anatomy.output[sample] > _SMALL_SHARE:
        return put_in("−log ŷ", letters(anatomy, sample), writing)
    powers = [f"e^{bracketed(z, writing)}" for z in _sums(anatomy, sample).values()]
    own = bracketed(float(anatomy.pre_activation[sample]), writing)
    return f"log({' + '.join(powers)}) − {own}"


def _target(anatomy: Anatomy) -> str:
    if anatomy.settings.others is None:
        return "what the data set gives"
    name = elided(anatomy.settings.dataset.class_names[1], _LONGEST)
    return f"1 where the class is {name}, else 0"


def _numbers(anatomy: Anatomy, kind: str, sample: int, writing: Writing) -> str:
    """Return the arithmetic for a sample: mostly its formula with the sample's numbers."""
    of_softmax = anatomy.settings.others is not None
    if kind == "target":
        return format_number(anatomy.targets[sample])
    if kind == "pre_activation":
        return weighted(anatomy, anatomy.of(sample), writing)
    if kind == "loss_by_pre_activation":
        return _delta_numbers(anatomy, sample, writing)
    if kind == "loss_by_output" and anatomy.settings.is_hidden:
        return _back_numbers(anatomy, sample, writing)
    if kind == "loss" and anatomy.whole.settings.independent:
        return _mean_text(anatomy.whole.losses_of_outputs[sample], writing)
    if kind == "output" and of_softmax:
        return _share_numbers(anatomy, sample, writing)
    if kind == "loss" and of_softmax:
        return _loss_of_share(anatomy, sample, writing)
    return put_in(_QUANTITIES[kind].formula(anatomy), letters(anatomy, sample), writing)


def _input(asked: Asked) -> Words:
    anatomy = asked.anatomy
    name = of_input(anatomy, asked.index)
    values = anatomy.extended[asked.samples, asked.index]
    value = float(values.mean())
    given = "what the data set gives"
    if asked.index == anatomy.settings.dataset.width:
        given = "what the bias is multiplied by"
    elif anatomy.whole.settings.hidden and not anatomy.settings.is_hidden:
        given = "what this hidden neuron gives"
    arithmetic = _mean(values, value) if asked.several else f"= {format_number(value)}"
    return Words(f"Input {name}", f"{name} = {asked.mean_of}{given}", arithmetic, value)


def _product(asked: Asked) -> Words:
    anatomy = asked.anatomy
    name = of_input(anatomy, asked.index)
    weight = float(anatomy.row.parameters[asked.index])
    mean_input = float(anatomy.extended[asked.samples, asked.index].mean())
    value = weight * mean_input
    arithmetic = equation(
        lambda writing: (
            f"{bracketed(weight, writing, first=True)}·{bracketed(mean_input, writing)}"
        ),
        value,
    )
    product = f"{asked.name}·{name}"
    return Words(f"Product {product}", f"{asked.mean_of}{product}", arithmetic, value)


def _grad(asked: Asked) -> Words:
    anatomy = asked.anatomy
    index = asked.index
    # A batch of one may be asked for by None: its gradient is that of the sample.
    value = float(anatomy.of(asked.sample).grad[index])
    symbol = "∂L" if asked.several or asked.penalised else "∂ℓ"
    added = penalty_slope(anatomy, index) if asked.penalised else ""
    formula = (
        f"{symbol}/∂{asked.name} "
        f"= {f'{added} + ' if added else ''}{asked.mean_of}{grad_term(anatomy, index)}"
    )
    old = asked.sample is None and anatomy.breaks("no_zero_grad")
    if old:
        formula = f"old gradient + {formula}"

    def write(writing: Writing) -> str:
        left = f"{format_number(anatomy.accumulated[index], writing.digits)} + " if old else ""
        if added:
            left += f"{penalty_slope(anatomy, index, writing)} + "
        return left + _grad_numbers(asked, writing)

    return Words(f"Gradient of {asked.name}", formula, equation(write, value), value)


def _grad_numbers(asked: Asked, writing: Writing) -> str:
    anatomy = asked.anatomy
    samples = asked.samples

    def term(number: int) -> str:
        return grad_term(anatomy, asked.index, int(samples[number]), writing)

    if not asked.several:
        return term(0)
    return f"({folded(term, anatomy.sample_grads[samples, asked.index], writing)})/{len(samples)}"


def _weight(asked: Asked) -> Words:
    """Return the words for a parameter before the update of this step."""
    anatomy = asked.anatomy
    step = anatomy.row.step
    value = float(anatomy.row.parameters[asked.index])
    left = f"where step {step:,} left it" if step else "where the run starts"
    bias = asked.index == anatomy.settings.dataset.width
    title = f"{'Bias' if bias else 'Weight'} {asked.name}"
    return Words(title, f"{asked.name}: {left}", f"= {format_number(value)}", value)


def _old_grad(asked: Asked) -> Words:
    """Return the words for what is in .grad before the backward pass."""
    anatomy = asked.anatomy
    value = float(anatomy.accumulated[asked.index])
    kept = anatomy.breaks("no_zero_grad")
    formula = (
        "left from the steps before, since zero_grad is forgotten"
        if kept
        else "0, as zero_grad has just set it"
    )
    return Words(
        f"Gradient of {asked.name}, before the backward pass",
        formula,
        f"= {format_number(value)}",
        value,
    )


def _update(asked: Asked) -> Words:
    anatomy = asked.anatomy
    name = asked.name
    stage = anatomy.stages[-1]
    return Words(
        f"Update of {name}",
        f"{name} ← {stage.formula.replace('θ', name)}",
        staged(stage, asked.index),
        float(anatomy.new_parameters[asked.index]),
    )


def _stage(asked: Asked) -> Words:
    stage = asked.anatomy.stages[asked.stage]
    value = stage.of(asked.index)
    title = capitalized(stage.label)
    return Words(f"{title}, {asked.name}", stage.equation, staged(stage, asked.index), value)


WORDS: dict[str, Callable[[Asked], Words]] = {
    **dict.fromkeys(COLUMNS, _column),
    "input": _input,
    "product": _product,
    "grad": _grad,
    "old_grad": _old_grad,
    "weight": _weight,
    "update": _update,
    "stage": _stage,
}
"""The kinds of quantities, each with the function that explains it."""
