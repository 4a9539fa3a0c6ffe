"""Writes tables of numbers as CSV, to the last bit: data of charts, histories of runs, sweeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.data.table_text import apart, csv_rows, harmless
from neuroviz.core.slices import Work
from neuroviz.core.training.held_out import history_columns
from neuroviz.files.session_file import ENDING as SESSION
from neuroviz.files.writer import FileError, check_writable
from neuroviz.pictures.render import ENDINGS

if TYPE_CHECKING:  # writing a table must not import sweeps and pictures
    from neuroviz.core.sweep.sweep import SweepResult
    from neuroviz.pictures.loss import NamedRun

_CELLS = 10_000
"""Cells that are written in one slice."""

Column = Sequence[int | float | None] | NDArray[Any]


def csv_work(columns: Mapping[str, Column]) -> Work[list[bytes]]:
    """Write columns of numbers (N,), by their names, as CSV; return the UTF-8 text in parts.

    There is a header and N rows, each ended by one newline. ``None``, or a masked element of a
    numpy masked array, becomes an empty cell. Floats are written by ``repr``, so that they read
    back to the same bits; integers have no decimal point.

    Raises
    ------
    ValueError
        If lengths differ, or a number is not finite.
    """
    parts = [_csv_header(columns).encode()]
    for block in _csv_blocks(columns):
        parts.append(block.encode())
        yield None
    return parts


def _csv_blocks(columns: Mapping[str, Column]) -> Iterator[str]:
    """Yield the lines below the header, each ended by a newline, in blocks of about equal work."""
    rows = max(map(len, columns.values()))
    together = max(1, _CELLS // len(columns))
    for start in range(0, rows, together):
        parts = (column[start : start + together] for column in columns.values())
        cells = (part.tolist() if isinstance(part, np.ndarray) else part for part in parts)
        block = csv_rows(zip(*cells, strict=True))
        if "n" in block:  # nan or inf
            raise ValueError("A number of the table is not finite.")
        yield block


def _csv_header(names: Iterable[str]) -> str:
    """Return the line with the names of columns, none of them a formula in a spreadsheet."""
    return f"{','.join(map(_text_cell, names))}\n"


def _text_cell(text: str) -> str:
    """Return a text as one cell of a CSV file that is no formula, in quotes where it needs them."""
    return csv_rows([[harmless(text)]], end="\r\n").removesuffix("\r\n")


def check_table_path(path: str | Path) -> Path:
    """Return the file that a path means for a table, or refuse it before any work is done for it.

    Raises
    ------
    FileError
        If the ending is that of a picture or a session, or the path plainly cannot be written.
    """
    ending = Path(path).suffix
    others = {**dict.fromkeys(ENDINGS, "pictures"), SESSION: "sessions"}
    if ending.lower() in others:
        raise FileError(
            f"Cannot write a table to {str(path)!r}: {ending} is for {others[ending.lower()]}; "
            "end the name with .csv."
        )
    return check_writable(path)


_OWN = ("step", "epoch", "loss", "batch_loss", "learning_rate")


def runs_work(runs: Sequence[NamedRun]) -> Work[list[bytes]]:
    """Write the histories of several runs as one CSV; return the UTF-8 text in parts.

    The columns are those of a run's history, with the parameters of all runs. The name of the run
    comes first in each row; a number that a run does not have is left empty. Floats are written by
    ``repr``. Runs with the same name get numbers after it.

    Raises
    ------
    ValueError
        If there is no run.
    """
    if not runs:
        raise ValueError("There is no run to write: pin one first.")
    tables = []
    for _, _, settings, rows in runs:
        tables.append((yield from history_columns(settings, rows)))
    each = sorted((run[2].parameters.names for run in runs), key=len, reverse=True)
    names = dict.fromkeys(name for own in each for name in own)
    gradients = (f"grad_{name}" for name in names)
    others = (name for table in tables for name in table)  # of rows held out
    columns = dict.fromkeys((*_OWN, *names, *gradients, *others))
    parts = [f"run,{_csv_header(columns)}".encode()]
    for told, table in zip(apart([name for name, *_ in runs]), tables, strict=True):
        start = _text_cell(told)
        nothing = [None] * len(table["step"])
        for block in _csv_blocks({name: table.get(name, nothing) for name in columns}):
            lines = block.splitlines(keepends=True)
            parts.append("".join(f"{start},{line}" for line in lines).encode())
            yield None
    return parts


def sweep_columns(result: SweepResult) -> dict[str, Column]:
    """Return a row for each neuron: coordinates, loss, step of divergence, parameters.

    The step is masked where a neuron did not diverge.
    """
    names = result.grid.settings.parameters.names
    return {
        **result.grid.coordinates,
        "loss": np.ma.masked_invalid(result.losses),
        "diverged_at": np.ma.masked_equal(result.diverged_at, 0),
        **dict(zip(names, result.parameters.T, strict=True)),
    }


def plain_columns(columns: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
    """Return columns (n,) with NaN for masked floats, and 0 for masked whole numbers."""
    return {name: _plain(np.ma.asarray(column)) for name, column in columns.items()}


def _plain(column: np.ma.MaskedArray) -> NDArray[Any]:
    missing = np.nan if column.dtype.kind == "f" else 0
    return column.filled(missing)
