"""The names of inputs, classes and parameters on axes and in words, with their units."""

from __future__ import annotations

from collections.abc import Callable

from neuroviz.core.anatomy.unit import unit_letter, units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import np
from neuroviz.core.numbers import elided, measured, printed, subscripted
from neuroviz.core.types import Floats

_SCALED = {"standardise": "standardised", "unit": "scaled to 0 … 1"}
_LONGEST = 24
_MOST = 3


def input_name(settings: Settings, index: int, longest: int = _LONGEST) -> str:
    """Return the name of an input: x, x₁ or its name in the data, of at most so many letters."""
    return settings.dataset.shown_name(index, longest)


def input_label(settings: Settings, index: int) -> str:
    """Return the label of an axis: the input, and how it is scaled or coded."""
    scaled = _SCALED.get(settings.dataset.scaling.name)
    coded = "coded −1, 1" if settings.inputs == "pm1" else None
    added = ", ".join(part for part in (scaled, coded) if part)
    name = input_name(settings, index)
    return f"{name} ({added})" if added else name


def class_title(settings: Settings, target: int) -> str:
    """Return the name of a class for a legend: its number, or its name in the data."""
    names = settings.dataset.class_names
    name = f"class {target}" if names == ("0", "1") else names[target]
    return elided(name, _LONGEST)


def shares_told(settings: Settings, shares: Floats | None) -> str:
    """Return the shares (K,) of the classes with their names, the largest first."""
    if shares is None:
        return measured(None)
    order = np.argsort(-shares, kind="stable").tolist()
    return ", ".join(
        f"{measured(float(shares[index]))} {class_title(settings, index)}" for index in order
    )


def parameter_label(settings: Settings, index: int, longest: int) -> str:
    """Return the name of a parameter, with its input if the data name that: w₁ (height)."""
    name = subscripted(settings.parameters.names[index])
    layer = settings.parameters.sizes[0]  # the parameters that multiply an input
    if index >= layer:
        return name
    own = settings.dataset.own_name(index % settings.dataset.width, longest)
    return f"{name} ({own})" if own else name


def parameter_labels(settings: Settings, longest: int = _LONGEST) -> tuple[str, ...]:
    """Return the names of the P parameters, the bias last."""
    return tuple(
        parameter_label(settings, index, longest) for index in range(settings.parameters.count)
    )


def unit_title(settings: Settings, unit: int | None) -> str:
    """Return the name of one of several neurons; an output's with its class or target."""
    letter = unit_letter(settings, unit)
    if unit is None or unit < settings.hidden:
        return f"{'Output' if unit is None else 'Hidden'} neuron {letter}"
    return f"Output neuron {letter} ({output_name(settings, unit - settings.hidden)})"


def output_name(settings: Settings, index: int) -> str:
    """Return the class or the target of one of several outputs."""
    data = settings.dataset
    return elided((data.target_names or data.class_names)[index], _LONGEST)


def unit_name(unit: int) -> str:
    """Return the letter of a hidden neuron's output: h₁ …."""
    return subscripted(f"h{unit + 1}")


def parameters_by_unit(settings: Settings) -> dict[str, list[int]]:
    """Return the indices in θ of each neuron's parameters, by name; empty for a single one."""
    return {
        unit_title(settings, unit): settings.parameters.of_unit(unit) for unit in units_of(settings)
    }


def output_labels(settings: Settings) -> tuple[str, ...]:
    """Return a table's headings of the outputs: ŷ, or one for each class or target."""
    if settings.outputs == 1:
        return ("ŷ",)
    return tuple(f"ŷ of {output_name(settings, index)}" for index in range(settings.outputs))


def target_of_each(settings: Settings, write: Callable[[float], str]) -> list[str]:
    """Return the targets of the samples: classes with outputs by name, else numbers.

    The number of one of two classes has its name beside it, unless that is the same.
    """
    data = settings.dataset
    if settings.softmax:
        return [output_name(settings, int(target)) for target in data.targets]
    rows = settings.coded_targets.reshape(data.samples, -1).tolist()
    said = [", ".join(map(write, row)) for row in rows]
    if settings.outputs > 1 or not data.classes or data.class_names == ("0", "1"):
        return said
    names = [elided(name, _LONGEST) for name in data.class_names]
    return [f"{y} ({names[int(target)]})" for y, target in zip(said, data.targets, strict=True)]


def target_label(settings: Settings, words: str = "target y") -> str:
    """Return the label of an axis of targets, with its name in the data: target y (price)."""
    data = settings.dataset
    names = ", ".join(elided(name, _LONGEST) for name in data.column_names[data.width :])
    return words if names == "y" else f"{words} ({names})"


def features_worked_out(settings: Settings, sample: int) -> dict[int, str]:
    """Return how a sample's inputs by formula are computed, by index: x₁·x₂ = 1·0 = 0.

    The numbers are in the data's own units.
    """
    data = settings.dataset
    row = [printed(value) for value in data.inputs[sample].tolist()]
    return {
        index: f"{formula.label} = {formula.with_numbers(row[: data.own_width])} = {row[index]}"
        for index, formula in enumerate(data.formulas, data.own_width)
    }


def own_units(settings: Settings, sample: int) -> str:
    """Return a sample's inputs in the data's own units, in words; empty if they are not scaled."""
    data = settings.dataset
    if data.scaling.name == "none":
        return ""
    numbers = [printed(float(value)) for value in data.inputs[sample][:_MOST]]
    more = ", …" if data.width > _MOST else ""
    return f"{_SCALED[data.scaling.name]} from ({', '.join(numbers)}{more})"
