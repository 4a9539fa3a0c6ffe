"""Rows of a data set that come and go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import np
from neuroviz.core.types import Floats


def with_rows(data: Dataset, inputs: Floats, targets: Floats) -> Dataset:
    """Return the data with more rows behind the others, none of them held out; the scaling keeps its numbers.

    Parameters
    ----------
    inputs
        (n, D): of the new rows, in the data's own units.
    targets
        (n,): their targets.

    Raises
    ------
    SettingsError
        If they are no rows of such data.
    """
    return replace(data, inputs=np.vstack((data.inputs, inputs)), targets=np.concatenate((data.targets, targets)))


def without_rows(data: Dataset, rows: Iterable[int]) -> Dataset:
    """Return the data without some rows, given by their indices; the scaling keeps its numbers.

    Raises
    ------
    SettingsError
        If no row would stay that is not held out.
    """
    gone = set(rows)
    kept = [row for row in range(data.rows) if row not in gone]
    aside = set(data.held_out)
    if all(row in aside for row in kept):
        raise SettingsError("One row has to stay: a neuron needs at least one to learn from.", "data")
    held_out = tuple(index for index, row in enumerate(kept) if row in aside)
    return replace(data, inputs=data.inputs[kept], targets=data.targets[kept], held_out=held_out)
