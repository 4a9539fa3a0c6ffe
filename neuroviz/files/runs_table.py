"""Several runs as one table: the history of each, one under the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroviz.core.slices import Work
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.files.table import Column, csv_header, csv_lines, text_cell
from neuroviz.pictures.runs import NamedRun

_OWN = ("step", "epoch", "loss", "batch_loss", "learning_rate")


def runs_work(runs: Sequence[NamedRun]) -> Work[list[bytes]]:
    """Make one CSV of all runs in slices: in UTF-8, in parts.

    Its columns are as the history of one run has them, with the parameters of the run that has
    most. The name of the run stands before the numbers of each of its rows; where a run has no such
    number there is none. Floats are written by ``repr``. Runs of one name are told apart by a
    number behind it.

    Raises
    ------
    ValueError
        There is no run.
    """
    if not runs:
        raise ValueError("There is no run to write: pin one first.")
    names = max((settings.parameters.names for _, _, settings, _ in runs), key=len)
    columns = (*_OWN, *names, *(f"grad_{name}" for name in names))
    parts = [f"run,{csv_header(columns)}".encode()]
    for told, (*_, rows) in zip(_apart([name for name, *_ in runs]), runs, strict=True):
        start = text_cell(told)
        table = rows.columns()
        nothing = [None] * len(rows)
        for block in csv_lines({name: table.get(name, nothing) for name in columns}):
            parts.append("".join(f"{start},{line}" for line in block).encode())
            yield None
    return parts


def _apart(names: Sequence[str]) -> list[str]:
    told: list[str] = []
    for name in names:
        numbered = (name if i == 1 else f"{name} ({i})" for i in range(1, len(names) + 1))
        told.append(next(text for text in numbered if text not in told))
    return told


def sweep_columns(result: SweepResult) -> dict[str, Column]:
    """Return a row for each neuron.

    Where it stands, its loss, where it diverged (or nothing), its parameters.
    """
    names = result.grid.settings.parameters.names
    return {
        **result.grid.coordinates,
        "loss": np.ma.masked_invalid(result.losses),
        "diverged_at": np.ma.masked_equal(result.diverged_at, 0),
        **dict(zip(names, result.parameters.T, strict=True)),
    }
