"""What inputs and classes are called on axes and in words, and captions of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from neuroviz.core.anatomy.unit import unit_letter, units_of
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, edit_in_words
from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import np
from neuroviz.core.numbers import elided, measured, printed, subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.marks import Figure

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


_MOST_EDITS = 4


def captioned(figure: Figure, settings: Settings, edits: Sequence[Edit] = ()) -> Figure:
    """Return a figure with the experiment, at its start, before its own words in the subtitle."""
    words = [part for part in experiment(settings) if part not in figure.title]
    own = [figure.subtitle] if figure.subtitle else []
    return replace(figure, subtitle=" · ".join((*words, *edits_in_words(edits), *own)))


def experiment(settings: Settings, *, rate: bool = True) -> list[str]:
    """Return task, neuron, loss, penalties, optimizer, schedule, batches and breaks.

    Each in a few words.

    Parameters
    ----------
    rate
        Whether the learning rate is one number.
    """
    samples = f"{settings.dataset.samples:,} samples"
    words = [
        settings.task_label,
        samples,
        *filter(None, [settings.hidden_label]),
        f"{settings.outputs} outputs, " * (settings.outputs > 1) + settings.activation_label,
        settings.loss_entry.label,
    ]
    words += [f"{row.short} penalty {printed(strength)}" for row, strength in settings.penalties]
    words.append(", ".join((settings.optimizer_entry.label, *_rate(settings, one=rate))))
    if settings.schedule != "constant":
        own = _set(settings, settings.schedule_entry.hyperparameters, told=True)
        words.append(
            " ".join((f"{settings.schedule_entry.label.lower()} schedule,", ", ".join(own)))
        )
    if settings.batch_size != "full":
        words.append(
            f"batches of {settings.batch_size}" + (", shuffled" if settings.shuffle else "")
        )
    if settings.precision != "float64":
        words.append(settings.precision)
    if settings.breaks:
        words.append(f"on purpose: {', '.join(BREAKS[name].spoken for name in settings.breaks)}")
    return words


def edits_in_words(edits: Iterable[Edit]) -> list[str]:
    """Return what was changed in mid-run, the first few."""
    said = [edit_in_words(edit) for edit in edits]
    more = len(said) - _MOST_EDITS
    return (
        said
        if more <= 0
        else [*said[:_MOST_EDITS], f"and {more} more change{'s' if more > 1 else ''}"]
    )


def _rate(settings: Settings, *, one: bool) -> list[str]:
    own = _set(settings, settings.optimizer_entry.hyperparameters)
    search = settings.optimizer_entry.search
    called = "rates found, up to" if search and search.finds_rate else "learning rate"
    return [f"{called} {printed(settings.learning_rate)}", *own] if one else own


def _set(settings: Settings, rows: Sequence[Hyperparameter], *, told: bool = False) -> list[str]:
    """Return the hyperparameters with another value than their default.

    Or all of them, if they are to be ``told``.
    """
    values = {row.name: float(getattr(settings, row.name)) for row in rows}
    return [
        f"{row.label.lower()} {printed(values[row.name])}"
        for row in rows
        if told or values[row.name] != row.default
    ]
