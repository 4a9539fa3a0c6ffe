"""The data of an experiment with a sample moved, added or removed."""

from __future__ import annotations

from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings, numeric_data
from neuroviz.core.data.dataset import Dataset, with_rows, without_rows
from neuroviz.core.lazy import np
from neuroviz.core.types import Floats


def moved_data(
    settings: Settings, sample: int, inputs: Floats, target: float | None = None
) -> Dataset:
    """Return the data with one sample moved.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    sample
        Index of the sample.
    inputs
        (own_width,): the new inputs of the sample, as the neuron gets them.
    target
        Its new target, where targets are numbers; None for its present one.
    """
    data = numeric_data(settings)
    row = data.training_rows[sample]
    moved_inputs = np.array(data.inputs)
    moved_inputs[row, : data.own_width] = settings.in_own_units(inputs)
    targets = np.array(data.targets)
    if target is not None:
        targets[row] = target
    return replace(data, inputs=moved_inputs, targets=targets)


def data_with(settings: Settings, inputs: Floats, target: float, output: int = 0) -> Dataset:
    """Return the data with one more sample at the end.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    inputs
        (own_width,): the inputs of the sample, as the neuron gets them.
    target
        Its target; 0 or 1 for classes.
    output
        Index of the target, of several; the others are those of the nearest sample.
    """
    data = numeric_data(settings)
    row = np.zeros(data.width)
    row[: data.own_width] = settings.in_own_units(inputs)
    targets = np.array([target])
    if settings.independent:
        away = settings.coded_inputs[:, : data.own_width] - inputs
        targets = settings.dataset.targets[[np.square(away).sum(axis=1).argmin()]].copy()
        targets[0, output] = target
    return with_rows(data, row, targets)


def data_without(settings: Settings, sample: int) -> Dataset:
    """Return the data without a sample, given by its index; truth values become numbers.

    Raises
    ------
    SettingsError
        If it is the only one left.
    """
    data = numeric_data(settings)
    return without_rows(data, [data.training_rows[sample]])
