"""Several runs as one table: the history of each, one under the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.files.table import Column, check_table_path, csv_text
from neuroviz.files.writer import write_bytes
from neuroviz.pictures.runs import NamedRun

__all__ = ["runs_columns", "runs_text", "sweep_columns", "write_runs"]


_OWN = ("step", "epoch", "loss", "batch_loss", "learning_rate")


def runs_columns(runs: Sequence[NamedRun]) -> dict[str, Column]:
    """Return the numbers of all runs by the names of their columns.

    Parameters
    ----------
    runs : sequence of (name, slot, settings, rows)
        One or more; they may have different numbers of inputs.

    Returns
    -------
    dict of str to list of length N
        As the history of one run has them, with the parameters of the run that has most; None where a run has no
        such number.
    """
    tables = [rows.columns() for _, _, _, rows in runs]
    cells = [{name: column.tolist() for name, column in table.items()} for table in tables]
    return {name: _joined(name, cells) for name in (*_OWN, *_parameters(runs))}


def runs_text(runs: Sequence[NamedRun]) -> str:
    """Return one CSV of all runs: the name of the run before the numbers of each of its rows.

    Floats are written by ``repr``. Runs of one name are told apart by a number behind it.

    Raises
    ------
    ValueError
        There is no run.
    """
    if not runs:
        raise ValueError("There is no run to write: pin one first.")
    header, *lines = csv_text(runs_columns(runs)).splitlines(keepends=True)
    names = [_quoted(name) for name in _apart([name for name, *_ in runs])]
    starts = [name for name, (*_, rows) in zip(names, runs, strict=True) for _ in range(len(rows))]
    return f"run,{header}" + "".join(f"{start},{line}" for start, line in zip(starts, lines, strict=True))


def write_runs(path: str | Path, runs: Sequence[NamedRun]) -> Path:
    """Write one CSV file (UTF-8) of all runs, all of it or nothing.

    Raises
    ------
    ValueError
        There is no run.
    FileError
        The ending is that of a picture, or the file cannot be written.
    """
    check_table_path(path)
    return write_bytes(path, runs_text(runs).encode("utf-8"))


def _parameters(runs: Sequence[NamedRun]) -> tuple[str, ...]:
    """Return the names of parameters and gradients of the run that has most."""
    names = max((settings.parameter_names for _, _, settings, _ in runs), key=len)
    return (*names, *(f"grad_{name}" for name in names))


def _joined(name: str, tables: Sequence[dict[str, list[Any]]]) -> list[Any]:
    return [cell for table in tables for cell in table.get(name, [None] * len(table["step"]))]


def _apart(names: Sequence[str]) -> list[str]:
    """Return names no two of which are the same."""
    told: list[str] = []
    for name in names:
        numbered = (name if i == 1 else f"{name} ({i})" for i in range(1, len(names) + 1))
        told.append(next(text for text in numbered if text not in told))
    return told


def _quoted(name: str) -> str:
    """Return a name as one cell of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([name])  # what stands in it is quoted where a name has it
    return text.getvalue().removesuffix("\r\n")


def sweep_columns(result: SweepResult) -> dict[str, Column]:
    """Return a row for each neuron: where it stands, its loss, where it diverged (or nothing), its parameters."""
    names = result.grid.settings.parameter_names
    return {
        **result.grid.coordinates,
        "loss": np.ma.masked_invalid(result.losses),
        "diverged_at": np.ma.masked_equal(result.diverged_at, 0),
        **dict(zip(names, result.parameters.T, strict=True)),
    }
