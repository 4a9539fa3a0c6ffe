"""What inputs and classes are called on axes and in words, and in which unit they stand there."""

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
    """Return what an input is called.

    x, x₁ or the name that own data give it, in so many letters at most.
    """
    return settings.dataset.shown_name(index, longest)


def input_label(settings: Settings, index: int) -> str:
    """Return the name of an axis: the input, and how it is scaled or coded."""
    scaled = _SCALED.get(settings.dataset.scaling.name)
    coded = "coded −1, 1" if settings.inputs == "pm1" else None
    added = ", ".join(part for part in (scaled, coded) if part)
    name = input_name(settings, index)
    return f"{name} ({added})" if added else name


def class_title(settings: Settings, target: int) -> str:
    """Return what a class is called in a legend.

    By its number, or the name that own data give it.
    """
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


def parameter_label(settings: Settings, index: int, longest: int = _LONGEST) -> str:
    """Return what a parameter is called, with its input where own data name that.

    For example w₁ (height).
    """
    name = subscripted(settings.parameters.names[index])
    layer = settings.parameters.sizes[0]  # those that multiply an input
    if index >= layer:
        return name
    own = settings.dataset.own_name(index % settings.dataset.width, longest)
    return f"{name} ({own})" if own else name


def parameter_labels(settings: Settings, longest: int = _LONGEST) -> tuple[str, ...]:
    """Return what the P parameters are called, the bias last."""
    return tuple(
        parameter_label(settings, index, longest) for index in range(settings.parameters.count)
    )


def unit_title(settings: Settings, unit: int | None) -> str:
    """Return what a neuron of several is called; of several outputs with its class, or target."""
    letter = unit_letter(settings, unit)
    if unit is None or unit < settings.hidden:
        return f"{'Output' if unit is None else 'Hidden'} neuron {letter}"
    return f"Output neuron {letter} ({output_name(settings, unit - settings.hidden)})"


def output_name(settings: Settings, index: int) -> str:
    """Return what one of several outputs is about: its class, or its target."""
    data = settings.dataset
    return elided((data.target_names or data.class_names)[index], _LONGEST)


def unit_name(unit: int) -> str:
    """Return the letter of a hidden neuron's output: h₁ …."""
    return subscripted(f"h{unit + 1}")


def parameters_by_unit(settings: Settings) -> dict[str, list[int]]:
    """Return where in θ the parameters of each neuron are, by its name; empty for one alone."""
    return {
        unit_title(settings, unit): settings.parameters.of_unit(unit) for unit in units_of(settings)
    }


def output_labels(settings: Settings) -> tuple[str, ...]:
    """Return what a table calls the outputs: ŷ, or that of each class, or target."""
    if settings.outputs == 1:
        return ("ŷ",)
    return tuple(f"ŷ of {output_name(settings, index)}" for index in range(settings.outputs))


def target_of_each(settings: Settings, write: Callable[[float], str]) -> list[str]:
    """Return the targets of the samples: a class that has an output by its name, else numbers."""
    data = settings.dataset
    if settings.softmax:
        return [output_name(settings, int(target)) for target in data.targets]
    rows = settings.coded_targets.reshape(data.samples, -1).tolist()
    return [", ".join(map(write, row)) for row in rows]


def target_label(settings: Settings, words: str = "target y") -> str:
    """Return the words for an axis of targets, with own data's name: target y (price)."""
    data = settings.dataset
    names = ", ".join(elided(name, _LONGEST) for name in data.column_names[data.width :])
    return words if names == "y" else f"{words} ({names})"


def features_worked_out(settings: Settings, sample: int) -> dict[int, str]:
    """Return how each input by formula of a sample, by its index, is worked out: x₁·x₂ = 1·0 = 0.

    In the data's own units.
    """
    data = settings.dataset
    row = [printed(value) for value in data.inputs[sample].tolist()]
    return {
        index: f"{formula.label} = {formula.with_numbers(row[: data.own_width])} = {row[index]}"
        for index, formula in enumerate(data.formulas, data.own_width)
    }


def own_units(settings: Settings, sample: int) -> str:
    """Return the inputs of a sample in the data's own units, in words.

    Empty where the neuron gets them so.
    """
    data = settings.dataset
    if data.scaling.name == "none":
        return ""
    numbers = [printed(float(value)) for value in data.inputs[sample][:_MOST]]
    more = ", …" if data.width > _MOST else ""
    return f"{_SCALED[data.scaling.name]} from ({', '.join(numbers)}{more})"
