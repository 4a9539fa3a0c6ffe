"""A sweep as columns of a table."""

import numpy as np

from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.files.table import Column

__all__ = ["sweep_columns"]


def sweep_columns(result: SweepResult) -> dict[str, Column]:
    """Return a row for each neuron: where it stands, its loss, where it diverged (or nothing), its parameters."""
    names = result.grid.settings.parameter_names
    return {
        **result.grid.coordinates,
        "loss": np.ma.masked_invalid(result.losses),
        "diverged_at": np.ma.masked_equal(result.diverged_at, 0),
        **dict(zip(names, result.parameters.T, strict=True)),
    }
