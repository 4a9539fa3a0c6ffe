"""The data of an experiment with a sample moved, added or taken out, in place of its own."""

from __future__ import annotations

from dataclasses import replace

from neuroviz.core.choices.breaks import coded
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset, with_rows, without_rows
from neuroviz.core.lazy import np
from neuroviz.core.types import Floats


def moved_data(
    settings: Settings, sample: int, inputs: Floats, target: float | None = None
) -> Dataset:
    """Return the data with one sample elsewhere.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    sample
        Index of the sample.
    inputs
        (D,): where it is to be, as the neuron gets it.
    target
        Its new target, where targets are numbers; None for the one it has.
    """
    data = numeric_data(settings)
    row = data.training_rows[sample]
    moved_inputs = np.array(data.inputs)
    moved_inputs[row] = _own_units(settings, inputs)
    targets = np.array(data.targets)
    if target is not None:
        targets[row] = target
    return replace(data, inputs=moved_inputs, targets=targets)


def data_with(settings: Settings, inputs: Floats, target: float) -> Dataset:
    """Return the data with one more sample, the last.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    inputs
        (D,): where it is to be, as the neuron gets it.
    target
        Its target; of classes 0 or 1.
    """
    return with_rows(numeric_data(settings), _own_units(settings, inputs), np.array([target]))


def data_without(settings: Settings, sample: int) -> Dataset:
    """Return the data without a sample, given by its index; truth values become numbers.

    Raises
    ------
    SettingsError
        If it is the last.
    """
    data = numeric_data(settings)
    return without_rows(data, [data.training_rows[sample]])


def numeric_data(settings: Settings) -> Dataset:
    """Return the data with the rows held out.

    Where inputs are truth values, as the numbers they are written as.
    """
    data = settings.data or settings.dataset
    if settings.inputs is None:
        return data
    return replace(data, inputs=coded(data.inputs, settings.inputs, ()))


def _own_units(settings: Settings, inputs: Floats) -> Floats:
    """Return inputs (D,) as the neuron gets them in the data's own units."""
    magnified = coded(np.ones((1, settings.dataset.width)), None, settings.breaks)[0]
    return settings.dataset.scaling.undo(inputs / magnified)
