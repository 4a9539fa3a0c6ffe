"""What inputs and classes are called on axes and in words, and in which unit they stand there."""

from __future__ import annotations

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
    """Return what a neuron of several is called; of several outputs with its class."""
    letter = unit_letter(settings, unit)
    if unit is None or unit < settings.hidden:
        return f"{'Output' if unit is None else 'Hidden'} neuron {letter}"
    name = elided(settings.dataset.class_names[unit - settings.hidden], _LONGEST)
    return f"Output neuron {letter} ({name})"


def unit_name(unit: int) -> str:
    """Return the letter of a hidden neuron's output: h₁ …."""
    return subscripted(f"h{unit + 1}")


def parameters_by_unit(settings: Settings) -> dict[str, list[int]]:
    """Return where in θ the parameters of each neuron are, by its name; empty for one alone."""
    return {
        unit_title(settings, unit): settings.parameters.of_unit(unit) for unit in units_of(settings)
    }


def output_labels(settings: Settings) -> tuple[str, ...]:
    """Return what a table calls the outputs: ŷ, or the share of each class."""
    if settings.outputs == 1:
        return ("ŷ",)
    return tuple(f"ŷ of {elided(name, _LONGEST)}" for name in settings.dataset.class_names)


def class_of_each(settings: Settings) -> list[str] | None:
    """Return the classes of the samples by name, where each class has an output; else None."""
    if settings.outputs == 1:
        return None
    names = [elided(name, _LONGEST) for name in settings.dataset.class_names]
    return [names[int(target)] for target in settings.dataset.targets]


def target_label(settings: Settings, words: str = "target y") -> str:
    """Return the words for an axis of targets, with own data's name: target y (price)."""
    name = settings.dataset.target_name
    return words if name == "y" else f"{words} ({elided(name, _LONGEST)})"


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
